package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/glossary"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// This file puts each answer into one line: a verdict in capitals, two spaces, and a sentence with the numbers.

func summarize(verdict, sentence string) string { return strings.ToUpper(verdict) + "  " + sentence }

// Verdict splits a summary into its verdict and its sentence.
func Verdict(summary string) (verdict, sentence string) {
	verdict, sentence, _ = strings.Cut(summary, "  ")
	return verdict, sentence
}

// summarizeLimits says how much the account as a whole can handle. For a single function, the answer to an inverse
// question is about what is set for that function: its provisioned concurrency, or else its reservation.
func summarizeLimits(in Inputs, r calc.LimitsResult) string {
	asked := cmp.Or(in.Limits, &InputLimits{}).LimitsOptions
	if len(r.Regions) > 0 {
		pays, known := figure.PaysOff(r.Regions)
		return summarize("limits", fmt.Sprintf("provisioned concurrency pays off in %d of %d Regions and architectures "+
			"with known prices", pays, known))
	}
	single := len(in.Functions) == 1
	own := ownPool(r.Pools, single, calc.PoolProvisioned, calc.PoolFunction)
	pool := poolWords(own)
	handles := func(rps float64) string {
		return fmt.Sprintf("%s handles %s %s req/s", pool, quantity.FormatNumber(rps), own.Mode.Word())
	}
	within := ""
	if target, ok := asked.TargetSpillover.Get(); ok {
		within = " of random arrivals and turns away at most " + quantity.FormatShare(target)
	}
	if rate, ok := asked.MaxDurationAt.Get(); ok {
		ms, ok := own.MaxDurationMS.Get()
		if !ok {
			return summarize("limits", fmt.Sprintf("%s cannot handle %s %s req/s, however short they are", pool,
				quantity.FormatNumber(rate), own.Mode.Word()))
		}
		return summarize("limits", handles(rate)+within+" up to a mean duration of "+quantity.FormatDuration(ms))
	}
	if rps, ok := own.TargetRPS.Get(); ok {
		return summarize("limits", handles(rps)+within)
	}
	if last := r.Pools[len(r.Pools)-1]; len(in.Functions) == 1 && last.Pool == calc.PoolManaged && last.RPS.Known() {
		return summarize("limits", fmt.Sprintf("%s requests at a time on Managed Instances handle %s req/s",
			quantity.FormatCount(last.Concurrency), quantity.FormatNumber(last.RPS.Or(0))))
	}
	own = ownPool(r.Pools, single, calc.PoolSource, calc.PoolFunction, calc.PoolProvisioned)
	if s, ok := own.Source.Get(); ok && own.RPS.Known() {
		return summarize("limits", fmt.Sprintf("the source handles %s %s req/s (bound by %s)",
			quantity.FormatNumber(own.RPS.Or(0)), own.Mode.Word(), boundOf(s.BoundBy.Or(""), s)))
	}
	rps, ok := own.RPS.Get()
	if !ok {
		return summarize("limits", poolWords(own)+" handles what the duration allows; give --duration")
	}
	return summarize("limits", fmt.Sprintf("%s handles %s %s req/s (%s limit)",
		poolWords(own), quantity.FormatNumber(rps), own.Mode.Word(), own.Binding.Or("")))
}

// poolWords names a pool with its size.
func poolWords(p calc.PoolLimits) string {
	return map[calc.PoolKind]string{
		calc.PoolAccount: "a quota of ", calc.PoolFunction: "reserved ", calc.PoolProvisioned: "provisioned ",
	}[p.Pool] + quantity.FormatCount(p.Concurrency)
}

// ownPool returns the pool that a question is about: the first kind that the only function has, or else the account.
func ownPool(pools []calc.PoolLimits, single bool, kinds ...calc.PoolKind) calc.PoolLimits {
	if single {
		for _, kind := range kinds {
			if i := slices.IndexFunc(pools, func(p calc.PoolLimits) bool { return p.Pool == kind }); i >= 0 {
				return pools[i]
			}
		}
	}
	return pools[0]
}

