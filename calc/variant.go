package calc

import "math"

// A PlannedVariant is the plan of one of several accounts to compare.
type PlannedVariant struct {
	// Name is the unique name of the variant.
	Name string
	// Plan is the plan of the account.
	Plan PlanResult
}

// Figures are the figures by which accounts or functions are compared.
type Figures struct {
	// Verdict is what happens to the load in the steady state.
	Verdict Verdict `json:"verdict"`
	// VerdictRandom is what happens to a significant share of random arrivals; absent without a duration.
	VerdictRandom Optional[Verdict] `json:"verdict_random"`
	// RPS is the offered rate, requests per second.
	RPS float64 `json:"rps"`
	// SpilloverRatio is the share of the rate served on demand because provisioned concurrency is full, 0 to 1.
	SpilloverRatio float64 `json:"spillover_ratio"`
	// ThrottledRatio is the share of the rate that is throttled, 0 to 1.
	ThrottledRatio float64 `json:"throttled_ratio"`
	// QueuedRatio is the share of the rate that waits, 0 to 1.
	QueuedRatio float64 `json:"queued_ratio"`
	// Chance holds the shares of random arrivals; absent if those of any function with a load are not known.
	Chance Optional[VariantChance] `json:"chance"`
	// Busy is the average number of environments in use; absent if the duration of any function with a load is not known.
	Busy Optional[float64] `json:"busy"`
	// Provisioned is the provisioned concurrency, units; 0 if there is none.
	Provisioned int64 `json:"provisioned"`
	// RequiredConcurrency is the concurrency that the load requires, units; for an account, the smallest quota with which
	// the settings can handle the load. Absent if it is not known.
	RequiredConcurrency Optional[int64] `json:"required_concurrency"`
	// TotalUSD is the cost with these settings, US dollars a month; absent if it is not known.
	TotalUSD Optional[float64] `json:"total_usd_month"`
}

// Headline returns the verdict that a headline shows, see FunctionSpill.Headline.
func (x *Figures) Headline() Verdict { return x.VerdictRandom.Or(x.Verdict) }

// VariantChance holds the shares of random arrivals that spill, are throttled or wait.
type VariantChance struct {
	// SpilloverRatio is the share served on demand because provisioned concurrency is full, 0 to 1; absent if nothing is
	// provisioned.
	SpilloverRatio Optional[float64] `json:"spillover_ratio"`
	// ThrottledRatio is the share that is throttled, 0 to 1; absent if events wait instead.
	ThrottledRatio Optional[float64] `json:"throttled_ratio"`
	// QueuedRatio is the share of events that wait, 0 to 1; absent if requests are throttled instead.
	QueuedRatio Optional[float64] `json:"queued_ratio"`
}

// A ComparedFunction is a function of a compared account.
type ComparedFunction struct {
	// Name is the function's name.
	Name string `json:"name"`
	Figures
	// Reserved is the reserved concurrency, units; absent without one.
	Reserved Optional[int64] `json:"reserved"`
	// DurationMS is the mean duration, milliseconds; absent if not given.
	DurationMS Optional[float64] `json:"duration_ms"`
	// MemoryMB is the configured memory, MB of 1,048,576 bytes; absent if not given.
	MemoryMB Optional[int64] `json:"memory_mb"`
	// Ways are what the ways to serve its load cost, for a function on Managed Instances; absent for others, and if none
	// is known.
	Ways []WayCost `json:"ways,omitempty"`
	// UtilizationRatio is the share of what its instances could handle that the mean rate uses; absent likewise.
	UtilizationRatio Optional[float64] `json:"utilization_ratio,omitzero"`
}

// ProvisionedCeiling returns what the function's provisioned concurrency can handle.
func (f *ComparedFunction) ProvisionedCeiling() Ceiling {
	return Provisioned(f.Provisioned).Ceiling(f.DurationMS)
}

// A ComparedAccount is a compared account without its functions.
type ComparedAccount struct {
	// Name identifies the variant.
	Name string `json:"name"`
	// Accepted reports whether AWS accepts the settings, see Account.Accepted.
	Accepted bool `json:"accepted"`
	Figures
	// ReservedTotal is the sum of the reservations, units.
	ReservedTotal int64 `json:"reserved_total"`
	// Concurrency is the account's quota, units.
	Concurrency int64 `json:"concurrency"`
	// SmallestThatFits marks the variant that fits with the fewest units reserved and provisioned in total; among equal
	// ones, the cheapest. At most one variant is marked. A variant fits if AWS accepts the settings, and the load fits in
	// the steady state and with random arrivals, as far as they are known, or meets the targets.
	SmallestThatFits bool `json:"smallest_that_fits"`
	// CheapestThatFits marks the variant that fits at the lowest cost. At most one variant is marked; none if no variant
	// that fits has a known cost.
	CheapestThatFits bool `json:"cheapest_that_fits"`
}

