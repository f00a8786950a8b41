package files

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
)

// serverless is the serverless.yml of the Serverless Framework, versions 2 to 4.
type serverless struct{}

// Name implements Format.
func (serverless) Name() string { return "serverless" }

// Claims implements Format.
func (serverless) Claims(top node, _ Options) bool {
	keys := top.fields()
	has := func(key string) bool { return keys[key].exists() }
	return has("service") && (has("provider") || has("functions")) && !has("Resources")
}

// A service is one that is being read.
type service struct {
	*variables
	provider found
	prefix   string               // of the names that the framework makes up; empty where not known
	scaling  bool                 // the plugin for scaling is there
	made     map[string]*Function // the functions, by their keys
	keyed    map[*Function]bool   // those that have no name of their own
}

// A found is a value with its variables resolved.
type found struct {
	node node
	// place is where a function has it. What stands elsewhere has the place of
	// the variable that leads there.
	place   calc.Place
	through bool // a variable led to it, or to what it is in
	// missing tells why it is not known; nil where it is.
	missing *obstacle
}

// empty tells that there is no value: the framework passes an empty text by.
func (v found) empty() bool { return !v.node.set() || v.node.kind() == text && v.node.scalar() == "" }

// off tells that the value is false.
func (v found) off() bool { return v.node.kind() == boolean && v.node.scalar() == "false" }

// find resolves a part of another value.
func (s *service) find(n node, in found) found {
	v := found{place: n.place(), through: in.through || n.kind() == text}
	if in.through {
		v.place = in.place
	}
	v.node, v.missing = s.resolve(n)
	return v
}

// get returns the value of a key.
func (s *service) get(in found, key string) found { return s.find(s.fields(in.node)[key], in) }

// plain is get for a text or number, which CloudFormation may decide instead.
func (s *service) plain(in found, key string) found {
	v := s.get(in, key)
	if v.node.tag() != "" || v.node.kind() == mapping {
		v.node, v.missing = node{}, &obstacle{why: "CloudFormation decides it", remedy: "run serverless package, and check the template in .serverless"}
	}
	return v
}

// items walks a list. Variables can lead to a long one again and again.
func (s *service) items(in found) iter.Seq[found] {
	return func(yield func(found) bool) {
		for _, item := range in.node.items() {
			v := s.find(item, in)
			if in.through {
				s.left--
			}
			spent := in.through && s.left < 0
			if spent {
				v.node, v.missing = node{}, tooMany()
			}
			if !yield(v) || spent {
				return
			}
		}
	}
}

// known notes a value that is not.
func (s *service) known(f *Function, what string, v found) bool {
	if v.missing != nil {
		s.r.unknown(f, v.place, what, v.missing.why, v.missing.remedy)
	}
	return v.missing == nil
}

// Read implements Format.
func (serverless) Read(d *document, r *reading) error {
	r.Params = append(r.Params, "stage", "region")
	s := &service{variables: newVariables(d, r), made: map[string]*Function{}, keyed: map[*Function]bool{}}
	top := found{node: d.top}
	if err := s.readProvider(top); err != nil {
		return err
	}
	name := s.get(top, "service")
	if name.node.kind() == mapping { // as version 1 took it
		name = s.get(name, "name")
	}
	if stage, missing := s.stage(); missing == nil && name.node.scalar() != "" && stage != "" {
		s.prefix = name.node.scalar() + "-" + stage + "-"
	}
	s.scaling = s.hasPlugin(top)
	functions := s.get(top, "functions")
	if functions.node.kind() != list {
		if err := s.functions(functions); err != nil {
			return err
		}
	}
	for part := range s.items(functions) {
		if err := s.functions(part); err != nil {
			return err
		}
	}
	s.embedded(s.get(top, "resources"))
	return nil
}

