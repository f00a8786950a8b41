package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
)

// claims looks whether AWS grants what the functions claim of the account. What
// is claimed already stays, what is given back is free, and the rest is granted
// in the order of the files, as far as it goes: what AWS refuses takes nothing
// from the others.
func (c *checker) claims() {
	a := c.account
	free := a.Concurrency - a.ClaimedElsewhere
	var asking, refused []int
	claimed := false
	for i := range a.Functions {
		f := &a.Functions[i]
		claimed = claimed || f.Claim().Units() > 0
		if before := claimedBefore(f); f.Claim().Units() > before {
			free -= before
			asking = append(asking, i)
		} else {
			free -= f.Claim().Units()
		}
	}
	for _, i := range asking {
		f := &a.Functions[i]
		if more := f.Claim().Units() - claimedBefore(f); more <= free-a.Floor() {
			free -= more
		} else {
			refused = append(refused, i)
		}
	}
	c.findings = slices.Grow(c.findings, len(refused))
	for _, i := range refused { // what is free may go to one of them
		free -= c.refused(i, free)
	}
	if short := a.Floor() - c.sums.Unreserved; len(refused) == 0 && claimed && short > 0 {
		c.add(Floor, report{place: c.largest(), aws: fmt.Sprintf(awsFloorReserved, a.Floor()),
			message: c.sum() + ", so nothing more can be reserved or provisioned",
			remedy:  fmt.Sprintf("set %s less aside, or have the quota raised to %s", calc.FormatCount(short), calc.FormatCount(c.quota(0, 0)))})
	}
}

func claimedBefore(f *calc.Function) int64 {
	if f.Deployment == nil {
		return 0
	}
	return f.Deployment.Current.Or(calc.Claim{}).Units()
}

// refused reports the claim of a function that AWS does not grant, where all
// others are granted that fit and leave so many units free. It returns what the
// remedy takes of them.
func (c *checker) refused(i int, free int64) (taken int64) {
	f, floor := &c.account.Functions[i], c.account.Floor()
	claim, before := f.Claim(), claimedBefore(f)
	taken = max(0, free-floor)
	most := before + taken
	r := report{function: f, place: c.place(f, calc.FieldReserved), aws: fmt.Sprintf(awsFloorReserved, floor)}
	id, verb := Floor, "reserve"
	if !claim.Reserved.Known() {
		r.place, r.aws, verb = c.place(f, calc.FieldProvisioned), fmt.Sprintf(awsFloorProvisioned, floor), "provision"
		if claim.Units()-before > free {
			id, r.aws = OverUnreserved, fmt.Sprintf(awsOverUnreserved, max(0, free))
		}
	}
	r.message = fmt.Sprintf("%ss %s units: %s", verb, calc.FormatCount(claim.Units()), c.sum())
	r.remedy = "have the quota raised to " + calc.FormatCount(c.quota(0, 0))
	switch less := claim.Reserved.Known() && f.Provisioned > most; {
	case !c.lowered(i, most):
		r.remedy += " (with less set aside, its requests are throttled)"
		taken = 0
	case most == 0 && less:
		r.remedy = "neither reserve nor provision anything, or " + r.remedy
	case most == 0:
		r.remedy = fmt.Sprintf("%s nothing, or %s", verb, r.remedy)
	case less:
		r.remedy = fmt.Sprintf("reserve and provision at most %s, or %s", calc.FormatCount(most), r.remedy)
	default:
		r.remedy = fmt.Sprintf("%s at most %s, or %s", verb, calc.FormatCount(most), r.remedy)
	}
	c.add(id, r)
	return taken
}

// lowered tells whether a function whose claim is lowered still has the units
// that it needs, as far as it has them now: in its reservation, or of those that
// are shared.
func (c *checker) lowered(i int, most int64) bool {
	f := &c.account.Functions[i]
	now := f.Claim().Units()
	within := now
	if !f.Reserved.Known() {
		within += c.sums.Unreserved
	}
	needed := int64(0)
	if n := c.load.needed(i); n <= within || most == 0 { // else that is a finding of its own
		needed = n
	}
	if f.Deployment != nil && f.Reserved.Known() {
		for _, p := range f.Deployment.Pollers {
			if p.MaximumConcurrency <= now {
				needed = max(needed, p.MaximumConcurrency)
			}
		}
	}
	if f.Reserved.Known() && most > 0 || needed == 0 {
		return needed <= most
	}
	return needed+c.poolNeed() <= c.sums.Unreserved+now
}

