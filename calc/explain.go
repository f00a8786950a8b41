package calc

import (
	"fmt"
	"strings"
)

// A Step is one formula of a result with the numbers put into it.
type Step struct {
	// Function is the function's name; absent where the account is meant.
	Function Optional[string] `json:"function"`
	// Quantity is the JSON key of the figure that the step computes; in limits
	// it is the pool and the mode.
	Quantity string `json:"quantity"`
	// Formula is the formula in symbols, see docs/formulas.md.
	Formula string `json:"formula"`
	// Numbers is the formula with the numbers put in.
	Numbers string `json:"numbers"`
	// Value is what comes out, in Unit.
	Value float64 `json:"value"`
	// Unit is units, requests/s, environments, ms, USD or ratio.
	Unit string `json:"unit"`
	// Source is where the formula stands, or that it is derived.
	Source Source `json:"source"`
}

// The units of steps.
const (
	unitUnits = "units"
	unitRate  = "requests/s"
	unitRatio = "ratio"
	unitEnvs  = "environments"
	unitMS    = "ms"
	unitUSD   = "USD"
)

// steps collects the steps of one function, or of the account.
type steps struct {
	function Optional[string]
	list     []Step
}

func (s *steps) add(quantity, formula, numbers string, value float64, unit string, source Source) {
	s.list = append(s.list, Step{s.function, quantity, formula, numbers, value, unit, source})
}

// Explain gives the formula of every pool's ceiling, and of the account's
// units.
func (r LimitsResult) Explain() []Step {
	s := steps{list: []Step{}}
	s.account(r.Account)
	for i := range r.Pools {
		p := &r.Pools[i]
		if rps, ok := p.RPS.Get(); ok {
			s.function = p.Function
			formula, numbers := p.terms(symbols[p.Pool][p.Function.Known()], p.Concurrency, p.DurationMS)
			s.add(string(p.Pool)+" "+string(p.Mode), formula, numbers, rps, unitRate, SourceConcurrency)
		}
		s.inverses(p, r.options)
	}
	return s.list
}

// inverses explains the answers to the inverse questions.
func (s *steps) inverses(p *Pool, o LimitsOptions) {
	s.function = p.Function
	where := string(p.Pool) + " " + string(p.Mode) + " "
	target, targeted := o.TargetSpillover.Get()
	units := FormatCount(p.Concurrency) + " units"
	if rps, ok := p.TargetRPS.Get(); ok {
		s.add(where+"target_rps", "the largest rps of which N units turn away <= target",
			fmt.Sprintf("%s, %s, target %s", units, seconds(p.DurationMS.Or(0)), FormatChance(target)), rps, unitRate, SourceErlang)
	}
	if ms, ok := p.MaxDurationMS.Get(); ok {
		rate := FormatNumber(o.MaxDurationAt.Or(0)) + " requests/s"
		if targeted {
			s.add(where+"max_duration_ms", fmt.Sprintf("the largest d, up to %d min, with which N units turn away <= target", MaxDurationMS/60_000),
				fmt.Sprintf("%s, %s, target %s", units, rate, FormatChance(target)), ms, unitMS, SourceErlang)
		} else {
			s.add(where+"max_duration_ms", fmt.Sprintf("N/rps, at most %d min", MaxDurationMS/60_000), units+" / "+rate, ms, unitMS, SourceConcurrency)
		}
	}
}

// chance explains what becomes of a load by chance. A crowded unreserved pool is
// shared by several loads.
func (s *steps) chance(row *FunctionSpill, unreserved int64, crowded bool) {
	x, ok := row.Chance.Get()
	if !ok {
		return
	}
	d := row.DurationMS.Or(0) / 1000
	load := row.RPS * d
	pool := func(symbol string) string {
		full := fmt.Sprintf("B(%s, a)", symbol)
		if x.Peakedness > 1 {
			full = fmt.Sprintf("B(%s/z, a/z)", symbol)
		}
		if d < rateBindsMS/1000 {
			return fmt.Sprintf("limiter of %s, then %s", rateTerm(symbol), full)
		}
		return full
	}
	numbers := func(units int64) string {
		text := fmt.Sprintf("%s units, a = %s", FormatCount(units), FormatNumber(load))
		if x.Peakedness > 1 {
			text += ", z = " + FormatNumber(x.Peakedness)
		}
		return text
	}
	source := SourceErlang
	if x.Peakedness > 1 {
		source = SourceRapp
	}
	provisioned := row.Provisioned.Or(0)
	units := row.Reserved.Or(provisioned + unreserved)
	if ratio, ok := x.BeyondProvisionedRatio.Get(); ok {
		s.add("chance.beyond_provisioned_ratio", pool("P"), numbers(provisioned), ratio, unitRatio, source)
	}
	if ratio, ok := x.ThrottledRatio.Get(); ok && crowded && !row.Reserved.Known() {
		s.add("chance.throttled_ratio", "own part of what U loses of all overflows", "U = "+FormatCount(unreserved), ratio, unitRatio, SourceRapp)
	} else if ok {
		s.add("chance.throttled_ratio", pool("L"), numbers(units), ratio, unitRatio, source)
	}
	law := "Poisson(a)"
	if x.Peakedness > 1 {
		law = "normal(a, a z)"
	}
	s.add("chance.concurrency_p99", "quantile of "+law+", at most L", numbers(units), float64(x.ConcurrencyP99), unitEnvs, SourceErlang)
	if ratio, ok := x.ColdStartRatio.Get(); ok {
		s.add("chance.cold_start_ratio", "sum of π_k G_k(T), k = P..L-1",
			fmt.Sprintf("k from %s, a = %s, T = %s", FormatCount(provisioned), FormatNumber(load), FormatDuration(x.KeepAliveS*1000)), ratio, unitRatio, SourceTalbot)
	}
}

