package scaling_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/scaling"
)

// minutes makes a load of a duration of 1 s in minutes: pairs of a load and a number of minutes.
func minutes(pairs ...float64) *scaling.Load { return minutesOf(1000, pairs...) }

// minutesOf makes a load from pairs of a rate, requests per second, and a number of minutes.
func minutesOf(ms float64, pairs ...float64) *scaling.Load {
	l := &scaling.Load{StepS: 60}
	for i := 0; i < len(pairs); i += 2 {
		for range int(pairs[i+1]) {
			l.Steps = append(l.Steps, scaling.Step{RPS: pairs[i], DurationMS: ms})
		}
	}
	l.SpanS = float64(len(l.Steps)) * 60
	return l
}

// midnight is 2026-11-24 00:00 UTC.
const midnight = 1795478400

// story is the day of one function that all samples of traffic show.
func story() *scaling.Load {
	l := &scaling.Load{StepS: 60, SpanS: 86400, StartS: midnight}
	for m := range 1440 {
		s := scaling.Step{RPS: 10, DurationMS: 120}
		switch h := m / 60; {
		case m >= 20*60 && m < 20*60+5:
			s = scaling.Step{RPS: 1000, DurationMS: 200}
		case m >= 180 && m < 210:
			s = scaling.Step{}
		case h == 12:
			s.RPS = 300
		case h >= 9 && h < 17:
			s.RPS = 200
		case h >= 17 && h < 22:
			s.RPS = 100
		case h >= 6 && h < 9:
			s.RPS = 50
		}
		l.Steps = append(l.Steps, s)
	}
	return l
}

// tracking makes a policy without delays.
func tracking(target float64, least, most, start int64) *scaling.Policy {
	return &scaling.Policy{Tracking: scaling.Tracking{Target: target, Min: least, Max: most}, Units: start}
}

// worked is what a worked value of the design expects.
type worked struct {
	Changes  [][2]float64 `json:"changes"`
	Share    float64      `json:"spilled_share"`
	Paid     float64      `json:"paid_unit_min"`
	Spilled  *float64     `json:"spilled_requests"`
	End      int64        `json:"end"`
	Count    int          `json:"number_of_changes"`
	Sequence []int64      `json:"sequence"`
}

// values reads the worked values.
func values(t *testing.T) map[string]worked {
	t.Helper()
	data, err := os.ReadFile("../testdata/time-values.json")
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Values []struct {
			ID       string
			Expected json.RawMessage
		}
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	list := map[string]worked{}
	for _, v := range all.Values {
		var w worked
		if json.Unmarshal(v.Expected, &w) == nil {
			list[v.ID] = w
		}
	}
	return list
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Max(1, math.Abs(want))) {
		t.Errorf("%s is %.10g, want %.10g", what, got, want)
	}
}

// at makes an action that runs once, at a minute of a load that starts in 1970.
func at(t *testing.T, text string, least, most int64) scaling.Action {
	t.Helper()
	s, err := scaling.ParseSchedule(text)
	if err != nil {
		t.Fatal(err)
	}
	return scaling.Action{Schedule: s, Min: least, Max: most}
}

