package calc

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/source"
)

// sources explains what the event sources of a function take, and what they let through.
func (s *steps) sources(row *FunctionSpill) {
	of, ok := row.Source.Get()
	top, timed := of.TopMessagesRPS.Get()
	if !ok || !timed {
		return
	}
	s.function = Some(row.Name)
	list := row.Sources.Or([]SourceSpill{of})
	for i, x := range list {
		at := "source."
		if len(list) > 1 {
			at = fmt.Sprintf("sources[%d].", i)
		}
		top := x.TopMessagesRPS.Or(0)
		s.add(at+"top_messages_rps", "batches at a time x messages of a batch / d, at most",
			fmt.Sprintf("%s batches at a time, %s", quantity.FormatCount(x.Concurrency), seconds(row.DurationMS.Or(0))), top,
			UnitMessages, pageOf(x.Type))
		if messages, ok := x.MessagesRPS.Get(); ok && x.BehindMessagesRPS.Or(0) > 0 {
			s.add(at+"behind_messages_rps", "messages - taken", fmt.Sprintf("%s - %s", quantity.FormatNumber(messages),
				quantity.FormatNumber(x.TakenMessagesRPS())), x.BehindMessagesRPS.Or(0), UnitMessages, aws.SourceDerived)
		}
	}
	if len(list) > 1 {
		s.add("source.top_messages_rps", "sum, as far as the function has units", quantity.FormatNumber(top), top,
			UnitMessages, aws.SourceDerived)
	}
	through := row.reachingRPS()
	if rest := row.RPS - through; rest > 0 {
		s.add("let_through_rps", "rps - what the source does not take", fmt.Sprintf("%s - %s",
			quantity.FormatNumber(row.RPS), quantity.FormatNumber(rest)), through, UnitRate, aws.SourceDerived)
	}
}

// queuedBy is the page about what waits.
func (f *FunctionSpill) queuedBy() aws.Source {
	if s, ok := f.Source.Get(); ok {
		return pageOf(s.Type)
	}
	return aws.SourceAsync
}

// pageOf is AWS's page about how fast a source is read.
func pageOf(t source.Type) aws.Source {
	switch {
	case t == source.Async:
		return aws.SourceAsync
	case t.IsQueue():
		return aws.SourceSQS
	case t == source.Kinesis, t == source.DynamoDB:
		return aws.SourceKinesis
	case t.IsStream():
		return aws.SourceKafka
	}
	return aws.SourceMQ
}
