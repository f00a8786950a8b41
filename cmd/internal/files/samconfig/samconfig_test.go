package samconfig

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// outline shows what a file says, or its error.
func outline(name, text, environment string) string {
	c, err := Read(name, []byte(text), environment)
	if err != nil {
		return err.Error()
	}
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(c.Params)) {
		parts = append(parts, key+"="+c.Params[key])
	}
	if c.Region != "" {
		parts = append(parts, fmt.Sprintf("%s:%d", c.Region, c.RegionPlace.Line))
	}
	return strings.Join(parts, "|")
}

// TestRead checks the values of parameters against those of the SAM CLI, whose expressions split them.
func TestRead(t *testing.T) {
	const deploy = "[default.deploy.parameters]\n"
	for _, c := range []struct{ name, file, text, environment, want string }{
		{"a text", "s.toml", deploy + `parameter_overrides = "A=1 B=\"x y\" C='p q' D=a\\ b"`, "", "A=1|B=x y|C=p q|D=a b"},
		{"the long form", "s.toml", deploy +
			`parameter_overrides = "ParameterKey=A,ParameterValue=1 ParameterKey=B,ParameterValue=2"`,
			"", "A=1|B=2"},
		{"a list", "s.toml", deploy + `parameter_overrides = ["A=1", "B=2 C=3"]`, "", "A=1|B=2|C=3"},
		{"a mapping", "s.yaml", "default: {deploy: {parameters: {parameter_overrides: {A: 1, B: x}}}}", "", "A=1|B=x"},
		{"for all commands", "s.toml", "[default.global.parameters]\nstack_name = \"g\"\nregion = \"eu-west-1\"\n" +
			deploy + "stack_name = \"s\"", "", "AWS::StackName=s|eu-west-1:3"},
		{"deploy replaces all parameters", "s.toml", "[default.global.parameters]\nparameter_overrides = \"A=1 B=2\"\n" +
			deploy + `parameter_overrides = "A=3"`, "", "A=3"},
		{"an environment", "s.toml", deploy + "region = \"a\"\n[prod.deploy.parameters]\nregion = \"b\"", "prod", "b:4"},
		{"no default environment", "s.toml", "version = 0.1\n[prod.deploy.parameters]\nregion = \"b\"", "", ""},
		{"no such environment", "s.toml", "[prod.deploy.parameters]\n", "prd",
			`s.toml:1: there is no environment "prd"; did you mean prod?`},
		{"not TOML", "s.toml", "a = 1\nb = [", "", "s.toml:2: this is not TOML: array is incomplete"},
		{"not YAML", "s.yml", "a: [", "", "s.yml:1: this is not YAML: did not find expected node content"},
		{"no parameters", "s.toml", deploy + "\nparameter_overrides = \"x\"", "",
			`s.toml:3: parameter_overrides: "x" has no parameter; expected KEY=VALUE`},
		{"a number", "s.toml", deploy + "parameter_overrides = 5", "",
			"s.toml:2: parameter_overrides: 5 is neither a text nor a list"},
		{"a Region that is no text", "s.toml", deploy + "region = 5", "", "s.toml:2: region is not a text"},
		{"dotted keys", "s.toml", "default.deploy.parameters.region = 5", "", "s.toml:1: region is not a text"},
		{"parameters in another file", "s.toml", deploy + `parameter_overrides = ["file://p.yaml"]`, "", ""},
		{"nothing", "s.toml", "", "", ""},
		{"deep", "s.toml", "a = " + strings.Repeat("[", 20_000), "", "s.toml:1: this is not TOML: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := outline(c.file, c.text, c.environment); got != c.want &&
				!(c.name == "deep" && strings.HasPrefix(got, c.want)) {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

// TestIsAbout checks for which templates a file counts.
func TestIsAbout(t *testing.T) {
	for text, want := range map[string]string{
		"": "template.yaml template.json",
		"[default.deploy.parameters]\ntemplate_file = './api.yaml'":              "api.yaml",
		"[default.deploy.parameters]\ntemplate = '.aws-sam/build/template.yaml'": "template.yaml template.json",
	} {
		c, err := Read("samconfig.toml", []byte(text), "")
		if err != nil {
			t.Fatal(err)
		}
		names := []string{"api.yaml", "template.yaml", "template.json", "template.txt"}
		names = slices.DeleteFunc(names, func(name string) bool { return !c.IsAbout(name) })
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// FuzzRead reads any text as a configuration. It must end, with an error or with values.
func FuzzRead(f *testing.F) {
	f.Add("[default.deploy.parameters]\nparameter_overrides = \"A=1 B=\\\"x y\\\"\"\nregion = 'eu-west-1'\n", "s.toml")
	f.Add("default: {deploy: {parameters: {parameter_overrides: [A=1, {B: 2}], stack_name: s}}}", "s.yaml")
	f.Add("default.global.parameters.parameter_overrides = 'ParameterKey=A,ParameterValue=1'", "s.toml")
	f.Fuzz(func(t *testing.T, text, name string) {
		c, err := Read(name, []byte(text), "")
		if c == nil && (err == nil || err.Error() == "") {
			t.Error("neither a configuration nor words")
		}
	})
}
