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
	d := row.DurationMS.Or(0) / 1000
	load := quantity.FormatNumber(row.RPS * d)
	bursty := x.Peakedness > 1
	pool := func(symbol string) string {
		full := fmt.Sprintf("B(%s, a)", symbol)
		if bursty {
			full = fmt.Sprintf("B(%s/z, a/z)", symbol)
		}
		if d < rateBindsMS/1000 {
			return fmt.Sprintf("limiter of %s, then %s", rateTerm(symbol), full)
		}
		return full
	}
	numbers := func(units int64) string {
		text := fmt.Sprintf("%s units, a = %s", quantity.FormatCount(units), load)
		if bursty {
			text += ", z = " + quantity.FormatNumber(x.Peakedness)
		}
		return text
	}
	law, source := "Poisson(a)", aws.SourceErlang
	if bursty {
		law, source = "normal(a, a z)", aws.SourceRapp
	}
	provisioned := row.Provisioned.Or(0)
	units := row.Reserved.Or(provisioned + unreserved)
	if ratio, ok := x.BeyondProvisionedRatio.Get(); ok {
		s.add("chance.beyond_provisioned_ratio", pool("P"), numbers(provisioned), ratio, UnitRatio, source)
	}
	if ratio, ok := x.ThrottledRatio.Get(); ok && sharing && !row.Reserved.Known() {
		s.add("chance.throttled_ratio", "own part of what U loses of all overflows",
			"U = "+quantity.FormatCount(unreserved), ratio, UnitRatio, aws.SourceRapp)
	} else if ok {
		s.add("chance.throttled_ratio", pool("L"), numbers(units), ratio, UnitRatio, source)
	}
	s.add("chance.concurrency_p99", "quantile of "+law+", at most L", numbers(units),
		float64(x.ConcurrencyP99), UnitEnvironments, aws.SourceErlang)
	if ratio, ok := x.ColdStartRatio.Get(); ok {
		keepAlive := quantity.FormatDuration(x.KeepAliveS * 1000)
		s.add("chance.cold_start_ratio", "sum of π_k G_k(T), k = P..L-1",
			fmt.Sprintf("k from %s, a = %s, T = %s", quantity.FormatCount(provisioned), load, keepAlive),
			ratio, UnitRatio, aws.SourceTalbot)
	}
}

// cost explains the monthly cost of a function.
func (s *steps) cost(row *FunctionSpill, prices []Price) {
	x, ok := row.Cost.Get()
	if !ok {
		return
	}
	if total, ok := x.Total.Get(); ok {
		var parts []string
		for _, part := range []Optional[float64]{x.ProvisionedCapacity, x.ProvisionedDuration, x.OnDemandDuration,
			x.Requests, x.Ephemeral, x.Init} {
			parts = append(parts, quantity.FormatUSD(part.Or(0)))
		}
		s.add("cost.total_usd_month", "capacity + duration on it + on-demand duration + requests + storage + init",
			strings.Join(parts, " + "), total, UnitUSD, aws.SourcePricing)
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

// Explain returns the steps of the split and, for every function, what it requires and what that is with headroom. The
// sizing must be that of the plan.
func (r PlanResult) Explain(sizing Sizing) []Step {
	s := steps{list: explainSplit(r.Account.SpillAccount, r.Now())}
	alone := len(r.Functions) == 1
	n := quotaNeed{elsewhere: r.Account.ClaimedElsewhere}
	for i := range r.Functions {
		p := &r.Functions[i]
		provisions := p.provisions(alone, sizing)
		s.function = Some(p.Name)
		s.required(p, sizing)
		s.recommended(p, sizing, provisions)
		switch reserved, ok := p.Now.Reserved.Get(); {
		case ok:
			n.reserved += max(reserved, p.RecommendedReserved.Or(0))
		case provisions && p.Optimize.Known():
			n.provisioned += p.RecommendedProvisioned
		case provisions:
			n.provisioned += max(p.Now.Provisioned.Or(0), p.RecommendedProvisioned)
		}
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

// required explains what the targets require.
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
}

// recommended explains the sizes that the plan recommends.
func (s *steps) recommended(p *FunctionPlan, sizing Sizing, provisions bool) {
	const formula = "ceil(required x (1 + headroom))"
	factor := func(target Optional[int64]) string { return fmt.Sprintf("%.6g", 1+sizing.headroom(target)) }
	with := func(units int64, target Optional[int64]) string {
		return fmt.Sprintf("ceil(%s x %s)", quantity.FormatCount(units), factor(target))
	}
	if x, ok := p.Optimize.Get(); ok {
		s.add("recommended_provisioned", "the N with the least cost of random arrivals",
			fmt.Sprintf("%d provisioned now", p.Now.Provisioned.Or(0)), float64(x.cheapest()), UnitUnits, aws.SourceDerived)
	} else if now := p.Now.Provisioned.Or(0); p.RecommendedProvisioned == now && now > p.provisionedWith(sizing) {
		s.add("recommended_provisioned", "the P of now, since fewer would miss the throttle target of all",
			fmt.Sprintf("%d provisioned now", now), float64(now), UnitUnits, aws.SourceDerived)
	} else {
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

// provisions reports whether a plan with this sizing sets the provisioned concurrency of the function, see planner.
func (p *FunctionPlan) provisions(alone bool, sizing Sizing) bool {
	return p.Now.Provisioned.Or(0) > 0 || alone && sizing.TargetSpillover.Known() ||
		p.Optimize.Or(Optimization{}).cheapest() > 0
}
