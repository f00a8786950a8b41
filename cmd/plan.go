package cmd

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/format"
)

func newPlan(env Env, flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plan [flags]",
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
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			in := readInput(cmd, env)
			result, err := calc.Plan(in.account, in.plan)
			if err := in.problem(err); err != nil {
				return err
			}
			now := result.Now()
			in.echoModes(now)
			in.echo.Plan = &format.InputPlan{
				HeadroomRatio:        in.plan.Headroom,
				TargetHeadroomRatio:  in.plan.TargetHeadroom,
				TargetSpilloverRatio: in.plan.TargetSpillover,
				TargetThrottleRatio:  in.plan.TargetThrottle,
				Objective:            in.plan.Objective,
				SpillPenaltyUSD:      in.plan.SpillPenalty,
				Segments:             in.plan.Segments.Or(calc.DefaultSegments),
				MinSegmentHours:      in.plan.MinSegment.Or(1),
				Wrap:                 in.plan.Wrap,
				Origin: format.PlanOrigin{
					HeadroomRatio:        in.accountTexts[calc.FieldHeadroom].from(),
					TargetSpilloverRatio: in.accountTexts[calc.FieldTargetSpillover].from(),
					TargetThrottleRatio:  in.accountTexts[calc.FieldTargetThrottle].from(),
					Objective:            in.accountTexts[calc.FieldOptimize].from(),
					SpillPenaltyUSD:      in.accountTexts[calc.FieldSpillPenalty].from(),
					Segments:             in.accountTexts[calc.FieldSegments].from(),
					MinSegmentHours:      in.accountTexts[calc.FieldMinSegment].from(),
					Wrap:                 in.accountTexts[calc.FieldWrap].from(),
				},
			}
			costs := []calc.Optional[calc.AccountCost]{result.Account.NowCost}
			if in.plan.Sweep != nil { // the points are the answer
				now, costs = nil, nil
				for _, at := range result.Sweep {
					costs = append(costs, at.Account.NowCost)
					for i := range at.Functions {
						now = append(now, at.Functions[i].Now)
					}
				}
			}
			return in.finish(env, format.Plan(in.echo, result), exitWith(judge(in.conditions, now, accountMeasures{costs, lacking(in.account.Region, result.Findings), result.Baseline, in.plan.Baseline != nil})))
		},
	}
	useFlags(cmd, flags)
	return cmd
}
