package check

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/source"
)

// The rules of this file: which functions can have provisioned concurrency, and limits on size and duration.
const (
	withTenancy       rule.ID = "LC027"
	withProvider      rule.ID = "LC028"
	snapStartStorage  rule.ID = "LC030"
	memoryOutOfRange  rule.ID = "LC038"
	managedNotModeled rule.ID = "LC040"
)

// memoryRule and managedRule are the rules of this file that calculations also report, see Findings.
var (
	memoryRule = rule.Rule{
		Word: "memory-out-of-range", Number: memoryOutOfRange, Level: rule.Error,
		Name: "memory out of range",
		Text: fmt.Sprintf("the memory is outside %s to %s MB (on Managed Instances %s to %s MB), "+
			"or the ephemeral storage outside %s to %s MB",
			quantity.FormatCount(aws.MinMemoryMB), quantity.FormatCount(aws.MaxMemoryMB),
			quantity.FormatCount(aws.MinManagedMemoryMB), quantity.FormatCount(aws.MaxManagedMemoryMB),
			quantity.FormatCount(aws.FreeEphemeralMB), quantity.FormatCount(aws.MaxEphemeralMB)),
		Why:    "AWS rejects it. Calculations ignore the value, and cannot compute a cost. Correct it.",
		Source: aws.SourceQuota,
	}
	managedRule = rule.Rule{
		Word: "managed-instances", Number: managedNotModeled, Level: rule.Unknown,
		Name: "Managed Instances",
		Text: "a function has a capacity provider, and too little is known to check its load",
		Why: "It runs on EC2 instances. AWS documents neither a rate limit nor a use of the account's quota for them, so " +
			"it is left out of the account's totals. With its rate, its duration and the requests of an environment, check " +
			"compares its load with environments_max.",
		Source: aws.SourceManaged,
	}
)

// functionRules lists the rules of this file that only a check has.
func functionRules() []rule.Rule {
	return []rule.Rule{
		{Number: withTenancy, Level: rule.Error,
			Name: "tenant isolation",
			Text: "a function with tenant isolation has provisioned concurrency, SnapStart, a function URL or an event " +
				"source that Lambda polls",
			Why:    "AWS supports none of them together with TenancyConfig; a poller names no tenant. Remove one of the two.",
			AWS:    aws.TenancyMessage,
			Source: aws.SourceTenancy},
		{Number: withProvider, Level: rule.Error,
			Name:   "provisioned concurrency on Managed Instances",
			Text:   "a function has a capacity provider and provisioned concurrency",
			Why:    "Managed Instances keep their own environments ready: set MinExecutionEnvironments instead.",
			AWS:    aws.CapacityProviderMessage,
			Source: aws.SourceManaged},
		{Number: snapStartStorage, Level: rule.Error,
			Name: "SnapStart with storage",
			Text: fmt.Sprintf("a function has SnapStart, and more than %d MB of ephemeral storage or a file system",
				aws.FreeEphemeralMB),
			Why:    "AWS supports neither together with SnapStart. Remove one of the two.",
			Source: aws.SourceSnapStart},
	}
}

// polledAt returns the place of the first event source that Lambda polls; absent if there is none.
func (d *Deployment) polledAt() calc.Optional[Place] {
	isPolled := func(p Poller) bool {
		return p.Type != source.Async && !p.Disabled && !slices.Contains(p.Open, Enabled)
	}
	if i := slices.IndexFunc(d.Pollers, isPolled); i >= 0 {
		return calc.Some(d.Pollers[i].Place)
	}
	return calc.Optional[Place]{}
}

// exclusions checks for settings that AWS does not allow together.
func (c *checker) exclusions(f *Function, d *Deployment) {
	provisioned := d.provisionedAt()
	if _, isolated := d.Tenancy.Get(); isolated {
		for _, with := range []struct {
			at   calc.Optional[Place]
			what string
			aws  string
		}{
			{provisioned, "provisioned concurrency", aws.TenancyMessage},
			{d.SnapStart, "SnapStart", ""},
			{d.URL, "a function URL", ""},
			{d.polledAt(), "an event source that Lambda polls", ""},
		} {
			if place, ok := with.at.Get(); ok {
				c.add(withTenancy, report{function: f, place: place, aws: with.aws,
					message: fmt.Sprintf("has %s and tenant isolation (%s)", with.what, d.Tenancy.Or(Place{})),
					remedy:  "remove " + with.what + ", or use one function for each tenant"})
			}
		}
	}
	if place, ok := provisioned.Get(); ok && f.RunsManaged() {
		c.add(withProvider, report{function: f, place: place, aws: aws.CapacityProviderMessage,
			message: fmt.Sprintf("has provisioned concurrency and a capacity provider (%s)", d.Managed.Or(Place{})),
			remedy:  "remove provisioned concurrency, and set FunctionScalingConfig.MinExecutionEnvironments"})
	}
	if place, ok := d.SnapStart.Get(); ok {
		storage, large := f.EphemeralMB.Or(0), f.EphemeralMB.Or(0) > aws.FreeEphemeralMB
		if large {
			c.add(snapStartStorage, report{function: f, place: place,
				message: fmt.Sprintf("has SnapStart and %s MB of ephemeral storage (%s)",
					quantity.FormatCount(storage), f.place("ephemeral_storage")),
				remedy: fmt.Sprintf("remove SnapStart, or use at most %d MB", aws.FreeEphemeralMB)})
		}
		if system, ok := d.FileSystem.Get(); ok {
			c.add(snapStartStorage, report{function: f, place: place,
				message: fmt.Sprintf("has SnapStart and a file system (%s)", system), remedy: "remove one of them"})
		}
	}
}

