package input

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/ramp"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/output"
	"github.com/lambdacap/lambdacap/cmd/internal/profile"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/configs"
)

// readTarget reads where a draft is written to. It replaces a file only if that is asked for.
func (in *Input) readTarget() {
	v := in.chosen[setting.WriteFlag]
	out := output.Output{Path: v.Text}
	if v.Text == "-" {
		out.Path = ""
	}
	in.Outputs = []output.Output{out}
	switch {
	case !v.Given():
		return
	case v.Text == "":
		in.Fault(`%s: "" is empty; expected a file, or - for standard output`, v.Path)
		return
	}
	o := &in.Outputs[0]
	if err := o.Locate(in.world.Stdout, in.world.inCI()); err != nil {
		in.Fault("%s: %v", v.Path, err)
	}
	if !o.IsPrinted() {
		in.world.Parts.Guard()
	}
	if forced, _ := strconv.ParseBool(in.chosen[setting.ForceFlag].Text); o.Exists() && !forced {
		in.Outputs[0] = output.Output{} // that it may be a file that is read is another reason for the same
		in.Fault("%s: %q exists; expected another file, or --%s to replace it", v.Path, v.Text, setting.ForceFlag)
	}
}

// Draft returns a profile with what is given: by flags, by a profile, and by other files. It adds what is wrong with it
// to the faults. What a profile needs beyond that is left open; what it cannot say is told in comments.
func (in *Input) Draft() profile.Draft {
	d := drafter{in: in, taught: map[string]bool{}, unknown: map[string][]check.Unknown{}}
	for _, u := range in.Account.Unknown {
		name := u.Function.Or("")
		d.unknown[name] = append(d.unknown[name], u)
	}
	d.account()
	for _, key := range setting.Keys(setting.Question) {
		if v := in.profile.Asked.Of(key); v.Given() {
			in.faults = append(in.faults, setting.ByKey(key).Reader.Read(scratch(), v)...)
			d.Asked = append(d.Asked, d.given(v))
		} else if v.Open {
			d.Asked = append(d.Asked, open(key, d.originOf(v)))
		}
	}
	d.Asked = append(d.Asked, d.accepted(in.profile.Accept)...)
	for i := range in.Account.Functions {
		d.function(i)
	}
	if len(in.Account.Functions)+len(in.Echo.Files) == 0 {
		d.example()
	}
	d.leave()
	return d.Draft
}

// A drafter makes a draft.
type drafter struct {
	profile.Draft
	in      *Input
	taught  map[string]bool            // the keys that a comment explains already
	unknown map[string][]check.Unknown // by function; those of the account have none
}

// lessonOf explains a key of a function, where it is first seen; empty for keys that need no words.
func lessonOf(key string) string {
	switch key {
	case setting.NameKey:
		return "a logical id; deployment gives the name"
	case setting.RPSKey:
		return "requests per second at the peak; per minute: 90k/min"
	case durationKey:
		return "the mean, not the p99: 80ms, 1.2s"
	case modeKey:
		return "or async, if callers do not wait: S3, SNS, EventBridge"
	case record.KeyMemory:
		return "MB, for the cost"
	case setting.ReservedKey:
		return "set aside for it, and its maximum"
	case setting.ProvisionedKey:
		return "of all versions and aliases"
	}
	return ""
}

const (
	durationKey = "duration"
	modeKey     = "mode"
)

// lesson explains a key if nothing has explained it yet.
func (d *drafter) lesson(key string) string {
	if d.taught[key] {
		return ""
	}
	d.taught[key] = true
	return lessonOf(key)
}

// given returns the entry of a value that is given.
func (d *drafter) given(v setting.Value) profile.Entry {
	return profile.Entry{Key: v.Key, Value: v, Comment: d.originOf(v)}
}

// originOf says where a value comes from. The lines of a file that is replaced say nothing.
func (d *drafter) originOf(v setting.Value) string {
	switch {
	case v.Origin != setting.File:
		return v.Path
	case filepath.Clean(v.Place.File) == filepath.Clean(d.in.Outputs[0].Path):
		return ""
	}
	return v.Place.String()
}

