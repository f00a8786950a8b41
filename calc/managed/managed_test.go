package managed_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/managed"
)

// TestWorked compares two cases of AWS's sample calculator to the printed digit: 100 requests at a time of 512 MB in
// Python on c7g.xlarge in 3 zones, 1 million requests in 730 hours. One uses 25 % of a vCPU, the other 12.5 %.
func TestWorked(t *testing.T) {
	instance, _ := managed.FindInstance("c7g.xlarge")
	for _, c := range []struct {
		share                                                     float64
		perVCPU, mb, vcpu, perEnvironment, required, holds, count int64
		ec2, fee, total                                           string
		overcommits                                               bool
	}{
		{0.25, 4, 2048, 1, 4, 25, 3, 14, "1481.900", "222.285", "1704.385", false},
		{0.125, 8, 2048, 1, 8, 13, 3, 8, "846.800", "127.020", "974.020", true},
	} {
		e := managed.Work{Runtime: managed.Python, CPUShare: c.share, RequestMB: 512}.Environment()
		want := managed.Environment{c.perVCPU, c.mb, c.vcpu, c.perEnvironment}
		if e != want {
			t.Errorf("environment at %v is %v, want %v", c.share, e, want)
		}
		f := managed.Fleet{Environment: e, Instance: instance, Zones: 3}
		count := f.Count(e.Required(100))
		bill := f.Bill(count, aws.MonthHours)
		total := bill.Total() + 1e6*aws.ManagedRequestUSD
		got := fmt.Sprintf("%d %d %d %.3f %.3f %.3f", e.Required(100), instance.Holds(e), count, bill.EC2, bill.Fee, total)
		sums := fmt.Sprintf("%d %d %d %s %s %s", c.required, c.holds, c.count, c.ec2, c.fee, c.total)
		if got != sums || e.Overcommits(512) != c.overcommits {
			t.Errorf("%v of a vCPU: %s, want %s", c.share, got, sums)
		}
	}
}

// TestEnvironment covers what replaces the sizing, and what is missing for it.
func TestEnvironment(t *testing.T) {
	for _, c := range []struct {
		work managed.Work
		want managed.Environment
	}{
		{managed.Work{}, managed.Environment{0, 2048, 1, 0}},
		{managed.Work{Runtime: managed.Other}, managed.Environment{0, 2048, 1, 0}},
		{managed.Work{CPUShare: 0.1}, managed.Environment{10, 2048, 1, 10}},
		{managed.Work{Runtime: managed.NodeJS, RequestMB: 3000}, managed.Environment{64, 3000, 2, 128}},
		{managed.Work{Runtime: managed.Java, MemoryMB: 32_768, MemoryPerVCPU: 8}, managed.Environment{32, 32_768, 4, 128}},
		{managed.Work{PerEnvironment: 1600}, managed.Environment{0, 2048, 1, 1600}},
		{managed.Work{Runtime: managed.Rust, RequestMB: 100, MemoryPerVCPU: 8}, managed.Environment{8, 2048, 1, 8}},
	} {
		if got := c.work.Environment(); got != c.want {
			t.Errorf("%+v: %v, want %v", c.work, got, c.want)
		}
	}
	for identifier, want := range map[string]managed.Runtime{"python3.13": managed.Python, "nodejs22.x": managed.NodeJS,
		"java21": managed.Java, "dotnet8": managed.Dotnet, "provided.al2023": managed.Other, "": managed.Other} {
		if got := managed.RuntimeOf(identifier); got != want {
			t.Errorf("RuntimeOf(%q) is %s, want %s", identifier, got, want)
		}
	}
}

// TestGrowthS has the law's own words: twice in five minutes.
func TestGrowthS(t *testing.T) {
	for to, want := range map[float64]float64{100: 0, 50: 0, 200: 300, 800: 900, 100 * math.Sqrt2: 150} {
		if got := managed.GrowthS(100, to); math.Abs(got-want) > 1e-9 {
			t.Errorf("from 100 to %v: %v s, want %v", to, got, want)
		}
	}
}

