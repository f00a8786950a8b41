package replay

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/internal/parallel"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/scaling"
	"github.com/lambdacap/lambdacap/calc/series"
)

// WayOptions say how to size ways to provide concurrency.
type WayOptions struct {
	// Sizing has the target, the objective and the limits of a schedule. The objective Fit chooses the way with the least
	// unit-hours, Cheapest sizes and chooses by cost, the others choose their way. 0 segments mean DefaultSegments.
	// Without a target, the ways of all but Cheapest are sized for calc.SpilledMatters.
	calc.Sizing
	// Steady sizes by the steady share instead of random arrivals.
	Steady bool
	// Zone is the zone of the hours of schedules.
	Zone scaling.Zone
	// Delays are how long changes take, by function; without them, those that are assumed.
	Delays []scaling.Delays
	// Progress, if it is not nil, is called with how many more of the MostWays of each function are sized, and now and
	// then with 0. Functions may call it at the same time.
	Progress func(more int)
}

// MostWays is how many ways a function has at most.
const MostWays = 3

// sized reports progress.
func (o WayOptions) sized(more int) {
	if o.Progress != nil {
		o.Progress(more)
	}
}

// DelaysOf returns how long changes of a function take.
func (o WayOptions) DelaysOf(function int) scaling.Delays {
	if function < len(o.Delays) {
		return o.Delays[function]
	}
	return scaling.DefaultDelays()
}

// DefaultSegments is the default maximum number of levels in the schedule of a way: nights, days and a peak between.
const DefaultSegments = 5

// Target returns the share of the requests that may find provisioned concurrency full, and whether there is one.
func (o WayOptions) Target() (share float64, ok bool) {
	if o.Objective != calc.Cheapest {
		return o.TargetSpillover.Or(calc.SpilledMatters), true
	}
	return o.TargetSpillover.Get()
}

// Planned is what recorded traffic says about a function, and the ways to provide concurrency for it.
type Planned struct {
	// Function is the index of the function in the account.
	Function int
	// Traffic describes the data.
	Traffic calc.Traffic
	// RPS and DurationMS are those of the busiest step: the one that needs most units. The duration is absent if unknown.
	RPS        float64
	DurationMS calc.Optional[float64]
	// MeanRPS is the mean rate.
	MeanRPS float64
	// Present is what the present settings do; absent if nothing is provisioned.
	Present calc.Optional[calc.Way]
	// Ways are the ways, and Courses the units of each over the time; empty without requests.
	Ways    []calc.Way
	Courses []scaling.Course
	// Needed is the number of flat units that would meet the target, where those that the function can have do not;
	// otherwise 0.
	Needed int64
	// Unscheduled says why there is no schedule among them; empty if there is one.
	Unscheduled string
}

// Ways sizes three ways to provide concurrency for the traffic of each function: one number of units at all times,
// target tracking, and a level for each part of the day.
//
//	flat      the least number of units that meets the target
//	autoscale the target and the minimum with the least unit-hours, see scaling.Load.Advise
//	schedule  the levels with the least unit-hours over the hours of the day, into which the traffic is folded
//
// By cost, each has the least unit-hours including those that spilled requests are worth: their duration costs more on
// demand than on provisioned concurrency, by the price of the first tier, and the penalty is added.
//
// Each function is considered alone, with the units that the settings of the others leave. present are today's
// settings. It returns calc.Faults if traffic has requests and no durations, or if the ways depend on a cost that is
// not known.
func Ways(present Setting, traces []*series.Trace, functions []int, o Options, w WayOptions) ([]Planned, error) {
	if _, err := newEngine(present.Account, traces, functions, o); err != nil {
		return nil, err
	}
	planned := make([]Planned, len(traces))
	errs := make([]error, len(traces))
	parallel.Each(len(traces), 1, func(i int) {
		planned[i], errs[i] = ways(present, traces[i], functions[i], o, w)
	})
	var faults calc.Faults
	for _, err := range errs {
		if f, ok := err.(calc.Faults); ok {
			faults = append(faults, f...)
		} else if err != nil {
			return nil, err
		}
	}
	if faults != nil {
		return nil, faults
	}
	limitCurves(planned)
	return planned, nil
}

// alone returns an account with one function, and with the units that the settings of the others leave.
func alone(a calc.Account, index int) calc.Account {
	others := a
	others.Functions = slices.Delete(slices.Clone(a.Functions), index, index+1)
	a.ClaimedElsewhere = a.Concurrency - others.Unreserved()
	a.Functions = []calc.Function{a.Functions[index]}
	return a
}

