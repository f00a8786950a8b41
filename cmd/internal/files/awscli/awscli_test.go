package awscli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record/recordtest"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// read reads a response from memory.
func read(name string, data []byte) (record.File, error) {
	d, err := tree.Parse(name, data, "")
	if err != nil {
		return record.File{}, err
	}
	r := record.NewRecorder(name, Format{}.Name(), record.Options{})
	err = Format{}.Read(d, r)
	return r.File, err
}

// claims reports whether a text is detected as a response.
func claims(t *testing.T, text string) bool {
	t.Helper()
	d, err := tree.Parse("a.json", []byte(text), "")
	if err != nil {
		t.Fatal(err)
	}
	return Format{}.Claims(d.Top, record.Options{})
}

// body returns the JSON of a recorded response. A .snap file also contains the HTTP headers.
func body(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../testdata/api", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, content, ok := bytes.Cut(data, []byte("\n\n")); ok && strings.HasSuffix(name, ".snap") {
		return content
	}
	return data
}

func TestAWSSamples(t *testing.T) {
	const cut = "unknown .NextMarker line 1: this is only the first part of the list, " +
		"run the command without --max-items / --no-paginate"
	// Every number of the SDK's samples is 1, and every setting is there.
	const all = "__FunctionName__: snapstart; tenancy; managed; file system; x86_64" +
		`; refused memory "1" line 1; refused ephemeral_storage "1" line 1`
	for name, want := range map[string]string{
		"aws-sdk-go-v2.lambda.GetAccountSettings.response.snap":                "account 1 claimed 0",
		"aws-sdk-go-v2.lambda.GetFunctionConcurrency.response.snap":            "function: nameless; reserved 1",
		"aws-sdk-go-v2.lambda.GetFunctionConfiguration.response.snap":          all,
		"aws-sdk-go-v2.lambda.ListFunctions.response.snap":                     all + "\n" + cut,
		"aws-sdk-go-v2.lambda.ListProvisionedConcurrencyConfigs.response.snap": "__FunctionArn__: \"\"=1; \"\"=1\n" + cut,
		"awscli.application-autoscaling.describe-scalable-targets.1.json":      "",
		"awscli.service-quotas.get-aws-default-service-quota.1.json":           "",
		"awscli.service-quotas.get-service-quota.1.json":                       "",
		"awscli.service-quotas.list-service-quotas.1.json":                     "",
		"botocore.lambda.GetAccountSettings.json":                              "account 1000 claimed 0",
		"botocore.lambda.GetFunctionConcurrency.json":                          "function: nameless; reserved 250",
		"botocore.lambda.GetFunctionConfiguration.json":                        "my-function: memory 256",
		"botocore.lambda.GetProvisionedConcurrencyConfig.1.json":               `function: nameless; ""=100`,
		"botocore.lambda.GetProvisionedConcurrencyConfig.json":                 `function: nameless; ""=100`,
		"botocore.lambda.ListFunctions.json": "helloworld: memory 128\n" +
			"my-function: memory 256",
		"botocore.lambda.ListProvisionedConcurrencyConfigs.json": `my-function: "GREEN"=100; "BLUE"=100`,
		"botocore.lambda.PutFunctionConcurrency.json":            "function: nameless; reserved 100",
		"botocore.lambda.PutProvisionedConcurrencyConfig.json":   `function: nameless; ""=100`,
	} {
		c, err := read(name, body(t, name))
		if got := recordtest.Summary(c); err != nil || got != want || !claims(t, string(body(t, name))) {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, got, want)
		}
	}
}

// recorded returns the responses in the localstack file, by test and step. They were recorded against AWS, and
// localstack's tooling replaced names with placeholders.
func recorded(t testing.TB) map[string][]byte {
	t.Helper()
	var tests map[string]struct {
		Content map[string]json.RawMessage `json:"recorded-content"`
	}
	if err := json.Unmarshal(body(t, "localstack.recorded-aws.lambda.snapshot.subset.json"), &tests); err != nil {
		t.Fatal(err)
	}
	names := strings.NewReplacer("<function-name:1>", "one", "<function-name:2>", "two", "<alias-name>", "live")
	answers := map[string][]byte{}
	for test, recording := range tests {
		for name, answer := range recording.Content {
			answers[test[strings.LastIndex(test, ":")+1:]+"/"+name] = []byte(names.Replace(string(answer)))
		}
	}
	return answers
}

