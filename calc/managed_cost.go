package calc

import (
	"fmt"
	"math"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/managed"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// meanOf returns the mean over the month of the rate, or of what is served of it up to a ceiling, requests per second.
func (f *Function) meanOf(ceiling float64) float64 {
	if f.Day.Empty() {
		return min(ceiling, f.AverageRPS.Else(f.RPS).Or(0))
	}
	sum := 0.0
	for _, rps := range f.Day.Values {
		sum += min(ceiling, rps)
	}
	return sum / float64(f.Day.Len())
}

// meanRate returns the mean rate over the month, requests per second.
func (f *Function) meanRate() float64 { return f.meanOf(math.Inf(1)) }

// priceManaged adds the costs to the split of a function on Managed Instances:
//
//	instances = N p h (1 - s)
//	fee       = 0.15 N p h
//	requests  = 0.20 USD for each million that is served
//
// where
//
//	N = instances
//	p = price of an instance, US dollars an hour
//	h = hours of the month
//	s = discount
//
// There is no charge for duration. It returns what is missing for the total cost; empty if nothing is.
//
// Source: aws.SourcePricing, read 2026-11.
func (f *Function) priceManaged(row *FunctionSpill, region string, o *CostOptions) (missing string) {
	m := row.Managed.Or(ManagedSpill{})
	x, sized, priced := f.fleet(region)
	n, counted := m.Instances.Get()
	if served := f.meanOf(m.CeilingRPS.Or(math.Inf(1))); f.RPS.Known() && !f.RateUnknown {
		if m.Max == Some[int64](0) {
			served = 0
		}
		m.Requests = Some(served * o.Hours * 3600 * aws.ManagedRequestUSD)
	}
	if counted && priced {
		bill := x.Bill(n, o.Hours)
		m.EC2, m.Fee = Some(bill.EC2), Some(bill.Fee)
		if usd, ok := m.Requests.Get(); ok {
			m.Total = Some(bill.Total() + usd)
			row.Cost = Some(f.managedCost(m, region, o))
		}
	}
	row.Managed = Some(m)
	switch {
	case f.Managed.Instance == "" && !sized:
		return "instance, or instance_vcpu, instance_memory and instance_price"
	case !m.PerEnvironment.Known():
		return "the requests of an environment"
	case !sized:
		return fmt.Sprintf("the size of %s: instance_vcpu and instance_memory", f.Managed.Instance)
	case !priced && region != "":
		return fmt.Sprintf("the price of the instance in %s: instance_price", region)
	case !priced:
		return "the price of the instance: instance_price"
	case !counted:
		return "a duration"
	case !m.Requests.Known():
		return "a rate"
	}
	return ""
}

// priceManaged adds the costs of the functions on Managed Instances to the split, and returns what is missing for them.
func (s *spillDetails) priceManaged(a Account, o SpillOptions) (missing []missingCost) {
	if o.Cost == nil {
		return nil
	}
	for i := range a.Functions {
		f := a.Functions[i].managed
		if f == nil {
			continue
		}
		row := &s.Functions[i]
		if what := f.priceManaged(row, a.Region, o.Cost); what != "" {
			missing = append(missing, missingCost{i, what})
		}
		f.compareManaged(row, a.Region, o.Cost, o.peakOnly)
	}
	return missing
}

// managedCost returns the cost of a function on Managed Instances among those of other functions: nothing of it is for
// duration or provisioned concurrency.
func (f *Function) managedCost(m ManagedSpill, region string, o *CostOptions) Cost {
	zero := Some(0.0)
	c := Cost{ProvisionedCapacity: zero, ProvisionedDuration: zero, OnDemandDuration: zero, Ephemeral: zero, Init: zero,
		Idle: zero, Requests: m.Requests, Total: m.Total, Basis: f.basis()}
	if x, known := f.ordinary(region, o); known {
		c.AllOnDemand = x.cost(HostOnDemand, f.RPS.Or(0))
	}
	return c
}

// addManaged adds the cost of a function on Managed Instances. It has no part in the price tiers of the others.
func (c *costing) addManaged(f *Function, i int, region string) {
	row := f.spillManaged()
	f.priceManaged(&row, region, c.bill.o)
	c.functions[i].Basis = f.basis()
	if cost, ok := row.Cost.Get(); ok {
		c.functions[i].Cost = cost
	}
}

// An ordinary function serves the load of a function on Managed Instances, one request in each environment.
type ordinary struct {
	account  Account // with this function alone
	options  *CostOptions
	meanPeak float64 // mean rate / peak rate
}

// ordinary returns an ordinary function for the same load, with the memory of one request and the instruction set of
// the instances. known reports whether there can be one: it needs the memory, and a duration that Lambda allows.
func (f *Function) ordinary(region string, o *CostOptions) (x ordinary, known bool) {
	mb, sized := f.Managed.RequestMB.Get()
	ms, timed := f.DurationMS.Get()
	if !sized || !timed || mb > aws.MaxMemoryMB || ms > aws.MaxDurationMS || region == "" || f.RateUnknown {
		return ordinary{}, false
	}
	arch := f.arch()
	if _, isARM := managed.FindInstance(f.Managed.Instance); isARM { // all of them have Graviton processors
		arch = ARM
	}
	x = ordinary{options: o, meanPeak: 1}
	if rps := f.RPS.Or(0); rps > 0 {
		x.meanPeak = min(1, f.meanRate()/rps)
	}
	x.account = Account{Region: region, Functions: []Function{{Mode: f.Mode, Arch: arch, DurationMS: f.DurationMS,
		MemoryMB: Some(max(mb, aws.MinMemoryMB)), EphemeralMB: f.EphemeralMB}}}
	return x, true
}

// cost returns the cost at a peak rate, requests per second, with all requests on demand or all of them on provisioned
// concurrency with headroom.
func (x *ordinary) cost(way Hosting, rps float64) Optional[float64] {
	a := x.account
	f := a.Functions[0]
	f.RPS = Some(rps)
	mean := rps * x.meanPeak
	serves := served{onDemand: mean}
	if way == HostProvisioned {
		f.Provisioned = withHeadroom(Provisioned(0).unitsFor(rps, f.DurationMS), aws.AdvisedHeadroom)
		serves = served{provisioned: mean}
	}
	a.Functions = []Function{f}
	return a.cost(x.options, []served{serves}).functions[0].Total
}

// curve returns the cost of a way at any rate, or of the cheaper one if no way is named, US dollars. Provisioned units
// count as if there were fractions of them, and all duration has the price of the first tier, as in Price.BreakEven:
// the later tiers begin at thousands of busy environments. It is nil if a cost is not known.
func (x ordinary) curve(way Hosting) func(rps float64) float64 {
	o := *x.options
	if p, ok := x.account.price(&o, x.account.Functions[0].Arch); ok && len(p.OnDemandDuration) > 0 {
		p.OnDemandDuration, p.TierBounds = p.OnDemandDuration[:1], nil
		o.Prices = []Price{p}
	}
	x.options = &o
	most := quantity.Rates.Most
	units, known := x.cost(HostProvisioned, most).Get()
	onDemand := func(rps float64) float64 { return x.cost(HostOnDemand, rps).Or(0) }
	provisioned := func(rps float64) float64 { return units / most * rps }
	switch {
	case !x.cost(HostOnDemand, most).Known() || way == HostProvisioned && !known:
		return nil
	case way == HostProvisioned:
		return provisioned
	case way == HostOnDemand || !known:
		return onDemand
	}
	return func(rps float64) float64 { return min(onDemand(rps), provisioned(rps)) }
}

// compareManaged adds to the split of a function on Managed Instances what the same load costs on ordinary functions.
// If brief is set, only the cost at the rate itself is compared.
func (f *Function) compareManaged(row *FunctionSpill, region string, o *CostOptions, brief bool) {
	m := row.Managed.Or(ManagedSpill{})
	x, known := f.ordinary(region, o)
	if known {
		own := &x.account.Functions[0]
		m.OrdinaryMB, m.OrdinaryArch = own.MemoryMB, own.Arch
	}
	cost := func(way Hosting, rps float64) Optional[float64] {
		if !known {
			return Optional[float64]{}
		}
		return x.cost(way, rps)
	}
	ways := func(onManaged Optional[float64], rps float64) []WayCost {
		list := []WayCost{{Way: HostManaged, Total: onManaged}}
		for _, way := range []Hosting{HostOnDemand, HostProvisioned} {
			list = append(list, WayCost{Way: way, Total: cost(way, rps)})
		}
		return list
	}
	rps := f.RPS.Or(0)
	m.Compared = ways(m.Total, rps)
	d, timed := f.seconds()
	fleet, _, priced := f.fleet(region)
	if !brief && timed && priced && known && f.RPS.Known() {
		requests := x.meanPeak * o.Hours * 3600 * aws.ManagedRequestUSD
		above := func(way Hosting) (rps Optional[float64]) {
			c := managed.Contest{Fleet: fleet, Seconds: d, Hours: o.Hours, RequestUSD: requests, Other: x.curve(way),
				MostRPS: quantity.Rates.Most}
			if c.Other == nil {
				return rps
			}
			if at, ok := c.PaysOffAbove(); ok {
				return Some(at)
			}
			return rps
		}
		m.PaysOffAboveRPS = above("")
		for i := range m.Compared {
			if c := &m.Compared[i]; c.Way != HostManaged {
				c.PaysOffAboveRPS = above(c.Way)
			}
		}
		m.BreakEvenUtilizationRatio = x.breakEven(fleet)
		if rps > 0 {
			for _, factor := range []float64{0.1, 0.25, 0.5, 1, 2, 4, 10} {
				at := rps * factor
				n := fleet.Count(fleet.Environment.Required(at * d))
				m.AtRates = append(m.AtRates, RateCost{RPS: at, Instances: Some(n),
					Compared: ways(Some(fleet.Bill(n, o.Hours).Total()+float64(at*requests)), at)})
			}
		}
	}
	if len(m.AtRates) > 0 && m.EC2.Known() {
		m.AtAverages = f.atAverages(x, m, o)
	}
	row.Managed = Some(m)
}

// atAverages compares the costs with mean rates below the peak: the instances stay those of the peak, and requests and
// duration follow the mean.
func (f *Function) atAverages(x ordinary, m ManagedSpill, o *CostOptions) (list []AverageCost) {
	rps := f.RPS.Or(0)
	served := min(rps, m.CeilingRPS.Or(rps))
	fixed := float64(m.EC2.Or(0)) + float64(m.Fee.Or(0))
	for _, mean := range []float64{0.1, 0.25, 0.5, 0.75, 1} {
		x.meanPeak = mean
		requests := float64(mean * served * o.Hours * 3600 * aws.ManagedRequestUSD)
		list = append(list, AverageCost{AverageRatio: mean, Compared: []WayCost{
			{Way: HostManaged, Total: Some(fixed + requests)},
			{Way: HostOnDemand, Total: x.cost(HostOnDemand, rps)},
			{Way: HostProvisioned, Total: x.cost(HostProvisioned, rps)},
		}})
	}
	return list
}

// breakEven returns the utilization of a fleet above which a second of a request costs less than on demand, at the
// price of the first tier; absent if it never does.
func (x *ordinary) breakEven(fleet managed.Fleet) Optional[float64] {
	f := &x.account.Functions[0]
	p, ok := x.account.price(x.options, f.arch())
	if !ok || len(p.OnDemandDuration) == 0 || p.Currency != "USD" {
		return Optional[float64]{}
	}
	gb := float64(f.MemoryMB.Or(0)) / aws.MBPerGB
	onDemand := p.OnDemandDuration[0] * gb * (1 - x.options.SavingsPlan) * 3600 * fleet.Slots(1)
	if u := fleet.Bill(1, 1).Total() / onDemand; u <= 1 {
		return Some(u)
	}
	return Optional[float64]{}
}
