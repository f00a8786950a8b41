package calc_test

import (
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/internal/simulation"
)

// A documented is a figure of docs/explanation/random-arrivals.md as printed there: a share in percent.
type documented struct {
	figure   string
	account  simulation.Account
	requests int
	of       func(*calc.Chance) calc.Optional[float64]
	counted  func(*simulation.Counts) simulation.Estimate
	margin   margin
}

func beyondOf(x *calc.Chance) calc.Optional[float64]          { return x.BeyondProvisionedRatio }
func throttledOf(x *calc.Chance) calc.Optional[float64]       { return x.ThrottledRatio }
func spilledOf(x *calc.Chance) calc.Optional[float64]         { return x.SpilloverRatio }
func queuedOf(x *calc.Chance) calc.Optional[float64]          { return x.QueuedRatio }
func coldOf(x *calc.Chance) calc.Optional[float64]            { return x.ColdStartRatio }
func countedBeyond(n *simulation.Counts) simulation.Estimate  { return n.Beyond }
func countedRefused(n *simulation.Counts) simulation.Estimate { return n.Refused }
func countedSpilled(n *simulation.Counts) simulation.Estimate { return n.Spilled }
func countedCold(n *simulation.Counts) simulation.Estimate    { return n.Cold }

// TestDocumentedFigures checks that every share in docs/explanation/random-arrivals.md is on the page, agrees with the
// model to its last digit, and agrees with a simulation.
func TestDocumentedFigures(t *testing.T) {
	text, err := os.ReadFile("../docs/explanation/random-arrivals.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for _, d := range documentedFigures() {
		t.Run(d.figure, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(page, d.figure) {
				t.Errorf("random-arrivals.md has no %s", d.figure)
			}
			counted, calculated := both(t, d.account, d.requests)
			x := known(t, d.figure, d.of(&calculated[0]))
			if want, last := percent(t, d.figure); math.Abs(x-want) > 0.51*last {
				t.Errorf("%s is calculated as %v", d.figure, x)
			}
			compare(t, d.figure, d.of(&calculated[0]), d.counted(&counted[0]), d.margin)
		})
	}
}

// percent reads a share such as 15.9%, 15.9 % or 0.0001%, and the value of its last digit.
func percent(t *testing.T, text string) (share, last float64) {
	t.Helper()
	digits, _, _ := strings.Cut(strings.ReplaceAll(text, " ", ""), "%")
	x, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		t.Fatal(err)
	}
	_, decimals, _ := strings.Cut(digits, ".")
	return x / 100, math.Pow(10, -2-float64(len(decimals)))
}

func documentedFigures() []documented {
	// provisioned is a load of one-second requests on provisioned units, in an account of 1,000 and more.
	provisioned := func(load float64, units int) simulation.Account {
		return simulation.Account{Unreserved: 1000, Functions: []simulation.Function{{
			Rate: load, Seconds: 1, Law: simulation.Exponential, Provisioned: units,
		}}}
	}
	api := func(units int) simulation.Account { // the example of the page
		return simulation.Account{Unreserved: 1000 - units, KeepAlive: 600, Functions: []simulation.Function{{
			Rate: 800, Seconds: 0.15, Law: simulation.Exponential, Provisioned: units,
		}}}
	}
	ten := func(units int) simulation.Account { // ten requests of a second; environments are kept for five minutes
		a := provisioned(10, units)
		a.KeepAlive = 300
		return a
	}
	beyond := func(figure string, a simulation.Account, requests int) documented {
		return documented{figure, a, requests, beyondOf, countedBeyond, margin{}}
	}
	spilled := func(figure string, units int, requests int) documented {
		return documented{figure, api(units), requests, spilledOf, countedSpilled, margin{}}
	}
	bursts := api(169)
	bursts.Functions[0].Batch = simulation.Geometric(4)
	waiting := alone(event(simulation.Function{Rate: 9, Seconds: 1, Reserved: 10}))
	waiting.Retry = simulation.Delayed(100)
	return []documented{
		beyond("15.9 %", provisioned(20, 20), 0), beyond("10.7 %", provisioned(20, 22), 0),
		beyond("0.8 %", provisioned(20, 30), 0),
		beyond("6.2 %", provisioned(150, 150), 0), beyond("1.7 %", provisioned(150, 165), 1_000_000),
		beyond("0.9 %", provisioned(150, 170), 1_000_000),
		beyond("2.5 %", provisioned(1000, 1000), 1_000_000), beyond("0.01 %", provisioned(1000, 1100), 5_000_000),
		beyond("0.99 %", provisioned(1000, 1029), 2_000_000),
		spilled("19.6%", 100, 0), spilled("12.8%", 110, 0), spilled("6.94%", 120, 0), spilled("2.8%", 130, 1_000_000),
		spilled("0.717%", 140, 2_000_000), spilled("0.102%", 150, 4_000_000),
		{"56 %", ten(5), 1_000_000, spilledOf, countedSpilled, margin{}},
		{"12 %", ten(12), 1_000_000, spilledOf, countedSpilled, margin{}},
		{"0.04 %", ten(5), 4_000_000, coldOf, countedCold, margin{}},
		beyond("0.94 %", bursts, 4_000_000),
		{"46 %", waiting, 0, queuedOf, countedRefused, within(0.02)},
		{"0.9 %", rushed(), 0, throttledOf, countedRefused, margin{below: 1}},
	}
}

