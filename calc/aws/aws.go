// Package aws holds the facts that AWS publishes about Lambda. Each fact appears once, with its unit, scope and source.
// All sources were read in November 2026.
package aws

// Limits on concurrency and on the request rate.
const (
	// RatePerUnit is the number of requests per second that a pool accepts for each unit of concurrency. It applies to
	// synchronous requests in any pool, and to requests in either mode on provisioned concurrency.
	//
	// Unit: requests per second per unit. Scope: one limit for the whole pool (an account, a reservation or a provisioned
	// allocation), never one per environment. Source: SourceConcurrency, SourceQuota.
	RatePerUnit = 10

	// DefaultConcurrency is the concurrency quota of a regular account.
	//
	// Unit: units of concurrency. Scope: account and Region, adjustable (quota L-B99A9384). Source: SourceQuota.
	DefaultConcurrency = 1000

	// OrdinaryFloor is the number of units that AWS keeps unreserved. In an account with a smaller quota, the floor is the
	// whole quota.
	//
	// Unit: units of concurrency. Scope: account and Region, not adjustable. Source: SourceConcurrency.
	OrdinaryFloor = 100

	// ScalingEnvironments and ScalingRPS are the most that one function can gain every ScalingPeriodS. The allowance
	// refills continuously and cannot be saved up.
	//
	// Units: environments, requests per second, seconds. Scope: function, not adjustable. Source: SourceScaling.
	ScalingEnvironments = 1000
	ScalingRPS          = 10_000
	ScalingPeriodS      = 10

	// ProvisioningDelayMinutes and ProvisioningPerMinute describe how fast provisioned units become ready: none for a
	// minute or two, then up to this many per minute. No unit can be used until all are ready.
	//
	// Units: minutes, environments per minute. Scope: function. Source: SourceProvisioned.
	ProvisioningDelayMinutes = 2
	ProvisioningPerMinute    = 6000

	// AdvisedHeadroom is the buffer that AWS recommends on top of the provisioned concurrency that a load needs.
	//
	// Unit: ratio. Scope: provisioned concurrency. Source: SourceProvisioned.
	AdvisedHeadroom = 0.10

	// TrackingTarget is the utilization target in AWS's examples of target tracking.
	//
	// Unit: ratio. Scope: scaling policy, adjustable from 0.1 to 0.9. Source: SourceProvisioned.
	TrackingTarget = 0.7

	// TrackingBlindMS is the mean duration below which provisioned concurrency reaches its rate limit before its
	// utilization reaches TrackingTarget: T/10 seconds for a target T, since requests of d seconds use 10 d of each unit
	// at the rate limit.
	//
	// Unit: milliseconds. Derived from TrackingTarget and RatePerUnit.
	TrackingBlindMS = TrackingTarget / RatePerUnit * 1000

	// MinQueueConcurrency and MaxQueueConcurrency are the bounds of the maximum concurrency of an SQS event source
	// mapping.
	//
	// Unit: environments. Scope: one event source mapping. Source: SourceSQS.
	MinQueueConcurrency = 2
	MaxQueueConcurrency = 1000

	// UnboundedQueueConcurrency is how far Lambda scales for an SQS queue without a maximum concurrency. Some AWS pages
	// say 1,000.
	//
	// Unit: environments. Scope: one event source mapping. Source: SourceSQS.
	UnboundedQueueConcurrency = 1250

	// QueuePollerConcurrency and KafkaPollerConcurrency are the maximum number of concurrent invocations from one
	// provisioned poller.
	//
	// Unit: environments. Scope: one poller. Source: SourceSQS, SourceKafka.
	QueuePollerConcurrency = 10
	KafkaPollerConcurrency = 5

	// DefaultMaxPollers is the maximum number of provisioned pollers of a mapping that does not set one.
	//
	// Unit: pollers. Scope: one event source mapping. Source: SourceSQS, SourceKafka.
	DefaultMaxPollers = 200

	// MinQueuePollers and MinKafkaPollers are the smallest number of provisioned pollers for an SQS queue and for a Kafka
	// topic. MostQueuePollers and MostKafkaPollers are the largest. MostMinPollers is the largest value of the minimum
	// setting for either.
	//
	// Unit: pollers. Scope: one event source mapping. Source: SourceSQS, SourceKafka.
	MinQueuePollers  = 2
	MinKafkaPollers  = 1
	MostQueuePollers = 10_000
	MostKafkaPollers = 2000
	MostMinPollers   = 200
)

