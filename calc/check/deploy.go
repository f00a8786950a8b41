package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// The rules of this file.
const (
	deployRoom  rule.ID = "LC012"
	connections rule.ID = "LC013"
)

// deployRules lists the rules of this file that only a check has.
func deployRules() []rule.Rule {
	return []rule.Rule{
		{Number: deployRoom, Level: rule.Warning,
			Name: "no room during a deployment",
			Text: "the provisioned concurrency of the old and the new version does not fit at the same time (--during-deploy)",
			Why: "Both versions are provisioned while an alias moves from one to the other, so the deployment waits or " +
				"fails. Leave room for both.",
			Source: aws.SourceProvisioned},
		{Number: connections, Level: rule.Error,
			Name: "too many database connections",
			Text: "all environments together can open more connections than the database accepts " +
				"(--connections-per-env, --max-connections)",
			Why: "A burst uses up all connections, and every other client of the database fails. Limit the function with a " +
				"reservation, or use a connection proxy.",
			Source: aws.SourceDerived},
	}
}

// deploy checks whether the provisioned concurrency of two versions fits while an alias moves from one to the other.
// With a reservation, both must fit in it. Without one, they must fit above the floor, and all functions may be
// deployed at the same time.
func (c *checker) deploy() {
	count := quantity.FormatCount
	free, held := c.left()-c.account.Floor(), int64(0)
	surely := free - c.counted // free even in the worst case
	type pair struct {
		function *Function
		old      int64
	}
	var tight, unsure []pair
	for i := range c.account.Functions {
		f := &c.account.Functions[i]
		old, most := f.Provisioned, f.Reserved.Or(0)/2 // half for each version unless the current state is known
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
		case !isReserved:
			if held += old; held > free {
				tight = append(tight, pair{f, old})
			} else if held > surely {
				unsure = append(unsure, pair{f, old})
			}
		case both > reserved && f.Provisioned <= reserved:
			c.add(deployRoom, report{function: f, place: f.place("provisioned"),
				message: fmt.Sprintf("during a deployment, the old version holds %s units and the new one %s: "+
					"together %s, and the reservation is %s", count(old), count(f.Provisioned), count(both), count(reserved)),
				remedy: fmt.Sprintf("reserve at least %s%s, or provision %s",
					count(both), c.quotaRemedy(both-reserved), atMost(most))})
		}
	}
	short := func(p pair, free int64, level rule.Level, where, remedy string) {
		c.add(deployRoom, report{function: p.function, place: p.function.place("provisioned"), level: level, remedy: remedy,
			message: fmt.Sprintf("during a deployment, the old version holds %s units in addition to the %s of the "+
				"new one, and only %s can still be set aside%s",
				count(p.old), count(p.function.Provisioned), count(max(0, free)), where)})
	}
	for _, p := range tight {
		short(p, free, "", "", request(c.quota(held, 0))+", or provision less")
	}
	for _, p := range unsure {
		short(p, surely, rule.Unknown, " if nothing was set before the change", c.settle())
	}
}

// connections checks how many connections all environments together can open.
func (c *checker) connections() {
	per, ok := c.options.ConnectionsPerEnv.Get()
	most, limited := c.options.MaxConnections.Get()
	if !ok || !limited || per <= 0 {
		return
	}
	count := quantity.FormatCount
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
		if f.unitsUnknown() { // it opens an unknown number of connections
			unsure = f
			continue
		}
		counted++
		only, last = f, i
		if r, ok := f.Reserved.Get(); ok {
			environments += r
			parts = append(parts, fmt.Sprintf("%s reserved", count(r)))
			continue
		}
		shared = true
		beside += f.Provisioned
	}
	if beside > 0 {
		environments += beside
		parts = append(parts, fmt.Sprintf("%s provisioned", count(beside)))
	}
	if shared {
		unreserved := c.sums.Unreserved
		environments += unreserved
		parts = append(parts, fmt.Sprintf("%s unreserved", count(unreserved)))
	}
	if environments <= most/per {
		if unsure != nil {
			c.add(unknownValue, report{function: unsure, place: unsure.place("reserved", "provisioned"),
				message: "its connections cannot be checked, because its settings are not known", remedy: settingsFirst})
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
	r := report{function: only, place: c.largestClaim(), level: c.poolLevel(shared, environments, most/per),
		message: fmt.Sprintf("%s environments (%s) x %s connections is more than the %s that the database accepts",
			count(environments), what, count(per), count(most)),
		remedy: c.connectionRemedy(only, last, most/per) + "use a connection proxy"}
	if only != nil {
		r.place = only.place("reserved")
	}
	if r.level == rule.Unknown {
		r.remedy = c.settle()
	}
	c.add(connections, r)
}

// poolLevel returns the level of a finding about too many environments. It is an error unless it depends on a part of
// the shared pool that may be claimed elsewhere, or on a default quota.
func (c *checker) poolLevel(shared bool, environments, most int64) rule.Level {
	pool := c.sums.Unreserved
	switch {
	case !shared:
	case environments-min(pool, c.counted) <= most:
		return rule.Unknown
	case environments-pool <= most:
		return c.quotaLevel()
	}
	return rule.Error
}

// connectionRemedy says how to limit the environments that connect to the database: those of one function, or of
// several if only is nil. If the function's rate needs more than the database allows, only the database can change.
func (c *checker) connectionRemedy(only *Function, i int, most int64) string {
	const grow = "allow more connections in the database, or "
	if most < aws.MinQueueConcurrency || only != nil && c.load.needed(i) > most {
		return grow
	}
	if only == nil {
		return fmt.Sprintf("reserve at most %s in total for the functions that connect, or ", quantity.FormatCount(most))
	}
	remedy := "reserve at most " + quantity.FormatCount(most)
	if only.Provisioned > most {
		remedy = "reserve and provision at most " + quantity.FormatCount(most)
	}
	over := func(p Poller) bool { return p.MaximumConcurrency.Or(0) > most }
	if only.Deployment != nil && slices.ContainsFunc(only.Deployment.Pollers, over) {
		remedy += ", and lower the SQS maximum concurrency to " + quantity.FormatCount(most)
	}
	if !only.Reserved.Known() {
		remedy += c.quotaRemedy(most - min(most, only.Provisioned))
	}
	return remedy + ", or "
}
