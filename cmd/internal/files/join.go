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
)

// Join makes one account of what several files say of it. Functions are the same
// where their names are. names are functions that are known from elsewhere, a
// profile say; the answers of the AWS CLI that name no function are about
// chosen, or else about the only function there is.
//
// What shall be counts, and what is fills in where no file says what shall be.
// also leads from the other names of functions to those in the account.
func Join(contents []Contents, names []string, chosen string) (account calc.Account, also map[string]string) {
	j := joining{named: map[string]bool{}}
	for i := range contents {
		c := &contents[i]
		if n, ok := c.Concurrency.Get(); ok {
			if before, ok := j.quota(); ok && before != n {
				j.conflict("", "concurrency quota", before, n, j.account.Origins.Of(calc.FieldConcurrency), c.ConcurrencyPlace)
			}
			j.account.Concurrency = n
			j.account.Origins.Set(calc.FieldConcurrency, c.ConcurrencyPlace)
		}
		if n, ok := c.Claimed.Get(); ok {
			if before, ok := j.claimed.Get(); ok && before != n {
				j.conflict("", "what all functions claim", before, n, j.claimedAt, c.ConcurrencyPlace)
			}
			j.claimed, j.claimedAt = calc.Some(n), c.ConcurrencyPlace
		}
	}
	j.shared = sharedKeys(contents)
	only := j.only(contents, names, chosen)
	count := 0
	for _, c := range contents {
		count += len(c.Functions)
	}
	j.functions, j.order = make(map[string]*joined, count), make([]joined, 0, count)
	for _, name := range names {
		j.named[name] = true
	}
	renamed := make([]map[string]string, len(contents)) // by file
	for _, deployed := range []bool{false, true} {      // what is gets the names of what shall be
		for i := range contents {
			if renamed[i] == nil {
				renamed[i] = map[string]string{}
			}
			j.add(&contents[i], deployed, only, renamed[i])
		}
	}
	for i := range contents {
		j.unknown(&contents[i], renamed[i])
	}
	j.nested(contents)
	return j.finish(contents), j.also()
}

// joining collects the functions of all files by their names.
type joining struct {
	account   calc.Account
	claimed   calc.Optional[int64]
	claimedAt calc.Place
	functions map[string]*joined // by name, in order
	order     []joined           // with room for all functions, so that none moves
	named     map[string]bool    // what is known from elsewhere
	somebodys int64              // units that one of the functions has claimed, not known which
	shared    map[string]bool    // see sharedKeys
}

// joined is what the files say of one function: what shall be, and what is.
type joined struct {
	name             string
	wanted, deployed *Function
	gone             calc.Optional[calc.Claim] // it is deleted, and has claimed that
}

func (j *joining) quota() (int64, bool) {
	return j.account.Concurrency, j.account.Concurrency > 0
}

// only finds the function that answers without a name are about; empty where
// there are several.
func (j *joining) only(contents []Contents, names []string, chosen string) string {
	switch {
	case j.shared[chosen]:
		return ""
	case chosen != "":
		return chosen
	}
	known, logical := map[string]bool{}, map[string]string{} // file by name
	full := map[string]string{}                              // the other name of a function by its name
	for _, c := range contents {
		for _, f := range c.Functions {
			for _, other := range f.Also {
				full[f.Name] = other
			}
		}
	}
	for _, name := range names {
		known[cmp.Or(full[name], name)] = true
	}
	for _, c := range contents {
		for _, f := range c.Functions {
			if f.Nameless || len(known) > 1 { // more tell no more
				continue
			}
			known[cmp.Or(strings.Join(f.Also, ""), full[f.Name], f.Name)] = true
			if f.Logical { // each stack has its own
				if file, ok := logical[f.Name]; ok && file != c.File {
					return ""
				}
				logical[f.Name] = c.File
			}
		}
	}
	if len(known) > 1 {
		return ""
	}
	for name := range known {
		return name
	}
	return defaultName
}

// defaultName is what a function is called that nobody names.
const defaultName = "function"

