package calc

import (
	"cmp"
	"math"
	"slices"
)

// A Price is what one Region charges for one instruction set, in its own currency. An unknown price is absent.
type Price struct {
	// Region is the Region's code.
	Region string `json:"region"`
	// Arch is the instruction set.
	Arch Arch `json:"arch"`
	// Currency is the currency of the prices, such as USD; empty if Unpriced.
	Currency string `json:"currency"`
	// Request is the price of a request.
	Request Optional[float64] `json:"request"`
	// OnDemandDuration holds the prices of a GB-second on demand, by monthly tier; never nil.
	OnDemandDuration []float64 `json:"on_demand_duration"`
	// TierBounds holds the GB-seconds per month at which each tier except the last ends; never nil.
	TierBounds []float64 `json:"tier_bounds_gb_s"`
	// TierBoundsAssumed reports whether the bounds are assumed because no source gives them for this Region.
	TierBoundsAssumed bool `json:"tier_bounds_assumed"`
	// Provisioned is the price of a GB-second of provisioned concurrency, whether busy or idle.
	Provisioned Optional[float64] `json:"provisioned"`
	// ProvisionedDuration is the price of a GB-second of duration on provisioned concurrency.
	ProvisionedDuration Optional[float64] `json:"provisioned_duration"`
	// Ephemeral is the price of a GB-second of ephemeral storage above aws.FreeEphemeralMB.
	Ephemeral Optional[float64] `json:"ephemeral"`
	// AsOf is the date of the newest source of the row's prices.
	AsOf string `json:"as_of"`
	// Sources holds the keys of the sources of the prices.
	Sources string `json:"sources"`
}

// Unpriced reports whether the row only says that the Region exists: no source has a price or the currency.
func (p Price) Unpriced() bool {
	return p.Currency == "" && len(p.OnDemandDuration) == 0 && !p.Request.Known() && !p.Provisioned.Known() &&
		!p.ProvisionedDuration.Known() && !p.Ephemeral.Known()
}

// BreakEven returns the utilization above which a provisioned environment costs less than the same seconds on demand,
// in the first tier.
//
//	u* = p/(o - q)
//
// where
//
//	p = price of a GB-second of provisioned concurrency
//	q = price of a GB-second of duration on provisioned concurrency
//	o = price of a GB-second on demand
//
// It is absent if a price is not known, or if provisioned concurrency costs more at any utilization: p + q > o. A
// savings plan reduces all three prices by the same share, so it makes no difference. Derived from aws.SourcePricing.
func (p Price) BreakEven() Optional[float64] {
	capacity, known := p.Provisioned.Get()
	duration, also := p.ProvisionedDuration.Get()
	if !known || !also || len(p.OnDemandDuration) == 0 {
		return Optional[float64]{}
	}
	saved := p.OnDemandDuration[0] - duration
	if !(capacity <= saved*(1+tolerance)) || saved <= 0 {
		return Optional[float64]{}
	}
	return Some(math.Min(1, capacity/saved))
}

// tiered returns the monthly cost of a number of GB-seconds on demand, and the index of the tier of the last one.
func (p Price) tiered(gbSeconds float64) (cost float64, tier int) {
	below := 0.0
	for i, price := range p.OnDemandDuration {
		bound := math.Inf(1)
		if i < len(p.TierBounds) && i < len(p.OnDemandDuration)-1 {
			bound = p.TierBounds[i]
		}
		if gbSeconds <= bound {
			return cost + float64((gbSeconds-below)*price), i
		}
		cost += float64((bound - below) * price)
		below = bound
	}
	return cost, 0
}

// price finds the price row for the account's Region and an instruction set.
func (a Account) price(o *CostOptions, arch Arch) (Price, bool) {
	i := slices.IndexFunc(o.Prices, func(p Price) bool { return p.Region == a.Region && p.Arch == arch })
	if i < 0 {
		return Price{}, false
	}
	return o.Prices[i], true
}

// A RegionBreakEven is the break-even of one Region and instruction set.
type RegionBreakEven struct {
	// Region is the Region's code.
	Region string `json:"region"`
	// Arch is the instruction set.
	Arch Arch `json:"arch"`
	// BreakEvenUtilizationRatio is the utilization above which provisioned concurrency costs less than on-demand; absent
	// if it never does, or if a price is not known.
	BreakEvenUtilizationRatio Optional[float64] `json:"break_even_utilization_ratio"`
	// Currency is the currency of the prices; empty if no source has prices for the Region.
	Currency string `json:"currency"`
	// OnDemandDuration is the price of a GB-second on demand, in the first tier.
	OnDemandDuration Optional[float64] `json:"on_demand_duration"`
	// Provisioned is the price of a GB-second of provisioned concurrency.
	Provisioned Optional[float64] `json:"provisioned"`
	// ProvisionedDuration is the price of a GB-second of duration on provisioned concurrency.
	ProvisionedDuration Optional[float64] `json:"provisioned_duration"`
	// AsOf is the date of the newest source of the prices; empty if none has one.
	AsOf string `json:"as_of"`
}

// Known reports whether the prices are known. If they are, an absent break-even means that provisioned concurrency
// never pays off.
func (r RegionBreakEven) Known() bool {
	return r.OnDemandDuration.Known() && r.Provisioned.Known() && r.ProvisionedDuration.Known()
}

// breakEvens compares Regions, lowest break-even first.
func breakEvens(prices []Price) []RegionBreakEven {
	var list []RegionBreakEven
	for _, p := range prices {
		r := RegionBreakEven{Region: p.Region, Arch: p.Arch, BreakEvenUtilizationRatio: p.BreakEven(), Currency: p.Currency,
			Provisioned: p.Provisioned, ProvisionedDuration: p.ProvisionedDuration, AsOf: p.AsOf}
		if len(p.OnDemandDuration) > 0 {
			r.OnDemandDuration = Some(p.OnDemandDuration[0])
		}
		list = append(list, r)
	}
	rank := func(r RegionBreakEven) float64 {
		switch {
		case !r.Known():
			return 3
		case !r.BreakEvenUtilizationRatio.Known():
			return 2
		}
		return r.BreakEvenUtilizationRatio.Or(0)
	}
	slices.SortStableFunc(list, func(x, y RegionBreakEven) int {
		return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(x.Provisioned.Or(0), y.Provisioned.Or(0)),
			cmp.Compare(x.Region, y.Region), cmp.Compare(x.Arch, y.Arch))
	})
	return list
}

// Month returns the month of AsOf, such as 2026-09; empty if AsOf is.
func (p Price) Month() string { return p.AsOf[:min(len(p.AsOf), len("2026-09"))] }
