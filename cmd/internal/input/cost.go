package input

import (
	"errors"
	"io"
	"os"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/configs"
	"github.com/lambdacap/lambdacap/format/document"
)

// embeddedPrices is the name of the price file that comes with the program.
const embeddedPrices = "prices.csv"

// readPrices reads the prices if something is to be priced: those in a file, or else those that come with the program.
func (in *Input) readPrices() {
	file := in.chosen[setting.PricesFlag]
	read, name, echo := configs.Prices, embeddedPrices, "embedded"
	if file.Given() {
		name, echo = file.Text, file.Text
		in.readsFile(name)
		read = func() ([]calc.Price, error) { return pricesFrom(name) }
	} else if in.Account.Region == "" && !in.namesRegions() {
		return
	}
	prices, err := read()
	var faults configs.PriceFaults
	switch {
	case errors.As(err, &faults):
		for _, f := range faults {
			in.Fault("%s:%d: %s", name, f.Line, f.Message)
		}
	case err != nil:
		in.Fault("%s: %s: %s; expected a file in the form of configs/prices.csv", file.Path, file.Text, reason(err))
	}
	in.Prices = prices
	in.judgeRegion()
	if in.Account.Region != "" {
		billing := in.Asked.Billing
		billing.EnabledHours = calc.Some(billing.EnabledHours.Or(billing.Hours))
		origin := in.Origin(document.InputCost{})
		in.Echo.Cost = &document.InputCost{Billing: billing, Prices: echo, Origin: origin}
	}
}

// pricesFrom reads the prices in a file.
func pricesFrom(path string) ([]calc.Price, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return configs.ReadPrices(io.LimitReader(file, tree.MaxYAMLBytes))
}

// Cost returns how to price.
func (in *Input) Cost() *calc.CostOptions {
	return &calc.CostOptions{Billing: in.Asked.Billing, Prices: in.Prices}
}

// SpillOptions says how to split the load. kind is the kind of document that the command writes, and reads as a
// baseline.
func (in *Input) SpillOptions(kind string) calc.SpillOptions {
	o := calc.SpillOptions{Chance: true, Cost: in.Cost(), Baseline: in.costBaseline(kind), Scale: in.Asked.Scale}
	if o.Scale != nil {
		in.Echo.Scale = &document.InputScale{Factors: o.Scale, Origin: in.Origin(document.InputScale{})}
	}
	if sweep, ok := in.Asked.Sweep.Get(); ok {
		o.Sweep = &sweep
	}
	return o
}
