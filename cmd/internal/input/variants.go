package input

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
	"github.com/lambdacap/lambdacap/cmd/internal/files"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/format/document"
)

// MaxVariants is how many accounts can be compared.
const MaxVariants = 24

// A Variant is one of several accounts that are compared.
type Variant struct {
	// Name tells it from the others: that of its file, or SETTING=VALUE.
	Name string
	*Input
	listed bool // it is a value of a list
}

// ReadVariants reads accounts to compare: one for each path, or, if a flag or its variable has a list of values, one
// for each value. Everything else that is given applies to all of them. It returns an error for a command line that
// names fewer than two or more than MaxVariants; VariantsErr says what else is wrong.
func ReadVariants(flags *pflag.FlagSet, parts setting.Part, world World, paths []string) ([]Variant, error) {
	lists := settingLists(flags, world)
	switch {
	case len(lists) > 1:
		return nil, &exit.Error{
			Code: exit.Usage,
			Message: fmt.Sprintf("%s and %s both have several values; expected several values of one setting",
				lists[0].path, lists[1].path),
		}
	case len(lists) == 1 && len(paths) > 1:
		return nil, &exit.Error{
			Code: exit.Usage,
			Message: fmt.Sprintf("%s has several values beside %d files; expected one file with it, or one value",
				lists[0].path, len(paths)),
		}
	case len(lists) == 1:
		return lists[0].read(flags, parts, world, paths)
	case len(paths) < 2:
		nothing := &exit.Error{
			Code:    exit.Usage,
			Message: "there is nothing to compare; expected two files, or several values of a setting",
			Hint:    "as in lambdacap compare main.yaml branch.yaml, or --provisioned 0,100,165 --rps 1500",
		}
		if len(paths) == 1 {
			nothing.Hint = "as in lambdacap compare main.yaml branch.yaml, or main.yaml --set checkout.provisioned=60,70"
		}
		return nil, nothing
	}
	if err := checkPaths(paths); err != nil {
		return nil, err
	}
	variants, names := make([]Variant, len(paths)), variantNames(paths)
	again := rereads(flags, world)
	for i, path := range paths {
		world.Stdin = again()
		variants[i] = Variant{Name: names[i], Input: Read(flags, parts, world, path)}
	}
	return variants, nil
}

// checkPaths rejects too many files, and one that is given twice.
func checkPaths(paths []string) error {
	if len(paths) > MaxVariants {
		return tooMany(fmt.Sprintf("%d files", len(paths)))
	}
	cleaned := make([]string, len(paths))
	for i, path := range paths {
		cleaned[i] = filepath.Clean(path)
		if slices.Contains(cleaned[:i], cleaned[i]) {
			return &exit.Error{
				Code: exit.Usage, Message: fmt.Sprintf("%q is given twice; expected different files", path),
			}
		}
	}
	return nil
}

func tooMany(what string) error {
	return &exit.Error{
		Code: exit.Usage, Message: fmt.Sprintf("%s; expected at most %d variants", what, MaxVariants),
	}
}

// variantNames returns a name for each path: that of the file, with as many of its folders as make it unique.
func variantNames(paths []string) []string {
	parts := make([][]string, len(paths))
	names := make([]string, len(paths))
	for i, path := range paths {
		parts[i] = strings.Split(filepath.ToSlash(filepath.Clean(files.DisplayName(path))), "/")
	}
	for n := 1; ; n++ {
		longer := false
		for i, p := range parts {
			names[i] = strings.Join(p[max(0, len(p)-n):], "/")
			longer = longer || len(p) > n
		}
		unique := slices.Compact(slices.Sorted(slices.Values(names)))
		if len(unique) == len(names) || !longer {
			return names
		}
	}
}

// rereads returns a function that returns standard input, again and again if every variant reads it: as its profile, as
// one of the files of --from, or as one of the given files.
func rereads(flags *pflag.FlagSet, world World, files ...string) func() io.Reader {
	shared := slices.Contains(files, "-")
	chosen := newLayers(flags, world).resolve(nil)
	for _, name := range []string{setting.ProfileFlag, setting.FromFlag} {
		shared = shared || slices.Contains(chosen[name].Items(), "-")
	}
	if !shared {
		return func() io.Reader { return world.Stdin }
	}
	data, err := io.ReadAll(io.LimitReader(world.Stdin, tree.MaxBytes+1))
	return func() io.Reader { return &repeated{bytes.NewReader(data), err} }
}

