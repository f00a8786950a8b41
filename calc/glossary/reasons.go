package glossary

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc/aws"
)

// reasons lists the values of the Reason field of a TooManyRequestsException.
//
// Source: aws.SourceThrottled lists the names, read 2026-11, and says no more about them. What they mean follows from
// the limits that they name.
func reasons() []Term {
	return []Term{
		{Name: string(aws.ReasonSharedConcurrency), Kind: Reason,
			Meaning: "All environments that functions without a reservation share are busy.",
			Do: "Reserve concurrency for the functions that must not be throttled, make invocations shorter, " +
				"or ask for a higher quota.",
			Command: "lambdacap plan --rps 5000 --duration 300ms",
			Source:  aws.SourceConcurrency},
		{Name: string(aws.ReasonSharedRate), Kind: Reason,
			Meaning: fmt.Sprintf("The functions without a reservation get more synchronous requests per second than %d "+
				"times the unreserved concurrency, even if environments are idle.", aws.RatePerUnit),
			Do: fmt.Sprintf("Shorter invocations do not help: below %d ms the rate is the limit and not the concurrency. "+
				"Reserve concurrency, or ask for a higher quota.", 1000/aws.RatePerUnit),
			Command: "lambdacap plan --rps 12000 --duration 40ms",
			Source:  aws.SourceConcurrency},
		{Name: string(aws.ReasonReservedConcurrency), Kind: Reason,
			Meaning: "All environments of the function's reserved concurrency are busy, or its reserved concurrency is 0.",
			Do: "Raise the reservation, or make invocations shorter; a reserved concurrency of 0 switches the " +
				"function off.",
			Command: "lambdacap plan --rps 1500 --duration 300ms --reserved 400",
			Source:  aws.SourceReserved},
		{Name: string(aws.ReasonReservedRate), Kind: Reason,
			Meaning: fmt.Sprintf("The function gets more synchronous requests per second than %d times its reserved "+
				"concurrency, even if environments are idle.", aws.RatePerUnit),
			Do: fmt.Sprintf("Raise the reservation; shorter invocations do not help, because below %d ms the rate is the "+
				"limit and not the concurrency.", 1000/aws.RatePerUnit),
			Command: "lambdacap plan --rps 1500 --duration 40ms --reserved 100",
			Source:  aws.SourceConcurrency},
		{Name: "CallerRateLimitExceeded", Kind: Reason,
			Meaning: "Lambda's API was called too often; the limit is on the caller and not on the function.",
			Do: "Retry with exponential backoff, and look for code, pipelines or monitoring that call GetFunction, " +
				"UpdateFunctionCode, ListFunctions or Invoke in a loop. Concurrency settings do not help, and lambdacap does " +
				"not model this limit.",
			Source: aws.SourceQuota},
		{Name: "ConcurrentSnapshotCreateLimitExceeded", Kind: Reason,
			Meaning: "Too many SnapStart snapshots are being created at the same time, one for each version that is published.",
			Do: "Publish fewer versions at a time, and retry. Concurrency settings do not help, and lambdacap does not " +
				"model this limit, which AWS does not publish.",
			Source: aws.SourceThrottled},
	}
}
