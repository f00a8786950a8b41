package calc

import (
	"math"
	"slices"
)

// Parts is a rate divided over where its requests end up, requests per second.
// Added in the order of the fields they give the rate, within one unit in the
// last place. None is negative; one below 1e-9 of the rate is 0.
type Parts struct {
	// ProvisionedRPS is served by provisioned concurrency.
	ProvisionedRPS float64 `json:"provisioned_rps"`
	// OnDemandRPS is served by on-demand environments.
	OnDemandRPS float64 `json:"on_demand_rps"`
	// ThrottledRPS is refused with status 429; for an asynchronous function
	// that is switched off, dropped.
	ThrottledRPS float64 `json:"throttled_rps"`
	// QueuedRPS is asynchronous and waits; Lambda retries it for up to six
	// hours, from one second to five minutes apart.
	QueuedRPS float64 `json:"queued_rps"`
}

// Split divides the rate of a function that has the unreserved pool to itself.
//
//	provisioned = min(λ, 10 P, P/d)
//	on demand   = min(λ - provisioned, units/d, rate)
//	throttled   = λ - provisioned - on demand    if synchronous or R = 0
//	queued      = λ - provisioned - on demand    if asynchronous
//
// where
//
//	λ     = offered rate, requests per second
//	d     = mean duration, seconds; without it the terms with d are left out
//	P, R  = provisioned and reserved concurrency, units
//	units = R - P with a reservation, else unreserved
//	rate  = 10 R - provisioned with a reservation, else 10 x unreserved;
//	        no limit if asynchronous
//
// The function must be one that Account.Validate accepts, unreserved is in
// units and not negative. Split allocates nothing. Spill divides the rates of
// functions that share the unreserved pool.
//
// Source: SourceConcurrency, SourceAsync, read 2026-11.
func Split(f Function, unreserved int64) Parts {
	provisioned := f.provisionedRPS()
	if f.Reserved.Known() {
		return f.parts(provisioned, f.reservedRoom(provisioned).RPS.Or(math.Inf(1)))
	}
	var d demand
	excess := f.RPS.Or(0) - provisioned
	d.addSync(&f, excess)
	rate := d.rateShare(unreserved)
	d.addLoad(&f, excess, rate)
	return f.parts(provisioned, excess*f.share(unreserved, rate, d.loadShare(unreserved)))
}

// parts divides the rate, given what provisioned concurrency takes and what
// on-demand environments could take at most. The last part is the remainder.
func (f *Function) parts(provisioned, onDemand float64) Parts {
	rate := f.RPS.Or(0)
	p := Parts{ProvisionedRPS: provisioned}
	if provisioned == rate {
		return p
	}
	p.OnDemandRPS = min(onDemand, rate-provisioned)
	rest := rate - (provisioned + p.OnDemandRPS)
	switch {
	case rest < tolerance*rate:
		p.OnDemandRPS, rest = rate-provisioned, 0
	case p.OnDemandRPS < tolerance*rate:
		p.OnDemandRPS, rest = 0, rate-provisioned
	}
	if f.mode() == Sync || f.off() {
		p.ThrottledRPS = rest
	} else {
		p.QueuedRPS = rest
	}
	return p
}

// off reports whether a reservation of 0 switches the function off.
func (f *Function) off() bool { return f.Reserved.Known() && f.Reserved.Or(0) == 0 }

// reservedRoom is what on-demand environments inside the reservation take when
// provisioned concurrency takes the given rate.
func (f *Function) reservedRoom(provisioned float64) Ceiling {
	reserved := f.Reserved.Or(0)
	return f.room(reserved-f.Provisioned, max(0, RatePerUnit*float64(reserved)-provisioned))
}

// sharedRoom is the whole of the unreserved pool.
func (f *Function) sharedRoom(unreserved int64) Ceiling {
	return f.room(unreserved, RatePerUnit*float64(unreserved))
}

