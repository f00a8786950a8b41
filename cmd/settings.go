package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/calc"
)

// A scope is the part of a profile that a setting belongs to.
type scope int

const (
	scopeAccount  scope = iota // under account:
	scopeFunction              // of each function
	scopePlan                  // at the top level, for plan alone
)

// A setting is one input of the calculation. It has the same name everywhere:
// as a flag, as a LAMBDACAP_ variable, and as a key of a profile.
type setting struct {
	flag   string
	field  calc.Field // the key in a profile
	scope  scope
	usage  string
	values []string // the legal values, where they are few
}

// settings lists every input, in the order of the help.
func settings() []setting {
	return []setting{
		{flag: "rps", field: calc.FieldRPS, scope: scopeFunction,
			usage: "offered `RATE` at its peak: 1500, 90000/min, 5.4M/h, 130M/day"},
		{flag: "duration", field: calc.FieldDuration, scope: scopeFunction,
			usage: "mean `DURATION` of an invocation: 80ms, 1.2s, 2m"},
		{flag: "mode", field: calc.FieldMode, scope: scopeFunction, values: []string{"sync", "async"},
			usage: "`MODE` of invocation: sync or async (default sync; limits: both)"},
		{flag: "provisioned", field: calc.FieldProvisioned, scope: scopeFunction,
			usage: "provisioned concurrency, `UNITS`"},
		{flag: "reserved", field: calc.FieldReserved, scope: scopeFunction,
			usage: "reserved concurrency, `UNITS` (0 switches the function off)"},
		{flag: "memory", field: calc.FieldMemory, scope: scopeFunction,
			usage: "memory `SIZE`: 1024, 1024MB, 1GB"},
		{flag: "arch", field: calc.FieldArch, scope: scopeFunction, values: []string{"x86_64", "arm64"},
			usage: "instruction `SET`: x86_64 or arm64 (default x86_64)"},
		{flag: "average-rps", field: calc.FieldAverageRPS, scope: scopeFunction,
			usage: "average `RATE`, for the text of a quota request"},
		{flag: "event-source", field: calc.FieldEventSource, scope: scopeFunction,
			usage: "what invokes the function, in `WORDS`, for the same text"},
		{flag: "account-concurrency", field: calc.FieldConcurrency, scope: scopeAccount,
			usage: "the account's concurrency quota, `UNITS` (default 1000)"},
		{flag: "unreserved-floor", field: calc.FieldUnreservedFloor, scope: scopeAccount,
			usage: "`UNITS` that AWS keeps unreserved (default 100, at most the quota)"},
		{flag: "region", field: calc.FieldRegion, scope: scopeAccount,
			usage: "`REGION` of the account, such as us-east-1"},
		{flag: "headroom", field: calc.FieldHeadroom, scope: scopePlan,
			usage: "`SHARE` to add to what the load requires (default 10%)"},
	}
}

// The flags that choose the inputs and the form of the answer.
const (
	flagProfile  = "profile"
	flagFunction = "function"
	flagOutput   = "output"
	flagColor    = "color"
	flagExplain  = "explain"
	flagFailOn   = "fail-on"
)

var (
	outputValues = []string{"table", "json", "yaml", "csv", "markdown"}
	colorValues  = []string{"auto", "always", "never"}
)

// variable is the environment variable of a flag.
func variable(flag string) string {
	return "LAMBDACAP_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// newFlags declares the flags of the calculating commands, which share them.
// Every value is taken as text: parsing comes later, so that all faults are
// found at once.
func newFlags() *pflag.FlagSet {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.SortFlags = false
	for _, s := range settings() {
		if s.scope != scopePlan {
			flags.String(s.flag, "", s.usage)
		}
	}
	flags.String(flagProfile, "", "read a YAML profile from `FILE`, - for standard input")
	flags.String(flagFunction, "", "`NAME` of the function that the flags describe")
	flags.StringP(flagOutput, "o", "", "`FORMAT`: table, json, yaml, csv or markdown (default table)")
	flags.String(flagColor, "", "`WHEN` to colour: auto, always or never (default auto)")
	flags.Bool(flagExplain, false, "show each formula with its numbers and source")
	flags.Var(new(texts), flagFailOn, "exit 1 if `CONDITION` holds, such as throttled>0, spillover>1%, utilization>80% or headroom<20% (repeatable)")
	return flags
}

// useFlags gives a command the shared flags, and those of its own scopes.
func useFlags(cmd *cobra.Command, shared *pflag.FlagSet, own ...scope) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.AddFlagSet(shared)
	for _, s := range settings() {
		if slices.Contains(own, s.scope) {
			flags.String(s.flag, "", s.usage)
		}
	}
}

// completeFlags teaches the shell the values of the shared flags, which a
// command must have. cobra keeps completions by flag, so one command will do.
func completeFlags(cmd *cobra.Command) {
	fixed := func(flag string, values []string) {
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	for _, s := range settings() {
		if s.scope != scopePlan {
			fixed(s.flag, s.values)
		}
	}
	fixed(flagOutput, outputValues)
	fixed(flagColor, colorValues)
	fixed(flagFailOn, conditionExamples())
	_ = cmd.MarkFlagFilename(flagProfile, "yaml", "yml")
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

// texts is a flag that may be repeated.
type texts []string

func (t *texts) Set(value string) error { *t = append(*t, value); return nil }
func (t *texts) String() string         { return strings.Join(*t, ",") }
func (t *texts) Type() string           { return "" }