// summarizeSpillover summarizes a split, or the points of a sweep.
func summarizeSpillover(in Inputs, r calc.SpillResult) string {
	if in.Sweep == nil {
		return summarizeSplit(in, r.Account, r.Functions)
	}
	points, rows := make([]calc.SweepPoint, len(r.Sweep)), make([]*calc.FunctionSpill, len(r.Sweep))
	for i := range r.Sweep {
		points[i], rows[i] = r.Sweep[i].Point, &r.Sweep[i].Functions[in.Swept()]
	}
	return summarizeSweep(points, rows)
}

// summarizePlan summarizes a plan, or the points of a sweep.
func summarizePlan(in Inputs, r calc.PlanResult) string {
	if in.Sweep != nil {
		points, rows := make([]calc.SweepPoint, len(r.Sweep)), make([]*calc.FunctionSpill, len(r.Sweep))
		for i := range r.Sweep {
			points[i], rows[i] = r.Sweep[i].Point, &r.Sweep[i].Functions[in.Swept()].Now
		}
		return summarizeSweep(points, rows)
	}
	a := r.Account
	if !a.Accepted {
		quota := quantity.FormatCount(a.Concurrency)
		if in.Account.DefaultQuota() {
			quota += " (the default quota)"
		}
		return summarize(string(calc.Refused), fmt.Sprintf("%s units are set aside, AWS accepts at most %s of %s; it would "+
			"accept them with a quota of %s", quantity.FormatCount(a.SetAside()), quantity.FormatCount(a.MostSetAside()), quota,
			quantity.FormatCount(a.AcceptingQuota())))
	}
	return summarizeSplit(in, a.SpillAccount, r.Now())
}

// SweepEdges says up to where a growing load fits, and from where it does not: fits up to 750, spills from 1,000 req/s.
// It is empty if all points have the same verdict, if a heavier load has a better one, and if not the load varies.
func SweepEdges(points []calc.SweepPoint, rows []*calc.FunctionSpill) string {
	axis, _ := points[0].Axis()
	show, unit := quantity.FormatNumber, " req/s"
	switch axis {
	case calc.AxisRPS:
	case calc.AxisDuration:
		show, unit = quantity.FormatDuration, ""
	default:
		return ""
	}
	rank := func(i int) int { return -slices.Index(calc.Verdicts(), rows[i].Headline()) }
	var parts []string
	for i := range rows {
		_, value := points[i].Axis()
		v := rows[i].Headline()
		switch {
		case i > 0 && rank(i) < rank(i-1):
			return ""
		case i > 0 && v == rows[i-1].Headline() && v == calc.Fits:
			parts[0] = fmt.Sprintf("%s up to %s", v, show(value))
		case i > 0 && v == rows[i-1].Headline():
		case v == calc.Fits:
			parts = append(parts, fmt.Sprintf("%s up to %s", v, show(value)))
		default:
			parts = append(parts, fmt.Sprintf("%s from %s", v, show(value)))
		}
	}
	if len(parts) < 2 {
		return ""
	}
	return strings.Join(parts, ", ") + unit
}

// summarizeSweep says from where on a load does not fit, or counts the verdicts of the points, the worst first.
func summarizeSweep(points []calc.SweepPoint, rows []*calc.FunctionSpill) string {
	axis, _ := points[0].Axis()
	counts := map[calc.Verdict]int{}
	for _, f := range rows {
		counts[f.Headline()]++
	}
	worst, text := "", ""
	for _, v := range calc.Verdicts() {
		switch n := counts[v]; {
		case n == 0:
		case worst == "":
			worst, text = string(v), fmt.Sprintf("at %d of %d points of %s", n, len(rows), axis)
		default:
			text += fmt.Sprintf("; %s at %d", v, n)
		}
	}
	if edges := SweepEdges(points, rows); edges != "" {
		text = edges
	}
	return summarize(worst, text)
}

