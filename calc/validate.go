package calc

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/source"
)

// AccountFault is the Function of a Fault that is about the account.
const AccountFault = -1

// A Fault is one thing that is wrong with an input.
type Fault struct {
	Function int    // index in Account.Functions, or AccountFault
	Field    string // the input at fault, by its key in a profile, such as "keep_alive"
	Message  string // the value, what is wrong with it, and what was expected
}

// Faults lists everything that is wrong with the inputs of a calculation. errors.Is finds quantity.ErrInvalid in it.
type Faults []Fault

// Error returns the faults, one per line.
func (f Faults) Error() string {
	var b strings.Builder
	for i, fault := range f {
		if i > 0 {
			b.WriteByte('\n')
		}
		if fault.Function != AccountFault {
			fmt.Fprintf(&b, "functions[%d].", fault.Function)
		}
		fmt.Fprintf(&b, "%s: %s", fault.Field, fault.Message)
	}
	return b.String()
}

// Unwrap returns quantity.ErrInvalid.
func (f Faults) Unwrap() error { return quantity.ErrInvalid }

// note adds a fault.
func (f *Faults) note(function int, field, format string, args ...any) {
	*f = append(*f, Fault{function, field, fmt.Sprintf(format, args...)})
}

// check adds a fault if err is not nil.
func (f *Faults) check(function int, field string, err error) {
	if err != nil {
		*f = append(*f, Fault{function, field, err.Error()})
	}
}

// within adds a fault if a value is out of range.
func within[T int | int64 | float64](f *Faults, function int, field string, value T, legal quantity.Range) {
	if !legal.Contains(float64(value)) {
		f.check(function, field, legal.Check(float64(value)))
	}
}

// withinIf adds a fault if a value is present and out of range.
func withinIf[T int | int64 | float64](f *Faults, function int, field string, value Optional[T], legal quantity.Range) {
	if v, ok := value.Get(); ok {
		within(f, function, field, v, legal)
	}
}

