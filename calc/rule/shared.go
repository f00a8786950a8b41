package rule

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// This file defines the rules that both calculations and checks look for.

// BelowFloor applies if too little is left unreserved.
var BelowFloor = Rule{
	Word: "below-floor", Number: "LC001", Level: Error,
	Name: "too little left unreserved",
	Text: fmt.Sprintf("reservations, or provisioned concurrency without one, leave less unreserved than AWS keeps: "+
		"%d units, or the whole quota where that is smaller", aws.OrdinaryFloor),
	Why: "AWS rejects the change, and the stack rolls back minutes into the deployment. Reserve less, or request a " +
		"higher quota. check points at the setting with which the sum, in the order of the files, passes what AWS " +
		"grants. It reports unknown if that depends on what is deployed and account.claimed_elsewhere is not given, " +
		"and a warning if the quota was not given.",
	AWS:    fmt.Sprintf(aws.FloorReservedMessage, aws.OrdinaryFloor),
	Source: aws.SourceConcurrency,
}

// SwitchedOff applies to a reservation of 0.
var SwitchedOff = Rule{
	Word: "switched-off", Number: "LC007", Level: Error,
	Name: "function switched off",
	Text: "the reserved concurrency is 0",
	Why: "AWS accepts it, and then throttles every request and drops every event. If that is what you want, accept the " +
		"finding with a reason.",
	Source: aws.SourceReserved,
}

// LongDuration applies if a duration or a timeout is above aws.SureDurationMS. Above aws.MaxDurationMS, a check reports
// an error, and calculations refuse the value.
var LongDuration = Rule{
	Word: "duration-over-limit", Number: "LC037", Level: Warning,
	Name: "long duration",
	Text: fmt.Sprintf("a duration or, in check, a timeout is above %s, or limits computes a longer one; "+
		"check reports an error above %s, or above %s on Managed Instances",
		quantity.FormatDuration(aws.SureDurationMS), quantity.FormatDuration(aws.MaxDurationMS),
		quantity.FormatDuration(aws.MaxManagedDurationMS)),
	Why: fmt.Sprintf("Lambda stops an invocation after %s, or after %s where AWS has raised the limit. "+
		"Check the quota in your Region, split the work, or correct the unit of the duration.",
		quantity.FormatDuration(aws.SureDurationMS), quantity.FormatDuration(aws.MaxDurationMS)),
	Source: aws.SourceQuota,
}

// WhereRaised completes those messages of LongDuration that are about durations which AWS may or may not accept.
var WhereRaised = fmt.Sprintf("above %s, which AWS accepts only where it has raised the limit; "+
	"check the quota in your Region", quantity.FormatDuration(aws.SureDurationMS))

// TrackingBlind applies if the duration is below T/10 seconds, where T is the target of target tracking. For the usual
// target this is aws.TrackingBlindMS.
var TrackingBlind = Rule{
	Word: "tracking-blind", Number: "LC014", Level: Warning,
	Name: "target tracking never fires",
	Text: fmt.Sprintf("the duration is below the tracking target / %d seconds: %s for a target of %s", aws.RatePerUnit,
		quantity.FormatDuration(aws.TrackingBlindMS), quantity.FormatPercent(aws.TrackingTarget)),
	Why: "Provisioned concurrency reaches its rate limit before its utilization reaches the target, so it spills and " +
		"never scales out. Lower the target, schedule the capacity, or size it by rate.",
	Source: aws.SourceDerived,
}

// TenantLimit applies if the tenants of a function with tenant isolation have more environments than AWS allows.
var TenantLimit = Rule{
	Word: "tenant-limit", Number: "LC045", Level: Error,
	Name: "too many environments of tenants",
	Text: fmt.Sprintf("the tenants of a function with tenant isolation have more environments, busy or idle, than AWS "+
		"allows: %s for each %s units of the reservation or, without one, of the quota",
		quantity.FormatCount(aws.TenantEnvironments), quantity.FormatCount(aws.TenantConcurrency)),
	Why: "AWS throttles requests of tenants that have no environment. Reserve more, request a higher quota, or spread " +
		"the tenants over several functions.",
	Source: aws.SourceTenancyLimit,
}

// NoOnDemandRoom applies if all of a reservation is provisioned.
var NoOnDemandRoom = Rule{
	Word: "no-on-demand-room", Number: "LC020", Level: Warning,
	Name:   "provisioned equals reserved",
	Text:   "all of the reserved concurrency is provisioned",
	Why:    "Requests beyond it are throttled instead of spilling, and so is $LATEST. Reserve more than you provision.",
	Source: aws.SourceConcurrency,
}

// VisibilityShort applies if a queue may show a batch again while the function still works on it. A check reports an
// error if that is certain.
var VisibilityShort = Rule{
	Word: "visibility-short", Number: "LC042", Level: Warning,
	Name: "short visibility timeout",
	Text: fmt.Sprintf("the visibility timeout of a queue is below %d times the timeout of the function, and the window; "+
		"check reports an error if it is below the timeout", aws.VisibilityTimeouts),
	Why: "A batch that is throttled or takes long comes back while it is still being worked on, and is processed twice. " +
		"Below the timeout itself, AWS rejects the mapping.",
	AWS:    fmt.Sprintf(aws.VisibilityMessage, aws.DefaultVisibilityS, 60),
	Source: aws.SourceSQSConfigure,
}

// ReceivesFew applies if messages reach the dead-letter queue after few receives, and batches may be throttled.
var ReceivesFew = Rule{
	Word: "receives-few", Number: "LC043", Level: Warning,
	Name: "few receives",
	Text: fmt.Sprintf("maxReceiveCount is below %d, and a reservation or a maximum concurrency throttles batches",
		aws.AdvisedReceives),
	Why:    "Each throttled receive counts. Allow more of them before a message goes to the dead-letter queue.",
	Source: aws.SourceSQSConfigure,
}
