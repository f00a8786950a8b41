package check

import (
	"fmt"
	"strconv"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// Rules of this file: what kind of function AWS lets be provisioned, and how large and how long-running it may be.
const (
	withTenancy       rule.ID = "LC027"
	withProvider      rule.ID = "LC028"
	snapStartStorage  rule.ID = "LC030"
	memoryOutOfRange  rule.ID = "LC038"
	managedNotModeled rule.ID = "LC040"
)

// memoryRule and managedRule are the rules of this file that calculations report as well, see Findings.
var (
	memoryRule = rule.Rule{
		Word: "memory-out-of-range", Number: memoryOutOfRange, Level: rule.Error,
		Name: "memory out of range",
		Text: fmt.Sprintf("the memory is outside %s to %s MB, on Managed Instances %s to %s MB, "+
			"or the ephemeral storage outside %s to %s MB",
			quantity.FormatCount(aws.MinMemoryMB), quantity.FormatCount(aws.MaxMemoryMB),
			quantity.FormatCount(aws.MinManagedMemoryMB), quantity.FormatCount(aws.MaxManagedMemoryMB),
			quantity.FormatCount(aws.FreeEphemeralMB), quantity.FormatCount(aws.MaxEphemeralMB)),
		Why:    "AWS refuses it. A calculation leaves it out, and has no cost.",
		Source: aws.SourceQuota,
	}
	managedRule = rule.Rule{
		Word: "managed-instances", Number: managedNotModeled, Level: rule.Unknown,
		Name: "Managed Instances",
		Text: "a function has a capacity provider",
		Why: "It runs on EC2 instances, where AWS states neither the limit of 10 requests per second a unit nor a use of " +
			"the account's quota. Its concurrency, load and cost are not judged, and it is not in the account's sums.",
		Source: aws.SourceManaged,
	}
)

// functionRules lists the rules of this file that only a check looks for.
func functionRules() []rule.Rule {
	return []rule.Rule{
		{Number: withTenancy, Level: rule.Error,
			Name:   "tenant isolation",
			Text:   "a function with tenant isolation has provisioned concurrency, SnapStart or a function URL",
			Why:    "AWS supports none of them with TenancyConfig.",
			AWS:    aws.TenancyMessage,
			Source: aws.SourceTenancy},
		{Number: withProvider, Level: rule.Error,
			Name:   "capacity provider and provisioned",
			Text:   "a function has a capacity provider and provisioned concurrency",
			Why:    "Managed Instances keep environments of their own: set their least number instead.",
			AWS:    aws.CapacityProviderMessage,
			Source: aws.SourceManaged},
		{Number: snapStartStorage, Level: rule.Error,
			Name: "SnapStart and storage",
			Text: fmt.Sprintf("a function has SnapStart, and ephemeral storage above %d MB or a file system",
				aws.FreeEphemeralMB),
			Why:    "AWS supports neither with SnapStart.",
			Source: aws.SourceSnapStart},
	}
}

// exclusions checks what AWS does not let a function have at the same time.
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
		} {
			if place, ok := with.at.Get(); ok {
				c.add(withTenancy, report{function: f, place: place, aws: with.aws,
					message: fmt.Sprintf("has %s and tenant isolation (%s)", with.what, d.Tenancy.Or(Place{})),
					remedy:  "leave out " + with.what + ", or isolate tenants by a function for each"})
			}
		}
	}
	if place, ok := provisioned.Get(); ok && f.Managed() {
		c.add(withProvider, report{function: f, place: place, aws: aws.CapacityProviderMessage,
			message: fmt.Sprintf("has provisioned concurrency and a capacity provider (%s)", d.Managed.Or(Place{})),
			remedy:  "leave provisioned concurrency out, and set FunctionScalingConfig.MinExecutionEnvironments"})
	}
	if place, ok := d.SnapStart.Get(); ok {
		storage, large := f.EphemeralMB.Or(0), f.EphemeralMB.Or(0) > aws.FreeEphemeralMB
		if large {
			c.add(snapStartStorage, report{function: f, place: place,
				message: fmt.Sprintf("has SnapStart and %s MB of ephemeral storage (%s)",
					quantity.FormatCount(storage), f.place("ephemeral_storage")),
				remedy: fmt.Sprintf("keep one of them: with SnapStart at most %d MB", aws.FreeEphemeralMB)})
		}
		if system, ok := d.FileSystem.Get(); ok {
			c.add(snapStartStorage, report{function: f, place: place,
				message: fmt.Sprintf("has SnapStart and a file system (%s)", system), remedy: "keep one of them"})
		}
	}
}

