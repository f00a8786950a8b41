package simulation

import "math"

// A LimiterKind is a way to limit a rate. AWS does not publish its own.
type LimiterKind int

// The kinds of limiters.
const (
	Unlimited LimiterKind = iota
	Window                // counts in each second of the clock
	Sliding               // no second, wherever it begins, has more than the limit
	Bucket                // holds tokens for one second, which fill up evenly
)

// A limiter lets a number of requests through in a second.
type limiter struct {
	kind   LimiterKind
	most   int
	count  int       // Window: requests in this second
	second float64   // Window
	passed []float64 // Sliding: when the last requests passed, a ring
	oldest int       // Sliding: in the ring
	tokens float64   // Bucket
	filled float64   // Bucket: when the tokens were counted
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

// open reports whether a request may pass.
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

// pass counts a request for which the limiter was open.
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
