package cmd

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/cmd/internal/files"
)

// A scope is the part of a profile that a setting belongs to.
type scope int

const (
	scopeAccount  scope = iota // under account:
	scopeFunction              // of each function
	scopeRun                   // at the top level
)

// A setting is one input of the calculation. It has the same name everywhere:
// as a flag, as a LAMBDACAP_ variable, and as a key of a profile.
type setting struct {
	flag     string
	field    calc.Field // the key in a profile
	scope    scope
	commands []string // those that have the flag; none means all that calculate
	value    string   // what help calls the value
	usage    string
	values   []string // the legal values, where they are few
	on       bool     // a switch: the flag without a value means true
}

// of tells whether a command has the flag.
func (s setting) of(command string) bool {
	return len(s.commands) == 0 || slices.Contains(s.commands, command)
}

// settings lists every input, in the order of the help.
func settings() []setting {
	plan, loaded, checked := []string{"plan"}, []string{"spillover", "plan"}, []string{"check"}
	return []setting{
		{flag: "rps", field: calc.FieldRPS, scope: scopeFunction, value: "RATE",
			usage: "offered rate at its peak: 1500, 90000/min, 5.4M/h, 130M/day; or 24 of them, separated by commas"},
		{flag: "schedule", field: calc.FieldSchedule, scope: scopeFunction, commands: loaded, value: "FROM-TO=RATE,...",
			usage: "rates over the day, UTC, instead of --rps: 0-8=20,8-18=150,18-24=60"},
		{flag: "duration", field: calc.FieldDuration, scope: scopeFunction, value: "DURATION",
			usage: "mean duration of an invocation: 80ms, 1.2s, 2m"},
		{flag: "mode", field: calc.FieldMode, scope: scopeFunction, value: "MODE", values: []string{"sync", "async"},
			usage: "how it is invoked: sync (pollers such as SQS, too) or async (default sync; limits shows both)"},
		{flag: "provisioned", field: calc.FieldProvisioned, scope: scopeFunction, value: "UNITS",
			usage: "provisioned concurrency"},
		{flag: "reserved", field: calc.FieldReserved, scope: scopeFunction, value: "UNITS",
			usage: "reserved concurrency (0 switches the function off)"},
		{flag: "peakedness", field: calc.FieldPeakedness, scope: scopeFunction, value: "Z",
			usage: "how bursty requests arrive: 1 for many independent callers, 2 to 6 for bursts (default 1)"},
		{flag: "memory", field: calc.FieldMemory, scope: scopeFunction, value: "SIZE",
			usage: "memory: 1024, 1024MB, 1GB"},
		{flag: "arch", field: calc.FieldArch, scope: scopeFunction, value: "SET", values: []string{"x86_64", "arm64"},
			usage: "instruction set: x86_64 or arm64 (default x86_64)"},
		{flag: "ephemeral-storage", field: calc.FieldEphemeral, scope: scopeFunction, commands: loaded, value: "SIZE",
			usage: "ephemeral storage, for the cost: 512, 2GB (default 512)"},
		{flag: "init", field: calc.FieldInit, scope: scopeFunction, commands: loaded, value: "DURATION",
			usage: "init time of a cold start, for the cost"},
		{flag: "average-rps", field: calc.FieldAverageRPS, scope: scopeFunction, commands: plan, value: "RATE",
			usage: "average rate, for the text of a quota request"},
		{flag: "event-source", field: calc.FieldEventSource, scope: scopeFunction, commands: plan, value: "WORDS",
			usage: "what invokes it, for the text of a quota request"},
		{flag: "account-concurrency", field: calc.FieldConcurrency, scope: scopeAccount, value: "UNITS",
			usage: "the account's concurrency quota (default 1000)"},
		{flag: "unreserved-floor", field: calc.FieldUnreservedFloor, scope: scopeAccount, value: "UNITS",
			usage: "what AWS keeps unreserved (default 100, or the quota where that is less)"},
		{flag: "region", field: calc.FieldRegion, scope: scopeAccount, value: "REGION",
			usage: "the Region, such as us-east-1; with --memory and --duration, what it costs (limits: all compares them)"},
		{flag: "keep-alive", field: calc.FieldKeepAlive, scope: scopeAccount, commands: loaded, value: "DURATION",
			usage: "how long an idle environment is kept, an assumption that AWS does not publish (default 10m)"},
		{flag: "headroom", field: calc.FieldHeadroom, scope: scopeRun, commands: []string{"plan", "check"}, value: "SHARE",
			usage: "what to add to what is required (default 10%); to what a target asks for, only if given"},
		{flag: "target-spillover", field: calc.FieldTargetSpillover, scope: scopeRun, commands: []string{"limits", "plan", "check"}, value: "SHARE",
			usage: "share of random arrivals that may find provisioned concurrency (in limits: a pool) full: 1%, 0.01"},
		{flag: "target-throttle", field: calc.FieldTargetThrottle, scope: scopeRun, commands: []string{"plan", "check"}, value: "SHARE",
			usage: "share of random arrivals that may be throttled: 0.1%, 0.001"},
		{flag: "optimize", field: calc.FieldOptimize, scope: scopeRun, commands: plan, value: "FOR", values: []string{"fit", "cost"},
			usage: "what to size for: fit, or cost, the cheapest provisioned concurrency (default fit)"},
		{flag: "spill-penalty", field: calc.FieldSpillPenalty, scope: scopeRun, commands: plan, value: "USD",
			usage: "what a request served on demand costs beside its price, for --optimize cost"},
		{flag: "segments", field: calc.FieldSegments, scope: scopeRun, commands: plan, value: "N",
			usage: "with --optimize cost and rates over the day, so many levels at most (default 3)"},
		{flag: "min-segment", field: calc.FieldMinSegment, scope: scopeRun, commands: plan, value: "HOURS",
			usage: "each of which lasts so long at least (default 1h)"},
		{flag: "wrap", field: calc.FieldWrap, scope: scopeRun, commands: plan, value: "BOOL", values: []string{"true", "false"}, on: true,
			usage: "and the last of which may run over midnight"},
		{flag: "max-duration-at", field: calc.FieldMaxDurationAt, scope: scopeRun, commands: []string{"limits"}, value: "RATE",
			usage: "show the longest mean duration with which each pool carries this rate"},
		{flag: "hours", field: calc.FieldHours, scope: scopeRun, commands: loaded, value: "HOURS",
			usage: "hours in the month that is priced (default 730)"},
		{flag: "enabled-hours", field: calc.FieldEnabledHours, scope: scopeRun, commands: loaded, value: "HOURS",
			usage: "hours of it that provisioned concurrency is on (default all)"},
		{flag: "savings-plan", field: calc.FieldSavingsPlan, scope: scopeRun, commands: loaded, value: "SHARE",
			usage: "discount of a Compute Savings Plan on duration and capacity: 12%"},
		{flag: "free-tier", field: calc.FieldFreeTier, scope: scopeRun, commands: loaded, value: "BOOL", values: []string{"true", "false"}, on: true,
			usage: "take the free requests and GB-seconds off the cost"},
		{flag: "sweep", field: calc.FieldSweep, scope: scopeRun, commands: loaded, value: "SETTING=FROM:TO:STEP",
			usage: "show other values of rps, duration, reserved or provisioned: provisioned=0:300:25"},
		{flag: "during-deploy", field: calc.FieldDuringDeploy, scope: scopeRun, commands: checked, value: "BOOL", values: []string{"true", "false"}, on: true,
			usage: "look for room for the old and the new version together"},
		{flag: "connections-per-env", field: calc.FieldConnections, scope: scopeRun, commands: checked, value: "N",
			usage: "connections to a database that an environment opens, with --max-connections"},
		{flag: "max-connections", field: calc.FieldMaxConnections, scope: scopeRun, commands: checked, value: "N",
			usage: "connections that the database takes, from all functions or that of --function"},
	}
}

