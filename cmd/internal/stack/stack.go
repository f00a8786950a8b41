// Package stack makes the stack of the main goroutine grow once, before anything else is initialized. A stack starts
// small and doubles whenever it is full, which copies all of it: five times in a run of a few milliseconds. Since this
// package imports nothing, Go initializes it among the first.
package stack

// size is enough for a plan, bytes. The memory is only reserved: what no call reaches is never touched.
const size = 48 << 10

// Grown is what grow returns; as a variable of the package, it is set when the program starts.
var Grown = grow(false)

// grow has a frame of the size, for which Go makes room when grow is called. Nothing sets touched: to fill the frame
// would take longer than to copy a small one.
//
//go:noinline
func grow(touched bool) byte {
	if !touched {
		return 0
	}
	var frame [size]byte
	for i := range frame {
		frame[i] = byte(i)
	}
	return frame[len(frame)-1]
}
