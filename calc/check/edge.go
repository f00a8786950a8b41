package check

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// otherRegions reports throttled requests of functions of Lambda@Edge in other Regions than the account's. That one is
// judged with all functions that share its quota.
func (c *checker) otherRegions() {
	index := map[string]int{}
	a := c.account.Capacity()
	a.Functions = nil
	for i, f := range c.given.Functions {
		if len(f.Regions) > 0 && f.RPS.Known() {
			index[f.Name] = i
			a.Functions = append(a.Functions, f.Function)
		}
	}
	a.ClaimedElsewhere = 0
	plan, err := calc.Plan(a, calc.PlanOptions{Sizing: calc.Sizing{Headroom: c.options.Headroom}})
	if err != nil || len(a.Functions) == 0 { // what is wrong with the rates is said where they are judged
		return
	}
	needed := map[string]int64{}
	for _, r := range plan.Regions {
		needed[r.Region.Or("")] = r.RecommendedConcurrency.Or(0)
	}
	for i := range plan.Functions {
		now := &plan.Functions[i].Now
		units, other := now.RegionUnreserved.Get()
		if !other || now.ThrottledRPS == 0 {
			continue
		}
		f := &c.account.Functions[index[now.FunctionName()]]
		c.add(throttled, report{function: f, place: f.place("regions", "rps"), level: c.quotaLevel(),
			message: fmt.Sprintf("%s of %s requests/s are throttled in %s (%s): the unreserved concurrency of %s is full (%s)",
				quantity.FormatNumber(now.ThrottledRPS), quantity.FormatNumber(now.RPS), now.Region.Or(""),
				quantity.FormatPercent(now.ThrottledRatio), quantity.FormatCount(units), now.ThrottleReason.Or("")),
			remedy: request(needed[now.Region.Or("")]) + " in " + now.Region.Or("")})
	}
}
