package input

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/ramp"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/profile"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
	"github.com/lambdacap/lambdacap/format/document"
)

// selectFunction finds the function that flags and variables describe: the only one, the one that --function names, or
// a new one if there are no functions. It returns the index, or -1 if they describe no function. Where accounts are
// compared and no function is named, each function gets the settings that all may have alike.
func (in *Input) selectFunction() int {
	p := &in.profile
	var given []setting.Value
	for _, s := range setting.All() {
		if v := in.chosen[s.Flag]; v.Given() && (s.Group == setting.Function || s.OfFunction || s.Flag == setting.BusyFlag) {
			given = append(given, v)
		}
	}
	name := in.chosen[setting.FunctionFlag]
	name.Key = setting.NameKey
	switch {
	case len(p.Functions) == 0:
		if len(given) == 0 && !name.Given() {
			return -1
		}
		p.Functions, p.Listed = []profile.Function{{}}, false
		if name.Given() {
			p.Functions[0].Values.Set(name)
		}
		return 0
	case name.Given():
		return in.namedFunction(name)
	case len(p.Functions) == 1:
		return 0
	}
	if in.parts.Has(setting.Compares) {
		given = in.placeEverywhere(given)
	}
	several := ""
	if in.drains() && len(given) > 0 { // what is given is about a function that has a source
		indices, words := in.sourced()
		if len(indices) == 1 {
			return indices[0]
		}
		if len(indices) > 1 {
			several = "; these have a source: " + listed(words)
		}
	}
	otherwise := ""
	if in.found {
		otherwise = ", or --" + setting.NoProfileFlag
	}
	if len(given) > 0 {
		paths := make([]string, len(given))
		for i, v := range given {
			paths[i] = v.Path
		}
		in.Fault("%s: %s %d functions%s; expected --function NAME to say which one is meant%s",
			suggest.All(paths), in.have(), len(p.Functions), several, otherwise)
		in.unread = true
	}
	return -1
}

// placeEverywhere gives each function the values that all may have alike, and returns the others.
func (in *Input) placeEverywhere(given []setting.Value) (others []setting.Value) {
	for _, v := range given {
		if s := setting.ByKey(v.Key); s == nil || !s.Everywhere {
			others = append(others, v)
			continue
		}
		for i := range in.profile.Functions {
			in.profile.Functions[i].Values.Set(v)
		}
	}
	return others
}

// namedFunction finds the function that has a name. If the only function has none, that one gets it.
func (in *Input) namedFunction(name setting.Value) int {
	p := &in.profile
	if len(p.Functions) == 1 && !p.Listed && in.nameOf(0) == "" {
		p.Functions[0].Values.Set(name)
		return 0
	}
	if i := in.functionNamed(name.Text); i >= 0 {
		return i
	}
	in.Fault("%s: %s no function %q%s", name.Path, in.have(), name.Text, in.nearFunction(name.Text))
	in.unread = true
	return -1
}

// nameOf returns the name of a function, from the profile or else from other files; empty if it has none.
func (in *Input) nameOf(i int) string {
	if name := in.profile.Functions[i].Values.Of(setting.NameKey); name.Given() || i >= len(in.Account.Functions) {
		return name.Text
	}
	return in.Account.Functions[i].Name
}

// have begins a message about the functions that there are.
func (in *Input) have() string {
	switch {
	case in.fileCount > 0:
		return "the files have"
	case in.found:
		return OwnProfile + " has"
	}
	return "the profile has"
}

// place puts the values of flags and variables, which take precedence over the profile, where they belong: to the
// account and what is asked, and to the function that they describe, if any. index is that of the function.
func (in *Input) place(index int) {
	p := &in.profile
	file := map[string]any{}
	for _, s := range setting.All() {
		var values setting.Values
		switch s.Group {
		case setting.Account:
			values = p.Account
		case setting.Question:
			values = p.Asked
		case setting.Function:
			if index >= 0 {
				values = p.Functions[index].Values
			}
		}
		v := values.Of(s.Key)
		if v.Given() && s.Group == setting.Account { // whether or not the command has a flag for it
			in.values.Set(v)
		}
		if v.Given() && s.Flag != "" {
			file[s.Flag] = v
		}
	}
	resolved := in.chosen
	if len(file) > 0 {
		resolved = in.layers.resolve(file)
	}
	for _, s := range setting.All() {
		v, ok := resolved[s.Flag]
		switch {
		case !ok || s.Key == "":
		case s.Group != setting.Function:
			in.values.Set(v)
		case index >= 0:
			p.Functions[index].Values.Set(v)
		}
	}
}

