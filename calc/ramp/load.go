package ramp

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// Spans are how long to look and how long a rate may move, seconds.
var Spans = quantity.Range{Least: 0, Most: MostSpanS, Legal: "0s to 15m, such as 30s"}

// faultList collects faults.
type faultList calc.Faults

func (f *faultList) add(function int, field, format string, args ...any) {
	*f = append(*f, calc.Fault{Function: function, Field: field, Message: fmt.Sprintf(format, args...)})
}

// within adds a fault if a value is present and out of range.
func (f *faultList) within(function int, field string, x calc.Optional[float64], legal quantity.Range) {
	if v, ok := x.Get(); ok && !legal.Contains(v) {
		f.add(function, field, "%v", legal.Check(v))
	}
}

// join returns all faults as an error, behind those of another calculation.
func (f faultList) join(err error) error {
	var found calc.Faults
	if err != nil && !errors.As(err, &found) {
		return err
	}
	if all := append(found, f...); len(all) > 0 {
		return all
	}
	return nil
}

// faults returns what is wrong with the options. A load with a fault has no shape then.
func (o *Options) faults(account calc.Account, loads []Load) (f faultList) {
	f.within(calc.AccountFault, "for", o.ForS, Spans)
	if s, ok := o.ForS.Get(); ok && s == 0 {
		f.add(calc.AccountFault, "for", `"0" is zero; expected up to 15m, such as 2m`)
	}
	f.within(calc.AccountFault, "allocation_delay", o.AllocationDelayS,
		quantity.Range{Least: 0, Most: 24 * 3600, Legal: "0s to 24h, such as 3m"})
	for i := range loads {
		l, fn := &Load{}, &account.Functions[i]
		if i < len(o.Loads) {
			l = &o.Loads[i]
		}
		before := len(f)
		if warm, ok := l.Warm.Get(); ok && !quantity.Units.Contains(float64(warm)) {
			f.add(i, "warm", "%v", quantity.Units.Check(float64(warm)))
		}
		if !fn.Mode.RateLimited() && !fn.DurationMS.Known() && len(loads[i].Shape) > 0 {
			f.add(i, "duration", "no duration given; events have no rate limit, so expected one")
		}
		f.within(i, "ramp.rps_before", l.Before, quantity.Rates)
		f.within(i, "ramp.rps", l.To, quantity.Rates)
		f.within(i, "ramp.over", l.OverS, Spans)
		f.shape(i, l)
		if len(f) > before {
			loads[i].Shape = nil // its rates are not valid
		}
	}
	return f
}

// shape checks the points of a shape.
func (f *faultList) shape(i int, l *Load) {
	for j, p := range l.Shape {
		at := quantity.FormatSeconds(p.TS)
		switch {
		case !Spans.Contains(p.TS):
			f.add(i, "ramp.shape", "the time %g s is out of range; expected %s", p.TS, Spans.Legal)
			return
		case !quantity.Rates.Contains(p.RPS):
			f.add(i, "ramp.shape", "the rate %g at %s is out of range; expected %s", p.RPS, at, quantity.Rates.Legal)
			return
		case j > 0 && p.TS < l.Shape[j-1].TS:
			f.add(i, "ramp.shape", "%s comes after %s; expected times in order", at, quantity.FormatSeconds(l.Shape[j-1].TS))
			return
		}
	}
	if n := len(l.Shape); endsWithJump(l.Shape) && l.Shape[n-1].TS == MostSpanS {
		f.add(i, "ramp.shape", "the rate jumps at 15m, and nothing later is looked at; expected it earlier, such as at 14m")
	}
	if len(l.Shape) > 0 && (l.Before.Known() || l.OverS.Known()) {
		f.add(i, "ramp.shape", "stands beside a rate before or a time; expected one of the two")
	}
}

// ParsePoint reads a time and the rate at it, such as 10s=3000.
func ParsePoint(text string) (Point, error) {
	time, rate, ok := strings.Cut(text, "=")
	if !ok {
		return Point{}, &quantity.ValueError{Text: text, Problem: "is not a time and a rate", Legal: "10s=3000"}
	}
	s, err := ParseSpan(time)
	if err != nil {
		return Point{}, err
	}
	rps, err := quantity.ParseRate(rate)
	return Point{TS: s, RPS: rps}, err
}

