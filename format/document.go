package format

import (
	"fmt"
	"io"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
)

// SchemaVersion is the version of the document. A new key does not change it,
// anything else does.
const SchemaVersion = 1

// A Document is the machine-readable answer of a command.
type Document[R, F any] struct {
	// SchemaVersion is the version of the document's form.
	SchemaVersion int `json:"schema_version"`
	// Kind is the command that gave the answer.
	Kind string `json:"kind"`
	// Inputs is what the answer rests on.
	Inputs Inputs `json:"inputs"`
	// Result is the answer.
	Result R `json:"result"`
	// Findings are what a reader of the numbers should know.
	Findings []F `json:"findings"`
	// Explain is there with --explain.
	Explain []calc.Step `json:"explain,omitempty"`
}

// Inputs echoes every input after precedence. Origin tells, per key, where the
// value comes from: flag, environment, file:line, or default.
type Inputs struct {
	// Account is the account.
	Account InputAccount `json:"account"`
	// Functions are the functions, in the order of the profile.
	Functions []InputFunction `json:"functions"`
	// Files are the files that were read.
	Files []InputFile `json:"files,omitempty"`
	// Check is there in checks.
	Check *InputCheck `json:"check,omitempty"`
	// Plan is there in plans.
	Plan *InputPlan `json:"plan,omitempty"`
	// Limits is there in limits.
	Limits *InputLimits `json:"limits,omitempty"`
	// Cost is there where a Region is given.
	Cost *InputCost `json:"cost,omitempty"`
	// Sweep is there with --sweep.
	Sweep *InputSweep `json:"sweep,omitempty"`
}

// InputAccount is the account of Inputs.
type InputAccount struct {
	// Concurrency is the concurrency quota, units.
	Concurrency int64 `json:"concurrency"`
	// UnreservedFloor is what AWS keeps unreserved, units.
	UnreservedFloor int64 `json:"unreserved_floor"`
	// Region is the Region's code; absent where not given.
	Region calc.Optional[string] `json:"region"`
	// KeepAliveS is how long an idle environment is taken to be kept, seconds.
	KeepAliveS float64 `json:"keep_alive_s"`
	// Origin tells where each value comes from.
	Origin AccountOrigin `json:"origin"`
}

// AccountOrigin tells where the values of InputAccount come from.
type AccountOrigin struct {
	Concurrency     string `json:"concurrency"`
	UnreservedFloor string `json:"unreserved_floor"`
	Region          string `json:"region"`
	KeepAliveS      string `json:"keep_alive_s"`
}

// InputFunction is a function of Inputs.
type InputFunction struct {
	// Name is the function's name, "function" where none is given.
	Name string `json:"name"`
	// Mode is how it is invoked; absent where limits shows both modes.
	Mode calc.Optional[calc.Mode] `json:"mode"`
	// RPS is the offered rate at its peak, requests per second.
	RPS calc.Optional[float64] `json:"rps"`
	// HourlyRPS is the rate in each hour of the day, UTC, requests per second,
	// where it is given; RPS is its peak.
	HourlyRPS []float64 `json:"hourly_rps,omitempty"`
	// AverageRPS is the mean rate, requests per second.
	AverageRPS calc.Optional[float64] `json:"average_rps"`
	// DurationMS is the mean duration, milliseconds.
	DurationMS calc.Optional[float64] `json:"duration_ms"`
	// Reserved is the reserved concurrency, units; absent without one.
	Reserved calc.Optional[int64] `json:"reserved"`
	// Provisioned is the provisioned concurrency, units; 0 or absent means
	// none.
	Provisioned calc.Optional[int64] `json:"provisioned"`
	// Peakedness says how bursty requests arrive, 1 or more.
	Peakedness float64 `json:"peakedness"`
	// MemoryMB is the configured memory, MB of 1,048,576 bytes.
	MemoryMB calc.Optional[int64] `json:"memory_mb"`
	// Arch is the instruction set.
	Arch calc.Arch `json:"arch"`
	// EventSource names what invokes the function.
	EventSource calc.Optional[string] `json:"event_source"`
	// EphemeralMB is the ephemeral storage, MB.
	EphemeralMB int64 `json:"ephemeral_storage_mb"`
	// InitMS is the init time of a cold start, milliseconds.
	InitMS calc.Optional[float64] `json:"init_ms"`
	// Origin tells where each value comes from.
	Origin FunctionOrigin `json:"origin"`
}

