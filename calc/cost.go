package calc

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// CostOptions says how to price usage.
type CostOptions struct {
	Billing
	// Prices are the price rows to choose from, by Region and instruction set.
	Prices []Price
}

// Billing describes the billed month and the deductions.
type Billing struct {
	// Hours is the length of the month, 1 to 744 hours. AWS's examples and the Pricing Calculator use aws.MonthHours.
	Hours float64 `json:"hours"`
	// EnabledHours is how long provisioned concurrency is on, 0 to Hours; absent means Hours. It is rounded up to a
	// multiple of aws.EnabledStepS. Rates apply during that time.
	EnabledHours Optional[float64] `json:"enabled_hours"`
	// FreeTier reports whether to subtract the free requests and GB-seconds.
	FreeTier bool `json:"free_tier"`
	// SavingsPlan is the discount of a Compute Savings Plan on duration and capacity, a ratio from 0 to 1.
	SavingsPlan float64 `json:"savings_plan_ratio"`
}

// faults returns what is wrong with the options.
func (o *CostOptions) faults() (faults Faults) {
	if o == nil {
		return nil
	}
	within(&faults, AccountFault, "hours", o.Hours, quantity.Months)
	if hours, ok := o.EnabledHours.Get(); ok && !(hours >= 0 && hours <= o.Hours) {
		faults.note(AccountFault, "enabled_hours", "%g is out of range; expected %s", hours, quantity.EnabledHours.Legal)
	}
	within(&faults, AccountFault, "savings_plan", o.SavingsPlan, quantity.Shares)
	return faults
}

// enabledS returns how long provisioned concurrency is on in the month, seconds.
func (o *CostOptions) enabledS() float64 {
	return float64(CeilUnits(o.EnabledHours.Or(o.Hours)*3600/aws.EnabledStepS)) * aws.EnabledStepS
}

// A Basis says which rate a cost is based on.
type Basis string

// The bases.
const (
	BasisRate    Basis = "rate"    // the peak rate for the whole month, since no other is given
	BasisAverage Basis = "average" // the mean rate
	BasisHours   Basis = "hours"   // the rates over the day
	BasisMixed   Basis = "mixed"   // for an account: the functions have different bases
)

// basis returns what the cost of the function is based on.
func (f *Function) basis() Basis {
	switch {
	case !f.Day.Empty():
		return BasisHours
	case f.AverageRPS.Known():
		return BasisAverage
	}
	return BasisRate
}

// A Cost is what a load costs per month, in US dollars. An amount is absent if a price or an input that it depends on
// is not known.
//
//	capacity    = p P GB s_enabled
//	provisioned = q GB d n_provisioned
//	on demand   = o(GB d n_on_demand), in the tiers of all on-demand GB-seconds of the account and instruction set
//	requests    = r n
//	ephemeral   = e (GB of storage above 0.5) d n, without the memory
//	init        = o GB i n c
//
// where
//
//	p, q, o, r, e = prices, see Price; a savings plan reduces p, q and o by its discount
//	P    = provisioned concurrency, units
//	GB   = memory/1,024 MB
//	d    = mean duration, seconds, rounded up to 1 ms
//	n    = requests served in the month; throttled ones cost nothing, queued ones nothing until they are served
//	s    = seconds that provisioned concurrency is on, rounded up to 5 minutes
//	i, c = init time, seconds, and the share of requests that are cold starts
//
// A tiered amount is divided among functions by their GB-seconds, at the blended price. The free tier covers 1,000,000
// requests and 400,000 GB-seconds of functions without provisioned concurrency, x86_64 first.
//
// Source: aws.SourcePricing, read 2026-11.
type Cost struct {
	// ProvisionedCapacity is the cost of provisioned concurrency while it is on, whether busy or idle.
	ProvisionedCapacity Optional[float64] `json:"provisioned_capacity_usd_month"`
	// ProvisionedDuration is the cost of the duration served on provisioned concurrency.
	ProvisionedDuration Optional[float64] `json:"provisioned_duration_usd_month"`
	// OnDemandDuration is the cost of the duration served on demand, including spilled requests.
	OnDemandDuration Optional[float64] `json:"on_demand_duration_usd_month"`
	// Requests is the cost of the requests that are served.
	Requests Optional[float64] `json:"requests_usd_month"`
	// Ephemeral is the cost of storage above 512 MB.
	Ephemeral Optional[float64] `json:"ephemeral_usd_month"`
	// Init is the cost of the init time of cold starts; 0 if no init time is given.
	Init Optional[float64] `json:"init_usd_month"`
	// Total is the total cost.
	Total Optional[float64] `json:"total_usd_month"`
	// BreakEvenUtilizationRatio is the utilization above which provisioned concurrency costs less than on-demand, see
	// Price.BreakEven; absent for an account, and if it never costs less.
	BreakEvenUtilizationRatio Optional[float64] `json:"break_even_utilization_ratio"`
	// UtilizationRatio is the busy share of provisioned concurrency; absent if there is none.
	UtilizationRatio Optional[float64] `json:"utilization_ratio"`
	// AllOnDemand is the cost of serving the same requests without provisioned concurrency. It includes requests and
	// storage but not cold starts.
	AllOnDemand Optional[float64] `json:"all_on_demand_usd_month"`
	// Idle is the part of the capacity cost that pays for idle units.
	Idle Optional[float64] `json:"idle_usd_month"`
	// Basis says which rate the amounts are based on.
	Basis Basis `json:"basis"`
}

