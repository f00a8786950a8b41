// Package aws holds the facts that AWS publishes about Lambda. Each fact stands once, with its unit, its scope
// and its source. All of them were read in November 2026.
package aws

// Limits of concurrency and of the request rate.
const (
	// RatePerUnit is the number of requests per second that a pool takes for each unit of concurrency: of
	// synchronous requests in any pool, and of requests in either mode on provisioned concurrency.
	//
	// Unit: requests per second per unit. Scope: one limit over the whole pool (an account, a reservation or a
	// provisioned allocation), never one per environment. Source: SourceConcurrency, SourceQuota.
	RatePerUnit = 10

	// DefaultConcurrency is the concurrency quota of an ordinary account.
	//
	// Unit: units of concurrency. Scope: account and Region, adjustable (quota L-B99A9384). Source: SourceQuota.
	DefaultConcurrency = 1000

	// OrdinaryFloor is the concurrency that AWS keeps unreserved. An account with a smaller quota reports the
	// whole quota as its floor.
	//
	// Unit: units of concurrency. Scope: account and Region, not adjustable. Source: SourceConcurrency.
	OrdinaryFloor = 100

	// ScalingEnvironments and ScalingRPS are what one function may gain every ScalingPeriodS. The allowance is
	// refilled continuously and cannot be saved up.
	//
	// Units: environments, requests per second, seconds. Scope: function, not adjustable. Source: SourceScaling.
	ScalingEnvironments = 1000
	ScalingRPS          = 10_000
	ScalingPeriodS      = 10

	// ProvisioningDelayMinutes and ProvisioningPerMinute say how late provisioned units appear: none for a
	// minute or two, then up to this many a minute. None is usable before all are there.
	//
	// Units: minutes, environments per minute. Scope: function. Source: SourceProvisioned.
	ProvisioningDelayMinutes = 2
	ProvisioningPerMinute    = 6000

	// AdvisedHeadroom is the buffer that AWS recommends on top of the provisioned concurrency that a load needs.
	//
	// Unit: ratio. Scope: provisioned concurrency. Source: SourceProvisioned.
	AdvisedHeadroom = 0.10

	// TrackingTarget is the utilization that AWS's examples of target tracking aim at.
	//
	// Unit: ratio. Scope: scaling policy, adjustable from 0.1 to 0.9. Source: SourceProvisioned.
	TrackingTarget = 0.7

	// MinQueueConcurrency and MaxQueueConcurrency bound the maximum concurrency of an SQS event source mapping.
	//
	// Unit: environments. Scope: one event source mapping. Source: SourceSQS.
	MinQueueConcurrency = 2
	MaxQueueConcurrency = 1000
)

// Limits of a single function.
const (
	// MaxDurationMS is the longest an invocation may run: 15 minutes.
	//
	// Unit: milliseconds. Scope: function. Source: SourceQuota.
	MaxDurationMS = 900_000

	// MinMemoryMB and MaxMemoryMB bound the memory of a function.
	//
	// Unit: MB of 1,048,576 bytes. Scope: function. Source: SourceQuota.
	MinMemoryMB = 128
	MaxMemoryMB = 10_240

	// FreeEphemeralMB and MaxEphemeralMB bound the ephemeral storage of a function. Storage above the first is
	// charged for.
	//
	// Unit: MB. Scope: function. Source: SourcePricing, SourceQuota.
	FreeEphemeralMB = 512
	MaxEphemeralMB  = 10_240

	// DefaultKeepAliveMS is how long Lambda is assumed to keep an idle on-demand environment: 10 minutes. AWS
	// does not publish the time, and changes it.
	//
	// Unit: milliseconds. Scope: function. An assumption.
	DefaultKeepAliveMS = 600_000
)

// Rules of billing.
const (
	// MBPerGB is how AWS counts GB in prices.
	//
	// Unit: MB per GB. Scope: prices of memory and storage. Source: SourcePricing.
	MBPerGB = 1024

	// EnabledStepS is what the time that provisioned concurrency is on rounds up to: 5 minutes.
	//
	// Unit: seconds. Scope: provisioned concurrency. Source: SourcePricing.
	EnabledStepS = 300

	// MonthHours is the month of AWS's pricing examples, 365 x 24 / 12 hours. MaxMonthHours is the longest month.
	//
	// Unit: hours. Scope: prices. Source: SourcePricing; the second is derived.
	MonthHours    = 730
	MaxMonthHours = 744

	// FreeRequests and FreeGBSeconds are the free tier of a month.
	//
	// Units: requests, GB-seconds. Scope: account, over all Regions, and not for functions with provisioned
	// concurrency. Source: SourcePricing.
	FreeRequests  = 1_000_000
	FreeGBSeconds = 400_000
)

// QuotaServiceCode and QuotaCode name the account's concurrency quota in Service Quotas. Source: SourceQuota.
const (
	QuotaServiceCode = "lambda"
	QuotaCode        = "L-B99A9384"
)

// A Reason is the name that AWS gives to the limit that refused a request, in the Reason field of a
// TooManyRequestsException.
type Reason string

// The reasons. The Reserved ones come from a function's own reservation, the others from the pool that
// functions without a reservation share.
const (
	ReasonReservedRate        Reason = "ReservedFunctionInvocationRateLimitExceeded"
	ReasonReservedConcurrency Reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
	ReasonSharedRate          Reason = "FunctionInvocationRateLimitExceeded"
	ReasonSharedConcurrency   Reason = "ConcurrentInvocationLimitExceeded"
)