// add takes up the functions of a file: those that shall be, or those that are.
func (j *joining) add(c *Contents, deployed bool, only string, renamed map[string]string) {
	for _, f := range c.Functions {
		if f.Deployed != deployed {
			continue
		}
		own := f.Name
		name := own
		switch {
		case f.Nameless && only != "":
			name = only
		case f.Nameless:
			c.Unknown = append(c.Unknown, calc.Unknown{What: "the function", Place: f.Deployment.Place,
				Why: "the answer does not say which of the functions it is about", Remedy: "give --function NAME"})
			j.somebodys += f.claimed().Or(calc.Claim{}).Units()
			continue
		}
		for _, other := range f.Also {
			if _, known := j.functions[other]; known || j.shared[own] || j.named[other] && !j.named[own] {
				name = other
			}
		}
		if at := j.functions[name]; at != nil && at.wanted != nil && f.Logical && at.wanted.Logical {
			name += " in " + c.File // each stack has its own logical ids
		}
		if j.named[own] && name != own {
			c.Unknown = append(c.Unknown, calc.Unknown{Function: calc.Some(own), What: fmt.Sprintf("the function meant by %q", own), Place: f.Deployment.Place,
				Why: "several have this name", Remedy: fmt.Sprintf("call this one %q", name)})
		}
		f.Name = name
		at := j.functions[name]
		if at == nil {
			j.order = append(j.order, joined{})
			at = &j.order[len(j.order)-1]
			at.name, j.functions[name] = name, at
		}
		for _, other := range f.Also {
			j.functions[other] = at
			if !j.shared[own] {
				j.functions[own] = at
			}
		}
		into := &at.wanted
		if f.Deployed {
			into = &at.deployed
		}
		if f.Name = at.name; *into == nil {
			*into = f
		} else {
			j.merge(*into, f)
		}
		if f.Name != own {
			renamed[own] = f.Name
		}
	}
}

// sharedKeys are the keys of services that do not tell which function is meant:
// several services have them, or another file has a function of that name.
func sharedKeys(contents []Contents) map[string]bool {
	full, shared := map[string]string{}, map[string]bool{} // names by key
	for _, c := range contents {
		for _, f := range c.Functions {
			for _, other := range f.Also {
				shared[f.Name] = shared[f.Name] || full[f.Name] != "" && full[f.Name] != other
				full[f.Name] = other
			}
		}
	}
	if len(full) == 0 { // as mostly
		return nil
	}
	for _, c := range contents {
		for _, f := range c.Functions {
			if len(f.Also) == 0 && !f.Nameless && full[f.Name] != "" {
				shared[f.Name] = true
			}
		}
	}
	return shared
}

// also leads from other names of functions to those that they have got.
func (j *joining) also() (also map[string]string) {
	if len(j.functions) == len(j.order) { // none has two
		return nil
	}
	also = map[string]string{}
	for name, at := range j.functions {
		if at.name != name {
			also[name] = at.name
		}
	}
	return also
}

// unknown takes up what a file leaves open.
func (j *joining) unknown(c *Contents, renamed map[string]string) {
	for _, u := range c.Unknown {
		if name, ok := u.Function.Get(); ok && renamed[name] != "" {
			u.Function = calc.Some(renamed[name])
		}
		j.account.Unknown = append(j.account.Unknown, u)
	}
}

