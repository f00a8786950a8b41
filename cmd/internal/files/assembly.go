package files

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/lambdacap/lambdacap/calc/advice"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// addAssembly adds the templates that the CDK wrote, with those of the stages of the app. Templates for another account
// or Region than the first are left out, because each has its own quota.
func (f *Folder) addAssembly(path string, o record.Options, level int) error {
	entries, err := list(path)
	if err != nil {
		return err
	}
	environments := f.environmentsIn(path)
	for _, entry := range entries {
		file := filepath.Join(path, entry.Name())
		switch {
		case entry.IsDir() && strings.HasPrefix(entry.Name(), "assembly-") && level < maxLevels:
			err = cmp.Or(err, f.addAssembly(file, o, level+1))
		case !strings.HasSuffix(entry.Name(), ".template.json"):
		case f.isElsewhere(environments[entry.Name()], o.Region):
			f.Notes = append(f.Notes, fmt.Sprintf("%s is for another account or Region, %s; run lambdacap check %s", file,
				tree.Shown(environments[entry.Name()]), advice.Quoted(file)))
		default:
			f.add(file, o)
		}
	}
	return err
}

// environmentsIn returns the environments of the templates in a folder that the CDK wrote, by their names: the account
// and the Region, as aws://ACCOUNT/REGION. What the app does not say is empty.
func (f *Folder) environmentsIn(path string) map[string]string {
	manifest := filepath.Join(path, "manifest.json")
	if !isRegularIn(manifest, f.root) {
		return nil
	}
	data, err := load(manifest, manifest, nil)
	if err != nil {
		return nil
	}
	d, err := tree.Parse(manifest, data, "the manifest of cdk synth")
	if err != nil {
		return nil
	}
	found := map[string]string{}
	for _, artifact := range d.Top.Get("artifacts").Members() {
		environment := artifact.Value.Get("environment").Scalar()
		if !strings.Contains(environment, "unknown-") {
			found[artifact.Value.Path("properties", "templateFile").Scalar()] = environment
		}
	}
	return found
}

// isElsewhere reports whether an environment is another one than that of the templates before. If the user chose a
// Region, it is one in another Region.
func (f *Folder) isElsewhere(environment, region string) bool {
	if environment == "" {
		return false
	}
	if region != "" && !strings.HasSuffix(environment, "/"+region) {
		return true
	}
	f.environment = cmp.Or(f.environment, environment)
	return f.environment != environment
}
