package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/advice"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/series"
)

// The rules of this file that only a check has.
const (
	throttled rule.ID = "LC015"
	spilling  rule.ID = "LC016"
	headroom  rule.ID = "LC017"
)

// loadRules lists the rules of this file that only a check has.
func loadRules() []rule.Rule {
	return []rule.Rule{
		{Number: throttled, Level: rule.Error,
			Name: "throttled",
			Text: "the settings cannot handle a function's rate, so requests are throttled; with --target-throttle, " +
				"random arrivals throttle more than that",
			Why:    "Callers get error 429. Reserve more, or request a higher quota.",
			Source: aws.SourceConcurrency},
		{Number: spilling, Level: rule.Warning,
			Name: "spillover",
			Text: "more requests spill than --target-spillover allows; without a target, " +
				"any requests spill at a steady rate",
			Why:    "Requests that spill are served on demand, some of them after a cold start. Provision more.",
			Source: aws.SourceConcurrency},
		{Number: headroom, Level: rule.Warning,
			Name: "too little headroom",
			Text: fmt.Sprintf("the rate fits, but would not with the headroom on top (--headroom, default %s)",
				quantity.FormatPercent(aws.AdvisedHeadroom)),
			Why:    "With a little more load, requests are throttled or wait. Set more aside.",
			Source: aws.SourceProvisioned},
	}
}

// A load is what happens to the rates of an account. AWS may refuse the account's settings; the load uses the part of
// them that is possible.
type load struct {
	judged []bool // by function; false if the load depends on settings that AWS refuses
	// plan is the plan without targets. targets is the plan with targets; nil if there are none.
	plan    calc.PlanResult
	targets *calc.PlanResult
	ahead   []calc.FunctionSpill // the split with the headroom added to all rates
	// worst is the split in the worst case, see Account.counted; nil if it is the same, or if AWS may refuse that case.
	worst []calc.FunctionSpill
	// need is what the load needs from the unreserved units with the current settings: now, and with the headroom and for
	// random arrivals.
	need, needAhead int64
	// throttleTarget reports whether a target says how many random arrivals may be throttled.
	throttleTarget bool
	// needForTarget is the part of need that a target asks for.
	needForTarget int64
	// overflowRPS is the rate of synchronous requests that share the unreserved units. overflow is the number of
	// environments that all requests there keep busy.
	overflowRPS, overflow float64
}

// needWith returns need if a function without a reservation had more provisioned concurrency, so that less overflows.
func (l *load) needWith(i int, provisioned int64) int64 {
	now := &l.plan.Functions[i].Now
	rps, load := l.overflowRPS, l.overflow
	less := min(now.RPS, calc.Provisioned(provisioned).Ceiling(now.DurationMS).RPS.Or(now.RPS)) - now.ProvisionedRPS
	if now.Mode.RateLimited() {
		rps -= less
	}
	load -= less * now.DurationMS.Or(0) / 1000
	most := max(load, rps/aws.RatePerUnit, 0)
	return max(calc.CeilUnits(most), l.needForTarget)
}

// needed returns the number of units that a function's rate needs.
func (l *load) needed(i int) int64 {
	if l == nil {
		return 0
	}
	needed := l.plan.Functions[i].RequiredUnits.Or(0)
	if l.targets != nil {
		needed = max(needed, l.targets.Functions[i].RequiredUnitsForTarget.Or(0))
	}
	return needed
}

// quotaOfLoads returns the value of checker.loadQuota.
func (c *checker) quotaOfLoads() (quota int64) {
	l := c.load
	if l == nil {
		return 0
	}
	more := int64(0)
	for i := range c.account.Functions {
		if reserved, ok := c.account.Functions[i].Reserved.Get(); ok && l.judged[i] && c.tight(i) {
			more += max(0, l.advised(i)-reserved)
		}
	}
	if quota = c.quotaFor(more, l.needAhead); quota <= c.account.Concurrency {
		return 0
	}
	return quota
}

