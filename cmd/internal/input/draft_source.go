package input

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/source"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/profile"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// sourceText returns a setting of the only event source of a function as a profile has it, by its key; empty if it is
// not given.
func sourceText(f *check.Function, key string) string {
	name, isSource := strings.CutPrefix(key, setting.SourceKey+".")
	switch {
	case key == record.KeyTimeout && len(f.Sources) > 0:
		return span(f.TimeoutMS.Or(0)/1000, f.TimeoutMS.Known())
	case isSource && len(f.Sources) == 1:
		return settingText(&f.Sources[0], name)
	}
	return ""
}

// isPolled reports whether a function has one event source, which is polled for messages.
func isPolled(f *check.Function) bool {
	return len(f.Sources) == 1 && f.Sources[0].Type != source.Async
}

// settingText returns a setting of an event source as a profile has it, by its key; empty if it is not given.
func settingText(s *source.Source, key string) string {
	count := func(n calc.Optional[int64]) string {
		if n, ok := n.Get(); ok {
			return strconv.FormatInt(n, 10)
		}
		return ""
	}
	switch key {
	case "type":
		return string(s.Type)
	case record.KeyBatch:
		return count(s.Batch)
	case record.KeyWindow:
		return span(s.WindowS.Get())
	case record.KeyMaximum:
		return count(s.MaximumConcurrency)
	case record.KeyMinPollers:
		return count(s.PollersMin)
	case record.KeyMaxPollers:
		return count(s.PollersMax)
	case record.KeyShards:
		return count(s.Shards)
	case record.KeyParallelization:
		return count(s.Parallelization)
	case record.KeyVisibility:
		return span(s.VisibilityS.Get())
	case record.KeyMaxReceive:
		return count(s.MaxReceive)
	case record.KeyRetention:
		return span(s.RetentionS.Get())
	case record.KeyBacklog:
		if x, ok := s.Backlog.Get(); ok {
			return strconv.FormatFloat(x, 'f', -1, 64)
		}
	}
	return ""
}

// span writes a time in the shortest form that is read as the same; empty if it is not known.
func span(s float64, known bool) string {
	if !known {
		return ""
	}
	text := strings.Replace(quantity.FormatSpan(s), " days", "d", 1)
	if read, err := source.ParseSpan(text); err == nil && read == s {
		return text
	}
	return strconv.FormatFloat(s, 'f', -1, 64) + "s"
}

// severalSources drafts the event sources of a function that has several in files; without a key if it has not.
func severalSources(f *check.Function) (e profile.Entry) {
	if len(f.Sources) < 2 {
		return e
	}
	var places []string
	e.Key = setting.SourcesKey
	for i := range f.Sources {
		var members []setting.Value
		for _, key := range setting.ByKey(setting.SourcesKey).List.Keys() {
			if text := settingText(&f.Sources[i], key); text != "" {
				members = append(members, setting.Value{Key: key, Text: text})
			}
		}
		e.Value.List = append(e.Value.List, setting.Value{List: members})
		places = append(places, f.Places.Of(sourcePath(i)+"type").String())
	}
	e.Comment = strings.Join(places, ", ")
	return e
}

// nest puts entries whose keys are those of a mapping and of a setting in it into that mapping.
func nest(entries []profile.Entry) (nested []profile.Entry) {
	for _, e := range entries {
		mapping, key, ok := strings.Cut(e.Key, ".")
		if !ok {
			nested = append(nested, e)
			continue
		}
		i := slices.IndexFunc(nested, func(e profile.Entry) bool { return e.Key == mapping })
		if i < 0 {
			i = len(nested)
			nested = append(nested, profile.Entry{Key: mapping})
		}
		e.Key = key
		nested[i].Members = append(nested[i].Members, e)
	}
	return nested
}

// leftSources says which event sources of a function the profile leaves out, and why.
func (d *drafter) leftSources(i int) (entries []profile.Entry) {
	f := &d.in.Account.Functions[i]
	if f.Deployment == nil || len(ofSource(d.in.profile.Functions[i].Values)) > 0 || len(f.Sources) > 0 {
		return nil
	}
	for j := range f.Deployment.Pollers {
		p := &f.Deployment.Pollers[j]
		if p.Disabled || p.Type == source.Async {
			continue
		}
		s, why := p.Full(), ""
		switch faults := s.Validate(); {
		case s.Type == "":
			why = "its type is not known"
		case len(faults) > 0:
			why = faults[0].Message
		case !isComplete(p) || hasUnknown(f.Deployment):
			why = "not all of it is known"
		case f.Deployment.Direct || f.Deployment.URL.Known():
			why = "something else invokes the function, too"
		default:
			why = "another is left out"
		}
		entries = append(entries, note("left out: the event source %s: %s",
			strings.TrimSpace(fmt.Sprintf("%s (%s)", s.Type, p.Place)), why))
	}
	return entries
}
