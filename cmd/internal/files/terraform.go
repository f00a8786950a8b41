package files

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
)

// terraform reads what terraform show -json prints of a plan or of a state;
// OpenTofu prints the same.
type terraform struct{}

// Name implements Format.
func (terraform) Name() string { return "terraform" }

// Claims implements Format. An empty state has nothing but its version.
func (terraform) Claims(top node, _ Options) bool { return top.to > 0 && isPlan(top) }

// maxModules bounds how deep modules nest, far above what people write.
const maxModules = 64

// maxReferences bounds how many references are followed for one value.
const maxReferences = 64

// A resourceType is a type of resources, with the settings of it that are read.
type resourceType struct {
	name     string
	settings []string
}

var (
	lambdaFunction = &resourceType{"aws_lambda_function", []string{"function_name", "reserved_concurrent_executions",
		"memory_size", "architectures", "ephemeral_storage", "snap_start", "version", "publish", "region", "arn"}}
	lambdaAlias       = &resourceType{"aws_lambda_alias", []string{"name", "function_name", "function_version", "region", "arn"}}
	provisionedConfig = &resourceType{"aws_lambda_provisioned_concurrency_config", []string{"function_name", "qualifier",
		"provisioned_concurrent_executions", "region"}}
	scalingTarget = &resourceType{"aws_appautoscaling_target", []string{"resource_id", "service_namespace", "scalable_dimension",
		"min_capacity", "max_capacity", "region", "arn"}}
	scalingPolicy = &resourceType{"aws_appautoscaling_policy", []string{"resource_id", "service_namespace", "scalable_dimension",
		"target_tracking_scaling_policy_configuration", "region", "arn"}}
	scheduledAction = &resourceType{"aws_appautoscaling_scheduled_action", []string{"resource_id", "service_namespace",
		"scalable_dimension", "scalable_target_action", "region", "arn"}}
	sourceMapping = &resourceType{"aws_lambda_event_source_mapping", []string{"function_name", "function_arn", "scaling_config", "event_source_arn", "region", "arn"}}

	resourceTypes = []*resourceType{lambdaFunction, lambdaAlias, provisionedConfig, scalingTarget, scalingPolicy, scheduledAction, sourceMapping}
)

// linkingSettings are the settings by which resources name each other.
var linkingSettings = []string{"function_name", "function_arn", "qualifier", "function_version", "resource_id"}

// read finds the values of the settings, in their order; nil where there is
// none.
func (t *resourceType) read(n node) (values []span) {
	w := n.walk()
	for key := range w.members() {
		name := key.bare()
		for i, setting := range t.settings {
			if string(name) != setting {
				continue
			}
			if values == nil {
				values = make([]span, len(t.settings))
			}
			values[i] = w.value().span
		}
	}
	return values
}

// pick returns the value of one setting out of those that read found in a
// document.
func (t *resourceType) pick(d *document, values []span, setting string) node {
	if i := slices.Index(t.settings, setting); i >= 0 && i < len(values) && values[i] != (span{}) {
		return node{doc: d, span: values[i]}
	}
	return node{}
}

// deeper returns an error where a module stands too deep.
func (w *walk) deeper(levels int) error {
	if levels <= maxModules {
		return nil
	}
	return fmt.Errorf("%s: modules are nested deeper than %d", w.place(), maxModules)
}

// resourceHead reads what resources, their changes and their configuration begin with,
// and the member of them that says more. The type is nil where the resource does
// not matter; the member is then not looked for.
func resourceHead(w *walk, member string) (t *resourceType, address, more, each node) {
	for key := range w.members() {
		switch string(key.bare()) {
		case "address":
			address = w.value()
		case "mode":
			if string(w.value().bare()) != "managed" {
				return nil, node{}, node{}, node{}
			}
		case "type":
			name := w.value().bare()
			i := slices.IndexFunc(resourceTypes, func(t *resourceType) bool { return string(name) == t.name })
			if i < 0 {
				return nil, node{}, node{}, node{}
			}
			t = resourceTypes[i]
		case "deposed":
			// A replacement has left it behind, under the address of what counts.
			address = w.value()
		case member:
			more = w.value()
		case eachSetting:
			each = w.value()
		}
	}
	if address.kind() != text || len(address.bare()) == 0 {
		return nil, node{}, node{}, node{}
	}
	return t, address, more, each
}

