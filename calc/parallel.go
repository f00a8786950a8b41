package calc

import (
	"runtime"
	"sync"
)

// parallelFrom is the least number of pieces per goroutine: starting one costs as much as a fraction of a piece.
const parallelFrom = 16

// each calls work for 0 to n-1, on all processors. A call must not touch what another one does.
func each(n int, work func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n/parallelFrom)
	if workers < 2 {
		for i := range n {
			work(i)
		}
		return
	}
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for i := w; i < n; i += workers { // neighbours are alike, so this divides the work fairly
				work(i)
			}
		})
	}
	wait.Wait()
}
