package encode_test

import (
	"encoding/json"
	"fmt"
	"io"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/format/document"
	"github.com/lambdacap/lambdacap/format/encode"
)

// large returns the plan of an account with 10,000 functions.
func large(b *testing.B) document.Plan {
	b.Helper()
	a := calc.Account{Concurrency: 10_000_000}
	for i := range 10_000 {
		a.Functions = append(a.Functions, calc.Function{
			Name: fmt.Sprint("f", i), RPS: calc.Some(float64(1 + i%5000)), DurationMS: calc.Some(float64(5 + i%2000)),
		})
	}
	plan, err := calc.Plan(a, calc.PlanOptions{})
	if err != nil {
		b.Fatal(err)
	}
	return document.NewPlan(document.Inputs{}, plan, nil)
}

// BenchmarkJSON writes a large document.
func BenchmarkJSON(b *testing.B) {
	plan := large(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := encode.JSON(io.Discard, plan); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEncodingJSON writes the same document with encoding/json, for comparison with BenchmarkJSON.
func BenchmarkEncodingJSON(b *testing.B) {
	plan := large(b)
	b.ReportAllocs()
	for b.Loop() {
		e := json.NewEncoder(io.Discard)
		e.SetIndent("", "  ")
		if err := e.Encode(plan); err != nil {
			b.Fatal(err)
		}
	}
}
