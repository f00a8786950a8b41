package replay

import (
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/scaling"
)

// A worker replays chunks of time, in tiles of pieces in which nothing changes. In a tile each function is replayed for
// all pieces before the next one.
type worker struct {
	*run
	moments *calc.Moments
	account calc.Account // with the provisioned concurrency at a time
	tile    []span       // the pieces
	units   []int64      // the unreserved units of each
	most    int          // pieces of a tile
	steps   []step       // that were read, of one function

	number []int // of the step of each class, where the tile starts
	past   []int // how many changes of each function are over, where the tile starts
	now    place
}

// A span is the time of a piece.
type span struct{ from, to float64 }

// A place is where a function is in the tile.
type place struct {
	number  int              // of its step among those of its class
	end     float64          // when that ends
	changes []scaling.Change // that are to come
	step    step
	from    int    // the number of the first of the steps
	steps   []step // of its track, that were read
}

// tileBytes is about how much memory a tile takes.
const tileBytes = 4 << 20

func newWorker(r *run) *worker {
	a := r.account
	a.Functions = slices.Clone(r.account.Functions)
	for i := range a.Functions { // the settings may differ, the traffic does not
		f := &a.Functions[i]
		z := f.Peakedness
		*f = r.setting.Account.Functions[i]
		f.Peakedness = z
	}
	a.Concurrency, a.ClaimedElsewhere = r.setting.Account.Concurrency, r.setting.Account.ClaimedElsewhere
	n := len(a.Functions)
	const pieceBytes = 16 // of a function
	most := min(256, max(16, tileBytes/pieceBytes/n))
	return &worker{run: r, moments: calc.NewMoments(a), account: a, most: most, steps: make([]step, most),
		number: make([]int, len(r.classes)), past: make([]int, n)}
}

// chunk replays a chunk, from boundary to boundary: of steps, or of changes. spare are sums whose memory may be used.
func (w *worker) chunk(k int, spare []sums) []sums {
	from := float64(float64(k) * w.chunkS)
	to := math.Min(w.spanS, from+w.chunkS)
	own := w.newSums(spare, from, to)
	for i, c := range w.classes {
		w.number[i] = int(math.Floor((from - c.phase) / c.step))
	}
	changes := w.begin(from)
	number := slices.Clone(w.number)
	unreserved := w.account.Unreserved()
	for now := from; now < to; {
		until := to
		for i, c := range w.classes {
			until = math.Min(until, c.end(number[i]))
		}
		if len(changes) > 0 {
			until = math.Min(until, math.Max(now, changes[0].at))
		}
		if until > now {
			w.tile, w.units = append(w.tile, span{now, until}), append(w.units, unreserved)
		}
		now = until
		if len(w.tile) == w.most || now >= to {
			w.replay(own)
		}
		if len(changes) > 0 && changes[0].at <= now {
			for ; len(changes) > 0 && changes[0].at <= now; changes = changes[1:] {
				w.account.Functions[changes[0].function].Provisioned = changes[0].units
			}
			unreserved = w.account.Unreserved()
		}
		for i, c := range w.classes {
			if c.end(number[i]) <= now {
				number[i]++
			}
		}
	}
	for i := range own {
		own[i].finish()
	}
	return own
}

// end returns when a step ends.
func (c class) end(number int) float64 { return c.phase + float64(float64(number+1)*c.step) }

// begin sets the provisioned concurrency at a time, and returns the changes after it.
func (w *worker) begin(from float64) []change {
	for i := range w.account.Functions {
		w.account.Functions[i].Provisioned, w.past[i] = w.setting.Account.Functions[i].Provisioned, 0
	}
	n := 0
	for ; n < len(w.changes) && w.changes[n].at <= from; n++ {
		w.account.Functions[w.changes[n].function].Provisioned = w.changes[n].units
		w.past[w.changes[n].function]++
	}
	return w.changes[n:]
}

// replay replays the pieces of the tile, and starts the next one.
func (w *worker) replay(own []sums) {
	w.moments.Share(w.units, w.set)
	for i := range own {
		f, t := &w.moments.Functions[i], w.of[i]
		p := piece{queues: f.Mode.Queues(), bursty: t != nil && t.z > 1, off: f.Off()}
		for k, at := range w.tile {
			w.set(i, k)
			now := &w.now
			switch {
			case t == nil || now.step.outside && !t.exact:
				own[i].idle(at.from, at.to, f.Provisioned)
				continue
			case t.exact || w.options.SkipGaps && now.step.missing:
				continue
			}
			p.from, p.to, p.step, p.units = at.from, at.to, now.step, f.Provisioned
			p.several = w.moments.Several(k) && !f.Reserved.Known()
			p.starts = float64(float64(now.number)*t.stepS) + w.classes[t.class].phase
			p.parts, p.lost = w.moments.At(i, k)
			own[i].piece(&p)
		}
		w.past[i] = len(w.changesOf(i)) - len(w.now.changes)
	}
	end := w.tile[len(w.tile)-1].to
	for i, c := range w.classes {
		for c.end(w.number[i]) <= end {
			w.number[i]++
		}
	}
	w.tile, w.units = w.tile[:0], w.units[:0]
}

// changesOf returns the changes of a function.
func (w *worker) changesOf(function int) []scaling.Change {
	if w.setting.Changes == nil {
		return nil
	}
	return w.setting.Changes[function]
}

// read returns a step of a track. It reads as many as the tile has pieces, for those that follow.
func (w *worker) read(t *track, at int) step {
	now := &w.now
	if at -= now.from; at < 0 || at >= len(now.steps) {
		n := min(len(w.tile), t.n-now.from-at)
		now.from, now.steps = now.from+at, w.steps[:n]
		t.read(now.from, now.steps)
		at = 0
	}
	return now.steps[at]
}

// enter sets the place of a function at the start of the tile, and its provisioned concurrency there.
func (w *worker) enter(function int) {
	f, past := &w.moments.Functions[function], w.past[function]
	w.now = place{changes: w.changesOf(function)[past:]}
	f.Provisioned = w.setting.Account.Functions[function].Provisioned
	if past > 0 {
		f.Provisioned = w.changesOf(function)[past-1].Units
	}
	if t := w.of[function]; t != nil {
		w.now.number = w.number[t.class]
		w.now.end = w.classes[t.class].end(w.now.number)
	}
}

// set gives a function the rate, the duration and the provisioned concurrency of a piece of the tile. The pieces of a
// function come in order, from the first to the last.
func (w *worker) set(function, k int) {
	f, t, now, from := &w.moments.Functions[function], w.of[function], &w.now, w.tile[k].from
	if k == 0 {
		w.enter(function)
	}
	for ; len(now.changes) > 0 && now.changes[0].AtS <= from; now.changes = now.changes[1:] {
		f.Provisioned = now.changes[0].Units
	}
	if t == nil || from < now.end && k > 0 {
		return // the step goes on
	}
	for class := w.classes[t.class]; now.end <= from; {
		now.number++
		now.end = class.end(now.number)
	}
	s := step{}
	at := now.number - t.offset
	if s.outside = at < 0 || at >= t.n; !t.exact && !s.outside {
		s = w.read(t, at)
		if shaped := w.shapes[function]; shaped != nil {
			s.rps = shaped.rps[at]
		}
	}
	now.step = s
	f.RPS = calc.Some(s.rps)
	f.DurationMS = calc.Optional[float64]{}
	if s.ms > 0 {
		f.DurationMS = calc.Some(s.ms)
	}
}