// nested notes the nested stacks of which the templates are not among the files,
// or count otherwise than these stacks have them.
func (j *joining) nested(contents []Contents) {
	read, counted := map[string]*Contents{}, map[*Contents]bool{}
	for i := range contents {
		read[filepath.Clean(contents[i].File)] = &contents[i]
	}
	for _, c := range contents {
		for _, n := range c.Nested {
			template := read[filepath.Join(filepath.Dir(c.File), filepath.FromSlash(n.Template))]
			if n.Template == "" || template == nil {
				j.account.Unknown = append(j.account.Unknown, n.Unknown)
				continue
			}
			u := n.Unknown
			if counted[template] {
				u.Why, u.Remedy = "another stack has the same template, which counts once", "check the two apart"
				j.account.Unknown = append(j.account.Unknown, u)
			}
			counted[template] = true
			for _, name := range slices.Sorted(maps.Keys(template.Defaults)) {
				counts := template.Defaults[name]
				given, ok := n.Given[name]
				if value, known := given.Get(); !ok || known && value == counts {
					continue
				} else if known {
					u.Why, u.Remedy = fmt.Sprintf("it gives %s as %q, and the template counts with its default, %q", name, shown(value), shown(counts)), "give --param "+name+"="+shown(value)
				} else {
					u.Why, u.Remedy = fmt.Sprintf("what it gives as %s is not known, and the template counts with its default, %q", name, shown(counts)), "give --param "+name+"=VALUE"
				}
				j.account.Unknown = append(j.account.Unknown, u)
			}
		}
	}
}

// merge adds to a function what another file says of it; where they differ, the
// later file counts.
func (j *joining) merge(into, f *Function) {
	at, by := into.Origins.Of(calc.FieldReserved), f.Origins.Of(calc.FieldReserved)
	if r, ok := f.Reserved.Get(); ok {
		if before, ok := into.Reserved.Get(); ok && before != r {
			j.conflict(into.Name, "reserved concurrency", before, r, at, by)
		}
		into.Reserved = f.Reserved
	}
	into.Unreserved = into.Unreserved || f.Unreserved
	into.Unstarted = into.Unstarted || f.Unstarted
	into.Unprovisioned, into.Unscaled = append(into.Unprovisioned, f.Unprovisioned...), append(into.Unscaled, f.Unscaled...)
	into.Queues = append(into.Queues, f.Queues...)
	j.mergeAllocations(into, f)
	mergeTargets(into.Deployment, f.Deployment)
	mergeAliases(into.Deployment, f.Deployment)
	d, e := into.Deployment, f.Deployment
	d.Pollers = append(d.Pollers, e.Pollers...)
	d.Refused = append(d.Refused, e.Refused...)
	d.SnapStart = d.SnapStart.Else(e.SnapStart)
	d.Unaliased = d.Unaliased.Else(e.Unaliased)
	d.Current = bothClaims(into, f)
	into.MemoryMB, into.EphemeralMB = f.MemoryMB.Else(into.MemoryMB), f.EphemeralMB.Else(into.EphemeralMB)
	if f.Arch != "" {
		into.Arch = f.Arch
	}
	for _, o := range f.Origins {
		into.Origins.Set(o.Field, o.Place)
	}
}

// bothClaims is what two files say that a function has claimed: where both declare
// it the first counts; else they are plans that each know a part.
func bothClaims(one, two *Function) calc.Optional[calc.Claim] {
	a, ok := one.Deployment.Current.Get()
	b, both := two.Deployment.Current.Get()
	if !ok || !both || one.declared && two.declared {
		return one.Deployment.Current.Else(two.Deployment.Current)
	}
	return calc.Some(calc.Claim{Reserved: a.Reserved.Else(b.Reserved), Provisioned: a.Provisioned + b.Provisioned})
}

func (j *joining) mergeAllocations(into, f *Function) {
	at := make(map[string]int, len(into.Deployment.Allocations))
	for i, b := range into.Deployment.Allocations {
		at[b.Qualifier] = i
	}
	for _, a := range f.Deployment.Allocations {
		same, ok := at[a.Qualifier]
		if !ok {
			into.Deployment.Allocations = append(into.Deployment.Allocations, a)
			continue
		}
		b := &into.Deployment.Allocations[same]
		if b.Units != a.Units && b.Units.Known() && a.Units.Known() {
			j.conflict(into.Name, "provisioned concurrency", b.Units.Or(0), a.Units.Or(0), b.Place, a.Place)
		}
		a.Observed = a.Observed && b.Observed
		*b = a
	}
}

