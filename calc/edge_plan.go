package calc

import (
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// A planning is a plan with everything that answers need of it.
type planning struct {
	total    PlanAccount
	plans    []FunctionPlan
	changes  []Change
	regions  []RegionResult
	findings []Finding
	set      ScaleSettings // the settings after all changes
}

// planFor plans an account, Region by Region if it has functions of Lambda@Edge. Each Region has a quota of its own, so
// that a plan may raise several.
func (a Account) planFor(o PlanOptions) planning {
	parts := a.regions()
	if parts == nil {
		return newPlanner(a, o).planning()
	}
	if a.Region == "" {
		o.Cost = nil
	}
	all := planning{plans: make([]FunctionPlan, rowsOf(parts))}
	var found regionFindings
	for i := range parts {
		part := &parts[i]
		x := newPlanner(part.account, o).planning()
		for j, row := range part.rows {
			all.plans[row] = x.plans[j]
			part.mark(&all.plans[row].Now, j)
		}
		for _, c := range x.changes {
			if c.index = part.rows[c.index]; !part.home {
				c.Region = Some(part.account.Region)
			}
			all.changes = append(all.changes, c)
		}
		at := part.result(&x.total.SpillAccount)
		at.RecommendedConcurrency = Some(x.total.RecommendedConcurrency)
		all.regions = append(all.regions, at)
		found.add(i == 0, x.findings)
		if i == 0 {
			all.total, all.set = x.total, x.set
			continue
		}
		all.total.join(&x.total.SpillAccount)
		all.total.NowCost = joinCosts(all.total.NowCost, x.total.NowCost)
		all.total.RecommendedConcurrency = max(all.total.RecommendedConcurrency, x.total.RecommendedConcurrency)
		all.set.Concurrency = max(all.set.Concurrency, x.set.Concurrency)
	}
	all.findings = found.list(a)
	return all
}

// planning returns the plan.
func (p *planner) planning() planning {
	x := planning{total: p.total, plans: p.plans, changes: p.changes(), findings: p.findings()}
	x.set = ScaleSettings{Concurrency: p.account.Concurrency, ReservedTotal: p.planned.reserved()}
	for _, c := range x.changes {
		if c.Setting == SettingAccount {
			x.set.Concurrency = c.To.Or(p.account.Concurrency)
		}
	}
	for i := range p.planned.Functions {
		x.set.ProvisionedTotal += p.planned.Functions[i].Provisioned
	}
	return x
}

var edgeAssumptions = rule.Rule{
	Word: "edge-assumptions", Level: rule.Info,
	Name: "assumptions about Lambda@Edge",
	Text: "a function of Lambda@Edge runs in several Regions, each with a quota of its own",
	Why: "Each Region is taken to handle its share of the requests at all times, so a Region whose peak comes at " +
		"another hour is sized too small. Regions have the quota of the account unless region_concurrency says " +
		"otherwise. What other functions use there is not known. Lambda@Edge has prices of its own, which are not known, " +
		"so its cost is missing.",
	Source: aws.SourceEdgeQuota,
}

// regionFindings collects the findings of several Regions.
type regionFindings struct{ found []Finding }

// add adds the findings of a Region. Those about the account are kept of the first Region alone: the account's own.
func (c *regionFindings) add(first bool, list []Finding) {
	for _, f := range list {
		if first || f.Function.Known() {
			c.found = append(c.found, f)
		}
	}
}

// list returns the findings about an account. What is said alike of a function in several Regions is said once, of the
// function.
func (c *regionFindings) list(a Account) []Finding {
	type said struct {
		id                rule.ID
		message, function string
	}
	key := func(f Finding) said {
		function, _, _ := strings.Cut(f.Function.Or(""), edgeMark)
		return said{f.ID, f.Message, function}
	}
	times := map[said]int{}
	for _, f := range c.found {
		times[key(f)]++
	}
	list := []Finding{}
	for _, f := range c.found {
		k := key(f)
		switch n := times[k]; {
		case n == 0:
			continue
		case n > 1 && f.Function.Known():
			f.Function = Some(k.function)
		}
		times[k] = 0
		list = append(list, f)
	}
	return append(list, NewFinding(edgeAssumptions, Optional[string]{}, "Lambda@Edge: "+a.describeQuota()+
		"; each handles its share of the requests at all times"))
}
