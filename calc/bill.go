package calc

import (
	"fmt"
	"math"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
)

// usage is a function's usage in a month.
type usage struct {
	arch        Arch
	gb          float64 // memory
	storageGB   float64 // ephemeral storage above the free amount
	seconds     float64 // duration on demand, as billed
	warmSeconds float64 // duration on provisioned concurrency, as billed; the same unless it was counted
	initS       Optional[float64]
	units       float64           // provisioned concurrency
	provisioned float64           // requests served on it
	onDemand    float64           // requests served on demand
	cold        Optional[float64] // arriving requests that start an environment
	busy        float64           // units in use on average
	basis       Basis
}

// usage returns the function's usage in a number of hours. If an input is missing, it returns the name of that input
// instead.
func (f *Function) usage(s served, hours float64) (u usage, missing string) {
	ms, timed := f.DurationMS.Get()
	mb, sized := f.MemoryMB.Get()
	switch {
	case !timed:
		return usage{}, "a duration"
	case !sized:
		return usage{}, "memory"
	}
	month := hours * 3600
	u = usage{
		arch:        f.arch(),
		gb:          float64(mb) / aws.MBPerGB,
		storageGB:   float64(max(0, f.EphemeralMB.Or(aws.FreeEphemeralMB)-aws.FreeEphemeralMB)) / aws.MBPerGB,
		seconds:     float64(CeilUnits(ms)) / 1000,
		units:       float64(f.Provisioned),
		provisioned: s.provisioned * month,
		onDemand:    s.onDemand * month,
		basis:       f.basis(),
	}
	u.warmSeconds = u.seconds
	if init, ok := f.InitMS.Get(); ok {
		u.initS = Some(init / 1000)
	}
	if share, ok := s.cold.Get(); ok {
		u.cold = Some(share * f.RPS.Or(0) * month)
	}
	if f.Provisioned > 0 {
		u.busy = math.Min(u.units, s.provisioned*ms/1000)
	}
	return u, ""
}

// meanSeconds returns the billed duration of all requests.
func (u *usage) meanSeconds() float64 {
	if u.warmSeconds == u.seconds {
		return u.seconds
	}
	return (float64(u.provisioned*u.warmSeconds) + float64(u.onDemand*u.seconds)) / (u.provisioned + u.onDemand)
}

// onDemandGBs returns the GB-seconds billed on demand, including init time.
func (u *usage) onDemandGBs() float64 { return float64(u.onDemand*u.seconds*u.gb) + u.initGBs() }

func (u *usage) initGBs() float64 { return float64(u.cold.Or(0) * u.initS.Or(0) * u.gb) }

// A bill holds the combined monthly usage of all functions of an account, and the prices that apply to it.
type bill struct {
	o      *CostOptions
	usages []usage
	known  []bool // for each function, whether its usage and prices are known
	sums   [2]archCost
}

// archIndex returns the position of an instruction set in the order in which the sets use up the free tier.
func archIndex(arch Arch) int {
	if arch == X86 {
		return 0
	}
	return 1
}

// sumsWith returns the sums, with their blended prices, for another usage of one function.
func (b *bill) sumsWith(i int, instead usage) [2]archCost {
	sums := b.sums
	sums[archIndex(instead.arch)].add(&b.usages[i], -1)
	sums[archIndex(instead.arch)].add(&instead, 1)
	b.setPrices(&sums)
	return sums
}

// replace replaces one function's usage.
func (b *bill) replace(i int, instead usage) {
	sum := &b.sums[archIndex(instead.arch)]
	sum.add(&b.usages[i], -1)
	sum.add(&instead, 1)
	b.usages[i] = instead
}

// shares reports whether what one function uses may change what another costs: by the free tier, or price tiers.
func (b *bill) shares() bool {
	shares := b.o.FreeTier
	for i := range b.sums {
		s := &b.sums[i]
		shares = shares || s.used && len(s.TierBounds) > 0 && s.gbSeconds+s.allGBSeconds > s.TierBounds[0]
	}
	return shares
}

