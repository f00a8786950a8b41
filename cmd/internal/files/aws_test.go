package files

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

// summary writes what a file says in a form that tests can compare: a line for
// the account, for each function and for each unknown.
func summary(c Contents) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	number := func(o calc.Optional[int64]) string {
		if units, ok := o.Get(); ok {
			return fmt.Sprint(units)
		}
		return "?"
	}
	if c.Concurrency.Known() || c.Claimed.Known() {
		line("account %s claimed %s", number(c.Concurrency), number(c.Claimed))
	}
	for _, f := range c.Functions {
		var parts []string
		add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
		flags := []struct {
			is   bool
			name string
		}{{f.Nameless, "nameless"}, {f.Unreserved, "unreserved"}, {f.Deployment.SnapStart.Known(), "snapstart"}}
		for _, flag := range flags {
			if flag.is {
				add("%s", flag.name)
			}
		}
		if len(f.Unprovisioned) > 0 {
			add("unprovisioned")
		}
		if len(f.Also) > 0 {
			add("also %s", strings.Join(f.Also, ","))
		}
		if f.Reserved.Known() {
			add("reserved %s", number(f.Reserved))
		}
		if f.MemoryMB.Known() {
			add("memory %s", number(f.MemoryMB))
		}
		if f.Arch != "" {
			add("%s", f.Arch)
		}
		if f.EphemeralMB.Known() {
			add("ephemeral %s", number(f.EphemeralMB))
		}
		for _, a := range f.Deployment.Allocations {
			if a.Possible {
				add("possibly %q=%s", a.Qualifier, number(a.Units))
			} else {
				add("%q=%s", a.Qualifier, number(a.Units))
			}
		}
		for _, a := range f.Deployment.Aliases {
			add("alias %s of %q", a.Name, a.Version)
		}
		for _, t := range f.Deployment.Targets {
			kind := "target"
			if t.Scheduled {
				kind = "scheduled"
			}
			add("%s %q %s to %s", kind, t.Qualifier, number(t.Min), number(t.Max))
			for _, tracking := range t.Tracking {
				add("at %g", tracking.Target)
			}
		}
		for _, p := range f.Deployment.Pollers {
			add("poller %d", p.MaximumConcurrency)
		}
		for _, refused := range f.Deployment.Refused {
			add("refused %s %q line %d", refused.Field, refused.Text, refused.Place.Line)
		}
		line("%s: %s", f.Name, strings.Join(parts, "; "))
	}
	for _, u := range c.Unknown {
		line("unknown %s.%s line %d: %s, %s", u.Function.Or(""), u.What, u.Place.Line, u.Why, u.Remedy)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// body is the JSON of a recorded answer: a .snap holds the head of HTTP, too.
func body(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/api", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, content, ok := bytes.Cut(data, []byte("\n\n")); ok && strings.HasSuffix(name, ".snap") {
		return content
	}
	return data
}

func TestAWSSamples(t *testing.T) {
	const cut = "unknown .NextMarker line 1: the list goes on, this is its first part, run the command without --max-items / --no-paginate"
	for name, want := range map[string]string{
		"aws-sdk-go-v2.lambda.GetAccountSettings.response.snap":                "account 1 claimed 0",
		"aws-sdk-go-v2.lambda.GetFunctionConcurrency.response.snap":            "function: nameless; reserved 1",
		"aws-sdk-go-v2.lambda.GetFunctionConfiguration.response.snap":          "__FunctionName__: snapstart; x86_64",
		"aws-sdk-go-v2.lambda.ListFunctions.response.snap":                     "__FunctionName__: snapstart; x86_64\n" + cut,
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
		"botocore.lambda.ListFunctions.json":                                   "helloworld: memory 128\nmy-function: memory 256",
		"botocore.lambda.ListProvisionedConcurrencyConfigs.json":               `my-function: "GREEN"=100; "BLUE"=100`,
		"botocore.lambda.PutFunctionConcurrency.json":                          "function: nameless; reserved 100",
		"botocore.lambda.PutProvisionedConcurrencyConfig.json":                 `function: nameless; ""=100`,
	} {
		c, err := parsedFile(name, body(t, name), Options{})
		if got := summary(c); err != nil || got != want || c.Format != "aws" {
			t.Errorf("%s: %v, %s\n%s\nwant\n%s", name, err, c.Format, got, want)
		}
	}
}

