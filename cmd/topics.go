package cmd

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/configs"
)

// newTopics returns the help topics.
func newTopics() []*cobra.Command {
	return []*cobra.Command{
		newProfileTopic(),
		{
			Use:   "environment",
			Short: "The variables that stand for flags",
			Long: `Every flag of limits, spillover and plan has a variable: LAMBDACAP_ and the name
of the flag in capitals, with _ for -.

  LAMBDACAP_RPS=1500 lambdacap plan --provisioned 100
  LAMBDACAP_OUTPUT=json
  LAMBDACAP_FAIL_ON='throttled>0,headroom<20%'

A flag takes precedence over its variable, a variable over the profile, and the
profile over the default. An empty variable counts as unset. -o json shows where
each value came from.

NO_COLOR, if not empty, and TERM=dumb turn colour off, unless --color says
otherwise.`,
		},
		{
			Use:   "exit-codes",
			Short: "What the exit codes mean",
			Long: `The exit code is the same for every output format.

  0  an answer was computed and written in full; help; version
  1  a --fail-on condition holds; the answer is on standard output in full
  2  wrong usage, or an input that cannot be read or is not valid
  3  anything else: a failed write, a fault of the program

Findings do not change the exit code. A condition that cannot be decided, such
as utilization>80% without a duration, is wrong usage and not a pass.`,
		},
	}
}

// newProfileTopic explains profiles by the examples that come with the
// program.
func newProfileTopic() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "profile",
		Short: "The keys of a profile, with examples",
		Long: `A profile is a YAML file that describes an account and its functions:

  lambdacap plan --profile account.yaml
  lambdacap plan --profile -             # from standard input

The keys of account are concurrency, unreserved_floor, region and keep_alive.
Those of a function are its name and the function flags with _ for -, such as
average_rps. headroom, target_spillover, target_throttle, max_duration_at and
sweep stand at the top. Values are spelled like the flags'.

Flags and LAMBDACAP_ variables take precedence over the profile. Where it has
several functions, --function NAME says which one they describe.`,
	}
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		out := cmd.OutOrStdout()
		fmt.Fprintln(out, cmd.Long)
		for _, name := range []string{"api.yaml", "account.yaml"} {
			example, err := fs.ReadFile(configs.Examples(), name)
			if err != nil {
				panic(err) // the file is part of the binary
			}
			fmt.Fprintf(out, "\n%s:\n\n", name)
			for line := range strings.Lines(string(example)) {
				fmt.Fprint(out, "  "+line)
			}
		}
	})
	return cmd
}
