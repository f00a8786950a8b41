package calc

// A Usage is what a function used, or would have used, in a span of time.
type Usage struct {
	// UnitS is the provisioned concurrency times the time that it was on, unit-seconds; BusyS is the busy part of it.
	UnitS, BusyS float64
	// ProvisionedRequests and OnDemandRequests were served by provisioned concurrency and on demand.
	ProvisionedRequests, OnDemandRequests float64
	// ProvisionedS and OnDemandS are the durations of these, each rounded up to 1 ms, seconds.
	ProvisionedS, OnDemandS float64
	// ColdStarts is how many of the requests started an environment; absent if unknown.
	ColdStarts Optional[float64]
}

// monthly returns a usage as that of a month of which the span is the share given.
func (f *Function) monthly(use Usage, seconds, share float64) (u usage, missing string) {
	u, missing = f.usage(served{}, 0)
	if missing != "" {
		return u, missing
	}
	u.units, u.busy = use.UnitS/seconds, use.BusyS/seconds
	u.provisioned, u.onDemand = use.ProvisionedRequests/share, use.OnDemandRequests/share
	u.warmSeconds, u.seconds = ratio(use.ProvisionedS, use.ProvisionedRequests), ratio(use.OnDemandS, use.OnDemandRequests)
	u.cold = Optional[float64]{}
	if n, ok := use.ColdStarts.Get(); ok {
		u.cold = Some(n / share)
	}
	return u, ""
}

// PriceUsage returns what the usage of each function in a span of time costs a month if the month goes on like that,
// see Cost, with the findings about what is not known. functions has one item for each function, absent if its cost is
// not known; so is every amount of the account then. seconds is the length of the span, more than 0. The account must
// be valid and have a Region. A function needs a duration and provisioned concurrency only to say that it has any.
//
// Provisioned concurrency costs what it is on, to the second. AWS rounds the time of each setting up to 5 minutes.
func (a Account) PriceUsage(o CostOptions, seconds float64, use []Usage) (
	functions []Optional[Cost], account AccountCost, found []Finding,
) {
	share := seconds / (o.Hours * 3600)
	o.EnabledHours = Optional[float64]{}
	c := a.costOf(&o, func(i int) (usage, string) { return a.Functions[i].monthly(use[i], seconds, share) })
	functions = make([]Optional[Cost], len(c.functions))
	for i, f := range c.functions {
		if f.known {
			functions[i] = Some(f.Cost)
		}
	}
	list := &findings{}
	list.costs(a, c.notes)
	return functions, c.account, list.list
}