// setPrices sets the blended prices of the sums.
func (b *bill) setPrices(sums *[2]archCost) {
	var free, allFree freeTier
	if b.o.FreeTier {
		free = freeTier{aws.FreeRequests, aws.FreeGBSeconds}
		allFree = free
	}
	for i := range sums {
		if sums[i].used {
			sums[i].setPrices(&free, &allFree)
		}
	}
}

// costWith prices one function with another usage.
func (b *bill) costWith(i int, instead usage) Cost {
	sums := b.sumsWith(i, instead)
	return sums[archIndex(instead.arch)].costOf(&instead, b.o)
}

// totalWith returns the part of the account's bill that depends on one function's usage, for another usage.
func (b *bill) totalWith(i int, instead usage) float64 {
	sums := b.sumsWith(i, instead)
	plan := 1 - b.o.SavingsPlan
	own := sums[archIndex(instead.arch)].costOf(&instead, b.o)
	total := own.ProvisionedCapacity.Or(0) + own.ProvisionedDuration.Or(0) + own.Ephemeral.Or(0)
	for j := range sums {
		if c := &sums[j]; c.used {
			onDemand, _ := c.tiered(c.gbSeconds - float64(c.freeShare*c.eligible))
			requests := c.allRequests - float64(c.freeRequests*c.eligibleRequests)
			total += float64(plan*onDemand) + float64(c.Request.Or(0)*requests)
		}
	}
	return total
}

// saving returns how much lower the account's bill would be with one function's usage from another bill, US dollars a
// month; absent if either usage is not known.
func (b *bill) saving(i int, after *bill) Optional[float64] {
	for _, x := range []*bill{b, after} {
		if u := &x.usages[i]; !x.known[i] || u.initS.Known() && !u.cold.Known() {
			return Optional[float64]{}
		}
	}
	return Some(b.totalWith(i, b.usages[i]) - b.totalWith(i, after.usages[i]))
}

// A functionCost is the cost of a function, if its inputs are known.
type functionCost struct {
	Cost
	known bool
}

// costNotes holds notes about a cost, for findings.
type costNotes struct {
	missing []missingCost
	tiers   []string // instruction sets beyond the first tier
	assumed bool     // the bounds of those tiers are assumed
}

// missingCost says which input is missing for a function's cost.
type missingCost struct {
	function int
	what     string
}

// A costing is the cost of an account and of its functions.
type costing struct {
	functions []functionCost
	account   AccountCost
	notes     costNotes
	bill      bill
}

// cost prices the account, given the served rates of each function. If a function's cost is not known, its Cost is
// empty and the notes say why.
func (a Account) cost(o *CostOptions, serve []served) costing {
	return a.costOf(o, func(i int) (usage, string) { return a.Functions[i].usage(serve[i], o.Hours) })
}

// costOf prices the usage of each function, unless an input is missing.
func (a Account) costOf(o *CostOptions, usageOf func(i int) (u usage, missing string)) costing {
	n := len(a.Functions)
	c := costing{
		functions: make([]functionCost, n),
		account:   AccountCost{Prices: []Price{}},
		bill:      bill{o: o, usages: make([]usage, n), known: make([]bool, n)},
	}
	for i := range a.Functions {
		if f := a.Functions[i].managed; f != nil {
			c.addManaged(f, i, a.Region)
			continue
		}
		u, missing := usageOf(i)
		c.addUsage(a, i, u, missing)
	}
	rows := c.bill.sums
	c.bill.setPrices(&rows)
	for _, row := range rows {
		if row.used {
			c.account.Prices = append(c.account.Prices, row.Price)
		}
		if row.tier > 0 {
			c.notes.tiers = append(c.notes.tiers, fmt.Sprintf("%s in tier %d", row.Arch, row.tier+1))
			c.notes.assumed = c.notes.assumed || row.TierBoundsAssumed
		}
	}
	for i := range c.functions {
		if u := &c.bill.usages[i]; c.bill.known[i] {
			c.functions[i].Cost = rows[archIndex(u.arch)].costOf(u, o)
			if u.initS.Known() && !u.cold.Known() {
				c.notes.missing = append(c.notes.missing, missingCost{i, "its cold starts, which are not computed for bursts"})
			}
		}
	}
	c.sum()
	return c
}

