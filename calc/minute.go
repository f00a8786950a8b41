package calc

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/elementary"
	"github.com/lambdacap/lambdacap/calc/erlang"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// OnTheMinute says that a part of a function's requests comes at the start of every minute, as those of cron jobs and
// EventBridge schedules do. The others come evenly over the whole minute.
//
// Within the minute, the load is that of a pool without a limit:
//
//	dm/dt = λ(t) - m/d,  m(60 s) = m(0)
//	λ(t)  = λ (1 - s) + λ s 60/w for t < w, λ (1 - s) after that
//
// where
//
//	λ = mean rate, requests per second
//	d = mean duration, seconds
//	s = Share
//	w = WithinS
//
// What arrives at t finds a pool full as it does in Chance with the load a = m(t), and every share is the mean over the
// requests of the minute: the integral of λ(t) B(N, m(t)) over 60 s, divided by 60 λ. Quantiles are those of the
// distribution over the time of the minute. Durations are exponential. Events that are refused come back evenly over
// the minute, since Lambda waits from a second to five minutes before it tries again; what is queued is a share of the
// attempts. A rate limit counts the requests of each whole second. In a pool that several functions share, all minutes
// start together.
//
// The approximation is at most 15 % below the shares of a simulation if requests last up to a tenth of w. From half of
// w on, it may be up to 5 times too low: a full pool stays full for about d, which the law does not know.
//
// Source: D. L. Jagerman, "Nonstationary blocking in telephone traffic", Bell System Technical Journal 54 (1975),
// 625-661: the modified offered load.
type OnTheMinute struct {
	// Share is the part of each minute's requests that comes at its start, 0 to 1.
	Share float64 `json:"share_ratio"`
	// WithinS is in what time it comes, evenly from the full minute on, seconds, 0.001 to 60.
	WithinS float64 `json:"within_s"`
}

// String returns the part of the requests and its time in words: 30% within 2s of the full minute.
func (m OnTheMinute) String() string {
	return fmt.Sprintf("%s within %s of the full minute", quantity.FormatShare(m.Share),
		quantity.FormatDuration(m.WithinS*1000))
}

// ParseOnTheMinute reads a share of each minute's requests and the time in which it comes, such as 30%:2s.
func ParseOnTheMinute(text string) (m OnTheMinute, err error) {
	share, within, ok := strings.Cut(text, ":")
	if !ok || share == "" || within == "" {
		return m, &quantity.ValueError{Text: text, Problem: "is not a SHARE:DURATION", Legal: legalOnTheMinute}
	}
	if m.Share, err = quantity.ParsePercent(strings.TrimSpace(share)); err != nil {
		return m, err
	}
	m.WithinS, err = ParseMinuteSeconds(strings.TrimSpace(within))
	return m, err
}

// legalOnTheMinute describes a share on the minute in messages.
const legalOnTheMinute = "a share and the time in which it comes, such as 30%:2s"

// ParseMinuteSeconds reads the time in which a share of each minute's requests comes, and returns seconds.
func ParseMinuteSeconds(text string) (float64, error) {
	ms, err := quantity.ParseDuration(text)
	if err != nil {
		return 0, err
	}
	if s := ms / 1000; quantity.MinuteSeconds.Contains(s) {
		return s, nil
	}
	return 0, &quantity.ValueError{Text: text, Problem: "is out of range", Legal: quantity.MinuteSeconds.Legal}
}

// minuteS is the length of a minute, seconds.
const minuteS = 60

// mostAtOnce is the largest share that is computed. The rest keeps the rate above 0 all the time.
const mostAtOnce = 1 - 1e-9

// uneven reports whether the rate changes within the minute.
func (m OnTheMinute) uneven() bool { return m.Share > 0 && m.WithinS < minuteS }

// peak returns how far the rate of the first seconds is above the others', in mean rates.
func (m OnTheMinute) peak() float64 { return m.Share * minuteS / m.WithinS }

// intensity returns the rate at a second of the minute, in mean rates.
func (m OnTheMinute) intensity(second float64) float64 {
	if second < m.WithinS {
		return 1 - m.Share + m.peak()
	}
	return 1 - m.Share
}

