package source

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/optional"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// A Fault is one thing that is wrong with a source.
type Fault struct {
	Field   string // the key of the setting in a profile, such as batch
	Message string // the value, what is wrong with it, and what was expected
}

// A field is a setting of a source that has one value.
type field struct {
	key   string
	value optional.Optional[float64]
	of    []Type // the types that have it; nil for all
	legal quantity.Range
}

// number is a count as a number.
func number(n optional.Optional[int64]) (x optional.Optional[float64]) {
	if v, ok := n.Get(); ok {
		x = optional.Some(float64(v))
	}
	return x
}

// whole returns a range of whole numbers.
func whole(least, most float64) quantity.Range {
	return quantity.Range{Least: least, Most: most, Legal: fmt.Sprintf("a whole number from %.0f to %.0f", least, most)}
}

// span returns a range of times, seconds.
func span(least, most float64) quantity.Range {
	return quantity.Range{Least: least, Most: most,
		Legal: quantity.FormatSpan(least) + " to " + quantity.FormatSpan(most)}
}

// The widest ranges of what AWS does not limit, or lets accounts raise.
const (
	mostParts   = 1e8 // shards, partitions, groups
	mostBehindS = aws.MaxStreamRetentionS
)

// fields lists the settings of the source with the ranges that its type has.
func (s *Source) fields() []field {
	batch, retention := whole(1, aws.MaxBatch), span(aws.MinRetentionS, aws.MaxStreamRetentionS)
	least, most := float64(aws.MinKafkaPollers), float64(aws.MostKafkaPollers)
	switch s.Type {
	case SQSFIFO:
		batch = whole(1, aws.MaxFIFOBatch)
	case SQSProvisioned:
		least, most = aws.MinQueuePollers, aws.MostQueuePollers
	case DynamoDB:
		retention = span(aws.MinRetentionS, aws.StreamRetentionS)
	case Async:
		retention = span(aws.MinRetentionS, aws.AsyncRetentionS)
	}
	if s.Type.IsQueue() {
		retention = span(aws.MinRetentionS, aws.MaxQueueRetentionS)
	}
	return []field{
		{"messages", s.MessagesRPS, nil, quantity.Rates},
		{"batch", number(s.Batch), batched, batch},
		{"window", s.WindowS, windowed, span(0, aws.MaxWindowS)},
		{"maximum_concurrency", number(s.MaximumConcurrency), capped,
			whole(aws.MinQueueConcurrency, aws.MaxQueueConcurrency)},
		{"pollers_min", number(s.PollersMin), polled, whole(least, aws.MostMinPollers)},
		{"pollers_max", number(s.PollersMax), polled, whole(least, most)},
		{"groups", number(s.Groups), []Type{SQSFIFO}, whole(1, mostParts)},
		{"shards", number(s.Shards), shards, whole(1, mostParts)},
		{"parallelization", number(s.Parallelization), shards, whole(1, aws.MaxParallelization)},
		{"partitions", number(s.Partitions), topics, whole(1, mostParts)},
		{"record_size", number(s.RecordBytes), sized, quantity.RecordSizes},
		{"visibility", s.VisibilityS, queues, span(0, aws.MaxVisibilityS)},
		{"max_receive", number(s.MaxReceive), queues, whole(1, aws.MaxReceives)},
		{"retention", s.RetentionS, kept, retention},
		{"backlog", s.Backlog, nil, quantity.Messages},
		{"behind", s.BehindS, logs, span(0, mostBehindS)},
		{"hottest_shard", s.HottestShard, shards, quantity.Shares},
	}
}

// Validate returns everything that is wrong with the source: what Refused returns, values that are missing, and values
// that do not go together.
func (s Source) Validate() []Fault {
	faults := s.Refused()
	if _, err := ParseType(string(cmp.Or(s.Type, SQS))); err != nil {
		return faults
	}
	add := func(field, format string, args ...any) {
		faults = append(faults, Fault{field, fmt.Sprintf(format, args...)})
	}
	if len(faults) == 0 {
		s.together(add)
	}
	s.missing(add)
	return faults
}

// Refused returns the settings that AWS does not accept: those that its type does not have, those out of range, and
// those that do not go together.
func (s Source) Refused() (faults []Fault) {
	if s.Type == "" {
		s.Type = SQS
	}
	add := func(field, format string, args ...any) {
		faults = append(faults, Fault{field, fmt.Sprintf(format, args...)})
	}
	if _, err := ParseType(string(s.Type)); err != nil {
		add("type", "%v", err)
		return faults
	}
	for _, f := range s.fields() {
		switch x, ok := f.value.Get(); {
		case !ok:
		case f.of != nil && !slices.Contains(f.of, s.Type):
			add(f.key, "a source of type %s has no such setting; expected the type %s", s.Type, oneOf(f.of))
		case !f.legal.Contains(x):
			add(f.key, "%v", f.legal.Check(x))
		}
	}
	if len(faults) > 0 {
		return faults
	}
	full := s.Completed()
	if least := full.leastWindow(); s.WindowS.Or(least) < least {
		add("window", "SQS accepts batches of more than %d messages only with a window of %s or more", aws.LargeBatch,
			quantity.FormatSeconds(least))
	}
	if low, high := full.PollersMin.Or(0), full.PollersMax.Or(0); low > high {
		add("pollers_min", "the minimum of %d pollers is above the maximum of %d", low, high)
	}
	return faults
}

// missing finds values without which nothing is known of the source.
func (s *Source) missing(add func(field, format string, args ...any)) {
	switch s.Type {
	case SQSFIFO:
		if !s.Groups.Known() {
			add("groups", "the number of active message groups is not given; expected such as 20")
		}
	case Kinesis, DynamoDB:
		if !s.Shards.Known() {
			add("shards", "the number of shards is not given; expected such as 10")
		}
	case Kafka, KafkaProvisioned:
		if !s.Partitions.Known() {
			add("partitions", "the number of partitions is not given; expected such as 12")
		}
	}
}

// together finds values that do not go together.
func (s *Source) together(add func(field, format string, args ...any)) {
	if hottest, ok := s.HottestShard.Get(); ok && float64(hottest*float64(s.Shards.Or(1))) < 1-tolerance {
		add("hottest_shard", "%s is less than an even share of %d shards", quantity.FormatPercent(hottest), s.Shards.Or(1))
	}
	if s.Backlog.Known() && s.BehindS.Known() {
		add("behind", "stands beside a backlog; expected one of the two")
	}
	if s.BehindS.Or(0) > 0 && !s.MessagesRPS.Known() {
		add("behind", "how many records that is depends on the rate at which they arrive; expected messages as well")
	}
}

// oneOf lists types as alternatives.
func oneOf(types []Type) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = string(t)
	}
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " or " + names[last]
	}
	return names[0]
}