// A repeated reads what was read before, and then fails as that did.
type repeated struct {
	*bytes.Reader
	err error
}

// Read reads on.
func (r *repeated) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err == io.EOF && r.err != nil {
		err = r.err
	}
	return n, err
}

// A settingList is a setting with several values.
type settingList struct {
	flag     string // that it is given by
	setting  string // whose values they are: the flag, or that of the key of a --set
	name     string // of the variants, in front of the value
	path     string // what messages call it: --rps or LAMBDACAP_RPS
	variable string // that it comes from; empty if it comes from the flag
	text     string
	// before and after are the other texts of a flag that is repeated.
	before, after []string
}

// settingLists finds the settings with several values, in the order of the help.
func settingLists(flags *pflag.FlagSet, world World) (lists []settingList) {
	flags.VisitAll(func(flag *pflag.Flag) {
		s, ok := setting.Named(flag.Name)
		if !ok || !s.Listable() && s.Flag != setting.SetFlag {
			return
		}
		l := settingList{flag: flag.Name, path: "--" + flag.Name}
		texts := setting.Texts(flag)
		if !flag.Changed {
			l.variable = setting.Variable(flag.Name)
			l.path = l.variable
			text, _ := world.LookupEnv(l.variable)
			texts = s.FromVariable(text).Items()
		}
		for i, text := range texts {
			l.setting, l.name, l.text = flag.Name, flag.Name, text
			l.before, l.after = texts[:i:i], texts[i+1:]
			if found, ok := l.of(s); ok {
				lists = append(lists, found)
			}
		}
	})
	return lists
}

// of returns the list, if the text of a setting is one. That of --set is FUNCTION.KEY and the list.
func (l settingList) of(s *setting.Setting) (settingList, bool) {
	if s.Flag == setting.SetFlag {
		target, value, ok := strings.Cut(l.text, "=")
		s = setting.ByKey(target[strings.LastIndexByte(target, '.')+1:])
		if !ok || s == nil || !s.Listable() {
			return l, false
		}
		l.setting, l.name, l.text = s.Flag, target, value
		l.path += " " + target
	}
	return l, s.HasSeveral(l.text)
}

// texts returns the texts of the flag with one of the values in place of the list.
func (l settingList) texts(value string) []string {
	if l.name != l.flag {
		value = l.name + "=" + value
	}
	return slices.Concat(l.before, []string{value}, l.after)
}

// values returns the texts of the values: of a list, or of FROM:TO:STEP.
func (l settingList) values() ([]string, error) {
	if strings.Contains(l.text, ",") {
		return l.items(), nil
	}
	sweep, err := calc.ParseSweep(strings.ReplaceAll(l.setting, "-", "_") + "=" + l.text)
	var wrong *quantity.ValueError
	if errors.As(err, &wrong) && strings.HasSuffix(wrong.Text, "="+l.text) { // not only one of its numbers
		wrong.Text = l.text
		switch calc.Axis(l.setting) {
		case calc.AxisDuration:
			wrong.Legal = "FROM:TO:STEP, such as 20ms:1s:20ms"
		case calc.AxisRPS, calc.AxisReserved, calc.AxisProvisioned:
			wrong.Legal = "FROM:TO:STEP, such as 0:300:25"
		default:
			wrong.Problem, wrong.Legal = "is a range of "+l.setting, "values with commas between them"
		}
	}
	if err != nil {
		return nil, err
	}
	values := make([]string, len(sweep.Values))
	for i, x := range sweep.Values {
		values[i] = strconv.FormatFloat(x, 'f', -1, 64)
		if sweep.Axis == calc.AxisDuration {
			values[i] += "ms"
		}
	}
	return values, nil
}

// items splits a list at its commas, but not at those of a rate such as 90,000/min.
func (l settingList) items() (items []string) {
	texts := strings.Split(l.text, ",")
	for len(texts) > 0 {
		n := 1
		if l.setting == setting.RPSKey {
			for m := 2; m <= len(texts); m++ {
				if _, err := quantity.ParseRate(strings.Join(texts[:m], ",")); err == nil {
					n = m
				}
			}
		}
		items, texts = append(items, strings.Join(texts[:n], ",")), texts[n:]
	}
	return items
}

