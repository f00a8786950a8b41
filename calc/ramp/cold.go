package ramp

import (
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc/elementary"
)

// How finely cold looks: at least at so many times until the first environment is ready, but at most at so many in all.
const (
	coldSteps     = 64
	mostColdSteps = 1 << 14
)

// A cold is a fluid in which the init time counts. A new environment is busy for exactly i + d with the request that
// started it. From then on it serves requests of exponential durations, so a function that starts from nothing asks for
// λ (i + d) environments.
//
//	x + y + refused = λ
//	x <= B/d + y(t - i - d)                      requests that find a warm environment, if none is idle
//	B' = x - B/d                                 busy warm environments
//	y <= r, or any while there are tokens        requests that start one
//	B d'/d + environments that start <= U        the pool; d' is the duration, and d the same or 0.1 s
//
// where λ is the rate beyond provisioned concurrency that the size of the pool admits. The sums are taken over steps in
// which all of it moves in straight lines, so the steps from nothing to a rate are exact until the first environment
// returns; otherwise the error is about 0.1 %.
//
// Source: derived. The tests compare it with a simulation.
type cold struct {
	d, first float64 // seconds that a warm and a new environment are busy: d, i + d
	busyPart float64 // the part of d that a request is in progress: below 100 ms, the rate binds
	busy     float64 // warm environments in use
	ready    float64 // warm environments, in use or idle
	tokens   float64
	started  []float64 // environments that have started at each of the times
	times    []float64
	became   float64 // of these, environments that are ready or were
	back     int     // the last of the times that is i + d ago
	used     window
	drops    bool
	most     float64   // the most environments that are busy at once
	short    float64   // the highest number of requests per second that is refused
	last     float64   // when the last request is refused, seconds
	record   *recorder // takes what the scaling rate refuses; may be nil
	crowded  *recorder // takes what the size of the pool refuses; may be nil
}

// firstUse returns the time that the first use of an environment takes, seconds, and whether there is an init time that
// is long enough to matter.
func (c *course) firstUse() (float64, bool) {
	i := c.fn.InitMS.Or(0) / 1000
	return i + 1/c.carries, i > 1e-4*(i+1/c.carries) && i > 1e-3
}

// newCold returns the state at time 0, with some warm environments.
func (c *course) newCold(stretches []stretch, warm float64) *cold {
	first, _ := c.firstUse()
	k := &cold{d: 1 / c.carries, first: first, busyPart: 1, ready: warm, tokens: burst,
		times: []float64{0}, started: []float64{0}}
	if ms, ok := c.fn.DurationMS.Get(); ok {
		k.busyPart = math.Min(1, ms/1000/k.d)
	}
	beyond := (c.first() - stretches[0].served[0]) / c.carries // what the rate before keeps busy
	k.busy = math.Min(warm, math.Max(0, beyond))
	if c.keepS < MostSpanS {
		k.drops, k.used = true, newWindow(warm, c.keepS)
	}
	return k
}

// run follows stretches until a time, and from then on until no more environments start. With brief set, it stops at
// the first of so many requests per second that are refused.
func (k *cold) run(stretches []stretch, until, brief float64) {
	ends := []float64{k.first}
	for i := range stretches {
		ends = append(ends, stretches[i].t1, stretches[i].t1+k.first)
	}
	slices.Sort(ends)
	longest := math.Min(k.first/4, math.Max(k.first/coldSteps, MostSpanS/mostColdSteps))
	at, t := 0, 0.0
	for _, end := range ends {
		end = math.Min(end, MostSpanS)
		for t < end {
			for stretches[at].t1 <= t {
				at++
			}
			next := math.Min(end, stretches[at].t1)
			if next-t > longest*(1+tolerance) {
				next = t + longest
			}
			s := &stretches[at]
			load := line{s.t0, s.t1, s.units[0] / k.d, s.units[1] / k.d}
			refuses := k.advance(load, line{s.t0, s.t1, s.room[0], s.room[1]}, t, next)
			if t = next; k.short > brief || !refuses && t >= until && k.starting() <= 1e-6*k.ready {
				return
			}
		}
	}
}

// starting is the number of environments that are busy with the request that started them.
func (k *cold) starting() float64 { return math.Max(0, k.started[len(k.started)-1]-k.became) }

// startedBy returns how many environments have started until a time, which may only grow from call to call.
func (k *cold) startedBy(t float64) float64 {
	if t <= 0 {
		return 0
	}
	for k.back+1 < len(k.times) && k.times[k.back+1] <= t {
		k.back++
	}
	if k.back+1 == len(k.times) {
		return k.started[k.back]
	}
	return line{k.times[k.back], k.times[k.back+1], k.started[k.back], k.started[k.back+1]}.at(t)
}