// addUsage adds a function's usage to the bill, or notes which input is missing.
func (c *costing) addUsage(a Account, i int, u usage, missing string) {
	f, b := &a.Functions[i], &c.bill
	b.usages[i] = u
	p, priced := a.price(b.o, f.arch())
	c.functions[i].known = missing == ""
	if f.canProvision() {
		c.functions[i].BreakEvenUtilizationRatio = p.BreakEven()
	}
	c.functions[i].Basis = f.basis()
	if u.units > 0 {
		c.functions[i].UtilizationRatio = Some(u.busy / u.units)
	}
	switch {
	case f.region != "":
		missing = "the prices of Lambda@Edge, which are not those of Lambda"
	case !priced:
		missing = fmt.Sprintf("prices of %s on %s", a.Region, f.arch())
	case p.Unpriced():
		missing = fmt.Sprintf("prices of %s, which is a Region of AWS, but none of the price sources has it", a.Region)
	case p.Currency != "USD":
		missing = fmt.Sprintf("US dollars: %s charges %s", a.Region, p.Currency)
	case missing == "":
		missing = f.missingPrices(p)
	}
	if missing != "" {
		c.notes.missing = append(c.notes.missing, missingCost{i, missing})
		return
	}
	b.known[i] = true
	sum := &b.sums[archIndex(u.arch)]
	sum.Price, sum.used = p, true
	sum.add(&u, 1)
}

// sum adds up the functions' costs if all of them are known.
func (c *costing) sum() {
	c.account.Basis = BasisRate
	for i := range c.functions {
		switch basis := c.functions[i].Basis; {
		case i == 0:
			c.account.Basis = basis
		case basis != c.account.Basis:
			c.account.Basis = BasisMixed
		}
	}
	for i := range c.functions {
		if !c.bill.known[i] && !c.functions[i].Total.Known() {
			return
		}
	}
	if len(c.functions) == 0 {
		return
	}
	zero := Some(0.0)
	total := Cost{ProvisionedCapacity: zero, ProvisionedDuration: zero, OnDemandDuration: zero, Requests: zero,
		Ephemeral: zero, Init: zero, Total: zero, AllOnDemand: zero, Idle: zero, Basis: c.account.Basis}
	busy, units := 0.0, 0.0
	for i := range c.functions {
		total.addAll(c.functions[i].Cost)
		busy += c.bill.usages[i].busy
		units += c.bill.usages[i].units
	}
	if units > 0 {
		total.UtilizationRatio = Some(busy / units)
	}
	c.account.Cost = total
}

// missingPrices names the prices that the function's cost needs but the row lacks.
func (f *Function) missingPrices(p Price) string {
	var names []string
	if !p.Request.Known() {
		names = append(names, "the price of requests")
	}
	if len(p.OnDemandDuration) == 0 {
		names = append(names, "the price of on-demand duration")
	}
	if f.Provisioned > 0 && !p.Provisioned.Known() {
		names = append(names, "the price of provisioned concurrency")
	}
	if f.Provisioned > 0 && !p.ProvisionedDuration.Known() {
		names = append(names, "the price of its duration")
	}
	if f.EphemeralMB.Or(0) > aws.FreeEphemeralMB && !p.Ephemeral.Known() {
		names = append(names, "the price of ephemeral storage")
	}
	if len(names) == 0 {
		return ""
	}
	return strings.Join(names, " and ") + fmt.Sprintf(" in %s on %s", p.Region, p.Arch)
}

// freeTier is what is left of the free tier.
type freeTier struct{ requests, gbSeconds float64 }

// consume takes up to the wanted amount from what is left, and returns how much it took.
func consume(left *float64, wanted float64) float64 {
	taken := math.Min(*left, wanted)
	*left -= taken
	return taken
}

// archCost adds up the usage of all functions with one instruction set. Price tiers and the free tier apply to the
// combined usage.
type archCost struct {
	Price
	used                          bool    // whether a function uses it
	gbSeconds, allGBSeconds       float64 // billed on demand, and if everything were served on demand
	eligible, allRequests         float64 // GB-seconds that the free tier can cover, and all requests
	eligibleRequests              float64
	blended, allBlended           float64 // price of a GB-second
	freeShare, allFreeShare       float64 // share of eligible GB-seconds that are free
	freeRequests, allFreeRequests float64 // share of eligible requests that are free
	tier                          int
}

