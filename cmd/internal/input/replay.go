package input

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/calc/scaling"
	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/cmd/internal/files"
	"github.com/lambdacap/lambdacap/cmd/internal/profile"
	"github.com/lambdacap/lambdacap/cmd/internal/progress"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
	"github.com/lambdacap/lambdacap/format/document"
)

// replays reports whether traffic is replayed.
func (in *Input) replays() bool { return in.parts.Has(setting.Replays) }

// readTraffic reads the files with traffic: the arguments, or else those of the variable, or that the profile lists. It
// returns the files that have settings instead.
func (in *Input) readTraffic(paths []string) (settings []string) {
	if len(paths) == 0 {
		paths = in.variableTraffic()
	}
	if len(paths) == 0 {
		paths = in.listedTraffic()
	}
	if len(paths) == 0 {
		in.Fault("no traffic; expected a file with it, such as an answer of aws cloudwatch get-metric-data, " +
			"or - for standard input; see lambdacap help traffic")
		return nil
	}
	options, ok := in.trafficOptions()
	if !ok {
		in.unread = true
		return nil
	}
	shown := in.progress()
	options.Progress = shown.Show
	result, err := traffic.Read(paths, options)
	shown.Erase()
	in.traffic = result
	if result.Err() != nil {
		in.unread = true
		return nil
	}
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			in.Fault("%s", strings.TrimSuffix(line, "\n"))
		}
		in.unread = true
		return nil
	}
	if fault := nothingToReplay(result); fault != "" {
		in.Fault("%s", fault)
		in.unread = true
		return nil
	}
	for _, path := range result.Settings {
		if !in.replays() {
			break // it is a fault
		}
		inside := func(file string) bool { return filepath.Dir(file) == filepath.Clean(path) }
		in.noteSettings(path, slices.ContainsFunc(result.Files, inside))
	}
	for _, path := range result.Files {
		in.readsFile(path)
		in.Echo.Files = append(in.Echo.Files,
			document.InputFile{Name: files.DisplayName(path), Format: calc.Some("traffic")})
	}
	return result.Settings
}

// noteSettings tells of a file or a folder of traffic that has settings.
func (in *Input) noteSettings(path string, too bool) {
	what := "settings and no traffic"
	if too {
		what = "settings, too"
	}
	in.note("%s has %s: used as if by --%s", path, what, setting.FromFlag)
}

// listedTraffic returns the files with traffic that the profile lists.
func (in *Input) listedTraffic() (paths []string) {
	listed := in.profile.Asked.Of(setting.TrafficKey)
	if !listed.Given() {
		return nil
	}
	for _, path := range listed.Items() {
		if path != "-" && !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(listed.Place.File), path)
		}
		paths = append(paths, path)
	}
	return paths
}

// variableTraffic returns the files with traffic that the variable lists, for commands that have no such flag.
func (in *Input) variableTraffic() []string {
	s, _ := setting.Named(setting.TrafficKey)
	if text, ok := in.world.LookupEnv(setting.Variable(setting.TrafficKey)); ok && text != "" {
		return s.FromVariable(text).Items()
	}
	return nil
}

// nothingToReplay says what is wrong with files that have nothing to replay; empty if they have something.
func nothingToReplay(r traffic.Result) string {
	if slices.ContainsFunc(r.Traces, func(t *series.Trace) bool { return t.Len() > 0 }) {
		return ""
	}
	const expected = "expected traffic, such as an answer of aws cloudwatch get-metric-data"
	if len(r.Traces) == 0 {
		verb := " has"
		if len(r.Settings) > 1 {
			verb = " have"
		}
		return suggest.All(r.Settings) + verb + " settings and no traffic; " + expected
	}
	t := r.Traces[0]
	return fmt.Sprintf("%s: %s without times, so nothing says when they came; expected lines with times, such as those "+
		"of aws logs tail", suggest.All(t.Files), quantity.FormatCountOf(int(t.UntimedRequests), "request"))
}

// progress returns a line that shows how far the run is.
func (in *Input) progress() *progress.Line {
	return progress.New(in.world.Stderr, in.progressWhen(), in.world.Clock)
}

