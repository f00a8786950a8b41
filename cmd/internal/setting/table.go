package setting

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// The flags that the program asks for by name: they choose what is read, and how the answer is shown.
const (
	ProfileFlag   = "profile"
	NoProfileFlag = "no-profile"
	PricesFlag    = "prices"
	BaselineFlag  = "baseline"
	FunctionFlag  = "function"
	SetFlag       = "set"
	BusyFlag      = "concurrency"
	OutputFlag    = "output"
	ColorFlag     = "color"
	ExplainFlag   = "explain"
	FailOnFlag    = "fail-on"
	FromFlag      = "from"
	FormatFlag    = "format"
	ParamFlag     = "param"
	VarFileFlag   = "var-file"
	ConfigEnvFlag = "config-env"
	SkipFlag      = "skip"
	ShowFlag      = "show"
	QuietFlag     = "quiet"
	SortFlag      = "sort"
	OnlyFlag      = "only"
	ColumnsFlag   = "columns"
	RulesFlag     = "list-rules"
	WriteFlag     = "write"
	ForceFlag     = "force"
	DaysFlag      = "days"
	OutFlag       = "out"
	PolicyFlag    = "policy"

	ConnectionsFlag    = "connections-per-env"
	MaxConnectionsFlag = "max-connections"
)

// The keys that the program asks for by name: their values depend on each other.
const (
	NameKey        = "name"
	RPSKey         = "rps"
	ScheduleKey    = "schedule"
	DurationKey    = "duration"
	ConcurrencyKey = record.KeyConcurrency
	BusyKey        = "concurrency" // of a function, in place of its rate and duration; of the account it is its quota
	ElsewhereKey   = "claimed_elsewhere"
	RegionKey      = "region"
	TimeZoneKey    = "time_zone"
	TimeZoneFlag   = "time-zone"
	DurationFlag   = "duration"
	ReservedKey    = record.KeyReserved
	ProvisionedKey = record.KeyProvisioned
	SweepKey       = "sweep"
	ScaleKey       = "scale"
	AverageRPSKey  = "average_rps"
	ComputeKey     = "compute"
	MemoryKey      = record.KeyMemory
	OptimizeKey    = "optimize"
	PenaltyKey     = "spill_penalty"
	SegmentsKey    = "segments"
)

// Colors are the values of --color, the default first.
var Colors = []string{"auto", "always", "never"}

// Values of other settings.
var (
	booleans   = []string{"true", "false"}
	modes      = []string{string(calc.Sync), string(calc.Async)}
	archs      = []string{string(calc.X86), string(calc.ARM)}
	objectives = []string{string(calc.Fit), string(calc.Cheapest), string(calc.Autoscale), string(calc.Scheduled)}
)

// The types of optional destinations.
type (
	optionalNumber = calc.Optional[float64]
	optionalCount  = calc.Optional[int64]
)

// table lists the settings in the order of help. It says everything about each of them.
//
// To add a setting, copy a row of its group. The names come first: the flag, the key and the group, with the part that
// a command must do to take it, then the value and the JSON key of the echo. What help says about it follows. How to
// read and complete it comes last.
func table() (list []*Setting) {
	for _, group := range [][]Setting{
		loadSettings, specialSettings, environmentSettings, instanceSettings, rampSettings, sourceSettings,
		severalSettings, detailSettings, accountSettings,
		sizingSettings, splitSettings, checkSettings,
		replaySettings, trafficSettings, fileSettings, outputSettings, gateSettings,
	} {
		for i := range group {
			list = append(list, &group[i])
		}
	}
	return list
}

