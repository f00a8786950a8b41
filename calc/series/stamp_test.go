package series_test

import (
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/calc/series"
)

// TestStamp compares with package time, through leap years and before 1970.
func TestStamp(t *testing.T) {
	for s := int64(-5e9); s < 2e10; s += 9_876_543 {
		if got, want := series.Stamp(s), time.Unix(s, 0).UTC().Format(time.RFC3339); got != want {
			t.Fatalf("%d: %s, want %s", s, got, want)
		} else if back, ok := series.ParseStamp(got); s > -6e9 && (!ok || back != s) {
			t.Fatalf("%s is read as %d", got, back)
		}
	}
}
