package check

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/source"
)

// The rules of this file: how much event sources make a function run at the same time. The next file has the others.
const (
	queueConcurrency rule.ID = "LC008"
	maximumAndPoller rule.ID = "LC031"
	pollerRange      rule.ID = "LC032"
	unboundedQueue   rule.ID = "LC035"
	pollersOver      rule.ID = "LC036"
)

// pollerRules lists the rules of this file that only a check has.
func pollerRules() []rule.Rule {
	count := quantity.FormatCount
	return []rule.Rule{
		{Number: queueConcurrency, Level: rule.Error,
			Name: "SQS maximum concurrency",
			Text: fmt.Sprintf("the maximum concurrency of an SQS event source is outside %d to %s, or above the function's "+
				"reservation", aws.MinQueueConcurrency, count(aws.MaxQueueConcurrency)),
			Why: "AWS rejects values out of range. Above the reservation, messages are throttled and end up in the " +
				"dead-letter queue. Lower it, or reserve more.",
			Source: aws.SourceSQS},
		{Number: maximumAndPoller, Level: rule.Error,
			Name: "maximum concurrency with provisioned pollers",
			Text: "an event source mapping has both a maximum concurrency and provisioned pollers",
			Why: "AWS rejects the mapping. Remove the maximum concurrency: the maximum number of pollers limits the " +
				"concurrency as well.",
			Source: aws.SourceSQS},
		{Number: pollerRange, Level: rule.Error,
			Name: "provisioned pollers out of range",
			Text: fmt.Sprintf("the minimum number of provisioned pollers is above the maximum, or one of them is out of range: "+
				"for SQS %d to %d and %d to %s, for Kafka %d to %d and %d to %s",
				aws.MinQueuePollers, aws.MostMinPollers, aws.MinQueuePollers, count(aws.MostQueuePollers),
				aws.MinKafkaPollers, aws.MostMinPollers, aws.MinKafkaPollers, count(aws.MostKafkaPollers)),
			Why:    "AWS rejects the mapping. Correct the numbers.",
			Source: aws.SourceSQS},
		{Number: unboundedQueue, Level: rule.Warning,
			Name: "queue can outgrow the reservation",
			Text: fmt.Sprintf("an SQS event source has no maximum concurrency, and its function has a reservation below %s",
				count(aws.UnboundedQueueConcurrency)),
			Why: "Lambda keeps polling when the reservation is full. Messages that it cannot deliver return to the queue and " +
				"can reach the dead-letter queue by throttling alone. Set a maximum concurrency.",
			Source: aws.SourceSQS},
		{Number: pollersOver, Level: rule.Warning,
			Name: "event sources can outgrow the concurrency",
			Text: fmt.Sprintf("the event sources of a function can run more invocations at the same time than its reservation "+
				"or, without one, the account has room for: %d for each provisioned SQS poller, %d for each Kafka poller, "+
				"shards x parallelization factor for a stream", aws.QueuePollerConcurrency, aws.KafkaPollerConcurrency),
			Why:    "Invocations beyond that are throttled and retried. Lower the pollers, or reserve more.",
			Source: aws.SourceKinesis},
	}
}

// reach returns the most concurrent invocations that the mapping can cause, and how that is computed. It is absent if
// it is not known, and for sources that only the function's units limit.
func (p *Poller) reach() (units calc.Optional[int64], how string) {
	count := quantity.FormatCount
	switch {
	case p.Disabled || p.unsure():
		return
	case p.Provisioned && !p.isShards():
		each, limit, atLeast := int64(aws.KafkaPollerConcurrency), int64(aws.MostQueuePollers), ""
		switch {
		case p.Type.IsQueue():
			each = aws.QueuePollerConcurrency
		case p.Type == source.Kafka:
			limit = aws.MostKafkaPollers
		default: // SQS or Kafka
			atLeast = "at least "
		}
		most := p.PollersMax.Or(aws.DefaultMaxPollers)
		if _, refused := p.refused(keyMinPollers, keyMaxPollers); most < 1 || most > limit || refused {
			return
		}
		return calc.Some(most * each), fmt.Sprintf("%s provisioned pollers x %s%d", count(most), atLeast, each)
	case p.isShards() && p.Shards.Known():
		shards, factor := p.Shards.Or(0), p.Parallelization.Or(1)
		const most = 1_000_000 // far above what AWS grants
		_, refused := p.refused(keyShards, keyParallelization)
		if refused || shards < 1 || shards > most || factor < 1 || factor > most {
			return
		}
		return calc.Some(shards * factor), fmt.Sprintf("%s shards x %s", count(shards), count(factor))
	case p.Type.IsQueue() && p.MaximumConcurrency.Known():
		most := p.MaximumConcurrency.Or(0)
		if most < aws.MinQueueConcurrency || most > aws.MaxQueueConcurrency {
			return
		}
		return calc.Some(most), "a maximum concurrency of " + count(most)
	}
	return
}

