package calc_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

// parsed is a text with its value, or with a part of the message it earns.
type parsed[T any] struct {
	text string
	want T
	err  string
}

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
		case err != nil && (!errors.Is(err, calc.ErrInvalid) || !strings.Contains(err.Error(), "; legal: ")):
			t.Errorf("%q: error %v does not say what is legal", c.text, err)
		}
	}
}

func TestParse(t *testing.T) {
	testParse(t, calc.ParseRate, []parsed[float64]{
		{"1500", 1500, ""}, {"1500/s", 1500, ""}, {"1500/sec", 1500, ""}, {"90000/min", 1500, ""},
		{"5.4M/h", 1500, ""}, {"5.4M/hour", 1500, ""}, {"129.6M/day", 1500, ""}, {"129600k/d", 1500, ""},
		{"1G", 1e9, ""}, {"86400G/d", 1e9, ""}, {"0", 0, ""}, {"010", 10, ""}, {"0.5", 0.5, ""}, {"1e3", 1000, ""},
		{"", 0, "is empty"}, {"-1", 0, "is negative"}, {"-0.5k", 0, "is negative"}, {"NaN", 0, "is not a number"}, {"Inf", 0, "is not a number"},
		{"-Inf", 0, "is not a number"}, {"1e308", 0, "is too large"}, {"1e999", 0, "is too large"}, {"1000000001", 0, "is too large"},
		{"1_000", 0, "separator"}, {"1,000", 0, "separator"}, {"5K", 0, "unknown unit"}, {"5/m", 0, "unknown period"}, {"5/", 0, "unknown period"},
		{" 5", 0, "is not a number"}, {"5 ", 0, "space"}, {".5", 0, "is not a number"}, {"5.", 0, "is not a number"}, {"0x10", 0, "unknown unit"},
		{"+5", 0, "is not a number"}, {"1.2.3", 0, "unknown unit"}, {"\x1b[31m", 0, `\x1b`},
	})
	testParse(t, calc.ParseDuration, []parsed[float64]{
		{"80ms", 80, ""}, {"1.2s", 1200, ""}, {"2m", 120_000, ""}, {"0.07s", 70, ""}, {"1h", 3_600_000, ""}, {"500us", 0.5, ""}, {"500µs", 0.5, ""},
		{"0.000001ms", 1e-6, ""}, {"8760h", 31_536_000_000, ""},
		{"80", 0, "needs a unit: 80ms or 80s"}, {"0ms", 0, "is zero"}, {"-1s", 0, "is negative"}, {"1e308s", 0, "more than a year"}, {"0.0000009ms", 0, "below 1 ns"},
		{"1m30s", 0, "unknown unit"}, {"1d", 0, "unknown unit"}, {"", 0, "is empty"}, {"ms", 0, "is not a number"}, {"80MS", 0, "unknown unit"},
	})
	testParse(t, calc.ParseMemory, []parsed[int64]{
		{"128", 128, ""}, {"1024MB", 1024, ""}, {"1GB", 1024, ""}, {"1.5GB", 1536, ""}, {"10240", 10240, ""}, {"10GB", 10240, ""},
		{"127", 0, "too small"}, {"10241", 0, "too large"}, {"11GB", 0, "too large"}, {"512.9", 0, "not a whole number"}, {"1GiB", 0, "unknown unit"}, {"1e99", 0, "too large"},
	})
	testParse(t, calc.ParsePercent, []parsed[float64]{
		{"1%", 0.01, ""}, {"0.01", 0.01, ""}, {"100%", 1, ""}, {"1", 1, ""}, {"0", 0, ""}, {"7%", 0.07, ""},
		{"101%", 0, "too large"}, {"5", 0, "write 5%"}, {"-1%", 0, "negative"}, {"1 %", 0, "space"},
	})
	testParse(t, calc.ParseHeadroom, []parsed[float64]{
		{"10%", 0.1, ""}, {"1000%", 10, ""}, {"10", 0, "write 10%"}, {"1001%", 0, "too large"},
	})
	testParse(t, calc.ParseCount, []parsed[int64]{
		{"0", 0, ""}, {"010", 10, ""}, {"100000000", 100_000_000, ""},
		{"100000001", 0, "too large"}, {"99999999999999999999", 0, "too large"}, {"512.9", 0, "not a whole number"}, {"1e3", 0, "not a whole number"},
		{"1k", 0, "not a whole number"}, {"1_000", 0, "not a whole number"}, {"-1", 0, "negative"}, {"", 0, "empty"}, {"true", 0, "not a number"},
	})
	testParse(t, calc.ParseMode, []parsed[calc.Mode]{{"sync", calc.Sync, ""}, {"async", calc.Async, ""}, {"Sync", "", "lower case"}, {"event", "", "not known"}})
	testParse(t, calc.ParseArch, []parsed[calc.Arch]{{"arm64", calc.ARM, ""}, {"x86_64", calc.X86, ""}, {"ARM64", "", "lower case"}, {"x86", "", "not known"}})
}

// TestLegal: the ranges that messages name are those that hold.
func TestLegal(t *testing.T) {
	_, err := calc.ParseMemory("x")
	if want := fmt.Sprintf("%d to %d MB", calc.MinMemoryMB, calc.MaxMemoryMB); !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
	for _, c := range []struct {
		most, more string
		parse      func(string) error
	}{
		{"100000000", "100000001", func(s string) error { _, err := calc.ParseCount(s); return err }},
		{"1e9", "1000000001", func(s string) error { _, err := calc.ParseRate(s); return err }},
		{"1000%", "1001%", func(s string) error { _, err := calc.ParseHeadroom(s); return err }},
		{"100%", "101%", func(s string) error { _, err := calc.ParsePercent(s); return err }},
	} {
		if err := c.parse(c.most); err != nil {
			t.Error(err)
		}
		if err := c.parse(c.more); err == nil || !strings.Contains(err.Error(), " to "+c.most) {
			t.Errorf("%v, want a range to %s", err, c.most)
		}
	}
}

