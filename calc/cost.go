package calc

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// CostOptions says how to price.
type CostOptions struct {
	// Prices are the price rows to choose from, by Region and instruction set.
	Prices []Price
	// Hours is the length of the month, 1 to 744 hours; AWS's examples and the
	// Pricing Calculator take MonthHours.
	Hours float64
	// EnabledHours is how long provisioned concurrency is on, 0 to Hours. It
	// rounds up to EnabledStepS. The rates are those of that time.
	EnabledHours Optional[float64]
	// FreeTier takes the free requests and GB-seconds off.
	FreeTier bool
	// SavingsPlan is the discount of a Compute Savings Plan on duration and
	// capacity, a ratio from 0 to 1.
	SavingsPlan float64
}

// A Cost is what a load costs in a month, in US dollars. An amount is absent
// where a price or an input that it rests on is not known.
//
//	capacity    = p P GB s_enabled
//	provisioned = q GB d n_provisioned
//	on demand   = o(GB d n_on_demand), in the tiers of all on-demand GB-seconds
//	              of the account and instruction set
//	requests    = r n
//	ephemeral   = e (GB of storage above 0.5) d n, without the memory
//	init        = o GB i n c
//
// where
//
//	p, q, o, r, e = prices, see Price; a savings plan takes its share off p, q and o
//	P    = provisioned concurrency, units
//	GB   = memory/1,024 MB
//	d    = mean duration, seconds, rounded up to 1 ms
//	n    = requests served in the month; those throttled cost nothing, those
//	       queued cost nothing until they are served
//	s    = seconds that provisioned concurrency is on, rounded up to 5 minutes
//	i, c = init time, seconds, and the share of requests that are cold starts
//
// A function's part of a tiered amount is by its GB-seconds, at the blended
// price. The free tier takes 1,000,000 requests and 400,000 GB-seconds, x86_64
// first, off functions without provisioned concurrency.
//
// Source: SourcePricing, read 2026-11.
type Cost struct {
	// ProvisionedCapacity is provisioned concurrency while it is on, busy or
	// not.
	ProvisionedCapacity Optional[float64] `json:"provisioned_capacity_usd_month"`
	// ProvisionedDuration is what runs on it.
	ProvisionedDuration Optional[float64] `json:"provisioned_duration_usd_month"`
	// OnDemandDuration is what runs on demand, spilled requests among it.
	OnDemandDuration Optional[float64] `json:"on_demand_duration_usd_month"`
	// Requests is the requests that are served.
	Requests Optional[float64] `json:"requests_usd_month"`
	// Ephemeral is storage above 512 MB.
	Ephemeral Optional[float64] `json:"ephemeral_usd_month"`
	// Init is the init time of cold starts; 0 where no init time is given.
	Init Optional[float64] `json:"init_usd_month"`
	// Total is all of it.
	Total Optional[float64] `json:"total_usd_month"`
	// BreakEvenUtilizationRatio is the utilization above which provisioned
	// concurrency costs less than on-demand, see Price.BreakEven; absent for an
	// account, and where it never does.
	BreakEvenUtilizationRatio Optional[float64] `json:"break_even_utilization_ratio"`
	// UtilizationRatio is the busy share of provisioned concurrency; absent
	// where there is none.
	UtilizationRatio Optional[float64] `json:"utilization_ratio"`
	// AllOnDemand is what the same served requests cost without provisioned
	// concurrency, requests and storage among it, cold starts not.
	AllOnDemand Optional[float64] `json:"all_on_demand_usd_month"`
	// Idle is the part of the capacity that is paid and not used.
	Idle Optional[float64] `json:"idle_usd_month"`
}

// An AccountCost is what all functions cost together.
type AccountCost struct {
	Cost
	// Prices are the price rows that the amounts rest on; never nil.
	Prices []Price `json:"prices"`
}

// A functionCost is the cost of a function, where its inputs are known.
type functionCost struct {
	Cost
	known bool
}