// pollers checks the event sources of a function.
func (c *checker) pollers(f *Function) {
	reserved, isReserved := f.Reserved.Get()
	total, single, bounded := int64(0), false, 0
	pollers := f.pollers()
	for i := range pollers {
		p := &pollers[i]
		c.sourceSettings(f, p)
		c.poller(f, p)
		c.provisionedPollers(f, p)
		if f.RunsManaged() {
			continue
		}
		if isReserved {
			c.unbounded(f, p, reserved)
		}
		units, how := p.reach()
		ordinary := p.Type.IsQueue() && !p.Provisioned // its maximum is checked separately, and only against a reservation
		if isReserved || !ordinary {
			total += units.Or(0)
		}
		if units.Known() {
			bounded++
		}
		if !ordinary && units.Or(0) > c.room(f) {
			single = true
			c.overRoom(f, p, p.lower(c.room(f)), fmt.Sprintf("%s = %s", how, quantity.FormatCount(units.Or(0))), units.Or(0))
		}
	}
	if last := len(pollers) - 1; bounded > 1 && !single && total > c.room(f) && !c.found(f, queueConcurrency) {
		c.overRoom(f, &pollers[last], "lower them", fmt.Sprintf("all event sources together = %s",
			quantity.FormatCount(total)), total)
	}
}

// found reports whether there is already a finding of a rule about the function.
func (c *checker) found(f *Function, id rule.ID) bool {
	for i := len(c.findings) - 1; i >= 0 && c.findings[i].Function.Or("") == f.Name; i-- {
		if c.findings[i].ID == id {
			return true
		}
	}
	return false
}

// room returns the most units that a function can use.
func (c *checker) room(f *Function) int64 {
	return f.Reserved.Or(max(0, c.sums.Unreserved) + f.Provisioned)
}

// overRoom reports event sources that cause more concurrent invocations than there are units.
func (c *checker) overRoom(f *Function, p *Poller, lower, what string, units int64) {
	room, count := c.room(f), quantity.FormatCount
	where := fmt.Sprintf("the %s that the account has for it", count(room))
	more := request(c.quota(0, units-f.Provisioned))
	if f.Reserved.Known() {
		if room == 0 {
			return // switched off, which has its own finding
		}
		where = "the reservation of " + count(room)
		more = fmt.Sprintf("reserve at least %s%s", count(units), c.quotaRemedy(units-room))
	}
	c.add(pollersOver, report{function: f, place: p.at(keyMaximum),
		message: fmt.Sprintf("%s is more than %s; the rest is throttled", what, where),
		remedy:  lower + ", or " + more})
}

// lower says how to limit a mapping to a number of units.
func (p *Poller) lower(room int64) string {
	count := quantity.FormatCount
	switch {
	case p.Type.IsQueue() && room >= aws.MinQueuePollers*aws.QueuePollerConcurrency:
		return fmt.Sprintf("set at most %s pollers", count(room/aws.QueuePollerConcurrency))
	case p.Type.IsQueue() && room >= aws.MinQueueConcurrency: // the minimum number of pollers is too many
		return fmt.Sprintf("set a maximum concurrency of at most %s instead of the pollers", count(room))
	case p.Type == source.Kafka && room >= aws.KafkaPollerConcurrency:
		return fmt.Sprintf("set at most %s", quantity.FormatCountOf(int(room/aws.KafkaPollerConcurrency), "poller"))
	case p.isShards() && room >= p.Shards.Or(0):
		return fmt.Sprintf("set a parallelization factor of at most %s", count(room/p.Shards.Or(1)))
	case p.isShards() && room >= p.Parallelization.Or(1):
		return fmt.Sprintf("give the stream at most %s", quantity.FormatCountOf(int(room/p.Parallelization.Or(1)), "shard"))
	case p.isShards():
		return "lower the shards and the parallelization factor"
	}
	return "lower them"
}

// unbounded reports a queue that only the reservation limits.
func (c *checker) unbounded(f *Function, p *Poller, reserved int64) {
	if p.Type != source.SQS || p.hasMaximum() || p.Provisioned || p.Disabled || p.unsure() || reserved == 0 ||
		reserved >= aws.UnboundedQueueConcurrency {
		return
	}
	remedy := "set a maximum concurrency of at most " + quantity.FormatCount(min(reserved, aws.MaxQueueConcurrency))
	if reserved < aws.MinQueueConcurrency {
		remedy = fmt.Sprintf("reserve at least %[1]d%s, and set a maximum concurrency of %[1]d", aws.MinQueueConcurrency,
			c.quotaRemedy(aws.MinQueueConcurrency-reserved))
	}
	c.add(unboundedQueue, report{function: f, place: p.at(keyMaximum),
		message: fmt.Sprintf("an SQS event source without a maximum concurrency scales to %s, and the reservation is %s: "+
			"messages can be throttled until they reach the dead-letter queue",
			quantity.FormatCount(aws.UnboundedQueueConcurrency), quantity.FormatCount(reserved)),
		remedy: remedy})
}

