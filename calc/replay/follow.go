package replay

import (
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/erlang"
	"github.com/lambdacap/lambdacap/calc/internal/parallel"
	"github.com/lambdacap/lambdacap/calc/scaling"
)

// followed is what a policy does with the traffic of a function.
type followed struct {
	policy *scaling.Policy
	load   *scaling.Load
	course scaling.Course
	rises  []scaling.Rise
	meanMS float64 // the mean duration; 0 if unknown
}

// follow lets the policies of a setting follow the traffic.
func (e *engine) follow(s Setting) Setting {
	if s.Policies == nil {
		return s
	}
	functions := len(s.Account.Functions)
	s.Account.Functions, s.Changes = slices.Clone(s.Account.Functions), slices.Clone(s.Changes)
	if s.Changes == nil {
		s.Changes = make([][]scaling.Change, functions)
	}
	s.followed = make([]*followed, functions)
	parallel.Each(functions, 1, func(i int) {
		if s.Policies[i] == nil {
			return
		}
		f := &followed{policy: s.Policies[i], load: e.load(i)}
		if t := e.of[i]; t != nil {
			f.meanMS = t.givenMS.Or(t.meanMS)
		}
		f.course = f.load.Follow(f.policy)
		f.rises = f.course.Rises(f.load, f.policy)
		s.Account.Functions[i].Provisioned, s.Changes[i] = f.course.Start, f.course.Changes
		s.followed[i] = f
	})
	return s
}

// load returns the traffic of a function for scaling.
func (e *engine) load(function int) *scaling.Load {
	l := &scaling.Load{StartS: e.start, SpanS: e.spanS, StepS: 60}
	t := e.of[function]
	if t == nil {
		return l
	}
	l.FirstS, l.StepS = t.phase(e.classes), t.stepS
	l.Steps = make([]scaling.Step, t.n)
	for k, s := range t.steps() {
		if s.rps > 0 && s.ms > 0 {
			l.Steps[k] = scaling.Step{RPS: s.rps, DurationMS: s.ms}
		}
	}
	l.Maximum = func(s scaling.Step) float64 {
		return erlang.MedianMaximum(s.RPS*s.DurationMS/1000, t.z, 60_000/s.DurationMS)
	}
	return l
}

// scaling describes how target tracking follows the load; absent without it.
func (f *followed) scaling() calc.Optional[Scaling] {
	if f == nil || !f.policy.Tracking.Tracks() {
		return calc.Optional[Scaling]{}
	}
	x := Scaling{Policy: f.policy.String(), Rises: len(f.rises)}
	help, enough := 0.0, 0.0
	for _, r := range f.rises {
		if r.Followed() {
			x.FollowedRises++
		}
		if r.HelpS > 0 {
			x.HelpedRises++
		}
		help, enough = math.Max(help, r.HelpS), math.Max(enough, r.EnoughS)
	}
	if help > 0 {
		x.HelpS, x.EnoughS = calc.Some(help), calc.Some(enough)
	}
	return calc.Some(x)
}