func mergeTargets(into, d *calc.Deployment) {
	type identity struct {
		qualifier string
		scheduled bool
		min, max  calc.Optional[int64] // of an action, which has no other name
	}
	of := func(t calc.ScalableTarget) identity {
		if !t.Scheduled {
			return identity{qualifier: t.Qualifier}
		}
		return identity{t.Qualifier, true, t.Min, t.Max}
	}
	at := make(map[identity]int, len(into.Targets))
	for i, u := range into.Targets {
		at[of(u)] = i
	}
	for _, t := range d.Targets {
		same, ok := at[of(t)]
		if !ok {
			into.Targets = append(into.Targets, t)
			continue
		}
		u := &into.Targets[same]
		u.Min, u.Max = t.Min.Else(u.Min), t.Max.Else(u.Max)
		u.Tracking = append(u.Tracking, t.Tracking...)
	}
}

func mergeAliases(into, d *calc.Deployment) {
	type identity struct{ name, version string }
	known := make(map[identity]bool, len(into.Aliases))
	for _, a := range into.Aliases {
		known[identity{a.Name, a.Version}] = true
	}
	for _, a := range d.Aliases {
		if !known[identity{a.Name, a.Version}] {
			into.Aliases = append(into.Aliases, a)
		}
	}
}

func (j *joining) conflict(function, what string, first, second int64, at, by calc.Place) {
	c := calc.Conflict{What: what, First: strconv.FormatInt(first, 10), Second: strconv.FormatInt(second, 10), At: at, By: by}
	if function != "" {
		c.Function = calc.Some(function)
	}
	j.account.Conflicts = append(j.account.Conflicts, c)
}

// finish brings what shall be and what is together.
func (j *joining) finish(contents []Contents) calc.Account {
	a := j.account
	a.Functions = make([]calc.Function, 0, len(j.order))
	ours := j.somebodys // what the functions of the files have claimed so far
	for _, c := range contents {
		for _, gone := range c.Gone {
			at := j.functions[gone.Name]
			switch {
			case at == nil:
				ours += gone.Claimed.Units()
			case at.wanted == nil: // answers still show it
				at.gone = calc.Some(gone.Claimed)
			case at.deployed == nil || !at.deployed.claimed().Known(): // another file has it now
				ours += gone.Claimed.Units()
			}
		}
	}
	for i := range j.order {
		at := &j.order[i]
		f := at.wanted
		switch gone, deleted := at.gone.Get(); {
		case deleted:
			ours += max(gone.Units(), at.deployed.claimed().Or(calc.Claim{}).Units())
			continue
		case f == nil:
			f = at.deployed
			f.Deployment.Current = f.claimed()
		case at.deployed != nil:
			f.fill(at.deployed)
		}
		ours += f.Deployment.Current.Or(calc.Claim{}).Units()
		a.Functions = append(a.Functions, calc.Function{Name: f.Name, Reserved: f.Reserved, Provisioned: f.Deployment.Provisioned(),
			MemoryMB: f.MemoryMB, EphemeralMB: f.EphemeralMB, Arch: f.Arch, Origins: f.Origins, Deployment: f.Deployment})
	}
	if claimed, ok := j.claimed.Get(); ok {
		a.ClaimedElsewhere = max(0, claimed-ours)
	}
	return a
}

// claimed is what a deployed function has claimed; absent where the files do not
// tell.
func (f *Function) claimed() calc.Optional[calc.Claim] {
	if f.Reserved.Known() || f.Unreserved || len(f.Deployment.Allocations)+len(f.Deployment.Targets) > 0 {
		return calc.Some(calc.Claim{Reserved: f.Reserved, Provisioned: f.Deployment.Provisioned()})
	}
	return calc.Optional[calc.Claim]{}
}