// tight reports whether a function's load does not fit, now or with the headroom.
func (c *checker) tight(i int) bool {
	l := c.load
	now := &l.plan.Functions[i].Now
	byChance := now.Chance.Or(calc.Chance{}).ThrottledRatio.Or(0)
	return now.RPS > 0 && (now.ThrottledRPS > 0 || now.QueuedRPS > 0 || byChance > c.options.TargetThrottle.Or(1) ||
		l.ahead != nil && (l.ahead[i].ThrottledRPS > 0 || l.ahead[i].QueuedRPS > 0))
}

// advised returns the number of units that remedies give a function with a reservation: what its rate needs, with the
// headroom, and what random arrivals need where no target says how much they may lose.
func (l *load) advised(i int) int64 {
	p := &l.plan.Functions[i]
	if l.throttleTarget && !p.Now.Mode.Queues() {
		return max(l.needed(i), p.RecommendedReserved.Or(0))
	}
	return max(l.needed(i), p.ReserveTo())
}

// settingsFirst is the remedy if a function cannot be checked because some of its settings are not known.
const settingsFirst = "resolve the unknown settings first"

// judge checks whether the settings can handle the rates.
func (c *checker) judge(err error) {
	l := c.load
	for i := range c.account.Functions {
		c.tracking(&c.account.Functions[i])
	}
	if err != nil {
		c.add(unknownValue, report{place: c.largestClaim(),
			message: "the load cannot be checked: " + err.Error(), remedy: "correct the settings first"})
	}
	if l == nil {
		return
	}
	if l.ahead == nil {
		c.add(unknownValue, report{place: c.largestClaim(),
			message: "the headroom cannot be checked, because the rates with it are larger than lambdacap calculates",
			remedy:  "use a smaller --headroom"})
	}
	for i := range c.account.Functions {
		switch f := &c.account.Functions[i]; {
		case !f.Rated() || f.RunsManaged():
		case f.unitsUnknown():
			c.add(unknownValue, report{function: f, place: f.place("rps"),
				message: "its load cannot be checked, because its settings are not known", remedy: settingsFirst})
		case !l.judged[i]:
			c.add(unknownValue, report{function: f, place: f.place("provisioned", "reserved", "rps"),
				message: "its load cannot be checked, because AWS rejects its settings",
				remedy:  "correct the errors first"})
		default:
			c.throttled(f, i, l)
			c.spilling(f, i, l)
			c.headroom(f, i, l)
		}
	}
}

// newLoad splits the rates. It returns nil if no function has a rate. Settings that AWS refuses must not hide what
// happens to other functions. So provisioned concurrency counts up to the reservation, and a quota that is too small
// affects only the shared pool.
func (c *checker) newLoad() (*load, error) {
	if !slices.ContainsFunc(c.account.Functions, func(f Function) bool { return f.Rated() }) {
		return nil, nil
	}
	a := c.capacity
	a.Functions = slices.Clone(a.Functions)
	l := &load{judged: make([]bool, len(a.Functions)), throttleTarget: c.options.TargetThrottle.Known()}
	for i := range a.Functions {
		f := &a.Functions[i]
		possible := f.DurationMS.Or(0) <= aws.MaxDurationMS
		l.judged[i] = possible && !c.account.Functions[i].unitsUnknown() && f.Provisioned <= f.Reserved.Or(f.Provisioned) &&
			(f.Reserved.Known() || c.left() >= 0)
		f.Provisioned = min(f.Provisioned, f.Reserved.Or(f.Provisioned))
		if !possible { // an impossible duration has no load
			*f = calc.Function{Name: f.Name, Mode: f.Mode, RPS: calc.Some(0.0), Reserved: f.Reserved, Provisioned: f.Provisioned}
		}
	}
	a.Concurrency += c.sums.Overclaimed
	if err := l.planFor(a, c.options.Question); err != nil {
		return nil, err
	}
	l.lookAhead(a, c.options.Headroom)
	worst := a
	worst.ClaimedElsewhere = c.account.ClaimedElsewhere
	if c.counted > 0 && worst.Accepted() {
		split, _ := calc.Spill(worst, calc.SpillOptions{})
		l.worst = split.Functions
	}
	return l, nil
}

