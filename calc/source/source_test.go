package source_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/optional"
	"github.com/lambdacap/lambdacap/calc/source"
)

// plenty is room that limits nothing.
const plenty = 1_000_000

func count(n int64) optional.Optional[int64]      { return optional.Some(n) }
func number(x float64) optional.Optional[float64] { return optional.Some(x) }

func room(units int64, durationS float64) source.Room {
	return source.Room{Units: units, Reserved: true, DurationS: durationS}
}

// near reports a figure that is off by more than 1e-9.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-9*math.Abs(want)) && got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// TestValues checks the worked values in ../testdata/time-values.json that are about a source alone.
func TestValues(t *testing.T) {
	text, err := os.ReadFile("../testdata/time-values.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Values []struct {
			ID               string
			Inputs, Expected map[string]any
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, v := range file.Values {
		in := func(key string) float64 { x, _ := v.Inputs[key].(float64); return x }
		want := func(key string) float64 { x, _ := v.Expected[key].(float64); return x }
		checked++
		switch {
		case strings.HasPrefix(v.ID, "sqs-eps-"):
			s := source.Source{Type: source.SQSProvisioned, Batch: count(int64(in("batch"))),
				RecordBytes: count(int64(in("kb") * 1024)), PollersMax: count(10), PollersMin: count(10)}
			p := s.Pace(room(plenty, in("d_s")))
			near(t, v.ID, p.PerUnitRPS*10, math.Min(want("eps"), 10*in("batch")/in("d_s")))
			near(t, v.ID+": top", p.TopRPS, 10*want("eps"))
			if p.BoundBy != source.Pollers {
				t.Errorf("%s: bound by %s", v.ID, p.BoundBy)
			}
			near(t, v.ID+": pollers for 1000", math.Ceil(1000/want("eps")), want("pollers_for_1000"))
		case v.ID == "sqs-fifo":
			s := source.Source{Type: source.SQSFIFO, Groups: count(int64(in("groups"))),
				MaximumConcurrency: count(int64(in("maximum")))}
			near(t, v.ID, s.Pace(room(plenty, 1)).Concurrency, want("concurrency"))
		case strings.HasPrefix(v.ID, "dlq-"):
			s := source.Source{MaximumConcurrency: count(int64(in("pollers"))), VisibilityS: number(in("visibility_s")),
				MaxReceive: count(int64(in("max_receive")))}
			q, share := s.DeadLetters(room(int64(in("reserved")), in("d_s")))
			near(t, v.ID+": refused", q.Or(-1), want("refused_per_receive"))
			near(t, v.ID+": share", share.Or(-1), want("dlq_share"))
		case strings.HasPrefix(v.ID, "kinesis-") && v.ID != "kinesis-loss":
			s := source.Source{Type: source.Kinesis, Shards: count(int64(in("shards"))), Batch: count(int64(in("batch"))),
				Parallelization: count(int64(in("factor"))), RecordBytes: count(int64(in("record_kb") * 1024))}
			p := s.Pace(room(plenty, in("d_s")))
			near(t, v.ID+": concurrency", p.Concurrency, want("concurrency"))
			near(t, v.ID+": top", p.TopRPS, want("top_rate"))
			by := map[any]source.Bound{"function": source.Shards, "read records": source.ShardThroughput}
			if p.BoundBy != by[v.Expected["bound_by"]] {
				t.Errorf("%s: bound by %s", v.ID, p.BoundBy)
			}
		default:
			checked--
		}
	}
	if checked != 12 {
		t.Errorf("%d values were checked", checked)
	}
}

// TestTypes checks the concurrency of each type, and what binds: by the sentences of AWS, see Pace.
func TestTypes(t *testing.T) {
	tests := []struct {
		s           source.Source
		room        source.Room
		concurrency float64
		by          source.Bound
		top         float64
		topBy       source.Bound
	}{
		{source.Source{}, room(plenty, 0.5), 1250, source.Maximum, 25_000, source.Maximum},
		{source.Source{MaximumConcurrency: count(50)}, room(50, 0.5), 50, source.Maximum, 1000, source.Maximum},
		{source.Source{MaximumConcurrency: count(50)}, room(20, 0.5), 20, source.Reserved, 400, source.Reserved},
		{source.Source{}, source.Room{Units: 900, DurationS: 1}, 900, source.Unreserved, 9000, source.Unreserved},
		{source.Source{}, room(100, 0.05), 100, source.Reserved, 10_000, source.Rate},
		{source.Source{}, room(0, 1), 0, source.Reserved, 0, source.Reserved},
		{source.Source{Type: source.SQSProvisioned, PollersMax: count(20)}, room(plenty, 2), 200, source.Pollers,
			1000, source.Pollers},
		{source.Source{Type: source.SQSFIFO, Groups: count(30), MaximumConcurrency: count(10)}, room(plenty, 1), 10,
			source.Maximum, 100, source.Maximum},
		{source.Source{Type: source.DynamoDB, Shards: count(4), Parallelization: count(2)}, room(plenty, 1), 8,
			source.Shards, 800, source.Shards},
		{source.Source{Type: source.Kinesis, Shards: count(4)}, room(2, 1), 2, source.Reserved, 200, source.Reserved},
		{source.Source{Type: source.Kinesis, Shards: count(10), HottestShard: number(0.25)}, room(plenty, 1), 10,
			source.Shards, 400, source.Shards},
		{source.Source{Type: source.Kafka, Partitions: count(12)}, room(plenty, 1), 12, source.Partitions, 1200,
			source.Partitions},
		{source.Source{Type: source.KafkaProvisioned, Partitions: count(12), PollersMax: count(3)}, room(plenty, 1), 15,
			source.Pollers, 1500, source.Pollers},
		{source.Source{Type: source.KafkaProvisioned, Partitions: count(12)}, room(plenty, 1), 60, source.Partitions,
			6000, source.Partitions},
		{source.Source{Type: source.KafkaQueue, PollersMax: count(30)}, room(plenty, 1), 150, source.Pollers, 15_000,
			source.Pollers},
		{source.Source{Type: source.ActiveMQ}, room(plenty, 1), 5, source.Maximum, 500, source.Maximum},
		{source.Source{Type: source.RabbitMQ}, room(plenty, 1), 1, source.Maximum, 100, source.Maximum},
		{source.Source{Type: source.Async}, room(50, 0.01), 50, source.Reserved, 5000, source.Reserved},
	}
	for _, test := range tests {
		name := string(test.s.Type)
		if faults := test.s.Validate(); faults != nil {
			t.Errorf("%s: %v", name, faults)
		}
		p := test.s.Pace(test.room)
		near(t, name+": concurrency", p.Concurrency, test.concurrency)
		near(t, name+": top", p.TopRPS, test.top)
		if p.ConcurrencyBoundBy != test.by || p.BoundBy != test.topBy {
			t.Errorf("%+v: bound by %s and %s, want %s and %s", test.s, p.ConcurrencyBoundBy, p.BoundBy, test.by, test.topBy)
		}
	}
}

// TestGrowth checks how fast pollers grow: five, then 300 a minute; provisioned ones 1,000 a minute; others at once.
func TestGrowth(t *testing.T) {
	queue := source.Source{}.Pace(room(plenty, 1))
	near(t, "at once", queue.At(0), 5)
	near(t, "after a second", queue.At(1), 10)
	near(t, "at the end", queue.At(1e6), 1250)
	provisioned := source.Source{Type: source.SQSProvisioned, PollersMin: count(2)}.Pace(room(plenty, 1))
	near(t, "provisioned", provisioned.At(60), 20+1000)
	near(t, "broker", source.Source{Type: source.ActiveMQ}.Pace(room(plenty, 1)).At(0), 5)
}

// TestBatches checks invocations and partial batches.
func TestBatches(t *testing.T) {
	s := source.Source{Batch: count(100), WindowS: number(5)}
	near(t, "invocations", s.InvocationsRPS(250), 2.5)
	near(t, "partial", s.BatchAt(10), 50)
	near(t, "full", s.BatchAt(1000), 100)
	near(t, "single", s.BatchAt(0.01), 1)
	near(t, "default of a queue", source.Source{}.InvocationsRPS(10), 1)
	near(t, "default of a stream", source.Source{Type: source.Kinesis}.InvocationsRPS(100), 1)
}

// TestValidate checks that settings of another type, and values that AWS does not accept, are named.
func TestValidate(t *testing.T) {
	tests := []struct {
		s     source.Source
		field string
		says  string
	}{
		{source.Source{Type: "queue"}, "type", "sqs"},
		{source.Source{Shards: count(2)}, "shards", "type sqs has no such setting; expected the type kinesis or dynamodb"},
		{source.Source{Type: source.Kinesis, Shards: count(1), VisibilityS: number(30)}, "visibility", "sqs, sqs-fifo"},
		{source.Source{MaximumConcurrency: count(1)}, "maximum_concurrency", "2 to 1000"},
		{source.Source{Type: source.SQSFIFO, Groups: count(1), Batch: count(11)}, "batch", "1 to 10"},
		{source.Source{Batch: count(20), WindowS: number(0)}, "window", "a window of 1s"},
		{source.Source{Type: source.SQSFIFO}, "groups", "not given"},
		{source.Source{Type: source.Kinesis}, "shards", "not given"},
		{source.Source{Type: source.Kafka}, "partitions", "not given"},
		{source.Source{Type: source.SQSProvisioned, PollersMin: count(9), PollersMax: count(3)}, "pollers_min", "above"},
		{source.Source{Type: source.Kinesis, Shards: count(4), HottestShard: number(0.1)}, "hottest_shard", "even share"},
		{source.Source{Type: source.Kinesis, Shards: count(4), BehindS: number(9)}, "behind", "expected messages"},
		{source.Source{VisibilityS: number(math.NaN())}, "visibility", "0s to 12h"},
		{source.Source{Type: source.Async, RetentionS: number(86400)}, "retention", "6h"},
	}
	for _, test := range tests {
		faults := test.s.Validate()
		if len(faults) != 1 || faults[0].Field != test.field || !strings.Contains(faults[0].Message, test.says) {
			t.Errorf("%+v: %v, want %s: %s", test.s, faults, test.field, test.says)
		}
	}
}

// TestParse checks the spellings.
func TestParse(t *testing.T) {
	for text, want := range map[string]float64{"0": 0, "30s": 30, "4d": 345_600, "4 days": 345_600, "12h": 43_200} {
		if got, err := source.ParseSpan(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "4", "d", "-1d", "4x"} {
		if got, err := source.ParseSpan(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
	if got, err := source.ParsePollers("2:200"); err != nil || got != [2]int64{2, 200} {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{"", "2:", "a:b", "1:2:3"} {
		if got, err := source.ParsePollers(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}
