package cmd

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/format"
)

func newExplain(env Env, flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "explain RULE",
		Short: "Explain a rule of check",
		Long: `explain tells when a rule of check finds something, what happens where nobody
minds it, what AWS answers, and where that is written.`,
		Example: `  lambdacap explain LC001
  lambdacap explain LC001 -o json`,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			var ids []cobra.Completion
			for _, rule := range check.Rules() {
				if len(args) == 0 {
					ids = append(ids, cobra.CompletionWithDesc(string(rule.ID), rule.Name))
				}
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &exitError{code: exitUsage, message: "explain takes the id of one rule; legal: LC001 and so on",
					hint: "see lambdacap check --list-rules"}
			}
			in := readInput(cmd, env)
			if problem := ruleProblem(args[0]); problem != "" {
				in.fault("%s", problem)
			}
			if err := in.problem(nil); err != nil {
				return err
			}
			rule, _ := check.Lookup(check.RuleID(args[0]))
			return in.write(env, format.Explain(rule), nil)
		},
	}
	for _, name := range []string{flagOutput, flagColor} {
		cmd.Flags().AddFlag(flags.Lookup(name))
	}
	return cmd
}
