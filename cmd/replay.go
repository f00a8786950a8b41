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
	const parts = setting.Replays | setting.Sources
	cmd := &cobra.Command{
		Use:   "replay FILE... [flags]",
		Short: "Show what settings would have done with recorded traffic",
		Long: `replay runs recorded traffic through concurrency settings, minute by minute:
what would have spilled or been throttled, what would have been idle, what it
would have cost. FILE is recognized by its content: answers of CloudWatch, logs
with REPORT lines, load tests, access logs, CSV. See lambdacap help traffic.`,
		Example: `  lambdacap replay metric-data.json --provisioned 30
  lambdacap replay metric-data.json --levels 0=2,6=13,9=36,17=13,22=2
  lambdacap replay metric-data.json --provisioned 30 --compare recommended
  aws logs tail /aws/lambda/checkout | lambdacap replay - --provisioned 2
  lambdacap replay day.csv -f template.yaml --fail-on 'peak-spillover>5%'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runReplay(env, input.Read(cmd.Flags(), parts, env.world(), args...))
		},
	}
	setting.AddFlags(cmd, parts)
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
