package cmd

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/cmd/internal/gate"
	"github.com/lambdacap/lambdacap/configs"
)

// newTopics returns the help topics. It is long because it contains their texts.
func newTopics() []*cobra.Command {
	return []*cobra.Command{
		newProfileTopic(),
		newTrafficTopic(),
		{
			Use:   "environment",
			Short: "The variables that stand for flags",
			Long: `Every flag of a command that calculates or checks has a variable: LAMBDACAP_
and the name of the flag in capitals, with _ for -. Several values of one flag
are separated by line breaks, those of LAMBDACAP_FAIL_ON and LAMBDACAP_SKIP by
commas.

  LAMBDACAP_RPS=1500 lambdacap plan --provisioned 100
  LAMBDACAP_OUTPUT=json
  LAMBDACAP_FAIL_ON='throttled>0,headroom<20%'

A flag wins over its variable, a variable over the profile, the profile over
other files, and these over the default. An empty variable counts as unset. A
variable that looks like a misspelt one is noted on standard error. -o json
shows where each value came from.

For a default of your shell, export a variable rather than alias a flag: a flag
that is given then overrides it.

  export LAMBDACAP_REGION=eu-west-1 LAMBDACAP_OUTPUT=markdown

NO_COLOR, if not empty, and TERM=dumb turn color off, unless --color says
otherwise.`,
		},
		{
			Use:     "random",
			Aliases: []string{"chance"},
			Short:   "What the figures for random arrivals mean",
			Long: `With a duration, spillover and plan give two figures. Steady is what happens
if requests arrive evenly. Random is what happens if they arrive at random, as
from many independent callers: a pool sized for an average of 150 busy
environments is full for 6% of the requests, one of 20 for 16%.

  lambdacap plan --rps 800 --duration 150ms --target-spillover 1%
  lambdacap spillover --rps 800 --duration 150ms --sweep provisioned=100:160:5
  lambdacap limits --provisioned 100 --duration 150ms --target-spillover 1%

So the average is not enough. --target-spillover bounds the share of requests
that find provisioned concurrency full, --target-throttle the share that is
throttled; plan finds the smallest settings. Small functions need much more than
10% on top of the average, large ones less.

Spillover is not a cold start. What spills in steady traffic mostly finds a warm
on-demand environment. The cold starts shown assume that an idle one is kept for
10 minutes (--keep-alive), which AWS does not publish.

Random arrivals are the best case: real traffic is at least this bursty.
Pollers, schedules and retries come in bursts. --peakedness says how much: the
variance of the concurrency divided by its mean, 1 for independent callers, 2
to 6 for most bursts. Take both from the metric ConcurrentExecutions, at a
time when nothing was throttled.

Cron jobs fire on the minute. --on-the-minute 30%:2s says that 30 % of each
minute's requests come in its first 2 seconds, and the others evenly.

With the rates of a day, the answer has the shares over the day beside those
of the busiest hour. Verdicts and sizes are for the busiest hour.

More: https://github.com/lambdacap/lambdacap/tree/main/docs/explanation`,
		},
		{
			Use:   "exit-codes",
			Short: "What the exit codes mean",
			Long: `The exit code is the same for every output format.

  0  an answer was computed and written in full; help; version
  1  check found an error, or a --fail-on condition holds; the answer is on
     standard output in full
  2  wrong usage, or an input that cannot be read or is not valid; check prints
     what it found in the files that it could read
  3  anything else: a failed write, a fault of the program

Findings do not change the exit code, except errors that check finds.

--fail-on takes conditions. Quote them: without quotes, the shell takes the > as
the name of a file. throttled, queued and spillover alone mean more than 0.
These three are the steady shares. A verdict may be THROTTLES from random
arrivals alone: chance-throttled>0.1% and chance-spillover>1% are about those.

` + "  " + strings.Join(gate.Examples(), "\n  ") + `

It also takes the levels of findings: error, warning, unknown, refused (check:
info, too). A condition that cannot be decided, such as utilization>80% without
a duration, is wrong usage and not a pass.`,
		},
	}
}

