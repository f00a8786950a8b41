package traffic

import "bytes"

// plainCells are the cells of a row that are numbers, by their role.
type plainCells [countCell + 1]struct {
	x     float64
	known bool
}

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
			numbers[cell].x, n = leadingNumber(b)
			numbers[cell].known = n > 0
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
	set := func(cell int, m *metric, unit float64) {
		if numbers[cell].known {
			m.f.dated = true
			m.set(p.second, numbers[cell].x*unit, p.s.line)
		}
	}
	set(countCell, s.count, 1)
	set(throttledCell, s.throttled, 1)
	set(durationCell, s.duration, p.durationMS)
	return b, true
}

// simpleTime returns the length of a time at the start of a text, which becomes that of the row; 0 if it is not simple.
func (p *plainReader) simpleTime(b []byte) int {
	if len(p.text) > 0 && bytes.HasPrefix(b, p.text) {
		return len(p.text)
	}
	t, n := parseStamp(b)
	if n == 0 || !t.whole || !t.zoned && !p.s.assumed || t.ns < birthNS || t.ns > p.r.latestNS ||
		!p.r.options.Between.Has(t.ns) {
		return 0
	}
	p.text, p.second = append(p.text[:0], b[:n]...), t.ns/secondNS
	return n
}

// simpleFunction returns the metrics of a function that the files have had, and the length of its name at the start of
// a text; nil if it is not simple. Rows often come in the same order for each time.
func (p *plainReader) simpleFunction(b []byte, end byte) (*plainSeries, int) {
	n := bytes.IndexByte(b, end)
	if n < 0 {
		return nil, 0
	}
	if end == '\n' && n > 0 && b[n-1] == '\r' {
		n--
	}
	name := b[:n]
	for _, s := range [...]*plainSeries{p.now.next, p.now} {
		if s != nil && string(name) == s.name {
			return s, n
		}
	}
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
