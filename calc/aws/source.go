package aws

// A Source is where a fact or a formula is published: the address of a page, or a paper.
type Source string

// The sources of AWS's facts.
const (
	SourceConcurrency      Source = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"
	SourceQuota            Source = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
	SourceScaling          Source = "https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html"
	SourceProvisioned      Source = "https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"
	SourceReserved         Source = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"
	SourceMonitoring       Source = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html"
	SourceAsync            Source = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"
	SourceSQS              Source = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"
	SourceSnapStart        Source = "https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"
	SourceManaged          Source = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html"
	SourceManagedScaling   Source = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-scaling.html"
	SourceTenancy          Source = "https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html"
	SourceTenancyLimit     Source = "https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation-troubleshooting.html"
	SourceDurable          Source = "https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html"
	SourceEdge             Source = cloudFront + "lambda-at-edge-function-restrictions.html"
	SourceEdgeQuota        Source = cloudFront + "cloudfront-limits.html"
	SourceAlias            Source = "https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html"
	SourceKafka            Source = "https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html"
	SourceKinesis          Source = "https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"
	SourcePricing          Source = "https://aws.amazon.com/lambda/pricing/"
	SourceThrottled        Source = botocore + "services/lambda/client/exceptions/TooManyRequestsException.html"
	SourceSAM              Source = samGuide + "sam-resource-function.html"
	SourceScalableTarget   Source = scalingAPI + "API_RegisterScalableTarget.html"
	SourceTargetTracking   Source = scalingGuide + "target-tracking-scaling-policy-overview.html"
	SourceSuspended        Source = scalingGuide + "application-auto-scaling-suspend-resume-scaling.html"
	SourceScheduledScaling Source = scalingGuide + "scheduled-scaling-policy-overview.html"
	SourceMetrics          Source = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"
	SourceLogReport        Source = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"
	SourceGetMetricData    Source = cloudWatch + "APIReference/API_GetMetricData.html"
	SourceInsights         Source = cloudWatch + "logs/CWL_QuerySyntax-Limit.html"
	SourceSQSMapping       Source = "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"
	SourceSQSConfigure     Source = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
	SourceSQSErrors        Source = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"
	SourceSQSQuota         Source = sqsGuide + "quotas-messages.html"
	SourceShards           Source = "https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html"
	SourceMQ               Source = "https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html"
)

const (
	botocore     = "https://docs.aws.amazon.com/botocore/latest/reference/"
	samGuide     = "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/"
	scalingGuide = "https://docs.aws.amazon.com/autoscaling/application/userguide/"
	scalingAPI   = "https://docs.aws.amazon.com/autoscaling/application/APIReference/"
	sqsGuide     = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
	cloudFront   = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
	cloudWatch   = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/"
)

// SourceManagedCalculator is the sample calculator that AWS publishes with Managed Instances.
const SourceManagedCalculator Source = "AWS's sample calculator for Lambda Managed Instances"

// The papers behind the figures for random arrivals, and the mark of formulas that lambdacap derives itself.
const (
	SourceErlang Source = "D. L. Jagerman, Bell System Technical Journal 53 (1974), 525-551"
	SourceRapp   Source = "A. A. Fredericks, Bell System Technical Journal 59 (1980), 805-827"
	// SourceJagerman is for loads that change with time; SourceErlang for the loss function.
	SourceJagerman Source = "D. L. Jagerman, Bell System Technical Journal 54 (1975), 625-661"
	SourceTalbot   Source = "L. N. Trefethen, J. A. C. Weideman, T. Schmelzer, BIT 46 (2006), 653-670"
	SourceDerived  Source = "derived"
)
