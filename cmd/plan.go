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
	const parts = setting.Loads | setting.Details | setting.Sizes | setting.Records | setting.Sources
	cmd := &cobra.Command{
		Use:   "plan [FILE...] [flags]",
		Short: "Check whether a load fits, and what to set if it does not",
		Long: `plan checks whether a load fits the settings. If it does not, it finds the
smallest provisioned, reserved and account concurrency that do, and prints
what to set, with headroom, as AWS CLI commands. It covers steady traffic as
well as requests that arrive at random. With --traffic FILE it plans for
recorded traffic: flat, target tracking and a schedule side by side.

Without a file it uses ./lambdacap.yaml, if there is one.`,
		Example: `  lambdacap plan --provisioned 100 --rps 1500
  lambdacap plan --rps 90k/min --duration 240ms --memory 1GB --region us-east-1
  lambdacap plan account.yaml --set orders.reserved=1800
  lambdacap plan --messages 1200 --duration 500ms --reserved 40 --max-receive 3
  lambdacap plan --traffic metric-data.json --target-spillover 2%
  lambdacap plan account.yaml --fail-on 'throttled>0,chance-throttled>0.1%'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			in := input.Read(cmd.Flags(), parts, env.world(), args...)
			if in.Recorded() {
				return runRecordedPlan(env, in)
			}
			return runPlan(env, in, calc.PlanOptions{SpillOptions: in.SpillOptions(cmd.Name()), Sizing: in.Asked.Sizing})
		},
	}
	setting.AddFlags(cmd, parts)
	return cmd
}

func runPlan(env Env, in *input.Input, options calc.PlanOptions) error {
	result, err := calc.Plan(in.Account.Capacity(), options)
	if err := in.Err(err); err != nil {
		return err
	}
	now := result.Split()
	in.EchoModes(now.Functions)
	in.Echo.Plan = &document.InputPlan{Sizing: options.Sizing, Origin: in.Origin(document.InputPlan{})}
	answer := gate.Of(in.Account.Region, now)
	answer.Compared = options.Baseline != nil
	holding, undecided := in.Gate.Judge(answer)
	d := document.NewPlan(in.Echo, result, in.Account.Findings())
	if in.Explain {
		d.Explain = result.Explain(options.Sizing)
	}
	answer.Findings = d.Findings
	return finish(env, in, format.Plan(d), answer, holding, undecided)
}