// recorded are the answers of the localstack file, which were recorded against
// AWS. Its tooling put placeholders for names, here with a colon less.
func recorded(t testing.TB) map[string][]byte {
	t.Helper()
	var tests map[string]struct {
		Content map[string]json.RawMessage `json:"recorded-content"`
	}
	if err := json.Unmarshal(body(t, "localstack.recorded-aws.lambda.snapshot.subset.json"), &tests); err != nil {
		t.Fatal(err)
	}
	answers := map[string][]byte{}
	for test, recording := range tests {
		for name, answer := range recording.Content {
			plain := strings.NewReplacer("<function-name:1>", "one", "<function-name:2>", "two", "<alias-name>", "live").Replace(string(answer))
			answers[test[strings.LastIndex(test, ":")+1:]+"/"+name] = []byte(plain)
		}
	}
	return answers
}

func TestAWSRecorded(t *testing.T) {
	answers := recorded(t)
	const small = "memory 128; x86_64; ephemeral 512"
	for name, want := range map[string]string{
		"test_account_settings/acc_settings_modded":                          "unknown .ConcurrentExecutions line 1: the answer does not have it, give the whole answer", // its tooling kept the keys only
		"test_function_concurrency/put_function_concurrency_with_reserved_0": "function: nameless; reserved 0",
		"test_function_concurrency/put_function_concurrency_with_reserved_1": "function: nameless; reserved 1",
		"test_function_concurrency/get_function_concurrency":                 "function: nameless; reserved 1",
		"test_function_concurrency/get_function_concurrency_after_delete":    "function: nameless; unreserved",
		"test_function_lifecycle/get_function_response":                      "one: unreserved; memory 256; x86_64; ephemeral 512",
		"test_function_lifecycle/get_function_response_postupdate":           "one: unreserved; memory 512; x86_64; ephemeral 512",
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
		c, err := parsedFile(name, answers[name], Options{})
		if got := summary(c); err != nil || got != want {
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
			if c, err := parsedFile(name, answer, Options{}); err == nil {
				t.Errorf("%s: an error of AWS is read as\n%s", name, summary(c))
			}
		}
	}
}

