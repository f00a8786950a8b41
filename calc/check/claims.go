package check

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/advice"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// overUnreserved is the rule of this file that only a check has.
const overUnreserved rule.ID = "LC003"

// claimRules lists the rules of this file that only a check has.
func claimRules() []rule.Rule {
	return []rule.Rule{
		{Number: overUnreserved, Level: rule.Error,
			Name:   "more provisioned than unreserved",
			Text:   "a function without a reservation has more provisioned concurrency than the account has unreserved",
			Why:    "AWS rejects the change, and the stack rolls back. Provision less, or request a higher quota.",
			AWS:    fmt.Sprintf(aws.OverUnreservedMessage, aws.OrdinaryFloor),
			Source: aws.SourceConcurrency},
	}
}

// A grant is AWS's answer to the claims of an account. Existing claims stay, and units that are given back become free.
// AWS refuses something if the additional claims do not fit into the free units above the floor. Which claim it refuses
// depends on the order of the deployment.
type grant struct {
	more  []int64 // additional units that each function claims
	had   []int64 // units that each function is assumed to have already, beyond what files say
	over  []int   // functions that claim more than is free, whatever the order
	free  int64   // free units before any additional claim
	asked int64   // units of all additional claims, except those in over
}

// grant returns AWS's answer to the claims if counted of the units claimed elsewhere are in fact claims that the
// account's functions already have.
func (c *checker) grant(counted int64) grant {
	a := c.account
	g := grant{free: a.Concurrency - a.ClaimedElsewhere + counted, more: make([]int64, len(a.Functions)),
		had: make([]int64, len(a.Functions))}
	for i := range a.Functions {
		f := &a.Functions[i]
		before, claim := f.claimedBefore(), f.Claim().Units()
		had := min(f.undetermined(), counted)
		counted -= had
		before += had
		g.had[i] = had
		g.more[i] = max(0, claim-before)
		g.free -= min(claim, before)
	}
	for i, more := range g.more {
		if !a.Functions[i].Reserved.Known() && more > max(0, g.free) {
			g.over = append(g.over, i)
		} else {
			g.asked += more
		}
	}
	return g
}

// short returns how many units the claims lack, apart from those that claim more than is free; 0 if they fit.
func (g grant) short(floor int64) int64 {
	if g.asked == 0 {
		return 0
	}
	return max(0, g.asked-(g.free-floor))
}

// refused reports whether AWS refuses any claim.
func (g grant) refused(floor int64) bool { return len(g.over) > 0 || g.short(floor) > 0 }

// granted checks whether AWS grants what the functions claim. The units that they already have may be among those
// claimed elsewhere. In the best case all of them are, in the worst case none, see Account.counted.
func (c *checker) granted() {
	c.loadQuota = c.quotaOfLoads()
	floor := c.account.Floor()
	best, worst := c.grant(c.counted), c.grant(0)
	switch {
	case best.refused(floor):
		c.refused(best)
	case worst.refused(floor):
		c.undetermined()
	default:
		short := floor - c.left()
		if claimed := c.sums.ReservedTotal + c.sums.ProvisionedUnreservedTotal; claimed > 0 && short > 0 {
			c.add(rule.BelowFloor.Number, report{place: c.largestClaim(), level: rule.Warning,
				message: c.sum(c.sums.ClaimedElsewhere) + ", so nothing more can be reserved or provisioned",
				remedy:  fmt.Sprintf("set %s less aside, or %s", quantity.FormatCount(short), request(c.quota(0, 0)))})
		}
	}
}

// refused reports claims that AWS refuses.
func (c *checker) refused(g grant) {
	floor, level := c.account.Floor(), c.quotaLevel()
	left := max(0, g.free-floor-g.asked) // units that remain after the claims that fit
	for _, i := range g.over {
		f := &c.account.Functions[i]
		r := report{function: f, place: f.place("provisioned"), level: level,
			aws:     fmt.Sprintf(aws.OverUnreservedMessage, max(0, g.free)),
			message: fmt.Sprintf("provisions %s units: %s", quantity.FormatCount(f.Provisioned), c.sum(c.sums.ClaimedElsewhere)),
			remedy:  request(c.quota(0, 0))}
		if most := f.claimedBefore() + left; c.canLower(i, most) {
			r.remedy = fmt.Sprintf("provision %s, or %s", atMost(most), r.remedy)
			left = 0
		} else {
			r.remedy += "; provisioning less would throttle its requests"
		}
		c.add(overUnreserved, r)
	}
	if short := g.short(floor); short > 0 {
		at, quote := c.refusedAt(g)
		c.add(rule.BelowFloor.Number, report{place: at, level: level, aws: quote,
			message: c.sum(c.sums.ClaimedElsewhere) + c.shares(),
			remedy:  c.lessOrQuota(g, short)})
	}
}

