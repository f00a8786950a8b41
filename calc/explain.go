package calc

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// A Step is one formula of a result, with the numbers filled in.
type Step struct {
	// Function is the function's name; absent if the step is about the account.
	Function Optional[string] `json:"function"`
	// Quantity is the JSON key of the figure that the step computes. In limits it is the pool and the mode.
	Quantity string `json:"quantity"`
	// Formula is the formula in symbols, see docs/explanation/formulas.md.
	Formula string `json:"formula"`
	// Numbers is the formula with the numbers filled in.
	Numbers string `json:"numbers"`
	// Value is the result, in Unit.
	Value float64 `json:"value"`
	// Unit is one of units, requests/s, environments, instances, ms, USD and ratio.
	Unit string `json:"unit"`
	// Source is where the formula is published, or the word "derived".
	Source aws.Source `json:"source"`
}

// The units of steps.
const (
	UnitUnits        = "units"
	UnitRate         = "requests/s"
	UnitRatio        = "ratio"
	UnitEnvironments = "environments"
	UnitInstances    = "instances"
	UnitMS           = "ms"
	UnitUSD          = "USD"
	UnitMessages     = "messages/s"
)

// steps collects the steps of a function or of the account.
type steps struct {
	function Optional[string]
	list     []Step
}

func (s *steps) add(quantity, formula, numbers string, value float64, unit string, source aws.Source) {
	s.list = append(s.list, Step{s.function, quantity, formula, numbers, value, unit, source})
}

// Explain returns the formulas for the ceiling of each pool and for the account's units. The options must be those that
// produced the result.
func (r LimitsResult) Explain(o LimitsOptions) []Step {
	s := steps{list: []Step{}}
	s.account(r.Account)
	for i := range r.Pools {
		p := &r.Pools[i]
		if rps, ok := p.RPS.Get(); ok {
			s.function = p.Function
			formula, numbers := p.terms(p.symbol(), p.Concurrency, p.DurationMS)
			source := aws.SourceConcurrency
			switch {
			case p.Pool == PoolManaged:
				source = aws.SourceManaged
			case p.Pool == PoolSource:
				source = pageOf(p.Source.Or(SourceSpill{}).Type)
				if p.Binding.Or("") == LimitRate {
					formula += ", at most what may be read"
				}
			}
			s.add(string(p.Pool)+" "+string(p.Mode), formula, numbers, rps, UnitRate, source)
		}
		s.inverses(p, o)
	}
	return s.list
}

// inverses explains the highest rate within a target, and the longest duration at a given rate.
func (s *steps) inverses(p *PoolLimits, o LimitsOptions) {
	s.function = p.Function
	where := string(p.Pool) + " " + string(p.Mode) + " "
	target, targeted := o.TargetSpillover.Get()
	units := quantity.FormatCount(p.Concurrency) + " units"
	turnsAway := "turn away"
	if p.Mode.Queues() && p.Pool != PoolProvisioned {
		turnsAway = "let wait, retries counted,"
	}
	if rps, ok := p.TargetRPS.Get(); ok {
		s.add(where+"target_rps", "the largest rps of which N units "+turnsAway+" <= target",
			fmt.Sprintf("%s, %s, target %s", units, seconds(p.DurationMS.Or(0)), quantity.FormatChance(target)),
			rps, UnitRate, aws.SourceErlang)
	}
	ms, ok := p.MaxDurationMS.Get()
	if !ok {
		return
	}
	rate := quantity.FormatNumber(o.MaxDurationAt.Or(0)) + " requests/s"
	most := fmt.Sprintf("%d min", aws.MaxDurationMS/60_000)
	if targeted {
		s.add(where+"max_duration_ms", "the largest d, up to "+most+", with which N units "+turnsAway+" <= target",
			fmt.Sprintf("%s, %s, target %s", units, rate, quantity.FormatChance(target)), ms, UnitMS, aws.SourceErlang)
		return
	}
	s.add(where+"max_duration_ms", "N/rps, at most "+most, units+" / "+rate, ms, UnitMS, aws.SourceConcurrency)
}

