package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files"
	"github.com/lambdacap/lambdacap/configs"
	"github.com/lambdacap/lambdacap/format"
)

// An input is everything a calculating command was given.
type input struct {
	command    string
	checking   check.Options
	sources    []source // the files that are read
	contents   []files.Contents
	skip       text
	only       text         // the function that flags describe
	levels     []calc.Level // those that fail
	outputs    []output
	compared   bool // all Regions
	account    calc.Account
	plan       calc.PlanOptions // what the other commands take is part of it
	maxAt      calc.Optional[float64]
	conditions []condition
	echo       format.Inputs

	accountTexts  map[calc.Field]text
	functionTexts []map[calc.Field]text
	faults        []fault
	flawed        map[fieldOf]bool // what has a fault already
	unread        bool             // not all that was given could be read, or brought to its place
}

// allRegions is the Region that asks limits to compare them.
const allRegions = "all"

// readInput brings flags, variables and the profile together. What is wrong is
// collected, so that the method check can name everything at once.
//
// paths are the files to check; the other commands name theirs with --from.
func readInput(cmd *cobra.Command, env Env, paths ...string) *input {
	in := &input{command: cmd.Name(), flawed: map[fieldOf]bool{}}
	flags := cmd.Flags()
	environment := readEnvironment(flags, env)

	// The few that choose what to read and how to show it.
	chosen := resolve(flags, nil, environment)
	in.readOutput(chosen, env)

	var p profile
	if path := chosen[flagProfile]; path.given() && path.value != "" && in.command == "check" {
		paths = append([]string{path.value}, paths...) // with its comments that accept findings
	} else if path.given() && path.value != "" {
		s, _, _ := in.source(path.value)
		in.sources = append(in.sources, s)
		var faults []fault
		p, faults = readProfile(path.value, env.In)
		in.faults = append(in.faults, faults...)
		in.unread = len(faults) > 0
	} else if path.given() {
		in.fault(`%s: "" is empty; legal: a file, or - for standard input`, path.name)
		in.unread = true
	}

	if t := chosen[flagFrom]; t.given() {
		paths = append(paths, strings.Split(t.value, "\n")...)
	}
	if len(paths) > 0 {
		in.readFiles(&p, paths, chosen, env)
	}
	in.only = chosen[flagFunction]
	index := in.selectFunction(&p, chosen)
	layer := map[string]any{}
	for _, s := range settings() {
		values := p.account
		switch s.scope {
		case scopeFunction:
			values = nil
			if index >= 0 {
				values = p.functions[index].values
			}
		case scopeRun:
			values = p.run
		}
		if t, ok := values[s.field]; ok {
			layer[s.flag] = t
		}
	}
	if index >= 0 && p.functions[index].values == nil { // only other files speak of it
		p.functions[index].values = map[calc.Field]text{}
	}
	resolved := chosen
	if len(layer) > 0 {
		resolved = resolve(flags, layer, environment)
	}
	in.accountTexts = map[calc.Field]text{}
	for _, s := range settings() {
		t, ok := resolved[s.flag]
		switch {
		case !ok:
		case s.scope != scopeFunction:
			in.accountTexts[s.field] = t
		case index >= 0:
			p.functions[index].values[s.field] = t
		}
	}
	in.parse(p, index)
	in.readPrices(chosen[flagPrices])
	in.readSkipped(chosen[flagSkip])
	if t := chosen[flagBaseline]; t.given() && in.command == "check" {
		var problem string
		if in.checking.Known, problem = readKnown(t.value); problem != "" {
			in.fault("%s: %s: %s; legal: an earlier answer of lambdacap check -o json", t.name, t.value, problem)
		}
	} else if t.given() {
		var problem string
		if in.plan.Baseline, problem = readBaseline(t.value, in.command); problem != "" {
			in.fault("%s: %s: %s; legal: an earlier answer of lambdacap %s -o json with a cost", t.name, t.value, problem, in.command)
		}
	}
	for _, out := range in.outputs {
		if _, _, read := in.source(out.path); read && out.path != "" {
			in.fault("--%s: %q is one of the files that are read; legal: another one", flagOutput, out.path)
		}
	}
	return in
}

