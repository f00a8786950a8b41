package replay

import (
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/series"
)

// describe describes the data.
func (e *engine) describe(r *Result) {
	for _, t := range e.tracks {
		d := Traffic{
			Function:    e.account.Functions[t.function].Name,
			Files:       append([]string{}, t.trace.Files...),
			ResolutionS: t.stepS, Minutes: t.stepS * float64(t.n) / 60, MissingMinutes: t.stepS * float64(t.missing) / 60,
			Requests: t.offered * t.scale, DurationSource: t.trace.DurationSource,
			Peakedness: t.z, PeakednessSource: t.zSource, Exact: t.exact,
		}
		if t.trace.Dated {
			from := e.start + int64(math.Round(t.phase(e.classes)))
			d.From = calc.Some(series.Stamp(from))
			d.To = calc.Some(series.Stamp(from + int64(math.Round(t.stepS*float64(t.n)))))
		}
		if t.trace.ThrottlesKnown {
			d.ThrottlesObserved = calc.Some(t.throttled)
		}
		if ms := t.givenMS.Or(t.meanMS); ms > 0 {
			d.DurationMeanMS = calc.Some(ms)
		}
		if t.givenMS.Known() {
			d.DurationSource = "given"
		}
		if t.dispersion > 0 {
			d.DispersionRatio = calc.Some(t.dispersion)
		}
		if len(t.calls) > 0 {
			inits := int64(0)
			for _, c := range t.calls {
				if c.InitUS > 0 {
					inits++
				}
			}
			d.Inits = calc.Some(inits)
		}
		r.Traffic = append(r.Traffic, d)
	}
}

// time returns a moment of the replay.
func (e *engine) time(at float64) Time {
	t := Time{AtS: at}
	if e.dated {
		t.T = calc.Some(series.Stamp(e.start + int64(math.Floor(at))))
	}
	return t
}

// rows returns what the setting did to each function, and to all of them, with the findings about costs.
func (r *run) rows() (rows []Function, all Sums, found []calc.Finding) {
	n := len(r.account.Functions)
	rows = make([]Function, n)
	usages := make([]calc.Usage, n)
	moments := calc.NewMoments(r.replayed())
	unreserved := r.setting.Account.Unreserved()
	total := newTotal(r.setting.Name)
	for i := range rows {
		s, t := &r.totals[i], r.of[i]
		row := &rows[i]
		if x := r.shapes[i]; x != nil {
			s.offered += x.WaitingRequests + x.LostRequests
			s.queued += x.WaitingRequests + x.LostRequests
			row.Source = calc.Some(x.Backlog)
		}
		row.Name, row.Episodes, row.Changes = r.account.Functions[i].Name, []Episode{}, []Change{}
		row.Sums = r.sums(s, t)
		if t != nil {
			r.concurrency(row, t)
			row.Exact = t.exact
		}
		usages[i] = calc.Usage{UnitS: s.unitS, BusyS: s.unitBusyS, ProvisionedRequests: s.provisioned,
			OnDemandRequests: s.onDemand, ProvisionedS: s.warmS, OnDemandS: s.coldS}
		r.random(row, s, t, moments, unreserved+r.setting.Account.Functions[i].Provisioned)
		if x, ok := row.Chance.Get(); ok && t != nil {
			if cold, ok := x.ColdStartRatio.Get(); ok {
				usages[i].ColdStarts = calc.Some(cold * s.offered)
			}
		}
		r.events(row, s)
		if r.setting.followed != nil {
			row.Scaling = r.setting.followed[i].scaling()
		}
		row.Curve = s.curve.result()
		if r.first && row.Exact {
			row.Levels = r.levels(t)
		}
		row.judge()
		total.add(&row.Sums, s)
	}
	found = r.price(rows, &total.Sums, usages)
	total.finish()
	return rows, total.Sums, found
}

// sums returns the parts of a function's requests. What rounding leaves between them and their sum goes to the largest.
func (r *run) sums(s *sums, t *track) Sums {
	x := Sums{
		Setting: r.setting.Name, Requests: s.offered,
		ProvisionedRequests: s.provisioned, OnDemandRequests: s.onDemand, ThrottledRequests: s.throttled,
		QueuedRequests:    s.queued,
		SpilloverRequests: s.spilled, PeakSpilloverRatio: s.peakSpill, ProvisionedUnitHours: s.unitS / 3600,
	}
	x.settle()
	x.ratios()
	if t == nil || s.untimed == 0 {
		x.BusyMean = calc.Some(s.busyS / r.spanS)
		x.BusyUnitHours = calc.Some(math.Min(s.unitBusyS, s.unitS) / 3600)
		if s.unitS > 0 {
			x.IdleRatio = calc.Some(math.Max(0, 1-s.unitBusyS/s.unitS))
		}
	}
	return x
}

