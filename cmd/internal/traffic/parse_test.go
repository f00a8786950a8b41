package traffic

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"
)

// TestParseStamp compares times with those of package time.
func TestParseStamp(t *testing.T) {
	for text, layout := range map[string]string{
		"2026-11-24T02:59:00Z":             time.RFC3339,
		"2026-11-24T02:59:00.430Z":         time.RFC3339Nano,
		"2026-11-24T02:59:00.430123456Z":   time.RFC3339Nano,
		"2026-11-24T02:59:00.43+00:00":     time.RFC3339Nano,
		"2026-11-24T02:59:00.43-05:30":     time.RFC3339Nano,
		"2024-02-29 23:59:59":              time.DateTime,
		"2000-02-29 23:59":                 "2006-01-02 15:04",
		"1970-01-01T00:00:00Z":             time.RFC3339,
		"2026-11-24T02:59:00 +0100":        "2006-01-02T15:04:05 -0700",
		"2026-11-24T02:59:00+0100":         "2006-01-02T15:04:05-0700",
		"2026-11-24T02:59:00,430":          "2006-01-02T15:04:05,000",
		"2026-11-24T02:59:00.430000+00:00": time.RFC3339Nano,
	} {
		want, err := time.Parse(layout, text)
		if err != nil {
			t.Fatal(err)
		}
		got, n := parseStamp([]byte(text))
		if got.ns != want.UnixNano() || n != len(text) {
			t.Errorf("%s: got %v and %d bytes, want %v", text, time.Unix(0, got.ns).UTC(), n, want)
		}
	}
	for _, text := range []string{"", "2026-11-24", "2026-11-24T02", "2026-13-24T02:59:00Z", "2026-02-29T02:59:00Z",
		"2026-11-24T24:00:00Z", "2026-11-24T02:60:00Z", "2026-11-24T02:59:61Z", "2026/11/24 02:59:00", "24.11.2026 02:59:00",
		"2026-11-24T02:59:00+99:00", "x2026-11-24T02:59:00Z"} {
		if _, n := parseStamp([]byte(text)); n != 0 {
			t.Errorf("%q is taken for a time", text)
		}
	}
	for text, want := range map[string]int64{"0000-01-01T00:00:00Z": 0, "1969-12-31T23:59:59Z": 0,
		"2262-04-12T00:00:00Z": math.MaxInt64, "9999-12-31T23:59:59Z": math.MaxInt64} {
		if got, _ := parseStamp([]byte(text)); got.ns != want {
			t.Errorf("%s: got %d", text, got.ns)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 10_000 { // from 1970 to 2261
		want := time.Unix(random.Int64N(9_214_646_400), random.Int64N(1e9)).UTC()
		if got, _ := parseStamp([]byte(want.Format(time.RFC3339Nano))); got.ns != want.UnixNano() {
			t.Fatalf("%v: got %v", want, time.Unix(0, got.ns).UTC())
		}
	}
}

// TestParseTime checks numbers that are times: the unit follows from the magnitude.
func TestParseTime(t *testing.T) {
	const want = 1_795_489_140_510_000_000
	for _, text := range []string{"1795489140.51", "1795489140510", "1795489140510000", "1795489140510000000",
		"1.79548914051e9", "2026-11-24T02:59:00.51Z"} {
		got, ok := parseTime([]byte(text))
		if !ok || math.Abs(float64(got.ns-want)) > 300 || got.whole {
			t.Errorf("%s: got %+v", text, got)
		}
	}
	if got, ok := parseTime([]byte("1795489140")); !ok || got.ns != want-510_000_000 || !got.whole {
		t.Errorf("whole seconds: %+v", got)
	}
	for _, text := range []string{"", "0", "12", "-1795489140", "NaN", "1e300", "noon", "99999999999999999999"} {
		if got, ok := parseTime([]byte(text)); ok {
			t.Errorf("%s is taken for the time %v", text, got)
		}
	}
}

// TestParseNumber compares numbers with those of package strconv, to the last bit.
func TestParseNumber(t *testing.T) {
	texts := []string{"0", "0.0", "18000.0", "120.5", "1", "0.1", "123456789012345", "1234567890123456",
		"12345678.9012345",
		"99999999999999999999", "1e3", "-4", "0.30000000000000004", "4.35", "1.15", "9007199254740993", "9007199254740995",
		"9007199254740993.001", "0.9007199254740993", "9999999999999999999", "0.000000000000000001", "0.000000000000000000"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		x := random.Float64() * math.Pow10(random.IntN(13))
		texts = append(texts, strconv.FormatFloat(x, 'f', random.IntN(14), 64))
	}
	for _, text := range texts {
		want, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := parseNumber([]byte(text)); !ok || got != want {
			t.Errorf("%s: got %v", text, got)
		}
	}
	for _, text := range []string{"", ".", "1.", ".5.", "1.2.3", "NaN", "Inf", "-Infinity", "1e999", "0x", "1,5"} {
		x, ok := parseNumber([]byte(text))
		if want, err := strconv.ParseFloat(text, 64); ok && (err != nil || x != want || math.IsNaN(x) || math.IsInf(x, 0)) {
			t.Errorf("%q: got %v", text, x)
		}
	}
}

// TestParseLabel checks labels of CloudWatch: those of people, of dashboards, and of SEARCH.
func TestParseLabel(t *testing.T) {
	for _, test := range []struct{ text, id, function, metric, stat string }{
		{"Invocations", "m1", "", invocations, ""},
		{"checkout Invocations", "q1", "checkout", invocations, ""},
		{"checkout Duration p99.9", "q1", "checkout", duration, "p99.9"},
		{"checkout Duration Average", "q1", "checkout", duration, average},
		{"checkout - Duration (avg)", "q1", "checkout", duration, average},
		{"checkout: Throttles", "q1", "checkout", throttles, ""},
		{"Sum of Invocations", "q1", "of", invocations, sum}, // a label of people: see --function-label
		{"checkout", "inv", "checkout", invocations, ""},
		{"checkout", "m_duration_p99", "checkout", duration, "p99"},
		{"checkout_invocations", "q1", "checkout", invocations, ""},
		{"DurationAverage", "q1", "", duration, average},
		{"checkout.Duration.max", "q1", "checkout", duration, maximum},
		{"checkout ConcurrentExecutions", "q1", "checkout", concurrency, ""},
		{"checkout UnreservedConcurrentExecutions", "q1", "checkout", "UnreservedConcurrentExecutions", ""},
		{"ProvisionedConcurrencyInvocations", "q1", "", "ProvisionedConcurrencyInvocations", ""},
		{"duration-service Duration", "q1", "duration-service", duration, ""},
		{"checkout checkout:live Invocations", "q1", "checkout:live", invocations, ""},
		{"checkout:live checkout Invocations", "q1", "checkout:live", invocations, ""},
		{"checkout checkout Invocations", "q1", "checkout:$LATEST", invocations, ""},
		{"requests", "e1", "requests", "", ""},
		{"", "errors", "", "Errors", ""},
	} {
		want := label{test.function, test.metric, test.stat}
		if got := parseLabel(test.text, test.id, Options{}); got != want {
			t.Errorf("%s (%s): got %+v, want %+v", test.text, test.id, got, want)
		}
	}
}

// TestParseBetween checks parts of the time.
func TestParseBetween(t *testing.T) {
	at := func(text string) int64 {
		at, err := time.Parse("2006-01-02T15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		return at.UnixNano()
	}
	for text, want := range map[string]Between{
		"2026-11-24T09:00..13:00":            {at("2026-11-24T09:00"), at("2026-11-24T13:00")},
		"2026-11-24T09:00..2026-11-25":       {at("2026-11-24T09:00"), at("2026-11-25T00:00")},
		"2026-11-24 .. 2026-11-26T01:00":     {at("2026-11-24T00:00"), at("2026-11-26T01:00")},
		"2026-11-24T09:00..":                 {at("2026-11-24T09:00"), math.MaxInt64},
		"..2026-11-24T09:00":                 {math.MinInt64, at("2026-11-24T09:00")},
		"2026-11-24T09:00+01:00..10:00Z":     {at("2026-11-24T08:00"), at("2026-11-24T10:00")},
		"2026-11-24T09:00:30..09:01:00.5":    {at("2026-11-24T09:00") + 30e9, at("2026-11-24T09:01") + 5e8},
		"2026-11-24T09:00Z..2026-11-24T9:00": {},
		"2026-11-24T09:00..09:00":            {},
		"2026-11-24T09:00":                   {},
		"..":                                 {},
		"noon..13:00":                        {},
		"..13:00":                            {},
		"2026-11-24T09:00..13":               {},
	} {
		got, err := ParseBetween(text, nil)
		if got != want || (err == nil) != (want != Between{}) {
			t.Errorf("%s: got %v, %v; want %v", text, got, err, want)
		}
	}
	b := Between{10, 20}
	if b.Has(9) || !b.Has(10) || !b.Has(19) || b.Has(20) || !(Between{}).Has(5) {
		t.Error("the end is a part of it, or the start is not")
	}
}

// TestIDs checks that ids are remembered while the set grows, and the last of them when it is full.
func TestIDs(t *testing.T) {
	const most = 1 << 16
	s := idSet{most: most}
	const n = most + most/2
	hash := func(i uint64) uint64 { return i * 0x9e37_79b9_7f4a_7c15 }
	for i := range uint64(n) {
		if s.add(hash(i)) {
			t.Fatalf("%d is taken for another", i)
		}
		if i%1000 == 0 && !s.add(hash(i)) || i == 60_000 && !s.add(hash(0)) {
			t.Fatalf("%d is forgotten", i)
		}
	}
	for i := uint64(n - most); i < n; i += 997 {
		if !s.add(hash(i)) {
			t.Fatalf("%d is forgotten", i)
		}
	}
	if !s.add(0) == s.add(0) {
		t.Error("0 is not an id")
	}
}

// TestWithoutColours checks escape sequences.
func TestWithoutColours(t *testing.T) {
	for text, want := range map[string]string{
		"a": "a", "\x1b[32ma\x1b[0m b": "a b", "a\x1b": "a", "a\x1b[": "a", "a\x1b[1;3": "a", "\x1bc": "c", "": "",
	} {
		if got := withoutColours(nil, []byte(text)); !bytes.Equal(got, []byte(want)) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// TestLeadingDigits puts every byte into every place of eight digits.
func TestLeadingDigits(t *testing.T) {
	for at := range 8 {
		for c := range 256 {
			text := []byte("13579246")
			text[at] = byte(c)
			size := 8
			if c < '0' || c > '9' {
				size = at
			}
			want, _ := strconv.ParseUint(string(text[:size]), 10, 64) // 0 of none
			if got, n := leadingDigits(text); n != size || got != want {
				t.Errorf("%q: got %d of %d digits", text, got, n)
			}
		}
	}
	for text, size := range map[string]int{
		"1234567": 0, "": 0, "::::::::": 0, "////////": 0, "\xff\xff\xff\xff\xff\xff\xff\xff": 0, "99999999": 8,
	} {
		if got, n := leadingDigits([]byte(text)); n != size || n == 8 && got != 99999999 {
			t.Errorf("%q: got %d of %d digits", text, got, n)
		}
	}
}
