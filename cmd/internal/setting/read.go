package setting

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
	"github.com/lambdacap/lambdacap/cmd/internal/lazyregexp"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// A Reader reads a value, and puts it where it goes. The readers below are made of functions alone, without closures:
// that lets the compiler lay out the whole table of settings, which would otherwise be built in every run.
type Reader interface {
	Read(Target, Value) fault.List
}

// An into reads a single value, and sets it.
type into[T any] struct {
	parse func(string) (T, error)
	set   func(Target, T)
}

// Read reads the value, and sets it.
func (r into[T]) Read(t Target, v Value) fault.List {
	value, err := r.parse(v.Text)
	if err != nil {
		return fault.List{v.Fault(err)}
	}
	r.set(t, value)
	return nil
}

// An optional reads a single value, and sets an optional destination.
type optional[T any] struct {
	parse func(string) (T, error)
	to    func(Target) *calc.Optional[T]
}

// Read reads the value, and sets it.
func (r optional[T]) Read(t Target, v Value) fault.List {
	return into[T]{r.parse, func(t Target, value T) { *r.to(t) = calc.Some(value) }}.Read(t, v)
}

// A readerFunc is a function that reads a value, and puts it where it goes.
type readerFunc func(Target, Value) fault.List

// Read calls the function.
func (f readerFunc) Read(t Target, v Value) fault.List { return f(t, v) }

func asIs(text string) (string, error) { return text, nil }

func parseName(text string) (string, error) { return text, calc.CheckName(text) }

// parseRegion reads a Region, which the calculation checks. A list is none in any case.
func parseRegion(text string) (string, error) {
	if strings.Contains(text, ",") {
		return "", calc.CheckRegion(text)
	}
	return text, nil
}

// parseArch reads an instruction set, also by the names that others give it.
func parseArch(text string) (calc.Arch, error) {
	switch strings.ToLower(text) {
	case "arm", "aarch64":
		return calc.ARM, nil
	case "x86", "x64", "amd64", "x86-64":
		return calc.X86, nil
	}
	return calc.ParseArch(text)
}

// parseTimeZone reads the name of a time zone. Where the machine has the database, the zone must be in it.
func parseTimeZone(text string) (string, error) {
	if err := calc.CheckTimeZone(text); err != nil {
		if zone := zoneOf(text); zone != "" {
			return "", fmt.Errorf("%q is not a time zone; did you mean %s?", text, zone)
		}
		return "", err
	}
	if !KnowsZone(text) {
		if zone := nearZone(text); zone != "" {
			return "", fmt.Errorf("%q is not a time zone; did you mean %s?", text, zone)
		}
		return "", fmt.Errorf("%q is not a time zone; expected a name such as %s", text, sureZone)
	}
	return text, nil
}

// sureZone is in every database of time zones.
const sureZone = "Europe/Berlin"

// KnowsZone reports whether there is a time zone. Where the machine has no database, there may be any.
func KnowsZone(name string) bool {
	if _, err := time.LoadLocation(name); err == nil && name != time.Local.String() {
		return true
	}
	_, err := time.LoadLocation(sureZone)
	return err != nil
}

// nearZone returns the time zone that was probably meant by a name in the form of one: that of its city, or one of its
// area that is spelt alike, if the machine has a folder of the area; empty if there is none.
func nearZone(name string) string {
	area, city, _ := strings.Cut(name, "/")
	if zone := zoneOf(city); zone != "" {
		return zone
	}
	entries, _ := os.ReadDir(filepath.Join("/usr/share/zoneinfo", filepath.Base(area)))
	zones := make([]string, len(entries))
	for i, e := range entries {
		zones[i] = area + "/" + e.Name()
	}
	return suggest.Nearest(name, zones)
}