// A planResource is one of the resources that matter.
type planResource struct {
	of      *resourceType
	address string
	place   calc.Place
	doc     *document
	values  []span // of its settings
	pending []span // which of them are known only after apply
	name    string // of the function, for a function
	// listed tells that resource_changes has it; changed, that this tells what
	// it was before, nothing included.
	listed, changed bool
}

func (res *planResource) value(setting string) node { return res.of.pick(res.doc, res.values, setting) }

// unknown reports whether a setting is known only after apply: the keys lead to
// it through blocks, of which a whole one may be unknown.
func (res *planResource) unknown(keys ...string) bool {
	n := res.of.pick(res.doc, res.pending, keys[0])
	for _, key := range keys[1:] {
		if n.kind() == boolean {
			break
		}
		n = n.path(key)
	}
	return n.kind() == boolean && n.scalar() == "true"
}

// known returns a setting, and nothing where it is not known.
func (res *planResource) known(setting string) string {
	if res.unknown(setting) {
		return ""
	}
	return res.value(setting).scalar()
}

// A plan is the document while it is read.
type plan struct {
	*reading
	resources []*planResource            // in the order of the file
	addresses map[string]*planResource   // by address
	instances map[string][]*planResource // by address without the key of the instance; see instancesOf
	root      *planModule
	past      map[string]*planPast
	order     []*planPast
	region    string          // the one that counts; empty where not known
	elsewhere map[string]bool // names of functions of other Regions
	shared    map[string]bool // those of them that this Region has, too
	later     []planChange    // what tells no Region, until it is known whose it is
}

// A planChange is a resource that changes, with the settings that it had.
type planChange struct {
	address node
	of      *resourceType
	values  []span
}

// A planPast is what a function was before the change.
type planPast struct {
	name        string
	declared    bool
	deleted     bool
	address     node // of a resource that tells of it
	reserved    calc.Optional[int64]
	queues      []string
	allocations []calc.Allocation
	targets     []calc.ScalableTarget
}

// Read implements Format.
func (terraform) Read(d *document, r *reading) error {
	if d.top.to == 0 {
		return fmt.Errorf("%s: this is not JSON; legal: what terraform show -json prints", d.top.place())
	}
	var planned, values, changes, configured node
	other := ""
	w := d.top.walk()
	for key := range w.members() {
		switch name := string(key.bare()); name {
		case "planned_values":
			planned = w.value()
		case "values":
			values = w.value()
		case "resource_changes":
			changes = w.value()
		case "configuration":
			configured = w.value()
		case "errored":
			if string(w.value().bare()) == "true" {
				return fmt.Errorf("%s: Terraform could not make this plan in full; legal: a plan without errors", key.place())
			}
		case "format_version", "terraform_version", "checks": // all that a state without resources has
		default:
			other = cmp.Or(other, name)
		}
	}
	if other != "" && !planned.exists() && !values.exists() && !changes.exists() {
		return fmt.Errorf("%s: this is neither a plan nor a state, it has %s; legal: what terraform show -json prints", d.top.place(), shown(other))
	}
	for key, section := range map[string]node{"planned_values": planned, "values": values} {
		if section.set() && section.kind() != mapping {
			return fmt.Errorf("%s: %s is %q; legal: a mapping", section.place(), key, shown(section.written()))
		}
	}
	p := plan{reading: r, root: newPlanModule(), past: map[string]*planPast{}, elsewhere: map[string]bool{}}
	state := !planned.exists() && values.exists()
	if state {
		planned = values
	}
	if err := rootModule(planned, p.module); err != nil {
		return err
	}
	p.oneRegion()
	p.addresses = make(map[string]*planResource, len(p.resources))
	for _, res := range p.resources {
		p.addresses[res.address] = res
	}
	if err := rootModule(configured, p.root.add); err != nil {
		return err
	}
	w = changes.walk()
	for range w.items() {
		p.change(w)
	}
	for _, c := range p.later {
		p.was(c.address, c.of, c.values, false)
	}
	p.functions()
	p.others()
	if state {
		for _, f := range r.Functions {
			f.Deployed = true
		}
	} else {
		p.before()
	}
	return nil
}

