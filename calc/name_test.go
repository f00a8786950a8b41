package calc_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// TestCheckName checks which names are valid. The forms are those of the parameter FunctionName in the AWS Lambda API
// reference, and the maximum length there is 170 characters.
func TestCheckName(t *testing.T) {
	for _, name := range []string{
		"a", "checkout", "Check-Out_2.v1", "-x", "api:live", "api:7", "api:$LATEST", strings.Repeat("a", 170),
		"arn:aws:lambda:eu-west-1:123456789012:function:api", "arn:aws-cn:lambda:cn-north-1:123456789012:function:api:live",
		"${AWS::StackName}-api", "${self:service}-${sls:stage}-api", "${a${b}c}", "${Fn::Join [\"\", [\"a]\", \"b\"]]}",
		`module.m["a b/]"].aws_lambda_function.f[0]`, "api in b c.yaml", "${x} in a[1].yaml",
	} {
		if err := calc.CheckName(name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{
		"", strings.Repeat("a", 171), "a b", "a:b:c", "::add-mask::e", "a:", ":a", "=1+1", "@bob", "a/b", "über", "a\nb",
		"a\x1b", "\u202ea", "a\u200b", "a\xff", "arn:aws:lambda:eu-west-1:1:layer:a", "arn:aws:s3:::a", "arn:", "x;y", "$(x)",
		"${a", "${a}b}", "${a\x1b}", "[", "=[a]", "::x[a]", " in a", "a in\nb", "x[a] y",
	} {
		if err := calc.CheckName(name); !errors.Is(err, quantity.ErrInvalid) {
			t.Errorf("%q is a name: %v", name, err)
		}
	}
}
