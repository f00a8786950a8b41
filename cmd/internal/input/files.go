package input

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
	"github.com/lambdacap/lambdacap/cmd/internal/files"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/profile"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
	"github.com/lambdacap/lambdacap/format/document"
)

// readFiles reads the profile and the other files.
func (in *Input) readFiles(paths []string) {
	arguments := paths
	if in.replays() {
		paths = nil // they have traffic
	}
	if v := in.chosen[setting.FromFlag]; v.Given() {
		paths = append(slices.Clone(paths), v.Items()...)
		_, missing := os.Stat(v.Written())
		if _, err := quantity.ParseRate(v.Written()); err == nil && missing != nil && in.parts.Has(setting.Ramps) {
			in.hint = fmt.Sprintf("%s reads a file; did you mean --rps-before %s?", v.Path, v.Written())
		}
	}
	if len(paths) == 0 {
		in.findProfile(func() bool { return in.replays() && slices.ContainsFunc(arguments, hasSettings) })
	}
	v := in.chosen[setting.ProfileFlag]
	switch {
	case !v.Given():
	case v.Text == "":
		in.Fault(`%s: "" is empty; expected a file, or - for standard input`, v.Path)
		in.unread = true
	case in.judges():
		paths = append([]string{v.Text}, paths...) // its comments may accept findings
	default:
		in.readsFile(v.Text)
		var faults fault.List
		in.profile, faults = ReadProfile(v.Text, in.world)
		in.faults = append(in.faults, faults...)
		in.unread = len(faults) > 0
	}
	if in.replays() {
		paths = append(paths, in.readTraffic(arguments)...)
	}
	if in.parts.Has(setting.Records) {
		paths = append(slices.Clone(paths), in.trafficFolders()...)
	}
	if len(paths) > 0 {
		in.readAccount(paths)
	}
	if in.parts.Has(setting.Records) {
		in.readRecorded()
	}
	in.rejectTwoRates()
}

// rejectTwoRates rejects a rate and a shape of it, if both are flags. A profile may have a rate for other commands.
func (in *Input) rejectTwoRates() {
	rate, shape := in.chosen[setting.RPSKey], in.chosen[setting.ShapeFlag]
	if rate.Origin == setting.Flag && shape.Origin == setting.Flag {
		in.Fault("%s, %s: the shape has the rate; expected one of the two", rate.Path, shape.Path)
	}
}

// OwnProfile is the profile that is used where no file is named.
const OwnProfile = "lambdacap.yaml"

// otherProfile is another name for it that people try.
const otherProfile = "lambdacap.yml"

// hasSettings reports whether a path of replay has settings and not traffic.
func hasSettings(path string) bool {
	return traffic.HasSettings(path, traffic.Options{ProfileKeys: profile.Keys()})
}

// findProfile chooses the profile in the current folder, and says so, unless another one is named, or other files have
// the settings. To find that out means to look into them, so it is asked last.
func (in *Input) findProfile(others func() bool) {
	_, ignored := in.chosen[setting.NoProfileFlag]
	_, listing := in.chosen[setting.RulesFlag]
	if in.parts == 0 || ignored || listing || in.drafts() || in.chosen[setting.ProfileFlag].Given() {
		return
	}
	switch own := isFile(OwnProfile); {
	case !own && !isFile(otherProfile) || others():
	case own:
		in.note("using ./%s (--%s ignores it)", OwnProfile, setting.NoProfileFlag)
		in.found = true
		in.chosen[setting.ProfileFlag] = setting.Value{Text: OwnProfile, Origin: setting.File, Path: OwnProfile}
	default:
		in.note("./%s is not used by itself; rename it to %s, or name it on the command line", otherProfile, OwnProfile)
	}
}

// isFile reports whether there is a file of this name.
func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// note tells something about the inputs that does not stop the run.
func (in *Input) note(format string, args ...any) {
	if in.world.Note != nil {
		in.world.Note(fmt.Sprintf(format, args...))
	}
}

// ReadProfile reads the profile at a path, or standard input if the path is -. It returns what it could read, and what
// is wrong with the rest.
func ReadProfile(path string, world World) (profile.Profile, fault.List) {
	options := record.Options{Format: files.Profile, ProfileKeys: profile.Keys(), Chosen: true}
	contents, err := files.Open(path, world.Stdin, options).Read(options)
	if err != nil {
		return profile.Profile{}, fault.List{unreadable(contents.Name, err)}
	}
	return readProfile(contents)
}

