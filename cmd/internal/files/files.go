// Package files reads what teams already hold: templates, plans, answers of the
// AWS command line. Each kind of file has a Format; all give the same account,
// in which every value knows its place.
package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/calc"
)

// A Format is one kind of file.
type Format interface {
	// Name is what --format and messages call it.
	Name() string
	// Claims tells by its content whether a document is of this format.
	Claims(top node, o Options) bool
	// Read adds what the document says. What cannot be resolved becomes
	// unknown; an error means that the file is not what it seems.
	Read(d *document, r *reading) error
}

// formats are tried in their order: the first that claims a document reads it.
func formats() []Format {
	return []Format{terraform{}, cloudFormation{}, serverless{}, awsAnswer{}, profile{}}
}

// Names lists the formats, for --format.
func Names() (names []string) {
	for _, f := range formats() {
		names = append(names, f.Name())
	}
	return names
}

// Options are what reading depends on beside the file.
type Options struct {
	// Format is the name of the format; empty means to tell by the content.
	Format string
	// ProfileKeys are the keys at the top of a profile.
	ProfileKeys []string
	// Params are values for the parameters of templates.
	Params map[string]string
	// Region is the Region that templates ask for; empty where not known.
	Region string
}

// legal is what a file may hold.
func legal(o Options) string {
	if o.Format == (profile{}).Name() {
		return "account, functions, or the keys of one function"
	}
	return "a profile, a SAM or CloudFormation template, terraform show -json, serverless.yml, or an answer of the AWS CLI"
}

// Contents is what a file says.
type Contents struct {
	File   string // as the user named it
	Format string
	// Functions are those that the file declares or speaks of.
	Functions []*Function
	// Gone are functions that a plan deletes, with what they have claimed.
	Gone []Gone
	// Concurrency is the account's quota, and Claimed what of it all functions
	// together have set aside; absent where the file does not tell.
	Concurrency, Claimed calc.Optional[int64]
	ConcurrencyPlace     calc.Place
	// Unknown are the values that cannot be resolved, and Nested the stacks of
	// which the templates are files of their own.
	Unknown []calc.Unknown
	Nested  []Nested
	// Params are the parameters that the file has a use for, and Defaults the
	// values that decide something, for parameters that are not given.
	Params   []string
	Defaults map[string]string
	// Acceptances are the comments that accept findings.
	Acceptances []Acceptance
	// Profile is the document of a profile, whose values the flags precede.
	Profile *yaml.Node
}

// A Function is what one file says of a function: what of a calc.Function stands in
// files. Its Deployment is never nil.
type Function struct {
	Name        string
	Reserved    calc.Optional[int64] // units
	MemoryMB    calc.Optional[int64]
	EphemeralMB calc.Optional[int64]
	Arch        calc.Arch
	Origins     calc.Origins
	Deployment  *calc.Deployment
	// What a file does not speak of stays as it is. Unreserved tells that it says
	// there is no reservation, Unstarted no SnapStart. From the versions and aliases
	// of Unprovisioned it takes provisioned concurrency, from those of Unscaled the
	// scalable target. Queues are those whose bound it sets, or leaves out; empty
	// where it does not tell which.
	Unreserved, Unstarted           bool
	Unprovisioned, Unscaled, Queues []string
	// Deployed tells that the file describes what is, not what shall be.
	Deployed bool
	// Nameless tells that the file does not say which function it is about.
	Nameless bool
	// Logical tells that the name is only a logical id, which another template may
	// give to a function of its own.
	Logical bool
	// Also are other names that files may use for it.
	Also []string

	declared bool           // the file declares it, and does not only speak of it
	steered  map[string]int // the targets, by version or alias
}

// Gone is a function that a plan deletes.
type Gone struct {
	Name    string
	Claimed calc.Claim
}

// A Nested is a stack inside a template.
type Nested struct {
	Template string // its file, from where the template stands; empty where not known
	// Given are the parameters that it gets; absent what is not known.
	Given map[string]calc.Optional[string]
	// Unknown is what is not known without that file.
	Unknown calc.Unknown
}

// An Acceptance is a comment that accepts a finding: lambdacap:accept RULE
// REASON.
type Acceptance struct {
	Rule   string     // empty where it lacks
	Reason string     // empty where it lacks
	Place  calc.Place // what it accepts, the line itself or the one below
	At     calc.Place // the comment itself
}

