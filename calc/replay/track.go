package replay

import (
	"iter"
	"math"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/series"
)

// A track is the traffic of one function on the time axis of the replay.
type track struct {
	trace    *series.Trace
	function int
	class    int   // of its steps, see class
	offset   int   // the number of its first step among those of the class
	n        int   // steps
	start    int64 // of the first one, seconds on the clock of the trace
	scale    float64
	stepS    float64
	flatRPS  float64 // the rate of all of its single step, where it is known for the whole; otherwise 0

	givenMS   calc.Optional[float64]     // the duration that counts instead of that of the data
	meanMS    float64                    // of the requests; 0 if unknown
	offered   float64                    // times the scale
	calls     []series.Call              // those of the steps
	exact     bool                       // the calls are replayed one by one
	quantiles [len(quantileShares)]int64 // of the concurrency, without a limit
	max       int64                      // see Function.ConcurrencyMax
	z         float64                    // peakedness
	zSource   calc.PeakednessSource

	missing    int     // steps
	throttled  float64 // observed
	dispersion float64 // of the requests of a second, see Traffic.DispersionRatio; 0 if unknown
}

// A class is a set of tracks whose steps start at the same times: every step seconds from phase on.
type class struct{ phase, step float64 }

// A step is what arrives at a function in a time.
type step struct {
	rps, ms float64 // ms is 0 if unknown
	missing bool
	outside bool // it is not a step of the data
}

// load returns the number of environments that the rate needs.
func (s step) load() float64 { return s.rps * s.ms / 1000 }

// readSteps is how many steps a track reads at a time: some, since the numbers may have to be read from a file.
const readSteps = series.BlockSteps

// steps returns the steps of the track, numbered from its start.
func (t *track) steps() iter.Seq2[int, step] {
	return func(yield func(int, step) bool) {
		var steps [readSteps]step
		for from := 0; from < t.n; from += readSteps {
			some := steps[:min(readSteps, t.n-from)]
			t.read(from, some)
			for k, s := range some {
				if !yield(from+k, s) {
					return
				}
			}
		}
	}
}

// read copies the steps from one on.
func (t *track) read(from int, to []step) {
	if t.flatRPS > 0 {
		for k := range to {
			to[k] = step{rps: t.flatRPS * t.scale, ms: t.givenMS.Or(t.meanMS)}
		}
		return
	}
	var offered, durations [readSteps]float64
	given, known := t.givenMS.Get()
	for ; len(to) > 0; from += readSteps {
		n := min(readSteps, len(to))
		t.trace.Loads(from, offered[:n], durations[:n])
		for k, x := range offered[:n] {
			s := step{missing: x != x, ms: durations[k]}
			if !s.missing {
				s.rps = x * t.scale / t.stepS
			}
			if known {
				s.ms = given
			} else if !(s.ms > 0) { // or NaN
				s.ms = t.meanMS
			}
			to[k] = s
		}
		to = to[n:]
	}
}

// phase returns when the track starts, seconds since the start of the replay.
func (t *track) phase(classes []class) float64 {
	c := classes[t.class]
	return c.phase + float64(float64(t.offset)*c.step)
}

// sum adds up what the track needs to know of its steps, and checks them.
func (t *track) sum(name string) error {
	weighted, timed := 0.0, 0.0
	for _, s := range t.trace.All() {
		if err := check(name, s.Offered*t.scale/t.stepS, s.DurationMS); err != nil {
			return err
		}
		if s.Missing {
			t.missing++
		}
		t.offered += s.Offered
		t.throttled += s.Throttled
		if s.DurationMS > 0 {
			weighted += float64(s.Offered * s.DurationMS)
			timed += s.Offered
		}
	}
	if timed > 0 {
		t.meanMS = weighted / timed
	}
	return nil
}

// flatten makes a track of one step where the rate of the whole is known better than from its steps. Invocations that
// are replayed one by one get steps of a second instead.
func (t *track) flatten() {
	rate := t.trace.ClientRPS
	if rate == 0 || t.offered == 0 {
		return
	}
	if !t.exact {
		t.flatRPS, t.stepS, t.n = rate, t.offered/rate, 1
		return
	}
	t.start, t.stepS = floorSecond(t.calls[0].StartNS), 1
	t.n = int(floorSecond(t.calls[len(t.calls)-1].StartNS)-t.start) + 1
}

// estimate estimates the peakedness of the track, unless it is given.
func (t *track) estimate(given calc.Optional[float64], estimate bool) {
	t.z, t.zSource = given.Or(1), calc.PeakednessGiven
	if given.Known() {
		return
	}
	t.zSource = calc.PeakednessUnknown
	if !estimate {
		return
	}
	if len(t.calls) > 0 && t.meanMS > 0 {
		t.dispersion = dispersion(t.calls, 1e9)
		own := dispersion(t.calls, int64(math.Max(1, t.meanMS*1e6)))
		if own > 0 {
			t.z, t.zSource = math.Min(1000, math.Max(1, 1+float64(0.75*(own-1)))), calc.PeakednessFromStamps
			return
		}
	}
	if z, ok := t.fromMaxima(); ok {
		t.z, t.zSource = math.Min(1000, z), calc.PeakednessFromMaximum
	}
}