// loadSettings describe the load of a function, and the concurrency that is set for it.
var loadSettings = []Setting{
	{
		Key: NameKey, Group: Function,
		Echo:   "name",
		Usage:  "the name of the function",
		Reader: into[string]{parseName, func(t Target, name string) { t.Function.Name = name }},
	},
	{
		Flag: "rps", Key: RPSKey, Group: Function, Part: ^(Replays | Drains | Sources), Common: true,
		Value: "RATE", Echo: "rps",
		Usage:  "peak rate: 1500, 90k/min; or 24, one for each hour",
		List:   &List{Legal: "a rate, or a list of 24", Item: "a rate"},
		Reader: readerFunc(readRates),
	},
	{
		Flag: "schedule", Key: ScheduleKey, Group: Function, Part: Loads, Common: true,
		Value: "RATES", Echo: "rps",
		Usage:  "rates over the day: 8-18=150, 12-13=3x (of --rps)",
		List:   &List{Legal: "a list of from, to and rps", Keys: spanKeys},
		Reader: readerFunc(readSchedule),
	},
	{
		Flag: DurationFlag, Key: DurationKey, Group: Function, Common: true,
		Value: "DURATION", Echo: "duration_ms",
		Usage:  "mean duration of an invocation: 80ms, 1.2s",
		Reader: optional[float64]{quantity.ParseDuration, func(t Target) *optionalNumber { return &t.Function.DurationMS }},
	},
	{
		Flag: "mode", Key: "mode", Group: Function, Part: ^(Drains | Sources), Common: true,
		Value: "MODE", Values: modes, Echo: "mode",
		Usage: "how it is invoked: sync (also by pollers, such as SQS) or async (default sync)",
		UsageFor: []usageFor{
			{Ceilings, "how it is invoked: sync (also by pollers, such as SQS) or async (default both)"},
		},
		Reader: into[calc.Mode]{calc.ParseMode, func(t Target, m calc.Mode) { t.Function.Mode = m }},
	},
	{
		Flag: "provisioned", Key: ProvisionedKey, Group: Function, Common: true,
		Value: "UNITS", Echo: "provisioned",
		Usage:  "provisioned concurrency",
		Reader: into[int64]{quantity.ParseCount, func(t Target, n int64) { t.Function.Provisioned = n }},
	},
	{
		Flag: "reserved", Key: ReservedKey, Group: Function, Common: true,
		Value: "UNITS", Echo: "reserved",
		Usage:  "reserved concurrency (0 stops the function)",
		Reader: optional[int64]{quantity.ParseCount, func(t Target) *optionalCount { return &t.Function.Reserved }},
	},
	{
		Flag: "peakedness", Key: "peakedness", Group: Function, Part: ^(Drains | Sources),
		Value: "Z", Echo: "peakedness",
		Usage:  "how bursty requests arrive: 1 for many independent callers, 2 to 6 for bursts (default 1)",
		Reader: into[optionalNumber]{parsePeakedness, func(t Target, z optionalNumber) { t.Function.Peakedness = z }},
	},
	{
		Flag: "on-the-minute", Key: "on_the_minute", Group: Function, Part: Loads | Judges,
		Value: "SHARE:TIME", Echo: "on_the_minute",
		Usage: "share of each minute's requests that comes at its start, and in what time: 30%:2s",
		Mapping: &Mapping{Legal: "a text such as 30%:2s, or a mapping with share and within",
			Keys: func() []string { return []string{"share", "within"} },
			Text: func(v Values) string { return v.Of("share").Text + ":" + v.Of("within").Text }},
		Reader: optional[calc.OnTheMinute]{calc.ParseOnTheMinute, func(t Target) *calc.Optional[calc.OnTheMinute] {
			return &t.Function.OnTheMinute
		}},
	},
}

// detailSettings describe a function further: for its cost, and for the text of a quota request.
var detailSettings = []Setting{
	{
		Flag: "memory", Key: record.KeyMemory, Group: Function, Part: ^(Drains | Sources), Common: true, Everywhere: true,
		Value: "SIZE", Echo: "memory_mb",
		Usage:  "memory: 1024, 1024MB, 1GB",
		Reader: readerFunc(readMemory),
	},
	{
		Flag: "arch", Key: record.KeyArch, Group: Function, Part: ^(Drains | Sources), Everywhere: true,
		Value: "SET", Values: archs, Echo: "arch",
		Usage:  "instruction set: x86_64 or arm64 (default x86_64)",
		Reader: into[calc.Arch]{parseArch, func(t Target, a calc.Arch) { t.Function.Arch = a }},
	},
	{
		Flag: "ephemeral-storage", Key: record.KeyEphemeral, Group: Function, Part: Loads | Replays,
		Value: "SIZE", Echo: "ephemeral_storage_mb",
		UsageOf: func(Part) string {
			return fmt.Sprintf("ephemeral storage, for the cost: 512, 2GB (default %d)", aws.FreeEphemeralMB)
		},
		Reader: optional[int64]{quantity.ParseEphemeral, func(t Target) *optionalCount { return &t.Function.EphemeralMB }},
	},
	{
		Flag: "init", Key: "init", Group: Function, Part: Loads | Replays | Ramps,
		Value: "DURATION", Echo: "init_ms",
		Usage:  "init time of a cold start, for cold starts and cost",
		Reader: optional[float64]{quantity.ParseDuration, func(t Target) *optionalNumber { return &t.Function.InitMS }},
	},
	{
		Flag: "average-rps", Key: AverageRPSKey, Group: Function, Part: Loads,
		Value: "RATE", Echo: "average_rps",
		Usage:  "average rate over the month, for the cost (default: --rps all month)",
		Reader: optional[float64]{quantity.ParseRate, func(t Target) *optionalNumber { return &t.Function.AverageRPS }},
	},
	{
		Flag: "event-source", Key: "event_source", Group: Function, Part: Sizes,
		Value: "WORDS", Echo: "event_source",
		Usage:  "what invokes it, for the text of a quota request",
		Reader: into[string]{asIs, func(t Target, words string) { t.Function.EventSource = words }},
	},
}

