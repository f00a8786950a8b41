package calc

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/managed"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// A Compute is what a function runs on. The zero Compute means OnLambda.
type Compute string

// What functions run on.
const (
	OnLambda  Compute = "lambda"            // environments of Lambda, from the account's concurrency
	OnManaged Compute = "managed-instances" // EC2 instances of the account, by a capacity provider
)

// ParseCompute reads what a function runs on: lambda or managed-instances.
func ParseCompute(text string) (Compute, error) { return quantity.ParseWord(text, OnLambda, OnManaged) }

// Managed describes a function on Managed Instances. Everything may be absent.
type Managed struct {
	// PerEnvironment is how many requests an environment handles at a time, 1 to 1,600; sized if absent.
	PerEnvironment Optional[int64] `json:"per_environment,omitzero"`
	// Runtime is what the function is written for; empty if not known.
	Runtime managed.Runtime `json:"runtime,omitempty"`
	// CPUShare is the part of a vCPU that one request uses, a ratio, more than 0, up to 1.
	CPUShare Optional[float64] `json:"cpu_share_ratio,omitzero"`
	// RequestMB is the memory that one request uses, MB, 1 to 32,768.
	RequestMB Optional[int64] `json:"request_memory_mb,omitzero"`
	// Min and Max are the least and the most environments, 0 to 15,000. Without Max there is no limit.
	Min Optional[int64] `json:"environments_min,omitzero"`
	Max Optional[int64] `json:"environments_max,omitzero"`
	// Instance is the type of the instances, such as c7g.xlarge; empty if not known.
	Instance string `json:"instance,omitempty"`
	// InstanceVCPU, InstanceMB and InstanceUSD are the vCPUs, the memory in MB, and the price of an instance in US dollars
	// an hour. They replace what is known of Instance.
	InstanceVCPU Optional[int64]   `json:"instance_vcpu,omitzero"`
	InstanceMB   Optional[int64]   `json:"instance_memory_mb,omitzero"`
	InstanceUSD  Optional[float64] `json:"instance_usd_hour,omitzero"`
	// Zones is the number of Availability Zones, 1 to 100; aws.DefaultZones if absent.
	Zones Optional[int64] `json:"zones,omitzero"`
	// Discount is the discount on the price of an instance, a ratio from 0 to 1.
	Discount Optional[float64] `json:"discount_ratio,omitzero"`
	// MemoryPerVCPU is the ratio of memory to vCPUs, GB: 2, 4 or 8; aws.DefaultMemoryPerVCPU if absent.
	MemoryPerVCPU Optional[int64] `json:"memory_per_vcpu_gb,omitzero"`
}

// A ManagedSpill is what a function on Managed Instances needs, can handle and costs. An amount is absent if a price or
// an input that it depends on is not known.
type ManagedSpill struct {
	// PerVCPU is how many requests a vCPU takes by the runtime and the share of the CPU; absent if neither is known.
	PerVCPU Optional[int64] `json:"per_vcpu"`
	// EnvironmentMB is the memory of an environment, MB.
	EnvironmentMB int64 `json:"environment_memory_mb"`
	// EnvironmentVCPU is the number of vCPUs of an environment.
	EnvironmentVCPU int64 `json:"environment_vcpu"`
	// PerEnvironment is how many requests an environment handles at a time; absent if that is not known.
	PerEnvironment Optional[int64] `json:"per_environment"`
	// Concurrency is how many requests are handled at a time on average: rate x duration; absent without a duration.
	Concurrency Optional[float64] `json:"concurrency"`
	// Required is the number of environments that the load needs.
	Required Optional[int64] `json:"environments_required"`
	// Min is the least number of environments.
	Min int64 `json:"environments_min"`
	// Max is the most environments; absent without a limit.
	Max Optional[int64] `json:"environments_max"`
	// Capacity is how many requests Max environments handle at a time; absent without a limit.
	Capacity Optional[int64] `json:"capacity_requests"`
	// CeilingRPS is Capacity / duration, requests per second; absent likewise, and without a duration.
	CeilingRPS Optional[float64] `json:"ceiling_rps"`
	// PerInstance is how many environments fit on an instance; absent if its size is not known.
	PerInstance Optional[int64] `json:"environments_per_instance"`
	// Instances is the number of instances for the environments that the load needs, at most Max.
	Instances Optional[int64] `json:"instances"`
	// UtilizationRatio is the share of what the instances could handle that the mean rate uses.
	UtilizationRatio Optional[float64] `json:"utilization_ratio"`
	// EC2 is the cost of the instances, US dollars a month.
	EC2 Optional[float64] `json:"ec2_usd_month"`
	// Fee is what Lambda charges for managing them, US dollars a month.
	Fee Optional[float64] `json:"fee_usd_month"`
	// Requests is the cost of the requests that are served, US dollars a month.
	Requests Optional[float64] `json:"requests_usd_month"`
	// Total is the total cost, US dollars a month.
	Total Optional[float64] `json:"total_usd_month"`
	// DoublesInS is the time in which the load may double without throttling, seconds.
	DoublesInS int64 `json:"doubles_in_s"`
	// Compared are the ways to serve the same load, each with its cost; never nil.
	Compared []WayCost `json:"compared"`
	// PaysOffAboveRPS is the peak rate above which Managed Instances cost no more than the cheapest of the other ways,
	// with the same mean rate in proportion and at the prices of the first tier, requests per second; absent if there is
	// none, or if a cost is not known.
	PaysOffAboveRPS Optional[float64] `json:"pays_off_above_rps"`
	// BreakEvenUtilizationRatio is the UtilizationRatio above which a busy request costs less than on demand; absent if it
	// never does, or if a cost is not known.
	BreakEvenUtilizationRatio Optional[float64] `json:"break_even_utilization_ratio"`
	// AtRates compares the costs at multiples of the load; empty if no cost is known.
	AtRates []RateCost `json:"at_rates,omitempty"`
	// AtAverages compares the costs with other mean rates at the same peak; empty likewise.
	AtAverages []AverageCost `json:"at_averages,omitempty"`
	// GrowthS is the least time in which the load may grow from its rate to the ceiling without throttling, seconds;
	// absent without a rate or a ceiling, and at or above it.
	GrowthS Optional[float64] `json:"growth_to_ceiling_s"`
	// OrdinaryMB and OrdinaryArch are the memory, MB, and the instruction set of the ordinary function that the other ways
	// are about: the memory of one request, and what the instances have. Absent and empty if there can be none.
	OrdinaryMB   Optional[int64] `json:"ordinary_memory_mb,omitzero"`
	OrdinaryArch Arch            `json:"ordinary_arch,omitempty"`
}

