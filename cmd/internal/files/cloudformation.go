package files

import (
	"fmt"
	"maps"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
)

// cloudFormation is a template of CloudFormation or SAM, written by hand or by
// the CDK.
type cloudFormation struct{}

// Name implements Format.
func (cloudFormation) Name() string { return "cloudformation" }

// Claims implements Format.
func (cloudFormation) Claims(top node, _ Options) bool {
	for _, m := range top.members() {
		switch m.key.scalar() {
		case "Resources", "AWSTemplateFormatVersion", templateBody:
			return true
		}
	}
	return false
}

// The resource types that say something of concurrency.
const (
	typeFunction       = "AWS::Lambda::Function"
	typeServerless     = "AWS::Serverless::Function"
	typeVersion        = "AWS::Lambda::Version"
	typeAlias          = "AWS::Lambda::Alias"
	typePoller         = "AWS::Lambda::EventSourceMapping"
	typeScalableTarget = "AWS::ApplicationAutoScaling::ScalableTarget"
	typeScalingPolicy  = "AWS::ApplicationAutoScaling::ScalingPolicy"
	typeStack          = "AWS::CloudFormation::Stack"
	typeApplication    = "AWS::Serverless::Application"
)

// A resource is one of a template.
type resource struct {
	id, kind   string
	name       string // of a function, once it is known
	given      bool   // the template gives that name
	key        node   // the logical id
	condition  node
	transform  node   // what adds more of it when the stack is deployed
	ignored    node   // the properties of Globals that it does without
	asset      string // the file that the CDK makes of it
	properties map[string]node
	globals    map[string]node // what a SAM function takes from Globals
}

// property returns a property, from Globals where the resource has none.
func (s *resource) property(name string) node {
	if own := s.properties[name]; own.exists() {
		return own
	}
	return s.globals[name]
}

// without returns Globals without what the resource ignores: a list of
// properties, or all of them.
func (s *resource) without(globals map[string]node) map[string]node {
	if !s.ignored.set() {
		return globals
	}
	if s.ignored.scalar() == "*" {
		return nil
	}
	globals = maps.Clone(globals)
	for _, property := range s.ignored.items() {
		delete(globals, property.scalar())
	}
	return globals
}

// part returns a part of a property that is a mapping. Globals fills in what the
// resource leaves out, but where either is an intrinsic function: SAM joins what
// is written out.
func (t *template) part(s *resource, property, name string) value {
	own, global := s.properties[property], s.globals[property]
	if _, _, computed := own.intrinsic(); computed {
		global = node{}
	} else if _, _, computed := global.intrinsic(); computed && own.exists() {
		global = node{}
	}
	for _, from := range []node{own, global} {
		v := t.resolve(from)
		switch v.state {
		case unresolved:
			return v
		case scalar:
			return from.unresolved(property+" is no mapping", "correct it")
		}
		if inner := v.node.get(name); v.state == structure && inner.exists() {
			return t.resolve(inner)
		}
	}
	return value{}
}

// number notes a number: one that is not known, or the text of another value,
// which AWS refuses.
func (t *template) number(f *Function, what string, v value, use func(text string, place calc.Place)) {
	switch v.state {
	case unresolved:
		t.r.open(f, v.node.place(), what, v.missing)
	case scalar:
		use(v.text, v.node.place())
	case structure:
		use(v.node.written(), v.node.place())
	}
}

// Read implements Format.
func (cloudFormation) Read(d *document, r *reading) error {
	top := d.top
	if body := top.get(templateBody); body.exists() {
		if top = body; body.kind() != mapping {
			return fmt.Errorf("%s: %s is no mapping; legal: the answer of get-template --template-stage Processed, or the template alone", body.place(), templateBody)
		}
	}
	t := newTemplate(r)
	r.Params = append(r.Params, "AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix")
	for _, m := range top.members() {
		section := m.value
		switch m.key.scalar() {
		case "Parameters":
			for _, m := range section.members() {
				name := m.key.scalar()
				t.parameters[name] = m.value
				r.Params = append(r.Params, name)
			}
		case "Mappings":
			t.mappings = section
		case "Conditions":
			for _, m := range section.members() {
				name := m.key.scalar()
				t.conditions[name] = m.value
				t.looped = t.looped || strings.HasPrefix(name, "Fn::ForEach")
			}
		case "Globals":
			t.globals = section.get("Function").fields()
		case "Resources":
			if section.set() && section.kind() != mapping { // null is none, as in an outline
				return fmt.Errorf("%s: Resources: is no mapping; legal: resources by their logical ids", section.place())
			}
			if err := t.list(section); err != nil {
				return err
			}
		}
	}
	t.read()
	return nil
}

