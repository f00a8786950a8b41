package replay_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/calc/source"
)

// queueOf is an account with a function that reads a queue.
func queueOf(maximum int64, retentionS calc.Optional[float64]) calc.Account {
	s := source.Source{MaximumConcurrency: calc.Some(maximum), RetentionS: retentionS}
	return calc.Account{Concurrency: 1000, Functions: []calc.Function{{Name: "f", Sources: []source.Source{s}}}}
}

// TestBacklog replays a queue of which 15 batches of half a second run at a time, so that 30 a second are taken: 5
// minutes of 100 a second leave 5 x 4,200 behind, which 35 minutes of 20 a second take away.
func TestBacklog(t *testing.T) {
	trace := day(500, 20, 10, 100, 5, 20, 45)
	f, _ := run(t, queueOf(15, calc.Optional[float64]{}), trace, replay.Options{})
	x := f.Source.Or(replay.Backlog{})
	near(t, "peak", x.PeakRequests, 21_000, 1e-9)
	near(t, "longest wait", x.LongestWaitS, 720, 1e-9) // the last 1,800 of the burst: 30,000/1,800 minutes after it began
	near(t, "served", f.OnDemandRequests, 60*(20*55+100*5), 1e-9)
	if x.WaitingRequests != 0 || x.LostRequests != 0 || f.Verdict != calc.Fits || f.Chance.Known() {
		t.Errorf("%+v: %+v", f.Verdict, x)
	}
	near(t, "most environments", float64(f.ConcurrencyMax.Or(0)), 15, 0)
	f, _ = run(t, queueOf(15, calc.Some(300.0)), trace, replay.Options{})
	x = f.Source.Or(replay.Backlog{})
	near(t, "lost", f.QueuedRequests, x.LostRequests, 1e-9)
	if x.LostRequests == 0 || x.LongestWaitS > 300 || f.Verdict != calc.Queues {
		t.Errorf("%+v: %+v", f.Verdict, x)
	}
	f, _ = run(t, queueOf(9, calc.Optional[float64]{}), trace, replay.Options{})
	x = f.Source.Or(replay.Backlog{})
	near(t, "waiting", x.WaitingRequests, 96_000-18*3600, 1e-9)
	near(t, "queued", f.QueuedRequests, x.WaitingRequests, 1e-9)
}

// TestBacklogProperties checks random traffic: what comes is taken, waits or is lost; none waits longer than it is
// kept; and a higher maximum takes more.
func TestBacklogProperties(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 18))
	for range 300 {
		var pairs []float64
		for range 1 + random.IntN(8) {
			pairs = append(pairs, math.Floor(random.Float64()*50), float64(1+random.IntN(20)))
		}
		trace := day(100+900*random.Float64(), pairs...)
		kept := calc.Some(60 + 3600*random.Float64())
		before := math.Inf(1)
		for _, maximum := range []int64{2, 5, 11, 30} {
			f, _ := run(t, queueOf(maximum, kept), trace, replay.Options{})
			x := f.Source.Or(replay.Backlog{})
			rest := x.WaitingRequests + x.LostRequests
			near(t, "parts", f.OnDemandRequests+rest, f.Requests, 1e-9)
			if math.Abs(f.QueuedRequests-rest) > 1e-6*f.Requests || x.LongestWaitS > kept.Or(0) || x.LateRequests < 0 ||
				f.QueuedRequests > before+1e-6*f.Requests || float64(f.ConcurrencyMax.Or(0)) > float64(maximum) {
				t.Fatalf("%v at %d: %+v, %+v", pairs, maximum, f.Sums, x)
			}
			before = f.QueuedRequests
		}
	}
}
