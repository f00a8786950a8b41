package files

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/terraform"
	"github.com/lambdacap/lambdacap/cmd/internal/files/terraform/module"
	"github.com/lambdacap/lambdacap/cmd/internal/lazyregexp"
)

// maxEntries limits the entries of a folder that is read as a whole: some files for each of a thousand functions. A
// larger folder is hardly a project.
const maxEntries = 5000

// assembly is the folder in which the CDK writes the templates of an app. It is the only one read with its parent.
const assembly = "cdk.out"

// A Folder is the content of a folder.
type Folder struct {
	// Files are the files that lambdacap knows, in order of name. Files that look like them but cannot be read are among
	// them.
	Files []*File
	// Others are the names of the other files, in order. Hidden files and folders are left out.
	Others []string
	// Notes say what else counts, and Steps what to do about files that lambdacap does not read as they are.
	Notes, Steps []string
	// Configured reports whether the configuration of the SAM CLI counts.
	Configured bool

	opened      map[string]*File // by path, see openAll
	root        string           // the folder, without links
	environment string           // of the templates that the CDK wrote; empty if it does not say
	below       bool             // it is a subfolder of the one that the user named
}

// IsFolder reports whether there is a folder at a path.
func IsFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// OpenFolder opens the files of a folder that lambdacap knows, and searches the subfolders: cdk.out for templates, and
// the others for Terraform sources and templates if the folder itself has none. It follows no link that leads out of
// the folder. An error means that the folder cannot be listed or is too large.
func OpenFolder(path string, o record.Options) (found Folder, err error) {
	entries, err := list(path)
	if err != nil {
		return Folder{}, err
	}
	if found.root, err = filepath.EvalSymlinks(path); err != nil {
		return Folder{}, fmt.Errorf("%s: cannot be read: %w", path, Cause(err))
	}
	if filepath.Base(found.root) == assembly {
		err := found.addAssembly(path, o, 0)
		found.separate()
		return found, err
	}
	var sources []string // of Terraform
	found.openAll(filesOf(path, entries), o)
	for _, entry := range entries {
		name := entry.Name()
		switch file := filepath.Join(path, name); {
		case strings.HasPrefix(name, "."):
		case name == assembly && entry.IsDir():
			if err := found.addAssembly(file, o, 0); err != nil {
				return Folder{}, err
			}
		case IsFolder(file):
		case module.IsSource(name) || module.IsValues(name):
			sources = append(sources, name)
		default:
			found.add(file, o)
		}
	}
	found.addTemplates(path, entries, o)
	found.addSources(path, sources)
	found.addBelow(path, entries, o)
	found.addSteps(path, entries)
	return found, nil
}

// addSources adds the Terraform sources of the folder. A plan there says more, so it is read instead of them.
func (f *Folder) addSources(path string, sources []string) {
	if slices.ContainsFunc(sources, module.IsSource) && !slices.ContainsFunc(f.Files, (*File).isPlan) {
		f.Files = append(f.Files, openRoot(path))
		return
	}
	f.Others = append(f.Others, sources...)
	slices.Sort(f.Others)
}

// addBelow adds what the subfolders deploy: Terraform root modules if the folder has no sources, and templates if it
// has neither those nor sources.
func (f *Folder) addBelow(path string, entries []os.DirEntry, o record.Options) {
	isSource := func(e os.DirEntry) bool { return !e.IsDir() && module.IsSource(e.Name()) }
	if slices.ContainsFunc(entries, isSource) || slices.ContainsFunc(f.Files, (*File).isPlan) {
		return
	}
	templates := !slices.ContainsFunc(f.Files, (*File).isDeployed)
	type subfolder struct {
		path   string
		inside []os.DirEntry
	}
	var below []string // folders with sources
	var others []subfolder
	var usual []string // files with the usual names
	for folder, inside := range subfolders(path, entries) {
		if slices.ContainsFunc(inside, isSource) && len(below) < maxEntries {
			below = append(below, folder)
		}
		if templates {
			others = append(others, subfolder{folder, inside})
			usual = append(usual, slices.DeleteFunc(filesOf(folder, inside), isUnusual)...)
		}
	}
	inside := Folder{root: f.root, below: true}
	inside.openAll(usual, o)
	f.opened = inside.opened
	for _, other := range others {
		f.addFolderBelow(other.path, other.inside, o)
	}
	for _, root := range module.Roots(below) {
		f.Files = append(f.Files, openRoot(root))
	}
}

// openRoot returns the file that stands for the sources of a root module.
func openRoot(path string) *File {
	return &File{Name: path, Found: true, root: true, separate: true, format: formatOf(terraform.Format{}.Name())}
}

// maxLevels limits how deep subfolders are searched, and maxFolders how many.
const (
	maxLevels  = 6
	maxFolders = 20_000
)

