package traffic

import (
	"bytes"
	"errors"
	"fmt"
)

// A csvFile reads the records of a CSV file line by line, without memory for each.
type csvFile struct {
	s      *source
	delim  byte
	line   int64    // where the record starts
	fields [][]byte // of the record that was read last
	joined []byte   // a record over several lines
}

// next reads a record; its fields are valid until the next call. It returns nil at the end of the file. Lines that are
// not text are skipped and counted, and empty lines are skipped.
func (c *csvFile) next() ([][]byte, error) {
	for {
		line, ok, err := c.s.next()
		if err != nil || !ok {
			return nil, err
		}
		c.line = c.s.line
		if len(line) == 0 || line[0] <= ' ' && len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if bytes.IndexByte(line, '"') >= 0 {
			if line, err = c.whole(line); err != nil || line == nil {
				return nil, err
			}
		}
		if !c.s.good(line) {
			continue
		}
		if c.fields = splitCSV(c.fields[:0], line, c.delim); len(c.fields) > 0 {
			return c.fields, nil
		}
	}
}

// first reads the first record of a file, which names the columns.
func (c *csvFile) first() (columns, error) {
	bad := c.s.badLines
	record, err := c.next()
	if err == nil && c.s.badLines > bad {
		err = errors.New("the first line is not valid text; expected the names of columns")
	}
	return headerOf(record), err
}

// whole adds lines to one that ends inside quotes, because values may have line breaks. It returns nil if the file ends
// inside them.
func (c *csvFile) whole(line []byte) ([]byte, error) {
	open := endsInside(line, c.delim, false)
	if !open {
		return line, nil
	}
	c.joined = append(c.joined[:0], line...)
	for open {
		more, ok, err := c.s.next()
		switch {
		case err != nil:
			return nil, err
		case !ok:
			c.s.cut = true
			return nil, nil
		case len(c.joined)+len(more) > maxLine:
			return nil, fmt.Errorf("line %d: quotes begin that do not end within 1 MB", c.line)
		}
		open = endsInside(more, c.delim, true)
		c.joined = append(append(c.joined, '\n'), more...)
	}
	return c.joined, nil
}

// endsInside reports whether a line ends inside quotes. inside says that it begins inside them.
func endsInside(line []byte, delim byte, inside bool) bool {
	start := true // of a field
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case inside && c == '"' && i+1 < len(line) && line[i+1] == '"':
			i++
		case inside && c == '"':
			inside, start = false, false
		case inside:
		case c == '"' && start:
			inside = true
		default:
			start = c == delim
		}
	}
	return inside
}

// splitCSV appends the fields of a record. Quotes around a field are removed, and doubled quotes inside it are halved,
// in place.
func splitCSV(fields [][]byte, line []byte, delim byte) [][]byte {
	for {
		if len(line) > 0 && line[0] == '"' {
			field, rest, more := unquoteCSV(line[1:], delim)
			fields = append(fields, field)
			if !more {
				return fields
			}
			line = rest
			continue
		}
		at := bytes.IndexByte(line, delim)
		if at < 0 {
			return append(fields, line)
		}
		fields = append(fields, line[:at])
		line = line[at+1:]
	}
}

// unquoteCSV reads a field behind its first quote. more reports whether another field follows.
func unquoteCSV(b []byte, delim byte) (field, rest []byte, more bool) {
	to := 0
	for i := 0; i < len(b); i++ {
		if b[i] != '"' {
			b[to] = b[i]
			to++
			continue
		}
		if i+1 < len(b) && b[i+1] == '"' {
			b[to] = '"'
			to++
			i++
			continue
		}
		at := bytes.IndexByte(b[i:], delim)
		if at < 0 {
			return b[:to], nil, false
		}
		return b[:to], b[i+at+1:], true
	}
	return b[:to], nil, false
}

// columns are the names of a header, lower case and without space around.
type columns []string

func headerOf(fields [][]byte) (c columns) {
	for _, field := range fields {
		c = append(c, string(bytes.ToLower(bytes.TrimSpace(field))))
	}
	return c
}

// at returns the number of the first column with one of the names, or -1.
func (c columns) at(names ...string) int {
	for _, name := range names {
		for i, column := range c {
			if column == name {
				return i
			}
		}
	}
	return -1
}

// cell returns the field of a column, without space around; empty if the record has no such field.
func cell(record [][]byte, column int) []byte {
	if column < 0 || column >= len(record) {
		return nil
	}
	return bytes.TrimSpace(record[column])
}