func TestAWSRecorded(t *testing.T) {
	answers := recorded(t)
	const small = "memory 128; x86_64; ephemeral 512"
	const lacking = "unknown .ConcurrentExecutions line 1: the output does not include it, use the complete output"
	for name, want := range map[string]string{
		"test_account_settings/acc_settings_modded":                          lacking, // the tooling kept only the keys
		"test_function_concurrency/put_function_concurrency_with_reserved_0": "function: nameless; reserved 0",
		"test_function_concurrency/put_function_concurrency_with_reserved_1": "function: nameless; reserved 1",
		"test_function_concurrency/get_function_concurrency":                 "function: nameless; reserved 1",
		"test_function_concurrency/get_function_concurrency_after_delete":    "function: nameless; unreserved",
		"test_function_lifecycle/get_function_response": "one: unreserved; memory 256; x86_64; " +
			"ephemeral 512",
		"test_function_lifecycle/get_function_response_postupdate": "one: unreserved; memory 512; x86_64; " +
			"ephemeral 512",
		"test_function_lifecycle/update_func_conf_response":                  "one: memory 512; x86_64; ephemeral 512",
		"test_list_functions/list_default":                                   "one: " + small + "\ntwo: " + small,
		"test_list_functions/list_all":                                       "one: " + small + "\ntwo: " + small,
		"test_provisioned_concurrency_exceptions/publish_version_result":     "one: " + small,
		"test_provisioned_concurrency_exceptions/list_provisioned_noconfigs": "",
		"test_lambda_provisioned_lifecycle/create_alias_result":              `one: alias live of "1"`,
		"test_lambda_provisioned_lifecycle/put_provisioned_on_alias":         `function: nameless; ""=1`,
		"test_lambda_provisioned_lifecycle/put_provisioned_on_version":       `function: nameless; ""=1`,
		"test_lambda_provisioned_lifecycle/list_response_postdeletes":        "",
	} {
		c, err := read(name, answers[name])
		if got := recordtest.Summary(c); err != nil || got != want {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, got, want)
		}
		for _, f := range c.Functions {
			if !f.Deployed {
				t.Errorf("%s: %s is not deployed", name, f.Name)
			}
		}
	}
	for name, answer := range answers {
		if bytes.Contains(answer, []byte(`"Error"`)) {
			if c, err := read(name, answer); err == nil {
				t.Errorf("%s: an error of AWS is read as\n%s", name, recordtest.Summary(c))
			}
		}
	}
}

func TestAWSPlaces(t *testing.T) {
	c, err := read("a.json", []byte(`{
"AccountLimit": {
"ConcurrentExecutions": 1000},
"FunctionName":
"a",
"ReservedConcurrentExecutions": 5
}`))
	if err != nil {
		t.Fatal(err)
	}
	f := c.Functions[0]
	for _, got := range []struct {
		place check.Place
		line  int
	}{{c.ConcurrencyPlace, 3}, {f.Deployment.Place, 5}, {f.Places.Of(record.KeyReserved), 6}} {
		if want := (check.Place{File: "a.json", Line: got.line}); got.place != want {
			t.Errorf("%s, want %s", got.place, want)
		}
	}
}

func TestAWSRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"{\n\"AccountLimit\": {\n\"ConcurrentExecutions\": 0}}": `3: ConcurrentExecutions is "0"; ` +
			`expected a whole number, 1 or more`,
		`{"AccountLimit": {"ConcurrentExecutions": 10.5}}`: `1: ConcurrentExecutions is "10.5"; ` +
			`expected a whole number, 1 or more`,
		`{"AccountLimit": {"ConcurrentExecutions": {}}}`: `1: ConcurrentExecutions is "{...}"; ` +
			`expected a whole number, 1 or more`,
		`{"UnreservedConcurrentExecutions": -1}`: `1: UnreservedConcurrentExecutions is "-1"; ` +
			`expected a whole number, 0 or more`,
		"{\"ConcurrentExecutions\": 10,\n\"UnreservedConcurrentExecutions\": 11}": `2: UnreservedConcurrentExecutions is ` +
			`11; ` +
			`expected at most 10, which is ConcurrentExecutions`,
		`{"Quota": {"QuotaCode": "L-B99A9384", "Value": 0.5}}`: `1: Value is "0.5"; expected a whole number, 1 or more`,
		`{"Quotas": [{"QuotaCode": "L-B99A9384", "Value": "many"}]}`: `1: Value is "many"; ` +
			`expected a whole number, 1 or more`,
		`{"Buckets": []}`: `1: this is not AWS CLI output that lambdacap knows; ` +
			`expected that of get-account-settings, get-function or a similar command`,
		"{\"Functions\": {}}": `1: Functions is "{...}"; expected a list`,
	} {
		if _, err := read("a.json", []byte(text)); err == nil || err.Error() != "a.json:"+want {
			t.Errorf("%s:\n%v\nwant\n%s", text, err, want)
		}
	}
}

// TestAWSClaims checks that files of other formats with similar keys are not detected as responses.
func TestAWSClaims(t *testing.T) {
	for text, want := range map[string]bool{
		`{}`:                                   true,
		`{"ResponseMetadata": {}}`:             true,
		`{"ResponseMetadata": {}, "Other": 1}`: false,
		`{"Functions": []}`:                    true,
		`{"Functions": [], "Resources": {}}`:   false,
		`{"Functions": [], "AWSTemplateFormatVersion": "x"}`: false,
		`{"Functions": [], "format_version": "1"}`:           false,
		`{"Aliases": [], "service": "a", "provider": "b"}`:   false,
		`{"Aliases": [], "service": "a"}`:                    true,
	} {
		if got := claims(t, text); got != want {
			t.Errorf("%s is claimed: %t", text, got)
		}
	}
}

// FuzzAWS checks that no text crashes the reader, and that reading is deterministic.
func FuzzAWS(f *testing.F) {
	samples, err := filepath.Glob("../testdata/api/*")
	if err != nil || len(samples) == 0 {
		f.Fatal(samples, err)
	}
	for _, name := range samples {
		if !strings.Contains(name, "localstack") {
			f.Add(string(body(f, filepath.Base(name))))
		}
	}
	for _, answer := range recorded(f) {
		f.Add(string(answer))
	}
	for _, c := range awsCases {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		recordtest.Same(t, text, func() (record.File, error) { return read("a", []byte(text)) })
	})
}