// ways plans for one function.
func ways(present Setting, trace *series.Trace, index int, o Options, w WayOptions) (p Planned, err error) {
	own := alone(present.Account, index)
	o.noCalls, o.Minutes = true, false
	w.Segments = cmp.Or(w.Segments, DefaultSegments)
	p = Planned{Function: index, Ways: []calc.Way{}}
	if trace.Len() == 0 {
		return p, nil
	}
	e, err := newEngine(own, []*series.Trace{trace}, []int{0}, o)
	if err != nil {
		return p, err
	}
	t := e.tracks[0]
	described := Result{}
	e.describe(&described)
	p.Traffic = described.Traffic[0]
	p.busiest(t)
	if t.offered == 0 {
		return p, nil
	}
	name := own.Functions[0].Name
	if t.givenMS.Or(t.meanMS) == 0 {
		return p, calc.Faults{{Function: calc.AccountFault, Field: "duration", Message: name +
			": the traffic says nothing about durations; expected --duration, or a file that has them"}}
	}
	s := newSizer(e, index, w)
	if w.Objective == calc.Cheapest {
		if err := s.priced(index); err != nil {
			return p, err
		}
	}
	p.Present = s.present(present)
	p.Ways, p.Courses = s.ways()
	p.Unscheduled, p.Needed = s.unscheduled, s.needed
	w.choose(p.Ways)
	best := max(0, slices.IndexFunc(p.Ways, func(w calc.Way) bool { return w.Chosen }))
	for i := range p.Ways {
		if i != best {
			p.Ways[i].Curve = nil
		}
	}
	return p, nil
}

// limitCurves leaves curves to the functions with the most requests.
func limitCurves(planned []Planned) {
	byRequests := make([]*Planned, len(planned))
	for i := range planned {
		byRequests[i] = &planned[i]
	}
	slices.SortStableFunc(byRequests, func(x, y *Planned) int {
		return cmp.Compare(y.Traffic.Requests, x.Traffic.Requests)
	})
	for _, p := range byRequests[min(mostCurves, len(byRequests)):] {
		for i := range p.Ways {
			p.Ways[i].Curve = nil
		}
	}
}

// busiest sets the rate and the duration of the step that needs most units.
func (p *Planned) busiest(t *track) {
	most := -1.0
	for _, s := range t.steps() {
		if need := math.Max(s.rps*s.ms/1000, s.rps/aws.RatePerUnit); need > most {
			most, p.RPS, p.DurationMS = need, s.rps, calc.Optional[float64]{}
			if s.ms > 0 {
				p.DurationMS = calc.Some(s.ms)
			}
		}
	}
	if t.n > 0 {
		p.MeanRPS = math.Min(p.RPS, t.offered*t.scale/(t.stepS*float64(t.n)))
	}
}

// choose marks the way that is advised: one that meets the target, that of the objective if there is one.
func (o WayOptions) choose(ways []calc.Way) {
	best := -1
	for i := range ways {
		x := &ways[i]
		asked := o.Objective == calc.Autoscale && x.Way == calc.WayAutoscale ||
			o.Objective == calc.Scheduled && x.Way == calc.WaySchedule
		switch {
		case !x.Meets:
		case asked, best < 0, !o.Objective.OfTraffic() && o.measure(x) < o.measure(&ways[best])*(1-1e-9):
			best = i
		}
	}
	if best >= 0 {
		ways[best].Chosen = true
	}
}

// measure returns what the objective makes least.
func (o WayOptions) measure(w *calc.Way) float64 {
	if o.Objective == calc.Cheapest {
		return w.Total.Or(math.Inf(1))
	}
	return w.UnitHours
}

// ways returns the ways that there are. If not even all the units that the function can have meet the target, there is
// only the flat one with all of them.
func (s *sizer) ways() (list []calc.Way, courses []scaling.Course) {
	add := func(w calc.Way, c scaling.Course) {
		list, courses = append(list, s.way(w, c)), append(courses, c)
		s.options.sized(1)
	}
	defer func() { s.options.sized(MostWays - len(list)) }()
	flat, ok := s.flat()
	add(calc.Way{Way: calc.WayFlat, Provisioned: calc.Some(flat)}, scaling.Course{Start: flat})
	if !ok {
		s.unscheduled = ""
		s.most = int64(quantity.Units.Most)
		s.needed, _ = s.flat()
		return list, courses
	}
	goal := scaling.Goal{SpillRatio: s.share, Most: s.most, SpillRPS: s.spill, Delays: s.options.DelaysOf(s.index)}
	if s.worth != (worth{}) {
		goal.WorthS = s.worth.of
	}
	if s.most > 0 {
		if x, ok := s.load.Advise(goal); ok {
			add(calc.Way{Way: calc.WayAutoscale, TargetRatio: calc.Some(x.Tracking.Target),
				Min: calc.Some(x.Tracking.Min), Max: calc.Some(x.Tracking.Max)}, x.Course)
		}
	}
	if s.unscheduled == "" {
		segments := s.schedule(flat)
		low, high := segments[0].Provisioned, segments[0].Provisioned
		for _, x := range segments {
			low, high = min(low, x.Provisioned), max(high, x.Provisioned)
		}
		add(calc.Way{Way: calc.WaySchedule, Min: calc.Some(low), Max: calc.Some(high), Segments: segments},
			s.course(segments))
	}
	return list, courses
}