// refusedAt returns the place of the setting that AWS refuses if it applies them in the order of the files, and what it
// says about that one. That is the setting with which the sum passes what AWS grants. What the functions are assumed to
// have already is part of the sum, so that the place does not depend on who has it.
func (c *checker) refusedAt(g grant) (place Place, quote string) {
	floor, free := c.account.Floor(), g.free
	var asking []claimed
	files := map[string]int{} // in their order
	for i, more := range g.more {
		if more += g.had[i]; more > 0 && !slices.Contains(g.over, i) {
			x := claimed{&c.account.Functions[i], more}
			asking = append(asking, x)
			free += g.had[i]
			if file := x.place().File; files[file] == 0 {
				files[file] = len(files) + 1
			}
		}
	}
	slices.SortStableFunc(asking, func(x, y claimed) int {
		a, b := x.place(), y.place()
		return cmp.Or(cmp.Compare(files[a.File], files[b.File]), cmp.Compare(a.Line, b.Line))
	})
	at := slices.IndexFunc(asking, func(x claimed) bool {
		free -= x.units
		return free < floor
	})
	refused := asking[at] // there is one, because the sum is too large
	switch {
	case refused.f.Reserved.Known():
		quote = fmt.Sprintf(aws.FloorReservedMessage, floor)
	case free < 0:
		quote = fmt.Sprintf(aws.OverUnreservedMessage, max(0, free+refused.units))
	default:
		quote = fmt.Sprintf(aws.FloorProvisionedMessage, floor)
	}
	return refused.place(), quote
}

// shares lists the claims of the named functions, in parentheses.
func (c *checker) shares() string {
	list := slices.DeleteFunc(c.account.claims(claimedUnits), func(x claimed) bool { return x.f.Unnamed })
	if len(list) == 0 {
		return ""
	}
	return " (" + listed(list, claimed.String) + ")"
}

// undetermined reports claims that AWS grants only if the functions already have them.
func (c *checker) undetermined() {
	open := c.account.claims(undetermined)
	c.add(rule.BelowFloor.Number, report{place: open[0].place(), level: rule.Unknown,
		message: fmt.Sprintf("it is not known what was set before this change (%s); if nothing was, %s",
			listed(open, claimed.String), c.sum(c.account.ClaimedElsewhere)),
		remedy: c.settle()})
}

// settle returns the remedy that determines what functions had before the change: the answers of the commands in
// Result.LookUps.
func (c *checker) settle() string {
	if c.lookUps == nil { // build it once, since it is the same for every finding
		for _, x := range c.account.claims(undetermined) {
			d := cmp.Or(x.f.Deployment, &Deployment{})
			provisioned := !x.f.Reserved.Known() && !d.Current.Known()
			name := x.f.Name
			if x.f.Unnamed {
				name = advice.Placeholder
			}
			commands := advice.LookUps(c.account.Region, name, d.LogicalID, provisioned)
			c.lookUps = append(c.lookUps, commands...)
			c.lookUpProvisioned = c.lookUpProvisioned || provisioned
		}
	}
	what := "aws lambda get-function"
	if c.lookUpProvisioned {
		what += " and list-provisioned-concurrency-configs"
	}
	return "add the answers of " + what + " for these functions as files"
}

// claimed is a part of a function's claim.
type claimed struct {
	f     *Function
	units int64
}

func (x claimed) String() string {
	if x.f.Unnamed {
		return quantity.FormatCountOf(int(x.units), "unit")
	}
	return x.f.Name + " " + quantity.FormatCount(x.units)
}

func (x claimed) place() Place { return x.f.place("reserved", "provisioned") }

func claimedUnits(_ int, f *Function) int64 { return f.Claim().Units() }

func undetermined(_ int, f *Function) int64 { return f.undetermined() }

func (g grant) ask(i int, _ *Function) int64 { return g.more[i] }

// claims lists the functions for which a part of their claim is not 0, largest part first.
func (a Account) claims(part func(i int, f *Function) int64) (list []claimed) {
	for i := range a.Functions {
		f := &a.Functions[i]
		if n := part(i, f); n > 0 {
			list = append(list, claimed{f, n})
		}
	}
	slices.SortStableFunc(list, func(x, y claimed) int {
		return cmp.Or(cmp.Compare(y.units, x.units), cmp.Compare(x.f.Name, y.f.Name))
	})
	return list
}

// shownClaims is the maximum number of claims in a message.
const shownClaims = 5

// listed formats the first claims of a list, and says how many more there are.
func listed(list []claimed, text func(claimed) string) string {
	var parts []string
	for _, x := range list[:min(len(list), shownClaims)] {
		parts = append(parts, text(x))
	}
	if more := len(list) - shownClaims; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, ", ")
}

// request returns the remedy of requesting a higher quota.
func request(quota int64) string { return "request a quota of " + quantity.FormatCount(quota) }

// quotaLevel returns the level of a finding that follows from the quota. If the quota is only the default, it is a
// warning.
func (c *checker) quotaLevel() rule.Level {
	if c.account.DefaultQuota {
		return rule.Warning
	}
	return rule.Error
}