// newProfileTopic returns the help topic about profiles, which shows the examples that come with the program.
func newProfileTopic() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "profile",
		Short: "The keys of a profile, with examples",
		Long: `A profile is a YAML file that describes an account and its functions. Name it
as an argument, or call it lambdacap.yaml: in its folder it is used if no
other file is given. lambdacap init writes one to fill in.

  lambdacap plan account.yaml
  lambdacap plan - < account.yaml        # from standard input

account has concurrency, claimed_elsewhere (units used by functions that are not
listed), unreserved_floor, region, time_zone and keep_alive. A function has its
name and the function flags, with _ for -, such as average_rps; rps may be a
list of 24, and schedule a list of from, to and rps. Questions such as headroom,
target_spillover, optimize and sweep are at the top level; help groups the
flags. accept lists the findings of check that you accept, with rule and reason,
at a function or at the top level. Values are written as in flags.

Flags and LAMBDACAP_ variables win over the profile. If it has several
functions, --function NAME says which one they describe, and --set
NAME.KEY=VALUE sets one value.`,
	}
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		out := cmd.OutOrStdout()
		fmt.Fprintln(out, cmd.Long)
		for _, name := range []string{"api.yaml", "account.yaml"} {
			example, err := fs.ReadFile(configs.Examples(), name)
			if err != nil {
				panic(err) // the file is part of the binary
			}
			fmt.Fprintf(out, "\n%s (save it to try it):\n\n", name)
			for line := range strings.Lines(string(example)) {
				fmt.Fprint(out, "  "+line)
			}
		}
	})
	return cmd
}

// newTrafficTopic returns the help topic about files with traffic.
func newTrafficTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "traffic",
		Short: "The files that replay and plan --traffic read, and how to get them",
		Long: `replay FILE... and plan --traffic FILE read recorded traffic. A file is
recognized by its content, compressed with gzip or not; - is standard input.
Several files add up.

CloudWatch, for a day or weeks. lambdacap collect prints a script that fetches
the metrics of all functions. By hand; Duration alone shows the load:

  aws cloudwatch get-metric-statistics --namespace AWS/Lambda --period 60 \
    --metric-name Duration --statistics Average SampleCount \
    --dimensions Name=FunctionName,Value=checkout --start-time \
    2026-11-24T00:00:00Z --end-time 2026-11-25T00:00:00Z > checkout.json

  Add Throttles (Sum), and ConcurrentExecutions (Maximum), which shows bursts.
  get-metric-data and the CSV file of a graph are read, too. A call has at most
  1,440 points. Minutes are kept for 15 days, 5 minutes for 63.
  --metric m1=Invocations and --stat m1=Sum say what a label does not,
  --function-label where it has the function. --function names the function of
  a file that does not.

Logs with REPORT lines or JSON reports, for an exact replay of each invocation.
They do not show throttled requests: add the metric Throttles as a second file.

  aws logs tail /aws/lambda/checkout --since 1h | lambdacap replay -

  filter-log-events, sam logs, the console's CSV file and exports to S3 are
  read, too. For more than hours let Logs Insights count, and give its answer:
  filter @type = "REPORT" | stats count(*) as invocations, avg(@duration)
  by bin(1m) | limit 10000

Load tests: k6 (--out json or csv, --summary-export), vegeta (encode, report),
hey (-o csv), Artillery (--output), Locust (--csv), JMeter (JTL in CSV). What a
client measures includes the network: give the function's --duration.

Access logs: Application Load Balancer, API Gateway in JSON, the Common Log
Format, CloudFront. --where 'target_group=*checkout*' chooses requests, --field
time=ts,duration=lat,status=st names keys of your own. The last two formats have
no durations: give --duration.

CSV: a column such as time and one such as requests or rps, optionally
duration_ms, throttles and function. --field count=calls names others, and
--time-format '02/01/2006 15:04' says which of 11/12/2026 is the month.

Flags for all: --between 2026-11-24T09:00..13:00 takes a part, --time-zone is
for times without one (else UTC), --gaps skip leaves out minutes without data,
which else count as no requests. --format NAME forces a format, --max-size sets
how much a compressed file may unpack to. Findings say what was missing or
assumed.

What is replayed comes from flags, a profile or other files: templates, plans,
or what is set at AWS. Beside traffic they need no flag.

  aws application-autoscaling describe-scalable-targets \
    --service-namespace lambda > targets.json
  lambdacap replay checkout.json targets.json policies.json activities.json

  Policies, scheduled actions and activities are the answers of
  describe-scaling-policies, describe-scheduled-actions and
  describe-scaling-activities. Activities say how long units really take.`,
	}
}
