package setting

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
)

// into returns a function that reads a single value and sets it.
func into[T any](parse func(string) (T, error), set func(Target, T)) func(Target, Value) fault.List {
	return func(t Target, v Value) fault.List {
		value, err := parse(v.Text)
		if err != nil {
			return fault.List{v.Fault(err)}
		}
		set(t, value)
		return nil
	}
}

// optional returns a function that reads a single value and sets an optional destination.
func optional[T any](parse func(string) (T, error), to func(Target) *calc.Optional[T]) func(Target, Value) fault.List {
	return into(parse, func(t Target, value T) { *to(t) = calc.Some(value) })
}

func asIs(text string) (string, error) { return text, nil }

// longestGrouping is the most commas that a single number may have: 1,000,000,000. A text with more of them is a list.
const longestGrouping = 3

// readRates reads the rate of a function: one, or one for each hour.
func readRates(t Target, v Value) fault.List {
	switch {
	case v.List != nil:
		return readDay(t, v)
	case strings.Contains(v.Text, " ") || strings.Count(v.Text, ",") > longestGrouping:
		return into(quantity.ParseDay, setDay)(t, v)
	}
	return optional(quantity.ParseRate, func(t Target) *calc.Optional[float64] { return &t.Function.RPS })(t, v)
}

// setDay sets the rates of a day, and their peak as the rate.
func setDay(t Target, rates []float64) {
	t.Function.Day = series.Day(rates)
	t.Function.RPS = calc.Some(t.Function.Day.Peak())
}

// readDay reads a list of rates. It names every item that is wrong.
func readDay(t Target, v Value) fault.List {
	var items itemReader
	rates := make([]float64, len(v.List))
	for i, item := range v.List {
		rates[i] = readItem(&items, item, quantity.ParseRate)
	}
	if items.flawed {
		return items.faults
	}
	return setHours(t, v, rates, quantity.Day)
}

// readSchedule reads the rates of a day as spans: a text, or a list of from, to and rps.
func readSchedule(t Target, v Value) fault.List {
	if v.List == nil {
		return into(quantity.ParseSchedule, setDay)(t, v)
	}
	var items itemReader
	spans := make([]quantity.Span, len(v.List))
	for i, item := range v.List {
		values := Values(item.List)
		spans[i] = quantity.Span{
			From: readItem(&items, values.Of(spanFrom), quantity.ParseHour),
			To:   readItem(&items, values.Of(spanTo), quantity.ParseHour),
			RPS:  readItem(&items, values.Of(spanRPS), quantity.ParseRate),
		}
	}
	if items.flawed {
		return items.faults
	}
	return setHours(t, v, spans, quantity.Schedule)
}

// The keys of an item of a schedule.
const (
	spanFrom = "from"
	spanTo   = "to"
	spanRPS  = "rps"
)

// An itemReader reads the items of a list. An item that nobody gave could not be read, which is known already.
type itemReader struct {
	faults fault.List
	flawed bool
}

// readItem reads an item, which must be a single value.
func readItem[T any](r *itemReader, item Value, parse func(string) (T, error)) T {
	value, err := parse(item.Text)
	if strings.ContainsAny(item.Text, " ,=") {
		err = fmt.Errorf("%q has several; legal: a single value", item.Text)
	}
	if err != nil && item.Given() {
		r.faults = append(r.faults, item.Fault(err))
	}
	r.flawed = r.flawed || err != nil || !item.Given()
	return value
}

// setHours turns a list into the rates of a day, and sets them.
func setHours[T any](t Target, v Value, list []T, hours func([]T) ([]float64, error)) fault.List {
	rates, err := hours(list)
	if err != nil {
		return fault.List{v.Fault(err)}
	}
	setDay(t, rates)
	return nil
}