// A File is one that is open: parsed, and known by its kind.
type File struct {
	Name   string // as the user named it; stdin for -
	doc    *document
	format Format // nil where it is not known
	err    error  // why it cannot be read
}

// Format is the name of the file's format; empty where that is not known.
func (f *File) Format() string {
	if f.format == nil {
		return ""
	}
	return f.format.Name()
}

// Open parses the file at path, or standard input where that is -, and finds its
// format. What is wrong with it Read tells.
func Open(path string, stdin io.Reader, o Options) *File {
	name := path
	if path == "-" {
		name = "stdin"
	}
	data, err := load(path, name, stdin)
	if err != nil {
		return &File{Name: name, err: err}
	}
	return open(name, data, o)
}

// open is Open for a file that is in memory.
func open(name string, data []byte, o Options) *File {
	f := &File{Name: name}
	if len(bytes.TrimSpace(data)) == 0 && o.Format == (awsAnswer{}).Name() {
		data = []byte("{}") // what the AWS CLI prints where nothing is set
	}
	if f.doc, f.err = parse(name, data, legal(o)); f.err == nil {
		f.format, f.err = detect(f.doc, o)
	}
	return f
}

// Read reads the file. With an error it returns what it could read.
func (f *File) Read(o Options) (Contents, error) {
	r := &reading{Contents: Contents{File: f.Name, Format: f.Format()}, options: o}
	if f.err != nil {
		return r.Contents, f.err
	}
	r.Acceptances = f.doc.acceptances()
	err := f.format.Read(f.doc, r)
	return r.Contents, err
}

// load reads a file, up to the size that is read.
func load(path, name string, stdin io.Reader) ([]byte, error) {
	in := stdin
	var size int64
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("%s: cannot read it: %w", name, Cause(err))
		}
		defer file.Close()
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			size = info.Size()
		}
		in = file
	}
	// Room for the whole file and the byte that would be too much: growing would
	// copy it.
	data := make([]byte, 0, min(size, maxBytes)+bufferStep)
	for {
		n, err := in.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case len(data) > maxBytes:
			return nil, fmt.Errorf("%s: the file is larger than %d MB; legal: at most that", name, maxBytes>>20)
		case errors.Is(err, io.EOF):
			return data, nil
		case err != nil:
			return nil, fmt.Errorf("%s: cannot read it: %w", name, Cause(err))
		}
		if len(data) == cap(data) {
			data = append(data, make([]byte, len(data))...)[:len(data)]
		}
	}
}

// bufferStep is the least room that a read gets, bytes.
const bufferStep = 4096

// Cause is an error of the file system without the path, which the message has
// already.
func Cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// detect finds the format of a document.
func detect(d *document, o Options) (Format, error) {
	if o.Format == (profile{}).Name() {
		return profile{}, nil // its reader says more of what is wrong
	}
	if d.top.kind() != mapping {
		return nil, fmt.Errorf("%s: this is not a file that lambdacap knows; legal: %s", d.top.place(), legal(o))
	}
	for _, f := range formats() {
		if o.Format == f.Name() || o.Format == "" && f.Claims(d.top, o) {
			switch {
			case f == (profile{}):
				return f, nil
			case (f == (cloudFormation{}) || f == (serverless{})) && !f.Claims(d.top, o): // the others say more of what is wrong
				return nil, fmt.Errorf("%s: this is no %s file, its keys are %s", d.top.place(), f.Name(), d.keys())
			}
			d.old = f == (cloudFormation{})
			return f, d.repeated(d.top.yaml)
		}
	}
	if d.top.get("lineage").exists() && d.top.get("serial").exists() {
		return nil, fmt.Errorf("%s: this is Terraform's own state file; legal: what terraform show -json prints", d.top.place())
	}
	return nil, fmt.Errorf("%s: this is not a file that lambdacap knows, its keys are %s; legal: %s",
		d.top.place(), d.keys(), legal(o))
}

// keys shows the first keys of a document.
func (d *document) keys() string {
	var keys []string
	for _, m := range d.top.members() {
		if keys = append(keys, shown(m.key.scalar())); len(keys) == 5 {
			break
		}
	}
	return strings.Join(keys, ", ")
}

// Empty tells that a file says nothing: it may be the wrong one.
func (c *Contents) Empty() bool {
	return len(c.Functions)+len(c.Gone)+len(c.Unknown)+len(c.Nested) == 0 && !c.Concurrency.Known() && !c.Claimed.Known() && c.Profile == nil
}