// settle makes the parts add up to the requests.
func (x *Sums) settle() {
	parts := []*float64{&x.ProvisionedRequests, &x.OnDemandRequests, &x.ThrottledRequests, &x.QueuedRequests}
	largest := slices.MaxFunc(parts, func(a, b *float64) int {
		if *a < *b {
			return -1
		}
		return 1
	})
	sum := x.ProvisionedRequests + x.OnDemandRequests + x.ThrottledRequests + x.QueuedRequests
	*largest = math.Max(0, *largest+(x.Requests-sum))
	x.SpilloverRequests = math.Min(x.SpilloverRequests, x.OnDemandRequests)
}

// ratios sets the shares of the requests.
func (x *Sums) ratios() {
	if x.Requests > 0 {
		x.SpilloverRatio = x.SpilloverRequests / x.Requests
		x.ThrottledRatio = x.ThrottledRequests / x.Requests
		x.QueuedRatio = x.QueuedRequests / x.Requests
	}
}

// concurrency sets the quantiles of the concurrency, up to what the function can have.
func (r *run) concurrency(row *Function, t *track) {
	if t.max == 0 {
		return
	}
	most := int64(math.MaxInt64)
	if !t.exact {
		f := &r.setting.Account.Functions[t.function]
		most = f.Reserved.Or(r.setting.Account.Concurrency)
	}
	if x := r.shapes[t.function]; x != nil {
		most = min(most, x.busy)
	}
	for i, p := range []*calc.Optional[int64]{&row.ConcurrencyP50, &row.ConcurrencyP99, &row.ConcurrencyP999} {
		*p = calc.Some(min(most, t.quantiles[i]))
	}
	row.ConcurrencyMax = calc.Some(min(most, t.max))
}

// random sets what random arrivals lose. others is what others leave of the quota.
func (r *run) random(row *Function, s *sums, t *track, m *calc.Moments, others int64) {
	if t == nil || t.exact || s.untimed > 0 || r.shapes[t.function] != nil { // a queue evens out how messages arrive
		return
	}
	x := Chance{}
	if s.offered > 0 {
		x = Chance{SpilloverRatio: s.chance.spilled / s.offered, ThrottledRatio: s.chance.throttled / s.offered,
			QueuedRatio: s.chance.queued / s.offered}
	}
	if t.z == 1 {
		x.ColdStartRatio = calc.Some(s.starts.ratio(m, t.function, others))
	}
	row.Chance = calc.Some(x)
}

// events sets the worst step, the episodes and the changes.
func (r *run) events(row *Function, s *sums) {
	list := slices.Clone(s.episodes.list)
	slices.SortStableFunc(list, worse)
	for _, x := range list[:min(len(list), mostEpisodes)] {
		p := x.worst
		w := Worst{Time: r.time(p.starts), RPS: p.rps, SpilloverRPS: p.spill, ThrottledRPS: p.refused}
		if p.ms > 0 {
			w.Load = calc.Some(p.rps * p.ms / 1000)
		}
		row.Episodes = append(row.Episodes, Episode{Worst: w, FromS: x.from, ToS: x.to,
			SpilloverRequests: x.spilled, ThrottledRequests: x.refused})
	}
	if len(row.Episodes) > 0 {
		row.Worst = calc.Some(row.Episodes[0].Worst)
	}
	for i := range r.setting.Changes {
		if r.account.Functions[i].Name != row.Name {
			continue
		}
		for _, c := range r.setting.Changes[i] {
			if c.AtS <= r.spanS {
				row.Changes = append(row.Changes, Change{r.time(c.AtS), c.Units, c.Cause, c.DelayS})
			}
		}
	}
	row.ChangesCount = len(row.Changes)
}

// judge sets the verdicts.
func (x *Sums) judge() {
	const tolerance = 1e-9
	x.Verdict = verdict(x.ThrottledRatio > tolerance, x.QueuedRatio > tolerance, x.SpilloverRatio > tolerance)
	if c, ok := x.Chance.Get(); ok {
		x.VerdictRandom = calc.Some(verdict(
			x.Verdict == calc.Throttles || c.ThrottledRatio > calc.ThrottledMatters,
			x.QueuedRatio > tolerance || c.QueuedRatio > calc.QueuedMatters,
			x.SpilloverRatio > tolerance || c.SpilloverRatio > calc.SpilledMatters))
	}
}

// verdict returns the worst of what happens.
func verdict(throttles, queues, spills bool) calc.Verdict {
	switch {
	case throttles:
		return calc.Throttles
	case queues:
		return calc.Queues
	case spills:
		return calc.Spills
	}
	return calc.Fits
}

// A total adds up the functions.
type total struct {
	Sums
	chance        Chance
	cold          bool // the cold starts of all functions are known
	known, judged bool // so are the chances, and the verdicts
	timed         bool // and the environments in use
	busy, warm    float64
	random        calc.Verdict
}

