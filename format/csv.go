package format

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"reflect"
	"slices"
)

// writeCSV writes one line for each struct of a slice, under a header of its
// JSON keys. The keys of a nested object follow the key of the object and a
// dot, as jq writes them: now.rps. A null is an empty cell, a list is JSON. A key
// that JSON leaves out has no columns where every line would leave it empty.
func writeCSV(w io.Writer, rows any) error {
	slice := reflect.ValueOf(rows)
	out := csv.NewWriter(w)
	e := newEncoder(nil)
	header := e.columns(slice.Type().Elem(), csvColumn{}, nil)
	filled := map[string]bool{"": true}
	for _, c := range header {
		for r := 0; r < slice.Len() && !filled[c.omitted]; r++ {
			filled[c.omitted] = e.cell(slice.Index(r), c.index) != ""
		}
	}
	header = slices.DeleteFunc(header, func(c csvColumn) bool { return !filled[c.omitted] })
	line := make([]string, len(header))
	for i, c := range header {
		line[i] = c.key
	}
	if err := out.Write(line); err != nil {
		return err
	}
	for r := range slice.Len() {
		for i, c := range header {
			line[i] = e.cell(slice.Index(r), c.index)
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	if e.err != nil {
		return e.err
	}
	out.Flush()
	return out.Error()
}

// A csvColumn is a field of the row, by its path; an optional object is a step
// of its own.
type csvColumn struct {
	key     string
	index   []int
	omitted string // the outermost key that it is left out with, if any
}

// columns lists the columns of a struct, below the column of an object.
func (e *encoder) columns(t reflect.Type, under csvColumn, columns []csvColumn) []csvColumn {
	for _, f := range e.structure(t).fields {
		c := csvColumn{under.key + f.name, append(slices.Clone(under.index), f.index...), under.omitted}
		if c.omitted == "" && f.omitEmpty {
			c.omitted = c.key
		}
		field := t.FieldByIndex(f.index).Type
		if optional(field) && field.Field(0).Type.Kind() == reflect.Struct {
			field, c.index = field.Field(0).Type, append(c.index, 0)
		}
		if field.Kind() == reflect.Struct && !optional(field) {
			c.key += "."
			columns = e.columns(field, c, columns)
			continue
		}
		columns = append(columns, c)
	}
	return columns
}

// cell is a value as JSON writes it, without the quotes of a text.
func (e *encoder) cell(v reflect.Value, path []int) string {
	for _, at := range path {
		if e.structure(v.Type()).optional && !v.Field(1).Bool() {
			return ""
		}
		v = v.Field(at)
	}
	v, ok := e.value(v)
	switch {
	case !ok:
		return ""
	case v.Kind() == reflect.String:
		return v.String()
	case v.Kind() == reflect.Slice:
		e.text = e.text[:0]
		e.json(v, 0)
		var compact bytes.Buffer
		if err := json.Compact(&compact, e.text); err != nil {
			e.err = err
		}
		return compact.String()
	}
	e.text = e.text[:0]
	e.scalar(v)
	return string(e.text)
}