// Limits of a single function.
const (
	// SureDurationMS is how long an invocation may run everywhere: 15 minutes. MaxDurationMS is how long it may run where
	// AWS has raised the limit: 30 minutes. The AWS SDK for Java announced the increase around 20 November 2026, without
	// naming Regions.
	//
	// Unit: milliseconds. Scope: function. Source: SourceQuota; for MaxDurationMS the AWS SDK, read 2026-11.
	SureDurationMS = 900_000
	MaxDurationMS  = 1_800_000

	// MinMemoryMB and MaxMemoryMB are the bounds of the memory of a function.
	//
	// Unit: MB of 1,048,576 bytes. Scope: function. Source: SourceQuota.
	MinMemoryMB = 128
	MaxMemoryMB = 10_240

	// FreeEphemeralMB and MaxEphemeralMB are the bounds of the ephemeral storage of a function. AWS charges for storage
	// above FreeEphemeralMB.
	//
	// Unit: MB. Scope: function. Source: SourcePricing, SourceQuota.
	FreeEphemeralMB = 512
	MaxEphemeralMB  = 10_240

	// DefaultKeepAliveMS is how long Lambda is assumed to keep an idle on-demand environment: 10 minutes. AWS does not
	// publish the time, and it varies.
	//
	// Unit: milliseconds. Scope: function. Source: none, an assumption.
	DefaultKeepAliveMS = 600_000

	// MaxEdgeDurationMS is how long a function of Lambda@Edge may run for requests to and responses from the origin: 30 s.
	// For viewers it may run for 5 s.
	//
	// Unit: milliseconds. Scope: function of Lambda@Edge. Source: SourceEdgeQuota.
	MaxEdgeDurationMS = 30_000

	// TenantEnvironments is how many environments of a function with tenant isolation, busy or idle, there may be at a
	// time for each TenantConcurrency units of the function's concurrency.
	//
	// Units: environments, units of concurrency. Scope: function. Source: SourceTenancyLimit.
	TenantEnvironments = 2500
	TenantConcurrency  = 1000
)