// faults says what is wrong with the options.
func (o *CostOptions) faults() (faults Faults) {
	if o == nil {
		return nil
	}
	note := func(field Field, x float64, legal string) {
		faults.note(AccountFault, field, "%g is out of range; legal: %s", x, legal)
	}
	if !(o.Hours >= 1 && o.Hours <= MaxMonthHours) {
		note(FieldHours, o.Hours, legalHours)
	}
	if hours, ok := o.EnabledHours.Get(); ok && !(hours >= 0 && hours <= o.Hours) {
		note(FieldEnabledHours, hours, legalEnabled)
	}
	if !(o.SavingsPlan >= 0 && o.SavingsPlan <= 1) {
		note(FieldSavingsPlan, o.SavingsPlan, legalRatio)
	}
	return faults
}

// usage is what a function uses in a month.
type usage struct {
	arch        Arch
	gb          float64 // memory
	storageGB   float64 // above what is included
	seconds     float64 // duration, as billed
	initS       Optional[float64]
	units       float64           // provisioned concurrency
	provisioned float64           // requests served on it
	onDemand    float64           // requests served on demand
	cold        Optional[float64] // of all that arrive, those that start an environment
	busy        float64           // of the units
}

// served is the rates of a function that cost something, requests per second,
// and its cold starts.
type served struct {
	provisioned, onDemand float64
	cold                  Optional[float64]
}

// usage returns what the function uses, and what is missing to tell.
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
		gb:          float64(mb) / MBPerGB,
		storageGB:   float64(max(0, f.EphemeralMB.Or(FreeEphemeralMB)-FreeEphemeralMB)) / MBPerGB,
		seconds:     float64(CeilUnits(ms)) / 1000,
		units:       float64(f.Provisioned),
		provisioned: s.provisioned * month,
		onDemand:    s.onDemand * month,
	}
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

func (f *Function) arch() Arch {
	if f.Arch == "" {
		return X86
	}
	return f.Arch
}

// price finds the row of the account's Region for an instruction set.
func (a Account) price(o *CostOptions, arch Arch) (Price, bool) {
	i := slices.IndexFunc(o.Prices, func(p Price) bool { return p.Region == a.Region && p.Arch == arch })
	if i < 0 {
		return Price{}, false
	}
	return o.Prices[i], true
}

// enabledS is how long provisioned concurrency is on in the month, seconds.
func (o *CostOptions) enabledS() float64 {
	return float64(CeilUnits(o.EnabledHours.Or(o.Hours)*3600/EnabledStepS)) * EnabledStepS
}

// A bill is what all functions of an account use in a month, added up, and the
// prices of it.
type bill struct {
	o      *CostOptions
	usages []usage
	known  []bool // where the amounts are
	sums   [2]archCost
}

// archIndex is the order of the instruction sets, in which the free tier is used
// up.
func archIndex(arch Arch) int {
	if arch == X86 {
		return 0
	}
	return 1
}

// settled returns the sums with their blended prices, once something else is used
// by a function.
func (b *bill) settled(i int, instead usage) [2]archCost {
	sums := b.sums
	sums[archIndex(instead.arch)].add(&b.usages[i], -1)
	sums[archIndex(instead.arch)].add(&instead, 1)
	b.settle(&sums)
	return sums
}

// settle finds the blended prices of the sums.
func (b *bill) settle(sums *[2]archCost) {
	var free, allFree freeTier
	if b.o.FreeTier {
		free = freeTier{FreeRequests, FreeGBSeconds}
		allFree = free
	}
	for i := range sums {
		if sums[i].used {
			sums[i].settle(&free, &allFree)
		}
	}
}

// with prices a function that uses something else than it does.
func (b *bill) with(i int, instead usage) Cost {
	sums := b.settled(i, instead)
	return sums[archIndex(instead.arch)].of(&instead, b.o)
}

// totalWith is the part of the account's bill that depends on what a function
// uses, when it uses something else than it does.
func (b *bill) totalWith(i int, instead usage) float64 {
	sums := b.settled(i, instead)
	plan := 1 - b.o.SavingsPlan
	own := sums[archIndex(instead.arch)].of(&instead, b.o)
	total := own.ProvisionedCapacity.Or(0) + own.ProvisionedDuration.Or(0) + own.Ephemeral.Or(0)
	for j := range sums {
		if c := &sums[j]; c.used {
			onDemand, _ := c.tiered(c.gbSeconds - c.freeShare*c.eligible)
			total += plan*onDemand + c.Request.Or(0)*(c.allRequests-c.freeRequests*c.eligibleRequests)
		}
	}
	return total
}