// oneRegion leaves out the resources of other Regions than one, since each has its
// own quota: that which is asked for, or else that of most functions.
func (p *plan) oneRegion() {
	count, first := map[string]int{}, map[string]calc.Place{} // functions by Region
	for _, res := range p.resources {
		if region := res.region(); res.of == lambdaFunction && region != "" {
			if count[region]++; !first[region].Known() {
				first[region] = res.place
			}
		}
	}
	p.region = p.options.Region
	if count[p.region] == 0 {
		p.region = ""
		for _, region := range slices.Sorted(maps.Keys(count)) {
			if count[region] > count[p.region] {
				p.region = region
			}
		}
	}
	if len(count) < 2 {
		return
	}
	here := map[string]bool{} // names of functions
	for _, res := range p.resources {
		if res.of == lambdaFunction {
			name, _ := splitName(printable(res.known("function_name")))
			if p.apart(res.region()) {
				p.elsewhere[name] = name != ""
			} else {
				here[name] = true
			}
		}
	}
	p.shared = map[string]bool{}
	for name := range p.elsewhere {
		p.shared[name] = here[name]
	}
	p.resources = slices.DeleteFunc(p.resources, func(res *planResource) bool {
		if region := res.region(); region != "" || res.of == lambdaFunction {
			return p.apart(region)
		}
		name, _ := splitName(printable(res.known("function_name")))
		if id := printable(res.known("resource_id")); id != "" {
			name, _, _ = splitResource(id)
		}
		return p.elsewhere[name] && !here[name]
	})
	for _, region := range slices.Sorted(maps.Keys(first)) {
		if p.apart(region) {
			p.unknown(nil, first[region], "what functions claim in "+region, "this is a check of "+p.region+", and each Region has its own quota",
				"check it apart, with --region "+region)
		}
	}
}

// apart tells whether a Region is known and another one than that which counts.
func (p *plan) apart(region string) bool { return region != "" && p.region != "" && region != p.region }

// region is the Region of a resource; empty where it does not tell.
func (res *planResource) region() string {
	return regionOf(res.known("region"), cmp.Or(res.known("arn"), res.known("function_name")))
}

// regionOf is the Region of a resource: that which it says, or that of its ARN.
func regionOf(region, arn string) string {
	if parts := strings.SplitN(arn, ":", 5); region == "" && len(parts) == 5 {
		region = parts[3]
	}
	return printable(region)
}

// rootModule reads the module at the root of the values or of the configuration.
func rootModule(n node, read func(w *walk, deep int) error) (err error) {
	w := n.walk()
	for key := range w.members() {
		if string(key.bare()) == "root_module" {
			err = read(w, 0)
		}
	}
	return err
}

