package calc

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// chance explains what happens to a load with random arrivals. sharing reports whether several loads share the
// unreserved pool.
func (s *steps) chance(row *FunctionSpill, unreserved int64, sharing bool) {
	x, ok := row.Chance.Get()
	if !ok {
		return
	}
	provisioned := row.Provisioned.Or(0)
	e := explainedChance{row, x, sharing && !row.Reserved.Known(), row.Reserved.Or(provisioned + unreserved)}
	if ratio, ok := x.BeyondProvisionedRatio.Get(); ok {
		s.add("chance.beyond_provisioned_ratio", e.full("P", true), e.numbers(provisioned), ratio, UnitRatio, e.source())
	}
	const part = "own part of what U loses of all overflows"
	pool := "U = " + quantity.FormatCount(unreserved)
	if ratio, ok := x.ThrottledRatio.Get(); ok && e.shared {
		s.add("chance.throttled_ratio", part, pool, ratio, UnitRatio, aws.SourceRapp)
	} else if ok {
		s.add("chance.throttled_ratio", e.full("L", true), e.numbers(e.units), ratio, UnitRatio, e.source())
	}
	switch ratio, ok := x.QueuedRatio.Get(); {
	case !ok:
	case e.shared:
		s.add("chance.queued_ratio", "b = "+part, pool, ratio, UnitRatio, aws.SourceRapp)
	case provisioned > 0 && row.RateBinds():
		s.add("chance.queued_ratio", "b = what L - P units lose of the overflow", e.numbers(e.units), ratio, UnitRatio,
			aws.SourceRapp)
	default:
		s.add("chance.queued_ratio", "smallest b = "+e.full("L", false)+"; 1 if a >= L", e.numbers(e.units),
			ratio, UnitRatio, e.source())
	}
	s.add("chance.concurrency_p99", "quantile of "+e.law()+", at most L", e.numbers(e.units),
		float64(x.ConcurrencyP99), UnitEnvironments, aws.SourceErlang)
	if ratio, ok := x.ColdStartRatio.Get(); ok {
		formula, numbers := e.coldStarts(ratio)
		s.add("chance.cold_start_ratio", formula, numbers, ratio, UnitRatio, aws.SourceTalbot)
	}
	s.chanceDay(row)
}

// chanceDay explains what happens to random arrivals over the whole day.
func (s *steps) chanceDay(row *FunctionSpill) {
	day, ok := row.ChanceDay.Get()
	if !ok {
		return
	}
	x := row.Chance.Or(Chance{})
	for _, share := range []struct {
		key       string
		day, peak Optional[float64]
	}{
		{"spillover_ratio", day.SpilloverRatio, x.SpilloverRatio},
		{"throttled_ratio", day.ThrottledRatio, x.ThrottledRatio},
		{"queued_ratio", day.QueuedRatio, x.QueuedRatio},
		{"cold_start_ratio", day.ColdStartRatio, x.ColdStartRatio},
	} {
		if ratio, ok := share.day.Get(); ok {
			s.add("chance_day."+share.key, "sum over the hours of rps x share / sum of rps",
				"at the peak "+quantity.FormatChance(share.peak.Or(0)), ratio, UnitRatio, aws.SourceDerived)
		}
	}
}

// An explainedChance formats a function's chance in symbols and numbers.
type explainedChance struct {
	row    *FunctionSpill
	x      Chance
	shared bool  // whether several loads share its on-demand units
	units  int64 // provisioned and on demand
}

// full formats the share of requests that find a pool full. limited reports whether the pool has a rate limit.
func (e explainedChance) full(symbol string, limited bool) string {
	loss := fmt.Sprintf("B(%s, %s)", symbol, e.offered())
	if e.x.Arrivals == Bursty {
		loss = fmt.Sprintf("B(%s, %s, z)", symbol, e.offered())
	}
	if limited && e.row.RateBinds() {
		loss = fmt.Sprintf("%s, then limiter of %s", loss, rateTerm(symbol))
	}
	if e.x.OnTheMinute.Known() {
		return "mean over the minute of " + loss
	}
	return loss
}

// offered formats the offered load. If refused events are retried, it is the load of the attempts.
func (e explainedChance) offered() string {
	switch on := e.x.OnTheMinute.Known(); {
	case on && e.x.QueuedRatio.Known():
		return "m(t, b)"
	case on:
		return "m(t)"
	}
	if e.x.QueuedRatio.Known() {
		return "a/(1 - b)"
	}
	return "a"
}

func (e explainedChance) load() string {
	return quantity.FormatNumber(e.row.RPS * e.row.DurationMS.Or(0) / 1000)
}

func (e explainedChance) numbers(units int64) string {
	text := fmt.Sprintf("%s units, a = %s", quantity.FormatCount(units), e.load())
	if b, ok := e.x.QueuedRatio.Get(); ok {
		text += ", b = " + quantity.FormatChance(b)
	}
	if e.x.Arrivals == Bursty {
		text += ", z = " + quantity.FormatNumber(e.x.Peakedness)
	}
	if m, ok := e.x.OnTheMinute.Get(); ok {
		text += ", " + m.String()
	}
	return text
}