// transform is the key under which macros stand.
const transform = "Fn::Transform"

// processed is the remedy where AWS expands a template.
const processed = "check the expanded template: aws cloudformation get-template --template-stage Processed"

// templateBody is where aws cloudformation get-template answers with a template.
const templateBody = "TemplateBody"

// list takes up the resources of the template that the conditions leave.
func (t *template) list(section node) error {
	for _, m := range section.members() {
		s := &resource{id: m.key.scalar(), key: m.key}
		if strings.HasPrefix(s.id, "Fn::") {
			t.r.unknown(nil, s.key.place(), s.id, "lambdacap does not expand it", processed)
			continue
		}
		if t.plain == nil && m.value.set() && m.value.kind() != mapping {
			return fmt.Errorf("%s: the resource %s is %q; legal: Type and Properties", m.value.place(), shown(s.id), shown(m.value.written()))
		}
		for _, m := range m.value.members() {
			switch m.key.scalar() {
			case "Type":
				s.kind = m.value.scalar()
			case "Condition":
				s.condition = m.value
			case "Properties":
				if t.plain == nil && m.value.set() && m.value.kind() != mapping {
					return fmt.Errorf("%s: the Properties of %s are %q; legal: a mapping", m.value.place(), shown(s.id), shown(m.value.written()))
				}
				s.properties = m.value.fields()
			case transform:
				s.transform = m.key
			case "IgnoreGlobals":
				s.ignored = m.value
			case "Metadata":
				s.asset = m.value.get("aws:asset:path").scalar()
			}
		}
		if include := s.properties[transform]; include.exists() {
			s.transform = include
		}
		t.resources[s.id] = s
		t.order = append(t.order, s)
	}
	return nil
}

// read reads the resources: functions first, since the others speak of them.
func (t *template) read() {
	present := t.order[:0]
	for _, s := range t.order {
		if s.transform.exists() && (s.kind == "" || t.claims(s)) {
			t.r.unknown(nil, s.transform.place(), s.id, transform+" adds what is known only when the stack is deployed", processed)
		}
		if s.kind == typeServerless {
			s.globals = s.without(t.globals)
		}
		answer, missing := t.named(s.condition)
		switch {
		case !s.condition.exists() || answer == yes:
			present = append(present, s)
		case answer == undecided:
			// It may be there or not: what it would claim is not judged.
			if t.claims(s) {
				t.absent(s, missing)
			}
		default:
			if unaliased := s.unaliased(); unaliased.exists() { // SAM looks before the conditions count
				t.r.function(t.nameOf(s), s.key.place()).Deployment.Unaliased = calc.Some(unaliased.place())
			}
			delete(t.resources, s.id)
		}
	}
	t.order = present
	t.distinct()
	for _, s := range t.order {
		if s.kind == typeFunction || s.kind == typeServerless {
			t.function(s)
		}
	}
	for _, s := range t.order {
		switch s.kind {
		case typeVersion:
			t.allocation(t.owner(s, "FunctionName"), published(s.id), s, provisionedProperty)
		case typeAlias:
			t.alias(s)
		case typePoller:
			t.poller(t.owner(s, "FunctionName"), s)
		case typeScalableTarget:
			t.target(s)
		case typeStack, typeApplication:
			t.nested(s)
		}
	}
	for _, s := range t.order {
		if s.kind == typeScalingPolicy {
			t.policy(s)
		}
	}
}