// lessOrQuota returns the remedy for missing units. It does not recommend setting less aside if the load needs the
// claimed units.
func (c *checker) lessOrQuota(g grant, short int64) string {
	remedy := request(c.quota(0, 0))
	if c.spare(g) < short {
		return remedy + "; setting less aside would throttle requests"
	}
	of, asking := "", c.account.claims(g.ask)
	if len(asking) < len(c.account.claims(claimedUnits)) { // functions that already have their claim keep it
		of = " for " + listed(asking, func(x claimed) string { return x.f.Name })
	}
	return fmt.Sprintf("set %s less aside%s, or %s", quantity.FormatCount(short), of, remedy)
}

// spare returns how many of the additional units the functions do not need.
func (c *checker) spare(g grant) (units int64) {
	var provisioned, needed int64 // of functions without a reservation
	for i, more := range g.more {
		f := &c.account.Functions[i]
		if reserved, ok := f.Reserved.Get(); ok {
			units += min(more, max(0, reserved-c.neededWithin(i)))
		} else {
			provisioned += more
			needed += min(more, c.load.needed(i))
		}
	}
	return units + min(provisioned, max(0, c.left()+provisioned-needed-c.poolNeed()))
}

// neededWithin returns the units that a function needs, in its reservation or in the shared pool. Needs that exceed
// what its settings allow are left out.
func (c *checker) neededWithin(i int) int64 {
	f := &c.account.Functions[i]
	within := f.Claim().Units()
	if !f.Reserved.Known() {
		within += c.left()
	}
	needed := int64(0)
	if n := c.load.needed(i); n <= within { // otherwise there is another finding about it
		needed = n
	}
	if f.Deployment != nil && f.Reserved.Known() {
		for _, p := range f.Deployment.Pollers {
			if most := p.MaximumConcurrency.Or(0); most <= within {
				needed = max(needed, most)
			}
		}
	}
	return needed
}

// canLower reports whether a function without a reservation still has the units that it needs if its provisioned
// concurrency is lowered to most units.
func (c *checker) canLower(i int, most int64) bool {
	needed := c.neededWithin(i)
	if most == 0 {
		needed = c.load.needed(i)
	}
	return needed == 0 || needed+c.poolNeed() <= c.left()+c.account.Functions[i].Provisioned
}

// quota returns the smallest quota with which AWS grants all claims plus more units, and that leaves the given number
// of units unreserved. It is at least the quota that the loads of all functions require, since an account has only one
// quota to request.
func (c *checker) quota(more, unreserved int64) int64 {
	return max(c.quotaFor(more, unreserved), c.loadQuota)
}

// quotaFor is quota without the loads. Without a given floor it uses aws.OrdinaryFloor: the smaller floor of a small
// quota would grow with the quota.
func (c *checker) quotaFor(more, unreserved int64) int64 {
	claimed := c.account.Concurrency - c.left() + more
	if claimed > 0 {
		unreserved = max(unreserved, c.account.UnreservedFloor.Or(aws.OrdinaryFloor))
	}
	return claimed + unreserved
}

// sum describes the account's arithmetic in words. elsewhere is the number of units claimed by functions that are not
// listed.
func (c *checker) sum(elsewhere int64) string {
	var parts []string
	if c.sums.ReservedTotal > 0 || c.sums.ProvisionedUnreservedTotal == 0 {
		parts = append(parts, quantity.FormatCount(c.sums.ReservedTotal)+" reserved")
	}
	if c.sums.ProvisionedUnreservedTotal > 0 {
		parts = append(parts, quantity.FormatCount(c.sums.ProvisionedUnreservedTotal)+" provisioned without a reservation")
	}
	if elsewhere > 0 {
		claims := " reserved by functions not in these files (what those provision is not known)"
		if c.account.MostCounted.Known() { // a given number counts reserved and provisioned units
			claims = " reserved or provisioned by other functions"
		}
		parts = append(parts, quantity.FormatCount(elsewhere)+claims)
	}
	quota := quantity.FormatCount(c.account.Concurrency)
	if c.account.DefaultQuota {
		quota += " (the default quota)"
	}
	sum, keeps := strings.Join(parts, " + "), quantity.FormatCount(c.account.Floor())
	left := c.left() + c.sums.ClaimedElsewhere - elsewhere
	if left < 0 {
		return fmt.Sprintf("%s is %s more than the quota of %s, and AWS keeps %s unreserved",
			sum, quantity.FormatCount(-left), quota, keeps)
	}
	return fmt.Sprintf("%s leaves %s of %s unreserved; AWS requires %s", sum, quantity.FormatCount(left), quota, keeps)
}

// left returns the units that the claims leave unreserved; negative if they exceed the quota.
func (c *checker) left() int64 { return c.sums.Unreserved - c.sums.Overclaimed }

// largestClaim returns the position of the function with the largest claim.
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
	return claimed{f: most}.place()
}
