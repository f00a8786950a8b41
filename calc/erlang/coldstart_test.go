package erlang_test

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// TestColdStarts checks that the result is a share, that it falls with the time for which servers stay and with the
// number of servers that always do, and that an event simulation agrees.
func TestColdStarts(t *testing.T) {
	for _, load := range []float64{1e-3, 0.5, 1, 10, 99, 1700, 1e5} {
		last := 1.0
		for _, keep := range []float64{0, 1e-6, 0.1, 1, 30, 1000, 1e5, 1e9} {
			share := erlang.ColdStarts(load, keep, 0, 1e9)
			if !(share >= 0 && share <= last*(1+1e-7)+1e-10) {
				t.Errorf("load %v: %v for %v, %v for less", load, share, keep, last)
			}
			if more := erlang.ColdStarts(load, keep, math.Ceil(load), 1e9); more > share*(1+1e-7)+1e-10 {
				t.Errorf("load %v, %v: %v with servers that stay, %v without", load, keep, more, share)
			}
			last = share
		}
	}
	for _, c := range []struct {
		load, keep  float64
		stay, limit int
	}{
		{1, 2, 0, 1000}, {10, 5, 0, 1000}, {10, 30, 0, 1000}, {10, 5, 0, 12}, {3, 1, 0, 3}, {10, 2, 8, 1000}, {10, 2, 12, 16},
	} {
		share, deviation := simulateColdStarts(c.load, c.keep, c.stay, c.limit, 400_000)
		want := erlang.ColdStarts(c.load, c.keep, float64(c.stay), float64(c.limit))
		// With servers that always stay, the calculation is an upper bound.
		if share > want+4*deviation || c.stay == 0 && share < want-4*deviation {
			t.Errorf("load %v, kept for %v, %d of %d servers stay: simulated %v ± %v, calculated %v",
				c.load, c.keep, c.stay, c.limit, share, deviation, want)
		}
	}
}

// TestColdStartsLimited checks that, with a limit, the number of busy servers follows the truncated Poisson law. Where
// no server stays, every request that is not lost starts one.
func TestColdStartsLimited(t *testing.T) {
	for _, load := range []float64{0.01, 0.9, 12, 100, 5000, 1e6} {
		for _, limit := range []float64{1, 3, 12, 90, 100, 130, 5000, 9.9e5, 1.01e6} {
			got, want := erlang.ColdStarts(load, 1e-9, 0, limit), 1-erlang.B(limit, load)
			if math.Abs(got-want) > 1e-11+1.1e-9*load*want {
				t.Errorf("load %v, limit %v: %v, want %v", load, limit, got, want)
			}
		}
		outOfReach := math.Ceil(load + 20*math.Sqrt(load) + 20)
		all, got := erlang.ColdStarts(load, 100, 0, 1e9), erlang.ColdStarts(load, 100, 0, outOfReach)
		if !near(got, all, 1e-9) {
			t.Errorf("load %v: %v with a limit out of reach, %v without", load, got, all)
		}
	}
	if got := erlang.ColdStarts(10, 5, 7, 7); got != 0 {
		t.Errorf("%v cold starts where all servers always stay", got)
	}
}

// A busyServer is a server of the simulation with a request.
type busyServer struct {
	until float64
	stays bool
}

// simulateColdStarts runs requests through servers that leave after being idle for too long. Those that always stay are
// used first, then the one that became idle last. Requests beyond the limit of busy servers are lost. It returns the
// share of the requests that started a server, and its standard error over batches.
func simulateColdStarts(load, keep float64, stay, limit, requests int) (share, deviation float64) {
	random := rand.New(rand.NewPCG(7, 11))
	const batches = 40
	var free []float64 // when idle servers became idle, the latest last
	var busy []busyServer
	var shares [batches]float64
	now, staying := 0.0, 0 // staying counts the busy servers among those that always stay
	for i := -requests / 10; i < requests; i++ {
		now += random.ExpFloat64() / load
		for {
			first := -1
			for j := range busy {
				if busy[j].until <= now && (first < 0 || busy[j].until < busy[first].until) {
					first = j
				}
			}
			if first < 0 {
				break
			}
			if busy[first].stays {
				staying--
			} else {
				free = append(free, busy[first].until)
			}
			busy = append(busy[:first], busy[first+1:]...)
		}
		for len(free) > 0 && free[0] < now-keep {
			free = free[1:]
		}
		switch {
		case staying < stay:
			staying++
			busy = append(busy, busyServer{now + random.ExpFloat64(), true})
			continue
		case len(busy) >= limit:
			continue
		case len(free) > 0:
			free = free[:len(free)-1]
		case i >= 0:
			shares[i*batches/requests] += float64(batches) / float64(requests)
		}
		busy = append(busy, busyServer{now + random.ExpFloat64(), false})
	}
	for _, x := range shares {
		share += x / batches
	}
	for _, x := range shares {
		deviation += (x - share) * (x - share) / (batches * (batches - 1))
	}
	return share, math.Sqrt(deviation)
}

// TestFixedTalbot checks that the yardstick of BenchmarkColdStarts700 computes the same quantity.
func TestFixedTalbot(t *testing.T) {
	for _, load := range []float64{1, 30, 600} {
		if got, want := erlang.ColdStarts(load, 100, 0, 1e9), fixedTalbot(load, 100); !near(got, want, 1e-6) {
			t.Errorf("load %v: %v, by the textbook %v", load, got, want)
		}
	}
}

// fixedTalbot is the yardstick of BenchmarkColdStarts700: the textbook method, with sixteen complex nodes one after
// another, from the empty pool up.
func fixedTalbot(load, keepAlive float64) float64 {
	const nodes = 16
	r := 2 * nodes / (5 * keepAlive)
	transform := func(s complex128) complex128 {
		a, psi := complex(load, 0), s/(complex(load, 0)+s)
		weight, sum := math.Exp(-load), complex128(0)
		for k := 0.0; k < load+12*math.Sqrt(load); k++ {
			sum += complex(weight, 0) * psi
			weight *= load / (k + 1)
			up := complex(k+1, 0) * psi
			psi = (s + up) / (a + s + up)
		}
		return sum / s
	}
	share := 0.5 * math.Exp(r*keepAlive) * real(transform(complex(r, 0)))
	for k := 1; k < nodes; k++ {
		theta := float64(k) * math.Pi / nodes
		cot := 1 / math.Tan(theta)
		s := complex(r*theta*cot, r*theta)
		share += real(cmplx.Exp(s*complex(keepAlive, 0)) * transform(s) * complex(1, theta+(theta*cot-1)*cot))
	}
	return share * r / nodes
}
