package source

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/elementary"
	"github.com/lambdacap/lambdacap/calc/optional"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// A Bound is what limits a source.
type Bound string

// The bounds.
const (
	Maximum         Bound = "maximum"          // the maximum concurrency of the mapping, or that of AWS
	Pollers         Bound = "pollers"          // the provisioned pollers
	Groups          Bound = "groups"           // the active message groups
	Shards          Bound = "shards"           // the shards, each with its batches at a time
	Partitions      Bound = "partitions"       // the partitions
	ShardThroughput Bound = "shard-throughput" // what a shard may be read
	Reserved        Bound = "reserved"         // the reservation of the function
	Unreserved      Bound = "unreserved"       // the units that the account has for the function
	Rate            Bound = "rate"             // 10 invocations a second for each unit
)

// OfUnits reports whether it is a limit of the units of the function, and not of the source itself.
func (b Bound) OfUnits() bool { return b == Reserved || b == Unreserved || b == Rate }

// tolerance is the relative error that counts as nothing, as in package calc.
const tolerance = 1e-9

// A Room is what a function can have for its batches.
type Room struct {
	// Units is the reservation, or what the account has for the function, units.
	Units int64
	// Reserved says that it is the reservation.
	Reserved bool
	// DurationS is the mean duration of a batch, seconds, more than 0.
	DurationS float64
}

func (r Room) bound() Bound {
	if r.Reserved {
		return Reserved
	}
	return Unreserved
}

// A Pace is how fast a source takes messages that wait.
//
//	c(t) = min(C, c0 + g t)            batches at a time
//	μ(t) = min(μ, k (c0 + g t))        messages per second
type Pace struct {
	// Concurrency is the most batches at a time, C.
	Concurrency float64
	// ConcurrencyBoundBy is what determines it. At a tie, that is the source's own limit.
	ConcurrencyBoundBy Bound
	// TopRPS is the most messages per second, μ.
	TopRPS float64
	// BoundBy is what determines it.
	BoundBy Bound
	// Start is the number of batches at a time at the start, c0.
	Start float64
	// PerS is how many more there are each second, g; 0 for a source that starts at its most.
	PerS float64
	// PerMinute is the same as AWS publishes it, which may come all at once at the end of each minute.
	PerMinute float64
	// PerUnitRPS is what a batch at a time takes, messages per second, k.
	PerUnitRPS float64
}

// At returns the batches at a time after a time of growth, seconds.
func (p Pace) At(t float64) float64 { return math.Min(p.Concurrency, p.Start+float64(p.PerS*t)) }