// planFor plans the load, without and with targets.
func (l *load) planFor(a calc.Account, q Question) (err error) {
	options := calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}, Sizing: calc.Sizing{Headroom: q.Headroom}}
	if l.plan, err = calc.Plan(a, options); err != nil {
		return err
	}
	l.need = l.plan.Account.RequiredUnreserved
	for i := range a.Functions {
		if now := &l.plan.Functions[i].Now; !a.Functions[i].Reserved.Known() {
			beyond := now.RPS - now.ProvisionedRPS
			if now.Mode.RateLimited() {
				l.overflowRPS += beyond
			}
			l.overflow += beyond * now.DurationMS.Or(0) / 1000
		}
	}
	if !q.TargetSpillover.Known() && !q.TargetThrottle.Known() {
		return nil
	}
	options.TargetSpillover, options.TargetThrottle = q.TargetSpillover, q.TargetThrottle
	targets, err := calc.Plan(a, options)
	if err != nil {
		return err
	}
	l.targets = &targets
	if target, ok := q.TargetThrottle.Get(); ok {
		random, err := calc.UnreservedFor(a, target)
		if err != nil {
			return err
		}
		l.need, l.needForTarget = max(l.need, random), random
	}
	return nil
}

// lookAhead splits the peak rates with the headroom added, and finds what random arrivals need.
func (l *load) lookAhead(a calc.Account, headroom float64) {
	random := calc.UnreservedForRandom(a, l.throttleTarget)
	a.Functions = slices.Clone(a.Functions)
	for i := range a.Functions {
		f := &a.Functions[i]
		f.Day, f.AverageRPS = series.Series{}, calc.Optional[float64]{} // only the peak matters
		if rps, ok := f.RPS.Get(); ok {
			f.RPS = calc.Some(rps * (1 + headroom))
		}
	}
	ahead, _ := calc.Spill(a, calc.SpillOptions{})
	l.ahead = ahead.Functions // nil if the rates are beyond what is calculated
	l.needAhead = max(l.need, ahead.Account.RequiredUnreserved, random)
}

// tracking reports target tracking that never reacts to the load: at its rate limit, the utilization of provisioned
// concurrency is only 10 d.
func (c *checker) tracking(f *Function) {
	ms, timed := f.DurationMS.Get()
	if !timed || f.Provisioned == 0 {
		return
	}
	target, place, verb := aws.TrackingTarget, Place{}, "would never fire"
	if d := f.Deployment; d != nil {
		for _, t := range d.Targets {
			for _, tracking := range t.Tracking {
				if !place.Known() || tracking.Target > target {
					target, place, verb = tracking.Target, tracking.Place, "never fires"
				}
			}
		}
	}
	full := aws.RatePerUnit * ms / 1000
	if full >= target {
		return
	}
	if !place.Known() {
		place = f.place("provisioned")
	}
	c.add(rule.TrackingBlind.Number, report{function: f, place: place,
		message: fmt.Sprintf("at a duration of %s, provisioned concurrency reaches its rate limit at %s utilization, "+
			"so target tracking at %s %s",
			quantity.FormatDuration(ms), quantity.FormatPercent(full), quantity.FormatPercent(target), verb),
		remedy: fmt.Sprintf("set a target below %s, schedule the capacity, or size it by rate",
			quantity.FormatPercent(full))})
}

