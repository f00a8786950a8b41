package calc

import (
	"fmt"
	"slices"
	"strings"
)

// A Setting names what an Action changes.
type Setting string

// The settings that a plan can change.
const (
	SettingAccount     Setting = "account_concurrency"
	SettingReserved    Setting = "reserved"
	SettingProvisioned Setting = "provisioned"
)

// An Action is one change that a plan advises. Actions are listed in the order
// in which AWS accepts them.
type Action struct {
	// Function is the function's name; absent where the account is meant.
	Function Optional[string] `json:"function"`
	// Setting is what to change.
	Setting Setting `json:"setting"`
	// From is the units now.
	From Optional[int64] `json:"from"`
	// To is the units to set; absent where a reservation is to be deleted.
	To Optional[int64] `json:"to"`
	// Required tells whether, without the change, the load does not fit, a
	// target is missed or AWS refuses the settings; other changes give headroom
	// or save idle units.
	Required bool `json:"required"`
	// Message says the change in words.
	Message string `json:"message"`
	// Command is the AWS CLI line that makes it. ALIAS stands for the version
	// or alias that the provisioned concurrency belongs to.
	Command string `json:"command"`
	// SupportRequest is, for a quota increase, the lines that AWS Support asks
	// for; empty for other actions.
	SupportRequest []string `json:"support_request"`
}

// actions lists the changes: the quota first, since AWS refuses the others
// without it, then what frees units before what needs them, and a reservation
// before what is provisioned inside it. A change that a required one depends on
// is required, too. For a duration that cannot be, nothing is advised.
func (a Account) actions(r PlanResult) []Action {
	changes := []Action{}
	planned, needed := a, a // the account after all changes, and after the required ones
	planned.Functions, needed.Functions = slices.Clone(a.Functions), slices.Clone(a.Functions)
	for i := range a.Functions {
		f, p := &a.Functions[i], &r.Functions[i]
		if f.DurationMS.Or(0) > MaxDurationMS {
			return []Action{}
		}
		if f.RPS.Or(0) == 0 {
			continue // nothing to plan for
		}
		reserve, reserving := f.reserveAction(p, r.options)
		provision, provisioning := f.provisionAction(p)
		if reserving && provisioning && provision.Required && provision.To.Or(0) > f.Reserved.Or(0) {
			reserve.Required = true
		}
		for _, change := range []struct {
			made bool
			Action
		}{{reserving, reserve}, {provisioning, provision}} {
			if !change.made {
				continue
			}
			change.complete(a, f)
			changes = append(changes, change.Action)
			change.apply(&planned.Functions[i])
			if change.Required {
				change.apply(&needed.Functions[i])
			}
		}
	}
	slices.SortStableFunc(changes, func(x, y Action) int { return x.order() - y.order() })

	to := r.Account.RecommendedConcurrency
	forTarget, targeted := a.sharedForTarget(r.Functions, r.options).Get()
	headroom := r.options.Headroom
	if targeted {
		headroom = r.options.TargetHeadroom
	}
	short := needed.requiredWith(0, forTarget) > a.Concurrency
	switch {
	case to > a.Concurrency && planned.requiredWith(headroom, forTarget) > a.Concurrency:
		return append([]Action{a.quotaAction(to, short, targeted)}, changes...)
	case short: // giving idle units back makes the room
		for i := range changes {
			changes[i].Required = changes[i].Required || changes[i].frees()
		}
	}
	return changes
}

// quotaAction raises the account's quota.
func (a Account) quotaAction(to int64, required, targeted bool) Action {
	why := ""
	if required && a.required() <= a.Concurrency && !targeted {
		why = ", to make room for the changes below"
	}
	return Action{
		Setting:  SettingAccount,
		From:     Some(a.Concurrency),
		To:       Some(to),
		Required: required,
		Message: fmt.Sprintf("raise the account's concurrency quota from %s to %s%s",
			FormatCount(a.Concurrency), FormatCount(to), why),
		Command: a.command(fmt.Sprintf("aws service-quotas request-service-quota-increase --service-code %s --quota-code %s --desired-value %d",
			QuotaServiceCode, QuotaCode, to)),
		SupportRequest: a.supportRequest(),
	}
}

// complete fills in what every change of a function has.
func (x *Action) complete(a Account, f *Function) {
	x.Function = Some(f.Name)
	x.SupportRequest = []string{}
	name := shellQuoted(f.Name)
	to := x.To.Or(0)
	switch {
	case x.Setting == SettingProvisioned && to == 0:
		x.Command = fmt.Sprintf("aws lambda delete-provisioned-concurrency-config --function-name %s --qualifier ALIAS", name)
	case x.Setting == SettingProvisioned:
		x.Command = fmt.Sprintf("aws lambda put-provisioned-concurrency-config --function-name %s --qualifier ALIAS --provisioned-concurrent-executions %d", name, to)
	case x.To.Known():
		x.Command = fmt.Sprintf("aws lambda put-function-concurrency --function-name %s --reserved-concurrent-executions %d", name, to)
	default:
		x.Command = fmt.Sprintf("aws lambda delete-function-concurrency --function-name %s", name)
	}
	x.Command = a.command(x.Command)
}

// apply makes the change.
func (x *Action) apply(f *Function) {
	if x.Setting == SettingReserved {
		f.Reserved = x.To
	} else {
		f.Provisioned = x.To.Or(0)
	}
}

