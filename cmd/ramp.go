package cmd

import (
	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/ramp"
	"github.com/lambdacap/lambdacap/cmd/internal/gate"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/document"
)

func newRamp(env Env) *cobra.Command {
	const parts = setting.Ramps
	cmd := &cobra.Command{
		Use:   "ramp [FILE...] [flags]",
		Short: "Show whether a jump in traffic survives, and what makes it survive",
		Long: `ramp follows a rate that grows, second by second. A function gains up to 1,000
environments at once and 100 a second, whatever the quota. ramp shows how many
requests are throttled until enough have started, in which seconds and why, and
what would prevent it: a slower rise, or provisioned concurrency.

Without --rps-before, --over or --shape, every function starts from nothing. If
one function of an account has any of them, the others are steady.`,
		Example: `  lambdacap ramp --rps-before 300 --rps 3000 --over 10s --duration 1.2s
  lambdacap ramp --rps 25000 --duration 200ms --account-concurrency 10000
  lambdacap ramp --shape 0s=300,10s=3000,2m=3000,3m=300 --duration 1.2s -o csv
  lambdacap ramp --rps 1000 --duration 100ms --init 2s
  lambdacap ramp account.yaml --function checkout --over 30s
  lambdacap ramp --rps 3000 --duration 1.2s --fail-on 'throttled-second>5%'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRamp(env, input.Read(cmd.Flags(), parts, env.world(), args...))
		},
	}
	setting.AddFlags(cmd, parts)
	return cmd
}

func runRamp(env Env, in *input.Input) error {
	account := in.Account.Capacity()
	options := ramp.Options{Loads: in.Loads[:len(account.Functions)], ForS: in.Asked.ForS,
		AllocationDelayS: in.Asked.AllocationDelayS}
	result, err := ramp.Of(account, options)
	if err := in.Err(err); err != nil {
		return err
	}
	in.EchoRamp(result.Functions)
	answer := gate.OfRamp(result)
	holding, undecided := in.Gate.Judge(answer)
	d := document.NewRamp(in.Echo, account, result, in.Account.Findings())
	answer.Findings = d.Findings
	answer.Accounts = []calc.AccountResult{result.Account}
	return finish(env, in, format.Ramp(d), answer, holding, undecided)
}
