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
words, and as AWS CLI lines.`,
		Example: `  lambdacap plan --provisioned 100 --rps 1500
  lambdacap plan --rps 20000 --duration 50ms --memory 512 --event-source 'API Gateway'
  lambdacap plan --rps 800 --duration 250ms --headroom 25% -o markdown`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			in := readInput(cmd, env)
			result, err := calc.Plan(in.account, calc.PlanOptions{Headroom: in.headroom})
			if err := in.check(err); err != nil {
				return err
			}
			now := result.Now()
			in.echoModes(now)
			in.echo.Plan = &format.InputPlan{
				HeadroomRatio: in.headroom,
				Origin:        format.PlanOrigin{HeadroomRatio: in.accountTexts[calc.FieldHeadroom].from()},
			}
			return in.finish(env, format.Plan(in.echo, result), judge(in.conditions, now))
		},
	}
	useFlags(cmd, flags)
	for _, s := range settings() {
		if s.planOnly {
			cmd.Flags().Var(&word{kind: s.value}, s.flag, s.usage)
		}
	}
	return cmd
}
