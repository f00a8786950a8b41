package erlang_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// near reports whether two numbers agree to a relative error.
func near(got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance*math.Abs(want)
}

// A calculation computes one kind of value from its named inputs.
type calculation func(in func(string) float64) any

// calculations are the kinds of values in the file, by the prefix of their ids.
var calculations = map[string]calculation{
	"erlb":      func(in func(string) float64) any { return erlang.B(in("N"), in("a_erlang")) },
	"erlb-real": func(in func(string) float64) any { return erlang.B(in("x"), in("a_erlang")) },
	"lnerlb":    func(in func(string) float64) any { return erlang.LogB(in("N"), in("a_erlang")) },
	"inverlb":   func(in func(string) float64) any { return float64(erlang.Servers(in("a_erlang"), in("eps"))) },
	"maxload":   func(in func(string) float64) any { return erlang.Load(in("N"), in("eps")) },
	"overflow": func(in func(string) float64) any {
		mean, variance := erlang.Overflow(in("N"), in("a_erlang"))
		return map[string]any{"mean": mean, "variance": variance, "peakedness": variance / mean}
	},
	"split": func(in func(string) float64) any {
		first, all := erlang.B(in("N"), in("a_erlang")), erlang.B(in("L"), in("a_erlang"))
		return map[string]any{
			"pc": 1 - first, "on_demand": first - all, "throttled": all, "spillover_incl_throttled": first,
		}
	},
	"poisq": func(in func(string) float64) any { return float64(erlang.Quantile(in("a_erlang"), in("p"))) },
	"cold": func(in func(string) float64) any {
		return erlang.ColdStarts(in("rate")*in("service_mean_s"), in("T_s")/in("service_mean_s"), in("N"), 1e9)
	},
	"ratecap": func(in func(string) float64) any { return erlang.LimiterLoss(in("rps"), in("K_per_window")) },
}

// TestValues compares with values computed to 50 digits, see how_computed in ../testdata/probability-values.json.
func TestValues(t *testing.T) {
	data, err := os.ReadFile("../testdata/probability-values.json")
	if err != nil {
		t.Fatal(err)
	}
	var values []struct {
		ID        string
		Inputs    map[string]any
		Expected  any
		Tolerance struct{ Value float64 }
	}
	if err := json.Unmarshal(data, &values); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, v := range values {
		kind, rest, _ := strings.Cut(v.ID, "-")
		if kind == "erlb" && strings.HasPrefix(rest, "real") {
			kind = "erlb-real"
		}
		calculate, ok := calculations[kind]
		if !ok {
			continue // a value of another package
		}
		seen[kind] = true
		t.Run(v.ID, func(t *testing.T) {
			got := calculate(func(key string) float64 {
				x, ok := v.Inputs[key].(float64)
				if !ok && !(kind == "cold" && key == "N") { // without N, no servers are always kept
					t.Fatalf("no input %q", key)
				}
				return x
			})
			if object, ok := v.Expected.(map[string]any); ok && kind == "cold" {
				compare(t, "", got, object["p_cold"], v.Tolerance.Value)
				return
			}
			compare(t, "", got, v.Expected, v.Tolerance.Value)
		})
	}
	if len(seen) != len(calculations) {
		t.Errorf("only %v were found in the file", seen)
	}
}

// compare compares a number, or an object of numbers, with the expected value.
func compare(t *testing.T, path string, got, want any, tolerance float64) {
	t.Helper()
	if object, ok := want.(map[string]any); ok {
		for key, value := range object {
			compare(t, path+"."+key, got.(map[string]any)[key], value, tolerance)
		}
		return
	}
	if !near(got.(float64), want.(float64), tolerance) {
		t.Errorf("%s = %v, want %v within %v", path, got, want, tolerance)
	}
}
