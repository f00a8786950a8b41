package drain

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/source"
)

// of follows the source of a single function.
func of(t testing.TB, s source.Source, durationMS float64, reserved calc.Optional[int64]) Function {
	t.Helper()
	r := result(t, calc.Account{Concurrency: 1_000_000, Functions: []calc.Function{{Name: "f", Reserved: reserved,
		DurationMS: calc.Some(durationMS), Sources: []source.Source{s}}}})
	return r.Functions[0]
}

func result(t testing.TB, a calc.Account) Result {
	t.Helper()
	r, err := Of(a)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func count(n int64) calc.Optional[int64]      { return calc.Some(n) }
func number(x float64) calc.Optional[float64] { return calc.Some(x) }

var none calc.Optional[int64]

// near reports a figure that is off by more than 1e-9.
func near(t testing.TB, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-9*math.Abs(want)) && got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// TestValues checks the worked values in ../testdata/time-values.json that are about time.
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
		case strings.HasPrefix(v.ID, "sqs-") && v.Inputs["backlog"] != nil:
			s := source.Source{Backlog: number(in("backlog")), MessagesRPS: number(in("rate")), Batch: count(int64(in("batch"))),
				MaximumConcurrency: count(int64(in("cap")))}
			f := of(t, s, in("d_s")*1000, none)
			near(t, v.ID+": drain", f.DrainS.Or(-1), want("drain_s"))
			near(t, v.ID+": stepped", f.DrainSteppedS.Or(-1), want("drain_stepped_s"))
			near(t, v.ID+": peak", f.BacklogPeakMessages.Or(-1), want("backlog_peak"))
			near(t, v.ID+": top", f.TopMessagesRPS, want("top_rate"))
			near(t, v.ID+": ramp", (f.Concurrency-5)/5, want("ramp_s"))
		case v.ID == "kinesis-loss":
			s := source.Source{Type: source.Kinesis, Shards: count(10), Batch: count(100), MessagesRPS: number(in("rate")),
				RetentionS: number(in("retention_s"))}
			near(t, v.ID, of(t, s, 500, none).LossAfterS.Or(-1), want("seconds"))
		case strings.HasPrefix(v.ID, "kinesis-"):
			s := source.Source{Type: source.Kinesis, Shards: count(int64(in("shards"))), Batch: count(int64(in("batch"))),
				Parallelization: count(int64(in("factor"))), RecordBytes: count(int64(in("record_kb") * 1024)),
				MessagesRPS: number(in("rate"))}
			near(t, v.ID, of(t, s, in("d_s")*1000, none).AgeGrowthRatio, want("age_growth"))
		case v.ID == "async-drop":
			s := source.Source{Type: source.Async, MessagesRPS: number(in("rate")), RetentionS: number(in("max_age_s"))}
			near(t, v.ID, of(t, s, 100, count(int64(in("served")/10))).LossAfterS.Or(-1), want("first_drop_s"))
		default:
			checked--
		}
	}
	if checked < 5 {
		t.Errorf("%d values were checked", checked)
	}
}

