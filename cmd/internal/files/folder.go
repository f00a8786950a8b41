package files

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// maxEntries limits the entries of a folder that is read as a whole. A larger one is hardly that of a project.
const maxEntries = 1000

// assembly is the folder in which the CDK leaves the templates of an app, the only one that is read with its parent.
const assembly = "cdk.out"

// A Folder is what a folder holds.
type Folder struct {
	// Files are the files that lambdacap knows, and those that look like them and cannot be read, in order of name.
	Files []*File
	// Others are the names of the other files, in order. Hidden files and folders are not among them.
	Others []string
}

// IsFolder reports whether there is a folder at a path.
func IsFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// OpenFolder opens the files of a folder that lambdacap knows. It searches no folder in it but cdk.out, and follows no
// link that leads elsewhere. An error means that the folder cannot be listed, or is too large.
func OpenFolder(path string, o record.Options) (found Folder, err error) {
	entries, err := list(path)
	if err != nil {
		return Folder{}, err
	}
	root, err := filepath.EvalSymlinks(path)
	if err != nil {
		return Folder{}, fmt.Errorf("%s: cannot be read: %w", path, Cause(err))
	}
	for _, entry := range entries {
		name := entry.Name()
		switch file := filepath.Join(path, name); {
		case strings.HasPrefix(name, "."):
		case name == assembly && entry.IsDir():
			inside, err := list(file)
			if err != nil {
				return Folder{}, err
			}
			for _, template := range inside {
				if strings.HasSuffix(template.Name(), ".template.json") {
					found.add(filepath.Join(file, template.Name()), root, o)
				}
			}
		case IsFolder(file):
		default:
			found.add(file, root, o)
		}
	}
	return found, nil
}

// list lists a folder in order of name.
func list(path string) ([]os.DirEntry, error) {
	folder, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be read: %w", path, Cause(err))
	}
	defer folder.Close()
	entries, err := folder.ReadDir(maxEntries + 1)
	switch {
	case err != nil && err != io.EOF:
		return nil, fmt.Errorf("%s: cannot be read: %w", path, Cause(err))
	case len(entries) > maxEntries:
		return nil, fmt.Errorf("%s: the folder has more than %d entries; expected the names of the files", path, maxEntries)
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// extensions are those of the files of a folder that are looked into.
var extensions = []string{".yaml", ".yml", ".json"}

// add opens a file, and adds it where it belongs. root is the folder, without links.
func (f *Folder) add(path, root string, o record.Options) {
	name := filepath.Base(path)
	other := func() { f.Others = append(f.Others, name) }
	if !slices.Contains(extensions, strings.ToLower(filepath.Ext(name))) || !isRegularIn(path, root) {
		other()
		return
	}
	data, err := load(path, path, nil)
	if err != nil {
		f.Files = append(f.Files, &File{Name: path, Found: true, err: err})
		return
	}
	file := open(path, data, o)
	file.Found = true
	parsed := file.doc != nil && file.doc.Top.Exists()
	empty := parsed && len(file.doc.Top.Members()) == 0 // {} is an answer of the AWS CLI only if somebody says so
	if empty || file.format == nil && (parsed || !isExpected(name, data)) {
		other()
		return
	}
	f.Files = append(f.Files, file)
}

// isRegularIn reports whether a path leads to a regular file in a folder or below. Opening a pipe would wait for its
// writer, and a link may lead to what nobody meant to show.
func isRegularIn(path, root string) bool {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	below, err := filepath.Rel(root, real)
	info, missing := os.Stat(real)
	return err == nil && missing == nil && filepath.IsLocal(below) && info.Mode().IsRegular()
}

var (
	expectedName = regexp.MustCompile(`^(?i)(lambdacap|serverless|template)\.(ya?ml|json)$`)
	expectedText = regexp.MustCompile(`AWS::(?:Lambda|Serverless)::|aws_lambda_function|(?m)^(?:functions|account):`)
)

// isExpected reports whether a file that cannot be parsed seems to be one that lambdacap knows: to pass over it would
// hide the fault in it.
func isExpected(name string, data []byte) bool {
	return expectedName.MatchString(name) || expectedText.Match(data)
}

// HasTerraform reports whether the folder has Terraform source but no plan or state that could be read instead.
func (f *Folder) HasTerraform() bool {
	isSource := func(name string) bool {
		return strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tf.json") || strings.HasSuffix(name, ".tofu")
	}
	isPlan := func(file *File) bool { return file.Format() == formats[0].Name() }
	return slices.ContainsFunc(f.Others, isSource) && !slices.ContainsFunc(f.Files, isPlan)
}

// maxOthers is how many names of other files a message has.
const maxOthers = 5

// Unread says which files of the folder are not read; empty if there are none.
func (f *Folder) Unread() string {
	if len(f.Others) == 0 {
		return ""
	}
	text := "1 other file was not read: "
	if n := len(f.Others); n > 1 {
		text = fmt.Sprintf("%d other files were not read: ", n)
	}
	text += strings.Join(f.Others[:min(len(f.Others), maxOthers)], ", ")
	if more := len(f.Others) - maxOthers; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	if f.HasTerraform() {
		text += "; for Terraform, pass " + ofPlan
	}
	return text
}

// Expected is what a folder must hold, as messages say it.
func Expected(o record.Options) string {
	return "a .yaml, .yml or .json file: " + legal(o)
}