// cost prices the account, given what is served of every function. A function
// whose cost is not known has an empty Cost, and the notes say why.
func (a Account) cost(o *CostOptions, serve func(i int) served) (functions []functionCost, account AccountCost, notes costNotes, b bill) {
	usages := make([]usage, len(a.Functions))
	known := make([]bool, len(a.Functions)) // the amounts
	b = bill{o: o, usages: usages, known: known}
	functions = make([]functionCost, len(a.Functions))
	all := true
	for i := range a.Functions {
		f := &a.Functions[i]
		var missing string
		usages[i], missing = f.usage(serve(i), o.Hours)
		p, priced := a.price(o, f.arch())
		functions[i].known = missing == ""
		functions[i].BreakEvenUtilizationRatio = p.BreakEven()
		if u := &usages[i]; u.units > 0 {
			functions[i].UtilizationRatio = Some(u.busy / u.units)
		}
		switch {
		case !priced:
			missing = fmt.Sprintf("prices of %s on %s", a.Region, f.arch())
		case p.Currency != "USD":
			missing = fmt.Sprintf("US dollars: %s charges %s", a.Region, p.Currency)
		case missing == "":
			missing = f.lacks(p)
		}
		known[i] = missing == ""
		if !known[i] {
			all = false
			notes.missing = append(notes.missing, missingCost{i, missing})
		}
	}
	account.Prices = []Price{}
	for i := range usages {
		if known[i] {
			c := &b.sums[archIndex(usages[i].arch)]
			if !c.used {
				c.Price, _ = a.price(o, usages[i].arch)
				c.used = true
			}
			c.add(&usages[i], 1)
		}
	}
	rows := b.sums
	b.settle(&rows)
	for _, row := range rows {
		if row.used {
			account.Prices = append(account.Prices, row.Price)
		}
		if row.tier > 0 {
			notes.tiers = append(notes.tiers, fmt.Sprintf("%s in tier %d", row.Arch, row.tier+1))
			notes.assumed = notes.assumed || row.TierBoundsAssumed
		}
	}
	sum := Cost{ProvisionedCapacity: Some(0.0), ProvisionedDuration: Some(0.0), OnDemandDuration: Some(0.0), Requests: Some(0.0),
		Ephemeral: Some(0.0), Init: Some(0.0), Total: Some(0.0), AllOnDemand: Some(0.0), Idle: Some(0.0)}
	busy, units := 0.0, 0.0
	for i := range usages {
		if !known[i] {
			continue
		}
		u := &usages[i]
		functions[i].Cost = rows[archIndex(u.arch)].of(u, o)
		sum.addAll(functions[i].Cost)
		busy += u.busy
		units += u.units
	}
	for i := range usages {
		if known[i] && usages[i].initS.Known() && !usages[i].cold.Known() {
			notes.missing = append(notes.missing, missingCost{i, "its cold starts, which are not computed for bursts"})
		}
	}
	if all && len(functions) > 0 {
		if units > 0 {
			sum.UtilizationRatio = Some(busy / units)
		}
		account.Cost = sum
	}
	return functions, account, notes, b
}

// lacks names the prices that the function's cost needs and the row has not.
func (f *Function) lacks(p Price) string {
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
	if f.EphemeralMB.Or(0) > FreeEphemeralMB && !p.Ephemeral.Known() {
		names = append(names, "the price of ephemeral storage")
	}
	if len(names) == 0 {
		return ""
	}
	return strings.Join(names, " and ") + fmt.Sprintf(" in %s on %s", p.Region, p.Arch)
}

// costNotes are what there is to say about a cost beside the amounts.
type costNotes struct {
	missing []missingCost
	tiers   []string // where the last GB-second is beyond the first tier
	assumed bool     // and the bounds of the tiers are assumed
}

// missingCost says what the cost of a function lacks.
type missingCost struct {
	function int
	what     string
}

// freeTier is what is left of it.
type freeTier struct{ requests, gbSeconds float64 }