// accountSettings describe the account.
var accountSettings = []Setting{
	{
		Flag: "account-concurrency", Key: ConcurrencyKey, Group: Account, Common: true,
		Value: "UNITS", Echo: "concurrency",
		UsageOf: func(Part) string { return fmt.Sprintf("the account's quota (default %d)", aws.DefaultConcurrency) },
		Reader:  into[int64]{quantity.ParseCount, func(t Target, n int64) { t.Account.Concurrency = n }},
	},
	{
		Key: ElsewhereKey, Group: Account,
		Echo:   "claimed_elsewhere",
		Usage:  "units that functions not listed have set aside",
		Reader: into[int64]{quantity.ParseCount, func(t Target, n int64) { t.Account.ClaimedElsewhere = n }},
	},
	{
		Flag: "unreserved-floor", Key: "unreserved_floor", Group: Account,
		Value: "UNITS", Echo: "unreserved_floor",
		UsageOf: func(Part) string {
			return fmt.Sprintf("what AWS keeps unreserved (default %d, or the quota if that is less)", aws.OrdinaryFloor)
		},
		Reader: optional[int64]{quantity.ParseCount, func(t Target) *optionalCount { return &t.Account.UnreservedFloor }},
	},
	{
		Flag: "region", Key: RegionKey, Group: Account, Common: true,
		Value: "REGION", Echo: "region",
		Usage: "the Region, for the cost with --memory and --duration",
		UsageFor: []usageFor{{Ceilings, "the Region, for its prices; all compares all Regions"},
			{Collects, "the Region, such as eu-west-1"}},
		Reader: into[string]{parseRegion, func(t Target, region string) { t.Account.Region = region }},
	},
	{
		Flag: "region-concurrency", Key: QuotasKey, Group: Account, Part: Loads | Ceilings | Judges,
		Value: "UNITS", Echo: "region_concurrency",
		Usage:   "Lambda@Edge: quotas in other Regions, if they differ: eu-west-1=3000",
		Mapping: &Mapping{Legal: "a mapping of Regions, such as eu-west-1: 3000", Text: byRegion},
		Reader: into[[]calc.RegionQuota]{calc.ParseRegionQuotas, func(t Target, list []calc.RegionQuota) {
			t.Account.Quotas = list
		}},
	},
	{
		Flag: TimeZoneFlag, Key: TimeZoneKey, Group: Account, Part: Loads | Replays,
		Value: "ZONE", Echo: "time_zone",
		Usage:  "the zone of --schedule and of 24 rates, such as Europe/Berlin (default UTC)",
		Reader: into[string]{parseTimeZone, func(t Target, zone string) { t.Account.TimeZone = zone }},
	},
	{
		Flag: "keep-alive", Key: "keep_alive", Group: Account, Part: Loads | Replays | Ramps,
		Value: "DURATION", Echo: "keep_alive_s",
		UsageOf: func(Part) string {
			return "how long an idle environment is kept, which AWS does not publish (default " +
				quantity.FormatDuration(aws.DefaultKeepAliveMS) + ")"
		},
		Reader: optional[float64]{quantity.ParseDuration, func(t Target) *optionalNumber { return &t.Account.KeepAliveMS }},
	},
}