// throttled reports throttled requests.
func (c *checker) throttled(f *Function, i int, l *load) {
	p := &l.plan.Functions[i]
	now := &p.Now
	if off, ok := f.Reserved.Get(); ok && off == 0 {
		if _, ok := c.accepted(c.finding(rule.SwitchedOff.Number, report{function: f, place: f.place("reserved")})); ok {
			return // throttling is intended
		}
	}
	target, targeted := c.options.TargetThrottle.Get()
	byChance, computed := now.Chance.Or(calc.Chance{}).ThrottledRatio.Get()
	r := report{function: f, place: f.place("reserved", "provisioned", "rps")}
	if !f.Reserved.Known() {
		r.level = c.quotaLevel()
	}
	switch {
	case now.TenantsBind(): // which is a finding of its own
		return
	case now.ThrottledRPS > 0:
		r.message = fmt.Sprintf("%s of %s requests/s are throttled (%s): %s",
			quantity.FormatNumber(now.ThrottledRPS), quantity.FormatNumber(now.RPS),
			quantity.FormatPercent(now.ThrottledRatio), c.refusal(f, now))
	case targeted && computed && byChance > target:
		r.message = fmt.Sprintf("with random arrivals %s of the requests are throttled%s; the target is %s",
			quantity.FormatChance(byChance), overDay(now.ChanceDay.Or(calc.DayChance{}).ThrottledRatio),
			quantity.FormatChance(target))
	case l.worst != nil && l.worst[i].ThrottledRPS > 0:
		r.level, r.remedy = rule.Unknown, c.settle()
		r.message = fmt.Sprintf("%s of %s requests/s are throttled if nothing was set before this change: "+
			"then only %s units are unreserved", quantity.FormatNumber(l.worst[i].ThrottledRPS),
			quantity.FormatNumber(now.RPS), quantity.FormatCount(c.left()-c.counted))
		c.add(throttled, r)
		return
	default:
		return
	}
	r.remedy = c.reserveOrRaise(f, i)
	c.add(throttled, r)
}

// overDay says how large a share is over the whole day, if that is known.
func overDay(share calc.Optional[float64]) string {
	if x, ok := share.Get(); ok {
		return fmt.Sprintf(" at the peak, %s over the day", quantity.FormatChance(x))
	}
	return ""
}

// refusal names the pool that is full, and AWS's reason.
func (c *checker) refusal(f *Function, now *calc.FunctionSpill) string {
	pool := "the unreserved concurrency of " + quantity.FormatCount(c.sums.Unreserved)
	if reserved, ok := f.Reserved.Get(); ok {
		pool = "the reservation of " + quantity.FormatCount(reserved)
	}
	return fmt.Sprintf("%s is full (%s)", pool, now.ThrottleReason.Or(""))
}

// poolNeed returns the unreserved units that the load needs.
func (c *checker) poolNeed() int64 {
	if c.load == nil {
		return 0
	}
	return c.load.need
}

// reserveOrRaise returns the remedy that gives a function more units: a larger reservation or, without one, a quota
// that leaves enough units in the shared pool.
func (c *checker) reserveOrRaise(f *Function, i int) string {
	if !f.Reserved.Known() {
		return request(c.quota(0, c.load.needAhead))
	}
	needed := c.load.advised(i)
	remedy := "reserve at least " + quantity.FormatCount(needed)
	if more := needed - f.Reserved.Or(0); c.loadQuota == 0 || more <= 0 {
		return remedy + c.quotaRemedy(more)
	}
	return remedy + ", and " + request(c.loadQuota) // other reservations grow too
}

// quotaRemedy completes a remedy that takes more units from the account than are available. It keeps the floor and the
// needs of the shared pool covered.
func (c *checker) quotaRemedy(more int64) string { return c.quotaRemedyFor(more, c.poolNeed()) }

// quotaRemedyFor is quotaRemedy with another need of the shared pool.
func (c *checker) quotaRemedyFor(more, need int64) string {
	if more <= max(0, c.left()-max(c.account.Floor(), need)) {
		return ""
	}
	return ", and " + request(c.quota(more, need))
}

