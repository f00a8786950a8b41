package setting

import (
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/ramp"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
)

// RampKey is the key of a mapping in a profile: how the rate of a function moves. The settings in it have keys that
// begin with it and a dot.
const RampKey = "ramp"

// Nested lists the keys of a mapping in a profile, without its own key.
func Nested(mapping string) (keys []string) {
	for _, key := range Keys(Function) {
		if below, ok := strings.CutPrefix(key, mapping+"."); ok {
			keys = append(keys, below)
		}
	}
	return keys
}

// ShapeFlag is the flag of a rate over time.
const ShapeFlag = "shape"

// rampSettings say how a rate moves, and how far to look.
var rampSettings = []Setting{
	{
		Flag: "rps-before", Key: RampKey + ".rps_before", Group: Function, Part: Ramps, Common: true,
		Echo:   "rps_before",
		Value:  "RATE",
		Usage:  "the rate before (default 0)",
		Reader: optional[float64]{quantity.ParseRate, func(t Target) *optionalNumber { return &t.Load.Before }},
	},
	{
		Flag: "over", Key: RampKey + ".over", Group: Function, Part: Ramps, Common: true,
		Echo:   "over_s",
		Value:  "DURATION",
		Usage:  "the time that the rise takes, up to 15m (default 0s: a step)",
		Reader: optional[float64]{ramp.ParseSpan, func(t Target) *optionalNumber { return &t.Load.OverS }},
	},
	{
		Flag: ShapeFlag, Key: RampKey + ".shape", Group: Function, Part: Ramps, Common: true,
		Echo:   "shape",
		Value:  "POINTS",
		Usage:  "the rate over time instead: 0s=300,10s=3000,5m=3000; equal times are a jump",
		List:   &List{Legal: "a list of times and rates", Item: "a time and a rate, such as 10s=3000"},
		Reader: readerFunc(readShape),
	},
	{
		Key: RampKey + ".rps", Group: Function,
		Echo:   "rps_after",
		Usage:  "where the rate goes (default: rps)",
		Reader: optional[float64]{quantity.ParseRate, func(t Target) *optionalNumber { return &t.Load.To }},
	},
	{
		Flag: "warm", Key: "warm", Group: Function, Part: Ramps,
		Echo:   "warm",
		Value:  "UNITS",
		Usage:  "on-demand environments that are warm before (default: those that the rate before keeps busy)",
		Reader: optional[int64]{quantity.ParseCount, func(t Target) *optionalCount { return &t.Load.Warm }},
	},
	{
		Flag: "for", Key: "for", Group: Question, Part: Ramps, Echo: "for_s",
		Value:  "DURATION",
		Usage:  "how long to look, up to 15m (default 1m, and on until all is served)",
		Reader: optional[float64]{ramp.ParseSpan, func(t Target) *optionalNumber { return &t.Asked.ForS }},
	},
	{
		Flag: "allocation-delay", Key: "allocation_delay", Group: Question, Part: Ramps | Replays | Records,
		Echo:   "allocation_delay_s",
		Value:  "DURATION",
		Usage:  "time until provisioned concurrency can be used (default 2m, and 1m for every 6,000 units)",
		Reader: optional[float64]{quantity.ParseDelay, func(t Target) *optionalNumber { return &t.Asked.AllocationDelayS }},
	},
}

// readShape reads the points of a shape, and names every one that is wrong.
func readShape(t Target, v Value) fault.List {
	list := v.List
	if list == nil {
		list = []Value{v}
	}
	var items itemReader
	shape := make([]ramp.Point, len(list))
	for i, item := range list {
		shape[i] = readItem(&items, item, ramp.ParsePoint)
	}
	if items.flawed {
		return items.faults
	}
	t.Load.Shape = shape
	t.Function.RPS = calc.Some(ramp.Highest(shape)) // which the shape replaces
	return nil
}