// parse turns values into the account and what is asked about it. A value with a fault stays absent. index is that of
// the function that the flags describe.
func (in *Input) parse(index int) {
	p := &in.profile
	missing := len(p.Functions) - len(in.Account.Functions)
	in.Account.Functions = append(in.Account.Functions, make([]check.Function, missing)...)
	in.Loads = make([]ramp.Load, len(in.Account.Functions))
	managed := 0
	if in.followsTime() {
		managed, index = in.managedLast(index)
	}
	in.judgeOverTime()
	in.parseAsked()
	in.Echo.Account = document.NewInputAccount(in.Account.Account, in.Origin(document.InputAccount{}))
	if quotas := in.Account.Quotas; quotas != nil {
		in.Echo.Quotas = &document.InputQuotas{RegionConcurrency: quotas, Origin: in.Origin(document.InputQuotas{})}
	}
	if in.judges() { // calculations validate the account themselves
		in.rejectSameNames()
	}
	in.Check.Accept = append(in.Check.Accept, p.Accept...)
	if in.echoesFunctions() {
		in.Echo.Functions = make([]document.InputFunction, len(p.Functions))
	}
	in.Scaling = make([]setting.Scaling, len(p.Functions))
	origin := newFunctionOrigin(document.InputFunction{})
	for i := range p.Functions {
		in.parseFunction(i)
		if in.Echo.Functions != nil {
			in.echoFunction(i, origin)
		}
		if f := &in.Account.Functions[i]; in.judges() { // its findings are where the values that count are
			for _, v := range p.Functions[i].Values {
				if v.Given() {
					f.Places.Set(v.Key, v.Place)
				}
			}
		}
		for _, a := range p.Functions[i].Accept {
			a.Function = calc.Some(in.Account.Functions[i].Name)
			in.Check.Accept = append(in.Check.Accept, a)
		}
	}
	in.rejectUnasked()
	in.sweep(index)
	modeled := len(in.Account.Functions) - managed
	in.Account.Functions, in.Account.Managed = in.Account.Functions[:modeled], in.Account.Functions[modeled:]
}

// parseAsked reads the settings of the account, and what is asked about it.
func (in *Input) parseAsked() {
	target := setting.Target{Account: &in.Account.Account, Asked: &in.Asked}
	all := setting.All()
	for _, s := range setting.All() {
		v := in.values.Of(s.Key)
		if s.Group != setting.Account && s.Group != setting.Question || !v.Given() {
			continue
		}
		in.read(s, target, v, calc.AccountFault)
		in.Account.Places.Set(s.Key, v.Place) // which is not known for a flag
	}
	if v := in.values.Of(setting.ElsewhereKey); v.Origin == setting.File {
		in.Account.MostCounted = calc.Some(in.profile.Counted)
	} else if v.Given() {
		in.Account.MostCounted = calc.Some(int64(0))
	}
	in.Account.DefaultQuota = !in.values.Of(setting.ConcurrencyKey).Given()
	if in.Asked.Sizing.Objective == calc.Cheapest || in.flawed[inputKey{calc.AccountFault, setting.OptimizeKey}] {
		return
	}
	for i := range all {
		if in.recorded && all[i].Key != setting.PenaltyKey { // traffic has schedules in any case
			continue
		}
		if v := in.values.Of(all[i].Key); all[i].OfCheapest && v.Origin == setting.Flag {
			in.Fault("%s: only the cheapest setting asks for it; expected with --%s %s",
				v.Path, setting.OptimizeKey, calc.Cheapest)
		}
	}
}

