package setting

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/cmd/internal/collect"
	"github.com/lambdacap/lambdacap/cmd/internal/files"
	"github.com/lambdacap/lambdacap/cmd/internal/gate"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/page"
)

// fileSettings choose the files that are read, and the function that the flags describe.
var fileSettings = []Setting{
	{
		Flag: PricesFlag, Group: General, Part: Ceilings | Loads | Replays,
		Value: "FILE", Extensions: []string{"csv"}, Echo: "prices",
		Usage: "prices to use, in the form of configs/prices.csv in the repository",
	},
	{
		Flag: BaselineFlag, Group: General, Part: Details | Judges,
		Value: "FILE", Extensions: []string{"json"},
		Usage:    "compare the cost with an earlier -o json of the same command",
		UsageFor: []usageFor{{Judges, "report only what is not in an earlier -o json"}},
	},
	{
		Flag: ProfileFlag, Group: General,
		Value: "FILE", Extensions: []string{"yaml", "yml"},
		Usage: "read a YAML profile, - for standard input",
	},
	{
		Flag: NoProfileFlag, Group: General,
		Usage: "ignore ./lambdacap.yaml, which is used if no other file is given",
	},
	{
		Flag: FromFlag, Short: "f", Group: General,
		Value: "FILE", Extensions: []string{""}, Repeat: ByLine,
		Usage: "read a file, as if it were an argument (repeatable)",
	},
	{
		Flag: ParamFlag, Group: General,
		Value: "KEY=VALUE", Extensions: []string{""}, Repeat: ByLine,
		Usage: "a parameter of the template, a serverless option or a Terraform variable (repeatable)",
	},
	{
		Flag: VarFileFlag, Group: General,
		Value: "FILE", Extensions: []string{"tfvars", "json"}, Repeat: ByLine,
		Usage: "read values of Terraform variables (repeatable, the last counts)",
	},
	{
		Flag: ConfigEnvFlag, Group: General,
		Value: "NAME",
		Usage: "the environment of a folder's samconfig.toml (default default)",
	},
	{
		Flag: FormatFlag, Group: General,
		Value:    "FORMAT",
		Complete: func(Part) []string { return files.Names() },
		UsageOf: func(Part) string {
			return "treat the files as " + strings.Join(files.Names(), ", ") + " (default by their content)"
		},
	},
	{
		Flag: FunctionFlag, Group: General,
		Value: "NAME",
		Usage: "the function that the flags describe",
		UsageFor: []usageFor{{Judges, "the function that the flags, and answers without a name, are about"},
			{Collects, "a function to fetch; repeatable, or comma-separated (default: all of the Region)"}},
	},
	{
		Flag: BusyFlag, Group: General, Part: Loads, Common: true,
		Value: "N",
		Usage: "environments in use, instead of --rps or --duration",
	},
	{
		Flag: SetFlag, Group: General, Common: true,
		Value: "NAME.KEY=VALUE", Repeat: ByLine,
		Usage: "set one key: orders.reserved=1800, account.concurrency=3000 (repeatable)",
	},
}

// showing are the parts of the commands whose answers have sections that are shown on demand.
const showing = Ceilings | Details | Judges | Replays | Ramps | Drains

// Sections lists what a command that does some parts can show on demand; if it shows nothing, what any can.
func Sections(parts Part) []string {
	if !parts.Has(showing) {
		return page.Details()
	}
	return slices.DeleteFunc(page.Details(), func(name string) bool { return !parts.Has(partsWith(name)) })
}

// partsWith returns the parts whose answers have a section.
func partsWith(section string) Part {
	switch section {
	case page.ShowSplit, page.ShowLimits, page.ShowRandom, page.ShowAssumptions:
		return Details
	case page.ShowCost:
		return Details | Replays
	case page.ShowCommands:
		return Sizes | Ramps
	case page.ShowSettings:
		return Sizes | Ceilings | Judges
	case page.ShowTraffic:
		return Records | Replays
	case page.ShowWays:
		return Records
	case page.ShowWorst, page.ShowChanges:
		return Replays
	}
	return showing
}