// sizingSettings ask what to size for, and what a limit allows.
var sizingSettings = []Setting{
	{
		Flag: "headroom", Key: "headroom", Group: Question, Part: Sizes | Judges,
		Value: "SHARE", Echo: "headroom_ratio",
		UsageOf: func(parts Part) string {
			advised := quantity.FormatPercent(aws.AdvisedHeadroom)
			if parts.Has(Judges) {
				return "what should fit on top of the rate (default " + advised + ")"
			}
			return "added to what is required (default " + advised + "); to what a target requires, only if given"
		},
		Reader: into[float64]{quantity.ParseHeadroom, setHeadroom},
	},
	{
		Flag: "target-spillover", Key: "target_spillover", Group: Question,
		Part: Ceilings | Sizes | Judges | Compares, Common: true,
		Value: "SHARE", Echo: "target_spillover_ratio",
		Usage:    "share of random arrivals that may spill: 1%",
		UsageFor: []usageFor{{Ceilings, "share of random arrivals that may find a pool full: 1%"}},
		Reader:   into[float64]{quantity.ParseTarget, setTargetSpillover},
	},
	{
		Flag: "target-throttle", Key: "target_throttle", Group: Question, Part: Sizes | Judges | Compares,
		Value: "SHARE", Echo: "target_throttle_ratio",
		Usage:  "share of random arrivals that may be throttled: 0.1%, 0.001",
		Reader: into[float64]{quantity.ParseTarget, setTargetThrottle},
	},
	{
		Flag: "optimize", Key: OptimizeKey, Group: Question, Part: Sizes,
		Value: "FOR", Values: objectives, Echo: "objective",
		Usage: "what to size for: fit, or cost, the cheapest provisioned concurrency; with --traffic also " +
			"autoscale or schedule (default fit)",
		Reader: into[calc.Objective]{calc.ParseObjective, func(t Target, o calc.Objective) {
			t.Asked.Sizing.Objective = o
		}},
	},
	{
		Flag: "spill-penalty", Key: PenaltyKey, Group: Question, Part: Sizes, OfCheapest: true,
		Value: "USD", Echo: "spill_penalty_usd",
		Usage:  "extra cost of a request served on demand, for --optimize cost",
		Reader: into[float64]{quantity.ParsePenalty, func(t Target, usd float64) { t.Asked.Sizing.SpillPenalty = usd }},
	},
	{
		Flag: "segments", Key: SegmentsKey, Group: Question, Part: Sizes, OfCheapest: true,
		Value: "N", Echo: "segments",
		UsageOf: func(Part) string {
			return fmt.Sprintf("maximum number of levels a day, with --optimize cost and rates over the day (default %d), "+
				"or with --traffic (default %d)", calc.DefaultSegments, replay.DefaultSegments)
		},
		Reader: into[int]{quantity.ParseSegments, func(t Target, n int) { t.Asked.Sizing.Segments = n }},
	},
	{
		Flag: "min-segment", Key: "min_segment", Group: Question, Part: Sizes, OfCheapest: true,
		Value: "HOURS", Echo: "min_segment_hours",
		Usage:  "minimum length of a level (default 1h)",
		Reader: into[int]{quantity.ParseSegmentHours, func(t Target, hours int) { t.Asked.Sizing.MinSegment = hours }},
	},
	{
		Flag: "wrap", Key: "wrap", Group: Question, Part: Sizes, OfCheapest: true,
		Value: "BOOL", Values: booleans, Switch: true, Echo: "wrap",
		Usage:  "the last level may continue past midnight",
		Reader: into[bool]{quantity.ParseSwitch, func(t Target, on bool) { t.Asked.Sizing.Wrap = on }},
	},
	{
		Flag: "max-duration-at", Key: "max_duration_at", Group: Question, Part: Ceilings,
		Value: "RATE", Echo: "max_duration_at_rps",
		Usage: "show the longest mean duration at which each pool can handle this rate",
		Reader: optional[float64]{quantity.ParseRate, func(t Target) *optionalNumber {
			return &t.Asked.Limits.MaxDurationAt
		}},
	},
}

func setHeadroom(t Target, share float64) {
	t.Asked.Sizing.Headroom, t.Asked.Sizing.TargetHeadroom = share, share
	t.Asked.Check.Headroom = share
}