// quota is the least with which AWS grants all claims and some units more, and
// leaves so many unreserved. A small quota has a small floor, which grows with it.
func (c *checker) quota(more, unreserved int64) int64 {
	claimed := c.account.Concurrency - c.sums.Unreserved + more
	if claimed > 0 {
		unreserved = max(unreserved, c.account.UnreservedFloor.Or(calc.OrdinaryFloor))
	}
	return claimed + unreserved
}

// sum is the arithmetic of the account in words.
func (c *checker) sum() string {
	if c.arithmetic == "" { // it is the same for every claim that is refused
		c.arithmetic = c.newSum()
	}
	return c.arithmetic
}

func (c *checker) newSum() string {
	parts := []string{calc.FormatCount(c.sums.ReservedTotal) + " reserved"}
	if c.sums.ProvisionedUnreservedTotal > 0 {
		parts = append(parts, calc.FormatCount(c.sums.ProvisionedUnreservedTotal)+" provisioned without a reservation")
	}
	if c.sums.ClaimedElsewhere > 0 {
		parts = append(parts, calc.FormatCount(c.sums.ClaimedElsewhere)+" claimed by functions that are not listed")
	}
	quota := calc.FormatCount(c.sums.Concurrency)
	if !c.account.Origins.Of(calc.FieldConcurrency).Known() && !c.options.QuotaGiven {
		quota += " (the default quota)"
	}
	return fmt.Sprintf("%s leave %s of %s unreserved, where AWS keeps %s", strings.Join(parts, " + "),
		calc.FormatCount(c.sums.Unreserved), quota, calc.FormatCount(c.account.Floor()))
}

// largest is where the function stands that claims most.
func (c *checker) largest() calc.Place {
	var most *calc.Function
	for i := range c.account.Functions {
		if f := &c.account.Functions[i]; most == nil || f.Claim().Units() > most.Claim().Units() {
			most = f
		}
	}
	if most == nil {
		return c.account.Origins.Of(calc.FieldConcurrency)
	}
	return c.place(most, calc.FieldReserved, calc.FieldProvisioned)
}

// settings looks at the settings of one function.
func (c *checker) settings(f *calc.Function) {
	reserved, isReserved := f.Reserved.Get()
	switch {
	case isReserved && f.Provisioned > reserved:
		c.add(OverReserved, report{function: f, place: c.place(f, calc.FieldProvisioned, calc.FieldReserved), aws: awsOverReserved,
			message: fmt.Sprintf("provisions %s units%s of a reservation of %s", calc.FormatCount(f.Provisioned), allocated(f), calc.FormatCount(reserved)),
			remedy:  fmt.Sprintf("provision %s, or reserve at least %s%s", atMost(reserved), calc.FormatCount(f.Provisioned), c.raised(f.Provisioned-reserved))})
	case isReserved && f.Provisioned == reserved && reserved > 0:
		c.add(NoOnDemandRoom, report{function: f, place: c.place(f, calc.FieldProvisioned, calc.FieldReserved),
			message: fmt.Sprintf("provisions all of its reservation of %s: nothing is left for on-demand, and $LATEST is throttled", calc.FormatCount(reserved)),
			remedy:  "reserve more than is provisioned" + c.raised(1) + ", or provision less"})
	}
	if isReserved && reserved == 0 {
		c.add(SwitchedOff, report{function: f, place: c.place(f, calc.FieldReserved),
			message: "reserved concurrency 0 switches the function off: every request is refused, every event dropped",
			remedy:  "leave the setting out, or accept it with a reason (lambdacap explain " + string(SwitchedOff) + ")"})
	}
	d := f.Deployment
	if d == nil {
		return
	}
	for _, r := range d.Refused {
		if r.Field == calc.FieldReserved {
			c.add(NoReservation, report{function: f, place: r.Place,
				message: fmt.Sprintf("reserved concurrency %q is no whole number of 0 or more", r.Text), remedy: "give a whole number, or leave it out"})
		} else {
			c.belowOne(f, r.Text, r.Place)
		}
	}
	c.allocations(f, d)
	c.targets(f, d)
	c.repeated(f, d)
	for _, p := range d.Pollers {
		c.poller(f, p)
	}
}

// repeated looks for a version or alias that is set twice: it can have one
// setting, and the later one counts.
func (c *checker) repeated(f *calc.Function, d *calc.Deployment) {
	last := make(map[string]calc.Allocation, len(d.Allocations))
	for _, a := range d.Allocations {
		before, twice := last[a.Qualifier]
		if last[a.Qualifier] = a; twice && a.Units != before.Units {
			c.add(FilesDiffer, report{function: f, place: a.Place, remedy: "keep one of them",
				message: fmt.Sprintf("provisioned concurrency of %s is set twice: %s here and %s in %s", a.Qualifier, unitsOf(a), unitsOf(before), before.Place)})
		}
	}
}

