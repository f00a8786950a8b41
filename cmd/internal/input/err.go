package input

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/advice"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
	"github.com/lambdacap/lambdacap/cmd/internal/files"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
	"github.com/lambdacap/lambdacap/format/document"
)

// Err turns everything that is wrong into one error: what reading the inputs showed, and what a calculation found wrong
// with the account. It returns nil if nothing is wrong.
func (in *Input) Err(err error) error {
	if failed := in.traffic.Err(); failed != nil {
		return failed
	}
	hint := ""
	if len(in.faults) == 1 {
		hint = in.hint
	}
	if found, ok := err.(calc.Faults); ok {
		for _, f := range found {
			if !in.follows(f) {
				label, at := in.label(f)
				if strings.HasPrefix(f.Field, setting.SourceKey) && in.isFaulty(strings.TrimPrefix(label, at.String()+": ")) {
					continue // one fault in a setting is enough
				}
				if f.Field == setting.RPSKey && !slices.ContainsFunc(in.Account.Functions, hasRate) {
					label, at = in.unratedLabel(label, at)
					hint = in.rateHint()
				}
				in.faults.Add(at, "%s: %s", label, in.withRegion(f))
			}
		}
	} else if err != nil {
		return err
	}
	for _, out := range in.Outputs {
		at := slices.IndexFunc(in.sources, func(s location) bool { return out.Is(s.Location) })
		switch {
		case at < 0:
		case !in.drafts():
			in.Fault("--%s: %q is one of the files that are read; expected another one", setting.OutputFlag, out.Path)
		case !in.isProfile(in.sources[at].path): // a profile keeps its values
			in.Fault("--%s: %q is one of the files that are read; expected another one", setting.WriteFlag, out.Path)
		}
	}
	err = in.faults.Err()
	if failed, ok := err.(*exit.Error); ok {
		failed.Hint = hint
	}
	return err
}

// isFaulty reports whether there is a fault in a value, by its label without a place.
func (in *Input) isFaulty(label string) bool {
	return slices.ContainsFunc(in.faults, func(f fault.Fault) bool {
		return strings.HasPrefix(strings.TrimPrefix(f.Message, f.Place.String()+": "), label+": ")
	})
}

// isProfile reports whether one of the files that are read is a profile.
func (in *Input) isProfile(name string) bool {
	return slices.ContainsFunc(in.Echo.Files, func(f document.InputFile) bool {
		return f.Name == name && f.Format.Or("") == files.Profile
	})
}

func hasRate(f check.Function) bool { return f.RPS.Known() }

// unratedLabel returns the label and the place of the fault that no function has a rate: those of the function that is
// meant, or else of the first. Without a file, they stay as they are.
func (in *Input) unratedLabel(label string, at check.Place) (string, check.Place) {
	functions := in.Account.Functions
	i := max(0, slices.IndexFunc(functions, func(f check.Function) bool { return f.Name == in.Function.Or("") }))
	if i >= min(len(functions), len(in.profile.Functions)) {
		return label, at
	}
	f, place := &functions[i], in.profile.Functions[i].Place
	if !place.Known() && f.Deployment != nil {
		place = f.Deployment.Place
	}
	switch {
	case !place.Known():
		return label, at
	case f.Unnamed:
		return place.String() + ": " + setting.RPSKey, place
	}
	return place.String() + ": " + f.Name + "." + setting.RPSKey, place
}

// rateHint says how to give rates that are missing, which no file but a profile has.
func (in *Input) rateHint() string {
	read := in.Echo.Files
	hasProfile := in.chosen[setting.ProfileFlag].Given() ||
		slices.ContainsFunc(read, func(f document.InputFile) bool { return in.isProfile(f.Name) })
	isStdin := func(f document.InputFile) bool { return f.Name == "stdin" }
	ofFiles := func(command string) string {
		if len(read) > 3 || slices.ContainsFunc(read, isStdin) {
			return command + " FILE..."
		}
		for _, f := range read {
			command = advice.Option(command, f.Name)
		}
		return command
	}
	switch {
	case hasProfile:
		return "give each function of the profile its rps, such as rps: 1500 or rps: 90k/min"
	case isFile(OwnProfile):
		own := " " + OwnProfile
		if in.parts.Has(setting.Compares) { // which has a variant for each file
			own = " -f" + own
		}
		return ofFiles("lambdacap "+in.layers.flags.Name()) + own + " takes the rates of ./" + OwnProfile
	}
	return ofFiles("lambdacap init") + " -w " + OwnProfile + " writes a profile to fill in"
}

