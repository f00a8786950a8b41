package record

import (
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// SetMaximum sets the maximum concurrency of an event source mapping, as a file writes it.
func SetMaximum(p *check.Poller, text string) {
	if n, ok := WholeNumber(text); ok {
		p.MaximumConcurrency = calc.Some(n)
	} else {
		p.Text = tree.Shown(text)
	}
}

// SetMinPollers sets the minimum number of provisioned pollers, as a file writes it.
func SetMinPollers(p *check.Poller, text string) { p.MinPollers = pollers(p, text) }

// SetMaxPollers sets the maximum number of provisioned pollers, as a file writes it.
func SetMaxPollers(p *check.Poller, text string) { p.MaxPollers = pollers(p, text) }

func pollers(p *check.Poller, text string) calc.Optional[int64] {
	p.Provisioned = true
	n, ok := WholeNumber(text)
	if !ok {
		p.PollersText = tree.Shown(text)
		return calc.Optional[int64]{}
	}
	return calc.Some(n)
}

// SetParallelization sets the number of concurrent batches per shard, as a file writes it.
func SetParallelization(p *check.Poller, text string) {
	if n, ok := WholeNumber(text); ok {
		p.Parallelization = calc.Some(n)
	} else {
		p.Unsure = true
	}
}

// SourceOf returns the kind of source that an ARN names. It is empty if the kind is unknown or another one.
func SourceOf(arn string) check.Source {
	parts := strings.SplitN(arn, ":", 4)
	if len(parts) < 4 || parts[0] != "arn" {
		return ""
	}
	switch parts[2] {
	case "sqs":
		return check.Queue
	case "kinesis", "dynamodb":
		return check.Stream
	case "kafka":
		return check.Kafka
	}
	return ""
}

// Misdirected describes what is wrong with the resource or the dimension that a scalable target of Lambda names. It is
// nil if nothing is known to be wrong. An unknown id or dimension is empty.
func Misdirected(id, dimension string, place check.Place) *check.Misdirected {
	_, qualifier, ok := SplitResource(id)
	switch {
	case dimension != "" && dimension != ScalableDimension && !strings.Contains(dimension, Hole):
		return &check.Misdirected{Wrong: "names the dimension " + strconv.Quote(tree.Shown(dimension)),
			Remedy: "use " + ScalableDimension, Place: place}
	case id != "" && !strings.Contains(id, Hole) && (!ok || strings.Contains(qualifier, ":")):
		return &check.Misdirected{Wrong: "names the resource " + strconv.Quote(tree.Shown(id)),
			Remedy: "use function:NAME:ALIAS", Place: place}
	}
	return nil
}

// ScaledName returns the name of the function that a resource id refers to, even if the id cannot be scaled. It is
// empty if the id has no valid name.
func ScaledName(id string) string {
	name, _ := SplitName(strings.TrimPrefix(id, "function:"))
	if calc.CheckName(name) != nil {
		return ""
	}
	return name
}
