package setting

import (
	"fmt"
	"strings"
	"time"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/scaling"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
)

// The flags of what is replayed that the program asks for by name.
const (
	LevelsFlag        = "levels"
	AutoscaleFlag     = "autoscale"
	ScheduledFlag     = "scheduled"
	CompareFlag       = "compare"
	MinutesFlag       = "minutes"
	BetweenFlag       = "between"
	GapsFlag          = "gaps"
	StatFlag          = "stat"
	MetricFlag        = "metric"
	FieldFlag         = "field"
	FunctionLabelFlag = "function-label"
	WhereFlag         = "where"
	TimeFormatFlag    = "time-format"
	MaxSizeFlag       = "max-size"
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
var replaySettings = []Setting{
	{
		Flag: LevelsFlag, Key: LevelsFlag, Group: Function, Part: Replays, Common: true,
		Value: "LEVELS", Echo: "levels",
		Usage: "provisioned concurrency over the day, UTC: 0=2,6=13,9:30=36",
		Reader: into[[]scaling.Level]{scaling.ParseLevels, func(t Target, levels []scaling.Level) {
			t.Scaling.Levels = levels
		}},
	},
	{
		Flag: AutoscaleFlag, Key: AutoscaleFlag, Group: Function, Part: Replays, Common: true,
		Value: "TRACKING", Echo: "autoscale",
		Usage:   "target tracking: target=70%,min=2,max=60 (also statistic, missing, out-cooldown, in-cooldown)",
		Mapping: &Mapping{Legal: "a text, or a mapping with target, min and max", Keys: trackingKeys, Text: trackingText},
		Reader: into[scaling.Tracking]{scaling.ParseTracking, func(t Target, x scaling.Tracking) {
			t.Scaling.Tracking = calc.Some(x)
		}},
	},
	{
		Flag: ScheduledFlag, Key: ScheduledFlag, Group: Function, Part: Replays,
		Value: "ACTION", Repeat: ByLine, Echo: "scheduled",
		Usage: "a scheduled action: 'cron(55 8 ? * MON-FRI *)=36:60 Europe/Berlin' (repeatable)",
		Mapping: &Mapping{Legal: "a list of scheduled actions, each with schedule, min and max, and perhaps zone",
			Keys: actionKeys, Text: actionText},
		Reader: readerFunc(readActions),
	},
	{
		Flag: "alarm-delay", Key: "alarm_delay", Group: Question, Part: Replays | Records, Echo: "alarm_delay_s",
		Value:  "DURATION",
		Usage:  "time from the end of a minute until its alarm acts (default 1m)",
		Reader: optional[float64]{quantity.ParseDelay, func(t Target) *optionalNumber { return &t.Asked.AlarmDelayS }},
	},
	{
		Flag: CompareFlag, Group: General, Part: Replays, Common: true,
		Value: "SETTING", Repeat: ByLine,
		Usage: "what else to replay it through: provisioned=36, levels=..., autoscale=... or recommended (repeatable)",
	},
	{
		Flag: MinutesFlag, Group: General, Part: Replays,
		Usage: "add every minute to json, yaml and csv",
	},
	{
		Flag: TrafficKey, Key: TrafficKey, Group: Question, Part: Records, Echo: "files",
		Value: "FILE", Repeat: ByLine, Extensions: []string{""},
		List:   &List{Legal: "a list of files with traffic", Item: "a file"},
		Usage:  "plan for recorded traffic in a file, of a format that lambdacap replay reads (repeatable)",
		Reader: readerFunc(func(Target, Value) fault.List { return nil }), // they are read before
	},
	{
		Flag: SteadyFlag, Key: SteadyFlag, Group: Question, Part: Records,
		Value: "BOOL", Values: booleans, Switch: true, Echo: "steady",
		Usage:  "with --traffic: size by evenly spaced requests instead of random arrivals",
		Reader: into[bool]{quantity.ParseSwitch, func(t Target, on bool) { t.Asked.Steady = on }},
	},
}

// trackingKeys lists the keys of target tracking in a profile.
func trackingKeys() (keys []string) {
	for _, key := range scaling.TrackingKeys() {
		keys = append(keys, strings.ReplaceAll(key, "-", "_"))
	}
	return keys
}

// trackingText writes a mapping of target tracking as a text.
func trackingText(values Values) string {
	pairs := make([]string, len(values))
	for i, v := range values {
		pairs[i] = strings.ReplaceAll(v.Key, "_", "-") + "=" + v.Text
	}
	return strings.Join(pairs, ",")
}

// actionKeys lists the keys of a scheduled action in a profile.
func actionKeys() []string { return []string{"schedule", "zone", scaling.KeyMin, scaling.KeyMax} }

// actionText writes a mapping of a scheduled action as a text.
func actionText(values Values) string {
	text := values.Of("schedule").Text + "=" + values.Of(scaling.KeyMin).Text + ":" + values.Of(scaling.KeyMax).Text
	if zone := values.Of("zone").Text; zone != "" {
		text += " " + zone
	}
	return text
}

// readActions reads scheduled actions. It names every one that is wrong.
func readActions(t Target, v Value) (faults fault.List) {
	list := v.List
	if list == nil {
		list = []Value{v}
	}
	var actions []scaling.Action
	for _, item := range list {
		if !item.Given() { // it could not be read, which is a fault already
			continue
		}
		a, err := scaling.ParseAction(item.Text, Zone)
		if err != nil {
			faults = append(faults, item.Fault(err))
		}
		actions = append(actions, a)
	}
	if faults == nil {
		t.Scaling.Actions = actions
	}
	return faults
}

// Zone returns a time zone that the machine knows.
func Zone(name string) (scaling.Zone, error) {
	if _, err := parseTimeZone(name); err != nil {
		return scaling.Zone{}, err
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return scaling.Zone{}, fmt.Errorf("the machine does not know the time zone %q; expected one that it knows, or UTC",
			name)
	}
	return scaling.Zone{Name: name, OffsetS: func(unix int64) int64 {
		_, offset := time.Unix(unix, 0).In(location).Zone()
		return int64(offset)
	}}, nil
}

// trafficSettings say how traffic is read.
var trafficSettings = []Setting{
	{
		Flag: BetweenFlag, Group: General, Part: Replays | Records,
		Value: "FROM..TO", Echo: "between",
		Usage: "only this part of the time: 2026-11-24T09:00..13:00",
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
		Usage: "expression whose first group is the function in a CloudWatch label",
	},
	{
		Flag: WhereFlag, Group: General, Part: Replays | Records,
		Value: "KEY=GLOB", Repeat: ByLine,
		Usage: "only requests of an access log that match: target_group=*checkout* (repeatable)",
	},
	{
		Flag: TimeFormatFlag, Group: General, Part: Replays | Records,
		Value: "FORM",
		Usage: "how a CSV file would write 2 January 2006, 15:04: '02/01/2006 15:04'",
	},
	{
		Flag: MaxSizeFlag, Group: General, Part: Replays | Records,
		Value: "SIZE",
		Usage: "the most that a compressed file may unpack to: 20GB (default 10GB, and 1,000 times the file)",
	},
	{
		Flag: ProgressFlag, Group: General, Part: Replays | Records,
		Value: "WHEN", Values: Colors,
		Usage: "when to show how far the run is: auto, always or never (default auto)",
	},
}