// readProfile reads the profile that a file contains.
func readProfile(contents record.File) (profile.Profile, fault.List) {
	p, faults := profile.Read(contents.Name, contents.Profile)
	p.Counted = contents.Counted
	return p, faults
}

// unreadable returns the fault of a file that cannot be read at all.
func unreadable(name string, err error) fault.Fault {
	message := err.Error()
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(name); err != nil { // it does not exist itself, and not only a file that it needs
			message += instead(name)
		}
	}
	return fault.Fault{Place: check.Place{File: name}, Message: message}
}

// instead suggests what was meant by the name of a file that does not exist: a flag without its hyphens, or another
// file of the same folder.
func instead(name string) string {
	const dashes = "\u2010\u2011\u2012\u2013\u2014\u2212" // what word processors and web pages make of hyphens
	word, value, hasValue := strings.Cut(strings.TrimLeft(name, dashes+"-"), "=")
	if s, ok := setting.Named(word); ok {
		if strings.HasPrefix(name, "--") {
			return "; flags stand before --"
		}
		meant := "--" + s.Flag
		if hasValue {
			meant += "=" + value
		}
		return "; did you mean " + meant + "?"
	}
	folder, base := filepath.Split(name)
	entries, err := os.ReadDir(cmp.Or(folder, "."))
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if near := suggest.Nearest(base, names); near != "" {
		return "; did you mean " + folder + near + "?"
	}
	return ""
}

// readAccount reads the files that make up an account. Flags, variables and the profile take precedence over them.
func (in *Input) readAccount(paths []string) {
	options := in.options()
	opened := in.open(paths, options)
	isProfile := func(f *files.File) bool { return f.Format() == files.Profile }
	if in.judges() && !slices.ContainsFunc(opened, isProfile) { // its rates are those of the files
		if in.findProfile(func() bool { return false }); in.found {
			opened = append(opened, in.open([]string{OwnProfile}, options)...)
		}
	}
	others := slices.DeleteFunc(slices.Clone(opened), isProfile)
	in.fileCount += len(others)
	contents := make([]record.File, len(opened))
	problems := make([]fault.List, len(opened))
	take := func(i int, content record.File, err error) {
		if contents[i] = content; err != nil {
			problems[i] = fault.List{unreadable(opened[i].Name, err)}
		}
		for _, m := range contents[i].Misnamed {
			if in.drafts() {
				in.misnamed = append(in.misnamed, m)
				continue
			}
			problems[i].Add(m.Place, "%s: %v", m.Place, m.Err)
		}
	}
	// The profile is read first, wherever it is in the list: templates need its Region.
	known := in.chosen[setting.ProfileFlag].Given() && !in.judges() // a check has it among the files
	for i, f := range opened {
		if !isProfile(f) {
			continue
		}
		content, err := f.Read(options)
		take(i, content, err)
		switch {
		case problems[i] != nil:
		case known:
			err := fmt.Errorf("%s: this is a second profile; expected one", f.Name)
			problems[i] = fault.List{unreadable(f.Name, err)}
		default:
			in.profile, problems[i] = readProfile(contents[i])
			known = true
		}
	}
	options.Region = cmp.Or(in.chosen[setting.RegionKey].Text, in.profile.Account.Of(setting.RegionKey).Text)
	read, errs := files.ReadAll(others, options)
	for i, f := range opened {
		if !isProfile(f) {
			take(i, read[0], errs[0])
			read, errs = read[1:], errs[1:]
		}
	}
	for i, c := range contents {
		in.faults = append(in.faults, problems[i]...)
		in.unread = in.unread || problems[i] != nil
		in.Echo.Files = append(in.Echo.Files, echoFile(c))
		if c.Region != "" && in.region.Text == "" {
			in.region = setting.Value{Text: c.Region, Key: setting.RegionKey, Origin: setting.File, Place: c.RegionPlace}
		}
		if c.Empty() && problems[i] == nil && !opened[i].Found {
			in.Check.Empty = append(in.Check.Empty, c.Name)
		}
		if text := opened[i].Without(); text != "" && c.Empty() && problems[i] == nil {
			in.note("%s", text)
		}
	}
	in.checkParams(contents, options.Params)
	in.join(contents)
	in.acceptances(contents)
}

