package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/cmd/internal/gate"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/document"
)

func newCheck(env Env) *cobra.Command {
	const parts = setting.Judges
	cmd := &cobra.Command{
		Use:   "check [FILE...] [flags]",
		Short: "Check whether AWS accepts the settings, and whether they suffice",
		Long: `check finds what AWS would reject minutes into a deployment, in the files you
already have: SAM and CloudFormation templates, output of the CDK, Terraform
sources, plans in JSON, serverless.yml, AWS CLI answers, and profiles. Several
files make one account; a folder stands for its files, - for standard input.
./lambdacap.yaml gives the rates, unless another profile does.

check exits with 1 if there is an error. lambdacap explain LC001 explains a
rule.`,
		Example: `  lambdacap check template.yaml
  lambdacap check template.yaml account.json rates.yaml --param Stage=prod
  terraform show -json plan.out | lambdacap check - --fail-on warning
  lambdacap check infra --var-file prod.tfvars
  lambdacap check template.yaml -o sarif=lambdacap.sarif -o table
  lambdacap check --list-rules`,
		RunE: func(cmd *cobra.Command, args []string) error {
			list, _ := cmd.Flags().GetBool(setting.RulesFlag)
			if list && len(args) > 0 {
				return noArgs(cmd, args)
			}
			in := input.Read(cmd.Flags(), parts, env.world(), args...)
			in.Check.Known = in.KnownFindings(cmd.Name())
			if list {
				return listRules(env, in)
			}
			if len(in.Echo.Files) == 0 && len(in.Account.Functions) == 0 && len(in.Faults()) == 0 {
				return &exit.Error{
					Code:    exit.Usage,
					Message: "there is no file to check; expected lambdacap check FILE..., - for standard input",
					Hint:    "see lambdacap check --help",
				}
			}
			return runCheck(env, in)
		},
	}
	setting.AddFlags(cmd, parts)
	return cmd
}

// runCheck applies the rules. A file that cannot be read does not hide what was found in the others; a fault on the
// command line does.
func runCheck(env Env, in *input.Input) error {
	if asked := in.Asked.Check; asked.ConnectionsPerEnv.Known() != asked.MaxConnections.Known() && !in.Flawed() {
		in.Fault("--%s and --%s belong together; expected both, or none",
			setting.ConnectionsFlag, setting.MaxConnectionsFlag)
	}
	wrong := in.Err(nil)
	if in.Faults().OnCommandLine() {
		return wrong
	}
	echoCheck(in)
	holds, undecided := judgeSettings(in)
	options := in.Check
	options.Question, options.Connecting, options.KnowsZone = in.Asked.Check, in.Function, setting.KnowsZone
	options.FailOn, options.Failed, options.Incomplete = in.Gate.Levels(), len(holds) > 0, wrong != nil
	result := check.Run(in.Account, options)
	switch {
	case wrong == nil && undecided != nil && result.Counts.Error == 0:
		return undecided
	case wrong == nil && result.Verdict == check.Fails:
		reasons := append(failing(options, result), gate.Texts(holds, gate.Holding.String)...)
		wrong = &exit.Error{Code: exit.Failed, Message: "check fails: " + strings.Join(reasons, ", ")}
	}
	report := format.Check(document.NewCheck(in.Echo, result)).Failed(gate.Texts(holds, gate.Holding.Said))
	return write(env, in, report, wrong)
}

// echoCheck adds to the inputs what the check was asked, and what is wrong with each of its files. If no file describes
// a function, and it is not unknown whether one does, each that can be read is noted.
func echoCheck(in *input.Input) {
	in.Echo.Check = &document.InputCheck{Question: in.Asked.Check, Origin: in.Origin(document.InputCheck{})}
	messages := map[string][]string{}
	for file, line := range in.Faults().Lines() {
		messages[file] = append(messages[file], line)
	}
	for i := range in.Echo.Files {
		if file := &in.Echo.Files[i]; messages[file.Name] != nil {
			file.Problem = calc.Some(strings.Join(messages[file.Name], "\n"))
		}
	}
	if a := &in.Account; len(a.Functions)+len(a.Unowned)+len(a.Unknown)+len(in.Check.Empty) > 0 {
		return
	}
	for _, file := range in.Echo.Files {
		if !file.Problem.Known() {
			in.Check.Empty = append(in.Check.Empty, file.Name)
		}
	}
}

// judgeSettings says which conditions of --fail-on hold, and whether AWS refuses the settings if that is one. It
// returns an error if a condition cannot be decided.
func judgeSettings(in *input.Input) (holds []gate.Holding, undecided error) {
	capacity := in.Account.Capacity()
	holds = in.Gate.JudgeLevels(gate.Answer{Accounts: []calc.AccountResult{capacity.Result()}})
	if !in.Gate.Conditional() {
		return holds, nil
	}
	split, err := calc.Spill(capacity, calc.SpillOptions{Chance: true, Cost: in.Cost()})
	if err != nil {
		message := fmt.Sprintf("--%s: the conditions cannot be decided, since the settings are not valid: %v",
			setting.FailOnFlag, err)
		return nil, &exit.Error{Code: exit.Usage, Message: message}
	}
	conditions, err := in.Gate.Judge(gate.Of(in.Account.Region, split))
	return append(conditions, holds...), err
}

// failing counts the findings that make the check fail, by level.
func failing(options check.Options, r check.Result) (counts []string) {
	for _, level := range rule.Levels() {
		if n := r.Counts.Of(level); n > 0 && options.Fails(level) {
			counts = append(counts, quantity.FormatCountOf(n, level.Noun()))
		}
	}
	return counts
}

// listRules prints the rules that a check looks for.
func listRules(env Env, in *input.Input) error {
	legal := format.Names(format.None)
	for _, out := range in.Outputs {
		if !slices.Contains(legal, out.Format) {
			in.Fault("--%s: %q is for findings; expected %s", setting.OutputFlag, out.Format, strings.Join(legal, ", "))
		}
	}
	if err := in.Err(nil); err != nil {
		return err
	}
	return write(env, in, format.Rules(document.NewRules(check.Numbered())), nil)
}
