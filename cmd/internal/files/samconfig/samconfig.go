// Package samconfig reads the configuration file of the SAM CLI: what sam deploy gives to a template.
package samconfig

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// DefaultEnvironment is the environment that sam deploy uses if none is named.
const DefaultEnvironment = "default"

// Names returns the names of the file. Of several in a folder, the SAM CLI reads the first.
func Names() []string { return []string{"samconfig.toml", "samconfig.yaml", "samconfig.yml"} }

// A Config is what one environment says about deployments.
type Config struct {
	File        string // as messages call it
	Environment string
	Params      map[string]string // values of the template's parameters, and of AWS::StackName
	Region      string            // empty if it does not say
	RegionPlace check.Place

	template string // the name of the template; empty if it does not say
	// Elsewhere is the file that has the parameters; empty if it is this one. It is not read.
	Elsewhere string
	// Others are the other environments, in order.
	Others []string
}

// A document is a parsed file: values by their keys, and the lines of the keys, which slashes join.
type document struct {
	file  string
	top   map[string]any
	lines map[string]int
}

// Read reads an environment of a file. If it is empty, it is the default one, which may be missing: the result is nil
// if the file has nothing for it.
func Read(file string, data []byte, environment string) (*Config, error) {
	parse := parseTOML
	if filepath.Ext(file) != ".toml" {
		parse = parseYAML
	}
	d, err := parse(file, data)
	if err != nil {
		return nil, err
	}
	c := &Config{File: file, Environment: cmp.Or(environment, DefaultEnvironment), Params: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(d.top)) {
		if _, ok := d.top[name].(map[string]any); ok && name != c.Environment {
			c.Others = append(c.Others, name)
		}
	}
	of, ok := d.top[c.Environment].(map[string]any)
	if !ok && environment != "" {
		return nil, fmt.Errorf("%s: there is no environment %q; %s", check.Place{File: file, Line: 1}, environment,
			suggest.Or(environment, c.Others, "expected "+cmp.Or(strings.Join(c.Others, ", "), "one")))
	}
	for _, command := range []string{"global", "deploy"} { // what is said for all commands, and then for this one
		section, _ := of[command].(map[string]any)
		settings, _ := section["parameters"].(map[string]any)
		at := strings.Join([]string{c.Environment, command, "parameters"}, "/")
		if err := c.read(d, settings, at); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// read reads the settings of a command.
func (c *Config) read(d *document, settings map[string]any, at string) error {
	stack := c.Params[StackName]
	for _, one := range []struct {
		name string
		into *string
	}{{"stack_name", &stack}, {"region", &c.Region}, {"template", &c.template}, {"template_file", &c.template}} {
		value, ok := settings[one.name]
		if !ok {
			continue
		}
		place := d.place(at + "/" + one.name)
		text, ok := value.(string)
		if !ok {
			return fmt.Errorf("%s: %s is not a text", place, one.name)
		}
		if *one.into = text; one.name == "region" {
			c.RegionPlace = place
		}
	}
	const overrides = "parameter_overrides"
	if value, ok := settings[overrides]; ok {
		params, err := c.overrides(value)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", d.place(at+"/"+overrides), overrides, err)
		}
		c.Params = params
	}
	if stack != "" {
		c.Params[StackName] = stack
	}
	return nil
}

// StackName is the parameter that every template has for the name of its stack.
const StackName = "AWS::StackName"

// place returns the place of a key.
func (d *document) place(key string) check.Place {
	return check.Place{File: d.file, Line: max(d.lines[key], 1)}
}

// overrides reads the values of parameters: a text, a list of texts, or a mapping.
func (c *Config) overrides(value any) (params map[string]string, err error) {
	params = map[string]string{}
	switch value := value.(type) {
	case string:
		return params, c.override(params, value)
	case []any:
		for _, item := range value {
			switch item := item.(type) {
			case string:
				err = cmp.Or(err, c.override(params, item))
			case map[string]any:
				addAll(params, item)
			default:
				err = fmt.Errorf("%v is not a text", item)
			}
		}
		return params, err
	case map[string]any:
		addAll(params, value)
		return params, nil
	}
	return nil, fmt.Errorf("%v is neither a text nor a list", value)
}

// addAll adds the values of a mapping.
func addAll(params map[string]string, values map[string]any) {
	for name, value := range values {
		params[name] = fmt.Sprint(value)
	}
}

// The forms of parameters, as the SAM CLI knows them. A text is in one of the two forms.
//
// Source: github.com/aws/aws-sam-cli, samcli/cli/types.py, read 2026-11.
var (
	longForm  = sync.OnceValue(func() *regexp.Regexp { return form("ParameterKey=", ",ParameterValue=") })
	shortForm = sync.OnceValue(func() *regexp.Regexp { return form(" ", "=") })
)

func form(before, between string) *regexp.Regexp {
	const (
		key   = `([A-Za-z0-9\\"']+)`
		value = `("(?:\\.|[^"\\]+)*"|'(?:\\.|[^'\\]+)*'|(?:\\.|[^ "\\]+)+)`
	)
	return regexp.MustCompile(before + key + between + value)
}

// override adds the parameters of a text.
func (c *Config) override(params map[string]string, text string) error {
	if file, ok := strings.CutPrefix(strings.TrimSpace(text), "file://"); ok {
		c.Elsewhere = file
		return nil
	}
	if text == "" {
		return nil
	}
	padded := " " + strings.TrimSpace(text)
	found := longForm().FindAllStringSubmatch(padded, -1)
	if found == nil {
		found = shortForm().FindAllStringSubmatch(padded, -1)
	}
	if found == nil {
		return fmt.Errorf("%q has no parameter; expected KEY=VALUE", tree.Shown(text))
	}
	for _, pair := range found {
		params[unquote(pair[1])] = unquote(pair[2])
	}
	return nil
}

// unquote removes the quotes around a value, and the backslashes before spaces and quotes.
func unquote(value string) string {
	last := len(value) - 1
	if last > 0 && value[0] == value[last] && (value[0] == '"' || value[0] == '\'') {
		value = value[1:last]
	}
	return strings.NewReplacer(`\ `, " ", `\"`, `"`, `\'`, `'`).Replace(value)
}

// IsAbout reports whether the SAM CLI would use the file for a template in the same folder, by its name.
func (c *Config) IsAbout(name string) bool {
	given := path.Clean(strings.ReplaceAll(c.template, `\`, "/"))
	if c.template != "" && path.Dir(given) == "." {
		return name == given
	}
	return slices.Contains([]string{"template.yaml", "template.yml", "template.json"}, name)
}