// read reads a value into its target, and adds what is wrong with it to the faults.
func (in *Input) read(s *setting.Setting, target setting.Target, v setting.Value, function int) {
	if faults := s.Reader.Read(target, v); len(faults) > 0 {
		ofPool := s.Group == setting.Function || s.Group == setting.Account
		if ofPool && v.Origin > setting.File && s.IsList(v) {
			compare := setting.Compare(s.Flag, v.Text)
			if _, path, isSet := strings.Cut(v.Path, " "); isSet {
				compare = setting.Compare(setting.SetFlag, path+"="+v.Text)
			}
			err := fmt.Errorf("%q is a list; expected a single value (%s compares them)", v.Text, compare)
			if number, thousands, _ := strings.Cut(v.Text, ","); len(number) < 3 && len(thousands) == 3 {
				err = fmt.Errorf("%q is a list; did you mean %s, or %s?", v.Text, number+thousands, compare)
			}
			faults = fault.List{v.Fault(err)}
		}
		sweep := s.Key + "=" + v.Text
		if _, err := calc.ParseSweep(sweep); ofPool && v.Origin > setting.File && err == nil {
			remedy := "--sweep " + sweep + " varies it"
			if !in.parts.Has(setting.Details) {
				remedy = "lambdacap plan --sweep " + sweep
			}
			faults = fault.List{v.Fault(fmt.Errorf("%q is a range; expected a single value (%s)", v.Text, remedy))}
		}
		in.faults = append(in.faults, faults...)
		in.flawed[inputKey{function, s.Key}] = true
	}
}

// rejectSameNames reports two functions of the profile that have the same name.
func (in *Input) rejectSameNames() {
	seen := make(map[string]bool, len(in.profile.Functions))
	for _, f := range in.profile.Functions {
		name := f.Values.Of(setting.NameKey)
		if name.Given() && seen[name.Text] {
			err := fmt.Errorf("%q is the name of two functions; expected unique names", name.Text)
			in.faults = append(in.faults, name.Fault(err))
		}
		seen[name.Text] = true
	}
}

// parseFunction reads the settings of a function, which take precedence over what other files say.
func (in *Input) parseFunction(i int) {
	p, f := &in.profile.Functions[i], &in.Account.Functions[i]
	named := p.Values.Of(setting.NameKey).Given()
	f.Unnamed = f.Unnamed && !named
	nameless := f.Name == "" && !named
	if nameless && in.profile.Listed && !p.Flawed {
		in.faults.Add(p.Place, "%s: %s: has no name; expected one for each function", p.Place, p.Label)
	}
	f.RateUnknown = in.rateless[&p.Values]
	in.readCompute(i)
	in.followOne(i)
	pollers := in.presetSources(i)
	oneRate := in.oneRate(i)
	in.oneSource(i)
	target := setting.Target{Function: &f.Function, Load: &in.Loads[i], Scaling: &in.Scaling[i]}
	for j := range p.Values {
		v := p.Values[j]
		s := setting.ByKey(v.Key)
		isRead := v.Key == setting.ComputeKey // already
		if s == nil || isRead || v.Open || v.Key == setting.ScheduleKey || !oneRate && v.Key == setting.RPSKey {
			continue
		}
		in.read(s, target, v, i)
	}
	v, flawed := p.Values.Of(setting.ScheduleKey), in.flawed[inputKey{i, setting.RPSKey}]
	if v.Origin != setting.Default && !v.Open && oneRate && !flawed {
		in.read(setting.ByKey(v.Key), target, v, i) // after the rate, which may be its ordinary one
	}
	if in.flawed[inputKey{i, setting.ScheduleKey}] {
		in.flawed[inputKey{i, setting.RPSKey}] = true // that there is no rate is only a consequence
	}
	in.needlessTimeout(i)
	in.completeManaged(i)
	in.settleSources(i, pollers)
	f.Isolated = f.Deployment != nil && f.Deployment.Tenancy.Known()
	f.Arch = cmp.Or(f.Arch, calc.X86)
	switch {
	case f.Name != "":
	case in.profile.Listed:
		f.Name = fmt.Sprintf("functions[%d]", i)
	default:
		f.Name, f.Unnamed = record.DefaultName, true
	}
	if !in.judges() {
		in.reportRefused(i)
	}
}