// awsCases are answers by hand, and what they say.
var awsCases = []struct{ name, text, want string }{
	{"nothing", `{}`, "function: nameless; unreserved"},
	{"nothing in YAML", "{}\n", "function: nameless; unreserved"},
	{"null reservation", `{"ReservedConcurrentExecutions": null}`, "function: nameless; unreserved"},
	{"YAML", "AccountLimit:\n  ConcurrentExecutions: 1000\n  UnreservedConcurrentExecutions: 933\n", "account 1000 claimed 67"},
	{"cut down", `{"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 900}`, "account 1000 claimed 100"},
	{"no unreserved", `{"AccountLimit": {"ConcurrentExecutions": 10}}`, "account 10 claimed ?"},
	{"unreserved only", `{"AccountLimit": {"UnreservedConcurrentExecutions": 10}}`,
		"unknown .ConcurrentExecutions line 1: the answer does not have it, give the whole answer"},
	{"no limits", `{"AccountLimit": {}}`, "unknown .ConcurrentExecutions line 1: the answer does not have it, give the whole answer"},
	{"reservation with a name", `{"FunctionName": "a", "ReservedConcurrentExecutions": 5}`, "a: reserved 5"},
	{"no whole number", `{"ReservedConcurrentExecutions": 5.5}`, `function: nameless; refused reserved "5.5" line 1`},
	{"no number", "{\n\"ReservedConcurrentExecutions\": [1]}", `function: nameless; refused reserved "[...]" line 2`},
	{"negative", `{"ReservedConcurrentExecutions": -1}`, `function: nameless; refused reserved "-1" line 1`},
	{"provisioned by no number", `{"RequestedProvisionedConcurrentExecutions": {}}`, `function: nameless; refused provisioned "{...}" line 1`},
	{"get-function", `{"Configuration": {"FunctionName": "a", "FunctionArn": "arn:aws:lambda:r:1:function:a:7", "Version": "7", "MemorySize": 512,
		"CapacityProviderConfig": {"LambdaManagedInstancesCapacityProviderConfig": {"PerExecutionEnvironmentMaxConcurrency": 10}}},
		"Concurrency": {"ReservedConcurrentExecutions": 20}}`, "a: reserved 20; memory 512"},
	{"get-function without a reservation", `{"Configuration": {"FunctionArn": "arn:aws:lambda:r:1:function:a"}}`, "a: unreserved"},
	{"reservation of get-function", `{"Concurrency": {"ReservedConcurrentExecutions": 0}}`, "function: nameless; reserved 0"},
	{"SnapStart of a version", `{"Functions": [{"FunctionName": "a", "Version": "$LATEST", "SnapStart": {"ApplyOn": "None"}},
		{"FunctionName": "b", "Version": "2", "MemorySize": 128},
		{"FunctionName": "a", "Version": "2", "MemorySize": 128, "SnapStart": {"ApplyOn": "PublishedVersions"}}]}`, "a: "},
	{"SnapStart of the next version", `{"Functions": [{"FunctionName": "a", "Version": "1", "SnapStart": {"ApplyOn": "None"}},
		{"FunctionName": "a", "Version": "$LATEST", "SnapStart": {"ApplyOn": "PublishedVersions"}}]}`, "a: snapstart"},
	{"versions", `{"Versions": [{"FunctionArn": "arn:aws:lambda:r:1:function:a:$LATEST", "Version": "$LATEST", "MemorySize": 128, "Architectures": ["arm64"]},
		{"FunctionArn": "arn:aws:lambda:r:1:function:a:1", "Version": "1", "MemorySize": 256}]}`, "a: memory 128; arm64"},
	{"provisioned", `{"ProvisionedConcurrencyConfigs": [{"FunctionArn": "arn:aws:lambda:r:1:function:a:live", "RequestedProvisionedConcurrentExecutions": 5},
		{"FunctionArn": "arn:aws:lambda:r:1:function:a:3", "RequestedProvisionedConcurrentExecutions": 7.0}]}`, `a: "live"=5; "3"=7`},
	{"provisioned without units", `{"ProvisionedConcurrencyConfigs": [{"FunctionArn": "a:live"}]}`,
		"a: \"live\"=?\nunknown a.RequestedProvisionedConcurrentExecutions line 1: the answer does not have it, give the whole answer"},
	{"provisioned of nobody", `{"ProvisionedConcurrencyConfigs": [{"RequestedProvisionedConcurrentExecutions": 5}]}`, `function: nameless; ""=5`},
	{"aliases", `{"Aliases": [{"AliasArn": "arn:aws:lambda:r:1:function:a:live", "Name": "live", "FunctionVersion": "3",
		"RoutingConfig": {"AdditionalVersionWeights": {"4": 0.1}}}, {"AliasArn": "arn:aws:lambda:r:1:function:a:old", "FunctionVersion": "1", "RoutingConfig": null}]}`,
		`a: alias live of "3"; alias live of "4"; alias old of "1"`},
	{"alias", `{"AliasArn": "arn:aws:lambda:r:1:function:a:live", "Name": "live", "FunctionVersion": "3"}`, `a: alias live of "3"`},
	{"targets", `{"ScalableTargets": [{"ServiceNamespace": "lambda", "ResourceId": "function:a:live", "MinCapacity": 3, "MaxCapacity": 50},
		{"ResourceId": "table/x", "ServiceNamespace": "dynamodb", "MinCapacity": 1}, {"ScalableDimension": "lambda:function:ProvisionedConcurrency", "MinCapacity": "x"}]}`,
		"a: target \"live\" 3 to 50\nfunction: nameless; target \"\" ? to ?\nunknown function.MinCapacity line 2: \"x\" is no whole number, give a whole number"},
	{"policies", `{"ScalingPolicies": [{"ResourceId": "function:a:live", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 0.7}},
		{"ResourceId": "function:a:live", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 0.8,
			"CustomizedMetricSpecification": {"MetricName": "ProvisionedConcurrencyUtilization"}}},
		{"ResourceId": "function:a:live", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 30, "CustomizedMetricSpecification": {"MetricName": "Mine"}}},
		{"ResourceId": "function:a:live", "StepScalingPolicyConfiguration": {}}]}`, `a: target "live" ? to ?; at 0.7; at 0.8`},
	{"target and policy", `{"ScalingPolicies": [{"ResourceId": "function:a:live", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 0.7}}],
		"ScalableTargets": [{"ResourceId": "function:a:live", "MinCapacity": 1, "MaxCapacity": 2}]}`, `a: target "live" 1 to 2; at 0.7`},
	{"policy without a number", `{"ScalingPolicies": [{"ResourceId": "function:a:live", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": "NaN"}}]}`,
		"a: \nunknown a.TargetValue line 1: \"NaN\" is no number, give a number"},
	{"scheduled", `{"ScheduledActions": [{"ServiceNamespace": "lambda", "ResourceId": "function:a:live", "ScalableTargetAction": {"MinCapacity": 5}}]}`,
		`a: scheduled "live" 5 to ?`},
	{"pollers", `{"EventSourceMappings": [{"FunctionArn": "arn:aws:lambda:r:1:function:a:live", "EventSourceArn": "q", "ScalingConfig": {"MaximumConcurrency": 20}},
		{"FunctionArn": "arn:aws:lambda:r:1:function:b", "EventSourceArn": "q"}]}`, "a: poller 20"},
	{"poller", `{"UUID": "1", "EventSourceArn": "q", "FunctionArn": "arn:aws:lambda:r:1:function:a", "ScalingConfig": {"MaximumConcurrency": 2}}`, "a: poller 2"},
	{"poller without a bound", `{"UUID": "1", "EventSourceArn": "q", "FunctionArn": "arn:aws:lambda:r:1:function:a"}`, ""},
	{"quota", `{"Quota": {"ServiceCode": "lambda", "QuotaCode": "L-B99A9384", "Value": 1000.0}}`, "account 1000 claimed ?"},
	{"quotas", `{"NextToken": "x", "Quotas": [{"QuotaCode": "L-2", "Value": 5}, {"QuotaCode": "L-B99A9384", "Value": 3000}]}`, "account 3000 claimed ?"},
	{"quotas of which ours is not there yet", `{"NextToken": "x", "Quotas": [{"QuotaCode": "L-2", "Value": 5}]}`,
		"unknown .NextToken line 1: the list goes on, this is its first part, run the command without --max-items / --no-paginate"},
	{"quota of another service", `{"Quota": {"ServiceCode": "ec2", "QuotaCode": "L-B99A9384", "Value": 7}}`, ""},
	{"wrong types", `{"Functions": [1], "Versions": [1, null, "x"], "Configuration": 5, "Concurrency": [], "Aliases": [[]], "ScalingConfig": 1, "Quota": "x", "AccountLimit": []}`,
		"unknown .ConcurrentExecutions line 1: the answer does not have it, give the whole answer"},
}

