package terraform

import (
	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
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

// readPoller reads an event source mapping.
func (p *plan) readPoller(res *resource) {
	const scaling, most, pollers, factor = "scaling_config", "maximum_concurrency", "provisioned_poller_config",
		"parallelization_factor"
	isSet := func(n tree.Node) bool { // the provider treats 0 as not set
		units, ok := record.WholeNumber(n.Scalar())
		return n.HasValue() && !(ok && units == 0)
	}
	maximum, provisioned := res.setting(scaling).Path(most), res.setting(pollers)
	poller := check.Poller{Queue: res.known("event_source_arn"), Place: res.place,
		Provisioned: provisioned.HasValue() && len(provisioned.Items())+len(provisioned.Members()) > 0}
	isUnknown := res.isUnknown(scaling, most)
	name, _ := p.owner(res, newBudget())
	if !isSet(maximum) && !isUnknown && !poller.Provisioned && p.Find(name) == nil {
		return // nothing else needs this function
	}
	f, _ := p.ownerOf(res, "function_name")
	f.Queues = append(f.Queues, record.QueueName(poller.Queue))
	p.findSource(f, res, &poller)
	poller.Disabled = res.known("enabled") == "false"
	poller.Unsure = isUnknown || res.isUnknown(factor) || res.isUnknown("enabled") ||
		res.isUnknown(pollers, "maximum_pollers") || res.isUnknown(pollers)
	if isUnknown {
		p.noteUnresolved(f, res, most)
	} else if isSet(maximum) {
		record.SetMaximum(&poller, maximum.Written())
		poller.Place = maximum.Place()
	}
	for _, number := range []struct {
		n   tree.Node
		set func(p *check.Poller, text string)
	}{
		{provisioned.Path("minimum_pollers"), record.SetMinPollers},
		{provisioned.Path("maximum_pollers"), record.SetMaxPollers},
		{res.setting(factor), record.SetParallelization},
	} {
		if isSet(number.n) {
			number.set(&poller, number.n.Written())
		}
	}
	f.AddPoller(poller)
}

// sources holds what is polled, by the type of the resource.
var sources = map[*resourceType]check.Source{
	sqsQueue: check.Queue, kinesisStream: check.Stream, dynamoTable: check.Stream, kafkaCluster: check.Kafka,
}

// findSource finds what an event source mapping polls, by its ARN or through the references in its configuration.
func (p *plan) findSource(f *record.Function, res *resource, poller *check.Poller) {
	const setting = "event_source_arn"
	poller.Source = record.SourceOf(poller.Queue)
	if poller.Source == "" && (res.setting("topics").HasValue() && len(res.setting("topics").Items()) > 0 ||
		len(res.setting("self_managed_event_source").Items()) > 0) {
		poller.Source = check.Kafka
	}
	found := func(end *resource, _ string) bool {
		source, ok := sources[end.of]
		if !ok {
			return false
		}
		poller.Source = source
		shards := end.setting("shard_count")
		if end.of == kinesisStream && shards.HasValue() && !end.isUnknown("shard_count") {
			poller.Shards = p.Units(f, "shard_count", shards.Written(), shards.Place())
		}
		return true
	}
	if p.follow(p.references(res, setting), res.scope(), newBudget(), found) || poller.Queue == "" {
		return
	}
	if end := p.streams[poller.Queue]; end != nil { // a state has no references
		found(end, "")
	}
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
