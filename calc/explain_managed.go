package calc

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// managed explains the environments, the ceiling and the instances of a function on Managed Instances, and their cost.
func (s *steps) managed(row *FunctionSpill, m ManagedSpill) {
	s.function = Some(row.Name)
	count := quantity.FormatCount
	rate, d := quantity.FormatNumber(row.RPS), seconds(row.DurationMS.Or(0))
	per := count(m.PerEnvironment.Or(0))
	if n, ok := m.Required.Get(); ok {
		s.add("managed.environments_required", "ceil(rps x d / requests of an environment)",
			fmt.Sprintf("ceil(%s x %s / %s)", rate, d, per), float64(n), UnitEnvironments, aws.SourceManagedCalculator)
	}
	if rps, ok := m.CeilingRPS.Get(); ok {
		s.add("managed.ceiling_rps", "environments_max x requests of an environment / d",
			fmt.Sprintf("%s x %s / %s", count(m.Max.Or(0)), per, d), rps, UnitRate, aws.SourceManaged)
	}
	if row.ThrottledRPS+row.QueuedRPS > 0 {
		s.add("managed.refused_rps", "rps - ceiling",
			fmt.Sprintf("%s - %s", rate, quantity.FormatNumber(row.OnDemandRPS)), row.ThrottledRPS+row.QueuedRPS, UnitRate,
			aws.SourceDerived)
	}
	n, ok := m.Instances.Get()
	if !ok {
		return
	}
	s.add("managed.instances", "ceil(1.5 max(zones, ceil(environments / environments of an instance)))",
		fmt.Sprintf("%s environments, %s on an instance", count(min(m.Required.Or(0), m.Max.Or(m.Required.Or(0)))),
			count(m.PerInstance.Or(0))), float64(n), UnitInstances, aws.SourceManagedCalculator)
	if usd, ok := m.Total.Get(); ok {
		s.add("managed.total_usd_month", "instances + fee + requests", fmt.Sprintf("%s + %s + %s",
			quantity.FormatUSD(m.EC2.Or(0)), quantity.FormatUSD(m.Fee.Or(0)), quantity.FormatUSD(m.Requests.Or(0))), usd,
			UnitUSD, aws.SourcePricing)
	}
	if rps, ok := m.PaysOffAboveRPS.Get(); ok {
		s.add("managed.pays_off_above_rps", "the last rate at which an ordinary function costs less",
			"at the prices of the first tier", rps, UnitRate, aws.SourceDerived)
	}
}
