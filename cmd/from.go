package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files"
	"github.com/lambdacap/lambdacap/format"
)

// readFiles reads the files that teams hold, and puts what they say under the
// profile: flags, variables and the profile go before it.
func (in *input) readFiles(p *profile, paths []string, chosen map[string]text, env Env) {
	options := files.Options{Format: in.oneFormat(chosen[flagFormat]), Params: in.params(chosen[flagParam]), Region: chosen[string(calc.FieldRegion)].value}
	for _, field := range profileKeys() {
		options.ProfileKeys = append(options.ProfileKeys, string(field))
	}
	if options.Region == "" {
		options.Region = p.account[calc.FieldRegion].value // of --profile
	}
	read := map[string]bool{}
	profiles := 0
	if path := chosen[flagProfile]; path.given() && in.command != "check" { // which has it among its files
		read[path.value] = true
		profiles++
	}
	var sources []files.Source
	for _, path := range paths {
		if read[path] {
			what := "it counts once"
			if path == "-" {
				what = "standard input is read once"
			}
			in.fault(0, "%q is given twice: %s; legal: each file once", path, what)
			continue
		}
		read[path] = true
		s := files.Load(path, env.In)
		if path == chosen[flagProfile].value {
			s.Format = formatProfile
		}
		sources = append(sources, s)
	}
	contents, problems := parse(sources, options)
	for i, c := range contents {
		if c.Profile == nil || problems[i] != nil {
			continue
		}
		if profiles++; profiles == 1 {
			problems[i] = in.readProfileOf(c, p)
		} else {
			problems[i] = fmt.Errorf("%s: there is another profile already; legal: one profile", c.File)
		}
	}
	if region := p.account[calc.FieldRegion].value; options.Region == "" && region != "" {
		// Templates ask for the Region, in whatever order the files are.
		options.Region = region
		again, _ := parse(sources, options)
		copy(contents, again)
	}
	for i, c := range contents {
		if problems[i] != nil {
			in.fileFault(problems[i])
		}
		in.contents = append(in.contents, c)
		in.echo.Files = append(in.echo.Files, format.InputFile{Name: c.File, Format: optional(c.Format), Problem: problemOf(problems[i])})
	}
	for i, c := range in.contents {
		if c.Empty() && problems[i] == nil {
			in.checking.Empty = append(in.checking.Empty, c.File)
		}
	}
	in.checkParams(options.Params)
	in.join(p, chosen)
	for i := range in.contents {
		in.contents[i].Functions = nil // the account has what counts of them
	}
	in.acceptances()
}

// parse reads files that are in memory. A problem may leave a part of what a file
// says.
func parse(sources []files.Source, options files.Options) ([]files.Contents, []error) {
	contents, problems := make([]files.Contents, len(sources)), make([]error, len(sources))
	for i, s := range sources {
		contents[i], problems[i] = s.Parse(options)
	}
	return contents, problems
}

// formatProfile is what --format calls a profile.
const formatProfile = "profile"

// readProfileOf takes up the profile that a file holds. The error has all that is
// wrong with it, a fault a line.
func (in *input) readProfileOf(c files.Contents, p *profile) error {
	r := profileReader{name: c.File}
	r.top(c.Profile)
	*p = r.profile
	return faultsOf(r.faults)
}

// faultsOf joins faults to an error; nil where there are none.
func faultsOf(faults []fault) error {
	if len(faults) == 0 {
		return nil
	}
	messages := make([]string, len(faults))
	for i, f := range faults {
		messages[i] = f.message
	}
	return errors.New(strings.Join(messages, "\n"))
}

func problemOf(err error) calc.Optional[string] {
	if err == nil {
		return calc.Optional[string]{}
	}
	return calc.Some(err.Error())
}

// fileFault notes what is wrong with a file.
func (in *input) fileFault(err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		in.faults = append(in.faults, fault{line: 1, message: line, file: true})
	}
	in.unread = true
}

// oneFormat reads the format that all files are taken to have.
func (in *input) oneFormat(t text) string {
	if t.given() && !slices.Contains(files.Names(), t.value) {
		in.fault(0, "%s: %q is not known; legal: %s", t.name, t.value, strings.Join(files.Names(), ", "))
		return ""
	}
	return t.value
}

// params reads the values of parameters, KEY=VALUE.
func (in *input) params(t text) map[string]string {
	if !t.given() {
		return nil
	}
	params := map[string]string{}
	for one := range strings.SplitSeq(t.value, "\n") {
		key, value, ok := strings.Cut(one, "=")
		if !ok || key == "" {
			in.fault(0, "%s: %q is no parameter; legal: KEY=VALUE", t.name, one)
			continue
		}
		params[key] = value
	}
	return params
}

