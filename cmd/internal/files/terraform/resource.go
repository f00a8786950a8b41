package terraform

import (
	"cmp"
	"slices"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// A resourceType is a type of resources, with the settings of it that are read.
type resourceType struct {
	name     string
	settings []string
}

// reservedAttribute is the attribute that holds a reservation.
const reservedAttribute = "reserved_concurrent_executions"

// The types of the resources that affect concurrency.
var (
	lambdaFunction = &resourceType{"aws_lambda_function", []string{"function_name", reservedAttribute,
		"memory_size", "architectures", "ephemeral_storage", "snap_start", "version", "publish", "region", "arn"}}
	lambdaAlias = &resourceType{"aws_lambda_alias", []string{"name", "function_name", "function_version", "region", "arn"}}

	provisionedConfig = &resourceType{"aws_lambda_provisioned_concurrency_config", []string{"function_name", "qualifier",
		"provisioned_concurrent_executions", "region"}}
	scalingTarget = &resourceType{"aws_appautoscaling_target", []string{"resource_id", "service_namespace",
		"scalable_dimension", "min_capacity", "max_capacity", "region", "arn"}}
	scalingPolicy = &resourceType{"aws_appautoscaling_policy", []string{"resource_id", "service_namespace",
		"scalable_dimension", "target_tracking_scaling_policy_configuration", "region", "arn"}}
	scheduledAction = &resourceType{"aws_appautoscaling_scheduled_action", []string{"resource_id", "service_namespace",
		"scalable_dimension", "scalable_target_action", "region", "arn"}}
	sourceMapping = &resourceType{"aws_lambda_event_source_mapping", []string{"function_name", "function_arn",
		"scaling_config", "event_source_arn", "region", "arn"}}

	resourceTypes = []*resourceType{lambdaFunction, lambdaAlias, provisionedConfig, scalingTarget, scalingPolicy,
		scheduledAction, sourceMapping}
)

// read finds the values of the settings, in the order of the settings; nil where there is none.
func (t *resourceType) read(n tree.Node) (values []tree.Span) {
	w := n.Walk()
	for key := range w.Members() {
		name := key.Bytes()
		for i, setting := range t.settings {
			if string(name) != setting {
				continue
			}
			if values == nil {
				values = make([]tree.Span, len(t.settings))
			}
			values[i] = w.Value().Span()
		}
	}
	return values
}

// value returns the value of one setting out of those that read found in a document.
func (t *resourceType) value(d *tree.Document, values []tree.Span, setting string) tree.Node {
	if i := slices.Index(t.settings, setting); i >= 0 && i < len(values) {
		return d.Node(values[i])
	}
	return tree.Node{}
}

// A resource is a resource that affects concurrency. Spans instead of Nodes keep it small.
type resource struct {
	of      *resourceType
	address string
	place   check.Place
	doc     *tree.Document
	values  []tree.Span // of the settings
	unknown []tree.Span // says which settings are known only after apply
	name    string      // of the function, for a function
	// listed says that resource_changes has the resource. changed says that resource_changes tells what the resource
	// was before, even if that is nothing.
	listed, changed bool
}

// readResource reads a resource of planned_values or values; nil for one that does not matter.
func (p *plan) readResource(w *tree.Walk) *resource {
	h := readHead(w, "values")
	if h.of == nil {
		return nil
	}
	return &resource{of: h.of, address: h.address.Scalar(), place: h.address.Place(), doc: p.doc,
		values: h.of.read(h.member)}
}

// A head is what resources, their changes and their configuration have in common. The type is nil where the
// resource does not matter.
type head struct {
	of      *resourceType
	address tree.Node
	member  tree.Node // that the reader asks for
	each    tree.Node // what there is an instance for each of
}

// readHead reads the head of a resource, with the member that says more. It looks for the member only where the
// resource matters.
func readHead(w *tree.Walk, member string) (h head) {
	for key := range w.Members() {
		switch string(key.Bytes()) {
		case "address":
			h.address = w.Value()
		case "mode":
			if string(w.Value().Bytes()) != "managed" {
				return head{}
			}
		case "type":
			name := w.Value().Bytes()
			i := slices.IndexFunc(resourceTypes, func(t *resourceType) bool { return string(name) == t.name })
			if i < 0 {
				return head{}
			}
			h.of = resourceTypes[i]
		case "deposed":
			// A replacement has left this object behind, under the address of the resource that counts. Its key takes
			// the place of the address, so that it is not taken for that resource.
			h.address = w.Value()
		case member:
			h.member = w.Value()
		case eachSetting:
			h.each = w.Value()
		}
	}
	if h.address.Kind() != tree.Text || len(h.address.Bytes()) == 0 {
		return head{}
	}
	return h
}

// setting returns the value of a setting.
func (res *resource) setting(name string) tree.Node { return res.of.value(res.doc, res.values, name) }

// isUnknown reports whether a setting is known only after apply. The keys lead to it through blocks, and a whole
// block may be unknown.
func (res *resource) isUnknown(keys ...string) bool {
	n := res.of.value(res.doc, res.unknown, keys[0])
	for _, key := range keys[1:] {
		if n.Kind() == tree.Boolean {
			break
		}
		n = n.Path(key)
	}
	return n.Kind() == tree.Boolean && n.Scalar() == "true"
}

// known returns a setting, and nothing where it is not known.
func (res *resource) known(setting string) string {
	if res.isUnknown(setting) {
		return ""
	}
	return res.setting(setting).Scalar()
}

// region returns the Region of a resource; empty where the resource does not say.
func (res *resource) region() string {
	return regionOf(res.known("region"), cmp.Or(res.known("arn"), res.known("function_name")))
}

func (res *resource) scalesLambda() bool {
	return res.known("service_namespace") == record.ScalableService ||
		res.known("scalable_dimension") == record.ScalableDimension
}

// latestVersion is the version of a function that is published last.
func (res *resource) latestVersion() string {
	if known := res.known("version"); known != "" {
		return known
	}
	if res.known("publish") == "false" {
		return check.Latest
	}
	return record.Published(res.address)
}

// aliasName is the name of an alias. Its address stands in for one that is not known.
func (res *resource) aliasName() string { return cmp.Or(res.known("name"), res.address) }