// symbol returns the symbol for the units of a pool.
func (p *PoolLimits) symbol() string {
	switch {
	case p.Pool == PoolAccount:
		return "A"
	case p.Pool == PoolFunction:
		return "R"
	case p.Pool == PoolProvisioned:
		return "P"
	case p.Pool == PoolOnDemand && p.Function.Known():
		return "(R - P)"
	case p.Pool == PoolOnDemand:
		return "U"
	case p.Pool == PoolManaged:
		return "requests"
	}
	return "C" // of an event source
}

// terms formats the formula and the numbers of a ceiling. It leaves out limits that are not known.
func (c Ceiling) terms(symbol string, units int64, durationMS Optional[float64]) (formula, numbers string) {
	var left, right []string
	if c.RateRPS.Known() {
		left = append(left, rateTerm(symbol))
		right = append(right, rateTimes(units))
	}
	if ms, ok := durationMS.Get(); ok {
		left = append(left, symbol+"/d")
		right = append(right, quantity.FormatCount(units)+" / "+seconds(ms))
	}
	return smallest(left), smallest(right)
}

// rateTerm formats the rate limit of a pool in symbols, and rateTimes in numbers.
func rateTerm(symbol string) string { return fmt.Sprintf("%d %s", aws.RatePerUnit, symbol) }
func rateTimes(units int64) string {
	return fmt.Sprintf("%d x %s", aws.RatePerUnit, quantity.FormatCount(units))
}

// smallest formats min(a, b), or a alone. Without terms it returns 0: a pool without units accepts nothing, even if
// neither limit is known.
func smallest(terms []string) string {
	switch len(terms) {
	case 0:
		return "0"
	case 1:
		return terms[0]
	}
	return "min(" + strings.Join(terms, ", ") + ")"
}

// seconds formats milliseconds as seconds with six significant digits.
func seconds(ms float64) string { return fmt.Sprintf("%.6g s", ms/1000) }

// elsewhere formats the term for the units claimed by functions that are not listed. Both parts are empty if there are
// none.
func elsewhere(claimed int64) (symbol, units string) {
	if claimed == 0 {
		return "", ""
	}
	return "C + ", quantity.FormatCount(claimed) + " + "
}

// account explains the units that are not set aside.
func (s *steps) account(a AccountResult) {
	symbol, units := elsewhere(a.ClaimedElsewhere)
	minus := func(sum string) string { return strings.Replace(sum, "+", "-", 1) }
	formula := "A - " + minus(symbol) + "sum(R) - sum(P without R)"
	numbers := fmt.Sprintf("%s - %s%s - %s", quantity.FormatCount(a.Concurrency), minus(units),
		quantity.FormatCount(a.ReservedTotal), quantity.FormatCount(a.ProvisionedUnreservedTotal))
	if a.Overclaimed > 0 {
		formula, numbers = "max(0, "+formula+")", "max(0, "+numbers+")"
	}
	s.add("unreserved", formula, numbers,
		float64(a.Unreserved), UnitUnits, aws.SourceReserved)
	s.add("reservable", "max(0, U - floor)",
		fmt.Sprintf("max(0, %s - %s)", quantity.FormatCount(a.Unreserved), quantity.FormatCount(a.UnreservedFloor)),
		float64(a.Reservable), UnitUnits, aws.SourceConcurrency)
}

// Explain returns the formulas for each part of each function's split, for its utilization, and for the provisioned
// concurrency that it requires.
func (r SpillResult) Explain() []Step { return explainSplit(r.Account, r.Functions) }

