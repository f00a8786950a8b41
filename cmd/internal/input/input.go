// Package input brings together what a run is given. Flags take precedence over variables, variables over the profile,
// the profile over other files, and these over the defaults. The package knows where every value comes from, and
// reports everything that is wrong at once.
package input

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/ramp"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
	"github.com/lambdacap/lambdacap/cmd/internal/files"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/gate"
	"github.com/lambdacap/lambdacap/cmd/internal/output"
	"github.com/lambdacap/lambdacap/cmd/internal/profile"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/document"
	"github.com/lambdacap/lambdacap/format/render"
)

// A World is what a run sees besides its arguments.
type World struct {
	// Stdin is read for the file -.
	Stdin io.Reader
	// Note tells a person something that does not stop the run; nil if nobody reads it.
	Note func(text string)
	// LookupEnv returns the value of an environment variable.
	LookupEnv func(name string) (string, bool)
	// Environ lists all environment variables as NAME=VALUE; nil for none.
	Environ func() []string
	// Stdout is the file behind standard output, if it is redirected to one.
	Stdout files.Location
	// Terminal says that standard output is a terminal.
	Terminal bool
	// Width is the width of that terminal, columns; 0 if it is not known.
	Width int
	// Stderr is where progress goes; nil for nowhere.
	Stderr io.Writer
	// ErrTerminal says that Stderr is a terminal.
	ErrTerminal bool
	// Clock is the clock; nil for none.
	Clock func() time.Time
	// Version returns the version of the program.
	Version func() string
	// Parts are the temporary files of the run.
	Parts *output.Parts
}

// inCI reports whether the run is a part of continuous integration, where a change that nobody has read yet may bring
// files and links.
func (w World) inCI() bool {
	return slices.ContainsFunc([]string{"CI", "GITHUB_ACTIONS"}, func(name string) bool {
		value, _ := w.LookupEnv(name)
		return value != "" && value != "0" && !strings.EqualFold(value, "false")
	})
}

// now returns the time; without a clock, one that is far ahead.
func (w World) now() time.Time {
	if w.Clock == nil {
		return time.Unix(1<<33, 0)
	}
	return w.Clock()
}

// An Input is everything that a run is given.
type Input struct {
	// Account is the account, with what files say about it.
	Account check.Account
	// Asked is what the run is asked about the account.
	Asked setting.Asked
	// Loads are how the rates of the functions move, in the order of the account.
	Loads []ramp.Load
	// Check is what else a check depends on.
	Check check.Options
	// Prices are rows of prices, if something is priced.
	Prices []calc.Price
	// Function is the function that --function names; absent without it.
	Function calc.Optional[string]
	// Explain asks for the formulas.
	Explain bool
	// Gate says what makes the run fail.
	Gate gate.Gate
	// Outputs say how to show the answer, and where to write it.
	Outputs []output.Output
	// Scaling says how the provisioned concurrency of each function changes over time.
	Scaling []setting.Scaling
	// Echo is what the answer says about its inputs.
	Echo document.Inputs

	parts      setting.Part
	world      World
	traffic    traffic.Result
	layers     layers
	chosen     map[string]setting.Value // by flag: what does not come from files
	profile    profile.Profile
	values     setting.Values    // of the account, and of what is asked
	sources    []location        // the files that are read
	fileCount  int               // how many of them are not a profile
	found      bool              // the profile is the one of the current folder, which nobody named
	region     setting.Value     // what files but a profile say of it, for a draft
	misnamed   []record.Misnamed // what a draft leaves out
	faults     fault.List
	hint       string                   // what may help against them
	unused     []unusedParam            // which are faults
	flawed     map[inputKey]bool        // the values that have a fault already
	rateless   map[*setting.Values]bool // those of functions of which only the concurrency is known
	recorded   bool                     // a plan is for recorded traffic
	unread     bool                     // not everything that was given could be read and assigned
	configured bool                     // a folder has the configuration of the SAM CLI beside a template
	also       map[string]string        // other names of functions, such as logical ids, and theirs
}