// Managed Instances: functions with a capacity provider, which run on EC2 instances of the account. All of it was read
// in 2026-11.
const (
	// MaxManagedDurationMS is how long an asynchronous invocation, or an invocation by an event source, may run on Managed
	// Instances: 90 minutes, since 2026-09-09.
	//
	// Unit: milliseconds. Scope: function with a capacity provider. Source: SourceManaged.
	MaxManagedDurationMS = 5_400_000

	// MinManagedMemoryMB and MaxManagedMemoryMB are the bounds of the memory of a function on Managed Instances.
	//
	// Unit: MB of 1,048,576 bytes. Scope: function with a capacity provider. Source: SourceManaged.
	MinManagedMemoryMB = 2048
	MaxManagedMemoryMB = 32_768

	// MaxManagedRequests is the most requests that may be set for one environment.
	//
	// Unit: requests at a time. Scope: function with a capacity provider. Source: SourceManaged.
	MaxManagedRequests = 1600

	// ManagedNodeJS to ManagedRust are how many requests a vCPU takes unless the function says otherwise. AWS prints the
	// same numbers once "per environment"; they are taken per vCPU.
	//
	// Unit: requests at a time per vCPU. Scope: runtime. Source: SourceManaged.
	ManagedNodeJS = 64
	ManagedJava   = 32
	ManagedDotnet = 32
	ManagedPython = 16
	ManagedRust   = 8

	// DefaultMinEnvironments is how many environments are kept unless the function says otherwise. MaxEnvironments is the
	// most that may be set as the least or as the most.
	//
	// Unit: environments. Scope: function with a capacity provider. Source: SourceManagedScaling.
	DefaultMinEnvironments = 3
	MaxEnvironments        = 15_000

	// ManagedDoublingS is the time in which a load may double: a load that grows faster may be throttled.
	//
	// Unit: seconds. Scope: function with a capacity provider. Source: SourceManagedScaling.
	ManagedDoublingS = 300

	// DefaultMemoryPerVCPU is the ratio of memory to vCPUs unless the function says otherwise: 2, 4 or 8.
	//
	// Unit: GB per vCPU. Scope: function with a capacity provider. Source: SourceManaged.
	DefaultMemoryPerVCPU = 2

	// ManagedSystemVCPU and ManagedSystemMB are the part of an instance that AWS's sizing leaves to the system.
	//
	// Units: vCPUs, MB. Scope: instance. Source: SourceManagedCalculator.
	ManagedSystemVCPU = 1
	ManagedSystemMB   = 1024

	// ManagedBuffer is the factor by which AWS's sizing exceeds the instances that the environments fill.
	//
	// Unit: ratio. Scope: function with a capacity provider. Source: SourceManagedCalculator.
	ManagedBuffer = 1.5

	// DefaultZones is the number of Availability Zones in AWS's sizing, each of which has an instance.
	//
	// Unit: zones. Scope: capacity provider. Source: SourceManagedCalculator.
	DefaultZones = 3

	// ManagedFee is what Lambda charges for managing an instance, as a share of its undiscounted price.
	//
	// Unit: ratio. Scope: instance. Source: SourcePricing.
	ManagedFee = 0.15

	// ManagedRequestUSD is the price of a request.
	//
	// Unit: US dollars. Scope: function with a capacity provider. Source: SourcePricing.
	ManagedRequestUSD = 0.20 / 1_000_000
)

// Billing rules.
const (
	// MBPerGB is the size of a GB in AWS's prices.
	//
	// Unit: MB per GB. Scope: prices of memory and storage. Source: SourcePricing.
	MBPerGB = 1024

	// EnabledStepS is the billing increment of the time that provisioned concurrency is on: 5 minutes, rounded up.
	//
	// Unit: seconds. Scope: provisioned concurrency. Source: SourcePricing.
	EnabledStepS = 300

	// MonthHours is the length of a month in AWS's pricing examples: 365 x 24 / 12 hours. MaxMonthHours is the longest
	// month.
	//
	// Unit: hours. Scope: prices. Source: SourcePricing; MaxMonthHours is derived.
	MonthHours    = 730
	MaxMonthHours = 744

	// FreeRequests and FreeGBSeconds are the monthly free tier.
	//
	// Units: requests, GB-seconds. Scope: account, across all Regions, excluding functions with provisioned concurrency.
	// Source: SourcePricing.
	FreeRequests  = 1_000_000
	FreeGBSeconds = 400_000
)

// QuotaServiceCode and QuotaCode identify the account's concurrency quota in Service Quotas. Source: SourceQuota.
const (
	QuotaServiceCode = "lambda"
	QuotaCode        = "L-B99A9384"
)

// A Reason is AWS's name for the limit that refused a request, from the Reason field of a TooManyRequestsException.
type Reason string

// The reasons. The Reserved ones are for a function's own reservation, the others for the pool that functions without a
// reservation share.
const (
	ReasonReservedRate        Reason = "ReservedFunctionInvocationRateLimitExceeded"
	ReasonReservedConcurrency Reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
	ReasonSharedRate          Reason = "FunctionInvocationRateLimitExceeded"
	ReasonSharedConcurrency   Reason = "ConcurrentInvocationLimitExceeded"
)