func TestAWSCases(t *testing.T) {
	for _, c := range awsCases {
		contents, err := parsedFile("a.json", []byte(c.text), Options{Format: "aws"})
		if got := summary(contents); err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, c.want)
		}
		if detected, err := parsedFile("a.json", []byte(c.text), Options{}); err != nil || !reflect.DeepEqual(contents, detected) {
			t.Errorf("%s: it is not detected: %v, %s", c.name, err, detected.Format)
		}
	}
	if c, err := parsedFile("a.json", nil, Options{Format: "aws"}); err != nil || summary(c) != "function: nameless; unreserved" {
		t.Errorf("an empty answer: %v, %s", err, summary(c))
	}
}

func TestAWSPlaces(t *testing.T) {
	c, err := parsedFile("a.json", []byte("{\n\"AccountLimit\": {\n\"ConcurrentExecutions\": 1000},\n\"FunctionName\":\n\"a\",\n\"ReservedConcurrentExecutions\": 5\n}"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := c.Functions[0]
	for _, got := range []struct {
		place calc.Place
		line  int
	}{{c.ConcurrencyPlace, 3}, {f.Deployment.Place, 5}, {f.Origins.Of(calc.FieldReserved), 6}} {
		if want := (calc.Place{File: "a.json", Line: got.line}); got.place != want {
			t.Errorf("%s, want %s", got.place, want)
		}
	}
}

func TestAWSRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"{\n\"AccountLimit\": {\n\"ConcurrentExecutions\": 0}}":                   `a.json:3: ConcurrentExecutions is "0"; legal: a whole number, 1 or more`,
		`{"AccountLimit": {"ConcurrentExecutions": 10.5}}`:                        `a.json:1: ConcurrentExecutions is "10.5"; legal: a whole number, 1 or more`,
		`{"AccountLimit": {"ConcurrentExecutions": {}}}`:                          `a.json:1: ConcurrentExecutions is "{...}"; legal: a whole number, 1 or more`,
		`{"UnreservedConcurrentExecutions": -1}`:                                  `a.json:1: UnreservedConcurrentExecutions is "-1"; legal: a whole number, 0 or more`,
		"{\"ConcurrentExecutions\": 10,\n\"UnreservedConcurrentExecutions\": 11}": `a.json:2: UnreservedConcurrentExecutions is 11; legal: at most the 10 of ConcurrentExecutions`,
		`{"Quota": {"QuotaCode": "L-B99A9384", "Value": 0.5}}`:                    `a.json:1: Value is "0.5"; legal: a whole number, 1 or more`,
		`{"Quotas": [{"QuotaCode": "L-B99A9384", "Value": "many"}]}`:              `a.json:1: Value is "many"; legal: a whole number, 1 or more`,
		`{"Buckets": []}`: `a.json:1: this is no answer that lambdacap knows; legal: those of get-account-settings, get-function and the like`,
	} {
		if _, err := parsedFile("a.json", []byte(text), Options{Format: "aws"}); err == nil || err.Error() != want {
			t.Errorf("%s:\n%v\nwant\n%s", text, err, want)
		}
	}
}

