package glossary

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// word returns a word of lambdacap.
func word(name, meaning string, source aws.Source) Term {
	return Term{Name: name, Kind: Word, Meaning: meaning, Source: source}
}

// inAWS returns the term with AWS's words and metrics for it.
func (t Term) inAWS(words ...string) Term { t.AWS = words; return t }

// shownBy returns the term with a command line that shows it.
func (t Term) shownBy(command string) Term { t.Command = command; return t }

// with returns the term with what to do about it.
func (t Term) with(do string) Term { t.Do = do; return t }

// also returns the term with other words that people look for.
func (t Term) also(words ...string) Term { t.Also = words; return t }

// settingWords lists the words for concurrency, its limits and its settings.
func settingWords() []Term {
	count := quantity.FormatCount
	return []Term{
		word("environment", "One copy of a function, which handles one request at a time.",
			aws.SourceConcurrency).inAWS("execution environment").also("instance", "container", "sandbox"),
		word("concurrency", "How many requests are in progress at the same time: on average rate times mean duration.",
			aws.SourceConcurrency).inAWS("ConcurrentExecutions").
			shownBy("lambdacap plan --rps 1500 --duration 80ms"),
		word("unit", "The smallest amount of concurrency that can be set: room for one environment.",
			aws.SourceConcurrency).also("units").
			with(fmt.Sprintf("Each unit also adds %d requests per second to the rate limit of its pool.", aws.RatePerUnit)),
		word("pool", "The concurrency that a request may use: the account's, a reservation, what is provisioned, or what is "+
			"unreserved.", aws.SourceConcurrency).
			shownBy("lambdacap limits --reserved 400 --provisioned 100"),
		word("quota", fmt.Sprintf("The concurrency that AWS allows an account in one Region: %s unless it was raised.",
			count(aws.DefaultConcurrency)), aws.SourceQuota).
			inAWS("service quota", "Concurrent executions quota", aws.QuotaCode).
			also("account concurrency", "account limit").
			with("plan says which quota the load needs; with --show commands it writes the text for AWS Support.").
			shownBy("lambdacap plan --rps 15000 --duration 100ms --show commands"),
		word("limit", "What stops a pool from serving more: its concurrency, or its request rate.",
			aws.SourceConcurrency).also("binding limit", "bound by", "ceiling").
			shownBy("lambdacap limits --provisioned 100 --duration 80ms"),
		word("rate limit", fmt.Sprintf("A pool serves at most %d times its concurrency in synchronous requests per second, "+
			"and provisioned concurrency in requests of any kind.", aws.RatePerUnit), aws.SourceConcurrency).
			inAWS("requests per second").
			with(fmt.Sprintf("It is one limit for the whole pool and not for each environment. It binds below %d ms.",
				1000/aws.RatePerUnit)).
			shownBy("lambdacap limits --provisioned 100"),
		word("scaling rate", fmt.Sprintf("A function gains at most %s environments, or %s requests per second, every %d "+
			"seconds.", count(aws.ScalingEnvironments), count(aws.ScalingRPS), aws.ScalingPeriodS),
			aws.SourceScaling).inAWS("concurrency scaling rate").also("burst", "scaling").
			shownBy("lambdacap limits"),
		word("reserved", "Concurrency that is set aside for one function: others cannot use it, and the function cannot use "+
			"more.", aws.SourceReserved).inAWS("reserved concurrency", "ReservedConcurrentExecutions").also("reservation").
			shownBy("lambdacap plan --rps 1500 --duration 300ms --reserved 400"),
		word("provisioned", "Environments that are kept ready for a version or an alias, and paid for whether busy or idle.",
			aws.SourceProvisioned).
			inAWS("provisioned concurrency", "ProvisionedConcurrentExecutions", "AllocatedProvisionedConcurrentExecutions").
			shownBy("lambdacap plan --rps 1500 --duration 80ms --provisioned 100"),
		word("unreserved", "What is left of the quota for the functions without a reservation, which share it.",
			aws.SourceReserved).inAWS("unreserved concurrency", "UnreservedConcurrentExecutions").
			also("unreserved pool", "shared pool").
			shownBy("lambdacap limits --reserved 400"),
		word("on-demand", "Served by an environment that Lambda starts when a request needs it, and that is paid for only "+
			"while busy.", aws.SourceConcurrency).inAWS("on-demand concurrency"),
		word("set aside", "Taken from the quota: all reservations, and provisioned concurrency of functions without one.",
			aws.SourceMonitoring).inAWS("allocated concurrency").
			shownBy("lambdacap limits --reserved 400"),
		word("claimed", "Not available to on-demand requests: what is set aside, and what unreserved requests use right now.",
			aws.SourceMonitoring).inAWS("ClaimedAccountConcurrency").
			with("Compare this metric, and not ConcurrentExecutions, with the quota."),
		word("floor", fmt.Sprintf("The concurrency that AWS keeps unreserved: %d, or the whole quota where that is smaller.",
			aws.OrdinaryFloor), aws.SourceConcurrency).also("unreserved floor").
			with("AWS rejects a reservation that would leave less.").
			shownBy("lambdacap explain LC001"),
		word("reservable", "How much more can be reserved or provisioned: what is unreserved, less the floor.",
			aws.SourceConcurrency).shownBy("lambdacap limits --reserved 400"),
		word("headroom", "How much more load fits: the unused share of what a function can handle.",
			aws.SourceProvisioned).inAWS("buffer").
			with("AWS recommends 10% on top of the provisioned concurrency that the load needs; --headroom sets it.").
			shownBy("lambdacap plan --rps 1500 --duration 80ms --headroom 20%"),
		word("target tracking", "A scaling policy that changes provisioned concurrency to hold its utilization at a target.",
			aws.SourceProvisioned).inAWS("Application Auto Scaling").also("auto scaling", "scalable target").
			shownBy("lambdacap explain tracking-blind"),
		word("alias", "A name for a published version. Provisioned concurrency is set on an alias or a version, never on "+
			"$LATEST.", aws.SourceProvisioned).inAWS("qualifier").also("version"),
	}
}

