package files

import (
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// TestNested checks that a nested stack is resolved if its template is among the files.
func TestNested(t *testing.T) {
	const (
		root = "Resources: {S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./stacks/child.yaml}}}"
		sam  = "Resources: {S: {Type: AWS::Serverless::Application, Properties: {Location: stacks/child.yaml}}}"
		cdk  = `{"Resources": {"S": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": {"Ref": ` +
			`"Asset"}}, "Metadata": {"aws:asset:path": "child.nested.template.json"}}}}`
		remote = "Resources: {S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: " +
			"'https://s3.amazonaws.com/b/child.yaml'}}}"
		child = "Parameters: {Units: {Type: Number, Default: 7}, Other: {Type: Number, Default: 7}}\n" +
			"Resources: {F: {Type: AWS::Lambda::Function, Properties: {ReservedConcurrentExecutions: !Ref Units}}}"
	)
	given := func(units string) string {
		return "Resources: {S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./stacks/child.yaml, " +
			"Parameters: {Units: " + units + "}}}}"
	}
	for _, c := range []struct{ root, text, child, remedy string }{
		{"app/t.yaml", root, "app/stacks/child.yaml", ""},
		{"t.yaml", root, "stacks/child.yaml", ""},
		{"app/t.yaml", sam, "app/stacks/child.yaml", ""},
		{"cdk.out/t.json", cdk, "cdk.out/child.nested.template.json", ""},
		{"t.yaml", given("7"), "stacks/child.yaml", ""},
		{"t.yaml", given("8"), "stacks/child.yaml", "pass --param Units=8"},
		{"t.yaml", given("!GetAtt Vpc.Id"), "stacks/child.yaml", "pass --param Units=VALUE"},
		{"t.yaml", given("7, Other: 5"), "stacks/child.yaml", ""},
		{"t.yaml", root + "\nConditions: {}", "stacks/child.yaml", ""},
		{"t.yaml", "Resources: {S: &s {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./stacks/child.yaml}}, " +
			"T: *s}", "stacks/child.yaml", "check the two separately"},
		{"app/t.yaml", root, "app/child.yaml", "check ./stacks/child.yaml together with this one"},
		{"t.yaml", remote, "child.yaml", "check that template together with this one"},
	} {
		var all []record.File // in random order
		for name, text := range map[string]string{c.root: c.text, c.child: child} {
			contents, err := parsedFile(name, []byte(text), record.Options{})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, contents)
		}
		a, _ := Join(all, nil, "", false)
		got := ""
		if len(a.Unknown) > 0 {
			got = a.Unknown[0].Remedy
		}
		if got != c.remedy || len(a.Functions) != 1 {
			t.Errorf("%s and %s: %q, want %q; %d functions", c.root, c.child, got, c.remedy, len(a.Functions))
		}
	}
}
