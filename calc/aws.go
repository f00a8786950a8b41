package calc

// The facts AWS publishes, each once. All were read in 2026-11 from the pages
// named by the Source constants.
const (
	// RatePerUnit is the number of synchronous requests per second that a pool
	// takes per unit of concurrency, and the number of requests per second,
	// in either mode, that provisioned concurrency takes per unit.
	//
	// Unit: requests per second per unit. Scope: one limit over the whole pool
	// (account, reservation or provisioned allocation), never one per
	// environment. Source: SourceConcurrency, SourceQuota.
	RatePerUnit = 10

	// DefaultConcurrency is the concurrency quota of an ordinary account.
	//
	// Unit: units of concurrency. Scope: account and Region, adjustable
	// (quota L-B99A9384). Source: SourceQuota.
	DefaultConcurrency = 1000

	// OrdinaryFloor is the concurrency that AWS keeps unreserved.
	//
	// Unit: units of concurrency. Scope: account and Region, not adjustable.
	// Accounts with a quota below it report their whole quota as the floor,
	// see Account.Floor. Source: SourceConcurrency.
	OrdinaryFloor = 100

	// MaxDurationMS is the longest an invocation may run: 15 minutes.
	//
	// Unit: milliseconds. Scope: function. Source: SourceQuota.
	MaxDurationMS = 900_000

	// MinMemoryMB and MaxMemoryMB bound the memory of a function.
	//
	// Unit: MB of 1,048,576 bytes. Scope: function. Source: SourceQuota.
	MinMemoryMB = 128
	MaxMemoryMB = 10_240

	// ScalingEnvironments and ScalingRPS are what one function may gain in
	// each period of ScalingPeriodS, refilled continuously and never saved up.
	//
	// Units: environments, requests per second, seconds. Scope: function, not
	// adjustable. Source: SourceScaling.
	ScalingEnvironments = 1000
	ScalingRPS          = 10_000
	ScalingPeriodS      = 10

	// AdvisedHeadroom is the buffer that AWS advises on top of the
	// provisioned concurrency a load needs.
	//
	// Unit: ratio. Scope: provisioned concurrency. Source: SourceProvisioned.
	AdvisedHeadroom = 0.10

	// TrackingTarget is the utilization at which target tracking of
	// provisioned concurrency is set in AWS's examples.
	//
	// Unit: ratio. Scope: scaling policy, adjustable from 0.1 to 0.9.
	// Source: SourceProvisioned.
	TrackingTarget = 0.7

	// DefaultKeepAliveMS is how long Lambda is taken to keep an on-demand
	// environment that is idle: 10 minutes.
	//
	// Unit: milliseconds. Scope: function. An assumption: AWS does not publish
	// the time, and changes it.
	DefaultKeepAliveMS = 600_000

	// MBPerGB is how AWS counts GB in prices.
	//
	// Unit: MB per GB. Scope: prices of memory and storage. Source: SourcePricing.
	MBPerGB = 1024

	// FreeEphemeralMB and MaxEphemeralMB bound the ephemeral storage of a
	// function; what is above the first is paid for.
	//
	// Unit: MB. Scope: function. Source: SourcePricing, SourceQuota.
	FreeEphemeralMB = 512
	MaxEphemeralMB  = 10_240

	// EnabledStepS is what the time that provisioned concurrency is on rounds
	// up to: 5 minutes.
	//
	// Unit: seconds. Scope: provisioned concurrency. Source: SourcePricing.
	EnabledStepS = 300

	// MonthHours is the month of AWS's examples, 365 x 24 / 12 hours, and
	// MaxMonthHours the longest there is.
	//
	// Unit: hours. Scope: prices. Source: SourcePricing; the second is derived.
	MonthHours    = 730
	MaxMonthHours = 744

	// HoursPerDay is the number of hours in a day. Unit: hours.
	HoursPerDay = 24

	// ProvisioningDelayMinutes and ProvisioningPerMinute are how late
	// provisioned units appear: none for a minute or two, then up to so many a
	// minute, and none is usable before all are.
	//
	// Units: minutes, environments per minute. Scope: function. Source:
	// SourceProvisioned.
	ProvisioningDelayMinutes = 2
	ProvisioningPerMinute    = 6000

	// FreeRequests and FreeGBSeconds are the free tier of a month.
	//
	// Units: requests, GB-seconds. Scope: account, over all Regions, and not
	// for functions with provisioned concurrency. Source: SourcePricing.
	FreeRequests  = 1_000_000
	FreeGBSeconds = 400_000

	// QuotaServiceCode and QuotaCode name the account concurrency quota in
	// Service Quotas. Source: SourceQuota.
	QuotaServiceCode = "lambda"
	QuotaCode        = "L-B99A9384"
)

// A Source is where a fact is stated: the address of a page, or a paper.
type Source string

// The pages the model rests on, and the papers behind the chances. SourceDerived
// marks arithmetic of ours on top of them.
const (
	SourceConcurrency Source = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"
	SourceQuota       Source = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
	SourceScaling     Source = "https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html"
	SourceProvisioned Source = "https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"
	SourceReserved    Source = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"
	SourceMonitoring  Source = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html"
	SourceAsync       Source = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"
	SourcePricing     Source = "https://aws.amazon.com/lambda/pricing/"
	SourceDerived     Source = "derived"
	SourceErlang      Source = "D. L. Jagerman, Bell System Technical Journal 53 (1974), 525-551"
	SourceRapp        Source = "A. A. Fredericks, Bell System Technical Journal 59 (1980), 805-827"
	SourceTalbot      Source = "L. N. Trefethen, J. A. C. Weideman, T. Schmelzer, BIT 46 (2006), 653-670"
)

// A Reason is the name AWS gives, in the Reason field of a
// TooManyRequestsException, to the limit that refused a request.
type Reason string

// The refusals of the model. The Reserved ones come from a function's own
// reservation, the others from the pool that unreserved functions share.
const (
	ReasonReservedRate        Reason = "ReservedFunctionInvocationRateLimitExceeded"
	ReasonReservedConcurrency Reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
	ReasonSharedRate          Reason = "FunctionInvocationRateLimitExceeded"
	ReasonSharedConcurrency   Reason = "ConcurrentInvocationLimitExceeded"
)
