package replay

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/erlang"
	"github.com/lambdacap/lambdacap/calc/internal/parallel"
	"github.com/lambdacap/lambdacap/calc/series"
)

// An engine replays traffic through settings. It is read-only once it has been prepared.
type engine struct {
	options Options
	account calc.Account // its functions have their peakedness
	tracks  []*track
	of      []*track // by function; nil without traffic
	classes []class
	start   int64   // seconds since 1970-01-01 00:00 UTC
	dated   bool    // start is known
	spanS   float64 // length of the replay, seconds
	columnS float64
	columns int
	chunkS  float64
	curves  []bool // whether a function has a curve
}

// mostColumns and mostCurves limit the curves.
const (
	mostColumns = 360
	mostCurves  = 20
)

// newEngine puts traces on one time axis. Traces without times start with the others.
func newEngine(a calc.Account, traces []*series.Trace, functions []int, o Options) (*engine, error) {
	e := &engine{options: o, account: a, of: make([]*track, len(a.Functions)), curves: make([]bool, len(a.Functions))}
	e.account.Functions = slices.Clone(a.Functions)
	for i, trace := range traces {
		t := &track{trace: trace, function: functions[i], scale: o.Scale, stepS: float64(trace.StepS)}
		t.givenMS = a.Functions[t.function].DurationMS
		if t.n = trace.Len(); t.n == 0 {
			continue
		}
		t.calls, t.start = trace.Calls, trace.Start
		e.tracks = append(e.tracks, t)
		e.of[t.function] = t
	}
	if len(e.tracks) == 0 {
		return nil, noTraffic("there are no requests with a time")
	}
	errs := make([]error, len(e.tracks))
	parallel.Each(len(e.tracks), 1, func(i int) {
		t := e.tracks[i]
		errs[i] = t.sum(a.Functions[t.function].Name)
	})
	if err := cmp.Or(errs...); err != nil {
		return nil, err
	}
	e.chooseExact()
	for _, t := range e.tracks {
		t.flatten()
	}
	e.axis()
	parallel.Each(len(e.tracks), 1, func(i int) {
		t := e.tracks[i]
		f := &e.account.Functions[t.function]
		t.estimate(f.Peakedness, o.EstimatePeakedness)
		if t.z > 1 {
			f.Peakedness = calc.Some(t.z)
		}
	})
	e.chooseCurves()
	return e, nil
}

// axis finds where the replay starts and ends, and numbers the steps of each track.
func (e *engine) axis() {
	for _, t := range e.tracks {
		if from := t.start; t.trace.Dated && (!e.dated || from < e.start) {
			e.start, e.dated = from, true
		}
	}
	least := math.Inf(1)
	for _, t := range e.tracks {
		from := float64(t.start - t.trace.Start)
		if t.trace.Dated {
			from = float64(t.start - e.start)
		}
		phase := math.Mod(from, t.stepS)
		c := class{phase, t.stepS}
		t.class = slices.Index(e.classes, c)
		if t.class < 0 {
			t.class = len(e.classes)
			e.classes = append(e.classes, c)
		}
		t.offset = int(math.Round((from - phase) / t.stepS))
		e.spanS = math.Max(e.spanS, from+float64(float64(t.n)*t.stepS))
		least = math.Min(least, t.stepS)
	}
	e.columnS = math.Max(1, math.Ceil(e.spanS/least/mostColumns)) * least
	e.columns = int(math.Ceil(e.spanS/e.columnS - 1e-9))
	const steps = 1440 // in a chunk
	e.chunkS = steps * least
}

// chooseCurves chooses the functions that get a curve: those with the most requests.
func (e *engine) chooseCurves() {
	byRequests := slices.Clone(e.tracks)
	slices.SortStableFunc(byRequests, func(x, y *track) int { return cmp.Compare(y.offered, x.offered) })
	for _, t := range byRequests[:min(mostCurves, len(byRequests))] {
		e.curves[t.function] = true
	}
}

// quantileShares are the shares of the time that the quantiles of the concurrency are for: P50, P99 and P999.
var quantileShares = [...]float64{0.5, 0.99, 0.999}

// quantiles computes the quantiles of the concurrency of each track, which no setting changes.
func (e *engine) quantiles() {
	mixtures := sync.Pool{New: func() any { return erlang.NewMixture(1) }}
	parallel.Each(len(e.tracks), 1, func(i int) {
		t := e.tracks[i]
		if t.exact || t.givenMS.Or(t.meanMS) == 0 {
			return
		}
		each := func(add func(s step, seconds float64)) {
			for _, s := range t.steps() {
				if !s.missing || !e.options.SkipGaps {
					add(s, t.stepS)
				}
			}
			if before := e.spanS - float64(float64(t.n)*t.stepS); before > 1e-6 {
				add(step{}, before) // before it starts, and after it ends
			}
		}
		m := mixtures.Get().(*erlang.Mixture)
		defer mixtures.Put(m)
		m.Reset(t.z)
		busiest, ms := 0.0, 1.0
		each(func(s step, seconds float64) {
			m.Add(s.load(), seconds)
			if s.rps*s.ms > busiest {
				busiest, ms = s.rps*s.ms, s.ms
			}
		})
		copy(t.quantiles[:], m.Quantiles(quantileShares[:], func(add func(load, seconds float64)) {
			each(func(s step, seconds float64) { add(s.load(), seconds) })
		}))
		t.max = max(t.quantiles[len(t.quantiles)-1], int64(erlang.MedianMaximum(busiest/1000, t.z, t.stepS/ms*1000)))
	})
}

// A run replays the traffic through one setting.
type run struct {
	*engine
	setting Setting
	first   bool // the setting replayed, with curves and minutes
	changes []change
	totals  []sums   // by function
	shapes  []*shape // by function; nil if its traffic comes as it is
	rowsOf  [][]Minute
}

// run replays the traffic. Chunks of time are computed in parallel and added up in order, so that the sums do not
// depend on the number of processors.
func (e *engine) run(s Setting, first bool) *run {
	r := &run{engine: e, setting: s, first: first, changes: merged(s.Changes)}
	n := len(e.account.Functions)
	r.totals, r.rowsOf, r.shapes = make([]sums, n), make([][]Minute, n), make([]*shape, n)
	parallel.Each(n, 1, func(i int) { r.shapes[i] = e.shape(&s.Account.Functions[i], e.of[i]) })
	chunks := int(math.Ceil(e.spanS/e.chunkS - 1e-9))
	done := make([][]sums, chunks)
	var spare [][]sums // of chunks that were added up
	next := 0
	var lock sync.Mutex
	workers := min(runtime.GOMAXPROCS(0), chunks)
	parallel.Each(workers, 1, func(w int) {
		work := newWorker(r, workers)
		for k := w; k < chunks; k += workers {
			var own []sums
			lock.Lock()
			if n := len(spare); n > 0 {
				own, spare = spare[n-1], spare[:n-1]
			}
			lock.Unlock()
			own = work.chunk(k, own)
			lock.Lock()
			done[k] = own
			for ; next < chunks && done[next] != nil; next++ {
				for i := range r.totals {
					r.totals[i].add(&done[next][i])
				}
				spare, done[next] = append(spare, done[next]), nil
			}
			lock.Unlock()
		}
	})
	r.exactly()
	return r
}