// withRegion returns the message of a fault. That of a Region names the one that was probably meant.
func (in *Input) withRegion(f calc.Fault) string {
	near := in.nearRegion(in.Account.Region)
	problem, _, ok := strings.Cut(f.Message, "; expected ")
	if f.Field != setting.RegionKey || near == "" || !ok {
		return f.Message
	}
	return problem + "; did you mean " + near + "?"
}

// nearRegion returns the Region that was probably meant by one that has no prices, or an empty text. A number may be
// new, so only what stands before it is compared.
func (in *Input) nearRegion(typed string) string {
	const least = 6 // letters; what is shorter is near to anything
	typed = strings.ToLower(typed)
	words := strings.TrimRight(typed, "0123456789")
	var regions []string
	for i := range in.Prices {
		region := in.Prices[i].Region
		if region == typed || strings.TrimRight(region, "0123456789") == words {
			return ""
		}
		regions = append(regions, region)
	}
	if len(typed) < least {
		return ""
	}
	return suggest.Nearest(typed, regions)
}

// judgeRegion tells of a Region that looks like a misspelt one. That is a fault if a word of it is in the name of no
// Region; AWS may have opened any other.
func (in *Input) judgeRegion() {
	if v := in.values.Of(setting.RegionKey); v.Given() && calc.CheckRegion(v.Text) == nil {
		in.judgeRegionOf(v, v.Text, inputKey{calc.AccountFault, setting.RegionKey})
	}
	if v := in.values.Of(setting.QuotasKey); v.Given() {
		for _, q := range in.Account.Quotas {
			in.judgeRegionOf(v, q.Region, inputKey{calc.AccountFault, setting.QuotasKey})
		}
	}
	for i := range min(len(in.Account.Functions), len(in.profile.Functions)) {
		if v := in.profile.Functions[i].Values.Of(setting.RegionsKey); v.Given() {
			for _, r := range in.Account.Functions[i].Regions {
				in.judgeRegionOf(v, r.Region, inputKey{i, setting.RegionsKey})
			}
		}
	}
}

// judgeRegionOf judges a Region in a value.
func (in *Input) judgeRegionOf(v setting.Value, region string, at inputKey) {
	near := in.nearRegion(region)
	switch {
	case near == "" && !in.chosen[setting.PricesFlag].Given() && len(in.Prices) > 0 && !in.isPriced(region):
		if calc.CheckRegion(region) == nil {
			in.note("%s: no Region %q is known, so it has no prices", v.Label(), region)
		}
	case near == "":
	case (in.isMisspelt(region) || calc.CheckRegion(region) != nil) &&
		!in.chosen[setting.PricesFlag].Given(): // which may have few Regions
		in.faults = append(in.faults, v.Fault(fmt.Errorf("%q is not a Region; did you mean %s?", region, near)))
		if at.function == calc.AccountFault || calc.CheckRegion(region) != nil {
			in.flawed[at] = true // the calculation says the same, and no more
		}
	default:
		in.note("%s: %q has no prices; did you mean %s?", v.Label(), region, near)
	}
}

// isPriced reports whether there are prices of a Region.
func (in *Input) isPriced(region string) bool {
	return slices.ContainsFunc(in.Prices, func(p calc.Price) bool { return p.Region == region })
}

// isMisspelt reports whether a word of a Region is in the name of no other. Two letters may stand for another country,
// and numbers are counted up.
func (in *Input) isMisspelt(region string) bool {
	return slices.ContainsFunc(strings.Split(region, "-"), func(word string) bool {
		return len(word) > 2 && !slices.ContainsFunc(in.Prices, func(p calc.Price) bool {
			return slices.Contains(strings.Split(p.Region, "-"), word)
		})
	})
}

