package collect

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
)

// A policy is an IAM policy.
type policy struct {
	Version   string
	Statement []statement
}

type statement struct {
	Sid      string
	Effect   string
	Action   []string
	Resource []string
}

// Policy returns the IAM policy, in JSON, with the fewest permissions that the script of a request needs.
func Policy(r Request) string {
	arn := func(service, account, resource string) string {
		return fmt.Sprintf("arn:%s:%s:%s:%s:%s", partition(r.Region), service, r.Region, account, resource)
	}
	functions := []string{arn("lambda", "*", "function:*")}
	account := []string{
		"lambda:GetAccountSettings", "lambda:ListEventSourceMappings",
		"application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingActivities",
		"application-autoscaling:DescribeScalingPolicies", "application-autoscaling:DescribeScheduledActions",
		"cloudwatch:GetMetricData",
	}
	if len(r.Functions) == 0 {
		account = append(account, "lambda:ListFunctions")
	} else {
		functions = nil
		for _, name := range r.Functions {
			functions = append(functions, arn("lambda", "*", "function:"+name), arn("lambda", "*", "function:"+name+":*"))
		}
	}
	p := policy{Version: "2012-10-17", Statement: []statement{
		{"Account", "Allow", account, []string{"*"}}, // these calls take no narrower resource
		{"Functions", "Allow", []string{
			"lambda:GetFunction", "lambda:ListAliases", "lambda:ListProvisionedConcurrencyConfigs", "lambda:ListTags",
		}, functions},
		{"Quota", "Allow", []string{"servicequotas:GetServiceQuota"},
			[]string{arn("servicequotas", "*", aws.QuotaServiceCode+"/"+aws.QuotaCode)}},
		{"Queues", "Allow", []string{"sqs:GetQueueAttributes", "sqs:GetQueueUrl"}, []string{arn("sqs", "*", "*")}},
		{"Streams", "Allow", []string{"kinesis:DescribeStreamSummary"}, []string{arn("kinesis", "*", "stream/*")}},
	}}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	_ = e.Encode(p) // plain texts cannot fail
	return b.String()
}

// partition returns the partition of a Region, with which all of its ARNs begin.
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}
