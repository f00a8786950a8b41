package module

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

const (
	// maxBytes limits all that is read for one root module.
	maxBytes = 8 << 20
	// maxFileBytes limits one file.
	maxFileBytes = 1 << 20
	// maxFiles limits the files of one folder.
	maxFiles = 1000
	// maxModules limits the modules of one root module, and maxNested how deep they call each other.
	maxModules = 1000
	maxNested  = 32
	// maxNames limits the attributes that expressions mention.
	maxNames = 2000
)

// A module is the content of a folder, or a module that lambdacap knows by its inputs.
type module struct {
	folder          string // relative to the root module; . for that
	known           bool   // by its inputs
	variables       map[string]*block
	locals          map[string]*attribute
	outputs         map[string]*block
	providers       map[string]*block // by name and alias: aws, aws.west
	resources, data map[string]*block // by type and name
	calls           map[string]*call
}

func newModule(folder string) *module {
	return &module{folder: folder, variables: map[string]*block{}, locals: map[string]*attribute{},
		outputs: map[string]*block{}, providers: map[string]*block{}, resources: map[string]*block{},
		data: map[string]*block{}, calls: map[string]*call{}}
}

// A call is a module block.
type call struct {
	*block
	of        *module           // nil if it cannot be read
	why       string            // why not
	providers map[string]string // the names in the calling module, by those in the module
}

// A loader reads the folders of a root module.
type loader struct {
	name      string // of the root folder, as the user gave it
	root      *os.Root
	outside   map[string]*os.Root // the folders of modules outside the root folder
	modules   map[string]*module  // by folder
	installed map[string]string   // the folders of modules that terraform init has fetched, by key
	names     map[string]bool     // all attributes that any expression mentions
	loading   []string            // the folders of the modules that are being read, each called by the one before
	comments  []comment
	left      int // bytes that may still be read
}

func newLoader(name string) (*loader, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be read: %w", name, cause(err))
	}
	return &loader{name: name, root: root, outside: map[string]*os.Root{}, modules: map[string]*module{},
		names: map[string]bool{}, left: maxBytes}, nil
}

// close closes the folders.
func (l *loader) close() {
	l.root.Close()
	for _, folder := range l.outside {
		folder.Close()
	}
}

// cause returns an error of the file system without its path.
func cause(err error) error {
	var path *fs.PathError
	switch {
	case !errors.As(err, &path):
		return err
	case path.Err.Error() == "path escapes from parent": // os has no name for this error
		return errors.New("it is a link that leads out of the folder, and so is not followed")
	}
	return path.Err
}

// work is what the evaluation of the sources may cost, once they have been read.
func (l *loader) work() int { return min(leastWork+maxBytes-l.left, mostWork) }

// shown returns what messages call a file or a folder.
func (l *loader) shown(path string) string { return filepath.Join(l.name, path) }

// within returns the folder that may be read for a path, and the path in it. The path is relative to the root module.
func (l *loader) within(path string) (*os.Root, string, bool) {
	if filepath.IsLocal(path) {
		return l.root, path, true
	}
	for folder, root := range l.outside {
		if inside, err := filepath.Rel(folder, path); err == nil && filepath.IsLocal(inside) {
			return root, inside, true
		}
	}
	return nil, "", false
}

// errOutside is why a file is not read.
var errOutside = errors.New("it is outside the module's folder")

// read reads a file. Links that lead out of the folder are refused, and so is everything but files.
func (l *loader) read(path string) ([]byte, error) {
	root, inside, ok := l.within(path)
	if !ok {
		return nil, errOutside
	}
	info, err := root.Stat(inside)
	switch {
	case err != nil:
		return nil, cause(err)
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a file")
	case info.Size() > maxFileBytes:
		return nil, fmt.Errorf("the file is larger than %d MB", maxFileBytes>>20)
	}
	file, err := root.Open(inside)
	if err != nil {
		return nil, cause(err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFileBytes))
	if l.left -= len(data); l.left < 0 {
		return nil, fmt.Errorf("the files of the module are larger than %d MB", maxBytes>>20)
	}
	return data, err
}

