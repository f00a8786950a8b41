package files

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

// joinedFiles reads several texts and joins them.
func joinedFiles(t *testing.T, chosen string, texts ...string) calc.Account {
	t.Helper()
	var all []Contents
	for i, text := range texts {
		c, err := parsedFile(fmt.Sprintf("f%d", i), []byte(text), Options{Params: map[string]string{"stage": "prod"}})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	a, _ := Join(all, nil, chosen)
	return a
}

// TestJoin: what several files say together.
func TestJoin(t *testing.T) {
	const (
		settings = `{"AccountLimit": {"ConcurrentExecutions": 2000, "UnreservedConcurrentExecutions": 1500}}`
		template = `{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f", "ReservedConcurrentExecutions": 50}}}}`
		silent   = `{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f"}}}}`
		other    = `{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f", "ReservedConcurrentExecutions": 60}}}}`
		second   = `{"Resources": {"G": {"Type": "AWS::Lambda::Function"}}}`
		nameless = `{"ReservedConcurrentExecutions": 200}`
		is       = `{"Configuration": {"FunctionName": "f", "MemorySize": 512}, "Concurrency": {"ReservedConcurrentExecutions": 200}}`
		unset    = `{}`
		configs  = `{"ProvisionedConcurrencyConfigs": [{"FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:f:live", "RequestedProvisionedConcurrentExecutions": 30}]}`
		shop     = "service: shop\nprovider: {name: aws, stage: prod}\nfunctions: {f: {handler: a, reservedConcurrency: 5}}"
		mail     = "service: mail\nprovider: {name: aws, stage: prod}\nfunctions: {f: {handler: a, reservedConcurrency: 7}}"
		physical = `{"Configuration": {"FunctionName": "shop-prod-f"}, "Concurrency": {"ReservedConcurrentExecutions": 4}}`
	)
	for _, c := range []struct {
		name   string
		files  []string
		chosen string
		want   string
	}{
		{"one", []string{template}, "", "f:50/0"},
		{"the account", []string{template, settings}, "", "2000-500 f:50/0"},
		{"its old value is its own", []string{template, settings, is}, "", "2000-300 f:50/0<200"},
		{"in any order", []string{is, settings, template}, "", "2000-300 f:50/0<200"},
		{"of the only one", []string{template, settings, nameless}, "", "2000-300 f:50/0<200"},
		{"which of them", []string{template, second, nameless}, "", "f:50/0 G:-/0 ?"},
		{"which of two stacks", []string{second, second, nameless}, "", "G:-/0 G in f1:-/0 ?"},
		{"that one", []string{template, second, nameless}, "G", "f:50/0 G:200/0<200"},
		{"what nobody changes stays", []string{silent, settings, is}, "", "2000-300 f:200/0<200"},
		{"nothing was set", []string{template, settings, unset}, "", "2000-500 f:50/0<0"},
		{"provisioned stays, too", []string{silent, settings, configs}, "", "2000-470 f:-/30<30"},
		{"what is, alone", []string{settings, is}, "", "2000-300 f:200/0<200"},
		{"two that differ", []string{template, other}, "", "f:60/0 !f"},
		{"two that agree", []string{template, template}, "", "f:50/0"},
		{"two claims", []string{settings, `{"AccountLimit": {"ConcurrentExecutions": 2000, "UnreservedConcurrentExecutions": 1400}}`}, "", "2000-600 !"},
		{"two quotas", []string{settings, `{"AccountLimit": {"ConcurrentExecutions": 3000}}`}, "", "3000-500 !"},
		{"two services with one key", []string{shop, mail}, "", "shop-prod-f:5/0 mail-prod-f:7/0"},
		{"by the physical name", []string{shop, physical}, "", "f:5/0<4"},
		{"of the only one, by both names", []string{shop, nameless, physical}, "", "f:5/0<4 !f"},
		{"whichever comes first", []string{physical, shop}, "", "f:5/0<4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := joinedFiles(t, c.chosen, c.files...)
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
			if text := strings.Join(got, " "); text != c.want {
				t.Errorf("got %q, want %q", text, c.want)
			}
		})
	}
}

// parsedFile reads a file that is in memory.
func parsedFile(name string, data []byte, o Options) (Contents, error) {
	return open(name, data, o).Read(o)
}
