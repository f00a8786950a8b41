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
	own     [][]moment   // each function in each of the pieces; empty before they are known
	steps   []step       // of a function

	number []int // of the step of each class, where the tile starts
	past   []int // how many changes of each function are over, where the tile starts
}

// A span is the time of a piece.
type span struct{ from, to float64 }

// A moment is what a function has in a piece.
type moment struct {
	step   step
	units  int64   // provisioned concurrency
	starts float64 // when the step starts
}

// tileBytes is about how much memory the tiles of all workers take.
const tileBytes = 32 << 20

// newWorker returns one of so many workers.
func newWorker(r *run, workers int) *worker {
	a := r.replayed()
	n := len(a.Functions)
	const pieceBytes = 64 // of a function
	// The traffic of few functions lies together anyway.
	most := min(256, 32*n, max(16, tileBytes/pieceBytes/n/workers))
	own, moments := make([][]moment, n), make([]moment, n*most)
	for i := range own {
		own[i] = moments[i*most : i*most : (i+1)*most]
	}
	return &worker{run: r, moments: calc.NewMoments(a), account: a, most: most, own: own,
		steps: make([]step, most), number: make([]int, len(r.classes)), past: make([]int, n)}
}

// replayed returns the account of the setting, with the peakedness of the traffic.
func (r *run) replayed() calc.Account {
	a := r.account
	a.Functions = slices.Clone(r.account.Functions)
	for i := range a.Functions { // the settings may differ, the traffic does not
		f := &a.Functions[i]
		z := f.Peakedness
		*f = r.setting.Account.Functions[i]
		f.Peakedness = z
	}
	a.Concurrency, a.ClaimedElsewhere = r.setting.Account.Concurrency, r.setting.Account.ClaimedElsewhere
	return a
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
			now := &w.own[i][k]
			switch {
			case t == nil || now.step.outside && !t.exact:
				own[i].idle(at.from, at.to, now.units)
				continue
			case t.exact || w.options.SkipGaps && now.step.missing:
				continue
			}
			p.from, p.to, p.step, p.units, p.starts = at.from, at.to, now.step, now.units, now.starts
			p.several = w.moments.Several(k) && !f.Reserved.Known()
			p.parts, p.lost = w.moments.At(i, k)
			own[i].piece(&p)
		}
		w.pass(i)
		w.own[i] = w.own[i][:0]
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

// pass notes which changes of a function are over at the start of the last piece.
func (w *worker) pass(function int) {
	for changes := w.changesOf(function)[w.past[function]:]; len(changes) > 0; changes = changes[1:] {
		if changes[0].AtS > w.tile[len(w.tile)-1].from {
			break
		}
		w.past[function]++
	}
}

// set gives a function the rate, the duration and the provisioned concurrency of a piece of the tile. The pieces of a
// function come in order, from the first to the last.
func (w *worker) set(function, k int) {
	if len(w.own[function]) == 0 {
		w.enter(function)
	}
	f, now := &w.moments.Functions[function], &w.own[function][k]
	f.Provisioned = now.units
	if w.of[function] == nil {
		return
	}
	f.RPS = calc.Some(now.step.rps)
	f.DurationMS = calc.Optional[float64]{}
	if now.step.ms > 0 {
		f.DurationMS = calc.Some(now.step.ms)
	}
}

// enter finds what a function has in each piece of the tile.
func (w *worker) enter(function int) {
	own := w.own[function][:len(w.tile)]
	w.own[function] = own
	changes, units := w.changesOf(function), w.setting.Account.Functions[function].Provisioned
	if past := w.past[function]; past > 0 {
		units, changes = changes[past-1].Units, changes[past:]
	}
	for k := range own {
		for ; len(changes) > 0 && changes[0].AtS <= w.tile[k].from; changes = changes[1:] {
			units = changes[0].Units
		}
		own[k].units = units
	}
	if t := w.of[function]; t != nil {
		w.load(t, own, w.shapes[function])
	}
}

// load finds the step of a track in each piece of the tile.
func (w *worker) load(t *track, own []moment, shaped *shape) {
	class, number := w.classes[t.class], w.number[t.class]
	for class.end(number) <= w.tile[0].from {
		number++
	}
	first := max(0, number-t.offset)
	steps := w.steps[:max(0, min(len(w.tile), t.n-first))] // no piece has more than one
	if !t.exact {
		t.read(first, steps)
	}
	end := class.end(number)
	for k := range own {
		for ; end <= w.tile[k].from; end = class.end(number) {
			number++
		}
		now, at := &own[k], number-t.offset
		now.starts = float64(float64(number)*t.stepS) + class.phase
		switch {
		case at < 0 || at >= t.n:
			now.step = step{outside: true}
		case t.exact:
			now.step = step{}
		default:
			if now.step = steps[at-first]; shaped != nil {
				now.step.rps = shaped.rps[at]
			}
		}
	}
}
