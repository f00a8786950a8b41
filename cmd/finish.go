package cmd

import (
	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/format"
)

// finish prints the report and ends with the verdict of --fail-on. Where that
// could not be decided, nothing is printed.
func (in *input) finish(env Env, report format.Report, verdict error) error {
	if exit, ok := verdict.(*exitError); ok && exit.code != exitFailed {
		return verdict
	}
	if err := report.Write(env.Out, in.output); err != nil {
		return writeError(err)
	}
	return verdict
}

// echoModes completes the inputs with the mode that a split assumed.
func (in *input) echoModes(functions []calc.FunctionSpill) {
	for i := range functions {
		in.echo.Functions[i].Mode = calc.Some(functions[i].Mode)
	}
}