// cost explains what a function costs in a month.
func (s *steps) cost(row *FunctionSpill, prices []Price) {
	x, ok := row.Cost.Get()
	if !ok {
		return
	}
	if total, ok := x.Total.Get(); ok {
		var parts []string
		for _, part := range []Optional[float64]{x.ProvisionedCapacity, x.ProvisionedDuration, x.OnDemandDuration, x.Requests, x.Ephemeral, x.Init} {
			parts = append(parts, FormatUSD(part.Or(0)))
		}
		s.add("cost.total_usd_month", "capacity + duration on it + on-demand duration + requests + storage + init", strings.Join(parts, " + "), total, unitUSD, SourcePricing)
	}
	even, ok := x.BreakEvenUtilizationRatio.Get()
	for _, p := range prices {
		if ok && p.BreakEven() == x.BreakEvenUtilizationRatio {
			s.add("cost.break_even_utilization_ratio", "p/(o - q)", fmt.Sprintf("%g / (%g - %g)", p.Provisioned.Or(0), p.OnDemandDuration[0], p.ProvisionedDuration.Or(0)),
				even, unitRatio, SourceDerived)
			break
		}
	}
}

// symbols names the units of a pool: of the account's own, and of a function's.
var symbols = map[PoolKind]map[bool]string{
	PoolAccount:     {false: "A"},
	PoolFunction:    {true: "R"},
	PoolProvisioned: {true: "P"},
	PoolOnDemand:    {false: "U", true: "(R - P)"},
}

// terms writes a ceiling's formula and numbers: the limits that are known.
func (c Ceiling) terms(symbol string, units int64, durationMS Optional[float64]) (formula, numbers string) {
	var left, right []string
	if c.RateRPS.Known() {
		left = append(left, rateTerm(symbol))
		right = append(right, rateTimes(units))
	}
	if ms, ok := durationMS.Get(); ok {
		left = append(left, symbol+"/d")
		right = append(right, FormatCount(units)+" / "+seconds(ms))
	}
	return smallest(left), smallest(right)
}

// rateTerm and rateTimes write the rate limit of a pool: in symbols, and in
// numbers.
func rateTerm(symbol string) string { return fmt.Sprintf("%d %s", RatePerUnit, symbol) }
func rateTimes(units int64) string  { return fmt.Sprintf("%d x %s", RatePerUnit, FormatCount(units)) }

// smallest writes min(a, b), a alone, or 0 for a pool without units, which
// carries nothing although neither limit is known.
func smallest(terms []string) string {
	switch len(terms) {
	case 0:
		return "0"
	case 1:
		return terms[0]
	}
	return "min(" + strings.Join(terms, ", ") + ")"
}

// seconds writes milliseconds as seconds with all digits that matter.
func seconds(ms float64) string { return fmt.Sprintf("%.6g s", ms/1000) }

// elsewhere is the term of a sum for what functions that are not listed have
// claimed: nothing where that is nothing.
func elsewhere(claimed int64) (symbol, units string) {
	if claimed == 0 {
		return "", ""
	}
	return "C + ", FormatCount(claimed) + " + "
}

// account explains the units that are not yet set aside.
func (s *steps) account(a AccountResult) {
	symbol, units := elsewhere(a.ClaimedElsewhere)
	s.add("unreserved", "A - "+strings.Replace(symbol, "+", "-", 1)+"sum(R) - sum(P without R)",
		fmt.Sprintf("%s - %s%s - %s", FormatCount(a.Concurrency), strings.Replace(units, "+", "-", 1), FormatCount(a.ReservedTotal), FormatCount(a.ProvisionedUnreservedTotal)),
		float64(a.Unreserved), unitUnits, SourceReserved)
	s.add("reservable", "max(0, U - floor)",
		fmt.Sprintf("max(0, %s - %s)", FormatCount(a.Unreserved), FormatCount(a.UnreservedFloor)),
		float64(a.Reservable), unitUnits, SourceConcurrency)
}

