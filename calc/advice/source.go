package advice

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// sourceMessage describes the change of an event source.
func sourceMessage(c calc.Change, from, to string) string {
	what := map[calc.Setting]string{
		calc.SettingMaximumConcurrency: "maximum concurrency", calc.SettingPollers: "the most pollers",
		calc.SettingParallelization: "the parallelization factor", calc.SettingShards: "the number of shards",
		calc.SettingVisibility: "the visibility timeout", calc.SettingMaxReceive: "maxReceiveCount",
	}[c.Setting]
	if s, ok := c.Source.Get(); ok {
		what += " of the source " + string(s)
	}
	if c.Setting == calc.SettingVisibility {
		from, to = quantity.FormatSpan(float64(c.From.Or(0))), quantity.FormatSpan(float64(c.To.Or(0)))
	}
	text := "raise " + what + " from " + from + " to " + to
	switch {
	case !c.From.Known():
		text = "set " + what + " to " + to
	case c.To.Or(0) < c.From.Or(0):
		text = "lower " + what + " from " + from + " to " + to
	}
	switch {
	case c.Setting == calc.SettingVisibility:
		return text + fmt.Sprintf(", %d times the timeout of the function and the window", aws.VisibilityTimeouts)
	case c.Setting == calc.SettingMaxReceive:
		return text + ", since a throttled receive counts"
	case c.Setting == calc.SettingShards && c.To.Or(0) > 2*c.From.Or(0):
		return text + ", at most doubled at a time"
	}
	return text + because(c.Cause)
}

// sourceCommand returns the AWS CLI command of the change of an event source.
func sourceCommand(c calc.Change) string {
	const mapping = "aws lambda update-event-source-mapping --uuid UUID "
	to := c.To.Or(0)
	switch c.Setting {
	case calc.SettingMaximumConcurrency:
		return mapping + fmt.Sprintf("--scaling-config MaximumConcurrency=%d", to)
	case calc.SettingPollers:
		return mapping + fmt.Sprintf("--provisioned-poller-config MinimumPollers=%d,MaximumPollers=%d", c.Least, to)
	case calc.SettingParallelization:
		return mapping + fmt.Sprintf("--parallelization-factor %d", to)
	case calc.SettingShards:
		return fmt.Sprintf("aws kinesis update-shard-count --stream-name STREAM --target-shard-count %d "+
			"--scaling-type UNIFORM_SCALING", to)
	case calc.SettingVisibility:
		return fmt.Sprintf("aws sqs set-queue-attributes --queue-url QUEUE_URL --attributes VisibilityTimeout=%d", to)
	}
	redrive := fmt.Sprintf(`{"RedrivePolicy":"{\"deadLetterTargetArn\":\"DLQ_ARN\",\"maxReceiveCount\":\"%d\"}"}`, to)
	return "aws sqs set-queue-attributes --queue-url QUEUE_URL " + Option("--attributes", redrive)
}
