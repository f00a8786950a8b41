package files

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/advice"
	"github.com/lambdacap/lambdacap/cmd/internal/files/terraform/module"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// A step is what to do about a file that leads to one that lambdacap reads.
type step struct {
	names []string // patterns
	// content recognizes the file by its first bytes; nil if the name says enough.
	content func(head []byte) bool
	// unless reports whether what the folder has makes the step needless.
	unless func(f *Folder) bool
	what   string
	run    string // FILE stands for the file, and DIR for the folder
}

// steps returns the steps that there are, in the order in which they are told.
func steps() []step {
	return []step{
		{names: []string{"*.tfplan", "*.plan", "*.out", "*.bin", "*plan*"}, content: isBinaryPlan,
			unless: hasFile((*File).isPlan), what: "a binary plan of Terraform",
			run: "terraform show -json FILE > FILE.json, then lambdacap check FILE.json"},
		{names: []string{"cdk.json"}, unless: hasAssembly, what: "a CDK app without " + assembly,
			run: "npx cdk synth, then lambdacap check DIR"},
		{names: []string{"cdktf.json"}, unless: hasFile((*File).isDeployed), what: "an app of CDK for Terraform",
			run: "cdktf synth, then lambdacap check DIR/cdktf.out/stacks/STACK"},
		{names: []string{"package.json"}, unless: hasFile((*File).isDeployed), what: "a package with the CDK",
			content: func(head []byte) bool { return bytes.Contains(head, []byte(`"aws-cdk-lib"`)) },
			run:     "npx cdk synth, then lambdacap check DIR"},
		{names: []string{"serverless.ts", "serverless.js", "serverless.mjs", "serverless.cjs"}, unless: hasServerless,
			what: "a program that writes serverless.yml",
			run:  "serverless print > serverless-printed.yml, then lambdacap check DIR"},
		{names: []string{"samconfig.*"}, unless: func(f *Folder) bool {
			return f.Configured || slices.ContainsFunc(f.Files, (*File).isTemplate)
		}, what: "the configuration of the SAM CLI without a template beside it",
			run: "lambdacap check TEMPLATE --param KEY=VALUE"},
		{names: []string{"terragrunt.hcl", "root.hcl"}, unless: hasFile((*File).isDeployed),
			what: "the configuration of Terragrunt",
			run: "terragrunt plan -out plan.tfplan, terragrunt show -json plan.tfplan > plan.json, then lambdacap check " +
				"plan.json"},
		{names: []string{"terraform.tfstate"}, unless: hasFile((*File).isDeployed), what: "Terraform's own state file",
			run: "terraform show -json > state.json, then lambdacap check state.json"},
		{names: []string{".chalice"}, unless: hasFile((*File).isDeployed), what: "an app of Chalice",
			run: "chalice package out, then lambdacap check out"},
		{names: []string{".aws-sam"}, unless: hasFile((*File).isDeployed), what: "what sam build wrote",
			run: "lambdacap check DIR/.aws-sam/build"},
	}
}

// hasFile returns a function that reports whether a folder has a file of some kind.
func hasFile(is func(*File) bool) func(f *Folder) bool {
	return func(f *Folder) bool { return slices.ContainsFunc(f.Files, is) }
}

// hasAssembly reports whether a folder has templates that the CDK wrote.
func hasAssembly(f *Folder) bool {
	return slices.ContainsFunc(f.Files, func(file *File) bool {
		return slices.Contains(strings.Split(filepath.ToSlash(file.Name), "/"), assembly)
	})
}

// hasServerless reports whether a folder has a serverless.yml.
func hasServerless(f *Folder) bool {
	return slices.ContainsFunc(f.Files, func(file *File) bool { return file.Format() == "serverless" })
}

// addSteps adds what to do about the files of a folder that lambdacap does not read as they are.
func (f *Folder) addSteps(path string, entries []os.DirEntry) {
	for _, s := range steps() {
		if s.unless(f) {
			continue
		}
		for _, entry := range entries {
			if !s.fits(filepath.Join(path, entry.Name()), f.root) {
				continue
			}
			file := advice.Quoted(filepath.Join(path, entry.Name()))
			run := strings.NewReplacer("FILE", file, "DIR", advice.Quoted(path)).Replace(s.run)
			f.Steps = append(f.Steps, fmt.Sprintf("%s is %s; run %s", tree.Shown(file), s.what, run))
			break
		}
	}
}

// fits reports whether a file is of this kind.
func (s *step) fits(path, root string) bool {
	matches := func(pattern string) bool {
		ok, _ := filepath.Match(pattern, filepath.Base(path))
		return ok
	}
	if !slices.ContainsFunc(s.names, matches) {
		return false
	}
	if s.content == nil {
		return true
	}
	if !isRegularIn(path, root) {
		return false
	}
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	head, _ := io.ReadAll(io.LimitReader(file, tree.MaxYAMLBytes>>6))
	return s.content(head)
}

// Without says what to do about Terraform sources without anything that lambdacap reads; empty for other files.
func (f *File) Without() string {
	if !f.root || f.err != nil {
		return ""
	}
	entries, err := list(f.Name)
	if err != nil {
		return ""
	}
	text := tree.Shown(f.Name) + ": the Terraform sources have no Lambda functions"
	var below []string
	for folder, inside := range subfolders(f.Name, entries) {
		isSource := func(e os.DirEntry) bool { return !e.IsDir() && module.IsSource(e.Name()) }
		if slices.ContainsFunc(inside, isSource) {
			below = append(below, folder)
		}
	}
	const most = 3
	roots := module.Roots(below[:min(len(below), maxEntries)])
	if len(roots) == 0 {
		return text
	}
	for i, root := range roots {
		roots[i] = advice.Quoted(root)
	}
	return text + "; for those of subfolders, run lambdacap check " + strings.Join(roots[:min(len(roots), most)], " ")
}