// readPrices reads the prices where something is to be priced: those of a file,
// or else those that come with the program.
func (in *input) readPrices(file text) {
	read, name := configs.Prices, "prices.csv"
	if file.given() {
		name = file.value
		s, _, _ := in.source(name)
		in.sources = append(in.sources, s)
		read = func() ([]calc.Price, error) { return pricesFrom(file.value) }
	} else if in.account.Region == "" && !in.compared {
		return
	}
	prices, err := read()
	var faults configs.PriceFaults
	switch {
	case errors.As(err, &faults):
		for _, f := range faults {
			in.fault("%s:%d: %s", name, f.Line, f.Message)
		}
	case err != nil:
		in.fault("%s: %s: %s; legal: a file in the form of configs/prices.csv", file.name, file.value, reason(err))
	}
	in.plan.Cost.Prices = prices
	if in.account.Region == "" {
		return
	}
	o, texts := in.plan.Cost, in.accountTexts
	in.echo.Cost = &format.InputCost{
		Hours: o.Hours, EnabledHours: o.EnabledHours.Or(o.Hours), FreeTier: o.FreeTier, SavingsPlanRatio: o.SavingsPlan, Prices: "embedded",
		Origin: format.CostOrigin{
			Hours:            texts[calc.FieldHours].from(),
			EnabledHours:     texts[calc.FieldEnabledHours].from(),
			FreeTier:         texts[calc.FieldFreeTier].from(),
			SavingsPlanRatio: texts[calc.FieldSavingsPlan].from(),
			Prices:           file.from(),
		},
	}
	if file.given() {
		in.echo.Cost.Prices = file.value
	}
}

func pricesFrom(path string) ([]calc.Price, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return configs.ReadPrices(io.LimitReader(file, files.MaxYAMLBytes))
}

// readEnvironment returns the variables that belong to flags. An empty one
// counts as unset.
func readEnvironment(flags *pflag.FlagSet, env Env) map[string]any {
	values := map[string]any{}
	flags.VisitAll(func(flag *pflag.Flag) {
		name := variable(flag.Name)
		if value, ok := env.LookupEnv(name); ok && value != "" {
			values[flag.Name] = text{value: value, origin: originEnvironment, name: name}
		}
	})
	return values
}

// resolve lets viper decide between flag, environment and profile. The values
// travel through it as text with its origin, since viper's own conversions
// lose digits and its errors lose lines.
func resolve(flags *pflag.FlagSet, profile, environment map[string]any) map[string]text {
	v := viper.New()
	_ = v.MergeConfigMap(profile) // merging maps of plain values cannot fail
	_ = v.MergeConfigMap(environment)
	chosen := map[string]text{}
	flags.VisitAll(func(flag *pflag.Flag) {
		_ = v.BindPFlag(flag.Name, flag) // only a nil flag is refused
		if t, ok := v.Get(flag.Name).(text); ok {
			chosen[flag.Name] = t
		} else if flag.Changed {
			chosen[flag.Name] = text{value: flag.Value.String(), origin: originFlag, name: "--" + flag.Name}
		}
	})
	return chosen
}

// readOutput reads how to show the answer and when to fail.
func (in *input) readOutput(chosen map[string]text, env Env) {
	oneOf := func(flag string, values []string) string {
		t, ok := chosen[flag]
		switch {
		case !ok:
			return values[0]
		case !slices.Contains(values, t.value):
			problem := "is not known"
			if slices.Contains(values, strings.ToLower(t.value)) {
				problem += ", the values are lower case"
			}
			in.fault("%s: %q %s; legal: %s", t.name, t.value, problem, strings.Join(values, ", "))
		}
		return t.value
	}
	o := format.Options{Color: useColor(oneOf(flagColor, colorValues), env)}
	if t, ok := chosen[flagExplain]; ok {
		explain, err := strconv.ParseBool(t.value)
		if err != nil {
			in.fault("%s: %q is not known; legal: true, false", t.name, t.value)
		}
		o.Explain = explain
	}
	in.readOutputs(chosen[flagOutput], chosen[flagExplain], o)
	if t, ok := chosen[flagFailOn]; ok {
		for c := range strings.SplitSeq(t.value, ",") {
			if level := calc.Level(strings.TrimSpace(c)); slices.Contains(failLevels(in.command), level) {
				in.levels = append(in.levels, level)
				continue
			}
			parsed, err := parseCondition(t.name, c)
			if err != nil {
				levels := ""
				if in.command == "check" {
					levels = "; or a level: error, warning, unknown, info"
				}
				in.fault("%s: %v%s", t.name, err, levels)
				continue
			}
			in.conditions = append(in.conditions, parsed)
		}
	}
}