// coldStarts formats the share of cold starts.
func (e explainedChance) coldStarts(share float64) (formula, numbers string) {
	formula = "sum of π_k G_k(T), k = P..L-1"
	b, waiting := e.x.QueuedRatio.Get()
	switch {
	case e.shared:
		formula = "sum of π_k G_k(T), k >= P"
	case b == 1:
		return "0: no environment is ever idle", e.numbers(e.units)
	case waiting:
		formula = "sum of π_k G_k(T) / (1 - b), k = P..L-1, of a/(1 - b)"
	}
	d := e.row.DurationMS.Or(0)
	numbers = "k from " + quantity.FormatCount(e.row.Provisioned.Or(0))
	if init, ok := e.row.initMS.Get(); ok {
		formula += ", a = rps (d + share x init)"
		numbers += fmt.Sprintf(", d = %s, init = %s", quantity.FormatDuration(d), quantity.FormatDuration(init))
		d += float64(share * init)
	}
	numbers += ", a = " + quantity.FormatNumber(e.row.RPS*d/1000)
	if waiting && !e.shared {
		numbers += ", b = " + quantity.FormatChance(b)
	}
	return formula, numbers + ", T = " + quantity.FormatDuration(e.x.KeepAliveS*1000)
}

// law names the distribution of the concurrency.
func (e explainedChance) law() string {
	if e.x.OnTheMinute.Known() {
		e.x.OnTheMinute = Optional[OnTheMinute]{}
		return "the minute's mixture of " + strings.Replace(e.law(), e.offered(), "m(t)", 1)
	}
	if e.x.Arrivals == Bursty {
		return fmt.Sprintf("negative binomial(%s, z)", e.offered())
	}
	return fmt.Sprintf("Poisson(%s)", e.offered())
}

// source returns the source of the formulas for a pool that only one function uses. Those for batches are derived.
func (e explainedChance) source() aws.Source {
	switch {
	case e.x.OnTheMinute.Known():
		return aws.SourceJagerman
	case e.x.Arrivals == Bursty:
		return aws.SourceDerived
	}
	return aws.SourceErlang
}

// cost explains the monthly cost of a function.
func (s *steps) cost(row *FunctionSpill, prices []Price) {
	x, ok := row.Cost.Get()
	if !ok {
		return
	}
	if total, ok := x.Total.Get(); ok {
		var parts []float64
		for _, part := range []Optional[float64]{x.ProvisionedCapacity, x.ProvisionedDuration, x.OnDemandDuration,
			x.Requests, x.Ephemeral, x.Init} {
			parts = append(parts, part.Or(0))
		}
		s.add("cost.total_usd_month", "capacity + duration on it + on-demand duration + requests + storage + init",
			strings.Join(quantity.FormatUSDSum(parts, total), " + "), total, UnitUSD, aws.SourcePricing)
	}
	even, ok := x.BreakEvenUtilizationRatio.Get()
	for _, p := range prices {
		if ok && p.BreakEven() == x.BreakEvenUtilizationRatio {
			s.add("cost.break_even_utilization_ratio", "p/(o - q)",
				fmt.Sprintf("%g / (%g - %g)", p.Provisioned.Or(0), p.OnDemandDuration[0], p.ProvisionedDuration.Or(0)),
				even, UnitRatio, aws.SourceDerived)
			break
		}
	}
}

// Explain returns the steps of the split and, for each function, what it requires without and with headroom. The sizing
// must be that of the plan.
func (r PlanResult) Explain(sizing Sizing) []Step {
	s := steps{list: explainSplit(r.Account.SpillAccount, r.Now())}
	alone := len(r.Functions) == 1
	n := quotaNeed{elsewhere: r.Account.ClaimedElsewhere}
	for i := range r.Functions {
		p := &r.Functions[i]
		if p.Now.Managed.Known() {
			continue
		}
		provisions := p.provisions(alone, sizing)
		s.function = Some(p.Name)
		s.required(p, sizing)
		s.recommended(p, sizing, provisions)
		s.random(p)
		switch reserved, ok := p.Now.Reserved.Get(); {
		case ok:
			n.reserved += max(reserved, p.RecommendedReserved.Or(0))
		case provisions && p.Optimize.Known():
			n.provisioned += p.RecommendedProvisioned
		case provisions:
			n.provisioned += max(p.Now.Provisioned.Or(0), p.RecommendedProvisioned)
		}
	}
	if len(r.Regions) > 0 {
		return s.list
	}
	n.shared = r.Account.RecommendedConcurrency - n.units()
	s.function = Optional[string]{}
	symbol, units := elsewhere(n.elsewhere)
	s.add("recommended_concurrency", symbol+"sum(R) + sum(P without R) + shared units, each as recommended",
		fmt.Sprintf("%s%s + %s + %s", units, quantity.FormatCount(n.reserved),
			quantity.FormatCount(n.provisioned), quantity.FormatCount(n.shared)),
		float64(r.Account.RecommendedConcurrency), UnitUnits, aws.SourceDerived)
	return s.list
}

