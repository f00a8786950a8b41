package cmd

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/configs"
)

// newProfileTopic explains profiles by the examples that come with the
// program.
func newProfileTopic() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "profile",
		Short: "The keys of a profile, with examples",
		Long: `A profile is a YAML file that describes an account and its functions:

  lambdacap plan --profile account.yaml
  lambdacap plan --profile -             # from standard input

Its keys are the flags with _ for -, its values are spelled like the flags'.
Flags and LAMBDACAP_ variables go before the profile. Where it has several
functions, --function NAME says which one they describe.`,
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
