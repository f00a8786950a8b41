package calc

import (
	"fmt"
	"slices"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/source"
)

// HasTenants reports whether the function has tenant isolation.
func (f *Function) HasTenants() bool { return f.Isolated || f.Tenants.Known() }

// canProvision reports whether the function can have provisioned concurrency.
//
// Source: aws.SourceTenancy, aws.SourceEdge, read 2026-11.
func (f *Function) canProvision() bool { return !f.HasTenants() && f.region == "" }

// requiredProvisioned returns the smallest provisioned concurrency that spills nothing of the rate, units; 0 for a
// function that cannot have any.
func (f *Function) requiredProvisioned() int64 {
	if !f.canProvision() {
		return 0
	}
	return f.provisioned().unitsFor(f.RPS.Or(0), f.DurationMS)
}

// CannotProvision reports whether the function cannot have provisioned concurrency.
func (f *FunctionSpill) CannotProvision() bool { return f.TenantLimit.Known() || f.Region.Known() }

// TenantLimit returns the most environments that the tenants of a function may have at a time, busy or idle; absent
// without tenant isolation.
//
//	2.5 N
//
// where N is the function's concurrency, units: its reservation or, without one, the account's quota.
//
// Source: aws.SourceTenancyLimit, read 2026-11. That the quota counts for a function without a reservation is derived.
func (a Account) TenantLimit(f *Function) Optional[int64] {
	if !f.HasTenants() {
		return Optional[int64]{}
	}
	return Some(f.Reserved.Or(a.Concurrency) * aws.TenantEnvironments / aws.TenantConcurrency)
}

// TenantUnits returns the concurrency that the environments of a function's tenants need, units: ceil(T / 2.5).
func (f *Function) TenantUnits() int64 {
	return (f.Tenants.Or(0)*aws.TenantConcurrency + aws.TenantEnvironments - 1) / aws.TenantEnvironments
}

// tenantQuota returns the quota that the tenants of functions without a reservation need, units; 0 if there are none.
func (a Account) tenantQuota() (most int64) {
	for i := range a.Functions {
		if f := &a.Functions[i]; !f.Reserved.Known() {
			most = max(most, f.TenantUnits())
		}
	}
	return most
}

// tenantRPS returns the rate that the tenants with environments send, requests per second:
//
//	λ min(1, L/T)
//
// where
//
//	λ = offered rate, requests per second
//	T = environments of the tenants, busy or idle
//	L = the most environments, see TenantLimit
//
// It assumes that all environments get the same rate, which AWS does not state.
func (a Account) tenantRPS(f *Function) float64 {
	rate, tenants, limit := f.RPS.Or(0), f.Tenants.Or(0), a.TenantLimit(f).Or(0)
	if tenants <= limit {
		return rate
	}
	return rate * (float64(limit) / float64(tenants))
}

// isolate turns away the requests of tenants that get no environment. They are throttled or queued, in place of or
// together with those that the pool turns away. It reports whether there are any.
func (a Account) isolate(f *Function, parts *Parts) bool {
	served := a.tenantRPS(f)
	if parts.OnDemandRPS <= served {
		return false
	}
	parts.OnDemandRPS = served
	if rest := f.RPS.Or(0) - served; f.refused() == Queued {
		parts.QueuedRPS = rest
	} else {
		parts.ThrottledRPS = rest
	}
	return true
}

// describeTenants adds the tenants of a function to its row. If some of them get no environment, the others determine
// how much the function can handle.
func (a Account) describeTenants(f *Function, row *FunctionSpill) {
	row.Tenants, row.TenantLimit = f.Tenants, a.TenantLimit(f)
	if !row.LacksTenants() {
		return
	}
	served := a.tenantRPS(f)
	if row.CeilingRPS = Some(min(served, row.CeilingRPS.Or(served))); row.OnDemandRPS >= served {
		row.ThrottleReason = Optional[aws.Reason]{} // AWS names none
	}
	row.HeadroomRatio = Some(0.0)
}

// LacksTenants reports whether the tenants of the function have more environments than AWS allows.
func (f *FunctionSpill) LacksTenants() bool {
	return f.TenantLimit.Known() && f.Tenants.Or(0) > f.TenantLimit.Or(0)
}

// tenantLoss returns the share of the requests whose tenants get no environment, 0 to 1.
func (f *FunctionSpill) tenantLoss() float64 {
	if !f.LacksTenants() {
		return 0
	}
	return 1 - float64(f.TenantLimit.Or(0))/float64(f.Tenants.Or(0))
}

// tenants adds the rows of a function with tenant isolation.
func (l *poolList) tenants(a Account, f *Function) {
	limit, isolated := a.TenantLimit(f).Get()
	if !isolated {
		return
	}
	for _, mode := range f.modes() {
		l.list = append(l.list, PoolLimits{Pool: PoolTenants, Function: Some(f.Name), Mode: mode, Concurrency: limit,
			DurationMS: f.DurationMS})
	}
}