// newTotal returns the total of no functions.
func newTotal(setting string) *total {
	return &total{Sums: Sums{Setting: setting, Verdict: calc.Fits}, random: calc.Fits,
		known: true, timed: true, cold: true}
}

// add adds a function.
func (t *total) add(x *Sums, s *sums) {
	t.Requests += x.Requests
	t.ProvisionedRequests += x.ProvisionedRequests
	t.OnDemandRequests += x.OnDemandRequests
	t.ThrottledRequests += x.ThrottledRequests
	t.QueuedRequests += x.QueuedRequests
	t.SpilloverRequests += x.SpilloverRequests
	t.ProvisionedUnitHours += x.ProvisionedUnitHours
	t.PeakSpilloverRatio = math.Max(t.PeakSpilloverRatio, x.PeakSpilloverRatio)
	t.ChangesCount += x.ChangesCount
	c, ok := x.Chance.Get()
	if x.Requests > 0 {
		t.known = t.known && ok
		t.chance.SpilloverRatio += float64(c.SpilloverRatio * x.Requests)
		t.chance.ThrottledRatio += float64(c.ThrottledRatio * x.Requests)
		t.chance.QueuedRatio += float64(c.QueuedRatio * x.Requests)
		t.cold = t.cold && c.ColdStartRatio.Known()
		t.chance.ColdStartRatio = calc.Some(t.chance.ColdStartRatio.Or(0) + float64(c.ColdStartRatio.Or(0)*x.Requests))
	}
	t.timed = t.timed && x.BusyMean.Known()
	t.busy += x.BusyMean.Or(0)
	t.warm += x.BusyUnitHours.Or(0)
	t.Verdict = calc.Worse(t.Verdict, x.Verdict)
	t.random = calc.Worse(t.random, x.Headline())
	t.judged = t.judged || x.VerdictRandom.Known()
}

// finish sets what follows from the sums.
func (t *total) finish() {
	t.settle()
	t.ratios()
	if t.timed {
		t.BusyMean, t.BusyUnitHours = calc.Some(t.busy), calc.Some(t.warm)
		if t.ProvisionedUnitHours > 0 {
			t.IdleRatio = calc.Some(math.Max(0, 1-t.warm/t.ProvisionedUnitHours))
		}
	}
	if t.known && t.Requests > 0 {
		x := Chance{SpilloverRatio: t.chance.SpilloverRatio / t.Requests,
			ThrottledRatio: t.chance.ThrottledRatio / t.Requests, QueuedRatio: t.chance.QueuedRatio / t.Requests}
		if t.cold {
			x.ColdStartRatio = calc.Some(t.chance.ColdStartRatio.Or(0) / t.Requests)
		}
		t.Chance = calc.Some(x)
	}
	if t.judged {
		t.VerdictRandom = calc.Some(t.random)
	}
}

// price sets the costs.
func (r *run) price(rows []Function, all *Sums, usages []calc.Usage) []calc.Finding {
	account := r.setting.Account
	if r.options.Cost == nil || account.Region == "" {
		return nil
	}
	account.Functions = slices.Clone(account.Functions)
	for i := range account.Functions {
		f := &account.Functions[i]
		f.Provisioned = 0
		if usages[i].UnitS > 0 {
			f.Provisioned = 1 // any: a function with some needs its price
		}
		if t := r.of[i]; t == nil {
			f.DurationMS = calc.Some(f.DurationMS.Or(1)) // of no request
		} else if ms := t.givenMS.Or(t.meanMS); ms > 0 {
			f.DurationMS = calc.Some(ms)
		}
	}
	costs, sum, found := account.PriceUsage(*r.options.Cost, r.spanS, usages)
	share := r.spanS / 3600 / r.options.Cost.Hours
	for i, c := range costs {
		if c, ok := c.Get(); ok {
			rows[i].Cost = calc.Some(r.cost(c, share))
		}
	}
	all.Cost = calc.Some(r.cost(sum.Cost, share))
	return found
}

// cost returns the share of a monthly cost that falls into the time.
func (r *run) cost(c calc.Cost, share float64) Cost {
	of := func(usd calc.Optional[float64]) calc.Optional[float64] {
		x, ok := usd.Get()
		if !ok {
			return usd
		}
		return calc.Some(x * share)
	}
	return Cost{
		ProvisionedCapacity: of(c.ProvisionedCapacity), ProvisionedDuration: of(c.ProvisionedDuration),
		OnDemandDuration: of(c.OnDemandDuration), Requests: of(c.Requests), Ephemeral: of(c.Ephemeral), Init: of(c.Init),
		AllOnDemand: of(c.AllOnDemand), Idle: of(c.Idle), SpanH: r.spanS / 3600, Total: of(c.Total), TotalMonth: c.Total,
	}
}
