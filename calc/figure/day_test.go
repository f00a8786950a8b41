package figure_test

import (
	"testing"

	"github.com/lambdacap/lambdacap/calc/figure"
)

// TestBusiestHours checks the first time with the highest rate.
func TestBusiestHours(t *testing.T) {
	for _, c := range []struct {
		rates    []float64
		from, to int
	}{
		{[]float64{1}, 0, 1},
		{[]float64{1, 3, 3, 2, 3}, 1, 3},
		{[]float64{1, 2, 2}, 1, 3},
	} {
		if from, to := figure.BusiestHours(c.rates); from != c.from || to != c.to {
			t.Errorf("%v: from %d to %d", c.rates, from, to)
		}
	}
}