// required explains what the targets require, and what random arrivals require without a target.
func (s *steps) required(p *FunctionPlan, sizing Sizing) {
	load := quantity.FormatNumber(p.Now.RPS * p.Now.DurationMS.Or(0) / 1000)
	ask := func(quantityName, formula string, units Optional[int64], target Optional[float64]) {
		if n, ok := units.Get(); ok {
			s.add(quantityName, formula, fmt.Sprintf("a = %s, target %s", load, quantity.FormatChance(target.Or(0))),
				float64(n), UnitUnits, aws.SourceErlang)
		}
	}
	ask("required_provisioned_for_target", "the smallest P with a chance beyond it <= target",
		p.RequiredProvisionedForTarget, sizing.TargetSpillover)
	ask("required_units_for_target", "the smallest L with a chance of throttling <= target",
		p.RequiredUnitsForTarget, sizing.TargetThrottle)
	ask("required_provisioned_for_random", "the smallest P with a chance beyond it <= target",
		p.RequiredProvisionedForRandom, Some(SpilledMatters))
	if p.Now.Mode.Queues() {
		ask("required_units_for_random", "the smallest L with a chance of waiting <= target",
			p.RequiredUnitsForRandom, Some(QueuedMatters))
	} else {
		ask("required_units_for_random", "the smallest L with a chance of throttling <= target",
			p.RequiredUnitsForRandom, Some(ThrottledMatters))
	}
}

// recommended explains the sizes that the plan recommends.
func (s *steps) recommended(p *FunctionPlan, sizing Sizing, provisions bool) {
	const formula = "ceil(required x (1 + headroom))"
	factor := func(target Optional[int64]) string { return fmt.Sprintf("%.6g", 1+sizing.HeadroomFor(target)) }
	with := func(units int64, target Optional[int64]) string {
		return fmt.Sprintf("ceil(%s x %s)", quantity.FormatCount(units), factor(target))
	}
	x, optimized := p.Optimize.Get()
	now := p.Now.Provisioned.Or(0)
	switch {
	case p.Now.CannotProvision():
	case optimized:
		s.add("recommended_provisioned", "the N with the least cost of random arrivals",
			fmt.Sprintf("%d provisioned now", now), float64(x.cheapest()), UnitUnits, aws.SourceDerived)
	case p.RecommendedProvisioned == now && now > p.provisionedWith(sizing):
		s.add("recommended_provisioned", "the P of now, since fewer would miss the throttle target of all",
			fmt.Sprintf("%d provisioned now", now), float64(now), UnitUnits, aws.SourceDerived)
	default:
		s.add("recommended_provisioned", formula, with(p.RequiredForAll(), p.RequiredProvisionedForTarget),
			float64(p.RecommendedProvisioned), UnitUnits, aws.SourceProvisioned)
	}
	if n, ok := p.RecommendedReserved.Get(); ok {
		numbers := with(p.RequiredUnitsForAll().Or(0), p.RequiredUnitsForTarget)
		if provisions && !p.Optimize.Known() && n == p.RecommendedProvisioned {
			numbers = with(p.RequiredForAll(), p.RequiredProvisionedForTarget)
		}
		s.add("recommended_reserved", formula, numbers, float64(n), UnitUnits, aws.SourceDerived)
	}
}

// random explains the size that suits random arrivals, if that is more than what is recommended.
func (s *steps) random(p *FunctionPlan) {
	if n := p.ProvisionTo(); n > p.RecommendedProvisioned {
		s.add("provisioned to set", "max(recommended, required for random arrivals)",
			fmt.Sprintf("max(%s, %s)", quantity.FormatCount(p.RecommendedProvisioned), quantity.FormatCount(n)),
			float64(n), UnitUnits, aws.SourceDerived)
	}
	recommended, ok := p.RecommendedReserved.Get()
	if n := p.ReserveTo(); ok && n > max(recommended, p.Now.Reserved.Or(0)) { // a plan lowers no reservation
		s.add("reserved to set", "max(recommended, required for random arrivals)",
			fmt.Sprintf("max(%s, %s)", quantity.FormatCount(recommended), quantity.FormatCount(n)),
			float64(n), UnitUnits, aws.SourceDerived)
	}
}

// provisions reports whether a plan with this sizing sets the provisioned concurrency of the function, see planner.
func (p *FunctionPlan) provisions(alone bool, sizing Sizing) bool {
	return p.Now.Provisioned.Or(0) > 0 || alone && sizing.TargetSpillover.Known() ||
		p.Optimize.Or(Optimization{}).cheapest() > 0
}
