package input

import (
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
	"github.com/lambdacap/lambdacap/format/document"
)

// SpillOptions says how to split the load. kind is the kind of document that the command writes, and reads as a
// baseline.
func (in *Input) SpillOptions(kind string) calc.SpillOptions {
	o := calc.SpillOptions{Chance: true, Cost: in.Cost(), Baseline: in.CostBaseline(kind)}
	if sweep, ok := in.Asked.Sweep.Get(); ok {
		o.Sweep = &sweep
	}
	return o
}

// ForgetRegion removes the Region from the inputs, for a question about all Regions.
func (in *Input) ForgetRegion() {
	in.Account.Region, in.Echo.Account.Region, in.Echo.Cost = "", calc.Optional[string]{}, nil
}

// EchoModes adds to the echo of the functions the modes that a split assumed.
func (in *Input) EchoModes(functions []calc.FunctionSpill) {
	for i := range functions {
		in.Echo.Functions[i].Mode = calc.Some(functions[i].Mode)
	}
}

// EchoPlan echoes what a plan was asked.
func (in *Input) EchoPlan() {
	in.Echo.Plan = &document.InputPlan{Sizing: in.Asked.Sizing, Origin: in.origin(document.InputPlan{})}
}

// EchoLimits echoes what limits was asked.
func (in *Input) EchoLimits() {
	in.Echo.Limits = &document.InputLimits{LimitsOptions: in.Asked.Limits, Origin: in.origin(document.InputLimits{})}
}

// EchoCheck echoes what a check was asked, and what is wrong with each of its files.
func (in *Input) EchoCheck() {
	in.Echo.Check = &document.InputCheck{Question: in.Asked.Check, Origin: in.origin(document.InputCheck{})}
	messages := map[string][]string{}
	for _, f := range in.faults[:min(len(in.faults), fault.Shown)] {
		messages[f.Place.File] = append(messages[f.Place.File], f.Message)
	}
	for i := range in.Echo.Files {
		if file := &in.Echo.Files[i]; messages[file.Name] != nil {
			file.Problem = calc.Some(strings.Join(messages[file.Name], "\n"))
		}
	}
	if len(in.Account.Functions)+len(in.Check.Empty) > 0 {
		return
	}
	for _, file := range in.Echo.Files { // they describe no function, so there is nothing to check
		if !file.Problem.Known() {
			in.Check.Empty = append(in.Check.Empty, file.Name)
		}
	}
}