// trafficWords lists the words for traffic.
func trafficWords() []Term {
	return []Term{
		word("rate", "Requests per second that callers send, at the peak unless an average is asked for.",
			aws.SourceMonitoring).inAWS("Invocations").also("rps", "tps").
			with("Divide the sum of the metric over one minute by 60, and add Throttles, which it does not include."),
		word("duration", "How long an invocation takes on average. Capacity depends on the mean, not on p99.",
			aws.SourceConcurrency).inAWS("Duration").also("latency").
			with("Take the Average statistic of the metric."),
		word("synchronous", "The caller waits for the answer, and is refused with error 429 when a limit is reached.",
			aws.SourceConcurrency).inAWS("RequestResponse").also("sync"),
		word("asynchronous", "Lambda queues the event and answers at once; events beyond a limit wait in the queue.",
			aws.SourceAsync).inAWS("Event").also("async"),
		word("steady", "How the load would split if requests came evenly, without random peaks.", aws.SourceDerived).
			shownBy("lambdacap spillover --rps 1500 --duration 80ms --provisioned 130"),
		word("random arrivals", "Requests from many independent callers: at times more come at once than on average.",
			aws.SourceErlang).also("random", "chance", "Poisson", "Erlang").
			with("Real traffic is at least this bursty.").
			shownBy("lambdacap plan --rps 1500 --duration 80ms --provisioned 130 --target-spillover 1%"),
		word("peakedness", "How bursty traffic is: the variance of the concurrency divided by its mean.",
			aws.SourceRapp).also("burstiness").
			with("1 for independent callers, 2 to 6 for most bursts. Take both from the metric ConcurrentExecutions.").
			shownBy("lambdacap plan --rps 1500 --duration 80ms --provisioned 130 --peakedness 3"),
		word("on the minute", "A share of each minute's requests that comes in its first seconds, as those of cron jobs do.",
			aws.SourceJagerman).also("cron").
			with("The others come evenly over the minute.").
			shownBy("lambdacap spillover --rps 100 --duration 200ms --provisioned 30 --on-the-minute 30%:2s"),
		word("cold start", "A request that waits because Lambda has to start an environment for it.",
			aws.SourceConcurrency).inAWS("Init Duration", "INIT phase").also("init", "init time").
			with("Most requests that spill find a warm on-demand environment; only the others start cold.").
			shownBy("lambdacap spillover --rps 1500 --duration 80ms --provisioned 130"),
		word("keep-alive", "How long Lambda keeps an idle on-demand environment; AWS does not publish it, and lambdacap "+
			"assumes "+quantity.FormatDuration(aws.DefaultKeepAliveMS)+".", aws.SourceDerived).also("warm"),
		word("busy", "Environments that are handling a request: on average the rate times the duration.",
			aws.SourceMonitoring),
		word("utilization", "The busy share of provisioned concurrency.",
			aws.SourceMonitoring).inAWS("ProvisionedConcurrencyUtilization").
			with(fmt.Sprintf("Below %d ms the rate limit is reached before utilization is 100%%.", 1000/aws.RatePerUnit)).
			shownBy("lambdacap spillover --rps 1500 --duration 40ms --provisioned 100"),
		word("event source", "A queue or a stream that Lambda polls, and whose messages it passes to a function in batches.",
			aws.SourceSQS).inAWS("event source mapping").also("poller", "maximum concurrency", "SQS", "Kinesis", "Kafka").
			shownBy("lambdacap drain --backlog 1M --duration 500ms"),
	}
}

// sourceWords lists the words for queues and streams.
func sourceWords() []Term {
	return []Term{
		word("backlog", "The messages of a queue, or the records of a stream, that wait.", aws.SourceSQS).
			inAWS("ApproximateNumberOfMessagesVisible").also("queue depth", "lag").
			shownBy("lambdacap drain --backlog 1M --duration 500ms"),
		word("iterator age", "How old the oldest record is that the function has not read: how far it is behind.",
			aws.SourceKinesis).inAWS("IteratorAge").also("behind").
			shownBy("lambdacap drain --source kinesis --shards 10 --messages 900 --behind 2h --duration 500ms"),
		word("dead-letter queue", "Where messages go that were received too often, by throttling as well as by errors.",
			aws.SourceSQSConfigure).inAWS("maxReceiveCount").also("dlq", "dead letters", "redrive policy").
			shownBy("lambdacap drain --messages 10 --duration 30s --reserved 1 --max-receive 3"),
		word("visibility timeout", "How long a queue hides a message that was received, before it may be received again.",
			aws.SourceSQSConfigure).inAWS("VisibilityTimeout").also("visibility"),
	}
}