// Explain gives the formula of every part of every function's split, of its
// utilization and of the provisioned concurrency it requires.
func (r SpillResult) Explain() []Step {
	s := steps{list: []Step{}}
	s.account(r.Account.AccountResult)
	sharing := 0
	for i := range r.Functions {
		if f := &r.Functions[i]; !f.Reserved.Known() && f.RPS > 0 && f.DurationMS.Known() {
			sharing++
		}
	}
	for i := range r.Functions {
		s.split(&r.Functions[i], r.Account.Unreserved, sharing > 1)
		s.cost(&r.Functions[i], r.Account.Cost.Or(AccountCost{}).Prices)
	}
	s.function = Optional[string]{}
	if n, ok := r.Account.RequiredConcurrency.Get(); ok {
		a := r.Account
		formula, shared := "need of U", FormatCount(a.RequiredUnreserved)
		if a.ClaimedElsewhere+a.ReservedTotal+a.ProvisionedUnreservedTotal > 0 {
			formula, shared = "max(floor, need of U)", fmt.Sprintf("max(%s, %s)", FormatCount(a.UnreservedFloor), shared)
		}
		symbol, units := elsewhere(a.ClaimedElsewhere)
		s.add("required_concurrency", symbol+"sum(R) + sum(P without R) + "+formula,
			fmt.Sprintf("%s%s + %s + %s", units, FormatCount(a.ReservedTotal), FormatCount(a.ProvisionedUnreservedTotal), shared),
			float64(n), unitUnits, SourceDerived)
	}
	return s.list
}

func (s *steps) split(row *FunctionSpill, unreserved int64, crowded bool) {
	s.function = Some(row.Name)
	provisioned := row.Provisioned.Or(0)
	rate := FormatNumber(row.RPS)
	var d string
	if ms, ok := row.DurationMS.Get(); ok {
		d = seconds(ms)
	}

	if provisioned > 0 {
		c := PoolCeiling(provisioned, row.DurationMS, true)
		formula, numbers := c.terms("P", provisioned, row.DurationMS)
		s.add("provisioned_ceiling_rps", formula, numbers, c.RPS.Or(0), unitRate, SourceConcurrency)
		s.add("provisioned_rps", "min(rps, provisioned ceiling)",
			fmt.Sprintf("min(%s, %s)", rate, FormatNumber(c.RPS.Or(0))), row.ProvisionedRPS, unitRate, SourceConcurrency)
	}
	if rps, ok := row.OnDemandCeilingRPS.Get(); ok {
		formula, numbers, source := row.roomTerms(unreserved)
		s.add("on_demand_ceiling_rps", formula, numbers, rps, unitRate, source)
	}
	if excess := row.RPS - row.ProvisionedRPS; !row.Reserved.Known() && row.OnDemandRPS < excess {
		s.add("on_demand_rps", "e x share of U", fmt.Sprintf("%s x %.6g", FormatNumber(excess), row.OnDemandRPS/excess),
			row.OnDemandRPS, unitRate, SourceDerived)
	}
	served := row.ProvisionedRPS + row.OnDemandRPS
	switch {
	case row.ThrottledRPS > 0:
		s.add("throttled_rps", "rps - provisioned - on demand", fmt.Sprintf("%s - %s - %s", rate,
			FormatNumber(row.ProvisionedRPS), FormatNumber(row.OnDemandRPS)), row.ThrottledRPS, unitRate, SourceConcurrency)
	case row.QueuedRPS > 0:
		s.add("queued_rps", "rps - provisioned - on demand", fmt.Sprintf("%s - %s - %s", rate,
			FormatNumber(row.ProvisionedRPS), FormatNumber(row.OnDemandRPS)), row.QueuedRPS, unitRate, SourceAsync)
	case row.SpilloverRPS > 0:
		s.add("spillover_rps", "rps - provisioned", fmt.Sprintf("%s - %s", rate,
			FormatNumber(row.ProvisionedRPS)), row.SpilloverRPS, unitRate, SourceConcurrency)
	}
	if u, ok := row.ProvisionedUtilizationRatio.Get(); ok {
		s.add("provisioned_utilization_ratio", "provisioned rps x d / P", fmt.Sprintf("%s x %s / %s",
			FormatNumber(row.ProvisionedRPS), d, FormatCount(provisioned)), u, unitRatio, SourceMonitoring)
	}
	if row.DurationMS.Known() {
		s.add("busy", "served rps x d", fmt.Sprintf("%s x %s", FormatNumber(served), d),
			row.ProvisionedBusy.Or(0)+row.OnDemandBusy.Or(0), unitEnvs, SourceConcurrency)
		s.add("required_provisioned", fmt.Sprintf("max(ceil(rps x d), ceil(rps / %d))", RatePerUnit),
			fmt.Sprintf("max(ceil(%s x %s), ceil(%s / %d))", rate, d, rate, RatePerUnit), float64(row.RequiredProvisioned), unitUnits, SourceConcurrency)
	} else {
		s.add("required_provisioned", fmt.Sprintf("ceil(rps / %d)", RatePerUnit),
			fmt.Sprintf("ceil(%s / %d)", rate, RatePerUnit), float64(row.RequiredProvisioned), unitUnits, SourceConcurrency)
	}
	s.chance(row, unreserved, crowded)
}

