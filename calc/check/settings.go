package check

import (
	"fmt"
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
	var asking, refused []*calc.Function
	for i := range a.Functions {
		f := &a.Functions[i]
		if before := claimedBefore(f); f.Claim().Units() > before {
			free -= before
			asking = append(asking, f)
		} else {
			free -= f.Claim().Units()
		}
	}
	for _, f := range asking {
		if more := f.Claim().Units() - claimedBefore(f); more <= free-a.Floor() {
			free -= more
		} else {
			refused = append(refused, f)
		}
	}
	for _, f := range refused {
		c.refused(f, free)
	}
	asked := c.sums
	if short := a.Floor() - asked.Unreserved; len(refused) == 0 && short > 0 && asked.Unreserved < a.Concurrency {
		c.add(Floor, report{place: c.largest(), aws: fmt.Sprintf(awsFloorReserved, a.Floor()),
			message: fmt.Sprintf("%s unreserved where AWS keeps %s, so nothing more can be reserved or provisioned (%s)",
				calc.FormatCount(asked.Unreserved), calc.FormatCount(a.Floor()), c.sum()),
			remedy: fmt.Sprintf("set %s less aside, or have the quota raised to %s", calc.FormatCount(short), calc.FormatCount(a.Concurrency+short))})
	}
}

func claimedBefore(f *calc.Function) int64 {
	if f.Deployment == nil {
		return 0
	}
	return f.Deployment.Current.Or(calc.Claim{}).Units()
}

// refused reports a claim that AWS does not grant, where all others are granted
// that fit and leave so many units free.
func (c *checker) refused(f *calc.Function, free int64) {
	a := c.account
	claim, before, floor := f.Claim(), claimedBefore(f), a.Floor()
	more := claim.Units() - before
	granted := before + max(0, free-floor)
	r := report{function: f, place: c.place(f, calc.FieldReserved), aws: fmt.Sprintf(awsFloorReserved, floor)}
	id, verb := Floor, "reserve"
	leaves := fmt.Sprintf("which leaves %s unreserved where AWS keeps %s", calc.FormatCount(free-more), calc.FormatCount(floor))
	if !claim.Reserved.Known() {
		r.place, r.aws, verb = c.place(f, calc.FieldProvisioned), fmt.Sprintf(awsFloorProvisioned, floor), "provision"
		if more > free {
			id, r.aws = OverUnreserved, fmt.Sprintf(awsOverUnreserved, max(0, free))
			leaves = fmt.Sprintf("and %s are unreserved, of which AWS keeps %s", calc.FormatCount(max(0, free)), calc.FormatCount(floor))
		}
	}
	r.message = fmt.Sprintf("%ss %s units, %s (%s)", verb, calc.FormatCount(claim.Units()), leaves, c.sum())
	r.remedy = fmt.Sprintf("%s at most %s, or have the quota raised to %s", verb, calc.FormatCount(granted), calc.FormatCount(a.Concurrency+floor-c.sums.Unreserved))
	if granted == 0 {
		r.remedy = fmt.Sprintf("%s nothing, or have the quota raised to %s", verb, calc.FormatCount(a.Concurrency+floor-c.sums.Unreserved))
	}
	c.add(id, r)
}

// sum is the arithmetic of the account in words.
func (c *checker) sum() string {
	r := c.sums
	parts := []string{calc.FormatCount(r.ReservedTotal) + " reserved"}
	if r.ProvisionedUnreservedTotal > 0 {
		parts = append(parts, calc.FormatCount(r.ProvisionedUnreservedTotal)+" provisioned without a reservation")
	}
	if r.ClaimedElsewhere > 0 {
		parts = append(parts, calc.FormatCount(r.ClaimedElsewhere)+" claimed by functions that are not listed")
	}
	quota := calc.FormatCount(r.Concurrency)
	if !c.account.Origins[calc.FieldConcurrency].Known() && !c.options.QuotaGiven {
		quota += ", the default,"
	}
	return fmt.Sprintf("%s of %s in all", strings.Join(parts, " + "), quota)
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
		return c.account.Origins[calc.FieldConcurrency]
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
			remedy:  fmt.Sprintf("reserve at least %s, or provision at most %s", calc.FormatCount(f.Provisioned), calc.FormatCount(reserved))})
	case isReserved && f.Provisioned == reserved && reserved > 0:
		c.add(NoOnDemandRoom, report{function: f, place: c.place(f, calc.FieldProvisioned, calc.FieldReserved),
			message: fmt.Sprintf("provisions all of its reservation of %s: nothing is left for on-demand, and $LATEST is throttled", calc.FormatCount(reserved)),
			remedy:  "reserve more than is provisioned, or provision less"})
	}
	if isReserved && reserved == 0 {
		c.add(SwitchedOff, report{function: f, place: c.place(f, calc.FieldReserved),
			message: "reserved concurrency 0 switches the function off: every request is refused, every event dropped",
			remedy:  "leave the setting out, or accept it: # lambdacap:accept " + string(SwitchedOff) + " REASON"})
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
	for _, p := range d.Pollers {
		c.poller(f, p)
	}
}

