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

// SetMinPollers sets the least number of provisioned pollers, as a file writes it.
func SetMinPollers(p *check.Poller, text string) { p.MinPollers = pollers(p, text) }

// SetMaxPollers sets the greatest number of provisioned pollers, as a file writes it.
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

// SetParallelization sets the number of batches that are processed at a time from each shard, as a file writes it.
func SetParallelization(p *check.Poller, text string) {
	if n, ok := WholeNumber(text); ok {
		p.Parallelization = calc.Some(n)
	} else {
		p.Unsure = true
	}
}

// SourceOf tells what is polled by its ARN; empty if that is not known, or something else.
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

// Misdirected tells what is wrong with the resource and the dimension that scaling of Lambda names; nil if nothing is,
// or if nothing of them is known. Both are empty if they are not known.
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

// ScaledName returns the name of the function that a resource id means, even if it is not one that can be scaled; empty
// if that cannot be told.
func ScaledName(id string) string {
	name, _ := SplitName(strings.TrimPrefix(id, "function:"))
	if calc.CheckName(name) != nil {
		return ""
	}
	return name
}
