package cloudformation

import (
	"maps"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// The resource types that affect concurrency.
const (
	typeFunction       = "AWS::Lambda::Function"
	typeServerless     = "AWS::Serverless::Function"
	typeVersion        = "AWS::Lambda::Version"
	typeAlias          = "AWS::Lambda::Alias"
	typePoller         = "AWS::Lambda::EventSourceMapping"
	typeURL            = "AWS::Lambda::Url"
	typeNone           = "AWS::Lambda::ProvisionedConcurrencyConfig" // people expect it, but it does not exist
	typeScalableTarget = "AWS::ApplicationAutoScaling::ScalableTarget"
	typeScalingPolicy  = "AWS::ApplicationAutoScaling::ScalingPolicy"
	typeInvokeConfig   = "AWS::Lambda::EventInvokeConfig"
	typePermission     = "AWS::Lambda::Permission"
	typeTopicRule      = "AWS::IoT::TopicRule"
	typeStack          = "AWS::CloudFormation::Stack"
	typeApplication    = "AWS::Serverless::Application"
)

// A resource is a resource of a template.
type resource struct {
	id, kind       string
	name           string // of a function; empty until nameOf sets it
	hasGivenName   bool   // whether the template sets the name
	key            tree.Node
	condition      tree.Node
	transform      tree.Node // the macro that expands it during deployment
	loop           tree.Node // an unexpanded loop in its properties
	ignoredGlobals tree.Node // the properties of Globals that it ignores
	asset          string    // the file that the CDK generates for it
	properties     map[string]tree.Node
	globals        map[string]tree.Node // what a SAM function inherits from Globals
}

func (s *resource) isFunction() bool { return s.kind == typeFunction || s.kind == typeServerless }

// property returns a property of the resource, or that of Globals if the resource does not set it.
func (s *resource) property(name string) tree.Node {
	if own := s.properties[name]; own.Exists() {
		return own
	}
	return s.globals[name]
}

// withoutIgnored returns Globals without the properties that the resource ignores. These are a list, or * for all.
func (s *resource) withoutIgnored(globals map[string]tree.Node) map[string]tree.Node {
	if !s.ignoredGlobals.HasValue() {
		return globals
	}
	if s.ignoredGlobals.Scalar() == "*" {
		return nil
	}
	globals = maps.Clone(globals)
	for _, property := range s.ignoredGlobals.Items() {
		delete(globals, property.Scalar())
	}
	return globals
}

// unaliased returns the provisioned concurrency of a SAM function without AutoPublishAlias. SAM checks whether the
// property is present, not what it evaluates to.
func (s *resource) unaliased() tree.Node {
	config := s.property(provisionedProperty)
	if s.kind == typeServerless && config.HasValue() && !s.property("AutoPublishAlias").HasValue() {
		return config
	}
	return tree.Node{}
}

// part returns a part of a property that is a mapping. Parts that the resource does not set come from Globals, unless
// either mapping is an intrinsic function: SAM merges only literal mappings.
func (t *template) part(s *resource, property, name string) value {
	own, global := s.properties[property], s.globals[property]
	if _, _, computed := intrinsic(own); computed {
		global = tree.Node{}
	} else if _, _, computed := intrinsic(global); computed && own.Exists() {
		global = tree.Node{}
	}
	for _, from := range []tree.Node{own, global} {
		v := t.resolve(from)
		switch v.state {
		case unresolved:
			return v
		case scalar:
			return unknown(from, property+" is not a mapping", "correct it")
		}
		if inner := v.node.Get(name); v.state == structure && inner.Exists() {
			return t.resolve(inner)
		}
		if loop := t.loopIn(v.node); loop.Exists() {
			return blocked(loop, t.whyUnexpanded(loop))
		}
	}
	return value{}
}

// number calls use with the text of a number, or notes that the number is unknown. It also passes on the text of a
// list or a mapping, which use rejects as AWS does.
func (t *template) number(f *record.Function, what string, v value, use func(text string, place check.Place)) {
	switch v.state {
	case unresolved:
		t.r.NoteObstacle(f, v.node.Place(), what, v.missing)
	case scalar:
		use(v.text, v.node.Place())
	case structure:
		use(v.node.Written(), v.node.Place())
	}
}

// keep sets a value that only the calculations use, if it is known.
func (t *template) keep(f *record.Function, key string, v value) {
	if v.state == scalar {
		f.Keep(key, v.text, v.node.Place())
	}
}
