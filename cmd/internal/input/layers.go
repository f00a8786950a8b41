package input

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// layers are the flags and the variables of a run.
type layers struct {
	flags       *pflag.FlagSet
	environment map[string]any
}

// newLayers finds the variables that belong to flags. An empty variable counts as unset.
func newLayers(flags *pflag.FlagSet, world World) layers {
	l := layers{flags, map[string]any{}}
	isOurs := func(variable string) bool { return strings.HasPrefix(variable, setting.Variable("")) }
	if world.Environ != nil && !slices.ContainsFunc(world.Environ(), isOurs) {
		return l
	}
	flags.VisitAll(func(flag *pflag.Flag) {
		s, ok := setting.Named(flag.Name)
		if !ok {
			return // --help
		}
		if text, ok := world.LookupEnv(setting.Variable(flag.Name)); ok && text != "" {
			l.environment[flag.Name] = s.FromVariable(text)
		}
	})
	return l
}

// noteVariables tells of variables that look like misspelt ones of the program. Others may belong to something else.
func (in *Input) noteVariables() {
	if in.world.Environ == nil {
		return
	}
	for _, variable := range in.world.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if value == "" || !strings.HasPrefix(name, setting.Variable("")) {
			continue
		}
		var names []string
		for _, s := range setting.All() {
			if s.Flag != "" {
				names = append(names, setting.Variable(s.Flag))
			}
		}
		if near := suggest.Nearest(name, names); near != "" && near != name {
			in.note("%s is not used; did you mean %s?", name, near)
		}
	}
}

// resolve lets viper decide between flag, variable and file, for every flag of the command. The values pass through it
// unchanged, since its own conversions lose digits, and its errors lose lines.
func (l layers) resolve(file map[string]any) map[string]setting.Value {
	chosen := map[string]setting.Value{}
	if len(file) == 0 && len(l.environment) == 0 { // there is nothing to decide
		l.flags.VisitAll(func(flag *pflag.Flag) {
			if s, ok := setting.Named(flag.Name); ok && flag.Changed {
				chosen[flag.Name] = s.FromFlag(flag)
			}
		})
		return chosen
	}
	v := viper.New()
	_ = v.MergeConfigMap(file) // merging maps of plain values cannot fail
	_ = v.MergeConfigMap(l.environment)
	l.flags.VisitAll(func(flag *pflag.Flag) {
		s, ok := setting.Named(flag.Name)
		if !ok {
			return
		}
		if flag.Changed {
			_ = v.BindPFlag(flag.Name, flag) // it only rejects nil
		}
		if value, ok := v.Get(flag.Name).(setting.Value); ok {
			chosen[flag.Name] = value
		} else if flag.Changed {
			chosen[flag.Name] = s.FromFlag(flag)
		}
	})
	return chosen
}