// scratch returns a target whose values nobody needs.
func scratch() setting.Target {
	asked := setting.DefaultAsked()
	return setting.Target{Account: &calc.Account{}, Function: &calc.Function{}, Load: &ramp.Load{}, Asked: &asked}
}

// open returns an entry that is to be filled in.
func open(key, comment string) profile.Entry {
	return profile.Entry{Key: key, Value: setting.Value{Text: profile.Unknown}, Comment: comment, Open: true}
}

// note returns a line that is only a comment.
func note(format string, args ...any) profile.Entry {
	return profile.Entry{Comment: fmt.Sprintf(format, args...)}
}

// join joins the parts of a comment that are not empty.
func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), "; ")
}

// account drafts the account.
func (d *drafter) account() {
	for _, key := range setting.Keys(setting.Account) {
		v := d.in.values.Of(key)
		if !v.Given() {
			v = d.in.profile.Account.Of(key)
		}
		switch {
		case key == setting.ElsewhereKey && (v.Given() || d.in.Account.ClaimedElsewhere > 0):
			d.elsewhere(v)
		case v.Given():
			d.Account = append(d.Account, d.given(v))
		case v.Open && key != setting.ConcurrencyKey && key != setting.RegionKey:
			d.Account = append(d.Account, open(key, d.originOf(v)))
		case key == setting.ConcurrencyKey:
			d.Account = append(d.Account, profile.Entry{Key: key, Open: true,
				Value:   setting.Value{Text: strconv.Itoa(aws.DefaultConcurrency)},
				Comment: "the default; aws lambda get-account-settings has yours"})
		case key == setting.RegionKey && isPriced(d.in.region.Text):
			d.Account = append(d.Account, d.given(d.in.region))
		case key == setting.RegionKey:
			d.Account = append(d.Account, open(key, "such as eu-west-1, for the cost"))
		}
	}
	for _, u := range d.unknown[""] {
		d.Account = append(d.Account, unknown(u))
	}
	delete(d.unknown, "")
}

// elsewhere drafts what functions that the profile does not list have set aside. What the listed ones are taken to have
// among it is left out, as the value of a profile is read.
func (d *drafter) elsewhere(v setting.Value) {
	counts := setting.Value{Text: strconv.FormatInt(d.in.Account.Capacity().ClaimedElsewhere, 10)}
	e := profile.Entry{Key: setting.ElsewhereKey, Value: counts, Open: true,
		Comment: join(d.in.Account.Places.Of(setting.ConcurrencyKey).String(),
			"used by functions not listed here", "remove the # to count it")}
	if v.Given() {
		e = d.given(v)
		e.Value.Text = counts.Text
	}
	d.Account = append(d.Account, e)
}

// isPriced reports whether the prices of a Region are known. Files may have any text in its place.
func isPriced(region string) bool {
	prices, err := configs.Prices()
	return err == nil && region != "" && slices.ContainsFunc(prices, func(p calc.Price) bool { return p.Region == region })
}

// unknown tells of a value that is not known.
func unknown(u check.Unknown) profile.Entry {
	return note("not known: %s (%s): %s; %s", u.What, u.Place, u.Why, u.Remedy)
}

