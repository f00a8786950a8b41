package calc

import (
	"runtime"
	"sync"
)

// parallelFrom is the minimum number of items per goroutine. Starting a goroutine costs a fraction of an item.
const parallelFrom = 16

// each calls work for 0 to n-1, using all processors. The calls run concurrently and must not share mutable state.
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
			for i := w; i < n; i += workers { // neighbours take about equally long, so this balances the work
				work(i)
			}
		})
	}
	wait.Wait()
}