// embedded reads the CloudFormation that a service brings, in which functions
// have the logical ids that the framework gives them.
func (s *service) embedded(resources found) {
	if !s.known(nil, "resources", resources) {
		return
	}
	t := newTemplate(s.r)
	t.plain = s.resolve
	parts := []found{resources}
	if resources.node.kind() == list {
		parts = slices.Collect(s.items(resources))
	}
	var sections []node
	for _, part := range parts {
		for _, section := range s.get(part, "Conditions").node.members() {
			t.conditions[section.key.scalar()] = section.value
		}
		_ = t.list(s.get(part, "Resources").node) // whatever is no resource may be a variable
		sections = append(sections, s.get(part, "Resources").node, s.get(part, "extensions").node)
	}
	made := map[string]func(changes *resource){} // what the framework makes, by logical id
	for key, f := range s.made {
		if key == "" {
			continue
		}
		id := logicalID.Replace(strings.ToUpper(key[:1]) + key[1:])
		function := id + "LambdaFunction"
		t.resources[function] = &resource{id: function, kind: typeFunction, name: f.Name}
		made[function] = func(changes *resource) { t.change(f, changes) }
		made[id+"ProvConcLambdaAlias"] = func(changes *resource) { t.reallocate(f, changes) }
	}
	t.order = slices.DeleteFunc(t.order, func(s *resource) bool { return made[s.id] != nil })
	for _, section := range sections {
		for _, m := range section.members() {
			if change := made[m.key.scalar()]; change != nil {
				change(&resource{id: m.key.scalar(), key: m.key, properties: m.value.get("Properties").fields()})
			}
		}
	}
	t.read()
}

// logicalID is how the framework writes a key in a logical id.
var logicalID = strings.NewReplacer("-", "Dash", "_", "Underscore")

// change sets what the CloudFormation of a service says of a function that the
// framework makes: it goes before what the function itself says.
func (t *template) change(f *Function, s *resource) {
	const reserved = "ReservedConcurrentExecutions"
	if units := s.properties[reserved]; units.exists() {
		v := t.resolve(units)
		f.Reserved, f.Unreserved = calc.Optional[int64]{}, v.state == absent
		t.number(f, reserved, v, f.reserve)
	}
	t.remember(f, calc.FieldMemory, t.resolve(s.properties["MemorySize"]))
}

// reallocate is change for the alias of the framework.
func (t *template) reallocate(f *Function, s *resource) {
	if !s.properties[provisionedProperty].exists() {
		return
	}
	f.Deployment.Allocations = slices.DeleteFunc(f.Deployment.Allocations, func(a calc.Allocation) bool { return a.Qualifier == provisionedAlias })
	f.Origins.Set(calc.FieldProvisioned, calc.Place{})
	t.allocation(f, provisionedAlias, s, provisionedProperty)
}

// readProvider takes up what functions have in common. Where that is not known,
// the functions still can be.
func (s *service) readProvider(top found) error {
	s.provider = s.get(top, "provider")
	name := s.provider
	if name.node.kind() == mapping {
		name = s.get(name, "name")
	}
	if name.node.set() && name.node.scalar() != "aws" {
		return fmt.Errorf("%s: the provider is %q; legal: aws", name.place, shown(name.node.written()))
	}
	return nil
}

// scalingPlugin adds concurrencyAutoscaling to functions.
const scalingPlugin = "serverless-provisioned-concurrency-autoscaling"

// hasPlugin tells whether the plugin for scaling is there, or may be.
func (s *service) hasPlugin(top found) bool {
	plugins := s.get(top, "plugins")
	if plugins.node.kind() == mapping {
		plugins = s.get(plugins, "modules")
	}
	if !plugins.node.exists() { // or not known
		return true
	}
	for item := range s.items(plugins) {
		if name := item.node.scalar(); item.missing != nil || name == scalingPlugin || strings.HasSuffix(name, "/"+scalingPlugin) {
			return true
		}
	}
	return false
}

// functions reads a mapping of functions by their keys.
func (s *service) functions(all found) error {
	if s.known(nil, "functions", all) && all.node.set() && all.node.kind() != mapping {
		return fmt.Errorf("%s: functions is %q; legal: functions by their names", all.place, shown(all.node.written()))
	}
	for _, m := range all.node.members() {
		if err := s.function(m.key, s.find(m.value, all)); err != nil {
			return err
		}
	}
	return nil
}

