package cloudformation

import (
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record/recordtest"
)

// invoked is a template with a function, an alias of it and what is added.
const invoked = `Parameters: {Who: {Type: String}, Prod: {Type: String}}
Conditions: {Prod: !Equals [!Ref Prod, yes]}
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f}}
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, FunctionVersion: $LATEST, Name: live}}
  Queue: {Type: AWS::SQS::Queue}
`

// permitted is a permission for the function.
func permitted(properties string) string {
	return "  P: {Type: AWS::Lambda::Permission, Properties: {Action: lambda:InvokeFunction, " +
		"FunctionName: !GetAtt F.Arn, " + properties + "}}\n"
}

// TestInvokers reads what invokes a function, in the ways that templates refer to it.
func TestInvokers(t *testing.T) {
	for _, c := range []struct{ name, resources, want string }{
		{"nothing", "", ""},
		{"a bucket's permission", permitted("Principal: s3.amazonaws.com, SourceArn: !GetAtt B.Arn"), "async"},
		{"two permissions", permitted("Principal: !Sub 'sns.${AWS::URLSuffix}'") +
			strings.Replace(permitted("Principal: events.amazonaws.com"), "P:", "P2:", 1), "async"},
		{"a permission in the Region of the logs", permitted("Principal: !Sub 'logs.${AWS::Region}.amazonaws.com'"),
			"async"},
		{"an API's permission", permitted("Principal: apigateway.amazonaws.com"), "direct"},
		{"a bucket and an API", permitted("Principal: s3.amazonaws.com") +
			strings.Replace(permitted("Principal: apigateway.amazonaws.com"), "P:", "P2:", 1), "async; direct"},
		{"another account", permitted("Principal: '123456789012'"), "direct"},
		{"a principal that is not known", permitted("Principal: !Ref Who"), "direct"},
		{"a permission to look", strings.Replace(permitted("Principal: '123456789012'"), "InvokeFunction", "GetFunction", 1),
			""},
		{"a function URL", permitted("Principal: '*', FunctionUrlAuthType: NONE"), "direct"},
		{"a permission that may not exist",
			strings.Replace(permitted("Principal: s3.amazonaws.com"), "{Type", "{Condition: Prod, Type", 1), ""},
		{"an API that may not exist",
			strings.Replace(permitted("Principal: apigateway.amazonaws.com"), "{Type", "{Condition: Prod, Type", 1), "direct"},
		{"a rule of IoT", permitted("Principal: iot.amazonaws.com, SourceArn: !GetAtt T.Arn") +
			"  T: {Type: AWS::IoT::TopicRule, Properties: {TopicRulePayload: {Actions: [{Lambda: {FunctionArn: " +
			"!GetAtt F.Arn}}]}}}\n", "async"},
		{"an authorizer of IoT", permitted("Principal: iot.amazonaws.com, SourceArn: !GetAtt T.Arn") +
			"  T: {Type: AWS::IoT::Authorizer}\n", "direct"},
		{"a rule that is off", permitted("Principal: events.amazonaws.com, SourceArn: !GetAtt R.Arn") +
			"  R: {Type: AWS::Events::Rule, Properties: {State: DISABLED, Targets: [{Arn: !GetAtt F.Arn}]}}\n", ""},
		{"a rule with two targets", "  R: {Type: AWS::Events::Rule, Properties: {Targets: [{Arn: !GetAtt Queue.Arn}, " +
			"{Arn: !Ref Live}]}}\n", "async"},
		{"a schedule", "  S: {Type: AWS::Scheduler::Schedule, Properties: {Target: {Arn: !GetAtt F.Arn}}}\n", "async"},
		{"a universal target", "  S: {Type: AWS::Scheduler::Schedule, Properties: {Target: {Arn: " +
			"'arn:aws:scheduler:::aws-sdk:lambda:invoke'}}}\n", ""},
		{"a subscription", "  S: {Type: AWS::SNS::Subscription, Properties: {Protocol: lambda, Endpoint: !Sub " +
			"'arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:f:live'}}\n", "async"},
		{"a subscription of a queue", "  S: {Type: AWS::SNS::Subscription, Properties: {Protocol: sqs, Endpoint: " +
			"!GetAtt Queue.Arn}}\n", ""},
		{"a topic", "  S: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: " +
			"!GetAtt F.Arn}]}}\n", "async"},
		{"a bucket", "  B: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {QueueConfigurations: " +
			"[{Queue: !GetAtt Queue.Arn}], LambdaConfigurations: [{Event: 's3:ObjectCreated:*', Function: !GetAtt F.Arn}]}}}\n",
			"async"},
		{"logs", "  L: {Type: AWS::Logs::SubscriptionFilter, Properties: {DestinationArn: !GetAtt F.Arn}}\n", "async"},
		{"nonsense", "  B: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: [LambdaConfigurations]}}\n" +
			"  R: {Type: AWS::Events::Rule, Properties: {Targets: {Arn: [[!Ref Live]]}}}\n" +
			"  P: {Type: AWS::Lambda::Permission}\n", ""},
	} {
		file := mustRead(t, invoked+c.resources, record.Options{})
		want := "f: " + strings.TrimPrefix(c.want+`; alias live of "$LATEST"`, "; ")
		if got := recordtest.Summary(file); got != want {
			t.Errorf("%s: %s\nwant %s", c.name, got, want)
		}
	}
}

// TestCalled checks that a template that only invokes a function elsewhere does not declare it.
func TestCalled(t *testing.T) {
	file := mustRead(t, "Resources:\n  P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: f, "+
		"Principal: s3.amazonaws.com}}\n", record.Options{})
	if got := recordtest.Summary(file); got != "f: called; async" {
		t.Error(got)
	}
}
