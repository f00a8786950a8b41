package setting

import (
	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/scaling"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
)

// The flags of what is replayed that the program asks for by name.
const (
	LevelsFlag        = "levels"
	CompareFlag       = "compare"
	MinutesFlag       = "minutes"
	BetweenFlag       = "between"
	GapsFlag          = "gaps"
	StatFlag          = "stat"
	MetricFlag        = "metric"
	FieldFlag         = "field"
	FunctionLabelFlag = "function-label"
	WhereFlag         = "where"
	ProgressFlag      = "progress"
	PeakednessFlag    = "peakedness"
	TrafficKey        = "traffic"
	SteadyFlag        = "steady"
)

// AutoPeakedness is the value of --peakedness that has it estimated from traffic.
const AutoPeakedness = "auto"

// Gaps are the values of --gaps, the default first.
var Gaps = []string{"zero", "skip"}

// parsePeakedness reads a peakedness, which is absent if it is to be estimated.
func parsePeakedness(text string) (z optionalNumber, err error) {
	if text == AutoPeakedness {
		return z, nil
	}
	x, err := quantity.ParsePeakedness(text)
	return calc.Some(x), err
}

// replaySettings say what traffic goes through which settings.
func replaySettings() []Setting {
	return []Setting{
		{
			Flag: LevelsFlag, Key: LevelsFlag, Group: Function, Part: Replays, Common: true,
			Value: "LEVELS", Echo: "levels",
			Usage: "provisioned concurrency over the day, UTC: 0=2,6=13,9:30=36",
			Read:  into(scaling.ParseLevels, func(t Target, levels []scaling.Level) { t.Scaling.Levels = levels }),
		},
		{
			Flag: CompareFlag, Group: General, Part: Replays, Common: true,
			Value: "SETTING", Repeat: ByLine,
			Usage: "what else to replay it through: provisioned=36, levels=0=2,9=36 or recommended (repeatable)",
		},
		{
			Flag: MinutesFlag, Group: General, Part: Replays,
			Usage: "add every minute to json, yaml and csv",
		},
		{
			Flag: TrafficKey, Key: TrafficKey, Group: Question, Part: Records, Common: true,
			Value: "FILE", Repeat: ByLine, Extensions: []string{""},
			List:  &List{Legal: "a list of files with traffic", Item: "a file"},
			Usage: "plan for recorded traffic in a file, of a format that lambdacap replay reads (repeatable)",
			Read:  func(Target, Value) fault.List { return nil }, // they are read before
		},
		{
			Flag: SteadyFlag, Key: SteadyFlag, Group: Question, Part: Records,
			Value: "BOOL", Values: booleans, Switch: true, Echo: "steady",
			Usage: "with --traffic: size by evenly spaced requests instead of random arrivals",
			Read:  into(quantity.ParseSwitch, func(t Target, on bool) { t.Asked.Steady = on }),
		},
	}
}

// trafficSettings say how traffic is read.
func trafficSettings() []Setting {
	return []Setting{
		{
			Flag: BetweenFlag, Group: General, Part: Replays | Records, Common: true,
			Value: "FROM..TO", Echo: "between",
			Usage: "a part of the time: 2026-11-24T09:00..13:00",
		},
		{
			Flag: GapsFlag, Group: General, Part: Replays | Records,
			Value: "HOW", Values: Gaps, Echo: "gaps",
			Usage: "count times without data as no requests (zero), or leave them out (skip) (default zero)",
		},
		{
			Flag: StatFlag, Group: General, Part: Replays | Records,
			Value: "ID=STATISTIC", Repeat: ByComma,
			Usage: "the statistic of a series of CloudWatch: m1=Average (repeatable)",
		},
		{
			Flag: MetricFlag, Group: General, Part: Replays | Records,
			Value: "ID=METRIC", Repeat: ByComma,
			Usage: "the metric of a series of CloudWatch: m1=Invocations (repeatable)",
		},
		{
			Flag: FieldFlag, Group: General, Part: Replays | Records,
			Value: "NAME=COLUMN", Repeat: ByComma,
			Usage: "the column with time, count, duration, status, throttles or function (repeatable)",
		},
		{
			Flag: FunctionLabelFlag, Group: General, Part: Replays | Records,
			Value: "REGEX",
			Usage: "finds the function in a label of CloudWatch: its first group",
		},
		{
			Flag: WhereFlag, Group: General, Part: Replays | Records,
			Value: "KEY=GLOB", Repeat: ByLine,
			Usage: "only requests of an access log with such a value: target_group=*checkout* (repeatable)",
		},
		{
			Flag: ProgressFlag, Group: General, Part: Replays | Records,
			Value: "WHEN", Values: Colors,
			Usage: "when to show how much is read: auto, always or never (default auto)",
		},
	}
}
