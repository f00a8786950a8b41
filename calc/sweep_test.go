package calc_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// TestSweep checks that every point equals the result of that setting alone, that the upper end is a point, and that
// elsewhere a rate that is only swept has its highest value.
func TestSweep(t *testing.T) {
	a := ordinary(
		calc.Function{Name: "f", RPS: rps(800), DurationMS: ms(150)},
		calc.Function{Name: "g", RPS: rps(3), DurationMS: ms(400)})
	sweep, err := calc.ParseSweep("provisioned=0:110:50")
	if err != nil {
		t.Fatal(err)
	}
	o := calc.PlanOptions{
		SpillOptions: calc.SpillOptions{Chance: true, Sweep: &sweep},
		Sizing:       calc.Sizing{Headroom: 0.1, TargetSpillover: calc.Some(0.02), TargetThrottle: calc.Some(0.01)},
	}
	r := planWith(t, a, o)
	var points []int64
	for _, at := range r.Sweep {
		points = append(points, at.Point.Provisioned.Or(-1))
		alone := a
		alone.Functions = append([]calc.Function(nil), a.Functions...)
		alone.Functions[0].Provisioned = at.Point.Provisioned.Or(-1)
		o.Sweep = nil
		want := planWith(t, alone, o)
		if got, want := fmt.Sprint(at.Account, at.Functions), fmt.Sprint(want.Account, want.Functions); got != want {
			t.Errorf("at %v:\n%s\nalone:\n%s", at.Point, got, want)
		}
	}
	equal(t, "points", fmt.Sprint(points), "[0 50 100 110]")

	sweep, err = calc.ParseSweep("rps=100/s:60k/min:0.3k")
	if err != nil {
		t.Fatal(err)
	}
	s := spillWith(t, ordinary(calc.Function{Name: "f", DurationMS: ms(100)}), calc.SpillOptions{Sweep: &sweep})
	equal(t, "rates", fmt.Sprint(sweep.Values), "[100 400 700 1000]")
	equal(t, "the rate of the answer itself", s.Functions[0].RPS, 1000)
}

// TestSweepRefused checks that a message says what is wrong with a sweep.
func TestSweepRefused(t *testing.T) {
	for _, text := range []string{
		"", "provisioned", "provisioned=1:2", "provisioned=1:2:0", "provisioned=2:1:1", "memory=1:2:1",
		"provisioned=0:1.5:1", "provisioned=0:1e9:1", "duration=1:2:1", "rps=-1:2:1", "rps=0:1e9:1", "rps=1:2:3:4",
		"Provisioned=0:1:1",
	} {
		if s, err := calc.ParseSweep(text); !errors.Is(err, quantity.ErrInvalid) {
			t.Errorf("%q: %v, %v", text, s, err)
		}
	}
	a := ordinary(calc.Function{Name: "f", RPS: rps(1), Reserved: units(20)})
	for what, s := range map[string]calc.Sweep{
		"20":         {Axis: calc.AxisProvisioned, Values: []float64{10, 30}},
		"1,500":      {Axis: calc.AxisReserved, Values: []float64{1500}},
		"memory":     {Axis: "memory", Values: []float64{1}},
		"function 7": {Axis: calc.AxisRPS, Function: 7, Values: []float64{1}},
		"0 points":   {Axis: calc.AxisRPS},
		"0.5":        {Axis: calc.AxisReserved, Values: []float64{0.5}},
		"NaN":        {Axis: calc.AxisRPS, Values: []float64{math.NaN()}},
	} {
		_, err := calc.Spill(a, calc.SpillOptions{Sweep: &s})
		if !errors.Is(err, quantity.ErrInvalid) || !strings.Contains(err.Error(), what) ||
			!strings.HasPrefix(err.Error(), "sweep") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// FuzzParseSweep checks that a sweep is either rejected with a reason, or has all its points in range.
func FuzzParseSweep(f *testing.F) {
	for _, text := range []string{
		"provisioned=0:300:25", "duration=10ms:1s:0.1ms", "rps=0:1e9:0.001", "reserved=0:1e8:1", "rps=1:2", "=::", "sync",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		sweep, err := calc.ParseSweep(text)
		if err != nil {
			if !errors.Is(err, quantity.ErrInvalid) || len(err.Error()) > 600 || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("ParseSweep(%q): a message not fit to print: %q", text, err)
			}
			return
		}
		if n := len(sweep.Values); n < 1 || n > 10_000 {
			t.Errorf("ParseSweep(%q): %d points", text, n)
		}
		for _, value := range sweep.Values {
			if !(value >= 0 && value <= 365*86400e3) {
				t.Errorf("ParseSweep(%q): the point %v", text, value)
			}
		}
		_, _ = calc.ParseMode(text)
		_, _ = calc.ParseArch(text)
		_, _ = calc.ParseObjective(text)
	})
}
