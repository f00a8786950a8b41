package record

import (
	"math"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/source"
)

// An invocation is how an AWS service invokes the functions that permit it.
type invocation struct {
	service string // its principal, without the domain
	async   bool   // it always invokes asynchronously
	only    string // if not empty, what the ARN of an asynchronous source has; other sources wait for the answer
}

// invocations holds the services that AWS lists. One that may wait for the answer counts as direct, and so does every
// principal that is not here, such as another account.
//
// Source: docs.aws.amazon.com/lambda/latest/dg/lambda-services.html, read 2026-11, where a line has no other.
var invocations = []invocation{
	{service: "cloudformation", async: true},
	{service: "codecommit", async: true},
	{service: "codepipeline", async: true},
	{service: "config", async: true},
	{service: "events", async: true},    // of EventBridge; its pipes have a principal of their own
	{service: "iotevents", async: true}, // docs.aws.amazon.com/lambda/latest/dg/services-iotevents.html
	{service: "logs", async: true},
	{service: "s3", async: true},
	{service: "scheduler", async: true},
	{service: "sns", async: true},
	// docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
	{service: "lambda.alarms.cloudwatch", async: true},
	// It also asks a custom authorizer, and waits: docs.aws.amazon.com/iot/latest/developerguide/custom-auth.html
	{service: "iot", async: true, only: ":rule/"},

	// The receipt rule says which: docs.aws.amazon.com/ses/latest/APIReference/API_LambdaAction.html
	{service: "ses"},
	{service: "states"}, {service: "pipes"}, // either
	{service: "apigateway"}, {service: "batchoperations.s3"}, {service: "cognito-idp"}, {service: "cognito-sync"},
	{service: "connect"}, {service: "elasticloadbalancing"}, {service: "firehose"}, {service: "lex"}, {service: "lexv2"},
	{service: "secretsmanager"}, // "secret rotation", no more
	{service: "vpc-lattice"},
}

// IsAsync reports whether a principal invokes functions asynchronously. The ARN of what it invokes them for may be
// unknown, and have holes.
func IsAsync(principal, arn string) bool {
	service, ok := strings.CutSuffix(strings.TrimSuffix(principal, ".cn"), ".amazonaws.com")
	if strings.HasPrefix(service, "logs.") { // has a principal in each Region
		service = "logs"
	}
	i := slices.IndexFunc(invocations, func(of invocation) bool { return of.service == service })
	return ok && i >= 0 && invocations[i].async && strings.Contains(arn, invocations[i].only)
}

// Permit records that a function permits a principal an action, for what has an ARN if the permission says so.
func (f *Function) Permit(principal, action, arn string, place check.Place) {
	action = strings.ToLower(action)
	switch invokes := strings.HasPrefix(action, "lambda:invoke") || strings.HasSuffix(action, "*"); {
	case action != "" && !invokes:
	case IsAsync(principal, arn):
		f.AddAsync(place)
	default:
		f.Deployment.Direct = true
	}
}

// AddAsync adds the event source of asynchronous invocations. However many invoke the function, it is one.
func (f *Function) AddAsync(place check.Place) {
	if f.async() == &f.events {
		f.events.Place = place
		f.AddPoller(f.events)
	}
}

// async returns the event source of asynchronous invocations, which may not be known to be one yet.
func (f *Function) async() *check.Poller {
	isAsync := func(p check.Poller) bool { return p.Type == source.Async }
	if i := slices.IndexFunc(f.Deployment.Pollers, isAsync); i >= 0 {
		return &f.Deployment.Pollers[i]
	}
	f.events.Type = source.Async
	return &f.events
}

// KeepEventAge sets how old asynchronous events get, in seconds. If versions and aliases differ, the least counts.
func (f *Function) KeepEventAge(text string, place check.Place) {
	p := f.async()
	if n, ok := WholeNumber(text); !ok || float64(n) < p.RetentionS.Or(math.Inf(1)) {
		SetSource(p, KeyRetention, text, place)
	}
}

// OpenEventAge records that it is not known how old asynchronous events get.
func (f *Function) OpenEventAge() {
	p := f.async()
	p.Open = append(p.Open, KeyRetention)
}

// IsFunction reports whether an ARN is that of a function, a version or an alias.
func IsFunction(arn string) bool { return strings.Contains(arn, ":function:") }
