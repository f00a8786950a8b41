package files

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
	"github.com/lambdacap/lambdacap/format/safe"
)

// Join combines several files into one account. Functions with the same name are the same function. names lists the
// functions known from other sources, such as a profile. An AWS CLI response that names no function is about the
// chosen one, or else about the only function.
//
// Functions of which the files say only what calls them count if called is set, or names has them.
//
// Desired settings win; deployed state fills the gaps. also maps other names of functions to those in the account. What
// the files say of queues and streams becomes part of the functions that poll them; the rest of it stays in the files.
func Join(contents []record.File, names []string, chosen string, called bool) (
	account check.Account, also map[string]string,
) {
	count := 0
	for i := range contents {
		count += len(contents[i].Functions)
	}
	j := joiner{
		ambiguousKeys: ambiguousKeys(contents),
		functions:     make(map[string]*joined, count),
		order:         make([]joined, 0, count),
		known:         map[string]bool{},
		called:        called,
	}
	for i := range contents {
		j.addQuota(&contents[i])
	}
	only := j.onlyFunction(contents, names, chosen)
	for _, name := range names {
		j.known[name] = true
	}
	renamed := make([]map[string]string, len(contents)) // by file
	for i := range contents {
		renamed[i] = map[string]string{}
	}
	for i := range contents { // desired functions first, because they determine the names
		j.addFunctions(&contents[i], false, only, renamed[i])
	}
	j.addStackIDs(contents)
	for i := range contents {
		j.addFunctions(&contents[i], true, only, renamed[i])
	}
	j.addIDs(contents)
	strangers := j.hasStrangers()
	for i := range contents {
		j.addUnknown(&contents[i], renamed[i], strangers)
	}
	j.checkNested(contents)
	account = j.finish(contents)
	attach(contents, account.Functions)
	return account, j.otherNames()
}

// A joiner collects the functions of all files by name.
type joiner struct {
	account       check.Account
	claimed       calc.Optional[int64] // of the quota, by all functions of the account, units
	claimedAt     check.Place
	functions     map[string]*joined // by name
	order         []joined           // has room for all functions, so that pointers into it stay valid
	known         map[string]bool    // names known from other sources
	called        bool               // functions count of which the files say only what calls them
	unattributed  int64              // units claimed by one of the functions, without saying which
	ambiguousKeys map[string]bool    // see ambiguousKeys
	ids           map[string]string  // names of functions, by the logical ids that a profile or a flag uses for them
}

// joined holds what the files say about one function.
type joined struct {
	name              string
	desired, deployed *record.Function
	gone              calc.Optional[check.Claim] // what it claimed before a plan deletes it
	declared          bool                       // by one of the files
	separate          bool                       // by one that is deployed by itself
	files             int                        // that mention it
}

// isCalled reports whether the files say only what calls the function.
func (j *joined) isCalled() bool {
	return (j.desired == nil || j.desired.Called) && (j.deployed == nil || j.deployed.Called)
}

// addQuota adds the quota of the account, and how much of it is claimed.
func (j *joiner) addQuota(c *record.File) {
	if n, ok := c.Concurrency.Get(); ok {
		if before := j.account.Concurrency; before > 0 && before != n {
			j.conflict("", "concurrency quota", before, n, j.account.Places.Of(record.KeyConcurrency), c.ConcurrencyPlace)
		}
		j.account.Concurrency = n
		j.account.Places.Set(record.KeyConcurrency, c.ConcurrencyPlace)
	}
	if n, ok := c.Claimed.Get(); ok {
		if before, ok := j.claimed.Get(); ok && before != n {
			j.conflict("", "what all functions claim", before, n, j.claimedAt, c.ConcurrencyPlace)
		}
		j.claimed, j.claimedAt = calc.Some(n), c.ConcurrencyPlace
	}
}

func (j *joiner) conflict(function, what string, first, second int64, at, by check.Place) {
	c := check.Conflict{What: what, At: at, By: by,
		First: strconv.FormatInt(first, 10), Second: strconv.FormatInt(second, 10)}
	if function != "" {
		c.Function = calc.Some(function)
	}
	j.account.Conflicts = append(j.account.Conflicts, c)
}