// open opens the files. One that is given twice counts once.
func (in *Input) open(paths []string, options record.Options) (opened []*files.File) {
	defer func() {
		if v := in.chosen[setting.ConfigEnvFlag]; v.Given() && !in.configured && !in.unread {
			in.Fault("%s: no folder has a samconfig.toml beside a template; name such a folder, for example "+
				"lambdacap check .", v.Path)
		}
	}()
	for _, path := range paths {
		if files.IsFolder(path) {
			opened = append(opened, in.openFolder(path, options)...)
			continue
		}
		s, twice := in.locate(path)
		if twice {
			continue
		}
		in.sources = append(in.sources, s)
		o := options
		if path == in.chosen[setting.ProfileFlag].Text {
			o.Format = files.Profile
		}
		opened = append(opened, files.Open(path, in.world.Stdin, o))
	}
	return opened
}

// format returns the format that all files with settings are treated as; empty if each is recognized by its content.
func (in *Input) format() string {
	v := in.chosen[setting.FormatFlag]
	names := files.Names()
	switch {
	case !v.Given() || slices.Contains(names, v.Text):
	case (in.replays() || in.recorded) && slices.Contains(traffic.Names(), v.Text):
		return ""
	default:
		in.Fault("%s: %q is not known; %s",
			v.Path, v.Text, suggest.Or(v.Text, names, "expected "+strings.Join(names, ", ")))
		return ""
	}
	return v.Text
}

// join combines what the files say about the account with the profile, which takes precedence.
func (in *Input) join(contents []record.File) {
	var names []string
	for _, f := range in.profile.Functions {
		if name := f.Values.Of(setting.NameKey); name.Given() {
			names = append(names, name.Text)
		}
	}
	v, given := in.chosen[setting.FunctionFlag]
	if err := calc.CheckName(v.Text); given && err != nil {
		in.faults = append(in.faults, v.Fault(err))
		in.unread = true
		delete(in.chosen, setting.FunctionFlag)
		v, given = setting.Value{}, false
	}
	account, also := files.Join(contents, names, v.Text, in.drains())
	account.Functions = in.loose(contents, account.Functions, v.Text)
	in.also = also
	if given && also[v.Text] != "" {
		v.Text = also[v.Text]
		in.chosen[setting.FunctionFlag] = v
	}
	in.Account.ClaimedElsewhere = account.ClaimedElsewhere
	in.Account.Unowned, in.Account.Repeated = account.Unowned, account.Repeated
	in.Account.Unknown, in.Account.Conflicts = account.Unknown, account.Conflicts
	if !in.profile.Account.Of(setting.ConcurrencyKey).Given() && account.Concurrency > 0 {
		in.profile.Account.Set(setting.Value{
			Text:   strconv.FormatInt(account.Concurrency, 10),
			Origin: setting.File,
			Place:  account.Places.Of(setting.ConcurrencyKey),
			Key:    setting.ConcurrencyKey,
		})
	}
	p := in.profile.Functions
	nameless := len(p) == 1 && !p[0].Values.Of(setting.NameKey).Given() && !given
	if nameless && len(account.Functions) > 1 {
		in.faults.Add(p[0].Place, "%s: the files have %d functions; expected a list of functions with their names",
			p[0].Place, len(account.Functions))
		in.unread = true
		return
	}
	for i := range p { // the profile may use a logical id
		if name := p[i].Values.Of(setting.NameKey); also[name.Text] != "" {
			name.Text = also[name.Text]
			p[i].Values.Set(name)
		}
	}
	in.merge(account.Functions, v.Text)
	in.unmatched(account.Functions, also)
}

// merge adds what files say about functions to those of the profile: to the function with the same name, or else as a
// new one. chosen is the name that --function gives, if any.
func (in *Input) merge(functions []check.Function, chosen string) {
	if len(functions) == 0 {
		return
	}
	sole := chosen // the name of a function of the profile that has none
	if len(functions) == 1 {
		sole = cmp.Or(chosen, functions[0].Name)
	}
	at := map[string]int{}
	for i, f := range in.profile.Functions {
		at[cmp.Or(f.Values.Of(setting.NameKey).Text, sole)] = i
	}
	p := &in.profile
	if len(at) == 0 { // the usual case: the profile has no functions, so those of the files stay where they are
		in.Account.Functions = functions
		p.Functions, p.Listed = make([]profile.Function, len(functions)), true
		return
	}
	in.Account.Functions = make([]check.Function, len(p.Functions), len(p.Functions)+len(functions))
	for _, f := range functions {
		if i, ok := at[f.Name]; ok {
			in.Account.Functions[i] = f
			continue
		}
		in.Account.Functions = append(in.Account.Functions, f)
		p.Functions, p.Listed = append(p.Functions, profile.Function{}), true
	}
}