// FuzzFleet checks properties of any fleet: a higher load never needs fewer environments or instances, what is required
// is enough, and above the rate where it pays off no rate costs more than the other way.
func FuzzFleet(f *testing.F) {
	f.Add(int64(4), int64(2048), int64(1), 0.145, int64(3), 0.2, 0.000017)
	f.Add(int64(1600), int64(32_768), int64(16), 3.0, int64(1), 900.0, 0.1)
	f.Add(int64(1), int64(2048), int64(1), 0.0, int64(100), 1e-9, 1e-9)
	f.Fuzz(func(t *testing.T, per, mb, vcpu int64, price float64, zones int64, seconds, perSecond float64) {
		within := func(n, least, most int64) int64 { return least + ((n%(most-least+1))+most-least+1)%(most-least+1) }
		positive := func(x, most float64) float64 {
			if x = math.Abs(x); x > 0 && x <= most {
				return x
			}
			return most
		}
		e := managed.Environment{MemoryMB: within(mb, 2048, 32_768), VCPU: within(vcpu, 1, 16),
			PerEnvironment: within(per, 1, 1600)}
		fleet := managed.Fleet{Environment: e, Zones: within(zones, 1, 100),
			Instance: managed.Instance{VCPU: e.VCPU + 3, MemoryMB: 4*e.MemoryMB + 1024, USDHour: positive(price, 1e6)}}
		seconds, perSecond = positive(seconds, 5400), positive(perSecond, 1)
		concurrency, before := 0.0, int64(0)
		for _, rps := range []float64{0, 1e-6, 1, 40, 1e3, 2e5, 1e9} {
			concurrency = rps * seconds
			n := e.Required(concurrency)
			instances := fleet.Count(n)
			least := concurrency * (1 - 1e-8)
			if float64(n*e.PerEnvironment) < least || instances < before || n > 0 && fleet.Slots(instances) < least {
				t.Fatalf("%v: %d environments on %d instances for %v", fleet, n, instances, concurrency)
			}
			if total := fleet.Bill(instances, 730).Total(); math.IsNaN(total) || math.IsInf(total, 0) || total < 0 {
				t.Fatal(total)
			}
			before = instances
		}
		other := func(rps float64) float64 { return 730 * 3600 * min(rps*seconds*perSecond, 1e3+rps*seconds*perSecond/2) }
		contest := managed.Contest{Fleet: fleet, Seconds: seconds, Hours: 730, Other: other, MostRPS: 1e9}
		above, ok := contest.PaysOffAbove()
		if math.IsNaN(above) || math.IsInf(above, 0) || above < 0 {
			t.Fatal(above)
		}
		cost := func(rps float64) float64 { return fleet.Bill(fleet.Count(e.Required(rps*seconds)), 730).Total() }
		for _, factor := range []float64{1.0001, 1.1, 1.7, 3, 20, 1e4} {
			if rps := above * factor; ok && above > 0 && rps < 1e9 && cost(rps) > other(rps)*(1+1e-6) {
				t.Fatalf("%+v pays off above %v, but costs %v and not %v at %v",
					contest.Fleet, above, cost(rps), other(rps), rps)
			}
		}
	})
}

// TestPaysOffAbove finds the last rate at which a fleet of AWS's first case costs more than some price of a request, by
// trying every step.
func TestPaysOffAbove(t *testing.T) {
	instance, _ := managed.FindInstance("c7g.xlarge")
	e := managed.Work{Runtime: managed.Python, CPUShare: 0.25, RequestMB: 512}.Environment()
	fleet := managed.Fleet{Environment: e, Instance: instance, Zones: 3}
	for _, perRequest := range []float64{1.67e-6, 1.2e-6, 5e-6, 1e-7} {
		c := managed.Contest{Fleet: fleet, Seconds: 0.2, Hours: 730, MostRPS: 1e9,
			Other: func(rps float64) float64 { return rps * perRequest * 730 * 3600 }}
		got, ok := c.PaysOffAbove()
		last := 0.0
		for environments := int64(1); environments < 20_000; environments++ {
			most := float64(environments*e.PerEnvironment) / c.Seconds
			even := fleet.Bill(fleet.Count(environments), 730).Total() / (perRequest * 730 * 3600)
			if least := float64((environments-1)*e.PerEnvironment) / c.Seconds; even > least {
				last = min(even, most)
			}
		}
		if want := last < 19_000*4/0.2; ok != want || ok && math.Abs(got-last) > 1e-6*last {
			t.Errorf("at %v a request it pays off above %v (%v), want %v", perRequest, got, ok, last)
		}
	}
}