// TestAWSClaims: what other formats have in common with answers stays theirs.
func TestAWSClaims(t *testing.T) {
	for text, want := range map[string]bool{
		`{}`: true, `{"ResponseMetadata": {}}`: true, `{"ResponseMetadata": {}, "Other": 1}`: false,
		`{"Functions": []}`: true, `{"Functions": [], "Resources": {}}`: false, `{"Functions": [], "AWSTemplateFormatVersion": "x"}`: false,
		`{"Functions": [], "format_version": "1"}`: false, `{"Aliases": [], "service": "a", "provider": "b"}`: false, `{"Aliases": [], "service": "a"}`: true,
	} {
		d, err := parse("a.json", []byte(text), "")
		if err != nil {
			t.Fatal(err)
		}
		if got := (awsAnswer{}).Claims(d.top, Options{}); got != want {
			t.Errorf("%s is claimed: %t", text, got)
		}
	}
}

// reads checks of any file that the reader ends, and says the same twice.
func reads(t *testing.T, text, format string, o Options) {
	t.Helper()
	o.Format = format
	first, err := parsedFile("a", []byte(text), o)
	second, again := parsedFile("a", []byte(text), o)
	if !reflect.DeepEqual(first, second) || fmt.Sprint(err) != fmt.Sprint(again) {
		t.Errorf("%q is read as\n%s%v\nand then as\n%s%v", text, summary(first), err, summary(second), again)
	}
	for _, u := range first.Unknown {
		if u.What == "" || u.Why == "" || u.Remedy == "" || !u.Place.Known() {
			t.Errorf("%q: an unknown does not say what and why: %+v", text, u)
		}
	}
}

func FuzzAWS(f *testing.F) {
	samples, err := filepath.Glob("testdata/api/*")
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
	f.Fuzz(func(t *testing.T, text string) { reads(t, text, "aws", Options{}) })
}
