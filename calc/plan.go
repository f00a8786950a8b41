package calc

import (
	"fmt"
	"slices"
	"strings"
)

// PlanOptions says how to plan.
type PlanOptions struct {
	// Headroom is added to what the load requires, as a ratio, 0 to 10; AWS
	// advises AdvisedHeadroom.
	Headroom float64
}

// FunctionPlan is what one function needs for its load.
type FunctionPlan struct {
	// Name is the function's name.
	Name string `json:"name"`
	// Verdict is what becomes of the load now.
	Verdict Verdict `json:"verdict"`
	// RequiredConcurrency is the environments the load keeps busy on average,
	// rounded up: ceil(rps x duration); absent without a duration.
	RequiredConcurrency Optional[int64] `json:"required_concurrency"`
	// RequiredUnits is what the function's pool needs: the larger of
	// RequiredConcurrency and, if synchronous, ceil(rps/10). Absent for an
	// asynchronous function without a duration.
	RequiredUnits Optional[int64] `json:"required_units"`
	// RequiredProvisioned is the smallest provisioned concurrency that spills
	// nothing, units.
	RequiredProvisioned int64 `json:"required_provisioned"`
	// RecommendedProvisioned is RequiredProvisioned with headroom.
	RecommendedProvisioned int64 `json:"recommended_provisioned"`
	// RecommendedReserved is RequiredUnits with headroom, and at least
	// RecommendedProvisioned where anything is provisioned; absent where
	// nothing is reserved, or nothing is known to be needed.
	RecommendedReserved Optional[int64] `json:"recommended_reserved"`
	// Now is the split with the settings as they are.
	Now FunctionSpill `json:"now"`
}

// PlanAccount is the account's row of a plan.
type PlanAccount struct {
	SpillAccount
	// RecommendedConcurrency is the quota that carries the load when every
	// function is set as recommended, with headroom on what each pool needs,
	// and never under a reservation or provisioned concurrency that is set.
	RecommendedConcurrency int64 `json:"recommended_concurrency"`
}

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
	// Required tells whether, without the change, the load does not fit or AWS
	// refuses the settings; other changes give headroom or save idle units.
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

// PlanResult is the answer of Plan.
type PlanResult struct {
	// Account is the account's row.
	Account PlanAccount `json:"account"`
	// Functions are the functions, in the order of the account.
	Functions []FunctionPlan `json:"functions"`
	// Actions are the changes to make, in the order in which AWS accepts them.
	Actions []Action `json:"actions"`
	// Findings are what a reader should know; never nil.
	Findings []Finding `json:"-"`

	headroom    float64
	recommended quotaNeed
}

// quotaNeed is the concurrency that an account needs, by where it goes.
type quotaNeed struct {
	reserved    int64
	provisioned int64 // of functions without a reservation
	shared      int64
}

func (n quotaNeed) units() int64 { return n.reserved + n.provisioned + n.shared }

// Now returns the split with the settings as they are, function by function.
func (r PlanResult) Now() []FunctionSpill {
	now := make([]FunctionSpill, len(r.Functions))
	for i := range r.Functions {
		now[i] = r.Functions[i].Now
	}
	return now
}

// Plan returns whether the load of the account fits, the smallest settings
// with which it does, and the changes that lead there.
//
//	required provisioned = max(ceil(λ d), ceil(λ/10))
//	required units       = max(ceil(λ d), ceil(λ/10))   synchronous
//	                     = ceil(λ d)                    asynchronous
//	recommended          = ceil(required (1 + h))
//
// where
//
//	λ = offered rate, requests per second
//	d = mean duration, seconds; without it the terms with d are left out
//	h = headroom, a ratio
//
// It returns Faults where the account is not valid, no function has a rate or
// the headroom is out of its range.
//
// Source: SourceConcurrency, SourceProvisioned, read 2026-11.
func Plan(a Account, o PlanOptions) (PlanResult, error) {
	err := validRated(a)
	if !(o.Headroom >= 0 && o.Headroom <= maxHeadroom) {
		faults, _ := err.(Faults)
		return PlanResult{}, append(faults, Fault{AccountFault, FieldHeadroom,
			fmt.Sprintf("%g is out of range; legal: %s", o.Headroom, legalHeadroom)})
	}
	if err != nil {
		return PlanResult{}, err
	}
	split := a.spill()
	r := PlanResult{
		Functions: make([]FunctionPlan, len(a.Functions)),
		Findings:  a.loadFindings(split.Functions),
		headroom:  o.Headroom,
	}
	for i := range a.Functions {
		r.Functions[i] = a.Functions[i].plan(split.Functions[i], o.Headroom)
	}
	r.recommended = a.plannedQuota(r.Functions, o.Headroom)
	r.Account = PlanAccount{split.Account, r.recommended.units()}
	r.Actions = a.actions(r)
	return r, nil
}

