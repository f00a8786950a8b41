package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// Rules of this file.
const (
	deployRoom  rule.ID = "LC012"
	connections rule.ID = "LC013"
)

// deployRules lists the rules of this file that only a check looks for.
func deployRules() []rule.Rule {
	return []rule.Rule{
		{Number: deployRoom, Level: rule.Warning,
			Name:   "room during a deployment",
			Text:   "the provisioned concurrency of the old and the new version together does not fit (--during-deploy)",
			Why:    "While an alias moves to a new version both are provisioned, and the deployment waits or fails.",
			Source: aws.SourceProvisioned},
		{Number: connections, Level: rule.Error,
			Name: "database connections",
			Text: "the environments that functions can have open more connections than the database takes " +
				"(--connections-per-env, --max-connections)",
			Why:    "A burst takes all connections, and every other client of the database fails.",
			Source: aws.SourceDerived},
	}
}

// deploy looks whether the provisioned concurrency of two versions fits while
// an alias moves from one to the other: in the reservation, or above the floor,
// where all functions may be deployed at once.
func (c *checker) deploy() {
	free, held := c.sums.Unreserved-c.account.Floor(), int64(0)
	type pair struct {
		function *Function
		old      int64
	}
	var crowded []pair
	for i := range c.account.Functions {
		f := &c.account.Functions[i]
		old, most := f.Provisioned, f.Reserved.Or(0)/2 // each of the two, where what is there is not known
		if f.Deployment != nil {
			if before, ok := f.Deployment.Current.Get(); ok {
				old, most = before.Provisioned, f.Reserved.Or(0)-before.Provisioned
			}
		}
		if f.Provisioned == 0 || old == 0 {
			continue
		}
		reserved, isReserved := f.Reserved.Get()
		switch both := old + f.Provisioned; {
		case !isReserved && held+old > free:
			crowded = append(crowded, pair{f, old})
			held += old
		case !isReserved:
			held += old
		case both > reserved && f.Provisioned <= reserved:
			c.add(deployRoom, report{function: f, place: f.place("provisioned"),
				message: fmt.Sprintf("while a deployment runs the old version holds %s and the new one %s units, together %s of a reservation of %s",
					quantity.FormatCount(old), quantity.FormatCount(f.Provisioned), quantity.FormatCount(both), quantity.FormatCount(reserved)),
				remedy: fmt.Sprintf("reserve at least %s%s, or provision %s", quantity.FormatCount(both), c.raised(both-reserved), atMost(most))})
		}
	}
	for _, p := range crowded {
		c.add(deployRoom, report{function: p.function, place: p.function.place("provisioned"),
			message: fmt.Sprintf("while a deployment runs the old version holds %s units beside the %s of the new one, and %s can still be set aside",
				quantity.FormatCount(p.old), quantity.FormatCount(p.function.Provisioned), quantity.FormatCount(max(0, free))),
			remedy: fmt.Sprintf("have the quota raised to %s, or provision less", quantity.FormatCount(c.quota(held, 0)))})
	}
}

// connections looks at the connections that all environments together can open.
func (c *checker) connections() {
	per, ok := c.options.ConnectionsPerEnv.Get()
	most, limited := c.options.MaxConnections.Get()
	if !ok || !limited || per <= 0 {
		return
	}
	var environments int64
	var parts []string
	var only *Function
	shared, counted, last, beside := false, 0, 0, int64(0)
	var unsure *Function
	for i := range c.account.Functions {
		f := &c.account.Functions[i]
		if name, ok := c.options.Connecting.Get(); ok && name != f.Name {
			continue
		}
		if f.open() { // it opens some, and nobody knows how many
			unsure = f
			continue
		}
		counted++
		only, last = f, i
		if r, ok := f.Reserved.Get(); ok {
			environments += r
			parts = append(parts, fmt.Sprintf("%s reserved", quantity.FormatCount(r)))
			continue
		}
		shared = true
		beside += f.Provisioned
	}
	if beside > 0 {
		environments += beside
		parts = append(parts, fmt.Sprintf("%s provisioned", quantity.FormatCount(beside)))
	}
	if shared {
		unreserved := max(0, c.sums.Unreserved)
		environments += unreserved
		parts = append(parts, fmt.Sprintf("%s unreserved", quantity.FormatCount(unreserved)))
	}
	if environments <= most/per {
		if unsure != nil {
			c.add(unknownValue, report{function: unsure, place: unsure.place("reserved", "provisioned"),
				message: "the connections are not judged, because the settings are not known", remedy: "make them known"})
		}
		return
	}
	if counted > 1 {
		only = nil
	}
	what := strings.Join(parts, " + ")
	if len(parts) > 3 {
		what = fmt.Sprintf("%d functions", counted)
	}
	r := report{function: only, place: c.largest(),
		message: fmt.Sprintf("%s environments (%s) x %s connections is more than the %s that the database takes",
			quantity.FormatCount(environments), what, quantity.FormatCount(per), quantity.FormatCount(most)),
		remedy: c.fewer(only, last, most/per) + "put a proxy between"}
	if only != nil {
		r.place = only.place("reserved")
	}
	c.add(connections, r)
}

// fewer is what bounds the environments that connect: of the only function, or of
// several where that is nil. Its rate may need more.
func (c *checker) fewer(only *Function, i int, most int64) string {
	const grow = "let the database take more connections, or "
	if most < aws.MinQueueConcurrency || only != nil && c.load.needed(i) > most {
		return grow
	}
	if only == nil {
		return fmt.Sprintf("reserve at most %s in all for the functions that connect, or ", quantity.FormatCount(most))
	}
	remedy := "reserve at most " + quantity.FormatCount(most)
	if only.Provisioned > most {
		remedy = "reserve and provision at most " + quantity.FormatCount(most)
	}
	if only.Deployment != nil && slices.ContainsFunc(only.Deployment.Pollers, func(p Poller) bool { return p.MaximumConcurrency > most }) {
		remedy += ", and lower the SQS maximum concurrency to " + quantity.FormatCount(most)
	}
	if !only.Reserved.Known() {
		remedy += c.raised(most - min(most, only.Provisioned))
	}
	return remedy + ", or "
}
