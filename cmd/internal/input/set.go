package input

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// RejectRepeated returns an error for flags that are given several times with different values and are no lists.
func RejectRepeated(flags *pflag.FlagSet) error {
	var faults fault.List
	flags.VisitAll(func(flag *pflag.Flag) {
		s, ok := setting.Named(flag.Name)
		if !ok {
			return
		}
		values := s.Repeated(flag)
		instead := "expected it once"
		switch {
		case values == nil:
			return
		case s.Flag == setting.FunctionFlag:
			instead = fmt.Sprintf("expected --%s %s.reserved=100, and so on, for settings of several functions",
				setting.SetFlag, values[0])
		case s.Group == setting.Function || s.Group == setting.Account:
			instead = setting.Compare(s.Flag, strings.Join(values, ",")) + " compares settings"
		}
		times := "twice"
		if len(values) > 2 {
			times = fmt.Sprintf("%d times", len(values))
		}
		faults.Add(check.Place{}, "--%s: given %s; %s", s.Flag, times, instead)
	})
	return faults.Err()
}

// set gives functions and the account the values of --set, which are written as FUNCTION.KEY=VALUE.
func (in *Input) set() {
	v := in.chosen[setting.SetFlag]
	if !v.Given() {
		return
	}
	for _, text := range v.Items() {
		if err := in.setOne(v, text); err != nil {
			in.Fault("%s: %v", v.Path, err)
			in.unread = true
		}
	}
}

// accountName stands for the account where --set names a function.
const accountName = "account"

// setOne sets the value of one --set.
func (in *Input) setOne(v setting.Value, text string) error {
	path, value, ok := strings.Cut(text, "=")
	dot := strings.LastIndexByte(path, '.') // keys have none, and names may
	if !ok || dot < 1 {
		return fmt.Errorf("%q is not a setting of a function; "+
			"expected FUNCTION.KEY=VALUE, such as checkout.reserved=100", text)
	}
	name, key := path[:dot], path[dot+1:]
	for _, mapping := range setting.Mappings() {
		if function, ok := strings.CutSuffix(name, "."+mapping); ok && in.functionNamed(name) < 0 {
			name, key = function, mapping+"."+key
		}
	}
	group, values := setting.Function, &in.values
	index := in.functionNamed(name)
	switch {
	case index >= 0:
		values = &in.profile.Functions[index].Values
	case name == accountName:
		group = setting.Account
	case len(in.profile.Functions) == 0:
		return fmt.Errorf("%q: there is no function; expected a file that has it", path)
	default:
		return fmt.Errorf("%q: %s no function %q%s", path, in.have(), name, in.nearFunction(name, accountName))
	}
	s := setting.ByKey(key)
	if s == nil || s.Group != group || key == setting.NameKey {
		var known []string
		for _, k := range setting.Keys(group) {
			if k != setting.NameKey {
				known = append(known, k)
			}
		}
		otherwise := "see lambdacap help profile"
		if group == setting.Account {
			otherwise = "expected " + strings.Join(known, ", ")
		}
		return fmt.Errorf("%q: unknown setting %q; %s", path, key, suggest.Or(key, known, otherwise))
	}
	switch given := values.Of(key); {
	case given.Origin > v.Origin: // a flag goes before LAMBDACAP_SET
		return nil
	case given.Origin == v.Origin:
		return fmt.Errorf("%q is given twice; expected it once", path)
	}
	set := setting.Value{Origin: v.Origin, Path: v.Path + " " + path, Key: key}
	values.Set(s.WithText(set, value))
	return nil
}

// functionNamed returns the index of the function with a name, or with another name of it; -1 if there is none.
func (in *Input) functionNamed(name string) int {
	for i := range in.profile.Functions {
		switch own := in.nameOf(i); {
		case own == name, own != "" && own == in.also[name]:
			return i
		case own == "" && name == record.DefaultName:
			return i
		}
	}
	return -1
}

// nearFunction suggests the function that was meant by a name, or else lists those that there are.
func (in *Input) nearFunction(name string, others ...string) string {
	var names []string
	for i := range in.profile.Functions {
		names = append(names, cmp.Or(in.nameOf(i), record.DefaultName))
	}
	if meant := suggest.Nearest(name, append(names, others...)); meant != "" {
		return "; did you mean " + meant + "?"
	}
	const most = 5
	if len(names) > most {
		names = append(names[:most], "...")
	}
	if len(names) == 0 {
		return ""
	}
	return "; expected " + strings.Join(names, ", ")
}
