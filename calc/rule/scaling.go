package rule

import "github.com/lambdacap/lambdacap/calc/aws"

// This file has the rules about provisioned concurrency that changes over time: target tracking and scheduled actions.

// ScalingRules lists the rules about provisioned concurrency that changes over time, worst first.
func ScalingRules() []Rule {
	return []Rule{MinOverMax, ScalingSuspended, ShortPeak, TrackingLate, NeverScalesIn, StuckSmall, ScheduledLate,
		DelayAssumed, DelayMeasured}
}

// MinOverMax applies if a scalable target or a scheduled action has a minimum above the maximum.
var MinOverMax = Rule{
	Word: "scheduled-min-over-max", Number: "LC009", Level: Error,
	Name: "minimum above maximum",
	Text: "the minimum capacity of a scalable target or a scheduled action is above the maximum, or negative; replay " +
		"also finds actions that set a minimum above the maximum in force at the time",
	Why:    "Application Auto Scaling rejects it. Correct the numbers.",
	Source: aws.SourceScalableTarget,
}

// ScalingSuspended applies if a scalable target does not follow its policies or its scheduled actions.
var ScalingSuspended = Rule{
	Word: "scaling-suspended", Level: Warning,
	Name: "scaling suspended",
	Text: "a scalable target is suspended: target tracking does not scale out or in, or scheduled actions do not run",
	Why: "While it is suspended, the units stay as they are, whatever the load. Resume it with aws " +
		"application-autoscaling register-scalable-target --suspended-state.",
	Source: aws.SourceSuspended,
}

// ShortPeak applies if requests spill in a peak that is over before target tracking brings units.
var ShortPeak = Rule{
	Word: "short-peak", Level: Warning,
	Name: "peak too short for target tracking",
	Text: "requests spill in a peak that is over before target tracking brings more units",
	Why: "The alarm needs three whole minutes above the target and acts about a minute later; new units take another " +
		"two. Raise the minimum, schedule it, or let the peak spill.",
	Source: aws.SourceTargetTracking,
}

// TrackingLate applies if requests spill until target tracking has brought enough units.
var TrackingLate = Rule{
	Word: "tracking-late", Level: Warning,
	Name: "target tracking comes late",
	Text: "requests spill after the load rises, until target tracking has brought enough units",
	Why: "Each step multiplies the units by at most 1 / target, and the next one needs three minutes again. Lower the " +
		"target, raise the minimum, or schedule a higher minimum before a rise that comes every day.",
	Source: aws.SourceTargetTracking,
}

// NeverScalesIn applies if units stay because there are no requests.
var NeverScalesIn = Rule{
	Word: "never-scales-in", Level: Warning,
	Name: "no requests, no scaling in",
	Text: "target tracking takes no units away, because in some of every 15 minutes there are no requests",
	Why: "Lambda reports no utilization without requests, so the alarm lacks data and you keep paying for the units. " +
		"Schedule a lower maximum for the night, or have the alarm treat missing data as breaching.",
	Source: aws.SourceProvisioned,
}

// StuckSmall applies if the units are too few to scale in.
var StuckSmall = Rule{
	Word: "stuck-small", Level: Warning,
	Name: "too few units to scale in",
	Text: "target tracking takes no unit away at a low utilization, because one less would be above the target",
	Why: "Application Auto Scaling removes no unit if that would probably bring the utilization above the target. " +
		"With few units, set the minimum as a maximum on a schedule, or accept the cost.",
	Source: aws.SourceTargetTracking,
}

// ScheduledLate applies if a scheduled action runs when its units are needed.
var ScheduledLate = Rule{
	Word: "scheduled-late", Level: Warning,
	Name:   "scheduled too late",
	Text:   "requests spill while the units of a scheduled action are being allocated",
	Why:    "The units are usable two minutes or more after the action runs. Run it five minutes before the load comes.",
	Source: aws.SourceScheduledScaling,
}

// DelayAssumed applies if a result depends on a delay that AWS does not publish.
var DelayAssumed = Rule{
	Word: "delay-assumed", Level: Info,
	Name: "delay assumed",
	Text: "the time until an alarm acts, until provisioned concurrency can be used, or for which idle environments are " +
		"kept, is assumed",
	Why: "AWS says \"a minute or two\" and 6,000 environments a minute. Measure it, and give it with --alarm-delay, " +
		"--allocation-delay or --keep-alive; replay also takes the allocation from scaling activities.",
	Source: aws.SourceProvisioned,
}

// DelayMeasured applies if scaling activities say how long it takes until provisioned concurrency can be used.
var DelayMeasured = Rule{
	Word: "delay-measured", Level: Info,
	Name:   "delay measured",
	Text:   "the time until provisioned concurrency can be used is that of scaling activities in a file",
	Why:    "It is the median of the times in which past activities added units. --allocation-delay overrides it.",
	Source: aws.SourceScheduledScaling,
}
