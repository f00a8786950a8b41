package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
	"github.com/lambdacap/lambdacap/format/safe"
)

// NewRoot returns the whole command tree.
func NewRoot(env Env) *cobra.Command {
	root := newRoot(env)
	for _, c := range commands() {
		root.AddCommand(c.make(env))
	}
	root.AddCommand(newTopics()...)
	root.SetHelpCommand(newHelp(root))
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		setting.Complete(cmd, completeFunctions)
		// This is completion. With an unknown argument, cobra would print help and exit with 0.
		if cmd.HasSubCommands() && !cmd.Runnable() {
			cmd.Args, cmd.RunE = noSubcommand, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
	return root
}

// newRoot returns the root of the tree, without any command.
func newRoot(env Env) *cobra.Command {
	root := &cobra.Command{
		Use:   "lambdacap",
		Short: "Capacity calculator for AWS Lambda",
		Long: `lambdacap calculates how much traffic an AWS Lambda concurrency setting can
handle, what happens to the excess, and what to set instead. It needs no network
and no AWS account.`,
		Example: `  lambdacap plan --provisioned 100 --rps 1500
  lambdacap plan --rps 90k/min --duration 240ms --memory 1GB --region us-east-1
  lambdacap check template.yaml`,
		Args: noSubcommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			// cobra's own --version needs the text before anybody asks for it.
			if asked, _ := cmd.Flags().GetBool("version"); asked {
				version, _ := env.version()
				_, err := fmt.Fprintf(env.Out, "lambdacap %s\n", version)
				return err
			}
			return cmd.Help()
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return input.RejectRepeated(cmd.Flags()) },

		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.Flags().BoolP("version", "v", false, "print the version")
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	root.SetUsageFunc(func(cmd *cobra.Command) error { return usage(cmd, env.allFlags) })
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return flagError(cmd, err, env) })
	return root
}

// A command is one of the tree, with what makes it.
type command struct {
	name string
	make func(Env) *cobra.Command
}

// commands lists the commands, in the order of help.
func commands() []command {
	return []command{
		{"plan", newPlan}, {"spillover", newSpillover}, {"limits", newLimits}, {"compare", newCompare},
		{"ramp", newRamp}, {"drain", newDrain}, {"replay", newReplay},
		{"check", newCheck}, {"init", newInit}, {"collect", newCollect}, {"explain", newExplain}, {"version", newVersion},
	}
}

// rootOf returns the part of the command tree that a command line needs. To make the flags of the other commands would
// take a good part of a short run.
func rootOf(args []string, env Env) *cobra.Command {
	for _, c := range commands() {
		if len(args) > 0 && args[0] == c.name {
			root := newRoot(env)
			root.CompletionOptions.DisableDefaultCmd = true
			root.AddCommand(c.make(env))
			return root
		}
	}
	return NewRoot(env)
}

// fileOrFlag rejects a flag that is also the name of a file. Whoever lists the files of a folder, as a shell does for
// *, would have the name of a file obeyed: -ojson=template.yaml overwrites another one.
func fileOrFlag(args []string) error {
	for _, arg := range args {
		if arg == "--" {
			return nil
		}
		if !strings.HasPrefix(arg, "-") || arg == "-" {
			continue
		}
		if _, err := os.Lstat(arg); err == nil {
			message := fmt.Sprintf("%q is a flag, and the name of a file; expected %q for the file", arg, "./"+arg)
			return &exit.Error{Code: exit.Usage, Message: message, Hint: "files stand behind -- or begin with ./"}
		}
	}
	return nil
}

// noSubcommand rejects arguments of a command that has subcommands, and suggests the subcommand that was probably
// meant.
func noSubcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
	}
	otherwise := "see " + cmd.CommandPath() + " --help"
	if info, err := os.Stat(args[0]); err == nil && info.Mode().IsRegular() && !cmd.HasParent() {
		otherwise = "a command comes first, as in lambdacap plan " + args[0]
	}
	if !cmd.HasParent() {
		otherwise = cmp.Or(guessedCommand(args[0]), otherwise)
	}
	return &exit.Error{
		Code:    exit.Usage,
		Message: fmt.Sprintf("unknown command %q for %q", args[0], cmd.CommandPath()),
		Hint:    suggest.Or(args[0], names, otherwise),
	}
}

// flagError explains a flag that cannot be parsed, and suggests the flag that was probably meant. Without a command, an
// unknown flag only means that the command is missing or unknown.
func flagError(cmd *cobra.Command, err error, env Env) error {
	fail := &exit.Error{Code: exit.Usage, Message: safe.Text(err.Error()), Hint: "see " + cmd.CommandPath() + " --help"}
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return fail
	}
	if !cmd.HasParent() {
		if args := cmd.Flags().Args(); len(args) > 0 {
			return noSubcommand(cmd, args)
		}
		fail.Hint = "a command comes first, as in lambdacap plan --rps 1500"
		return fail
	}
	var names []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	typed := unknown.GetSpecifiedName()
	if shorts := unknown.GetSpecifiedShortnames(); shorts != "" { // -rps
		typed = shorts
	}
	if hint := guessed(cmd, typed); hint != "" {
		fail.Hint = hint
	} else if others := commandsWith(typed, env); len(others) > 0 && cmd.Flags().Lookup(typed) == nil {
		have := " has it"
		if len(others) > 1 {
			have = " have it"
		}
		fail.Hint = "only lambdacap " + suggest.All(others) + have
		if s, ok := setting.Named(typed); ok && s.Group == setting.Account {
			fail.Hint += fmt.Sprintf("; %s sets a default for all of them", setting.Variable(typed))
		}
	} else if name := suggest.Nearest(typed, names); name != "" {
		fail.Hint = "did you mean --" + name + "?"
	}
	return fail
}

// commandsWith lists the commands that have a flag.
func commandsWith(flag string, env Env) (names []string) {
	for _, c := range commands() {
		if c.make(env).Flags().Lookup(flag) != nil {
			names = append(names, c.name)
		}
	}
	return names
}

// noArgs rejects arguments of a command that only takes flags.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return &exit.Error{
		Code:    exit.Usage,
		Message: fmt.Sprintf("unexpected argument %q: %s takes flags only", args[0], cmd.CommandPath()),
		Hint:    "see " + cmd.CommandPath() + " --help",
	}
}
