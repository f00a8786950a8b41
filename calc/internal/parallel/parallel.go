// Package parallel uses all processors for work on many items.
package parallel

import (
	"runtime"
	"sync"
)

// Each calls work for 0 to n-1, using all processors, but no more goroutines than there are parts of least items. The
// calls run concurrently and must not share mutable state.
func Each(n, least int, work func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n/least)
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
