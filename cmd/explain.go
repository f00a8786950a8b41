package cmd

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/glossary"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/document"
)

func newExplain(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "explain [NAME]",
		Short: "Explain a finding, a rule, an AWS throttle reason or a word",
		Long: `explain says what a finding or a rule means and what to do about it, why AWS
throttled a request (the Reason in its error), and what a word of lambdacap is
called in AWS. Without a name it lists everything that it explains. Case does
not matter.`,
		Example: `  lambdacap explain rate-bound
  lambdacap explain LC001
  lambdacap explain ReservedFunctionInvocationRateLimitExceeded
  lambdacap explain cold start`,
		ValidArgsFunction: completeTopics,
		RunE: func(cmd *cobra.Command, args []string) error {
			in := input.Read(cmd.Flags(), 0, env.world())
			report, err := explanation(strings.Join(args, " "))
			if err != nil {
				in.Fault("%v", err)
			}
			if err := in.Err(nil); err != nil {
				return err
			}
			return write(env, in, report, nil)
		},
	}
	setting.AddFlag(cmd, 0, setting.OutputFlag)
	setting.AddFlag(cmd, 0, setting.ColorFlag)
	return cmd
}

// explanation returns the report about what a name names; an empty name lists everything that has one.
func explanation(name string) (format.Report, error) {
	if name == "" {
		return format.Glossary(document.NewGlossary(glossary.Terms(), check.Rules())), nil
	}
	if r, ok := rule.Find(check.Rules(), rule.ID(name)); ok {
		return format.Explanation(document.NewRules([]rule.Rule{r})), nil
	}
	if t, ok := glossary.Find(name); ok {
		return format.Glossary(document.NewGlossary([]glossary.Term{t}, nil)), nil
	}
	var names []string
	for _, r := range check.Rules() {
		for _, id := range r.IDs() {
			names = append(names, string(id))
		}
	}
	for _, t := range glossary.Terms() {
		names = append(names, t.Words()...)
	}
	words := strings.Fields(name)
	known := slices.IndexFunc(words, func(word string) bool { _, ok := glossary.Find(word); return ok })
	hint := "expected a name that lambdacap explain lists"
	if known >= 0 {
		hint = "did you mean " + words[known] + "?"
	}
	hint = suggest.Or(name, names, hint)
	if strings.HasPrefix(strings.ToUpper(name), "LC") {
		hint = cmp.Or(setting.NumberHint(name), hint)
	}
	return format.Report{}, fmt.Errorf("nothing to explain is called %q; %s", name, hint)
}

// completeTopics offers everything that can be explained. Words that belong together are joined by hyphens, so that
// each is one argument.
func completeTopics(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var names []cobra.Completion
	if len(args) > 0 {
		return names, cobra.ShellCompDirectiveNoFileComp
	}
	for _, r := range check.Rules() {
		for _, id := range r.IDs() {
			names = append(names, cobra.CompletionWithDesc(string(id), r.Name))
		}
	}
	for _, t := range glossary.Terms() {
		names = append(names, cobra.CompletionWithDesc(strings.ReplaceAll(t.Name, " ", "-"), t.Meaning))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
