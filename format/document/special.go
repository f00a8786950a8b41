package document

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/advice"
)

// InputSpecial holds what is given for a function that differs from ordinary ones. What is not given is absent.
type InputSpecial struct {
	// Tenants is how many environments the tenants of a function with tenant isolation have, busy or idle.
	Tenants calc.Optional[int64] `json:"tenants,omitzero"`
	// Regions are the Regions of a function of Lambda@Edge, with their shares of the requests.
	Regions []calc.RegionShare `json:"regions,omitempty"`
	// Origin says where each value comes from.
	Origin Origin `json:"origin"`
}

// NewInputSpecial echoes a function, without the origin; nil if it does not differ from ordinary ones.
func NewInputSpecial(f *calc.Function) *InputSpecial {
	if !f.Tenants.Known() && len(f.Regions) == 0 {
		return nil
	}
	return &InputSpecial{Tenants: f.Tenants, Regions: f.Regions}
}

// InputQuotas holds the quotas in other Regions than the account's.
type InputQuotas struct {
	// RegionConcurrency are the quotas.
	RegionConcurrency []calc.RegionQuota `json:"region_concurrency"`
	// Origin says where they come from.
	Origin Origin `json:"origin"`
}

// RegionOf returns the Region whose quota an action raises, and whether there are several.
func (r PlanResult) RegionOf(a advice.Action) (calc.RegionResult, bool) {
	i := slices.IndexFunc(r.Regions, func(at calc.RegionResult) bool {
		return at.Own && !a.Region.Known() || a.Region.Known() && at.Region == a.Region
	})
	if i < 0 || a.Setting != calc.SettingAccount {
		return calc.RegionResult{}, false
	}
	return r.Regions[i], true
}

// noun names what an answer has rows for: functions, the Regions of one, or both.
func noun(rows []calc.FunctionSpill) string {
	names, edge := map[string]bool{}, 0
	for i := range rows {
		names[rows[i].FunctionName()] = true
		if rows[i].Region.Known() {
			edge++
		}
	}
	switch {
	case edge == 0:
		return "function"
	case len(names) == 1:
		return "Region"
	}
	return "functions and Region"
}