// rushed is the page's reservation whose provisioned concurrency is full by rate.
func rushed() simulation.Account {
	a := alone(simulation.Function{
		Rate: 800, Seconds: 0.05, Law: simulation.Exponential, Provisioned: 70, Reserved: 81,
	})
	a.Limiter = simulation.Window
	return a
}

// TestDocumentedSizes checks that the page's sizes and rates turn away the share they are for, and that one unit fewer
// does not.
func TestDocumentedSizes(t *testing.T) {
	text, err := os.ReadFile("../docs/explanation/random-arrivals.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		figure string
		rate   float64
		units  int
		share  float64
	}{
		{`"provisioned":137,"beyond_provisioned_ratio":0.011432525055125774`, 800, 137, 0.011433},
		{`"provisioned":138,"beyond_provisioned_ratio":0.009843468999271524`, 800, 138, 0.009843},
		{`"provisioned":139,"beyond_provisioned_ratio":0.008426352055284933`, 800, 139, 0.008426},
		{"function,150,1000,877.17058929608", 877.170589296084, 150, 0.01},
		{"provisioned,100,666.6666666666667,560.42772595965", 560.4277259596541, 100, 0.01},
		{"on_demand,50,333.33333333333337,252.67598725683", 252.6759872568327, 50, 0.01},
	} {
		if !strings.Contains(string(text), c.figure) {
			t.Errorf("random-arrivals.md has no %s", c.figure)
		}
		counted := simulation.Run(alone(simulation.Function{
			Rate: c.rate, Seconds: 0.15, Law: simulation.Exponential, Provisioned: c.units, Reserved: c.units,
		}), 2026, 400_000)
		compare(t, c.figure, calc.Some(c.share), counted[0].Beyond, margin{})
	}
	const p99 = 146 // busy environments in the first answer
	counted := simulation.Run(simulation.Account{Unreserved: 1000, Functions: []simulation.Function{{
		Rate: 800, Seconds: 0.15, Law: simulation.Exponential,
	}}}, 2026, 400_000)
	above, less := counted[0].Above(p99), counted[0].Above(p99-1)
	if above.Mean-4*above.Deviation > 0.01 || less.Mean+4*less.Deviation < 0.01 {
		t.Errorf("%v of the time is above %d, %v above one less", above, p99, less)
	}
}

// TestDocumentedRush checks that the page gives the simulated throttling where the calculated share is a lower bound.
func TestDocumentedRush(t *testing.T) {
	counted := simulation.Run(rushed(), 2026, 400_000)
	if refused := counted[0].Refused; math.Abs(refused.Mean-0.08) > 0.005+4*refused.Deviation {
		t.Errorf("%v is refused, the page says 8 %%", refused)
	}
}
