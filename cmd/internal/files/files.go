// Package files reads the files that teams already have: templates, plans, AWS CLI output. Each kind of file has a
// Format in a package of its own. All of them produce the same kind of account, in which every value knows its place.
package files

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/lambdacap/lambdacap/cmd/internal/files/awscli"
	"github.com/lambdacap/lambdacap/cmd/internal/files/cloudformation"
	"github.com/lambdacap/lambdacap/cmd/internal/files/profile"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/samconfig"
	"github.com/lambdacap/lambdacap/cmd/internal/files/serverless"
	"github.com/lambdacap/lambdacap/cmd/internal/files/terraform"
	"github.com/lambdacap/lambdacap/cmd/internal/files/terraform/module"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
	"github.com/lambdacap/lambdacap/cmd/internal/lazyregexp"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// A Format is one kind of file.
type Format interface {
	// Name is what --format and messages call it.
	Name() string
	// Claims reports whether the content of a document is of this format.
	Claims(top tree.Node, o record.Options) bool
	// Read records what the document says. A value that cannot be resolved becomes unknown. An error means that the
	// file is not of this format after all.
	Read(d *tree.Document, r *record.Recorder) error
}

// Profile is the name of the format of profiles.
const Profile = profile.Name

// formats are tried in order: the first that claims a document reads it. A new format is one more line.
var formats = []format{
	{Format: terraform.Format{}, what: "a Terraform plan"},
	{Format: cloudformation.Format{}, what: "a CloudFormation template", mustClaim: true, yaml11: true,
		lastKeyCounts: true},
	{Format: serverless.Format{}, what: "a serverless.yml", mustClaim: true},
	{Format: awscli.Format{}, what: "AWS CLI output", emptyFile: "{}"}, // it prints nothing if nothing is set
	{Format: profile.Format{}, readerChecks: true, expected: "account, functions, or the keys of one function"},
}

// anyFile is what messages say a file may contain. Add a new format only if users should think of it.
const anyFile = "a profile, a SAM or CloudFormation template, terraform show -json, serverless.yml, " +
	"or AWS CLI output"

// A format is a Format, and how its files are opened.
type format struct {
	Format
	what          string // what messages call such a file, with its article
	mustClaim     bool   // even if the user names this format, the file must look like it
	yaml11        bool   // the rules of YAML 1.1 apply
	lastKeyCounts bool   // of equal keys the last counts, as in the file's tool; other formats reject them
	emptyFile     string // what an empty file means if the user names this format
	readerChecks  bool   // the reader checks the content, and its errors are more specific
	expected      string // what a file may contain if the user names this format; empty for anyFile
}

// Names lists the formats, for --format.
func Names() (names []string) {
	for _, f := range formats {
		names = append(names, f.Name())
	}
	return names
}

// formatOf returns the format of a name, or nil.
func formatOf(name string) *format {
	for i := range formats {
		if formats[i].Name() == name {
			return &formats[i]
		}
	}
	return nil
}

// expected returns what messages say a file may contain.
func expected(o record.Options) string {
	if f := formatOf(o.Format); f != nil && f.expected != "" {
		return f.expected
	}
	return anyFile
}

// A File is an open file that has been parsed and whose format has been detected.
type File struct {
	Name     string // as the user gave it; stdin for -
	Found    bool   // lambdacap found it in a folder that the user named
	root     bool   // it stands for the Terraform sources in the folder of this name
	separate bool   // see record.File
	doc      *tree.Document
	format   *format           // nil if it is not known
	config   *samconfig.Config // what the SAM CLI would give to it; nil for nothing
	// counted is how much of the units claimed elsewhere an earlier answer took to be claimed by its functions.
	counted int64
	err     error // why the file cannot be read
}

// Format is the name of the file's format; empty if it is not known.
func (f *File) Format() string {
	if f.format == nil {
		return ""
	}
	return f.format.Name()
}

