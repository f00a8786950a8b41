package input

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/source"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// drains reports whether queues are followed.
func (in *Input) drains() bool { return in.parts.Has(setting.Drains) }

// ofSource returns what is given for the event sources of a function.
func ofSource(values setting.Values) (given setting.Values) {
	for _, v := range values {
		if v.Given() && (strings.HasPrefix(v.Key, setting.SourceKey+".") || v.Key == setting.SourcesKey) {
			given = append(given, v)
		}
	}
	return given
}

// describes reports whether settings of the source itself are among the values, and not only what waits and arrives.
func describes(given setting.Values) bool {
	return slices.ContainsFunc(given, func(v setting.Value) bool {
		switch strings.TrimPrefix(v.Key, setting.SourceKey+".") {
		case record.KeyBacklog, "messages", "behind":
			return false
		}
		return true
	})
}

// active lists the event sources of a function in files that are known to invoke it, and whose type is known.
func active(f *check.Function) (list []*check.Poller) {
	if f.Deployment == nil {
		return nil
	}
	for i := range f.Deployment.Pollers {
		p := &f.Deployment.Pollers[i]
		if p.Type != "" && !p.Disabled && !slices.Contains(p.Open, check.Enabled) {
			list = append(list, p)
		}
	}
	return list
}

// presetSources gives a function the event sources and the timeout that files have, before the values of its own
// source are read. A source of another type than the given one does not count.
func (in *Input) presetSources(i int) (pollers []*check.Poller) {
	f, given := &in.Account.Functions[i], ofSource(in.profile.Functions[i].Values)
	if d := f.Deployment; d != nil && !f.TimeoutMS.Known() {
		if ms := float64(d.TimeoutS.Or(0)) * 1000; quantity.CheckDuration(ms) == nil {
			f.TimeoutMS = calc.Some(ms)
		}
	}
	f.Sources = nil
	if given.Of(setting.SourcesKey).Given() { // which says it all
		return nil
	}
	pollers = active(f)
	isPolled := func(p *check.Poller) bool { return p.Type != source.Async }
	in.Loads[i].Polled = slices.ContainsFunc(pollers, isPolled)
	wanted := given.Of(typeKey)
	if in.drains() && isNumber(wanted.Text) && len(in.candidates(i)) > 0 {
		return in.presetNumbered(i, wanted)
	}
	if wanted.Given() {
		pollers = slices.DeleteFunc(pollers, func(p *check.Poller) bool {
			return string(p.Full().Type) != wanted.Text && string(p.Type) != wanted.Text
		})
	}
	if !describes(given) {
		pollers = in.relevant(i, pollers)
	}
	for _, p := range pollers {
		f.Sources = append(f.Sources, p.Full())
	}
	return pollers
}

// relevant drops the event sources in files that a calculation leaves out: those that do not go with the mode of the
// function or with its other sources, and all of them if they are not all that invokes it, or if too little is known of
// one. Where queues are followed, what is missing may be asked for, but not for functions besides the chosen one.
func (in *Input) relevant(i int, pollers []*check.Poller) []*check.Poller {
	f := &in.Account.Functions[i]
	mode := calc.Mode(in.profile.Functions[i].Values.Of(modeKey).Text)
	polled := slices.ContainsFunc(pollers, func(p *check.Poller) bool { return p.Type != source.Async })
	chosen, named := in.Function.Get()
	others := in.drains() && !named && len(in.profile.Functions) > 1 // of which one may have a queue
	async := false
	pollers = slices.DeleteFunc(pollers, func(p *check.Poller) bool {
		isAsync := p.Type == source.Async
		drop := isAsync && (async || polled || mode == calc.Sync || others) || !isAsync && mode == calc.Async
		async = async || isAsync
		return drop
	})
	incomplete := func(p *check.Poller) bool { return !isComplete(p) }
	d := f.Deployment
	switch {
	case f.RunsManaged():
		return nil
	case in.drains():
		if named && in.nameOf(i) != chosen {
			return nil
		}
	case len(pollers) > 0 && (d.Direct || d.URL.Known()), slices.ContainsFunc(pollers, incomplete), hasUnknown(d):
		return nil
	}
	return pollers
}

// hasUnknown reports whether the type of an event source of a function is not known, or whether it is switched on.
func hasUnknown(d *check.Deployment) bool {
	return d != nil && slices.ContainsFunc(d.Pollers, func(p check.Poller) bool {
		return !p.Disabled && (p.Type == "" || slices.Contains(p.Open, check.Enabled))
	})
}

// isComplete reports whether enough is known of an event source to calculate with it.
func isComplete(p *check.Poller) bool {
	matters := func(key string) bool {
		return key != record.KeyVisibility && key != record.KeyMaxReceive && key != record.KeyRetention
	}
	return len(p.Full().Validate()) == 0 && len(p.Refused) == 0 && !slices.ContainsFunc(p.Open, matters)
}

