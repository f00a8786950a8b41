package drain

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/source"
)

// anyone returns a random function with a valid source.
func anyone(random *rand.Rand) calc.Function {
	log := func(least, most float64) float64 { return least * math.Pow(most/least, random.Float64()) }
	some := func(least, most float64) calc.Optional[int64] { return count(int64(log(least, most+0.99))) }
	types := source.Types()
	s := source.Source{Type: types[random.IntN(len(types))]}
	if random.IntN(4) > 0 {
		s.MessagesRPS = number(log(1e-3, 1e6))
	}
	if s.Backlog = number(math.Floor(log(1, 1e9)) - 1); random.IntN(3) == 0 {
		s.Backlog = number(0)
	}
	switch s.Type {
	case source.SQS:
		if random.IntN(2) == 0 {
			s.MaximumConcurrency = some(2, 1000)
		}
	case source.SQSFIFO:
		s.Groups = some(1, 1e4)
	case source.SQSProvisioned, source.KafkaQueue:
		s.PollersMin, s.PollersMax = count(2), some(2, 1000)
	case source.Kinesis, source.DynamoDB:
		s.Shards, s.Parallelization = some(1, 1000), some(1, 10)
	case source.Kafka, source.KafkaProvisioned:
		s.Partitions = some(1, 1000)
	}
	if s.Type != source.Async {
		s.Batch = some(1, 10)
	}
	if s.Type.IsQueue() && random.IntN(2) == 0 {
		s.MaxReceive = some(1, 20)
		s.RetentionS = number(log(60, 1e6))
	}
	f := calc.Function{Name: "f", DurationMS: number(log(1, 9e5)), Sources: []source.Source{s}}
	if random.IntN(3) == 0 {
		f.Reserved = count(random.Int64N(2) * int64(log(1, 3000)))
	}
	return f
}

// TestProperties checks what holds for every queue: nothing is lost from the books, figures are finite and in their
// ranges, and more units neither take longer nor lose more.
func TestProperties(t *testing.T) {
	random := rand.New(rand.NewPCG(34, 3))
	for range 4000 {
		check(t, anyone(random), random.Float64())
	}
}

func check(t *testing.T, f calc.Function, at float64) {
	t.Helper()
	a := calc.Account{Concurrency: 5000, Functions: []calc.Function{f}}
	got := result(t, a).Functions[0]
	if _, err := json.Marshal(got); err != nil { // it refuses NaN and infinities
		t.Fatalf("%+v: %v", f, err)
	}
	waiting := got.BacklogMessages
	for i, m := range got.Minutes {
		whole := math.Max(1, waiting+m.ArrivedMessages)
		if off := waiting + m.ArrivedMessages - m.TakenMessages - m.LostMessages - m.BacklogMessages; off > 1e-6*whole ||
			off < -1e-6*whole || m.TakenMessages < 0 || m.LostMessages < 0 || m.BacklogMessages < 0 || m.OldestAgeS < 0 {
			t.Fatalf("%+v: minute %d: %v too many of %v: %+v", f, i, off, whole, m)
		}
		if m.Concurrency > got.Concurrency || m.OldestAgeS > got.RetentionS.Or(math.Inf(1))*(1+1e-6)+1e-3 {
			t.Fatalf("%+v: minute %d: %+v", f, i, m)
		}
		waiting = m.BacklogMessages
	}
	if q := got.DLQRatio.Or(0); q < 0 || q > 1 || got.AgeGrowthRatio < 0 || got.AgeGrowthRatio > 1 ||
		got.BacklogPeakMessages.Or(math.Inf(1)) < got.BacklogMessages*(1-1e-9) {
		t.Fatalf("%+v: %+v", f, got)
	}
	if smooth, steps := got.DrainS.Or(0), got.DrainSteppedS.Or(0); got.LostMessages == 0 && steps < smooth*(1-1e-9) {
		t.Fatalf("%+v: slower pollers are faster: %v, %v", f, smooth, steps)
	}
	more := f
	more.Reserved = count(f.Reserved.Or(5000) + 100)
	if s := &more.Sources[0]; s.MaximumConcurrency.Known() {
		more.Sources = []source.Source{*s}
		more.Sources[0].MaximumConcurrency = count(min(1000, 2*s.MaximumConcurrency.Or(0)))
	}
	before, after := newDrainer(a, &f), newDrainer(a, &more)
	x, y := before.follow(smooth(before.Pace)), after.follow(smooth(after.Pace))
	if y.drained > x.drained*(1+1e-9) {
		t.Fatalf("%+v: more units take %v and not %v", f, y.drained, x.drained)
	}
	when := 1e6 * at
	if lost := before.lost(x, when); after.lost(y, when) > lost+1e-6*(before.Queued+float64(before.RPS*when)) {
		t.Fatalf("%+v: more units lose %v and not %v", f, after.lost(y, when), lost)
	}
}

// FuzzDrain checks the same for sources that the fuzzer finds.
func FuzzDrain(f *testing.F) {
	f.Add(uint64(1), uint64(2), 0.5)
	f.Fuzz(func(t *testing.T, a, b uint64, at float64) {
		if at >= 0 && at <= 1 {
			check(t, anyone(rand.New(rand.NewPCG(a, b))), at)
		}
	})
}