// fill completes what shall be by what is: no deployment changes what its files
// do not speak of.
func (f *Function) fill(was *Function) {
	d, e := f.Deployment, was.Deployment
	if claim, ok := was.claimed().Get(); ok {
		planned := d.Current.Or(calc.Claim{}) // which tells only what the plan knows of
		d.Current = calc.Some(calc.Claim{Reserved: planned.Reserved.Else(claim.Reserved), Provisioned: max(planned.Provisioned, claim.Provisioned)})
	}
	if !f.Reserved.Known() && !f.Unreserved && was.Reserved.Known() {
		f.Reserved = was.Reserved
		f.Origins.Set(calc.FieldReserved, was.Origins.Of(calc.FieldReserved))
	}
	if !f.Origins.Of(calc.FieldProvisioned).Known() {
		f.Origins.Set(calc.FieldProvisioned, was.Origins.Of(calc.FieldProvisioned))
	}
	f.keepAllocations(e)
	f.keepTargets(e)
	mergeAliases(d, e)
	for _, p := range e.Pollers {
		if len(f.Queues) == 0 || p.Queue != "" && !slices.Contains(f.Queues, p.Queue) && !slices.Contains(f.Queues, "") {
			d.Pollers = append(d.Pollers, p)
		}
	}
	if !f.Unstarted {
		d.SnapStart = d.SnapStart.Else(e.SnapStart)
	}
	if !f.MemoryMB.Known() && was.MemoryMB.Known() {
		f.MemoryMB = was.MemoryMB
		f.Origins.Set(calc.FieldMemory, was.Origins.Of(calc.FieldMemory))
	}
	if !f.EphemeralMB.Known() && was.EphemeralMB.Known() {
		f.EphemeralMB = was.EphemeralMB
		f.Origins.Set(calc.FieldEphemeral, was.Origins.Of(calc.FieldEphemeral))
	}
	if f.Arch == "" && was.Arch != "" {
		f.Arch = was.Arch
		f.Origins.Set(calc.FieldArch, was.Origins.Of(calc.FieldArch))
	}
}

// keepAllocations adds what is provisioned on versions and aliases of which the
// file does not speak. One that it has without a known name may be any alias, or
// the latest version.
func (f *Function) keepAllocations(is *calc.Deployment) {
	d := f.Deployment
	spoken := d.Fixed()
	for _, qualifier := range f.Unprovisioned {
		spoken[qualifier] = true
	}
	open, published := map[string]bool{}, false // aliases without a known name
	for _, t := range d.Targets {
		if unnamed(t.Qualifier) {
			open[t.Qualifier] = true
		}
	}
	for _, a := range d.Allocations {
		if unnamed(a.Qualifier) {
			open[a.Qualifier] = true
		}
		published = published || a.Version && !isNumber(a.Qualifier)
	}
	latest := int64(0)
	var aliases []calc.Allocation
	for _, a := range is.Allocations {
		if n, ok := whole(a.Qualifier); ok {
			latest = max(latest, n)
		} else if !spoken[a.Qualifier] && !a.Version {
			aliases = append(aliases, a)
		}
	}
	for range min(len(open), len(aliases)) { // each may be one of them: the largest, to accuse nobody
		most := 0
		for i, a := range aliases {
			if a.Units.Or(0) > aliases[most].Units.Or(0) {
				most = i
			}
		}
		spoken[aliases[most].Qualifier] = true
		aliases = slices.Delete(aliases, most, most+1)
	}
	for _, a := range is.Allocations {
		n, numbered := whole(a.Qualifier)
		switch {
		case spoken[a.Qualifier]:
		case numbered && (published || len(open) > 0) && n == latest:
		case a.Qualifier == "" && len(spoken) > 0:
		default:
			d.Allocations = append(d.Allocations, a)
		}
	}
}

// keepTargets adds the scalable targets of which the file does not speak.
func (f *Function) keepTargets(is *calc.Deployment) {
	d := f.Deployment
	if slices.ContainsFunc(d.Targets, func(t calc.ScalableTarget) bool { return unnamed(t.Qualifier) }) {
		return
	}
	spoken := map[string]bool{}
	for _, t := range d.Targets {
		spoken[t.Qualifier] = true
	}
	for _, qualifier := range f.Unscaled {
		spoken[qualifier] = true
	}
	for _, t := range is.Targets {
		if !spoken[t.Qualifier] {
			d.Targets = append(d.Targets, t)
		}
	}
}