// function drafts a function, unless a profile cannot have it.
func (d *drafter) function(i int) {
	f, values := &d.in.Account.Functions[i], d.in.profile.Functions[i].Values
	if err := calc.CheckName(f.Name); err != nil {
		d.left("%v (%s)", err, f.Places.Of(setting.NameKey))
		return
	}
	isRated := values.Of(setting.RPSKey).Given() || values.Of(setting.ScheduleKey).Given() ||
		values.Of(setting.MessagesKey).Given()
	var entries []profile.Entry
	add := func(e profile.Entry) { entries = append(entries, e) }
	for _, key := range setting.Keys(setting.Function) {
		v := values.Of(key)
		stated, missing := d.stated(f, key), missing(f, key)
		switch {
		case key == setting.NameKey && f.Unnamed: // a stand-in would be taken for the real one
		case key == setting.NameKey:
			add(d.name(f, v))
		case v.Given():
			add(d.given(v))
			d.taught[key] = true
		case stated.Key != "":
			add(stated)
		case v.Open:
			add(open(key, join(d.lesson(key), d.originOf(v))))
		case missing != nil:
			entries = append(entries, missing...)
		case key == setting.TenantsKey && f.Deployment != nil && f.Deployment.Tenancy.Known():
			add(open(key, "environments of all tenants, busy or idle"))
		case key == setting.RPSKey && !isRated && isPolled(f):
			add(open(key, "batches per second, if you do not know the messages below"))
		case key == setting.MessagesKey && !isRated && isPolled(f):
			add(open(key, "per second at the peak, in place of rps"))
		case key == setting.RPSKey && !isRated:
			add(open(key, d.lesson(key)))
		case key == durationKey && values.Of(setting.ActiveKey).Given():
		case key == durationKey:
			add(open(key, join(d.lesson(key), timeout(f.Deployment))))
		case key == modeKey: // under every function: an asynchronous one is easily taken for a synchronous one
			add(profile.Entry{Key: key, Value: setting.Value{Text: string(calc.Sync)}, Open: true,
				Comment: cmp.Or(d.lesson(key), "or async")})
		case key == record.KeyMemory && f.RunsManaged(): // which is sized
		case key == record.KeyMemory:
			add(open(key, d.lesson(key)))
		}
	}
	entries = append(nest(entries), d.leftSources(i)...)
	if f.RunsManaged() {
		entries = append(entries, leftUnits(f)...)
	}
	for _, u := range d.unknown[f.Name] {
		add(unknown(u))
	}
	delete(d.unknown, f.Name)
	entries = append(entries, d.accepted(d.in.profile.Functions[i].Accept)...)
	d.Functions = append(d.Functions, entries)
}

// leftUnits tells of the reserved and the provisioned concurrency of a function on Managed Instances, which a profile
// rejects.
func leftUnits(f *check.Function) (entries []profile.Entry) {
	if n, ok := f.Reserved.Get(); ok {
		entries = append(entries, note("left out: %s %d (%s): Managed Instances have none", setting.ReservedKey, n,
			f.Places.Of(setting.ReservedKey)))
	}
	if f.Provisioned > 0 {
		entries = append(entries, note("left out: %s %d (%s): Managed Instances have none", setting.ProvisionedKey,
			f.Provisioned, f.Places.Of(setting.ProvisionedKey)))
	}
	return entries
}

// example drafts a function that shows what a profile has, for want of files.
func (d *drafter) example() {
	entry := func(key, text string, open bool) profile.Entry {
		return profile.Entry{Key: key, Value: setting.Value{Text: text}, Open: open, Comment: d.lesson(key)}
	}
	d.Functions = append(d.Functions, []profile.Entry{
		{Key: setting.NameKey, Value: setting.Value{Text: "checkout"}, Comment: "an example; put yours in its place"},
		entry(setting.RPSKey, "1500", false),
		entry(durationKey, "80ms", false),
		entry(modeKey, string(calc.Sync), true),
		entry(setting.ProvisionedKey, "100", true),
		entry(setting.ReservedKey, "400", true),
		entry(record.KeyMemory, "1024", false),
	})
}

// name drafts the name of a function.
func (d *drafter) name(f *check.Function, v setting.Value) profile.Entry {
	v.Text = f.Name // which may stand for the name that the profile uses
	comment := d.originOf(v)
	if at := f.Deployment; at != nil && !v.Given() {
		comment = at.Place.String()
		if at.LogicalID != "" {
			comment = join(comment, d.lesson(setting.NameKey))
		}
	}
	return profile.Entry{Key: setting.NameKey, Value: v, Comment: comment}
}