// useColor decides on colour: the flag, else off for NO_COLOR, TERM=dumb or no
// terminal.
func useColor(when string, env Env) bool {
	switch when {
	case "always":
		return true
	case "never":
		return false
	}
	noColor, _ := env.LookupEnv("NO_COLOR")
	term, _ := env.LookupEnv("TERM")
	return env.Terminal && noColor == "" && term != "dumb"
}

// selectFunction finds the function that flags and variables describe: the
// only one, the one that --function names, or a new one where the profile has
// none. It returns its index, or -1 where there is none to describe.
func (in *input) selectFunction(p *profile, chosen map[string]text) int {
	var given []text
	for _, s := range settings() {
		if t := chosen[s.flag]; t.given() && (s.scope == scopeFunction || s.field == calc.FieldSweep) {
			given = append(given, t)
		}
	}
	name := chosen[flagFunction]
	switch {
	case len(p.functions) == 0:
		if len(given) == 0 && !name.given() {
			return -1
		}
		p.functions, p.listed = []profileFunction{{values: map[calc.Field]text{}}}, false
		if name.given() {
			p.functions[0].values[calc.FieldName] = name
		}
		return 0
	case name.given():
		if len(p.functions) == 1 && !p.listed && in.nameOf(p, 0) == "" {
			p.functions[0].values[calc.FieldName] = name
			return 0
		}
		var names []string
		for i := range p.functions {
			own := in.nameOf(p, i)
			if own == name.value {
				return i
			}
			names = append(names, own)
		}
		if len(names) > 20 {
			names = append(names[:20], "...")
		}
		in.fault("%s: %s no function %q; legal: %s", name.name, in.have(), name.value, strings.Join(names, ", "))
		in.unread = true
		return -1
	case len(p.functions) == 1:
		return 0
	}
	for _, t := range given {
		in.fault("%s: %s %d functions; legal: --function NAME to say which one is meant", t.name, in.have(), len(p.functions))
		in.unread = true
	}
	return -1
}

// nameOf returns the name of a function of the profile, or of other files; empty
// where it has none.
func (in *input) nameOf(p *profile, i int) string {
	if name := p.functions[i].values[calc.FieldName]; name.given() || i >= len(in.account.Functions) {
		return name.value
	}
	return in.account.Functions[i].Name
}

// have begins to say what functions there are.
func (in *input) have() string {
	if len(in.contents) > 0 {
		return "the files have"
	}
	return "the profile has"
}