// An inputKey names a value of a function, or of the account, by its key.
type inputKey struct {
	function int // or calc.AccountFault
	key      string
}

// An unusedParam is a parameter that no file has.
type unusedParam struct{ name, message string }

// Read brings flags, variables and files together for a command that does some parts. It collects what is wrong, so
// that Err can report everything at once. paths are files to read besides those of --from.
func Read(flags *pflag.FlagSet, parts setting.Part, world World, paths ...string) *Input {
	in := &Input{
		Account: check.Account{Account: calc.Account{Concurrency: aws.DefaultConcurrency}},
		Asked:   setting.DefaultAsked(),
		parts:   parts, world: world, layers: newLayers(flags, world), flawed: map[inputKey]bool{},
		rateless: map[*setting.Values]bool{},
	}
	in.chosen = in.layers.resolve(nil)
	in.noteVariables()
	in.readForm()
	in.readFiles(paths)
	in.Function = in.functionFlag()
	index := in.selectFunction()
	in.place(index)
	in.set()
	in.chooseDurations()
	in.busy(index)
	in.rejectOpen()
	in.parse(index)
	in.Gate.Unnamed = len(in.Account.Functions) == 1 && in.Account.Functions[0].Unnamed
	in.readPrices()
	in.readSkipped()
	return in
}

// functionFlag returns the function that --function names.
func (in *Input) functionFlag() calc.Optional[string] {
	if v := in.chosen[setting.FunctionFlag]; v.Given() {
		return calc.Some(v.Text)
	}
	return calc.Optional[string]{}
}

// judges reports whether settings are judged: what AWS refuses is then a finding, and not a fault in the input.
func (in *Input) judges() bool { return in.parts.Has(setting.Judges) }

// drafts reports whether a profile is to be written.
func (in *Input) drafts() bool { return in.parts.Has(setting.Drafts) }

// Fault adds what is wrong on the command line.
func (in *Input) Fault(format string, args ...any) { in.faults.Add(check.Place{}, format, args...) }

// readForm reads how to show the answer, and when to fail.
func (in *Input) readForm() {
	color := in.useColor()
	in.Explain = in.switched(setting.ExplainFlag)
	in.readOutputs(color)
	v := in.chosen[setting.FailOnFlag]
	if !v.Given() {
		return
	}
	for _, text := range v.Items() {
		if err := in.Gate.Add(v.Path, text, setting.Levels(in.parts)); err != nil {
			in.Fault("%s: %v", v.Path, err)
		}
		if v.Origin == setting.Flag && gate.IsBare(text) {
			in.noteRedirected(v.Path, text)
		}
	}
}

// noteRedirected tells of a bare measure beside a file behind standard output that is named like an amount: without
// quotes, a shell takes the > of throttled>0 for itself.
func (in *Input) noteRedirected(path, measure string) {
	if !in.world.Stdout.IsRegular() {
		return
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		return
	}
	for _, entry := range entries {
		name := entry.Name()
		if strings.Trim(name, "=.0123456789%") != "" {
			continue
		}
		if info, err := entry.Info(); err == nil && os.SameFile(info, in.world.Stdout.Info) {
			in.note("%s %s means %s>0; did the shell take the > of it, and write the answer to the file %s? quote it",
				path, measure, measure, name)
			return
		}
	}
}

// useColor decides whether to use colour. The flag counts; without it, colour is off with NO_COLOR, with TERM=dumb, or
// if standard output is not a terminal.
func (in *Input) useColor() bool {
	when := setting.Colors[0]
	if v := in.chosen[setting.ColorFlag]; v.Given() {
		when = v.Text
		if !slices.Contains(setting.Colors, when) {
			in.Fault("%s: %q is not known; %s",
				v.Path, when, suggest.Or(when, setting.Colors, "expected "+strings.Join(setting.Colors, ", ")))
		}
	}
	switch when {
	case "always":
		return true
	case "never":
		return false
	}
	noColor, _ := in.world.LookupEnv("NO_COLOR")
	term, _ := in.world.LookupEnv("TERM")
	return in.world.Terminal && noColor == "" && term != "dumb"
}

