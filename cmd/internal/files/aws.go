package files

import (
	"fmt"
	"iter"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
)

// awsAnswer is what a command of the AWS CLI prints. No answer says of which
// command it is, so its keys tell.
type awsAnswer struct{}

// answerKeys are the keys of the answers, and those of the copies that people
// cut down to what matters.
var answerKeys = []string{
	"AccountLimit", "ConcurrentExecutions", "UnreservedConcurrentExecutions",
	"Quota", "Quotas",
	"Functions", "Versions", "Configuration", "Concurrency", "FunctionArn", "FunctionName",
	"ReservedConcurrentExecutions",
	"ProvisionedConcurrencyConfigs", "RequestedProvisionedConcurrentExecutions",
	"Aliases", "AliasArn",
	"EventSourceMappings", "EventSourceArn", "ScalingConfig",
	"ScalableTargets", "ScalingPolicies", "ScheduledActions",
}

// Name implements Format.
func (awsAnswer) Name() string { return "aws" }

// Claims implements Format. An answer without a key is that of
// get-function-concurrency where nothing is reserved.
func (awsAnswer) Claims(top node, _ Options) bool {
	keys := top.fields()
	has := func(key string) bool { return keys[key].exists() }
	if has("Resources") || has("AWSTemplateFormatVersion") || has("format_version") || has("service") && has("provider") {
		return false
	}
	return len(keys) == 0 || len(keys) == 1 && has(metadata) || slices.ContainsFunc(answerKeys, has)
}

// metadata is what SDKs add to every answer.
const metadata = "ResponseMetadata"

// An awsReader reads one answer.
type awsReader struct {
	r    *reading
	node node
	top  map[string]node
}

// Read implements Format.
func (awsAnswer) Read(d *document, r *reading) error {
	a := &awsReader{r, d.top, d.top.fields()}
	delete(a.top, metadata)
	has := func(key string) bool { return a.top[key].exists() }
	switch {
	case len(a.top) == 0:
		a.function("", d.top.place()).Unreserved = true
		return nil
	case !slices.ContainsFunc(answerKeys, has):
		return fmt.Errorf("%s: this is no answer that lambdacap knows; legal: those of get-account-settings, get-function and the like", d.top.place())
	}
	for _, key := range []string{"Functions", "Versions", "ProvisionedConcurrencyConfigs", "Aliases", "EventSourceMappings", "ScalableTargets", "ScalingPolicies", "ScheduledActions", "Quotas"} {
		if n := a.top[key]; n.set() && n.kind() != list {
			return fmt.Errorf("%s: %s is %q; legal: a list", n.place(), key, shown(n.written()))
		}
	}
	if err := a.account(); err != nil {
		return err
	}
	if err := a.quotas(); err != nil {
		return err
	}
	a.configurations()
	a.reservations()
	a.allocations()
	a.aliases()
	a.pollers()
	a.scaling()
	a.cut()
	return nil
}

// entries walks the list under a key, and the answer itself where it is one of
// what such lists hold: then it has the key single.
func (a *awsReader) entries(key, single string) iter.Seq2[node, map[string]node] {
	return func(yield func(node, map[string]node) bool) {
		for _, item := range a.top[key].items() {
			if item.kind() == mapping && !yield(item, item.fields()) {
				return
			}
		}
		if a.top[single].exists() {
			yield(a.node, a.top)
		}
	}
}

// function returns the function of a name. Without one the answer is about the
// function that the command was asked about.
func (a *awsReader) function(name string, place calc.Place) *Function {
	nameless := name == ""
	if nameless {
		name = defaultName
	}
	f := a.r.function(name, place)
	f.Deployed, f.Nameless = true, f.Nameless || nameless
	return f
}

// owner returns the function that an entry names, and of an ARN the version or
// alias.
func (a *awsReader) owner(entry node, fields map[string]node) (f *Function, qualifier string) {
	at := fields["FunctionArn"]
	name, qualifier := splitName(at.scalar())
	if own := fields["FunctionName"]; own.scalar() != "" {
		at, name = own, own.scalar()
	}
	if name == "" {
		at = entry
	}
	return a.function(name, at.place()), qualifier
}