// parse turns text into the account and what is asked about it. A text at fault
// leaves its value absent. index is the function that the flags describe.
func (in *input) parse(p profile, index int) {
	in.account.Functions = append(in.account.Functions, make([]calc.Function, len(p.functions)-len(in.account.Functions))...)
	in.functionTexts = make([]map[calc.Field]text, len(p.functions))
	account := fieldParser{in, calc.AccountFault, in.accountTexts}
	in.account.Concurrency = take(account, calc.FieldConcurrency, calc.ParseCount).Or(calc.DefaultConcurrency)
	in.account.UnreservedFloor = take(account, calc.FieldUnreservedFloor, calc.ParseCount)
	in.account.Region = take(account, calc.FieldRegion, asIs).Or("")
	if in.command == "limits" && in.account.Region == allRegions {
		in.account.Region, in.compared = "", true
	}
	in.account.Origins = origins(nil, in.accountTexts)
	in.account.KeepAliveMS = take(account, calc.FieldKeepAlive, calc.ParseDuration)
	in.plan.Chance = true
	in.plan.TargetSpillover = take(account, calc.FieldTargetSpillover, calc.ParsePercent)
	in.plan.TargetThrottle = take(account, calc.FieldTargetThrottle, calc.ParsePercent)
	headroom := take(account, calc.FieldHeadroom, calc.ParseHeadroom)
	in.plan.Headroom, in.plan.TargetHeadroom = headroom.Or(calc.AdvisedHeadroom), headroom.Or(0)
	in.maxAt = take(account, calc.FieldMaxDurationAt, calc.ParseRate)
	in.plan.Objective = take(account, calc.FieldOptimize, calc.ParseObjective).Or(calc.Fit)
	in.plan.SpillPenalty = take(account, calc.FieldSpillPenalty, calc.ParsePenalty).Or(0)
	in.plan.Segments = whole(take(account, calc.FieldSegments, calc.ParseSegments))
	in.plan.MinSegment = whole(take(account, calc.FieldMinSegment, calc.ParseWholeHours))
	in.plan.Wrap = take(account, calc.FieldWrap, calc.ParseSwitch).Or(false)
	if in.plan.Objective == calc.Fit && !in.flawed[fieldOf{calc.AccountFault, calc.FieldOptimize}] {
		for _, field := range []calc.Field{calc.FieldSpillPenalty, calc.FieldSegments, calc.FieldMinSegment, calc.FieldWrap} {
			if t := in.accountTexts[field]; t.origin == originFlag {
				in.faultAt(t.place, "%s: only the cheapest setting asks for it; legal: with --%s %s", t.name, calc.FieldOptimize, calc.Cheapest)
			}
		}
	}
	in.checking.TargetSpillover, in.checking.TargetThrottle, in.checking.Headroom = in.plan.TargetSpillover, in.plan.TargetThrottle, in.plan.Headroom
	in.checking.DuringDeploy = take(account, calc.FieldDuringDeploy, calc.ParseSwitch).Or(false)
	in.checking.ConnectionsPerEnv = take(account, calc.FieldConnections, calc.ParseCount)
	in.checking.MaxConnections = take(account, calc.FieldMaxConnections, calc.ParseCount)
	in.checking.QuotaGiven = in.accountTexts[calc.FieldConcurrency].given()
	in.plan.Cost = &calc.CostOptions{
		Hours:        take(account, calc.FieldHours, calc.ParseHours).Or(calc.MonthHours),
		EnabledHours: take(account, calc.FieldEnabledHours, calc.ParseEnabledHours),
		FreeTier:     take(account, calc.FieldFreeTier, calc.ParseSwitch).Or(false),
		SavingsPlan:  take(account, calc.FieldSavingsPlan, calc.ParsePercent).Or(0),
	}

	in.echo = format.Inputs{
		Files: in.echo.Files,
		Account: format.InputAccount{
			Concurrency:     in.account.Concurrency,
			UnreservedFloor: in.account.Floor(),
			Region:          optional(in.account.Region),
			KeepAliveS:      in.account.KeepAliveMS.Or(calc.DefaultKeepAliveMS) / 1000,
			Origin: format.AccountOrigin{
				Concurrency:     in.accountTexts[calc.FieldConcurrency].from(),
				UnreservedFloor: in.accountTexts[calc.FieldUnreservedFloor].from(),
				Region:          in.accountTexts[calc.FieldRegion].from(),
				KeepAliveS:      in.accountTexts[calc.FieldKeepAlive].from(),
			},
		},
	}
	if in.command != "check" || in.prints("json", "yaml") { // nothing else of a check shows them
		in.echo.Functions = make([]format.InputFunction, len(p.functions))
	}
	if in.command == "check" { // the others validate the account
		in.sameNames(p)
	}
	in.checking.Accept = append(in.checking.Accept, p.accept...)
	for i := range p.functions {
		in.parseFunction(i, &p.functions[i], p.listed)
		if in.command != "check" { // which has rules for that
			in.refused(&in.account.Functions[i], p.functions[i].values)
		}
		for _, a := range p.functions[i].accept {
			a.Function = calc.Some(in.account.Functions[i].Name)
			in.checking.Accept = append(in.checking.Accept, a)
		}
	}
	in.parseSweep(index)
}

