package cmd

import (
	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/cmd/internal/gate"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/document"
)

// runRecordedPlan plans for recorded traffic. Conditions are about what the present settings would have done with it.
func runRecordedPlan(env Env, in *input.Input) error {
	r := in.Replay()
	sizing, erase := in.WayOptions(r)
	if err := in.Err(nil); err != nil {
		return err
	}
	result, present, err := replay.Plan(r.Settings[0], r.Traffic.Traces, r.Functions, r.Options, sizing)
	erase()
	if err := in.Err(err); err != nil {
		return err
	}
	in.EchoModes(result.Now())
	answer := gate.OfReplay(in.Account.Region, present)
	holding, undecided := in.Gate.Judge(answer)
	d := document.NewRecordedPlan(in.Echo, result, present, sizing.DelaysOf,
		append(in.Account.Findings(), r.Traffic.Findings...))
	if in.Explain {
		d.Explain = result.Explain(sizing.Sizing)
	}
	answer.Findings = d.Findings
	return finish(env, in, format.Plan(d), answer, holding, undecided)
}
