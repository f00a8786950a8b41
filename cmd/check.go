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
		in.fault(0, "--%s and --%s belong together; legal: both, or none", "connections-per-env", "max-connections")
	}
	for i, c := range in.contents {
		if c.Empty() && !in.echo.Files[i].Problem.Known() {
			in.checking.Empty = append(in.checking.Empty, c.File)
		}
	}
	in.echo.Check = in.echoCheck()
	if in.only.given() {
		in.checking.Connecting = calc.Some(in.only.value)
	}
	wrong := in.check(nil)
	in.checking.Incomplete = wrong != nil
	result := check.Run(in.account, in.checking)
	if slices.ContainsFunc(in.faults, func(f fault) bool { return !f.file }) {
		return wrong
	}
	verdict := in.verdict(result)
	if exit, ok := verdict.(*exitError); ok && exit.code == exitUsage && wrong == nil {
		return verdict
	}
	if wrong != nil {
		verdict = wrong
	}
	return in.write(env, format.Check(in.echo, result, env.release()), verdict)
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

// verdict is the error that a check ends with: none, or what failed.
func (in *input) verdict(r check.Result) error {
	var failed []string
	for _, level := range append([]calc.Level{calc.LevelError}, in.levels...) {
		if level == calc.LevelWarning && r.Counts.Error > 0 && len(failed) > 0 && r.Counts.Warning == 0 {
			continue
		}
		if text := format.Count(r.Counts.Of(level), string(level)); r.Counts.Of(level) > 0 && !slices.Contains(failed, text) {
			failed = append(failed, text)
		}
	}
	var conditions error
	if len(in.conditions) > 0 {
		split, err := calc.Spill(in.account, calc.SpillOptions{Chance: true, Cost: in.plan.Cost})
		if err == nil {
			conditions = judge(in.conditions, split.Functions, accountMeasures{costs: []calc.Optional[calc.AccountCost]{split.Account.Cost}, missing: lacking(in.account.Region, split.Findings)})
		} else if r.Counts.Error == 0 {
			conditions = &exitError{code: exitUsage, message: fmt.Sprintf("--%s: the condition cannot be decided: %v", flagFailOn, err)}
		}
	}
	if exit, ok := conditions.(*exitError); ok && exit.code == exitUsage {
		return exit
	} else if ok {
		failed = append(failed, exit.message)
	}
	if len(failed) == 0 {
		return nil
	}
	return &exitError{code: exitFailed, message: "check fails: " + strings.Join(failed, ", ")}
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
			in.fault(0, "%s: %s", t.name, problem)
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
	if err := in.check(nil); err != nil {
		return err
	}
	return in.write(env, format.Rules(check.Rules()), nil)
}
