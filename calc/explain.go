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
	// Unit is units, requests/s, environments or ratio.
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
	}
	return s.list
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

// account explains the units that are not yet set aside.
func (s *steps) account(a AccountResult) {
	s.add("unreserved", "A - sum(R) - sum(P without R)",
		fmt.Sprintf("%s - %s - %s", FormatCount(a.Concurrency), FormatCount(a.ReservedTotal), FormatCount(a.ProvisionedUnreservedTotal)),
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
	for i := range r.Functions {
		s.split(&r.Functions[i], r.Account.Unreserved)
	}
	s.function = Optional[string]{}
	if n, ok := r.Account.RequiredConcurrency.Get(); ok {
		a := r.Account
		formula, shared := "need of U", FormatCount(a.RequiredUnreserved)
		if a.ReservedTotal+a.ProvisionedUnreservedTotal > 0 {
			formula, shared = "max(floor, need of U)", fmt.Sprintf("max(%s, %s)", FormatCount(a.UnreservedFloor), shared)
		}
		s.add("required_concurrency", "sum(R) + sum(P without R) + "+formula,
			fmt.Sprintf("%s + %s + %s", FormatCount(a.ReservedTotal), FormatCount(a.ProvisionedUnreservedTotal), shared),
			float64(n), unitUnits, SourceDerived)
	}
	return s.list
}

func (s *steps) split(row *FunctionSpill, unreserved int64) {
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
	factor := fmt.Sprintf("%.6g", 1+r.headroom)
	for i := range r.Functions {
		p := &r.Functions[i]
		s.function = Some(p.Name)
		s.add("recommended_provisioned", "ceil(required x (1 + headroom))",
			fmt.Sprintf("ceil(%s x %s)", FormatCount(p.RequiredProvisioned), factor),
			float64(p.RecommendedProvisioned), unitUnits, SourceProvisioned)
		if n, ok := p.RecommendedReserved.Get(); ok {
			units := p.RequiredUnits.Or(0)
			if p.Now.Provisioned.Known() {
				units = max(units, p.RequiredProvisioned)
			}
			s.add("recommended_reserved", "ceil(required x (1 + headroom))",
				fmt.Sprintf("ceil(%s x %s)", FormatCount(units), factor), float64(n), unitUnits, SourceDerived)
		}
	}
	s.function = Optional[string]{}
	s.add("recommended_concurrency", "sum(R) + sum(P without R) + shared units, each as recommended",
		fmt.Sprintf("%s + %s + %s", FormatCount(r.recommended.reserved), FormatCount(r.recommended.provisioned), FormatCount(r.recommended.shared)),
		float64(r.Account.RecommendedConcurrency), unitUnits, SourceDerived)
	return s.list
}
