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

func newCompare(env Env) *cobra.Command {
	const parts = setting.Loads | setting.Compares | setting.Sources
	cmd := &cobra.Command{
		Use:   "compare [FILE...] [flags]",
		Short: "Compare settings: what fits, what changes, what it costs",
		Long: `compare shows two or more settings side by side. Each FILE is an account of its
own: a profile, a template, a Terraform plan, serverless.yml, or an earlier
-o json answer. Flags, --profile and --from apply to all of them. Without files,
or with one, it compares several values of a setting: --provisioned 0:300:50,
--set checkout.provisioned=60,70, or --arch x86_64,arm64, which, like --memory,
is for every function unless --function names one.

Differences are against the first. --fail-on judges the last: cost-delta,
spillover-delta and throttled-delta compare it with the first.`,
		Example: `  lambdacap compare main.yaml branch.yaml
  lambdacap compare main/template.yaml template.yaml -f rates.yaml -o markdown
  lambdacap compare main.yaml branch.yaml --fail-on 'cost-delta>10%'
  lambdacap compare --provisioned 0,100,165 --rps 1500 --duration 60ms
  lambdacap compare account.yaml --arch x86_64,arm64
  lambdacap compare account.yaml --set checkout.provisioned=60,70`,
		RunE: func(cmd *cobra.Command, args []string) error {
			variants, err := input.ReadVariants(cmd.Flags(), parts, env.world(), args)
			if err != nil {
				return err
			}
			return runCompare(env, cmd.Name(), variants)
		},
	}
	setting.AddFlags(cmd, parts)
	cmd.Flags().Lookup(setting.FromFlag).Usage = "read a file as a part of every account (repeatable)"
	return cmd
}

func runCompare(env Env, kind string, variants []input.Variant) error {
	planned, wrong := make([]calc.PlannedVariant, len(variants)), make([]error, len(variants))
	for i, v := range variants {
		options := calc.PlanOptions{SpillOptions: v.SpillOptions(kind), Sizing: v.Asked.Sizing}
		planned[i].Name = v.Name
		planned[i].Plan, wrong[i] = calc.Plan(v.Account.Capacity(), options)
	}
	if err := input.VariantsErr(variants, wrong); err != nil {
		return err
	}
	result := calc.CompareVariants(planned)
	d := document.NewCompare(result)
	for i, v := range variants {
		v.EchoModes(planned[i].Plan.Now())
		v.Echo.Plan = &document.InputPlan{Sizing: v.Asked.Sizing, Origin: v.Origin(document.InputPlan{})}
		d.Add(v.Name, v.Echo, append(v.Account.Findings(), planned[i].Plan.Findings...)...)
	}
	last := len(variants) - 1
	in := variants[last].Input
	answer := gate.OfVariant(planned[last].Plan, result)
	holding, undecided := in.Gate.Judge(answer)
	return finish(env, in, format.Compare(d), answer, holding, undecided)
}
