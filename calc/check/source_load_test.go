package check_test

import (
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/source"
)

// TestSourceLoad checks that a load is judged where only the messages of an event source are known: 5,000 records/s, of
// which 10 shards with batches of 100 and 300 ms take 10 x 100/0.3 = 3,333.
func TestSourceLoad(t *testing.T) {
	stream := func(shards int64) check.Function {
		f := check.Function{Function: calc.Function{Name: "f", DurationMS: calc.Some(300.0)}}
		f.Sources = []source.Source{{Type: source.Kinesis, Shards: some(shards), Batch: some(100),
			MessagesRPS: calc.Some(5000.0)}}
		return f
	}
	for _, c := range []struct {
		shards int64
		want   string
	}{
		{10, "its source kinesis takes 3,333 of 5,000 records/s, bound by its shards; the rest waits: " +
			"raise the parallelization factor from 1 to 2"},
		{20, ""},
	} {
		r := check.Run(check.Account{Account: calc.Account{Concurrency: 1000},
			Functions: []check.Function{stream(c.shards)}}, check.Options{Question: check.Question{Headroom: 0.1}})
		got := ""
		for _, f := range r.Findings {
			if f.ID == "LC017" {
				got = f.Message + ": " + f.Remedy
			}
		}
		if got != c.want {
			t.Errorf("%d shards: got %q, want %q", c.shards, got, c.want)
		}
	}
}
