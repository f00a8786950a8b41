package cmd

import (
	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// completeFunctions offers the names of the functions in the profile that the command line names.
func completeFunctions(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	path := cmd.Flag(setting.ProfileFlag).Value.String()
	if path == "" || path == "-" {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []cobra.Completion
	profile, _ := input.ReadProfile(path, input.World{})
	for _, f := range profile.Functions {
		if name := f.Values.Of(setting.NameKey); name.Given() && calc.CheckName(name.Text) == nil {
			names = append(names, name.Text)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