// A ComparedVariant is a compared account.
type ComparedVariant struct {
	ComparedAccount
	// Functions are the functions, in the order of the account.
	Functions []ComparedFunction `json:"functions"`
}

// Fits reports whether AWS accepts the settings and the load fits, in the steady state and with random arrivals.
func (v *ComparedAccount) Fits() bool { return v.Accepted && v.Headline() == Fits }

// SetAside returns the units that the variant reserves and provisions.
func (v *ComparedAccount) SetAside() int64 { return v.ReservedTotal + v.Provisioned }

// byName indexes the functions by name.
func (v *ComparedVariant) byName() map[string]*ComparedFunction {
	functions := make(map[string]*ComparedFunction, len(v.Functions))
	for i := range v.Functions {
		functions[v.Functions[i].Name] = &v.Functions[i]
	}
	return functions
}

// A FigureKey names a compared figure, by its JSON key in ComparedVariant or ComparedFunction.
type FigureKey string

// The keys, in the order of the differences.
const (
	KeyRPS                 FigureKey = "rps"
	KeyDuration            FigureKey = "duration_ms" // of a function
	KeyMemory              FigureKey = "memory_mb"   // of a function
	KeyConcurrency         FigureKey = "concurrency" // of the account
	KeyProvisioned         FigureKey = "provisioned"
	KeyReserved            FigureKey = "reserved"       // of a function
	KeyReservedTotal       FigureKey = "reserved_total" // of the account
	KeySpillover           FigureKey = "spillover_ratio"
	KeyThrottled           FigureKey = "throttled_ratio"
	KeyQueued              FigureKey = "queued_ratio"
	KeyBusy                FigureKey = "busy"
	KeyRequiredConcurrency FigureKey = "required_concurrency"
	KeyTotalUSD            FigureKey = "total_usd_month"
)

// A Difference compares a figure of a variant with that of the first variant.
type Difference struct {
	// Variant is the name of the variant.
	Variant string `json:"variant"`
	// Function is the function's name; absent for the account.
	Function Optional[string] `json:"function"`
	// Key names the figure.
	Key FigureKey `json:"key"`
	// Before is the figure of the first variant; absent if it is not known, or if that variant lacks the function.
	Before Optional[float64] `json:"before"`
	// After is the figure of this variant; absent if it is not known, or if this variant lacks the function.
	After Optional[float64] `json:"after"`
	// Delta is After - Before; absent if either is.
	Delta Optional[float64] `json:"delta"`
	// DeltaRatio is Delta / Before; absent if either is, or if Before is 0.
	DeltaRatio Optional[float64] `json:"delta_ratio"`
}

// CompareResult is the result of CompareVariants.
type CompareResult struct {
	// Variants are the variants, in the order given.
	Variants []ComparedVariant `json:"variants"`
	// Differences compare each variant with the first: all figures of the account, then those figures of each function
	// that differ. Functions are in the order of the first variant, followed by those that it lacks. Never nil.
	Differences []Difference `json:"differences"`
}

// CompareVariants compares accounts with the first of them. Functions are matched by name.
func CompareVariants(list []PlannedVariant) CompareResult {
	r := CompareResult{Variants: make([]ComparedVariant, len(list)), Differences: []Difference{}}
	for i, v := range list {
		r.Variants[i] = v.compared()
	}
	r.mark()
	for i := 1; i < len(r.Variants); i++ {
		r.differ(&r.Variants[0], &r.Variants[i])
	}
	return r
}

// compared returns the figures of a variant.
func (v PlannedVariant) compared() ComparedVariant {
	a := &v.Plan.Account
	x := ComparedVariant{Functions: make([]ComparedFunction, len(v.Plan.Functions)), ComparedAccount: ComparedAccount{
		Name: v.Name, Accepted: a.Accepted, ReservedTotal: a.ReservedTotal, Concurrency: a.Concurrency,
		Figures: Figures{
			Verdict: a.Verdict, VerdictRandom: a.VerdictRandom, RPS: a.RPS, SpilloverRatio: a.SpilloverRatio,
			ThrottledRatio: a.ThrottledRatio, QueuedRatio: a.QueuedRatio, Busy: Some(0.0),
			RequiredConcurrency: a.RequiredConcurrency, TotalUSD: a.NowCost.Or(AccountCost{}).Total,
		},
	}}
	var chance chanceSum
	for i := range v.Plan.Functions {
		f := &x.Functions[i]
		*f = v.Plan.Functions[i].compared()
		f.MemoryMB = v.Plan.Planned.Functions[i].MemoryMB
		x.Provisioned += f.Provisioned
		if f.RPS > 0 {
			x.Busy = sumOf(x.Busy, f.Busy)
			chance.add(f)
		}
	}
	x.Chance = chance.of(x.RPS)
	return x
}

