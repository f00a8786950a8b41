package calc_test

import (
	"encoding/json"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/drain"
	"github.com/lambdacap/lambdacap/calc/source"
)

// queue returns a function with batches of 10 that take 500 ms.
func queue(messages float64, s source.Source) calc.Function {
	s.MessagesRPS = rps(messages)
	return calc.Function{Name: "queue", DurationMS: ms(500), Sources: []source.Source{s}}
}

// TestSources checks what sources let through: AWS's agent toolkit has min(1250, MaximumConcurrency, RC), pollers x 10,
// and shards x factor, with 100 shards x 10 = 1,000.
func TestSources(t *testing.T) {
	stream := source.Source{Type: source.Kinesis, Shards: units(100), Parallelization: units(10), Batch: units(1)}
	for _, c := range []struct {
		name        string
		s           source.Source
		quota       int64
		reserved    calc.Optional[int64]
		concurrency int64
		by          source.Bound
	}{
		{"AWS's maximum", source.Source{}, 10_000, calc.Optional[int64]{}, 1250, source.Maximum},
		{"maximum", source.Source{MaximumConcurrency: units(50)}, 10_000, calc.Optional[int64]{}, 50, source.Maximum},
		{"maximum = reserved", source.Source{MaximumConcurrency: units(50)}, 10_000, units(50), 50, source.Maximum},
		{"reserved", source.Source{MaximumConcurrency: units(50)}, 10_000, units(20), 20, source.Reserved},
		{"unreserved", source.Source{}, 1000, calc.Optional[int64]{}, 1000, source.Unreserved},
		{"pollers", source.Source{Type: source.SQSProvisioned, PollersMax: units(7)}, 10_000, calc.Optional[int64]{}, 70,
			source.Pollers},
		{"groups", source.Source{Type: source.SQSFIFO, Groups: units(12)}, 10_000, calc.Optional[int64]{}, 12, source.Groups},
		{"shards", stream, 10_000, calc.Optional[int64]{}, 1000, source.Shards},
		{"partitions", source.Source{Type: source.Kafka, Partitions: units(6)}, 10_000, calc.Optional[int64]{}, 6,
			source.Partitions},
		{"MQ", source.Source{Type: source.RabbitMQ}, 10_000, calc.Optional[int64]{}, 1, source.Maximum},
	} {
		f := queue(1e6, c.s)
		f.Reserved = c.reserved
		a := calc.Account{Concurrency: c.quota, Functions: []calc.Function{f}}
		row := spill(t, a).Functions[0]
		got := row.Source.Or(calc.SourceSpill{})
		equal(t, c.name+": concurrency", got.Concurrency, c.concurrency)
		equal(t, c.name+": bound by", got.BoundBy, calc.Some(c.by))
		equal(t, c.name+": verdict", row.Verdict, calc.Queues)
		near(t, c.name+": behind", got.BehindMessagesRPS.Or(0), 1e6-got.TopMessagesRPS.Or(0), 1e-9)
		ceiling := pool(t, limits(t, a), calc.PoolSource, "queue", calc.Sync)
		equal(t, c.name+": in limits", ceiling.Source.Or(calc.SourceSpill{}).BoundBy, calc.Some(c.by))
		near(t, c.name+": ceiling", ceiling.RPS.Or(0), row.CeilingRPS.Or(0), 1e-9)
	}
}

// TestSourceWords checks one queue in every figure: 1,200 messages/s in batches of 10 are 120 invocations/s, of which
// 50 at a time take 100.
func TestSourceWords(t *testing.T) {
	row := spill(t, ordinary(queue(1200, source.Source{MaximumConcurrency: units(50)}))).Functions[0]
	equal(t, "source", row.Source, calc.Some(calc.SourceSpill{Type: source.SQS, Concurrency: 50,
		BoundBy: calc.Some(source.Maximum), TopMessagesRPS: rps(1000), MessagesRPS: rps(1200),
		NeededConcurrency: units(60), BehindMessagesRPS: rps(200), InvocationsRPS: 100}))
	equal(t, "parts", row.Parts, calc.Parts{OnDemandRPS: 100, QueuedRPS: 20})
	equal(t, "rate", row.RPS, 120)
	equal(t, "mode", row.Mode, calc.Sync)
	row = spill(t, ordinary(queue(900, source.Source{MaximumConcurrency: units(50)}))).Functions[0]
	equal(t, "bound", row.Source.Or(calc.SourceSpill{}).BoundBy.Known(), false)
	equal(t, "verdict", row.Verdict, calc.Fits)
	off := queue(900, source.Source{})
	off.Reserved = units(0)
	row = spill(t, ordinary(off)).Functions[0]
	equal(t, "all waits without a unit", row.QueuedRPS, 90)
	equal(t, "reserved", row.Source.Or(calc.SourceSpill{}).BoundBy, calc.Some(source.Reserved))
	events := calc.Function{Name: "f", DurationMS: ms(500), Sources: []source.Source{{Type: source.Async,
		MessagesRPS: rps(10)}}}
	row = spill(t, ordinary(events)).Functions[0]
	equal(t, "events", row.Mode, calc.Async)
	equal(t, "rate of events", row.RPS, 10)
}

