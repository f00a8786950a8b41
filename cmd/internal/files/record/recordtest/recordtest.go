// Package recordtest formats the contents of files so that tests can compare them.
package recordtest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/source"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// parts collects the parts of a line.
type parts []string

func (p *parts) add(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

// addIf calls add if a condition holds.
func (p *parts) addIf(ok bool, format string, args ...any) {
	if ok {
		p.add(format, args...)
	}
}

func number(o calc.Optional[int64]) string {
	if units, ok := o.Get(); ok {
		return fmt.Sprint(units)
	}
	return "?"
}

func kindOf(t check.ScalableTarget) string {
	if t.Scheduled {
		return "scheduled"
	}
	return "target"
}

// timing describes when a scheduled action runs.
func timing(t check.ScalableTarget) string {
	var p parts
	p.addIf(t.Timing.Schedule != "", "%s", t.Timing.Schedule)
	p.addIf(t.Timing.Zone != "", "%s", t.Timing.Zone)
	p.addIf(t.Timing.From != "", "from %s", t.Timing.From)
	p.addIf(t.Timing.To != "", "to %s", t.Timing.To)
	return strings.Join(p, " ")
}

// details describes what target tracking has besides a target.
func details(t check.Tracking) string {
	var p parts
	p.addIf(t.Statistic != "", "%s", t.Statistic)
	p.addIf(t.OutCooldownS > 0, "out %gs", t.OutCooldownS)
	p.addIf(t.InCooldownS > 0, "in %gs", t.InCooldownS)
	p.addIf(t.NoScaleIn, "never in")
	return strings.Join(p, " ")
}

// bounded reports whether a file gives settings of an event source.
func bounded(p check.Poller) bool { return mapping(p) != "?" }

// mapping describes an event source with the settings that its file gives.
func mapping(p check.Poller) string {
	of := number(p.MaximumConcurrency)
	if len(p.Refused) > 0 {
		of = fmt.Sprintf("%s=%q", p.Refused[0].Field, p.Refused[0].Text)
	}
	if p.Provisioned {
		of += fmt.Sprintf(" %s %s..%s", p.Type, number(p.PollersMin), number(p.PollersMax))
	}
	if p.Shards.Known() || p.Parallelization.Known() {
		of += fmt.Sprintf(" %s %s x %s", p.Type, number(p.Shards), number(p.Parallelization))
	}
	if n, ok := p.Batch.Get(); ok {
		of += fmt.Sprintf(" batch %d", n)
	}
	if n, ok := p.MaxReceive.Get(); ok {
		of += fmt.Sprintf(" receives %d", n)
	}
	for _, span := range []struct {
		what string
		s    calc.Optional[float64]
	}{{"window", p.WindowS}, {"visibility", p.VisibilityS}, {"retention", p.RetentionS}} {
		if s, ok := span.s.Get(); ok && !(span.what == "visibility" && s == aws.DefaultVisibilityS) {
			of += fmt.Sprintf(" %s %gs", span.what, s)
		}
	}
	return of
}

// weight shows that an alias sends only a share of its traffic to a version.
func weight(a check.Alias) string {
	if a.Weight {
		return " weighted"
	}
	return ""
}

// kinds lists the settings of the file that determine what AWS allows.
func kinds(d *check.Deployment) (p parts) {
	for _, kind := range []struct {
		at   calc.Optional[check.Place]
		name string
	}{
		{d.SnapStart, "snapstart"}, {d.Tenancy, "tenancy"}, {d.Managed, "managed"}, {d.URL, "url"},
		{d.FileSystem, "file system"}, {d.NoSuchType, "no such type"},
	} {
		p.addIf(kind.at.Known(), "%s", kind.name)
	}
	isAsync := func(p check.Poller) bool { return p.Type == source.Async }
	p.addIf(slices.ContainsFunc(d.Pollers, isAsync), "async")
	p.addIf(d.Direct, "direct")
	p.addIf(d.TimeoutS.Or(0)*1000 > aws.SureDurationMS, "timeout %s", number(d.TimeoutS)) // others have no effect
	for _, m := range d.Misdirected {
		p.add("%s", m.Wrong)
	}
	return p
}

// Summary returns a line for the account, for each function and for each unknown value, with line numbers.
func Summary(c record.File) string {
	var lines parts
	lines.addIf(c.Concurrency.Known() || c.Claimed.Known(),
		"account %s claimed %s", number(c.Concurrency), number(c.Claimed))
	for _, f := range c.Functions {
		lines.add("%s: %s", f.Name, strings.Join(summaryOf(f), "; "))
	}
	for _, f := range c.Unowned {
		lines.add("unowned %s: %s", f.Name, strings.Join(summaryOf(f), "; "))
	}
	for _, u := range c.Unknown {
		lines.add("unknown %s.%s line %d: %s, %s", u.Function.Or(""), u.What, u.Place.Line, u.Why, u.Remedy)
	}
	return strings.Join(lines, "\n")
}

func summaryOf(f *record.Function) (p parts) {
	d := f.Deployment
	p.addIf(f.Nameless, "nameless")
	p.addIf(f.Called, "called")
	p.addIf(f.Unreserved, "unreserved")
	p = append(p, kinds(d)...)
	p.addIf(len(f.Unprovisioned) > 0, "unprovisioned")
	p.addIf(len(f.Also) > 0, "also %s", strings.Join(f.Also, ","))
	p.addIf(f.Reserved.Known(), "reserved %s", number(f.Reserved))
	p.addIf(f.MemoryMB.Known(), "memory %s", number(f.MemoryMB))
	p.addIf(f.Arch != "", "%s", f.Arch)
	p.addIf(f.EphemeralMB.Known(), "ephemeral %s", number(f.EphemeralMB))
	for _, a := range d.Allocations {
		possibly := ""
		if a.Possible {
			possibly = "possibly "
		}
		p.add("%s%q=%s", possibly, a.Qualifier, number(a.Units))
	}
	for _, a := range d.Aliases {
		p.add("alias %s of %q%s", a.Name, a.Version, weight(a))
	}
	for _, t := range d.Targets {
		p.add("%s", strings.TrimSpace(fmt.Sprintf("%s %q %s to %s %s", kindOf(t), t.Qualifier, number(t.Min), number(t.Max),
			timing(t))))
		p.addIf(t.Suspended.Any(), "%s", strings.Join(t.Suspended.Keys(), " "))
		for _, tracking := range t.Tracking {
			p.add("%s", strings.TrimSpace(fmt.Sprintf("at %g %s", tracking.Target, details(tracking))))
		}
	}
	p.addIf(len(d.AllocationsS) > 0, "allocations %gs", d.AllocationsS)
	p.addIf(d.Unmeasured > 0, "%d unmeasured", d.Unmeasured)
	for _, poller := range d.Pollers {
		p.addIf(bounded(poller), "poller %s", mapping(poller))
	}
	for _, refused := range d.Refused {
		p.add("refused %s %q line %d", refused.Field, refused.Text, refused.Place.Line)
	}
	return p
}

// Outline returns a line for each function, for each unknown value, and for each function that a plan
// deletes, without line numbers.
func Outline(c record.File) string {
	var lines parts
	for _, f := range c.Functions {
		lines.add("%s", strings.Join(outlineOf(f), " "))
	}
	for _, f := range c.Unowned {
		lines.add("unowned %s", strings.Join(outlineOf(f), " "))
	}
	for _, u := range c.Unknown {
		lines.add("unknown %s of %s: %s", u.What, u.Function.Or("the account"), u.Why)
	}
	for _, g := range c.Gone {
		lines.add("gone %s(%s,%d)", g.Name, number(g.Claimed.Reserved), g.Claimed.Provisioned)
	}
	var text strings.Builder
	for _, line := range lines {
		text.WriteString(line + "\n")
	}
	return text.String()
}

func outlineOf(f *record.Function) (p parts) {
	d := f.Deployment
	p.add("%s", f.Name)
	p.addIf(f.Reserved.Known(), "reserved=%s", number(f.Reserved))
	p.addIf(f.Unreserved, "unreserved")
	p.addIf(len(f.Unprovisioned) > 0, "unprovisioned")
	p.addIf(f.Deployed, "deployed")
	p.addIf(f.MemoryMB.Known(), "memory=%s", number(f.MemoryMB))
	p.addIf(f.Arch != "", "%s", f.Arch)
	p.addIf(f.EphemeralMB.Known(), "ephemeral=%s", number(f.EphemeralMB))
	p = append(p, kinds(d)...)
	for _, a := range d.Aliases {
		p.add("alias(%s=%q%s)", a.Name, a.Version, weight(a))
	}
	for _, a := range d.Allocations {
		p.add("allocation(%s=%s)", a.Qualifier, number(a.Units))
	}
	for _, t := range d.Targets {
		tracking := ""
		for _, at := range t.Tracking {
			tracking += strings.TrimRight(fmt.Sprintf(" tracking %g %s", at.Target, details(at)), " ")
		}
		for _, key := range t.Suspended.Keys() {
			tracking += " " + key
		}
		if when := timing(t); when != "" {
			tracking += " " + when
		}
		p.add("%s(%s=%s..%s%s)", kindOf(t), t.Qualifier, number(t.Min), number(t.Max), tracking)
	}
	for _, poller := range d.Pollers {
		p.addIf(bounded(poller), "poller(%s)", mapping(poller))
	}
	for _, r := range d.Refused {
		p.add("refused(%s=%q)", r.Field, r.Text)
	}
	if was, ok := d.Current.Get(); ok {
		p.add("was(%s,%d)", number(was.Reserved), was.Provisioned)
	}
	return p
}

// Same checks that reading is deterministic, and that each unknown value has a description, a reason, a
// remedy and a place.
func Same(t *testing.T, text string, read func() (record.File, error)) {
	t.Helper()
	first, err := read()
	second, again := read()
	if !reflect.DeepEqual(first, second) || fmt.Sprint(err) != fmt.Sprint(again) {
		t.Errorf("%q is read as\n%s%v\nand then as\n%s%v", text, Summary(first), err, Summary(second), again)
	}
	for _, u := range first.Unknown {
		if u.What == "" || u.Why == "" || u.Remedy == "" || !u.Place.Known() {
			t.Errorf("%q: an unknown does not say what and why: %+v", text, u)
		}
	}
}