// showSizing shows how many of the ways of a plan for recorded traffic are sized, until erase is called.
func (in *Input) showSizing(w *replay.WayOptions, r Replay) (erase func()) {
	shown := in.progress()
	w.Progress = shown.Count("sizing ways", replay.MostWays*len(r.Traffic.Traces))
	return shown.Erase
}

// progressWhen returns when to show how far the run is.
func (in *Input) progressWhen() progress.When {
	v := in.chosen[setting.ProgressFlag]
	if v.Given() {
		in.oneOf(v, v.Text, setting.Colors)
	}
	switch {
	case v.Text == "always":
		return progress.Always
	case v.Text == "never" || !in.world.ErrTerminal:
		return progress.Never
	}
	return progress.Auto
}

// trafficOptions returns how to read traffic. ok is false if a flag is wrong.
func (in *Input) trafficOptions() (o traffic.Options, ok bool) {
	faults := len(in.faults)
	o = traffic.Options{Stdin: in.world.Stdin, Now: in.world.now(), Function: in.chosen[setting.FunctionFlag].Text,
		ProfileKeys: profile.Keys()}
	o.Stat, o.Metric = in.pairs(setting.StatFlag), in.pairs(setting.MetricFlag)
	o.Field = in.pairs(setting.FieldFlag)
	if v := in.chosen[setting.FunctionLabelFlag]; v.Given() {
		label, err := regexp.Compile(v.Text)
		if err != nil {
			in.Fault("%s: %q is not a regular expression: %v", v.Path, v.Text, err)
		}
		o.FunctionLabel = label
	}
	if v := in.chosen[setting.WhereFlag]; v.Given() {
		for _, text := range v.Items() {
			key, pattern, isPair := strings.Cut(text, "=")
			if !isPair || key == "" {
				in.Fault("%s: %q is not a condition; expected KEY=GLOB", v.Path, text)
			}
			o.Where = append(o.Where, traffic.Condition{Key: key, Pattern: pattern})
		}
	}
	o.TimeZone = in.zone()
	if v := in.chosen[setting.BetweenFlag]; v.Given() {
		between, err := traffic.ParseBetween(v.Text, o.TimeZone)
		if err != nil {
			in.Fault("%s: %q: %v", v.Path, v.Text, err)
		}
		o.Between = between
	}
	if v := in.chosen[setting.GapsFlag]; v.Given() {
		in.oneOf(v, v.Text, setting.Gaps)
		o.SkipGaps = v.Text == setting.Gaps[1]
	}
	if v := in.chosen[setting.TimeFormatFlag]; v.Given() {
		if err := traffic.CheckTimeFormat(v.Text); err != nil {
			in.Fault("%s: %q is %v", v.Path, v.Text, err)
		}
		o.TimeFormat = v.Text
	}
	if v := in.chosen[setting.MaxSizeFlag]; v.Given() {
		size, err := quantity.ParseFileSize(v.Text)
		if err != nil {
			in.Fault("%s: %v", v.Path, err)
		}
		o.MaxBytes = size
	}
	if v := in.chosen[setting.FormatFlag]; v.Given() && !slices.Contains(files.Names(), v.Text) {
		o.Format = v.Text
	}
	o.DurationGiven = in.chosen[setting.DurationFlag].Given() || slices.ContainsFunc(in.profile.Functions, hasDuration)
	return o, len(in.faults) == faults
}

// zone returns the time zone of times that do not say theirs.
func (in *Input) zone() *time.Location {
	v := in.chosen[setting.TimeZoneFlag]
	if !v.Given() {
		v = in.profile.Account.Of(setting.TimeZoneKey)
	}
	if !v.Given() || calc.CheckTimeZone(v.Text) != nil { // which is a fault of its own
		return nil
	}
	zone, err := time.LoadLocation(v.Text)
	if err != nil {
		in.Fault("%s: the machine does not know the time zone %q; expected one that it knows, or UTC", v.Label(), v.Text)
	}
	return zone
}