// allocated lists the parts of a sum of provisioned concurrency.
func allocated(f *calc.Function) string {
	d := f.Deployment
	if d == nil || len(d.Allocations)+len(d.Targets) < 2 {
		return ""
	}
	var parts []string
	add := func(qualifier string, units int64) {
		parts = append(parts, strings.TrimSpace(qualifier+" "+calc.FormatCount(units)))
	}
	for _, a := range d.Allocations {
		add(a.Qualifier, a.Units.Or(0))
	}
	fixed := d.Fixed()
	for _, t := range d.Targets {
		if !t.Scheduled && !fixed[t.Qualifier] {
			add(t.Qualifier, t.Min.Or(0))
		}
	}
	if len(parts) < 2 || len(parts) > shownParts {
		return ""
	}
	return " (" + strings.Join(parts, " + ") + ")"
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
		} else if isVersion && !aliased[qualifier] && !open {
			c.add(Orphaned, report{function: f, place: place,
				message: fmt.Sprintf("provisioned concurrency is set on %s, which no alias in these files names: it is paid for, and callers of an alias do not reach it", described(qualifier)),
				remedy:  "set it on an alias, or delete it"})
		}
	}
	provisioned := calc.Optional[calc.Place]{}
	holders := map[string]calc.Allocation{} // by version
	for _, a := range d.Allocations {
		if units, ok := a.Units.Get(); ok && units < 1 {
			c.belowOne(f, fmt.Sprint(units), a.Place)
			continue
		}
		if !provisioned.Known() {
			provisioned = calc.Some(a.Place)
		}
		on(a.Qualifier, a.Version, a.Place)
		version := a.Qualifier
		if !a.Version {
			version = versions[a.Qualifier]
		}
		if holder, ok := holders[version]; !ok {
			holders[version] = a
		} else if version != "" && holder.Qualifier != a.Qualifier {
			c.taken(f, holder, a)
		}
	}
	fixed := d.Fixed()
	for _, t := range d.Targets {
		if !t.Scheduled && !fixed[t.Qualifier] {
			on(t.Qualifier, t.Version, t.Place)
			if !provisioned.Known() {
				provisioned = calc.Some(t.Place)
			}
		}
	}
	if _, snap := d.SnapStart.Get(); snap && provisioned.Known() {
		c.add(WithSnapStart, report{function: f, place: provisioned.Or(calc.Place{}),
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
	fixed, bases := d.Fixed(), map[string]calc.ScalableTarget{}
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
			least, most = either(least, bases[t.Qualifier].Min), either(most, bases[t.Qualifier].Max)
		}
		if least.Known() && most.Known() && least.Or(0) > most.Or(0) {
			c.add(MinOverMax, report{function: f, place: t.Place,
				message: fmt.Sprintf("%s of %s has a least capacity of %s above its greatest, %s", what, t.Qualifier, calc.FormatCount(least.Or(0)), calc.FormatCount(most.Or(0))),
				remedy:  "raise the greatest, or lower the least"})
		}
		if !t.Scheduled && fixed[t.Qualifier] {
			c.add(FixedAndScaled, report{function: f, place: t.Place,
				message: fmt.Sprintf("%s has a fixed provisioned concurrency and a scalable target: each deployment sets the fixed value again", t.Qualifier),
				remedy:  "leave the fixed value out: the least capacity of the target takes its place"})
		}
	}
}

