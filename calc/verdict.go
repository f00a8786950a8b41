package calc

import (
	"slices"
	"strings"
)

// A Verdict is what happens to a load. The worst part determines it.
type Verdict string

// The verdicts, best first.
const (
	Fits      Verdict = "fits"      // provisioned concurrency serves everything, if there is any
	Spills    Verdict = "spills"    // provisioned concurrency is full, on-demand serves the rest
	Queues    Verdict = "queues"    // asynchronous requests wait
	Throttles Verdict = "throttles" // requests are refused
	Refused   Verdict = "refused"   // for a planned account: AWS does not accept the settings
)

// Verdicts lists the verdicts, worst first.
func Verdicts() []Verdict { return []Verdict{Refused, Throttles, Queues, Spills, Fits} }

// worse reports whether a verdict is worse than another.
func (v Verdict) worse(than Verdict) bool {
	order := Verdicts()
	return slices.Index(order, v) < slices.Index(order, than)
}

// refuse sets the verdicts to Refused, for settings that AWS does not accept.
func refuse(steady *Verdict, random *Optional[Verdict]) {
	*steady = Refused
	if random.Known() {
		*random = Some(Refused)
	}
}

// verdict returns the verdict on a steady split. provisioned is the provisioned concurrency, units.
func (p Parts) verdict(provisioned int64) Verdict {
	switch {
	case p.ThrottledRPS > 0:
		return Throttles
	case p.QueuedRPS > 0:
		return Queues
	case p.OnDemandRPS > 0 && provisioned > 0:
		return Spills
	}
	return Fits
}

// The shares of random arrivals, 0 to 1, above which they are significant and affect the verdict.
const (
	SpilledMatters   = 0.01
	QueuedMatters    = 0.01
	ThrottledMatters = 0.001
)

// InsignificantShare is the share of random arrivals, 0 to 1, up to which a verdict does not count without a target.
func InsignificantShare(v Verdict) float64 {
	switch v {
	case Throttles:
		return ThrottledMatters
	case Queues:
		return QueuedMatters
	case Spills:
		return SpilledMatters
	}
	return 0
}

// Worse returns the worse of two verdicts.
func Worse(x, y Verdict) Verdict {
	if y.worse(x) {
		return y
	}
	return x
}

// Headline returns the verdict that a headline shows: VerdictRandom, or Verdict if that is absent. Without a target it
// is the worse of the two.
func (f *FunctionSpill) Headline() Verdict { return f.VerdictRandom.Or(f.Verdict) }

// Headline returns the verdict that a headline shows, see FunctionSpill.Headline.
func (t SpillAccount) Headline() Verdict { return t.VerdictRandom.Or(t.Verdict) }

// judge fills in the verdicts for random arrivals, using the targets in by.
func (s *spillDetails) judge(by Sizing) {
	worst, known := Fits, false
	for i := range s.Functions {
		f := &s.Functions[i]
		f.VerdictRandom = f.verdictRandom(by)
		known = known || f.VerdictRandom.Known()
		if v := f.Headline(); v.worse(worst) {
			worst = v
		}
	}
	s.Account.VerdictRandom = Optional[Verdict]{}
	if known {
		s.Account.VerdictRandom = Some(worst)
	}
}

// verdictRandom returns the verdict for random arrivals. A target replaces both the share at which they become
// significant and the steady verdict that it concerns.
func (f *FunctionSpill) verdictRandom(by Sizing) Optional[Verdict] {
	x, ok := f.Chance.Get()
	if !ok {
		return Optional[Verdict]{}
	}
	throttles := f.ThrottledRPS > 0 || x.ThrottledRatio.Or(0) > ThrottledMatters
	if target, ok := by.TargetThrottle.Get(); ok && f.Mode != Async {
		throttles = Exceeds(f.withTenants(x.ThrottledRatio).Or(0), target)
	}
	spills := f.SpilloverRPS > 0 || x.SpilloverRatio.Or(0) > SpilledMatters
	if target, ok := by.TargetSpillover.Get(); ok {
		spills = Exceeds(x.BeyondProvisionedRatio.Or(0), target)
	}
	switch {
	case throttles:
		return Some(Throttles)
	case f.QueuedRPS > 0 || x.QueuedRatio.Or(0) > QueuedMatters:
		return Some(Queues)
	case spills:
		return Some(Spills)
	}
	return Some(Fits)
}

// Verb returns the verdict as the verb of a sentence about n functions.
func (v Verdict) Verb(n int) string {
	switch {
	case n == 1:
		return string(v)
	case v == Refused:
		return "are " + string(v)
	}
	return strings.TrimSuffix(string(v), "s")
}