// sameNames refuses two functions of the profile that have one name.
func (in *input) sameNames(p profile) {
	seen := make(map[string]bool, len(p.functions))
	for _, f := range p.functions {
		name := f.values[calc.FieldName]
		if name.given() && seen[name.value] {
			in.faultAt(name.place, "%s: %q names two functions; legal: a name of its own for each", name.label(calc.FieldName), name.value)
		}
		seen[name.value] = true
	}
}

// parseSweep reads the sweep, which is of the function that the flags describe.
func (in *input) parseSweep(index int) {
	t := in.accountTexts[calc.FieldSweep]
	sweep, ok := take(fieldParser{in, calc.AccountFault, in.accountTexts}, calc.FieldSweep, calc.ParseSweep).Get()
	switch {
	case !ok:
	case index < 0:
		if !in.unread {
			in.faultAt(t.place, "%s: %s %d functions; legal: --function NAME to say which one is swept", t.label(calc.FieldSweep), in.have(), len(in.account.Functions))
		}
		in.flawed[fieldOf{calc.AccountFault, calc.FieldSweep}] = true
	default:
		sweep.Function = index
		in.plan.Sweep = &sweep
		in.echo.Sweep = &format.InputSweep{Function: in.account.Functions[index].Name, Setting: t.value, Origin: format.SweepOrigin{Setting: t.from()}}
	}
}

func (in *input) parseFunction(i int, p *profileFunction, listed bool) {
	texts := p.values
	in.functionTexts[i] = texts
	f := &in.account.Functions[i] // as other files have it
	parser := fieldParser{in, i, texts}

	switch name := texts[calc.FieldName]; {
	case name.given():
		f.Name = name.value
	case f.Name != "":
	case listed:
		if !p.flawed {
			in.faultAt(p.place, "%s: %s: has no name; legal: a name of its own for each function", p.place, p.label)
		}
		f.Name = fmt.Sprintf("function %d", i)
	default:
		f.Name = "function"
	}
	f.Mode = take(parser, calc.FieldMode, calc.ParseMode).Or("")
	in.parseDay(parser, f)
	f.AverageRPS = take(parser, calc.FieldAverageRPS, calc.ParseRate)
	f.DurationMS = take(parser, calc.FieldDuration, calc.ParseDuration)
	f.Reserved = take(parser, calc.FieldReserved, calc.ParseCount).Else(f.Reserved)
	provisioned := take(parser, calc.FieldProvisioned, calc.ParseCount)
	if !provisioned.Known() && f.Origins.Of(calc.FieldProvisioned).Known() {
		provisioned = calc.Some(f.Provisioned)
	}
	f.Provisioned = provisioned.Or(0)
	f.Peakedness = take(parser, calc.FieldPeakedness, calc.ParsePeakedness)
	f.MemoryMB = take(parser, calc.FieldMemory, calc.ParseMemory).Else(f.MemoryMB)
	f.Arch = take(parser, calc.FieldArch, calc.ParseArch).Or(cmp.Or(f.Arch, calc.X86))
	f.EventSource = take(parser, calc.FieldEventSource, asIs).Or("")
	f.EphemeralMB = take(parser, calc.FieldEphemeral, calc.ParseEphemeral).Else(f.EphemeralMB)
	f.InitMS = take(parser, calc.FieldInit, calc.ParseDuration)
	if in.command == "check" { // the others do not look at them
		f.Origins = origins(f.Origins, texts)
	}
	if in.echo.Functions == nil {
		return
	}
	from := func(field calc.Field) string {
		at := f.Origins.Of(field)
		if field == calc.FieldName && f.Deployment != nil {
			at = f.Deployment.Place
		}
		if t := texts[field]; t.given() || !at.Known() {
			return t.from()
		}
		return at.String()
	}
	in.echo.Functions[i] = format.InputFunction{
		Name:        f.Name,
		Mode:        optional(f.Mode),
		RPS:         f.RPS,
		HourlyRPS:   f.HourlyRPS,
		AverageRPS:  f.AverageRPS,
		DurationMS:  f.DurationMS,
		Reserved:    f.Reserved,
		Provisioned: provisioned,
		Peakedness:  f.Peakedness.Or(1),
		MemoryMB:    f.MemoryMB,
		Arch:        f.Arch,
		EventSource: optional(f.EventSource),
		EphemeralMB: f.EphemeralMB.Or(calc.FreeEphemeralMB),
		InitMS:      f.InitMS,
		Origin: format.FunctionOrigin{
			Name:        from(calc.FieldName),
			Mode:        from(calc.FieldMode),
			RPS:         cmp.Or(texts[calc.FieldRPS], texts[calc.FieldSchedule]).from(),
			AverageRPS:  from(calc.FieldAverageRPS),
			DurationMS:  from(calc.FieldDuration),
			Reserved:    from(calc.FieldReserved),
			Provisioned: from(calc.FieldProvisioned),
			Peakedness:  from(calc.FieldPeakedness),
			MemoryMB:    from(calc.FieldMemory),
			Arch:        from(calc.FieldArch),
			EventSource: from(calc.FieldEventSource),
			EphemeralMB: from(calc.FieldEphemeral),
			InitMS:      from(calc.FieldInit),
		},
	}
}

