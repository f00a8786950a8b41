package cmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/cmd/internal/gate"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/document"
)

// allRegions is the value of --region that compares all Regions.
const allRegions = "all"

func newLimits(env Env) *cobra.Command {
	const parts = setting.Ceilings | setting.Sources
	cmd := &cobra.Command{
		Use:   "limits [FILE...] [flags]",
		Short: "Show how much each pool can handle, and what limits it",
		Long: fmt.Sprintf(`limits shows how many requests per second each pool of concurrency can handle
in each invocation mode, and which of its two limits binds: %d requests per
second per unit, or units / duration.

--target-spillover adds the highest rate of random arrivals, --max-duration-at
the longest duration at a rate. --region all shows for each Region the
utilization at which provisioned concurrency pays off.`, aws.RatePerUnit),
		Example: `  lambdacap limits
  lambdacap limits --account-concurrency 3000 --duration 50ms
  lambdacap limits --reserved 400 --provisioned 100 --mode sync -o json
  lambdacap limits --provisioned 100 --duration 150ms --target-spillover 1%
  lambdacap limits --reserved 400 --max-duration-at 1500
  lambdacap limits --source kinesis --shards 10 --duration 500ms
  lambdacap limits --region all`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runLimits(env, input.Read(cmd.Flags(), parts, env.world(), args...))
		},
	}
	setting.AddFlags(cmd, parts)
	return cmd
}

func runLimits(env Env, in *input.Input) error {
	options := in.Asked.Limits
	if in.Account.Region == allRegions {
		options.Regions = in.Prices
		in.Account.Region, in.Echo.Account.Region, in.Echo.Cost = "", calc.Optional[string]{}, nil // "all" is not a Region
	}
	account := in.Account.Capacity()
	result, err := calc.Limits(account, options)
	if err := in.Err(err); err != nil {
		return err
	}
	var holding []gate.Holding
	var undecided error
	if in.Gate.Conditional() {
		split, err := calc.Spill(account, calc.SpillOptions{Chance: true, Cost: in.Cost()})
		if err := in.Err(err); err != nil {
			return err
		}
		holding, undecided = in.Gate.Judge(gate.Of(account.Region, split))
	}
	in.Echo.Limits = &document.InputLimits{LimitsOptions: in.Asked.Limits, Origin: in.Origin(document.InputLimits{})}
	d := document.NewLimits(in.Echo, result, in.Account.Findings())
	if in.Explain {
		d.Explain = result.Explain(options)
	}
	answer := gate.Answer{Accounts: []calc.AccountResult{result.Account}, Findings: d.Findings}
	return finish(env, in, format.Limits(d), answer, holding, undecided)
}