// present returns what the present settings do; absent if they provision nothing.
func (s *sizer) present(settings Setting) calc.Optional[calc.Way] {
	alone := Setting{Account: s.engine.account}
	tracks := false
	if settings.Policies != nil && settings.Policies[s.index] != nil {
		alone.Policies = []*scaling.Policy{settings.Policies[s.index]}
		tracks = settings.Policies[s.index].Tracking.Tracks()
	}
	alone = s.engine.follow(alone)
	c := scaling.Course{Start: alone.Account.Functions[0].Provisioned}
	if alone.Changes != nil {
		c.Changes = alone.Changes[0]
	}
	if c.Most() == 0 {
		return calc.Optional[calc.Way]{}
	}
	w := calc.Way{Way: calc.WayFlat, Provisioned: calc.Some(c.Start)}
	if tracks || len(c.Changes) > 0 {
		low := c.Start
		for _, x := range c.Changes {
			low = min(low, x.Units)
		}
		w = calc.Way{Way: calc.WaySchedule, Min: calc.Some(low), Max: calc.Some(c.Most())}
	}
	if tracks {
		w.Way, w.TargetRatio = calc.WayAutoscale, calc.Some(settings.Policies[s.index].Tracking.Target)
	}
	w = s.way(w, c)
	w.Curve = nil
	return calc.Some(w)
}

// way replays the traffic through a way.
func (s *sizer) way(w calc.Way, c scaling.Course) calc.Way {
	setting := Setting{Account: s.engine.account, Changes: [][]scaling.Change{c.Changes}}
	setting.Account.Functions = slices.Clone(setting.Account.Functions)
	setting.Account.Functions[0].Provisioned = c.Start
	rows, _, _ := s.engine.run(setting, true).rows()
	row := &rows[0]
	w.Curve = row.Curve
	w.SpilloverRatio, w.UnitHours = row.SpilloverRatio, row.ProvisionedUnitHours
	w.ChanceSpilloverRatio = row.Chance.Or(Chance{}).SpilloverRatio
	w.Total = row.Cost.Or(Cost{}).Total
	if c.Most() == 0 { // all is served on demand, which a replay calls no spill
		w.SpilloverRatio, w.ChanceSpilloverRatio = 1, 1
	}
	var beyond float64
	beyond, w.WorstHourRatio = s.beyond(c)
	w.Meets = !(beyond > s.share+float64(1e-9*s.share))
	if w.Segments == nil {
		w.Segments = []calc.Segment{}
	}
	w.Commands = []string{}
	return w
}

// priced sets what a spilled request is worth, from the prices.
func (s *sizer) priced(index int) error {
	fail := func(format string, args ...any) error {
		return calc.Faults{{Function: calc.AccountFault, Field: "optimize", Message: fmt.Sprintf(format, args...)}}
	}
	f := &s.engine.account.Functions[0]
	gb := float64(f.MemoryMB.Or(0)) / 1024
	o := s.engine.options.Cost
	if o == nil || s.engine.account.Region == "" || gb == 0 {
		return fail("%s: cost needs the Region and the memory; expected --region and --memory", f.Name)
	}
	region, arch := s.engine.account.Region, cmp.Or(f.Arch, calc.X86)
	i := slices.IndexFunc(o.Prices, func(p calc.Price) bool { return p.Region == region && p.Arch == arch })
	if i < 0 {
		return fail("%s: no price is known for %s and %s", f.Name, region, arch)
	}
	p := o.Prices[i]
	capacity, ok := p.Provisioned.Get()
	duration, also := p.ProvisionedDuration.Get()
	discount := 1 - o.SavingsPlan
	if !ok || !also || len(p.OnDemandDuration) == 0 || capacity*discount == 0 {
		return fail("%s: not all prices of %s and %s are known", f.Name, region, arch)
	}
	s.worth = worth{
		perRequest: s.options.SpillPenalty / (capacity * discount * gb),
		perSecond:  math.Max(0, p.OnDemandDuration[0]-duration) / capacity,
	}
	return nil
}
