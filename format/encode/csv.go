package encode

import (
	"encoding/csv"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/safe"
)

// CSV writes a line for each struct of a slice, under a header with its JSON keys. The columns of a nested object are
// named after the object's key, a dot, and its own keys, as in jq: now.rps. Null is an empty cell, and a list is
// JSON. Text is safe to show and never a formula. A key that JSON omits if empty has no columns if it is empty in
// every line. only lists the keys to write, in order. Without any, CSV writes all.
func CSV(w io.Writer, rows any, only []string) error {
	slice := reflect.ValueOf(rows)
	out := csv.NewWriter(w)
	walker := newWalker()
	header := walker.columns(slice.Type().Elem(), column{}, nil)
	if len(only) > 0 {
		header = chosen(header, only)
	}
	filled := map[string]bool{"": true}
	for _, c := range header {
		for r := 0; r < slice.Len() && !filled[c.omitted]; r++ {
			filled[c.omitted] = walker.cell(slice.Index(r), c.index) != ""
		}
	}
	if len(only) == 0 {
		header = slices.DeleteFunc(header, func(c column) bool { return !filled[c.omitted] })
	}
	line := make([]string, len(header))
	for i, c := range header {
		line[i] = c.key
	}
	if err := out.Write(line); err != nil {
		return err
	}
	for r := range slice.Len() {
		for i, c := range header {
			line[i] = walker.cell(slice.Index(r), c.index)
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	if walker.err != nil {
		return walker.err
	}
	out.Flush()
	return out.Error()
}

// Columns lists the keys of the header that CSV writes for rows.
func Columns(rows any) (keys []string) {
	for _, c := range newWalker().columns(reflect.TypeOf(rows).Elem(), column{}, nil) {
		keys = append(keys, c.key)
	}
	return keys
}

// chosen returns the columns with the given keys, in the order of the keys.
func chosen(header []column, keys []string) (columns []column) {
	for _, key := range keys {
		if i := slices.IndexFunc(header, func(c column) bool { return c.key == key }); i >= 0 {
			columns = append(columns, header[i])
		}
	}
	return columns
}

// A column is a field of a row.
type column struct {
	key     string
	index   []int  // the path to the field; looking into an optional object is a separate step
	omitted string // the outermost key that may be omitted together with the column; empty if there is none
}

// columns appends the columns of a struct. under is the column whose object contains the struct; empty for the row
// itself.
func (w *walker) columns(t reflect.Type, under column, columns []column) []column {
	for _, f := range w.shape(t).fields {
		c := column{under.key + f.name, append(slices.Clone(under.index), f.index...), under.omitted}
		if c.omitted == "" && f.omitEmpty {
			c.omitted = c.key
		}
		member := t.FieldByIndex(f.index).Type
		if isOptional(member) && member.Field(0).Type.Kind() == reflect.Struct {
			member, c.index = member.Field(0).Type, append(c.index, 0)
		}
		if member.Kind() == reflect.Struct && !isOptional(member) {
			c.key += "."
			columns = w.columns(member, c, columns)
			continue
		}
		columns = append(columns, c)
	}
	return columns
}

// formulaMarks are the characters that begin a formula in a spreadsheet.
const formulaMarks = "=+-@"

// cellText returns a text for a cell. It escapes a character that would begin a formula.
func cellText(s string) string {
	s = safe.Text(s)
	if s != "" && strings.IndexByte(formulaMarks, s[0]) >= 0 {
		return safe.Escape(rune(s[0])) + s[1:]
	}
	return s
}

// cell returns a value as JSON, or a text in its safe form.
func (w *walker) cell(v reflect.Value, path []int) string {
	for _, at := range path {
		if w.shape(v.Type()).kind == optional && !v.Field(1).Bool() {
			return ""
		}
		v = v.Field(at)
	}
	s, v, ok := value(w.shape(v.Type()), v)
	switch {
	case !ok:
		return ""
	case s.kind == text:
		return cellText(v.String())
	case s.kind == number:
		return string(quantity.AppendNumber(nil, w.finite(v.Float())))
	case s.kind == integer:
		return strconv.FormatInt(v.Int(), 10)
	}
	return w.compact(s, v)
}
