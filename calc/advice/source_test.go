package advice_test

import (
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/advice"
	"github.com/lambdacap/lambdacap/calc/source"
)

// TestSources checks the words and the commands for each setting of an event source.
func TestSources(t *testing.T) {
	const mapping = "aws lambda update-event-source-mapping --uuid UUID "
	const queue = "aws sqs set-queue-attributes --queue-url QUEUE_URL --attributes "
	for _, c := range []struct {
		change        calc.Change
		text, command string
	}{
		{calc.Change{Setting: calc.SettingMaximumConcurrency, To: calc.Some(int64(50)), Cause: calc.CauseReserved},
			"set maximum concurrency to 50, since batches beyond the reservation are throttled",
			mapping + "--scaling-config MaximumConcurrency=50"},
		{calc.Change{Setting: calc.SettingPollers, From: calc.Some(int64(5)), To: calc.Some(int64(14)), Least: 2},
			"raise the most pollers from 5 to 14",
			mapping + "--provisioned-poller-config MinimumPollers=2,MaximumPollers=14"},
		{calc.Change{Setting: calc.SettingParallelization, From: calc.Some(int64(1)), To: calc.Some(int64(3)),
			Source: calc.Some(source.Kinesis)}, "raise the parallelization factor of the source kinesis from 1 to 3",
			mapping + "--parallelization-factor 3"},
		{calc.Change{Setting: calc.SettingShards, From: calc.Some(int64(10)), To: calc.Some(int64(30))},
			"raise the number of shards from 10 to 30, at most doubled at a time",
			"aws kinesis update-shard-count --stream-name STREAM --target-shard-count 30 --scaling-type UNIFORM_SCALING"},
		{calc.Change{Setting: calc.SettingVisibility, From: calc.Some(int64(30)), To: calc.Some(int64(180))},
			"raise the visibility timeout from 30s to 3m, 6 times the timeout of the function and the window",
			queue + "VisibilityTimeout=180"},
		{calc.Change{Setting: calc.SettingMaxReceive, From: calc.Some(int64(3)), To: calc.Some(int64(5))},
			"raise maxReceiveCount from 3 to 5, since a throttled receive counts",
			queue + `'{"RedrivePolicy":"{\"deadLetterTargetArn\":\"DLQ_ARN\",\"maxReceiveCount\":\"5\"}"}'`},
	} {
		got := advice.Actions(calc.Account{Region: "eu-west-1"}, []calc.Change{c.change})[0]
		if got.Message != c.text || got.Command != c.command+" --region eu-west-1" || got.Source != c.change.Source {
			t.Errorf("%+v", got)
		}
	}
}
