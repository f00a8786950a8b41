package check_test

import (
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/source"
)

// seconds is a time that is known.
func seconds(s float64) calc.Optional[float64] { return calc.Some(s) }

// sourced is a function with a timeout, seconds, and one event source.
func sourced(timeoutS int64, s source.Source) check.Function {
	return deployed(check.Deployment{TimeoutS: some(timeoutS), Pollers: []check.Poller{{Source: s}}})
}

// hiding is a queue with a visibility timeout and a window, seconds.
func hiding(visibilityS, windowS float64) source.Source {
	return source.Source{Type: source.SQS, VisibilityS: seconds(visibilityS), WindowS: seconds(windowS)}
}

// receiving is a queue with a maximum of receives, and a maximum concurrency unless it is 0.
func receiving(receives, most int64) source.Source {
	s := source.Source{Type: source.SQS, MaxReceive: some(receives)}
	if most > 0 {
		s.MaximumConcurrency = some(most)
	}
	return s
}

// sourceCases are about settings of event sources that are not about their concurrency.
var sourceCases = []ruleCase{
	{name: "a visibility timeout below the timeout", level: rule.Error,
		functions: []check.Function{sourced(30, hiding(29, 0))}, want: "LC042 f"},
	{name: "a visibility timeout of the timeout",
		functions: []check.Function{sourced(30, hiding(30, 0))}, want: "LC042 f"},
	{name: "a visibility timeout below six timeouts",
		functions: []check.Function{sourced(30, hiding(179, 0))}, want: "LC042 f"},
	{name: "a visibility timeout of six timeouts", functions: []check.Function{sourced(30, hiding(180, 0))}},
	{name: "a visibility timeout below six timeouts and the window",
		functions: []check.Function{sourced(30, hiding(189, 10))}, want: "LC042 f"},
	{name: "a visibility timeout of six timeouts and the window",
		functions: []check.Function{sourced(30, hiding(190, 10))}},
	{name: "asynchronous events, which have no window", functions: []check.Function{
		{Function: calc.Function{Name: "f", Sources: []source.Source{{Type: source.Async}}}}}},
	{name: "a FIFO queue, which has no window", functions: []check.Function{
		{Function: calc.Function{Name: "f", Sources: []source.Source{{Type: source.SQSFIFO, Groups: some(5)}}}}}},
	{name: "a visibility timeout without a timeout",
		functions: []check.Function{polled(check.Poller{Source: hiding(1, 0)})}},
	{name: "a timeout without a visibility timeout", functions: []check.Function{sourced(900, source.Source{
		Type: source.SQS})}},
	{name: "a queue that is not polled may hide messages as it likes", functions: []check.Function{
		deployed(check.Deployment{TimeoutS: some(30), Pollers: []check.Poller{{Source: hiding(1, 0), Disabled: true}}})}},
	{name: "few receives beside a reservation",
		functions: []check.Function{reserving(1250, sourced(3, receiving(4, 0)))}, account: 5000, want: "LC043 f"},
	{name: "enough receives beside a reservation",
		functions: []check.Function{reserving(1250, sourced(3, receiving(5, 0)))}, account: 5000},
	{name: "few receives beside a maximum",
		functions: []check.Function{sourced(3, receiving(4, 20))}, want: "LC043 f"},
	{name: "few receives that nothing throttles", functions: []check.Function{sourced(3, receiving(1, 0))}},
	{name: "a large batch without a window",
		functions: []check.Function{sourced(3, source.Source{Type: source.SQS, Batch: some(11), WindowS: seconds(0)})},
		want:      "LC044 f"},
	{name: "a large batch whose window is the default",
		functions: []check.Function{sourced(3, source.Source{Type: source.SQS, Batch: some(11)})}, want: "LC044 f"},
	{name: "a large batch with a window",
		functions: []check.Function{sourced(3, source.Source{Type: source.SQS, Batch: some(11), WindowS: seconds(1)})}},
	{name: "a large batch of a FIFO queue",
		functions: []check.Function{sourced(3, source.Source{Type: source.SQSFIFO, Batch: some(11)})}, want: "LC044 f"},
	{name: "a full batch of a FIFO queue",
		functions: []check.Function{sourced(3, source.Source{Type: source.SQSFIFO, Batch: some(10)})}},
	{name: "a large batch of a stream",
		functions: []check.Function{sourced(3, source.Source{Type: source.DynamoDB, Batch: some(10_000)})}},
	{name: "a parallelization factor out of range",
		functions: []check.Function{sourced(3, source.Source{Type: source.Kinesis, Parallelization: some(11)})},
		want:      "LC044 f"},
	{name: "a maximum concurrency of a stream", functions: []check.Function{
		sourced(3, source.Source{Type: source.Kinesis, MaximumConcurrency: some(10)})}, want: "LC044 f"},
	{name: "pollers of a type that has none",
		functions: []check.Function{sourced(3, source.Source{Type: source.SQS, PollersMax: some(5)})}, want: "LC044 f"},
	{name: "a batch that is not a number", functions: []check.Function{polled(refusing("batch"))}, want: "LC044 f"},
	{name: "settings without a known type", functions: []check.Function{polled(check.Poller{
		Source: source.Source{Batch: some(10_000), Parallelization: some(10)}})}},
	{name: "a source that no file has", functions: []check.Function{{Function: calc.Function{Name: "f",
		Reserved: some(2), TimeoutMS: seconds(30_000), Sources: []source.Source{{VisibilityS: seconds(10)}}}}},
		want: "LC042 f, LC035 f"},
}

// TestSourcePlaces checks that findings are where the setting is, and say what to set.
func TestSourcePlaces(t *testing.T) {
	f := sourced(30, hiding(30, 5))
	p := &f.Deployment.Pollers[0]
	p.Place = check.Place{File: "t.yaml", Line: 1}
	p.Places.Set("visibility", check.Place{File: "q.json", Line: 7})
	r := check.Run(account(1000, f), check.Options{})
	if len(r.Findings) != 1 || r.Findings[0].Place().String() != "q.json:7" ||
		r.Findings[0].Remedy != "set a visibility timeout of 185s or more" {
		t.Errorf("%+v", r.Findings)
	}
}
