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

// sources is the setting of a list of sources, each with the settings of a single one.
func sources(each []Setting) Setting {
	const legal = "a list of mappings, such as - {type: sqs, messages: 200}"
	s := Setting{Key: SourcesKey, Group: Function, Part: Sources, Echo: "type",
		Usage: "several event sources, each with the keys of source; their batches at a time add up",
		List:  &List{Legal: legal, Item: "a mapping", Partial: true}}
	read := map[string]func(Target, Value) fault.List{}
	for _, x := range each {
		if key, ok := strings.CutPrefix(x.Key, SourceKey+"."); ok {
			s.List.Keys = append(s.List.Keys, key)
			read[key] = x.Read
		}
	}
	s.Read = func(t Target, v Value) (faults fault.List) {
		if v.List == nil || v.Text != "" {
			return fault.List{v.Fault(fmt.Errorf("%q is a single value; expected %s", v.Text, legal))}
		}
		t.Function.Sources = make([]source.Source, len(v.List))
		for i, item := range v.List {
			of := calc.Function{Sources: t.Function.Sources[i : i+1]}
			for _, x := range item.List {
				faults = append(faults, read[x.Key](Target{Function: &of}, x)...)
			}
		}
		return faults
	}
	return s
}

// sourceTypes lists the types of sources.
func sourceTypes() (names []string) {
	for _, t := range source.Types() {
		names = append(names, string(t))
	}
	return names
}

// sourceCount returns a setting of a source that is a whole number.
func sourceCount(flag, key, value, usage string, to func(*source.Source) *optionalCount) Setting {
	return Setting{Flag: flag, Key: SourceKey + "." + key, Group: Function, Part: Sources, Echo: key,
		Value: value, Usage: usage,
		Read: optional(quantity.ParseCount, func(t Target) *optionalCount { return to(sourceOf(t)) })}
}

// sourceSpan returns a setting of a source that is a time.
func sourceSpan(key, usage string, to func(*source.Source) *optionalNumber) Setting {
	return Setting{Flag: key, Key: SourceKey + "." + key, Group: Function, Part: Sources, Echo: key + "_s",
		Value: "DURATION", Usage: usage,
		Read: optional(source.ParseSpan, func(t Target) *optionalNumber { return to(sourceOf(t)) })}
}

// pollersKey is the key of both bounds of the provisioned pollers in one text.
const pollersKey = SourceKey + ".pollers"

// pollers returns the setting of one of the bounds.
func pollers(key, usage string, to func(*source.Source) *optionalCount) Setting {
	s := sourceCount("", key, "", usage, to)
	s.Within = pollersKey
	return s
}

// common marks settings that people use most to drain queues.
func common(list ...Setting) []Setting {
	for i := range list {
		list[i].Common, list[i].CommonTo = true, Drains
	}
	return list
}

// sourceSettings describe the event source of a function: first what every source has, then what some have.
func sourceSettings() []Setting {
	list := []Setting{
		{
			Flag: SourceKey, Key: SourceKey + ".type", Group: Function, Part: Sources, Common: true, CommonTo: Drains,
			Echo: "type", Value: "TYPE", Values: sourceTypes(),
			Usage: "what invokes it: sqs, sqs-fifo, kinesis, dynamodb, kafka, async, ... (default sqs)",
			Read:  into(source.ParseType, func(t Target, x source.Type) { sourceOf(t).Type = x }),
		},
		{
			Flag: "backlog", Key: SourceKey + ".backlog", Group: Function, Part: Drains, Common: true,
			Echo: "backlog_messages", Value: "N",
			Usage: "messages that wait: 50000, 1M",
			Read:  optional(quantity.ParseMessages, func(t Target) *optionalNumber { return &sourceOf(t).Backlog }),
		},
		{
			Flag: "messages", Key: MessagesKey, Group: Function, Part: Sources, Common: true, CommonTo: Drains,
			Echo: "messages_rps", Value: "RATE",
			Usage: "messages that arrive: 200, 12k/min (default: rps x batch, or none)",
			Read:  optional(quantity.ParseRate, func(t Target) *optionalNumber { return &sourceOf(t).MessagesRPS }),
		},
	}
	list = append(list, common(
		sourceCount("batch", "batch", "N",
			fmt.Sprintf("most messages of a batch (default %d for SQS, %d for others)", aws.DefaultQueueBatch,
				aws.DefaultStreamBatch),
			func(s *source.Source) *optionalCount { return &s.Batch }))...)
	list = slices.Concat(list, queueSettings(), streamSettings())
	return append(list, sources(list))
}

