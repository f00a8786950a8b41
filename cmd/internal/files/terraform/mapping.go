package terraform

import (
	"cmp"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/source"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// readKind reads what determines which settings AWS allows: tenant isolation, a capacity provider (Managed Instances),
// a file system. A block that is not set is null or an empty list.
func (p *plan) readKind(f *record.Function, res *resource) {
	d := f.Deployment
	for _, kind := range []struct {
		block string
		at    *calc.Optional[check.Place]
	}{
		{"tenancy_config", &d.Tenancy}, {"capacity_provider_config", &d.Managed}, {"file_system_config", &d.FileSystem},
	} {
		if n := res.setting(kind.block); n.HasValue() && len(n.Items())+len(n.Members()) > 0 {
			*kind.at = calc.Some(n.Place())
		}
		if res.isUnknown(kind.block) && (kind.at != &d.FileSystem || d.SnapStart.Known()) { // as a whole
			p.noteUnresolved(f, res, kind.block)
		}
	}
}

// readManaged reads what matters on Managed Instances: the runtime, and the requests and bounds of the environments.
func (p *plan) readManaged(f *record.Function, res *resource) {
	f.KeepManagedNode(record.KeyRuntime, res.setting("runtime"))
	provider := res.setting("capacity_provider_config").Path("lambda_managed_instances_capacity_provider_config")
	f.KeepManagedNode(record.KeyPerEnvironment, provider.Path("per_execution_environment_max_concurrency"))
	f.KeepManagedNode(record.KeyMemoryPerVCPU, provider.Path("execution_environment_memory_gib_per_vcpu"))
	bounds := res.setting("function_scaling_config")
	f.KeepManagedNode(record.KeyMinEnvironments, bounds.Path("min_execution_environments"))
	f.KeepManagedNode(record.KeyMaxEnvironments, bounds.Path("max_execution_environments"))
}

// isSet reports whether a number is set. The provider treats 0 as not set.
func isSet(n tree.Node) bool {
	units, ok := record.WholeNumber(n.Scalar())
	return n.HasValue() && !(ok && units == 0)
}

// isUnset reports whether a setting is known only after apply because AWS sets it: nothing in the configuration does.
func (p *plan) isUnset(res *resource, setting string) bool {
	set := []string{factorSetting, redriveSetting, eventAgeSetting}
	return slices.Contains(set, setting) && len(p.references(res, setting)) == 0
}

// readPoller reads an event source mapping.
func (p *plan) readPoller(res *resource) {
	const scaling, most, pollers = "scaling_config", "maximum_concurrency", "provisioned_poller_config"
	provisioned := res.setting(pollers)
	poller := check.Poller{Polled: res.known("event_source_arn"), Place: res.place,
		Provisioned: provisioned.HasValue() && len(provisioned.Items())+len(provisioned.Members()) > 0}
	isUnknown := res.isUnknown(scaling, most)
	name, _ := p.owner(res, newBudget())
	if !isSet(res.setting(scaling).Path(most)) && !isUnknown && !poller.Provisioned && p.Find(name) == nil {
		return // nothing else needs this function
	}
	f, _ := p.ownerOf(res, "function_name")
	if isUnknown {
		p.noteUnresolved(f, res, most)
	}
	p.findSource(f, res, &poller)
	f.Queues = append(f.Queues, record.PolledName(poller.Polled))
	for _, number := range []struct {
		key  string
		path []string
	}{
		{record.KeyMaximum, []string{scaling, most}},
		{record.KeyMinPollers, []string{pollers, "minimum_pollers"}},
		{record.KeyMaxPollers, []string{pollers, "maximum_pollers"}},
		{record.KeyParallelization, []string{factorSetting}},
		{record.KeyBatch, []string{"batch_size"}},
		{record.KeyWindow, []string{"maximum_batching_window_in_seconds"}},
	} {
		n := res.setting(number.path[0]).Path(number.path[1:]...)
		switch {
		case res.isUnknown(number.path...) && !p.isUnset(res, number.path[0]):
			poller.Open = append(poller.Open, number.key)
		case isSet(n):
			record.SetSource(&poller, number.key, n.Written(), n.Place())
		}
	}
	if poller.Disabled = res.known("enabled") == "false"; res.isUnknown("enabled") {
		poller.Open = append(poller.Open, check.Enabled)
	}
	f.AddPoller(poller)
}

// sources holds what is polled, by the type of the resource. A broker's engine says more.
var sources = map[*resourceType]source.Type{
	sqsQueue: source.SQS, kinesisStream: source.Kinesis, streamConsumer: source.Kinesis, dynamoTable: source.DynamoDB,
	kafkaCluster: source.Kafka, kafkaServerless: source.Kafka, mqBroker: "",
}

// findSource finds what an event source mapping polls, by its ARN or through the references in its configuration.
func (p *plan) findSource(f *record.Function, res *resource, poller *check.Poller) {
	const setting = "event_source_arn"
	poller.Type = record.SourceOf(poller.Polled)
	if poller.Type == "" && (len(res.setting("topics").Items()) > 0 ||
		len(res.setting("self_managed_event_source").Items()) > 0) {
		poller.Type = source.Kafka
	}
	found := func(end *resource, _ string) bool {
		if _, ok := sources[end.of]; !ok {
			return false
		}
		p.readPolled(f, end, poller)
		return true
	}
	if p.follow(p.references(res, setting), res.scope(), newBudget(), found) || poller.Polled == "" {
		return
	}
	if end := p.polled[poller.Polled]; end != nil { // a state has no references
		found(end, "")
	}
}

// readPolled reads the queue, stream or broker that a mapping polls.
func (p *plan) readPolled(f *record.Function, end *resource, poller *check.Poller) {
	polled := check.Poller{Source: source.Source{Type: sources[end.of]}, Place: end.place}
	set := func(key, setting string, use func(n tree.Node)) {
		switch n := end.setting(setting); {
		case end.isUnknown(setting) && !p.isUnset(end, setting):
			poller.Open = append(poller.Open, key)
		case n.HasValue():
			use(n)
		}
	}
	number := func(key string) func(n tree.Node) {
		return func(n tree.Node) { record.SetSource(&polled, key, n.Written(), n.Place()) }
	}
	switch end.of {
	case kinesisStream:
		set(record.KeyShards, "shard_count", func(n tree.Node) {
			if isSet(n) { // 0 where the number follows the load
				number(record.KeyShards)(n)
			}
		})
		set(record.KeyRetention, "retention_period", func(n tree.Node) {
			record.SetRetentionHours(&polled, n.Written(), n.Place())
		})
	case sqsQueue:
		if end.known("fifo_queue") == "true" {
			polled.Type = source.SQSFIFO
		}
		set(record.KeyVisibility, "visibility_timeout_seconds", number(record.KeyVisibility))
		set(record.KeyRetention, "message_retention_seconds", number(record.KeyRetention))
		set(record.KeyMaxReceive, redriveSetting, func(n tree.Node) { record.SetRedrive(&polled, n) })
		const visibility = "visibility_timeout_seconds"
		if end.isUnknown(visibility) && f.Deployment.TimeoutS.Known() { // else nothing depends on it
			p.noteUnresolved(f, end, visibility)
		}
	case mqBroker:
		polled.Type = record.BrokerOf(end.known("engine_type"))
	}
	if end.of == sqsQueue || end.of == kinesisStream {
		poller.Polled = cmp.Or(poller.Polled, end.known("name"))
	}
	poller.Type = cmp.Or(poller.Type, polled.Type)
	record.Attach(poller, polled)
}

// misdirected reports a scalable target for something that Lambda does not scale.
func (p *plan) misdirected(res *resource) bool {
	id := res.known("resource_id")
	wrong := record.Misdirected(id, res.known("scalable_dimension"), res.place)
	if wrong == nil {
		return false
	}
	name := record.ScaledName(id)
	if id == "" {
		name, _ = p.owner(res, newBudget())
	}
	var f *record.Function
	switch {
	case name != "":
		f = p.Function(name, res.place)
	case id != "": // and not the id of a function
		f = p.Unowned(res.address, res.place)
	default:
		f, _ = p.ownerOf(res, "resource_id")
	}
	f.Deployment.Misdirected = append(f.Deployment.Misdirected, *wrong)
	return true
}
