package files

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/source"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// attach adds what files say of queues and streams to the event sources that poll them, and leaves in the files what no
// function polls.
func attach(contents []record.File, functions []check.Function) {
	any := slices.ContainsFunc(contents, func(c record.File) bool { return len(c.Polled) > 0 })
	if !any {
		return
	}
	var queues []*check.Poller
	named := map[string][]*check.Poller{}
	for i := range functions {
		for j := range functions[i].Deployment.Pollers {
			p := &functions[i].Deployment.Pollers[j]
			if p.Type.IsQueue() {
				queues = append(queues, p)
			}
			named[p.Polled] = append(named[p.Polled], p)
		}
	}
	for i := range contents {
		contents[i].Polled = slices.DeleteFunc(contents[i].Polled, func(polled check.Poller) bool {
			by := named[polled.Polled]
			if polled.Polled == "" {
				by = nil
			}
			if polled.Type.IsQueue() && len(queues) == 1 && (polled.Polled == "" || queues[0].Polled == "") {
				by = queues // the only queue, whose name is not known
			}
			found := false
			for _, p := range by {
				if p.Type == polled.Type || p.Type == source.SQS && polled.Type == source.SQSFIFO ||
					p.Type == source.SQSFIFO && polled.Type == source.SQS {
					record.Attach(p, polled)
					found = true
				}
			}
			return found
		})
	}
}