// TestSourcesTogether checks that the batches at a time of several sources add up, as far as the function has units.
func TestSourcesTogether(t *testing.T) {
	f := queue(1200, source.Source{MaximumConcurrency: units(50)})
	f.Sources = append(f.Sources, source.Source{MaximumConcurrency: units(30), MessagesRPS: rps(100)})
	row := spill(t, ordinary(f)).Functions[0]
	all := row.Source.Or(calc.SourceSpill{})
	equal(t, "concurrency", all.Concurrency, 80)
	equal(t, "behind", all.BehindMessagesRPS, rps(200))
	equal(t, "rate", row.RPS, 130)
	equal(t, "the second is not bound", row.Sources.Or(nil)[1].BoundBy.Known(), false)
	f.Reserved = units(40)
	row = spill(t, ordinary(f)).Functions[0]
	all = row.Source.Or(calc.SourceSpill{})
	equal(t, "capped", all.Concurrency, 40)
	near(t, "top", all.TopMessagesRPS.Or(0), 800, 1e-9)
	near(t, "behind", all.BehindMessagesRPS.Or(0), 500, 1e-9)
	equal(t, "both are bound", row.Sources.Or(nil)[1].BoundBy, calc.Some(source.Reserved))
	f.Sources[0].MessagesRPS, f.Sources[1].MessagesRPS, f.RPS = none, none, rps(130)
	f.Reserved = calc.Optional[int64]{}
	row = spill(t, ordinary(f)).Functions[0] // 160 batches/s at most: shared as the sources can take
	equal(t, "without messages", row.Verdict, calc.Fits)
	equal(t, "messages", row.Source.Or(calc.SourceSpill{}).MessagesRPS.Known(), false)
}

// TestCappedLeavesRoom checks that a capped queue takes no room from its neighbours, and that batches that are not full
// are not taken for ones that wait.
func TestCappedLeavesRoom(t *testing.T) {
	neighbour := calc.Function{Name: "api", RPS: rps(9000), DurationMS: ms(100)} // 900 environments
	capped := queue(1e6, source.Source{MaximumConcurrency: units(50)})
	alone := spill(t, ordinary(neighbour)).Functions[0]
	beside := spill(t, ordinary(neighbour, capped)).Functions[0]
	equal(t, "neighbour", beside.Parts, alone.Parts)
	uncapped := spill(t, ordinary(neighbour, queue(1e6, source.Source{})))
	equal(t, "without a maximum", uncapped.Functions[0].Verdict, calc.Throttles)
	equal(t, "bound by", uncapped.Functions[1].Source.Or(calc.SourceSpill{}).BoundBy, calc.Some(source.Unreserved))
	partial := queue(500, source.Source{MaximumConcurrency: units(50)})
	partial.RPS = rps(150) // 100 are possible: batches of 5
	row := spill(t, ordinary(partial)).Functions[0]
	equal(t, "fuller batches", row.Parts, calc.Parts{OnDemandRPS: 100})
	equal(t, "nothing waits", row.Source.Or(calc.SourceSpill{}).BehindMessagesRPS, rps(0))
}

// sourceOfAny returns a source of any type that is valid.
func sourceOfAny(random *rand.Rand) source.Source {
	n := func(most int64) calc.Optional[int64] { return calc.Some(1 + random.Int64N(most)) }
	s := source.Source{Type: source.Types()[random.IntN(len(source.Types()))]}
	switch s.Type {
	case source.SQS, source.SQSFIFO:
		s.MaximumConcurrency, s.Groups = calc.Some(2+random.Int64N(900)), n(1000)
		if s.Type == source.SQS {
			s.Groups = calc.Optional[int64]{}
		}
	case source.SQSProvisioned, source.KafkaProvisioned, source.KafkaQueue:
		s.PollersMax, s.PollersMin = calc.Some(2+random.Int64N(100)), calc.Some(int64(2))
	case source.Kinesis, source.DynamoDB:
		s.Shards, s.Parallelization = n(50), n(10)
	}
	if s.Type == source.Kafka || s.Type == source.KafkaProvisioned {
		s.Partitions = n(100)
	}
	if s.Type == source.Kinesis && random.IntN(2) == 0 {
		s.RecordBytes = n(100_000)
	}
	if s.Type != source.Async && random.IntN(2) == 0 {
		s.Batch = n(10)
	}
	s.MessagesRPS = rps(math.Exp(random.Float64()*12 - 2))
	return s
}

