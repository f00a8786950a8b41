package check

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// managedLoads splits the loads of the functions on Managed Instances, by name. It leaves out those about which too
// little is known, or something is wrong: LC040 says that they are not judged.
func (c *checker) managedLoads() map[string]calc.FunctionSpill {
	loads := map[string]calc.FunctionSpill{}
	a := c.given.Capacity()
	for i := range a.Functions {
		f := a.Functions[i]
		if !f.IsManaged() || !f.RPS.Known() {
			continue
		}
		split, err := calc.Spill(calc.Account{Concurrency: max(1, a.Concurrency), Functions: []calc.Function{f}},
			calc.SpillOptions{})
		if err != nil {
			continue
		}
		row := split.Functions[0]
		if m := row.Managed.Or(calc.ManagedSpill{}); m.Required.Known() {
			loads[f.Name] = row
		}
	}
	return loads
}

// managed judges the load of a function on Managed Instances, or reports that it is not judged.
func (c *checker) managed(f *Function) {
	place := f.ManagedAt()
	if !place.Known() {
		place = f.place("compute")
	}
	now, judged := c.onManaged[f.Name]
	if !judged {
		c.add(managedNotModeled, report{function: f, place: place, message: notJudged,
			remedy: "give its rate and duration, and per_environment, runtime or cpu_share"})
		return
	}
	m := now.Managed.Or(calc.ManagedSpill{})
	most, bounded := m.Max.Get()
	ahead := now.RPS * (1 + c.options.Headroom)
	r := report{function: f, place: f.place("environments_max", "rps", "compute"),
		remedy: fmt.Sprintf("allow %s environments or more (environments_max, MaxExecutionEnvironments)",
			quantity.FormatCount(max(1, calc.CeilUnits(float64(m.Required.Or(0))*(1+c.options.Headroom)))))}
	takes := fmt.Sprintf("%s environments of %s take %s requests/s", quantity.FormatCount(most),
		quantity.FormatCountOf(int(m.PerEnvironment.Or(0)), "request"), quantity.FormatNumber(m.CeilingRPS.Or(0)))
	verb, number := "are throttled", throttled
	if now.QueuedRPS > 0 {
		verb, number = "wait in the queue", headroom
	}
	switch {
	case !bounded:
	case now.ThrottledRPS+now.QueuedRPS > 0:
		r.message = fmt.Sprintf("%s of %s requests/s %s (%s): %s", quantity.FormatNumber(now.ThrottledRPS+now.QueuedRPS),
			quantity.FormatNumber(now.RPS), verb, quantity.FormatPercent(now.ThrottledRatio+now.QueuedRatio), takes)
		c.add(number, r)
	case ahead > m.CeilingRPS.Or(ahead)*(1+quantity.Tolerance):
		r.message = fmt.Sprintf("with %s more load, %s requests/s are more than it can take: %s",
			quantity.FormatPercent(c.options.Headroom), quantity.FormatNumber(ahead), takes)
		c.add(headroom, r)
	}
}