// FunctionOrigin tells where the values of InputFunction come from.
type FunctionOrigin struct {
	Name        string `json:"name"`
	Mode        string `json:"mode"`
	RPS         string `json:"rps"`
	AverageRPS  string `json:"average_rps"`
	DurationMS  string `json:"duration_ms"`
	Reserved    string `json:"reserved"`
	Provisioned string `json:"provisioned"`
	Peakedness  string `json:"peakedness"`
	MemoryMB    string `json:"memory_mb"`
	Arch        string `json:"arch"`
	EventSource string `json:"event_source"`
	EphemeralMB string `json:"ephemeral_storage_mb"`
	InitMS      string `json:"init_ms"`
}

// InputFile is a file that was read.
type InputFile struct {
	// Name is the file as it was named; stdin for -.
	Name string `json:"name"`
	// Format is what kind of file it is; absent where nobody can tell.
	Format calc.Optional[string] `json:"format"`
	// Problem is why it could not be read; absent where it could.
	Problem calc.Optional[string] `json:"problem"`
}

// InputCheck is what only checks take.
type InputCheck struct {
	// HeadroomRatio is what should fit on top of the rates.
	HeadroomRatio float64 `json:"headroom_ratio"`
	// TargetSpilloverRatio is the share of random arrivals that may spill.
	TargetSpilloverRatio calc.Optional[float64] `json:"target_spillover_ratio"`
	// TargetThrottleRatio is the share that may be throttled.
	TargetThrottleRatio calc.Optional[float64] `json:"target_throttle_ratio"`
	// DuringDeploy tells whether room for two versions is looked for.
	DuringDeploy bool `json:"during_deploy"`
	// ConnectionsPerEnv is how many connections to a database an environment
	// opens.
	ConnectionsPerEnv calc.Optional[int64] `json:"connections_per_env"`
	// MaxConnections is how many the database takes.
	MaxConnections calc.Optional[int64] `json:"max_connections"`
	// Skip are the rules that were left out.
	Skip []check.RuleID `json:"skip"`
	// Origin tells where each value comes from.
	Origin CheckOrigin `json:"origin"`
}

// CheckOrigin tells where the values of InputCheck come from.
type CheckOrigin struct {
	HeadroomRatio        string `json:"headroom_ratio"`
	TargetSpilloverRatio string `json:"target_spillover_ratio"`
	TargetThrottleRatio  string `json:"target_throttle_ratio"`
	DuringDeploy         string `json:"during_deploy"`
	ConnectionsPerEnv    string `json:"connections_per_env"`
	MaxConnections       string `json:"max_connections"`
	Skip                 string `json:"skip"`
}

// InputCost is how a load is priced.
type InputCost struct {
	// Hours is the length of the month, hours.
	Hours float64 `json:"hours"`
	// EnabledHours is how long provisioned concurrency is on, hours.
	EnabledHours float64 `json:"enabled_hours"`
	// FreeTier tells whether the free tier is taken off.
	FreeTier bool `json:"free_tier"`
	// SavingsPlanRatio is the discount on duration and capacity.
	SavingsPlanRatio float64 `json:"savings_plan_ratio"`
	// Prices is where the prices come from: embedded, or a file.
	Prices string `json:"prices"`
	// Origin tells where each value comes from.
	Origin CostOrigin `json:"origin"`
}

// CostOrigin tells where the values of InputCost come from.
type CostOrigin struct {
	Hours            string `json:"hours"`
	EnabledHours     string `json:"enabled_hours"`
	FreeTier         string `json:"free_tier"`
	SavingsPlanRatio string `json:"savings_plan_ratio"`
	Prices           string `json:"prices"`
}

// InputPlan is what only plans take.
type InputPlan struct {
	// HeadroomRatio is added to what the load requires.
	HeadroomRatio float64 `json:"headroom_ratio"`
	// TargetHeadroomRatio takes its place where a target sets the size: 0 unless
	// a headroom is given.
	TargetHeadroomRatio float64 `json:"target_headroom_ratio"`
	// TargetSpilloverRatio is the share of random arrivals that may find
	// provisioned concurrency full.
	TargetSpilloverRatio calc.Optional[float64] `json:"target_spillover_ratio"`
	// TargetThrottleRatio is the share that may be throttled.
	TargetThrottleRatio calc.Optional[float64] `json:"target_throttle_ratio"`
	// Objective is what is sized for.
	Objective calc.Objective `json:"objective"`
	// SpillPenaltyUSD is what a request served on demand costs beside its
	// price, US dollars.
	SpillPenaltyUSD float64 `json:"spill_penalty_usd"`
	// Segments is how many levels a schedule has at most.
	Segments int `json:"segments"`
	// MinSegmentHours is how many hours a level lasts at least.
	MinSegmentHours int `json:"min_segment_hours"`
	// Wrap tells whether the last level may run over midnight.
	Wrap bool `json:"wrap"`
	// Origin tells where each value comes from.
	Origin PlanOrigin `json:"origin"`
}