// A Hosting names a way to serve a load.
type Hosting string

// The ways.
const (
	HostManaged     Hosting = "managed"     // on Managed Instances
	HostOnDemand    Hosting = "on_demand"   // by an ordinary function
	HostProvisioned Hosting = "provisioned" // by an ordinary function, everything on provisioned concurrency
)

// A WayCost is what one way costs.
type WayCost struct {
	// Way is the way.
	Way Hosting `json:"way"`
	// Total is its total cost, US dollars a month.
	Total Optional[float64] `json:"total_usd_month"`
	// PaysOffAboveRPS is the peak rate above which Managed Instances cost no more than this way, see ManagedSpill.
	PaysOffAboveRPS Optional[float64] `json:"pays_off_above_rps,omitzero"`
}

// A RateCost compares the costs at one rate.
type RateCost struct {
	// RPS is the peak rate, requests per second.
	RPS float64 `json:"rps"`
	// Instances is the number of instances.
	Instances Optional[int64] `json:"instances"`
	// Compared are the ways, each with its cost, likewise.
	Compared []WayCost `json:"compared"`
}

// An AverageCost compares the costs with one mean rate.
type AverageCost struct {
	// AverageRatio is the mean rate divided by the peak rate, 0 to 1.
	AverageRatio float64 `json:"average_ratio"`
	// Compared are the ways, each with its cost, likewise.
	Compared []WayCost `json:"compared"`
}

// IsManaged reports whether the function runs on Managed Instances.
func (f *Function) IsManaged() bool { return f.Compute == OnManaged }

// inPools returns the account as its pools see it. A function on Managed Instances takes nothing from them, so only its
// description is left; the function itself is behind it. Of a function with event sources, what these let through is
// left.
func (a Account) inPools() Account {
	a = a.Sourced()
	isOne := func(f Function) bool {
		return f.IsManaged() && f.managed == nil || len(f.Sources) > 0 && f.polled == nil
	}
	if !slices.ContainsFunc(a.Functions, isOne) {
		return a
	}
	a.Functions = slices.Clone(a.Functions)
	for i := range a.Functions {
		switch f := a.Functions[i]; {
		case !isOne(f):
		case !f.IsManaged():
			a.Functions[i] = f.inPool()
		default:
			a.Functions[i] = Function{Name: f.Name, Unnamed: f.Unnamed, Mode: f.Mode, Arch: f.Arch, Compute: f.Compute,
				EventSource: f.EventSource, managed: &f}
		}
	}
	return a
}

// pooled returns the functions that the pools of the account are for: all but those on Managed Instances.
func (a Account) pooled() []Function {
	return slices.DeleteFunc(slices.Clone(a.Functions), func(f Function) bool { return f.managed != nil })
}

// work describes a request of the function, and its environment.
func (f *Function) work() managed.Work {
	m := &f.Managed
	return managed.Work{Runtime: m.Runtime, CPUShare: m.CPUShare.Or(0), RequestMB: m.RequestMB.Or(0),
		MemoryPerVCPU: m.MemoryPerVCPU.Or(0), MemoryMB: f.MemoryMB.Or(0), PerEnvironment: m.PerEnvironment.Or(0)}
}

