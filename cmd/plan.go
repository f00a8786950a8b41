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

func newPlan(env Env) *cobra.Command {
	const parts = setting.Loads | setting.Details | setting.Sizes
	cmd := &cobra.Command{
		Use:   "plan [FILE...] [flags]",
		Short: "Tell whether a load fits, and what to set if not",
		Long: `plan tells whether a load fits the settings, the smallest provisioned, reserved
and account concurrency with which it does, and what to set with headroom: in
words, and as AWS CLI lines. Beside the steady state it states what becomes of
the load when requests arrive at random, and sizes to a target for that.`,
		Example: `  lambdacap plan --provisioned 100 --rps 1500
  lambdacap plan --rps 20000 --duration 50ms --memory 512 --event-source 'API Gateway'
  lambdacap plan --rps 800 --duration 250ms --headroom 25% -o markdown
  lambdacap plan --rps 800 --duration 150ms --provisioned 120 --target-spillover 1%
  lambdacap plan --rps 50 --duration 200ms --memory 1024 --region us-east-1 --optimize cost`,
		RunE: func(cmd *cobra.Command, args []string) error {
			in := input.Read(cmd.Flags(), parts, env.world(), args...)
			return runPlan(env, in, calc.PlanOptions{SpillOptions: in.SpillOptions(cmd.Name()), Sizing: in.Asked.Sizing})
		},
	}
	setting.AddFlags(cmd, parts, completeFunctions)
	return cmd
}

func runPlan(env Env, in *input.Input, options calc.PlanOptions) error {
	result, err := calc.Plan(in.Account.Capacity(), options)
	if err := in.Err(err); err != nil {
		return err
	}
	now := result.Now()
	in.EchoModes(now)
	in.Echo.Plan = &document.InputPlan{Sizing: options.Sizing, Origin: in.Origin(document.InputPlan{})}
	answer := gate.OfPlan(in.Account.Region, result, now)
	answer.Compared = options.Baseline != nil
	verdict := gate.Err(in.Gate.Judge(answer))
	d := document.NewPlan(in.Echo, result, in.Account.Findings())
	if in.Explain {
		d.Explain = result.Explain(options.Sizing)
	}
	answer.Findings = d.Findings
	return finish(env, in, format.Plan(d), answer, verdict)
}