// function reads one function. Null is one without settings.
func (s *service) function(key node, own found) error {
	id := key.scalar()
	if own.node.set() && own.node.kind() != mapping {
		return fmt.Errorf("%s: the function %q is %q; legal: its settings", key.place(), shown(id), shown(own.node.written()))
	}
	if other := s.made[id]; other != nil {
		return fmt.Errorf("%s: the function %q is at %s already; legal: each name once", key.place(), shown(id), other.Deployment.Place)
	}
	given := s.plain(own, "name")
	f := s.declare(id, given.node.scalar(), key.place())
	if !s.known(f, "functions."+shown(id), own) {
		return nil
	}
	if s.known(f, "name", given) && !given.node.set() && s.prefix != "" {
		f.Also = []string{s.prefix + id}
	}
	s.setMemory(f, own)
	switch v := s.plain(own, "reservedConcurrency"); {
	case !s.known(f, "reservedConcurrency", v):
	case v.empty():
		f.Unreserved = true
	case v.off():
		f.reserve("0", v.place) // as the framework takes it
	default:
		f.reserve(v.node.written(), v.place)
	}
	if s.provision(f, id, own) && s.scaling {
		s.autoscale(f, own)
	}
	if v := s.get(own, "snapStart"); s.known(f, "snapStart", v) && v.node.scalar() == "true" {
		f.Deployment.SnapStart = calc.Some(v.place)
	} else {
		f.Unstarted = v.off()
	}
	s.poll(f, own)
	return nil
}

// declare adds a function, which is called by its key where it has no name: the
// framework would put service and stage before that.
func (s *service) declare(key, name string, place calc.Place) *Function {
	made := "functions." + key
	if s.prefix != "" {
		made = s.prefix + key
	}
	other := s.r.find(cmp.Or(name, key))
	var f *Function
	switch {
	case other == nil:
		f = s.r.function(cmp.Or(name, key), place)
	case name == "":
		f = s.r.function(made, place)
	case s.keyed[other]: // the key of the other is no name
		s.r.rename(other, cmp.Or(strings.Join(other.Also, ""), "functions."+other.Name))
		f = s.r.function(name, place)
	default:
		f = s.r.function("functions."+key, place)
		s.r.unknown(f, place, "name", fmt.Sprintf("the function at %s has this name", other.Deployment.Place), "give each function its own name")
	}
	s.made[key], s.keyed[f] = f, name == ""
	return f
}

// setMemory sets what only the calculations use, where it is known.
func (s *service) setMemory(f *Function, own found) {
	for _, setting := range []struct {
		key   string
		field calc.Field
	}{{"memorySize", calc.FieldMemory}, {"architecture", calc.FieldArch}, {"ephemeralStorageSize", calc.FieldEphemeral}} {
		v := s.get(own, setting.key)
		if v.missing == nil && !v.node.set() {
			v = s.get(s.provider, setting.key)
		}
		if v.node.set() {
			f.keep(setting.field, v.node.scalar(), v.place)
		}
	}
}

// provisionedAlias is the alias that the framework makes for provisioned
// concurrency.
const provisionedAlias = "provisioned"

// provision reads the provisioned concurrency, and tells whether there is some.
// The framework publishes a version for it, and makes an alias of that.
func (s *service) provision(f *Function, id string, own found) bool {
	what, alias := "provisionedConcurrency", provisionedAlias
	v, outer := s.plain(own, what), s.get(own, what)
	if inner := s.plain(outer, "executions"); inner.missing != nil || inner.node.exists() { // as version 4 takes it
		if name := s.plain(outer, "alias"); !s.known(f, "alias", name) || name.node.scalar() != "" {
			alias = name.node.scalar()
		}
		what, v = "executions", inner
	}
	known := s.known(f, what, v)
	units, isWhole := whole(v.node.scalar())
	switch {
	case !known:
		f.allocation(calc.Allocation{Qualifier: alias, Possible: true, Place: v.place}) // 0 is none
	case v.empty() || v.off() || isWhole && units == 0:
		if v.node.exists() {
			f.Unprovisioned = []string{alias}
		}
		return false
	default:
		f.allocate(alias, v.node.written(), v.place)
	}
	if alias != "" {
		f.alias(alias, published(id), v.place)
	}
	return !known || isWhole && units > 0
}

