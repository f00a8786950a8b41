package managed

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc/aws"
)

// An Instance is a type of EC2 instance.
type Instance struct {
	// Name is AWS's name of the type, such as c7g.xlarge; empty if only its figures are given.
	Name string
	// VCPU is its number of vCPUs, 1 to 1,024.
	VCPU int64
	// MemoryMB is its memory, MB, 1 to 33,554,432.
	MemoryMB int64
	// USDHour is its price without discounts, US dollars per hour, 0 to 1,000,000.
	USDHour float64
}

// PricedRegion is the Region of the prices of Instances.
const PricedRegion = "us-east-1"

// Instances lists the types whose sizes and prices are known: list prices in PricedRegion.
//
// Source: aws.SourceManagedCalculator, read 2026-11.
func Instances() []Instance {
	return []Instance{
		{"c7g.xlarge", 4, 8 * aws.MBPerGB, 0.1450},
		{"m7g.xlarge", 4, 16 * aws.MBPerGB, 0.1632},
		{"r7g.xlarge", 4, 32 * aws.MBPerGB, 0.2140},
	}
}

// FindInstance returns the type with a name, and whether it is known.
func FindInstance(name string) (Instance, bool) {
	all := Instances()
	i := slices.IndexFunc(all, func(x Instance) bool { return x.Name == name })
	if i < 0 {
		return Instance{Name: name}, false
	}
	return all[i], true
}

// Holds returns how many environments fit on an instance; 0 if one does not fit.
//
//	min(floor((vCPUs - 1)/vCPUs of an environment), floor((MB - 1,024)/MB of an environment))
//
// Source: aws.SourceManagedCalculator, read 2026-11.
func (i Instance) Holds(e Environment) int64 {
	vcpu, mb := i.VCPU-aws.ManagedSystemVCPU, i.MemoryMB-aws.ManagedSystemMB
	return max(0, min(vcpu/e.VCPU, mb/e.MemoryMB))
}

// A Fleet is the instances that environments run on.
type Fleet struct {
	// Environment is what runs on them. It must handle 1 request or more, and fit on an instance.
	Environment Environment
	// Instance is their type.
	Instance Instance
	// Zones is the number of Availability Zones, 1 to 100. Each has an instance.
	Zones int64
	// Discount is the discount on the price of an instance, a ratio from 0 to 1.
	Discount float64
}

// Count returns the instances for a number of environments; none for none.
//
//	ceil(1.5 max(zones, ceil(environments / environments of an instance)))
//
// Source: aws.SourceManagedCalculator, read 2026-11.
func (f Fleet) Count(environments int64) int64 {
	if environments <= 0 {
		return 0
	}
	holds := f.Instance.Holds(f.Environment)
	return buffered(max(f.Zones, (environments+holds-1)/holds))
}

// buffered returns ceil(1.5 n).
func buffered(n int64) int64 {
	const half = 2 * aws.ManagedBuffer
	return (n*half + 1) / 2
}

// A Bill is what instances cost.
type Bill struct {
	// EC2 is the price of the instances, after the discount, US dollars.
	EC2 float64
	// Fee is what Lambda charges for managing them: 15 % of the price without the discount, US dollars.
	Fee float64
}

// Total returns the sum of both.
func (b Bill) Total() float64 { return float64(b.EC2) + float64(b.Fee) }

// Bill prices a number of instances for some hours.
//
// Source: aws.SourcePricing, read 2026-11.
func (f Fleet) Bill(instances int64, hours float64) Bill {
	list := float64(instances) * f.Instance.USDHour * hours
	return Bill{EC2: list * (1 - f.Discount), Fee: list * aws.ManagedFee}
}

// Slots returns how many requests a number of instances handles at a time.
func (f Fleet) Slots(instances int64) float64 {
	return float64(instances) * float64(f.Instance.Holds(f.Environment)) * float64(f.Environment.PerEnvironment)
}

// A Contest compares a fleet that follows a load with another way to serve the same load.
type Contest struct {
	// Fleet is the fleet.
	Fleet Fleet
	// Seconds is the mean duration of a request, more than 0.
	Seconds float64
	// Hours is the time that is billed.
	Hours float64
	// RequestUSD is what the fleet's requests cost for each request per second in that time, US dollars.
	RequestUSD float64
	// Other is the cost of the other way at a rate, requests per second. It must be 0 at 0, must not fall with the rate,
	// and must not rise faster at higher rates.
	Other func(rps float64) float64
	// MostRPS is the highest rate to look at, requests per second.
	MostRPS float64
}

// PaysOffAbove returns the rate above which the fleet costs no more than the other way, requests per second, and
// whether there is one.
//
// The fleet grows in steps: its cost just above the rate that fills b instances is that of b + 1. With the buffer, the
// costs of even and of odd b are each linear in b, and the other cost is concave, so each difference changes its sign
// once, if it is not negative at the highest rate. Halving finds the last step at which the fleet costs more.
func (c Contest) PaysOffAbove() (rps float64, ok bool) {
	first := c.Fleet.Zones
	perBase := c.Fleet.Slots(1) / c.Seconds // the rate that fills one instance
	last := max(first, int64(c.MostRPS/perBase)) + 1
	last += (last - first) % 2
	start := func(base int64) float64 {
		if base <= first {
			return 0
		}
		return float64(base-1) * perBase
	}
	loses := func(base int64) bool { return c.difference(base, start(base)) < 0 }
	if !quickStep(last) || loses(last) || loses(last+1) {
		return 0, false
	}
	step := int64(0)
	for odd := int64(0); odd < 2; odd++ {
		low, high := first+odd, last+odd
		if !loses(low) {
			continue
		}
		for high-low > 2 {
			if mid := low + (high-low)/4*2; loses(mid) {
				low = mid
			} else {
				high = mid
			}
		}
		step = max(step, low)
	}
	if step == 0 { // instances are free
		return 0, true
	}
	low, high := start(step), float64(float64(step)*perBase)
	if c.difference(step, high) < 0 {
		return high, true
	}
	for range 200 {
		mid := low + float64((high-low)/2)
		if mid <= low || mid >= high {
			break
		}
		if c.difference(step, mid) < 0 {
			low = mid
		} else {
			high = mid
		}
	}
	return high, true
}

// quickStep reports whether numbers of instances up to some more than n are exact.
func quickStep(n int64) bool { return n < 1<<52 }

// difference returns how much less a fleet on base filled instances costs at a rate than the other way.
func (c Contest) difference(base int64, rps float64) float64 {
	fleet := c.Fleet.Bill(buffered(base), c.Hours).Total()
	return c.Other(rps) - fleet - float64(c.RequestUSD*rps)
}