// unmatched reports the functions of the profile that have no settings there and that the other files, which have some
// functions, do not have: their rates would be split without the settings. For a check they are findings. also maps
// other names of functions to theirs.
func (in *Input) unmatched(functions []check.Function, also map[string]string) {
	isCalled := func(f check.Function) bool { return f.Deployment.Called }
	functions = slices.DeleteFunc(slices.Clone(functions), isCalled)
	if len(functions) == 0 {
		return
	}
	known := slices.Sorted(maps.Keys(also))
	var names []string
	for _, f := range functions {
		known, names = append(known, f.Name), append(names, f.Name)
	}
	is := make(map[string]bool, len(known))
	for _, name := range known {
		is[name] = true
	}
	compared := 0 // names, with those that are not known
	for _, f := range in.profile.Functions {
		name := f.Values.Of(setting.NameKey)
		reserved, provisioned := f.Values.Of(record.KeyReserved), f.Values.Of(record.KeyProvisioned)
		if !name.Given() || is[name.Text] || reserved.Given() || provisioned.Given() || calc.CheckName(name.Text) != nil {
			continue // a name that is none is a fault already
		}
		const most = 5
		instead := "the files have " + strings.Join(names[:min(len(names), most)], ", ")
		if len(names) > most {
			instead += ", ..."
		}
		compared += len(known)
		among := known
		if compared > maxCompared {
			among = nil
		}
		if in.judges() {
			u := check.Unmatched{Function: name.Text, Place: name.Place, Instead: suggest.Or(name.Text, among, instead)}
			in.Check.Unmatched = append(in.Check.Unmatched, u)
		} else {
			in.faults.Add(name.Place, "%s: no file has the function %q; %s", name.Place, name.Text,
				suggest.Or(name.Text, among, instead+"; expected one of them, or its settings (provisioned: 0 if it has none)"))
		}
	}
}

// maxCompared is how often names are compared to find the one that was meant. Beyond it, no near name is told.
const maxCompared = 5_000_000

// errNotShown is what is wrong with a comment after as many wrong ones in its file as are shown.
var errNotShown = errors.New("it is one of very many that are wrong")

// acceptances collects the findings that comments in the files accept.
func (in *Input) acceptances(contents []record.File) {
	type answer struct {
		number rule.ID
		err    error
	}
	rules := map[string]answer{} // of every id that is right, and of some that are not
	for _, r := range check.Numbered() {
		rules[string(r.Number)], rules[string(r.Word)] = answer{number: r.Number}, answer{number: r.Number}
	}
	delete(rules, "")
	for _, c := range contents {
		wrong := 0 // in this file
		for _, a := range c.Acceptances {
			parsed, known := rules[a.Rule]
			if !known && wrong < fault.Shown {
				parsed.number, parsed.err = setting.ParseRule(a.Rule)
				rules[a.Rule] = parsed
			} else if !known {
				parsed.err = errNotShown
			}
			number, err := parsed.number, parsed.err
			problem := ""
			switch {
			case a.Reason == "":
				problem = "a rule and a reason are needed; expected # lambdacap:accept LC007 stopped on purpose"
			case err != nil:
				problem = err.Error()
			}
			if problem != "" {
				wrong++
				in.faults.Add(a.At, "%s: lambdacap:accept: %s", a.At, problem)
				in.unread = true
				continue
			}
			accepted := check.Acceptance{Rule: number, Reason: a.Reason, Place: a.Place, At: a.At}
			in.Check.Accept = append(in.Check.Accept, accepted)
		}
	}
}

// echoFile says which file was read, and which of its parameters have defaults that count.
func echoFile(c record.File) document.InputFile {
	f := document.InputFile{Name: c.Name, Format: optional(c.Format)}
	for _, name := range slices.Sorted(maps.Keys(c.Defaults)) {
		f.Defaults = append(f.Defaults, document.InputParameter{Name: name, Value: c.Defaults[name]})
	}
	f.ConfiguredBy = optional(c.ConfiguredBy)
	for _, name := range slices.Sorted(maps.Keys(c.Configured)) {
		f.Configured = append(f.Configured, document.InputParameter{Name: name, Value: c.Configured[name]})
	}
	return f
}
