package scaling_test

import (
	"math"
	"testing"

	"github.com/lambdacap/lambdacap/calc/scaling"
)

// TestRises checks the four rises of the story: help comes 6 minutes after each, and the last units at most 18 minutes
// after it. The peak of 5 minutes at 20:00 is over before.
func TestRises(t *testing.T) {
	p := tracking(0.7, 2, 60, 2)
	p.Delays = scaling.DefaultDelays()
	l := story()
	c := l.Follow(p)
	rises := c.Rises(l, p)
	if len(rises) != 4 {
		t.Fatalf("%d rises: %+v", len(rises), rises)
	}
	spilled := 0.0
	for i, r := range rises {
		near(t, "a start", r.FromS, []float64{6 * 3600, 9 * 3600, 12 * 3600, 20 * 3600}[i], 0)
		near(t, "help", math.Floor(r.HelpS/60), 6, 0)
		near(t, "the last units", math.Floor(r.EnoughS/60), []float64{18, 18, 10, 6}[i], 0)
		if r.Followed() != (i < 3) {
			t.Errorf("%+v: followed is %v", r, r.Followed())
		}
		spilled += r.Spilled
	}
	near(t, "spilled", spilled, c.Spilled(l), 1e-12)
}

// TestQuiet checks the times in which nothing is taken away.
func TestQuiet(t *testing.T) {
	for _, c := range []struct {
		name        string
		load        *scaling.Load
		policy      *scaling.Policy
		idle, stuck scaling.Quiet
	}{
		{"a night without requests", minutes(50, 20, 0, 120), tracking(0.7, 5, 200, 72),
			scaling.Quiet{FromS: 1200, ToS: 140*60 - 60, Units: 72, Least: 5, Utilization: 50.0 / 72}, scaling.Quiet{}},
		{"requests in one minute of ten", minutes(50, 20, 0, 9, 1, 1, 0, 9, 1, 1, 0, 9, 1, 1), tracking(0.7, 5, 200, 72),
			scaling.Quiet{FromS: 1200, ToS: 49 * 60, Units: 72, Least: 5, Utilization: 1.0 / 72}, scaling.Quiet{}},
		{"two units that stay", minutes(0.8, 120), tracking(0.7, 1, 200, 2),
			scaling.Quiet{}, scaling.Quiet{ToS: 119 * 60, Units: 2, Least: 1, Utilization: 0.4}},
		{"the minimum", minutes(0.8, 120), tracking(0.7, 2, 200, 2), scaling.Quiet{}, scaling.Quiet{}},
	} {
		got := c.load.Follow(c.policy)
		if got.Idle != c.idle || got.Stuck != c.stuck {
			t.Errorf("%s: idle %+v, stuck %+v", c.name, got.Idle, got.Stuck)
		}
	}
}

// TestLate checks what an action misses that runs when the load comes: 60 of 90 for 121.2 s.
func TestLate(t *testing.T) {
	l := minutes(20, 30, 90, 30)
	p := &scaling.Policy{Units: 30, Delays: scaling.DefaultDelays(),
		Actions: []scaling.Action{at(t, "at(1970-01-01T00:30:00)", 120, 200)}}
	c := l.Follow(p)
	late := c.Late(l)
	near(t, "missed", late.Requests, 7272, 1e-12)
	near(t, "the delay", late.DelayS, 121.2, 1e-12)
	p.Actions = []scaling.Action{at(t, "at(1970-01-01T00:25:00)", 120, 200)}
	c = l.Follow(p)
	if late := c.Late(l); late != (scaling.Lateness{}) {
		t.Errorf("5 minutes before: %+v", late)
	}
}

// TestUnrelatedChanges checks that a change hours after a rise is not because of it.
func TestUnrelatedChanges(t *testing.T) {
	p := tracking(0.7, 3, 60, 3)
	p.Delays = scaling.DefaultDelays()
	l := minutes(2, 60, 5, 1, 2, 180, 2.9, 60)
	c := l.Follow(p)
	rises := c.Rises(l, p)
	if len(rises) != 1 || len(c.Changes) == 0 || rises[0].HelpS != 0 || rises[0].EnoughS != 0 {
		t.Errorf("rises %+v of changes %+v", rises, c.Changes)
	}
}