// room is what a number of on-demand units take, with a limit for synchronous
// requests. No units take nothing, even where the duration is not known.
func (f *Function) room(units int64, rate float64) Ceiling {
	concurrency := math.Inf(1)
	if units == 0 {
		concurrency = 0
	} else if d, ok := f.seconds(); ok {
		concurrency = float64(units) / d
	}
	if f.mode() == Async {
		rate = math.Inf(1)
	}
	return newCeiling(rate, concurrency)
}

// demand is what all functions together ask of the unreserved pool.
type demand struct {
	syncRPS float64 // excess of the synchronous functions, requests per second
	load    float64 // environments that need the excess after the rate cut
}

func (d *demand) addSync(f *Function, excess float64) {
	if f.mode() == Sync {
		d.syncRPS += excess
	}
}

func (d *demand) addLoad(f *Function, excess, rateShare float64) {
	if f.mode() == Sync {
		excess *= rateShare
	}
	if s, ok := f.seconds(); ok {
		d.load += excess * s
	}
}

// rateShare is the share of every synchronous excess that the rate limit of U
// unreserved units lets through: min(1, 10 U / sum(e)).
func (d demand) rateShare(unreserved int64) float64 {
	if room := RatePerUnit * float64(unreserved); d.syncRPS > room {
		return room / d.syncRPS
	}
	return 1
}

// loadShare is the share of what is left that U environments carry:
// min(1, U / sum(e d)).
func (d demand) loadShare(unreserved int64) float64 {
	if room := float64(unreserved); d.load > room {
		return room / d.load
	}
	return 1
}

// share joins the two cuts for one function. Where there are no units there is
// nothing on demand, even for a function of unknown duration.
func (f *Function) share(unreserved int64, rate, load float64) float64 {
	if unreserved == 0 {
		return 0
	}
	share := 1.0
	if f.mode() == Sync {
		share = rate
	}
	if f.DurationMS.Known() {
		share *= load
	}
	return share
}

// A Verdict is what becomes of a load, the worst part deciding.
type Verdict string

// The verdicts, from good to bad.
const (
	Fits      Verdict = "fits"      // everything is served where it should be
	Spills    Verdict = "spills"    // provisioned concurrency overflows, on-demand serves the rest
	Queues    Verdict = "queues"    // asynchronous requests wait
	Throttles Verdict = "throttles" // requests are refused
)

// severity orders verdicts from good to bad.
func (v Verdict) severity() int {
	switch v {
	case Fits:
		return 0
	case Spills:
		return 1
	case Queues:
		return 2
	default:
		return 3
	}
}

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

