package replay_test

import (
	"testing"

	"github.com/lambdacap/lambdacap/calc/replay"
)

// TestMemory checks that further days hardly need further memory: a minute allocates nothing.
func TestMemory(t *testing.T) {
	const functions = 10
	allocated := func(days int) float64 {
		a, traces, of := many(functions, 1440*days)
		return testing.AllocsPerRun(2, func() {
			if _, err := replay.Replay([]replay.Setting{{Account: a}}, traces, of, replay.Options{Scale: 1}); err != nil {
				t.Fatal(err)
			}
		})
	}
	if more := (allocated(12) - allocated(4)) / (8 * 1440); more > 0.1 {
		t.Errorf("a minute allocates %v times", more)
	}
}