// take uses up what it can.
func take(left *float64, wanted float64) float64 {
	taken := math.Min(*left, wanted)
	*left -= taken
	return taken
}

// archCost adds up what all functions of one instruction set use, as tiers and
// the free tier are counted over all.
type archCost struct {
	Price
	used                          bool    // by a function
	gbSeconds, allGBSeconds       float64 // on demand; and if everything were
	eligible, allRequests         float64 // GB-seconds, and requests, that the free tier may be taken off
	eligibleRequests              float64
	blended, allBlended           float64 // price of a GB-second
	freeShare, allFreeShare       float64 // of eligible GB-seconds
	freeRequests, allFreeRequests float64 // of eligible requests
	tier                          int
}

// add adds what a function uses, or with a sign of -1 takes it off.
func (c *archCost) add(u *usage, sign float64) {
	own, all := u.onDemandGBs(), (u.provisioned+u.onDemand)*u.seconds*u.gb
	c.gbSeconds = math.Max(0, c.gbSeconds+sign*own)
	c.allGBSeconds = math.Max(0, c.allGBSeconds+sign*all)
	c.allRequests = math.Max(0, c.allRequests+sign*(u.provisioned+u.onDemand))
	if u.units == 0 {
		c.eligible = math.Max(0, c.eligible+sign*own)
		c.eligibleRequests = math.Max(0, c.eligibleRequests+sign*(u.provisioned+u.onDemand))
	}
}

// settle finds the blended prices, and the shares that are free.
func (c *archCost) settle(free, allFree *freeTier) {
	taken := take(&free.gbSeconds, c.eligible)
	c.freeShare = ratio(taken, c.eligible)
	c.freeRequests = ratio(take(&free.requests, c.eligibleRequests), c.eligibleRequests)
	c.blended, c.tier = c.blend(c.gbSeconds - taken)
	taken = take(&allFree.gbSeconds, c.allGBSeconds)
	c.allFreeShare = ratio(taken, c.allGBSeconds)
	c.allFreeRequests = ratio(take(&allFree.requests, c.allRequests), c.allRequests)
	c.allBlended, _ = c.blend(c.allGBSeconds - taken)
}

func (c *archCost) blend(gbSeconds float64) (price float64, tier int) {
	if gbSeconds <= 0 {
		return c.OnDemandDuration[0], 0
	}
	cost, tier := c.tiered(gbSeconds)
	return cost / gbSeconds, tier
}

// onDemandGBs is what is billed on demand, init time among it.
func (u *usage) onDemandGBs() float64 { return u.onDemand*u.seconds*u.gb + u.initGBs() }

func (u *usage) initGBs() float64 { return u.cold.Or(0) * u.initS.Or(0) * u.gb }

