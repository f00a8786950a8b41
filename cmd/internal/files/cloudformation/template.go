package cloudformation

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// A template holds the state of reading one template.
type template struct {
	r          *record.Recorder
	parameters map[string]tree.Node
	conditions map[string]tree.Node
	mappings   tree.Node
	globals    map[string]tree.Node
	resources  map[string]*resource
	order      []*resource // the resources to read
	// outer resolves a scalar by the rules of the format that contains the template. It is nil for a
	// standalone template.
	outer outerResolver

	functions  []*resource                 // all functions, also those whose condition is false
	symbolic   map[string][]*resource      // functions whose FunctionName has symbols, by that name; nil until needed
	strangers  map[string]*record.Function // functions outside the template, by their symbolic name
	qualifiers []qualifierNote

	targets       map[string]scaled              // by logical id
	aliases       map[string]string              // the result of Ref for each alias that SAM creates
	references    map[string]value               // the result of Ref for each resource
	decisions     map[string]decision            // by condition
	expanded      map[tree.Node]bool             // the values whose loops are expanded
	unexpanded    map[tree.Node]*record.Obstacle // why a loop is not expanded, by its key
	conditionLoop *record.Obstacle               // why a loop over conditions is not expanded
	extended      bool                           // whether AWS::LanguageExtensions applies
	room          int                            // what loops may still expand to, bytes
	depth         int                            // of the current resolve call
	values        map[tree.Node]value            // the results of intrinsic functions
	mappingFields map[tree.Node]map[string]tree.Node
}

type outerResolver = func(tree.Node) (tree.Node, *record.Obstacle)

func newTemplate(r *record.Recorder) *template {
	r.ReservedKeys = append(r.ReservedKeys, reservedProperty)
	return &template{
		r:             r,
		parameters:    map[string]tree.Node{},
		conditions:    map[string]tree.Node{},
		resources:     map[string]*resource{},
		strangers:     map[string]*record.Function{},
		targets:       map[string]scaled{},
		aliases:       map[string]string{},
		references:    map[string]value{},
		decisions:     map[string]decision{},
		expanded:      map[tree.Node]bool{},
		unexpanded:    map[tree.Node]*record.Obstacle{},
		room:          tree.MaxYAMLBytes, // a larger template would not be read either
		values:        map[tree.Node]value{},
		mappingFields: map[tree.Node]map[string]tree.Node{},
	}
}

// transform is the key of a macro.
const transform = "Fn::Transform"

// remedyProcessed is the remedy for anything that is known only after AWS expands the template.
const remedyProcessed = "check the expanded template: aws cloudformation get-template --template-stage Processed"

// list adds the resources of a section.
func (t *template) list(section tree.Node) error {
	noted := map[check.Place]bool{} // a loop inside another appears once per iteration
	for _, m := range section.Members() {
		s := &resource{id: m.Key.Scalar(), key: m.Key}
		if strings.HasPrefix(s.id, "Fn::") {
			if noted[s.key.Place()] {
				continue
			}
			noted[s.key.Place()] = true
			t.r.NoteObstacle(nil, s.key.Place(), s.id, t.whyUnexpanded(s.key))
			continue
		}
		if t.outer == nil && m.Value.HasValue() && m.Value.Kind() != tree.Mapping {
			return fmt.Errorf("%s: the resource %s is %q; expected Type and Properties",
				m.Value.Place(), tree.Shown(s.id), tree.Shown(m.Value.Written()))
		}
		for _, m := range m.Value.Members() {
			switch m.Key.Scalar() {
			case "Type":
				s.kind = m.Value.Scalar()
			case "Condition":
				s.condition = m.Value
			case "Properties":
				if t.outer == nil && m.Value.HasValue() && m.Value.Kind() != tree.Mapping {
					return fmt.Errorf("%s: the Properties of %s are %q; expected a mapping",
						m.Value.Place(), tree.Shown(s.id), tree.Shown(m.Value.Written()))
				}
				s.properties = m.Value.Fields()
				s.loop = t.loopIn(m.Value)
			case transform:
				s.transform = m.Key
			case "IgnoreGlobals":
				s.ignoredGlobals = m.Value
			case "Metadata":
				s.asset = m.Value.Get("aws:asset:path").Scalar()
			}
		}
		if include := s.properties[transform]; include.Exists() {
			s.transform = include
		}
		t.resources[s.id] = s
		t.order = append(t.order, s)
		if s.isFunction() {
			t.functions = append(t.functions, s)
		}
	}
	return nil
}