// TestAcceptance checks the stories of queues and streams; the comments derive the figures. It is long because each
// story has a case.
func TestAcceptance(t *testing.T) {
	queue := source.Source{Backlog: number(1e6), MessagesRPS: number(200), Batch: count(10),
		MaximumConcurrency: count(50)}
	t.Run("queue", func(t *testing.T) {
		f := of(t, queue, 500, count(50))
		near(t, "drain", f.DrainS.Or(-1), 1255.0625) // 9 + (1e6 + 200 x 9 - 20 (5 x 9 + 2.5 x 81))/800 s
		near(t, "stepped", f.DrainSteppedS.Or(-1), 1317.5)
		near(t, "oldest", f.OldestAgeS.Or(-1), 1000)
		if f.Verdict != Drains || f.BoundBy != source.Maximum || len(f.Minutes) != 21 {
			t.Errorf("%+v", f)
		}
		if len(f.WhatIf) != 2 || f.WhatIf[0].Value != number(100) {
			t.Errorf("%+v", f.WhatIf)
		}
	})
	t.Run("no maximum", func(t *testing.T) {
		a := calc.Account{Concurrency: 1000, Functions: []calc.Function{{Name: "f", DurationMS: number(500),
			Sources: []source.Source{queue}, Reserved: count(50)}}}
		f := result(t, a).Functions[0]
		if got := f.WhatIf[1]; got.Value.Known() || math.Abs(got.DrainS.Or(0)-142.42) > 0.005 {
			t.Errorf("without a maximum: %+v", got)
		}
	})
	t.Run("grows", func(t *testing.T) {
		grows := queue
		grows.MessagesRPS, grows.MaximumConcurrency = number(3000), count(125)
		f := of(t, grows, 500, none)
		near(t, "top", f.TopMessagesRPS, 2500)
		near(t, "growth", f.AgeGrowthRatio, 1-2500.0/3000)
		if f.Verdict != Grows || f.DrainS.Known() || f.BacklogPeakMessages.Known() || len(f.Minutes) != 60 {
			t.Errorf("%+v", f)
		}
		if got := f.WhatIf[0]; got.Value != number(165) || got.Verdict != Drains {
			t.Errorf("%+v", got)
		}
	})
	t.Run("dead letters", func(t *testing.T) {
		for visibility, want := range map[float64]float64{30: math.Exp(-1), 180: math.Exp(-6)} { // e^(-V/30 / 5 x 5)
			s := source.Source{MessagesRPS: number(1), VisibilityS: number(visibility), MaxReceive: count(5)}
			near(t, "share", of(t, s, 30_000, count(1)).DLQRatio.Or(-1), want)
		}
	})
	t.Run("stream", func(t *testing.T) {
		s := source.Source{Type: source.Kinesis, Shards: count(10), Batch: count(100), RecordBytes: count(5120),
			MessagesRPS: number(2500), RetentionS: number(86_400)}
		f := of(t, s, 500, none)
		near(t, "top", f.TopMessagesRPS, 2000)
		near(t, "growth", f.AgeGrowthRatio, 0.2)
		near(t, "loss", f.LossAfterS.Or(-1), 432_000)
		if f.Verdict != Loses || f.BoundBy != source.Shards {
			t.Errorf("%+v", f)
		}
	})
	t.Run("behind", func(t *testing.T) { // caught up after λ A/(μ - λ) = 1500 x 3600/500
		s := source.Source{Type: source.Kinesis, Shards: count(10), Batch: count(100), MessagesRPS: number(1500),
			BehindS: number(3600)}
		f := of(t, s, 500, none)
		near(t, "caught up", f.DrainS.Or(-1), 10_800)
		near(t, "age", f.Minutes[0].OldestAgeS, 3600+60-60*2000.0/1500)
	})
	t.Run("lost before empty", func(t *testing.T) { // 100 a second, a day: what is left of the backlog then is lost
		s := source.Source{Type: source.RabbitMQ, Backlog: number(1e6), Batch: count(100)}
		near(t, "kept for ever", of(t, s, 1000, none).DrainS.Or(-1), 10_000)
		s = source.Source{Type: source.SQSFIFO, Groups: count(10), Backlog: number(1e7), RetentionS: number(86_400)}
		f := of(t, s, 1000, none)
		near(t, "loss", f.LossAfterS.Or(-1), 86_400)
		near(t, "empty", f.DrainS.Or(-1), 86_400)
		near(t, "lost", f.LostMessages, 1e7-8.64e6)
		if f.Verdict != Loses {
			t.Errorf("%+v", f.Verdict)
		}
	})
	t.Run("off", func(t *testing.T) {
		f := of(t, queue, 500, count(0))
		if f.DrainS.Known() || f.OldestAgeS.Known() || f.AgeGrowthRatio != 1 || f.Verdict != Grows {
			t.Errorf("%+v", f)
		}
	})
}

// TestFindings checks which findings there are, and that their words are rules.
func TestFindings(t *testing.T) {
	tests := []struct {
		s        source.Source
		reserved calc.Optional[int64]
		ms       float64
		timeout  calc.Optional[float64]
		want     string
	}{
		{source.Source{Backlog: number(1e6), MaximumConcurrency: count(50)}, none, 500, none64, ""},
		{source.Source{MessagesRPS: number(200), MaxReceive: count(3)}, count(1), 30_000, number(30_000),
			"dlq-risk retention-loss visibility-short receives-few"},
		{source.Source{MessagesRPS: number(1), Batch: count(100), VisibilityS: number(300)}, none, 500, none64,
			"partial-batches"},
		{source.Source{Type: source.Kinesis, Shards: count(1), MessagesRPS: number(500)}, none, 500, none64,
			"stream-falls-behind"},
		{source.Source{Type: source.SQSFIFO, Groups: count(1), Backlog: number(1e7)}, none, 1000, none64,
			"retention-loss"},
		{source.Source{Type: source.RabbitMQ, Backlog: number(1e9)}, none, 1000, none64, "truncated"},
	}
	for _, test := range tests {
		r := result(t, calc.Account{Concurrency: 1000, Functions: []calc.Function{{Name: "f", Reserved: test.reserved,
			DurationMS: number(test.ms), TimeoutMS: test.timeout, Sources: []source.Source{test.s}}}})
		var words []string
		for _, f := range r.Findings {
			words = append(words, string(f.ID))
		}
		if got := strings.Join(words, " "); got != test.want {
			t.Errorf("%+v: %q, want %q: %v", test.s, got, test.want, r.Findings)
		}
	}
}

var none64 calc.Optional[float64]

// TestFaults checks that inputs that drain cannot answer for are refused.
func TestFaults(t *testing.T) {
	for says, f := range map[string]calc.Function{
		"duration: no duration given":                {Name: "f", Sources: []source.Source{{Backlog: number(1)}}},
		"source.backlog: neither a backlog":          {Name: "f", DurationMS: number(1)},
		"sources: the function has 2 sources":        {Name: "f", DurationMS: number(1), Sources: make([]source.Source, 2)},
		"source.backlog: \"-1\" is out of range":     {Name: "f", Sources: []source.Source{{Backlog: number(-1)}}},
		"mode: async stands beside a source whose p": {Name: "f", Mode: calc.Async, DurationMS: number(1)},
	} {
		_, err := Of(calc.Account{Concurrency: 1000, Functions: []calc.Function{f}})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want %s", f, err, says)
		}
	}
	two := []calc.Function{{Name: "f"}, {Name: "g"}}
	if _, err := Of(calc.Account{Concurrency: 1000, Functions: two}); err == nil {
		t.Error("two functions without a source are accepted")
	}
}
