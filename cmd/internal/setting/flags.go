package setting

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/ramp"
)

// AddFlags gives a command the flags of the parts that it does. Every value is kept as text: reading it comes later, so
// that all faults are found at once.
func AddFlags(cmd *cobra.Command, parts Part) {
	cmd.Flags().SortFlags = false
	flags := make([]flag, len(All())) // to make each on its own would take a part of a short run
	for i, s := range All() {
		if s.takes(parts) {
			s.addFlag(&flags[i], cmd, parts)
		}
	}
}

// AddFlag gives a command a single flag. parts say what help says about it.
func AddFlag(cmd *cobra.Command, parts Part, name string) {
	if s, ok := Named(name); ok {
		s.addFlag(&flag{}, cmd, parts)
	}
}

// AddList is AddFlag for a flag of which the command takes several values, repeated or separated by commas.
func AddList(cmd *cobra.Command, parts Part, name string) {
	if s, ok := Named(name); ok {
		list := *s
		list.Repeat = ByComma
		list.addFlag(&flag{}, cmd, parts)
	}
}

// A flag is a flag of a command with its value.
type flag struct {
	pflag.Flag
	value flagValue
}

// addFlag makes the flag of the setting, and gives it to a command.
func (s *Setting) addFlag(f *flag, cmd *cobra.Command, parts Part) {
	f.value = flagValue{setting: s, parts: parts}
	f.Flag = pflag.Flag{Name: s.Flag, Shorthand: s.Short, Usage: s.UsageIn(parts), Value: &f.value}
	if s.Value == "" {
		f.DefValue, f.NoOptDefVal = "false", "true"
	} else if s.Switch {
		f.NoOptDefVal = "true"
	}
	cmd.Flags().AddFlag(&f.Flag)
}

// IsCommon reports whether people use a flag of a command most.
func IsCommon(f *pflag.Flag) bool {
	v, ok := f.Value.(*flagValue)
	return ok && v.setting.Common && (v.setting.CommonTo == 0 || v.setting.CommonTo.Has(v.parts))
}

// Complete lets the shell complete the values of the flags of a command. functions completes the names of functions.
func Complete(cmd *cobra.Command, functions cobra.CompletionFunc) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if v, ok := f.Value.(*flagValue); ok {
			// It fails only for a flag that does not exist, or has a completion.
			_ = cmd.RegisterFlagCompletionFunc(f.Name, v.completion(functions))
		}
	})
}

// completion offers values to the shell.
func (f *flagValue) completion(functions cobra.CompletionFunc) cobra.CompletionFunc {
	s := f.setting
	if s.Flag == FunctionFlag {
		return functions
	}
	values, how := s.Values, cobra.ShellCompDirectiveNoFileComp
	switch {
	case s.Extensions != nil && s.Extensions[0] == "":
		how = cobra.ShellCompDirectiveDefault
	case s.Extensions != nil:
		values, how = s.Extensions, cobra.ShellCompDirectiveFilterFileExt
	}
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if s.Complete != nil {
			return s.Complete(f.parts), how
		}
		return values, how
	}
}

// A flagValue is the value of a flag, which is kept as text.
type flagValue struct {
	list    []string
	given   []string // every text that it was set to
	setting *Setting
	parts   Part // what the command does
}

// Set sets or adds a value. A flag that may not be repeated keeps the last one.
func (f *flagValue) Set(text string) error {
	if f.isBool() {
		on, err := strconv.ParseBool(text)
		if err != nil {
			return errors.New("must be true or false")
		}
		text = strconv.FormatBool(on)
	}
	f.given = append(f.given, text)
	switch f.setting.Repeat {
	case Once:
		f.list = []string{text}
	case ByLine:
		f.list = append(f.list, text)
	case ByComma:
		f.list = append(f.list, strings.Split(text, ",")...)
	}
	return nil
}

// isBool reports whether the flag has no value: to give it means true.
func (f *flagValue) isBool() bool { return f.setting.Value == "" }

// String returns all values as one text.
func (f *flagValue) String() string {
	if f.isBool() && f.list == nil {
		return "false"
	}
	return strings.Join(f.list, ",")
}

// Type returns what help calls the value.
func (f *flagValue) Type() string {
	if f.isBool() {
		return "bool"
	}
	return f.setting.Value
}

// FromFlag returns the value of a flag, which was given on the command line.
func (s *Setting) FromFlag(flag *pflag.Flag) Value {
	v := Value{Origin: Flag, Path: "--" + flag.Name, Key: s.Key}
	f, ok := flag.Value.(*flagValue)
	if !ok {
		return s.of(v, s.Repeat, []string{flag.Value.String()})
	}
	return s.of(v, f.setting.Repeat, f.list)
}

// FromVariable returns the value of a variable.
func (s *Setting) FromVariable(text string) Value {
	return s.of(Value{Origin: Environment, Path: Variable(s.Flag), Key: s.Key}, s.Repeat, s.Split(text))
}

// of gives a value its texts: a list if it may be repeated.
func (s *Setting) of(v Value, repeat Repeat, texts []string) Value {
	if repeat != Once {
		return v.withItems(texts)
	}
	return s.WithText(v, texts[0])
}

// Texts returns the texts of a flag: one, or those of a flag that may be repeated.
func Texts(flag *pflag.Flag) []string {
	if f, ok := flag.Value.(*flagValue); ok {
		return slices.Clone(f.list)
	}
	return []string{flag.Value.String()}
}

// Replace gives a flag of a setting other texts.
func Replace(flag *pflag.Flag, texts ...string) {
	if f, ok := flag.Value.(*flagValue); ok {
		f.list, flag.Changed = texts, true
	}
}

// Repeated returns the values of a flag that may be given only once and is given several times with different values;
// otherwise nil.
func (s *Setting) Repeated(flag *pflag.Flag) []string {
	f, ok := flag.Value.(*flagValue)
	if !ok || f.isBool() || f.setting.Repeat != Once || len(slices.Compact(slices.Clone(f.given))) < 2 {
		return nil
	}
	return f.given
}

// IsList reports whether a text that the setting does not take is a list of values that it takes.
func (s *Setting) IsList(v Value) bool {
	parts := strings.Split(v.Text, ",")
	if s.List != nil || s.isOpen() || len(parts) == 1 || strings.Contains(v.Text, "=") { // a value may be of KEY=VALUE
		return false
	}
	scratch := Target{
		Account: &calc.Account{}, Function: &calc.Function{}, Load: &ramp.Load{}, Scaling: &Scaling{}, Asked: &Asked{},
	}
	return !slices.ContainsFunc(parts, func(part string) bool {
		v.Text = part
		return len(s.Reader.Read(scratch, v)) > 0
	})
}

// Compare returns the command line that compares several values of a flag.
func Compare(flag, values string) string { return "lambdacap compare --" + flag + " " + values }
