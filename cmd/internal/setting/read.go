package setting

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
)

// into reads a single value and sets it.
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

// optional reads a single value and sets an optional destination.
func optional[T any](parse func(string) (T, error), to func(Target) *calc.Optional[T]) func(Target, Value) fault.List {
	return into(parse, func(t Target, value T) { *to(t) = calc.Some(value) })
}

func asIs(text string) (string, error) { return text, nil }

// longestGrouping is how many separators a number may have that is not a list: 1,000,000,000.
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

func setDay(t Target, rates []float64) {
	t.Function.Day = series.Day(rates)
	t.Function.RPS = calc.Some(t.Function.Day.Peak())
}

// readDay reads a list of rates. Every item that is wrong is named.
func readDay(t Target, v Value) (faults fault.List) {
	rates := make([]float64, len(v.List))
	for i, item := range v.List {
		rates[i] = readItem(item, quantity.ParseRate, &faults)
	}
	if len(faults) > 0 {
		return faults
	}
	return setHours(t, v, rates, quantity.Day)
}

// readSchedule reads the rates of a day by spans: a text, or a list of from, to and rps.
func readSchedule(t Target, v Value) (faults fault.List) {
	if v.List == nil {
		return into(quantity.ParseSchedule, setDay)(t, v)
	}
	spans := make([]quantity.Span, len(v.List))
	for i, item := range v.List {
		values := Values(item.List)
		spans[i] = quantity.Span{
			From: readItem(values.Of(spanFrom), quantity.ParseHour, &faults),
			To:   readItem(values.Of(spanTo), quantity.ParseHour, &faults),
			RPS:  readItem(values.Of(spanRPS), quantity.ParseRate, &faults),
		}
	}
	if len(faults) > 0 {
		return faults
	}
	return setHours(t, v, spans, quantity.Schedule)
}

// The keys of an item of a schedule.
const (
	spanFrom = "from"
	spanTo   = "to"
	spanRPS  = "rps"
)

// readItem reads an item of a list, which must not be several.
func readItem[T any](item Value, parse func(string) (T, error), faults *fault.List) T {
	value, err := parse(item.Text)
	if strings.ContainsAny(item.Text, " ,=") {
		err = fmt.Errorf("%q has several; legal: a single value", item.Text)
	}
	if err != nil {
		*faults = append(*faults, item.Fault(err))
	}
	return value
}

// setHours sets the rates of a day that a list comes to.
func setHours[T any](t Target, v Value, list []T, hours func([]T) ([]float64, error)) fault.List {
	rates, err := hours(list)
	if err != nil {
		return fault.List{v.Fault(err)}
	}
	setDay(t, rates)
	return nil
}
