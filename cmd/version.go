package cmd

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion(env Env) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version and the commit",
		Example: "  lambdacap version",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			version, commit := versionOf(env.Build)
			_, err := fmt.Fprintf(env.Out, "lambdacap %s\ncommit %s\n%s %s/%s\n", version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

// versionOf reads the module version and the commit that the Go tool records.
func versionOf(build *debug.BuildInfo) (version, commit string) {
	version, commit = "(devel)", "unknown"
	if build == nil {
		return version, commit
	}
	if build.Main.Version != "" {
		version = build.Main.Version
	}
	modified := false
	for _, s := range build.Settings {
		switch s.Key {
		case "vcs.revision":
			commit = s.Value
		case "vcs.modified":
			modified = s.Value == "true"
		}
	}
	if modified {
		commit += " (modified)"
	}
	return version, commit
}