// Faults lists what is wrong so far.
func (in *Input) Faults() fault.List { return in.faults }

// Flawed reports whether any value is wrong.
func (in *Input) Flawed() bool { return len(in.flawed) > 0 }

// follows reports whether a fault may be only the consequence of another one that is reported already: a fault in the
// same input, or in one that it is compared with.
func (in *Input) follows(f calc.Fault) bool {
	flawed := func(keys ...string) bool {
		for at := range in.flawed {
			if slices.Contains(keys, at.key) {
				return true
			}
		}
		return in.unread
	}
	switch {
	case in.flawed[inputKey{f.Function, f.Field}]:
		return true
	case strings.HasPrefix(f.Field, setting.SourceKey+".") && in.flawed[inputKey{f.Function, setting.SourceKey + ".type"}]:
		return true // it depends on the type
	case in.drains() && (f.Field == durationKey || strings.HasPrefix(f.Field, setting.SourceKey)): // there is none
		return in.unread
	case strings.HasPrefix(f.Field, setting.SourceKey) && in.listOf(f).Broken: // a part of it is not there
		return true
	case f.Field == setting.RPSKey: // there is none
		return flawed(setting.RPSKey, setting.SweepKey, setting.MessagesKey, setting.SourcesKey)
	case f.Field == setting.OptimizeKey: // there is no Region
		return flawed(setting.RegionKey)
	case f.Field == setting.SweepKey || f.Field == setting.ScaleKey: // a point of it has a fault
		return len(in.flawed) > 0 || in.unread
	case f.Field == setting.AverageRPSKey:
		return in.flawed[inputKey{f.Function, setting.RPSKey}]
	case f.Field == setting.ConcurrencyKey: // less than what is set aside
		return flawed(setting.ReservedKey, setting.ProvisionedKey)
	}
	return false
}

// listOf returns the list of event sources of the function that a fault is about.
func (in *Input) listOf(f calc.Fault) setting.Value {
	if f.Function < 0 || f.Function >= len(in.profile.Functions) {
		return setting.Value{}
	}
	return in.profile.Functions[f.Function].Values.Of(setting.SourcesKey)
}

// label names the input that a fault is about, as the user wrote it, and returns its place.
func (in *Input) label(f calc.Fault) (label string, at check.Place) {
	if f.Field == setting.TrafficKey {
		return setting.TrafficKey, check.Place{}
	}
	values, places, name := in.values, check.Places(nil), ""
	if f.Function != calc.AccountFault {
		values = nil
		if f.Function < len(in.profile.Functions) { // others are those that only traffic has
			values = in.profile.Functions[f.Function].Values
		}
		name, places = in.Account.Functions[f.Function].Name, in.Account.Functions[f.Function].Places
	}
	if s := setting.ByKey(f.Field); s != nil && s.Within != "" && !values.Of(f.Field).Given() {
		f.Field = s.Within
	}
	if v := values.Of(f.Field); v.Given() {
		return v.Label(), v.Place
	}
	if v := values.Of(setting.SourcesKey); v.Given() {
		if key, ok := strings.CutPrefix(f.Field, sourcePath(-1)); ok { // of a list of one
			f.Field = sourcePath(0) + key
		}
		if strings.HasPrefix(f.Field, setting.SourcesKey+"[") {
			v.Path, v.Key = v.Path+f.Field, ""
			return v.Label(), v.Place
		}
	}
	if at := places.Of(f.Field); at.Known() {
		return at.String() + ": " + name + "." + f.Field, at
	}
	if s := setting.ByKey(f.Field); s != nil && s.Flag != "" {
		return "--" + s.Flag, check.Place{}
	}
	return "--" + setting.FunctionFlag, check.Place{} // the only field without a flag is the name
}

// readSkipped reads the rules that a check leaves out.
func (in *Input) readSkipped() {
	v := in.chosen[setting.SkipFlag]
	if !v.Given() {
		return
	}
	for _, id := range v.Items() {
		number, err := setting.ParseRule(strings.TrimSpace(id))
		if err != nil {
			in.Fault("%s: %v", v.Path, err)
			continue
		}
		in.Asked.Check.Skip = append(in.Asked.Check.Skip, number)
	}
}
