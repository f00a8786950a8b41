package calc

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// A minuteOverflow is a sharedOverflow in a part of the minute. It has the sums of the synchronous functions; their
// asynchronous ones are in members.
type minuteOverflow struct {
	minuteMoment
	sharedOverflow
	members []sharer
}

// addMinute adds the overflows of some functions, in each part of the minute.
func (o *sharedOverflow) addMinute(list []sharer) {
	brief := false
	for _, s := range list {
		brief = brief || s.t.brief()
	}
	var jumps, durations []float64
	var events []sharer
	for _, s := range list {
		if s.t.minute.uneven() {
			jumps = append(jumps, s.t.minute.jumps(brief)...)
			durations = append(durations, s.t.seconds)
		}
		if s.f.Mode.Queues() {
			o.asyncLoad += float64((s.t.rate - s.f.provisionedRPS()) * s.t.seconds)
			events = append(events, s)
		}
	}
	all := momentsOf(panels(jumps, durations))
	o.minute = make([]minuteOverflow, len(all))
	each(len(all), func(i int) {
		part := minuteOverflow{minuteMoment: all[i], members: events}
		part.several, part.memo = true, o.memo
		for _, s := range list {
			if !s.f.Mode.Queues() {
				at := s.t.at(all[i].second)
				part.add(s.f, &at)
			}
		}
		o.minute[i] = part
	})
	for i := range o.minute {
		o.sync.mean = math.Max(o.sync.mean, o.minute[i].sync.mean) // from here, a search for a size starts
	}
}

// minuteTries is how often the attempts of events that share a pool with requests on the minute are computed again.
const minuteTries = 200

// minutePools offers the overflow of each part of the minute to a number of on-demand units. Refused events come back
// evenly over the minute, so that what the pool loses in one part is offered in all others: the attempts are computed
// again and again, from none refused on, until they no longer change.
func (o *sharedOverflow) minutePools(units int64) []sharedPool {
	parts := make([]sharedPool, len(o.minute))
	events := o.minute[0].members
	full := units <= 0 || len(events) > 0 && fills(o.asyncLoad, units)
	refused := make([]float64, len(events))
	for range minuteTries {
		each(len(parts), func(k int) {
			part := &o.minute[k]
			parts[k] = sharedPool{sharedOverflow: part.sharedOverflow, units: units, lost: 1}
			if full {
				return
			}
			sum := part.sync
			for i, s := range events {
				at := s.t.repeated(math.Min(refused[i], 1-tolerance)).at(part.second)
				sum.add(at.overflow(s.f.provisioned()))
			}
			parts[k].lost = o.lostOf(sum, units)
		})
		apart := 0.0
		for i, s := range events {
			now := o.attemptsLost(parts, s, math.Min(refused[i], 1-tolerance))
			apart = math.Max(apart, now-refused[i])
			refused[i] = now
		}
		if full || apart <= 1e-10 {
			break
		}
	}
	return parts
}

// minuteLoss returns the share of a function's attempts that find everything full.
func (p *sharedPool) minuteLoss(f *Function, t *traffic) float64 {
	if f.Mode.Queues() {
		refused, _ := erlang.Retrying(func(refused float64) float64 {
			return p.attemptsLost(p.parts, sharer{f, *t}, refused)
		})
		return refused
	}
	lost := 0.0
	for i := range p.parts {
		part := p.minute[i].minuteMoment
		at := t.at(part.second)
		own := p.parts[i].lossAt(&at, at.overflow(f.provisioned()))
		lost += float64(part.length / minuteS * t.minute.intensity(part.second) * own)
	}
	return math.Min(1, lost)
}

// attemptsLost returns the share of the attempts of an asynchronous function that finds everything full, if a share of
// them is refused.
func (o *sharedOverflow) attemptsLost(parts []sharedPool, s sharer, refused float64) float64 {
	t, lost := s.t.repeated(refused), 0.0
	for i := range parts {
		part := o.minute[i].minuteMoment
		at := t.at(part.second)
		own := at.overflow(s.f.provisioned())
		beyond := math.Min(1, own.mean/at.load())
		lost += float64(part.length / minuteS * t.minute.intensity(part.second) * beyond * own.lost(parts[i].lost))
	}
	return math.Min(1, lost)
}
