package terraform

import (
	"cmp"
	"slices"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// A resourceType is a type of resource, with the settings to read.
type resourceType struct {
	name     string
	settings []string
}

// reservedAttribute is the attribute for reserved concurrency.
const reservedAttribute = "reserved_concurrent_executions"

// The resource types that affect concurrency.
var (
	lambdaFunction = &resourceType{"aws_lambda_function", []string{"function_name", reservedAttribute,
		"memory_size", "architectures", "ephemeral_storage", "snap_start", "version", "publish", "region", "arn", "timeout",
		"tenancy_config", "capacity_provider_config", "file_system_config", "runtime", "function_scaling_config"}}
	lambdaAlias = &resourceType{"aws_lambda_alias", []string{"name", "function_name", "function_version", "routing_config",
		"region", "arn"}}
	functionURL = &resourceType{"aws_lambda_function_url", []string{"function_name", "function_arn", "region"}}

	provisionedConfig = &resourceType{"aws_lambda_provisioned_concurrency_config", []string{"function_name", "qualifier",
		"provisioned_concurrent_executions", "region"}}
	scalingTarget = &resourceType{"aws_appautoscaling_target", []string{"resource_id", "service_namespace",
		"scalable_dimension", "min_capacity", "max_capacity", "suspended_state", "region", "arn"}}
	scalingPolicy = &resourceType{"aws_appautoscaling_policy", []string{"resource_id", "service_namespace",
		"scalable_dimension", "target_tracking_scaling_policy_configuration", "region", "arn"}}
	scheduledAction = &resourceType{"aws_appautoscaling_scheduled_action", []string{"resource_id", "service_namespace",
		"scalable_dimension", "scalable_target_action", "schedule", "timezone", "start_time", "end_time", "region", "arn"}}
	sourceMapping = &resourceType{"aws_lambda_event_source_mapping", []string{"function_name", "function_arn",
		"scaling_config", "provisioned_poller_config", "parallelization_factor", "batch_size",
		"maximum_batching_window_in_seconds", "enabled", "topics", "self_managed_event_source", "event_source_arn", "region",
		"arn"}}

	// what event source mappings poll
	sqsQueue = &resourceType{"aws_sqs_queue", []string{"name", "fifo_queue", "visibility_timeout_seconds",
		"message_retention_seconds", "redrive_policy", "region", "arn"}}
	kinesisStream = &resourceType{"aws_kinesis_stream", []string{"name", "shard_count", "retention_period", "region",
		"arn"}}
	streamConsumer  = &resourceType{"aws_kinesis_stream_consumer", []string{"name", "region", "arn"}}
	dynamoTable     = &resourceType{"aws_dynamodb_table", []string{"name", "region", "stream_arn", "arn"}}
	kafkaCluster    = &resourceType{"aws_msk_cluster", []string{"cluster_name", "region", "arn"}}
	kafkaServerless = &resourceType{"aws_msk_serverless_cluster", []string{"cluster_name", "region", "arn"}}
	mqBroker        = &resourceType{"aws_mq_broker", []string{"engine_type", "region", "arn"}}

	// what invokes functions
	permission = &resourceType{"aws_lambda_permission", []string{"function_name", "principal", "action", "source_arn",
		"region"}}
	invokeConfig = &resourceType{"aws_lambda_function_event_invoke_config", []string{"function_name", eventAgeSetting,
		"region"}}
	eventRule   = &resourceType{"aws_cloudwatch_event_rule", []string{"name", "state", "is_enabled", "region", "arn"}}
	eventTarget = &resourceType{"aws_cloudwatch_event_target", []string{"arn", "rule", "region"}}
	topicRule   = &resourceType{"aws_iot_topic_rule", []string{"name", "lambda", "region", "arn"}}
	logFilter   = &resourceType{"aws_cloudwatch_log_subscription_filter", []string{"destination_arn", "region"}}
	bucketEvent = &resourceType{"aws_s3_bucket_notification", []string{"lambda_function", "region"}}
	schedule    = &resourceType{"aws_scheduler_schedule", []string{"target", "state", "region", "arn"}}
	topicTarget = &resourceType{"aws_sns_topic_subscription", []string{"endpoint", "region", "arn"}}

	resourceTypes = []*resourceType{lambdaFunction, lambdaAlias, functionURL, provisionedConfig, scalingTarget,
		scalingPolicy, scheduledAction, sourceMapping, sqsQueue, kinesisStream, streamConsumer, dynamoTable,
		kafkaCluster, kafkaServerless, mqBroker, permission, invokeConfig, eventRule, eventTarget, topicRule, logFilter,
		bucketEvent, schedule, topicTarget}
)

// read finds the values of the settings, in their order. It returns nil if none is set.
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

// value returns the value of one setting from the result of read.
func (t *resourceType) value(d *tree.Document, values []tree.Span, setting string) tree.Node {
	if i := slices.Index(t.settings, setting); i >= 0 && i < len(values) {
		return d.Node(values[i])
	}
	return tree.Node{}
}

// A resource is a resource that affects concurrency. It holds Spans instead of Nodes to stay small.
type resource struct {
	of      *resourceType
	address string
	place   check.Place
	doc     *tree.Document
	values  []tree.Span // of the settings
	unknown []tree.Span // of the flags for settings known only after apply
	name    string      // of the function, if the resource is one
	// listed reports whether resource_changes contains the resource. changed reports whether resource_changes says what
	// the resource was before, even if it did not exist.
	listed, changed bool
}

// readResource reads a resource of planned_values or values. It returns nil for a resource that does not
// affect concurrency.
func (p *plan) readResource(w *tree.Walk) *resource {
	h := readHead(w, "values")
	if h.of == nil {
		return nil
	}
	return &resource{of: h.of, address: h.address.Scalar(), place: h.address.Place(), doc: p.doc,
		values: h.of.read(h.member)}
}

// A head holds what resources, their changes and their configuration have in common. The type is nil for a
// resource that does not affect concurrency.
type head struct {
	of      *resourceType
	address tree.Node
	member  tree.Node // the member that the caller asked for
	each    tree.Node // the for_each expression
}

// readHead reads the head of a resource, with one more member. It skips that member for resources that do
// not affect concurrency.
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
			// This object is left over from a replacement and has the same address as its replacement. Using its
			// key as the address keeps the two apart.
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

// isUnknown reports whether a setting is known only after apply. The keys are the path through blocks, and
// a whole block may be unknown.
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

// known returns a setting, or an empty string if it is unknown.
func (res *resource) known(setting string) string {
	if res.isUnknown(setting) {
		return ""
	}
	return res.setting(setting).Scalar()
}

// region returns the Region of a resource; empty if the resource does not set it.
func (res *resource) region() string {
	return record.RegionOf(res.known("region"), cmp.Or(res.known("arn"), res.known("function_name")))
}

func (res *resource) scalesLambda() bool {
	return res.known("service_namespace") == record.ScalableService ||
		res.known("scalable_dimension") == record.ScalableDimension
}

// latestVersion returns the most recently published version of a function.
func (res *resource) latestVersion() string {
	if known := res.known("version"); known != "" {
		return known
	}
	if res.known("publish") == "false" {
		return check.Latest
	}
	return record.Published(res.address)
}

// aliasName returns the name of an alias, or its address if the name is unknown.
func (res *resource) aliasName() string { return cmp.Or(res.known("name"), res.address) }
