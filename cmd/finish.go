package cmd

import (
	"errors"

	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/cmd/internal/gate"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/output"
	"github.com/lambdacap/lambdacap/format"
)

// finish writes the answer of a calculation to all outputs, and returns the verdict on it: what the conditions of
// --fail-on came to, and its levels. It writes nothing if a condition could not be decided.
func finish(env Env, in *input.Input, report format.Report, answer gate.Answer, conditions error) error {
	var failed *exit.Error
	if errors.As(conditions, &failed) && failed.Code != exit.Failed {
		return conditions
	}
	holding := in.Gate.JudgeLevels(answer)
	if failed != nil {
		holding = append([]string{failed.Message}, holding...)
	}
	return write(env, in, report, gate.Err(holding, nil))
}

// write writes the answer to all outputs, and returns the verdict.
func write(env Env, in *input.Input, report format.Report, verdict error) error {
	if err := in.CheckView(report.Columns()); err != nil {
		return err
	}
	if err := output.Write(env.Out, report, in.Outputs, env.Parts); err != nil {
		return err
	}
	return verdict
}
