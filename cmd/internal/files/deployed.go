package files

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/advice"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/cmd/internal/files/cloudformation"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/samconfig"
	"github.com/lambdacap/lambdacap/cmd/internal/files/serverless"
	"github.com/lambdacap/lambdacap/cmd/internal/files/terraform"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// isPlan reports whether a file is a Terraform plan.
func (f *File) isPlan() bool { return f.doc != nil && f.format != nil && terraform.IsPlan(f.doc.Top) }

// isTemplate reports whether a file is a SAM or CloudFormation template.
func (f *File) isTemplate() bool { return f.Format() == cloudformation.Format{}.Name() }

// isDeployed reports whether a file is what a tool deploys.
func (f *File) isDeployed() bool {
	return f.isTemplate() || f.Format() == serverless.Format{}.Name() || f.root || f.isPlan()
}

// addTemplates finishes the templates of a folder that has been read: the packaged form of another is left out, and the
// SAM CLI's configuration counts.
func (f *Folder) addTemplates(path string, entries []os.DirEntry, o record.Options) {
	var templates []*File
	for _, file := range f.Files {
		if filepath.Dir(file.Name) == filepath.Clean(path) && file.err == nil && file.isTemplate() {
			templates = append(templates, file)
		}
	}
	f.separate()
	for _, file := range packaged(templates) {
		f.Files = slices.DeleteFunc(f.Files, func(one *File) bool { return one == file })
		f.Others = append(f.Others, filepath.Base(file.Name))
		slices.Sort(f.Others)
	}
	f.configure(path, templates, entries, o)
}

// separate marks what is deployed by itself.
func (f *Folder) separate() {
	for _, file := range f.Files {
		file.separate = file.separate || file.isTemplate() || file.Format() == serverless.Format{}.Name()
	}
}

// packaged returns the templates that sam package made of others: each has the same resources as another one, but their
// code is in S3.
func packaged(templates []*File) (list []*File) {
	if len(templates) < 2 { // the usual case
		return nil
	}
	sources := map[string]bool{} // the parts of the templates whose code is not in S3
	parts := make([]string, len(templates))
	inS3 := make([]bool, len(templates))
	for i, file := range templates {
		parts[i], inS3[i] = partsOf(file)
		if !inS3[i] {
			sources[parts[i]] = true
		}
	}
	for i, file := range templates {
		if inS3[i] && sources[parts[i]] {
			list = append(list, file)
		}
	}
	return list
}

// partsOf returns the ids and types of a template's resources, and whether the code of one is in S3.
func partsOf(file *File) (parts string, inS3 bool) {
	var list []string
	for _, m := range file.doc.Top.Get("Resources").Members() {
		fields := m.Value.Fields()
		list = append(list, m.Key.Scalar()+" "+fields["Type"].Scalar()+"\n")
		if inS3 || !strings.HasSuffix(fields["Type"].Scalar(), "::Function") {
			continue
		}
		properties := fields["Properties"].Fields()
		inS3 = strings.HasPrefix(properties["CodeUri"].Scalar(), "s3://") ||
			properties["Code"].Get("S3Bucket").Exists() || properties["CodeUri"].Get("Bucket").Exists()
	}
	slices.Sort(list)
	return strings.Join(list, ""), inS3
}

// configure reads the SAM CLI's configuration of a folder, for its templates.
func (f *Folder) configure(path string, templates []*File, entries []os.DirEntry, o record.Options) {
	for _, name := range samconfig.Names() {
		file := filepath.Join(path, name)
		isName := func(e os.DirEntry) bool { return e.Name() == name }
		if len(templates) == 0 || !slices.ContainsFunc(entries, isName) || !isRegularIn(file, f.root) {
			continue
		}
		var c *samconfig.Config
		data, err := load(file, file, nil)
		if err == nil {
			c, err = samconfig.Read(file, data, o.ConfigEnvironment)
		}
		if err != nil {
			f.Files = append(f.Files, &File{Name: file, Found: true, err: err})
			f.Configured = true
		}
		for _, template := range templates {
			if c != nil && c.IsAbout(filepath.Base(template.Name)) {
				template.config = c
				f.note(template)
			}
		}
		f.Others = slices.DeleteFunc(f.Others, func(other string) bool { return other == name && f.Configured })
		return // the others do not count
	}
}

// note says what the configuration of a template has.
func (f *Folder) note(template *File) {
	c := template.config
	f.Configured = true
	var parts []string
	params := len(c.Params)
	if c.Params[samconfig.StackName] != "" {
		params--
	}
	if params > 0 {
		parts = append(parts, quantity.FormatCountOf(params, "parameter"))
	}
	if c.Region != "" {
		parts = append(parts, "the Region")
	}
	if c.Params[samconfig.StackName] != "" {
		parts = append(parts, "the name of the stack")
	}
	other := "NAME"
	if len(c.Others) > 0 {
		other = c.Others[0]
	}
	if len(parts) == 0 {
		parts = []string{"nothing"}
	}
	f.Notes = append(f.Notes, fmt.Sprintf("%s gives %s %s (environment %s; --config-env %s for another)", c.File,
		template.Name, strings.Join(parts, ", "), tree.Shown(c.Environment), advice.Quoted(other)))
	if c.Elsewhere != "" {
		f.Notes = append(f.Notes, fmt.Sprintf("%s: the parameters in %s are not read; pass them as --param KEY=VALUE",
			c.File, tree.Shown(c.Elsewhere)))
	}
}

// configured returns how the file is read, with what the SAM CLI would give to it. What the user gives counts first.
func (f *File) configured(o record.Options) record.Options {
	if f.config == nil {
		return o
	}
	params := maps.Clone(f.config.Params)
	maps.Copy(params, o.Params)
	o.Params, o.Region = params, cmp.Or(o.Region, f.config.Region)
	return o
}

// noteConfigured records which values of parameters come from the SAM CLI's configuration. given are the values that
// the user gives.
func (f *File) noteConfigured(r *record.Recorder, given map[string]string) {
	if f.config == nil {
		return
	}
	r.ConfiguredBy, r.Configured = f.config.File, map[string]string{}
	for name, value := range f.config.Params {
		if _, ok := given[name]; !ok && slices.Contains(r.Params, name) {
			r.Configured[name] = value
		}
	}
	r.Locate(f.config.Region, "", f.config.RegionPlace)
}

// isUnusual reports whether a file in a subfolder has another name than what is deployed usually has.
func isUnusual(path string) bool {
	name := filepath.Base(path)
	return !expectedName.Get().MatchString(name) || strings.HasPrefix(name, "lambdacap")
}

// addFolderBelow adds what a subfolder deploys, by the usual names.
func (f *Folder) addFolderBelow(path string, entries []os.DirEntry, o record.Options) {
	inside := Folder{opened: f.opened, root: f.root, below: true, environment: f.environment}
	for _, entry := range entries {
		file := filepath.Join(path, entry.Name())
		switch {
		case entry.Name() == assembly && entry.IsDir():
			if inside.addAssembly(file, o, 0) != nil {
				continue // too large, and maybe not the CDK's
			}
		case !entry.IsDir() && !isUnusual(file):
			inside.add(file, o)
		}
	}
	inside.Files = slices.DeleteFunc(inside.Files, func(file *File) bool {
		return file.err == nil && !file.isDeployed()
	})
	inside.addTemplates(path, entries, o)
	f.Files, f.Notes = append(f.Files, inside.Files...), append(f.Notes, inside.Notes...)
	f.Configured, f.environment = f.Configured || inside.Configured, inside.environment
}
