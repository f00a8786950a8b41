package cmd

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/format"
)

func newLimits(env Env, flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "limits [flags]",
		Short: "Show the ceilings of each pool and what binds them",
		Long: `limits shows how many requests per second each pool of concurrency can carry,
per invocation mode, and which of its two limits binds: 10 requests per second
per unit, or units / duration. It also turns the question round: which rate each
pool carries when requests arrive at random and few may be turned away, and which
duration a rate allows. With --region all it compares the Regions: the utilization
from which provisioned concurrency pays off.`,
		Example: `  lambdacap limits
  lambdacap limits --account-concurrency 3000 --duration 50ms
  lambdacap limits --reserved 400 --provisioned 100 --mode sync -o json
  lambdacap limits --provisioned 100 --duration 150ms --target-spillover 1%
  lambdacap limits --reserved 400 --max-duration-at 1500
  lambdacap limits --region all`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			in := readInput(cmd, env)
			options := calc.LimitsOptions{TargetSpillover: in.plan.TargetSpillover, MaxDurationAt: in.maxAt}
			if in.compared {
				options.Regions = in.plan.Cost.Prices
			}
			result, err := calc.Limits(in.account, options)
			if err := in.problem(err); err != nil {
				return err
			}
			var verdict error
			if len(in.conditions) > 0 {
				split, err := calc.Spill(in.account, calc.SpillOptions{Chance: true, Cost: in.plan.Cost})
				if err := in.problem(err); err != nil {
					return err
				}
				verdict = exitWith(judge(in.conditions, split.Functions, accountMeasures{costs: []calc.Optional[calc.AccountCost]{split.Account.Cost}, missing: lacking(in.account.Region, split.Findings)}))
			}
			in.echo.Limits = &format.InputLimits{
				TargetSpilloverRatio: in.plan.TargetSpillover,
				MaxDurationAtRPS:     in.maxAt,
				Origin: format.LimitsOrigin{
					TargetSpilloverRatio: in.accountTexts[calc.FieldTargetSpillover].from(),
					MaxDurationAtRPS:     in.accountTexts[calc.FieldMaxDurationAt].from(),
				},
			}
			return in.finish(env, format.Limits(in.echo, result), verdict)
		},
	}
	useFlags(cmd, flags)
	return cmd
}