func (f *Function) plan(now FunctionSpill, headroom float64) FunctionPlan {
	p := FunctionPlan{
		Name:                   f.Name,
		Verdict:                now.Verdict,
		RequiredProvisioned:    now.RequiredProvisioned,
		RecommendedProvisioned: withHeadroom(now.RequiredProvisioned, headroom),
		Now:                    now,
	}
	if d, ok := f.seconds(); ok {
		p.RequiredConcurrency = Some(CeilUnits(now.RPS * d))
	}
	p.RequiredUnits = f.requiredUnits(now.RPS)
	if f.Reserved.Known() {
		p.RecommendedReserved = f.reservation(p.RequiredUnits, p.RequiredProvisioned, headroom)
	}
	return p
}

// reservation returns the reservation that a function needs, with headroom:
// room for its units and, where anything is provisioned, for that. It is absent
// where nothing is needed, or not known to be.
func (f *Function) reservation(units Optional[int64], provisioned int64, headroom float64) Optional[int64] {
	n := units.Or(0)
	if f.Provisioned > 0 {
		n = max(n, provisioned)
	}
	if n == 0 {
		return Optional[int64]{}
	}
	return Some(withHeadroom(n, headroom))
}

// plannedQuota returns what the account needs once every function is set to
// what it requires, with a headroom on what each pool needs. What is set
// already is not lowered.
func (a Account) plannedQuota(plans []FunctionPlan, headroom float64) quotaNeed {
	var n quotaNeed
	var need sharedNeed
	for i := range a.Functions {
		f, p := &a.Functions[i], &plans[i]
		reserved, isReserved := f.Reserved.Get()
		switch {
		case isReserved:
			n.reserved += max(reserved, f.reservation(p.RequiredUnits, p.RequiredProvisioned, headroom).Or(0))
		case f.Provisioned > 0:
			n.provisioned += max(f.Provisioned, withHeadroom(p.RequiredProvisioned, headroom))
		default:
			need.add(f, p.Now.RPS)
		}
	}
	n.shared = a.sharedUnits(n.reserved+n.provisioned, need.units(headroom))
	return n
}