func either(a, b calc.Optional[int64]) calc.Optional[int64] {
	if a.Known() {
		return a
	}
	return b
}

// poller looks at the concurrency of an event source mapping.
func (c *checker) poller(f *calc.Function, p calc.Poller) {
	most := p.MaximumConcurrency
	reserved, isReserved := f.Reserved.Get()
	switch {
	case most < MinQueueConcurrency || most > MaxQueueConcurrency:
		c.add(QueueConcurrency, report{function: f, place: p.Place,
			message: fmt.Sprintf("the SQS maximum concurrency of %s is out of range", calc.FormatCount(most)),
			remedy:  fmt.Sprintf("give %d to %s", MinQueueConcurrency, calc.FormatCount(MaxQueueConcurrency))})
	case isReserved && most > reserved:
		remedy := fmt.Sprintf("reserve at least %s, or lower it to %s", calc.FormatCount(most), calc.FormatCount(reserved))
		if reserved < MinQueueConcurrency {
			remedy = fmt.Sprintf("reserve at least %s", calc.FormatCount(most))
		}
		c.add(QueueConcurrency, report{function: f, place: p.Place,
			message: fmt.Sprintf("the SQS maximum concurrency of %s is more than the reservation of %s: messages are throttled", calc.FormatCount(most), calc.FormatCount(reserved)),
			remedy:  remedy})
	}
}

// deploy looks whether the provisioned concurrency of two versions fits while
// an alias moves from one to the other: in the reservation, or above the floor.
func (c *checker) deploy() {
	free := c.sums.Unreserved - c.account.Floor()
	for i := range c.account.Functions {
		f := &c.account.Functions[i]
		old := f.Provisioned
		if f.Deployment != nil {
			if before, ok := f.Deployment.Current.Get(); ok {
				old = before.Provisioned
			}
		}
		reserved, isReserved := f.Reserved.Get()
		place := c.place(f, calc.FieldProvisioned)
		switch {
		case f.Provisioned == 0 || old == 0:
		case isReserved && old+f.Provisioned > reserved && f.Provisioned <= reserved:
			c.add(DeployRoom, report{function: f, place: place,
				message: fmt.Sprintf("while a deployment runs the old version holds %s and the new one %s units, together %s of a reservation of %s",
					calc.FormatCount(old), calc.FormatCount(f.Provisioned), calc.FormatCount(old+f.Provisioned), calc.FormatCount(reserved)),
				remedy: fmt.Sprintf("reserve at least %s, or provision at most %s", calc.FormatCount(old+f.Provisioned), calc.FormatCount(reserved/2))})
		case !isReserved && old > free:
			c.add(DeployRoom, report{function: f, place: place,
				message: fmt.Sprintf("while a deployment runs the old version holds %s units beside the %s of the new one, and %s can still be set aside",
					calc.FormatCount(old), calc.FormatCount(f.Provisioned), calc.FormatCount(max(0, free))),
				remedy: fmt.Sprintf("have the quota raised to %s, or provision less", calc.FormatCount(c.account.Concurrency+old-free))})
		case !isReserved:
			free -= old
		}
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
	shared, counted := false, 0
	for i := range c.account.Functions {
		f := &c.account.Functions[i]
		if name, ok := c.options.Connecting.Get(); ok && name != f.Name {
			continue
		}
		counted++
		only = f
		if r, ok := f.Reserved.Get(); ok {
			environments += r
			parts = append(parts, fmt.Sprintf("%s reserved", calc.FormatCount(r)))
			continue
		}
		shared = true
		environments += f.Provisioned
	}
	if shared {
		unreserved := max(0, c.sums.Unreserved)
		environments += unreserved
		parts = append(parts, fmt.Sprintf("%s unreserved", calc.FormatCount(unreserved)))
	}
	if counted == 0 || environments <= most/per {
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
		remedy: fmt.Sprintf("reserve at most %s in all for the functions that connect, or put a proxy between", calc.FormatCount(most/per))}
	if only != nil {
		r.place = c.place(only, calc.FieldReserved)
	}
	c.add(Connections, r)
}
