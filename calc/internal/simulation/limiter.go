package simulation

import "math"

// A LimiterKind is an algorithm for limiting a rate. AWS does not publish its own.
type LimiterKind int

// The kinds of limiters.
const (
	Unlimited LimiterKind = iota
	Window                // counts requests in each second of the clock
	Sliding               // no interval of one second exceeds the limit
	Bucket                // a token bucket that holds one second's worth and refills evenly
)

// A limiter admits a given number of requests per second.
type limiter struct {
	kind   LimiterKind
	most   int
	count  int       // Window: requests in this second
	second float64   // Window
	passed []float64 // Sliding: when the last requests passed, a ring
	oldest int       // Sliding: index of the oldest in the ring
	tokens float64   // Bucket
	filled float64   // Bucket: when tokens was last updated
}

func newLimiter(kind LimiterKind, most int) limiter {
	l := limiter{kind: kind, most: most, tokens: float64(most)}
	if kind == Sliding {
		l.passed = make([]float64, most)
		for i := range l.passed {
			l.passed[i] = math.Inf(-1)
		}
	}
	return l
}

// open reports whether the limiter admits a request now.
func (l *limiter) open(now float64) bool {
	switch l.kind {
	case Window:
		if s := math.Floor(now); s != l.second {
			l.second, l.count = s, 0
		}
		return l.count < l.most
	case Sliding:
		return l.most > 0 && l.passed[l.oldest] <= now-1
	case Bucket:
		l.tokens = math.Min(float64(l.most), l.tokens+float64(l.most)*(now-l.filled))
		l.filled = now
		return l.tokens >= 1
	}
	return true
}

// pass counts an admitted request.
func (l *limiter) pass(now float64) {
	switch l.kind {
	case Window:
		l.count++
	case Sliding:
		l.passed[l.oldest] = now
		if l.oldest++; l.oldest == l.most {
			l.oldest = 0
		}
	case Bucket:
		l.tokens--
	}
}