// zoneOf returns the time zone that is named after a city; empty if there is none, or the machine has no database.
func zoneOf(city string) string {
	letters := []byte(strings.ReplaceAll(strings.ToLower(city), " ", "_"))
	for i, c := range letters {
		if first := i == 0 || letters[i-1] == '_'; first && 'a' <= c && c <= 'z' {
			letters[i] = c - 'a' + 'A'
		} else if c != '_' && !('a' <= c && c <= 'z') {
			return ""
		}
	}
	for _, area := range []string{"Europe", "America", "Asia", "Australia", "Africa", "Pacific", "Atlantic", "Indian"} {
		zone := area + "/" + string(letters)
		if _, err := time.LoadLocation(zone); err == nil && len(letters) > 0 {
			return zone
		}
	}
	return ""
}

// readRates reads the rate of a function: one, or one for each hour. A comma in a text separates rates, unless it
// stands in a single one: 90,000/min.
func readRates(t Target, v Value) fault.List {
	rps, err := quantity.ParseRate(v.Text)
	switch {
	case v.List != nil && err != nil && !isOneNumber(v):
		return readDay(t, v)
	case err != nil && (v.List == nil || v.Text != ""):
		return fault.List{v.Fault(err)}
	}
	t.Function.RPS = calc.Some(rps)
	return nil
}

// isOneNumber reports whether a text with commas or spaces looks like a single number that is written wrongly, and not
// like the rates of a day: 1,500 has groups of three digits, 1,5 a decimal comma.
func isOneNumber(v Value) bool {
	const mostGroups = 4 // 1,000,000,000
	if v.Text == "" || strings.Contains(v.Text, ", ") || len(v.List) > mostGroups {
		return false
	}
	digits := func(item Value) int { return len(item.Text) - len(strings.TrimLeft(item.Text, "0123456789")) }
	if !strings.Contains(v.Text, ",") { // 1500 rqs
		return len(v.List) == 2 && digits(v.List[0]) > 0 && digits(v.List[1]) == 0
	}
	if len(v.List) == 2 && digits(v.List[0]) > 0 && digits(v.List[1]) > 0 {
		return true
	}
	return !slices.ContainsFunc(v.List[1:], func(item Value) bool { return digits(item) != 3 })
}

// setDay sets the rates of a day, and their peak as the rate.
func setDay(t Target, rates []float64) {
	t.Function.Day = series.Day(rates)
	t.Function.RPS = calc.Some(t.Function.Day.Peak())
}

// readDay reads a list of rates. It names every item that is wrong.
func readDay(t Target, v Value) fault.List {
	var items itemReader
	rates := make([]float64, len(v.List))
	for i, item := range v.List {
		rates[i] = readItem(&items, item, quantity.ParseRate)
	}
	if items.flawed {
		return items.faults
	}
	day, err := quantity.Day(rates)
	var wrong *quantity.ValueError
	if errors.As(err, &wrong) && v.Origin > File {
		wrong.Legal = fmt.Sprintf("%d rates, one for each hour (%s compares them)",
			quantity.HoursPerDay, Compare(RPSKey, v.Written()))
	}
	return setHours(t, v, v.Items(), day, err)
}

// readSchedule reads the rates of a day as spans, beside the ordinary rate of the function, if it has one.
func readSchedule(t Target, v Value) fault.List {
	spans, words, faults := readSpans(v)
	if spans == nil {
		return faults
	}
	ordinary := float64(quantity.NoRate)
	if t.Function.Day.Empty() {
		ordinary = t.Function.RPS.Or(quantity.NoRate)
	}
	day, err := quantity.Schedule(spans, ordinary)
	return setHours(t, v, words, day, err)
}

// NeedsRate reports whether a schedule needs an ordinary rate beside it. One that cannot be read may.
func NeedsRate(schedule Value) bool {
	spans, _, _ := readSpans(schedule)
	return spans == nil || quantity.NeedsRate(spans)
}

// IsOneRate reports whether a value is a single rate, and not one for each hour.
func IsOneRate(rps Value) bool {
	_, err := quantity.ParseRate(rps.Text)
	return err == nil || rps.List == nil
}