// stated drafts a setting that files other than a profile state; without a key if they do not.
func (d *drafter) stated(f *check.Function, key string) profile.Entry {
	at := f.Places.Of(key)
	var text, more string
	number := func(n calc.Optional[int64]) {
		if n, ok := n.Get(); ok {
			text = strconv.FormatInt(n, 10)
		}
	}
	if f.RunsManaged() && (key == setting.ReservedKey || key == setting.ProvisionedKey) { // which it cannot have
		return profile.Entry{}
	}
	switch key {
	case setting.ReservedKey:
		number(f.Reserved)
	case setting.ProvisionedKey:
		if f.Provisioned > 0 {
			number(calc.Some(f.Provisioned))
			more = sumOf(f.Deployment)
		}
	case record.KeyMemory:
		number(f.MemoryMB)
	case record.KeyEphemeral:
		number(f.EphemeralMB)
	case record.KeyArch:
		if at.Known() {
			text = string(f.Arch)
		}
	case setting.SourcesKey:
		return severalSources(f)
	default:
		text = sourceText(f, key)
	}
	if text == "" && f.RunsManaged() {
		text = managedText(f, key)
	}
	if text == "" {
		return profile.Entry{}
	}
	v := setting.Value{Text: text, Key: key, Origin: setting.File, Place: at}
	target := scratch()
	target.Function.Compute = f.Compute // which the range of the memory depends on
	if faults := setting.ByKey(key).Reader.Read(target, v); len(faults) > 0 {
		return profile.Entry{Key: key, Value: v, Open: true, Comment: join(at.String(), "not valid in a profile")}
	}
	return profile.Entry{Key: key, Value: v, Comment: join(at.String(), more, d.lesson(key))}
}

// sumOf says of what the provisioned concurrency of a function is the sum.
func sumOf(d *check.Deployment) string {
	if d == nil {
		return ""
	}
	n, scaled := len(d.Provided()), ""
	if slices.ContainsFunc(d.Targets, func(t check.ScalableTarget) bool { return !t.Scheduled }) {
		scaled = "scaling may set more"
	}
	if n > 1 {
		return join(fmt.Sprintf("the sum of %d versions and aliases", n), scaled)
	}
	return scaled
}

// timeout says how long an invocation may take at most.
func timeout(d *check.Deployment) string {
	if d == nil {
		return ""
	}
	if s, ok := d.TimeoutS.Get(); ok {
		return "the timeout is " + quantity.FormatSeconds(float64(s))
	}
	return ""
}

// missing drafts a setting that a file gives, and that does not count: it is not a number that AWS takes, or not known.
func missing(f *check.Function, key string) (entries []profile.Entry) {
	d := f.Deployment
	if d == nil {
		return nil
	}
	for _, r := range d.Refused {
		if r.Field == key {
			entries = append(entries, profile.Entry{Key: key, Value: setting.Value{Text: r.Text}, Open: true,
				Comment: r.Place.String() + "; AWS rejects this value"})
		}
	}
	isUnknown := func(a check.Allocation) bool { return !a.Units.Known() }
	if key == setting.ReservedKey && d.Open ||
		key == setting.ProvisionedKey && slices.ContainsFunc(d.Provided(), isUnknown) {
		entries = append(entries, open(key, ""))
	}
	return entries
}

// accepted drafts the findings that a profile accepts.
func (d *drafter) accepted(list []check.Acceptance) []profile.Entry {
	if len(list) == 0 {
		return nil
	}
	e := profile.Accepted(list)
	e.Comment = d.originOf(setting.Value{Origin: setting.File, Place: list[0].At})
	return []profile.Entry{e}
}

// left adds a comment about something that the profile leaves out.
func (d *drafter) left(format string, args ...any) {
	d.Left = append(d.Left, "left out: "+fmt.Sprintf(format, args...))
}

// leave tells what the profile leaves out besides functions.
func (d *drafter) leave() {
	for _, m := range d.in.misnamed {
		d.left("%s: %v", m.Place, m.Err)
	}
	for _, f := range d.in.Account.Unowned {
		d.left("%s (%s) belongs to a function that the files do not name", f.Name, f.Deployment.Place)
	}
	for _, u := range d.in.Account.Unknown { // in the order of the files
		name := u.Function.Or("")
		if slices.Contains(d.unknown[name], u) {
			d.Left = append(d.Left, name+": "+unknown(u).Comment)
		}
	}
	for _, name := range d.in.Check.Empty {
		d.Left = append(d.Left, name+" has no functions")
	}
}