// summarizeSplit puts the verdict into a sentence: that on the only function, or that on the account with its worst
// function.
func summarizeSplit(in Inputs, a calc.SpillAccount, functions []calc.FunctionSpill) string {
	v := a.Headline()
	switch {
	case len(functions) == 1:
		return summarize(string(v), Sentence(&functions[0], a.Unreserved))
	case v == calc.Fits:
		text := fmt.Sprintf("%s req/s of %s", quantity.FormatNumber(a.RPS),
			quantity.FormatCountOf(len(functions), noun(functions)))
		if busy, ok := figure.Busy(functions).Get(); ok && noun(functions) == "function" {
			text += fmt.Sprintf(": %s of %s environments busy", quantity.FormatNumber(busy), quantity.FormatCount(a.Concurrency))
		}
		return summarize(string(v), text+rateless(in))
	}
	counts, unrated := map[calc.Verdict]int{}, in.Rateless()
	for i := range functions {
		if !unrated[functions[i].FunctionName()] {
			counts[functions[i].Headline()]++
		}
	}
	text := fmt.Sprintf("%s of %s", quantity.FormatCount(int64(counts[v])),
		quantity.FormatCountOf(len(functions), noun(functions)))
	between := "; "
	for _, other := range calc.Verdicts() {
		if n := counts[other]; n > 0 && other != v {
			text += fmt.Sprintf("%s%s %s", between, quantity.FormatCount(int64(n)), other.Verb(n))
			between = ", "
		}
	}
	worst := calc.Worst(functions)
	return summarize(string(v), text+rateless(in)+"; "+worst.Name+": "+lost(worst))
}

// OfFunction summarizes what happens to one of several functions. unreserved is as for Sentence.
func OfFunction(f *calc.FunctionSpill, unreserved int64) string {
	return summarize(string(f.Headline()), f.Name+": "+Sentence(f, unreserved))
}

// Rateless has the names of the functions without a rate: nothing can be said about them.
func (in Inputs) Rateless() map[string]bool {
	names := map[string]bool{}
	for i := range in.Functions {
		if f := &in.Functions[i]; !f.rated() {
			names[f.Name] = true
		}
	}
	return names
}

// rated reports whether a function has a rate, of its own or by the messages of its sources.
func (f *InputFunction) rated() bool {
	isOpen := func(s InputSource) bool { return !s.MessagesRPS.Known() }
	return f.RPS.Known() || f.Source != nil && f.Source.MessagesRPS.Known() ||
		len(f.Sources) > 0 && !slices.ContainsFunc(f.Sources, isOpen)
}

// rateless counts the functions without a rate.
func rateless(in Inputs) string {
	n := len(in.Rateless())
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; %s without a rate", quantity.FormatCount(int64(n)))
}

// lost says how much of a function's rate is lost, and to what.
func lost(f *calc.FunctionSpill) string {
	share, random := f.HeadlineRatio()
	text := quantity.FormatShare(share) + " of " + quantity.FormatNumber(f.RPS) + LoadUnit(f)
	if !random {
		text = fmt.Sprintf("%s of %s%s (%s)", quantity.FormatNumber(figure.ExcessOf(f).RPS), quantity.FormatNumber(f.RPS),
			LoadUnit(f), quantity.FormatShare(share))
	}
	text += map[calc.Verdict]string{
		calc.Spills: " spill", calc.Queues: " wait", calc.Throttles: " are throttled",
	}[f.Headline()]
	if random {
		text += " at random arrivals"
	}
	return text
}

// LoadUnit returns the unit of a function's load with a space before it: requests per second or, if its rate is not
// known, the environments that it keeps busy.
func LoadUnit(f *calc.FunctionSpill) string {
	if f.RateUnknown {
		return " environments"
	}
	return " req/s"
}