// TestWorked checks the worked values of the design.
func TestWorked(t *testing.T) {
	with := func(p *scaling.Policy, change func(p *scaling.Policy)) *scaling.Policy {
		change(p)
		return p
	}
	usual := func(p *scaling.Policy) { p.Delays = scaling.DefaultDelays() }
	day := func(target float64) *scaling.Policy { return with(tracking(target, 2, 60, 2), usual) }
	all := values(t)
	for _, c := range []struct {
		id     string
		load   *scaling.Load
		policy *scaling.Policy
	}{
		{"tracking-step-delays", minutes(5, 10, 100, 60, 20, 60), with(tracking(0.7, 10, 200, 10), usual)},
		{"tracking-short-peak", minutes(2, 10, 40, 2, 2, 30), tracking(0.7, 5, 200, 10)},
		{"tracking-night-idle", minutes(50, 20, 0, 120), tracking(0.7, 5, 200, 72)},
		{"tracking-night-trickle", minutes(50, 20, 0.1, 120), tracking(0.7, 5, 200, 72)},
		{"tracking-two-stays-two", minutes(0.8, 120), tracking(0.7, 1, 200, 2)},
		{"tracking-blind-50ms", minutesOf(50, 2500, 60), tracking(0.7, 50, 200, 100)},
		{"tracking-scheduled", minutes(20, 30, 90, 90), with(tracking(0.7, 2, 200, 30), func(p *scaling.Policy) {
			p.Actions = []scaling.Action{
				at(t, "at(1970-01-01T00:25:00)", 120, 200), at(t, "at(1970-01-01T01:40:00)", 20, 200),
			}
		})},
		{"story-tracking-70", story(), day(0.7)},
		{"story-tracking-50", story(), day(0.5)},
	} {
		t.Run(c.id, func(t *testing.T) {
			want, ok := all[c.id]
			if !ok {
				t.Fatal("not in the file")
			}
			got := c.load.Follow(c.policy)
			if want.Changes != nil && len(got.Changes) != len(want.Changes) || want.Count > 0 && len(got.Changes) != want.Count {
				t.Fatalf("%d changes, want %v and %d: %+v", len(got.Changes), want.Changes, want.Count, got.Changes)
			}
			for i, x := range want.Changes {
				near(t, "a time", got.Changes[i].AtS/60, x[0], 1e-6)
				if float64(got.Changes[i].Units) != x[1] {
					t.Errorf("%+v, want %v", got.Changes[i], x)
				}
			}
			if want.End > 0 && got.End() != want.End {
				t.Errorf("%d units at the end, want %d", got.End(), want.End)
			}
			if want.Spilled != nil {
				near(t, "spilled", got.Spilled(c.load), *want.Spilled, 1e-9)
			}
			if want.Share > 0 {
				near(t, "the share", got.Spilled(c.load)/sum(c.load), want.Share, 1e-9)
			}
			if want.Paid > 0 {
				near(t, "paid", got.UnitS(c.load.SpanS)/60, want.Paid, 1e-9)
			}
		})
	}
}

// sum is the number of requests of a load.
func sum(l *scaling.Load) (requests float64) {
	for _, s := range l.Steps {
		requests += s.RPS * l.StepS
	}
	return requests
}

// daily makes an action that runs every day.
func daily(t *testing.T, hour, minute int, least, most int64) scaling.Action {
	t.Helper()
	return at(t, fmt.Sprintf("cron(%d %d * * ? *)", minute, hour), least, most)
}

// TestStories checks what the design says about cases of which the worked values have only the idea.
func TestStories(t *testing.T) {
	usual := scaling.DefaultDelays()
	late := minutes(20, 30, 90, 30)
	for _, c := range []struct {
		name          string
		load          *scaling.Load
		policy        *scaling.Policy
		delays        scaling.Delays
		changes       int
		end           int64
		spilled, paid float64 // requests, and unit-minutes to the nearest; -1 for any
	}{
		{name: "a step of 5, 100, 20 without delays", load: minutes(5, 10, 100, 60, 20, 60),
			policy: tracking(0.7, 10, 200, 10), changes: 9, end: 29, spilled: 0.17131 * 435_000, paid: -1},
		{name: "the day with scheduled minima", load: story(), delays: usual,
			policy: &scaling.Policy{Tracking: tracking(0.7, 2, 60, 2).Tracking, Units: 2, Actions: []scaling.Action{
				daily(t, 5, 55, 9, 60), daily(t, 8, 55, 36, 60), daily(t, 17, 0, 13, 60), daily(t, 22, 0, 2, 60),
			}}, changes: 8, end: 2, spilled: 273_000, paid: 27_154},
		{name: "levels of the day", load: story(), changes: 4, end: 2, spilled: 280_500, paid: 24_480,
			policy: &scaling.Policy{Levels: levels(t, "0=2,6=13,9:00=36,17=13,22=2")}},
		{name: "scheduled when the load comes", load: late, delays: usual, changes: 1, end: 120, spilled: 7272, paid: -1,
			policy: &scaling.Policy{Units: 30, Actions: []scaling.Action{at(t, "at(1970-01-01T00:30:00)", 120, 200)}}},
		{name: "scheduled 5 minutes before", load: late, delays: usual, changes: 1, end: 120, spilled: 0, paid: -1,
			policy: &scaling.Policy{Units: 30, Actions: []scaling.Action{at(t, "at(1970-01-01T00:25:00)", 120, 200)}}},
		{name: "a night whose missing data is breaching", load: minutes(50, 20, 0, 120), changes: 1, end: 5, spilled: 0,
			paid: -1,
			policy: &scaling.Policy{Units: 72, Tracking: scaling.Tracking{Target: 0.7, Min: 5, Max: 200,
				Missing: scaling.Breaching}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.policy.Delays = c.delays
			got := c.load.Follow(c.policy)
			if len(got.Changes) != c.changes || got.End() != c.end {
				t.Errorf("%d changes to %d units, want %d to %d: %+v", len(got.Changes), got.End(), c.changes, c.end, got.Changes)
			}
			near(t, "spilled", got.Spilled(c.load), c.spilled, 3e-5)
			if c.paid >= 0 {
				near(t, "paid", got.UnitS(c.load.SpanS)/60, c.paid, 2e-5)
			}
		})
	}
}