// read reads a variant for each value. Each takes the place of the list.
func (l settingList) read(
	flags *pflag.FlagSet, parts setting.Part, world World, paths []string,
) ([]Variant, error) {
	values, err := l.values()
	switch {
	case err != nil:
		return nil, &exit.Error{Code: exit.Usage, Message: l.path + ": " + err.Error()}
	case len(values) > MaxVariants:
		return nil, tooMany(fmt.Sprintf("%s has %d values", l.path, len(values)))
	}
	for i, value := range values {
		values[i] = strings.TrimSpace(value)
		if slices.Contains(values[:i], values[i]) {
			return nil, &exit.Error{
				Code: exit.Usage, Message: fmt.Sprintf("%s has %q twice; expected different values", l.path, values[i]),
			}
		}
	}
	variants := make([]Variant, len(values))
	again := rereads(flags, world, paths...)
	lookup := world.LookupEnv
	for i, value := range values {
		world.Stdin = again()
		if l.variable == "" {
			setting.Replace(flags.Lookup(l.flag), l.texts(value)...)
		} else {
			world.LookupEnv = func(name string) (string, bool) {
				if name == l.variable {
					return strings.Join(l.texts(value), "\n"), true
				}
				return lookup(name)
			}
		}
		name := l.name + "=" + value
		in := Read(flags, parts, world, paths...)
		if l.setting == setting.ComputeKey {
			ordinary(in.Account.Functions)
		}
		variants[i] = Variant{Name: name, Input: in, listed: true}
	}
	return variants, nil
}

// ordinary drops what only Managed Instances have from functions that do not run on them: a list of --compute has both.
func ordinary(functions []check.Function) {
	for i := range functions {
		if f := &functions[i]; !f.IsManaged() {
			f.Managed = calc.Managed{}
		}
	}
}

// dropUsed drops the faults of parameters that some variant has: a change may add or remove one.
func dropUsed(variants []Variant) {
	times := map[string]int{} // how many variants do not have a parameter
	for _, v := range variants {
		for _, p := range v.unused {
			times[p.name]++
		}
	}
	for _, v := range variants {
		v.faults = slices.DeleteFunc(v.faults, func(f fault.Fault) bool {
			return slices.ContainsFunc(v.unused, func(p unusedParam) bool {
				return f.Message == p.message && times[p.name] < len(variants)
			})
		})
	}
}

// VariantsErr turns everything that is wrong with the variants into one error. wrong is what a calculation found wrong
// with each of them. What is wrong with all of them alike is said once; what is wrong with one names it.
func VariantsErr(variants []Variant, wrong []error) error {
	var all fault.List
	times := map[fault.Fault]int{}
	dropUsed(variants)
	hint := ""
	for i, v := range variants {
		err := v.Err(wrong[i])
		if err != nil && len(v.Faults()) == 0 {
			return err
		}
		if failed, ok := err.(*exit.Error); ok && failed.Hint != "" {
			hint = v.ratesHint(failed.Hint)
		}
		for _, f := range slices.Compact(slices.Clone(v.Faults())) {
			times[f]++
		}
	}
	said := map[fault.Fault]bool{}
	for _, v := range variants {
		for _, f := range v.Faults() {
			if !f.Place.Known() && times[f] < len(variants) && !v.listed {
				f.Message = v.Name + ": " + f.Message
			}
			if !said[f] {
				all = append(all, f)
			}
			said[f] = true
		}
	}
	err := all.Err()
	if failed, ok := err.(*exit.Error); ok {
		failed.Hint = hint
	}
	return err
}

// ratesHint says how to give rates that a variant lacks. hint is what its own error says, which is about one file; of
// a profile that is given beside it, and of a list of values, it is right for all.
func (v Variant) ratesHint(hint string) string {
	if v.listed || v.chosen[setting.ProfileFlag].Given() || slices.ContainsFunc(v.Echo.Files, v.isProfileFile) {
		return hint
	}
	return "the files do not say rates: add --rps and --duration, or a profile with rates (-f rates.yaml)"
}

func (v Variant) isProfileFile(f document.InputFile) bool { return v.isProfile(f.Name) }
