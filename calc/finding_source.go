package calc

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/source"
)

// sources reports what follows from the event sources of a function in the steady state, see source.Rules.
func (c *findings) sources(unreserved int64, f *Function) {
	if f.polled == nil || !f.DurationMS.Known() {
		return
	}
	room := f.sourceRoom(unreserved)
	for i, row := range f.polled.describe(room, 0, "") {
		s := f.polled.whole.Sources[i].Completed()
		l := source.Load{Source: s, Room: room, Pace: s.Pace(room), RPS: row.MessagesRPS.Or(0), TimeoutMS: f.TimeoutMS}
		lost := ""
		if kept := l.KeptWords(); l.Exceeds() && kept != "" {
			lost = fmt.Sprintf("%ss are lost at %s", s.Type.Noun(), kept)
			if !s.Type.IsStream() {
				lost = fmt.Sprintf("%s %ss/s more arrive than are taken: in the end %s",
					quantity.FormatNumber(l.RPS-l.Pace.TopRPS), s.Type.Noun(), lost)
			}
		}
		l.Find(lost, func(r rule.Rule, format string, args ...any) {
			if len(f.Sources) > 1 {
				format, args = "%s: "+format, append([]any{s.Type}, args...)
			}
			c.function(r, f, format, args...)
		})
	}
}