// compared returns the figures of a function.
func (p *FunctionPlan) compared() ComparedFunction {
	now := &p.Now
	f := ComparedFunction{
		Name: p.Name, Reserved: now.Reserved, DurationMS: now.DurationMS,
		Figures: Figures{
			Verdict: now.Verdict, VerdictRandom: now.VerdictRandom, RPS: now.RPS, SpilloverRatio: now.SpilloverRatio,
			ThrottledRatio: now.ThrottledRatio, QueuedRatio: now.QueuedRatio, Provisioned: now.Provisioned.Or(0),
			RequiredConcurrency: p.RequiredConcurrency, TotalUSD: now.Cost.Or(Cost{}).Total,
		},
	}
	if now.OnDemandBusy.Known() {
		f.Busy = Some(now.Busy())
	}
	if x, ok := now.Chance.Get(); ok {
		f.Chance = Some(VariantChance{x.SpilloverRatio, x.ThrottledRatio, x.QueuedRatio})
	}
	if m := now.Managed.Or(ManagedSpill{}); m.Total.Known() {
		f.Ways, f.UtilizationRatio = m.Compared, m.UtilizationRatio
	}
	return f
}

// A chanceSum adds up what happens to the random arrivals of functions, requests per second.
type chanceSum struct {
	spilled, throttled, queued Optional[float64]
	unknown                    bool
}

func (s *chanceSum) add(f *ComparedFunction) {
	x, ok := f.Chance.Get()
	s.unknown = s.unknown || !ok
	if share, ok := x.SpilloverRatio.Get(); ok {
		s.spilled = Some(s.spilled.Or(0) + float64(share*f.RPS))
	}
	if share, ok := x.ThrottledRatio.Get(); ok {
		s.throttled = Some(s.throttled.Or(0) + float64(share*f.RPS))
	}
	if share, ok := x.QueuedRatio.Get(); ok {
		s.queued = Some(s.queued.Or(0) + float64(share*f.RPS))
	}
}

// addSpill adds a function that may have no load, which then counts for nothing.
func (s *chanceSum) addSpill(f *FunctionSpill) {
	if f.RPS == 0 {
		return
	}
	c := ComparedFunction{Figures: Figures{RPS: f.RPS}}
	if x, ok := f.Chance.Get(); ok {
		c.Chance = Some(VariantChance{x.SpilloverRatio, x.ThrottledRatio, x.QueuedRatio})
	}
	s.add(&c)
}

// of returns the shares of the combined rate.
func (s *chanceSum) of(rps float64) Optional[VariantChance] {
	if s.unknown || rps == 0 {
		return Optional[VariantChance]{}
	}
	share := func(part Optional[float64]) Optional[float64] {
		x, ok := part.Get()
		if !ok {
			return part
		}
		return Some(math.Min(1, x/rps))
	}
	return Some(VariantChance{share(s.spilled), share(s.throttled), share(s.queued)})
}

// mark marks the smallest and the cheapest variant that fit. Ties go to the first.
func (r *CompareResult) mark() {
	var smallest, cheapest *ComparedVariant
	for i := range r.Variants {
		v := &r.Variants[i]
		if !v.Fits() {
			continue
		}
		if smallest == nil || v.SetAside() < smallest.SetAside() ||
			v.SetAside() == smallest.SetAside() && v.CostsLess(&smallest.ComparedAccount) {
			smallest = v
		}
		if v.TotalUSD.Known() && (cheapest == nil || v.CostsLess(&cheapest.ComparedAccount)) {
			cheapest = v
		}
	}
	if smallest != nil {
		smallest.SmallestThatFits = true
	}
	if cheapest != nil {
		cheapest.CheapestThatFits = true
	}
}

// CostsLess reports whether the variant costs less than another by more than rounding. It does not if a cost is
// unknown.
func (v *ComparedAccount) CostsLess(than *ComparedAccount) bool {
	x, known := v.TotalUSD.Get()
	y, also := than.TotalUSD.Get()
	return known && also && x < y && !sameFigure(x, y)
}

