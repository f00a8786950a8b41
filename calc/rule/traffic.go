package rule

import "github.com/lambdacap/lambdacap/calc/aws"

// This file has the rules about traffic that is read from files: what the files do not say, and what was assumed.

// TrafficRules lists the rules about traffic that is read from files, worst first.
func TrafficRules() []Rule {
	return []Rule{
		CoarsePeriod, PartialData, RowCap, OnlyColdStarts, OverlappingSeries, PercentileNotMean, ClientLatency, Truncated,
		MinutesHideBursts, WaysFull, ThrottlesCounted, ThrottlesNotLogged, Gaps, TimeZoneAssumed, StatisticAssumed, NoTimes,
		WholeSeconds, LongLines, BadLines, NoSchedule,
	}
}

// CoarsePeriod is found if the sums of a file are over more than a minute.
var CoarsePeriod = Rule{
	Word: "coarse-period", Level: Warning,
	Name: "peaks averaged away",
	Text: "the traffic is given in sums over more than one minute",
	Why: "A peak inside such a period is averaged away: all requests of five minutes may have come in one of them. Ask " +
		"CloudWatch for a period of 60 seconds, which it keeps for 15 days.",
	Source: aws.SourceGetMetricData,
}

// PartialData is found if an answer of AWS says that there is more.
var PartialData = Rule{
	Word: "partial-data", Level: Warning,
	Name:   "more data exists",
	Text:   "an answer of AWS says that it is a part: it has a next page, or its query was still running",
	Why:    "What is missing counts as no requests. Fetch all pages, and give all files.",
	Source: aws.SourceGetMetricData,
}

// RowCap is found if a file has as many rows as its source gives at most.
var RowCap = Rule{
	Word: "row-cap", Level: Warning,
	Name: "rows cut off",
	Text: "an answer of Logs Insights has exactly 1,000 or 10,000 rows, or a CSV file of hey 1,000,000",
	Why: "Without a limit clause a query returns 1,000 rows, and never more than 10,000; hey keeps a million. What is " +
		"beyond them is missing and counts as no requests. Query a shorter time, or use larger bins.",
	Source: aws.SourceInsights,
}

// OnlyColdStarts is found if most invocations of a log started an environment.
var OnlyColdStarts = Rule{
	Word: "only-cold-starts", Level: Warning,
	Name: "log filtered to cold starts",
	Text: "more than half of at least 100 invocations in a log have an init duration",
	Why: "Nearly all functions reuse their environments, so the log was probably filtered by init duration, and most " +
		"invocations are missing. Fetch all REPORT lines.",
	Source: aws.SourceLogReport,
}

// OverlappingSeries is found if the traffic of a function is given as a whole and by alias or version.
var OverlappingSeries = Rule{
	Word: "overlapping-series", Level: Warning,
	Name:   "traffic given twice",
	Text:   "the data has series of a function and of its aliases or versions",
	Why:    "The series of the function has the requests of its aliases too, so only that one counts.",
	Source: aws.SourceMetrics,
}

// PercentileNotMean is found if a duration is given as a percentile, a maximum or a minimum.
var PercentileNotMean = Rule{
	Word: "percentile-not-mean", Level: Warning,
	Name: "a percentile is not a mean",
	Text: "a file has durations as percentiles, maxima or minima",
	Why: "Concurrency follows from the mean duration. A percentile is never used in its place: it would make " +
		"the load several times too large.",
	Source: aws.SourceMetrics,
}

// ClientLatency is found if durations were measured by a client.
var ClientLatency = Rule{
	Word: "client-latency", Level: Warning,
	Name: "durations measured outside Lambda",
	Text: "durations were measured by a client, a load balancer or API Gateway",
	Why: "They include the network and any wait before the function starts, so the load is too large; where throttled " +
		"requests are in the mean, it may be too small. Give the function's own duration.",
	Source: aws.SourceMetrics,
}

// Truncated is found if a file ends in the middle, and if not all minutes of a drain are listed.
var Truncated = Rule{
	Word: "truncated", Level: Warning,
	Name: "cut short",
	Text: "a file ends in the middle of a line or of its compressed data, or drain takes more minutes than it lists",
	Why: "What was read of a file counts, and the rest is missing: fetch the file again. The figures of a drain are " +
		"those of the whole time.",
	Source: aws.SourceDerived,
}

