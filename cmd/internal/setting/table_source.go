package setting

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/source"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
)

// SourceKey is the key of a mapping in a profile: the event source of a function. The settings in it have keys that
// begin with it and a dot.
const SourceKey = "source"

// SourcesKey is the key of a list of such mappings: several event sources of one function.
const SourcesKey = "sources"

// TimeoutKey is the key of the timeout of a function.
const TimeoutKey = "timeout"

// MessagesKey is the key of the messages that arrive.
const MessagesKey = SourceKey + ".messages"

// Mappings lists the keys of a function in a profile whose values are mappings of settings.
func Mappings() []string { return []string{RampKey, SourceKey} }

// sourceOf returns the event source of a function, which it has from the first setting of it on.
func sourceOf(t Target) *source.Source {
	if len(t.Function.Sources) == 0 {
		t.Function.Sources = []source.Source{{}}
	}
	return &t.Function.Sources[0]
}

// OfSource returns the values of an item of a list of sources under the keys that a single source has.
func OfSource(item Value) Values {
	values := make(Values, len(item.List))
	for i, v := range item.List {
		v.Key = SourceKey + "." + v.Key
		values[i] = v
	}
	return values
}

// ofSource reads a setting of a source.
type ofSource[T any] struct {
	parse func(string) (T, error)
	to    func(*source.Source) *calc.Optional[T]
}

// Read reads the value, and sets it.
func (r ofSource[T]) Read(t Target, v Value) fault.List {
	return optional[T]{r.parse, func(t Target) *calc.Optional[T] { return r.to(sourceOf(t)) }}.Read(t, v)
}

// pollersKey is the key of both bounds of the provisioned pollers in one text.
const pollersKey = SourceKey + ".pollers"