// settleSources notes where the event sources of a function come from, and what is wrong with them where queues are
// followed. What is given for the only source counts more than what files say of it.
func (in *Input) settleSources(i int, pollers []*check.Poller) {
	f, values := &in.Account.Functions[i], in.profile.Functions[i].Values
	if len(pollers) == 0 || len(f.Sources) == 0 {
		return
	}
	if len(pollers) == 1 && len(f.Sources) == 1 {
		pollers[0].Merge(f.Sources[0])
		for _, v := range ofSource(values) {
			pollers[0].Places.Set(strings.TrimPrefix(v.Key, setting.SourceKey+"."), v.Place)
		}
	}
	for j, p := range pollers {
		if len(pollers) == 1 {
			j = -1
		}
		f.Places.Set(sourcePath(j)+"type", p.Place)
		f.Places.Merge(p.Places.Under(sourcePath(j)))
	}
	if !in.drains() || len(pollers) > 1 {
		return
	}
	for _, key := range pollers[0].Open {
		s := setting.ByKey(setting.SourceKey + "." + key)
		if s != nil && !values.Of(s.Key).Given() && !values.Of(s.Within).Given() {
			in.faults.Add(pollers[0].Place, "%s: %s.%s: is not known; expected a value, such as by --%s",
				pollers[0].Place, f.Name, s.Key, flagOf(s))
		}
	}
	for _, r := range pollers[0].Refused {
		if !values.Of(setting.SourceKey + "." + r.Field).Given() {
			in.faults.Add(r.Place, "%s: %s.%s.%s: %q is not a whole number", r.Place, f.Name, setting.SourceKey, r.Field, r.Text)
		}
	}
}

// sourcePath is what stands before the keys of one of several sources; of the only one for -1.
func sourcePath(index int) string {
	if index < 0 {
		return setting.SourceKey + "."
	}
	return fmt.Sprintf("%s[%d].", setting.SourcesKey, index)
}

// flagOf returns the flag of a setting, or of the one that contains it.
func flagOf(s *setting.Setting) string {
	if s.Flag == "" {
		return setting.ByKey(s.Within).Flag
	}
	return s.Flag
}

// sourced lists the functions that have an event source to follow, by their indices, and describes them.
func (in *Input) sourced() (indices []int, words []string) {
	for i := range in.profile.Functions {
		values := ofSource(in.profile.Functions[i].Values)
		of := string(source.SQS)
		if v := values.Of(typeKey); v.Given() {
			of = v.Text
		} else if len(values) == 0 {
			of = ""
		}
		if i < len(in.Account.Functions) {
			for _, p := range active(&in.Account.Functions[i]) {
				if of == "" && p.Type != source.Async {
					of = string(p.Full().Type)
				}
			}
		}
		if of != "" {
			indices, words = append(indices, i), append(words, fmt.Sprintf("%s (%s)", in.nameOf(i), of))
		}
	}
	return indices, words
}

// rejectUnasked reports that several functions have event sources in files, where what is needed besides is not given
// for all of them, and functions that have several.
func (in *Input) rejectUnasked() {
	if !in.drains() || in.unread {
		return
	}
	lacks := func(i int) bool {
		f := &in.Account.Functions[i]
		s := f.Sources
		asked := f.DurationMS.Known() && len(s) > 0 &&
			(s[0].Backlog.Known() || s[0].BehindS.Known() || s[0].MessagesRPS.Known() || f.RPS.Known())
		return len(s) > 0 && !asked && !describes(ofSource(in.profile.Functions[i].Values))
	}
	indices, words := in.sourced()
	if len(indices) > 1 && slices.ContainsFunc(indices, lacks) {
		in.Fault("%s %d functions with an event source: %s; expected --%s NAME to say which one is meant, or a profile with "+
			"a duration and a backlog for each", in.have(), len(indices), listed(words), setting.FunctionFlag)
		in.unread = true
		return
	}
	for i := range in.Account.Functions {
		if len(in.Account.Functions[i].Sources) > 1 {
			in.rejectSources(i)
		}
	}
}

// listed joins words, but not too many.
func listed(words []string) string {
	const most = 8
	if more := len(words) - most; more > 0 {
		words = append(slices.Clone(words[:most]), fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, ", ")
}

// loose gives what files say of a queue or stream that no function in them polls to the only function, where queues are
// followed. Otherwise it tells that it is not used.
func (in *Input) loose(contents []record.File, functions []check.Function, chosen string) []check.Function {
	var polled []check.Poller
	for _, c := range contents {
		polled = append(polled, c.Polled...)
	}
	hasSource := func(f check.Function) bool { return len(f.Deployment.Pollers) > 0 }
	if in.drains() && len(polled) == 1 && len(functions) <= 1 && !slices.ContainsFunc(functions, hasSource) &&
		len(in.profile.Functions) <= 1 {
		if len(functions) == 0 {
			f := check.Function{Deployment: &check.Deployment{Place: polled[0].Place}}
			if f.Name = chosen; f.Name == "" && len(in.profile.Functions) == 1 {
				f.Name = in.profile.Functions[0].Values.Of(setting.NameKey).Text
			}
			if f.Name == "" {
				f.Name, f.Unnamed = record.DefaultName, true
			}
			functions = []check.Function{f}
		}
		functions[0].Deployment.Pollers = polled
		return functions
	}
	for _, c := range contents {
		if len(c.Polled) > 0 {
			in.note("%s describes a queue or stream that no function in the files polls; it is not used", c.Name)
		}
	}
	return functions
}