func unitsOf(a calc.Allocation) string {
	if n, ok := a.Units.Get(); ok {
		return calc.FormatCount(n)
	}
	return "unknown"
}

// allocated lists the parts of a sum of provisioned concurrency.
func allocated(f *calc.Function) string {
	d := f.Deployment
	if d == nil || len(d.Allocations)+len(d.Targets) < 2 {
		return ""
	}
	var parts []string
	for _, a := range d.Provided() {
		name := a.Qualifier
		if a.Version {
			name = described(a.Qualifier)
		}
		parts = append(parts, strings.TrimSpace(name+" "+unitsOf(a)))
	}
	if len(parts) < 2 || len(parts) > shownParts {
		return ""
	}
	return " (" + strings.Join(parts, " + ") + ")"
}

// atMost bounds a setting that may not be 0.
func atMost(units int64) string {
	if units < 1 {
		return "nothing"
	}
	return "at most " + calc.FormatCount(units)
}

// shownParts is how many terms of a sum a message shows.
const shownParts = 6

func (c *checker) belowOne(f *calc.Function, value string, place calc.Place) {
	c.add(BelowOne, report{function: f, place: place, aws: fmt.Sprintf(awsBelowOne, value),
		message: fmt.Sprintf("provisioned concurrency %q is no whole number of 1 or more", value), remedy: "give 1 or more, or leave the setting out for none"})
}

// allocations looks at where provisioned concurrency is set.
func (c *checker) allocations(f *calc.Function, d *calc.Deployment) {
	versions, aliased, open := map[string]string{}, map[string]bool{}, false // by alias; with one; not all known
	for _, a := range d.Aliases {
		open = open || a.Version == ""
		if versions[a.Name] == "" {
			versions[a.Name] = a.Version
		}
		aliased[a.Version] = true
	}
	if place, ok := d.Unaliased.Get(); ok {
		c.add(Unaliased, report{function: f, place: place, aws: awsUnaliased,
			message: "has ProvisionedConcurrencyConfig without AutoPublishAlias", remedy: "add AutoPublishAlias: live"})
	}
	on := func(qualifier string, isVersion bool, place calc.Place) {
		if qualifier == calc.Latest || versions[qualifier] == calc.Latest {
			c.add(OnLatest, report{function: f, place: place, aws: awsOnLatest,
				message: fmt.Sprintf("provisioned concurrency is set on %s, which is not published", through(qualifier)),
				remedy:  "publish a version, and set it on an alias of that"})
		} else if isVersion && !aliased[qualifier] && !open && !d.Adrift {
			c.add(Orphaned, report{function: f, place: place,
				message: fmt.Sprintf("provisioned concurrency is set on %s, which no alias in these files names: it is paid for, and callers of an alias do not reach it", described(qualifier)),
				remedy:  "set it on an alias, or delete it"})
		}
	}
	first := calc.Optional[calc.Place]{}
	holders := map[string]calc.Allocation{} // by version
	fixed := d.Fixed()
	for _, a := range d.Provided() {
		if a.Possible {
			continue
		}
		if units, ok := a.Units.Get(); ok && units < 1 {
			if fixed[a.Qualifier] { // a target may go down to 0
				c.belowOne(f, fmt.Sprint(units), a.Place)
			}
			continue
		}
		on(a.Qualifier, a.Version, a.Place)
		version := a.Qualifier
		if !a.Version {
			version = versions[a.Qualifier]
		}
		// A version that is there already may be from before SnapStart.
		if old := a.Observed && version != "" && strings.Trim(version, "0123456789") == ""; !first.Known() && !old {
			first = calc.Some(a.Place)
		}
		if holder, ok := holders[version]; !ok {
			holders[version] = a
		} else if version != "" && version != calc.Latest && holder.Qualifier != a.Qualifier {
			c.taken(f, holder, a)
		}
	}
	if _, snap := d.SnapStart.Get(); snap && first.Known() {
		c.add(WithSnapStart, report{function: f, place: first.Or(calc.Place{}),
			message: fmt.Sprintf("has provisioned concurrency and SnapStart (%s)", d.SnapStart.Or(calc.Place{})),
			remedy:  "keep one of them"})
	}
}

