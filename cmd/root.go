package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// NewRoot returns the whole command tree.
func NewRoot(env Env) *cobra.Command {
	version, _ := versionOf(env.Build)
	root := &cobra.Command{
		Use:     "lambdacap",
		Version: version,
		Short:   "Capacity calculator for AWS Lambda",
		Long: `lambdacap tells what an AWS Lambda concurrency setting can carry: which limit
binds, what spills over from provisioned to on-demand concurrency, what is
throttled or queued, and what to set instead. It needs no network and no
account.`,
		Example: `  lambdacap plan --provisioned 100 --rps 1500
  lambdacap limits
  lambdacap spillover --rps 7128 --duration 57ms --provisioned 500`,
		Args:          noSubcommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	root.SetUsageFunc(usage)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &exitError{code: exitUsage, message: err.Error(), hint: "see " + cmd.CommandPath() + " --help"}
	})
	flags := newFlags()
	plan := newPlan(env, flags)
	completeFlags(plan)
	root.AddCommand(newLimits(env, flags), newSpillover(env, flags), plan, newVersion(env), newProfileTopic())
	root.SetHelpCommand(newHelp(root))
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.Args, cmd.RunE = noSubcommand, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
	return root
}

// noSubcommand refuses arguments of a command that has subcommands, naming the
// subcommand that was probably meant.
func noSubcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "see " + cmd.CommandPath() + " --help"
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return &exitError{code: exitUsage, message: fmt.Sprintf("unknown command %q for %q", args[0], cmd.CommandPath()), hint: hint}
}

// noArgs refuses arguments of a command that takes flags only.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return &exitError{
		code:    exitUsage,
		message: fmt.Sprintf("unexpected argument %q: %s takes flags only", args[0], cmd.CommandPath()),
		hint:    "see " + cmd.CommandPath() + " --help",
	}
}

// newHelp replaces cobra's help command, which answers an unknown topic with
// exit code 0.
func newHelp(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "Help about any command or topic",
		Example: `  lambdacap help plan
  lambdacap help profile`,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			found, _, err := root.Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var names []cobra.Completion
			for _, sub := range found.Commands() {
				names = append(names, cobra.CompletionWithDesc(sub.Name(), sub.Short))
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			found, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return &exitError{code: exitUsage, message: fmt.Sprintf("unknown help topic %q", strings.Join(args, " ")),
					hint: "see lambdacap --help"}
			}
			found.InitDefaultHelpFlag()
			found.InitDefaultVersionFlag()
			return found.Help()
		},
	}
}

// usage prints how a command is used: what people look for first is first. It
// is a function and not a template, because text/template would keep every
// method of the program in the binary, a third of its size.
func usage(cmd *cobra.Command) error {
	var b strings.Builder
	title := func(text string) { fmt.Fprintf(&b, "\n%s:\n", text) }
	list := func(text string, keep func(*cobra.Command) bool) {
		titled := false
		for _, sub := range cmd.Commands() {
			if keep(sub) {
				if !titled {
					title(text)
					titled = true
				}
				fmt.Fprintf(&b, "  %-*s %s\n", sub.NamePadding(), sub.Name(), sub.Short)
			}
		}
	}

	fmt.Fprintf(&b, "Usage:\n  %s\n", cmd.UseLine())
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s [command]\n", cmd.CommandPath())
	}
	if cmd.HasExample() {
		title("Examples")
		fmt.Fprintln(&b, cmd.Example)
	}
	list("Commands", func(c *cobra.Command) bool { return c.IsAvailableCommand() || c.Name() == "help" })
	if cmd.HasAvailableLocalFlags() {
		title("Flags")
		const bracket = "[=true|false]" // of switches, noise to most readers
		b.WriteString(strings.ReplaceAll(cmd.LocalFlags().FlagUsagesWrapped(80), bracket, strings.Repeat(" ", len(bracket))))
	}
	list("Topics", (*cobra.Command).IsAdditionalHelpTopicCommand)
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\nUse %q for more about a command.\n", cmd.CommandPath()+" [command] --help")
	}
	_, err := fmt.Fprint(cmd.OutOrStdout(), b.String())
	return err
}
