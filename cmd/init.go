package cmd

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/calc/advice"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/output"
	"github.com/lambdacap/lambdacap/cmd/internal/profile"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/safe"
)

func newInit(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init [FILE...] [flags]",
		Short: "Write a profile to fill in, from the files you already have",
		Long: `init writes a profile with the functions in templates, Terraform plans,
serverless.yml, AWS CLI answers and other profiles: their names, memory and
concurrency, each with the file and line it comes from. Files do not say how
often a function is called or how long it runs, so those lines are left for you
to fill in. Several files make one account, as in check; a folder stands for the
files in it. Without a file, init writes an example.`,
		Example: `  lambdacap init template.yaml -w lambdacap.yaml
  lambdacap init template.yaml account-settings.json --param Stage=prod
  terraform show -json plan.out | lambdacap init - --region eu-west-1
  lambdacap init . --write lambdacap.yaml --force
  lambdacap init`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runInit(env, input.Read(cmd.Flags(), setting.Judges|setting.Drafts, env.world(), args...))
		},
	}
	cmd.Flags().SortFlags = false
	for _, key := range setting.Keys(setting.Account) {
		setting.AddFlag(cmd, 0, setting.ByKey(key).Flag)
	}
	for _, flag := range []string{
		setting.WriteFlag, setting.ForceFlag, setting.FromFlag, setting.ParamFlag, setting.VarFileFlag,
		setting.ConfigEnvFlag, setting.FormatFlag, setting.FunctionFlag,
	} {
		setting.AddFlag(cmd, 0, flag)
	}
	return cmd
}

// runInit writes the profile. It writes nothing if a file cannot be read.
func runInit(env Env, in *input.Input) error {
	draft := in.Draft()
	if err := in.Err(nil); err != nil {
		return err
	}
	target := in.Outputs[0]
	name := input.OwnProfile
	if !target.IsPrinted() {
		name = target.Path
	}
	var names []string
	for _, file := range in.Echo.Files {
		names = append(names, file.Name)
	}
	draft.Head = introduce(draft, name, names, in.Echo.Defaults())
	if err := output.Write(env.Out, written(draft.Text()), in.Outputs, env.Parts); err != nil || target.IsPrinted() {
		return err
	}
	_, err := fmt.Fprintf(env.Out, "%s\n", summary(draft, name))
	return err
}

// written is a text that is written as it is.
type written []byte

// Write writes the text.
func (t written) Write(w io.Writer, _ format.Options) error {
	_, err := w.Write(t)
	return err
}

// introduce says what a profile in a file comes from, what that assumes, and what to do with it.
func introduce(d profile.Draft, name string, from []string, defaults string) (head []string) {
	run := "  " + advice.Option("lambdacap plan", name)
	if len(from) == 0 {
		return []string{
			"A profile for lambdacap. Put your own values in place of these, or let",
			"lambdacap init template.yaml write them from the files you already have. Then:",
			"", run,
		}
	}
	head = []string{"A profile for lambdacap, from " + listed(from) + "."}
	if defaults != "" {
		head = append(head, "It assumes "+safe.Text(defaults)+".")
	}
	if len(d.Functions) == 0 {
		return append(head, "It has no functions yet.")
	}
	if len(missing(d)) > 0 {
		head = append(head, "Replace each ? that you know with a value, and remove the # in front. Then:")
	}
	head = append(head, "", run, "")
	return append(head,
		"Values here override those in other files. A profile has no aliases and no",
		"scaling; pass the files as well to include them.")
}

// shownFiles is how many names of files a sentence has.
const shownFiles = 3

// listed lists files by name.
func listed(names []string) string {
	if more := len(names) - shownFiles; more > 0 {
		names = append(slices.Clone(names[:shownFiles]), quantity.FormatCountOf(more, "more file"))
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return names[0]
}

// missing says which values of functions are left to be filled in.
func missing(d profile.Draft) (list []string) {
	for _, key := range []string{setting.RPSKey, "duration"} {
		if n := d.Count(key); n > 0 {
			list = append(list, fmt.Sprintf("%d %s", n, key))
		}
	}
	return list
}

// summary says what was written, and what comes next.
func summary(d profile.Draft, name string) string {
	text := fmt.Sprintf("wrote %s: %s", name, quantity.FormatCountOf(len(d.Functions), "function"))
	if list := missing(d); len(list) > 0 {
		text += "; to fill in: " + strings.Join(list, ", ")
	}
	if len(d.Functions) == 0 {
		return text
	}
	return text + "; then run " + advice.Option("lambdacap plan", name)
}
