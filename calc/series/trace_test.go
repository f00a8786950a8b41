package series_test

import (
	"testing"

	"github.com/lambdacap/lambdacap/calc/series"
)

// TestTrace checks that a trace returns the steps that were appended, across blocks, and leaves the missing ones
// missing.
func TestTrace(t *testing.T) {
	var trace series.Trace
	want := func(i int) series.Step {
		switch i % 4 {
		case 0:
			return series.Step{Offered: float64(i), DurationMS: 120, Maximum: 3}
		case 1:
			return series.Step{Offered: 0}
		case 2:
			return series.Step{Missing: true}
		}
		return series.Step{Offered: float64(i), Throttled: 2}
	}
	const steps = 5000
	for i := range steps {
		trace.Append(want(i))
	}
	if trace.Len() != steps {
		t.Fatalf("got %d steps, want %d", trace.Len(), steps)
	}
	for i := range steps {
		if got := trace.At(i); got != want(i) {
			t.Fatalf("step %d: got %+v, want %+v", i, got, want(i))
		}
	}
}

// TestCallEnd checks that an environment is busy for the init time and the duration.
func TestCallEnd(t *testing.T) {
	c := series.Call{StartNS: 5, DurationUS: 110_000, InitUS: 400_000}
	if got := c.EndNS(); got != 510_000_005 {
		t.Errorf("got %d", got)
	}
}
