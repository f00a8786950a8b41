package input

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/profile"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// managedLast moves the functions on Managed Instances, which a calculation leaves out, behind the others, and returns
// how many there are. index is that of the function that the flags describe, and is returned as it is afterwards. No
// load may go with them unseen: flags that describe such a function are a fault, and so is a load of nothing else.
func (in *Input) managedLast(index int) (managed, after int) {
	f, p := in.Account.Functions, &in.profile
	var order, last []int
	for i := range f {
		if f[i].Managed() {
			last = append(last, i)
		} else {
			order = append(order, i)
		}
	}
	if len(last) == 0 {
		return 0, index
	}
	blamed := -1
	switch {
	case index >= 0 && f[index].Managed() && in.described(index):
		blamed = index
	case in.parts.Has(setting.Loads) && !slices.ContainsFunc(order, in.rated):
		if rated := slices.IndexFunc(last, in.rated); rated >= 0 || len(order) == 0 {
			blamed = last[max(0, rated)]
		}
	}
	if blamed >= 0 {
		at := f[blamed].Deployment.Managed.Or(check.Place{})
		in.faults.Add(at, "%s: %s: runs on Managed Instances, which calculations leave out; "+
			"expected a function without a capacity provider", at, f[blamed].Name)
		in.unread = true // that there is no rate is only a consequence
	}
	order = append(order, last...)
	functions, values := make([]check.Function, len(order)), make([]profile.Function, len(order))
	for to, from := range order {
		functions[to], values[to] = f[from], p.Functions[from]
	}
	in.Account.Functions, p.Functions = functions, values
	return len(last), slices.Index(order, index)
}

// rated reports whether flags or the profile give a rate to the function of an index.
func (in *Input) rated(index int) bool {
	values := in.profile.Functions[index].Values
	return values.Of(setting.RPSKey).Given() || values.Of(setting.ScheduleKey).Given()
}

// described reports whether flags or variables describe a function.
func (in *Input) described(index int) bool {
	return in.chosen[setting.FunctionFlag].Given() || in.chosen[setting.SweepKey].Given() ||
		slices.ContainsFunc(in.profile.Functions[index].Values, func(v setting.Value) bool { return v.Origin > setting.File })
}
