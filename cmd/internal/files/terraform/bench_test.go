package terraform

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// plan5MB returns a plan with about 2,800 resources, built from copies of the sample's.
func plan5MB(tb testing.TB) []byte {
	var plan map[string]any
	if err := json.Unmarshal(planSample(tb, "generated.create.tf1.11.4-aws5.100.0.plan.json"), &plan); err != nil {
		tb.Fatal(err)
	}
	copies := func(list any) (all []any) {
		text, err := json.Marshal(list)
		if err != nil {
			tb.Fatal(err)
		}
		for i := range 350 {
			number := fmt.Sprint(i)
			var more []any
			renamed := strings.NewReplacer(
				`"api"`, `"api`+number+`"`, `\"api\"`, `\"api`+number+`\"`, `:api:`, `:api`+number+`:`,
				`"worker"`, `"worker`+number+`"`, `\"worker\"`, `\"worker`+number+`\"`,
				`.live"`, `.live[`+number+`]"`, `.pc"`, `.pc[`+number+`]"`, `.sqs"`, `.sqs[`+number+`]"`,
				`.t"`, `.t[`+number+`]"`, `.p"`, `.p[`+number+`]"`).Replace(string(text))
			if err := json.Unmarshal([]byte(renamed), &more); err != nil {
				tb.Fatal(err)
			}
			all = append(all, more...)
		}
		return all
	}
	module := plan["planned_values"].(map[string]any)["root_module"].(map[string]any)
	module["resources"] = copies(module["resources"])
	plan["resource_changes"] = copies(plan["resource_changes"])
	data, err := json.Marshal(plan)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// TestTerraformAllocates checks that the memory allocated by reading is proportional to the size of the file, and does
// not depend on the number of its objects.
func TestTerraformAllocates(t *testing.T) {
	data := plan5MB(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c, err := read(data)
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Functions) < 700 {
		t.Errorf("%d functions, want at least 700", len(c.Functions))
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 3*uint64(len(data)) {
		t.Errorf("reading %d bytes allocates %d, want at most three times as much", len(data), allocated)
	}
}

func BenchmarkTerraform5MB(b *testing.B) {
	data := plan5MB(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := read(data); err != nil {
			b.Fatal(err)
		}
	}
	read := b.Elapsed() / time.Duration(b.N)
	const rounds = 10
	begin := time.Now()
	for range rounds {
		if !json.Valid(data) {
			b.Fatal("the plan is not JSON")
		}
	}
	yardstick := time.Since(begin) / rounds
	b.ReportMetric(float64(read)/float64(len(data)), "ns/byte")
	b.ReportMetric(float64(read)/float64(yardstick), "×json.Valid")
}