// roomTerms writes the formula of the room on demand.
func (row *FunctionSpill) roomTerms(unreserved int64) (formula, numbers string, source Source) {
	if reserved, ok := row.Reserved.Get(); ok {
		units := reserved - row.Provisioned.Or(0)
		var left, right []string
		if row.Mode == Sync {
			left = append(left, rateTerm("R")+" - provisioned")
			right = append(right, rateTimes(reserved)+" - "+FormatNumber(row.ProvisionedRPS))
		}
		if ms, ok := row.DurationMS.Get(); ok {
			left = append(left, "(R - P)/d")
			right = append(right, FormatCount(units)+" / "+seconds(ms))
		}
		return smallest(left), smallest(right), SourceConcurrency
	}
	c := PoolCeiling(unreserved, row.DurationMS, row.Mode == Sync)
	formula, numbers = c.terms("U", unreserved, row.DurationMS)
	return formula, numbers, SourceDerived
}

// Explain gives the steps of the split, and for every function what it
// requires and what that is with headroom.
func (r PlanResult) Explain() []Step {
	s := steps{list: SpillResult{Account: r.Account.SpillAccount, Functions: r.Now()}.Explain()}
	o := r.options
	factor := func(target Optional[int64]) string { return fmt.Sprintf("%.6g", 1+o.headroom(target)) }
	for i := range r.Functions {
		p := &r.Functions[i]
		s.function = Some(p.Name)
		load := FormatNumber(p.Now.RPS * p.Now.DurationMS.Or(0) / 1000)
		if n, ok := p.RequiredProvisionedForTarget.Get(); ok {
			s.add("required_provisioned_for_target", "the smallest P with a chance beyond it <= target",
				fmt.Sprintf("a = %s, target %s", load, FormatChance(r.options.TargetSpillover.Or(0))), float64(n), unitUnits, SourceErlang)
		}
		if n, ok := p.RequiredUnitsForTarget.Get(); ok {
			s.add("required_units_for_target", "the smallest L with a chance of throttling <= target",
				fmt.Sprintf("a = %s, target %s", load, FormatChance(r.options.TargetThrottle.Or(0))), float64(n), unitUnits, SourceErlang)
		}
		if x, ok := p.Optimize.Get(); ok {
			s.add("recommended_provisioned", "the N with the least cost of random arrivals", fmt.Sprintf("%d provisioned now", p.Now.Provisioned.Or(0)),
				float64(x.cheapest()), unitUnits, SourceDerived)
		} else {
			s.add("recommended_provisioned", "ceil(required x (1 + headroom))",
				fmt.Sprintf("ceil(%s x %s)", FormatCount(p.provisioned()), factor(p.RequiredProvisionedForTarget)),
				float64(p.RecommendedProvisioned), unitUnits, SourceProvisioned)
		}
		if n, ok := p.RecommendedReserved.Get(); ok {
			units, headroom := max(p.RequiredUnits.Or(0), p.RequiredUnitsForTarget.Or(0)), factor(p.RequiredUnitsForTarget)
			if p.provisions && !p.Optimize.Known() && n == p.RecommendedProvisioned {
				units, headroom = p.provisioned(), factor(p.RequiredProvisionedForTarget)
			}
			s.add("recommended_reserved", "ceil(required x (1 + headroom))",
				fmt.Sprintf("ceil(%s x %s)", FormatCount(units), headroom), float64(n), unitUnits, SourceDerived)
		}
	}
	s.function = Optional[string]{}
	symbol, units := elsewhere(r.recommended.elsewhere)
	s.add("recommended_concurrency", symbol+"sum(R) + sum(P without R) + shared units, each as recommended",
		fmt.Sprintf("%s%s + %s + %s", units, FormatCount(r.recommended.reserved), FormatCount(r.recommended.provisioned), FormatCount(r.recommended.shared)),
		float64(r.Account.RecommendedConcurrency), unitUnits, SourceDerived)
	return s.list
}
