package cloudformation

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// Embedded is the CloudFormation inside a file of another format. That format creates resources of its own, which
// the CloudFormation can refer to and change.
type Embedded struct{ t *template }

// NewEmbedded returns an Embedded without resources. outer resolves scalars by the rules of the surrounding format.
func NewEmbedded(r *record.Recorder, outer func(tree.Node) (tree.Node, *record.Obstacle)) *Embedded {
	t := newTemplate(r)
	t.outer = outer
	return &Embedded{t}
}

// AddConditions adds the conditions of a section.
func (e *Embedded) AddConditions(section tree.Node) {
	for _, m := range section.Members() {
		e.t.conditions[m.Key.Scalar()] = m.Value
	}
}

// AddResources adds the resources of a section.
func (e *Embedded) AddResources(section tree.Node) {
	_ = e.t.list(section) // an entry that is not a resource may be a variable of the surrounding format
}

// Declare adds a function that the surrounding format creates, so that references to it resolve.
func (e *Embedded) Declare(id, name string) {
	e.t.resources[id] = &resource{id: id, kind: typeFunction, name: name}
}

// Omit removes resources by logical id. Use it for entries that only change what the surrounding format creates.
func (e *Embedded) Omit(omit func(id string) bool) {
	e.t.order = slices.DeleteFunc(e.t.order, func(s *resource) bool { return omit(s.id) })
}

// ChangeFunction applies properties to a function that the surrounding format creates. They override the
// function's own settings.
func (e *Embedded) ChangeFunction(f *record.Function, properties tree.Node) {
	s := &resource{properties: properties.Fields()}
	if units := s.properties[reservedProperty]; units.Exists() {
		v := e.t.resolve(units)
		f.Reserved, f.Unreserved = calc.Optional[int64]{}, v.state == absent
		e.t.number(f, reservedProperty, v, f.Reserve)
	}
	e.t.kinds(f, s)
	e.t.keep(f, record.KeyMemory, e.t.resolve(s.properties["MemorySize"]))
	e.t.keep(f, record.KeyTimeout, e.t.resolve(s.properties["Timeout"]))
}

// ChangeAlias is ChangeFunction for an alias that the surrounding format creates.
func (e *Embedded) ChangeAlias(f *record.Function, alias string, properties tree.Node) {
	s := &resource{properties: properties.Fields()}
	if !s.properties[provisionedProperty].Exists() {
		return
	}
	f.Deployment.Allocations = slices.DeleteFunc(f.Deployment.Allocations, func(a check.Allocation) bool {
		return a.Qualifier == alias
	})
	f.Places.Set(record.KeyProvisioned, check.Place{})
	e.t.allocation(f, alias, s)
}

// Read records the settings of the resources.
func (e *Embedded) Read() { e.t.read() }

// Poll adds to an event source what the resources say of the queue or stream that has an ARN.
func (e *Embedded) Poll(f *record.Function, arn tree.Node, p *check.Poller) {
	if polled := e.t.resources[referred(arn)]; polled != nil {
		e.t.polled(f, polled, p)
	}
}
