package record

import (
	"encoding/json"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/source"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// The keys of the settings of event sources in a profile, without "source.".
const (
	KeyBatch           = "batch"
	KeyWindow          = "window"
	KeyMaximum         = "maximum_concurrency"
	KeyMinPollers      = "pollers_min"
	KeyMaxPollers      = "pollers_max"
	KeyParallelization = "parallelization"
	KeyShards          = "shards"
	KeyVisibility      = "visibility"
	KeyMaxReceive      = "max_receive"
	KeyRetention       = "retention"
	KeyBacklog         = "backlog"
)

// SetSource sets a setting of an event source, as a file writes it: a whole number, for times of seconds.
func SetSource(p *check.Poller, key, text string, place check.Place) {
	p.Places.Set(key, place)
	n, ok := WholeNumber(text)
	if !ok {
		p.Refused = append(p.Refused, check.Refused{Field: key, Text: tree.Shown(text), Place: place})
		return
	}
	setSource(p, key, n)
}

func setSource(p *check.Poller, key string, n int64) {
	count, seconds := calc.Some(n), calc.Some(float64(n))
	switch key {
	case KeyBatch:
		p.Batch = count
	case KeyWindow:
		p.WindowS = seconds
	case KeyMaximum:
		p.MaximumConcurrency = count
	case KeyMinPollers:
		p.PollersMin, p.Provisioned = count, true
	case KeyMaxPollers:
		p.PollersMax, p.Provisioned = count, true
	case KeyParallelization:
		p.Parallelization = count
	case KeyShards:
		p.Shards = count
	case KeyVisibility:
		p.VisibilityS = seconds
	case KeyMaxReceive:
		p.MaxReceive = count
	case KeyRetention:
		p.RetentionS = seconds
	}
}

// SetRetentionHours sets the retention of a stream, as a file writes it in hours.
func SetRetentionHours(p *check.Poller, text string, place check.Place) {
	SetSource(p, KeyRetention, text, place)
	if hours, ok := p.RetentionS.Get(); ok {
		p.RetentionS = calc.Some(hours * 3600)
	}
}

// SetRedrive sets how often a queue receives a message, from a redrive policy: a mapping, or a text with JSON.
func SetRedrive(p *check.Poller, policy tree.Node) {
	const key = "maxReceiveCount"
	if n := policy.Get(key); n.HasValue() {
		SetSource(p, KeyMaxReceive, n.Written(), policy.Place())
		return
	}
	var parsed struct {
		MaxReceiveCount json.RawMessage `json:"maxReceiveCount"`
	}
	text := policy.Scalar()
	if text == "" || len(text) > MaxText || json.Unmarshal([]byte(text), &parsed) != nil || parsed.MaxReceiveCount == nil {
		return
	}
	SetSource(p, KeyMaxReceive, strings.Trim(string(parsed.MaxReceiveCount), `"`), policy.Place())
}

// SetBacklog sets how many messages wait in a queue: those to receive, and those that were received and are not deleted
// yet. A number that cannot be read leaves it unknown.
func SetBacklog(p *check.Poller, place check.Place, waiting, inFlight string) {
	n, ok := WholeNumber(waiting)
	m, _ := WholeNumber(inFlight)
	if ok && n >= 0 && m >= 0 {
		p.Backlog = calc.Some(float64(n + m))
		p.Places.Set(KeyBacklog, place)
	}
}

// SetQueueDefaults sets what a queue has whose settings are all known, at the place of the queue.
func SetQueueDefaults(p *check.Poller) {
	if !p.Places.Of(KeyVisibility).Known() {
		p.VisibilityS = calc.Some(float64(aws.DefaultVisibilityS))
		p.Places.Set(KeyVisibility, p.Place)
	}
}

// Attach adds to an event source what is known of the queue or stream that it polls. What it has already stays.
func Attach(p *check.Poller, polled check.Poller) {
	if p.Type == "" || p.Type == source.SQS && polled.Type == source.SQSFIFO {
		p.Type = polled.Type
	}
	p.Shards = p.Shards.Else(polled.Shards)
	p.VisibilityS = p.VisibilityS.Else(polled.VisibilityS)
	p.MaxReceive = p.MaxReceive.Else(polled.MaxReceive)
	p.RetentionS = p.RetentionS.Else(polled.RetentionS)
	p.Backlog = p.Backlog.Else(polled.Backlog)
	p.Refused = append(p.Refused, polled.Refused...)
	for _, key := range []string{KeyShards, KeyVisibility, KeyMaxReceive, KeyRetention, KeyBacklog} {
		if at := polled.Places.Of(key); at.Known() && !p.Places.Of(key).Known() {
			p.Places.Set(key, at)
		}
	}
}

// SourceOf returns the type of source that an ARN names. It is empty if the type is not known, or scales in its own
// way.
func SourceOf(arn string) source.Type {
	parts := strings.SplitN(arn, ":", 4)
	if len(parts) < 4 || parts[0] != "arn" {
		return ""
	}
	switch parts[2] {
	case "sqs":
		return queueOf(arn)
	case "kinesis":
		return source.Kinesis
	case "dynamodb":
		return source.DynamoDB
	case "kafka":
		return source.Kafka
	}
	return ""
}

// queueOf returns the type of a queue, by its name or its ARN.
func queueOf(name string) source.Type {
	if strings.HasSuffix(name, ".fifo") {
		return source.SQSFIFO
	}
	return source.SQS
}

// BrokerOf returns the type of source that a broker is, by its engine; empty if it is not known.
func BrokerOf(engine string) source.Type {
	switch strings.ToUpper(engine) {
	case "ACTIVEMQ":
		return source.ActiveMQ
	case "RABBITMQ":
		return source.RabbitMQ
	}
	return ""
}