// through names the version that is not published, and the alias that leads
// there.
func through(qualifier string) string {
	if qualifier == calc.Latest {
		return calc.Latest
	}
	return fmt.Sprintf("the alias %s of %s", qualifier, calc.Latest)
}

// described names a version.
func described(qualifier string) string {
	if strings.Trim(qualifier, "0123456789") == "" {
		return "version " + qualifier
	}
	return "the " + qualifier
}

// taken reports two allocations of the same version. AWS refuses the second one.
func (c *checker) taken(f *calc.Function, first, second calc.Allocation) {
	aws, what := awsAliasTaken, "the alias "+second.Qualifier
	if second.Version {
		aws, what = awsVersionTaken, described(second.Qualifier)
	}
	other := "the alias " + first.Qualifier + " of the same version"
	if first.Version {
		other = "the version that it names"
	}
	c.add(VersionTaken, report{function: f, place: second.Place, aws: aws,
		message: fmt.Sprintf("provisioned concurrency is set on %s and on %s (%s)", what, other, first.Place),
		remedy:  "keep one of the two, best that of the alias"})
}

// targets looks at what Application Auto Scaling may set.
func (c *checker) targets(f *calc.Function, d *calc.Deployment) {
	fixed, bases := map[string]calc.Optional[int64]{}, map[string]calc.ScalableTarget{}
	for _, a := range d.Allocations {
		if !a.Observed && !a.Possible {
			fixed[a.Qualifier] = a.Units
		}
	}
	for _, t := range d.Targets {
		if !t.Scheduled {
			bases[t.Qualifier] = t
		}
	}
	for _, t := range d.Targets {
		least, most := t.Min, t.Max
		what := "the scalable target"
		if t.Scheduled { // an action leaves what it does not name
			what = "a scheduled action"
			least, most = least.Else(bases[t.Qualifier].Min), most.Else(bases[t.Qualifier].Max)
		}
		switch {
		case least.Or(0) < 0 || most.Or(0) < 0:
			c.add(MinOverMax, report{function: f, place: t.Place,
				message: fmt.Sprintf("%s has a capacity of %s, below 0", strings.TrimSuffix(what+" of "+t.Qualifier, " of "), calc.FormatCount(min(least.Or(0), most.Or(0)))),
				remedy:  "give 0 or more"})
		case least.Known() && most.Known() && least.Or(0) > most.Or(0):
			c.add(MinOverMax, report{function: f, place: t.Place,
				message: fmt.Sprintf("%s has a least capacity of %s above its greatest, %s", strings.TrimSuffix(what+" of "+t.Qualifier, " of "), calc.FormatCount(least.Or(0)), calc.FormatCount(most.Or(0))),
				remedy:  "raise the greatest, or lower the least"})
		}
		if units, ok := fixed[t.Qualifier]; ok && !t.Scheduled {
			framework := "let it be that"
			if units == t.Min {
				framework = "accept it with a reason"
			}
			c.add(FixedAndScaled, report{function: f, place: t.Place,
				message: fmt.Sprintf("%s has a fixed provisioned concurrency and a scalable target: each deployment sets the fixed value again", t.Qualifier),
				remedy:  "leave the fixed value out, since the least capacity takes its place; where a framework needs one, " + framework})
		}
	}
}

// poller looks at the concurrency of an event source mapping.
func (c *checker) poller(f *calc.Function, p calc.Poller) {
	most := p.MaximumConcurrency
	reserved, isReserved := f.Reserved.Get()
	switch {
	case p.Text != "" || most < MinQueueConcurrency || most > MaxQueueConcurrency:
		message := fmt.Sprintf("the SQS maximum concurrency of %s is out of range", calc.FormatCount(most))
		allowed := int64(MaxQueueConcurrency)
		if isReserved {
			allowed = min(allowed, reserved)
		}
		remedy := fmt.Sprintf("give %d to %s", MinQueueConcurrency, calc.FormatCount(allowed))
		if allowed <= MinQueueConcurrency {
			remedy = fmt.Sprintf("give %d", MinQueueConcurrency)
		}
		if allowed < MinQueueConcurrency {
			remedy += fmt.Sprintf(", and reserve at least %d%s", MinQueueConcurrency, c.raised(MinQueueConcurrency-reserved))
		}
		if p.Text != "" {
			message = fmt.Sprintf("the SQS maximum concurrency %q is no whole number", p.Text)
		}
		c.add(QueueConcurrency, report{function: f, place: p.Place, message: message,
			remedy: remedy})
	case isReserved && most > reserved:
		remedy := fmt.Sprintf("reserve at least %s%s", calc.FormatCount(most), c.raised(most-reserved))
		if reserved >= MinQueueConcurrency {
			remedy = fmt.Sprintf("lower it to %s, or %s", calc.FormatCount(reserved), remedy)
		}
		c.add(QueueConcurrency, report{function: f, place: p.Place,
			message: fmt.Sprintf("the SQS maximum concurrency of %s is more than the reservation of %s: messages are throttled", calc.FormatCount(most), calc.FormatCount(reserved)),
			remedy:  remedy})
	}
}

