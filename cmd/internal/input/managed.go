package input

import (
	"slices"
	"strconv"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/managed"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/profile"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// followsTime reports whether loads are followed over time. What functions on Managed Instances, tenants and several
// Regions do then is not modelled.
func (in *Input) followsTime() bool {
	return in.recorded || in.parts.Has(setting.Replays|setting.Ramps|setting.Drains)
}

// readCompute reads what a function runs on, before the values whose range depends on it.
func (in *Input) readCompute(i int) {
	f, values := &in.Account.Functions[i], in.profile.Functions[i].Values
	if v := values.Of(setting.ComputeKey); v.Given() {
		target := setting.Target{Function: &f.Function, Load: &in.Loads[i], Scaling: &in.Scaling[i]}
		in.read(setting.ByKey(v.Key), target, v, i)
	} else if f.RunsManaged() {
		f.Compute = calc.OnManaged
		f.Places.Set(setting.ComputeKey, f.ManagedAt())
	}
}

// completeManaged takes from other files what they say about a function on Managed Instances: its runtime and, if they
// describe it as an ordinary function, its memory as that of a request.
func (in *Input) completeManaged(i int) {
	f := &in.Account.Functions[i]
	d, fromFile := f.Deployment, !in.profile.Functions[i].Values.Of(setting.MemoryKey).Given()
	switch {
	case d == nil:
		return
	case !f.IsManaged() && d.Managed.Known():
		f.Function.Managed = calc.Managed{} // the profile looks at it as an ordinary function
		return
	case !f.IsManaged():
		return
	}
	if f.Function.Managed.Runtime == "" && d.Runtime != "" {
		f.Function.Managed.Runtime = managed.RuntimeOf(d.Runtime)
	}
	if mb, ok := f.MemoryMB.Get(); ok && fromFile && !d.Managed.Known() {
		f.MemoryMB = calc.Optional[int64]{}
		f.Function.Managed.RequestMB = f.Function.Managed.RequestMB.Else(calc.Some(mb))
	}
}

// onManaged reports whether a function runs on Managed Instances, before its values are read.
func (in *Input) onManaged(i int) bool {
	if v := in.profile.Functions[i].Values.Of(setting.ComputeKey); v.Given() {
		return v.Text == string(calc.OnManaged)
	}
	return in.Account.Functions[i].RunsManaged()
}

// managedLast moves the functions on Managed Instances, which some calculations leave out, behind the others, and
// returns how many there are. index is that of the function that the flags describe, and is returned as it is
// afterwards. No load may go with them unseen: flags that describe such a function are a fault, and so is a load of
// nothing else.
func (in *Input) managedLast(index int) (managed, after int) {
	f, p := in.Account.Functions, &in.profile
	var order, last []int
	for i := range f {
		if in.onManaged(i) {
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
	case index >= 0 && in.onManaged(index) && in.described(index):
		blamed = index
	case len(order) == 0:
		blamed = last[max(0, slices.IndexFunc(last, in.rated))]
	case in.parts.Has(setting.Loads) && !slices.ContainsFunc(order, in.rated):
		if rated := slices.IndexFunc(last, in.rated); rated >= 0 {
			blamed = last[rated]
		}
	case in.drains() && !slices.ContainsFunc(order, in.queued):
		if queued := slices.IndexFunc(last, in.queued); queued >= 0 || len(order) == 0 {
			blamed = last[max(0, queued)]
		}
	}
	if blamed >= 0 {
		at := f[blamed].ManagedAt()
		if !at.Known() {
			at = p.Functions[blamed].Values.Of(setting.ComputeKey).Place
		}
		in.faults.Add(at, "%s: %s: runs on Managed Instances, whose scaling over time is not modelled; "+
			"expected an ordinary function", at, in.nameOf(blamed))
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

// queued reports whether files or the profile have an event source of the function of an index.
func (in *Input) queued(index int) bool {
	return len(ofSource(in.profile.Functions[index].Values)) > 0 || len(active(&in.Account.Functions[index])) > 0
}

// described reports whether flags or variables describe a function.
func (in *Input) described(index int) bool {
	return in.chosen[setting.FunctionFlag].Given() || in.chosen[setting.SweepKey].Given() ||
		slices.ContainsFunc(in.profile.Functions[index].Values, func(v setting.Value) bool { return v.Origin > setting.File })
}

// managedText returns what files say about a setting of a function on Managed Instances; empty if they do not.
func managedText(f *check.Function, key string) string {
	m := f.Function.Managed
	n := map[string]calc.Optional[int64]{record.KeyPerEnvironment: m.PerEnvironment, record.KeyMinEnvironments: m.Min,
		record.KeyMaxEnvironments: m.Max, record.KeyMemoryPerVCPU: m.MemoryPerVCPU}[key]
	switch units, known := n.Get(); {
	case known && f.Places.Of(key).Known():
		return strconv.FormatInt(units, 10)
	case key == setting.ComputeKey && f.ManagedAt().Known():
		return string(calc.OnManaged)
	case key == record.KeyRuntime && f.Places.Of(key).Known():
		return string(m.Runtime)
	}
	return ""
}
