package calc

import (
	"fmt"
	"slices"

	"github.com/lambdacap/lambdacap/calc/rule"
)

// A Finding is a fact that the reader of a result should know.
type Finding struct {
	// ID is the stable id of the rule, a word.
	ID rule.ID `json:"id"`
	// Rule is the number of the rule; absent if it has none.
	Rule Optional[rule.ID] `json:"rule"`
	// Level says how much it matters.
	Level rule.Level `json:"level"`
	// Function is the function's name; absent if the finding is about the account.
	Function Optional[string] `json:"function"`
	// Message describes the situation, with the numbers.
	Message string `json:"message"`
}

// NewFinding returns a finding of a rule in a calculation. function is absent if the finding is about the account.
func NewFinding(r rule.Rule, function Optional[string], message string) Finding {
	f := Finding{ID: r.Word, Level: r.LevelInCalculation(), Function: function, Message: message}
	if r.Number != "" {
		f.Rule = Some(r.Number)
	}
	return f
}

// Rules lists the rules that Limits, Spill and Plan look for. check.Rules also lists those of checks.
func Rules() []rule.Rule {
	return slices.Concat(settingRules(), randomRules(), costRules(), loadRules(), managedRules(), specialRules())
}

// findings collects the findings of a calculation.
type findings struct{ list []Finding }

// account adds a finding about the account.
func (c *findings) account(r rule.Rule, format string, args ...any) {
	c.list = append(c.list, NewFinding(r, Optional[string]{}, fmt.Sprintf(format, args...)))
}

// function adds a finding about a function.
func (c *findings) function(r rule.Rule, f *Function, format string, args ...any) {
	c.list = append(c.list, NewFinding(r, Some(f.Name), fmt.Sprintf(format, args...)))
}

// limitsFindings returns the findings of Limits.
func (a Account) limitsFindings(pools []PoolLimits, o LimitsOptions) []Finding {
	a = a.inPools()
	c := &findings{list: []Finding{}}
	c.settings(a)
	c.poolTargets(pools, o)
	c.longestDurations(pools)
	c.durations(a)
	c.rateless(a, pools)
	c.managed(a)
	c.tenants(a)
	c.durable(a)
	return c.list
}

// loadFindings returns the findings that follow from the settings and the load. A target replaces the share at which
// random arrivals become significant.
func (a Account) loadFindings(rows []FunctionSpill, costs costNotes, random bool, by Sizing) []Finding {
	c := &findings{list: []Finding{}}
	c.settings(a)
	unprovisioned, unreserved := 0, a.Unreserved()
	for i := range a.Functions {
		f, row := &a.Functions[i], &rows[i]
		if f.managed != nil {
			continue
		}
		c.rateBound(unreserved, f, row)
		c.sources(unreserved, f)
		c.idle(f, row, random)
		if random {
			c.fullByChance(f, row, by)
			c.longOnTheMinute(f, row)
			c.queueGrows(f, row, unreserved)
		}
		if !f.RPS.Known() {
			c.function(noRate, f, "no rate given: counted as 0 requests/s")
		}
		if f.Provisioned == 0 {
			unprovisioned++
		}
	}
	if unprovisioned > 0 {
		c.account(nothingProvisioned, "%d of %d functions have no provisioned concurrency, "+
			"so no provisioned ceiling or utilization", unprovisioned, len(a.pooled()))
	}
	c.crowdedOut(a)
	c.missing(a)
	c.managed(a)
	c.tenants(a)
	c.durable(a)
	c.unratedManaged(a)
	c.costs(a, costs)
	return c.list
}

// findings returns the findings that follow from the settings, the load and the targets.
func (p *planner) findings() []Finding {
	c := &findings{list: p.before.loadFindings(p.now, p.costs, p.options.Chance, p.options.Sizing)}
	c.targets(p)
	return c.list
}
