package cmd

import (
	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/calc/drain"
	"github.com/lambdacap/lambdacap/cmd/internal/gate"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/document"
)

func newDrain(env Env) *cobra.Command {
	const parts = setting.Drains | setting.Sources
	cmd := &cobra.Command{
		Use:   "drain [FILE...] [flags]",
		Short: "Show how long a queue or stream takes to empty, and what is lost",
		Long: `drain follows a backlog minute by minute: how many batches at a time Lambda's
pollers run, how fast that grows, how many messages a second they take, what
limits them, and when the queue is empty. It shows what is lost on the way:
messages that get too old, and messages that reach a dead-letter queue only
because their batches are throttled.

--duration is that of a batch. Files give the settings of the source, and its
backlog. Of several sources, --source follows one, by its type or its number.`,
		Example: `  lambdacap drain --backlog 1M --messages 200/s --duration 500ms \
    --maximum-concurrency 50 --reserved 50
  lambdacap drain --messages 10 --duration 30s --reserved 1 --max-receive 3
  lambdacap drain --source kinesis --shards 10 --messages 2500 --duration 500ms
  lambdacap drain --source kinesis --shards 10 --messages 900 --behind 2h \
    --duration 500ms --fail-on 'drain>4h'
  lambdacap drain template.yaml queue-attributes.json --function orders \
    --messages 200/s --duration 500ms
  lambdacap drain account.yaml -o csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDrain(env, input.Read(cmd.Flags(), parts, env.world(), args...))
		},
	}
	setting.AddFlags(cmd, parts)
	return cmd
}

func runDrain(env Env, in *input.Input) error {
	result, err := drain.Of(in.Account.Capacity())
	if err := in.Err(err); err != nil {
		return err
	}
	answer := gate.OfDrain(result)
	holding, undecided := in.Gate.Judge(answer)
	d := document.NewDrain(in.Echo, result, in.Account.Findings())
	answer.Findings = d.Findings
	return finish(env, in, format.Drain(d), answer, holding, undecided)
}