// provisionedAt returns where provisioned concurrency is set; absent if it is known to be set nowhere.
func (d *Deployment) provisionedAt() calc.Optional[Place] {
	for _, a := range d.Provided() {
		if !a.Possible && a.Units.Or(1) > 0 {
			return calc.Some(a.Place)
		}
	}
	return d.Unaliased
}

// durations checks how long the function runs, and its timeout.
func (c *checker) durations(f *Function) {
	most, sure := float64(aws.MaxDurationMS), float64(aws.SureDurationMS)
	if f.RunsManaged() && f.Mode != calc.Sync { // event sources, or asynchronous callers unless the mode says otherwise
		most, sure = aws.MaxManagedDurationMS, aws.MaxManagedDurationMS
	}
	check := func(field, what string, ms float64, remedy string) {
		r := report{function: f, place: f.place(field), remedy: remedy + " of at most " + quantity.FormatDuration(sure)}
		switch length := quantity.FormatLongDuration(ms); {
		case ms > most:
			r.level = rule.Error
			r.message = fmt.Sprintf("%s of %s is longer than an invocation can run, which is %s",
				what, length, quantity.FormatDuration(most))
		case ms > sure:
			r.message = fmt.Sprintf("%s of %s is %s", what, length, rule.WhereRaised)
		default:
			return
		}
		c.add(rule.LongDuration.Number, r)
	}
	if !f.Durable {
		check("duration", "a mean duration", f.DurationMS.Or(0), "split the work into invocations")
	}
	if f.Deployment != nil {
		check("timeout", "a timeout", float64(f.Deployment.TimeoutS.Or(0))*1000, "set a timeout")
	}
}

// sizes checks the memory and the ephemeral storage.
func (c *checker) sizes(f *Function) {
	for _, r := range f.wrongSizes() {
		c.add(memoryOutOfRange, report{function: f, place: r.place, message: r.message, remedy: r.remedy})
	}
}

// wrongSizes returns what is wrong with the function's memory and ephemeral storage in the files. Sizes outside the
// range of regular functions are among the refused settings, not in the capacity.
func (f *Function) wrongSizes() (wrong []report) {
	if f.Deployment == nil {
		return nil
	}
	least, most := int64(aws.MinMemoryMB), int64(aws.MaxMemoryMB)
	if f.RunsManaged() {
		least, most = aws.MinManagedMemoryMB, aws.MaxManagedMemoryMB
	}
	say := func(what, text string, least, most int64, place Place) {
		wrong = append(wrong, report{place: place,
			message: fmt.Sprintf("%s of %s MB is out of range", what, text),
			remedy:  fmt.Sprintf("set %s to %s MB", quantity.FormatCount(least), quantity.FormatCount(most))})
	}
	for _, r := range f.Deployment.Refused {
		mb, err := strconv.ParseInt(r.Text, 10, 64)
		switch {
		case r.Field == "ephemeral_storage":
			say("ephemeral storage", quantity.Quote(r.Text), aws.FreeEphemeralMB, aws.MaxEphemeralMB, r.Place)
		case r.Field == "memory" && (err != nil || mb < least || mb > most):
			say("memory", quantity.Quote(r.Text), least, most, r.Place)
		}
	}
	if mb, ok := f.MemoryMB.Get(); ok && mb < least { // for a regular function, it is always in range
		say("memory", quantity.FormatCount(mb), least, most, f.place("memory"))
	}
	return wrong
}

// notJudged says what a check leaves out of a function on Managed Instances, and notModeled what some calculations do.
const (
	notJudged = "runs on Managed Instances: its load cannot be checked with what is given, " +
		"and it is left out of the account's totals"
	notModeled = "runs on Managed Instances, whose scaling over time is not modelled: it is left out"
)