// verdictWords lists the words for what happens to a load and to settings.
func verdictWords() []Term {
	return []Term{
		word("fits", "The settings handle the load: in steady traffic nothing spills, waits or is throttled.",
			aws.SourceDerived).also("fit").
			with(fmt.Sprintf("Of random arrivals at most %s spill, at most %s wait and at most %s are throttled, unless a "+
				"target says otherwise.", spillsAbove, queuesAbove, throttlesAbove)).
			shownBy("lambdacap plan --rps 1500 --duration 80ms --provisioned 165"),
		word("spill", "Served on demand because provisioned concurrency is full.",
			aws.SourceProvisioned).
			inAWS("spillover", "ProvisionedConcurrencySpilloverInvocations", "ProvisionedConcurrencySpillover").
			also("spills", "spilled", "overflow").
			with("It may start cold. Provision more, or accept it. From random arrivals alone, the verdict is spills above " +
				spillsAbove + ".").
			shownBy("lambdacap spillover --rps 1500 --duration 80ms --provisioned 100"),
		word("throttled", "Refused because a limit is reached: the caller gets error 429.",
			aws.SourceConcurrency).inAWS("Throttles", "TooManyRequestsException").
			also("throttle", "throttles", "throttling", "429", "Rate exceeded").
			with("Find the Reason in the error, and run lambdacap explain with it. From random arrivals alone, the verdict is " +
				"throttles above " + throttlesAbove + ".").
			shownBy("lambdacap spillover --rps 5000 --duration 300ms"),
		word("queued", "Waiting in the queue of asynchronous events, or in the event source, until there is room.",
			aws.SourceAsync).inAWS("AsyncEventAge").also("queue", "queues").
			with("Lambda retries an event for up to six hours, and then drops it. From random arrivals alone, the verdict is " +
				"queues above " + queuesAbove + ".").
			shownBy("lambdacap spillover --mode async --rps 5000 --duration 300ms"),
		word("refused", "AWS would reject the settings: they set aside more than the quota has, or leave less than the "+
			"floor.", aws.SourceConcurrency).also("rejected").
			shownBy("lambdacap explain LC001"),
		word("finding", "Something to know about an answer: an error, a warning, an unknown value or a note.",
			aws.SourceDerived).also("rule").
			with("lambdacap explain with the id of a finding says what to do about it."),
	}
}

// costWords lists the words for costs.
func costWords() []Term {
	return []Term{
		word("GB-second", "One second of one GB of memory, the unit in which AWS bills duration and provisioned concurrency.",
			aws.SourcePricing).inAWS("GB-second").
			shownBy("lambdacap plan --rps 1500 --duration 80ms --memory 1GB --region us-east-1"),
		word("break-even", "The utilization above which a provisioned environment costs less than on-demand ones.",
			aws.SourceDerived).
			shownBy("lambdacap spillover --rps 1500 --duration 80ms --provisioned 100 --memory 1GB --region us-east-1"),
		word("idle", "Provisioned and paid for, but not busy.", aws.SourceProvisioned).
			shownBy("lambdacap explain idle-provisioned"),
	}
}

// fileWords lists the words for functions that are not ordinary ones.
func fileWords() []Term {
	return []Term{
		word("SnapStart", "Environments start from a snapshot of an initialized one; it excludes provisioned concurrency.",
			aws.SourceSnapStart).inAWS("SnapStart").shownBy("lambdacap explain LC006"),
		word("Managed Instances", "Functions that run on EC2 instances in your account, each environment handling several "+
			"requests at a time.", aws.SourceManaged).inAWS("Lambda Managed Instances").also("capacity provider").
			shownBy("lambdacap plan --compute managed-instances --rps 500 --duration 200ms"),
		word("tenant isolation", "Each environment of a function serves one tenant only, busy or idle.",
			aws.SourceTenancy).inAWS("TenancyConfig").also("tenant", "tenants", "multi-tenant").
			shownBy("lambdacap plan --rps 1000 --duration 80ms --tenants 2600"),
		word("Lambda@Edge", "Functions that CloudFront runs in several Regions, each of which has a quota of its own.",
			aws.SourceEdge).inAWS("Lambda@Edge").also("edge", "CloudFront").
			shownBy("lambdacap plan --regions us-east-1=60%,eu-west-1=40% --rps 30000 --duration 60ms"),
		word("durable function", "A function whose executions may wait without taking a unit or costing anything.",
			aws.SourceDurable).inAWS("durable execution").also("durable", "active").
			shownBy("lambdacap plan --rps 2 --active 20s"),
	}
}
