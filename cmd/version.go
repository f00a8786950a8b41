package cmd

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
)

func newVersion(env Env) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version and the commit",
		Example: "  lambdacap version",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			version, commit := env.version()
			_, err := fmt.Fprintf(env.Out, "lambdacap %s\ncommit %s\n%s %s/%s\n",
				version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

// release returns the version without the commit; empty if nothing describes the binary.
func (e Env) release() string {
	if e.Build == nil {
		return ""
	}
	version, _ := e.version()
	return version
}

// version returns the version of the module and the commit, as the Go tool recorded them in the binary.
func (e Env) version() (version, commit string) {
	version, commit = "(devel)", "unknown"
	build, ok := e.Build()
	if !ok {
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
