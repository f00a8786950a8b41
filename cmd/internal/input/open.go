package input

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
	"github.com/lambdacap/lambdacap/cmd/internal/profile"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// An openValue is a placeholder of the profile.
type openValue struct {
	setting.Value
	name string // what messages call it
	give string // how a command line gives it
}

// openValues lists the placeholders of the profile that nothing has replaced: no flag, no variable and no other file.
func (in *Input) openValues() (list []openValue) {
	p := &in.profile
	add := func(v setting.Value, name, function string) {
		give := "--" + setting.SetFlag + " " + function + "." + v.Key + "=VALUE"
		s := setting.ByKey(v.Key)
		if s != nil && in.layers.flags.Lookup(s.Flag) != nil && (s.Group != setting.Function || len(p.Functions) == 1) {
			give = "--" + s.Flag
		}
		list = append(list, openValue{v, name, give})
	}
	for _, values := range []setting.Values{p.Account, p.Asked} {
		for _, v := range values {
			if v.Open && !in.values.Of(v.Key).Given() {
				add(v, v.Path+v.Key, accountName)
			}
		}
	}
	for i := range p.Functions {
		values := p.Functions[i].Values
		for _, v := range values {
			switch {
			case !v.Open || i < len(in.Account.Functions) && in.Account.Functions[i].Places.Of(v.Key).Known():
				continue
			case v.Key == setting.RPSKey && values.Of(setting.ScheduleKey).Given():
				continue // which gives the rates, or says that it lacks the ordinary one
			}
			name, function := v.Path+v.Key, in.nameOf(i)
			if p.Listed && function != "" && calc.CheckName(function) == nil {
				name = function + "." + v.Key
			}
			add(v, name, function)
		}
	}
	return list
}

// rejectOpen reports the placeholders that are still in the profile. A draft keeps them.
func (in *Input) rejectOpen() {
	if in.drafts() {
		return
	}
	list := in.openValues()
	if len(list) == 0 {
		return
	}
	in.unread = true // what is missing is only a consequence
	first := list[0]
	if len(list) == 1 {
		in.faults.Add(first.Place, "%s: %s is %s; expected a value there, or %s",
			first.Place, first.name, profile.Unknown, first.give)
		return
	}
	var names []string
	for _, v := range list[:min(len(list), fault.Shown)] {
		if v.Place != first.Place {
			v.name += fmt.Sprintf(" (line %d)", v.Place.Line)
		}
		names = append(names, v.name)
	}
	if more := len(list) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	in.faults.Add(first.Place, "%s: %d values are %s: %s; expected values there, or %s and so on",
		first.Place, len(list), profile.Unknown, strings.Join(names, ", "), first.give)
}