// subfolders yields the subfolders of a folder with their entries, except those of other tools. One that cannot be
// listed or is too large is passed over.
func subfolders(path string, entries []os.DirEntry) iter.Seq2[string, []os.DirEntry] {
	return func(yield func(string, []os.DirEntry) bool) {
		left := maxFolders
		var search func(path string, entries []os.DirEntry, level int) bool
		search = func(path string, entries []os.DirEntry, level int) bool {
			for _, entry := range entries {
				name := entry.Name()
				if !entry.IsDir() || strings.HasPrefix(name, ".") || slices.Contains(foreign, name) ||
					strings.Contains(name, "{{") { // a folder of a template for projects
					continue
				}
				folder := filepath.Join(path, name)
				inside, err := list(folder)
				if left--; err != nil || left < 0 {
					continue
				}
				if !yield(folder, inside) || level < maxLevels && !search(folder, inside, level+1) {
					return false
				}
			}
			return true
		}
		search(path, entries, 0)
	}
}

// foreign are the names of folders that hold what other people wrote.
var foreign = []string{"node_modules", "vendor", assembly}

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

// List lists the regular files of a folder in order of name, without hidden ones and links that lead out of it.
func List(path string) (names []string, err error) {
	entries, err := list(path)
	if err != nil {
		return nil, err
	}
	root, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be read: %w", path, Cause(err))
	}
	for _, entry := range entries {
		file := filepath.Join(path, entry.Name())
		if !strings.HasPrefix(entry.Name(), ".") && isRegularIn(file, root) {
			names = append(names, file)
		}
	}
	return names, nil
}

// extensions are the extensions of the files that are opened in a folder.
var extensions = []string{".yaml", ".yml", ".json"}

// filesOf returns the paths of the files of a folder that are not hidden.
func filesOf(path string, entries []os.DirEntry) (paths []string) {
	for _, entry := range entries {
		if !entry.IsDir() && !strings.HasPrefix(entry.Name(), ".") {
			paths = append(paths, filepath.Join(path, entry.Name()))
		}
	}
	return paths
}

// openAll opens files of the folder on all processors, for add.
func (f *Folder) openAll(paths []string, o record.Options) {
	files := make([]*File, len(paths))
	each(len(paths), func(i int) { files[i] = f.open(paths[i], o) })
	f.opened = make(map[string]*File, len(paths))
	for i, path := range paths {
		f.opened[path] = files[i]
	}
}

// each calls work for 0 to n-1 on all processors.
func each(n int, work func(i int)) {
	var next atomic.Int64
	share := func() {
		for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
			work(int(i))
		}
	}
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) - 1 {
		wait.Go(share)
	}
	share()
	wait.Wait()
}

// add adds a file to Files or Others.
func (f *Folder) add(path string, o record.Options) {
	file, opened := f.opened[path]
	if !opened {
		file = f.open(path, o)
	}
	if file == nil {
		f.Others = append(f.Others, filepath.Base(path))
		return
	}
	f.Files = append(f.Files, file)
}

// open opens a file of the folder; nil if it is not one that lambdacap knows.
func (f *Folder) open(path string, o record.Options) *File {
	name := filepath.Base(path)
	if !slices.Contains(extensions, strings.ToLower(filepath.Ext(name))) || !isRegularIn(path, f.root) {
		return nil
	}
	data, err := load(path, path, nil)
	if err != nil {
		return &File{Name: path, Found: true, err: err}
	}
	if isMetrics.Get().Match(data[:min(len(data), headBytes)]) { // which may have many, and no settings
		return nil
	}
	file := open(path, data, o)
	file.Found = true
	parsed := file.doc != nil && file.doc.Top.Exists()
	empty := parsed && len(file.doc.Top.Members()) == 0 // {} is AWS CLI output only if the user says so
	if empty || file.format == nil && (parsed || !f.isExpected(name, data)) {
		return nil
	}
	return file
}

// isRegularIn reports whether a path leads to a regular file in a folder or below. Opening a pipe would wait for its
// writer. A link may lead to a file that nobody meant to show.
func isRegularIn(path, root string) bool {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	below, err := filepath.Rel(root, real)
	info, missing := os.Stat(real)
	return err == nil && missing == nil && filepath.IsLocal(below) && info.Mode().IsRegular()
}

// headBytes is how much of a file shows that it has metrics.
const headBytes = 64

var (
	isMetrics = lazyregexp.Regexp{Text: `\A\s*\{\s*"MetricDataResults"`}

	expectedName = lazyregexp.Regexp{Text: `^(?i)(lambdacap|serverless|template)\.(ya?ml|json)$`}
	expectedText = lazyregexp.Regexp{Text: `AWS::(?:Lambda|Serverless)::|aws_lambda_function|(?m)^(?:functions|account):`}
)

// isExpected reports whether a file that cannot be parsed seems to be one that lambdacap knows. Skipping it would hide
// its fault. In a subfolder, its name says less.
func (f *Folder) isExpected(name string, data []byte) bool {
	return !f.below && expectedName.Get().MatchString(name) || expectedText.Get().Match(data)
}

// maxOthers limits the names of other files in a message.
const maxOthers = 5

// Unread describes the files of the folder that are not read. It is empty if there are none.
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
	return text
}

// Expected is what messages say a folder must contain.
func Expected(o record.Options) string {
	return "Terraform sources (*.tf), or a .yaml, .yml or .json file: " + expected(o)
}
