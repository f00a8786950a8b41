// Package terraform reads the output of terraform show -json for a plan or a state. OpenTofu's output is the same.
package terraform

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// Format is the format of Terraform plans and states.
type Format struct{}

// Name is what --format and messages call the format.
func (Format) Name() string { return "terraform" }

// Claims reports whether a document is a plan or a state. An empty state contains only its version.
func (Format) Claims(top tree.Node, _ record.Options) bool {
	return top.IsJSON() && top.Get(tree.PlanKey).Exists()
}

// IsPlan reports whether a document is a plan, and not a state.
func IsPlan(top tree.Node) bool {
	return Format{}.Claims(top, record.Options{}) && top.Get("planned_values").Exists()
}

// A plan holds the state of reading one plan or one state.
type plan struct {
	*record.Recorder
	doc       *tree.Document
	resources []*resource            // in file order
	polled    map[string]*resource   // what event source mappings poll, by ARN
	addresses map[string]*resource   // by address
	instances map[string][]*resource // by address without the instance key; see instancesOf
	root      *module

	past      map[string]*pastFunction // by name
	pastOrder []*pastFunction
	pending   []change // resources other than functions, until the functions of other Regions are known

	region        string          // the Region being checked; empty if unknown
	inOtherRegion map[string]bool // names of functions of other Regions
	inBothRegions map[string]bool // the subset of inOtherRegion that the checked Region has too

	why Why // nil if the file is a plan or a state
}

// A Why returns why the sources do not say what a setting of a resource is, and its place. It returns false if it does
// not know.
type Why func(address, setting string) (o record.Obstacle, at check.Place, ok bool)

// A change is a resource that changes, with its settings before the change.
type change struct {
	address tree.Node
	of      *resourceType
	values  []tree.Span
}

// sections are the top-level sections of a document.
type sections struct {
	planned, values, changes, configuration tree.Node

	other string // the first key that belongs to neither plans nor states
}

// Read records the settings of a plan or a state.
func (Format) Read(d *tree.Document, r *record.Recorder) error { return Read(d, r, nil) }

// Reads reports whether resources of a type are read.
func Reads(name string) bool { return Settings(name) != nil }

// Settings returns the settings that are read of a type; nil if it is not read.
func Settings(name string) []string {
	for _, t := range resourceTypes {
		if t.name == name {
			return t.settings
		}
	}
	return nil
}

// Invokes reports whether resources of a type are read only for what they say about the invocations of functions.
func Invokes(name string) bool {
	return slices.ContainsFunc(resourceTypes, func(t *resourceType) bool { return t.name == name && t.invokes() })
}

// Read records the settings of a plan, of a state, or of sources that were evaluated. For sources, why is not nil.
func Read(d *tree.Document, r *record.Recorder, why Why) error {
	r.ReservedKeys = []string{reservedAttribute}
	s, err := readSections(d)
	if err != nil {
		return err
	}
	p := plan{Recorder: r, doc: d, root: newModule(), why: why,
		past: map[string]*pastFunction{}, inOtherRegion: map[string]bool{}}
	isState := !s.planned.Exists() && s.values.Exists()
	resources := s.planned
	if isState {
		resources = s.values
	}
	if err := inRootModule(resources, p.readModule); err != nil {
		return err
	}
	p.keepOneRegion()
	p.addresses = make(map[string]*resource, len(p.resources))
	for _, res := range p.resources {
		p.addresses[res.address] = res
	}
	if err := inRootModule(s.configuration, p.root.read); err != nil {
		return err
	}
	w := s.changes.Walk()
	for range w.Items() {
		p.readChange(w)
	}
	for _, c := range p.pending {
		p.recordPast(c, false)
	}
	p.readFunctions()
	p.readOthers()
	if isState {
		for _, f := range r.Functions {
			f.Deployed = true
		}
	} else {
		p.recordClaims()
	}
	return nil
}

// readSections finds the sections of a document. It rejects documents that are neither a plan nor a state.
func readSections(d *tree.Document) (s sections, err error) {
	if !d.Top.IsJSON() {
		return s, fmt.Errorf("%s: this is not JSON; expected the output of terraform show -json", d.Top.Place())
	}
	w := d.Top.Walk()
	for key := range w.Members() {
		switch name := string(key.Bytes()); name {
		case "planned_values":
			s.planned = w.Value()
		case "values":
			s.values = w.Value()
		case "resource_changes":
			s.changes = w.Value()
		case "configuration":
			s.configuration = w.Value()
		case "errored":
			if string(w.Value().Bytes()) == "true" {
				return s, fmt.Errorf("%s: the plan is incomplete because Terraform had errors; expected a complete plan",
					key.Place())
			}
		case tree.PlanKey, "terraform_version", "checks": // all that a state without resources contains
		default:
			s.other = cmp.Or(s.other, name)
		}
	}
	if s.other != "" && !s.planned.Exists() && !s.values.Exists() && !s.changes.Exists() {
		return s, fmt.Errorf("%s: this is neither a plan nor a state, it has %s; expected the output of terraform show -json",
			d.Top.Place(), tree.Shown(s.other))
	}
	for _, section := range []struct {
		key  string
		node tree.Node
	}{{"planned_values", s.planned}, {"values", s.values}} {
		if n := section.node; n.HasValue() && n.Kind() != tree.Mapping {
			return s, fmt.Errorf("%s: %s is %q; expected a mapping", n.Place(), section.key, tree.Shown(n.Written()))
		}
	}
	return s, nil
}

// inRootModule calls read for the root module of the values or of the configuration.
func inRootModule(n tree.Node, read func(w *tree.Walk, depth int) error) (err error) {
	w := n.Walk()
	for key := range w.Members() {
		if string(key.Bytes()) == "root_module" {
			err = read(w, 0)
		}
	}
	return err
}

// maxModules limits the nesting of modules. It is far above what people write.
const maxModules = 64

// checkDepth returns an error if a module is nested too deeply.
func checkDepth(w *tree.Walk, depth int) error {
	if depth <= maxModules {
		return nil
	}
	return fmt.Errorf("%s: modules are nested deeper than %d", w.Place(), maxModules)
}

// readModule collects the resources of a module and of its child modules.
func (p *plan) readModule(w *tree.Walk, depth int) error {
	if err := checkDepth(w, depth); err != nil {
		return err
	}
	for key := range w.Members() {
		switch string(key.Bytes()) {
		case "resources":
			for range w.Items() {
				if res := p.readResource(w); res != nil {
					p.resources = append(p.resources, res)
				}
			}
		case "child_modules":
			for range w.Items() {
				if err := p.readModule(w, depth+1); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