// sourceSettings describe the event source of a function: first what every source has, then what queues and streams
// have.
var sourceSettings = []Setting{
	{
		Flag: SourceKey, Key: SourceKey + ".type", Group: Function, Part: Sources, Common: true, CommonTo: Drains,
		Value: "TYPE", Echo: "type",
		Usage:    "what invokes it: sqs, sqs-fifo, kinesis, dynamodb, kafka, async, ... (default sqs)",
		Complete: sourceTypes,
		Reader:   into[source.Type]{source.ParseType, func(t Target, x source.Type) { sourceOf(t).Type = x }},
	},
	{
		Flag: "backlog", Key: SourceKey + ".backlog", Group: Function, Part: Drains, Common: true,
		Value: "N", Echo: "backlog_messages",
		Usage:  "messages that wait: 50000, 1M",
		Reader: ofSource[float64]{quantity.ParseMessages, func(s *source.Source) *optionalNumber { return &s.Backlog }},
	},
	{
		Flag: "messages", Key: MessagesKey, Group: Function, Part: Sources, Common: true, CommonTo: Drains,
		Value: "RATE", Echo: "messages_rps",
		Usage:  "messages that arrive: 200, 12k/min (default: rps x batch, or none)",
		Reader: ofSource[float64]{quantity.ParseRate, func(s *source.Source) *optionalNumber { return &s.MessagesRPS }},
	},
	{
		Flag: "batch", Key: SourceKey + ".batch", Group: Function, Part: Sources, Common: true, CommonTo: Drains,
		Value: "N", Echo: "batch",
		UsageOf: func(Part) string {
			return fmt.Sprintf("most messages of a batch (default %d for SQS, %d for others)", aws.DefaultQueueBatch,
				aws.DefaultStreamBatch)
		},
		Reader: ofSource[int64]{quantity.ParseCount, func(s *source.Source) *optionalCount { return &s.Batch }},
	},
	{
		Flag: "window", Key: SourceKey + ".window", Group: Function, Part: Sources,
		Value: "DURATION", Echo: "window_s",
		Usage:  "how long pollers wait until a batch is full, up to 5m (default 0s)",
		Reader: ofSource[float64]{source.ParseSpan, func(s *source.Source) *optionalNumber { return &s.WindowS }},
	},
	{
		Flag: "maximum-concurrency", Key: SourceKey + ".maximum_concurrency", Group: Function, Part: Sources,
		Common: true, CommonTo: Drains, Value: "N", Echo: "maximum_concurrency",
		UsageOf: func(Part) string {
			return fmt.Sprintf("sqs, sqs-fifo: most batches at a time, %d to %d (default %d)", aws.MinQueueConcurrency,
				aws.MaxQueueConcurrency, aws.UnboundedQueueConcurrency)
		},
		Reader: ofSource[int64]{quantity.ParseCount, func(s *source.Source) *optionalCount {
			return &s.MaximumConcurrency
		}},
	},
	{
		Flag: "groups", Key: SourceKey + ".groups", Group: Function, Part: Sources,
		Value: "N", Echo: "groups",
		Usage:  "sqs-fifo: message groups that are active at a time",
		Reader: ofSource[int64]{quantity.ParseCount, func(s *source.Source) *optionalCount { return &s.Groups }},
	},
	{
		Flag: "pollers", Key: pollersKey, Group: Function, Part: Sources,
		Value: "MIN:MAX", Echo: "pollers_max",
		Usage: "sqs-provisioned, kafka-provisioned, kafka-queue: provisioned pollers (default 2:200, Kafka 1:200)",
		Reader: into[[2]int64]{source.ParsePollers, func(t Target, bounds [2]int64) {
			s := sourceOf(t)
			s.PollersMin, s.PollersMax = calc.Some(bounds[0]), calc.Some(bounds[1])
		}},
	},
	{
		Key: SourceKey + ".pollers_min", Group: Function, Part: Sources, Within: pollersKey,
		Echo:   "pollers_min",
		Usage:  "the fewest provisioned pollers",
		Reader: ofSource[int64]{quantity.ParseCount, func(s *source.Source) *optionalCount { return &s.PollersMin }},
	},
	{
		Key: SourceKey + ".pollers_max", Group: Function, Part: Sources, Within: pollersKey,
		Echo:   "pollers_max",
		Usage:  "the most provisioned pollers",
		Reader: ofSource[int64]{quantity.ParseCount, func(s *source.Source) *optionalCount { return &s.PollersMax }},
	},
	{
		Flag: "visibility", Key: SourceKey + ".visibility", Group: Function, Part: Sources,
		Value: "DURATION", Echo: "visibility_s",
		Usage:  "sqs: visibility timeout of the queue, up to 12h (default 30s)",
		Reader: ofSource[float64]{source.ParseSpan, func(s *source.Source) *optionalNumber { return &s.VisibilityS }},
	},
	{
		Flag: "max-receive", Key: SourceKey + ".max_receive", Group: Function, Part: Sources,
		Value: "N", Echo: "max_receive",
		Usage:  "sqs: receives until a message goes to the dead-letter queue",
		Reader: ofSource[int64]{quantity.ParseCount, func(s *source.Source) *optionalCount { return &s.MaxReceive }},
	},
	{
		Flag: TimeoutKey, Key: TimeoutKey, Group: Function, Part: Sources,
		Value: "DURATION", Echo: "timeout_ms",
		Usage:  "timeout of the function, which the visibility timeout must exceed (default 3s)",
		Reader: optional[float64]{quantity.ParseDuration, func(t Target) *optionalNumber { return &t.Function.TimeoutMS }},
	},
	{
		Flag: "retention", Key: SourceKey + ".retention", Group: Function, Part: Sources,
		Value: "DURATION", Echo: "retention_s",
		Usage:  "how long messages are kept (default 4d for SQS, 24h for streams, 6h for async)",
		Reader: ofSource[float64]{source.ParseSpan, func(s *source.Source) *optionalNumber { return &s.RetentionS }},
	},
	{
		Flag: "shards", Key: SourceKey + ".shards", Group: Function, Part: Sources, Common: true, CommonTo: Drains,
		Value: "N", Echo: "shards",
		Usage:  "kinesis, dynamodb: shards",
		Reader: ofSource[int64]{quantity.ParseCount, func(s *source.Source) *optionalCount { return &s.Shards }},
	},
	{
		Flag: "parallelization", Key: SourceKey + ".parallelization", Group: Function, Part: Sources,
		Value: "N", Echo: "parallelization",
		UsageOf: func(Part) string {
			return fmt.Sprintf("kinesis, dynamodb: batches at a time of each shard, 1 to %d (default 1)",
				aws.MaxParallelization)
		},
		Reader: ofSource[int64]{quantity.ParseCount, func(s *source.Source) *optionalCount { return &s.Parallelization }},
	},
	{
		Flag: "hottest-shard", Key: SourceKey + ".hottest_shard", Group: Function, Part: Sources,
		Value: "SHARE", Echo: "hottest_shard_ratio",
		Usage:  "kinesis, dynamodb: share of the records that the busiest shard has (default an even one)",
		Reader: ofSource[float64]{quantity.ParsePercent, func(s *source.Source) *optionalNumber { return &s.HottestShard }},
	},
	{
		Flag: "partitions", Key: SourceKey + ".partitions", Group: Function, Part: Sources,
		Value: "N", Echo: "partitions",
		Usage:  "kafka, kafka-provisioned: partitions",
		Reader: ofSource[int64]{quantity.ParseCount, func(s *source.Source) *optionalCount { return &s.Partitions }},
	},
	{
		Flag: "record-size", Key: SourceKey + ".record_size", Group: Function, Part: Sources,
		Value: "SIZE", Echo: "record_bytes",
		Usage:  "kinesis, sqs-provisioned: mean size of a message: 512B, 5KB",
		Reader: ofSource[int64]{quantity.ParseRecordSize, func(s *source.Source) *optionalCount { return &s.RecordBytes }},
	},
	{
		Flag: "behind", Key: SourceKey + ".behind", Group: Function, Part: Drains,
		Value: "DURATION", Echo: "behind_s",
		Usage:  "streams, Kafka: age of the oldest record, instead of --backlog",
		Reader: ofSource[float64]{source.ParseSpan, func(s *source.Source) *optionalNumber { return &s.BehindS }},
	},
}

