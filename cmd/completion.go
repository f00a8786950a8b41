package cmd

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// completeFunctions offers the names of the functions in the profiles that the command line names, or else in the one
// of the current folder.
func completeFunctions(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	paths := args
	if flag := cmd.Flag(setting.ProfileFlag); flag != nil && flag.Value.String() != "" {
		paths = append(slices.Clone(args), flag.Value.String())
	}
	if len(paths) == 0 {
		paths = []string{input.OwnProfile}
	}
	var names []cobra.Completion
	for _, path := range paths {
		if path == "-" {
			continue
		}
		profile, _ := input.ReadProfile(path, input.World{})
		for _, f := range profile.Functions {
			if name := f.Values.Of(setting.NameKey); name.Given() && calc.CheckName(name.Text) == nil {
				names = append(names, name.Text)
			}
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