// account reads the quota and what is claimed of it.
func (a *awsReader) account() error {
	limit := a.top
	if n := a.top["AccountLimit"]; n.exists() {
		limit = n.fields()
	}
	const ofAll, ofRest = "ConcurrentExecutions", "UnreservedConcurrentExecutions"
	all, rest := limit[ofAll], limit[ofRest]
	var quota, unreserved int64
	var err error
	if all.set() {
		if quota, err = count(ofAll, all, 1); err != nil {
			return err
		}
		a.quota(quota, all)
	}
	if rest.set() {
		if unreserved, err = count(ofRest, rest, 0); err != nil {
			return err
		}
	}
	if !all.set() && (rest.set() || a.top["AccountLimit"].exists()) {
		a.r.unknown(nil, a.node.place(), ofAll, "the answer does not have it", "give the whole answer")
	}
	if !all.set() || !rest.set() {
		return nil
	}
	if unreserved > quota {
		return fmt.Errorf("%s: %s is %d; legal: at most the %d of %s", rest.place(), ofRest, unreserved, quota, ofAll)
	}
	a.r.Claimed = calc.Some(quota - unreserved)
	return nil
}

func (a *awsReader) quota(units int64, n node) {
	a.r.Concurrency, a.r.ConcurrencyPlace = calc.Some(units), n.place()
}

// count reads a number without which the answer makes no sense.
func count(what string, n node, least int64) (int64, error) {
	units, ok := whole(n.scalar())
	if !ok || units < least {
		return 0, fmt.Errorf("%s: %s is %q; legal: a whole number, %d or more", n.place(), what, shown(n.written()), least)
	}
	return units, nil
}

// quotas reads the concurrency quota among those of Service Quotas.
func (a *awsReader) quotas() error {
	read := func(q map[string]node) error {
		service, value := q["ServiceCode"].scalar(), q["Value"]
		if q["QuotaCode"].scalar() != calc.QuotaCode || service != "" && service != calc.QuotaServiceCode || !value.set() {
			return nil
		}
		units, err := count("Value", value, 1)
		if err == nil {
			a.quota(units, value)
		}
		return err
	}
	for _, fields := range a.entries("Quotas", "") {
		if err := read(fields); err != nil {
			return err
		}
	}
	return read(a.top["Quota"].fields())
}

// configurations reads what functions are set to.
func (a *awsReader) configurations() {
	for _, key := range []string{"Functions", "Versions"} {
		for item, fields := range a.entries(key, "") {
			// A list of all versions repeats a function once for each.
			if !isNumber(fields["Version"].scalar()) {
				a.configuration(item, fields)
			}
		}
	}
	if poller := a.top["EventSourceArn"].exists() || a.top["UUID"].exists(); !poller && (a.top["FunctionArn"].exists() || a.top["FunctionName"].exists()) {
		a.configuration(a.node, a.top)
	}
}

// configuration reads the settings of one function.
func (a *awsReader) configuration(entry node, fields map[string]node) *Function {
	f, _ := a.owner(entry, fields)
	f.start(fields)
	f.remember(calc.FieldMemory, fields["MemorySize"])
	f.remember(calc.FieldEphemeral, fields["EphemeralStorage"].get("Size"))
	f.remember(calc.FieldArch, fields["Architectures"].first())
	return f
}

// start notes that SnapStart is on in what the next version will be: a version that
// is published stays as it is.
func (f *Function) start(fields map[string]node) {
	if on := fields["SnapStart"].get("ApplyOn"); on.scalar() == "PublishedVersions" && !isNumber(fields["Version"].scalar()) && !f.Deployment.SnapStart.Known() {
		f.Deployment.SnapStart = calc.Some(on.place())
	}
}

// reservations reads the reserved concurrency, which get-function-concurrency
// has at the top and get-function beside the configuration.
func (a *awsReader) reservations() {
	const key = "ReservedConcurrentExecutions"
	reserve := func(f *Function, n node) {
		if n.set() {
			f.reserve(n.written(), n.place())
		} else {
			f.Unreserved = true
		}
	}
	if n := a.top[key]; n.exists() {
		f, _ := a.owner(a.node, a.top)
		reserve(f, n)
	}
	beside := a.top["Concurrency"]
	switch n := a.top["Configuration"]; {
	case n.kind() == mapping:
		reserve(a.configuration(n, n.fields()), beside.get(key))
	case beside.kind() == mapping:
		f, _ := a.owner(beside, a.top)
		reserve(f, beside.get(key))
	}
}

// allocations reads the provisioned concurrency that was asked for. What of it
// is there already changes by the second.
func (a *awsReader) allocations() {
	const key = "RequestedProvisionedConcurrentExecutions"
	for item, fields := range a.entries("ProvisionedConcurrencyConfigs", key) {
		f, qualifier := a.owner(item, fields)
		if n := fields[key]; n.set() {
			f.allocate(qualifier, n.written(), n.place())
			f.observe()
			continue
		}
		a.r.unknown(f, item.place(), key, "the answer does not have it", "give the whole answer")
		f.allocation(calc.Allocation{Qualifier: qualifier, Place: item.place()})
	}
}

