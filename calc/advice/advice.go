// Package advice presents a plan's recommendations: in words, as AWS CLI commands, and as the text of a quota request
// to AWS Support. It makes no decisions of its own.
package advice

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/source"
)

// An Action is one recommended change, in words and as a command. Actions are listed in an order that AWS accepts.
type Action struct {
	// Function is the function's name; absent if the change is to the account.
	Function calc.Optional[string] `json:"function"`
	// Setting is what to change.
	Setting calc.Setting `json:"setting"`
	// From is the current number of units; of event sources, that of pollers, shards, batches at a time, seconds or
	// receives, absent if there is none.
	From calc.Optional[int64] `json:"from"`
	// To is the number to set; absent if a reservation is to be deleted.
	To calc.Optional[int64] `json:"to"`
	// Required reports whether the change is needed: without it, the load does not fit, a target is missed or AWS refuses
	// the settings. Other changes provide headroom or remove idle units.
	Required bool `json:"required"`
	// Message describes the change in words.
	Message string `json:"message"`
	// Command is the AWS CLI command that makes the change. It contains ALIAS in place of the version or alias of the
	// provisioned concurrency, FUNCTION in place of an unnamed function, and, for event sources, UUID, QUEUE_URL,
	// DLQ_ARN and STREAM in place of the mapping, the queue, the dead-letter queue and the stream.
	Command string `json:"command"`
	// SupportRequest is the text that AWS Support asks for with a quota increase, line by line; empty for other actions.
	SupportRequest []string `json:"support_request"`
	// Saving is how much a change that gives units back lowers the account's bill, US dollars a month, as long as no other
	// function uses those units; absent for other changes, and if a cost is not known.
	Saving calc.Optional[float64] `json:"saving_usd_month"`
	// Source is the type of the event source that the change is of; absent if the function has only one.
	Source calc.Optional[source.Type] `json:"source,omitzero"`
	// Region is the Region of the quota to raise, if it is another than the account's.
	Region calc.Optional[string] `json:"region,omitzero"`
}

// Actions describes the changes of a plan for an account. The result is never nil.
func Actions(a calc.Account, changes []calc.Change) []Action {
	actions := make([]Action, len(changes))
	for i, c := range changes {
		actions[i] = Action{c.Function, c.Setting, c.From, c.To, c.Required,
			message(c), command(c) + inRegion(c.Region.Or(a.Region)), []string{}, c.Saving, c.Source, c.Region}
		if c.Setting == calc.SettingAccount {
			actions[i].SupportRequest = supportRequest(a.In(c.Region.Or(a.Region)))
		}
	}
	return actions
}

// message describes a change in words.
func message(c calc.Change) string {
	from, to := quantity.FormatCount(c.From.Or(0)), quantity.FormatCount(c.To.Or(0))
	switch c.Setting {
	case calc.SettingAccount:
		where := ""
		if region, ok := c.Region.Get(); ok {
			where = " in " + region
		}
		return "raise the account's concurrency quota" + where + " from " + from + " to " + to + because(c.Cause)
	case calc.SettingEnvironments:
		return "raise the most environments from " + from + " to " + to
	case calc.SettingReserved:
		return reservedMessage(c, from, to) + because(c.Cause)
	case calc.SettingProvisioned:
		return provisionedMessage(c, from, to)
	}
	return sourceMessage(c, from, to)
}

// provisionedMessage describes the change of provisioned concurrency.
func provisionedMessage(c calc.Change, from, to string) string {
	switch {
	case c.To.Or(0) == 0:
		return "delete provisioned concurrency (" + from + ")" + because(c.Cause)
	case c.From.Or(0) == 0:
		return "set provisioned concurrency to " + to + because(c.Cause)
	case c.To.Or(0) > c.From.Or(0):
		return "raise provisioned concurrency from " + from + " to " + to + because(c.Cause)
	}
	rest := ""
	if c.Cause == calc.CauseCheaper {
		rest = " for the rest"
	}
	return "lower provisioned concurrency from " + from + " to " + to + because(c.Cause) + rest
}

// reservedMessage describes the change of a reservation. A reservation of 0 switches the function off.
func reservedMessage(c calc.Change, from, to string) string {
	switch {
	case !c.To.Known():
		return "switch the function on: delete its reserved concurrency of 0"
	case c.From.Or(0) == 0:
		return "switch the function on: raise reserved concurrency from 0 to " + to + ", or delete it"
	}
	return "raise reserved concurrency from " + from + " to " + to
}

// because returns the end of a message, which states the cause.
func because(c calc.Cause) string {
	switch c {
	case calc.CauseRoom:
		return ", to make room for the other changes"
	case calc.CauseNoSpill:
		return "; set more to let requests spill"
	case calc.CauseCheaper:
		return ", since on-demand costs less"
	case calc.CauseRandom:
		return ", for random arrivals"
	case calc.CauseIdle:
		return ", since the rest is idle"
	case calc.CauseReserved:
		return ", since batches beyond the reservation are throttled"
	}
	return ""
}

// NotGiven stands for a fact that the support request needs but the inputs lack.
const NotGiven = "(please fill in)"

// supportRequest returns the six facts that AWS Support asks for with an increase of the concurrency quota, combined
// over all functions with a rate.
//
// Source: aws.SourceQuota, read 2026-11.
func supportRequest(functions []calc.Function) []string {
	var peak, average, load, timedRPS float64
	var memory, modes, sources []string
	averaged, timed := true, true
	for i := range functions {
		f := &functions[i]
		rate := f.RPS.Or(0)
		if rate == 0 {
			continue
		}
		peak += rate
		average += f.AverageRPS.Or(0)
		averaged = averaged && f.AverageRPS.Known()
		if ms, ok := f.DurationMS.Get(); ok {
			load += float64(rate * (ms / 1000))
			timedRPS += rate
		} else {
			timed = false
		}
		memory, modes, sources = appendNew(memory, memoryOf(f)), appendNew(modes, modeOf(f)), appendNew(sources, sourceOf(f))
	}
	averageText, durationText := NotGiven, NotGiven
	if averaged && average > 0 {
		averageText = quantity.FormatNumber(average) + " requests/s"
	}
	if timed && timedRPS > 0 {
		durationText = quantity.FormatDuration(load / timedRPS * 1000)
	}
	return []string{
		"Average rate: " + averageText,
		"Peak rate: " + quantity.FormatNumber(peak) + " requests/s",
		"Average duration: " + durationText,
		"Memory: " + listed(memory),
		"Invocation type: " + listed(modes),
		"Event source: " + listed(sources),
	}
}

func memoryOf(f *calc.Function) string {
	if mb, ok := f.MemoryMB.Get(); ok {
		return fmt.Sprintf("%d MB", mb)
	}
	return NotGiven
}

func modeOf(f *calc.Function) string {
	if f.Mode.Queues() {
		return "asynchronous (Event)"
	}
	return "synchronous (RequestResponse)"
}

func sourceOf(f *calc.Function) string {
	if f.EventSource == "" {
		return NotGiven
	}
	return f.EventSource
}

func listed(facts []string) string {
	if len(facts) == 0 {
		return NotGiven
	}
	return strings.Join(facts, ", ")
}

// appendNew appends a text unless the list already contains it.
func appendNew(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}