// FunctionSpill is what becomes of one function's load.
type FunctionSpill struct {
	// Name is the function's name.
	Name string `json:"name"`
	// Mode is how it is invoked.
	Mode Mode `json:"mode"`
	// RPS is the offered rate, requests per second.
	RPS float64 `json:"rps"`
	// DurationMS is the mean duration, milliseconds; absent where not given.
	DurationMS Optional[float64] `json:"duration_ms"`
	// Reserved is the reserved concurrency, units; absent without one.
	Reserved Optional[int64] `json:"reserved"`
	// Provisioned is the provisioned concurrency, units; absent where it is 0.
	Provisioned Optional[int64] `json:"provisioned"`
	Parts
	// SpilloverRPS is the part served on demand because provisioned
	// concurrency was exhausted, requests per second; 0 without any.
	SpilloverRPS float64 `json:"spillover_rps"`
	// SpilloverRatio is SpilloverRPS / RPS, 0 to 1.
	SpilloverRatio float64 `json:"spillover_ratio"`
	// ThrottledRatio is ThrottledRPS / RPS, 0 to 1.
	ThrottledRatio float64 `json:"throttled_ratio"`
	// QueuedRatio is QueuedRPS / RPS, 0 to 1.
	QueuedRatio float64 `json:"queued_ratio"`
	// ProvisionedCeilingRPS is min(10 P, P/d), requests per second; absent
	// without provisioned concurrency.
	ProvisionedCeilingRPS Optional[float64] `json:"provisioned_ceiling_rps"`
	// ProvisionedBindingLimit names the smaller of the two.
	ProvisionedBindingLimit Optional[Limit] `json:"provisioned_binding_limit"`
	// OnDemandCeilingRPS is the room on demand beside what provisioned
	// concurrency takes now, requests per second: inside the reservation, or
	// else the whole unreserved pool. Absent where no limit is known.
	OnDemandCeilingRPS Optional[float64] `json:"on_demand_ceiling_rps"`
	// OnDemandBindingLimit names the limit that gives it.
	OnDemandBindingLimit Optional[Limit] `json:"on_demand_binding_limit"`
	// ProvisionedBusy is the provisioned environments in use on average;
	// absent without a duration, 0 where nothing is provisioned.
	ProvisionedBusy Optional[float64] `json:"provisioned_busy"`
	// OnDemandBusy is the on-demand environments in use on average; absent
	// without a duration.
	OnDemandBusy Optional[float64] `json:"on_demand_busy"`
	// ProvisionedUtilizationRatio is ProvisionedBusy / Provisioned, 0 to 1.
	ProvisionedUtilizationRatio Optional[float64] `json:"provisioned_utilization_ratio"`
	// RequiredProvisioned is the smallest provisioned concurrency that spills
	// nothing, units.
	RequiredProvisioned int64 `json:"required_provisioned"`
	// RequiredOnDemand is the on-demand environments, or units by the rate
	// rule, that everything beyond provisioned concurrency needs now; absent
	// for an asynchronous function without a duration.
	RequiredOnDemand Optional[int64] `json:"required_on_demand"`
	// ThrottleReason is AWS's name for the refusal; absent where none happens.
	ThrottleReason Optional[Reason] `json:"throttle_reason"`
	// CeilingRPS is everything the function can reach, requests per second;
	// absent where no limit is known.
	CeilingRPS Optional[float64] `json:"ceiling_rps"`
	// HeadroomRatio is 1 - RPS/CeilingRPS, 0 at or over the ceiling; absent
	// without a ceiling.
	HeadroomRatio Optional[float64] `json:"headroom_ratio"`
	// Verdict is what becomes of the load, the worst part deciding.
	Verdict Verdict `json:"verdict"`
	// Chance is what becomes of it when requests arrive at random; absent
	// without a duration, where it was not asked for, and beyond 1e7
	// environments.
	Chance Optional[Chance] `json:"chance"`
	// Cost is what the steady split costs in a month; absent where no Region,
	// no memory or no duration is given.
	Cost Optional[Cost] `json:"cost"`
	// Baseline sets the cost against an earlier one, where one is given.
	Baseline Optional[Comparison] `json:"baseline,omitzero"`
}

// SpillAccount is the account's row of a split: sums over the functions.
type SpillAccount struct {
	AccountResult
	// RPS is the offered rate of all functions, requests per second.
	RPS float64 `json:"rps"`
	Parts
	// SpilloverRPS is the part served on demand because provisioned
	// concurrency was exhausted, requests per second.
	SpilloverRPS float64 `json:"spillover_rps"`
	// SpilloverRatio is SpilloverRPS / RPS, 0 to 1.
	SpilloverRatio float64 `json:"spillover_ratio"`
	// ThrottledRatio is ThrottledRPS / RPS, 0 to 1.
	ThrottledRatio float64 `json:"throttled_ratio"`
	// QueuedRatio is QueuedRPS / RPS, 0 to 1.
	QueuedRatio float64 `json:"queued_ratio"`
	// RequiredUnreserved is what the functions without a reservation need of
	// the unreserved units, beyond their provisioned concurrency. Durations
	// that are not known take no part in it.
	RequiredUnreserved int64 `json:"required_unreserved"`
	// Verdict is the worst verdict of a function.
	Verdict Verdict `json:"verdict"`
	// Cost is what all functions cost together; absent where no Region is
	// given. In a plan it is that of the recommendation.
	Cost Optional[AccountCost] `json:"cost"`
}

