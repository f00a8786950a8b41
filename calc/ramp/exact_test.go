package ramp_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/ramp"
)

// A fraction does arithmetic without rounding.
type fraction struct{ *big.Rat }

func whole(n int64) fraction                 { return fraction{big.NewRat(n, 1)} }
func (x fraction) plus(y fraction) fraction  { return fraction{new(big.Rat).Add(x.Rat, y.Rat)} }
func (x fraction) minus(y fraction) fraction { return fraction{new(big.Rat).Sub(x.Rat, y.Rat)} }
func (x fraction) times(y fraction) fraction { return fraction{new(big.Rat).Mul(x.Rat, y.Rat)} }
func (x fraction) over(y fraction) fraction  { return fraction{new(big.Rat).Quo(x.Rat, y.Rat)} }
func (x fraction) below(y fraction) bool     { return x.Cmp(y.Rat) < 0 }
func (x fraction) float() float64            { f, _ := x.Float64(); return f }
func least(x, y fraction) fraction {
	if y.below(x) {
		return y
	}
	return x
}
func most(x, y fraction) fraction {
	if x.below(y) {
		return y
	}
	return x
}

// A corner is a point of a line of fractions.
type corner struct{ t, y fraction }

// clipped returns a line with corners where it passes two levels, and with the levels as its bounds.
func clipped(from, to corner, low, high fraction) []corner {
	slope := to.y.minus(from.y).over(to.t.minus(from.t))
	line := []corner{from}
	var cuts []fraction
	for _, level := range []fraction{low, high} {
		if slope.Sign() != 0 {
			t := from.t.plus(level.minus(from.y).over(slope))
			if from.t.below(t) && t.below(to.t) {
				cuts = append(cuts, t)
			}
		}
	}
	if len(cuts) == 2 && cuts[1].below(cuts[0]) {
		cuts[0], cuts[1] = cuts[1], cuts[0]
	}
	for _, t := range cuts {
		line = append(line, corner{t, from.y.plus(slope.times(t.minus(from.t)))})
	}
	line = append(line, to)
	for i := range line {
		line[i].y = least(high, most(low, line[i].y))
	}
	return line
}

// shapedExactly returns what a token bucket of 1000 and 100 a second leaves of a demand, and the refused unit-seconds.
// It is the definition of the bucket, with fractions: what is beyond the environments that have ever been used takes
// tokens.
func shapedExactly(demand [][]corner, warm fraction) (refused fraction) {
	have, tokens, refused := warm, whole(1000), whole(0)
	hundred := whole(100)
	for _, line := range demand {
		if missing := line[0].y.minus(have); missing.Sign() > 0 {
			taken := least(missing, tokens)
			have, tokens = have.plus(taken), tokens.minus(taken)
		}
		for i := 1; i < len(line); i++ {
			t, y := line[i-1].t, line[i-1].y
			slope := line[i].y.minus(y).over(line[i].t.minus(t))
			for t.below(line[i].t) {
				rest := line[i].t.minus(t)
				gap := y.minus(have) // what is missing
				switch {
				case gap.Sign() > 0 || gap.Sign() == 0 && tokens.Sign() == 0 && hundred.below(slope):
					if closing := hundred.minus(slope); closing.Sign() > 0 {
						rest = least(rest, gap.over(closing))
					}
					have = have.plus(hundred.times(rest))
					after := y.plus(slope.times(rest)).minus(have)
					refused = refused.plus(gap.plus(after).times(rest).over(whole(2)))
				case gap.Sign() == 0 && slope.Sign() > 0:
					if hundred.below(slope) {
						rest = least(rest, tokens.over(slope.minus(hundred)))
					}
					have = have.plus(slope.times(rest))
					tokens = least(whole(1000), tokens.plus(hundred.minus(slope).times(rest)))
				default:
					if slope.Sign() > 0 {
						rest = least(rest, have.minus(y).over(slope))
					}
					tokens = least(whole(1000), tokens.plus(hundred.times(rest)))
				}
				t, y = t.plus(rest), y.plus(slope.times(rest))
			}
		}
	}
	return refused
}

