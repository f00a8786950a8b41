package rule

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// This file has the rules that both calculations and checks look for.

// BelowFloor is found if too little is left unreserved.
var BelowFloor = Rule{
	Word: "below-floor", Number: "LC001", Level: Error,
	Name: "below the floor",
	Text: "a reservation, or provisioned concurrency without one, leaves less unreserved than AWS keeps",
	Why: "AWS refuses the change, and the stack rolls back minutes after the deployment began. In check it is unknown " +
		"if that depends on what is deployed, and a warning if nobody gave the quota.",
	AWS:    fmt.Sprintf(aws.FloorReservedMessage, aws.OrdinaryFloor),
	Source: aws.SourceConcurrency,
}

// SwitchedOff is found at a reservation of 0.
var SwitchedOff = Rule{
	Word: "switched-off", Number: "LC007", Level: Error,
	Name:   "reserved 0",
	Text:   "a reserved concurrency of 0 switches the function off",
	Why:    "AWS accepts it, refuses every request and drops every event. Where that is meant, accept it with a reason.",
	Source: aws.SourceReserved,
}

// LongDuration is found if a duration or a timeout is above aws.SureDurationMS. In a check, one above
// aws.MaxDurationMS is an error; calculations refuse it.
var LongDuration = Rule{
	Word: "duration-over-limit", Number: "LC037", Level: Warning,
	Name: "long duration",
	Text: fmt.Sprintf("a duration, the longest duration that limits answers, or in a check a timeout, is above %s; "+
		"a check takes one above %s, and above %s on Managed Instances, for an error",
		quantity.FormatDuration(aws.SureDurationMS), quantity.FormatDuration(aws.MaxDurationMS),
		quantity.FormatDuration(aws.MaxManagedDurationMS)),
	Why: fmt.Sprintf("An invocation ends after %s, or after %s where AWS has raised the limit. "+
		"Check the quota in your Region, split the work, or give the duration in the right unit.",
		quantity.FormatDuration(aws.SureDurationMS), quantity.FormatDuration(aws.MaxDurationMS)),
	Source: aws.SourceQuota,
}

// WhereRaised completes the messages of LongDuration about what AWS may or may not accept.
var WhereRaised = fmt.Sprintf("above %s: accepted only where AWS has raised the limit; check the quota in your Region",
	quantity.FormatDuration(aws.SureDurationMS))

// TrackingBlind is found if the duration is below the target of target tracking / 10 seconds, which is
// aws.TrackingBlindMS for the usual target.
var TrackingBlind = Rule{
	Word: "tracking-blind", Number: "LC014", Level: Warning,
	Name: "tracking that cannot fire",
	Text: fmt.Sprintf("the duration is below the target of tracking / %d seconds, %s at %s utilization", aws.RatePerUnit,
		quantity.FormatDuration(aws.TrackingBlindMS), quantity.FormatPercent(aws.TrackingTarget)),
	Why: "Provisioned concurrency is full by rate before its utilization reaches the target, " +
		"so it spills and never scales out.",
	Source: aws.SourceDerived,
}

// NoOnDemandRoom is found if all of a reservation is provisioned.
var NoOnDemandRoom = Rule{
	Word: "no-on-demand-room", Number: "LC020", Level: Warning,
	Name:   "provisioned equals reserved",
	Text:   "all of the reservation is provisioned",
	Why:    "Nothing is left for on-demand: what does not fit is throttled and not spilled, and so is $LATEST.",
	Source: aws.SourceConcurrency,
}
