package cmd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// NewRoot returns the whole command tree.
func NewRoot(env Env) *cobra.Command {
	root := &cobra.Command{
		Use:   "lambdacap",
		Short: "Capacity calculator for AWS Lambda",
		Long: `lambdacap tells what an AWS Lambda concurrency setting can carry: which limit
binds, what spills over from provisioned to on-demand concurrency, what is
throttled or queued, and what to set instead. It needs no network and no
account.`,
		Example: `  lambdacap plan --provisioned 100 --rps 1500
  lambdacap limits
  lambdacap spillover --rps 7128 --duration 28.5ms --provisioned 500`,
		Args: noSubcommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			// cobra's own --version wants the text before anybody asks.
			if asked, _ := cmd.Flags().GetBool("version"); asked {
				version, _ := env.version()
				_, err := fmt.Fprintf(env.Out, "lambdacap %s\n", version)
				return err
			}
			return cmd.Help()
		},
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.Flags().BoolP("version", "v", false, "print the version")
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	root.SetUsageFunc(usage)
	root.SetFlagErrorFunc(flagError)
	flags := newFlags()
	completeFlags(flags)
	root.AddCommand(newLimits(env, flags), newSpillover(env, flags), newPlan(env, flags), newCheck(env, flags), newExplain(env, flags), newVersion(env))
	root.AddCommand(newTopics()...)
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
	var names []string
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
	}
	return &exitError{
		code:    exitUsage,
		message: fmt.Sprintf("unknown command %q for %q", args[0], cmd.CommandPath()),
		hint:    meant(args[0], names, "see "+cmd.CommandPath()+" --help"),
	}
}

// flagError names the flag that was probably meant. Before a command is known,
// an unknown flag only means that the command is.
func flagError(cmd *cobra.Command, err error) error {
	exit := &exitError{code: exitUsage, message: err.Error(), hint: "see " + cmd.CommandPath() + " --help"}
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return exit
	}
	if !cmd.HasParent() {
		if args := cmd.Flags().Args(); len(args) > 0 {
			return noSubcommand(cmd, args)
		}
		exit.hint = "a command comes first, as in lambdacap plan --rps 1500"
		return exit
	}
	var names []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	typed := unknown.GetSpecifiedName()
	if shorts := unknown.GetSpecifiedShortnames(); shorts != "" { // -rps
		typed = shorts
	}
	for _, s := range settings() {
		if s.flag == typed && !s.of(cmd.Name()) {
			last := len(s.commands) - 1
			only := s.commands[last] + " has it"
			if last > 0 {
				only = strings.Join(s.commands[:last], ", ") + " and " + s.commands[last] + " have it"
			}
			exit.hint = "only lambdacap " + only
			return exit
		}
	}
	if name := nearest(typed, names); name != "" {
		exit.hint = "did you mean --" + name + "?"
	}
	return exit
}

// meant is a hint at the word that was probably meant, or else another hint.
func meant(typed string, known []string, otherwise string) string {
	if name := nearest(typed, known); name != "" {
		return "did you mean " + name + "?"
	}
	return otherwise
}

// nearest returns the known word that is most like a typed one, or nothing. It
// is how cobra finds the command that was meant, for any words.
func nearest(typed string, known []string) string {
	parent := &cobra.Command{}
	for _, name := range known {
		if strings.EqualFold(name, typed) {
			return name
		}
		parent.AddCommand(&cobra.Command{Use: name, Run: func(*cobra.Command, []string) {}})
	}
	for distance := 1; distance <= 2 && typed != ""; distance++ {
		parent.SuggestionsMinimumDistance = distance
		if near := parent.SuggestionsFor(typed); len(near) > 0 {
			return near[0]
		}
	}
	return ""
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
				if !sub.IsAvailableCommand() && !sub.IsAdditionalHelpTopicCommand() {
					continue
				}
				names = append(names, cobra.CompletionWithDesc(sub.Name(), sub.Short))
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			found, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				var names []string
				for _, sub := range root.Commands() {
					names = append(names, sub.Name())
				}
				return &exitError{code: exitUsage, message: fmt.Sprintf("unknown help topic %q", strings.Join(args, " ")),
					hint: meant(args[0], names, "see lambdacap --help")}
			}
			found.InitDefaultHelpFlag()
			return found.Help()
		},
	}
}

// usage prints how a command is used: what people look for first is first.
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
	groups := map[string]*pflag.FlagSet{}
	cmd.LocalFlags().VisitAll(func(flag *pflag.Flag) {
		group := flagGroup(flag.Name)
		if groups[group] == nil {
			groups[group] = pflag.NewFlagSet(group, pflag.ContinueOnError)
			groups[group].SortFlags = false
		}
		groups[group].AddFlag(flag)
	})
	for _, group := range flagGroups() {
		if flags := groups[group]; flags != nil {
			title(group + " flags")
			const bracket = "[=true|false]" // of switches, noise to most readers
			b.WriteString(strings.ReplaceAll(flags.FlagUsagesWrapped(80), bracket, strings.Repeat(" ", len(bracket))))
		}
	}
	list("Topics", (*cobra.Command).IsAdditionalHelpTopicCommand)
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\nUse %q for more about a command.\n", cmd.CommandPath()+" [command] --help")
	}
	_, err := fmt.Fprint(cmd.OutOrStdout(), b.String())
	return err
}
