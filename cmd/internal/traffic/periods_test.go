package traffic_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
)

// TestOldData checks that minutes after sums of 5 minutes are noticed: in two files, and in one where CloudWatch no
// longer has minutes. A night with a job every 5 minutes is none.
func TestOldData(t *testing.T) {
	type part struct {
		step, from time.Duration
		n          int
	}
	answer := func(parts ...part) string {
		var times, values []string
		for _, p := range parts {
			for i := range p.n {
				at := now.Truncate(time.Hour).Add(p.from + time.Duration(i)*p.step)
				times = append(times, at.Format(`"2006-01-02T15:04:05Z07:00"`))
				values = append(values, "5")
			}
		}
		return fmt.Sprintf(`{"MetricDataResults":[{"Id":"m1","Label":"Invocations","Timestamps":[%s],"Values":[%s]}]}`,
			strings.Join(times, ","), strings.Join(values, ","))
	}
	old, day := -15*24*time.Hour, 24*time.Hour
	coarse := func(from time.Duration) part { return part{5 * time.Minute, from, 288} }
	fine := func(from time.Duration) part { return part{time.Minute, from, 1440} }
	for _, c := range []struct {
		want  string
		texts []string
	}{
		{"coarse-period gaps", []string{answer(coarse(old - day)), answer(fine(old))}},
		{"coarse-period gaps", []string{answer(coarse(old + day)), answer(fine(old + 2*day))}},
		{"coarse-period gaps", []string{answer(coarse(old-day), fine(old))}},
		{"gaps", []string{answer(coarse(old+day), fine(old+2*day))}},
		{"", []string{answer(fine(old-day), fine(old))}},
	} {
		result, err := readTexts(t, traffic.Options{}, c.texts...)
		if err != nil || words(result) != c.want {
			t.Errorf("got %s, %v; want %s", words(result), err, c.want)
		}
	}
}

// TestTwoPeriods checks that sums over 5 minutes are not taken for those of a minute, which other metrics have.
// A job every 5 minutes has no durations between, whatever fills the gaps of its throttles.
func TestTwoPeriods(t *testing.T) {
	const requests, zeros = "m1 Invocations: 5 - - - - 5 - - - - 5", "m2 Throttles: 0 0 0 0 0 0 0 0 0 0 0"
	for durations, want := range map[string]string{
		"m3 Duration: 9 9 9 9 9 9 9 9 9 9 9": "its requests come every 5m, and their durations every 1m",
		"m3 Duration: 9 - - - - 9 - - - - 9": "",
	} {
		_, err := readTexts(t, traffic.Options{}, data(requests, zeros, durations))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %s", durations, err, want)
		}
	}
}