// aliases reads the names of versions.
func (a *awsReader) aliases() {
	for item, fields := range a.entries("Aliases", "AliasArn") {
		function, alias := splitName(fields["AliasArn"].scalar())
		if own := fields["Name"].scalar(); own != "" {
			alias = own
		}
		f := a.function(function, item.place())
		f.alias(alias, fields["FunctionVersion"].scalar(), item.place())
		// An alias that shifts traffic names a second version.
		for _, m := range fields["RoutingConfig"].get("AdditionalVersionWeights").members() {
			version := m.key
			f.alias(alias, version.scalar(), version.place())
		}
	}
}

// pollers reads the event source mappings that bound what they invoke.
func (a *awsReader) pollers() {
	for item, fields := range a.entries("EventSourceMappings", "ScalingConfig") {
		if most := fields["ScalingConfig"].get("MaximumConcurrency"); most.set() {
			f, _ := a.owner(item, fields)
			f.poll(fields["EventSourceArn"].scalar(), most.written(), most.place())
		}
	}
}

// scaling reads the answers of Application Auto Scaling: targets first, since
// policies belong to them.
func (a *awsReader) scaling() {
	const least, most = "MinCapacity", "MaxCapacity"
	targets := map[string]int{} // by function and qualifier
	for item, fields := range a.entries("ScalableTargets", "") {
		if f, qualifier := a.scaled(item, fields); f != nil {
			targets[f.Name+":"+qualifier] = len(f.Deployment.Targets)
			f.scale(calc.ScalableTarget{Qualifier: qualifier, Place: item.place(),
				Min: a.r.capacity(f, least, fields[least], fields[least].place()),
				Max: a.r.capacity(f, most, fields[most], fields[most].place())})
		}
	}
	for item, fields := range a.entries("ScalingPolicies", "") {
		if f, qualifier := a.scaled(item, fields); f != nil {
			tracking, ok := a.tracking(f, fields["TargetTrackingScalingPolicyConfiguration"].fields())
			if !ok {
				continue
			}
			at, known := targets[f.Name+":"+qualifier]
			if !known { // which other answers tell of
				at = len(f.Deployment.Targets)
				targets[f.Name+":"+qualifier] = at
				f.scale(calc.ScalableTarget{Qualifier: qualifier, Place: item.place()})
			}
			t := &f.Deployment.Targets[at]
			t.Tracking = append(t.Tracking, tracking)
		}
	}
	for item, fields := range a.entries("ScheduledActions", "") {
		if f, qualifier := a.scaled(item, fields); f != nil {
			change := fields["ScalableTargetAction"].fields()
			f.scale(calc.ScalableTarget{Qualifier: qualifier, Scheduled: true, Place: item.place(),
				Min: a.r.capacity(f, least, change[least], change[least].place()),
				Max: a.r.capacity(f, most, change[most], change[most].place())})
		}
	}
}

// scaled returns the function that a target, policy or action scales, and its
// version or alias; nil where it scales something else, such as a table.
func (a *awsReader) scaled(item node, fields map[string]node) (f *Function, qualifier string) {
	name, qualifier, ours := splitResource(fields["ResourceId"].scalar())
	if !ours && fields["ServiceNamespace"].scalar() != scalableService && fields["ScalableDimension"].scalar() != scalableDimension {
		return nil, ""
	}
	return a.function(name, item.place()), qualifier
}

// tracking reads a policy of target tracking. Other policies say nothing of
// utilization, and other metrics do not either.
func (a *awsReader) tracking(f *Function, config map[string]node) (calc.Tracking, bool) {
	const key, utilization = "TargetValue", utilizationMetric
	n := config[key]
	if custom := config["CustomizedMetricSpecification"]; !n.set() || custom.set() && custom.get("MetricName").scalar() != utilization {
		return calc.Tracking{}, false
	}
	target, ok := a.r.ratio(f, key, n.written(), n.place())
	return calc.Tracking{Target: target, Place: n.place()}, ok
}

// cut notes a list of which this is one part. Where it is of quotas, ours may be
// here already.
func (a *awsReader) cut() {
	if a.top["Quotas"].exists() && a.r.Concurrency.Known() {
		return
	}
	for _, key := range []string{"NextMarker", "NextToken"} {
		if n := a.top[key]; n.scalar() != "" {
			a.r.unknown(nil, n.place(), key, "the list goes on, this is its first part", "run the command without --max-items / --no-paginate")
		}
	}
}