// pairs reads the values of a flag that are written as NAME=VALUE.
func (in *Input) pairs(flag string) map[string]string {
	v := in.chosen[flag]
	if !v.Given() {
		return nil
	}
	pairs := map[string]string{}
	for _, text := range v.Items() {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" || value == "" {
			s, _ := setting.Named(flag)
			in.Fault("%s: %q is not a pair; expected %s", v.Path, text, s.Value)
			continue
		}
		pairs[key] = value
	}
	return pairs
}

// A Replay is what is replayed through what.
type Replay struct {
	replay.Options
	// Settings are the settings, that replayed first.
	Settings []replay.Setting
	// Functions has the index of the function of each trace.
	Functions []int
	// Traffic is the traffic.
	Traffic traffic.Result
}

// Replay matches the traffic to the functions, and returns what is to be replayed. What is wrong is in Err.
func (in *Input) Replay() (r Replay) {
	r.Traffic = in.traffic
	account := in.Account.Capacity()
	traces, named := r.Traffic.Traces, true
	if len(account.Functions) != 1 || len(traces) != 1 || account.Functions[0].Unnamed {
		for _, t := range traces {
			named = named && t.Function != ""
			t.Function = traffic.DefaultName(t)
		}
	}
	account, r.Functions = replay.Match(account, traces)
	in.fitFunctions(account)
	if len(account.Functions) == 1 && !named { // it is called after its file, and commands need its own name
		account.Functions[0].Unnamed = true
	}
	r.Options = replay.Options{Scale: in.factor(), EstimatePeakedness: true, Minutes: in.switched(setting.MinutesFlag),
		SkipGaps: in.chosen[setting.GapsFlag].Text == setting.Gaps[1], Cost: in.Cost()}
	if in.unread || len(in.faults) > 0 || len(r.Traffic.Traces) == 0 {
		return r
	}
	own := replay.Setting{Account: account, Policies: make([]*scaling.Policy, len(account.Functions))}
	for i := range min(len(in.Scaling), len(own.Policies)) {
		own.Policies[i] = in.policy(i, slices.Contains(r.Functions, i))
	}
	in.rejectUndated(own.Policies, r.Traffic.Traces)
	own.Name = in.settingName(account, own.Policies[0])
	r.Settings = append(r.Settings, own)
	v := in.chosen[setting.CompareFlag]
	if v.Given() {
		for _, text := range v.Items() {
			r.Settings = append(r.Settings, in.compared(v, text, own, r))
		}
	}
	for _, s := range r.Settings {
		for _, p := range s.Policies {
			if p != nil {
				p.Continues = in.chosen[setting.BetweenFlag].Given()
			}
		}
	}
	in.Echo.Replay = &document.InputReplay{Scale: r.Scale, Between: optional(in.chosen[setting.BetweenFlag].Text),
		Gaps: setting.Gaps[0], Compare: []string{}}
	if v.Given() {
		in.Echo.Replay.Compare = v.Items()
	}
	if r.SkipGaps {
		in.Echo.Replay.Gaps = setting.Gaps[1]
	}
	in.echoScaling(own.Policies)
	in.Echo.Replay.Origin = in.Origin(document.InputReplay{})
	return r
}

// fitFunctions gives the inputs the functions of an account to which the traffic has added some, or given names.
func (in *Input) fitFunctions(account calc.Account) {
	had := len(in.Account.Functions)
	if had == 1 && len(account.Functions) > 1 && in.Account.Functions[0].Unnamed {
		in.rejectUnnamed()
		in.unread = true
		return
	}
	for i := range account.Functions {
		f := &account.Functions[i]
		if i >= had {
			in.Account.Functions = append(in.Account.Functions, check.Function{Function: *f})
			in.profile.Functions = append(in.profile.Functions, profile.Function{})
			continue
		}
		in.Account.Functions[i].Name, in.Account.Functions[i].Unnamed = f.Name, f.Unnamed
		in.Echo.Functions[i].Name, in.Echo.Functions[i].Unnamed = f.Name, f.Unnamed
	}
	in.Gate.Unnamed = len(account.Functions) == 1 && account.Functions[0].Unnamed
}

