// Package parallel uses all processors for work on many items.
package parallel

import (
	"runtime"
	"sync"
)

// Each calls work for 0 to n-1, using all processors, but no more goroutines than there are parts of least items. The
// calls run concurrently and must not share mutable state.
func Each(n, least int, work func(i int)) {
	workers := max(1, min(runtime.GOMAXPROCS(0), n/least))
	share := func(w int) {
		for i := w; i < n; i += workers { // neighbours take about equally long, so this balances the work
			work(i)
		}
	}
	var wait sync.WaitGroup
	for w := 1; w < workers; w++ {
		wait.Go(func() { share(w) })
	}
	share(0)
	wait.Wait()
}
