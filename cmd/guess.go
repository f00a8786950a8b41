package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// A guess is what people type for flags that have another name here, or that cannot exist.
type guess struct {
	words string // the flags that they type, separated by spaces
	flag  string // the one that they want
	why   string // the reason, if there is more to say than the other name
}

// guesses lists what people type.
func guesses() []guess {
	return []guess{
		{"p50 p90 p95 p99 p999 percentile latency response-time " +
			"duration-p50 duration-p90 duration-p95 duration-p99 p99-duration duration-percentile", "duration",
			"capacity depends on the mean duration, not on a percentile: give the Average statistic of the metric Duration; " +
				"if p99 is all you have, as --duration it is on the safe side"},
		{"timeout", "duration", "capacity depends on the mean duration, not on the timeout"},
		{"ramp ramp-up rampup step", "rps",
			"lambdacap ramp --rps-before 300 --rps 3000 --over 10s follows a rate " +
				"that grows; this answer is for steady traffic"},
		{"queue-depth queued depth lag messages-visible approximate-number-of-messages", "backlog", ""},
		{"iterator-age age behind-by delay", "behind", ""},
		{"batch-size", "batch", ""},
		{"batch-window maximum-batching-window", "window", ""},
		{"max-receive-count receives", "max-receive", ""},
		{"parallelization-factor", "parallelization", ""},
		{"visibility-timeout", "visibility", ""},
		{"message-groups", "groups", ""},
		{"message-size", "record-size", ""},
		{"rate qps tps requests req throughput load", "rps", ""},
		{"to until rps-to rps-after", "rps", ""},
		{"rpm", "rps", "a rate may be per minute, such as 90k/min"},
		{"concurrent concurrent-executions in-flight busy environments", setting.BusyFlag, ""},
		{"quota limit account-limit account-quota max-concurrency", "account-concurrency", ""},
		{"account", "account-concurrency", "a file is an argument, and the quota is --account-concurrency"},
		{"growth multiply factor scale-by grow", setting.ScaleKey, ""},
		{"double", setting.ScaleKey, "did you mean --scale 2?"},
		{"async asynchronous", "mode", "did you mean --mode async?"},
		{"sync synchronous", "mode", "did you mean --mode sync?"},
		{"unreserved floor", "unreserved-floor", ""},
		{"provisioned-concurrency pc", "provisioned", ""},
		{"reserved-concurrency rc", "reserved", ""},
		{"cold-start coldstart init-duration cold-starts", "init", ""},
		{"burst bursty burstiness variance", "peakedness", ""},
		{"cron minutely every-minute per-minute", "on-the-minute",
			"a share of each minute's requests and the time in which it comes, such as 30%:2s"},
		{"architecture cpu", "arch", ""},
		{"cost price pricing", "region", "the cost comes with a Region, --memory and --duration"},
		{"json yaml csv markdown md", "output", "the format of the answer is chosen with -o"},
		{"file input template config", "from", "files are arguments of the command"},
		{"traffic", "levels", "files with traffic are arguments, as in lambdacap replay day.csv --levels 0=2,8=30"},
		{"name fn lambda", "function", ""},
		{"verbose debug formulas", "explain", ""},
	}
}

// A wrongCommand is what people type for a command that has another name here, or that is a part of one.
type wrongCommand struct {
	words string // the commands that they type, separated by spaces
	want  string // what to type instead
}

// wrongCommands lists what people type.
func wrongCommands() []wrongCommand {
	return []wrongCommand{
		{"diff", "did you mean compare?"},
		{"launch spike burst step", "did you mean ramp?"},
		{"queue backlog stream sqs kinesis kafka dlq", "did you mean drain?"},
		{"quota", "the text of a quota request is in lambdacap plan --show commands"},
		{"man manual manpage manpages", "lambdacap help COMMAND says the same; the man pages are in the release, in man/"},
		{"json output schema jq", "lambdacap plan --rps 100 -o json shows the keys; docs/reference/json.md explains them"},
		{"cost price", "the cost is in lambdacap plan --show cost"},
	}
}

// guessedCommand explains a command that people guess; empty for other words.
func guessedCommand(typed string) string {
	for _, c := range wrongCommands() {
		if slices.Contains(strings.Fields(c.words), typed) {
			return c.want
		}
	}
	return ""
}

// guessed explains a flag that people guess, for a command that has the flag that they want; empty for other flags.
func guessed(cmd *cobra.Command, typed string) string {
	for _, g := range guesses() {
		for word := range strings.FieldsSeq(g.words) {
			if word != typed || cmd.Flags().Lookup(g.flag) == nil {
				continue
			}
			switch {
			case strings.Contains(g.why, "--"+g.flag):
				return g.why
			case g.why != "":
				return g.why + "; see --" + g.flag
			}
			return "did you mean --" + g.flag + "?"
		}
	}
	return ""
}

// singleHyphen rejects a flag with only one hyphen, which would be taken for a short one with a value: -function is not
// -f unction.
func singleHyphen(args []string) error {
	for _, arg := range args {
		if arg == "--" {
			return nil
		}
		word, _, _ := strings.Cut(strings.TrimPrefix(arg, "-"), "=")
		if !strings.HasPrefix(arg, "-") || len(word) < 2 {
			continue
		}
		if _, ok := setting.Named(word); ok {
			return &exit.Error{Code: exit.Usage, Message: "unknown flag: -" + word, Hint: "did you mean --" + word + "?"}
		}
	}
	return nil
}