// readOutputs reads how to show the answer, and where to write it.
func (in *Input) readOutputs(color bool) {
	if in.drafts() {
		in.readTarget()
		return
	}
	legal := setting.Formats(in.parts)
	texts := []string{legal[0]}
	v := in.chosen[setting.OutputFlag]
	if v.Given() {
		texts = v.Items()
	}
	view, columns := in.readView()
	text := render.Options{Color: color, Width: in.world.width(), ASCII: in.world.ascii()}
	for _, given := range texts {
		out, err := output.Parse(given, legal)
		if problem := out.Locate(in.world.Stdout, in.world.inCI()); problem != nil {
			in.Fault("%s: %v", v.Path, problem)
		}
		if err != nil {
			in.Fault("%s: %v", v.Path, err)
			in.Outputs = append(in.Outputs, out)
			continue
		}
		if in.Explain && !format.ShowsFormulas(out.Format) {
			with := slices.DeleteFunc(slices.Clone(legal), func(name string) bool { return !format.ShowsFormulas(name) })
			in.Fault("%s: %s has rows of figures and no place for formulas; expected %s with it",
				in.chosen[setting.ExplainFlag].Path, out.Format, suggest.OneOf(with))
		}
		if !out.IsPrinted() {
			in.world.Parts.Guard()
		}
		out.View, out.Columns = view, columns
		if out.IsPrinted() {
			out.Text = text
		}
		if out.IsPrinted() && in.world.Terminal && format.IsPicture(out.Format) {
			in.Fault("%s: a terminal cannot show %s; expected %s=FILE", v.Path, out.Format, out.Format)
		}
		if in.judges() || format.IsPicture(out.Format) { // others do not name the version
			out.Version = in.world.Version()
		}
		in.Outputs = append(in.Outputs, out)
	}
	for _, err := range output.Check(in.Outputs, v.Written()) {
		in.Fault("%s: %v", v.Path, err)
	}
	printed := slices.DeleteFunc(slices.Clone(in.Outputs), func(o output.Output) bool { return !o.IsPrinted() })
	if len(printed) > 1 { // the first may be that of an alias
		in.hint = fmt.Sprintf("%s=%s sets a default that --%s overrides, as in an alias",
			setting.Variable(setting.OutputFlag), printed[0].Format, setting.OutputFlag)
	}
}

// echoesFunctions reports whether an output shows the settings of the functions. For a check only documents do.
func (in *Input) echoesFunctions() bool {
	return !in.judges() || slices.ContainsFunc(in.Outputs, func(out output.Output) bool {
		return format.ShowsInputs(out.Format)
	})
}

// A location is a file that something is read from.
type location struct {
	path string // as it was given
	files.Location
}

// locate returns the file at a path, and whether it is a file that is read already.
func (in *Input) locate(path string) (s location, known bool) {
	s.path = path
	if path == "-" {
		s.Location = files.LocateStream(in.world.Stdin)
	} else {
		s.Location, _ = files.Locate(path) // reading it says what is wrong
	}
	for _, before := range in.sources {
		if before.path == path || before.Is(s.Location) {
			return s, true
		}
	}
	return s, false
}

// readsFile records that a file is read, so that no answer overwrites it.
func (in *Input) readsFile(path string) {
	s, _ := in.locate(path)
	in.sources = append(in.sources, s)
}

// reason returns an error without the path, which the message has already.
func reason(err error) string { return "cannot be read: " + files.Cause(err).Error() }

// optional returns an optional text, absent if it is empty.
func optional[T ~string](value T) calc.Optional[T] {
	if value == "" {
		return calc.Optional[T]{}
	}
	return calc.Some(value)
}
