package quantity_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// parsed is a text with its value, or with part of the error message.
type parsed[T any] struct {
	text string
	want T
	err  string
}

// saysMore matches the end of a message that says what was expected or meant.
var saysMore = regexp.MustCompile(`; (?:expected .+|did you mean [^ ]+( [^ ]+)?\?)$`)

func testParse[T comparable](t *testing.T, parse func(string) (T, error), cases []parsed[T]) {
	t.Helper()
	for _, c := range cases {
		got, err := parse(c.text)
		switch {
		case c.err == "" && err != nil:
			t.Errorf("%q: %v", c.text, err)
		case c.err == "" && got != c.want:
			t.Errorf("%q = %v, want %v", c.text, got, c.want)
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%q: error %v, want one with %q", c.text, err, c.err)
		case err != nil && (!errors.Is(err, quantity.ErrInvalid) || !saysMore.MatchString(err.Error())):
			t.Errorf("%q: error %v says neither what was meant nor what is expected", c.text, err)
		}
	}
}

func TestParse(t *testing.T) {
	testParse(t, quantity.ParseRate, []parsed[float64]{
		{"1500", 1500, ""}, {"1500/s", 1500, ""}, {"1500/sec", 1500, ""}, {"90000/min", 1500, ""},
		{"5.4M/h", 1500, ""}, {"5.4M/hour", 1500, ""}, {"129.6M/day", 1500, ""}, {"129600k/d", 1500, ""},
		{"1G", 1e9, ""}, {"86400G/d", 1e9, ""}, {"0", 0, ""}, {"010", 10, ""}, {"0.5", 0.5, ""}, {"1e3", 1000, ""},
		{"", 0, "is empty"}, {"-1", 0, "is negative"}, {"-0.5k", 0, "is negative"},
		{"NaN", 0, "is not a number"}, {"Inf", 0, "is not a number"}, {"-Inf", 0, "is not a number"},
		{"1e308", 0, "is too large"}, {"1e999", 0, "is too large"}, {"1000000001", 0, "is too large"},
		{"1e-999999999", 0, "too small to tell from 0"}, {"5e-324/day", 0, "too small to tell from 0"},
		{"5e-324", 5e-324, ""}, {"0e-999999999", 0, ""}, {"0.000/day", 0, ""},
		{"1_000", 0, `"1_000" has a separator between its digits; did you mean 1000?`}, {"1,000", 0, "mean 1000?"},
		{"90,000/min", 1500, ""}, {"5,400,000/h", 1500, ""}, {"1,500 rps", 1500, ""}, {"5,400k/h", 1500, ""},
		{"1,000,000k", 0, "separator"}, {"1,5", 0, "mean 1.5?"}, {"1,5/s", 0, "mean 1.5/s?"},
		{"1,5000/s", 0, "mean 1.5000/s?"},
		{"1'500/s", 0, "mean 1500/s?"}, {"0,500/s", 0, "mean 0.500/s?"}, {"1000,000/s", 0, "mean 1000000/s?"},
		{"1.5,000/s", 0, "separator"}, {"1,000,00/s", 0, "separator"}, {"1,000,000,000/s", 1e9, ""},
		{"1,000\x1b", 0, "; expected"},
		{"90k/m", 1500, ""}, {"90k/minute", 1500, ""}, {"1500/second", 1500, ""}, {"1500rps", 1500, ""},
		{"1500 rps", 1500, ""}, {"1.5krps", 1500, ""}, {"1.5k qps", 1500, ""}, {"1500tps", 1500, ""}, {"90000 rpm", 1500, ""},
		{"5000req/s", 5000, ""}, {"5000 req/s", 5000, ""}, {"90k requests / minute", 1500, ""}, {"5.4M req/h", 1500, ""},
		{"5000 req", 0, "mean 5000req/s?"}, {"5rps/s", 0, "unknown unit"}, {"5 rp", 0, "unknown unit"},
		{"5K", 0, "mean 5k?"}, {"90K/min", 0, "mean 90k/min?"}, {"5K\x1b", 0, "; expected"},
		{"5/month", 0, "unknown period"}, {"5/", 0, "unknown period"}, {"90k/mn", 0, `unknown period "/mn"`},
		{" 5", 0, "is not a number"}, {"5 ", 0, "space"}, {".5", 0, "is not a number"}, {"5.", 0, "is not a number"},
		{"0x10", 0, "unknown unit"}, {"+5", 0, "is not a number"}, {"1.2.3", 0, "unknown unit"}, {"\x1b[31m", 0, `\x1b`},
	})
	testParse(t, quantity.ParseDuration, []parsed[float64]{
		{"80ms", 80, ""}, {"1.2s", 1200, ""}, {"2m", 120_000, ""}, {"0.07s", 70, ""}, {"1h", 3_600_000, ""},
		{"500us", 0.5, ""}, {"500µs", 0.5, ""}, {"0.000001ms", 1e-6, ""}, {"8760h", 31_536_000_000, ""},
		{"80", 0, `"80" has no unit; did you mean 80ms?`}, {"1.2", 0, "mean 1.2s?"}, {"0", 0, "is zero; expected"},
		{"100 ms", 100, ""}, {"2min", 120_000, ""}, {"2 sec", 2000, ""}, {"1,5s", 0, "mean 1.5s?"},
		{"1,200ms", 0, "mean 1200ms?"}, {"0ms", 0, "is zero"}, {"-1s", 0, "is negative"},
		{"1e-999s", 0, "too small to tell from 0"},
		{"1e308s", 0, "more than a year"}, {"0.0000009ms", 0, "below 1 ns"},
		{"1m30s", 0, "unknown unit"}, {"1d", 0, "unknown unit"}, {"80MS", 0, "unknown unit"},
		{"", 0, "is empty"}, {"ms", 0, "is not a number"},
	})
	testParse(t, quantity.ParseMemory, []parsed[int64]{
		{"128", 128, ""}, {"1024MB", 1024, ""}, {"1GB", 1024, ""}, {"1.5GB", 1536, ""}, {"10240", 10240, ""},
		{"10GB", 10240, ""}, {"127", 0, "too small"}, {"10241", 0, "too large"}, {"11GB", 0, "too large"},
		{"512.9", 0, "not a whole number"}, {"1GiB", 1024, ""}, {"1G", 1024, ""}, {"1Gi", 1024, ""},
		{"512M", 512, ""}, {"512 Mi", 512, ""}, {"1gb", 1024, ""}, {"1KB", 0, "unknown unit"},
		{"1,024MB", 0, "mean 1024MB?"}, {"1e99", 0, "too large"},
	})
	testParse(t, quantity.ParsePercent, []parsed[float64]{
		{"1%", 0.01, ""}, {"0.01", 0.01, ""}, {"100%", 1, ""}, {"1", 1, ""}, {"0", 0, ""}, {"7%", 0.07, ""},
		{"1e-999%", 0, "too small to tell from 0"}, {"0%", 0, ""},
		{"101%", 0, "too large"}, {"5", 0, "mean 5%?"}, {"500", 0, "above 1; expected"},
		{"-1%", 0, "negative"}, {"1 %", 0.01, ""},
	})
	testParse(t, quantity.ParseTarget, []parsed[float64]{
		{"1", 0, `"1" would be 100%; expected 1% or 0.01`}, {"1.0", 0, "would be 100%"}, {"100%", 1, ""}, {"0", 0, ""},
		{"0.01", 0.01, ""}, {"1%", 0.01, ""}, {"5", 0, "mean 5%?"},
	})
	testParse(t, quantity.ParseHeadroom, []parsed[float64]{
		{"10%", 0.1, ""}, {"1000%", 10, ""}, {"10", 0, "mean 10%?"}, {"1001%", 0, "too large"},
	})
	testParse(t, quantity.ParseHours, []parsed[float64]{{"1e-999h", 0, "too small to tell from 0"}, {"0h", 0, ""}})
	testParse(t, quantity.ParseCount, []parsed[int64]{
		{"0", 0, ""}, {"010", 10, ""}, {"100000000", 100_000_000, ""},
		{"100000001", 0, "too large"}, {"99999999999999999999", 0, "too large"},
		{"512.9", 0, "not a whole number; expected"}, {"1e3", 0, "mean 1000?"}, {"1.5k", 0, "mean 1500?"},
		{"1_000", 0, "mean 1000?"}, {"1,5", 0, "not a whole number; expected"}, {"100,000,000,000", 0, "; expected"},
		{"-1", 0, "negative"}, {"", 0, "empty"}, {"true", 0, "not a number"},
	})
}