// Open parses the file at a path, or standard input if the path is -, and finds its format. If that fails, Read returns
// the error.
func Open(path string, stdin io.Reader, o record.Options) *File {
	name := DisplayName(path)
	data, err := load(path, name, stdin)
	if err != nil {
		return &File{Name: name, err: err}
	}
	return open(name, data, o)
}

// DisplayName returns what messages and answers call the file at a path.
func DisplayName(path string) string {
	switch path {
	case "-":
		return "stdin"
	case "":
		return `""`
	}
	return path
}

// open is Open for a file in memory.
func open(name string, data []byte, o record.Options) *File {
	f := &File{Name: name}
	if isAnswer(data) {
		if data, f.counted, f.err = answerProfile(name, data); f.err != nil {
			return f
		}
	}
	if chosen := formatOf(o.Format); chosen != nil && chosen.emptyFile != "" && len(bytes.TrimSpace(data)) == 0 {
		data = []byte(chosen.emptyFile)
	}
	if f.doc, f.err = tree.Parse(name, data, expected(o)); f.err != nil {
		f.fillable(data, o)
	}
	if f.err == nil {
		f.format, f.err = detect(f.doc, o)
		if err := f.doc.Stopped(); err != nil {
			f.err = err
			return f
		}
	}
	// A chosen format reads anything, so the error would say less about what the file is.
	if f.err != nil || f.format.readerChecks && !f.format.Claims(f.doc.Top, o) {
		if err := nearby(name, data, f.doc); err != nil {
			f.err = err
		}
	}
	if other := claimant(f, o); other != nil {
		f.err = fmt.Errorf("%s: this is %s, not a profile; pass it without --profile: lambdacap plan %s",
			f.doc.Top.Place(), other.what, name)
	}
	return f
}

// blank matches a placeholder that a draft of a profile leaves to be filled in. To YAML its question mark is an
// indicator.
var blank = lazyregexp.Regexp{Text: `(?m)^([ -]*\w+: +)\?([ \t\r]*(?:#.*)?)$`}

// fillable parses data that is not YAML again, with quotes around the placeholders of a profile. The profile reader
// then reports where they are. Files other than profiles stay as they were.
func (f *File) fillable(data []byte, o record.Options) {
	if len(data) > tree.MaxYAMLBytes { // it is no profile
		return
	}
	quoted := blank.Get().ReplaceAll(data, []byte(`$1"?"$2`))
	if bytes.Equal(quoted, data) {
		return
	}
	doc, err := tree.Parse(f.Name, quoted, expected(o))
	if err == nil && (profile.Format{}).Claims(doc.Top, o) {
		f.doc, f.err = doc, nil
	}
}

// claimant returns the actual format of a file that was taken for a profile, or nil if it may be a profile.
func claimant(f *File, o record.Options) *format {
	if f.err != nil || !f.format.readerChecks || f.doc.Top.Kind() != tree.Mapping {
		return nil
	}
	for i := range formats {
		if other := &formats[i]; !other.readerChecks && other.Claims(f.doc.Top, o) {
			return other
		}
	}
	return nil
}

// Read reads the file. If it fails, it returns what it could read along with the error.
func (f *File) Read(o record.Options) (record.File, error) {
	r := record.NewRecorder(f.Name, f.Format(), f.configured(o))
	if f.err != nil {
		return r.File, f.err
	}
	r.Separate = f.separate
	if f.root {
		return readRoot(r)
	}
	r.Stop = f.doc.Stop
	r.Acceptances = record.Acceptances(f.doc)
	if f.format.lastKeyCounts {
		r.Repeated = f.doc.KeepLastKeys()
	}
	err := f.format.Read(f.doc, r)
	if stopped := cmp.Or(f.doc.Stopped(), r.Full()); stopped != nil {
		return record.File{Name: f.Name, Format: f.Format()}, stopped
	}
	r.DropMisnamed()
	r.Counted = f.counted
	f.noteConfigured(r, o.Params)
	return r.File, err
}

// ReadAll reads files on all processors. errs has what is wrong with each; nil for one that could be read.
func ReadAll(list []*File, o record.Options) (contents []record.File, errs []error) {
	contents, errs = make([]record.File, len(list)), make([]error, len(list))
	each(len(list), func(i int) { contents[i], errs[i] = list[i].Read(o) })
	return contents, errs
}

