package traffic

import "slices"

// places say where the values of some times are in the files. Values that follow each other in a file usually do so in
// time, so that few runs say where each of millions of values is.
type places struct {
	runs []run
	last run // after them
}

// A run is where values at equal distances are, in time and in the file.
type run struct {
	source, n    int32
	time, stride int32 // seconds; there are fewer since 1970 than an int32 counts
	at, atStride int64
}

// maxRuns is how many runs are kept. Where values beyond them are is not known.
const maxRuns = 1000

// note notes where the value of a time, seconds, is in a file.
func (p *places) note(s *source, t, at int64) {
	source, time, last := int32(s.index), int32(t), &p.last
	if last.source == source && last.n == 1 {
		last.stride, last.atStride = time-last.time, at-last.at
	}
	switch {
	case last.n > 0 && last.source == source && time == last.time+last.n*last.stride &&
		at == last.at+int64(last.n)*last.atStride:
		last.n++
		return
	case len(p.runs) == maxRuns-1:
		return
	case last.n > 0:
		if len(p.runs) == cap(p.runs) { // by more than append does, which leaves more memory behind
			p.runs = slices.Grow(p.runs, min(8+3*len(p.runs), maxRuns-len(p.runs)))
		}
		p.runs = append(p.runs, *last)
	}
	*last = run{source: source, time: time, at: at, n: 1}
}

// find returns the file that has the value of a time, and where. ok is false if that is not known.
func (p *places) find(t int64) (source int, at int64, ok bool) {
	time := int32(t)
	for _, run := range append(slices.Clip(p.runs), p.last) {
		k := int32(0)
		if run.stride != 0 {
			k = (time - run.time) / run.stride
		}
		if k >= 0 && k < run.n && run.time+k*run.stride == time {
			return int(run.source), run.at + int64(k)*run.atStride, true
		}
	}
	return 0, 0, false
}