// Pace returns how fast the source takes messages:
//
//	C = min(own, n)
//	μ = min(C β/d, 10 n β)
//
// where
//
//	own = maximum or 1250                   sqs: 5 at once, and 300 a minute
//	      min(groups, maximum)              sqs-fifo: at once
//	      10 pollers                        sqs-provisioned: 10 of the fewest at once, and 1000 a minute
//	      shards x parallelization factor   kinesis, dynamodb: at once
//	      partitions                        kafka: AWS publishes no growth
//	      5 min(pollers, partitions)        kafka-provisioned
//	      5 pollers                         kafka-queue
//	      5 or 1                            activemq, rabbitmq
//	      no limit                          async, which has no rate limit either
//	n   = units that the function can have
//	β   = messages of a batch
//	d   = mean duration of a batch, seconds
//
// Kinesis and provisioned pollers of SQS also have limits on what they read, see shardRPS and pollerRPS. If the hottest
// shard has a share h of the records, μ is at most that of a shard divided by h.
//
// Source: aws.SourceSQS, aws.SourceKinesis, aws.SourceShards, aws.SourceKafka, aws.SourceMQ, read 2026-11.
func (s Source) Pace(r Room) Pace {
	s = s.Completed()
	units, batch := float64(r.Units), float64(s.Batch.Or(1))
	p := Pace{PerUnitRPS: batch / r.DurationS}
	p.Concurrency, p.ConcurrencyBoundBy = s.concurrency()
	if units < p.Concurrency {
		p.Concurrency, p.ConcurrencyBoundBy = units, r.bound()
	}
	p.Start = p.Concurrency
	p.TopRPS, p.BoundBy = float64(p.Concurrency*p.PerUnitRPS), p.ConcurrencyBoundBy
	atMost := func(rps float64, by Bound) {
		if rps = float64(rps); rps < p.TopRPS-float64(tolerance*p.TopRPS) {
			p.TopRPS, p.BoundBy = rps, by
		}
	}
	if s.Type != Async {
		atMost(aws.RatePerUnit*units*batch, Rate)
	}
	switch s.Type {
	case SQS:
		p.Start, p.PerMinute = math.Min(p.Concurrency, aws.QueueStart), aws.QueueGrowthPerMinute
	case SQSProvisioned:
		each := s.pollerRPS(r.DurationS)
		atMost(float64(s.PollersMax.Or(0))*each, Pollers)
		p.Start, p.PerMinute = float64(aws.QueuePollerConcurrency*s.PollersMin.Or(0)), aws.PollerGrowthPerMinute
		p.PerUnitRPS = math.Min(p.PerUnitRPS, each/aws.QueuePollerConcurrency)
	case Kinesis, DynamoDB:
		each, by := s.shardRPS(r.DurationS)
		atMost(float64(s.Shards.Or(0))*each, by)
		if hottest, ok := s.HottestShard.Get(); ok {
			atMost(each/hottest, by)
		}
	}
	p.PerS = p.PerMinute / 60
	return p
}

// concurrency returns the most batches at a time that the source itself allows, and what determines it.
func (s *Source) concurrency() (float64, Bound) {
	maximum := float64(s.MaximumConcurrency.Or(aws.UnboundedQueueConcurrency))
	switch s.Type {
	case SQSFIFO:
		if groups, ok := s.Groups.Get(); ok && float64(groups) <= maximum {
			return float64(groups), Groups
		}
	case SQSProvisioned:
		return float64(aws.QueuePollerConcurrency * s.PollersMax.Or(0)), Pollers
	case Kinesis, DynamoDB:
		return float64(s.Shards.Or(0) * s.Parallelization.Or(1)), Shards
	case Kafka:
		return float64(s.Partitions.Or(0)), Partitions
	case KafkaProvisioned:
		if s.Partitions.Or(0) <= s.PollersMax.Or(0) {
			return float64(aws.KafkaPollerConcurrency * s.Partitions.Or(0)), Partitions
		}
		return float64(aws.KafkaPollerConcurrency * s.PollersMax.Or(0)), Pollers
	case KafkaQueue:
		return float64(aws.KafkaPollerConcurrency * s.PollersMax.Or(0)), Pollers
	case ActiveMQ:
		return aws.ActiveMQConcurrency, Maximum
	case RabbitMQ:
		return aws.RabbitMQConcurrency, Maximum
	case Async:
		return math.Inf(1), Unreserved
	}
	return maximum, Maximum
}

// pollerRPS returns what a provisioned poller of SQS takes, messages per second:
//
//	min(ceil(1024/s), ceil(10/d) β, 100, 10 β)
//
// where
//
//	s = size of a message, kB; without it the first term is left out
//	d = mean duration of a batch, seconds
//	β = messages of a batch
//
// Source: aws.SourceSQS, read 2026-11. Its worked example contradicts it.
func (s *Source) pollerRPS(durationS float64) float64 {
	batch := float64(s.Batch.Or(1))
	rps := math.Min(aws.PollerMessagesPerS, aws.PollerCallsPerS*batch)
	rps = math.Min(rps, float64(quantity.CeilUnits(aws.QueuePollerConcurrency/durationS))*batch)
	if size, ok := s.RecordBytes.Get(); ok {
		rps = math.Min(rps, float64(quantity.CeilUnits(aws.PollerKBPerS*1024/float64(size))))
	}
	return rps
}

