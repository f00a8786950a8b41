package replay_test

import (
	"testing"

	"github.com/lambdacap/lambdacap/calc/replay"
)

// TestMemory checks that further days need no further memory: a day of a function may allocate for its worst times, and
// nothing for its minutes.
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
	if more := (allocated(12) - allocated(4)) / (8 * functions); more > 20 {
		t.Errorf("a day of a function allocates %v times", more)
	}
}
