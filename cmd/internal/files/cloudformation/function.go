package cloudformation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// reservedProperty is the property for reserved concurrency.
const reservedProperty = "ReservedConcurrentExecutions"

// provisionedProperty is the property for provisioned concurrency, on every type of resource that has one.
const provisionedProperty = "ProvisionedConcurrencyConfig"

// function reads a function. For SAM, it also reads the alias and the events.
func (t *template) function(s *resource) {
	place := s.key.Place()
	name := t.resolve(s.property("FunctionName"))
	if other := t.r.Find(t.nameOf(s)); other != nil && s.hasGivenName {
		s.name = s.id
		t.r.NoteUnknown(t.r.Function(s.id, place), name.node.Place(), "FunctionName",
			fmt.Sprintf("the function at %s has the same name", other.Deployment.Place), "give each function its own name")
	}
	f := t.r.Function(t.nameOf(s), place)
	f.Deployment.Place, f.Declared = place, true
	if f.Logical = !s.hasGivenName; f.Logical {
		f.Deployment.LogicalID = s.id
	}
	if f.Name != s.id {
		f.ID = s.id
	}
	switch {
	case name.state == unresolved:
		if other := t.withSameName(name.text); other != nil && other != s {
			t.r.NoteUnknown(f, name.node.Place(), "FunctionName",
				fmt.Sprintf("the function at %s has the same name", other.key.Place()), "give each function its own name")
		} else {
			t.r.NoteName(record.FunctionName, f, name.node.Place(), "FunctionName", name.missing)
		}
	case name.state == scalar && name.text == "":
		t.r.Refuse("", name.node.Place())
	}
	t.number(f, reservedProperty, t.resolve(s.property(reservedProperty)), f.Reserve)
	switch v := t.part(s, "SnapStart", "ApplyOn"); {
	case v.state == unresolved:
		t.r.NoteObstacle(f, v.node.Place(), "SnapStart", v.missing)
	case v.text == "PublishedVersions":
		f.Deployment.SnapStart = calc.Some(v.node.Place())
	case v.state != absent:
		f.NoSnapStart = true
	}
	t.kinds(f, s)
	t.managed(f, s)
	t.keep(f, record.KeyMemory, t.resolve(s.property("MemorySize")))
	t.keep(f, record.KeyTimeout, t.resolve(s.property("Timeout")))
	t.keep(f, record.KeyEphemeral, t.part(s, "EphemeralStorage", "Size"))
	for _, from := range []map[string]tree.Node{s.globals, s.properties} { // SAM concatenates the lists, Globals first
		for _, arch := range t.resolve(from["Architectures"]).node.Items() {
			if f.Arch == "" {
				t.keep(f, record.KeyArch, t.resolve(arch))
			}
		}
	}
	if s.kind == typeServerless {
		t.eventAge(f, t.part(s, "EventInvokeConfig", eventAgeProperty))
		t.samAlias(f, s)
		t.samEvents(f, s)
	}
}

// samAlias reads the alias of a SAM function and its provisioned concurrency. SAM points the alias at the
// newest version.
func (t *template) samAlias(f *record.Function, s *resource) {
	qualifier := ""
	switch v := t.resolve(s.property("AutoPublishAlias")); v.state {
	case scalar:
		qualifier = v.text
	case unresolved:
		qualifier = v.text
		t.noteQualifier(f, qualifier, v, "AutoPublishAlias")
	}
	if qualifier != "" {
		f.AddAlias(qualifier, record.Published(s.id), s.property("AutoPublishAlias").Place())
		t.aliases[s.id+"Alias"+samAliasID.Replace(qualifier)] = arn(f.Name) + ":" + qualifier
		t.aliases[s.id+".Alias"] = arn(f.Name) + ":" + qualifier
		t.aliases[s.id+".Version"] = arn(f.Name) + ":" + record.Published(s.id)
	} else if config := s.property(provisionedProperty); config.HasValue() { // also applies to an alias with an empty name
		f.Deployment.Unaliased = calc.Some(config.Place())
	}
	t.allocation(f, qualifier, s)
}

// samAliasID converts an alias name to the form that SAM uses in logical ids, which contain only letters and digits.
var samAliasID = strings.NewReplacer("-", "D", "_", "U")

// samEvents reads the event sources of a SAM function.
func (t *template) samEvents(f *record.Function, s *resource) {
	events := t.resolve(s.properties["Events"]).node.Members()
	f.Deployment.Direct = f.Deployment.URL.Known() || slices.ContainsFunc(events, func(m tree.Member) bool {
		_, isSource := eventSource(m.Value.Get("Type").Scalar())
		return !isSource
	})
	for _, m := range events {
		event := m.Value
		if name := m.Key.Scalar(); strings.HasPrefix(name, "Fn::") {
			t.r.NoteObstacle(f, m.Key.Place(), name, t.whyUnexpanded(m.Key))
		}
		if of, ok := eventSource(event.Get("Type").Scalar()); ok {
			t.event(f, &resource{id: s.id, key: event, properties: event.Get("Properties").Fields()}, of)
		}
	}
}

// allocation reads the provisioned concurrency of a version or an alias.
func (t *template) allocation(f *record.Function, qualifier string, s *resource) {
	const units = "ProvisionedConcurrentExecutions"
	v := t.part(s, provisionedProperty, units)
	if v.state == unresolved {
		possible := t.resolve(s.property(provisionedProperty)).state == unresolved
		f.AddAllocation(check.Allocation{Qualifier: qualifier, Possible: possible, Place: v.node.Place()})
	}
	t.number(f, units, v, func(text string, place check.Place) { f.Allocate(qualifier, text, place) })
}

// alias reads an alias and its provisioned concurrency.
func (t *template) alias(s *resource) {
	f := t.owner(s)
	name := t.resolve(s.properties["Name"])
	if name.state == unresolved {
		if strings.Contains(name.text, record.Hole) {
			name.text = s.id + record.Hole // two such aliases are not the same
		}
		t.noteQualifier(f, name.text, name, "Name")
	} else if name.state != scalar {
		name.text = s.id
	}
	version := ""
	switch v := t.resolve(s.properties["FunctionVersion"]); v.state {
	case scalar:
		if _, version = record.SplitName(v.text); version == "" {
			version = v.text
		}
	case unresolved:
		t.r.NoteObstacle(f, v.node.Place(), "FunctionVersion", v.missing)
	}
	f.AddAlias(name.text, version, s.key.Place())
	t.weights(f, name.text, s)
	t.allocation(f, name.text, s)
}

// weights reads the additional versions of an alias. Each gets a share of its traffic.
func (t *template) weights(f *record.Function, alias string, s *resource) {
	const property = "AdditionalVersionWeights"
	list := t.part(s, "RoutingConfig", property)
	switch list.state {
	case unresolved:
		f.UnsureWeights(list.node.Place(), property, list.missing)
		return
	case scalar:
		f.UnsureWeights(list.node.Place(), property, &record.Obstacle{Why: "it is not a list", Remedy: "correct it"})
	}
	for _, item := range list.node.Items() {
		switch weight := t.resolve(item); weight.state {
		case unresolved:
			f.UnsureWeights(item.Place(), property, weight.missing)
		case structure:
			f.AddWeight(alias, scalarText(t.resolve(weight.node.Get("FunctionVersion"))), s.key.Place())
		}
	}
}