// TestExact compares random shapes with the same law in fractions.
func TestExact(t *testing.T) {
	if testing.Short() { // it shares nothing between goroutines, and takes long with the race detector
		t.Skip("a long simulation")
	}
	random := rand.New(rand.NewPCG(13, 1))
	refusing := 0
	for range 3000 {
		durationMS := []float64{1000, 500, 100, 20, 4000}[random.IntN(5)]
		carries := []int64{4, 8, 40, 40, 1}[map[float64]int{1000: 0, 500: 1, 100: 2, 20: 3, 4000: 4}[durationMS]]
		kappa := whole(carries).over(whole(4))
		f := function(durationMS)
		f.Provisioned = random.Int64N(3) * random.Int64N(2000)
		f.Reserved = calc.Some(f.Provisioned + 200 + random.Int64N(12_000))
		var load ramp.Load
		at := 0.0
		for range 2 + random.IntN(5) {
			load.Shape = append(load.Shape, ramp.Point{TS: at, RPS: float64(random.IntN(int(3000 * carries)))})
			at += float64(random.IntN(20)) / 4
		}
		const end = 120
		first := whole(int64(load.Shape[0].RPS)).over(kappa).minus(whole(f.Provisioned))
		var demand [][]corner
		capacity := whole(0)
		room := whole(f.Reserved.Or(0) - f.Provisioned)
		points := append(load.Shape, ramp.Point{TS: end, RPS: load.Shape[len(load.Shape)-1].RPS})
		for i := 1; i < len(points); i++ {
			if points[i].TS == points[i-1].TS {
				continue
			}
			ends := [2]corner{}
			for k := range ends {
				p := points[i-1+k]
				ends[k] = corner{whole(int64(p.TS * 4)).over(whole(4)),
					whole(int64(p.RPS)).over(kappa).minus(whole(f.Provisioned))}
			}
			demand = append(demand, clipped(ends[0], ends[1], whole(0), room))
			beyond := clipped(ends[0], ends[1], room, whole(1_000_000_000))
			for k := 1; k < len(beyond); k++ {
				mean := beyond[k].y.plus(beyond[k-1].y).over(whole(2)).minus(room)
				capacity = capacity.plus(mean.times(beyond[k].t.minus(beyond[k-1].t)))
			}
		}
		want := shapedExactly(demand, most(whole(0), first)).times(kappa).float()
		got := of(t, 100_000, rated(f), load, end)
		scale := got.Requests + 1
		if math.Abs(got.ThrottledScalingRequests-want) > 1e-12*scale {
			t.Fatalf("%v ms, %d of %d provisioned, %v: %v refused by the rate, want %v",
				durationMS, f.Provisioned, f.Reserved.Or(0), load.Shape, got.ThrottledScalingRequests, want)
		}
		if size := capacity.times(kappa).float(); math.Abs(got.ThrottledCapacityRequests-size) > 1e-12*scale {
			t.Fatalf("%v ms, %d of %d provisioned, %v: %v refused by the size, want %v",
				durationMS, f.Provisioned, f.Reserved.Or(0), load.Shape, got.ThrottledCapacityRequests, size)
		}
		if want > 0 {
			refusing++
		}
	}
	if refusing < 300 {
		t.Errorf("%d shapes refuse anything", refusing)
	}
}

// rated gives a function a rate, which its shape replaces.
func rated(f calc.Function) calc.Function {
	f.RPS = calc.Some(1.0)
	return f
}

// TestKeepAlive compares shapes whose environments go cold with a run in small steps.
func TestKeepAlive(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 2))
	second := 0
	for range 16 {
		load := ramp.Load{}
		at := 0.0
		for range 6 {
			load.Shape = append(load.Shape, ramp.Point{TS: at, RPS: float64(random.IntN(6000))})
			at += float64(random.IntN(40))
		}
		keepS := 5 + float64(random.IntN(60))
		f := rated(function(1000))
		r, err := ramp.Of(calc.Account{Concurrency: large, KeepAliveMS: calc.Some(keepS * 1000),
			Functions: []calc.Function{f}}, ramp.Options{Loads: []ramp.Load{load}, ForS: calc.Some(300.0)})
		if err != nil {
			t.Fatal(err)
		}
		got := r.Functions[0]
		want := inSteps(load.Shape, keepS, float64(len(got.Seconds)))
		if math.Abs(got.ThrottledRequests-want) > 2e-2*want+300 {
			t.Errorf("%v, kept %v s: %v refused, want about %v", load.Shape, keepS, got.ThrottledRequests, want)
		}
		if kept := of(t, large, f, load, 300); got.ThrottledRequests > kept.ThrottledRequests+1 {
			second++
		}
	}
	if second < 3 {
		t.Errorf("only %d shapes lose environments that they need again", second)
	}
}

// inSteps is the law in steps of 50 ms, for requests of one second.
func inSteps(shape []ramp.Point, keepS, end float64) (refused float64) {
	const h = 0.05
	tokens, used := 1000.0, []float64{}
	var have float64
	for n := 0; float64(n)*h < end; n++ {
		at := float64(n) * h
		want := shape[len(shape)-1].RPS
		for i := 1; i < len(shape); i++ {
			if p, q := shape[i-1], shape[i]; at >= p.TS && at < q.TS {
				want = p.RPS + (q.RPS-p.RPS)*(at-p.TS)/(q.TS-p.TS)
			}
		}
		have = 0
		kept := int(keepS / h)
		if n < kept {
			have = shape[0].RPS
		}
		for _, u := range used[max(0, n-kept):] {
			have = math.Max(have, u)
		}
		if missing := want - have; missing > 0 {
			taken := math.Min(missing, tokens)
			have, tokens = have+taken, tokens-taken
		}
		refused += math.Max(0, want-have) * h
		tokens = math.Min(1000, tokens+100*h)
		used = append(used, math.Min(want, have))
	}
	return refused
}