// Sentence says what happens to a function's rate, and why. unreserved is the size of the pool that functions without a
// reservation share, units.
func Sentence(f *calc.FunctionSpill, unreserved int64) string {
	if m, ok := f.Managed.Get(); ok {
		return managedSentence(f, m)
	}
	share, random := f.HeadlineRatio()
	rate := quantity.FormatNumber(f.RPS)
	if random {
		return randomSentence(f, share, unreserved)
	}
	excess := quantity.FormatNumber(figure.ExcessOf(f).RPS)
	of := fmt.Sprintf("%s of %s%s (%s)", excess, rate, LoadUnit(f), quantity.FormatShare(share))
	switch f.Headline() {
	case calc.Spills:
		if u, ok := f.ProvisionedUtilizationRatio.Get(); ok {
			of += " at " + quantity.FormatShare(u) + " utilization"
		}
		return fmt.Sprintf("%s: %s provisioned take %s",
			of, quantity.FormatCount(f.Provisioned.Or(0)), provisionedCeiling(f))
	case calc.Throttles:
		if f.TenantsBind() {
			return of + ": " + tenantWords(f)
		}
		return fmt.Sprintf("%s: %s; AWS's reason is %s", of, refusal(f, unreserved), f.ThrottleReason.Or(""))
	case calc.Queues:
		text := of + " wait"
		if bound := ownBound(f); bound != "" {
			return text + ": the limit is " + bound
		}
		if f.TenantsBind() {
			return text + ": " + tenantWords(f)
		}
		if n, ok := f.RequiredOnDemand.Get(); ok {
			text += fmt.Sprintf(": %s on-demand units needed, %s there",
				quantity.FormatCount(n), quantity.FormatCount(f.OnDemandUnits(unreserved)))
		}
		return text
	}
	ceiling, ok := f.CeilingRPS.Get()
	if !ok {
		return rate + " req/s; the ceiling depends on the duration, which is not given"
	}
	text := fmt.Sprintf("%s of %s%s (%s)", rate, quantity.FormatNumber(ceiling), LoadUnit(f),
		quantity.FormatShare(figure.Used(f)))
	if !f.DurationMS.Known() {
		return text + " if requests take up to " + quantity.FormatDuration(calc.RateBindsMS)
	}
	return text + busy(f, unreserved)
}

// tenantWords says that tenants of a function have no environment.
func tenantWords(f *calc.FunctionSpill) string {
	return fmt.Sprintf("its tenants have %s environments, AWS allows %s", quantity.FormatCount(f.Tenants.Or(0)),
		quantity.FormatCount(f.TenantLimit.Or(0)))
}

// randomSentence says what happens to a function's rate if it is worse for random arrivals.
func randomSentence(f *calc.FunctionSpill, share float64, unreserved int64) string {
	verb := map[calc.Verdict]string{calc.Queues: " wait", calc.Throttles: " are throttled"}[f.Headline()]
	text := fmt.Sprintf("%s of %s%s%s at random arrivals",
		quantity.FormatShare(share), quantity.FormatNumber(f.RPS), LoadUnit(f), verb)
	if f.Headline() == calc.Spills && f.ProvisionedBindingLimit.Or("") == calc.LimitRate {
		return fmt.Sprintf("%s: %s provisioned take %s",
			text, quantity.FormatCount(f.Provisioned.Or(0)), provisionedCeiling(f))
	}
	if f.Headline() == calc.Spills {
		text += fmt.Sprintf(": %s provisioned, %s busy on average", quantity.FormatCount(f.Provisioned.Or(0)),
			quantity.FormatNumber(f.ProvisionedBusy.Or(0)))
		if x, ok := f.Chance.Get(); ok {
			text += fmt.Sprintf(", %s needed at p99", quantity.FormatCount(x.ConcurrencyP99))
		}
		return text
	}
	if !f.DurationMS.Known() {
		return text
	}
	return text + fmt.Sprintf(": %s environments needed on average, of %s", quantity.FormatNumber(f.Busy()),
		quantity.FormatCount(figure.Units(f, unreserved)))
}

// busy says how many environments of a function are busy, and how many there are.
func busy(f *calc.FunctionSpill, unreserved int64) string {
	if !f.DurationMS.Known() {
		return ""
	}
	text := ": " + quantity.FormatNumber(f.Busy()) + " environments busy"
	if f.RateUnknown {
		text = ": " + quantity.FormatNumber(f.Busy()) + " busy"
	}
	if p99, ok := f.BusyP99().Get(); ok {
		text += ", " + quantity.FormatCount(p99) + " at p99"
	}
	return text + ", of " + quantity.FormatCount(figure.Units(f, unreserved))
}