// rejectUnnamed rejects settings of a function that nobody named, beside traffic of several.
func (in *Input) rejectUnnamed() {
	var names, paths []string
	for _, t := range in.traffic.Traces {
		names = append(names, t.Function)
	}
	for _, s := range setting.All() {
		if v := in.chosen[s.Flag]; v.Given() && s.Group == setting.Function {
			paths = append(paths, v.Path)
		}
	}
	if len(names) > 5 {
		names = append(names[:5], "...")
	}
	in.Fault("%s: the traffic is of several functions (%s); expected --function NAME to say which one is meant",
		suggest.All(paths), strings.Join(names, ", "))
}

// factor returns by how much the traffic is multiplied.
func (in *Input) factor() float64 {
	switch factors := in.Asked.Scale; len(factors) {
	case 0:
		return 1
	case 1:
		return factors[0]
	}
	in.Fault("%s: has several factors; expected one, such as 2", in.values.Of(setting.ScaleKey).Label())
	return 1
}

// settingName names the settings as they are given. policy is that of the first function; nil if it has none.
func (in *Input) settingName(account calc.Account, policy *scaling.Policy) string {
	if len(account.Functions) > 1 {
		return "as set"
	}
	if policy != nil {
		return policy.String()
	}
	return unitsName(account.Functions[0].Provisioned)
}

// unitsName names flat provisioned concurrency.
func unitsName(n int64) string {
	if n == 0 {
		return "on demand"
	}
	return quantity.FormatCount(n) + " provisioned"
}

// compared returns the settings to compare with, of a text such as provisioned=36.
func (in *Input) compared(v setting.Value, text string, own replay.Setting, r Replay) replay.Setting {
	s := replay.Setting{Account: own.Account, Policies: slices.Clone(own.Policies)}
	s.Account.Functions = slices.Clone(own.Account.Functions)
	kind, value, _ := strings.Cut(text, "=")
	index := 0
	if len(s.Account.Functions) > 1 && kind != recommended {
		if index = in.functionNamed(in.chosen[setting.FunctionFlag].Text); index < 0 {
			in.Fault("%s %s: there are %d functions; expected --function NAME to say which one is meant", v.Path, text,
				len(s.Account.Functions))
			return s
		}
	}
	fail := func(err error) replay.Setting {
		of := setting.Value{Origin: v.Origin, Path: v.Path + " " + text}
		in.faults = append(in.faults, of.Fault(err))
		return s
	}
	f := &s.Account.Functions[index]
	if kind != recommended {
		s.Policies[index] = nil
	}
	switch kind {
	case setting.AutoscaleFlag:
		tracking, err := scaling.ParseTracking(value)
		if err != nil {
			return fail(err)
		}
		p := &scaling.Policy{Tracking: tracking, Units: scaling.Unset, Delays: in.delays(index)}
		s.Policies[index], s.Name = p, p.String()
	case setting.ProvisionedKey:
		n, err := quantity.ParseCount(value)
		if err != nil {
			return fail(err)
		}
		f.Provisioned, s.Name = n, unitsName(n)
	case setting.LevelsFlag:
		levels, err := scaling.ParseLevels(value)
		if err != nil {
			return fail(err)
		}
		s.Policies[index] = &scaling.Policy{Levels: levels}
		s.Name = s.Policies[index].String()
	case recommended:
		w := in.ways(calc.DefaultSizing())
		erase := in.showSizing(&w, r)
		x, err := replay.Recommended(own, r.Traffic.Traces, r.Functions, r.Options, w)
		erase()
		if err != nil {
			return fail(err)
		}
		return x
	default:
		kinds := []string{setting.ProvisionedKey, setting.LevelsFlag, setting.AutoscaleFlag, recommended}
		return fail(fmt.Errorf("%q is not a setting to compare with; %s", kind,
			suggest.Or(kind, kinds, "expected provisioned=N, levels=..., autoscale=... or recommended")))
	}
	if len(s.Account.Functions) > 1 && kind != recommended {
		s.Name = f.Name + ": " + s.Name
	}
	return s
}

// recommended is what --compare calls the settings that a plan for the traffic would choose.
const recommended = "recommended"

// hasDuration reports whether a function of the profile gives its duration.
func hasDuration(f profile.Function) bool { return durationOf(&f.Values).Given() }