// An AccountCost is the combined cost of all functions.
type AccountCost struct {
	Cost
	// Prices are the price rows that the amounts are based on; never nil.
	Prices []Price `json:"prices"`
}

// addAll adds a function's amounts. A sum is absent if either amount is.
func (x *Cost) addAll(y Cost) {
	for _, pair := range [][2]*Optional[float64]{
		{&x.ProvisionedCapacity, &y.ProvisionedCapacity}, {&x.ProvisionedDuration, &y.ProvisionedDuration},
		{&x.OnDemandDuration, &y.OnDemandDuration}, {&x.Requests, &y.Requests}, {&x.Ephemeral, &y.Ephemeral},
		{&x.Init, &y.Init}, {&x.Total, &y.Total}, {&x.AllOnDemand, &y.AllOnDemand}, {&x.Idle, &y.Idle},
	} {
		*pair[0] = sumOf(*pair[0], *pair[1])
	}
}

// sumOf adds two amounts. The sum is absent if either is.
func sumOf(x, y Optional[float64]) Optional[float64] {
	a, known := x.Get()
	b, also := y.Get()
	if !known || !also {
		return Optional[float64]{}
	}
	return Some(a + b)
}

// served holds a function's billable rates, requests per second, and the share of its requests that are cold starts.
type served struct {
	provisioned, onDemand float64
	cold                  Optional[float64]
}

// steady returns the rates served in the steady state. The cold starts are those of random arrivals, since evenly
// spaced requests have none.
func (f *FunctionSpill) steady() served {
	return served{f.ProvisionedRPS, f.OnDemandRPS, f.Chance.Or(Chance{}).ColdStartRatio}
}

// random returns the rates served with random arrivals. Asynchronous requests wait until they are served, so what is
// never served is the same as in the steady state.
func (f *FunctionSpill) random() served {
	x, ok := f.Chance.Get()
	if !ok && f.Source.Known() {
		return f.steady()
	}
	lost, spilled := x.ThrottledRatio.Or(0), x.SpilloverRatio.Or(0)
	if f.Mode.Queues() {
		lost = ratio(f.QueuedRPS+f.ThrottledRPS, f.RPS)
	}
	if !f.Provisioned.Known() {
		return served{0, f.RPS * (1 - lost), x.ColdStartRatio}
	}
	return served{f.RPS * math.Max(0, 1-lost-spilled), f.RPS * spilled, x.ColdStartRatio}
}

// price adds the costs to the result, for the steady split and for random arrivals. month is the account at the steps
// of the month.
func (s *spillDetails) price(a Account, o SpillOptions, month monthSplit) {
	evenly, randomly := make([]served, len(a.Functions)), make([]served, len(a.Functions))
	for i := range s.Functions {
		evenly[i], randomly[i] = s.Functions[i].steady(), s.Functions[i].random()
	}
	month.served(a, evenly, randomly)
	steady := a.cost(o.Cost, evenly)
	random := a.cost(o.Cost, randomly)
	s.costs, s.steady, s.random = steady.notes, steady.bill, random.bill
	s.Account.Cost = Some(steady.account)
	for i := range s.Functions {
		f := &s.Functions[i]
		if f.Managed.Known() || !steady.functions[i].known {
			continue
		}
		f.Cost = Some(steady.functions[i].Cost)
		if x, ok := f.Chance.Get(); ok {
			x.Cost = Some(random.functions[i].Cost)
			f.Chance = Some(x)
		}
	}
}