// TestSourceProperties checks random sources: spillover agrees with drain, messages are taken or wait, nothing is
// negative, NaN or infinite, and more units or a higher maximum never leave more behind.
func TestSourceProperties(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 16))
	for range 4000 {
		checkSource(t, sourceOfAny(random), math.Exp(random.Float64()*10), random.Int64N(1500), random.IntN(2) == 0)
	}
}

// FuzzSource checks the same for sources that the fuzzer finds.
func FuzzSource(f *testing.F) {
	f.Add(uint64(1), uint64(2), 500.0, int64(10), true)
	f.Fuzz(func(t *testing.T, a, b uint64, durationMS float64, n int64, reserved bool) {
		if durationMS > 0.001 && durationMS < 900_000 && n >= 0 && n < 10_000 {
			checkSource(t, sourceOfAny(rand.New(rand.NewPCG(a, b))), durationMS, n, reserved)
		}
	})
}

func checkSource(t *testing.T, s source.Source, durationMS float64, n int64, reserved bool) {
	t.Helper()
	f := calc.Function{Name: "f", DurationMS: ms(durationMS), Sources: []source.Source{s}}
	if reserved {
		f.Reserved = units(n)
	}
	a := calc.Account{Concurrency: 20_000, Functions: []calc.Function{f, {Name: "api", RPS: rps(1), DurationMS: ms(1)}}}
	row := spill(t, a).Functions[0]
	if _, err := json.Marshal(row); err != nil { // it refuses NaN and infinities
		t.Fatalf("%+v: %v", s, err)
	}
	got := row.Source.Or(calc.SourceSpill{})
	d, err := drain.Of(calc.Account{Concurrency: 20_000, Functions: a.Functions[:1]})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "top as in drain", got.TopMessagesRPS.Or(-1), d.Functions[0].TopMessagesRPS, 1e-9)
	messages, behind := s.MessagesRPS.Or(0), got.BehindMessagesRPS.Or(-1)
	if want := math.Max(0, messages-got.TopMessagesRPS.Or(0)); s.Type != source.Async &&
		math.Abs(behind-want) > 2e-9*messages {
		t.Errorf("%+v at %v ms: %v are behind, want %v: %+v", s, durationMS, behind, want, row)
	}
	if sum := row.ProvisionedRPS + row.OnDemandRPS + row.ThrottledRPS + row.QueuedRPS; behind < 0 ||
		math.Abs(sum-row.RPS) > 1e-9*row.RPS || s.Type != source.Async && row.ThrottledRPS != 0 {
		t.Errorf("%+v: %+v", s, row)
	}
	more := s
	switch {
	case s.MaximumConcurrency.Known():
		more.MaximumConcurrency = units(min(1000, 2*s.MaximumConcurrency.Or(0)))
	case s.PollersMax.Known():
		more.PollersMax = units(s.PollersMax.Or(0) + 1)
	case s.Shards.Known():
		more.Shards = units(s.Shards.Or(0) + 1)
	case s.Partitions.Known():
		more.Partitions = units(s.Partitions.Or(0) + 1)
	}
	a.Functions[0].Sources = []source.Source{more}
	if after := spill(t, a).Functions[0]; after.QueuedRPS > row.QueuedRPS+1e-9*row.RPS {
		t.Errorf("%+v leaves %v and not %v behind", more, after.QueuedRPS, row.QueuedRPS)
	}
}

// TestSourceFaults checks that what does not go together is refused.
func TestSourceFaults(t *testing.T) {
	two := func(first, second source.Source) calc.Function {
		return calc.Function{Name: "f", DurationMS: ms(500), Sources: []source.Source{first, second}}
	}
	rated := source.Source{MessagesRPS: rps(500)}
	few := queue(500, source.Source{})
	few.RPS = rps(49)
	sync := calc.Function{Name: "f", Mode: calc.Sync, RPS: rps(1), Sources: []source.Source{{Type: source.Async}}}
	async := sync
	async.Mode, async.Sources = calc.Async, []source.Source{{MaximumConcurrency: units(1)}}
	for says, f := range map[string]calc.Function{
		"sources: async stands beside":                              two(rated, source.Source{Type: source.Async}),
		"sources: 1 of 2 have a rate of messages":                   two(rated, source.Source{}),
		"rps: 49 invocations/s do not take the messages":            few,
		"mode: sync stands beside the source async":                 sync,
		"mode: async stands beside a source":                        async,
		"source.maximum_concurrency: \"1\" is out of range":         async,
		"sources[1].batch: \"0\" is out of range; expected a whole": two(rated, source.Source{Batch: units(0)}),
		"rps: no rate given":                                        {Name: "f", Sources: []source.Source{{}}},
	} {
		_, err := calc.Spill(ordinary(f), calc.SpillOptions{})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want %s", f, err, says)
		}
	}
}

