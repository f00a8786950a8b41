package drain

import (
	"math"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/source"
)

// A WhatIf is what another setting would do.
type WhatIf struct {
	// Setting is the key of the setting in a profile, such as maximum_concurrency.
	Setting string `json:"setting"`
	// Value is its value; absent if the setting is taken away, and a reservation with it.
	Value calc.Optional[float64] `json:"value"`
	// Reserved is the reservation that goes with it, units; absent if it stays as it is.
	Reserved calc.Optional[int64] `json:"reserved"`
	// AccountConcurrency is the quota that goes with it, units; absent if that of the account is enough.
	AccountConcurrency calc.Optional[int64] `json:"account_concurrency,omitzero"`
	// DrainS is when the queue is then empty, seconds; absent if it never is.
	DrainS calc.Optional[float64] `json:"drain_s"`
	// Verdict is what then becomes of it.
	Verdict Verdict `json:"verdict"`
}

// spare is how much more than what arrives is taken with a setting that is enough, a ratio.
const spare = 0.1

// more returns a higher value of what binds: what takes a tenth more than arrives or, if that is taken already, twice
// as much; at most the highest that AWS accepts. It reports whether that is more.
func (d *drainer) more(value, most float64) (float64, bool) {
	higher := 2 * value
	switch {
	case value == 0:
		higher = math.Max(1, float64(quantity.CeilUnits((1+spare)*d.RPS*d.perMessageS())))
	case d.Grows() && d.Pace.TopRPS > 0:
		higher = float64(quantity.CeilUnits(value * (1 + spare) * (d.RPS / d.Pace.TopRPS)))
	}
	higher = math.Min(higher, most)
	return higher, higher > value
}

// whatIf returns what more of what binds would do.
func (d *drainer) whatIf() []WhatIf {
	rows := []WhatIf{}
	try := func(setting string, value, most float64, set func(*drainer, float64)) {
		higher, ok := d.more(value, most)
		if !ok {
			return
		}
		other := *d
		set(&other, higher)
		rows = append(rows, other.as(setting, calc.Some(higher)))
	}
	s := &d.Source
	switch d.Pace.BoundBy {
	case source.Maximum:
		maximum, ok := s.MaximumConcurrency.Get()
		if !ok {
			break
		}
		try("maximum_concurrency", float64(maximum), aws.MaxQueueConcurrency, func(o *drainer, x float64) {
			o.Source.MaximumConcurrency = calc.Some(int64(x))
			o.Room.Units = max(o.Room.Units, int64(x))
		})
		other := *d
		other.Source.MaximumConcurrency = calc.Optional[int64]{}
		if d.Room.Reserved {
			other.Room.Units, other.Room.Reserved = d.account.Unreserved()+d.Room.Units, false
		}
		rows = append(rows, other.as("maximum_concurrency", calc.Optional[float64]{}))
	case source.Pollers:
		most := float64(aws.MostKafkaPollers)
		if s.Type == source.SQSProvisioned {
			most = aws.MostQueuePollers
		}
		try("pollers_max", float64(s.PollersMax.Or(0)), most, func(o *drainer, x float64) {
			o.Source.PollersMax = calc.Some(int64(x))
		})
	case source.Groups:
		try("groups", float64(s.Groups.Or(0)), 1e8, func(o *drainer, x float64) { o.Source.Groups = calc.Some(int64(x)) })
	case source.Shards:
		try("parallelization", float64(s.Parallelization.Or(1)), aws.MaxParallelization, func(o *drainer, x float64) {
			o.Source.Parallelization = calc.Some(int64(x))
		})
		d.tryShards(try)
	case source.ShardThroughput:
		d.tryShards(try)
	case source.Partitions:
		try("partitions", float64(s.Partitions.Or(0)), 1e8, func(o *drainer, x float64) {
			o.Source.Partitions = calc.Some(int64(x))
		})
	default:
		d.tryUnits(try)
	}
	return rows
}

type trial func(setting string, value, most float64, set func(*drainer, float64))

// tryShards tries more shards, which a DynamoDB stream has none of its own of.
func (d *drainer) tryShards(try trial) {
	if d.Type == source.Kinesis && !d.HottestShard.Known() {
		try("shards", float64(d.Shards.Or(0)), 1e8, func(o *drainer, x float64) {
			o.Source.Shards = calc.Some(int64(x))
		})
	}
}

// tryUnits tries more units of what limits the function: its reservation, or else the quota.
func (d *drainer) tryUnits(try trial) {
	if d.Room.Reserved {
		try("reserved", float64(d.Room.Units), 1e8, func(o *drainer, x float64) { o.Room.Units = int64(x) })
		return
	}
	try("account_concurrency", float64(d.account.Concurrency), 1e8, func(o *drainer, x float64) {
		o.Room.Units += int64(x) - o.account.Concurrency
	})
}

// as answers for a queue with another setting.
func (d *drainer) as(setting string, value calc.Optional[float64]) WhatIf {
	d.Pace = d.Source.Pace(d.Room)
	c := d.follow(smooth(d.Pace))
	w := WhatIf{Setting: setting, Value: value, DrainS: known(c.drained), Verdict: d.verdict(c)}
	more := d.Room.Units - d.fn.Reserved.Or(0)
	if !d.Room.Reserved || more == 0 {
		return w
	}
	if setting != "reserved" {
		w.Reserved = calc.Some(d.Room.Units)
	}
	floor := d.account.UnreservedFloor.Or(aws.OrdinaryFloor)
	if needed := d.account.Claimed() + more + floor; needed > d.account.Concurrency {
		w.AccountConcurrency = calc.Some(needed)
	}
	return w
}
