// Package awscli reads the output of AWS CLI commands.
package awscli

import (
	"fmt"
	"iter"
	"slices"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// Format is the format of AWS CLI responses. A response does not say which command it is from, so its keys decide.
type Format struct{}

// reservedKey is the key for reserved concurrency.
const reservedKey = "ReservedConcurrentExecutions"

// answerKeys are the keys of responses, and of copies that people have reduced to the relevant parts.
var answerKeys = []string{
	"AccountLimit", "ConcurrentExecutions", "UnreservedConcurrentExecutions",
	"Quota", "Quotas",
	"Functions", "Versions", "Configuration", "Concurrency", "FunctionArn", "FunctionName",
	reservedKey,
	"ProvisionedConcurrencyConfigs", "RequestedProvisionedConcurrentExecutions",
	"Aliases", "AliasArn",
	"EventSourceMappings", "EventSourceArn", "ScalingConfig", "ProvisionedPollerConfig", "FunctionUrlConfigs",
	"ScalableTargets", "ScalingPolicies", "ScheduledActions", "ScalingActivities",
}

// listKeys are the keys of lists in responses.
var listKeys = []string{
	"Functions", "Versions", "ProvisionedConcurrencyConfigs", "Aliases", "EventSourceMappings",
	"ScalableTargets", "ScalingPolicies", "ScheduledActions", "ScalingActivities", "Quotas", "FunctionUrlConfigs",
}

// metadata is the key that SDKs add to every response.
const metadata = "ResponseMetadata"

// Name is what --format and messages call the format.
func (Format) Name() string { return "aws" }

// Claims reports whether a document is a response. An empty object is the response of
// get-function-concurrency if nothing is reserved.
func (Format) Claims(top tree.Node, _ record.Options) bool {
	keys := top.Fields()
	has := func(key string) bool { return keys[key].Exists() }
	switch {
	case has("Resources"), has("AWSTemplateFormatVersion"), has(tree.PlanKey), has("service") && has("provider"):
		return false
	}
	return len(keys) == 0 || len(keys) == 1 && has(metadata) || slices.ContainsFunc(answerKeys, has) ||
		isQueue(keys[attributesKey]) || keys[streamKey].Kind() == tree.Mapping
}

// attributesKey is the key of the response of aws sqs get-queue-attributes, streamKey that of aws kinesis
// describe-stream-summary.
const (
	attributesKey = "Attributes"
	streamKey     = "StreamDescriptionSummary"
)

// isQueue reports whether attributes are those of a queue.
func isQueue(attributes tree.Node) bool {
	for _, name := range []string{"QueueArn", "VisibilityTimeout", "RedrivePolicy", "ApproximateNumberOfMessages"} {
		if attributes.Get(name).Exists() {
			return true
		}
	}
	return false
}

// An answer holds the state of reading one response.
type answer struct {
	r    *record.Recorder
	node tree.Node
	top  map[string]tree.Node // its fields
}

// Read records the settings of a response.
func (Format) Read(d *tree.Document, r *record.Recorder) error {
	r.ReservedKeys = []string{reservedKey}
	a := &answer{r, d.Top, d.Top.Fields()}
	delete(a.top, metadata)
	has := func(key string) bool { return a.top[key].Exists() }
	switch {
	case len(a.top) == 0:
		a.function("", d.Top.Place()).Unreserved = true
		return nil
	case isQueue(a.top[attributesKey]):
		a.readQueue(a.top[attributesKey])
		return nil
	case a.top[streamKey].Kind() == tree.Mapping:
		a.readStream(a.top[streamKey])
		return nil
	case !slices.ContainsFunc(answerKeys, has):
		return fmt.Errorf("%s: this is not AWS CLI output that lambdacap knows; expected that of get-account-settings, "+
			"get-function or a similar command", d.Top.Place())
	}
	for _, key := range listKeys {
		if n := a.top[key]; n.HasValue() && n.Kind() != tree.List {
			return fmt.Errorf("%s: %s is %q; expected a list", n.Place(), key, tree.Shown(n.Written()))
		}
		r.None = r.None || a.top[key].Kind() == tree.List && len(a.top[key].Items()) == 0
	}
	if err := a.readAccount(); err != nil {
		return err
	}
	if err := a.readQuotas(); err != nil {
		return err
	}
	a.readConfigurations()
	a.readReservations()
	a.readAllocations()
	a.readAliases()
	a.readPollers()
	a.readURLs()
	a.readScaling()
	a.readActivities()
	a.noteCutList()
	return nil
}

// entries iterates over the list under a key. If the response itself is an entry of such a list, which the key
// single shows, it also yields the response.
func (a *answer) entries(key, single string) iter.Seq2[tree.Node, map[string]tree.Node] {
	return func(yield func(tree.Node, map[string]tree.Node) bool) {
		for _, item := range a.top[key].Items() {
			if item.Kind() == tree.Mapping && !yield(item, item.Fields()) {
				return
			}
		}
		if a.top[single].Exists() {
			yield(a.node, a.top)
		}
	}
}

// function returns the function with a name. A response without a name is about the function that was
// passed to the command.
func (a *answer) function(name string, place check.Place) *record.Function {
	nameless := name == ""
	if nameless {
		name = record.DefaultName
	}
	f := a.r.Function(name, place)
	f.Deployed, f.Nameless = true, f.Nameless || nameless
	return f
}

// owner returns the function of an entry, and the version or alias in its ARN.
func (a *answer) owner(entry tree.Node, fields map[string]tree.Node) (f *record.Function, qualifier string) {
	at := fields["FunctionArn"]
	a.r.Locate("", at.Scalar(), at.Place())
	name, qualifier := record.SplitName(at.Scalar())
	if own := fields["FunctionName"]; own.Scalar() != "" {
		at, name = own, own.Scalar()
	}
	if name == "" {
		at = entry
	}
	return a.function(name, at.Place()), qualifier
}

// noteCutList notes an incomplete list. A list of quotas is complete enough if it contains the concurrency quota.
func (a *answer) noteCutList() {
	if a.top["Quotas"].Exists() && a.r.Concurrency.Known() {
		return
	}
	for _, key := range []string{"NextMarker", "NextToken"} {
		if n := a.top[key]; n.Scalar() != "" {
			a.r.NoteUnknown(nil, n.Place(), key, "this is only the first part of the list",
				"run the command without --max-items / --no-paginate")
		}
	}
}