// queueSettings describe queues.
func queueSettings() []Setting {
	return []Setting{
		sourceSpan("window", "how long pollers wait until a batch is full, up to 5m (default 0s)",
			func(s *source.Source) *optionalNumber { return &s.WindowS }),
		common(sourceCount("maximum-concurrency", "maximum_concurrency", "N",
			fmt.Sprintf("sqs, sqs-fifo: most batches at a time, %d to %d (default %d)", aws.MinQueueConcurrency,
				aws.MaxQueueConcurrency, aws.UnboundedQueueConcurrency),
			func(s *source.Source) *optionalCount { return &s.MaximumConcurrency }))[0],
		sourceCount("groups", "groups", "N", "sqs-fifo: message groups that are active at a time",
			func(s *source.Source) *optionalCount { return &s.Groups }),
		{
			Flag: "pollers", Key: pollersKey, Group: Function, Part: Sources, Echo: "pollers_max",
			Value: "MIN:MAX",
			Usage: "sqs-provisioned, kafka-provisioned, kafka-queue: provisioned pollers (default 2:200, Kafka 1:200)",
			Read: into(source.ParsePollers, func(t Target, bounds [2]int64) {
				s := sourceOf(t)
				s.PollersMin, s.PollersMax = calc.Some(bounds[0]), calc.Some(bounds[1])
			}),
		},
		pollers("pollers_min", "the fewest provisioned pollers",
			func(s *source.Source) *optionalCount { return &s.PollersMin }),
		pollers("pollers_max", "the most provisioned pollers",
			func(s *source.Source) *optionalCount { return &s.PollersMax }),
		sourceSpan("visibility", "sqs: visibility timeout of the queue, up to 12h (default 30s)",
			func(s *source.Source) *optionalNumber { return &s.VisibilityS }),
		sourceCount("max-receive", "max_receive", "N", "sqs: receives until a message goes to the dead-letter queue",
			func(s *source.Source) *optionalCount { return &s.MaxReceive }),
		{
			Flag: TimeoutKey, Key: TimeoutKey, Group: Function, Part: Sources, Echo: "timeout_ms",
			Value: "DURATION",
			Usage: "timeout of the function, which the visibility timeout must exceed (default 3s)",
			Read:  optional(quantity.ParseDuration, func(t Target) *optionalNumber { return &t.Function.TimeoutMS }),
		},
		sourceSpan("retention", "how long messages are kept (default 4d for SQS, 24h for streams, 6h for async)",
			func(s *source.Source) *optionalNumber { return &s.RetentionS }),
	}
}

// streamSettings describe streams and topics.
func streamSettings() []Setting {
	behind := sourceSpan("behind", "streams, Kafka: age of the oldest record, instead of --backlog",
		func(s *source.Source) *optionalNumber { return &s.BehindS })
	behind.Part = Drains
	return []Setting{
		common(sourceCount("shards", "shards", "N", "kinesis, dynamodb: shards",
			func(s *source.Source) *optionalCount { return &s.Shards }))[0],
		sourceCount("parallelization", "parallelization", "N",
			fmt.Sprintf("kinesis, dynamodb: batches at a time of each shard, 1 to %d (default 1)", aws.MaxParallelization),
			func(s *source.Source) *optionalCount { return &s.Parallelization }),
		{
			Flag: "hottest-shard", Key: SourceKey + ".hottest_shard", Group: Function, Part: Sources,
			Echo: "hottest_shard_ratio", Value: "SHARE",
			Usage: "kinesis, dynamodb: share of the records that the busiest shard has (default an even one)",
			Read:  optional(quantity.ParsePercent, func(t Target) *optionalNumber { return &sourceOf(t).HottestShard }),
		},
		sourceCount("partitions", "partitions", "N", "kafka, kafka-provisioned: partitions",
			func(s *source.Source) *optionalCount { return &s.Partitions }),
		{
			Flag: "record-size", Key: SourceKey + ".record_size", Group: Function, Part: Sources, Echo: "record_bytes",
			Value: "SIZE",
			Usage: "kinesis, sqs-provisioned: mean size of a message: 512B, 5KB",
			Read:  optional(quantity.ParseRecordSize, func(t Target) *optionalCount { return &sourceOf(t).RecordBytes }),
		},
		behind,
	}
}