// readSpans reads spans of a day, each of which is a text or a mapping of from, to and rps. words are the spans as they
// were written. If one cannot be read, spans is nil.
func readSpans(v Value) (spans []quantity.Span, words []string, faults fault.List) {
	list := v.List
	if list == nil {
		list = []Value{v}
	}
	var items itemReader
	spans, words = make([]quantity.Span, len(list)), make([]string, len(list))
	for i, item := range list {
		if item.List == nil {
			spans[i], words[i] = readItem(&items, item, wholeHours(quantity.ParseSpan)), item.Text
			continue
		}
		values := Values(item.List)
		from, to, rps := values.Of(spanFrom), values.Of(spanTo), values.Of(spanRPS)
		spans[i] = quantity.Span{
			From: readItem(&items, from, wholeHours(quantity.ParseHour)),
			To:   readItem(&items, to, wholeHours(quantity.ParseHour)),
			Rate: readItem(&items, rps, quantity.ParseSpanRate),
		}
		words[i] = from.Text + "-" + to.Text + "=" + rps.Text
		items.flawed = items.flawed || !item.Given()
	}
	if items.flawed {
		return nil, nil, items.faults
	}
	return spans, words, nil
}

// fullHour matches a time of the day as a clock shows it, at the full hour.
var fullHour = lazyregexp.Regexp{Text: `\b([0-9]{1,2}):00\b`}

// wholeHours returns a function that parses a text, and suggests how to write 12:00.
func wholeHours[T any](parse func(string) (T, error)) func(string) (T, error) {
	return func(text string) (T, error) {
		value, err := parse(text)
		whole := fullHour.Get().ReplaceAllString(text, "$1")
		if _, other := parse(whole); err != nil && other == nil {
			err = fmt.Errorf("%q has minutes; write %s", text, whole)
		}
		return value, err
	}
}

// The keys of an item of a schedule.
const (
	spanFrom = "from"
	spanTo   = "to"
	spanRPS  = "rps"
)

// spanKeys lists the keys of an item of a schedule.
func spanKeys() []string { return []string{spanFrom, spanTo, spanRPS} }

// An itemReader reads the items of a list. An item that is not given could not be read, which is a fault already.
type itemReader struct {
	faults fault.List
	flawed bool
}

// readItem reads an item, which must be a single value.
func readItem[T any](r *itemReader, item Value, parse func(string) (T, error)) T {
	value, err := parse(item.Text)
	if err != nil && strings.ContainsAny(item.Text, " ,") {
		err = fmt.Errorf("%q has several; expected a single value", item.Text)
	}
	if err != nil && item.Given() {
		r.faults = append(r.faults, item.Fault(err))
	}
	r.flawed = r.flawed || err != nil || !item.Given()
	return value
}

// setHours sets the rates of a day, unless there was an error. The error then quotes the text as it was written, or the
// items of a list with spaces between them.
func setHours(t Target, v Value, words []string, day []float64, err error) fault.List {
	var wrong *quantity.ValueError
	if errors.As(err, &wrong) {
		wrong.Text = cmp.Or(v.Text, strings.Join(words, " "))
	}
	if err != nil {
		return fault.List{v.Fault(err)}
	}
	setDay(t, day)
	return nil
}

// readScale reads the factors by which to multiply the load.
func readScale(t Target, v Value) fault.List {
	factors, err := calc.ParseScale(v.Items())
	if err != nil {
		return fault.List{v.Fault(err)}
	}
	t.Asked.Scale = factors
	return nil
}

// parseSweep reads a sweep, and names the setting that was probably meant by an unknown one.
func parseSweep(text string) (calc.Sweep, error) {
	sweep, err := calc.ParseSweep(text)
	name, _, isSweep := strings.Cut(text, "=")
	axes := []string{
		string(calc.AxisRPS), string(calc.AxisDuration), string(calc.AxisReserved), string(calc.AxisProvisioned),
	}
	if near := suggest.Nearest(name, axes); err != nil && isSweep && near != "" && near != name {
		return sweep, fmt.Errorf("%q has an unknown setting %q; did you mean %s?", text, name, near)
	}
	return sweep, err
}
