package setting

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/ramp"
)

// AddFlags gives a command the flags of the parts that it does. Every value is kept as text: reading it comes later, so
// that all faults are found at once. functions completes the names of functions.
func AddFlags(cmd *cobra.Command, parts Part, functions cobra.CompletionFunc) {
	cmd.Flags().SortFlags = false
	for _, s := range All() {
		if s.takes(parts) {
			s.addFlag(cmd, parts, functions)
		}
	}
}

// AddFlag gives a command a single flag. parts say what help says about it.
func AddFlag(cmd *cobra.Command, parts Part, flag string) {
	if s, ok := Named(flag); ok {
		s.addFlag(cmd, parts, nil)
	}
}

// AddList is AddFlag for a flag of which the command takes several values, repeated or separated by commas.
func AddList(cmd *cobra.Command, parts Part, flag string) {
	if s, ok := Named(flag); ok {
		list := *s
		list.Repeat = ByComma
		list.addFlag(cmd, parts, nil)
	}
}

// addFlag gives a command the flag of the setting, with its completion.
func (s *Setting) addFlag(cmd *cobra.Command, parts Part, functions cobra.CompletionFunc) {
	flags := cmd.Flags()
	if s.Common && (s.CommonTo == 0 || s.CommonTo.Has(parts)) {
		defer func() { _ = flags.SetAnnotation(s.Flag, commonly, nil) }() // it only rejects flags that do not exist
	}
	if s.Value == "" {
		flags.BoolP(s.Flag, s.Short, false, s.usage(parts))
		return
	}
	flag := flags.VarPF(&flagValue{kind: s.Value, repeat: s.Repeat}, s.Flag, s.Short, s.usage(parts))
	if s.Switch {
		flag.NoOptDefVal = "true"
	}
	switch { // none of these calls can fail: the flag exists, and has no completion yet
	case s.Extensions != nil && s.Extensions[0] == "":
		_ = cmd.MarkFlagFilename(s.Flag)
	case s.Extensions != nil:
		_ = cmd.MarkFlagFilename(s.Flag, s.Extensions...)
	case s.Flag == FunctionFlag:
		_ = cmd.RegisterFlagCompletionFunc(s.Flag, functions)
	default:
		_ = cmd.RegisterFlagCompletionFunc(s.Flag, s.completion(parts))
	}
}

// commonly is the annotation of flags that the short help has.
const commonly = "common"

// IsCommon reports whether people use a flag of a command most.
func IsCommon(flag *pflag.Flag) bool {
	_, ok := flag.Annotations[commonly]
	return ok
}

// completion offers the values of the setting to the shell.
func (s *Setting) completion(parts Part) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		values := s.Values
		if s.Complete != nil {
			values = s.Complete(parts)
		}
		return values, cobra.ShellCompDirectiveNoFileComp
	}
}

// A flagValue is the value of a flag, which is kept as text.
type flagValue struct {
	list   []string
	given  []string // every text that it was set to
	kind   string   // what help calls the value
	repeat Repeat
}

// Set sets or adds a value. A flag that may not be repeated keeps the last one.
func (f *flagValue) Set(text string) error {
	f.given = append(f.given, text)
	switch f.repeat {
	case Once:
		f.list = []string{text}
	case ByLine:
		f.list = append(f.list, text)
	case ByComma:
		f.list = append(f.list, strings.Split(text, ",")...)
	}
	return nil
}

// String returns all values as one text.
func (f *flagValue) String() string { return strings.Join(f.list, ",") }

// Type returns what help calls the value.
func (f *flagValue) Type() string { return f.kind }

// FromFlag returns the value of a flag, which was given on the command line.
func (s *Setting) FromFlag(flag *pflag.Flag) Value {
	v := Value{Origin: Flag, Path: "--" + flag.Name, Key: s.Key}
	f, ok := flag.Value.(*flagValue)
	if !ok {
		return s.of(v, s.Repeat, []string{flag.Value.String()})
	}
	return s.of(v, f.repeat, f.list)
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
	if !ok || f.repeat != Once || len(slices.Compact(slices.Clone(f.given))) < 2 {
		return nil
	}
	return f.given
}

// IsList reports whether a text that the setting does not take is a list of values that it takes.
func (s *Setting) IsList(v Value) bool {
	parts := strings.Split(v.Text, ",")
	if s.List != nil || s.isOpen() || len(parts) == 1 {
		return false
	}
	scratch := Target{
		Account: &calc.Account{}, Function: &calc.Function{}, Load: &ramp.Load{}, Scaling: &Scaling{}, Asked: &Asked{},
	}
	return !slices.ContainsFunc(parts, func(part string) bool {
		v.Text = part
		return len(s.Read(scratch, v)) > 0
	})
}

// Compare returns the command line that compares several values of a flag.
func Compare(flag, values string) string { return "lambdacap compare --" + flag + " " + values }
