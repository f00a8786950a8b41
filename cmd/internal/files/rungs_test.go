package files

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record/recordtest"
)

// These tests compare the rules with independent implementations, one rung at a time: the committed output of the SAM
// translator, the translator itself, Terraform plans, Terraform itself, and recorded AWS responses. A skipped rung
// says why. Rungs that run another tool are in rungs_live_test.go.

// goldens returns the inputs of the SAM translator's own tests.
func goldens(t *testing.T) []string {
	t.Helper()
	inputs, err := filepath.Glob("testdata/sam-golden/*.input.yaml")
	if err != nil || len(inputs) == 0 {
		t.Fatal(inputs, err)
	}
	return inputs
}

// read reads one file into an account.
func read(t *testing.T, path string, params map[string]string) check.Account {
	t.Helper()
	c, err := Open(path, nil, record.Options{}).Read(record.Options{Params: params})
	if err != nil {
		t.Fatal(err)
	}
	a, _ := Join([]record.File{c}, nil, "", false)
	return a
}

// TestRungSAMGolden reads each SAM template and the output SAM generated from it. Both must give the same
// account.
func TestRungSAMGolden(t *testing.T) {
	params := map[string]string{"Concurrency": "7", "FnName": "fn", "ProvisionedConcurrency": "10"}
	for _, input := range goldens(t) {
		t.Run(filepath.Base(input), func(t *testing.T) {
			output := strings.Replace(input, ".input.yaml", ".output.json", 1)
			data, err := os.ReadFile(output)
			if err != nil {
				t.Fatal(err)
			}
			sameAsSAM(t, read(t, input, params), output, data, params)
		})
	}
}

// sameAsSAM compares an account with SAM's output for its template: a CloudFormation template, or an error.
func sameAsSAM(t *testing.T, a check.Account, name string, output []byte, params map[string]string) {
	t.Helper()
	var refusal struct {
		Message string `json:"errorMessage"`
	}
	if err := json.Unmarshal(output, &refusal); err != nil {
		t.Fatal(err)
	}
	if refusal.Message != "" {
		found := check.Run(a, check.Options{}).Findings
		if !slices.ContainsFunc(found, func(f check.Finding) bool {
			return f.ID == unaliased && strings.HasSuffix(refusal.Message, f.AWSMessage.Or("no message"))
		}) {
			t.Errorf("SAM says %q, the findings are %v", refusal.Message, found)
		}
		return
	}
	c, err := parsedFile(name, output, record.Options{Params: params})
	if err != nil {
		t.Fatal(err)
	}
	b, _ := Join([]record.File{c}, nil, "", false)
	if got, want := settings(a), settings(b); got != want {
		t.Errorf("the template says\n%s\nSAM makes of it\n%s", got, want)
	}
}

// unaliased is the rule about provisioned concurrency without AutoPublishAlias.
const unaliased rule.ID = "LC005"

// settings formats the settings of an account. It omits the names of versions, which differ between the two.
func settings(a check.Account) string {
	var lines []string
	for _, f := range a.Functions {
		line := fmt.Sprint(f.Name, " reserved ", f.Reserved, " provisioned ", f.Provisioned,
			" memory ", f.MemoryMB.Or(128), " arch ", f.Arch, " storage ", f.EphemeralMB,
			" snap start ", f.Deployment.SnapStart.Known())
		for _, x := range f.Deployment.Allocations {
			line += fmt.Sprint(" allocation ", x.Qualifier, " ", x.Units)
		}
		for _, x := range f.Deployment.Aliases {
			line += fmt.Sprint(" alias ", x.Name, " new ", strings.HasPrefix(x.Version, record.Published("")))
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestRungTerraformPlans(t *testing.T) {
	const same = "\nunknown function_name of aws_lambda_function.%s: another function in the file has the same name"
	infracost := []string{
		"lambda_arm memory=128 arm64",
		"lambda_duration_11B_arm memory=1024 arm64",
		"lambda_duration_15B memory=2048",
		"lambda_duration_18B_arm memory=2048 arm64",
		"lambda_duration_6B memory=512",
		"lambda_duration_75B_arm memory=512 arm64",
		"lambda_duration_9B memory=1024",
		"lambda_withUsage memory=128",
		"lambda_withUsage512Mem memory=512",
		"lambda_withUsage512Mem_arm memory=512 arm64",
		"lambda_withUsage_arm memory=128 arm64",
	}
	twelve := "lambda_function_name unreserved memory=128 was(?,0)"
	for _, f := range infracost {
		name, rest, _ := strings.Cut(f, " ")
		twelve += "\naws_lambda_function." + name + " unreserved " + rest
	}
	for _, f := range infracost {
		name, _, _ := strings.Cut(f, " ")
		twelve += fmt.Sprintf(same, name)
	}
	created := `
api unreserved memory=512 alias(live="new version aws_lambda_function.f[\"api\"]") allocation(live=50) ` +
		`target(live=5..100 tracking 0.7) was(?,0)
worker reserved=200 memory=1024 poller(50 batch 10) was(?,0)
`
	for name, want := range map[string]string{
		"generated.create.tf1.11.4-aws5.100.0.plan.json":                         created,
		"generated.from-infracost.lambda_function.tf1.11.4-aws5.100.0.plan.json": twelve + "\n",
		"generated.from-infracost.lambda_provisioned_concurrency.tf1.11.4-aws5.100.0.plan.json": `
lambda_function_name allocation(1=50) allocation(1=100)
`,
		"generated.state.tf1.11.4-aws5.100.0.json": `
api unreserved deployed memory=512 x86_64 ephemeral=512 alias(live="1")
worker reserved=200 deployed memory=1024 x86_64 ephemeral=512
`,
		"infracost.example_plan.tf1.0.5.plan.json": `
hello_world unreserved memory=1024 was(?,0)
aws_lambda_function.zero_cost_lambda unreserved memory=1024` + fmt.Sprintf(same, "zero_cost_lambda") + "\n",
		"infracost.examples-terraform.tf1.0.2.plan.json": `
hello_world unreserved memory=1024 was(?,0)
`,
		"infracost.plan_with_terraform_wrapper.json": `
hello_world unreserved memory=1024 was(?,0)
`,
		"terraform-compliance.must_not_be_in-pass.tf1.0.7.plan.json": `
lambda_function_name_a unreserved memory=128 was(?,0)
lambda_function_name_b unreserved memory=128 was(?,0)
lambda_function_name_c unreserved memory=128 was(?,0)
lambda_function_name_d unreserved memory=128 was(?,0)
`,
	} {
		t.Run(name, func(t *testing.T) {
			data := planSample(t, name)
			c, err := parsedFile(name, data, record.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if c.Format != "terraform" {
				t.Errorf("read as %s", c.Format)
			}
			wantOutline(t, c, want)
		})
	}
}

// wantOutline checks the outline of a file.
func wantOutline(t *testing.T, c record.File, want string) {
	t.Helper()
	if got := recordtest.Outline(c); got != strings.TrimPrefix(want, "\n") {
		t.Errorf("the file says\n%s\nwant\n%s", got, strings.TrimPrefix(want, "\n"))
	}
}

func planSample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "plans", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