// ParseSpan reads a time up to MostSpanS, which may be 0, as seconds.
func ParseSpan(text string) (float64, error) {
	s, err := quantity.ParseDelay(text)
	if err == nil && s > MostSpanS {
		err = &quantity.ValueError{Text: text, Problem: "is longer than a ramp is looked at", Legal: "at most 15m"}
	}
	return s, err
}

// completed returns the loads of all functions with shapes. Without a rate, a load has no shape.
func completed(account calc.Account, o Options) []Load {
	moves := slices.ContainsFunc(o.Loads, func(l Load) bool { return l.Given() })
	loads := make([]Load, len(account.Functions))
	for i := range loads {
		l := &loads[i]
		if i < len(o.Loads) {
			*l = o.Loads[i]
		}
		to, rated := l.To.Else(account.Functions[i].RPS).Get()
		if len(l.Shape) > 0 || !rated && !l.Before.Known() {
			continue
		}
		before := l.Before.Or(0)
		if moves && !l.Given() {
			before = to
		}
		l.Shape = []Point{{0, before}, {l.OverS.Or(0), to}}
		l.Before, l.OverS = calc.Optional[float64]{}, calc.Optional[float64]{}
	}
	return loads
}

// highest returns the highest rate, requests per second; absent without a shape.
func (l *Load) highest() calc.Optional[float64] {
	if len(l.Shape) == 0 {
		return calc.Optional[float64]{}
	}
	return calc.Some(Highest(l.Shape))
}

// Highest returns the highest rate of a shape that has points, requests per second.
func Highest(shape []Point) float64 {
	return slices.MaxFunc(shape, func(x, y Point) int { return cmp.Compare(x.RPS, y.RPS) }).RPS
}

// span returns how long to look at least, seconds: to the end of all shapes, and on if one of them ends with a jump.
func (o *Options) span(loads []Load) float64 {
	span := o.ForS.Or(UsualSpanS)
	jump := 0.0
	for i := range loads {
		shape := loads[i].Shape
		if len(shape) == 0 {
			continue
		}
		end := shape[len(shape)-1].TS
		span = math.Max(span, end)
		if endsWithJump(shape) {
			jump = math.Max(jump, end)
		}
	}
	if jump == span {
		span = math.Min(jump+UsualSpanS, MostSpanS)
	}
	return span
}

// endsWithJump reports whether the last two points of a shape are at the same time, with different rates.
func endsWithJump(shape []Point) bool {
	n := len(shape)
	return n > 1 && shape[n-2].TS == shape[n-1].TS && shape[n-2].RPS != shape[n-1].RPS
}

// A line is a quantity that moves in a straight line from one time to another.
type line struct{ t0, t1, y0, y1 float64 }

// at returns the quantity at a time.
func (l line) at(t float64) float64 {
	switch {
	case l.y0 == l.y1 || t == l.t0:
		return l.y0
	case t == l.t1:
		return l.y1
	}
	return l.y0 + float64((l.y1-l.y0)*((t-l.t0)/(l.t1-l.t0)))
}

// crossing returns when a quantity passes a level strictly inside the line, and whether it does.
func (l line) crossing(level float64) (float64, bool) {
	if (l.y0-level)*(l.y1-level) >= 0 {
		return 0, false
	}
	t := l.t0 + float64((l.t1-l.t0)*((level-l.y0)/(l.y1-l.y0)))
	return t, t > l.t0 && t < l.t1
}

// lines returns the rate from 0 to MostSpanS, with an end of a line at another time. Points of no length have no
// effect.
func lines(shape []Point, and float64) (list []line) {
	if len(shape) == 0 {
		shape = []Point{{}}
	}
	t, y := 0.0, shape[0].RPS
	add := func(to, rps float64) {
		if to > t {
			list = append(list, line{t, to, y, rps})
		}
		t, y = to, rps
	}
	for _, p := range shape {
		add(p.TS, p.RPS)
	}
	if and > t && and < MostSpanS {
		add(and, y)
	}
	add(MostSpanS, y)
	return list
}