// counted returns the requests of the whole second around a second of the minute, in mean rates.
func (m OnTheMinute) counted(second float64) float64 {
	return 1 - m.Share + float64(m.peak()*math.Min(1, math.Max(0, m.WithinS-math.Floor(second))))
}

// busy returns the load at a second of the minute for requests of a mean duration, seconds, in mean loads: the periodic
// solution of dm/dt = λ(t) - m/d.
func (m OnTheMinute) busy(second, duration float64) float64 {
	w := m.WithinS
	rise, rest := risen(w/duration), elementary.Exp(-(minuteS-w)/duration)
	whole := risen(minuteS / duration)
	if second >= w {
		return 1 - m.Share + float64(m.peak()*rise/whole*elementary.Exp(-(second-w)/duration))
	}
	start := rest * rise / whole // of the peak, left at the start of the minute
	return 1 - m.Share + float64(m.peak()*(start+float64((1-start)*risen(second/duration))))
}

// risen returns 1 - exp(-x) with all its digits, for x >= 0.
func risen(x float64) float64 {
	if x > 0.5 {
		return 1 - elementary.Exp(-x)
	}
	sum, term := 0.0, x
	for k := 2.0; sum+term != sum; k++ {
		sum += term
		term *= -x / k
	}
	return sum
}

// jumps lists the seconds of the minute at which the rate jumps. With a rate limit, so does the number of requests of a
// whole second.
func (m OnTheMinute) jumps(limited bool) []float64 {
	list := []float64{0, m.WithinS}
	if limited {
		list = append(list, math.Floor(m.WithinS), math.Ceil(m.WithinS))
	}
	return list
}

// at returns the traffic at a second of the minute.
func (t traffic) at(second float64) traffic {
	m := t.minute
	t.minute = OnTheMinute{}
	if !m.uneven() || t.rate == 0 {
		return t
	}
	counted := m.counted(second)
	t.rate *= counted
	t.swell = m.busy(second, t.seconds)/counted - 1
	return t
}

// A panel is a part of a minute in which everything changes smoothly. If it is flat, nothing changes any more.
type panel struct {
	from, to float64 // seconds
	flat     bool
}

// panels divides a minute at the jumps, and after each jump into parts that grow with the durations. The jumps and the
// durations are in seconds.
func panels(jumps, durations []float64) (list []panel) {
	var offsets []float64
	for _, d := range durations {
		offsets = append(offsets, d, 3*d, 8*d, settled*d)
	}
	slices.Sort(offsets)
	still := settled * slices.Max(durations)
	jumps = append(slices.Clone(jumps), 0, minuteS)
	slices.Sort(jumps)
	jumps = slices.Compact(jumps)
	for i, jump := range jumps[:len(jumps)-1] {
		next, from := jumps[i+1], jump
		for _, offset := range offsets {
			to := jump + offset
			if to >= next || from > jump && to-jump < 1.5*(from-jump) && offset < still {
				continue
			}
			if to > from {
				list = append(list, panel{from: from, to: to})
				from = to
			}
		}
		list = append(list, panel{from, next, from-jump >= still*(1-tolerance)})
	}
	return list
}

// settled is the number of mean durations after which the load has followed a jump of the rate to the last digit.
const settled = 40

// The nodes and weights of Gauss-Kronrod quadrature with 7 and 15 points on -1 to 1, for the nodes from 0 on. Every
// second node, from the first on, is one of the 7 points. Source: R. Piessens et al., "QUADPACK" (1983).
var (
	kronrodNodes = [8]float64{0, 0.207784955007898467600689403773245, 0.405845151377397166906606412076961,
		0.586087235467691130294144691258070, 0.741531185599394439863864773280788, 0.864864423359769072789712788640926,
		0.949107912342758524526189684047851, 0.991455371120812639206854697526329}
	kronrodWeights = [8]float64{0.209482141084727828012999174891714, 0.204432940075298892414161999234649,
		0.190350578064785409913256402421014, 0.169004726639267902826583426598550, 0.140653259715525918745189590510238,
		0.104790010322250183839876322541518, 0.063092092629978553290700663189204, 0.022935322010529224963732008058970}
	gaussWeights = [4]float64{0.417959183673469387755102040816327, 0.381830050505118944950369775488975,
		0.279705391489276667901467771423780, 0.129484966168869693270611432679082}
)

