package series_test

import (
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/lambdacap/lambdacap/calc/series"
)

// TestColumn compares a column with a map, for numbers that are set in any order, again, and far from each other.
func TestColumn(t *testing.T) {
	var c series.Column
	if _, _, any := c.Bounds(); any {
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
	steps := slices.Collect(maps.Keys(want))
	first, last, any := c.Bounds()
	if !any || first != slices.Min(steps) || last != slices.Max(steps) {
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

// TestFill compares a column that is filled, mostly in order, with one that is set.
func TestFill(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		var filled, set series.Column
		step := random.IntN(3000)
		for range 500 {
			x := float64(random.IntN(3)) / 2
			if random.IntN(50) == 0 {
				x = 0.1
			}
			want, had := set.At(step)
			grew := !had && set.Set(step, x)
			if old, has, grown := filled.Fill(step, x); old != want || has != had || grown != grew {
				t.Fatalf("step %d: got %v, %v, %v; want %v, %v, %v", step, old, has, grown, want, had, grew)
			}
			if near := step - random.IntN(20); near >= 0 {
				got, has := filled.At(near)
				if want, had := set.At(near); got != want || has != had {
					t.Fatalf("step %d: got %v, %v; want %v, %v", near, got, has, want, had)
				}
			}
			switch step++; random.IntN(40) {
			case 0:
				step += random.IntN(2000)
			case 1:
				step = max(0, step-random.IntN(30))
			case 2:
				filled.Set(step, x)
				set.Set(step, x)
			}
		}
		if !reflect.DeepEqual(numbers(&filled), numbers(&set)) {
			t.Fatal("other numbers")
		}
	}
}

// TestSetAll compares numbers that are set at the same time with those that are set one by one.
func TestSetAll(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		var all, set series.Column
		for step := random.IntN(3000); step < 10_000; {
			list, distance, grew := make([]float64, 1+random.IntN(9)), 1+random.IntN(3)*random.IntN(700), 0
			for i := range list {
				if list[i] = float64(random.IntN(3)); random.IntN(100) == 0 {
					list[i] = 0.1
				}
				if set.Set(step+i*distance, list[i]) {
					grew++
				}
			}
			if got := all.SetAll(step, distance, list); got != grew {
				t.Fatalf("grew by %d blocks, want %d", got, grew)
			}
			step += len(list) * distance
		}
		if !reflect.DeepEqual(numbers(&all), numbers(&set)) {
			t.Fatal("other numbers")
		}
	}
}

// numbers returns the numbers of a column, by step.
func numbers(c *series.Column) map[int]float64 {
	list := map[int]float64{}
	for i, x := range c.All() {
		list[i] = x
	}
	return list
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
	if !trace.Missing() || !trace.Throttles() || trace.Len() != len(want) {
		t.Fatalf("%d steps", trace.Len())
	}
	for i, step := range want {
		if got := trace.At(i); got != step {
			t.Errorf("step %d: got %+v, want %+v", i, got, step)
		}
	}
}
