package input

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/source"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// typeKey is the key of the type of an event source. Where queues are followed, --source may have the number of the
// one that is meant, among those that a function has in a list or in files.
const typeKey = setting.SourceKey + ".type"

// isNumber reports whether --source has a number and not a type.
func isNumber(text string) bool {
	_, err := strconv.Atoi(text)
	return err == nil
}

// A candidate is an event source that may be followed.
type candidate struct {
	of    source.Type
	name  string // of the queue or stream; empty if not known
	place check.Place
}

// candidates lists the event sources of a function, in the order of their numbers.
func (in *Input) candidates(i int) (all []candidate) {
	values := in.profile.Functions[i].Values
	if list := values.Of(setting.SourcesKey); list.Given() {
		for _, item := range list.List {
			of := setting.OfSource(item).Of(typeKey)
			if of.Text == "" {
				of.Text = string(source.SQS)
			}
			at := list.Place
			if len(item.List) > 0 {
				at = item.List[0].Place
			}
			all = append(all, candidate{source.Type(of.Text), "", at})
		}
		return all
	}
	for _, p := range in.relevant(i, active(&in.Account.Functions[i])) {
		all = append(all, candidate{p.Full().Type, p.Polled, p.Place})
	}
	return all
}

// chosen returns the index of the candidate that --source says: by its number, or by its type if no other has it.
func chosen(all []candidate, text string) (index int, ok bool) {
	if n, err := strconv.Atoi(text); err == nil {
		return n - 1, n >= 1 && n <= len(all)
	}
	isWanted := func(c candidate) bool { return string(c.of) == text }
	index = slices.IndexFunc(all, isWanted)
	return index, index >= 0 && !slices.ContainsFunc(all[index+1:], isWanted)
}

// followOne replaces a list of event sources in a profile by the one that --source says, where queues are followed.
// What else is given for it counts more than what the list has.
func (in *Input) followOne(i int) {
	values := &in.profile.Functions[i].Values
	list, wanted := values.Of(setting.SourcesKey), values.Of(typeKey)
	if list.Broken && isNumber(wanted.Text) { // which is a fault
		values.Delete(typeKey)
	}
	if !in.drains() || !list.Given() || list.Text != "" || !wanted.Given() || wanted.Origin == setting.File {
		return
	}
	index, ok := chosen(in.candidates(i), wanted.Text)
	if !ok {
		in.rejectSources(i)
		values.Delete(typeKey)
		return
	}
	values.Delete(setting.SourcesKey)
	values.Delete(typeKey)
	for _, v := range setting.OfSource(list.List[index]) {
		if v.Path = list.Path; !values.Of(v.Key).Given() {
			values.Set(v)
		}
	}
}

// presetNumbered gives a function the event source of files that has a number.
func (in *Input) presetNumbered(i int, wanted setting.Value) (pollers []*check.Poller) {
	f, values := &in.Account.Functions[i], &in.profile.Functions[i].Values
	list := in.relevant(i, active(f))
	index, ok := chosen(in.candidates(i), wanted.Text)
	values.Delete(typeKey)
	if !ok {
		in.rejectSources(i)
		return nil
	}
	wanted.Text = string(list[index].Full().Type)
	values.Set(wanted)
	f.Sources = []source.Source{list[index].Full()}
	return list[index : index+1]
}

// rejectSources reports a function with several event sources where one of them is to be followed, and how to choose.
func (in *Input) rejectSources(i int) {
	all, types := in.candidates(i), map[source.Type]bool{}
	names := make([]string, len(all))
	by := "type or number"
	for j, c := range all {
		names[j] = fmt.Sprintf("%d. %s (%s)", j+1, strings.TrimSpace(tree.Shown(string(c.of))+" "+c.name), c.place)
		if types[c.of] {
			by = "number"
		}
		types[c.of] = true
	}
	in.unread = true
	in.faults.Add(all[0].place, "%s: %s has %d event sources: %s; expected --%s with the %s of one", all[0].place,
		cmp.Or(in.nameOf(i), record.DefaultName), len(all), strings.Join(names, ", "), setting.SourceKey, by)
}