// checkParams refuses a parameter that no file has a use for: a typing mistake
// would count as no value.
func (in *input) checkParams(params map[string]string) {
	var known []string
	for _, c := range in.contents {
		known = append(known, c.Params...)
	}
	for _, key := range slices.Sorted(maps.Keys(params)) {
		if slices.Contains(known, key) || in.unread {
			continue
		}
		meant := ""
		if near := nearest(key, known); near != "" {
			meant = ", did you mean " + near + "?"
		}
		in.fault(0, "--%s: no file has a parameter %q%s; legal: those of the files", flagParam, key, meant)
	}
}

// join puts what the files say of the account under the profile.
func (in *input) join(p *profile, chosen map[string]text) {
	if p.account == nil {
		p.account, p.run = map[calc.Field]text{}, map[calc.Field]text{}
	}
	var names []string
	for _, f := range p.functions {
		if name := f.values[calc.FieldName]; name.given() {
			names = append(names, name.value)
		}
	}
	base := files.Join(in.contents, names, chosen[flagFunction].value)
	in.account.ClaimedElsewhere, in.account.Unknown, in.account.Conflicts = base.ClaimedElsewhere, base.Unknown, base.Conflicts
	if t := p.account[calc.FieldConcurrency]; !t.given() && base.Concurrency > 0 {
		p.account[calc.FieldConcurrency] = text{value: strconv.FormatInt(base.Concurrency, 10), origin: originFile,
			place: base.Origins.Of(calc.FieldConcurrency)}
	}
	if len(p.functions) == 1 && !p.functions[0].values[calc.FieldName].given() && len(base.Functions) > 1 && !chosen[flagFunction].given() {
		first := text{}
		for _, t := range p.functions[0].values {
			if !first.given() || t.place.Line < first.place.Line {
				first = t
			}
		}
		in.fault(first.place.Line, "%s: the files have %d functions; legal: a list of functions with their names", first.place, len(base.Functions))
		in.unread = true
		return
	}
	in.place(p, base.Functions, chosen[flagFunction].value)
}

// place gives what files say of functions to the functions of the profile that
// have their names, and adds the others.
func (in *input) place(p *profile, functions []calc.Function, chosen string) {
	if len(functions) == 0 {
		return
	}
	sole := chosen // the name of a function of the profile that has none
	if len(functions) == 1 {
		sole = cmp.Or(chosen, functions[0].Name)
	}
	at := map[string]int{}
	for i, f := range p.functions {
		at[cmp.Or(f.values[calc.FieldName].value, sole)] = i
	}
	in.checking.Alone = map[string]bool{}
	for name := range at {
		in.checking.Alone[name] = true
	}
	if len(at) == 0 { // as mostly: there is no need to move them
		in.account.Functions = functions
		p.functions, p.listed = make([]profileFunction, len(functions)), true
		return
	}
	in.account.Functions = make([]calc.Function, len(p.functions), len(p.functions)+len(functions))
	for _, f := range functions {
		if i, ok := at[f.Name]; ok {
			in.account.Functions[i] = f
			delete(in.checking.Alone, f.Name)
			continue
		}
		in.account.Functions = append(in.account.Functions, f)
		p.functions, p.listed = append(p.functions, profileFunction{}), true
	}
}

// origins tells where the values stand that come from files: those that are known,
// and before them the texts.
func origins(known calc.Origins, texts map[calc.Field]text) calc.Origins {
	if len(texts) == 0 {
		return known
	}
	found := slices.Clone(known)
	for field, t := range texts {
		found.Set(field, t.place) // nowhere, for a flag
	}
	return found
}

// acceptances gathers what comments accept.
func (in *input) acceptances() {
	for i, c := range in.contents {
		for _, a := range c.Acceptances {
			if problem := ruleProblem(a.Rule); problem != "" {
				in.fileFault(fmt.Errorf("%s: lambdacap:accept: %s", a.Place, problem))
				in.echo.Files[i].Problem = calc.Some(a.Place.String() + ": lambdacap:accept: " + problem)
				continue
			}
			in.checking.Accept = append(in.checking.Accept, check.Acceptance{Rule: check.RuleID(a.Rule), Reason: a.Reason, Place: a.Place, At: a.Place})
		}
	}
}

// ruleProblem says what is wrong with the id of a rule.
func ruleProblem(id string) string {
	if _, ok := check.Lookup(check.RuleID(id)); ok {
		return ""
	}
	problem := strconv.Quote(id) + " is no rule"
	if near := nearest(id, ruleIDs()); near != "" {
		problem += ", did you mean " + near + "?"
	}
	rules := check.Rules()
	return problem + "; legal: " + string(rules[0].ID) + " to " + string(rules[len(rules)-1].ID)
}

func ruleIDs() (ids []string) {
	for _, rule := range check.Rules() {
		ids = append(ids, string(rule.ID))
	}
	return ids
}
