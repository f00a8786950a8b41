package cmd

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/format"
)

func newSpillover(env Env, flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "spillover [flags]",
		Short: "Split a rate over provisioned, on-demand, throttled and queued",
		Long: `spillover shows where the requests of a load end up in the steady state: on
provisioned concurrency, on demand, throttled (synchronous) or queued
(asynchronous), which limit does it, and the smallest provisioned concurrency
that spills nothing. Beside it stands what becomes of the load when requests
arrive at random.`,
		Example: `  lambdacap spillover --rps 7128 --duration 28.5ms --provisioned 500
  lambdacap spillover --rps 90000/min --duration 1.2s --mode async --reserved 900
  lambdacap spillover --rps 1500 --provisioned 100 --reserved 120 -o csv
  lambdacap spillover --rps 800 --duration 150ms --sweep provisioned=100:160:5`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			in := readInput(cmd, env)
			result, err := calc.Spill(in.account, in.plan.SpillOptions)
			if err := in.problem(err); err != nil {
				return err
			}
			in.echoModes(result.Functions)
			judged, costs := result.Functions, []calc.Optional[calc.AccountCost]{result.Account.Cost}
			if in.plan.Sweep != nil { // the points are the answer
				judged, costs = nil, nil
				for _, at := range result.Sweep {
					judged, costs = append(judged, at.Functions...), append(costs, at.Account.Cost)
				}
			}
			return in.finish(env, format.Spillover(in.echo, result), exitWith(judge(in.conditions, judged, accountMeasures{costs, lacking(in.account.Region, result.Findings), result.Baseline, in.plan.Baseline != nil})))
		},
	}
	useFlags(cmd, flags)
	return cmd
}
