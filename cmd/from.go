package cmd

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"os"
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
	options := files.Options{Format: in.oneFormat(chosen[flagFormat]), Params: in.params(chosen[flagParam])}
	for _, field := range profileKeys() {
		options.ProfileKeys = append(options.ProfileKeys, string(field))
	}
	var opened []*files.File
	for _, path := range paths {
		s, other, twice := in.source(path)
		switch {
		case twice && path == "-":
			in.fault("%q is given twice: standard input is read once; legal: each file once", path)
			continue
		case twice && other != path:
			in.fault("%q is %q, which is given already: it counts once; legal: each file once", path, other)
			continue
		case twice:
			in.fault("%q is given twice: it counts once; legal: each file once", path)
			continue
		}
		in.sources = append(in.sources, s)
		o := options
		if path == chosen[flagProfile].value {
			o.Format = formatProfile
		}
		opened = append(opened, files.Open(path, env.In, o))
	}
	in.contents = make([]files.Contents, len(opened))
	problems := make([][]fault, len(opened))
	read := func(i int) {
		var err error
		if in.contents[i], err = opened[i].Read(options); err != nil {
			problems[i] = []fault{fileFault(opened[i].Name, err)}
		}
	}
	// The profile is first, wherever it stands: templates ask for its Region.
	known := chosen[flagProfile].given() && in.command != "check" // which has it among its files
	for i, f := range opened {
		if f.Format() != formatProfile {
			continue
		}
		read(i)
		switch {
		case problems[i] != nil:
		case known:
			problems[i] = []fault{fileFault(f.Name, fmt.Errorf("%s: there is another profile already; legal: one profile", f.Name))}
		default:
			*p, problems[i] = profileOf(in.contents[i])
			known = true
		}
	}
	options.Region = cmp.Or(chosen[string(calc.FieldRegion)].value, p.account[calc.FieldRegion].value)
	for i, f := range opened {
		if f.Format() != formatProfile {
			read(i)
		}
	}
	for i, c := range in.contents {
		in.faults = append(in.faults, problems[i]...)
		in.unread = in.unread || problems[i] != nil
		in.echo.Files = append(in.echo.Files, format.InputFile{Name: c.File, Format: optional(c.Format)})
	}
	for i, c := range in.contents {
		if c.Empty() && problems[i] == nil {
			in.checking.Empty = append(in.checking.Empty, c.File)
		}
	}
	in.checkParams(chosen[flagParam], options.Params)
	in.join(p, chosen)
	for i := range in.contents {
		in.contents[i].Functions = nil // the account has what counts of them
	}
	in.acceptances()
}

// formatProfile is what --format calls a profile.
const formatProfile = "profile"

// A source is a file that something is read from.
type source struct {
	path string
	info fs.FileInfo // nil where there is none
}

// source finds the file of a path. Where it is one that is read already, other
// tells by which path.
func (in *input) source(path string) (s source, other string, known bool) {
	s.path = path
	if path != "-" {
		s.info, _ = os.Stat(path)
	}
	for _, before := range in.sources {
		if before.path == path || s.info != nil && before.info != nil && s.info.Mode().IsRegular() && os.SameFile(s.info, before.info) {
			return s, before.path, true
		}
	}
	return s, "", false
}

// oneFormat reads the format that all files are taken to have.
func (in *input) oneFormat(t text) string {
	if t.given() && !slices.Contains(files.Names(), t.value) {
		in.fault("%s: %q is not known; legal: %s", t.name, t.value, strings.Join(files.Names(), ", "))
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
			in.fault("%s: %q is no parameter; legal: KEY=VALUE", t.name, one)
			continue
		}
		params[key] = value
	}
	return params
}

// checkParams refuses a parameter that no file has a use for: a typing mistake
// would count as no value.
func (in *input) checkParams(t text, params map[string]string) {
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
		in.fault("%s: no file has a parameter %q%s; legal: those of the files", t.name, key, meant)
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
	base, also := files.Join(in.contents, names, chosen[flagFunction].value)
	if t, ok := chosen[flagFunction]; ok && also[t.value] != "" {
		t.value = also[t.value]
		chosen[flagFunction] = t
	}
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
		in.faultAt(first.place, "%s: the files have %d functions; legal: a list of functions with their names", first.place, len(base.Functions))
		in.unread = true
		return
	}
	in.merge(p, base.Functions, chosen[flagFunction].value)
}

// merge gives what files say of functions to the functions of the profile that
// have their names, and adds the others.
func (in *input) merge(p *profile, functions []calc.Function, chosen string) {
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
	for _, c := range in.contents {
		for _, a := range c.Acceptances {
			problem := "a rule and a reason are needed; legal: # lambdacap:accept LC007 stopped on purpose"
			if a.Reason != "" {
				problem = ruleProblem(a.Rule)
			}
			if problem != "" {
				in.faultAt(a.At, "%s: lambdacap:accept: %s", a.At, problem)
				in.unread = true
				continue
			}
			in.checking.Accept = append(in.checking.Accept, check.Acceptance{Rule: check.RuleID(a.Rule), Reason: a.Reason, Place: a.Place, At: a.At})
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