// What the plugin for scaling takes where nothing is said.
const (
	scalingMinimum = 1
	scalingMaximum = 10
	scalingUsage   = 0.75
)

// autoscale reads the setting of the plugin for scaling. It leaves functions
// alone that have no provisioned concurrency to begin with, and mappings that do
// not say they are enabled.
func (s *service) autoscale(f *Function, own found) {
	const key = "concurrencyAutoscaling"
	config := s.get(own, key)
	if !s.known(f, key, config) {
		return
	}
	enabled := config
	if config.node.kind() == mapping {
		enabled = s.get(config, "enabled")
	}
	alias := s.plain(config, "alias")
	if !s.known(f, "enabled", enabled) || !s.known(f, "alias", alias) {
		return
	}
	qualifier, place := cmp.Or(alias.node.scalar(), provisionedAlias), config.place
	if enabled.node.scalar() != "true" {
		if config.off() || enabled.off() {
			f.Unscaled = []string{qualifier}
		}
		return
	}
	if !config.through { // the key is where people look for it
		for _, m := range own.node.members() {
			k := m.key
			if k.scalar() == key {
				place = k.place()
			}
		}
	}
	target := calc.ScalableTarget{Qualifier: qualifier, Place: place,
		Min: s.bound(f, config, "minimum", calc.Some[int64](scalingMinimum)),
		Max: s.bound(f, config, "maximum", calc.Some[int64](scalingMaximum))}
	switch usage := s.plain(config, "usage"); {
	case !s.known(f, "usage", usage):
	case !usage.node.set():
		target.Tracking = []calc.Tracking{{Target: scalingUsage, Place: place}}
	default:
		if ratio, ok := s.r.ratio(f, "usage", usage.node.written(), usage.place); ok {
			target.Tracking = []calc.Tracking{{Target: ratio, Place: usage.place}}
		}
	}
	f.scale(target)
	actions := s.get(config, "scheduledActions")
	s.known(f, "scheduledActions", actions)
	for scheduled := range s.items(actions) {
		action := s.get(scheduled, "action")
		if s.known(f, "scheduledActions", scheduled) && s.known(f, "action", action) {
			f.scale(calc.ScalableTarget{Qualifier: qualifier, Scheduled: true, Place: scheduled.place,
				Min: s.bound(f, action, "minimum", calc.Optional[int64]{}), Max: s.bound(f, action, "maximum", calc.Optional[int64]{})})
		}
	}
}

// bound reads a bound of what is scaled.
func (s *service) bound(f *Function, in found, key string, otherwise calc.Optional[int64]) calc.Optional[int64] {
	v := s.plain(in, key)
	switch known := s.known(f, key, v); {
	case !known:
		return calc.Optional[int64]{}
	case !v.node.set():
		return otherwise
	}
	return s.r.capacity(f, key, v.node, v.place)
}

// poll reads the queues that bound what they invoke.
func (s *service) poll(f *Function, own found) {
	events := s.get(own, "events")
	s.known(f, "events", events)
	for event := range s.items(events) {
		if !s.known(f, "events", event) {
			continue
		}
		queue := s.get(event, "sqs")
		if !s.known(f, "sqs", queue) {
			f.Queues = append(f.Queues, "") // whichever it is
			continue
		}
		if !queue.node.exists() {
			continue
		}
		arn := cmp.Or(queue.node.scalar(), s.plain(queue, "arn").node.scalar())
		f.Queues = append(f.Queues, queueName(arn))
		most := s.plain(queue, "maximumConcurrency")
		if s.known(f, "maximumConcurrency", most) && most.node.set() {
			f.poll(arn, most.node.written(), most.place)
		}
	}
}
