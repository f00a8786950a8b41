package calc

import "math"

// Parts is a rate divided by what happens to its requests, requests per second. Added in the order of the fields, the
// parts give the rate within one unit in the last place. No part is negative, and a part below 1e-9 of the rate is 0.
type Parts struct {
	// ProvisionedRPS is served by provisioned concurrency.
	ProvisionedRPS float64 `json:"provisioned_rps"`
	// OnDemandRPS is served by on-demand environments.
	OnDemandRPS float64 `json:"on_demand_rps"`
	// ThrottledRPS is refused with status 429. It includes the events of an asynchronous function that is switched off,
	// since AWS drops them.
	ThrottledRPS float64 `json:"throttled_rps"`
	// QueuedRPS waits: asynchronous events, which Lambda retries for up to six hours, at intervals of one second to five
	// minutes; and messages of event sources, as the invocations that they take.
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
//	d     = mean duration, seconds; without it, terms with d are omitted
//	P, R  = provisioned and reserved concurrency, units
//	units = R - P with a reservation, otherwise unreserved
//	rate  = 10 R - provisioned with a reservation, otherwise 10 x unreserved; no limit if asynchronous
//
// The function must pass Account.Validate. unreserved is in units and must not be negative. Split does not allocate,
// unless the function has event sources: what these do not let through is queued.
// Spill divides the rates of functions that share the unreserved pool.
//
// Source: aws.SourceConcurrency, aws.SourceAsync, read 2026-11.
func Split(f Function, unreserved int64) Parts {
	if len(f.Sources) > 0 && f.polled == nil {
		f = Account{Functions: []Function{f}}.inPools().Functions[0]
		p := Split(f, unreserved)
		p.QueuedRPS += f.polled.offered - f.RPS.Or(0)
		return p
	}
	provisioned := f.provisionedRPS()
	var d demand
	excess := f.RPS.Or(0) - provisioned
	d.addSync(&f, excess)
	rate := d.rateShare(unreserved)
	d.addLoad(&f, excess, rate)
	return f.divided(provisioned, unreserved, rate, d.loadShare(unreserved))
}

// divide divides the rate of every function of the account. Functions without a reservation share the unreserved units.
// parts has one item for each function. full reports whether concurrency limits what they share, see demand.
func (a *Account) divide(parts []Parts, unreserved int64) (full bool) {
	var d demand
	for i := range a.Functions {
		f := &a.Functions[i]
		parts[i].ProvisionedRPS = f.provisionedRPS()
		if !f.Reserved.Known() {
			d.addSync(f, f.RPS.Or(0)-parts[i].ProvisionedRPS)
		}
	}
	rate := d.rateShare(unreserved)
	for i := range a.Functions {
		if f := &a.Functions[i]; !f.Reserved.Known() {
			d.addLoad(f, f.RPS.Or(0)-parts[i].ProvisionedRPS, rate)
		}
	}
	load := d.loadShare(unreserved)
	for i := range a.Functions {
		parts[i] = a.Functions[i].divided(parts[i].ProvisionedRPS, unreserved, rate, load)
	}
	return d.full(unreserved)
}

// divided divides the rate, given what provisioned concurrency serves, the unreserved units, and the shares of demand.
func (f *Function) divided(provisioned float64, unreserved int64, rate, load float64) Parts {
	if f.Reserved.Known() {
		return f.parts(provisioned, f.onDemand(unreserved, provisioned).room(f.DurationMS).RPS.Or(math.Inf(1)))
	}
	return f.parts(provisioned, (f.RPS.Or(0)-provisioned)*f.share(unreserved, rate, load))
}

// parts divides the rate, given what provisioned concurrency serves and the most that on-demand environments could
// serve. The last part is the remainder.
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
	if f.refused() == Queued {
		p.QueuedRPS = rest
	} else {
		p.ThrottledRPS = rest
	}
	return p
}

// demand is the combined demand of all functions for the unreserved pool.
type demand struct {
	syncRPS float64 // synchronous requests beyond provisioned concurrency, per second
	load    float64 // environments needed for what the rate limit accepts
}

func (d *demand) addSync(f *Function, excess float64) {
	if f.Mode.RateLimited() {
		d.syncRPS += excess
	}
}

func (d *demand) addLoad(f *Function, excess, rateShare float64) {
	if f.Mode.RateLimited() {
		excess *= rateShare
	}
	if s, ok := f.seconds(); ok {
		d.load += float64(excess * s)
	}
}

// rateShare returns the share of each synchronous excess that the rate limit of U unreserved units accepts: min(1, 10 U
// / sum(e)).
func (d demand) rateShare(unreserved int64) float64 {
	if room := rateLimit(unreserved); d.syncRPS > room {
		return room / d.syncRPS
	}
	return 1
}

// loadShare returns the share of the remaining load that U environments can serve: min(1, U / sum(e d)).
func (d demand) loadShare(unreserved int64) float64 {
	if room := float64(unreserved); d.load > room {
		return room / d.load
	}
	return 1
}

// full reports whether concurrency limits the demand, or ties with the rate limit.
func (d demand) full(unreserved int64) bool { return d.load >= float64(unreserved)*(1-tolerance) }

// share combines the two shares for one function. Without units nothing is served on demand, even if the function's
// duration is not known.
func (f *Function) share(unreserved int64, rate, load float64) float64 {
	if unreserved == 0 {
		return 0
	}
	share := 1.0
	if f.Mode.RateLimited() {
		share = rate
	}
	if f.DurationMS.Known() {
		share *= load
	}
	return share
}

// syncLoss returns the share of synchronous requests beyond provisioned concurrency that the unreserved pool throttles:
// in the steady split, and in the long run. Refused asynchronous events are retried until they are served, so they take
// what they need. What they leave to synchronous requests is
//
//	1 - b = (U - a_q)/a_s, at least 0
//
// where a_q and a_s are the environments that asynchronous and synchronous functions need beyond provisioned
// concurrency, a_s after the rate limit. Both shares are 0 unless both kinds need some and together they need more than
// U.
func (a Account) syncLoss() (steady, longRun float64) {
	unreserved := a.Unreserved()
	var all, events demand
	each := func(add func(f *Function, excess float64)) {
		for i := range a.Functions {
			if f := &a.Functions[i]; !f.Reserved.Known() {
				add(f, f.RPS.Or(0)-f.provisionedRPS())
			}
		}
	}
	each(all.addSync)
	rate := all.rateShare(unreserved)
	each(func(f *Function, excess float64) {
		all.addLoad(f, excess, rate)
		if f.Mode.Queues() {
			events.addLoad(f, excess, rate)
		}
	})
	requests, room := all.load-events.load, float64(unreserved)
	if requests <= tolerance*all.load || events.load == 0 || all.load <= room*(1+tolerance) {
		return 0, 0
	}
	return 1 - rate*room/all.load, 1 - rate*math.Max(0, room-events.load)/requests
}
