package files

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// parsedFile parses a file from memory.
func parsedFile(name string, data []byte, o record.Options) (record.File, error) {
	return open(name, data, o).Read(o)
}

// joinedFiles parses several texts and joins them.
func joinedFiles(t *testing.T, chosen string, texts ...string) check.Account {
	t.Helper()
	o := record.Options{Params: map[string]string{"stage": "prod"}}
	var contents []record.File
	for i, text := range texts {
		file, err := parsedFile(fmt.Sprintf("f%d", i), []byte(text), o)
		if err != nil {
			t.Fatal(err)
		}
		contents = append(contents, file)
	}
	a, _ := Join(contents, nil, chosen, false)
	return a
}

// The files used by joinCases.
const (
	quota = `{"AccountLimit": {"ConcurrentExecutions": 2000, "UnreservedConcurrentExecutions": 1500}}`
	withF = `{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f", ` +
		`"ReservedConcurrentExecutions": 50}}}}`
	silentF    = `{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f"}}}}`
	withOtherF = `{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f", ` +
		`"ReservedConcurrentExecutions": 60}}}}`
	withG     = `{"Resources": {"G": {"Type": "AWS::Lambda::Function"}}}`
	namedG    = `{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "G"}}}}`
	nameless  = `{"ReservedConcurrentExecutions": 200}`
	deployedF = `{"Configuration": {"FunctionName": "f", "MemorySize": 512}, "Concurrency": ` +
		`{"ReservedConcurrentExecutions": 200}}`
	tagged = `{"Configuration": {"FunctionName": "s-G-1"}, "Concurrency": {"ReservedConcurrentExecutions": 200}, ` +
		`"Tags": {"aws:cloudformation:logical-id": "G"}}`
	taggedToo = `{"Configuration": {"FunctionName": "s-G-2"}, "Concurrency": {"ReservedConcurrentExecutions": 200}, ` +
		`"Tags": {"aws:cloudformation:logical-id": "G"}}`
	provisionedTagged = `{"ProvisionedConcurrencyConfigs": [{"FunctionArn": ` +
		`"arn:aws:lambda:eu-west-1:123456789012:function:s-G-1:live", "RequestedProvisionedConcurrentExecutions": 30}]}`
	nothingSet   = `{}`
	provisionedF = `{"ProvisionedConcurrencyConfigs": [{"FunctionArn": ` +
		`"arn:aws:lambda:eu-west-1:123456789012:function:f:live", "RequestedProvisionedConcurrentExecutions": 30}]}`
	symbolic = `{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": ` +
		`{"Fn::Sub": "${AWS::StackName}-f"}, "ReservedConcurrentExecutions": 50}}}}`
	symbolicAlias = `{"Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": {"FunctionName": "f", ` +
		`"AutoPublishAlias": {"Ref": "AWS::StackName"}, "ProvisionedConcurrencyConfig": ` +
		`{"ProvisionedConcurrentExecutions": 5}}}}}`
	stranger = `{"Resources": {"F": {"Type": "AWS::Lambda::Function"}, "A": {"Type": "AWS::Lambda::Alias", ` +
		`"Properties": {"Name": "live", "FunctionName": {"Fn::ImportValue": "f"}, "ProvisionedConcurrencyConfig": ` +
		`{"ProvisionedConcurrentExecutions": 5}}}}}`
	shop     = "service: shop\nprovider: {name: aws, stage: prod}\nfunctions: {f: {handler: a, reservedConcurrency: 5}}"
	mail     = "service: mail\nprovider: {name: aws, stage: prod}\nfunctions: {f: {handler: a, reservedConcurrency: 7}}"
	physical = `{"Configuration": {"FunctionName": "shop-prod-f"}, "Concurrency": {"ReservedConcurrentExecutions": 4}}`
)