// provisionedPollers checks the number of provisioned pollers of a mapping.
func (c *checker) provisionedPollers(f *Function, p *Poller) {
	if !p.Provisioned {
		return
	}
	if p.hasMaximum() {
		c.add(maximumAndPoller, report{function: f, place: p.at(keyMaximum),
			message: "an event source has both a maximum concurrency and provisioned pollers",
			remedy:  "remove one of them"})
	}
	least, most := int64(aws.MinKafkaPollers), int64(aws.MostQueuePollers) // the wider bounds of SQS and Kafka
	switch {
	case p.Type.IsQueue():
		least = aws.MinQueuePollers
	case p.Type == source.Kafka:
		most = aws.MostKafkaPollers
	}
	count := quantity.FormatCount
	say := func(message, remedy string, args ...any) {
		c.add(pollerRange, report{function: f, place: p.at(keyMaximum), message: message,
			remedy: fmt.Sprintf(remedy, args...)})
	}
	low, high := p.PollersMin, p.PollersMax
	switch r, refused := p.refused(keyMinPollers, keyMaxPollers); {
	case refused:
		say(fmt.Sprintf("the number of provisioned pollers, %s, is not a whole number", quantity.Quote(r.Text)),
			"set %s to %s", count(least), count(most))
	case low.Known() && (low.Or(0) < least || low.Or(0) > aws.MostMinPollers):
		say(fmt.Sprintf("the minimum number of provisioned pollers, %s, is out of range", count(low.Or(0))),
			"set %s to %s", count(least), count(aws.MostMinPollers))
	case high.Known() && (high.Or(0) < least || high.Or(0) > most):
		say(fmt.Sprintf("the maximum number of provisioned pollers, %s, is out of range", count(high.Or(0))),
			"set %s to %s", count(least), count(most))
	case high.Known() && low.Or(least) > high.Or(0):
		say(fmt.Sprintf("the minimum number of provisioned pollers, %s, is above the maximum, %s",
			count(low.Or(least)), count(high.Or(0))), "raise the maximum, or lower the minimum")
	}
}

// poller checks the maximum concurrency of an event source mapping.
func (c *checker) poller(f *Function, p *Poller) {
	most, known := p.MaximumConcurrency.Get()
	r, refused := p.refused(keyMaximum)
	reserved, isReserved := f.Reserved.Get()
	isReserved = isReserved && !f.RunsManaged()
	switch {
	case !known && !refused:
	case refused || most < aws.MinQueueConcurrency || most > aws.MaxQueueConcurrency:
		message := fmt.Sprintf("the SQS maximum concurrency of %s is out of range", quantity.FormatCount(most))
		allowed := int64(aws.MaxQueueConcurrency)
		if isReserved {
			allowed = min(allowed, reserved)
		}
		remedy := fmt.Sprintf("set %d to %s", aws.MinQueueConcurrency, quantity.FormatCount(allowed))
		if allowed <= aws.MinQueueConcurrency {
			remedy = fmt.Sprintf("set %d", aws.MinQueueConcurrency)
		}
		if allowed < aws.MinQueueConcurrency {
			remedy += fmt.Sprintf(", and reserve at least %d%s",
				aws.MinQueueConcurrency, c.quotaRemedy(aws.MinQueueConcurrency-reserved))
		}
		if refused {
			message = fmt.Sprintf("the SQS maximum concurrency %q is not a whole number", r.Text)
		}
		c.add(queueConcurrency, report{function: f, place: p.at(keyMaximum), message: message, remedy: remedy})
	case isReserved && most > reserved:
		remedy := fmt.Sprintf("reserve at least %s%s", quantity.FormatCount(most), c.quotaRemedy(most-reserved))
		if reserved >= aws.MinQueueConcurrency {
			remedy = fmt.Sprintf("lower it to %s, or %s", quantity.FormatCount(reserved), remedy)
		}
		c.add(queueConcurrency, report{function: f, place: p.at(keyMaximum),
			message: fmt.Sprintf("the SQS maximum concurrency of %s is more than the reservation of %s, "+
				"so messages are throttled", quantity.FormatCount(most), quantity.FormatCount(reserved)),
			remedy: remedy})
	}
}
