package terraform

import (
	"strings"
	"testing"
)

// functions returns the functions with these names, as a plan has them.
func functions(names ...string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = planned("aws_lambda_function."+name, `"function_name":"`+name+`"`)
	}
	return all(list...)
}

// withConfig returns a resource of the configuration with expressions.
func withConfig(address, expressions string) string {
	kind, _, _ := strings.Cut(address, ".")
	return `{"address":"` + address + `","mode":"managed","type":"` + kind + `","expressions":{` + expressions + `}}`
}

// refers returns a setting that refers to something in the configuration.
func refers(setting, to string) string { return `"` + setting + `":{"references":["` + to + `"]}` }

// invokerCases are resources that invoke functions: in a plan that creates everything, where no ARN is known, and in
// one that changes nothing.
var invokerCases = []planCase{
	{"permissions", planOf(all(
		functions("api", "both", "bucket", "elsewhere", "logs", "look", "off", "rule", "things", "who"),
		planned("aws_lambda_permission.api", `"function_name":"api","principal":"apigateway.amazonaws.com"`),
		planned("aws_lambda_permission.both", `"function_name":"both","principal":"apigateway.amazonaws.com"`),
		planned("aws_lambda_permission.both2", `"function_name":"both:live","principal":"sns.amazonaws.com"`),
		planned("aws_lambda_permission.bucket",
			`"function_name":"bucket","principal":"s3.amazonaws.com","action":"lambda:InvokeFunction"`),
		planned("aws_lambda_permission.bucket2", `"function_name":"bucket","principal":"s3.amazonaws.com"`),
		planned("aws_lambda_permission.elsewhere", `"function_name":"elsewhere","principal":"123456789012"`),
		planned("aws_lambda_permission.logs", `"function_name":"logs","principal":"logs.eu-west-1.amazonaws.com"`),
		planned("aws_lambda_permission.look",
			`"function_name":"look","principal":"123456789012","action":"lambda:GetFunction"`),
		planned("aws_lambda_permission.off", `"function_name":"off","principal":"events.amazonaws.com"`),
		planned("aws_cloudwatch_event_rule.off", `"name":"off","state":"DISABLED"`),
		planned("aws_lambda_permission.rule", `"principal":"events.amazonaws.com"`),
		planned("aws_lambda_permission.things", `"function_name":"things","principal":"iot.amazonaws.com"`),
		planned("aws_lambda_permission.who", `"function_name":"who"`),
		planned("aws_lambda_permission.new", `"function_name":"new","principal":"s3.amazonaws.com"`),
	), all(
		changed("aws_lambda_permission.off", actionCreate, "null", `"source_arn":true`),
		changed("aws_lambda_permission.rule", actionCreate, "null", `"function_name":true`),
		changed("aws_lambda_permission.things", actionCreate, "null", `"source_arn":true`),
		changed("aws_lambda_permission.who", actionCreate, "null", `"principal":true`),
	), `"resources":[`+all(
		withConfig("aws_lambda_permission.off", refers("source_arn", "aws_cloudwatch_event_rule.off.arn")),
		withConfig("aws_lambda_permission.rule", refers("function_name", "aws_lambda_function.rule.arn")),
		withConfig("aws_lambda_permission.things", refers("source_arn", "aws_iot_topic_rule.things.arn")),
	)+`]`), `
api unreserved direct
both unreserved async direct
bucket unreserved async
elsewhere unreserved direct
logs unreserved async
look unreserved
off unreserved
rule unreserved async
things unreserved async
who unreserved direct
new async
`},
	{"targets to create", planOf(all(
		functions("bucket", "log", "none", "off", "rule", "schedule", "second", "things", "topic"),
		planned("aws_lambda_alias.live", `"name":"live","function_name":"topic"`),
		planned("aws_s3_bucket_notification.n", `"lambda_function":[{"events":["s3:ObjectCreated:*"]},{"events":[]}]`),
		planned("aws_cloudwatch_log_subscription_filter.l", `"name":"l"`),
		planned("aws_cloudwatch_event_rule.off", `"name":"off","is_enabled":false`),
		planned("aws_cloudwatch_event_target.off", `"rule":"off"`),
		planned("aws_cloudwatch_event_target.queue", `"rule":"on"`),
		planned("aws_cloudwatch_event_target.rule", `"rule":"on"`),
		planned("aws_scheduler_schedule.s", `"target":[{"retry_policy":[]}]`),
		planned("aws_iot_topic_rule.t", `"lambda":[{}]`),
		planned("aws_sns_topic_subscription.queue", `"protocol":"sqs"`),
		planned("aws_sns_topic_subscription.topic", `"protocol":"lambda"`),
		planned("aws_sqs_queue.q", `"name":"q"`),
	), "", `"resources":[`+all(
		withConfig("aws_s3_bucket_notification.n", `"lambda_function":[{`+
			refers("lambda_function_arn", "aws_lambda_function.bucket.arn")+`},{`+
			refers("lambda_function_arn", "aws_lambda_function.second.arn")+`}]`),
		withConfig("aws_cloudwatch_log_subscription_filter.l", refers("destination_arn", "aws_lambda_function.log.arn")),
		withConfig("aws_cloudwatch_event_target.off",
			all(refers("arn", "aws_lambda_function.off.arn"), refers("rule", "aws_cloudwatch_event_rule.off.name"))),
		withConfig("aws_cloudwatch_event_target.queue", refers("arn", "aws_sqs_queue.q.arn")),
		withConfig("aws_cloudwatch_event_target.rule", refers("arn", "aws_lambda_function.rule.arn")),
		withConfig("aws_scheduler_schedule.s", `"target":[{`+all(refers("arn", "aws_lambda_function.schedule.arn"),
			refers("role_arn", "aws_lambda_function.none.role"))+`}]`),
		withConfig("aws_iot_topic_rule.t", `"lambda":[{`+refers("function_arn", "aws_lambda_function.things.arn")+`}]`),
		withConfig("aws_sns_topic_subscription.queue", refers("endpoint", "aws_sqs_queue.q.arn")),
		withConfig("aws_sns_topic_subscription.topic", refers("endpoint", "aws_lambda_alias.live.arn")),
	)+`]`), `
bucket unreserved async
log unreserved async
none unreserved
off unreserved
rule unreserved async
schedule unreserved async
second unreserved async
things unreserved async
topic unreserved async alias(live="")
`},
	{"targets that exist", planOf(all(
		planned("aws_lambda_function.f", `"function_name":"f","arn":"arn:aws:lambda:eu-west-1:1:function:f"`),
		planned("aws_lambda_function.g", `"function_name":"g","arn":"arn:aws:lambda:eu-west-1:1:function:g"`),
		planned("aws_s3_bucket_notification.n", `"lambda_function":[`+
			`{"lambda_function_arn":"arn:aws:lambda:eu-west-1:1:function:f:live"}]`),
		planned("aws_scheduler_schedule.s",
			`"state":"DISABLED","target":[{"arn":"arn:aws:lambda:eu-west-1:1:function:g"}]`),
		planned("aws_scheduler_schedule.u", `"target":[{"arn":"arn:aws:scheduler:::aws-sdk:lambda:invoke"}]`),
		planned("aws_sns_topic_subscription.west", `"endpoint":"arn:aws:lambda:us-west-2:1:function:g"`),
	), "", ""), `
f unreserved async
g unreserved
`},
	{"nonsense", planOf(all(
		functions("f"),
		planned("aws_s3_bucket_notification.n", `"lambda_function":{"lambda_function_arn":[1]}`),
		planned("aws_scheduler_schedule.s", `"target":[[]],"state":[]`),
		planned("aws_cloudwatch_event_target.t", `"arn":{}`),
		planned("aws_lambda_permission.p", `"function_name":[],"principal":{}`),
	), "", `"resources":[`+withConfig("aws_cloudwatch_event_target.t",
		`"arn":[[{"references":["aws_lambda_function.f"]}]]`)+`]`), `
f unreserved
`},
}

func TestInvokers(t *testing.T) {
	for _, c := range invokerCases {
		t.Run(c.name, func(t *testing.T) { wantCase(t, c) })
	}
}