// list lists the files of a folder, in order.
func (l *loader) list(folder string) (names []string, err error) {
	root, inside, ok := l.within(folder)
	if !ok {
		return nil, errOutside
	}
	opened, err := root.Open(inside)
	if err != nil {
		return nil, cause(err)
	}
	defer opened.Close()
	entries, err := opened.ReadDir(maxFiles + 1)
	if err != nil && err != io.EOF {
		return nil, cause(err)
	}
	if len(entries) > maxFiles {
		return nil, fmt.Errorf("the folder has more than %d entries", maxFiles)
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// IsSource reports whether a file of this name is part of a module.
func IsSource(name string) bool {
	return !strings.HasPrefix(name, ".") && !strings.HasSuffix(name, "~") &&
		(strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tf.json") ||
			strings.HasSuffix(name, ".tofu") || strings.HasSuffix(name, ".tofu.json"))
}

// IsValues reports whether a file of this name has values for variables.
func IsValues(name string) bool {
	return strings.HasSuffix(name, ".tfvars") || strings.HasSuffix(name, ".tfvars.json")
}

// Roots returns the folders with sources that none of the others calls as a module.
func Roots(folders []string) []string {
	called := map[string]bool{}
	for _, folder := range folders {
		l, err := newLoader(folder)
		if err != nil {
			continue
		}
		names, _ := l.sources(".")
		for _, name := range names {
			data, _ := l.read(name) // reading it as a root reports what is wrong
			if !bytes.Contains(data, []byte(`"./`)) && !bytes.Contains(data, []byte(`"..`)) {
				continue // it calls no folder
			}
			blocks, _ := l.parse(name, data)
			for _, b := range blocks {
				if source := sourceOf(b); b.kind == "module" && isLocal(source) {
					called[filepath.Join(folder, filepath.FromSlash(source))] = true
				}
			}
		}
		l.close()
	}
	return slices.DeleteFunc(slices.Clone(folders), func(folder string) bool { return called[filepath.Clean(folder)] })
}

// sourceOf returns the source of a module call; empty if it is computed.
func sourceOf(b *block) string {
	a := b.attributes["source"]
	if a == nil {
		return ""
	}
	v, _ := a.raw.Value(nil)
	return text(v)
}

// isOverride reports whether a file changes what other files say.
func isOverride(name string) bool {
	stem, _, _ := strings.Cut(name, ".")
	return stem == "override" || strings.HasSuffix(stem, "_override")
}

// sources lists the files of a module. OpenTofu's files replace Terraform's of the same name.
func (l *loader) sources(folder string) (names []string, err error) {
	all, err := l.list(folder)
	for _, name := range all {
		if tofu := strings.Replace(name, ".tf", ".tofu", 1); IsSource(name) && !slices.Contains(all, tofu) {
			names = append(names, name)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { // overrides last
		switch first, second := isOverride(a), isOverride(b); {
		case first == second:
			return 0
		case second:
			return -1
		}
		return 1
	})
	return names, err
}

// load reads the module in a folder and the modules that it calls.
func (l *loader) load(folder, key string, nested int) (*module, error) {
	if m := l.modules[folder]; m != nil && !slices.Contains(l.loading, folder) {
		return m, nil
	}
	l.loading = append(l.loading, folder)
	defer func() { l.loading = l.loading[:len(l.loading)-1] }()
	switch {
	case slices.Contains(l.loading[:nested], folder):
		return nil, fmt.Errorf("%s: the module calls itself", l.shown(folder))
	case nested > maxNested:
		return nil, fmt.Errorf("%s: modules call each other more than %d deep", l.shown(folder), maxNested)
	case len(l.modules) >= maxModules:
		return nil, fmt.Errorf("%s: there are more than %d modules", l.shown(folder), maxModules)
	}
	m := newModule(folder)
	l.modules[folder] = m
	names, err := l.sources(folder)
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be read: %w", l.shown(folder), err)
	}
	contents := make([][]byte, len(names)) // too much of it is refused before any is parsed
	for i, name := range names {
		if contents[i], err = l.read(filepath.Join(folder, name)); err != nil {
			return nil, fmt.Errorf("%s: cannot be read: %w; %s", l.shown(filepath.Join(folder, name)), err, planRemedy)
		}
	}
	for i, name := range names {
		blocks, err := l.parse(filepath.Join(folder, name), contents[i])
		if err != nil {
			return nil, err
		}
		for _, b := range blocks {
			m.add(b, isOverride(name))
		}
	}
	return m, l.loadCalls(m, key, nested)
}

// parse parses a file.
func (l *loader) parse(path string, data []byte) ([]*block, error) {
	shown := l.shown(path)
	isJSON := strings.HasSuffix(path, ".json")
	if line, why := tooComplex(data, isJSON); line > 0 {
		return nil, fmt.Errorf("%s:%d: %s", shown, line, why)
	}
	blocks, diagnostics := parse(shown, data, isJSON)
	if d := firstError(diagnostics); d != nil {
		return nil, fmt.Errorf("%s:%d: this is not valid Terraform: %s", shown, lineOf(d), shownFault(d))
	}
	if !isJSON {
		l.comments = append(l.comments, findComments(shown, data)...)
	}
	l.mention(data)
	return blocks, nil
}

// mention collects the names of attributes that a file mentions, by their form: .name or ["name"]. More names do no
// harm.
func (l *loader) mention(data []byte) {
	for i := range data {
		from := i + 1
		if data[i] == '[' && from < len(data) && data[from] == '"' {
			from++
		} else if data[i] != '.' {
			continue
		}
		to := from
		for to < len(data) && (data[to] == '_' || data[to] == '-' || data[to] >= '0' && data[to] <= '9' ||
			data[to]|0x20 >= 'a' && data[to]|0x20 <= 'z') {
			to++
		}
		if to > from && len(l.names) < maxNames {
			l.names[string(data[from:to])] = true
		}
	}
}

// shownFault returns what is wrong, in HCL's words.
func shownFault(d *hcl.Diagnostic) string {
	if d == nil {
		return "unknown"
	}
	return tree.Shown(strings.ToLower(d.Summary[:min(1, len(d.Summary))]) + d.Summary[min(1, len(d.Summary)):])
}

// add adds a block to the module.
func (m *module) add(b *block, overrides bool) {
	if names := labelsOf(b.kind); names == nil || len(b.labels) != len(names) {
		return
	}
	name := b.named()
	into := map[string]map[string]*block{"variable": m.variables, "output": m.outputs, "resource": m.resources,
		"data": m.data}[b.kind]
	switch b.kind {
	case "locals":
		maps.Copy(m.locals, b.attributes)
		return
	case "provider":
		if alias := b.attributes["alias"]; alias != nil {
			v, _ := alias.raw.Value(nil)
			name += "." + text(v)
		}
		into = m.providers
	case "module":
		if before := m.calls[name]; before != nil && overrides {
			before.override(b)
		} else {
			m.calls[name] = &call{block: b}
		}
		return
	}
	if before := into[name]; before != nil && overrides {
		before.override(b)
	} else if into != nil {
		into[name] = b
	}
}

// loadCalls reads the modules that a module calls. key is that of the module in the list of installed modules.
func (l *loader) loadCalls(m *module, key string, nested int) error {
	for _, name := range slices.Sorted(maps.Keys(m.calls)) {
		c := m.calls[name]
		c.providers = providersOf(c.block)
		source := sourceOf(c.block)
		own := strings.TrimPrefix(key+"."+name, ".")
		folder := l.installed[own]
		switch {
		case isLocal(source):
			folder = filepath.Join(m.folder, filepath.FromSlash(source))
		case folder != "":
		case isLambdaModule(source):
			c.of = lambdaModule(l)
			continue
		default:
			c.why = "its source is not on this machine"
			continue
		}
		if err := l.open(folder); err != nil {
			c.why = err.Error()
			continue
		}
		var err error
		if c.of, err = l.load(folder, own, nested+1); err != nil {
			return err
		}
	}
	return nil
}

// isLocal reports whether the source of a module is a folder.
func isLocal(source string) bool {
	return source == "." || source == ".." || strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../")
}

// open makes the folder of a module readable. Outside the root folder it may have no links on its way, because a link
// may lead to what nobody meant to show.
func (l *loader) open(folder string) error {
	if known, inside, ok := l.within(folder); ok {
		if _, err := known.Stat(inside); err != nil {
			return fmt.Errorf("%s: %w", l.shown(folder), cause(err))
		}
		return nil
	}
	path := l.shown(folder)
	root, err := filepath.EvalSymlinks(l.name)
	if err != nil {
		return cause(err)
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return cause(err)
	}
	if inside, err := filepath.Rel(repository(root), real); err != nil || !filepath.IsLocal(inside) {
		return errors.New("its folder is outside the repository")
	}
	if real, err = filepath.Rel(root, real); err != nil || real != folder {
		return errors.New("a link leads to its folder")
	}
	opened, err := os.OpenRoot(path)
	if err == nil {
		l.outside[folder] = opened
	}
	return err
}

// repository returns the Git repository that a folder is in; the root of the file system if it is in none.
func repository(folder string) string {
	for {
		if _, err := os.Lstat(filepath.Join(folder, ".git")); err == nil {
			return folder
		}
		above := filepath.Dir(folder)
		if above == folder {
			return folder
		}
		folder = above
	}
}

// findInstalled reads where terraform init has put the modules that it fetched.
func (l *loader) findInstalled() {
	data, err := l.read(filepath.Join(".terraform", "modules", "modules.json"))
	var list struct {
		Modules []struct{ Key, Dir string }
	}
	if err != nil || json.Unmarshal(data, &list) != nil {
		return
	}
	l.installed = map[string]string{}
	for _, m := range list.Modules {
		if folder := filepath.Clean(filepath.FromSlash(m.Dir)); m.Key != "" && filepath.IsLocal(folder) {
			l.installed[m.Key] = folder
		}
	}
}