// advance goes on from one time to another, and reports whether requests are refused at the end. room are the units of
// the pool.
func (k *cold) advance(load, room line, from, to float64) (refuses bool) {
	came := k.startedBy(to-k.first) - k.became
	for from < to {
		arrives := came / (to - from) // environments a second that become ready
		rates := line{from, to, load.at(from), load.at(to)}
		var until float64
		if k.busy < k.ready*(1-tolerance) || rates.y0 < k.busy/k.d+arrives {
			until, refuses = k.idle(rates, arrives), false
		} else {
			until, refuses = k.full(rates, line{from, to, room.at(from), room.at(to)}, arrives)
		}
		came -= float64(arrives * (until - from))
		if from = until; to-from < tolerance*to {
			from = to
		}
	}
	return refuses
}

// idle goes on while every request finds a warm environment, and returns until when.
func (k *cold) idle(rates line, arrives float64) (until float64) {
	span := rates.t1 - rates.t0
	lead := k.ready - k.busy
	busy := k.after(rates.y0, (rates.y1-rates.y0)/span, span)
	until = rates.t1
	if behind := busy - (k.ready + float64(arrives*span)); behind > 0 && lead > tolerance*k.ready {
		span = float64(span * (lead / (lead + behind)))
		until = rates.t0 + span
		busy = math.Inf(1)
	}
	k.join(float64(arrives * span))
	k.busy = math.Min(busy, k.ready)
	k.tokens = math.Min(burst, k.tokens+float64(refill*span))
	k.note(line{rates.t0, until, 0, 0}, k.started[len(k.started)-1], k.record)
	return until
}

// join adds environments that have become ready.
func (k *cold) join(n float64) {
	k.ready += n
	k.became += n
}

// A bucket is what limits the environments that start: tokens, or the units of the pool that are free. While it has
// some, any number may start; after that, what flows in.
type bucket struct {
	has, inflow float64 // units, units per second
	refused     *recorder
}

// full goes on while no environment is idle, and returns until when. What finds none that becomes free starts one.
func (k *cold) full(rates, room line, arrives float64) (until float64, refuses bool) {
	span := rates.t1 - rates.t0
	more := func(rate, ready float64) float64 { return math.Max(0, rate-ready/k.d-arrives) }
	want := line{rates.t0, rates.t1, more(rates.y0, k.ready), more(rates.y1, k.ready+float64(arrives*span))}
	starts := float64((want.y0 + want.y1) / 2)
	free := room.y0 - float64(k.ready*k.busyPart) - k.starting()
	if free < tolerance*room.y0 {
		free = 0
	}
	limits := [...]bucket{
		{k.tokens, refill, k.record},
		{free, math.Max(0, (room.y1-room.y0)/span+float64(arrives*(1-k.busyPart))), k.crowded},
	}
	refused, by := line{rates.t0, rates.t1, 0, 0}, k.record
	for _, limit := range limits {
		short := float64((starts - limit.inflow) * span)
		switch {
		case short <= limit.has*(1+tolerance):
		case limit.has > 0: // it ends on the way
			part := limit.has / short
			span = float64(span * part)
			refused = line{rates.t0, rates.t0 + span, refused.y0, refused.at(rates.t0 + span)}
			starts = limit.inflow + limit.has/span
		default:
			starts = limit.inflow
			refused.y0, refused.y1 = math.Max(0, want.y0-limit.inflow), math.Max(0, want.at(refused.t1)-limit.inflow)
			by = limit.refused
		}
	}
	k.tokens = math.Max(0, math.Min(burst, k.tokens+float64((refill-starts)*span)))
	k.join(float64(arrives * span))
	k.busy = k.ready
	k.note(refused, k.started[len(k.started)-1]+float64(starts*span), by)
	return refused.t1, refused.y1 > 0
}

// after returns the busy warm environments after some seconds in which all requests find one.
func (k *cold) after(rate, slope, s float64) float64 {
	base := float64((rate - float64(slope*k.d)) * k.d)
	return base + float64(slope*k.d*s) + float64((k.busy-base)*elementary.Exp(-s/k.d))
}

// note notes how many environments have started by the end of a step, and what was refused in it, which a recorder
// takes. It lets idle environments go cold.
func (k *cold) note(refused line, started float64, by *recorder) {
	k.times, k.started = append(k.times, refused.t1), append(k.started, started)
	k.most = math.Max(k.most, float64(k.busy*k.busyPart)+k.starting())
	if k.short = math.Max(k.short, math.Max(refused.y0, refused.y1)); refused.y0+refused.y1 > 0 {
		k.last = refused.t1
	}
	if k.drops {
		k.used.add(refused.t0, refused.t1, k.busy+k.starting(), k.busy+k.starting())
		level, _, _ := k.used.at(refused.t1)
		k.ready = math.Max(k.busy, math.Min(k.ready, level-k.starting()))
	}
	if k.record != nil {
		by.refuse(refused)
		k.record.state(refused.t0, refused.t1, k.ready+k.starting(), k.tokens)
	}
}
