package erlang_test

import (
	"math"
	"testing"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// TestRetrying compares with the carried load: refused requests are retried until all of it is served.
func TestRetrying(t *testing.T) {
	for _, servers := range []float64{1, 3, 10, 100, 5000} {
		for _, share := range []float64{1e-3, 0.1, 0.5, 0.9, 0.99, 0.999, 1 - 1e-6, 1, 1.001, 2} {
			load := share * servers
			calls := 0
			b, ok := erlang.Retrying(func(b float64) float64 {
				calls++
				if attempts := load / (1 - b); attempts > 1e8 { // the servers are always busy
					return 1 - servers/attempts
				}
				return erlang.B(servers, load/(1-b))
			})
			if ok != (share < 1) {
				t.Errorf("load %v on %v servers: %v, %v", load, servers, b, ok)
			}
			if !ok {
				continue
			}
			if want := erlang.B(servers, load/(1-b)); math.Abs(b-want) > 1e-12*want+1e-12 {
				t.Errorf("load %v on %v servers: %v are refused, of these attempts %v", load, servers, b, want)
			}
			// It is the smallest root: the iteration that starts at 0 rises to it.
			least := 0.0
			for range 20_000 {
				least = erlang.B(servers, load/(1-least))
			}
			if math.Abs(b-least) > 1e-10 && share < 0.9999 {
				t.Errorf("load %v on %v servers: %v, by iteration %v", load, servers, b, least)
			}
			if calls > 25 {
				t.Errorf("load %v on %v servers: %d calls", load, servers, calls)
			}
		}
	}
}