// onlyFunction returns the function that nameless responses are about; empty if there are several candidates.
func (j *joiner) onlyFunction(contents []record.File, names []string, chosen string) string {
	switch {
	case j.ambiguousKeys[chosen]:
		return ""
	case chosen != "":
		return chosen
	}
	other := map[string]string{} // other names, by name
	for _, c := range contents {
		for _, f := range c.Functions {
			for _, name := range f.Also {
				other[f.Name] = name
			}
		}
	}
	known, logical := map[string]bool{}, map[string]string{} // logical maps names to files
	for _, name := range names {
		known[cmp.Or(other[name], name)] = true
	}
	for _, c := range contents {
		for _, f := range c.Functions {
			if f.Nameless || len(known) > 1 { // two are enough
				continue
			}
			known[cmp.Or(strings.Join(f.Also, ""), other[f.Name], f.Name)] = true
			if f.Logical { // each stack has its own
				if file, ok := logical[f.Name]; ok && file != c.Name {
					return ""
				}
				logical[f.Name] = c.Name
			}
		}
	}
	if len(known) > 1 {
		return ""
	}
	for name := range known {
		return name
	}
	return record.DefaultName
}

// ambiguousKeys returns the service keys that do not identify a function: several services use them, or
// another file has a function of that name.
func ambiguousKeys(contents []record.File) map[string]bool {
	full, ambiguous := map[string]string{}, map[string]bool{} // full maps keys to names
	for _, c := range contents {
		for _, f := range c.Functions {
			for _, name := range f.Also {
				ambiguous[f.Name] = ambiguous[f.Name] || full[f.Name] != "" && full[f.Name] != name
				full[f.Name] = name
			}
		}
	}
	if len(full) == 0 { // the usual case
		return nil
	}
	for _, c := range contents {
		for _, f := range c.Functions {
			if len(f.Also) == 0 && !f.Nameless && full[f.Name] != "" {
				ambiguous[f.Name] = true
			}
		}
	}
	return ambiguous
}

// addFunctions adds the deployed or the desired functions of a file.
func (j *joiner) addFunctions(c *record.File, deployed bool, only string, renamed map[string]string) {
	for _, f := range c.Functions {
		if f.Deployed != deployed {
			continue
		}
		if f.Nameless && only == "" {
			c.Unknown = append(c.Unknown, record.Unknown{Unknown: check.Unknown{
				What: "the function", Place: f.Deployment.Place,
				Why: "the output does not say which function it is about", Remedy: "pass --function NAME"}})
			j.unattributed += f.Claim().Or(check.Claim{}).Units()
			continue
		}
		own := f.Name
		f.Name = j.nameOf(f, c, only)
		if j.known[own] && f.Name != own {
			c.Unknown = append(c.Unknown, record.Unknown{Unknown: check.Unknown{
				Function: calc.Some(own), Place: f.Deployment.Place,
				What: fmt.Sprintf("the function meant by %q", own), Why: "several functions have this name",
				Remedy: fmt.Sprintf("call this one %q", f.Name)}})
		}
		entry := j.functions[f.Name]
		if entry == nil {
			j.order = append(j.order, joined{name: f.Name})
			entry = &j.order[len(j.order)-1]
			j.functions[f.Name] = entry
		}
		for _, other := range f.Also {
			j.functions[other] = entry
			if !j.ambiguousKeys[own] {
				j.functions[own] = entry
			}
		}
		entry.separate = entry.separate || f.Declared && c.Separate
		entry.declared, entry.files = entry.declared || f.Declared, entry.files+1
		into := &entry.desired
		if f.Deployed {
			into = &entry.deployed
		}
		if f.Name = entry.name; *into == nil {
			*into = f
		} else {
			j.merge(*into, f)
		}
		if f.Name != own {
			renamed[own] = f.Name
		}
	}
}

