package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// overUnreserved is the rule of this file that only a check looks for.
const overUnreserved rule.ID = "LC003"

// claimRules lists the rules of this file that only a check looks for.
func claimRules() []rule.Rule {
	return []rule.Rule{
		{Number: overUnreserved, Level: rule.Error,
			Name:   "provisioned over unreserved",
			Text:   "provisioned concurrency of a function without a reservation is more than the account has unreserved",
			Why:    "AWS refuses the change, and the stack rolls back.",
			AWS:    fmt.Sprintf(aws.OverUnreservedMessage, aws.OrdinaryFloor),
			Source: aws.SourceConcurrency},
	}
}

// claims checks whether AWS grants what the functions claim from the account. Existing claims stay, and units that are
// given back become free. The other claims are granted in the order of the files, as far as the free units go. A claim
// that AWS refuses takes nothing from the others.
func (c *checker) claims() {
	a := c.account
	free := a.Concurrency - a.ClaimedElsewhere
	var asking, refused []int
	claimed := false
	for i := range a.Functions {
		f := &a.Functions[i]
		claimed = claimed || f.Claim().Units() > 0
		if before := f.claimedBefore(); f.Claim().Units() > before {
			free -= before
			asking = append(asking, i)
		} else {
			free -= f.Claim().Units()
		}
	}
	for _, i := range asking {
		f := &a.Functions[i]
		if more := f.Claim().Units() - f.claimedBefore(); more <= free-a.Floor() {
			free -= more
		} else {
			refused = append(refused, i)
		}
	}
	c.findings = slices.Grow(c.findings, len(refused))
	for _, i := range refused { // the units that are free may go to one of them
		free -= c.refused(i, free)
	}
	if short := a.Floor() - c.sums.Unreserved; len(refused) == 0 && claimed && short > 0 {
		c.add(rule.BelowFloor.Number, report{place: c.largestClaim(), aws: fmt.Sprintf(aws.FloorReservedMessage, a.Floor()),
			message: c.sum() + ", so nothing more can be reserved or provisioned",
			remedy: fmt.Sprintf("set %s less aside, or have the quota raised to %s",
				quantity.FormatCount(short), quantity.FormatCount(c.quota(0, 0)))})
	}
}

// refused reports a claim that AWS does not grant, after all other claims that fit have been granted and free units
// are left. It returns how many of those the remedy takes.
func (c *checker) refused(i int, free int64) (taken int64) {
	f, floor := &c.account.Functions[i], c.account.Floor()
	claim, before := f.Claim(), f.claimedBefore()
	taken = max(0, free-floor)
	most := before + taken
	r := report{function: f, place: f.place("reserved"), aws: fmt.Sprintf(aws.FloorReservedMessage, floor)}
	id, verb := rule.BelowFloor.Number, "reserve"
	if !claim.Reserved.Known() {
		r.place, r.aws, verb = f.place("provisioned"), fmt.Sprintf(aws.FloorProvisionedMessage, floor), "provision"
		if claim.Units()-before > free {
			id, r.aws = overUnreserved, fmt.Sprintf(aws.OverUnreservedMessage, max(0, free))
		}
	}
	r.message = fmt.Sprintf("%ss %s units: %s", verb, quantity.FormatCount(claim.Units()), c.sum())
	r.remedy = "have the quota raised to " + quantity.FormatCount(c.quota(0, 0))
	switch less := claim.Reserved.Known() && f.Provisioned > most; {
	case !c.canLower(i, most):
		r.remedy += " (with less set aside, its requests are throttled)"
		taken = 0
	case most == 0 && less:
		r.remedy = "neither reserve nor provision anything, or " + r.remedy
	case most == 0:
		r.remedy = fmt.Sprintf("%s nothing, or %s", verb, r.remedy)
	case less:
		r.remedy = fmt.Sprintf("reserve and provision at most %s, or %s", quantity.FormatCount(most), r.remedy)
	default:
		r.remedy = fmt.Sprintf("%s at most %s, or %s", verb, quantity.FormatCount(most), r.remedy)
	}
	c.add(id, r)
	return taken
}

// canLower reports whether a function whose claim is lowered to most units still has the units that it needs, as far
// as it has them now: in its reservation, or in the shared pool.
func (c *checker) canLower(i int, most int64) bool {
	f := &c.account.Functions[i]
	now := f.Claim().Units()
	within := now
	if !f.Reserved.Known() {
		within += c.sums.Unreserved
	}
	needed := int64(0)
	if n := c.load.needed(i); n <= within || most == 0 { // otherwise that is a finding of its own
		needed = n
	}
	if f.Deployment != nil && f.Reserved.Known() {
		for _, p := range f.Deployment.Pollers {
			if most := p.MaximumConcurrency.Or(0); most <= now {
				needed = max(needed, most)
			}
		}
	}
	if f.Reserved.Known() && most > 0 || needed == 0 {
		return needed <= most
	}
	return needed+c.poolNeed() <= c.sums.Unreserved+now
}

// quota returns the smallest quota with which AWS grants all claims and a number of further units, and which leaves a
// number of units unreserved. A small quota has a small floor, which grows with it.
func (c *checker) quota(more, unreserved int64) int64 {
	claimed := c.account.Concurrency - c.sums.Unreserved + more
	if claimed > 0 {
		unreserved = max(unreserved, c.account.UnreservedFloor.Or(aws.OrdinaryFloor))
	}
	return claimed + unreserved
}

// sum describes the account's arithmetic in words.
func (c *checker) sum() string {
	if c.arithmetic == "" { // computed once, since it is the same for every refused claim
		c.arithmetic = c.newSum()
	}
	return c.arithmetic
}

func (c *checker) newSum() string {
	parts := []string{quantity.FormatCount(c.sums.ReservedTotal) + " reserved"}
	if c.sums.ProvisionedUnreservedTotal > 0 {
		parts = append(parts, quantity.FormatCount(c.sums.ProvisionedUnreservedTotal)+" provisioned without a reservation")
	}
	if c.sums.ClaimedElsewhere > 0 {
		parts = append(parts, quantity.FormatCount(c.sums.ClaimedElsewhere)+" claimed by functions that are not listed")
	}
	quota := quantity.FormatCount(c.sums.Concurrency)
	if !c.account.Places.Of("concurrency").Known() && !c.options.QuotaGiven {
		quota += " (the default quota)"
	}
	return fmt.Sprintf("%s leave %s of %s unreserved, where AWS keeps %s", strings.Join(parts, " + "),
		quantity.FormatCount(c.sums.Unreserved), quota, quantity.FormatCount(c.account.Floor()))
}

// largestClaim returns the position of the function that claims the most.
func (c *checker) largestClaim() Place {
	var most *Function
	for i := range c.account.Functions {
		if f := &c.account.Functions[i]; most == nil || f.Claim().Units() > most.Claim().Units() {
			most = f
		}
	}
	if most == nil {
		return c.account.Places.Of("concurrency")
	}
	return most.place("reserved", "provisioned")
}