// frees tells a change that gives units back.
func (x *Action) frees() bool {
	to, ok := x.To.Get()
	return ok && to < x.From.Or(0)
}

// order puts what frees units before what needs them.
func (x *Action) order() int {
	if x.frees() {
		return 0
	}
	return 1
}

// reserveAction returns the change of the reservation, if there is one to make.
func (f *Function) reserveAction(p *FunctionPlan, o PlanOptions) (change Action, made bool) {
	now, ok := f.Reserved.Get()
	to := p.RecommendedReserved.Or(0)
	change = Action{Setting: SettingReserved, From: f.Reserved}
	switch {
	case ok && to == 0 && f.off():
		change.Required = true
		change.Message = "switch the function on: delete its reservation of 0"
		return change, true
	case !ok || to <= now:
		return Action{}, false
	}
	change.To = Some(to)
	change.Required = f.reservation(p, o.bare()).Or(0) > now
	change.Message = fmt.Sprintf("raise reserved concurrency from %s to %s", FormatCount(now), FormatCount(to))
	if f.off() {
		change.Message = fmt.Sprintf("switch the function on: raise reserved concurrency from 0 to %s, or delete the reservation", FormatCount(to))
	}
	if p.provisions && to == p.RecommendedProvisioned {
		change.Message += ", or more to let requests spill"
	}
	return change, true
}

// provisionAction does the same for the provisioned concurrency.
func (f *Function) provisionAction(p *FunctionPlan) (change Action, made bool) {
	now, to := f.Provisioned, p.RecommendedProvisioned
	change = Action{Setting: SettingProvisioned, From: Some(now), To: Some(to), Required: p.provisioned() > now}
	if p.Optimize.Known() { // only a target requires more than what is cheapest
		change.Required = p.RequiredProvisionedForTarget.Or(0) > now
	}
	switch {
	case !p.provisions || to == now:
		return Action{}, false
	case len(p.Optimize.Or(Optimization{}).Schedule.Or(Schedule{}).Segments) > 1:
		return Action{}, false // the schedule sets it
	case to == 0 && p.Optimize.Known():
		change.Message = fmt.Sprintf("delete the provisioned concurrency of %s: on-demand costs less", FormatCount(now))
	case to == 0:
		return Action{}, false
	case now == 0:
		change.Message = fmt.Sprintf("set provisioned concurrency to %s", FormatCount(to))
	case to > now:
		change.Message = fmt.Sprintf("raise provisioned concurrency from %s to %s", FormatCount(now), FormatCount(to))
	case p.Optimize.Known():
		change.Message = fmt.Sprintf("lower provisioned concurrency from %s to %s: on-demand costs less for the rest", FormatCount(now), FormatCount(to))
	case p.Now.ProvisionedUtilizationRatio.Or(1) < idleBelow:
		change.Message = fmt.Sprintf("lower provisioned concurrency from %s to %s: the rest is idle", FormatCount(now), FormatCount(to))
	default:
		return Action{}, false
	}
	return change, true
}

// command completes an AWS CLI line with the Region, where it is known.
func (a Account) command(line string) string {
	if a.Region != "" {
		line += " --region " + a.Region
	}
	return line
}

// shellQuoted returns a word that a POSIX shell reads as the text.
func shellQuoted(text string) string {
	safe := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.:/", r)
	}
	if strings.IndexFunc(text, func(r rune) bool { return !safe(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// notGiven stands for a fact of the support request that the inputs lack.
const notGiven = "(please fill in)"

// supportRequest returns the six facts that AWS Support asks for when the
// concurrency quota is to be raised, over all functions with a rate.
//
// Source: SourceQuota, read 2026-11.
func (a Account) supportRequest() []string {
	var peak, average, load, timedRPS float64
	var memory, modes, sources []string
	averaged, timed := true, true
	for i := range a.Functions {
		f := &a.Functions[i]
		rate := f.RPS.Or(0)
		if rate == 0 {
			continue
		}
		peak += rate
		average += f.AverageRPS.Or(0)
		averaged = averaged && f.AverageRPS.Known()
		if d, ok := f.seconds(); ok {
			load += rate * d
			timedRPS += rate
		} else {
			timed = false
		}
		mb := notGiven
		if n, ok := f.MemoryMB.Get(); ok {
			mb = fmt.Sprintf("%d MB", n)
		}
		mode := "synchronous (RequestResponse)"
		if f.mode() == Async {
			mode = "asynchronous (Event)"
		}
		source := f.EventSource
		if source == "" {
			source = notGiven
		}
		memory, modes, sources = appendNew(memory, mb), appendNew(modes, mode), appendNew(sources, source)
	}
	averageText, durationText := notGiven, notGiven
	if averaged && average > 0 {
		averageText = FormatNumber(average) + " requests/s"
	}
	if timed && timedRPS > 0 {
		durationText = FormatDuration(load / timedRPS * 1000)
	}
	return []string{
		"Average rate: " + averageText,
		"Peak rate: " + FormatNumber(peak) + " requests/s",
		"Average duration: " + durationText,
		"Memory: " + listed(memory),
		"Invocation type: " + listed(modes),
		"Event source: " + listed(sources),
	}
}

func listed(facts []string) string {
	if len(facts) == 0 {
		return notGiven
	}
	return strings.Join(facts, ", ")
}

// appendNew appends a text that the list does not have yet.
func appendNew(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}