// SpillResult is the answer of Spill.
type SpillResult struct {
	// Account is the account's row.
	Account SpillAccount `json:"account"`
	// Functions are the functions, in the order of the account.
	Functions []FunctionSpill `json:"functions"`
	// Sweep is the split at every point, where a sweep is asked for.
	Sweep []Swept[SpillAccount, FunctionSpill] `json:"sweep,omitempty"`
	// Baseline sets the account's cost against an earlier one, where one is
	// given.
	Baseline Optional[Comparison] `json:"baseline,omitzero"`
	// Removed are the functions of the baseline that are gone, by name.
	Removed []Removed `json:"removed,omitempty"`
	// Findings are what a reader should know; never nil.
	Findings []Finding `json:"-"`

	costs  costNotes
	random bill // of random arrivals
}

// SpillOptions says what to compute beside the steady split.
type SpillOptions struct {
	// Chance asks for the chances of every function. They take some thousand
	// times as long as the steady split, and grow with the square root of the
	// load.
	Chance bool
	// Sweep asks for the split at other values of one setting, too.
	Sweep *Sweep
	// Cost asks for what it costs, where the account has a Region.
	Cost *CostOptions
	// Baseline is what to set the cost against.
	Baseline *Baseline
}

// Spill divides the rate of every function over provisioned concurrency,
// on-demand environments, and what is throttled or queued, in the steady state.
//
// A function with a reservation is alone in its room, see Split. The others
// share the U unreserved units, and whoever uses them is cut by the same
// share: first every synchronous excess e by min(1, 10 U / sum(e)), then every
// excess of known duration d by min(1, U / sum(what is left x d)). The equal
// shares are derived: a limiter that does not know callers refuses them alike.
//
// It returns Faults where the account is not valid, no function has a rate, or
// a point of the sweep is not valid.
//
// Source: SourceConcurrency, SourceReserved, read 2026-11.
func Spill(a Account, o SpillOptions) (SpillResult, error) {
	a, points, err := a.swept(o.Sweep)
	faults, _ := err.(Faults)
	if faults = append(faults, o.Cost.faults()...); len(faults) > 0 {
		return SpillResult{}, faults
	}
	r := a.spill(o)
	r.Baseline, r.Removed = o.Baseline.compare(r.Account.Cost, len(r.Functions), func(i int) (string, Optional[Cost], func(Optional[Comparison])) {
		f := &r.Functions[i]
		return f.Name, f.Cost, func(c Optional[Comparison]) { f.Baseline = c }
	})
	r.Findings = a.loadFindings(r, o.Chance)
	r.Sweep = make([]Swept[SpillAccount, FunctionSpill], len(points))
	each(len(points), func(i int) {
		at := points[i].account.spill(o)
		r.Sweep[i] = Swept[SpillAccount, FunctionSpill]{points[i].SweepPoint, at.Account, at.Functions}
	})
	return r, nil
}

// validRated is Validate, and at least one function must have a rate.
func validRated(a Account) error {
	if err := a.Validate(); err != nil {
		return err
	}
	for i := range a.Functions {
		if a.Functions[i].RPS.Known() {
			return nil
		}
	}
	function := AccountFault
	if len(a.Functions) == 1 {
		function = 0
	}
	return Faults{{function, FieldRPS, "no rate is given; legal: " + legalRate}}
}