// PlanOrigin tells where the values of InputPlan come from.
type PlanOrigin struct {
	HeadroomRatio        string `json:"headroom_ratio"`
	TargetSpilloverRatio string `json:"target_spillover_ratio"`
	TargetThrottleRatio  string `json:"target_throttle_ratio"`
	Objective            string `json:"objective"`
	SpillPenaltyUSD      string `json:"spill_penalty_usd"`
	Segments             string `json:"segments"`
	MinSegmentHours      string `json:"min_segment_hours"`
	Wrap                 string `json:"wrap"`
}

// InputLimits is what only limits takes.
type InputLimits struct {
	// TargetSpilloverRatio is the share of random arrivals that a pool may turn
	// away.
	TargetSpilloverRatio calc.Optional[float64] `json:"target_spillover_ratio"`
	// MaxDurationAtRPS is the rate to find the longest duration for, requests
	// per second.
	MaxDurationAtRPS calc.Optional[float64] `json:"max_duration_at_rps"`
	// Origin tells where each value comes from.
	Origin LimitsOrigin `json:"origin"`
}

// LimitsOrigin tells where the values of InputLimits come from.
type LimitsOrigin struct {
	TargetSpilloverRatio string `json:"target_spillover_ratio"`
	MaxDurationAtRPS     string `json:"max_duration_at_rps"`
}

// InputSweep is the sweep as it was asked for.
type InputSweep struct {
	// Function is the name of the function.
	Function string `json:"function"`
	// Setting is the setting with its points, SETTING=FROM:TO:STEP.
	Setting string `json:"setting"`
	// Origin tells where the value comes from.
	Origin SweepOrigin `json:"origin"`
}

// SweepOrigin tells where the values of InputSweep come from.
type SweepOrigin struct {
	Setting string `json:"setting"`
}

// Options says how to show a report.
type Options struct {
	Format  string // table, json, yaml, csv or markdown; of check also junit, sarif and github
	Color   bool   // colour a table
	Explain bool   // add the formulas
}

// A Report is a result in the shapes that the formats need.
type Report struct {
	document func(explain bool) any
	rows     any // a slice of structs, one for each line of csv
	page     func(explain bool) page
	forms    map[string]func(io.Writer) error // the other formats, those of check
}

// Write shows the report. It returns an error for a format it does not know,
// or where the writer does.
func (r Report) Write(w io.Writer, o Options) error {
	switch o.Format {
	case "json":
		return writeJSON(w, r.document(o.Explain))
	case "yaml":
		return writeYAML(w, r.document(o.Explain))
	case "csv":
		return writeCSV(w, r.rows)
	case "markdown":
		return writeMarkdown(w, r.page(o.Explain))
	case "table":
		return writeText(w, r.page(o.Explain), o.Color)
	}
	if form, ok := r.forms[o.Format]; ok {
		return form(w)
	}
	return fmt.Errorf("unknown format %q", o.Format)
}

// explained is a result that can show its formulas.
type explained interface{ Explain() []calc.Step }

// newReport joins the shapes of one result: its document, its csv rows, and
// the page that a view lays out.
func newReport[R explained](kind string, in Inputs, result R, found []calc.Finding, rows any, view func() page) Report {
	return Report{
		document: func(explain bool) any {
			d := Document[R, calc.Finding]{SchemaVersion: SchemaVersion, Kind: kind, Inputs: in, Result: result, Findings: found}
			if explain {
				d.Explain = result.Explain()
			}
			return d
		},
		rows: rows,
		page: func(explain bool) page {
			p := view()
			p.sections = slices.Insert(p.sections, 0, findingLines(found, calc.LevelError)) // before figures that cannot be
			if !p.swept {
				p.sections = append(p.sections, findingLines(found, calc.LevelWarning, calc.LevelInfo))
			}
			if explain {
				p.sections = append(p.sections, explanation(result.Explain())...)
			}
			return p
		},
	}
}