// readRoot reads the Terraform sources in a folder.
func readRoot(r *record.Recorder) (record.File, error) {
	err := module.Read(r.Name, r)
	if err == nil {
		err = r.Full()
	}
	if err != nil {
		return record.File{Name: r.Name, Format: r.Format}, err
	}
	r.DropMisnamed()
	return r.File, nil
}

// minRead is the smallest buffer for a read, bytes.
const minRead = 4096

// load reads a file, up to the largest size that is read.
func load(path, name string, stdin io.Reader) ([]byte, error) {
	in := stdin
	var size int64
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("%s: cannot be read: %w", name, Cause(err))
		}
		defer file.Close()
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			size = info.Size()
		}
		in = file
	}
	// Make room for the whole file and one byte over the limit, because growing the buffer would copy it.
	data := make([]byte, 0, min(size, tree.MaxBytes)+minRead)
	for {
		n, err := in.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case len(data) > tree.MaxBytes:
			return nil, fmt.Errorf("%s: the file is too large; expected at most %d MB", name, tree.MaxBytes>>20)
		case errors.Is(err, io.EOF):
			return data, nil
		case err != nil:
			return nil, fmt.Errorf("%s: cannot be read: %w", name, Cause(err))
		}
		if len(data) == cap(data) {
			data = append(data, make([]byte, len(data))...)[:len(data)]
		}
	}
}

// Cause returns a file system error without its path, because the message already has the path.
func Cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// detect finds the format of a document.
func detect(d *tree.Document, o record.Options) (*format, error) {
	if f := formatOf(o.Format); f != nil && f.readerChecks {
		return f, nil
	}
	if d.Top.Kind() != tree.Mapping {
		return nil, fmt.Errorf("%s: lambdacap does not know this kind of file; expected %s", d.Top.Place(), expected(o))
	}
	for i := range formats {
		f := &formats[i]
		if o.Format != f.Name() && (o.Format != "" || !f.Claims(d.Top, o)) {
			continue
		}
		if f.readerChecks {
			return f, nil
		}
		if f.mustClaim && !f.Claims(d.Top, o) {
			return nil, fmt.Errorf("%s: this is not a %s file, its keys are %s", d.Top.Place(), f.Name(), firstKeys(d.Top))
		}
		if d.YAML11 = f.yaml11; f.lastKeyCounts {
			return f, nil
		}
		return f, d.CheckKeys()
	}
	if err := d.CheckKeys(); err != nil {
		return nil, err
	}
	if err := misspelt(d.Top, o); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%s: lambdacap does not know this kind of file (its keys are %s); expected %s",
		d.Top.Place(), firstKeys(d.Top), expected(o))
}

// misspelt returns an error if most keys of a file are near misses of profile keys, and nil otherwise.
func misspelt(top tree.Node, o record.Options) error {
	const least = 3 // letters; a shorter key is near anything
	var typed, meant []string
	known, others := 0, 0
	for _, m := range top.Members() {
		key := m.Key.Scalar()
		switch near := suggest.Nearest(key, o.ProfileKeys); {
		case near == key:
			known++
		case near == "" || len(key) < least:
			others++
		default:
			typed, meant = append(typed, tree.Shown(key)), append(meant, near)
		}
	}
	if len(typed) == 0 || others > known+len(typed) {
		return nil
	}
	keys := "key"
	if len(typed) > 1 {
		keys = "keys"
	}
	return fmt.Errorf("%s: unknown %s %s; did you mean %s?",
		top.Place(), keys, strings.Join(typed, ", "), strings.Join(meant, ", "))
}

// firstKeys shows the first keys of a document.
func firstKeys(top tree.Node) string {
	var keys []string
	for _, m := range top.Members() {
		if keys = append(keys, tree.Shown(m.Key.Scalar())); len(keys) == 5 {
			break
		}
	}
	return strings.Join(keys, ", ")
}
