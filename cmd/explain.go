package cmd

import (
	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/document"
)

func newExplain(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "explain RULE",
		Short: "Explain a rule, or a finding",
		Long: `explain tells when a rule finds something, what happens if you ignore it, what
AWS answers, and where that is written. check names a rule by its number, such
as LC014, the other commands by a word, such as tracking-blind. explain takes
either.`,
		Example: `  lambdacap explain LC001
  lambdacap explain rate-bound
  lambdacap explain LC001 -o json`,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			var ids []cobra.Completion
			if len(args) == 0 {
				for _, r := range check.Rules() {
					for _, id := range r.IDs() {
						ids = append(ids, cobra.CompletionWithDesc(string(id), r.Name))
					}
				}
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &exit.Error{
					Code:    exit.Usage,
					Message: "explain takes the id of one rule; expected LC001, rate-bound and so on",
					Hint:    "see lambdacap check --list-rules",
				}
			}
			in := input.Read(cmd.Flags(), 0, env.world())
			r, err := setting.FindRule(args[0])
			if err != nil {
				in.Fault("%v", err)
			}
			if err := in.Err(nil); err != nil {
				return err
			}
			return write(env, in, format.Explanation(document.NewRules([]rule.Rule{r})), nil)
		},
	}
	setting.AddFlag(cmd, setting.OutputFlag)
	setting.AddFlag(cmd, setting.ColorFlag)
	return cmd
}