func TestCeilUnits(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want int64
	}{
		{200 * 1.1, 220}, {0.05 * 20000, 1000}, {300 * 0.07, 21}, {0, 0}, {1e-12, 1}, {0.5, 1}, {1, 1}, {1.0001, 2},
		{20.999999999999996, 21}, {21.000000000000004, 21}, {-1, 0}, {math.NaN(), 0}, {math.Inf(1), math.MaxInt64}, {1e30, math.MaxInt64},
	} {
		equal(t, "CeilUnits", calc.CeilUnits(c.x), c.want)
	}
}

func TestFormat(t *testing.T) {
	for want, got := range map[string]string{
		"0":          calc.FormatNumber(0),
		"1,500":      calc.FormatNumber(1500),
		"999,999":    calc.FormatNumber(999999.4),
		"1.235M":     calc.FormatNumber(1234567),
		"1G":         calc.FormatNumber(1e9),
		"33.33":      calc.FormatNumber(100.0 / 3),
		"133.3":      calc.FormatNumber(400.0 / 3),
		"0.05":       calc.FormatNumber(0.05),
		"1e-09":      calc.FormatNumber(1e-9),
		"10,000,000": calc.FormatCount(10_000_000),
		"33.3%":      calc.FormatPercent(1.0 / 3),
		"0%":         calc.FormatPercent(0),
		"<0.1%":      calc.FormatPercent(1e-8),
		">99.9%":     calc.FormatPercent(1 - 1e-8),
		"100%":       calc.FormatPercent(1),
		"80ms":       calc.FormatDuration(80),
		"1.2s":       calc.FormatDuration(1200),
		"15m":        calc.FormatDuration(900_000),
		"250us":      calc.FormatDuration(0.25),
	} {
		equal(t, "format", got, want)
	}
}

// FuzzParse: every parser either refuses a text with a reason, or returns a
// value inside its range.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"1500", "5.4M/h", "80ms", "1.2s", "1GB", "1%", "-1", "NaN", "1e308", "010", "512.9", "", "0x1p4", "1e-400", "sync", strings.Repeat("0", 300), strings.Repeat("9", 300),
		"provisioned=0:300:25", "duration=10ms:1s:0.1ms", "rps=0:1e9:0.001", "0-8=20,8-18=150,18-24=60", "0-24=5", strings.Repeat("5 ", 24), "3h", "24", "744", "4"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		check := func(name string, x, low, high float64, err error) {
			switch {
			case err == nil && !(x >= low && x <= high):
				t.Errorf("%s(%q) = %v, outside %v..%v", name, text, x, low, high)
			case err != nil && !errors.Is(err, calc.ErrInvalid):
				t.Errorf("%s(%q): %v", name, text, err)
			case err != nil && (len(err.Error()) > 600 || strings.ContainsAny(err.Error(), "\n\x1b")):
				t.Errorf("%s(%q): a message not fit to print: %q", name, text, err)
			}
		}
		rate, err := calc.ParseRate(text)
		check("ParseRate", rate, 0, 1e9, err)
		duration, err := calc.ParseDuration(text)
		check("ParseDuration", duration, 1e-6, 365*86400e3, err)
		memory, err := calc.ParseMemory(text)
		check("ParseMemory", float64(memory), calc.MinMemoryMB, calc.MaxMemoryMB, err)
		percent, err := calc.ParsePercent(text)
		check("ParsePercent", percent, 0, 1, err)
		headroom, err := calc.ParseHeadroom(text)
		check("ParseHeadroom", headroom, 0, 10, err)
		count, err := calc.ParseCount(text)
		check("ParseCount", float64(count), 0, 1e8, err)
		storage, err := calc.ParseEphemeral(text)
		check("ParseEphemeral", float64(storage), calc.FreeEphemeralMB, calc.MaxEphemeralMB, err)
		hours, err := calc.ParseHours(text)
		check("ParseHours", hours, 0, calc.MaxMonthHours, err)
		peakedness, err := calc.ParsePeakedness(text)
		check("ParsePeakedness", peakedness, 1, 1000, err)
		penalty, err := calc.ParsePenalty(text)
		check("ParsePenalty", penalty, 0, 1e6, err)
		segments, err := calc.ParseSegments(text)
		check("ParseSegments", float64(segments), 1, 24, err)
		whole, err := calc.ParseWholeHours(text)
		check("ParseWholeHours", float64(whole), 1, 24, err)
		for name, parse := range map[string]func(string) ([]float64, error){"ParseDay": calc.ParseDay, "ParseSchedule": calc.ParseSchedule} {
			day, err := parse(text)
			check(name, 0, 0, 0, err)
			if err == nil && len(day) != 24 {
				t.Errorf("%s(%q) = %v", name, text, day)
			}
			for _, rate := range day {
				check(name, rate, 0, 1e9, nil)
			}
		}
		sweep, err := calc.ParseSweep(text)
		check("ParseSweep", float64(len(sweep.Values)), 1, 10_000, err)
		for _, value := range sweep.Values {
			check("ParseSweep", value, 0, 365*86400e3, nil)
		}
		_, err = calc.ParseObjective(text)
		check("ParseObjective", 0, 0, 0, err)
		_, err = calc.ParseMode(text)
		check("ParseMode", 0, 0, 0, err)
		_, err = calc.ParseArch(text)
		check("ParseArch", 0, 0, 0, err)
	})
}
