package cloudformation

import (
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// asyncTarget returns the properties of a type of resource that lead to the ARNs of functions that it invokes
// asynchronously; nil for other types. The properties may also have the ARNs of other things.
func asyncTarget(kind string) []string {
	switch kind {
	case "AWS::Events::Rule":
		return []string{"Targets", "Arn"}
	case typeTopicRule:
		return []string{"TopicRulePayload", "Actions", "Lambda", "FunctionArn"}
	case "AWS::Logs::SubscriptionFilter":
		return []string{"DestinationArn"}
	case "AWS::S3::Bucket":
		return []string{"NotificationConfiguration", "LambdaConfigurations", "Function"}
	case "AWS::Scheduler::Schedule":
		return []string{"Target", "Arn"}
	case "AWS::SNS::Subscription":
		return []string{"Endpoint"}
	case "AWS::SNS::Topic":
		return []string{"Subscription", "Endpoint"}
	}
	return nil
}

// eventAgeProperty is the property for the greatest age of asynchronous events.
const eventAgeProperty = "MaximumEventAgeInSeconds"

// invokes reports whether a resource only says what invokes functions.
func (s *resource) invokes() bool {
	return s.kind == typeURL || s.kind == typePermission || asyncTarget(s.kind) != nil
}

// invoker reads what a resource says of the invocations of functions. If it may not exist, it cannot make a function
// asynchronous, but what it permits may be direct.
func (t *template) invoker(s *resource) {
	answer, _ := t.condition(s.condition)
	exists := !s.condition.Exists() || answer == yes
	switch path := asyncTarget(s.kind); {
	case s.kind == typeInvokeConfig:
		if name, ok := t.functionName(t.resolve(s.properties["FunctionName"])); ok && t.r.Find(name) != nil {
			t.eventAge(t.r.Find(name), t.resolve(s.properties[eventAgeProperty]))
		}
	case s.kind == typePermission:
		t.permission(s, exists)
	case exists && path != nil && !t.isDisabled(s):
		t.asyncTarget(s, s.properties[path[0]], path[1:])
	}
}

// isDisabled reports whether a rule or a schedule invokes nothing.
func (t *template) isDisabled(s *resource) bool {
	return s != nil && t.resolve(s.properties["State"]).text == "DISABLED"
}

// asyncTarget finds the functions to which properties lead. Each may be a list.
func (t *template) asyncTarget(s *resource, n tree.Node, path []string) {
	list := []tree.Node{n}
	if v := t.resolve(n); v.node.Kind() == tree.List {
		list = v.node.Items()
	}
	for _, n := range list {
		switch v := t.resolve(n); {
		case len(path) > 0:
			t.asyncTarget(s, v.node.Get(path[0]), path[1:])
		case record.IsFunction(v.text):
			if name, ok := t.functionName(v); ok {
				t.r.Caller(name, s.key.Place()).AddAsync(s.key.Place())
			}
		}
	}
}

// permission reads who may invoke a function.
func (t *template) permission(s *resource, exists bool) {
	name, ok := t.functionName(t.resolve(s.properties["FunctionName"]))
	source := t.resources[referred(s.properties["SourceArn"])]
	if !ok || t.isDisabled(source) {
		return
	}
	arn := t.resolve(s.properties["SourceArn"]).text
	if source != nil && source.kind == typeTopicRule {
		arn = ":rule/" // ends the ARN of such a rule, before its name
	}
	principal := t.resolve(s.properties["Principal"]).text
	if exists || !record.IsAsync(principal, arn) {
		action := scalarText(t.resolve(s.properties["Action"]))
		t.r.Caller(name, s.key.Place()).Permit(principal, action, arn, s.key.Place())
	}
}

// eventAge reads how old asynchronous events of a function get.
func (t *template) eventAge(f *record.Function, v value) {
	switch v.state {
	case unresolved:
		f.OpenEventAge()
	case scalar, structure:
		f.KeepEventAge(v.node.Written(), v.node.Place())
	}
}