// outputSettings choose what is shown and how.
var outputSettings = []Setting{
	{
		Flag: OutputFlag, Short: "o", Group: General, Common: true,
		Value: "FORMAT", Repeat: ByLine,
		UsageOf:  outputUsage,
		Complete: Formats,
	},
	{
		Flag: ShowFlag, Group: General, Part: showing, Common: true,
		Value: "SECTION", Repeat: ByComma,
		Complete: Sections,
		UsageOf:  func(parts Part) string { return "show more: " + strings.Join(Sections(parts), ", ") },
	},
	{
		Flag: QuietFlag, Short: "q", Group: General,
		Part: Ceilings | Loads | Judges | Replays | Ramps | Drains, Common: true,
		Usage: "show the verdict line alone",
	},
	{
		Flag: SortFlag, Group: General, Part: Details,
		Value:    "ORDER",
		Complete: func(Part) []string { return Orders() },
		UsageOf: func(Part) string {
			return "order of the functions in a table: " + suggest.OneOf(Orders()) + " (default worst)"
		},
	},
	{
		Flag: OnlyFlag, Group: General, Part: Ceilings | Details | Judges | Replays | Ramps | Drains, Common: true,
		Value: "NAME,...", Repeat: ByComma,
		Usage: "show some functions of the account",
	},
	{
		Flag: ColumnsFlag, Group: General, Part: Ceilings | Loads | Judges | Replays | Ramps | Drains,
		Value: "KEY,...", Repeat: ByComma,
		Usage: "the columns of -o csv",
	},
	{
		Flag: WriteFlag, Short: "w", Group: General, Part: Drafts,
		Value: "FILE", Extensions: []string{"yaml", "yml"},
		Usage: "write the profile to a file, such as lambdacap.yaml (default: print it)",
	},
	{
		Flag: ForceFlag, Group: General, Part: Drafts,
		Usage: "replace the file if it exists",
	},
	{
		Flag: DaysFlag, Group: General, Part: Collects,
		Value: "N",
		UsageOf: func(Part) string {
			return fmt.Sprintf("days of metrics, up to %d (default %d): by the minute up to 15, then less fine",
				collect.MostDays, collect.UsualDays)
		},
	},
	{
		Flag: OutFlag, Group: General, Part: Collects,
		Value: "DIR", Extensions: []string{""},
		Usage: "the folder that the script writes to (default " + collect.UsualFolder + ")",
	},
	{
		Flag: PolicyFlag, Group: General, Part: Collects,
		Usage: "print the IAM policy that the script needs instead",
	},
	{
		Flag: ColorFlag, Group: General,
		Value: "WHEN", Values: Colors,
		Usage: "when to use color: auto, always or never (default auto)",
	},
	{
		Flag: ExplainFlag, Group: General, Part: Ceilings | Details,
		Usage: "show each formula with its numbers and source",
	},
}

// gateSettings choose the rules of a check, and when a run fails.
var gateSettings = []Setting{
	{
		Flag: SkipFlag, Group: General, Part: Judges,
		Value: "RULE", Repeat: ByComma, Echo: "skip",
		Usage:    "leave out a rule: LC004 (repeatable, or comma-separated)",
		Complete: func(Part) []string { return ruleIDs(check.Numbered()) },
	},
	{
		Flag: RulesFlag, Group: General, Part: Judges,
		Usage: "list the rules",
	},
	{
		Flag: FailOnFlag, Group: General, Common: true,
		Value: "CONDITION", Repeat: ByComma,
		Usage: "exit 1 if it holds: 'throttled>0', 'spillover>1%' (steady shares), 'chance-throttled>0.1%' (random " +
			"arrivals), or error, warning, unknown, refused; see lambdacap help exit-codes",
		UsageFor: []usageFor{
			{Ramps, "exit 1 if it holds: 'throttled>0', 'throttled-second>5%' (its worst second), or error, warning, " +
				"unknown, refused; see lambdacap help exit-codes"},
			{Drains, "exit 1 if it holds: 'drain>30m', 'age>1h', 'dlq>0.01%', or error, warning, unknown, refused; " +
				"see lambdacap help exit-codes"},
			{Judges, "exit 1 not only for errors: warning, unknown, info, refused, " +
				"or a condition such as 'headroom<20%'; see lambdacap help exit-codes (repeatable, or comma-separated)"}},
		Complete: failOnExamples,
	},
}

// Orders lists the orders of functions in a table, the usual one first.
func Orders() (names []string) {
	for _, order := range figure.Orders() {
		names = append(names, string(order))
	}
	return names
}

// Formats lists the formats of a command that does some parts.
func Formats(parts Part) []string {
	switch {
	case parts.Has(Judges):
		return format.Names(format.Findings)
	case parts.Has(Loads | Ramps | Replays | Drains):
		return format.Names(format.Pictures)
	}
	return format.Names(format.None)
}

// outputUsage is what help says about --output.
func outputUsage(parts Part) string {
	formats := Formats(parts)
	return suggest.OneOf(formats) + " (default " + formats[0] + "); FORMAT=FILE writes a file (repeatable)"
}

// Levels lists the levels that --fail-on takes.
func Levels(parts Part) []rule.Level {
	if parts.Has(Judges) {
		return append(rule.Levels(), gate.Refused)
	}
	return []rule.Level{rule.Error, rule.Warning, rule.Unknown, gate.Refused}
}

// failOnExamples lists values of --fail-on that the shell completes.
func failOnExamples(parts Part) (examples []string) {
	for _, level := range Levels(parts) {
		examples = append(examples, string(level))
	}
	return append(examples, gate.Examples()...)
}

// ruleIDs lists the ids of rules.
func ruleIDs(rules []rule.Rule) (ids []string) {
	for _, r := range rules {
		ids = append(ids, string(r.ID()))
	}
	return ids
}
