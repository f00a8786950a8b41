package traffic

import (
	"bytes"
	"math"

	"github.com/lambdacap/lambdacap/calc/aws"
)

// plainCells are the cells of a row that are numbers, by their role; NaN for an empty one.
type plainCells [countCell + 1]float64

// The cells of a row.
const (
	throttledCell = iota
	durationCell
	countCell
	functionCell
	timeCell
)

// cellsOf says which cell each column has. It returns nil for a table in which rows have more than that.
func (p *plainColumns) cellsOf() []int {
	cells := make([]int, len(p.header))
	n := 0
	for cell, column := range []int{throttledCell: p.throttled, durationCell: p.duration, countCell: p.count,
		functionCell: p.function, timeCell: p.time} {
		if column >= 0 {
			cells[column] = cell
			n++
		}
	}
	if n != len(cells) || p.spare != "" || p.delim == ';' {
		return nil
	}
	return cells
}

// simple reads the rows that follow in the buffer, up to one that is not simple: one with quotes or space, a function
// that is new, a time without a zone, a number of another form. Of the others it makes what row makes, much faster.
func (p *plainReader) simple() (err error) {
	text, _ := p.s.in.Peek(p.s.in.Buffered()) // which are there
	rest := text
	for err == nil {
		more, ok := p.simpleRow(rest)
		if !ok {
			break
		}
		rest, err = more, p.r.Stop()
	}
	p.s.in.Discard(len(text) - len(rest)) //nolint:errcheck // they are there
	return err
}

// simpleRow reads a row at the start of a text, and returns what follows. If ok is false, nothing was read.
func (p *plainReader) simpleRow(b []byte) (rest []byte, ok bool) {
	var numbers plainCells
	s := p.now
	for i, cell := range p.cells {
		n, end := 0, p.delim
		last := i == len(p.cells)-1
		if last {
			end = '\n'
		}
		switch cell {
		case timeCell:
			if n = p.simpleTime(b); n == 0 {
				return nil, false
			}
		case functionCell:
			s, n = p.simpleFunction(b, end)
		default:
			if numbers[cell], n = leadingNumber(b); n == 0 {
				numbers[cell] = math.NaN()
			}
		}
		if b = b[n:]; last && len(b) > 1 && b[0] == '\r' {
			b = b[1:]
		}
		if len(b) == 0 || b[0] != end || s == nil {
			return nil, false
		}
		b = b[1:]
	}
	p.s.line++
	p.follow(s)
	numbers[durationCell] *= p.durationMS
	if p.gather(s, p.second, p.s.line, &numbers) {
		return b, true
	}
	set := func(m *metric, x float64) {
		if x == x && m != nil {
			m.f.dated = true
			m.set(p.second, x, p.s.line)
		}
	}
	set(s.count, numbers[countCell])
	set(s.throttled, numbers[throttledCell])
	set(s.duration, numbers[durationCell])
	return b, true
}

// gathered are rows of a function that are yet to be recorded. Where many functions take turns, it takes long to
// reach what is known of each, so that is done for some rows at a time. Nothing is wrong with them: their numbers are
// in range, and their times are after all others.
type gathered struct {
	n           int
	last, every int64 // the time of the last one, and the distance of their times, seconds
	rows        [8]gatheredRow
	places      places // of all of them
}

type gatheredRow struct {
	line    int64
	numbers plainCells
}

// gather keeps a row to record it later. ok is false if it has to be recorded by itself.
func (p *plainReader) gather(s *plainSeries, second, line int64, numbers *plainCells) (ok bool) {
	g := &s.gathered
	wrong := outside(numbers[countCell], maxCount) || outside(numbers[throttledCell], maxCount) ||
		outside(numbers[durationCell], aws.MaxManagedDurationMS)
	distance := second - g.last
	if wrong || g.n == 0 || g.n == len(g.rows) || distance <= 0 || g.n > 1 && distance != g.every {
		p.record(s)
		if wrong || !s.count.before(second) || !s.throttled.before(second) || !s.duration.before(second) {
			return false
		}
		distance = 0
	}
	g.last, g.every = second, distance
	g.rows[g.n] = gatheredRow{line, *numbers}
	g.n++
	return true
}

