package cmd

import (
	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/cmd/internal/gate"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/output"
	"github.com/lambdacap/lambdacap/format"
)

// finish writes the answer of a calculation to all outputs, with the conditions of --fail-on that hold and with its
// levels, and returns the verdict on it. It writes nothing if a condition could not be decided, for which there is an
// error.
func finish(
	env Env, in *input.Input, report format.Report, answer gate.Answer, holding []gate.Holding, undecided error,
) error {
	if undecided != nil {
		return undecided
	}
	holding = append(holding, in.Gate.JudgeLevels(answer)...)
	err := write(env, in, report.Failed(gate.Texts(holding, gate.Holding.Said)), gate.Err(holding))
	if err == nil {
		for _, note := range in.Gate.Notes(answer) {
			exit.Note(env.Err, note)
		}
	}
	return err
}

// write writes the answer to all outputs, and returns the verdict.
func write(env Env, in *input.Input, report format.Report, verdict error) error {
	if err := in.CheckView(report.Columns); err != nil {
		return err
	}
	if err := output.Write(env.Out, report, in.Outputs, env.Parts); err != nil {
		return err
	}
	return verdict
}
