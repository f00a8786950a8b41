package input

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/profile"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// options returns how the files are read.
func (in *Input) options() record.Options {
	return record.Options{Format: in.format(), Params: in.params(), ProfileKeys: profile.Keys(),
		VarFiles: in.varFiles(), LookupEnv: in.world.LookupEnv,
		Region: in.chosen[setting.RegionKey].Text, ConfigEnvironment: in.chosen[setting.ConfigEnvFlag].Text}
}

// params reads the values of parameters, each written as KEY=VALUE.
func (in *Input) params() map[string]string {
	v := in.chosen[setting.ParamFlag]
	if !v.Given() {
		return nil
	}
	params := map[string]string{}
	for _, text := range v.Items() {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" {
			in.Fault("%s: %q is not a parameter; expected KEY=VALUE", v.Path, text)
			continue
		}
		params[key] = value
	}
	return params
}

// varFiles returns the files with values of Terraform variables.
func (in *Input) varFiles() []string {
	v := in.chosen[setting.VarFileFlag]
	if !v.Given() {
		return nil
	}
	for _, path := range v.Items() {
		in.readsFile(path)
	}
	return v.Items()
}

// checkParams reports a parameter that no file has: with a typing error, the value would not count.
func (in *Input) checkParams(contents []record.File, params map[string]string) {
	var known []string
	for _, c := range contents {
		known = append(known, c.Params...)
	}
	for _, key := range slices.Sorted(maps.Keys(params)) {
		if slices.Contains(known, key) || in.unread {
			continue
		}
		message := fmt.Sprintf("%s: no file has a parameter %q; %s",
			in.chosen[setting.ParamFlag].Path, key, suggest.Or(key, known, "expected those of the files"))
		in.Fault("%s", message)
		in.unused = append(in.unused, unusedParam{key, message})
	}
}