// tenantFaults checks the tenants of a function.
func (f *Faults) tenantFaults(i int, fn *Function) {
	withinIf(f, i, "tenants", fn.Tenants, quantity.Units)
	switch {
	case !fn.Tenants.Known():
	case fn.IsManaged():
		f.note(i, "tenants", "functions on Managed Instances have no tenant isolation; expected compute: %s", OnLambda)
	case slices.ContainsFunc(fn.Sources, func(s source.Source) bool { return s.Type != source.Async }):
		f.note(i, "tenants", "pollers of an event source name no tenant, so they cannot invoke a function with tenant "+
			"isolation; expected no such source")
	case fn.Provisioned > 0:
		f.note(i, "tenants", "functions with tenant isolation have no provisioned concurrency; expected provisioned: 0")
	}
}

// tenantRules lists the rules about tenant isolation.
func tenantRules() []rule.Rule {
	return []rule.Rule{rule.TenantLimit, tenantsUnknown, tenantAssumptions}
}

var tenantsUnknown = rule.Rule{
	Word: "tenants-unknown", Level: rule.Info,
	Name:   "tenants unknown",
	Text:   "a function has tenant isolation, and the number of its tenants' environments is not given",
	Why:    "Give tenants: AWS throttles requests of tenants for which there is no environment.",
	Source: aws.SourceTenancyLimit,
}

var tenantAssumptions = rule.Rule{
	Word: "tenant-assumptions", Level: rule.Info, Aside: true,
	Name: "assumptions about tenant isolation",
	Text: "a function has tenant isolation, about which AWS does not state everything",
	Why: "All environments of tenants are assumed to get the same rate. Random arrivals and cold starts are those of " +
		"environments that all requests share: with a tenant of its own, each has fewer neighbours, so that cold starts " +
		"are more frequent. What AWS charges for creating an environment for a tenant is not in the cost.",
	Source: aws.SourceTenancy,
}

// tenants reports tenants that get no environment, and what is assumed or not known about tenants.
func (c *findings) tenants(a Account) {
	isolated := false
	for i := range a.Functions {
		f := &a.Functions[i]
		limit, ok := a.TenantLimit(f).Get()
		if !ok {
			continue
		}
		isolated = true
		switch n, known := f.Tenants.Get(); {
		case !known:
			c.function(tenantsUnknown, f, "tenant isolation: at most %s environments, busy or idle; "+
				"give tenants, the number that there are", quantity.FormatCount(limit))
		case n > limit:
			c.function(rule.TenantLimit, f, "%s", a.TenantMessage(f))
		}
	}
	if isolated {
		c.account(tenantAssumptions, "with tenant isolation, all environments of tenants are taken to get the same rate; "+
			"more frequent cold starts and the charge for creating an environment are not modelled")
	}
}

// TenantMessage says that the tenants of a function have more environments than AWS allows, with the numbers.
func (a Account) TenantMessage(f *Function) string {
	pool := "the quota of " + quantity.FormatCount(a.Concurrency)
	if reserved, ok := f.Reserved.Get(); ok {
		pool = quantity.FormatCount(reserved) + " reserved"
	}
	return fmt.Sprintf("%s environments of tenants, and AWS allows %s: 2.5 x %s",
		quantity.FormatCount(f.Tenants.Or(0)), quantity.FormatCount(a.TenantLimit(f).Or(0)), pool)
}

// TenantsBind reports whether the environments of tenants, and not a pool, determine how much of the rate is served.
func (f *FunctionSpill) TenantsBind() bool {
	return f.LacksTenants() && f.ThrottledRatio+f.QueuedRatio <= f.tenantLoss()+tolerance
}

// tenants explains the most environments of tenants.
func (s *steps) tenants(row *FunctionSpill) {
	if n, ok := row.TenantLimit.Get(); ok {
		s.add("tenant_environments_limit", "2.5 x (R, or A without a reservation)",
			"2.5 x "+quantity.FormatCount(n*aws.TenantConcurrency/aws.TenantEnvironments), float64(n), UnitEnvironments,
			aws.SourceTenancyLimit)
	}
}

// tenantQuota explains the quota that an account requires if it is that for the environments of tenants, and reports
// whether it is.
func (s *steps) tenantQuota(required int64, rows []FunctionSpill) bool {
	for i := range rows {
		f := Function{Tenants: rows[i].Tenants}
		if !rows[i].Reserved.Known() && f.Tenants.Known() && f.TenantUnits() == required {
			s.add("required_concurrency", "ceil(T / 2.5)", "ceil("+quantity.FormatCount(f.Tenants.Or(0))+" / 2.5)",
				float64(required), UnitUnits, aws.SourceTenancyLimit)
			return true
		}
	}
	return false
}

// withTenants returns a share of random arrivals that are throttled, 0 to 1, or the share whose tenants get no
// environment, if that is more.
func (f *FunctionSpill) withTenants(throttled Optional[float64]) Optional[float64] {
	if share, ok := throttled.Get(); ok {
		return Some(max(share, f.tenantLoss()))
	}
	return throttled
}
