package cmd

import (
	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/cmd/internal/gate"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/document"
)

func newReplay(env Env) *cobra.Command {
	const parts = setting.Replays
	cmd := &cobra.Command{
		Use:   "replay FILE... [flags]",
		Short: "Show what settings would have done with recorded traffic",
		Long: `replay runs recorded traffic through concurrency settings, minute by minute: what
would have spilled or been throttled, how many units would have been idle, what
it would have cost, and which minutes are the worst. FILE is traffic, recognized
by its content: answers of CloudWatch and Logs Insights, logs with REPORT lines,
results of load tests, access logs, CSV; packed with gzip or not; - is standard
input. Single invocations with their own times are replayed one by one.

Settings come from flags, --profile and --from; files with settings among the
arguments are used as if by --from. --compare adds other settings.`,
		Example: `  lambdacap replay metric-data.json --provisioned 30
  lambdacap replay metric-data.json --levels 0=2,6=13,9=36,17=13,22=2 \
    --memory 1GB --region us-east-1
  lambdacap replay metric-data.json --provisioned 30 --compare provisioned=36 \
    --compare recommended
  aws logs tail /aws/lambda/checkout --since 1h | lambdacap replay - --provisioned 2
  lambdacap replay day.csv -f template.yaml --scale 2 --fail-on 'peak-spillover>5%'
  lambdacap replay alb-access.log.gz --between 2026-11-24T09:00..13:00 -o csv --minutes`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runReplay(env, input.Read(cmd.Flags(), parts, env.world(), args...))
		},
	}
	setting.AddFlags(cmd, parts, completeFunctions)
	return cmd
}

func runReplay(env Env, in *input.Input) error {
	r := in.Replay()
	if err := in.Err(nil); err != nil {
		return err
	}
	result, err := replay.Replay(r.Settings, r.Traffic.Traces, r.Functions, r.Options)
	if err := in.Err(err); err != nil {
		return err
	}
	found := append(in.Account.Findings(), r.Traffic.Findings...)
	answer := gate.OfReplay(in.Account.Region, result)
	holding, undecided := in.Gate.Judge(answer)
	d := document.NewReplay(in.Echo, result, found)
	answer.Findings = d.Findings
	return finish(env, in, format.Replay(d), answer, holding, undecided)
}