// quadrature returns the integral of a function over a panel, and how far that may be off.
func (p panel) quadrature(of func(second float64) float64) (sum, doubt float64) {
	if p.flat {
		return (p.to - p.from) * of(p.from+float64((p.to-p.from)/2)), 0
	}
	half := float64((p.to - p.from) / 2)
	center, rough := p.from+half, 0.0
	for i, node := range kronrodNodes {
		y := of(center + float64(half*node))
		if i > 0 {
			y += of(center - float64(half*node))
		}
		sum += float64(kronrodWeights[i] * y)
		if i%2 == 0 {
			rough += float64(gaussWeights[i/2] * y)
		}
	}
	return half * sum, math.Abs(half * (sum - rough))
}

// minuteWork is about how many moments of the minute an integral over it looks at.
const minuteWork = 100

// minutePrecision is the relative error of an integral over a minute.
const minutePrecision = 1e-7

// integral returns the integral of a function over some panels. It halves those that are not precise enough.
func integral(list []panel, of func(second float64) float64) float64 {
	const halvings = 40
	type part struct {
		panel
		sum, doubt float64
		halved     int
	}
	var parts []part
	total := 0.0
	for _, p := range list {
		x := part{panel: p}
		x.sum, x.doubt = p.quadrature(of)
		total += x.sum
		parts = append(parts, x)
	}
	sum := 0.0
	for len(parts) > 0 {
		x := parts[len(parts)-1]
		parts = parts[:len(parts)-1]
		if x.doubt <= minutePrecision*math.Abs(total) || x.halved == halvings {
			sum += x.sum
			continue
		}
		mid := x.from + float64((x.to-x.from)/2)
		for _, p := range []panel{{from: x.from, to: mid}, {from: mid, to: x.to}} {
			y := part{panel: p, halved: x.halved + 1}
			y.sum, y.doubt = p.quadrature(of)
			parts = append(parts, y)
		}
	}
	return sum
}

// overMinute returns the mean of a share over the requests of a minute.
func (t traffic) overMinute(share func(moment traffic) float64) float64 {
	m := t.minute
	list := panels(m.jumps(t.brief()), []float64{t.seconds})
	return math.Min(1, integral(list, func(second float64) float64 {
		return m.intensity(second) / minuteS * share(t.at(second))
	}))
}

// minuteQuantile is quantile, over the time of the minute.
func (t traffic) minuteQuantile(p float64) int64 {
	type part struct{ load, share float64 }
	var parts []part
	for _, x := range momentsOf(panels(t.minute.jumps(false), []float64{t.seconds})) {
		at := t.at(x.second)
		parts = append(parts, part{at.load(), x.length / minuteS})
	}
	return fewestUnits(t.at(0).quantile(p), func(n int64) bool {
		above := 0.0
		for _, x := range parts {
			above += float64(x.share * erlang.BatchSurvival(x.load, t.peakedness, n))
		}
		return above <= 1-p
	}).Or(searchedUnits)
}

// A minuteMoment stands for a part of a minute.
type minuteMoment struct{ second, length float64 }

// momentsOf returns the moments at which a function of the minute is known well enough to integrate it: the sum of its
// values times the lengths.
func momentsOf(list []panel) (all []minuteMoment) {
	for _, p := range list {
		half := float64((p.to - p.from) / 2)
		center := p.from + half
		if p.flat {
			all = append(all, minuteMoment{center, p.to - p.from})
			continue
		}
		for i, weight := range gaussWeights {
			node := float64(half * kronrodNodes[2*i])
			all = append(all, minuteMoment{center + node, float64(half * weight)})
			if i > 0 {
				all = append(all, minuteMoment{center - node, float64(half * weight)})
			}
		}
	}
	slices.SortFunc(all, func(x, y minuteMoment) int { return cmp.Compare(x.second, y.second) })
	return all
}