// read records the settings of the resources.
func (t *template) read() {
	t.dropAbsent()
	t.avoidGivenNames()
	// Functions come first, because the other resources refer to them.
	for _, s := range t.order {
		if s.isFunction() {
			t.function(s)
		}
	}
	for _, s := range t.order {
		switch s.kind {
		case typeVersion:
			t.allocation(t.owner(s), record.Published(s.id), s)
		case typeAlias:
			t.alias(s)
		case typePoller:
			t.poller(t.owner(s), s, "")
		case typeNone:
			t.owner(s).Deployment.NoSuchType = calc.Some(s.key.Place())
		case typeScalableTarget:
			t.target(s)
		case typeStack, typeApplication:
			t.nested(s)
		}
	}
	for _, s := range t.order {
		switch s.kind {
		case typeScalingPolicy:
			t.policy(s)
		case typeURL:
			t.url(s)
		default:
			t.invoker(s)
		}
	}
	t.noteQualifiers()
}

// dropAbsent drops the resources whose condition is false or unknown.
func (t *template) dropAbsent() {
	present := t.order[:0]
	for _, s := range t.order {
		if s.transform.Exists() && (s.kind == "" || t.matters(s)) {
			t.r.NoteUnknown(nil, s.transform.Place(), s.id,
				transform+" adds settings that are known only at deployment", remedyProcessed)
		}
		if s.loop.Exists() && t.matters(s) {
			t.r.NoteObstacle(nil, s.loop.Place(), s.id, t.whyUnexpanded(s.loop))
		}
		if s.kind == typeServerless {
			s.globals = s.withoutIgnored(t.globals)
		}
		answer, missing := t.condition(s.condition)
		switch {
		case !s.condition.Exists() || answer == yes:
			present = append(present, s)
		case answer == undecided && s.invokes(): // some functions depend on it
			present = append(present, s)
		case answer == undecided:
			// The resource may not exist, so its settings do not count.
			if t.matters(s) {
				t.noteUndecided(s, missing)
			}
		default:
			if unaliased := s.unaliased(); unaliased.Exists() { // SAM checks this before it evaluates conditions
				t.r.Function(t.nameOf(s), s.key.Place()).Deployment.Unaliased = calc.Some(unaliased.Place())
			}
			delete(t.resources, s.id)
		}
	}
	t.order = present
}

// matters reports whether a resource affects concurrency.
func (t *template) matters(s *resource) bool {
	switch s.kind {
	case typeFunction, typeServerless, typeVersion, typeAlias, typePoller, typeNone:
		return true
	case typeScalableTarget, typeScalingPolicy:
		namespace := t.resolve(s.properties["ServiceNamespace"])
		return namespace.state != scalar || namespace.text == record.ScalableService
	}
	return false
}

// noteUndecided notes a resource that may not exist.
func (t *template) noteUndecided(s *resource, missing *record.Obstacle) {
	name := s.id
	if s.isFunction() {
		name = t.nameOf(s)
	}
	t.r.NoteObstacle(&record.Function{Name: name}, s.condition.Place(), "Condition", missing)
}

// avoidGivenNames renames functions that have no FunctionName if another function is named like their logical id.
func (t *template) avoidGivenNames() {
	given := map[string]bool{}
	for _, s := range t.order {
		if s.isFunction() {
			given[t.nameOf(s)] = given[t.nameOf(s)] || s.hasGivenName
		}
	}
	for _, s := range t.order {
		if !s.hasGivenName && given[s.name] {
			s.name = "Resources." + s.id
		}
	}
}

// nested notes a stack whose template may be one of the files.
func (t *template) nested(s *resource) {
	file := s.asset
	for _, property := range []string{"TemplateURL", "Location"} {
		v := t.resolve(s.properties[property])
		if file == "" && v.state == scalar && !strings.Contains(v.text, "://") {
			file = v.text
		}
	}
	given := map[string]calc.Optional[string]{}
	for _, m := range t.resolve(s.properties["Parameters"]).node.Members() {
		name := m.Key.Scalar()
		switch v := t.resolve(m.Value); v.state {
		case absent:
		case scalar:
			given[name] = calc.Some(v.text)
		default:
			given[name] = calc.Optional[string]{}
		}
	}
	which := "that template"
	if file != "" {
		which = tree.Shown(file)
	}
	t.r.Nested = append(t.r.Nested, record.Nested{Template: file, Given: given, Unknown: check.Unknown{
		What: s.id, Place: s.key.Place(),
		Why:    "the functions of this nested stack are in another template",
		Remedy: "check " + which + " together with this one"}})
}