// module collects the resources of a module and of those inside it.
func (p *plan) module(w *walk, deep int) error {
	if err := w.deeper(deep); err != nil {
		return err
	}
	for key := range w.members() {
		switch string(key.bare()) {
		case "resources":
			for range w.items() {
				p.resource(w)
			}
		case "child_modules":
			for range w.items() {
				if err := p.module(w, deep+1); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (p *plan) resource(w *walk) {
	t, address, values, _ := resourceHead(w, "values")
	if t == nil {
		return
	}
	p.resources = append(p.resources, &planResource{of: t, address: address.scalar(), place: address.place(), doc: address.doc, values: t.read(values)})
}

// change takes up what resource_changes says of a resource: what was before, and
// what is known only after apply.
func (p *plan) change(w *walk) {
	t, address, more, _ := resourceHead(w, "change")
	if t == nil {
		return
	}
	var created, deleted, forgotten, both bool // both at a time, the new one first
	var before, pending node
	w = more.walk()
	for key := range w.members() {
		switch string(key.bare()) {
		case "actions":
			for range w.items() {
				action := string(w.value().bare())
				both = both || created && action == "delete"
				created, deleted, forgotten = created || action == "create", deleted || action == "delete", forgotten || action == "forget"
			}
		case "before":
			before = w.value()
		case "after_unknown":
			pending = w.value()
		}
	}
	was := before.kind() == mapping
	if res := p.addresses[string(address.bare())]; res != nil && res.of == t {
		res.pending = t.read(pending)
		res.listed = true
		res.changed = was || created
	}
	// What Terraform forgets stays as it is, managed by somebody else.
	if !was || forgotten {
		return
	}
	if values := t.read(before); t == lambdaFunction {
		p.was(address, t, values, deleted && !both)
	} else {
		p.later = append(p.later, planChange{address, t, values})
	}
}

// was notes settings that the resource at an address had before the change.
func (p *plan) was(address node, t *resourceType, values []span, deleted bool) {
	of := func(setting string) string { return t.pick(address.doc, values, setting).scalar() }
	region := regionOf(of("region"), cmp.Or(of("arn"), of("function_name")))
	name, _ := splitName(of("function_name"))
	if id := of("resource_id"); id != "" {
		name, _, _ = splitResource(id)
	}
	name = printable(name)
	if p.apart(region) || region == "" && p.elsewhere[name] {
		if t == lambdaFunction && p.apart(region) {
			p.elsewhere[name] = true
		}
		return
	}
	switch t {
	case lambdaFunction:
		at := p.pastOf(name, address)
		if at == nil || at.declared {
			return
		}
		at.declared, at.deleted = true, deleted
		if units, ok := whole(of("reserved_concurrent_executions")); ok && units >= 0 {
			at.reserved = calc.Some(units)
		}
	case provisionedConfig:
		units, ok := whole(of("provisioned_concurrent_executions"))
		if at := p.pastOf(name, address); at != nil && ok {
			at.allocations = append(at.allocations, calc.Allocation{Qualifier: of("qualifier"), Units: calc.Some(units)})
		}
	case sourceMapping:
		if at := p.pastOf(name, address); at != nil {
			at.queues = append(at.queues, queueName(of("event_source_arn")))
		}
	case scalingTarget:
		_, qualifier, _ := splitResource(of("resource_id"))
		units, ok := whole(of("min_capacity"))
		if at := p.pastOf(name, address); at != nil && ok && (of("service_namespace") == scalableService || of("scalable_dimension") == scalableDimension) {
			at.targets = append(at.targets, calc.ScalableTarget{Qualifier: qualifier, Min: calc.Some(units)})
		}
	}
}

// pastOf returns what a function was before the change, of which the resource at
// an address tells; nil without a name.
func (p *plan) pastOf(name string, address node) *planPast {
	if name == "" {
		return nil
	}
	name = printable(name)
	at := p.past[name]
	if at == nil {
		at = &planPast{name: name, address: address}
		p.past[name] = at
		p.order = append(p.order, at)
	}
	return at
}

// before sets what the functions have claimed before the change, and what the
// plan takes away of that.
func (p *plan) before() {
	gone := func(at *planPast) bool { return at.deleted && !p.declares(at.name) }
	for _, at := range p.order {
		if !gone(at) {
			p.takes(at)
		}
	}
	for _, res := range p.resources {
		if !res.listed && (res.of == provisionedConfig || res.of == scalingTarget) {
			p.was(node{doc: res.doc}, res.of, res.values, false) // it stays as it is
		}
	}
	for _, res := range p.resources {
		if res.of != lambdaFunction || !res.changed {
			continue
		}
		var claim calc.Claim
		if at := p.past[res.name]; at != nil {
			claim = at.claim()
		}
		p.find(res.name).Deployment.Current = calc.Some(claim)
	}
	for _, at := range p.order {
		if gone(at) {
			p.Gone = append(p.Gone, Gone{Name: at.name, Claimed: at.claim()})
		} else if f := p.find(at.name); f != nil && !f.declared && len(at.allocations)+len(at.targets) > 0 {
			f.Deployment.Current = calc.Some(at.claim())
		}
	}
}

// takes notes what the plan takes away of a function's provisioned concurrency:
// answers may still show it. The function may be one that it does not declare.
func (p *plan) takes(at *planPast) {
	if len(at.allocations)+len(at.targets)+len(at.queues) == 0 {
		return
	}
	f := p.find(at.name)
	if f == nil {
		f = p.function(at.name, at.address.place())
	}
	f.Queues = append(f.Queues, at.queues...)
	fixed := f.Deployment.Fixed()
	for _, a := range at.allocations {
		if a.Qualifier != "" && !fixed[a.Qualifier] {
			f.Unprovisioned = append(f.Unprovisioned, a.Qualifier)
		}
	}
	for _, t := range at.targets {
		if _, steered := f.steered[t.Qualifier]; !steered {
			f.Unscaled = append(f.Unscaled, t.Qualifier)
		}
	}
}

// declares reports whether one of the resources is a function of this name.
func (p *plan) declares(name string) bool {
	f := p.find(name)
	return f != nil && f.declared
}

func (at *planPast) claim() calc.Claim {
	d := calc.Deployment{Allocations: at.allocations, Targets: at.targets}
	return calc.Claim{Reserved: at.reserved, Provisioned: d.Provisioned()}
}

// functions adds the functions that the file declares, before other resources
// speak of them.
func (p *plan) functions() {
	p.named = make(map[string]*Function, len(p.resources))
	for _, res := range p.resources {
		if res.of != lambdaFunction {
			continue
		}
		// References do not tell the name of a function: a name that is made of
		// another function's name is not that name.
		name, _ := splitName(printable(res.known("function_name")))
		twice := p.declares(name)
		res.name = name
		if name == "" || twice {
			res.name = res.address
			res.changed = res.changed && !twice // what was before is known by the name
		}
		f := p.function(res.name, res.place)
		res.name = f.Name
		f.declared = true
		switch {
		case twice:
			p.unknown(f, res.place, "function_name", "another function of the file has this name", "give each function its own name, or check one Region at a time")
		case name == "":
			p.unresolved(f, res, "function_name")
		}
		p.settings(f, res)
	}
}

// settings reads what a function itself says.
func (p *plan) settings(f *Function, res *planResource) {
	const setting = "reserved_concurrent_executions"
	reserved := res.value(setting)
	units, ok := whole(reserved.scalar())
	switch {
	case res.unknown(setting):
		p.unresolved(f, res, setting)
	case !reserved.set() || ok && units == terraformUnreserved:
		f.Unreserved = true
	default:
		f.reserve(reserved.scalar(), reserved.place())
	}
	f.remember(calc.FieldMemory, res.value("memory_size"))
	f.remember(calc.FieldArch, res.value("architectures").first())
	f.remember(calc.FieldEphemeral, res.value("ephemeral_storage").path("size"))
	if on := res.value("snap_start").path("apply_on"); on.scalar() == "PublishedVersions" {
		f.Deployment.SnapStart = calc.Some(on.place())
	} else {
		f.Unstarted = !res.unknown("snap_start")
	}
}

// terraformUnreserved is how Terraform writes that there is no reservation.
const terraformUnreserved = -1

// unresolved notes a setting that the file does not tell.
func (p *plan) unresolved(f *Function, res *planResource, setting string) {
	why, remedy := "not in the file", "give "+setting+" a value that the plan knows"
	switch {
	case res.known(setting) != "":
		why, remedy = "the value is not of the form that AWS takes", "give "+setting+" a value of that form"
	case res.listed:
		why = "known only after apply"
	}
	p.unknown(f, res.place, setting, why, remedy)
}

// others adds what other resources say of functions. Policies come last, when
// their targets are known.
func (p *plan) others() {
	for _, res := range p.resources {
		switch res.of {
		case lambdaAlias:
			p.alias(res)
		case provisionedConfig:
			p.provisioned(res)
		case scalingTarget, scheduledAction:
			p.scaling(res)
		case sourceMapping:
			p.poller(res)
		}
	}
	for _, res := range p.resources {
		if res.of == scalingPolicy {
			p.policy(res)
		}
	}
}

func (p *plan) alias(res *planResource) {
	f, _ := p.ownerOf(res, "function_name")
	if res.known("name") == "" {
		p.unresolved(f, res, "name")
	}
	f.alias(res.aliasName(), p.version(res, newSearch()), res.place)
}

func (p *plan) provisioned(res *planResource) {
	f, _ := p.ownerOf(res, "function_name")
	qualifier := p.qualifier(res, newSearch())
	if qualifier == "" {
		p.unresolved(f, res, "qualifier")
		qualifier = res.address
	}
	const setting = "provisioned_concurrent_executions"
	if units := res.value(setting); units.set() && !res.unknown(setting) {
		f.allocate(qualifier, units.scalar(), units.place())
		return
	}
	p.unresolved(f, res, setting)
	f.allocation(calc.Allocation{Qualifier: qualifier, Place: res.place})
}

// scaling adds a scalable target or a scheduled action.
func (p *plan) scaling(res *planResource) {
	if !res.scalesLambda() {
		return
	}
	f, qualifier := p.ownerOf(res, "resource_id")
	if qualifier == "" {
		if f.Name != res.address { // else that is said already
			p.unresolved(f, res, "resource_id")
		}
		qualifier = res.address
	}
	var block []string
	if res.of == scheduledAction {
		block = []string{"scalable_target_action"}
	}
	t := calc.ScalableTarget{Qualifier: qualifier, Scheduled: res.of == scheduledAction, Place: res.place}
	t.Min = p.capacity(f, res, append(block, "min_capacity")...)
	t.Max = p.capacity(f, res, append(block, "max_capacity")...)
	f.scale(t)
}

func (res *planResource) scalesLambda() bool {
	return res.known("service_namespace") == scalableService || res.known("scalable_dimension") == scalableDimension
}

// capacity reads a limit of a scalable target. A scheduled action says with -1
// that the limit stays as it is.
func (p *plan) capacity(f *Function, res *planResource, keys ...string) calc.Optional[int64] {
	if res.unknown(keys...) {
		p.unresolved(f, res, keys[len(keys)-1])
		return calc.Optional[int64]{}
	}
	units, ok := whole(res.value(keys[0]).path(keys[1:]...).scalar())
	if !ok || res.of == scheduledAction && units < 0 {
		return calc.Optional[int64]{}
	}
	return calc.Some(units)
}

func (p *plan) poller(res *planResource) {
	const block, setting = "scaling_config", "maximum_concurrency"
	most, queue := res.value(block).path(setting), res.known("event_source_arn")
	units, ok := whole(most.scalar())
	bounds := most.set() && !(ok && units == 0) // the provider takes 0 for not set
	if name, _ := splitName(res.known("function_name")); !bounds && !res.unknown(block, setting) && p.find(name) == nil {
		return // nothing else needs this function
	}
	f, _ := p.ownerOf(res, "function_name")
	f.Queues = append(f.Queues, queueName(queue))
	switch {
	case res.unknown(block, setting):
		p.unresolved(f, res, setting)
	case bounds:
		f.poll(queue, most.written(), most.place())
	}
}

// policy adds target tracking to the target that it steers.
func (p *plan) policy(res *planResource) {
	if !res.scalesLambda() {
		return
	}
	tracking := res.value("target_tracking_scaling_policy_configuration")
	// Of a metric of the user's own the target may be anything.
	for _, custom := range tracking.path("customized_metric_specification").items() {
		if custom.path("metric_name").scalar() != utilizationMetric {
			return
		}
	}
	value := tracking.path("target_value")
	if !value.set() {
		return
	}
	name, qualifier := p.owner(res, newSearch())
	f := p.find(name)
	if f == nil {
		return
	}
	if ratio, ok := p.ratio(f, "target_value", value.written(), value.place()); ok {
		f.steer(qualifier, calc.Tracking{Target: ratio, Place: value.place()})
	}
}
