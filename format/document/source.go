package document

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/source"
)

// InputSource is the event source of a function of Inputs. What does not apply to its type, or is not given and has no
// default, is absent.
type InputSource struct {
	// Type is the type of the source.
	Type source.Type `json:"type"`
	// MessagesRPS is how many messages arrive, per second.
	MessagesRPS calc.Optional[float64] `json:"messages_rps"`
	// Batch is the most messages of a batch.
	Batch calc.Optional[int64] `json:"batch"`
	// WindowS is how long a poller waits until a batch is full, seconds.
	WindowS calc.Optional[float64] `json:"window_s"`
	// MaximumConcurrency is the most batches at a time of the mapping.
	MaximumConcurrency calc.Optional[int64] `json:"maximum_concurrency"`
	// PollersMin is the fewest provisioned pollers.
	PollersMin calc.Optional[int64] `json:"pollers_min"`
	// PollersMax is the most provisioned pollers.
	PollersMax calc.Optional[int64] `json:"pollers_max"`
	// Groups is the number of active message groups.
	Groups calc.Optional[int64] `json:"groups"`
	// Shards is the number of shards.
	Shards calc.Optional[int64] `json:"shards"`
	// Parallelization is the number of batches at a time of each shard.
	Parallelization calc.Optional[int64] `json:"parallelization"`
	// Partitions is the number of partitions.
	Partitions calc.Optional[int64] `json:"partitions"`
	// RecordBytes is the mean size of a message, bytes.
	RecordBytes calc.Optional[int64] `json:"record_bytes"`
	// VisibilityS is the visibility timeout of the queue, seconds.
	VisibilityS calc.Optional[float64] `json:"visibility_s"`
	// MaxReceive is how often a message is received before it goes to the dead-letter queue.
	MaxReceive calc.Optional[int64] `json:"max_receive"`
	// RetentionS is how long a message is kept, seconds.
	RetentionS calc.Optional[float64] `json:"retention_s"`
	// BacklogMessages is how many messages wait at the start.
	BacklogMessages calc.Optional[float64] `json:"backlog_messages"`
	// BehindS is how old the oldest record is at the start, seconds.
	BehindS calc.Optional[float64] `json:"behind_s"`
	// HottestShardRatio is the share of the records that the busiest shard has, 0 to 1.
	HottestShardRatio calc.Optional[float64] `json:"hottest_shard_ratio"`
	// TimeoutMS is the timeout of the function, milliseconds.
	TimeoutMS calc.Optional[float64] `json:"timeout_ms"`
	// Origin says where each value comes from.
	Origin Origin `json:"origin"`
}

// NewInputSource echoes the source of a function, with its defaults.
func NewInputSource(s source.Source, f *calc.Function, origin Origin) *InputSource {
	s = s.Completed()
	return &InputSource{Type: s.Type, MessagesRPS: s.MessagesRPS, Batch: s.Batch, WindowS: s.WindowS,
		MaximumConcurrency: s.MaximumConcurrency, PollersMin: s.PollersMin, PollersMax: s.PollersMax, Groups: s.Groups,
		Shards: s.Shards, Parallelization: s.Parallelization, Partitions: s.Partitions, RecordBytes: s.RecordBytes,
		VisibilityS: s.VisibilityS, MaxReceive: s.MaxReceive, RetentionS: s.Retention(), BacklogMessages: s.Backlog,
		BehindS: s.BehindS, HottestShardRatio: s.HottestShard, TimeoutMS: f.TimeoutMS, Origin: origin}
}

// BoundWords says what limits a source.
func BoundWords(b source.Bound) string {
	switch b {
	case source.Maximum:
		return "the maximum concurrency"
	case source.Pollers:
		return "the provisioned pollers"
	case source.Groups:
		return "the active message groups"
	case source.Shards:
		return "the shards, and the batches at a time of each"
	case source.Partitions:
		return "the partitions"
	case source.ShardThroughput:
		return "what may be read of a shard"
	case source.Reserved:
		return "the reservation"
	case source.Rate:
		return "the rate limit of 10 invocations/s for each unit"
	}
	return "the units that the account has for it"
}

// boundOf is BoundWords with the number that limits a source, if it is one.
func boundOf(b source.Bound, s calc.SourceSpill) string {
	if b == source.Maximum || b == source.Reserved {
		return BoundWords(b) + " of " + quantity.FormatCount(s.Concurrency)
	}
	return BoundWords(b)
}

// ownBound names what of its own limits the source of a function; empty if nothing does, or the units of the function.
func ownBound(f *calc.FunctionSpill) string {
	s := f.Source.Or(calc.SourceSpill{})
	b, ok := s.BoundBy.Get()
	switch {
	case !ok || b.OfUnits():
		return ""
	case f.Sources.Known():
		return "its source " + string(s.Type) + " (" + string(b) + ")"
	}
	return "its source (" + string(b) + ")"
}

// SourceSentence says what limits an event source, how much it takes, and what stays in the queue. It is empty without
// a duration.
func SourceSentence(s calc.SourceSpill) string {
	top, timed := s.TopMessagesRPS.Get()
	if !timed {
		return ""
	}
	messages, rated := s.MessagesRPS.Get()
	behind := s.BehindMessagesRPS.Or(0)
	takes, noun := quantity.FormatNumber(top), s.Type.Noun()+"s/s"
	bound, isBound := s.BoundBy.Get()
	one, several := "batch at a time", "batches at a time"
	if s.Type == source.Async {
		one, several = "environment", "environments"
	}
	text := fmt.Sprintf("Up to %s %s take %s %s", quantity.FormatCount(s.Concurrency), several, takes, noun)
	if s.Concurrency == 1 {
		text = fmt.Sprintf("1 %s takes up to %s %s", one, takes, noun)
	}
	switch {
	case behind != 0 && isBound:
		return fmt.Sprintf("Bound by %s: takes %s of %s %s; %s/s stay in %s.", boundOf(bound, s),
			quantity.FormatNumber(s.TakenMessagesRPS()), quantity.FormatNumber(messages), noun,
			quantity.FormatNumber(behind), waitsIn(s.Type))
	case isBound:
		text = fmt.Sprintf("Bound by %s: takes up to %s %s", boundOf(bound, s), takes, noun)
	}
	if rated {
		text += "; " + quantity.FormatNumber(messages) + " arrive"
	}
	return text + "."
}

// waitsIn names what the messages of a source wait in.
func waitsIn(t source.Type) string {
	switch {
	case t.IsStream() && t.Noun() == "record":
		return "the stream"
	case t.IsStream():
		return "the topic"
	}
	return "the queue"
}