// outside reports whether a number that is known is not from 0 to most.
func outside(x, most float64) bool { return x < 0 || x > most }

// gatherRow is gather for a row of any form.
func (p *plainReader) gatherRow(s *plainSeries, t plainTime, record [][]byte) (ok bool) {
	if t.undated {
		return false
	}
	ns := p.r.Zone(t.at, false)
	if !p.possible(ns) {
		return false
	}
	var numbers plainCells
	for role, column := range [...]int{throttledCell: p.throttled, durationCell: p.duration, countCell: p.count} {
		text := cell(record, column)
		numbers[role], ok = plainNumber(text, p.delim)
		switch {
		case len(text) == 0:
			numbers[role] = math.NaN()
		case !ok || p.delim == ';' && groupedByPoints(text):
			return false
		}
	}
	numbers[durationCell] *= p.durationMS
	return p.gather(s, ns/secondNS, p.in.line, &numbers)
}

// has reports whether a row of a function had a time, seconds.
func (p *plainReader) has(s *plainSeries, t int64) bool {
	if t <= s.last {
		p.record(s)
	}
	return s.count.known(t)
}

// record records the rows of a function that were gathered.
func (p *plainReader) record(s *plainSeries) {
	rows := s.rows[:s.n]
	if s.n = 0; len(rows) == 0 {
		return
	}
	from := s.last - int64(len(rows)-1)*s.every
	for cell, m := range [...]*metric{throttledCell: s.throttled, durationCell: s.duration, countCell: s.count} {
		if m == nil {
			continue
		}
		var values [len(s.rows)]float64
		some, whole := values[:len(rows)], true
		for i := range rows {
			x := rows[i].numbers[cell]
			some[i], whole = x, whole && x == x
		}
		if whole && m.putAll(p.s, from, s.every, some) {
			continue
		}
		for i, x := range some {
			if x == x {
				m.put(from+int64(i)*s.every, x, rows[i].line)
			}
		}
	}
	for i := range rows {
		s.places.note(p.s, from+int64(i)*s.every, rows[i].line)
	}
}

// simpleTime returns the length of a time at the start of a text, which becomes that of the row; 0 if it is not simple.
func (p *plainReader) simpleTime(b []byte) int {
	if n := len(p.text); n > 0 && len(b) >= n {
		const from, to = 14, 16 // the minute
		switch minute := two(b[from:to]); {
		case string(b[:from]) != string(p.text[:from]) || string(b[to:n]) != string(p.text[to:]):
		case minute == p.minute:
			return n
		case minute >= 0 && minute < 60:
			if second := p.second + int64(minute-p.minute)*60; p.possible(second * secondNS) {
				p.second, p.minute = second, minute
				copy(p.text[from:to], b[from:to])
				return n
			}
		}
	}
	t, n := parseStamp(b)
	if n == 0 || !t.whole || !t.zoned && !p.s.assumed || !p.possible(t.ns) {
		return 0
	}
	p.text, p.second, p.minute = append(p.text[:0], b[:n]...), t.ns/secondNS, two(b[14:16])
	return n
}

// possible reports whether a time, nanoseconds, needs no word about it.
func (p *plainReader) possible(ns int64) bool {
	return ns >= birthNS && ns <= p.r.latestNS && p.r.within(ns)
}

// simpleFunction returns the metrics of a function that the files have had, and the length of its name at the start of
// a text; nil if it is not simple. Rows often come in the same order for each time.
func (p *plainReader) simpleFunction(b []byte, end byte) (*plainSeries, int) {
	for _, s := range [...]*plainSeries{p.now.next, p.now} {
		if s == nil || !s.simple {
			continue
		}
		if n := len(s.name); len(b) > n && b[n] == end && string(b[:n]) == s.name {
			return s, n
		}
	}
	n := bytes.IndexByte(b, end)
	if n < 0 {
		return nil, 0
	}
	if end == '\n' && n > 0 && b[n-1] == '\r' {
		n--
	}
	name := b[:n]
	if n > 0 && name[0] == '"' {
		return nil, 0
	}
	return p.series[string(name)], n
}

// follow notes whose row it is.
func (p *plainReader) follow(s *plainSeries) {
	if p.now != nil && p.now.next != s {
		p.now.next = s
	}
	p.now = s
}
