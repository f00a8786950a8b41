package terraform

import (
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// asyncTargets holds the types of resources that invoke functions asynchronously, with the setting that has the ARN of
// a function or of something else, and the setting inside its blocks.
var asyncTargets = map[*resourceType][2]string{
	bucketEvent: {"lambda_function", "lambda_function_arn"},
	eventTarget: {"arn"},
	logFilter:   {"destination_arn"},
	schedule:    {"target", "arn"},
	topicRule:   {"lambda", "function_arn"},
	topicTarget: {"endpoint"},
}

// invokes reports whether resources of the type only say what invokes functions, and no rule depends on them.
func (t *resourceType) invokes() bool {
	_, ok := asyncTargets[t]
	return ok || t == permission || t == invokeConfig || t == eventRule
}

// readInvoker reads what a resource says of the invocations of functions.
func (p *plan) readInvoker(res *resource) {
	path, isTarget := asyncTargets[res.of]
	switch {
	case res.of == functionURL:
		if name, _ := p.owner(res, newBudget()); name != "" {
			p.URL(name, res.place)
		}
	case res.of == invokeConfig:
		p.readEventAge(res)
	case res.of == permission:
		p.readPermission(res)
	case isTarget && !p.isDisabled(res, ruleSetting):
		p.readTargets(res, path[0], path[1])
	}
}

// isDisabled reports whether a schedule, or the rule to which a setting refers, invokes nothing.
func (p *plan) isDisabled(res *resource, setting string) bool {
	off := func(of *resource, _ string) bool {
		return of.known("state") == "DISABLED" || of.known("is_enabled") == "false"
	}
	return off(res, "") || p.follow(p.references(res, setting), res.scope(), newBudget(), off)
}

// readTargets finds the functions that a resource invokes: by their ARNs or, where an ARN is not known, through the
// references in its configuration.
func (p *plan) readTargets(res *resource, setting, inner string) {
	list := []tree.Node{res.setting(setting)}
	if inner != "" {
		list = list[0].Items()
	}
	unknown := len(list) == 0
	for _, n := range list {
		if inner != "" {
			n = n.Get(inner)
		}
		arn := n.Scalar()
		name, _ := record.SplitName(arn)
		switch here := !p.isOtherRegion(record.RegionOf("", arn)); {
		case arn == "":
			unknown = true
		case record.IsFunction(arn) && here:
			p.Caller(name, res.place).AddAsync(res.place)
		}
	}
	if !unknown {
		return
	}
	if inner != "" {
		setting += "." + inner
	}
	p.follow(p.references(res, setting), res.scope(), newBudget(), func(end *resource, attribute string) bool {
		if (end.of == lambdaFunction || end.of == lambdaAlias) && slices.Contains(namingAttributes, attribute) {
			if name, _ := p.owner(end, newBudget()); name != "" {
				p.Caller(name, res.place).AddAsync(res.place)
			}
		}
		return false // there may be more
	})
}

// readPermission reads who may invoke a function.
func (p *plan) readPermission(res *resource) {
	name, _ := p.owner(res, newBudget())
	if name == "" || p.isDisabled(res, sourceSetting) {
		return
	}
	arn := res.known(sourceSetting)
	isTopicRule := func(reference string) bool { return strings.HasPrefix(reference, topicRule.name+".") }
	if slices.ContainsFunc(p.references(res, sourceSetting), isTopicRule) {
		arn = ":rule/" // ends the ARN of such a rule, before its name
	}
	p.Caller(name, res.place).Permit(res.known("principal"), res.known("action"), arn, res.place)
}

// eventAgeSetting is the setting for the greatest age of asynchronous events.
const eventAgeSetting = "maximum_event_age_in_seconds"

// readEventAge reads how old asynchronous events of a function get.
func (p *plan) readEventAge(res *resource) {
	name, _ := p.owner(res, newBudget())
	f := p.Find(name)
	switch n := res.setting(eventAgeSetting); {
	case f == nil:
	case res.isUnknown(eventAgeSetting) && !p.isUnset(res, eventAgeSetting):
		f.OpenEventAge()
	case isSet(n):
		f.KeepEventAge(n.Written(), n.Place())
	}
}