func explainSplit(a SpillAccount, functions []FunctionSpill) []Step {
	s := steps{list: []Step{}}
	s.account(a.AccountResult)
	sharing := map[string]int{} // by the Region of the unreserved units, if that is not the account's
	for i := range functions {
		if f := &functions[i]; !f.Managed.Known() && !f.Reserved.Known() && f.RPS > 0 && f.DurationMS.Known() {
			sharing[f.abroad()]++
		}
	}
	for i := range functions {
		if m, ok := functions[i].Managed.Get(); ok {
			s.managed(&functions[i], m)
			continue
		}
		f := &functions[i]
		unreserved := f.RegionUnreserved.Or(a.Unreserved)
		s.sources(f)
		s.split(f, unreserved)
		s.chance(f, unreserved, sharing[f.abroad()] > 1)
		s.cost(f, a.Cost.Or(AccountCost{}).Prices)
	}
	s.function = Optional[string]{}
	s.requiredConcurrency(a, functions)
	return s.list
}

// requiredConcurrency explains the quota that the account requires, see Account.required. The units left for the
// functions that share are the floor of that quota, unless they need more.
func (s *steps) requiredConcurrency(a SpillAccount, functions []FunctionSpill) {
	n, ok := a.RequiredConcurrency.Get()
	if !ok || byRegion(functions) { // each Region has its own
		return
	}
	reserved := int64(0)
	for i := range functions {
		row := &functions[i]
		if r, ok := row.Reserved.Get(); ok {
			f := Function{Mode: row.Mode, RPS: Some(row.reachingRPS()), DurationMS: row.DurationMS,
				Reserved: row.Reserved, Provisioned: row.Provisioned.Or(0), Tenants: row.Tenants}
			reserved += max(r, f.requiredUnits().Or(0))
		}
	}
	if s.tenantQuota(n, functions) {
		return
	}
	formula, shared := "need of U", quantity.FormatCount(a.RequiredUnreserved)
	aside := a.ClaimedElsewhere + reserved + a.ProvisionedUnreservedTotal
	if left := n - aside; aside > 0 && left > a.RequiredUnreserved {
		formula, shared = "max(floor, need of U)", fmt.Sprintf("max(%s, %s)", quantity.FormatCount(left), shared)
	} else if aside > 0 {
		formula = "max(floor, need of U)"
		shared = fmt.Sprintf("max(%s, %s)", quantity.FormatCount(a.UnreservedFloor), shared)
	}
	symbol, units := elsewhere(a.ClaimedElsewhere)
	s.add("required_concurrency", symbol+"sum(max(R, required)) + sum(P without R) + "+formula,
		fmt.Sprintf("%s%s + %s + %s", units, quantity.FormatCount(reserved),
			quantity.FormatCount(a.ProvisionedUnreservedTotal), shared),
		float64(n), UnitUnits, aws.SourceDerived)
}

// split explains the steady split of one function.
func (s *steps) split(row *FunctionSpill, unreserved int64) {
	s.function = Some(row.Name)
	provisioned := row.Provisioned.Or(0)
	rate := quantity.FormatNumber(row.reachingRPS())
	if provisioned > 0 {
		c := Provisioned(provisioned).Ceiling(row.DurationMS)
		formula, numbers := c.terms("P", provisioned, row.DurationMS)
		s.add("provisioned_ceiling_rps", formula, numbers, c.RPS.Or(0), UnitRate, aws.SourceConcurrency)
		s.add("provisioned_rps", "min(rps, provisioned ceiling)",
			fmt.Sprintf("min(%s, %s)", rate, quantity.FormatNumber(c.RPS.Or(0))),
			row.ProvisionedRPS, UnitRate, aws.SourceConcurrency)
	}
	if rps, ok := row.OnDemandCeilingRPS.Get(); ok {
		formula, numbers, source := row.roomTerms(unreserved)
		s.add("on_demand_ceiling_rps", formula, numbers, rps, UnitRate, source)
	}
	excess := row.reachingRPS() - row.ProvisionedRPS
	if s.tenants(row); row.TenantsBind() {
		s.add("on_demand_rps", "rps x L/T", fmt.Sprintf("%s x %s / %s", rate, quantity.FormatCount(row.TenantLimit.Or(0)),
			quantity.FormatCount(row.Tenants.Or(0))), row.OnDemandRPS, UnitRate, aws.SourceDerived)
	} else if !row.Reserved.Known() && row.OnDemandRPS < excess {
		s.add("on_demand_rps", "e x share of U",
			fmt.Sprintf("%s x %.6g", quantity.FormatNumber(excess), row.OnDemandRPS/excess),
			row.OnDemandRPS, UnitRate, aws.SourceDerived)
	}
	rest := fmt.Sprintf("%s - %s", rate, quantity.FormatNumber(row.ProvisionedRPS))
	refused := rest + " - " + quantity.FormatNumber(row.OnDemandRPS)
	switch {
	case row.ThrottledRPS > 0:
		s.add("throttled_rps", "rps - provisioned - on demand", refused, row.ThrottledRPS, UnitRate, aws.SourceConcurrency)
	case row.QueuedRPS > 0:
		refused = fmt.Sprintf("%s - %s - %s", quantity.FormatNumber(row.RPS), quantity.FormatNumber(row.ProvisionedRPS),
			quantity.FormatNumber(row.OnDemandRPS))
		s.add("queued_rps", "rps - provisioned - on demand", refused, row.QueuedRPS, UnitRate, row.queuedBy())
	case row.SpilloverRPS > 0:
		s.add("spillover_rps", "rps - provisioned", rest, row.SpilloverRPS, UnitRate, aws.SourceConcurrency)
	}
	s.units(row)
}