// instance returns what is known of the instances. sized and priced report whether that includes their size, and their
// price in the Region.
func (f *Function) instance(region string) (x managed.Instance, sized, priced bool) {
	m := &f.Managed
	x, known := managed.FindInstance(m.Instance)
	sized = known || m.InstanceVCPU.Known() && m.InstanceMB.Known()
	priced = known && (region == "" || region == managed.PricedRegion) || m.InstanceUSD.Known()
	x.VCPU, x.MemoryMB = m.InstanceVCPU.Or(x.VCPU), m.InstanceMB.Or(x.MemoryMB)
	x.USDHour = m.InstanceUSD.Or(x.USDHour)
	return x, sized, priced
}

// fleet returns the instances of the function, and whether they are known. They handle any number of environments.
func (f *Function) fleet(region string) (x managed.Fleet, sized, priced bool) {
	instance, sized, priced := f.instance(region)
	x = managed.Fleet{Environment: f.work().Environment(), Instance: instance, Discount: f.Managed.Discount.Or(0),
		Zones: f.Managed.Zones.Or(aws.DefaultZones)}
	sized = sized && x.Environment.PerEnvironment > 0
	return x, sized, sized && priced
}

// spillManaged returns what happens to the load of a function on Managed Instances: at most as many requests at a time
// as its most environments handle, at any rate. Nothing is random about it: how environments start and how requests are
// routed to them is not published.
func (f *Function) spillManaged() FunctionSpill {
	rate := f.RPS.Or(0)
	m := f.sizedManaged()
	row := FunctionSpill{Name: f.Name, Mode: f.mode(), RPS: rate, DurationMS: f.DurationMS,
		Parts: Parts{OnDemandRPS: rate}, CeilingRPS: m.CeilingRPS, HeadroomRatio: headroom(rate, m.CeilingRPS)}
	if ceiling, ok := m.CeilingRPS.Get(); ok {
		row.OnDemandRPS = snap(min(rate, ceiling), rate)
		row.OnDemandCeilingRPS, row.OnDemandBindingLimit = m.CeilingRPS, Some(LimitConcurrency)
	}
	if m.Max == Some[int64](0) {
		row.OnDemandRPS = 0
	}
	if rest := rate - row.OnDemandRPS; f.Mode.Queues() && m.Max != Some[int64](0) {
		row.QueuedRPS = rest
	} else {
		row.ThrottledRPS = rest
	}
	row.ThrottledRatio, row.QueuedRatio = ratio(row.ThrottledRPS, rate), ratio(row.QueuedRPS, rate)
	row.Verdict = row.Parts.verdict(0)
	row.Managed = Some(m)
	return row
}

// sizedManaged sizes the function on Managed Instances.
func (f *Function) sizedManaged() ManagedSpill {
	e := f.work().Environment()
	m := ManagedSpill{EnvironmentMB: e.MemoryMB, EnvironmentVCPU: e.VCPU,
		Min: f.Managed.Min.Or(aws.DefaultMinEnvironments), Max: f.Managed.Max,
		DoublesInS: aws.ManagedDoublingS, Compared: []WayCost{}}
	if most, ok := m.Max.Get(); ok && !f.Managed.Min.Known() {
		m.Min = min(m.Min, most)
	}
	if e.PerVCPU > 0 {
		m.PerVCPU = Some(e.PerVCPU)
	}
	d, timed := f.seconds()
	if timed {
		m.Concurrency = Some(f.RPS.Or(0) * d)
	}
	if e.PerEnvironment == 0 {
		return m
	}
	m.PerEnvironment = Some(e.PerEnvironment)
	if timed {
		m.Required = Some(e.Required(orLeast(f.RPS.Or(0)*d, f.RPS.Or(0) > 0)))
	}
	if most, ok := m.Max.Get(); ok {
		m.Capacity = Some(most * e.PerEnvironment)
		if timed {
			m.CeilingRPS = Some(float64(most*e.PerEnvironment) / d)
			if rps := f.RPS.Or(0); rps > 0 && rps < m.CeilingRPS.Or(0) {
				m.GrowthS = Some(managed.GrowthS(rps, m.CeilingRPS.Or(0)))
			}
		}
	}
	x, sized, _ := f.fleet("")
	if !sized {
		return m
	}
	m.PerInstance = Some(x.Instance.Holds(e))
	if n, ok := m.Required.Get(); ok {
		m.Instances = Some(x.Count(min(n, m.Max.Or(n))))
	}
	if n := m.Instances.Or(0); n > 0 {
		m.UtilizationRatio = Some(min(1, f.meanRate()*d/x.Slots(n)))
	}
	return m
}

// environmentsChange returns the change of the most environments of a function on Managed Instances whose load does not
// fit, with headroom; none if the load fits, or more is not allowed.
func (p *planner) environmentsChange(i int) []Change {
	f := &p.account.Functions[i]
	m := p.now[i].Managed.Or(ManagedSpill{})
	now, bounded := m.Max.Get()
	to := min(aws.MaxEnvironments, withHeadroom(m.Required.Or(0), p.options.Headroom))
	if !bounded || p.now[i].Verdict == Fits || to <= now {
		return nil
	}
	return []Change{{Function: Some(f.Name), Setting: SettingEnvironments, From: Some(now), To: Some(to), Required: true,
		Least: m.Min, Unnamed: f.Unnamed, index: i}}
}
