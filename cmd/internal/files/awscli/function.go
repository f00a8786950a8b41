package awscli

import (
	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// readConfigurations reads the settings of functions.
func (a *answer) readConfigurations() {
	for _, key := range []string{"Functions", "Versions"} {
		for item, fields := range a.entries(key, "") {
			// A list of all versions contains a function once for each version.
			if !record.IsNumber(fields["Version"].Scalar()) {
				a.readConfiguration(item, fields)
			}
		}
	}
	isPoller := a.top["EventSourceArn"].Exists() || a.top["UUID"].Exists()
	if !isPoller && (a.top["FunctionArn"].Exists() || a.top["FunctionName"].Exists()) {
		a.readConfiguration(a.node, a.top)
	}
}

// readConfiguration reads the settings of one function.
func (a *answer) readConfiguration(entry tree.Node, fields map[string]tree.Node) *record.Function {
	f, _ := a.owner(entry, fields)
	// SnapStart applies to the next version. Published versions do not change.
	on := fields["SnapStart"].Get("ApplyOn")
	isPublished := record.IsNumber(fields["Version"].Scalar())
	if on.Scalar() == "PublishedVersions" && !isPublished && !f.Deployment.SnapStart.Known() {
		f.Deployment.SnapStart = calc.Some(on.Place())
	}
	d := f.Deployment
	for key, at := range map[string]*calc.Optional[check.Place]{
		"TenancyConfig": &d.Tenancy, "CapacityProviderConfig": &d.Managed, "FileSystemConfigs": &d.FileSystem,
	} {
		if n := fields[key]; n.HasValue() && len(n.Members())+len(n.Items()) > 0 && !at.Known() {
			*at = calc.Some(n.Place())
		}
	}
	readManaged(f, fields)
	f.KeepNode(record.KeyTimeout, fields["Timeout"])
	f.KeepNode(record.KeyMemory, fields["MemorySize"])
	f.KeepNode(record.KeyEphemeral, fields["EphemeralStorage"].Get("Size"))
	f.KeepNode(record.KeyArch, fields["Architectures"].First())
	return f
}

// readManaged reads what matters on Managed Instances: the runtime, the requests of an environment and, in the response
// of get-function-scaling-config, the bounds of the environments. What is requested counts more than what is applied.
func readManaged(f *record.Function, fields map[string]tree.Node) {
	f.KeepManagedNode(record.KeyRuntime, fields["Runtime"])
	provider := fields["CapacityProviderConfig"].Get("LambdaManagedInstancesCapacityProviderConfig")
	f.KeepManagedNode(record.KeyPerEnvironment, provider.Get("PerExecutionEnvironmentMaxConcurrency"))
	f.KeepManagedNode(record.KeyMemoryPerVCPU, provider.Get("ExecutionEnvironmentMemoryGiBPerVCpu"))
	for _, key := range []string{"AppliedFunctionScalingConfig", "RequestedFunctionScalingConfig"} {
		bounds := fields[key]
		if bounds.Kind() != tree.Mapping {
			continue
		}
		if !f.Deployment.Managed.Known() { // no other function has bounds
			f.Deployment.Managed = calc.Some(bounds.Place())
		}
		f.KeepManagedNode(record.KeyMinEnvironments, bounds.Get("MinExecutionEnvironments"))
		f.KeepManagedNode(record.KeyMaxEnvironments, bounds.Get("MaxExecutionEnvironments"))
	}
}

// readReservations reads the reserved concurrency. It is at the top level in get-function-concurrency, and
// next to the configuration in get-function.
func (a *answer) readReservations() {
	reserve := func(f *record.Function, n tree.Node) {
		if n.HasValue() {
			f.Reserve(n.Written(), n.Place())
		} else {
			f.Unreserved = true
		}
	}
	if n := a.top[reservedKey]; n.Exists() {
		f, _ := a.owner(a.node, a.top)
		reserve(f, n)
	}
	beside := a.top["Concurrency"]
	switch n := a.top["Configuration"]; {
	case n.Kind() == tree.Mapping:
		f := a.readConfiguration(n, n.Fields())
		f.StackID = a.top["Tags"].Get("aws:cloudformation:logical-id").Scalar()
		reserve(f, beside.Get(reservedKey))
	case beside.Kind() == tree.Mapping:
		f, _ := a.owner(beside, a.top)
		reserve(f, beside.Get(reservedKey))
	}
}

// readAllocations reads the requested provisioned concurrency. The allocated amount changes by the second.
func (a *answer) readAllocations() {
	const key = "RequestedProvisionedConcurrentExecutions"
	for item, fields := range a.entries("ProvisionedConcurrencyConfigs", key) {
		f, qualifier := a.owner(item, fields)
		if n := fields[key]; n.HasValue() {
			f.Allocate(qualifier, n.Written(), n.Place())
			f.Observe()
			continue
		}
		a.r.NoteUnknown(f, item.Place(), key, "the output does not include it", "use the complete output")
		f.AddAllocation(check.Allocation{Qualifier: qualifier, Place: item.Place()})
	}
}

// readAliases reads the aliases of versions.
func (a *answer) readAliases() {
	for item, fields := range a.entries("Aliases", "AliasArn") {
		function, alias := record.SplitName(fields["AliasArn"].Scalar())
		if own := fields["Name"].Scalar(); own != "" {
			alias = own
		}
		f := a.function(function, item.Place())
		f.AddAlias(alias, fields["FunctionVersion"].Scalar(), item.Place())
		// An alias that shifts traffic has a second version.
		for _, m := range fields["RoutingConfig"].Get("AdditionalVersionWeights").Members() {
			f.AddWeight(alias, m.Key.Scalar(), m.Key.Place())
		}
	}
}

// readURLs reads the URLs of functions: those of list-function-url-configs, or the one of get-function-url-config.
func (a *answer) readURLs() {
	for item, fields := range a.entries("FunctionUrlConfigs", "FunctionUrl") {
		f, _ := a.owner(item, fields)
		f.Deployment.URL = calc.Some(item.Place())
	}
}