// provisionedCeiling shows how the ceiling of a function's provisioned concurrency is calculated.
func provisionedCeiling(f *calc.FunctionSpill) string {
	if f.RateUnknown {
		return quantity.FormatCount(f.Provisioned.Or(0)) + " at a time"
	}
	limit := calc.Ceiling{RPS: f.ProvisionedCeilingRPS, Binding: f.ProvisionedBindingLimit}
	return Ceiling(f.Provisioned.Or(0), limit, f.DurationMS)
}

// Ceiling shows how the ceiling of provisioned units is calculated: 10 x 500 = 5,000 req/s, or 500 / 200ms = 2,500
// req/s.
func Ceiling(units int64, limit calc.Ceiling, durationMS calc.Optional[float64]) string {
	count, rps := quantity.FormatCount(units), quantity.FormatNumber(limit.RPS.Or(0))
	if limit.Binding.Or("") == calc.LimitRate {
		return fmt.Sprintf("%d x %s = %s req/s", aws.RatePerUnit, count, rps)
	}
	return fmt.Sprintf("%s / %s = %s req/s", count, quantity.FormatDuration(durationMS.Or(0)), rps)
}

// refusal names the limit that refuses requests, with its size.
func refusal(f *calc.FunctionSpill, unreserved int64) string {
	pool, units := "the unreserved pool of", unreserved
	if reserved, ok := f.Reserved.Get(); ok {
		pool, units = "reserved", reserved
		switch f.Provisioned.Or(0) {
		case 0:
			if reserved == 0 {
				return "reserved 0 switches the function off"
			}
		case reserved:
			return fmt.Sprintf("provisioned = reserved = %s takes %s and nothing can spill",
				quantity.FormatCount(reserved), provisionedCeiling(f))
		}
	}
	switch f.ThrottleReason.Or("") {
	case aws.ReasonReservedRate, aws.ReasonSharedRate:
		return fmt.Sprintf("%s %s takes %d x %s = %s req/s", pool, quantity.FormatCount(units), aws.RatePerUnit,
			quantity.FormatCount(units), quantity.FormatCount(figure.RateCeiling(units)))
	}
	return fmt.Sprintf("%s %s is full (concurrency limit)", pool, quantity.FormatCount(units))
}

// summarizeCheck gives the verdict and the numbers of findings.
func summarizeCheck(in Inputs, r check.Result) string {
	text := Counts(r.Counts) + ": " + quantity.FormatCountOf(len(r.Functions), "function")
	if len(in.Files) > 0 {
		text += " in " + quantity.FormatCountOf(len(in.Files), "file")
	}
	if unread := len(in.Unread()); unread > 0 {
		text += fmt.Sprintf("; %s cannot be read", quantity.FormatCountOf(unread, "file"))
	}
	if in.Account.DefaultQuota() && r.RefusesClaims() {
		text += fmt.Sprintf("; AWS would reject it at the default quota of %s (--account-concurrency)",
			quantity.FormatCount(in.Account.Concurrency))
	}
	if r.Counts.Known > 0 {
		text += fmt.Sprintf("; %s already in the baseline", quantity.FormatCountOf(r.Counts.Known, "finding"))
	}
	return summarize(string(r.Verdict), text)
}

// Counts says how many findings there are of each level: 1 error, 2 warnings.
func Counts(c check.Counts) string {
	var parts []string
	for _, level := range rule.Levels() {
		if n := c.Of(level); n > 0 || level == rule.Error {
			parts = append(parts, quantity.FormatCountOf(n, level.Noun()))
		}
	}
	if c.Accepted > 0 {
		parts = append(parts, fmt.Sprintf("%d accepted", c.Accepted))
	}
	return strings.Join(parts, ", ")
}

// summarizeRules names the only rule, or says how many there are.
func summarizeRules(rules []rule.Rule) string {
	if len(rules) == 1 {
		return string(rules[0].ID()) + "  " + rules[0].Name
	}
	return summarize("rules", quantity.FormatCountOf(len(rules), "rule"))
}

// summarizeTerms says what the only term means, or how many there are.
func summarizeTerms(terms []glossary.Term) string {
	if len(terms) == 1 {
		return terms[0].Name + "  " + terms[0].Meaning
	}
	return summarize("glossary", quantity.FormatCountOf(len(terms), "term"))
}