// err returns the faults as an error, or nil if there are none.
func (f Faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// faultsOf returns the faults in an error.
func faultsOf(err error) Faults {
	var faults Faults
	errors.As(err, &faults)
	return faults
}

// maxLoad limits the combined load of all functions of an account, so that sums of units fit in an int64. Unit:
// environments.
const maxLoad = 1e17

// Validate returns nil, or Faults with every fault of the account: values out of range, missing or duplicate names,
// provisioned concurrency above the reservation that contains it, and more units set aside than the quota. Limits,
// Spill and Plan call it themselves.
func (a Account) Validate() error { return a.validate(granted) }

// A standing says whether the units set aside may exceed the quota.
type standing bool

const (
	granted   standing = false // AWS has granted the settings, so they fit in the quota
	requested standing = true  // AWS may refuse them
)

// validate is Validate with a standing.
func (a Account) validate(s standing) error {
	var faults Faults
	within(&faults, AccountFault, "concurrency", a.Concurrency, quantity.QuotaUnits)
	withinIf(&faults, AccountFault, "unreserved_floor", a.UnreservedFloor, quantity.Units)
	within(&faults, AccountFault, "concurrency", a.ClaimedElsewhere, quantity.Units)
	faults.duration(AccountFault, "keep_alive", a.KeepAliveMS)
	if a.Region != "" {
		faults.check(AccountFault, "region", CheckRegion(a.Region))
	}
	if a.TimeZone != "" {
		faults.check(AccountFault, "time_zone", CheckTimeZone(a.TimeZone))
	}
	seen := make(map[string]bool, len(a.Functions))
	for i := range a.Functions {
		name := a.Functions[i].Name
		switch {
		case CheckName(name) != nil:
			faults.check(i, "name", CheckName(name))
		case seen[name]:
			faults.check(i, "name", &quantity.ValueError{Text: name, Problem: "names two functions",
				Legal: "a name of its own for each"})
		}
		seen[name] = true
		faults.function(i, &a.Functions[i])
	}
	faults.quotaFaults(a)
	if len(faults) == 0 { // sums of invalid values would be confusing
		faults.sums(a, s)
	}
	return faults.err()
}

// duration checks a duration, milliseconds.
func (f *Faults) duration(function int, field string, ms Optional[float64]) {
	if x, ok := ms.Get(); ok {
		f.check(function, field, quantity.CheckDuration(x))
	}
}

// function checks everything about one function except its name.
func (f *Faults) function(i int, fn *Function) {
	if fn.Mode != "" {
		_, err := ParseMode(string(fn.Mode))
		f.check(i, "mode", err)
	}
	if fn.Arch != "" {
		_, err := ParseArch(string(fn.Arch))
		f.check(i, "arch", err)
	}
	withinIf(f, i, "rps", fn.RPS, quantity.Rates)
	withinIf(f, i, "average_rps", fn.AverageRPS, quantity.Rates)
	f.day(i, fn)
	peak := fn.RPS.Else(fn.fullBatches())
	switch average, ok := fn.AverageRPS.Get(); {
	case ok && !fn.Day.Empty():
		f.note(i, "average_rps", "the rates over the day have an average already; expected one of the two")
	case ok && !peak.Known():
		f.note(i, "average_rps", "an average needs a peak; expected rps as well")
	case ok && average > peak.Or(0):
		f.note(i, "average_rps", "the average of %s requests/s exceeds the peak of %s",
			quantity.FormatNumber(average), quantity.FormatNumber(peak.Or(0)))
	}
	f.duration(i, fn.durationKey(), fn.DurationMS)
	f.longest(i, fn)
	f.managedFaults(i, fn)
	f.tenantFaults(i, fn)
	f.edgeFaults(i, fn)
	withinIf(f, i, "peakedness", fn.Peakedness, quantity.Peakedness)
	if m, ok := fn.OnTheMinute.Get(); ok {
		within(f, i, "on_the_minute", m.Share, quantity.Shares)
		within(f, i, "on_the_minute", m.WithinS, quantity.MinuteSeconds)
	}
	if !fn.IsManaged() {
		withinIf(f, i, "memory", fn.MemoryMB, quantity.Memory)
	}
	withinIf(f, i, "ephemeral_storage", fn.EphemeralMB, quantity.Ephemeral)
	f.duration(i, "init", fn.InitMS)
	f.duration(i, "timeout", fn.TimeoutMS)
	f.sources(i, fn)
	if fn.EventSource != "" && !printable(fn.EventSource) {
		f.check(i, "event_source", &quantity.ValueError{Text: fn.EventSource,
			Problem: "has unprintable characters", Legal: "printable ones"})
	}
	within(f, i, "provisioned", fn.Provisioned, quantity.Units)
	withinIf(f, i, "reserved", fn.Reserved, quantity.Units)
	if reserved, ok := fn.Reserved.Get(); ok && fn.Provisioned > reserved {
		f.note(i, "provisioned",
			"%d exceeds the reserved concurrency of %d; expected at most that, or no reservation",
			fn.Provisioned, reserved)
	}
}

// sources checks the event sources of a function.
func (f *Faults) sources(i int, fn *Function) {
	rated, events, before := 0, 0, len(*f)
	for j := range fn.Sources {
		s := &fn.Sources[j]
		key := "source."
		if len(fn.Sources) > 1 {
			key = fmt.Sprintf("sources[%d].", j)
		}
		for _, fault := range s.Validate() {
			f.note(i, key+fault.Field, "%s", fault.Message)
		}
		if s.MessagesRPS.Known() {
			rated++
		}
		if s.Type == source.Async {
			events++
		}
	}
	full, known := fn.fullBatches().Get()
	switch polling := len(fn.Sources) - events; {
	case polling > 0 && events > 0:
		f.note(i, "sources", "async stands beside a source whose pollers invoke synchronously; expected one or the other")
	case polling > 0 && fn.Mode == Async:
		f.note(i, "mode", "async stands beside a source whose pollers invoke synchronously; expected sync, "+
			"or the source async")
	case events > 0 && fn.Mode == Sync:
		f.note(i, "mode", "sync stands beside the source async; expected async")
	case len(*f) > before:
	case rated > 0 && !known:
		f.note(i, "sources", "%d of %d have a rate of messages; expected it of each, or of none and rps", rated,
			len(fn.Sources))
	case known && fn.RPS.Known() && fn.RPS.Or(0) < full*(1-tolerance):
		f.note(i, "rps", "%s invocations/s do not take the messages even in full batches, which make %s; "+
			"expected that many or more, or messages alone", quantity.FormatNumber(fn.RPS.Or(0)), quantity.FormatNumber(full))
	}
}

// longest checks that an invocation may run for the mean duration.
func (f *Faults) longest(i int, fn *Function) {
	ms := fn.DurationMS.Or(0)
	most, legal := float64(aws.MaxDurationMS), legalDuration
	if fn.IsManaged() {
		most = aws.MaxManagedDurationMS
		legal = fmt.Sprintf("more than 0, up to %s on Managed Instances", quantity.FormatDuration(most))
	}
	if !fn.Durable && ms > most && ms <= quantity.Durations.Most {
		text := strings.ReplaceAll(quantity.FormatLongDuration(ms), ",", "") // in the form that people type
		f.check(i, "duration", &quantity.ValueError{Text: text,
			Problem: "is longer than an invocation may run", Legal: legal})
	}
}

// legalDuration describes the range of the mean duration of a function.
var legalDuration = fmt.Sprintf("more than 0, up to %s; above %s only where AWS has raised the limit",
	quantity.FormatDuration(aws.MaxDurationMS), quantity.FormatDuration(aws.SureDurationMS))

// day checks the rates over the day.
func (f *Faults) day(i int, fn *Function) {
	if fn.Day.Empty() {
		return
	}
	_, err := quantity.Day(fn.Day.Values)
	if err == nil && !fn.Day.IsDay() {
		f.note(i, "schedule", "the rates do not cover a day from midnight to midnight; expected 24, one for each hour")
	}
	f.check(i, "schedule", err)
	for hour, rps := range fn.Day.Values {
		switch {
		case !quantity.Rates.Contains(rps):
			f.note(i, "schedule", "%g at %d h is out of range; expected %s", rps, hour, quantity.Rates.Legal)
			return
		case rps > fn.RPS.Or(0):
			f.note(i, "schedule", "%s requests/s at %d h exceed the peak of %s",
				quantity.FormatNumber(rps), hour, quantity.FormatNumber(fn.RPS.Or(0)))
			return
		}
	}
}

// sums checks the totals over all functions.
func (f *Faults) sums(a Account, s standing) {
	if claimed := a.Claimed(); s == granted && a.Concurrency < claimed {
		elsewhere := ""
		if a.ClaimedElsewhere > 0 {
			elsewhere = fmt.Sprintf(", %d by functions that are not listed here", a.ClaimedElsewhere)
		}
		quota := fmt.Sprint(a.Concurrency)
		if a.DefaultQuota {
			quota = "the default quota of " + quota
		}
		f.note(AccountFault, "concurrency",
			"%s is less than the %d units set aside "+
				"(%d reserved, %d provisioned without a reservation%s)",
			quota, claimed, a.reserved(), a.provisionedUnreserved(), elsewhere)
	}
	load := 0.0
	for i := range a.Functions {
		fn := &a.Functions[i]
		load += fn.RPS.Or(0) * fn.DurationMS.Or(0) / 1000
	}
	if !(load <= maxLoad) {
		f.note(AccountFault, "concurrency", "the load of all functions is %g environments; expected at most %g",
			load, maxLoad)
	}
}

// validRated is validate for an account in which at least one function must have a rate.
func validRated(a Account, s standing) error {
	if err := a.validate(s); err != nil {
		return err
	}
	if slices.ContainsFunc(a.Functions, func(f Function) bool { return f.RPS.Known() }) {
		return nil
	}
	function, of := AccountFault, ""
	switch n := len(a.Functions); n {
	case 0:
	case 1:
		function = 0
	default:
		of = fmt.Sprintf(" for any of %d functions", n)
	}
	return Faults{{function, "rps", "no rate given" + of + "; expected " + quantity.Rates.Legal}}
}

// printable reports whether all characters of a text can be printed.
func printable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// CheckTimeZone returns nil for UTC and for a name in the form of the IANA time zone database, such as Europe/Berlin,
// and a *quantity.ValueError for any other text. It rejects abbreviations such as CET, since AWS does not accept all of
// them.
func CheckTimeZone(name string) error {
	area, city, ok := strings.Cut(name, "/")
	isWord := func(word string) bool {
		return word != "" && word[0] >= 'A' && word[0] <= 'Z' && strings.IndexFunc(word, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-+", r))
		}) < 0
	}
	for _, word := range strings.Split(city, "/") {
		ok = ok && isWord(word)
	}
	if name == "UTC" || ok && isWord(area) && len(name) <= 64 {
		return nil
	}
	return &quantity.ValueError{Text: name, Problem: "is not a time zone", Legal: "UTC, or a name such as Europe/Berlin"}
}

// CheckRegion returns nil for a text in the form of a Region code: lower-case words and a final number, joined by
// hyphens. It uses no list of Regions, so new ones work. It returns a *quantity.ValueError for any other text.
func CheckRegion(region string) error {
	if validRegion(region) {
		return nil
	}
	return &quantity.ValueError{Text: region, Problem: "is not a Region", Legal: "a Region code such as us-east-1"}
}

func validRegion(region string) bool {
	words := strings.Split(region, "-")
	if len(words) < 3 || len(region) > 32 {
		return false
	}
	last := len(words) - 1
	for _, w := range words[:last] {
		if w == "" || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
	}
	return words[last] != "" && strings.Trim(words[last], "0123456789") == ""
}
