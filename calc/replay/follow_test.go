package replay_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/calc/scaling"
	"github.com/lambdacap/lambdacap/calc/series"
)

// follow replays a trace through a policy.
func follow(t *testing.T, trace *series.Trace, p scaling.Policy) (replay.Function, replay.Result) {
	t.Helper()
	s := replay.Setting{Name: p.String(), Account: checkout(0), Policies: []*scaling.Policy{&p}}
	r, err := replay.Replay([]replay.Setting{s}, []*series.Trace{trace}, []int{0}, replay.Options{Scale: 1,
		Cost: prices(t)})
	if err != nil {
		t.Fatal(err)
	}
	return r.Functions[0], r
}

// tracked is target tracking with the usual delays.
func tracked(target float64, least, most, start int64) scaling.Policy {
	return scaling.Policy{Tracking: scaling.Tracking{Target: target, Min: least, Max: most}, Units: start,
		Delays: scaling.DefaultDelays()}
}

// action makes a scheduled action in UTC.
func action(t *testing.T, text string) scaling.Action {
	t.Helper()
	a, err := scaling.ParseAction(text, func(string) (scaling.Zone, error) { return scaling.Zone{}, nil })
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestFollowStory checks the story with target tracking: spills, unit-hours, dollars and changes of the design.
func TestFollowStory(t *testing.T) {
	scheduled := tracked(0.7, 2, 60, scaling.Unset)
	for _, text := range []string{"cron(55 5 * * ? *)=9:60", "cron(55 8 * * ? *)=36:60", "cron(0 17 * * ? *)=13:60",
		"cron(0 22 * * ? *)=2:60"} {
		scheduled.Actions = append(scheduled.Actions, action(t, text))
	}
	for _, c := range []struct {
		policy                  scaling.Policy
		spilled, unitHours, usd float64
		changes                 int
	}{
		{tracked(0.7, 2, 60, scaling.Unset), 373031.4166666666, 26195.70483333333 / 60, 19.5448, 15},
		{tracked(0.5, 2, 60, scaling.Unset), 306025.33333333314, 35743.43616666667 / 60, 21.87, 12},
		{scheduled, 273_000, 27153.654166667 / 60, 0, 8},
	} {
		f, _ := follow(t, story(), c.policy)
		near(t, "spilled", f.SpilloverRequests, c.spilled, 1e-9)
		near(t, "unit-hours", f.ProvisionedUnitHours, c.unitHours, 1e-9)
		if len(f.Changes) != c.changes || f.ChangesCount != c.changes {
			t.Errorf("%d changes, want %d", len(f.Changes), c.changes)
		}
		if cost := f.Cost.Or(replay.Cost{}); c.usd > 0 {
			near(t, "dollars", cost.Total.Or(0), c.usd, 3e-4)
		}
	}
	f, r := follow(t, story(), tracked(0.7, 2, 60, scaling.Unset))
	got := f.Scaling.Or(replay.Scaling{})
	if got.Rises != 4 || got.FollowedRises != 3 || math.Floor(got.HelpS.Or(0)/60) != 6 ||
		math.Floor(got.EnoughS.Or(0)/60) != 18 {
		t.Errorf("%+v", got)
	}
	want := []string{
		"short-peak target tracking does not help in 1 peak of up to 5m, with 273,000 requests spilled: units come " +
			"after 6m",
		"tracking-late target tracking reacts 6m after the load rises (3 times) and catches up after as much as 18m",
		"delay-assumed assumed: alarms act 1m after the end of a minute, and more units are usable 2 minutes",
	}
	texts := findings(r)
	for _, w := range want {
		if !strings.Contains(texts, w) {
			t.Errorf("no %q in\n%s", w, texts)
		}
	}
}

// findings lists the findings about scaling.
func findings(r replay.Result) string {
	var lines []string
	for _, f := range r.Findings {
		lines = append(lines, fmt.Sprintf("%s %s", f.ID, f.Message))
	}
	return strings.Join(lines, "\n")
}

// day makes a trace of minutes from pairs of a rate and a number of minutes.
func day(ms float64, pairs ...float64) *series.Trace {
	t := &series.Trace{Function: "checkout", Start: midnight, Dated: true, StepS: 60}
	for i := 0; i < len(pairs); i += 2 {
		for range int(pairs[i+1]) {
			t.Append(series.Step{Offered: pairs[i] * 60, DurationMS: ms})
		}
	}
	return t
}

// TestScalingFindings checks each finding about scaling, and that traffic without the problem has none of them.
func TestScalingFindings(t *testing.T) {
	quick := func(p scaling.Policy) scaling.Policy {
		p.Delays = scaling.Delays{}
		return p
	}
	with := func(p scaling.Policy, texts ...string) scaling.Policy {
		for _, text := range texts {
			p.Actions = append(p.Actions, action(t, text))
		}
		return p
	}
	measured := tracked(0.7, 5, 60, 30)
	measured.Delays.Measure([]float64{90, 101.659})
	for _, c := range []struct {
		name   string
		trace  *series.Trace
		policy scaling.Policy
		want   string // what begins each finding about scaling, separated by lines
	}{
		{"nothing to say", day(1000, 20, 60), quick(tracked(0.7, 5, 60, 30)), ""},
		{"a short peak", day(1000, 2, 10, 40, 2, 2, 30), quick(tracked(0.7, 5, 200, 10)),
			"short-peak target tracking does not help in 1 peak of up to 2m, with 3,600 requests spilled: its alarm needs " +
				"3 whole"},
		{"a night without requests", day(1000, 50, 20, 0, 120), quick(tracked(0.7, 5, 200, 72)),
			"never-scales-in 72 units stay for 1h59m in which some minutes have no requests, above the minimum of 5"},
		{"two units stay", day(1000, 0.8, 120), quick(tracked(0.7, 1, 200, 2)),
			"stuck-small 2 units stay for 1h59m at a utilization of 40%, above the minimum of 1: with one less it would pass " +
				"70%"},
		{"short requests", day(50, 2500, 60), quick(tracked(0.7, 50, 200, 100)),
			"tracking-blind at 50ms, provisioned concurrency hits its rate limit at 50% utilization"},
		{"scheduled late", day(1000, 20, 30, 90, 30), with(tracked(0.7, 5, 200, 30), "at(2026-11-24T00:30:00)=120:200"),
			"scheduled-late units of scheduled actions come up to 2m1s after the load; until then 7,272 requests " +
				"spilled (once)\ndelay-assumed"},
		{"in time", day(1000, 20, 30, 90, 30), quick(with(tracked(0.7, 5, 200, 30), "cron(25 0 * * ? *)=130:200")), ""},
		{"a minimum above the maximum", day(1000, 20, 60), quick(with(tracked(0.7, 5, 60, 30), "cron(30 0 * * ? *)=61:")),
			"scheduled-min-over-max the scheduled action cron(30 0 * * ? *)=61: would leave the minimum above the maximum"},
		{"measured", day(1000, 20, 60), measured,
			"delay-measured more units are usable 1m36s after the request, the median of 2 scaling activities\n" +
				"delay-assumed assumed: alarms act 1m after the end of a minute"},
	} {
		_, r := follow(t, c.trace, c.policy)
		lines := strings.Split(findings(r), "\n")
		want := strings.Split(c.want, "\n")
		if len(lines) != len(want) {
			t.Errorf("%s: got\n%s", c.name, findings(r))
			continue
		}
		for i, line := range lines {
			if !strings.HasPrefix(line, want[i]) {
				t.Errorf("%s: got %q, want %q", c.name, line, want[i])
			}
		}
	}
}

// TestFollowSeveral checks policies of functions whose traffic starts at different times, and that the function without
// a policy keeps its units.
func TestFollowSeveral(t *testing.T) {
	early, late := day(1000, 10, 60), day(1000, 30, 60)
	late.Function, late.Start = "other", midnight+1800
	account := checkout(7)
	account.Functions = append(account.Functions, calc.Function{Name: "other", Mode: calc.Sync})
	p := scaling.Policy{Tracking: scaling.Tracking{Target: 0.5, Min: 10, Max: 100}, Units: scaling.Unset}
	s := replay.Setting{Name: "x", Account: account, Policies: []*scaling.Policy{nil, &p}}
	r, err := replay.Replay([]replay.Setting{s}, []*series.Trace{early, late}, []int{0, 1}, replay.Options{Scale: 1})
	if err != nil {
		t.Fatal(err)
	}
	if f := r.Functions[0]; f.ProvisionedUnitHours != 7*1.5 || len(f.Changes) != 0 || f.Scaling.Known() {
		t.Errorf("without a policy: %+v", f)
	}
	var got []string
	for _, c := range r.Functions[1].Changes {
		got = append(got, fmt.Sprintf("%g:%d", c.AtS/60, c.Provisioned))
	}
	if strings.Join(got, " ") != "33:20 36:40 39:60" {
		t.Errorf("changes %v", got)
	}
	if account.Functions[1].Provisioned != 0 {
		t.Error("the account has changed")
	}
}
