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

// rejectRegions reports functions of Lambda@Edge where a load is followed over time: that is not modelled for several
// Regions.
func (in *Input) rejectRegions() {
	const ofTime = setting.Ramps | setting.Replays | setting.Drains
	if !in.recorded && !in.parts.Has(ofTime) {
		return
	}
	for i := range in.profile.Functions {
		v := in.profile.Functions[i].Values.Of(setting.RegionsKey)
		if !v.Given() {
			continue
		}
		in.faults.Add(v.Place, "%s: several Regions are not modelled over time; expected the function of one Region, "+
			"without regions", v.Label())
		in.unread = true
	}
}