// addStackIDs maps deployed functions to the functions of a template by the logical id in their tags, because
// CloudFormation generated their names. It skips a logical id that several functions have, in templates or in stacks.
func (j *joiner) addStackIDs(contents []record.File) {
	templates, stacks := map[string]*joined{}, map[string]string{} // by logical id; nil and empty for several
	for i := range j.order {
		entry := &j.order[i]
		if id := entry.desired.Deployment.LogicalID; id != "" {
			_, several := templates[id]
			if templates[id] = entry; several {
				templates[id] = nil
			}
		}
	}
	for _, c := range contents {
		for _, f := range c.Functions {
			if f.StackID == "" || j.functions[f.Name] != nil {
				continue
			}
			if other, several := stacks[f.StackID]; several && other != f.Name {
				stacks[f.StackID] = ""
			} else {
				stacks[f.StackID] = f.Name
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(stacks)) {
		if entry, name := templates[id], stacks[id]; entry != nil && name != "" {
			j.functions[name] = entry
		}
	}
}

// nameOf returns the name under which a function is joined.
func (j *joiner) nameOf(f *record.Function, c *record.File, only string) string {
	own := f.Name
	name := own
	if f.Nameless {
		name = only
	}
	for _, other := range f.Also {
		if _, known := j.functions[other]; known || j.ambiguousKeys[own] || j.known[other] && !j.known[own] {
			name = other
		}
	}
	if entry := j.functions[name]; entry != nil && entry.desired != nil && f.Declared && entry.declared &&
		(f.Logical || entry.desired.Logical || entry.separate && c.Separate) {
		// Each stack has its own logical ids, which are not names in AWS. A name is one for each account and Region.
		name += " in " + safe.Text(c.Name)
	}
	return name
}

// addIDs adds the logical ids of functions that have another name. It skips an id that several functions have, or that
// is the name of one.
func (j *joiner) addIDs(contents []record.File) {
	j.ids = map[string]string{}
	for _, c := range contents {
		for _, f := range c.Functions {
			if f.ID == "" || j.functions[f.ID] != nil {
				continue
			}
			if other, ok := j.ids[f.ID]; ok && other != f.Name {
				j.ids[f.ID] = "" // it may be any of them
				continue
			}
			j.ids[f.ID] = f.Name
		}
	}
	maps.DeleteFunc(j.ids, func(_, name string) bool { return name == "" })
}

// otherNames maps alternative names of functions to the names in the account.
func (j *joiner) otherNames() map[string]string {
	also := j.ids
	if len(j.functions) == len(j.order) { // no function has two other names
		return also
	}
	for name, entry := range j.functions {
		if entry.name != name {
			also[name] = entry.name
		}
	}
	return also
}

// addUnknown adds the unknown values of a file. Unknown names count only if something may depend on them. strangers is
// whether the files mention functions that no file is known to declare.
func (j *joiner) addUnknown(c *record.File, renamed map[string]string, strangers bool) {
	for _, u := range c.Unknown {
		name, ok := u.Function.Get()
		if ok && renamed[name] != "" {
			name = renamed[name]
			u.Function = calc.Some(name)
		}
		entry := j.functions[name]
		isOwn := entry != nil && entry.files == 1
		if u.Name == record.FunctionName && !strangers || u.Name == record.AliasName && isOwn {
			continue
		}
		j.account.Unknown = append(j.account.Unknown, u.Unknown)
	}
}

// hasStrangers reports whether files or the profile mention functions that no file is known to declare.
func (j *joiner) hasStrangers() bool {
	for name := range j.known {
		if j.functions[name] == nil && j.ids[name] == "" {
			return true
		}
	}
	return slices.ContainsFunc(j.order, func(entry joined) bool { return !entry.declared })
}

// checkNested notes nested stacks whose templates are not among the files, and those whose parameters
// differ from the ones used for the template.
func (j *joiner) checkNested(contents []record.File) {
	read, counted := map[string]*record.File{}, map[*record.File]bool{}
	for i := range contents {
		read[filepath.Clean(contents[i].Name)] = &contents[i]
	}
	for _, c := range contents {
		for _, n := range c.Nested {
			template := read[filepath.Join(filepath.Dir(c.Name), filepath.FromSlash(n.Template))]
			if n.Template == "" || template == nil {
				j.account.Unknown = append(j.account.Unknown, n.Unknown)
				continue
			}
			if counted[template] {
				u := n.Unknown
				u.Why, u.Remedy = "another stack uses the same template, which is counted only once", "check the two separately"
				j.account.Unknown = append(j.account.Unknown, u)
			}
			counted[template] = true
			j.checkParameters(n, template)
		}
	}
}

// checkParameters notes the parameters for which the template's default was used although the stack passes
// another value.
func (j *joiner) checkParameters(n record.Nested, template *record.File) {
	for _, name := range slices.Sorted(maps.Keys(template.Defaults)) {
		counts := template.Defaults[name]
		given, ok := n.Given[name]
		value, known := given.Get()
		if !ok || known && value == counts {
			continue
		}
		u := n.Unknown
		if known {
			u.Why = fmt.Sprintf("the stack sets %s to %q, but the template is read with its default, %q",
				name, tree.Shown(value), tree.Shown(counts))
			u.Remedy = record.GiveParam(name, value)
		} else {
			u.Why = fmt.Sprintf("the value that the stack passes as %s is not known; the template is read with its default, %q",
				name, tree.Shown(counts))
			u.Remedy = record.GiveParam(name, "VALUE")
		}
		j.account.Unknown = append(j.account.Unknown, u)
	}
}

// finish combines the desired and the deployed settings into the account.
func (j *joiner) finish(contents []record.File) check.Account {
	a := j.account
	a.Functions = make([]check.Function, 0, len(j.order))
	ours := j.unattributed + j.claimsOfGone(contents) // claimed so far by the functions in the files
	for i := range j.order {
		entry := &j.order[i]
		f := entry.desired
		switch gone, deleted := entry.gone.Get(); {
		case deleted:
			ours += max(gone.Units(), entry.deployed.Claim().Or(check.Claim{}).Units())
			continue
		case entry.isCalled() && !j.known[entry.name] && !j.called:
			continue
		case f == nil:
			f = entry.deployed
			f.Deployment.Current = f.Claim()
		case entry.deployed != nil:
			fillGaps(f, entry.deployed)
		}
		ours += f.Deployment.Current.Or(check.Claim{}).Units()
		f.Deployment.Called = entry.isCalled()
		a.Functions = append(a.Functions, check.Function{
			Function: calc.Function{Name: f.Name, Unnamed: f.Nameless && !j.known[f.Name],
				Reserved: f.Reserved, Provisioned: f.Deployment.Provisioned(),
				MemoryMB: f.MemoryMB, EphemeralMB: f.EphemeralMB, Arch: f.Arch, Managed: f.Managed},
			Places: f.Places, Deployment: f.Deployment})
	}
	if claimed, ok := j.claimed.Get(); ok {
		a.ClaimedElsewhere = max(0, claimed-ours)
	}
	for _, c := range contents {
		a.Repeated = append(a.Repeated, c.Repeated...)
		for _, f := range c.Unowned {
			a.Unowned = append(a.Unowned, check.Function{Function: calc.Function{Name: f.Name}, Deployment: f.Deployment})
		}
	}
	return a
}

// claimsOfGone returns how much deleted functions had claimed, units. It marks those that a response still shows.
func (j *joiner) claimsOfGone(contents []record.File) (units int64) {
	for _, c := range contents {
		for _, gone := range c.Gone {
			entry := j.functions[gone.Name]
			switch {
			case entry == nil:
				units += gone.Claimed.Units()
			case entry.desired == nil:
				entry.gone = calc.Some(gone.Claimed)
			case entry.deployed == nil || !entry.deployed.Claim().Known(): // the function now belongs to another file
				units += gone.Claimed.Units()
			}
		}
	}
	return units
}