func levels(t *testing.T, text string) []scaling.Level {
	t.Helper()
	list, err := scaling.ParseLevels(text)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestSteps checks the steps out of units that are all busy.
func TestSteps(t *testing.T) {
	want := values(t)["tracking-steps"].Sequence
	got := minutes(1000, 60).Follow(tracking(0.7, 10, 1_000_000, 10))
	for i, units := range want[1:] {
		if got.Changes[i].Units != units {
			t.Errorf("step %d reaches %d units, want %d", i, got.Changes[i].Units, units)
		}
	}
}

// TestReady checks when 5,000 units are usable: after 170 s.
func TestReady(t *testing.T) {
	p := &scaling.Policy{Actions: []scaling.Action{at(t, "at(1970-01-01T00:10:00)", 5000, 5000)}}
	p.Delays = scaling.DefaultDelays()
	got := minutes(1, 60).Follow(p)
	if len(got.Changes) != 1 || got.Changes[0].DelayS != 170 || got.Changes[0].AtS != 770 {
		t.Errorf("%+v", got.Changes)
	}
	p.Delays = scaling.Delays{AllocationS: 101.7}
	got = minutes(1, 60).Follow(p)
	if len(got.Changes) != 1 || got.Changes[0].DelayS != 101.7 {
		t.Errorf("with a given delay: %+v", got.Changes)
	}
}

// TestRules checks parts of the rule one by one. It is long because it has a row for each.
func TestRules(t *testing.T) {
	policy := func(change func(p *scaling.Policy)) *scaling.Policy {
		p := tracking(0.5, 1, 1000, 10)
		change(p)
		return p
	}
	for _, c := range []struct {
		name   string
		load   *scaling.Load
		policy *scaling.Policy
		want   string // minute and units of each change
	}{
		{"a cooldown blocks the same step again", minutes(6, 4, 7, 40), policy(func(p *scaling.Policy) {
			p.Tracking.OutCooldownS = 600
		}), "3:12 13:14"},
		{"but not a larger one", minutes(6, 4, 40, 10), policy(func(p *scaling.Policy) {
			p.Tracking.OutCooldownS = 6000
		}), "3:12 7:24 10:48 13:80"},
		{"a cooldown of scaling in", minutes(4, 20, 2, 40), policy(func(p *scaling.Policy) {
			p.Tracking.InCooldownS = 1800
		}), "15:8 45:4"},
		{"which scaling out ends", minutes(4, 20, 8, 10, 2, 30), policy(func(p *scaling.Policy) {
			p.Tracking.InCooldownS = 1800
		}), "15:8 23:16 45:4"},
		{"a scheduled maximum takes units away at once", minutes(5, 60), policy(func(p *scaling.Policy) {
			p.Delays = scaling.DefaultDelays()
			p.Actions = []scaling.Action{at(t, "at(1970-01-01T00:20:00)", scaling.Unset, 8)}
		}), "20:8"},
		{"a scheduled minimum replaces a change under way", minutes(10, 60), policy(func(p *scaling.Policy) {
			p.Delays = scaling.Delays{AllocationS: 300}
			p.Actions = []scaling.Action{at(t, "at(1970-01-01T00:04:00)", 50, 50)}
		}), "9:50"},
		{"units under way do not scale in", minutes(10, 3, 1, 60), policy(func(p *scaling.Policy) {
			p.Delays = scaling.Delays{AllocationS: 1200}
		}), "23:20 23:4 38:2"},
		{"a minimum above the maximum is refused", minutes(5, 60), policy(func(p *scaling.Policy) {
			p.Actions = []scaling.Action{
				at(t, "at(1970-01-01T00:20:00)", scaling.Unset, 30), at(t, "at(1970-01-01T00:30:00)", 40, scaling.Unset),
			}
		}), ""},
		{"the minimum at the start is that of the last action before", dated(minutes(5, 60)), policy(func(p *scaling.Policy) {
			p.Units = scaling.Unset
			p.Actions = []scaling.Action{daily(t, 9, 0, 11, 20), daily(t, 22, 0, 10, 20)}
		}), ""},
		{"a step of 15 s counts by its part of the minute", &scaling.Load{StepS: 15, SpanS: 900,
			Steps: quarter(10, 2, 60)}, policy(func(p *scaling.Policy) { p.Units = 10 }), "3:12"},
		{"a step of 5 minutes is five minutes", &scaling.Load{StepS: 300, SpanS: 900, Steps: quarter(10, 10, 3)},
			policy(func(p *scaling.Policy) { p.Units = 10 }), "3:20"},
		{"minutes are those of the clock", &scaling.Load{StartS: 30, StepS: 60, SpanS: 900, Steps: quarter(10, 10, 15)},
			policy(func(p *scaling.Policy) { p.Units = 10 }), "2.5:20"},
		{"a load that starts later", &scaling.Load{FirstS: 600, StepS: 60, SpanS: 1800, Steps: quarter(10, 10, 20)},
			policy(func(p *scaling.Policy) { p.Units = 10 }), "13:20"},
		{"scaling in is switched off", minutes(10, 3, 1, 60), policy(func(p *scaling.Policy) {
			p.Tracking.NoScaleIn = true
		}), "3:20"},
		{"scaling in is suspended", minutes(10, 3, 1, 60), policy(func(p *scaling.Policy) {
			p.Suspended.In = true
		}), "3:20"},
		{"scaling out is suspended", minutes(10, 3, 1, 60), policy(func(p *scaling.Policy) {
			p.Suspended.Out = true
		}), "18:2"},
		{"actions are suspended", dated(minutes(5, 60)), policy(func(p *scaling.Policy) {
			p.Suspended.Scheduled = true
			p.Units = scaling.Unset
			p.Actions = []scaling.Action{daily(t, 9, 0, 11, 20), daily(t, 22, 0, 10, 20)}
		}), "3:2 6:4 9:8 12:10"},
		{"the statistic maximum", maximum(minutes(4, 10)), policy(func(p *scaling.Policy) {
			p.Tracking.Statistic = scaling.Maximum
		}), "3:16"},
	} {
		t.Run(c.name, func(t *testing.T) {
			course := c.load.Follow(c.policy)
			var words []string
			for _, x := range course.Changes {
				words = append(words, fmt.Sprintf("%g:%d", x.AtS/60, x.Units))
			}
			if got := strings.Join(words, " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if refused := strings.Contains(c.name, "refused"); refused != (len(course.Refused) == 1) {
				t.Errorf("refused: %v", course.Refused)
			}
		})
	}
}

// quarter makes steps of a duration of 1 s whose rate is high in every other pair of them.
func quarter(high, low float64, n int) (steps []scaling.Step) {
	for i := range n {
		s := scaling.Step{RPS: high, DurationMS: 1000}
		if i%4 > 1 {
			s.RPS = low
		}
		steps = append(steps, s)
	}
	return steps
}

// dated lets a load start at midnight.
func dated(l *scaling.Load) *scaling.Load {
	l.StartS = midnight
	return l
}

// maximum gives a load twice its concurrency as the highest.
func maximum(l *scaling.Load) *scaling.Load {
	l.Maximum = func(s scaling.Step) float64 { return 2 * s.RPS * s.DurationMS / 1000 }
	return l
}

// TestContinues checks that a part of a load begins with the units that it has when all of it is followed, if the load
// is steady there, and with the minimum if target tracking would scale in because requests are too short.
func TestContinues(t *testing.T) {
	for name, c := range map[string]struct {
		ms   float64
		want int64
	}{"long": {1000, 72}, "short": {60, 5}} { // 10 requests a second of 60 ms use 60 % of a unit
		whole := minutesOf(c.ms, 5000/c.ms, 10, 50_000/c.ms, 60)
		before := whole.Follow(tracking(0.7, 5, 1000, scaling.Unset))
		part := minutesOf(c.ms, 50_000/c.ms, 30)
		p := tracking(0.7, 5, 1000, scaling.Unset)
		p.Continues = true
		if c.ms == 1000 && before.End() != c.want {
			t.Errorf("%s: %d units at the end, not %d", name, before.End(), c.want)
		}
		if got := part.Follow(p); got.Start != c.want || c.ms == 1000 && len(got.Changes) > 0 {
			t.Errorf("%s: %+v", name, got)
		}
		p.Units = 9
		if got := part.Follow(p); got.Start != 9 {
			t.Errorf("%s: starts with %d units, not with those given", name, got.Start)
		}
	}
}
