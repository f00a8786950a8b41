package cmd

import (
	"errors"
	"fmt"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/output"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/format"
)

// finish writes the answer of a calculation to all outputs, and returns the verdict. It writes nothing if the verdict
// could not be decided.
func finish(env Env, in *input.Input, report format.Report, verdict error) error {
	var failed *exit.Error
	if errors.As(verdict, &failed) && failed.Code != exit.Failed {
		return verdict
	}
	if n := len(in.Account.Unknown); n > 0 && len(in.Gate.Levels) > 0 {
		message := fmt.Sprintf("--%s %q holds: %s of the files",
			setting.FailOnFlag, rule.Unknown, quantity.FormatCountOf(n, "unknown value"))
		if failed != nil {
			message = failed.Message + "\n" + message
		}
		verdict = &exit.Error{Code: exit.Failed, Message: message}
	}
	return write(env, in, report, verdict)
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
