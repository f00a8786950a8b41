package drain

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc/source"
)

// times is a heap of moments, seconds.
type times []float64

func (h times) Len() int           { return len(h) }
func (h times) Less(i, j int) bool { return h[i] < h[j] }
func (h times) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *times) Push(x any)        { *h = append(*h, x.(float64)) }
func (h *times) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}

// simulated lets pollers take batches one by one, without a formula: the first pollers at once, and each of the others
// when it is there. Messages arrive as a Poisson process, and durations are exponential. It returns when a poller first
// finds nothing, and how many messages got too old before that.
func simulated(random *rand.Rand, s source.Source, durationS, keptS float64) (empty float64, lost int) {
	pace := s.Pace(source.Room{Units: 1 << 20, DurationS: durationS})
	free := &times{}
	for n := 1.0; n <= pace.Concurrency; n++ {
		start := 0.0
		if n > pace.Start {
			start = (n - pace.Start) / pace.PerS
		}
		heap.Push(free, start)
	}
	waiting := make([]float64, int(s.Backlog.Or(0))) // when each of them arrived
	rps, next := s.MessagesRPS.Or(0), math.Inf(1)
	if rps > 0 {
		next = random.ExpFloat64() / rps
	}
	for {
		now := (*free)[0]
		for ; next <= now; next += random.ExpFloat64() / rps {
			waiting = append(waiting, next)
		}
		for len(waiting) > 0 && now-waiting[0] > keptS {
			waiting = waiting[1:]
			lost++
		}
		if len(waiting) == 0 {
			return now, lost
		}
		waiting = waiting[min(len(waiting), int(s.Batch.Or(10))):]
		(*free)[0] = now + durationS*random.ExpFloat64()
		heap.Fix(free, 0)
	}
}

// TestSimulate compares the fluid with pollers that take batches one by one: within 2 % and the duration of a batch,
// since a poller takes all messages of a batch at its start.
func TestSimulate(t *testing.T) {
	random := rand.New(rand.NewPCG(34, 1))
	tests := []struct {
		s         source.Source
		durationS float64
		keptS     float64
	}{
		{source.Source{Backlog: number(1e5), MaximumConcurrency: count(1000)}, 0.5, math.Inf(1)},
		{source.Source{Backlog: number(2e5), MessagesRPS: number(200), MaximumConcurrency: count(50)}, 0.5, math.Inf(1)},
		{source.Source{Backlog: number(5e4), MessagesRPS: number(2000)}, 0.8, math.Inf(1)},
		{source.Source{Type: source.SQSFIFO, Groups: count(20), Backlog: number(5e4), MessagesRPS: number(100)}, 1,
			math.Inf(1)},
		{source.Source{Type: source.SQSProvisioned, PollersMin: count(2), PollersMax: count(50), Backlog: number(2e5),
			Batch: count(10)}, 2, math.Inf(1)},
		{source.Source{Type: source.SQSFIFO, Groups: count(20), Backlog: number(5e4), MessagesRPS: number(100)}, 1, 200},
	}
	for _, test := range tests {
		s := test.s
		if !math.IsInf(test.keptS, 1) {
			s.RetentionS = number(test.keptS)
		}
		f := of(t, s, test.durationS*1000, none)
		const runs = 5
		empty, lost := 0.0, 0.0
		for range runs {
			at, gone := simulated(random, s.Completed(), test.durationS, test.keptS)
			empty, lost = empty+at/runs, lost+float64(gone)/runs
		}
		if drained := f.DrainS.Or(-1); math.Abs(drained-empty) > 0.02*empty+test.durationS {
			t.Errorf("%+v: empty after %v, simulated %v", test.s, drained, empty)
		}
		if math.Abs(f.LostMessages-lost) > 0.02*f.BacklogMessages {
			t.Errorf("%+v: %v lost, simulated %v", test.s, f.LostMessages, lost)
		}
	}
}

// TestSimulateDeadLetters compares the bound of refused receives with batches that are tried at random moments, a
// second apart in the mean, until the visibility timeout ends. It is never below, and at most 0.1 above. A poller whose
// batch ends waits as well: if it invoked its next batch at once, the others would be refused more often than that.
func TestSimulateDeadLetters(t *testing.T) {
	random := rand.New(rand.NewPCG(34, 2))
	for _, test := range []struct{ pollers, units, durationS, visibilityS float64 }{
		{5, 1, 30, 30}, {5, 1, 30, 180}, {5, 2, 10, 60}, {20, 10, 60, 60},
	} {
		s := source.Source{MaximumConcurrency: count(int64(test.pollers)), VisibilityS: number(test.visibilityS)}
		bound, _ := s.DeadLetters(source.Room{Units: int64(test.units), DurationS: test.durationS})
		refused := refusedReceives(random, int(test.pollers), int(test.units), test.durationS, test.visibilityS)
		if q := bound.Or(-1); q < refused || q > refused+0.1 {
			t.Errorf("%+v: at most %v, simulated %v", test, q, refused)
		}
	}
}

// refusedReceives simulates pollers that always have a batch in hand. It returns the share of batches that never ran.
func refusedReceives(random *rand.Rand, pollers, units int, durationS, visibilityS float64) float64 {
	received, next := make([]float64, pollers), &times{}
	of := map[float64]int{} // the poller that tries at a moment, or the last one, whose batch ends then
	running, batches, refused := 0, 0, 0
	try := func(i int, at float64) {
		of[at] = i
		heap.Push(next, at)
	}
	for i := range pollers {
		try(i, random.Float64())
	}
	for batches < 40_000 {
		now := heap.Pop(next).(float64)
		i := of[now]
		delete(of, now)
		switch {
		case i >= pollers: // a batch ends
			running--
			i -= pollers
			received[i] = now
			try(i, now+random.ExpFloat64())
		case now-received[i] > visibilityS:
			batches, refused = batches+1, refused+1
			received[i] = now
			try(i, now+random.ExpFloat64())
		case running < units:
			running++
			batches++
			try(i+pollers, now+durationS*random.ExpFloat64())
		default:
			try(i, now+random.ExpFloat64())
		}
	}
	return float64(refused) / float64(batches)
}
