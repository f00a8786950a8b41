package cmd

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/cmd/internal/collect"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

func newCollect(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "collect --region REGION [flags]",
		Short: "Print a script that fetches settings and metrics with the AWS CLI",
		Long: `collect prints a script that fetches what lambdacap reads: the quota, functions
with their reserved and provisioned concurrency, aliases, event source mappings,
queues, streams, scaling, and the metrics of the last days. lambdacap itself
never calls AWS: look at the script, then run it where you have credentials. Its
calls only read; code and environment variables stay in AWS.`,
		Example: `  lambdacap collect --region eu-west-1 > collect.sh
  sh collect.sh
  lambdacap check template.yaml lambdacap-data
  lambdacap collect --region eu-west-1 --function orders --days 30 --out data
  lambdacap collect --region eu-west-1 --policy`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, policy, err := input.Collect(cmd.Flags(), env.world())
			if err != nil {
				return err
			}
			text := collect.Script
			if policy {
				text = collect.Policy
			}
			_, err = io.WriteString(env.Out, text(r))
			return err
		},
	}
	cmd.Flags().SortFlags = false
	setting.AddFlag(cmd, setting.Collects, setting.RegionKey)
	setting.AddList(cmd, setting.Collects, setting.FunctionFlag)
	for _, flag := range []string{setting.DaysFlag, setting.OutFlag, setting.PolicyFlag} {
		setting.AddFlag(cmd, setting.Collects, flag)
	}
	return cmd
}