// shardRPS returns what a shard gives, records per second, and what determines it:
//
//	min(f β/d, 2048/s, 2000)
//
// where
//
//	f = parallelization factor
//	β = records of a batch
//	d = mean duration of a batch, seconds
//	s = size of a record, kB; without it the second term is left out
//
// A DynamoDB stream has only the first term: AWS publishes no other.
//
// Source: aws.SourceShards, read 2026-11. All classic consumers of the shard share the limits.
func (s *Source) shardRPS(durationS float64) (rps float64, by Bound) {
	rps = float64(s.Parallelization.Or(1)*s.Batch.Or(1)) / durationS
	if s.Type == DynamoDB {
		return rps, Shards
	}
	read := float64(aws.ShardRecordsPerS)
	if size, ok := s.RecordBytes.Get(); ok {
		read = math.Min(read, aws.ShardKBPerS*1024/float64(size))
	}
	if read < rps-float64(tolerance*rps) {
		return read, ShardThroughput
	}
	return rps, Shards
}

// BatchAt returns how many messages a batch has where pollers wait for messages, and not messages for pollers:
//
//	min(β, max(1, λ w))
//
// where
//
//	β = most messages of a batch
//	λ = rate at which messages arrive, per second
//	w = window, seconds
//
// It is an estimate: pollers share what arrives, so a batch may have less.
func (s Source) BatchAt(rps float64) float64 {
	s = s.Completed()
	return math.Min(float64(s.Batch.Or(1)), math.Max(1, float64(rps*s.WindowS.Or(0))))
}

// InvocationsRPS returns the fewest invocations per second for a rate of messages: λ/β. With partial batches there are
// more.
func (s Source) InvocationsRPS(rps float64) float64 {
	return rps / float64(s.Completed().Batch.Or(1))
}

// DeadLetters returns two upper bounds: of the share of receives that end with throttling, and of the share of messages
// that reach the dead-letter queue by throttling alone, which is absent without a maximum of receives. Both are absent
// for sources other than SQS.
//
//	q = exp(-n V / (d (c - n + 1)))      0 for c <= n, 1 for n = 0
//	share = q^r
//
// where
//
//	n = units that the function can have
//	V = visibility timeout, seconds
//	d = mean duration of a batch, seconds
//	c = batches that pollers have in hand: the maximum concurrency, else those at the start, 5
//	r = receives until a message goes to the dead-letter queue
//
// A throttled batch is tried again until its visibility timeout ends. Tried at random moments, a second apart, it is
// refused less often: 0.78 where q is 0.82, 0.26 where it is 0.30, 0.04 where it is 0.05. AWS does not publish the
// order of retries.
//
// Source: aws.SourceSQSErrors, read 2026-11, for the retries; the bound is derived.
func (s Source) DeadLetters(r Room) (perReceive, share optional.Optional[float64]) {
	s = s.Completed()
	if !s.Type.IsQueue() {
		return perReceive, share
	}
	units, pollers := float64(r.Units), s.InHand()
	q, exponent := 0.0, math.Inf(1)
	if pollers > units {
		exponent = units * s.VisibilityS.Or(0) / (r.DurationS * (pollers - units + 1))
		q = elementary.Exp(-exponent)
	}
	perReceive = optional.Some(q)
	if receives, ok := s.MaxReceive.Get(); ok {
		share = optional.Some(elementary.Exp(-exponent * float64(receives)))
	}
	return perReceive, share
}

// InHand returns the batches that the pollers of a queue have in hand, however small its traffic is.
func (s Source) InHand() float64 {
	if s = s.Completed(); s.Type == SQS && !s.MaximumConcurrency.Known() {
		return aws.QueueStart
	}
	pollers, _ := s.concurrency()
	return pollers
}

// Alone returns the pace of the source if the function can have all the units that it uses.
func (s Source) Alone(durationS float64) Pace {
	return s.Pace(Room{Units: math.MaxInt64, DurationS: durationS})
}
