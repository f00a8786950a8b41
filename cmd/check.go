package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/format"
)

func newCheck(env Env, flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check FILE... [flags]",
		Short: "Tell whether AWS accepts the settings, and whether they carry the load",
		Long: `check reads what teams already hold, and tells before the deployment whether AWS
accepts it: SAM and CloudFormation templates, what the CDK synthesizes, plans and
states of terraform show -json, serverless.yml, answers of the AWS CLI, and
profiles. It tells a file by its content; - is standard input.

Several files make one account: a template, the account's settings, and a profile
with the rates. Functions are the same where their names are. It exits 1 where
there is an error. lambdacap explain LC001 explains a rule.`,
		Example: `  lambdacap check template.yaml
  lambdacap check template.yaml account-settings.json rates.yaml --param Stage=prod
  terraform show -json plan.out | lambdacap check - --fail-on warning
  lambdacap check template.yaml -o sarif=lambdacap.sarif -o table
  lambdacap check --list-rules`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if list, _ := cmd.Flags().GetBool(flagRules); list {
				return listRules(cmd, env, args)
			}
			in := readInput(cmd, env, args...)
			if len(args) == 0 && len(in.account.Functions) == 0 && len(in.faults) == 0 {
				return &exitError{code: exitUsage, message: "there is no file to check; legal: lambdacap check FILE..., - for standard input",
					hint: "see lambdacap check --help"}
			}
			return in.runCheck(env)
		},
	}
	useFlags(cmd, flags)
	return cmd
}

// runCheck applies the rules. A file that cannot be read does not hide what was
// found in the others; what is wrong on the command line does.
func (in *input) runCheck(env Env) error {
	if in.checking.ConnectionsPerEnv.Known() != in.checking.MaxConnections.Known() && len(in.flawed) == 0 {
		in.fault("--%s and --%s belong together; legal: both, or none", "connections-per-env", "max-connections")
	}
	in.echo.Check = in.echoCheck()
	if in.only.given() {
		in.checking.Connecting = calc.Some(in.only.value)
	}
	wrong := in.problem(nil)
	if slices.ContainsFunc(in.faults, func(f fault) bool { return !f.place.Known() }) {
		return wrong
	}
	in.echoProblems()
	if len(in.account.Functions)+len(in.checking.Empty) == 0 { // only accounts: there is nothing to check
		for _, file := range in.echo.Files {
			if !file.Problem.Known() {
				in.checking.Empty = append(in.checking.Empty, file.Name)
			}
		}
	}
	holds, undecided := in.holding()
	in.checking.FailOn, in.checking.Failed, in.checking.Incomplete = in.levels, len(holds) > 0, wrong != nil
	result := check.Run(in.account, in.checking)
	switch {
	case wrong == nil && undecided != nil && result.Counts.Error == 0:
		return undecided
	case wrong == nil && result.Verdict == check.Fails:
		wrong = &exitError{code: exitFailed, message: "check fails: " + strings.Join(append(in.failing(result), holds...), ", ")}
	}
	return in.write(env, format.Check(in.echo, result, env.release()), wrong)
}

// echoProblems tells what is wrong with each file.
func (in *input) echoProblems() {
	messages := map[string][]string{}
	for _, f := range in.faults[:min(len(in.faults), shownFaults)] {
		messages[f.place.File] = append(messages[f.place.File], f.message)
	}
	for i := range in.echo.Files {
		if file := &in.echo.Files[i]; messages[file.Name] != nil {
			file.Problem = calc.Some(strings.Join(messages[file.Name], "\n"))
		}
	}
}

// echoCheck is what only checks take.
func (in *input) echoCheck() *format.InputCheck {
	o, texts := in.checking, in.accountTexts
	echo := &format.InputCheck{
		HeadroomRatio: o.Headroom, TargetSpilloverRatio: o.TargetSpillover, TargetThrottleRatio: o.TargetThrottle,
		DuringDeploy: o.DuringDeploy, ConnectionsPerEnv: o.ConnectionsPerEnv, MaxConnections: o.MaxConnections, Skip: slices.Clone(o.Skip),
		Origin: format.CheckOrigin{
			HeadroomRatio:        texts[calc.FieldHeadroom].from(),
			TargetSpilloverRatio: texts[calc.FieldTargetSpillover].from(),
			TargetThrottleRatio:  texts[calc.FieldTargetThrottle].from(),
			DuringDeploy:         texts[calc.FieldDuringDeploy].from(),
			ConnectionsPerEnv:    texts[calc.FieldConnections].from(),
			MaxConnections:       texts[calc.FieldMaxConnections].from(),
			Skip:                 in.skip.from(),
		},
	}
	if echo.Skip == nil {
		echo.Skip = []check.RuleID{}
	}
	return echo
}

// failing counts the findings that fail.
func (in *input) failing(r check.Result) (counts []string) {
	for _, level := range check.Levels() {
		if n := r.Counts.Of(level); n > 0 && in.checking.Fails(level) {
			counts = append(counts, format.Count(n, format.LevelWord(level)))
		}
	}
	return counts
}

// holding tells which conditions of --fail-on hold. The error says that one
// cannot be decided.
func (in *input) holding() (holds []string, undecided error) {
	if len(in.conditions) == 0 {
		return nil, nil
	}
	split, err := calc.Spill(in.account, calc.SpillOptions{Chance: true, Cost: in.plan.Cost})
	if err != nil {
		return nil, &exitError{code: exitUsage, message: fmt.Sprintf("--%s: the conditions cannot be decided, since the settings are not valid: %v", flagFailOn, err)}
	}
	costs := accountMeasures{costs: []calc.Optional[calc.AccountCost]{split.Account.Cost}, missing: lacking(in.account.Region, split.Findings)}
	return judge(in.conditions, split.Functions, costs)
}

// failLevels are the levels that --fail-on takes.
func failLevels(command string) []calc.Level {
	if command == "check" {
		return check.Levels()
	}
	return []calc.Level{calc.LevelUnknown}
}

// readSkipped reads the rules that are left out.
func (in *input) readSkipped(t text) {
	in.skip = t
	if !t.given() {
		return
	}
	for id := range strings.SplitSeq(t.value, ",") {
		if problem := ruleProblem(strings.TrimSpace(id)); problem != "" {
			in.fault("%s: %s", t.name, problem)
			continue
		}
		in.checking.Skip = append(in.checking.Skip, check.RuleID(strings.TrimSpace(id)))
	}
}

// listRules prints the rules.
func listRules(cmd *cobra.Command, env Env, args []string) error {
	if err := noArgs(cmd, args); err != nil {
		return err
	}
	in := readInput(cmd, env)
	for _, out := range in.outputs {
		if slices.Contains(reportValues, out.Format) {
			in.fault("--%s: %q is for findings; legal: %s", flagOutput, out.Format, strings.Join(outputValues, ", "))
		}
	}
	if err := in.problem(nil); err != nil {
		return err
	}
	return in.write(env, format.Rules(check.Rules()), nil)
}
