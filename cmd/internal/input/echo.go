package input

import (
	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/ramp"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/format/document"
)

// Origin says where the values of a part of the inputs come from. It has the keys of the values that can be set.
func (in *Input) Origin(part any) document.Origin {
	var keys, places []string
	for _, key := range document.Keys(part) {
		if v, ok := in.echoed(key); ok {
			keys, places = append(keys, key), append(places, v.Source())
		}
	}
	return document.NewOrigin(keys, places)
}

// echoed returns the value that is echoed under a key, and whether there is a setting for it.
func (in *Input) echoed(key string) (setting.Value, bool) {
	for _, s := range setting.All() {
		switch {
		case s.Echo != key || s.Group == setting.Function:
		case s.Group == setting.General:
			return in.chosen[s.Flag], true
		default:
			return in.values.Of(s.Key), true
		}
	}
	return setting.Value{}, false
}

// A functionOrigin finds where the values of functions come from.
type functionOrigin struct {
	keys     []string   // the JSON keys of the values that can be set
	settings [][]string // for each of them, the settings that it echoes, by their keys in a profile
}

// newFunctionOrigin finds the settings of functions that are echoed in a part of the inputs.
func newFunctionOrigin(part any) (o functionOrigin) {
	for _, key := range document.Keys(part) {
		var settings []string
		for _, s := range setting.All() {
			if s.Echo == key && s.Group == setting.Function {
				settings = append(settings, s.Key)
				if s.Within != "" {
					settings = append(settings, s.Within)
				}
			}
		}
		if settings != nil {
			o.keys, o.settings = append(o.keys, key), append(o.settings, settings)
		}
	}
	return o
}

// of returns where the values of a function come from: from what is given for it, or else from the files.
func (o functionOrigin) of(f *check.Function, values setting.Values) document.Origin {
	places := make([]string, len(o.keys))
	for i, settings := range o.settings {
		places[i] = setting.Value{}.Source()
		for _, key := range settings {
			if v := values.Of(key); v.Given() {
				places[i] = v.Source()
				break
			}
			at := f.Places.Of(key)
			if key == setting.NameKey && f.Deployment != nil {
				at = f.Deployment.Place
			}
			if at.Known() {
				places[i] = at.String()
			}
		}
	}
	return document.NewOrigin(o.keys, places)
}

// echoFunction echoes a function.
func (in *Input) echoFunction(i int, origin functionOrigin) {
	f, values := &in.Account.Functions[i], in.profile.Functions[i].Values
	provisioned := calc.Optional[int64]{}
	given := values.Of(setting.ProvisionedKey).Given() && !in.flawed[inputKey{i, setting.ProvisionedKey}]
	if given || f.Places.Of(setting.ProvisionedKey).Known() {
		provisioned = calc.Some(f.Provisioned)
	}
	in.Echo.Functions[i] = document.NewInputFunction(f.Function, provisioned, origin.of(f, values))
	of := newFunctionOrigin(document.InputSource{})
	if list := values.Of(setting.SourcesKey).List; len(list) == len(f.Sources) {
		for j, item := range list {
			in.Echo.Functions[i].Sources = append(in.Echo.Functions[i].Sources,
				*document.NewInputSource(f.Sources[j], &f.Function, of.of(f, setting.OfSource(item))))
		}
	} else if len(f.Sources) > 1 { // of files
		for j := range f.Sources {
			each := check.Function{Places: f.Places.Moved(sourcePath(j), sourcePath(-1))}
			in.Echo.Functions[i].Sources = append(in.Echo.Functions[i].Sources,
				*document.NewInputSource(f.Sources[j], &f.Function, of.of(&each, nil)))
		}
	} else if len(f.Sources) > 0 {
		in.Echo.Functions[i].Source = document.NewInputSource(f.Sources[0], &f.Function, of.of(f, values))
	}
	if special := document.NewInputSpecial(&f.Function); special != nil {
		special.Origin = newFunctionOrigin(document.InputSpecial{}).of(f, values)
		in.Echo.Functions[i].Special = special
	}
	if f.RunsManaged() {
		in.Echo.Functions[i].Managed = &document.InputManaged{Compute: calc.OnManaged, Managed: f.Function.Managed,
			Origin: newFunctionOrigin(document.InputManaged{}).of(f, values)}
	}
}

// EchoRamp adds to the echo what a ramp was asked, and the modes that it assumed.
func (in *Input) EchoRamp(functions []ramp.Function) {
	echo := &document.InputRamp{ForS: in.Asked.ForS, AllocationDelayS: in.Asked.AllocationDelayS,
		Loads: make([]document.InputLoad, len(functions)), Origin: in.Origin(document.InputRamp{})}
	origin := newFunctionOrigin(document.InputLoad{})
	for i := range functions {
		in.Echo.Functions[i].Mode = calc.Some(functions[i].Mode)
		places := origin.of(&in.Account.Functions[i], in.profile.Functions[i].Values)
		echo.Loads[i] = document.NewInputLoad(functions[i].Name, in.Loads[i], places)
	}
	in.Echo.Ramp = echo
}

// EchoModes adds to the echo of the functions the modes that a split assumed. Functions that only traffic has are not
// echoed; those on Managed Instances are echoed last, and not in the split. Those of Lambda@Edge have several rows.
func (in *Input) EchoModes(functions []calc.FunctionSpill) {
	at := 0
	for i := range functions {
		f := &functions[i]
		for f.Region.Known() && at < len(in.Echo.Functions) && in.Echo.Functions[at].Name != f.FunctionName() {
			at++ // past its last row
		}
		if at == len(in.Echo.Functions) {
			return
		}
		in.Echo.Functions[at].Mode = calc.Some(f.Mode)
		if !f.Region.Known() {
			at++
		}
	}
}
