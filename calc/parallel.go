package calc

import "github.com/lambdacap/lambdacap/calc/internal/parallel"

// parallelFrom is the minimum number of items per goroutine. Starting a goroutine costs a fraction of an item.
const parallelFrom = 16

// each calls work for 0 to n-1, using all processors. The calls run concurrently and must not share mutable state.
func each(n int, work func(i int)) { parallel.Each(n, parallelFrom, work) }
