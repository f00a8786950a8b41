package glossary

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// The shares of random arrivals above which a verdict names what happens to them, as calc applies them.
const (
	spillsAbove    = "1%"
	queuesAbove    = "1%"
	throttlesAbove = "0.1%"
)

// screenWords lists the words at figures and rows that a page shows.
func screenWords() []Term {
	return []Term{
		word("verdict", "What becomes of the load, in one word: fits, spills, queues, throttles, or refused.",
			aws.SourceDerived).
			with(fmt.Sprintf("It is the worse of steady traffic and random arrivals: from those alone it spills above %s, "+
				"queues above %s and throttles above %s, or above a target that is given.",
				spillsAbove, queuesAbove, throttlesAbove)).
			shownBy("lambdacap plan --rps 1500 --duration 80ms --provisioned 130 --show random"),
		word("summary", "The verdict line as text: the first line of a page, and the key summary of JSON and YAML.",
			aws.SourceDerived).shownBy("lambdacap plan --rps 1500 --provisioned 100 -q"),
		word("assumes", "What an answer takes for granted because nobody said it, such as the default quota.",
			aws.SourceDerived).also("assumption", "assumed").
			shownBy("lambdacap plan --rps 1500 --duration 80ms --show assumptions"),
		word("room", "How many more requests per second a pool could serve.", aws.SourceDerived).
			shownBy("lambdacap plan --rps 1500 --duration 80ms"),
		word("excess", "The part of the rate beyond the settings: what spills, waits or is throttled, as the verdict says.",
			aws.SourceDerived),
		word("full", "All units are busy, or the rate limit is reached: what comes next spills, waits or is throttled.",
			aws.SourceConcurrency).
			shownBy("lambdacap spillover --rps 1500 --duration 80ms --provisioned 100"),
		word("split", "How much of the rate provisioned concurrency serves, how much runs on demand, and how much waits or "+
			"is throttled.", aws.SourceDerived).
			shownBy("lambdacap plan --rps 1500 --duration 80ms --provisioned 100 --show split"),
		word("p99", "Of busy environments: the number that random arrivals exceed 1% of the time. Of a duration: what 1% of "+
			"the invocations exceed.", aws.SourceDerived).also("p50", "p999", "percentile").
			with("Capacity depends on the mean duration, the Average statistic of the metric Duration, and not on its p99.").
			shownBy("lambdacap plan --rps 1500 --duration 80ms --show random"),
		word("required", "The least concurrency that handles the load in steady traffic, without headroom.",
			aws.SourceConcurrency).
			with(fmt.Sprintf("It is rate times duration, and not less than the rate divided by %d.", aws.RatePerUnit)).
			shownBy("lambdacap plan --rps 1500 --duration 80ms --provisioned 100 --show limits"),
		word("recommended", "What is required with the headroom on top: by default "+
			quantity.FormatPercent(aws.AdvisedHeadroom)+", as AWS recommends.", aws.SourceProvisioned).
			shownBy("lambdacap plan --rps 1500 --duration 80ms --provisioned 100"),
		word("set", "What to change, from the setting now to the recommended one.", aws.SourceDerived).
			shownBy("lambdacap plan --rps 1500 --duration 80ms --provisioned 100 --show commands"),
		word("scale", "The whole account at a multiple of its load, to see what growth does.", aws.SourceDerived).
			also("growth", "what if").
			shownBy("lambdacap plan --rps 1500 --duration 80ms --scale 1:8:1"),
		word("breaks", "The smallest multiple of the load at which something is throttled or queued.",
			aws.SourceDerived).also("first breaks at", "breaks at", "break").
			shownBy("lambdacap plan --rps 1500 --duration 80ms --scale 2"),
		word("schedule", "Rates over the day, one for each hour, in the time zone of the account.", aws.SourceDerived).
			with("With --optimize cost, plan turns it into levels of provisioned concurrency and scheduled actions.").
			shownBy("lambdacap plan --rps 100 --duration 80ms --schedule 12-13=3x"),
		word("running", "The cost of what runs: requests, duration, ephemeral storage and init time, but not of what is "+
			"kept ready.", aws.SourcePricing).
			shownBy("lambdacap plan --rps 1500 --duration 80ms --memory 1GB --region us-east-1 --show cost"),
	}
}