// add adds a function's usage, or removes it if sign is -1.
func (c *archCost) add(u *usage, sign float64) {
	own, all := u.onDemandGBs(), (u.provisioned+u.onDemand)*u.meanSeconds()*u.gb
	c.gbSeconds = math.Max(0, c.gbSeconds+float64(sign*own))
	c.allGBSeconds = math.Max(0, c.allGBSeconds+float64(sign*all))
	c.allRequests = math.Max(0, c.allRequests+float64(sign*(u.provisioned+u.onDemand)))
	if u.units == 0 {
		c.eligible = math.Max(0, c.eligible+float64(sign*own))
		c.eligibleRequests = math.Max(0, c.eligibleRequests+float64(sign*(u.provisioned+u.onDemand)))
	}
}

// setPrices computes the blended prices and the shares that the free tier covers.
func (c *archCost) setPrices(free, allFree *freeTier) {
	taken := consume(&free.gbSeconds, c.eligible)
	c.freeShare = ratio(taken, c.eligible)
	c.freeRequests = ratio(consume(&free.requests, c.eligibleRequests), c.eligibleRequests)
	c.blended, c.tier = c.blend(c.gbSeconds - taken)
	taken = consume(&allFree.gbSeconds, c.allGBSeconds)
	c.allFreeShare = ratio(taken, c.allGBSeconds)
	c.allFreeRequests = ratio(consume(&allFree.requests, c.allRequests), c.allRequests)
	c.allBlended, _ = c.blend(c.allGBSeconds - taken)
}

func (c *archCost) blend(gbSeconds float64) (price float64, tier int) {
	if gbSeconds <= 0 {
		return c.OnDemandDuration[0], 0
	}
	cost, tier := c.tiered(gbSeconds)
	return cost / gbSeconds, tier
}

// costOf prices one function.
func (c *archCost) costOf(u *usage, o *CostOptions) Cost {
	plan := 1 - o.SavingsPlan
	freeShare, freeRequests := 0.0, 0.0
	if u.units == 0 {
		freeShare, freeRequests = c.freeShare, c.freeRequests
	}
	all := u.provisioned + u.onDemand
	requests := float64(all * c.Request.Or(0))
	warm := float64(c.Price.ProvisionedDuration.Or(0) * u.gb * u.warmSeconds * u.provisioned * plan)
	storage := float64(all * u.meanSeconds() * u.storageGB * c.Ephemeral.Or(0))
	capacity := float64(c.Provisioned.Or(0) * u.units * u.gb * o.enabledS() * plan)
	allOnDemand := float64(c.allBlended*u.gb*u.meanSeconds()*all*(1-c.allFreeShare)*plan) +
		float64(requests*(1-c.allFreeRequests)) + storage
	x := Cost{
		ProvisionedCapacity:       Some(capacity),
		ProvisionedDuration:       Some(warm),
		OnDemandDuration:          Some(float64(c.blended * u.gb * u.seconds * u.onDemand * (1 - freeShare) * plan)),
		Requests:                  Some(float64(requests * (1 - freeRequests))),
		Ephemeral:                 Some(storage),
		Init:                      Some(float64(c.blended * u.initGBs() * (1 - freeShare) * plan)),
		BreakEvenUtilizationRatio: c.BreakEven(),
		AllOnDemand:               Some(allOnDemand),
		Idle:                      Some(0.0),
		Basis:                     u.basis,
	}
	if u.initS.Known() && !u.cold.Known() {
		x.Init = Optional[float64]{} // the number of cold starts is not known
	}
	if u.units > 0 {
		x.UtilizationRatio = Some(u.busy / u.units)
		x.Idle = Some(capacity * (1 - u.busy/u.units))
	}
	if init, ok := x.Init.Get(); ok {
		x.Total = Some(capacity + x.ProvisionedDuration.Or(0) + x.OnDemandDuration.Or(0) + x.Requests.Or(0) + storage + init)
	}
	return x
}