// of prices one function.
func (c *archCost) of(u *usage, o *CostOptions) Cost {
	plan := 1 - o.SavingsPlan
	freeShare, freeRequests := 0.0, 0.0
	if u.units == 0 {
		freeShare, freeRequests = c.freeShare, c.freeRequests
	}
	all := u.provisioned + u.onDemand
	requests := all * c.Request.Or(0)
	storage := all * u.seconds * u.storageGB * c.Ephemeral.Or(0)
	capacity := c.Provisioned.Or(0) * u.units * u.gb * o.enabledS() * plan
	x := Cost{
		ProvisionedCapacity:       Some(capacity),
		ProvisionedDuration:       Some(c.Price.ProvisionedDuration.Or(0) * u.gb * u.seconds * u.provisioned * plan),
		OnDemandDuration:          Some(c.blended * u.gb * u.seconds * u.onDemand * (1 - freeShare) * plan),
		Requests:                  Some(requests * (1 - freeRequests)),
		Ephemeral:                 Some(storage),
		Init:                      Some(c.blended * u.initGBs() * (1 - freeShare) * plan),
		BreakEvenUtilizationRatio: c.BreakEven(),
		AllOnDemand:               Some(c.allBlended*u.gb*u.seconds*all*(1-c.allFreeShare)*plan + requests*(1-c.allFreeRequests) + storage),
		Idle:                      Some(0.0),
	}
	if u.initS.Known() && !u.cold.Known() {
		x.Init = Optional[float64]{} // nobody knows how many cold starts there are
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

// addAll adds the amounts of a function; a sum with an amount that is not known
// is not known.
func (x *Cost) addAll(y Cost) {
	for _, pair := range [][2]*Optional[float64]{
		{&x.ProvisionedCapacity, &y.ProvisionedCapacity}, {&x.ProvisionedDuration, &y.ProvisionedDuration}, {&x.OnDemandDuration, &y.OnDemandDuration},
		{&x.Requests, &y.Requests}, {&x.Ephemeral, &y.Ephemeral}, {&x.Init, &y.Init}, {&x.Total, &y.Total},
		{&x.AllOnDemand, &y.AllOnDemand}, {&x.Idle, &y.Idle},
	} {
		a, known := pair[0].Get()
		b, also := pair[1].Get()
		*pair[0] = Optional[float64]{}
		if known && also {
			*pair[0] = Some(a + b)
		}
	}
}

// steady is what is served of a function in the steady state. Its cold starts
// are those of random arrivals: evenly spaced requests have none.
func (row *FunctionSpill) steady() served {
	return served{row.ProvisionedRPS, row.OnDemandRPS, row.Chance.Or(Chance{}).ColdStartRatio}
}

// random is what is served when requests arrive at random. Asynchronous ones wait
// until they are, so that no more is left over than in the steady state.
func (row *FunctionSpill) random() served {
	x := row.Chance.Or(Chance{})
	lost := x.ThrottledRatio.Or(0)
	if row.Mode == Async {
		lost = ratio(row.QueuedRPS+row.ThrottledRPS, row.RPS)
	}
	if !row.Provisioned.Known() {
		return served{0, row.RPS * (1 - lost), x.ColdStartRatio}
	}
	beyond := x.BeyondProvisionedRatio.Or(0)
	return served{row.RPS * (1 - math.Max(beyond, lost)), row.RPS * math.Max(0, beyond-lost), x.ColdStartRatio}
}

// A Comparison sets a cost against an earlier one, US dollars a month.
type Comparison struct {
	// Before is the earlier cost.
	Before float64 `json:"before"`
	// After is the cost now.
	After float64 `json:"after"`
	// Delta is After - Before; it may be negative.
	Delta float64 `json:"delta"`
	// DeltaRatio is Delta / Before, may be negative and above 1; absent where
	// Before is 0, or next to it.
	DeltaRatio Optional[float64] `json:"delta_ratio"`
}

// Compare sets a cost against an earlier one.
func Compare(before, after float64) Comparison {
	c := Comparison{Before: before, After: after, Delta: after - before}
	if ratio := c.Delta / before; before > 0 && !math.IsInf(ratio, 0) {
		c.DeltaRatio = Some(ratio)
	}
	return c
}

// A Baseline is what an account cost before, US dollars a month.
type Baseline struct {
	// Total is the cost of the account.
	Total float64
	// Functions is the cost of each function, by name; one that is not there
	// is new.
	Functions map[string]float64
}

// A Removed is a function of the baseline that is gone.
type Removed struct {
	// Name is its name.
	Name string `json:"name"`
	// Before is what it cost, US dollars a month.
	Before float64 `json:"before"`
}

// compare sets the cost of the account and of each function against a baseline;
// what is not known now is not compared. The functions that are gone are listed by
// name.
func (b *Baseline) compare(account Optional[AccountCost], functions int, function func(i int) (name string, cost Optional[Cost], put func(Optional[Comparison]))) (all Optional[Comparison], removed []Removed) {
	if b == nil {
		return all, nil
	}
	gone := maps.Clone(b.Functions)
	for i := range functions {
		name, cost, put := function(i)
		delete(gone, name)
		if total, ok := cost.Or(Cost{}).Total.Get(); ok {
			put(Some(Compare(b.Functions[name], total)))
		}
	}
	if total, ok := account.Or(AccountCost{}).Total.Get(); ok {
		all = Some(Compare(b.Total, total))
	}
	for _, name := range slices.Sorted(maps.Keys(gone)) {
		removed = append(removed, Removed{name, gone[name]})
	}
	return all, removed
}