func (a Account) spill(o SpillOptions) SpillResult {
	unreserved := a.Unreserved()
	r := SpillResult{Functions: make([]FunctionSpill, len(a.Functions))}

	var d demand
	for i := range a.Functions {
		f := &a.Functions[i]
		r.Functions[i].ProvisionedRPS = f.provisionedRPS()
		if !f.Reserved.Known() {
			d.addSync(f, f.RPS.Or(0)-r.Functions[i].ProvisionedRPS)
		}
	}
	rate := d.rateShare(unreserved)
	for i := range a.Functions {
		if f := &a.Functions[i]; !f.Reserved.Known() {
			d.addLoad(f, f.RPS.Or(0)-r.Functions[i].ProvisionedRPS, rate)
		}
	}
	load := d.loadShare(unreserved)
	full := d.load >= float64(unreserved)*(1-tolerance) // concurrency cuts, or ties with the rate

	r.Account.AccountResult = a.Result()
	r.Account.RequiredUnreserved = a.unreservedNeed().units(0)
	r.Account.Verdict = Fits
	for i := range a.Functions {
		f, row := &a.Functions[i], &r.Functions[i]
		provisioned := row.ProvisionedRPS
		var room Ceiling
		var parts Parts
		var reason Reason
		if f.Reserved.Known() {
			room = f.reservedRoom(provisioned)
			parts = f.parts(provisioned, room.RPS.Or(math.Inf(1)))
			reason = ReasonReservedRate
			if room.Binding.Or(LimitConcurrency) == LimitConcurrency {
				reason = ReasonReservedConcurrency
			}
		} else {
			room = f.sharedRoom(unreserved)
			parts = f.parts(provisioned, (f.RPS.Or(0)-provisioned)*f.share(unreserved, rate, load))
			reason = ReasonSharedRate
			if unreserved == 0 || full && f.DurationMS.Known() {
				reason = ReasonSharedConcurrency
			}
		}
		*row = f.row(parts, room)
		if parts.ThrottledRPS > 0 {
			row.ThrottleReason = Some(reason)
		}
		r.Account.add(row)
	}
	r.Account.SpilloverRatio = ratio(r.Account.SpilloverRPS, r.Account.RPS)
	r.Account.ThrottledRatio = ratio(r.Account.ThrottledRPS, r.Account.RPS)
	r.Account.QueuedRatio = ratio(r.Account.QueuedRPS, r.Account.RPS)
	if o.Chance {
		shared := a.crowd().pool(unreserved)
		each(len(a.Functions), func(i int) { r.Functions[i].Chance = a.chance(&a.Functions[i], shared) })
	}
	if o.Cost != nil && a.Region != "" {
		r.price(a, o)
	}
	return r
}

// price puts the costs into the result: of the steady split, and of random
// arrivals.
func (r *SpillResult) price(a Account, o SpillOptions) {
	evenly, randomly := make([]served, len(a.Functions)), make([]served, len(a.Functions))
	for i := range r.Functions {
		evenly[i], randomly[i] = r.Functions[i].steady(), r.Functions[i].random()
	}
	if slices.ContainsFunc(a.Functions, func(f Function) bool { return len(f.HourlyRPS) > 0 }) {
		a.overTheDay(o, evenly, randomly)
	}
	steady, account, notes, _ := a.cost(o.Cost, func(i int) served { return evenly[i] })
	random, _, _, bill := a.cost(o.Cost, func(i int) served { return randomly[i] })
	r.costs, r.random = notes, bill
	r.Account.Cost = Some(account)
	for i := range r.Functions {
		f := &r.Functions[i]
		if !steady[i].known {
			continue
		}
		f.Cost = Some(steady[i].Cost)
		if x, ok := f.Chance.Get(); ok {
			x.Cost = Some(random[i].Cost)
			f.Chance = Some(x)
		}
	}
}