// units explains the environments in use and the required provisioned concurrency.
func (s *steps) units(row *FunctionSpill) {
	rate := quantity.FormatNumber(row.reachingRPS())
	perUnit := fmt.Sprintf("ceil(%s / %d)", rate, aws.RatePerUnit)
	required := float64(row.RequiredProvisioned)
	ms, timed := row.DurationMS.Get()
	if !timed {
		if !row.CannotProvision() {
			s.add("required_provisioned", fmt.Sprintf("ceil(rps / %d)", aws.RatePerUnit), perUnit,
				required, UnitUnits, aws.SourceConcurrency)
		}
		return
	}
	d := seconds(ms)
	if u, ok := row.ProvisionedUtilizationRatio.Get(); ok {
		provisioned := quantity.FormatCount(row.Provisioned.Or(0))
		s.add("provisioned_utilization_ratio", "provisioned rps x d / P",
			fmt.Sprintf("%s x %s / %s", quantity.FormatNumber(row.ProvisionedRPS), d, provisioned),
			u, UnitRatio, aws.SourceMonitoring)
	}
	served := quantity.FormatNumber(row.ProvisionedRPS + row.OnDemandRPS)
	s.add("busy", "served rps x d", fmt.Sprintf("%s x %s", served, d), row.Busy(), UnitEnvironments, aws.SourceConcurrency)
	if row.CannotProvision() {
		return
	}
	s.add("required_provisioned", fmt.Sprintf("max(ceil(rps x d), ceil(rps / %d))", aws.RatePerUnit),
		fmt.Sprintf("max(ceil(%s x %s), %s)", rate, d, perUnit), required, UnitUnits, aws.SourceConcurrency)
}

// roomTerms formats the formula of the on-demand ceiling.
func (f *FunctionSpill) roomTerms(unreserved int64) (formula, numbers string, source aws.Source) {
	if reserved, ok := f.Reserved.Get(); ok {
		units := reserved - f.Provisioned.Or(0)
		var left, right []string
		if f.Mode.RateLimited() {
			left = append(left, rateTerm("R")+" - provisioned")
			right = append(right, rateTimes(reserved)+" - "+quantity.FormatNumber(f.ProvisionedRPS))
		}
		if ms, ok := f.DurationMS.Get(); ok {
			left = append(left, "(R - P)/d")
			right = append(right, quantity.FormatCount(units)+" / "+seconds(ms))
		}
		return smallest(left), smallest(right), aws.SourceConcurrency
	}
	formula, numbers = f.Mode.Pool(unreserved).Ceiling(f.DurationMS).terms("U", unreserved, f.DurationMS)
	return formula, numbers, aws.SourceDerived
}
