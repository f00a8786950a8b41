package input

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// namesRegions reports whether functions or quotas name Regions.
func (in *Input) namesRegions() bool {
	return len(in.Account.Quotas) > 0 ||
		slices.ContainsFunc(in.Account.Functions, func(f check.Function) bool { return len(f.Regions) > 0 })
}

// judgeOverTime reports functions that are not modelled where a load is followed over time: several Regions of
// Lambda@Edge are a fault, and of tenants it only tells, since the function is followed as one without them.
func (in *Input) judgeOverTime() {
	if !in.followsTime() {
		return
	}
	for i := range in.profile.Functions {
		values := in.profile.Functions[i].Values
		if v := values.Of(setting.TenantsKey); v.Given() {
			in.note("%s: tenants are not modelled over time; the function is taken for one without tenant isolation", v.Label())
		}
		v := values.Of(setting.RegionsKey)
		if !v.Given() {
			continue
		}
		in.faults.Add(v.Place, "%s: several Regions are not modelled over time; expected the function of one Region, "+
			"without regions", v.Label())
		in.unread = true
	}
}
