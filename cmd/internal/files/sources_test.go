package files

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record/recordtest"
)

// TestRungSources reads the sources of root modules, and the plans that Terraform made of them. Both must give the same
// functions, settings and findings, but for what only the plan knows: what was there before, and why a value is
// unknown.
func TestRungSources(t *testing.T) {
	plans, err := filepath.Glob("testdata/sources/*.plan.json")
	if err != nil || len(plans) == 0 {
		t.Fatal(plans, err)
	}
	for _, plan := range plans {
		folder := strings.TrimSuffix(plan, ".plan.json")
		t.Run(filepath.Base(folder), func(t *testing.T) { sameAsPlan(t, folder, plan) })
	}
}

// TestRungOldSources is TestRungSources for the files whose plans are samples of the plan reader.
func TestRungOldSources(t *testing.T) {
	for source, plan := range map[string]string{
		"generated.capacity.main.tf":        "generated.create.tf1.11.4-aws5.100.0.plan.json",
		"infracost.lambda_function_test.tf": "generated.from-infracost.lambda_function.tf1.11.4-aws5.100.0.plan.json",
		"infracost.lambda_provisioned_concurrency_config_test.tf": "generated.from-infracost." +
			"lambda_provisioned_concurrency.tf1.11.4-aws5.100.0.plan.json",
	} {
		t.Run(source, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", "terraform", source))
			if err != nil {
				t.Fatal(err)
			}
			sameAsPlan(t, folder(t, map[string]string{"main.tf": string(data)}), filepath.Join("testdata", "plans", plan))
		})
	}
}

// sameAsPlan compares the sources in a folder with a plan.
func sameAsPlan(t *testing.T, folder, plan string) {
	t.Helper()
	fromSources, err := openRoot(folder).Read(record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fromPlan, err := Open(plan, nil, record.Options{}).Read(record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := comparable(fromSources), comparable(fromPlan); got != want {
		t.Errorf("the sources say\n%s\nthe plan says\n%s", got, want)
	}
	if got, want := findings(fromSources), findings(fromPlan); got != want {
		t.Errorf("the findings about the sources are\n%s\nabout the plan\n%s", got, want)
	}
}

// onlyPlan matches what only a plan knows.
var onlyPlan = regexp.MustCompile(` was\([^)]*\)|(unknown .*): .*`)

// comparable returns the outline of a file without what only a plan knows.
func comparable(c record.File) string { return onlyPlan.ReplaceAllString(recordtest.Outline(c), "$1") }

// findings lists the rules that the settings of a file break, and by which functions.
func findings(c record.File) string {
	a, _ := Join([]record.File{c}, nil, "", false)
	var list []string
	for _, f := range check.Run(a, check.Options{}).Findings {
		list = append(list, fmt.Sprint(f.ID, " ", f.Function.Or("")))
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}