func setTargetSpillover(t Target, share float64) {
	target := calc.Some(share)
	t.Asked.Sizing.TargetSpillover = target
	t.Asked.Limits.TargetSpillover = target
	t.Asked.Check.TargetSpillover = target
}

func setTargetThrottle(t Target, share float64) {
	target := calc.Some(share)
	t.Asked.Sizing.TargetThrottle = target
	t.Asked.Check.TargetThrottle = target
}

// splitSettings ask about the split of a load: how to price it, and at which other settings to show it.
var splitSettings = []Setting{
	{
		Flag: "hours", Key: "hours", Group: Question, Part: Loads | Replays,
		Value: "HOURS", Echo: "hours",
		UsageOf: func(Part) string { return fmt.Sprintf("hours in a month, for the cost (default %d)", aws.MonthHours) },
		Reader:  into[float64]{quantity.ParseHours, func(t Target, hours float64) { t.Asked.Billing.Hours = hours }},
	},
	{
		Flag: "enabled-hours", Key: "enabled_hours", Group: Question, Part: Loads,
		Value: "HOURS", Echo: "enabled_hours",
		Usage: "hours of the month that provisioned concurrency is on (default all)",
		Reader: optional[float64]{quantity.ParseEnabledHours, func(t Target) *optionalNumber {
			return &t.Asked.Billing.EnabledHours
		}},
	},
	{
		Flag: "savings-plan", Key: "savings_plan", Group: Question, Part: Loads | Replays,
		Value: "SHARE", Echo: "savings_plan_ratio",
		Usage:  "discount of a Compute Savings Plan on duration and capacity: 12%",
		Reader: into[float64]{quantity.ParsePercent, func(t Target, share float64) { t.Asked.Billing.SavingsPlan = share }},
	},
	{
		Flag: "free-tier", Key: "free_tier", Group: Question, Part: Loads | Replays,
		Value: "BOOL", Values: booleans, Switch: true, Echo: "free_tier",
		Usage:  "subtract the free requests and GB-seconds from the cost",
		Reader: into[bool]{quantity.ParseSwitch, func(t Target, on bool) { t.Asked.Billing.FreeTier = on }},
	},
	{
		Flag: "sweep", Key: SweepKey, Group: Question, Part: Details, OfFunction: true,
		Value: "SETTING=FROM:TO:STEP", Echo: "setting",
		Usage:  "try several values of rps, duration, reserved or provisioned: provisioned=0:300:25",
		Reader: optional[calc.Sweep]{parseSweep, func(t Target) *calc.Optional[calc.Sweep] { return &t.Asked.Sweep }},
	},
	{
		Flag: "scale", Key: ScaleKey, Group: Question, Part: Loads | Replays, Common: true,
		Value: "FACTORS", Echo: "factors",
		List:     &List{Legal: "a factor, or a list of factors", Item: "a factor such as 2"},
		Usage:    "what if traffic grows: 2, 1:4:0.5 or 1,1.5,2 times the load, and where it breaks",
		UsageFor: []usageFor{{Replays, "multiply the traffic: 2, 150%"}},
		Reader:   readerFunc(readScale),
	},
}

// checkSettings ask what a check should look for.
var checkSettings = []Setting{
	{
		Flag: "during-deploy", Key: "during_deploy", Group: Question, Part: Judges,
		Value: "BOOL", Values: booleans, Switch: true, Echo: "during_deploy",
		Usage:  "look for room for the old and the new version together",
		Reader: into[bool]{quantity.ParseSwitch, func(t Target, on bool) { t.Asked.Check.DuringDeploy = on }},
	},
	{
		Flag: ConnectionsFlag, Key: "connections_per_env", Group: Question, Part: Judges,
		Value: "N", Echo: "connections_per_env",
		Usage: "connections to a database that an environment opens, with --" + MaxConnectionsFlag,
		Reader: optional[int64]{quantity.ParseCount, func(t Target) *optionalCount {
			return &t.Asked.Check.ConnectionsPerEnv
		}},
	},
	{
		Flag: MaxConnectionsFlag, Key: "max_connections", Group: Question, Part: Judges,
		Value: "N", Echo: "max_connections",
		Usage:  "connections that the database takes, from all functions or that of --function",
		Reader: optional[int64]{quantity.ParseCount, func(t Target) *optionalCount { return &t.Asked.Check.MaxConnections }},
	},
}