// row describes one function's split.
func (f *Function) row(parts Parts, room Ceiling) FunctionSpill {
	row := FunctionSpill{
		Name:                 f.Name,
		Mode:                 f.mode(),
		RPS:                  f.RPS.Or(0),
		DurationMS:           f.DurationMS,
		Reserved:             f.Reserved,
		Parts:                parts,
		ThrottledRatio:       ratio(parts.ThrottledRPS, f.RPS.Or(0)),
		QueuedRatio:          ratio(parts.QueuedRPS, f.RPS.Or(0)),
		OnDemandCeilingRPS:   room.RPS,
		OnDemandBindingLimit: room.Binding,
		ProvisionedBusy:      Some(0.0),
		RequiredProvisioned:  f.requiredProvisioned(),
		RequiredOnDemand:     f.requiredUnits(f.RPS.Or(0) - parts.ProvisionedRPS),
		Verdict:              parts.verdict(f.Provisioned),
	}
	d, timed := f.seconds()
	if timed {
		row.OnDemandBusy = Some(parts.OnDemandRPS * d)
	}
	if f.Provisioned > 0 {
		units := float64(f.Provisioned)
		ceiling := f.provisionedCeiling()
		row.Provisioned = Some(f.Provisioned)
		row.ProvisionedCeilingRPS, row.ProvisionedBindingLimit = ceiling.RPS, ceiling.Binding
		row.SpilloverRPS = parts.OnDemandRPS
		row.SpilloverRatio = ratio(row.SpilloverRPS, row.RPS)
		row.ProvisionedBusy = Optional[float64]{}
		if timed {
			busy := min(units, parts.ProvisionedRPS*d)
			row.ProvisionedBusy = Some(busy)
			row.ProvisionedUtilizationRatio = Some(busy / units)
		}
	}
	row.CeilingRPS = f.reach(room)
	if ceiling, ok := row.CeilingRPS.Get(); ok {
		headroom := 0.0
		if row.RPS < ceiling*(1-tolerance) {
			headroom = 1 - row.RPS/ceiling
		}
		row.HeadroomRatio = Some(headroom)
	}
	return row
}

// reach returns everything the function can reach: provisioned concurrency at
// its ceiling, and the room on demand beside it. shared is the room of a
// function without a reservation.
func (f *Function) reach(shared Ceiling) Optional[float64] {
	provisioned := f.provisionedCeiling().RPS.Or(0)
	room := shared
	if f.Reserved.Known() {
		room = f.reservedRoom(provisioned)
	}
	rps, ok := room.RPS.Get()
	if !ok {
		return Optional[float64]{}
	}
	return Some(provisioned + rps)
}

// requiredUnits returns the units that a rate of the function needs in a pool:
// max(ceil(rps d), ceil(rps/10)), the second if it is synchronous. It is absent
// for an asynchronous function without a duration.
func (f *Function) requiredUnits(rps float64) Optional[int64] {
	_, timed := f.seconds()
	if !timed && f.mode() == Async {
		return Optional[int64]{}
	}
	var need sharedNeed
	need.add(f, rps)
	return Some(need.units(0))
}

// requiredProvisioned returns the smallest provisioned concurrency that spills
// nothing: max(ceil(λ d), ceil(λ/10)), the first only with a duration.
func (f *Function) requiredProvisioned() int64 {
	rate := f.RPS.Or(0)
	units := CeilUnits(rate / RatePerUnit)
	if d, ok := f.seconds(); ok {
		units = max(units, CeilUnits(rate*d))
	}
	return units
}

// add adds a function's row to the account's.
func (t *SpillAccount) add(row *FunctionSpill) {
	t.RPS += row.RPS
	t.ProvisionedRPS += row.ProvisionedRPS
	t.OnDemandRPS += row.OnDemandRPS
	t.ThrottledRPS += row.ThrottledRPS
	t.QueuedRPS += row.QueuedRPS
	t.SpilloverRPS += row.SpilloverRPS
	if row.Verdict.severity() > t.Verdict.severity() {
		t.Verdict = row.Verdict
	}
}

// ratio returns part / whole, 0 where the whole is.
func ratio(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return min(1, part/whole)
}
