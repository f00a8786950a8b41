// Package awscli reads what commands of the AWS CLI print.
package awscli

import (
	"fmt"
	"iter"
	"slices"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// Format is the format of answers. An answer does not say which command it is of, so its keys decide.
type Format struct{}

// reservedKey is the key of a reservation.
const reservedKey = "ReservedConcurrentExecutions"

// answerKeys are the keys of answers, and of the copies that people cut down to what matters.
var answerKeys = []string{
	"AccountLimit", "ConcurrentExecutions", "UnreservedConcurrentExecutions",
	"Quota", "Quotas",
	"Functions", "Versions", "Configuration", "Concurrency", "FunctionArn", "FunctionName",
	reservedKey,
	"ProvisionedConcurrencyConfigs", "RequestedProvisionedConcurrentExecutions",
	"Aliases", "AliasArn",
	"EventSourceMappings", "EventSourceArn", "ScalingConfig",
	"ScalableTargets", "ScalingPolicies", "ScheduledActions",
}

// listKeys are the keys of answers that lists stand under.
var listKeys = []string{
	"Functions", "Versions", "ProvisionedConcurrencyConfigs", "Aliases", "EventSourceMappings",
	"ScalableTargets", "ScalingPolicies", "ScheduledActions", "Quotas",
}

// metadata is the key that SDKs add to every answer.
const metadata = "ResponseMetadata"

// Name is what --format and messages call the format.
func (Format) Name() string { return "aws" }

// Claims reports whether a document is an answer. An answer without a key is that of get-function-concurrency
// where nothing is reserved.
func (Format) Claims(top tree.Node, _ record.Options) bool {
	keys := top.Fields()
	has := func(key string) bool { return keys[key].Exists() }
	switch {
	case has("Resources"), has("AWSTemplateFormatVersion"), has(tree.PlanKey), has("service") && has("provider"):
		return false
	}
	return len(keys) == 0 || len(keys) == 1 && has(metadata) || slices.ContainsFunc(answerKeys, has)
}

// An answer is the state of reading one answer.
type answer struct {
	r    *record.Recorder
	node tree.Node
	top  map[string]tree.Node // its fields
}

// Read records the settings of an answer.
func (Format) Read(d *tree.Document, r *record.Recorder) error {
	r.ReservedKeys = []string{reservedKey}
	a := &answer{r, d.Top, d.Top.Fields()}
	delete(a.top, metadata)
	has := func(key string) bool { return a.top[key].Exists() }
	switch {
	case len(a.top) == 0:
		a.function("", d.Top.Place()).Unreserved = true
		return nil
	case !slices.ContainsFunc(answerKeys, has):
		return fmt.Errorf("%s: this is no answer that lambdacap knows; legal: those of get-account-settings, "+
			"get-function and the like", d.Top.Place())
	}
	for _, key := range listKeys {
		if n := a.top[key]; n.HasValue() && n.Kind() != tree.List {
			return fmt.Errorf("%s: %s is %q; legal: a list", n.Place(), key, tree.Shown(n.Written()))
		}
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
	a.readScaling()
	a.noteCutList()
	return nil
}

// entries walks the list under a key, and then the answer itself where it is an entry of such a list: it then has
// the key single.
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

// function returns the function of a name. An answer without a name is about the function that the command was
// asked about.
func (a *answer) function(name string, place check.Place) *record.Function {
	nameless := name == ""
	if nameless {
		name = record.DefaultName
	}
	f := a.r.Function(name, place)
	f.Deployed, f.Nameless = true, f.Nameless || nameless
	return f
}

// owner returns the function that an entry names, and the version or alias of its ARN.
func (a *answer) owner(entry tree.Node, fields map[string]tree.Node) (f *record.Function, qualifier string) {
	at := fields["FunctionArn"]
	name, qualifier := record.SplitName(at.Scalar())
	if own := fields["FunctionName"]; own.Scalar() != "" {
		at, name = own, own.Scalar()
	}
	if name == "" {
		at = entry
	}
	return a.function(name, at.Place()), qualifier
}

// noteCutList notes a list of which the answer is only one part. In a list of quotas, ours may be here already.
func (a *answer) noteCutList() {
	if a.top["Quotas"].Exists() && a.r.Concurrency.Known() {
		return
	}
	for _, key := range []string{"NextMarker", "NextToken"} {
		if n := a.top[key]; n.Scalar() != "" {
			a.r.NoteUnknown(nil, n.Place(), key, "the list goes on, this is its first part",
				"run the command without --max-items / --no-paginate")
		}
	}
}