// differ adds the differences of a variant.
func (r *CompareResult) differ(first, v *ComparedVariant) {
	for _, key := range accountKeys() {
		r.Differences = append(r.Differences, difference(v.Name, Optional[string]{}, key, first.figure(key), v.figure(key)))
	}
	add := func(f, g *ComparedFunction, name string) {
		for _, key := range functionKeys() {
			d := difference(v.Name, Some(name), key, f.figure(key), g.figure(key))
			if d.Differs() {
				r.Differences = append(r.Differences, d)
			}
		}
	}
	for _, c := range Changes(first, v) {
		add(c.Before, c.After, c.Name)
	}
}

// A FunctionChange pairs the figures of one function in two variants.
type FunctionChange struct {
	// Name is the function's name.
	Name string
	// Before and After are its figures in the two variants; nil if a variant lacks it.
	Before, After *ComparedFunction
}

// Changes pairs the functions of two variants: those of the first in their order, then those that it lacks.
func Changes(first, v *ComparedVariant) (pairs []FunctionChange) {
	before, after := first.byName(), v.byName()
	for i := range first.Functions {
		f := &first.Functions[i]
		pairs = append(pairs, FunctionChange{f.Name, f, after[f.Name]})
	}
	for i := range v.Functions {
		if g := &v.Functions[i]; before[g.Name] == nil {
			pairs = append(pairs, FunctionChange{g.Name, nil, g})
		}
	}
	return pairs
}

func accountKeys() []FigureKey {
	return []FigureKey{KeyRPS, KeyConcurrency, KeyProvisioned, KeyReservedTotal,
		KeySpillover, KeyThrottled, KeyQueued, KeyBusy, KeyRequiredConcurrency, KeyTotalUSD}
}

func functionKeys() []FigureKey {
	return []FigureKey{KeyRPS, KeyDuration, KeyMemory, KeyProvisioned, KeyReserved,
		KeySpillover, KeyThrottled, KeyQueued, KeyBusy, KeyRequiredConcurrency, KeyTotalUSD}
}

// figure returns the figure with the given key; absent if it is not known.
func (x *Figures) figure(key FigureKey) Optional[float64] {
	switch key {
	case KeyRPS:
		return Some(x.RPS)
	case KeyProvisioned:
		return Some(float64(x.Provisioned))
	case KeySpillover:
		return Some(x.SpilloverRatio)
	case KeyThrottled:
		return Some(x.ThrottledRatio)
	case KeyQueued:
		return Some(x.QueuedRatio)
	case KeyBusy:
		return x.Busy
	case KeyRequiredConcurrency:
		return asNumber(x.RequiredConcurrency)
	}
	return x.TotalUSD
}

func (v *ComparedVariant) figure(key FigureKey) Optional[float64] {
	switch key {
	case KeyConcurrency:
		return Some(float64(v.Concurrency))
	case KeyReservedTotal:
		return Some(float64(v.ReservedTotal))
	}
	return v.Figures.figure(key)
}

// figure is ComparedVariant.figure for a function. It accepts nil, for a function that a variant lacks.
func (f *ComparedFunction) figure(key FigureKey) Optional[float64] {
	switch {
	case f == nil:
		return Optional[float64]{}
	case key == KeyReserved:
		return asNumber(f.Reserved)
	case key == KeyMemory:
		return asNumber(f.MemoryMB)
	case key == KeyDuration:
		return f.DurationMS
	}
	return f.Figures.figure(key)
}

func asNumber(n Optional[int64]) Optional[float64] {
	units, ok := n.Get()
	if !ok {
		return Optional[float64]{}
	}
	return Some(float64(units))
}

// sameFigure reports whether two figures are equal up to rounding. Sums depend on the order of the functions.
func sameFigure(x, y float64) bool {
	return math.Abs(x-y) <= tolerance*math.Max(math.Abs(x), math.Abs(y))
}

// difference compares two figures.
func difference(variant string, function Optional[string], key FigureKey, before, after Optional[float64]) Difference {
	d := Difference{Variant: variant, Function: function, Key: key, Before: before, After: after}
	x, known := before.Get()
	y, also := after.Get()
	if !known || !also {
		return d
	}
	c := Compare(x, y)
	if sameFigure(x, y) {
		c = Compare(x, x)
	}
	d.Delta, d.DeltaRatio = Some(c.Delta), c.DeltaRatio
	return d
}

// Differs reports whether the figures differ. They also do if only one of them is known.
func (d Difference) Differs() bool {
	if delta, ok := d.Delta.Get(); ok {
		return delta != 0
	}
	return d.Before.Known() || d.After.Known()
}