// The flags that choose the inputs and the form of the answer.
const (
	flagProfile  = "profile"
	flagPrices   = "prices"
	flagBaseline = "baseline"
	flagFunction = "function"
	flagOutput   = "output"
	flagColor    = "color"
	flagExplain  = "explain"
	flagFailOn   = "fail-on"
	flagFrom     = "from"
	flagFormat   = "format"
	flagParam    = "param"
	flagSkip     = "skip"
	flagRules    = "list-rules"
)

var (
	outputValues = []string{"table", "json", "yaml", "csv", "markdown"}
	reportValues = []string{"junit", "sarif", "github"} // of check
	colorValues  = []string{"auto", "always", "never"}
)

// outputFormats are the forms that the answer of a command has.
func outputFormats(command string) []string {
	if command == "check" {
		return slices.Concat(outputValues, reportValues)
	}
	return outputValues
}

// variable is the environment variable of a flag.
func variable(flag string) string {
	return "LAMBDACAP_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// newFlags declares the flags of the calculating commands. Every value is taken
// as text: parsing comes later, so that all faults are found at once.
func newFlags() *pflag.FlagSet {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.SortFlags = false
	for _, s := range settings() {
		flags.Var(&word{kind: s.value}, s.flag, s.usage)
		if s.on {
			flags.Lookup(s.flag).NoOptDefVal = "true"
		}
	}
	flags.Var(&word{kind: "FILE"}, flagPrices, "read prices from a file in the form of configs/prices.csv")
	flags.Var(&word{kind: "FILE"}, flagBaseline, "compare the cost with that of an earlier -o json of the same command")
	flags.Var(&word{kind: "FILE"}, flagProfile, "read a YAML profile, - for standard input")
	flags.Var(&words{kind: "FILE", separator: "\n"}, flagFrom, "read what teams hold: a template, terraform show -json, serverless.yml, answers of the AWS CLI (repeatable)")
	flags.Var(&words{kind: "KEY=VALUE", separator: "\n"}, flagParam, "the value of a parameter of the template, or of a serverless option (repeatable)")
	flags.Var(&word{kind: "FORMAT"}, flagFormat, "take the files for "+strings.Join(files.Names(), ", ")+" (default by their content)")
	flags.Var(&word{kind: "NAME"}, flagFunction, "the function that the flags describe")
	flags.VarP(&words{kind: "FORMAT"}, flagOutput, "o", "table, json, yaml, csv or markdown (default table); FORMAT=FILE writes a file (repeatable)")
	flags.Var(&word{kind: "WHEN"}, flagColor, "when to colour: auto, always or never (default auto)")
	flags.Bool(flagExplain, false, "show each formula with its numbers and source")
	flags.Var(&words{kind: "RULE"}, flagSkip, "leave out a rule: LC004 (repeatable)")
	flags.Bool(flagRules, false, "list the rules")
	flags.Var(&words{kind: "CONDITION"}, flagFailOn, "exit 1 if it holds: throttled>0, queued>0, spillover>1%, utilization>80%, headroom<20%, chance-throttled>0.1%, chance-spillover>1%, cold-start>1%, cost>500, cost-delta>10% (repeatable)")
	return flags
}

// useFlags gives a command those of the flags that are for it, in their order.
func useFlags(cmd *cobra.Command, flags *pflag.FlagSet) {
	checks := cmd.Name() == "check"
	others := map[string]bool{flagBaseline: cmd.Name() == "limits", flagPrices: checks, flagFrom: checks, flagExplain: checks, flagSkip: !checks, flagRules: !checks}
	for _, s := range settings() {
		others[s.flag] = !s.of(cmd.Name())
	}
	cmd.Flags().SortFlags = false
	var usages map[string]string
	if checks {
		usages = checkUsages()
	}
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.VisitAll(func(flag *pflag.Flag) {
		if usage, ok := usages[flag.Name]; ok {
			other := *flag
			other.Usage = usage
			flag = &other
			own.AddFlag(flag)
		}
		if !others[flag.Name] {
			cmd.Flags().AddFlag(flag)
		}
	})
	completeFlags(own)
}

// checkUsages are the flags that mean more to check than to the others.
func checkUsages() map[string]string {
	return map[string]string{
		flagBaseline: "report only what is not in an earlier -o json",
		flagOutput:   "table, json, yaml, csv, markdown, junit, sarif or github (default table); FORMAT=FILE writes a file (repeatable)",
		flagFailOn:   "exit 1 not only for errors: warning, unknown, or a condition such as headroom<20% (repeatable)",
		flagFunction: "the function that the flags, and answers without a name, are about",
		"headroom":   "what should fit on top of the rate (default 10%)",
	}
}

// flagGroup is the heading that help puts a flag under.
func flagGroup(flag string) string {
	for _, s := range settings() {
		switch {
		case s.flag != flag:
		case s.scope == scopeFunction:
			return "Function"
		case s.scope == scopeAccount:
			return "Account"
		default:
			return "Question"
		}
	}
	return "General"
}

// flagGroups is the order of the headings.
func flagGroups() []string { return []string{"Function", "Account", "Question", "General"} }

// completeFlags teaches the shell the values of the flags, of which there need
// not be all. cobra keeps completions by flag, so that a command of no other use
// will do.
func completeFlags(flags *pflag.FlagSet) {
	cmd := &cobra.Command{}
	cmd.Flags().AddFlagSet(flags)
	// Made when asked for, since every start would pay.
	made := func(flag string, values func(command string) []string) {
		_ = cmd.RegisterFlagCompletionFunc(flag, func(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return values(cmd.Name()), cobra.ShellCompDirectiveNoFileComp
		})
	}
	fixed := func(flag string, values []string) { made(flag, func(string) []string { return values }) }
	for _, s := range settings() {
		fixed(s.flag, s.values)
	}
	fixed(flagColor, colorValues)
	made(flagOutput, outputFormats)
	made(flagFailOn, failExamples)
	made(flagFormat, func(string) []string { return files.Names() })
	made(flagSkip, func(string) []string { return ruleIDs() })
	_ = cmd.MarkFlagFilename(flagFrom)
	_ = cmd.MarkFlagFilename(flagProfile, "yaml", "yml")
	_ = cmd.MarkFlagFilename(flagPrices, "csv")
	_ = cmd.MarkFlagFilename(flagBaseline, "json")
	_ = cmd.RegisterFlagCompletionFunc(flagFunction, completeFunctions)
}

// completeFunctions offers the functions of the profile on the command line.
func completeFunctions(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	path := cmd.Flag(flagProfile).Value.String()
	if path == "" || path == "-" {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []cobra.Completion
	profile, _ := readProfile(path, nil)
	for _, f := range profile.functions {
		if name := f.values[calc.FieldName].value; name != "" {
			names = append(names, name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// A word is a flag that is kept as text. Its kind is what help calls the value.
type word struct{ text, kind string }

func (w *word) Set(value string) error { w.text = value; return nil }
func (w *word) String() string         { return w.text }
func (w *word) Type() string           { return w.kind }

// words is the same for a flag that may be repeated; the values are joined by
// commas, or by what does not stand in them.
type words struct {
	list      []string
	kind      string
	separator string // a comma where empty
}

func (w *words) Set(value string) error { w.list = append(w.list, value); return nil }
func (w *words) String() string         { return strings.Join(w.list, cmp.Or(w.separator, ",")) }
func (w *words) Type() string           { return w.kind }