// joinCases are files with the outline of the joined account.
var joinCases = []struct {
	name   string
	files  []string
	chosen string
	want   string
}{
	{"one", []string{withF}, "", "f:50/0"},
	{"the account", []string{withF, quota}, "", "2000-500 f:50/0"},
	{"its old value is its own", []string{withF, quota, deployedF}, "", "2000-300 f:50/0<200"},
	{"in any order", []string{deployedF, quota, withF}, "", "2000-300 f:50/0<200"},
	{"of the only one", []string{withF, quota, nameless}, "", "2000-300 f:50/0<200"},
	{"which of them", []string{withF, withG, nameless}, "", "f:50/0 G:-/0 ?"},
	{"which of two stacks", []string{withG, withG, nameless}, "", "G:-/0 G in f1:-/0 ?"},
	{"that one", []string{withF, withG, nameless}, "G", "f:50/0 G:200/0<200"},
	{"what nobody changes stays", []string{silentF, quota, deployedF}, "", "2000-300 f:200/0<200"},
	{"nothing was set", []string{withF, quota, nothingSet}, "", "2000-500 f:50/0<0"},
	{"provisioned stays, too", []string{silentF, quota, provisionedF}, "", "2000-470 f:-/30<30"},
	{"what is, alone", []string{quota, deployedF}, "", "2000-300 f:200/0<200"},
	{"two that differ", []string{withF, withOtherF}, "", "f:60/0 !f"},
	{"two that agree", []string{withF, withF}, "", "f:50/0"},
	{"two claims", []string{quota,
		`{"AccountLimit": {"ConcurrentExecutions": 2000, "UnreservedConcurrentExecutions": 1400}}`}, "", "2000-600 !"},
	{"two quotas", []string{quota, `{"AccountLimit": {"ConcurrentExecutions": 3000}}`}, "", "3000-500 !"},
	{"two services with one key", []string{shop, mail}, "", "shop-prod-f:5/0 mail-prod-f:7/0"},
	{"by the physical name", []string{shop, physical}, "", "f:5/0<4"},
	{"of the only one, by both names", []string{shop, nameless, physical}, "", "f:5/0<4 !f"},
	{"a name that nothing depends on", []string{symbolic, quota}, "", "2000-500 F:50/0"},
	{"a logical id and a name", []string{withG, namedG}, "", "G:-/0 G in f1:-/0"},
	{"a name and a logical id", []string{namedG, withG}, "", "G:-/0 G in f1:-/0"},
	{"names of two stacks", []string{symbolic, symbolic}, "", "F:50/0 F in f1:50/0"},
	{"a name that may be that", []string{symbolic, deployedF}, "", "F:50/0 f:200/0<200 ?F"},
	{"an alias that may be that", []string{symbolicAlias, provisionedF}, "", "f:-/5<30 ?f"},
	{"an alias that nothing depends on", []string{symbolicAlias, quota}, "", "2000-500 f:-/5"},
	{"an alias of another function", []string{symbolicAlias, withG}, "", "f:-/5 G:-/0"},
	{"an entry that is not joined does not declare a function", []string{stranger, nameless}, "", "F:200/0<200 ?A"},
	{"by the tag of the stack", []string{withF, withG, quota, tagged}, "", "2000-300 f:50/0 G:200/0<200"},
	{"by the tag, whichever comes first", []string{provisionedTagged, tagged, withF, withG}, "", "f:50/0 G:200/30<200"},
	{"a tag of one of two templates", []string{withG, withG, tagged}, "", "G:-/0 G in f1:-/0 s-G-1:200/0<200"},
	{"a tag in two stacks", []string{withG, tagged, taggedToo}, "", "G:-/0 s-G-1:200/0<200 s-G-2:200/0<200"},
	{"whichever comes first", []string{physical, shop}, "", "f:5/0<4"},
}

func TestJoin(t *testing.T) {
	for _, c := range joinCases {
		t.Run(c.name, func(t *testing.T) {
			if got := outline(joinedFiles(t, c.chosen, c.files...)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// outline formats the quota, the concurrency claimed elsewhere, the functions as name:reserved/provisioned<before,
// and a mark for each unknown value and each conflict.
func outline(a check.Account) string {
	var got []string
	if a.Concurrency > 0 {
		got = append(got, fmt.Sprintf("%d-%d", a.Concurrency, a.ClaimedElsewhere))
	}
	for _, f := range a.Functions {
		reserved := "-"
		if r, ok := f.Reserved.Get(); ok {
			reserved = fmt.Sprint(r)
		}
		line := fmt.Sprintf("%s:%s/%d", f.Name, reserved, f.Provisioned)
		if before, ok := f.Deployment.Current.Get(); ok {
			line += fmt.Sprintf("<%d", before.Units())
		}
		got = append(got, line)
	}
	for _, u := range a.Unknown {
		got = append(got, "?"+u.Function.Or(""))
	}
	for _, x := range a.Conflicts {
		got = append(got, "!"+x.Function.Or(""))
	}
	return strings.Join(got, " ")
}