// severalSettings describe several event sources of a function.
var severalSettings = []Setting{
	{
		Key: SourcesKey, Group: Function, Part: Sources, Echo: "type",
		Usage:  "several event sources, each with the keys of source; their batches at a time add up",
		List:   &List{Legal: legalSources, Item: "a mapping", Keys: sourceKeys, Partial: true},
		Reader: readerFunc(readSources),
	},
}

// legalSources says what several sources are.
const legalSources = "a list of mappings, such as - {type: sqs, messages: 200}"

// sourceKeys lists the keys of a single source.
func sourceKeys() (keys []string) {
	for i := range sourceSettings {
		if key, ok := strings.CutPrefix(sourceSettings[i].Key, SourceKey+"."); ok {
			keys = append(keys, key)
		}
	}
	return keys
}

// readSources reads several sources, each as a single one.
func readSources(t Target, v Value) (faults fault.List) {
	if v.List == nil || v.Text != "" {
		return fault.List{v.Fault(fmt.Errorf("%q is a single value; expected %s", v.Text, legalSources))}
	}
	t.Function.Sources = make([]source.Source, len(v.List))
	for i, item := range v.List {
		of := calc.Function{Sources: t.Function.Sources[i : i+1]}
		for _, x := range item.List {
			at := slices.IndexFunc(sourceSettings, func(s Setting) bool { return s.Key == SourceKey+"."+x.Key })
			faults = append(faults, sourceSettings[at].Reader.Read(Target{Function: &of}, x)...)
		}
	}
	return faults
}

// sourceTypes lists the types of sources.
func sourceTypes(Part) (names []string) {
	for _, t := range source.Types() {
		names = append(names, string(t))
	}
	return names
}
