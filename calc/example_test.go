package calc_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// Provisioned concurrency of 500 is full at 5,000 requests per second, however idle it looks.
func ExampleSpill() {
	r, err := calc.Spill(calc.Account{
		Concurrency: aws.DefaultConcurrency,
		Functions: []calc.Function{{
			Name:        "checkout",
			RPS:         calc.Some(7128.0),
			DurationMS:  calc.Some(28.5),
			Provisioned: 500,
		}},
	}, calc.SpillOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	f := r.Functions[0]
	utilization, _ := f.ProvisionedUtilizationRatio.Get()
	fmt.Println(f.Verdict, f.SpilloverRPS, "requests/s at", quantity.FormatPercent(utilization), "utilization")
	fmt.Println("needs", f.RequiredProvisioned, "units")
	// Output:
	// spills 2128 requests/s at 28.5% utilization
	// needs 713 units
}

// A pool that holds the average load of 120 environments spills some of it.
func ExampleChance() {
	r, err := calc.Spill(calc.Account{
		Concurrency: aws.DefaultConcurrency,
		Functions:   []calc.Function{{Name: "api", RPS: calc.Some(800.0), DurationMS: calc.Some(150.0), Provisioned: 120}},
	}, calc.SpillOptions{Chance: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	f := r.Functions[0]
	chance, _ := f.Chance.Get()
	fmt.Println("steady:", quantity.FormatPercent(f.SpilloverRatio))
	fmt.Println("by chance:", quantity.FormatChance(chance.SpilloverRatio.Or(0)))
	fmt.Println("1% of the time above", chance.ConcurrencyP99, "environments")
	// Output:
	// steady: 0%
	// by chance: 6.94%
	// 1% of the time above 146 environments
}

// The smallest provisioned concurrency at which random arrivals spill at most 1%.
func ExamplePlanOptions() {
	r, err := calc.Plan(calc.Account{
		Concurrency: aws.DefaultConcurrency,
		Functions:   []calc.Function{{Name: "api", RPS: calc.Some(800.0), DurationMS: calc.Some(150.0), Provisioned: 120}},
	}, calc.PlanOptions{Sizing: calc.Sizing{TargetSpillover: calc.Some(0.01)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, n := range r.Functions[0].Neighbours {
		fmt.Println(n.Provisioned, quantity.FormatChance(n.BeyondProvisionedRatio))
	}
	fmt.Println("set by", r.Functions[0].Driver.Or(""))
	// Output:
	// 137 1.14%
	// 138 0.984%
	// 139 0.843%
	// set by target_spillover
}

// A handler that answers whether a load fits: GET /fits?rps=90k/min&duration=240ms&reserved=300.
func Example_handler() {
	fits := func(w http.ResponseWriter, r *http.Request) {
		rps, err := quantity.ParseRate(r.FormValue("rps"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		ms, err := quantity.ParseDuration(r.FormValue("duration"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		reserved, err := quantity.ParseCount(r.FormValue("reserved"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		result, err := calc.Spill(calc.Account{
			Concurrency: aws.DefaultConcurrency,
			Functions: []calc.Function{{
				Name: "api", RPS: calc.Some(rps), DurationMS: calc.Some(ms), Reserved: calc.Some(reserved),
			}},
		}, calc.SpillOptions{Chance: true})
		if err != nil { // calc.Faults: everything that is wrong with the inputs
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		f := result.Functions[0]
		fmt.Fprintln(w, f.Headline(), quantity.FormatNumber(f.ThrottledRPS), "requests/s throttled")
	}
	for _, query := range []string{"rps=90k/min&duration=240ms&reserved=300", "rps=1500&duration=240&reserved=300"} {
		w := httptest.NewRecorder()
		fits(w, httptest.NewRequest(http.MethodGet, "/fits?"+query, nil))
		fmt.Print(w.Code, " ", w.Body)
	}
	// Output:
	// 200 throttles 250 requests/s throttled
	// 400 "240" has no unit; did you mean 240ms?
}

func ExampleParseSweep() {
	s, err := calc.ParseSweep("provisioned=0:100:40")
	fmt.Println(s.Axis, s.Values, err)
	// Output:
	// provisioned [0 40 80 100] <nil>
}

func ExamplePlan() {
	r, err := calc.Plan(calc.Account{
		Concurrency: aws.DefaultConcurrency,
		Functions:   []calc.Function{{Name: "api", RPS: calc.Some(20000.0), DurationMS: calc.Some(50.0)}},
	}, calc.PlanOptions{Sizing: calc.Sizing{Headroom: aws.AdvisedHeadroom}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Functions[0].Verdict)
	fmt.Println(r.Changes[0].Setting, r.Changes[0].From.Or(0), "->", r.Changes[0].To.Or(0))
	// Output:
	// throttles
	// account_concurrency 1000 -> 2200
}

func ExampleLimits() {
	r, err := calc.Limits(calc.Account{Concurrency: aws.DefaultConcurrency}, calc.LimitsOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	ceiling, known := r.Pools[0].RPS.Get()
	fmt.Println(r.Pools[0].Mode, ceiling, known)
	fmt.Println("reservable:", r.Account.Reservable)
	// Output:
	// sync 10000 true
	// reservable: 900
}

func ExamplePool_Ceiling() {
	short := calc.Synchronous(100).Ceiling(calc.Some(20.0))
	long := calc.Synchronous(100).Ceiling(calc.Some(500.0))
	fmt.Println(short.RPS.Or(0), short.Binding.Or(""))
	fmt.Println(long.RPS.Or(0), long.Binding.Or(""))
	// Output:
	// 1000 rate
	// 200 concurrency
}

func ExampleSplit() {
	f := calc.Function{
		RPS:         calc.Some(1500.0),
		DurationMS:  calc.Some(80.0),
		Provisioned: 100,
		Reserved:    calc.Some(int64(120)),
	}
	fmt.Printf("%+v\n", calc.Split(f, 0))
	// Output:
	// {ProvisionedRPS:1000 OnDemandRPS:200 ThrottledRPS:300 QueuedRPS:0}
}

func ExampleAccount_Validate() {
	err := calc.Account{
		Concurrency: 1000,
		Functions:   []calc.Function{{Name: "f", Provisioned: 200, Reserved: calc.Some(int64(100))}},
	}.Validate()
	fmt.Println(strings.ReplaceAll(err.Error(), "; ", ";\n"))
	// Output:
	// functions[0].provisioned: 200 exceeds the reserved concurrency of 100;
	// expected at most that, or no reservation
}

func ExampleParseRate() {
	for _, text := range []string{"1500", "90000/min", "5.4M/h"} {
		rate, err := quantity.ParseRate(text)
		fmt.Println(rate, err)
	}
	_, err := quantity.ParseRate("fast")
	fmt.Println(strings.ReplaceAll(err.Error(), "; ", ";\n"))
	// Output:
	// 1500 <nil>
	// 1500 <nil>
	// 1500 <nil>
	// "fast" is not a number;
	// expected 0 to 1e9 per second, such as 1500, 90k/min or 5.4M/h
}

func ExampleCeilUnits() {
	fmt.Println(calc.CeilUnits(200*1.1), calc.CeilUnits(200.1))
	// Output: 220 201
}