// spilling reports requests that spill past provisioned concurrency.
func (c *checker) spilling(f *Function, i int, l *load) {
	p := &l.plan.Functions[i]
	now, needed := &p.Now, p.ProvisionTo()
	if f.Provisioned == 0 {
		return
	}
	target, targeted := c.options.TargetSpillover.Get()
	share, units := now.SpilloverRatio, quantity.FormatCount(f.Provisioned)
	message := fmt.Sprintf("%s of the requests spill past the %s provisioned units", quantity.FormatChance(share), units)
	if byChance, ok := now.Chance.Or(calc.Chance{}).BeyondProvisionedRatio.Get(); ok && targeted {
		share, needed = byChance, max(p.RecommendedProvisioned, l.targets.Functions[i].RequiredProvisionedForTarget.Or(0))
		message = fmt.Sprintf("with random arrivals %s of the requests find the %s provisioned units full",
			quantity.FormatChance(share), units)
		if day, ok := now.ChanceDay.Or(calc.DayChance{}).SpilloverRatio.Get(); ok {
			message += fmt.Sprintf(", and over the day %s spill", quantity.FormatChance(day))
		}
	}
	if share <= target {
		return
	}
	if targeted {
		message += fmt.Sprintf("; the target is %s", quantity.FormatChance(target))
	}
	if u, ok := now.ProvisionedUtilizationRatio.Get(); ok && now.ProvisionedBindingLimit.Or("") == calc.LimitRate {
		message += fmt.Sprintf("; their rate limit is reached at %s utilization", quantity.FormatPercent(u))
	}
	remedy := fmt.Sprintf("provision at least %s", quantity.FormatCount(needed))
	switch reserved, ok := f.Reserved.Get(); {
	case !ok:
		remedy += c.quotaRemedyFor(needed-f.Provisioned, l.needWith(i, needed)) // what is provisioned no longer overflows
	case needed > reserved:
		remedy += ", and reserve at least as much" + c.quotaRemedy(needed-reserved)
	}
	c.add(spilling, report{function: f, place: f.place("provisioned", "rps"), message: message, remedy: remedy})
}

// headroom checks whether a little more load would still fit. It raises the load of all functions at once, since some
// share a pool.
func (c *checker) headroom(f *Function, i int, l *load) {
	p := &l.plan.Functions[i]
	now := &p.Now
	var message string
	switch s, limited := limitedSource(now); {
	case now.ThrottledRPS > 0 || now.RPS == 0 || now.TenantsBind(): // which have findings of their own
		return
	case limited:
		c.add(headroom, report{function: f, place: f.place("source", "sources", "rps"), remedy: c.sourceRemedy(f, l),
			message: fmt.Sprintf("its source %s takes %s of %s %ss/s, bound by its %s; the rest waits", s.Type,
				quantity.FormatNumber(s.TakenMessagesRPS()), quantity.FormatNumber(s.MessagesRPS.Or(0)), s.Type.Noun(),
				strings.ReplaceAll(string(s.BoundBy.Or("")), "-", " "))})
		return
	case now.QueuedRPS > 0:
		message = fmt.Sprintf("%s of %s requests/s wait in the queue",
			quantity.FormatNumber(now.QueuedRPS), quantity.FormatNumber(now.RPS))
	case l.ahead != nil && l.ahead[i].ThrottledRPS > 0:
		message = fmt.Sprintf("with %s more load in the account, %s of its %s requests/s are throttled",
			quantity.FormatPercent(c.options.Headroom),
			quantity.FormatNumber(l.ahead[i].ThrottledRPS), quantity.FormatNumber(l.ahead[i].RPS))
	case l.ahead != nil && l.ahead[i].QueuedRPS > 0:
		message = fmt.Sprintf("with %s more load in the account, %s of its %s requests/s wait in the queue",
			quantity.FormatPercent(c.options.Headroom),
			quantity.FormatNumber(l.ahead[i].QueuedRPS), quantity.FormatNumber(l.ahead[i].RPS))
	default:
		return
	}
	c.add(headroom, report{function: f, place: f.place("reserved", "provisioned", "rps"), message: message,
		remedy: c.reserveOrRaise(f, i)})
}

// limitedSource returns the event source of a function that takes less than arrives because of a limit of its own.
func limitedSource(now *calc.FunctionSpill) (calc.SourceSpill, bool) {
	for _, s := range append(slices.Clone(now.Sources.Or(nil)), now.Source.Or(calc.SourceSpill{})) {
		if by, ok := s.BoundBy.Get(); ok && !by.OfUnits() && s.BehindMessagesRPS.Or(0) > 0 {
			return s, true
		}
	}
	return calc.SourceSpill{}, false
}

// sourceRemedy says how the event sources of a function take what arrives.
func (c *checker) sourceRemedy(f *Function, l *load) string {
	var remedies []string
	for _, a := range advice.Actions(c.capacity, l.plan.Changes) {
		if a.Function.Or("") == f.Name && a.Setting.OfSource() && a.Required {
			remedies = append(remedies, a.Message)
		}
	}
	if len(remedies) == 0 {
		return "make batches larger or shorter, or send less"
	}
	return strings.Join(remedies, ", and ")
}
