package files

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// folder creates a folder with files and returns its path. A name may contain a folder.
func folder(t *testing.T, contents map[string]string) string {
	t.Helper()
	path := t.TempDir()
	for name, text := range contents {
		file := filepath.Join(path, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// described returns the names of a folder's files, their errors, and the message about the others.
func described(t *testing.T, path string) string {
	t.Helper()
	o := record.Options{ProfileKeys: []string{"account", "functions", "rps"}}
	found, err := OpenFolder(path, o)
	if err != nil {
		return strings.ReplaceAll(err.Error(), path, "F")
	}
	var parts []string
	for _, f := range found.Files {
		if !f.Found {
			t.Errorf("%s is not marked as found", f.Name)
		}
		_, err := f.Read(o)
		text := f.Name
		if err != nil {
			text = err.Error()
		}
		parts = append(parts, text)
	}
	parts = append(parts, found.Unread())
	parts = append(parts, found.Notes...)
	text := strings.ReplaceAll(strings.Join(parts, "|"), path+string(filepath.Separator), "")
	return filepath.ToSlash(strings.ReplaceAll(text, path, "."))
}

// TestFolder checks which files of a folder are read, and the message about the others. It is long because it is a
// table.
func TestFolder(t *testing.T) {
	const (
		template = "Resources: {F: {Type: AWS::Lambda::Function}}"
		plan     = `{"format_version": "1.2", "planned_values": {}}`
		calls    = `module "a" { source = "../modules/a" }`
	)
	for _, c := range []struct {
		name     string
		contents map[string]string
		want     string
	}{
		{"nothing", nil, ""},
		{"known files in order of name", map[string]string{"b.yaml": template, "a.YML": "rps: 5", "c.json": plan},
			"a.YML|b.yaml|c.json|"},
		{"one other", map[string]string{"t.yaml": template, "package.json": `{"name": "x"}`},
			"t.yaml|1 other file was not read: package.json"},
		{"only some names are shown", map[string]string{"a": "", "b": "", "c": "", "d": "", "e": "", "f": "", "g": ""},
			"7 other files were not read: a, b, c, d, e and 2 more"},
		{"the content decides, but only of some files", map[string]string{"t.txt": template, "README.md": template},
			"2 other files were not read: README.md, t.txt"},
		{"hidden files and folders are passed over", map[string]string{".t.yaml": template, "sub/t.yaml": template}, ""},
		{"Terraform source", map[string]string{"main.tf": "", "x.tf.json": "{}", "a.tfvars": "", "sub/main.tf": ""}, ".|"},
		{"Terraform roots in subfolders, without the modules that they call", map[string]string{"infra/dev/main.tf": calls,
			"infra/prod/main.tf": calls, "infra/modules/a/main.tf": "", ".terraform/x/main.tf": "", "vendor/x/main.tf": "",
			"a.tfvars": ""}, "infra/dev|infra/prod|1 other file was not read: a.tfvars"},
		{"Terraform source with a fault", map[string]string{"main.tf": "a = ["},
			"main.tf:1: this is not valid Terraform: missing expression|"},
		{"Terraform source beside a plan", map[string]string{"main.tf": "", "plan.json": plan},
			"plan.json|1 other file was not read: main.tf"},
		{"what the CDK leaves", map[string]string{"cdk.json": "{}", "cdk.out/A.template.json": `{"Resources": {}}`,
			"cdk.out/manifest.json": "{}", "cdk.out/tree.json": "{}"},
			"cdk.out/A.template.json|1 other file was not read: cdk.json"},
		{"templates of the stages of a CDK app", map[string]string{"cdk.out/A.template.json": `{"Resources": {}}`,
			"cdk.out/assembly-Prod/B.template.json": `{"Resources": {}}`, "cdk.out/asset.1/C.template.json": `{}`},
			"cdk.out/A.template.json|cdk.out/assembly-Prod/B.template.json|"},
		{"templates of several accounts", map[string]string{"cdk.out/A.template.json": `{"Resources": {}}`,
			"cdk.out/B.template.json": `{"Resources": {}}`, "cdk.out/C.template.json": `{"Resources": {}}`,
			"cdk.out/manifest.json": `{"version": "1", "artifacts": {
				"A": {"environment": "aws://1/eu-west-1", "properties": {"templateFile": "A.template.json"}},
				"B": {"environment": "aws://2/eu-west-1", "properties": {"templateFile": "B.template.json"}},
				"C": {"environment": "aws://unknown-account/unknown-region", "properties": {"templateFile": "C.template.json"}}}}`},
			"cdk.out/A.template.json|cdk.out/C.template.json||cdk.out/B.template.json is for another account or Region, " +
				"aws://2/eu-west-1; run lambdacap check cdk.out/B.template.json"},
		{"templates in subfolders, if the folder deploys nothing", map[string]string{"README.md": "",
			"a/b/template.yaml": template,
			"c/serverless.yml":  "service: c\nprovider: {name: aws}", "c/other.yaml": template,
			"chart/template.yaml":          "{{ if }}",
			"node_modules/d/template.yaml": template, ".aws-sam/build/template.yaml": template, "e/main.tf": "",
			"{{cookiecutter.name}}/template.yaml": template},
			"a/b/template.yaml|c/serverless.yml|e|1 other file was not read: README.md"},
		{"the packaged form of a template", map[string]string{
			"out.yaml": "Resources: {F: {Type: AWS::Serverless::Function, Properties: {CodeUri: s3://bucket/key}}}",
			"t.yaml":   "Resources: {F: {Type: AWS::Serverless::Function, Properties: {CodeUri: src}}}"},
			"t.yaml|1 other file was not read: out.yaml"},
		{"what cannot be parsed and is something else", map[string]string{"chart.yaml": "{{ if }}", "tsconfig.json": "{//"},
			"2 other files were not read: chart.yaml, tsconfig.json"},
		{"what cannot be parsed and has the name of one that is read", map[string]string{"lambdacap.yaml": "a: ["},
			"lambdacap.yaml:1: this is not YAML: did not find expected node content|"},
		{"what cannot be parsed and has its words", map[string]string{"x.yaml": "a: [\nT: AWS::Lambda::Function"},
			"x.yaml:2: this is not YAML: did not find expected ',' or ']'|"},
		{"a file that lambdacap knows with a fault",
			map[string]string{"s.yml": "service: s\nprovider: {name: aws}\nservice: t"},
			`s.yml:3: duplicate key "service", first in line 1|`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := described(t, folder(t, c.contents)); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

// TestFolderLinks checks that links are followed only within the folder.
func TestFolderLinks(t *testing.T) {
	const template = "Resources: {F: {Type: AWS::Lambda::Function}}"
	outside := folder(t, map[string]string{"secret.yaml": template})
	path := folder(t, map[string]string{"sub/t.yaml": template})
	for name, to := range map[string]string{
		"inside.yaml": "sub/t.yaml", "outside.yaml": filepath.Join(outside, "secret.yaml"), "gone.yaml": "nowhere",
		"self.yaml": "self.yaml", "sub2": "sub",
	} {
		if err := os.Symlink(to, filepath.Join(path, name)); err != nil {
			t.Skip(err)
		}
	}
	const want = "inside.yaml|3 other files were not read: gone.yaml, outside.yaml, self.yaml"
	if got := described(t, path); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	link := filepath.Join(outside, "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if got := described(t, link); got != want {
		t.Errorf("through a link: %s\nwant %s", got, want)
	}
}

// TestFolderLimits checks folders that are too large or may not be listed, and paths that are not folders.
func TestFolderLimits(t *testing.T) {
	many := map[string]string{}
	for i := range maxEntries {
		many[fmt.Sprintf("%04d", i)] = ""
	}
	path := folder(t, many)
	if got := described(t, path); !strings.HasPrefix(got, "5000 other files were not read: 0000, ") {
		t.Error(got)
	}
	if err := os.WriteFile(filepath.Join(path, "x"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if got := described(t, path); got != "F: the folder has more than 5000 entries; expected the names of the files" {
		t.Error(got)
	}
	if got := described(t, filepath.Join(path, "none")); got != "F: cannot be read: no such file or directory" {
		t.Error(got)
	}
	if IsFolder(filepath.Join(path, "x")) || IsFolder(filepath.Join(path, "none")) || !IsFolder(path) {
		t.Error("what is a folder is not told")
	}
	if os.Getuid() == 0 {
		return // root may read anything
	}
	secret := folder(t, map[string]string{"t.yaml": "rps: 1"})
	if err := os.Chmod(filepath.Join(secret, "t.yaml"), 0); err != nil {
		t.Fatal(err)
	}
	if got := described(t, secret); got != "t.yaml: cannot be read: permission denied|" {
		t.Error(got)
	}
	if err := os.Chmod(secret, 0); err != nil {
		t.Fatal(err)
	}
	if got := described(t, secret); got != "F: cannot be read: permission denied" {
		t.Error(got)
	}
}