// TestScaledSources checks that a scale and a sweep change the messages with the rate.
func TestScaledSources(t *testing.T) {
	a := ordinary(queue(900, source.Source{MaximumConcurrency: units(50)}))
	r := spillWith(t, a, calc.SpillOptions{Scale: []float64{1, 2}})
	equal(t, "at 1", r.Scale[0].Verdict, calc.Fits)
	near(t, "at 2", r.Scale[1].QueuedRatio, 0.8/1.8, 1e-9)
	near(t, "breaks at", r.BreaksAt.Or(calc.Break{}).Factor, 1.12, 1e-9) // 1000/900, to three digits above
	r = spillWith(t, a, calc.SpillOptions{Sweep: &calc.Sweep{Axis: calc.AxisRPS, Values: []float64{0, 50, 200}}})
	near(t, "at 200", r.Sweep[2].Functions[0].Source.Or(calc.SourceSpill{}).BehindMessagesRPS.Or(0), 1000, 1e-9)
}

// TestPlanSources checks what is set together: enough for the load with headroom, the maximum within the reservation,
// six timeouts of visibility, five receives, and shards only where the parallelization factor is not enough.
func TestPlanSources(t *testing.T) {
	kinesis := func(s source.Source) source.Source {
		s.Type = source.Kinesis
		return s
	}
	tight := source.Source{MaximumConcurrency: units(50), VisibilityS: calc.Some(30.0), MaxReceive: units(3)}
	for _, c := range []struct {
		name     string
		messages float64
		s        source.Source
		reserved calc.Optional[int64]
		want     map[calc.Setting]int64 // what is set; nothing else is
		needed   []calc.Setting         // those that are required
	}{
		{"fits", 900, source.Source{MaximumConcurrency: units(50)}, calc.Optional[int64]{}, nil, nil},
		{"headroom", 960, source.Source{MaximumConcurrency: units(50)}, calc.Optional[int64]{},
			map[calc.Setting]int64{calc.SettingMaximumConcurrency: 53}, nil},
		{"all", 1200, tight, units(40), map[calc.Setting]int64{calc.SettingReserved: 66, calc.SettingMaximumConcurrency: 66,
			calc.SettingVisibility: 180, calc.SettingMaxReceive: 5},
			[]calc.Setting{calc.SettingReserved, calc.SettingMaximumConcurrency}},
		{"too much", 1200, source.Source{MaximumConcurrency: units(500), VisibilityS: calc.Some(180.0)}, units(80),
			map[calc.Setting]int64{calc.SettingMaximumConcurrency: 80}, nil},
		{"none", 1200, source.Source{VisibilityS: calc.Some(180.0)}, units(80),
			map[calc.Setting]int64{calc.SettingMaximumConcurrency: 80}, nil},
		{"pollers", 1200, source.Source{Type: source.SQSProvisioned, PollersMin: units(2), PollersMax: units(5),
			VisibilityS: calc.Some(180.0)}, calc.Optional[int64]{}, map[calc.Setting]int64{calc.SettingPollers: 14},
			[]calc.Setting{calc.SettingPollers}},
		{"parallelization", 2500, kinesis(source.Source{Shards: units(10)}), calc.Optional[int64]{},
			map[calc.Setting]int64{calc.SettingParallelization: 2}, []calc.Setting{calc.SettingParallelization}},
		{"spare", 1800, kinesis(source.Source{Shards: units(10)}), calc.Optional[int64]{}, nil, nil},
		{"shards", 30_000, kinesis(source.Source{Shards: units(10)}), calc.Optional[int64]{},
			map[calc.Setting]int64{calc.SettingParallelization: 10, calc.SettingShards: 17},
			[]calc.Setting{calc.SettingParallelization, calc.SettingShards}},
		{"hottest", 30_000, kinesis(source.Source{Shards: units(10), HottestShard: calc.Some(0.5)}),
			calc.Optional[int64]{}, map[calc.Setting]int64{calc.SettingParallelization: 10},
			[]calc.Setting{calc.SettingParallelization}},
	} {
		f := queue(c.messages, c.s)
		f.Reserved, f.TimeoutMS = c.reserved, ms(30_000)
		if c.s.Type == "" && !c.s.VisibilityS.Known() {
			f.Sources[0].VisibilityS = calc.Some(180.0)
		}
		got := map[calc.Setting]int64{}
		var needed []calc.Setting
		for _, change := range planWith(t, ordinary(f), calc.PlanOptions{Sizing: calc.DefaultSizing()}).Changes {
			if got[change.Setting] = change.To.Or(-1); change.Required {
				needed = append(needed, change.Setting)
			}
		}
		if !maps.Equal(got, c.want) || !slices.Equal(needed, c.needed) {
			t.Errorf("%s: %v, required %v; want %v, required %v", c.name, got, needed, c.want, c.needed)
		}
	}
}