// actions lists the changes: the quota first, since AWS refuses the others
// without it, then what frees units before what needs them, and a reservation
// before what is provisioned inside it. A change
// that a required one depends on is required, too. For a duration that cannot
// be, nothing is advised.
func (a Account) actions(r PlanResult) []Action {
	var changes []Action
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
		reserve, reserveNow := f.reserveAction(p)
		provision, provisionNow := f.provisionAction(p)
		if reserve != nil && provisionNow && provision.To.Or(0) > f.Reserved.Or(0) {
			reserveNow = true
		}
		for _, change := range []struct {
			action   *Action
			required bool
			set      func(f *Function, units Optional[int64])
		}{
			{reserve, reserveNow, func(f *Function, units Optional[int64]) { f.Reserved = units }},
			{provision, provisionNow, func(f *Function, units Optional[int64]) { f.Provisioned = units.Or(0) }},
		} {
			if change.action == nil {
				continue
			}
			change.action.Function, change.action.Required = Some(f.Name), change.required
			args := []any{shellQuoted(f.Name)}
			if to, ok := change.action.To.Get(); ok {
				args = append(args, to)
			}
			change.action.Command = a.command(change.action.Command, args...)
			change.action.SupportRequest = []string{}
			changes = append(changes, *change.action)
			change.set(&planned.Functions[i], change.action.To)
			if change.required {
				change.set(&needed.Functions[i], change.action.To)
			}
		}
	}
	actions := []Action{}
	short := needed.requiredWith(0) > a.Concurrency
	if to := r.Account.RecommendedConcurrency; to > a.Concurrency && planned.requiredWith(r.headroom) > a.Concurrency {
		why := ""
		if short && a.required() <= a.Concurrency {
			why = ", to make room for the changes below"
		}
		actions = append(actions, Action{
			Setting:  SettingAccount,
			From:     Some(a.Concurrency),
			To:       Some(to),
			Required: short,
			Message: fmt.Sprintf("raise the account's concurrency quota from %s to %s%s",
				FormatCount(a.Concurrency), FormatCount(to), why),
			Command: a.command("aws service-quotas request-service-quota-increase --service-code %s --quota-code %s --desired-value %d",
				QuotaServiceCode, QuotaCode, to),
			SupportRequest: a.supportRequest(),
		})
	} else if short { // giving idle units back makes the room
		for i := range changes {
			changes[i].Required = changes[i].Required || changes[i].frees()
		}
	}
	slices.SortStableFunc(changes, func(x, y Action) int {
		switch {
		case x.frees() == y.frees():
			return 0
		case x.frees():
			return -1
		}
		return 1
	})
	return append(actions, changes...)
}

// frees tells a change that gives units back.
func (x *Action) frees() bool {
	to, ok := x.To.Get()
	return ok && to < x.From.Or(0)
}

// reserveAction is the change of the reservation, nil for none, and whether
// the load does not fit without it.
func (f *Function) reserveAction(p *FunctionPlan) (action *Action, required bool) {
	now, ok := f.Reserved.Get()
	to := p.RecommendedReserved.Or(0)
	switch {
	case ok && to == 0 && f.off():
		return &Action{Setting: SettingReserved, From: f.Reserved, Message: "switch the function on: delete its reservation of 0",
			Command: "aws lambda delete-function-concurrency --function-name %s"}, true
	case !ok || to <= now:
		return nil, false
	}
	message := fmt.Sprintf("raise reserved concurrency from %s to %s", FormatCount(now), FormatCount(to))
	if f.off() {
		message = fmt.Sprintf("switch the function on: raise reserved concurrency from 0 to %s, or delete the reservation", FormatCount(to))
	}
	if f.Provisioned > 0 && to == p.RecommendedProvisioned {
		message += ", or more to let requests spill"
	}
	return &Action{Setting: SettingReserved, From: f.Reserved, To: Some(to), Message: message,
		Command: "aws lambda put-function-concurrency --function-name %s --reserved-concurrent-executions %d",
	}, f.reservation(p.RequiredUnits, p.RequiredProvisioned, 0).Or(0) > now
}

// provisionAction is the same for the provisioned concurrency.
func (f *Function) provisionAction(p *FunctionPlan) (action *Action, required bool) {
	now, to := f.Provisioned, p.RecommendedProvisioned
	verb, why := "raise", ""
	switch {
	case now == 0 || to == now || to == 0:
		return nil, false
	case to < now && p.Now.ProvisionedUtilizationRatio.Or(1) >= idleBelow:
		return nil, false
	case to < now:
		verb, why = "lower", ": the rest is idle"
	}
	return &Action{Setting: SettingProvisioned, From: Some(now), To: Some(to),
		Message: fmt.Sprintf("%s provisioned concurrency from %s to %s%s", verb, FormatCount(now), FormatCount(to), why),
		Command: "aws lambda put-provisioned-concurrency-config --function-name %s --qualifier ALIAS --provisioned-concurrent-executions %d",
	}, p.RequiredProvisioned > now
}

// command completes an AWS CLI line with the Region, where it is known.
func (a Account) command(format string, args ...any) string {
	line := fmt.Sprintf(format, args...)
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