// distinct finds another name for functions without one, of which the logical id
// is what another function is called.
func (t *template) distinct() {
	given := map[string]bool{}
	for _, s := range t.order {
		if s.kind == typeFunction || s.kind == typeServerless {
			given[t.nameOf(s)] = given[t.nameOf(s)] || s.given
		}
	}
	for _, s := range t.order {
		if !s.given && given[s.name] {
			s.name = "Resources." + s.id
		}
	}
}

// nested notes a stack of which the template may be among the files.
func (t *template) nested(s *resource) {
	file := s.asset
	for _, property := range []string{"TemplateURL", "Location"} {
		if v := t.resolve(s.properties[property]); file == "" && v.state == scalar && !strings.Contains(v.text, "://") {
			file = v.text
		}
	}
	given := map[string]calc.Optional[string]{}
	for _, m := range t.resolve(s.properties["Parameters"]).node.members() {
		name := m.key.scalar()
		switch v := t.resolve(m.value); v.state {
		case absent:
		case scalar:
			given[name] = calc.Some(v.text)
		default:
			given[name] = calc.Optional[string]{}
		}
	}
	which := "that template"
	if file != "" {
		which = shown(file)
	}
	t.r.Nested = append(t.r.Nested, Nested{file, given, calc.Unknown{What: printable(s.id), Place: s.key.place(),
		Why: "the functions of this nested stack are in a template of its own", Remedy: "check " + which + " together with this one"}})
}

// claims tells whether a resource says something of concurrency.
func (t *template) claims(s *resource) bool {
	switch s.kind {
	case typeFunction, typeServerless, typeVersion, typeAlias, typePoller:
		return true
	case typeScalableTarget, typeScalingPolicy:
		namespace := t.resolve(s.properties["ServiceNamespace"])
		return namespace.state != scalar || namespace.text == scalableService
	}
	return false
}

// absent notes a resource of which nobody knows whether it is there.
func (t *template) absent(s *resource, missing *obstacle) {
	name := s.id
	if s.kind == typeFunction || s.kind == typeServerless {
		name = t.nameOf(s)
	}
	t.r.open(&Function{Name: name}, s.condition.place(), "Condition", missing)
}

// function reads a function, and with SAM what comes with it.
func (t *template) function(s *resource) {
	place := s.key.place()
	name := t.resolve(s.property("FunctionName"))
	if other := t.r.find(t.nameOf(s)); other != nil && s.given {
		s.name = s.id
		t.r.unknown(t.r.function(s.id, place), name.node.place(), "FunctionName",
			fmt.Sprintf("the function at %s has this name", other.Deployment.Place), "give each function its own name")
	}
	f := t.r.function(t.nameOf(s), place)
	f.Deployment.Place = place
	f.Logical = !s.given
	t.functions[s.id] = f
	if name.state == unresolved {
		t.r.open(f, name.node.place(), "FunctionName", name.missing)
	}
	const reserved = "ReservedConcurrentExecutions"
	t.number(f, reserved, t.resolve(s.property(reserved)), f.reserve)
	switch v := t.part(s, "SnapStart", "ApplyOn"); {
	case v.state == unresolved:
		t.r.open(f, v.node.place(), "SnapStart", v.missing)
	case v.text == "PublishedVersions":
		f.Deployment.SnapStart = calc.Some(v.node.place())
	case v.state != absent:
		f.Unstarted = true
	}
	t.remember(f, calc.FieldMemory, t.resolve(s.property("MemorySize")))
	t.remember(f, calc.FieldEphemeral, t.part(s, "EphemeralStorage", "Size"))
	for _, from := range []map[string]node{s.globals, s.properties} { // SAM joins lists, that of Globals first
		for _, arch := range t.resolve(from["Architectures"]).node.items() {
			if f.Arch == "" {
				t.remember(f, calc.FieldArch, t.resolve(arch))
			}
		}
	}
	if s.kind != typeServerless {
		return
	}
	t.published(f, s)
	for _, m := range t.resolve(s.properties["Events"]).node.members() {
		event := m.value
		if name := m.key.scalar(); strings.HasPrefix(name, "Fn::") {
			t.r.unknown(f, m.key.place(), name, "lambdacap does not expand it", processed)
		}
		if event.get("Type").scalar() == "SQS" {
			t.poller(f, &resource{id: s.id, key: event, properties: event.get("Properties").fields()})
		}
	}
}

