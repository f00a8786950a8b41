package traffic_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
)

// TestClockChanges checks times of a clock that is set back or forward: an hour that comes twice, and one that does not
// come, are errors, since each would count for another.
func TestClockChanges(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("the machine has no time zones")
	}
	for _, c := range []struct{ first, second, want string }{
		{"2026-10-25 01:59", "2026-10-25 03:00", ""},
		{"2026-10-25 01:59", "2026-10-25 02:00", "a:3: 2026-10-25 02:00:00 comes twice on the clock of Europe/Berlin"},
		{"2026-10-25 02:59", "2026-10-25 03:00", "a:2: 2026-10-25 02:59:00 comes twice"},
		{"2026-10-25 02:30+02:00", "2026-10-25 02:30+01:00", ""},
		{"2026-03-29 01:59", "2026-03-29 03:00", ""},
		{"2026-03-29 01:59", "2026-03-29 02:00", "a:3: 2026-03-29 02:00:00 does not exist on the clock of Europe/Berlin"},
		{"2026-03-29 02:59", "2026-03-29 03:00", "a:2: 2026-03-29 02:59:00 does not exist"},
	} {
		result, err := readTexts(t, traffic.Options{TimeZone: berlin},
			fmt.Sprintf("time,count\n%s,5\n%s,5\n", c.first, c.second))
		switch {
		case c.want == "" && (err != nil || sumOf(result.Traces[0]).requests != 10):
			t.Errorf("%s, %s: %v", c.first, c.second, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s, %s: %v, want %s", c.first, c.second, err, c.want)
		}
	}
	_, err = readTexts(t, traffic.Options{TimeZone: berlin}, stamped(`"2026-10-25T02:00:00"`))
	if err == nil || !strings.Contains(err.Error(), "a: 2026-10-25 02:00:00 comes twice") {
		t.Errorf("in JSON: %v", err)
	}
}
