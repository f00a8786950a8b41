package series_test

import (
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc/series"
)

// TestColumn compares a column with a map, for numbers that are set in any order, again, and far from each other.
func TestColumn(t *testing.T) {
	var c series.Column
	if _, _, any := c.Steps(); any {
		t.Error("an empty column has steps")
	}
	if x, ok := c.At(7); ok || x != 0 {
		t.Errorf("an empty column has %v", x)
	}
	want := map[int]float64{}
	grown := 0
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		i, x := 1_000_000+random.IntN(100_000), float64(random.IntN(3))
		if i%7 == 0 && i > 1_050_000 {
			x += 0.1 // needs a float64
		}
		if random.IntN(10) == 0 {
			i -= 900_000
		}
		want[i] = x
		if c.Set(i, x) {
			grown++
		}
	}
	first, last, any := c.Steps()
	if !any || first > 100_000 || first < 100_000-series.BlockSteps || last < 1_099_000 {
		t.Errorf("steps from %d to %d", first, last)
	}
	blocks := map[int]bool{}
	for i := range 1_200_000 {
		x, has := want[i]
		if got, ok := c.At(i); got != x || ok != has {
			t.Fatalf("step %d: got %v, %v; want %v, %v", i, got, ok, x, has)
		}
		if has {
			blocks[i/(series.BlockSteps)] = true
		}
	}
	if grown != len(blocks) {
		t.Errorf("grew by %d blocks, has %d", grown, len(blocks))
	}
}

// TestSetSteps checks a trace of columns whose steps do not start at 0.
func TestSetSteps(t *testing.T) {
	var c series.Columns
	c.Offered.Set(5000, 7)
	c.Offered.Set(5002, 8)
	c.Throttled.Set(5002, 1)
	c.DurationMS.Set(5000, 120)
	c.Maximum.Set(5001, 9)
	trace := series.Trace{StepS: 60}
	trace.SetSteps(c, 5000, 5002)
	trace.Append(series.Step{Offered: 4})
	want := []series.Step{{Offered: 7, DurationMS: 120}, {Maximum: 9, Missing: true}, {Offered: 8, Throttled: 1},
		{Offered: 4}}
	if trace.Len() != len(want) {
		t.Fatalf("%d steps", trace.Len())
	}
	for i, step := range want {
		if got := trace.At(i); got != step {
			t.Errorf("step %d: got %+v, want %+v", i, got, step)
		}
	}
}
