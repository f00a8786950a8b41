package drain

import (
	"math"
	"sort"

	"github.com/lambdacap/lambdacap/calc/source"
)

// A piece is a time in which the rate at which messages are taken moves in a straight line.
type piece struct {
	t     float64 // when it starts, seconds
	rate  float64 // then, messages per second
	slope float64 // messages per second, each second
	taken float64 // messages before it
}

// A curve is what pollers take over time if there is always a backlog. The rate never falls, and at last it stays.
type curve []piece

// smooth returns the curve of pollers that grow all the time.
func smooth(p source.Pace) curve {
	rate, slope := float64(p.PerUnitRPS*p.Start), float64(p.PerUnitRPS*p.PerS)
	if !(slope > 0) || rate >= p.TopRPS {
		return curve{{rate: p.TopRPS}}
	}
	ends := (p.TopRPS - rate) / slope
	return curve{{rate: rate, slope: slope}, {t: ends, rate: p.TopRPS, taken: float64((rate + p.TopRPS) / 2 * ends)}}
}

// stepped returns the curve of pollers that grow once a minute.
func stepped(p source.Pace) (c curve) {
	if p.PerMinute == 0 {
		return smooth(p)
	}
	taken := 0.0
	for n := 0.0; ; n++ {
		rate := math.Min(p.TopRPS, float64(p.PerUnitRPS*(p.Start+float64(n*p.PerMinute))))
		c = append(c, piece{t: n * minute, rate: rate, taken: taken})
		if rate >= p.TopRPS {
			return c
		}
		taken += float64(rate * minute)
	}
}

// at returns the piece that a time is in.
func (c curve) at(t float64) *piece {
	return &c[max(0, sort.Search(len(c), func(i int) bool { return c[i].t > t })-1)]
}

// rate returns the messages per second at a time.
func (c curve) rate(t float64) float64 {
	p := c.at(t)
	return p.rate + float64(p.slope*(t-p.t))
}

// taken returns the messages up to a time.
func (c curve) taken(t float64) float64 {
	p := c.at(t)
	x := t - p.t
	return p.taken + float64(x*(p.rate+float64(p.slope*x/2)))
}

// reaches returns when the rate reaches another one, seconds; +Inf if it never does.
func (c curve) reaches(rate float64) float64 {
	for i := range c {
		p := &c[i]
		if p.rate >= rate {
			return p.t
		}
		if end := c.end(i); p.slope > 0 && p.t+(rate-p.rate)/p.slope < end {
			return p.t + (rate-p.rate)/p.slope
		}
	}
	return math.Inf(1)
}

// end is when a piece ends, seconds.
func (c curve) end(i int) float64 {
	if i+1 < len(c) {
		return c[i+1].t
	}
	return math.Inf(1)
}

// net returns what is taken less what arrives up to a time.
func (c curve) net(t, rps float64) float64 { return c.taken(t) - float64(rps*t) }

// rises returns when taken - rps t reaches a value for good, seconds. After from it only rises, and there it is not
// above the value. The last rate must be above rps.
func (c curve) rises(from, rps, value float64) float64 {
	for i := range c {
		end := c.end(i)
		if end <= from || c.net(end, rps) < value && !math.IsInf(end, 1) {
			continue
		}
		p := &c[i]
		start := math.Max(p.t, from)
		n, missing := math.Max(0, c.rate(start)-rps), value-c.net(start, rps)
		if missing <= 0 {
			return start
		}
		// n x + slope x²/2 = missing
		root := math.Sqrt(float64(n*n) + float64(2*p.slope*missing))
		return math.Min(end, start+2*missing/(n+root))
	}
	return math.Inf(1)
}

// falls returns when taken - rps t first falls to a value, seconds, from a time on; +Inf if it never does.
func (c curve) falls(from, rps, value float64) float64 {
	if c.net(from, rps) <= value {
		return from
	}
	for i := range c {
		end := c.end(i)
		if end <= from {
			continue
		}
		p := &c[i]
		start := math.Max(p.t, from)
		n, over := rps-c.rate(start), c.net(start, rps)-value
		if n <= 0 {
			break // it rises from here on
		}
		// n x - slope x²/2 = over
		square := float64(n*n) - float64(2*p.slope*over)
		if square < 0 {
			continue
		}
		if t := start + 2*over/(n+math.Sqrt(square)); t <= end {
			return t
		}
	}
	return math.Inf(1)
}