// remember sets what only the calculations use, where it is known.
func (t *template) remember(f *Function, field calc.Field, v value) {
	if v.state == scalar {
		f.keep(field, v.text, v.node.place())
	}
}

// published reads the alias of a SAM function, which SAM lets follow the newest
// version, and its provisioned concurrency.
func (t *template) published(f *Function, s *resource) {
	qualifier := ""
	switch v := t.resolve(s.property("AutoPublishAlias")); v.state {
	case scalar:
		qualifier = v.text
	case unresolved:
		t.r.open(f, v.node.place(), "AutoPublishAlias", v.missing)
		qualifier = v.text
	}
	if qualifier != "" {
		f.alias(qualifier, published(s.id), s.property("AutoPublishAlias").place())
		t.aliases[s.id+"Alias"+aliasID.Replace(qualifier)] = arn(f.Name) + ":" + qualifier
		t.aliases[s.id+".Alias"] = arn(f.Name) + ":" + qualifier
		t.aliases[s.id+".Version"] = arn(f.Name) + ":" + published(s.id)
	} else if config := s.property(provisionedProperty); config.set() { // or an alias without a name
		f.Deployment.Unaliased = calc.Some(config.place())
	}
	t.allocation(f, qualifier, s, provisionedProperty)
}

// aliasID is how SAM writes the name of an alias in a logical id, which takes
// letters and digits only.
var aliasID = strings.NewReplacer("-", "D", "_", "U")

// provisionedProperty holds provisioned concurrency wherever it may stand.
const provisionedProperty = "ProvisionedConcurrencyConfig"

// unaliased returns the provisioned concurrency of a SAM function that asks for
// no alias. SAM looks whether it is there, and not what becomes of it.
func (s *resource) unaliased() node {
	if config := s.property(provisionedProperty); s.kind == typeServerless && config.set() && !s.property("AutoPublishAlias").set() {
		return config
	}
	return node{}
}

// allocation reads the provisioned concurrency of a version or alias.
func (t *template) allocation(f *Function, qualifier string, s *resource, property string) {
	const units = "ProvisionedConcurrentExecutions"
	v := t.part(s, property, units)
	if v.state == unresolved {
		possible := t.resolve(s.property(property)).state == unresolved
		f.allocation(calc.Allocation{Qualifier: qualifier, Possible: possible, Place: v.node.place()})
	}
	t.number(f, units, v, func(text string, place calc.Place) { f.allocate(qualifier, text, place) })
}

// alias reads an alias and its provisioned concurrency.
func (t *template) alias(s *resource) {
	f := t.owner(s, "FunctionName")
	name := t.resolve(s.properties["Name"])
	if name.state != scalar {
		name.text = s.id
		if name.state == unresolved {
			name.text += hole
			t.r.open(f, name.node.place(), "Name", name.missing)
		}
	}
	version := ""
	switch v := t.resolve(s.properties["FunctionVersion"]); v.state {
	case scalar:
		if _, version = splitName(v.text); version == "" {
			version = v.text
		}
	case unresolved:
		t.r.open(f, v.node.place(), "FunctionVersion", v.missing)
	}
	f.alias(name.text, version, s.key.place())
	for _, weight := range t.resolve(s.properties["RoutingConfig"]).node.get("AdditionalVersionWeights").items() {
		if v := t.resolve(weight.get("FunctionVersion")); v.state == scalar {
			f.alias(name.text, v.text, s.key.place())
		}
	}
	t.allocation(f, name.text, s, provisionedProperty)
}

// owner returns the function that a property of a resource names.
func (t *template) owner(s *resource, property string) *Function {
	v := t.resolve(s.properties[property])
	if name, ok := v.function(); ok {
		return t.r.function(name, s.key.place())
	}
	f := t.r.function(s.id, s.key.place())
	f.Deployment.Adrift = true
	if v.missing == nil {
		v.missing = &obstacle{why: "it is no name of a function", remedy: "correct it"}
	}
	t.r.open(f, s.key.place(), property, v.missing)
	return f
}

