package cmd

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// newHelp returns a help command in place of cobra's, which exits with 0 for an unknown topic.
func newHelp(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [command] [--all]",
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
				return &exit.Error{
					Code:    exit.Usage,
					Message: fmt.Sprintf("unknown help topic %q", strings.Join(args, " ")),
					Hint:    suggest.Or(args[0], names, cmp.Or(guessedCommand(args[0]), topicsHint())),
				}
			}
			found.InitDefaultHelpFlag()
			return found.Help()
		},
	}
}

// allFlags is what people type to see all flags of a command.
const allFlags = "--help-all"

// asksAll reports whether arguments ask for all flags of a command, and returns them as if they asked for help.
func asksAll(args []string) (rest []string, all bool) {
	end := len(args)
	if i := slices.Index(args, "--"); i >= 0 {
		end = i
	}
	if i := slices.Index(args[:end], allFlags); i >= 0 {
		return slices.Concat(args[:i], []string{"--help"}, args[i+1:]), true
	}
	if i := slices.Index(args[:end], "--all"); i > 0 && args[0] == "help" {
		return slices.Concat(args[:i], args[i+1:]), true
	}
	return args, false
}

// mostFlags is how many flags a command may have for its short help to show all of them.
const mostFlags = 16

// usage prints how a command is used. What people look for first comes first. all says to show all flags, and not only
// those that people use most.
func usage(cmd *cobra.Command, all bool) error {
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
	groups := map[setting.Group]*pflag.FlagSet{}
	count, hidden := 0, 0
	cmd.LocalFlags().VisitAll(func(*pflag.Flag) { count++ })
	all = all || count <= mostFlags
	cmd.LocalFlags().VisitAll(func(flag *pflag.Flag) {
		group := setting.General
		if s, ok := setting.Named(flag.Name); ok {
			if group = s.Group; !all && !setting.IsCommon(flag) {
				hidden++
				return
			}
		}
		if groups[group] == nil {
			groups[group] = pflag.NewFlagSet(string(group), pflag.ContinueOnError)
			groups[group].SortFlags = false
		}
		groups[group].AddFlag(flag)
	})
	for _, group := range setting.Groups() {
		if flags := groups[group]; flags != nil {
			title(string(group) + " flags")
			const bracket = "[=true|false]" // of switches, noise to most readers
			b.WriteString(strings.ReplaceAll(flags.FlagUsagesWrapped(80), bracket, strings.Repeat(" ", len(bracket))))
		}
	}
	if hidden > 0 {
		fmt.Fprintf(&b, "\nUse \"%s %s\" for %d more flags.\n", cmd.CommandPath(), allFlags, hidden)
	}
	list("Topics", (*cobra.Command).IsAdditionalHelpTopicCommand)
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\nUse %q for more about a command.\n", cmd.CommandPath()+" [command] --help")
	}
	_, err := fmt.Fprint(cmd.OutOrStdout(), b.String())
	return err
}

// topicsHint names the topics that help has besides the commands.
func topicsHint() string {
	var names []string
	for _, topic := range newTopics() {
		names = append(names, topic.Name())
	}
	return "the topics are " + suggest.All(names) + "; lambdacap --help lists the commands"
}