// oneRate chooses between a rate and a schedule that does not need it, which are two ways to say the same thing: the
// one that takes precedence counts. If neither does, that is a fault. It reports whether they can be read.
func (in *Input) oneRate(i int) bool {
	values := &in.profile.Functions[i].Values
	rate, schedule := values.Of(setting.RPSKey), values.Of(setting.ScheduleKey)
	switch {
	case !rate.Given() || !schedule.Given():
		return true
	case setting.IsOneRate(rate) && setting.NeedsRate(schedule):
		return true
	case rate.Origin > schedule.Origin:
		values.Delete(setting.ScheduleKey)
		return true
	case rate.Origin < schedule.Origin:
		values.Delete(setting.RPSKey)
		return true
	}
	err := fmt.Errorf("has a rate for every hour, and stands beside %s; expected one of them", setting.RPSKey)
	in.faults = append(in.faults, schedule.Fault(err))
	in.flawed[inputKey{i, setting.RPSKey}] = true
	return false
}

// oneSource chooses between a source and a list of sources, which are two ways to say the same thing.
func (in *Input) oneSource(i int) {
	values := &in.profile.Functions[i].Values
	list := values.Of(setting.SourcesKey)
	if !list.Given() {
		return
	}
	for _, v := range *values {
		if strings.HasPrefix(v.Key, setting.SourceKey+".") && v.Given() {
			err := fmt.Errorf("stands beside the list %s (%s); expected one of the two", setting.SourcesKey, list.Place)
			in.faults = append(in.faults, v.Fault(err))
			in.flawed[inputKey{i, setting.RPSKey}] = true
		}
	}
}

// needlessTimeout rejects a timeout on the command line that concerns no source: it says nothing about capacity.
func (in *Input) needlessTimeout(i int) {
	v := in.profile.Functions[i].Values.Of(setting.TimeoutKey)
	if v.Given() && v.Origin > setting.File && len(in.Account.Functions[i].Sources) == 0 && !in.parts.Has(setting.Drains) {
		in.faults = append(in.faults, v.Fault(errors.New("only concerns event sources; capacity depends on the mean "+
			"duration, not on the timeout: see --duration, or expected with --source")))
	}
}

// reportRefused reports the settings in files that are not numbers that AWS accepts, except those that other values
// replace.
func (in *Input) reportRefused(i int) {
	f := &in.Account.Functions[i]
	if f.Deployment == nil {
		return
	}
	sizes := func(r check.Refused) bool { return r.Field != setting.ProvisionedKey && r.Field != setting.ReservedKey }
	list := slices.DeleteFunc(slices.Clone(f.Deployment.Refused), sizes) // a finding says what is wrong with those
	for _, a := range f.Deployment.Allocations {
		if units, ok := a.Units.Get(); ok && units < 1 {
			list = append(list, check.Refused{Field: setting.ProvisionedKey, Text: fmt.Sprint(units), Place: a.Place})
		}
	}
	for _, r := range list {
		if !in.profile.Functions[i].Values.Of(r.Field).Given() {
			in.faults.Add(r.Place, "%s: %s.%s: %q is not a whole number that AWS takes; "+
				"expected 0 or more reserved, 1 or more provisioned", r.Place, f.Name, r.Field, r.Text)
		}
	}
}

// sweep sets the function of the sweep: the one that the flags describe.
func (in *Input) sweep(index int) {
	sweep, ok := in.Asked.Sweep.Get()
	if !ok {
		return
	}
	v := in.values.Of(setting.SweepKey)
	if index < 0 {
		if !in.unread {
			err := fmt.Errorf("%s %d functions; expected --function NAME to say which one is swept",
				in.have(), len(in.Account.Functions))
			in.faults = append(in.faults, v.Fault(err))
		}
		in.Asked.Sweep = calc.Optional[calc.Sweep]{}
		in.flawed[inputKey{calc.AccountFault, setting.SweepKey}] = true
		return
	}
	sweep.Function = index
	in.Asked.Sweep = calc.Some(sweep)
	in.Echo.Sweep = &document.InputSweep{
		Function: in.Account.Functions[index].Name,
		Setting:  v.Text,
		Origin:   in.Origin(document.InputSweep{}),
	}
}
