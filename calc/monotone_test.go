package calc_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

// crowd returns a random account whose functions share unreserved units: short and long, bursty, asynchronous, with and
// without provisioned concurrency. The quota is their total provisioned concurrency.
func crowd(r *rand.Rand, async bool) (a calc.Account, load float64) {
	a.UnreservedFloor = units(0)
	short, bursty := r.IntN(3), r.IntN(2) == 0
	for i := range 2 + r.IntN(3) {
		f := calc.Function{Name: fmt.Sprint("f", i)}
		d := math.Exp(r.Float64()*3 + 4.7) // from 110 ms to 2.2 s
		if short == 0 || short == 1 && r.IntN(2) == 0 {
			d = math.Exp(r.Float64() * 5)
		}
		own := math.Exp(r.Float64()*10 - 4)
		if load += own * math.Max(1, 100/d); r.IntN(2) == 0 {
			f.Provisioned = int64(own * r.Float64() * 1.6 * math.Max(1, 100/d*r.Float64()))
		}
		f.RPS, f.DurationMS = rps(own/d*1000), ms(d)
		if bursty {
			f.Peakedness = calc.Some(1 + r.Float64()*20)
		}
		if async && r.IntN(3) == 0 {
			f.Mode = calc.Async
		}
		a.Concurrency += f.Provisioned
		a.Functions = append(a.Functions, f)
	}
	return a, load
}

// TestMoreUnreserved checks that more unreserved units never lose more, neither of one function nor of all requests,
// whatever arrives and whichever limit binds. It allows a relative error of 1e-7: where a fixed point is about to
// vanish, half of its digits are lost.
func TestMoreUnreserved(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 2))
	for i := range 5000 {
		a, load := crowd(r, i%2 == 0)
		lost := func(unreserved int64) (shares []float64) {
			b := a
			b.Concurrency += unreserved
			sum, rate := 0.0, 0.0
			for _, f := range spillWith(t, b, calc.SpillOptions{Chance: true}).Functions {
				x := f.Chance.Or(calc.Chance{})
				share := x.ThrottledRatio.Or(x.QueuedRatio.Or(-1))
				shares = append(shares, share)
				sum, rate = sum+share*f.RPS, rate+f.RPS
			}
			return append(shares, sum/rate)
		}
		unreserved := 1 + int64(r.Float64()*r.Float64()*2*load)
		before := lost(unreserved)
		for _, more := range []int64{1, 1 + unreserved/20} {
			for j, share := range lost(unreserved + more) {
				if !(share >= 0 && share <= before[j]*(1+1e-7)+1e-13) {
					t.Errorf("%d of %d: %g are lost with %d unreserved units, %g with %d more: %+v",
						j, len(a.Functions), before[j], unreserved, share, more, a.Functions)
				}
			}
		}
	}
}
