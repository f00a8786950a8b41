package input

import (
	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// layers are the flags and the variables of a run.
type layers struct {
	flags       *pflag.FlagSet
	environment map[string]any
}

// newLayers finds the variables that belong to flags. An empty variable counts as unset.
func newLayers(flags *pflag.FlagSet, lookup func(name string) (string, bool)) layers {
	l := layers{flags, map[string]any{}}
	flags.VisitAll(func(flag *pflag.Flag) {
		s, ok := setting.Named(flag.Name)
		if !ok {
			return // --help
		}
		if text, ok := lookup(setting.Variable(flag.Name)); ok && text != "" {
			l.environment[flag.Name] = s.FromVariable(text)
		}
	})
	return l
}

// resolve lets viper decide between flag, variable and file, for every flag of the command. The values pass through it
// unchanged, since its own conversions lose digits, and its errors lose lines.
func (l layers) resolve(file map[string]any) map[string]setting.Value {
	v := viper.New()
	_ = v.MergeConfigMap(file) // merging maps of plain values cannot fail
	_ = v.MergeConfigMap(l.environment)
	chosen := map[string]setting.Value{}
	l.flags.VisitAll(func(flag *pflag.Flag) {
		s, ok := setting.Named(flag.Name)
		if !ok {
			return
		}
		_ = v.BindPFlag(flag.Name, flag) // it only rejects nil
		if value, ok := v.Get(flag.Name).(setting.Value); ok {
			chosen[flag.Name] = value
		} else if flag.Changed {
			chosen[flag.Name] = s.FromFlag(flag)
		}
	})
	return chosen
}