// function is the name of a function that a value says: the name, or an ARN of
// which the other parts may not be known.
func (v value) function() (name string, ok bool) {
	name, _ = splitName(v.text)
	whole := v.state == scalar || v.state == unresolved && strings.Contains(v.text, ":function:")
	return name, whole && name != "" && !strings.Contains(name, hole)
}

// poller reads the scaling of an event source mapping.
func (t *template) poller(f *Function, s *resource) {
	const most = "MaximumConcurrency"
	source := t.resolve(s.properties["EventSourceArn"])
	if source.state == absent {
		source = t.resolve(s.properties["Queue"]) // of an event of SAM
	}
	f.Queues = append(f.Queues, queueName(source.text))
	t.number(f, most, t.part(s, "ScalingConfig", most), func(units string, place calc.Place) { f.poll(source.text, units, place) })
}

// target reads a scalable target of provisioned concurrency.
func (t *template) target(s *resource) {
	id := t.resolve(s.properties["ResourceId"])
	name, qualifier, whole := splitResource(id.text)
	dimension, namespace := t.resolve(s.properties["ScalableDimension"]), t.resolve(s.properties["ServiceNamespace"])
	if dimension.text != scalableDimension && namespace.text != scalableService && !whole {
		return
	}
	if !whole || strings.Contains(name, hole) {
		name, qualifier = s.id, ""
	}
	f := t.r.function(name, s.key.place())
	if !whole || name == s.id {
		f.Deployment.Adrift = true
	}
	if id.state == unresolved {
		t.r.open(f, id.node.place(), "ResourceId", id.missing)
	}
	added := calc.ScalableTarget{Qualifier: qualifier, Place: s.key.place()}
	if least := s.properties["MinCapacity"]; least.exists() {
		added.Place = least.place()
	}
	added.Min = t.capacity(f, s.properties["MinCapacity"], "MinCapacity")
	added.Max = t.capacity(f, s.properties["MaxCapacity"], "MaxCapacity")
	t.targets[s.id] = scaled{name, qualifier}
	f.scale(added)
	for _, action := range t.resolve(s.properties["ScheduledActions"]).node.items() {
		change := t.resolve(action.get("ScalableTargetAction")).node
		f.scale(calc.ScalableTarget{Qualifier: qualifier, Scheduled: true, Place: action.place(),
			Min: t.capacity(f, change.get("MinCapacity"), "MinCapacity"),
			Max: t.capacity(f, change.get("MaxCapacity"), "MaxCapacity")})
	}
}

// scaled is what a scalable target scales.
type scaled struct{ name, qualifier string }

func (t *template) capacity(f *Function, n node, what string) (units calc.Optional[int64]) {
	t.number(f, what, t.resolve(n), func(text string, place calc.Place) { units = t.r.units(f, what, text, place) })
	return units
}

// policy reads target tracking. It names its target by reference, or by the
// resource that is scaled.
func (t *template) policy(s *resource) {
	config := t.resolve(s.properties["TargetTrackingScalingPolicyConfiguration"]).node
	if custom := t.resolve(config.get("CustomizedMetricSpecification")); custom.state == structure &&
		t.resolve(custom.node.get("MetricName")).text != utilizationMetric {
		return
	}
	to, ok := t.targets[t.resolve(s.properties["ScalingTargetId"]).text]
	if !ok {
		to.name, to.qualifier, ok = splitResource(t.resolve(s.properties["ResourceId"]).text)
	}
	f := t.r.find(to.name)
	if !ok || f == nil {
		return // of another service
	}
	t.number(f, "TargetValue", t.resolve(config.get("TargetValue")), func(text string, place calc.Place) {
		if ratio, ok := t.r.ratio(f, "TargetValue", text, place); ok {
			f.steer(to.qualifier, calc.Tracking{Target: ratio, Place: place})
		}
	})
}