// longestGrouping is how many separators a number may have that is no list:
// 1,000,000,000.
const longestGrouping = 3

// parseDay reads the rate of a function: one, one for each hour, or a schedule.
func (in *input) parseDay(p fieldParser, f *calc.Function) {
	var day calc.Optional[[]float64]
	rate, schedule := p.texts[calc.FieldRPS], p.texts[calc.FieldSchedule]
	if rate.given() && schedule.given() { // two ways to say one thing: the one that goes before counts
		switch {
		case rate.rank() > schedule.rank():
			delete(p.texts, calc.FieldSchedule)
			schedule = text{}
		case rate.rank() < schedule.rank():
			delete(p.texts, calc.FieldRPS)
			rate = text{}
		}
	}
	switch {
	case rate.given() && schedule.given():
		in.faultAt(schedule.place, "%s: stands beside a rate; legal: %s or %s", schedule.label(calc.FieldSchedule), calc.FieldRPS, calc.FieldSchedule)
		in.flawed[fieldOf{p.function, calc.FieldRPS}] = true
		return
	case schedule.given():
		day = take(p, calc.FieldSchedule, calc.ParseSchedule)
		if !day.Known() {
			in.flawed[fieldOf{p.function, calc.FieldRPS}] = true
		}
	case strings.Contains(rate.value, " ") || strings.Count(rate.value, ",") > longestGrouping:
		day = take(p, calc.FieldRPS, calc.ParseDay)
	default:
		f.RPS = take(p, calc.FieldRPS, calc.ParseRate)
		return
	}
	if hours, ok := day.Get(); ok {
		f.HourlyRPS, f.RPS = hours, calc.Some(slices.Max(hours))
	}
}

// refused notes the settings of files that are no numbers, but for those that the
// texts replace.
func (in *input) refused(f *calc.Function, texts map[calc.Field]text) {
	if f.Deployment == nil {
		return
	}
	list := slices.Clone(f.Deployment.Refused)
	for _, a := range f.Deployment.Allocations {
		if units, ok := a.Units.Get(); ok && units < 1 {
			list = append(list, calc.Refused{Field: calc.FieldProvisioned, Text: fmt.Sprint(units), Place: a.Place})
		}
	}
	for _, r := range list {
		if !texts[r.Field].given() {
			in.faultAt(r.Place, "%s: %s.%s: %q is no whole number that AWS takes; legal: 0 or more reserved, 1 or more provisioned", r.Place, f.Name, r.Field, r.Text)
		}
	}
}

func whole(n calc.Optional[int64]) calc.Optional[int] {
	if x, ok := n.Get(); ok {
		return calc.Some(int(x))
	}
	return calc.Optional[int]{}
}

func asIs(value string) (string, error) { return value, nil }

func optional[T ~string](value T) calc.Optional[T] {
	if value == "" {
		return calc.Optional[T]{}
	}
	return calc.Some(value)
}

// fieldParser parses the texts of the account, or of one function.
type fieldParser struct {
	in       *input
	function int
	texts    map[calc.Field]text
}