// deploy looks whether the provisioned concurrency of two versions fits while
// an alias moves from one to the other: in the reservation, or above the floor,
// where all functions may be deployed at once.
func (c *checker) deploy() {
	free, held := c.sums.Unreserved-c.account.Floor(), int64(0)
	type pair struct {
		function *calc.Function
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
			c.add(DeployRoom, report{function: f, place: c.place(f, calc.FieldProvisioned),
				message: fmt.Sprintf("while a deployment runs the old version holds %s and the new one %s units, together %s of a reservation of %s",
					calc.FormatCount(old), calc.FormatCount(f.Provisioned), calc.FormatCount(both), calc.FormatCount(reserved)),
				remedy: fmt.Sprintf("reserve at least %s%s, or provision %s", calc.FormatCount(both), c.raised(both-reserved), atMost(most))})
		}
	}
	for _, p := range crowded {
		c.add(DeployRoom, report{function: p.function, place: c.place(p.function, calc.FieldProvisioned),
			message: fmt.Sprintf("while a deployment runs the old version holds %s units beside the %s of the new one, and %s can still be set aside",
				calc.FormatCount(p.old), calc.FormatCount(p.function.Provisioned), calc.FormatCount(max(0, free))),
			remedy: fmt.Sprintf("have the quota raised to %s, or provision less", calc.FormatCount(c.quota(held, 0)))})
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
	var only *calc.Function
	shared, counted, last, beside := false, 0, 0, int64(0)
	var unsure *calc.Function
	for i := range c.account.Functions {
		f := &c.account.Functions[i]
		if name, ok := c.options.Connecting.Get(); ok && name != f.Name {
			continue
		}
		if open(f) { // it opens some, and nobody knows how many
			unsure = f
			continue
		}
		counted++
		only, last = f, i
		if r, ok := f.Reserved.Get(); ok {
			environments += r
			parts = append(parts, fmt.Sprintf("%s reserved", calc.FormatCount(r)))
			continue
		}
		shared = true
		beside += f.Provisioned
	}
	if beside > 0 {
		environments += beside
		parts = append(parts, fmt.Sprintf("%s provisioned", calc.FormatCount(beside)))
	}
	if shared {
		unreserved := max(0, c.sums.Unreserved)
		environments += unreserved
		parts = append(parts, fmt.Sprintf("%s unreserved", calc.FormatCount(unreserved)))
	}
	if environments <= most/per {
		if unsure != nil {
			c.add(UnknownValue, report{function: unsure, place: c.place(unsure, calc.FieldReserved, calc.FieldProvisioned),
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
			calc.FormatCount(environments), what, calc.FormatCount(per), calc.FormatCount(most)),
		remedy: c.fewer(only, last, most/per) + "put a proxy between"}
	if only != nil {
		r.place = c.place(only, calc.FieldReserved)
	}
	c.add(Connections, r)
}

// fewer is what bounds the environments that connect: of the only function, or of
// several where that is nil. Its rate may need more.
func (c *checker) fewer(only *calc.Function, i int, most int64) string {
	const grow = "let the database take more connections, or "
	if most < MinQueueConcurrency || only != nil && c.load.needed(i) > most {
		return grow
	}
	if only == nil {
		return fmt.Sprintf("reserve at most %s in all for the functions that connect, or ", calc.FormatCount(most))
	}
	remedy := "reserve at most " + calc.FormatCount(most)
	if only.Provisioned > most {
		remedy = "reserve and provision at most " + calc.FormatCount(most)
	}
	if only.Deployment != nil && slices.ContainsFunc(only.Deployment.Pollers, func(p calc.Poller) bool { return p.MaximumConcurrency > most }) {
		remedy += ", and lower the SQS maximum concurrency to " + calc.FormatCount(most)
	}
	if !only.Reserved.Known() {
		remedy += c.raised(most - min(most, only.Provisioned))
	}
	return remedy + ", or "
}