// MinutesHideBursts is found if nothing says how the requests of a minute are spread.
var MinutesHideBursts = Rule{
	Word: "minutes-hide-bursts", Level: Warning,
	Name: "bursts inside minutes unknown",
	Text: "the traffic is in sums over minutes and came in bursts, or nothing says whether it did",
	Why: "Requests that come together need more environments than the mean of their minute says. Add the Maximum of " +
		"ConcurrentExecutions, which shows it, or logs.",
	Source: aws.SourceMonitoring,
}

// ThrottlesCounted is found if requests were throttled when the traffic was recorded.
var ThrottlesCounted = Rule{
	Word: "throttles-counted", Level: Info,
	Name: "throttled requests counted as demand",
	Text: "the data has throttled requests",
	Why: "They were offered too, so they count. If callers retried, the same request is counted more than once, and the " +
		"true demand is lower.",
	Source: aws.SourceMetrics,
}

// ThrottlesNotLogged is found if the traffic is from logs of functions.
var ThrottlesNotLogged = Rule{
	Word: "throttles-not-logged", Level: Info,
	Name:   "throttled requests unknown",
	Text:   "the traffic is from a function's log, which does not show throttled requests",
	Why:    "A throttled request leaves no line. Add the Throttles of CloudWatch if there were any.",
	Source: aws.SourceLogReport,
}

// Gaps is found if the data has no rows for a part of its time.
var Gaps = Rule{
	Word: "gaps", Level: Info,
	Name: "no data for a part of the time",
	Text: "minutes between the first and the last have no data",
	Why: "CloudWatch has no data where nothing happened, so they count as minutes without requests. If data is missing " +
		"for another reason, leave them out with --gaps skip.",
	Source: aws.SourceMetrics,
}

// TimeZoneAssumed is found if times do not say their zone.
var TimeZoneAssumed = Rule{
	Word: "time-zone-assumed", Level: Info,
	Name:   "times taken as UTC",
	Text:   "times in a file have no zone, and none was given",
	Why:    "They are read as UTC. Give --time-zone if they are not.",
	Source: aws.SourceDerived,
}

// StatisticAssumed is found if a metric does not say its statistic.
var StatisticAssumed = Rule{
	Word: "statistic-assumed", Level: Info,
	Name:   "statistic assumed",
	Text:   "an answer of CloudWatch does not say which statistic of Duration it has",
	Why:    "It is read as the average. Give --stat if it is another: --stat m1=Maximum.",
	Source: aws.SourceGetMetricData,
}

// NoTimes is found if data has durations and no times.
var NoTimes = Rule{
	Word: "no-times", Level: Info,
	Name:   "no times in the data",
	Text:   "log lines have no times",
	Why:    "Only durations can be read from them. Keep the times when you fetch the log.",
	Source: aws.SourceLogReport,
}

// WholeSeconds is found if the times of invocations are in whole seconds.
var WholeSeconds = Rule{
	Word: "whole-seconds", Level: Info,
	Name:   "times in whole seconds",
	Text:   "the times of single requests are in whole seconds",
	Why:    "Starts may be off by up to a second, and the concurrency with them. Fetch times with fractions.",
	Source: aws.SourceDerived,
}

// LongLines is found if lines are too long to be read.
var LongLines = Rule{
	Word: "long-lines", Level: Info,
	Name:   "long lines left out",
	Text:   "lines are longer than 1 MB",
	Why:    "They are not read. AWS writes no such lines about invocations.",
	Source: aws.SourceDerived,
}

// BadLines is found if lines are not text, or not of the format of their file.
var BadLines = Rule{
	Word: "bad-lines", Level: Info,
	Name:   "unreadable lines left out",
	Text:   "lines are not valid text",
	Why:    "They are not read, and their requests are missing. Fetch the file again.",
	Source: aws.SourceDerived,
}

// WaysFull is found if all units that a function can have do not meet the target for its traffic.
var WaysFull = Rule{
	Word: "ways-full", Level: Warning,
	Name: "no way meets the target",
	Text: "all units that a function can have let more of its traffic spill than the target allows",
	Why: "The reservation or the quota is too small for the peak of the traffic. Raise it, or accept that more requests " +
		"are served on demand.",
	Source: aws.SourceReserved,
}

// NoSchedule is found if traffic is not enough to plan a schedule for the day.
var NoSchedule = Rule{
	Word: "no-schedule", Level: Info,
	Name: "no schedule without a whole day",
	Text: "the traffic does not cover each hour of the day, so that no schedule follows from it",
	Why: "A schedule needs a level for each hour of the day. Give traffic of a day or more, with times; two weeks show " +
		"the weekend, too.",
	Source: aws.SourceProvisioned,
}