// provisionedAt returns where provisioned concurrency is set; absent if none is, as far as is known.
func (d *Deployment) provisionedAt() calc.Optional[Place] {
	for _, a := range d.Provided() {
		if !a.Possible && a.Units.Or(1) > 0 {
			return calc.Some(a.Place)
		}
	}
	return d.Unaliased
}

// durations checks how long the function runs, and how long it may run.
func (c *checker) durations(f *Function) {
	most, sure := float64(aws.MaxDurationMS), float64(aws.SureDurationMS)
	if f.Managed() && f.Mode != calc.Sync { // event sources and asynchronous callers, where nothing else is said
		most, sure = aws.MaxManagedDurationMS, aws.MaxManagedDurationMS
	}
	check := func(field, what string, ms float64, remedy string) {
		r := report{function: f, place: f.place(field), remedy: remedy + " of at most " + quantity.FormatDuration(sure)}
		switch length := quantity.FormatLongDuration(ms); {
		case ms > most:
			r.level = rule.Error
			r.message = fmt.Sprintf("%s of %s is longer than an invocation may run, %s",
				what, length, quantity.FormatDuration(most))
		case ms > sure:
			r.message = fmt.Sprintf("%s of %s is %s", what, length, rule.WhereRaised)
		default:
			return
		}
		c.add(rule.LongDuration.Number, r)
	}
	check("duration", "a mean duration", f.DurationMS.Or(0), "split the work into invocations")
	if f.Deployment != nil {
		check("timeout", "a timeout", float64(f.Deployment.TimeoutS.Or(0))*1000, "give one")
	}
}

// sizes checks the memory and the ephemeral storage.
func (c *checker) sizes(f *Function) {
	for _, r := range f.wrongSizes() {
		c.add(memoryOutOfRange, report{function: f, place: r.place, message: r.message, remedy: r.remedy})
	}
}

// wrongSizes returns what is wrong with the memory and the ephemeral storage that files give the function. What is
// beyond the range of ordinary functions is among the refused settings, and absent from the capacity.
func (f *Function) wrongSizes() (wrong []report) {
	if f.Deployment == nil {
		return nil
	}
	least, most := int64(aws.MinMemoryMB), int64(aws.MaxMemoryMB)
	if f.Managed() {
		least, most = aws.MinManagedMemoryMB, aws.MaxManagedMemoryMB
	}
	say := func(what, text string, least, most int64, place Place) {
		wrong = append(wrong, report{place: place,
			message: fmt.Sprintf("%s of %s MB is out of range", what, text),
			remedy:  fmt.Sprintf("give %s to %s MB", quantity.FormatCount(least), quantity.FormatCount(most))})
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
	if mb, ok := f.MemoryMB.Get(); ok && mb < least { // of an ordinary function, it is in range
		say("memory", quantity.FormatCount(mb), least, most, f.place("memory"))
	}
	return wrong
}

// managed reports that a function is not judged.
func (c *checker) managed(f *Function) {
	if place, ok := f.Deployment.Managed.Get(); ok {
		c.add(managedNotModeled, report{function: f, place: place, message: notModeled,
			remedy: "size it by its environments: FunctionScalingConfig, PerExecutionEnvironmentMaxConcurrency"})
	}
}

// notModeled says what is not known about a function on Managed Instances.
const notModeled = "runs on Managed Instances: its concurrency, load and cost are not judged, " +
	"and it is not in the account's sums"
