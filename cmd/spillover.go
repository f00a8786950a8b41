package cmd

import (
	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/cmd/internal/gate"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/document"
)

func newSpillover(env Env) *cobra.Command {
	const parts = setting.Loads | setting.Details | setting.Sources
	cmd := &cobra.Command{
		Use:   "spillover [FILE...] [flags]",
		Short: "Show where requests go: provisioned, on demand, throttled, queued",
		Long: `spillover shows where the requests of a load end up: on provisioned
concurrency, on demand, throttled (synchronous) or queued (asynchronous),
which limit is the reason, and the smallest provisioned concurrency that
spills nothing. It covers steady traffic as well as requests that arrive at
random.

Without a file it uses ./lambdacap.yaml, if there is one.`,
		Example: `  lambdacap spillover --rps 7128 --duration 28.5ms --provisioned 500
  lambdacap spillover --rps 90k/min --duration 1.2s --mode async --reserved 900
  lambdacap spillover --rps 1500 --provisioned 100 --reserved 120 -o csv
  lambdacap spillover --messages 1200 --duration 500ms --maximum-concurrency 50
  lambdacap spillover --rps 800 --duration 150ms --sweep provisioned=100:160:5`,
		RunE: func(cmd *cobra.Command, args []string) error {
			in := input.Read(cmd.Flags(), parts, env.world(), args...)
			return runSpillover(env, in, in.SpillOptions(cmd.Name()))
		},
	}
	setting.AddFlags(cmd, parts)
	return cmd
}

func runSpillover(env Env, in *input.Input, options calc.SpillOptions) error {
	result, err := calc.Spill(in.Account.Capacity(), options)
	if err := in.Err(err); err != nil {
		return err
	}
	in.EchoModes(result.Functions)
	answer := gate.Of(in.Account.Region, result)
	answer.Compared = options.Baseline != nil
	holding, undecided := in.Gate.Judge(answer)
	d := document.NewSpillover(in.Echo, result, in.Account.Findings())
	if in.Explain {
		d.Explain = result.Explain()
	}
	answer.Findings = d.Findings
	return finish(env, in, format.Spillover(d), answer, holding, undecided)
}
