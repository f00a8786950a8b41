package calc

import "testing"

// TestPools checks the two limits of each kind of pool, and what happens to the excess.
func TestPools(t *testing.T) {
	for _, c := range []struct {
		name    string
		pool    Pool
		rate    Optional[float64] // of 100 units, requests per second
		refused Fate
	}{
		{"synchronous", Synchronous(100), Some(1000.0), Throttled},
		{"asynchronous", Asynchronous(100), Optional[float64]{}, Queued},
		{"provisioned", Provisioned(100), Some(1000.0), Spilled},
		{"sync", Sync.Pool(100), Some(1000.0), Throttled},
		{"async", Async.Pool(100), Optional[float64]{}, Queued},
	} {
		brief, long := c.pool.Ceiling(Some(50.0)), c.pool.Ceiling(Some(200.0))
		if brief.RateRPS != c.rate || c.pool.RateLimited() != c.rate.Known() || c.pool.Refused != c.refused {
			t.Errorf("%s: %+v, %+v", c.name, c.pool, brief)
		}
		if long.RPS != Some(500.0) || long.Binding != Some(LimitConcurrency) {
			t.Errorf("%s: %+v", c.name, long)
		}
	}
}

// TestUnitsFor checks that unitsFor is the inverse of Ceiling, also with several requests in an environment.
func TestUnitsFor(t *testing.T) {
	for _, pool := range []Pool{Synchronous(1), Asynchronous(1), Provisioned(1)} {
		for _, atOnce := range []int64{1, 2, 10} {
			for _, ms := range []float64{1, 99, 100, 101, 250, 900_000} {
				for _, rate := range []float64{0, 0.1, 9.99, 10, 10.01, 1234.5, 1e6} {
					pool.PerEnvironment = atOnce
					n := pool.unitsFor(rate, Some(ms))
					enough := pool
					enough.Units = n
					fewer := pool
					fewer.Units = n - 1
					if pool.RateLimited() {
						enough.RateRPS, fewer.RateRPS = rateLimit(n), rateLimit(n-1)
					}
					if got := enough.takes(rate, Some(ms)); got != rate {
						t.Errorf("%d units, %d at once, %v ms: %v of %v", n, atOnce, ms, got, rate)
					}
					if got := fewer.takes(rate, Some(ms)); n > 0 && got == rate {
						t.Errorf("%d units are enough for %v of %v ms", n-1, rate, ms)
					}
				}
			}
		}
	}
	if n := Asynchronous(1).unitsFor(100, Optional[float64]{}); n != 0 {
		t.Errorf("without a duration, nothing limits events, and %d units are asked for", n)
	}
}

// TestRefused checks what happens to the requests that no pool accepts.
func TestRefused(t *testing.T) {
	off := Some[int64](0)
	for _, c := range []struct {
		f    Function
		want Fate
	}{
		{Function{}, Throttled}, {Function{Mode: Sync}, Throttled}, {Function{Mode: Async}, Queued},
		{Function{Mode: Async, Reserved: off}, Throttled},
	} {
		if got := c.f.refused(); got != c.want {
			t.Errorf("%+v: %d, want %d", c.f, got, c.want)
		}
	}
}