// TestLegal checks that the ranges in messages are the ones that are enforced.
func TestLegal(t *testing.T) {
	_, err := quantity.ParseMemory("x")
	if want := fmt.Sprintf("%d to %d MB", aws.MinMemoryMB, aws.MaxMemoryMB); !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
	for _, c := range []struct {
		most, more string
		parse      func(string) error
	}{
		{"100000000", "100000001", func(s string) error { _, err := quantity.ParseCount(s); return err }},
		{"1e9", "1000000001", func(s string) error { _, err := quantity.ParseRate(s); return err }},
		{"1000%", "1001%", func(s string) error { _, err := quantity.ParseHeadroom(s); return err }},
		{"100%", "101%", func(s string) error { _, err := quantity.ParsePercent(s); return err }},
	} {
		if err := c.parse(c.most); err != nil {
			t.Error(err)
		}
		if err := c.parse(c.more); err == nil || !strings.Contains(err.Error(), " to "+c.most) {
			t.Errorf("%v, want a range to %s", err, c.most)
		}
	}
}

// TestFormat checks how amounts are written. It is long because it lists an amount for each form.
func TestFormat(t *testing.T) {
	for want, got := range map[string]string{
		"0":          quantity.FormatNumber(0),
		"1,500":      quantity.FormatNumber(1500),
		"999,999":    quantity.FormatNumber(999999.4),
		"1.235M":     quantity.FormatNumber(1234567),
		"1G":         quantity.FormatNumber(1e9),
		"33.33":      quantity.FormatNumber(100.0 / 3),
		"133.3":      quantity.FormatNumber(400.0 / 3),
		"0.05":       quantity.FormatNumber(0.05),
		"1e-9":       quantity.FormatNumber(1e-9),
		"<1e-9":      quantity.FormatNumber(5e-324),
		"10,000,000": quantity.FormatCount(10_000_000),
		"33.3%":      quantity.FormatPercent(1.0 / 3),
		"0%":         quantity.FormatPercent(0),
		"<0.1%":      quantity.FormatPercent(1e-8),
		">99.9%":     quantity.FormatPercent(1 - 1e-8),
		"100%":       quantity.FormatPercent(1),
		"80ms":       quantity.FormatDuration(80),
		"1.2s":       quantity.FormatDuration(1200),
		"15m":        quantity.FormatDuration(900_000),
		"250us":      quantity.FormatDuration(0.25),
		"10m":        quantity.FormatSeconds(600),
		"0s":         quantity.FormatTime(0),
		"22.4s":      quantity.FormatTime(22.43),
		"250ms":      quantity.FormatTime(0.25),
		"2m22s":      quantity.FormatTime(141.54),
		"2m50s":      quantity.FormatTime(170),
		"1m":         quantity.FormatTime(59.99),
		"1h":         quantity.FormatTime(3599.9),
		"1h1m":       quantity.FormatTime(3660),
		"1,800.1s":   quantity.FormatLongDuration(1_800_100),
		"30m":        quantity.FormatLongDuration(1_800_000),
		"500ms":      quantity.FormatLongDuration(500),
		"99.99":      quantity.FormatUSD(99.99),
		"12.35":      quantity.FormatUSD(12.345678),
		"-12.35":     quantity.FormatUSD(-12.345678),
		"0.00":       quantity.FormatUSD(0),
		"<0.01":      quantity.FormatUSD(0.001),
		"1,234,568":  quantity.FormatUSD(1234567.89),
		"1,095M":     quantity.FormatUSD(1_095_008_738),
		"464,764M":   quantity.FormatUSD(464_764_093_102),
		"654,321":    quantity.FormatUSD(654321.49),
		"100.5M":     quantity.FormatUSD(100_549_999),
		"1,000M":     quantity.FormatUSD(999_950_000),
		"100":        quantity.FormatUSD(99.995),
		"113.48":     quantity.FormatPerMillion(0.000113477),
		"16.67":      quantity.FormatPerMillion(0.0000166667),
		"+12.50":     quantity.FormatUSDChange(12.5),
		"-3.00":      quantity.FormatUSDChange(-3),
		"-2,081":     quantity.FormatUSDChange(-2080.52),
		"-0.01":      quantity.FormatUSDChange(-0.005),
		"<$0.01":     quantity.FormatDollars(0.001),
		"$16,556":    quantity.FormatDollars(16556.4),
		"$9.50":      quantity.FormatDollars(9.5),
		"+$12.50":    quantity.FormatDollarsChange(12.5),
		"-$2,081":    quantity.FormatDollarsChange(-2080.52),
		"$0.00":      quantity.FormatDollarsChange(-0.004),
		"+12.5%":     quantity.FormatPercentChange(0.125),
		"-250%":      quantity.FormatPercentChange(-2.5),
		"<0.1% more": quantity.FormatPercentChange(1e-5),
		"<0.1% less": quantity.FormatPercentChange(-1e-5),
		"9,999,999":  quantity.FormatCountBriefly(9_999_999),
		"12.35M":     quantity.FormatCountBriefly(12_345_678),
		"1 error":    quantity.FormatCountOf(1, "error"),
		"1,500 runs": quantity.FormatCountOf(1500, "run"),
		"1 request":  quantity.FormatWholeOf(1, "request"),
		"2M calls":   quantity.FormatWholeOf(2e6, "call"),
		"3 unknown":  quantity.FormatCountOf(3, "unknown"),
		"1.03%":      quantity.FormatChance(0.0103),
		"6.4e-5%":    quantity.FormatChance(0.00000064),
		"<1e-9%":     quantity.FormatChance(1e-15),
		"50.1%":      quantity.FormatChance(0.5014),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestAppendNumber checks that programs get every digit, in the form that encoding/json writes.
func TestAppendNumber(t *testing.T) {
	for _, x := range []float64{0, 1, -1.5, 1e-6, 9.9e-7, 1e-9, 1e-10, 1e20, 1e21, 1.7e308, 5e-324, 0.1 + 0.2} {
		want, err := json.Marshal(x)
		if got := quantity.AppendNumber([]byte("x"), x); err != nil || string(got) != "x"+string(want) {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestDay reads the rates of a day: as numbers, as spans, and as the text forms of both.
func TestDay(t *testing.T) {
	rate := func(rps float64) quantity.Rate { return quantity.Rate{Value: rps} }
	spans := []quantity.Span{
		{From: 0, To: 8, Rate: rate(20)}, {From: 8, To: 18, Rate: rate(150.5)}, {From: 18, To: 24, Rate: rate(60)},
	}
	day, err := quantity.Schedule(spans, quantity.NoRate)
	if err != nil || len(day) != 24 || day[7] != 20 || day[8] != 150.5 || day[23] != 60 {
		t.Errorf("%v, %v", day, err)
	}
	lunch := []quantity.Span{
		{From: 12, To: 13, Rate: quantity.Rate{Value: 2.5, Multiple: true}}, {From: 0, To: 2, Rate: rate(5)},
	}
	peak, err := quantity.Schedule(lunch, 100)
	if err != nil || peak[1] != 5 || peak[11] != 100 || peak[12] != 250 || peak[13] != 100 {
		t.Errorf("%v, %v", peak, err)
	}
	if quantity.NeedsRate(spans) || !quantity.NeedsRate(spans[1:]) || !quantity.NeedsRate(append(lunch[:1:1], spans...)) {
		t.Error("it is not known which schedules need an ordinary rate")
	}
	for _, span := range append(lunch, spans...) {
		if again, err := quantity.ParseSpan(span.String()); err != nil || again != span {
			t.Errorf("%s is %v, %v", span, again, err)
		}
	}
	if again, err := quantity.Day(day); err != nil || !slices.Equal(day, again) {
		t.Errorf("%v, %v", again, err)
	}
	schedule := func(span quantity.Span) error {
		return second(quantity.Schedule([]quantity.Span{span}, quantity.NoRate))
	}
	twice := slices.Repeat(spans, 2)
	for want, err := range map[string]error{
		`"5 6.5" has 2 rates`:                              second(quantity.Day([]float64{5, 6.5})),
		`"5" has 1 rate; expected 24 rates`:                second(quantity.Day([]float64{5})),
		`"8-4=5" has "8-4=5", which is not a FROM-TO=RATE`: schedule(quantity.Span{From: 8, To: 4, Rate: rate(5)}),
		`"0-25=1" has "0-25=1"`:                            schedule(quantity.Span{From: 0, To: 25, Rate: rate(1)}),
		`has no rate for the hour from 8 to 9`:             second(quantity.Schedule(spans[:1], quantity.NoRate)),
		`has two rates for the hour from 0 to 1`:           second(quantity.Schedule(twice, quantity.NoRate)),
		`multiplies a rate that is not given`:              second(quantity.Schedule(lunch, quantity.NoRate)),
		`"12-13=2.5x" is out of range`:                     second(quantity.Schedule(lunch, 1e9)),
		`"3rx" is not a factor; expected a multiple`:       second(quantity.ParseSpan("8-9=3rx")),
		`"-3x" is not a factor`:                            second(quantity.ParseSpan("8-9=-3x")),
		`"8-8=5" ends before it starts`:                    second(quantity.ParseSpan("8-8=5")),
		`"-0-8=5" is not a FROM-TO=RATE`:                   second(quantity.ParseSpan("-0-8=5")),
		`"8=5" is not a FROM-TO=RATE`:                      second(quantity.ParseSpan("8=5")),
		`"8-9" is not a FROM-TO=RATE`:                      second(quantity.ParseSpan("8-9")),
		`"x" is not a number`:                              second(quantity.ParseSpan("8-9=x")),
		`"-0" is not an hour of the day`:                   second(quantity.ParseHour("-0")),
	} {
		if err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, quantity.ErrInvalid) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestRanges checks which values are in a range, and the messages for those that are not.
func TestRanges(t *testing.T) {
	for want, err := range map[string]error{
		`"-1" is out of range; expected 0% to 100%`: quantity.Shares.Check(-1),
		`"NaN" is out of range`:                     quantity.Rates.Check(math.NaN()),
		`"0" ms is zero`:                            quantity.CheckDuration(0),
		`"-5" ms is negative`:                       quantity.CheckDuration(-5),
		`"NaN" ms is not a number`:                  quantity.CheckDuration(math.NaN()),
		`"1e-07" ms is below 1 ns`:                  quantity.CheckDuration(1e-7),
		`ms is more than a year`:                    quantity.CheckDuration(1e12),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if quantity.Shares.Check(1) != nil || quantity.CheckDuration(80) != nil || !quantity.Units.Contains(0) {
		t.Error("a legal value is rejected")
	}
	type word string
	if w, err := quantity.ParseWord("b", word("a"), word("b")); w != "b" || err != nil {
		t.Errorf("%s, %v", w, err)
	}
	_, err := quantity.ParseWord("B", word("a"), word("b"))
	if err == nil || !strings.Contains(err.Error(), `"B" is not known; did you mean b?`) {
		t.Error(err)
	}
	if on, err := quantity.ParseSwitch("true"); !on || err != nil {
		t.Error(err)
	}
	if hours, err := quantity.ParseEnabledHours("160h"); hours != 160 || err != nil {
		t.Errorf("%g, %v", hours, err)
	}
}

// FuzzParse checks that every parser either rejects a text with a reason, or returns a value in its range.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"1500", "5.4M/h", "80ms", "1.2s", "1GB", "1%", "-1", "NaN", "1e308", "010", "512.9", "", "0x1p4", "1e-400",
		strings.Repeat("0", 300), strings.Repeat("9", 300),
		"90,000/min", "1500 req/s", "1,5", "5K/s", "1.5krps", "1_000", "80 ms", "1Gi", "1e3", "1,000,000k", "99999,9",
		"0-8=20,8-18=150,18-24=60", "0-24=5", "12-13=3x", strings.Repeat("5 ", 24), "3h", "24", "744", "4",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		check := func(name string, x, low, high float64, err error) {
			switch {
			case err == nil && !(x >= low && x <= high):
				t.Errorf("%s(%q) = %v, outside %v..%v", name, text, x, low, high)
			case err != nil && !errors.Is(err, quantity.ErrInvalid):
				t.Errorf("%s(%q): %v", name, text, err)
			case err != nil && (len(err.Error()) > 600 || strings.ContainsAny(err.Error(), "\n\x1b")):
				t.Errorf("%s(%q): a message not fit to print: %q", name, text, err)
			}
		}
		rate, err := quantity.ParseRate(text)
		check("ParseRate", rate, 0, 1e9, err)
		if err == nil && rate >= 1e-3 { // the program reads what it writes
			for _, unit := range []string{"/s", " req/s"} {
				again, err := quantity.ParseRate(quantity.FormatNumber(rate) + unit)
				if err != nil || math.Abs(again-rate) > rate*0.0006 && math.Abs(again-rate) > 0.0005 {
					t.Errorf("%q is %v, written %s%s, which is %v, %v", text, rate, quantity.FormatNumber(rate), unit, again, err)
				}
			}
		}
		duration, err := quantity.ParseDuration(text)
		check("ParseDuration", duration, 1e-6, 365*86400e3, err)
		memory, err := quantity.ParseMemory(text)
		check("ParseMemory", float64(memory), aws.MinMemoryMB, aws.MaxMemoryMB, err)
		percent, err := quantity.ParsePercent(text)
		check("ParsePercent", percent, 0, 1, err)
		target, err := quantity.ParseTarget(text)
		check("ParseTarget", target, 0, 1, err)
		headroom, err := quantity.ParseHeadroom(text)
		check("ParseHeadroom", headroom, 0, 10, err)
		count, err := quantity.ParseCount(text)
		check("ParseCount", float64(count), 0, 1e8, err)
		storage, err := quantity.ParseEphemeral(text)
		check("ParseEphemeral", float64(storage), aws.FreeEphemeralMB, aws.MaxEphemeralMB, err)
		hours, err := quantity.ParseHours(text)
		check("ParseHours", hours, 0, aws.MaxMonthHours, err)
		peakedness, err := quantity.ParsePeakedness(text)
		check("ParsePeakedness", peakedness, 1, 1000, err)
		penalty, err := quantity.ParsePenalty(text)
		check("ParsePenalty", penalty, 0, 1e6, err)
		segments, err := quantity.ParseSegments(text)
		check("ParseSegments", float64(segments), 1, 24, err)
		whole, err := quantity.ParseSegmentHours(text)
		check("ParseSegmentHours", float64(whole), 1, 24, err)
		span, err := quantity.ParseSpan(text)
		check("ParseSpan", span.Rate.Value, 0, 1e9, err)
		if err == nil && (span.From < 0 || span.From >= span.To || span.To > 24) {
			t.Errorf("ParseSpan(%q) = %v", text, span)
		}
	})
}

// TestFormatUSDSum checks that parts add up to their total as both are read, in the digits of the total.
func TestFormatUSDSum(t *testing.T) {
	for want, c := range map[string]struct {
		parts []float64
		total float64
	}{
		"101 + 100 + 100 = 301":              {[]float64{100.4, 100.4, 100.4}, 301.2},
		"101 + 99 + 0 = 200":                 {[]float64{100.5, 99.5, 0}, 200},
		"274 + 225 + <1 = 499":               {[]float64{273.75, 225.05, 0.42}, 499.22},
		"273 + 225 + 1 = 499":                {[]float64{273.05, 225.05, 0.95}, 499.05},
		"33.34 + 33.33 + 33.31 = 99.98":      {[]float64{33.336, 33.333, 33.311}, 99.98},
		"0.02 + <0.01 + 0.00 = 0.02":         {[]float64{0.018, 0.003, 0}, 0.021},
		"60.3M + 40.2M + <0.1M = 100.5M":     {[]float64{60_280_000, 40_220_000, 9_000}, 100_509_000},
		"1,200M + 34M + <1M = 1,234M":        {[]float64{1_200_300_000, 33_800_000, 100_000}, 1_234_200_000},
		"0.10 + 0.20 = 0.30":                 {[]float64{0.1, 0.2}, 0.1 + 0.2},
		"0.00 = 0.00":                        {[]float64{0}, 0},
		"2.00 + 3.01 = 1.00 of other things": {[]float64{2, 3.006}, 1},
	} {
		text := strings.Join(quantity.FormatUSDSum(c.parts, c.total), " + ") + " = " + quantity.FormatUSD(c.total)
		if expected, _, _ := strings.Cut(want, " of "); text != expected {
			t.Errorf("%v of %v: %s, want %s", c.parts, c.total, text, expected)
		}
	}
}

// TestParseDelay checks that a time may be 0 with or without one unit.
func TestParseDelay(t *testing.T) {
	for text, want := range map[string]float64{"0": 0, "0s": 0, "0h": 0, "2m": 120, "101.7s": 101.7} {
		if got, err := quantity.ParseDelay(text); err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "5", "-1s", "s", "0sm"} {
		if _, err := quantity.ParseDelay(text); !errors.Is(err, quantity.ErrInvalid) {
			t.Errorf("%q is read: %v", text, err)
		}
	}
}
