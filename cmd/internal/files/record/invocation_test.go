package record

import "testing"

// TestIsAsync checks principals as permissions have them. AWS's list says which are asynchronous; whatever may wait for
// the answer is not.
func TestIsAsync(t *testing.T) {
	for _, c := range []struct {
		principal, arn string
		want           bool
	}{
		{"s3.amazonaws.com", "arn:aws:s3:::b", true}, {"sns.amazonaws.com", "", true},
		{"events.amazonaws.com", "arn:aws:events:r:1:rule/x", true}, {"config.amazonaws.com", "", true},
		{"logs.amazonaws.com", "", true}, {"logs.eu-west-1.amazonaws.com", "", true},
		{"logs." + Symbol("AWS::Region") + ".amazonaws.com", "", true}, {"s3.amazonaws.com.cn", "", true},
		{"lambda.alarms.cloudwatch.amazonaws.com", "", true},
		{"iot.amazonaws.com", "arn:aws:iot:r:1:rule/x", true},
		{"iot.amazonaws.com", "arn:aws:iot:r:1:authorizer/x", false}, {"iot.amazonaws.com", "", false},
		{"apigateway.amazonaws.com", "", false}, {"elasticloadbalancing.amazonaws.com", "", false},
		{"ses.amazonaws.com", "", false}, {"batchoperations.s3.amazonaws.com", "", false},
		{"alexa-appkit.amazon.com", "", false}, {"unheard-of.amazonaws.com", "", false}, {"123456789012", "", false},
		{"arn:aws:iam::123456789012:role/s3", "", false}, {"*", "", false}, {"", "", false}, {"s3", "", false},
		{Hole + ".amazonaws.com", "", false},
	} {
		if got := IsAsync(c.principal, c.arn); got != c.want {
			t.Errorf("%s for %q: %t", c.principal, c.arn, got)
		}
	}
}
