package gate

import (
	"fmt"
	"math"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/drain"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/source"
)

// drainMeasures lists the measures that only the queues of drain have.
func drainMeasures() []measure {
	only := func(name string) func(Answer) []figure {
		return func(Answer) []figure {
			return []figure{{undecided: name + " is a measure of lambdacap drain; drop the condition"}}
		}
	}
	says := func(x figure, _ float64) string { return x.says }
	return []measure{
		{
			name: "drain", example: "drain>30m", bound: source.ParseSpan, figures: only("drain"), holds: says, steady: true,
			drain: func(f *drain.Function) figure {
				s := f.DrainS.Or(math.Inf(1))
				return figure{value: calc.Some(s), says: "the queue is " + inTime("empty after ", s, "never empty")}
			},
		},
		{
			name: "age", example: "age>1h", bound: source.ParseSpan, figures: only("age"), holds: says, steady: true,
			drain: func(f *drain.Function) figure {
				s := f.Waits()
				return figure{value: calc.Some(s), says: "the oldest message " + inTime("waits ", s, "gets ever older")}
			},
		},
		{
			name: "dlq", example: "dlq>0.01%", bound: quantity.ParsePercent, isShare: true, figures: only("dlq"), holds: says,
			steady: true,
			drain: func(f *drain.Function) figure {
				x := figure{value: f.DLQRatio, says: fmt.Sprintf(
					"at most %s of the messages reach the dead-letter queue by throttling alone",
					quantity.FormatChance(f.DLQRatio.Or(0)))}
				switch {
				case f.DLQRatio.Known():
				case f.Source.IsQueue():
					x.undecided = "the share of dead letters is unknown without --max-receive; give it, or drop the condition"
				default:
					x.undecided = fmt.Sprintf("a source of type %s has no share of dead letters; drop the condition", f.Source)
				}
				return x
			},
		},
	}
}

// inTime says a time after some words, or what is said in place of an infinite one.
func inTime(words string, s float64, never string) string {
	if math.IsInf(s, 1) {
		return never
	}
	return words + quantity.FormatTime(s)
}

// OfDrain returns what conditions compare of queues.
func OfDrain(r drain.Result) Answer { return Answer{Drains: r.Functions} }