// take parses one text; where it is at fault, that is noted and the value is
// absent.
func take[T any](p fieldParser, field calc.Field, parse func(string) (T, error)) calc.Optional[T] {
	t := p.texts[field]
	if !t.given() {
		return calc.Optional[T]{}
	}
	value, err := parse(t.value)
	if err != nil {
		p.in.faultAt(t.place, "%s: %v", t.label(field), err)
		p.in.flawed[fieldOf{p.function, field}] = true
		return calc.Optional[T]{}
	}
	return calc.Some(value)
}

// fault notes what is wrong on the command line.
func (in *input) fault(format string, args ...any) { in.faultAt(calc.Place{}, format, args...) }

// faultAt notes what is wrong at a place, which is nowhere for a flag.
func (in *input) faultAt(place calc.Place, format string, args ...any) {
	in.faults = append(in.faults, fault{place, fmt.Sprintf(format, args...)})
}

// problem turns what is wrong into one error: what the texts showed, and what
// calc found in the account that they describe; flags first, then one file after
// the other, each in the order of its lines.
func (in *input) problem(err error) error {
	if found, ok := err.(calc.Faults); ok {
		for _, f := range found {
			if !in.follows(f) {
				label, at := in.label(f)
				in.faultAt(at, "%s: %s", label, f.Message)
			}
		}
	} else if err != nil {
		return err
	}
	if len(in.faults) == 0 {
		return nil
	}
	order := map[string]int{"": -1} // flags come first
	for _, f := range in.faults {
		if _, known := order[f.place.File]; !known {
			order[f.place.File] = len(order)
		}
	}
	slices.SortStableFunc(in.faults, func(a, b fault) int {
		return cmp.Or(cmp.Compare(order[a.place.File], order[b.place.File]), cmp.Compare(a.place.Line, b.place.Line))
	})
	var messages []string
	for i, f := range in.faults {
		if i == shownFaults {
			messages = append(messages, fmt.Sprintf("and %d more faults", len(in.faults)-i))
			break
		}
		messages = append(messages, f.message)
	}
	return &exitError{code: exitUsage, message: strings.Join(messages, "\n")}
}

// shownFaults is how many faults are printed: who has more has the wrong file.
const shownFaults = 100

// follows tells a fault that may only be the consequence of another one, which
// is reported already: of the same input, or of one that it is compared with.
func (in *input) follows(f calc.Fault) bool {
	flawed := func(fields ...calc.Field) bool {
		for at := range in.flawed {
			if slices.Contains(fields, at.field) {
				return true
			}
		}
		return in.unread
	}
	switch {
	case in.flawed[fieldOf{f.Function, f.Field}]:
		return true
	case f.Field == calc.FieldRPS: // none is given
		return flawed(calc.FieldRPS, calc.FieldSweep)
	case f.Field == calc.FieldOptimize: // no Region
		return flawed(calc.FieldRegion)
	case f.Field == calc.FieldSweep: // a point of it is at fault
		return len(in.flawed) > 0 || in.unread
	case f.Field == calc.FieldAverageRPS:
		return in.flawed[fieldOf{f.Function, calc.FieldRPS}]
	case f.Field == calc.FieldConcurrency: // less than what is set aside
		return flawed(calc.FieldReserved, calc.FieldProvisioned)
	}
	return false
}

// A fieldOf is an input of a function, or of the account.
type fieldOf struct {
	function int
	field    calc.Field
}

// label names the input of a fault as the user wrote it, and its place.
func (in *input) label(f calc.Fault) (label string, at calc.Place) {
	texts, origins, name := in.accountTexts, calc.Origins(nil), ""
	if f.Function != calc.AccountFault {
		texts, name = in.functionTexts[f.Function], in.account.Functions[f.Function].Name
		origins = in.account.Functions[f.Function].Origins
	}
	if t := texts[f.Field]; t.given() {
		return t.label(f.Field), t.place
	}
	if at := origins.Of(f.Field); at.Known() {
		return at.String() + ": " + name + "." + string(f.Field), at
	}
	for _, s := range settings() {
		if s.field == f.Field {
			return "--" + s.flag, calc.Place{}
		}
	}
	return "--" + flagFunction, calc.Place{} // the only field that is no setting is the name
}
