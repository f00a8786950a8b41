package format

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"reflect"
	"slices"
)

// writeCSV writes one line for each struct of a slice, under a header of its
// JSON keys. The keys of a nested object follow the key of the object and a
// dot, as jq writes them: now.rps. A null is an empty cell, a list is JSON. A key
// that JSON leaves out has no column where every line would leave it empty.
func writeCSV(w io.Writer, rows any) error {
	slice := reflect.ValueOf(rows)
	out := csv.NewWriter(w)
	e := newEncoder(nil)
	header := e.columns(slice.Type().Elem(), "", nil, nil)
	header = slices.DeleteFunc(header, func(c csvColumn) bool {
		for r := range slice.Len() {
			if !c.omitted || !slice.Index(r).FieldByIndex(c.index).IsZero() {
				return false
			}
		}
		return c.omitted
	})
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
	omitted bool // where it is zero
}

// columns lists the columns of a struct.
func (e *encoder) columns(t reflect.Type, prefix string, at []int, columns []csvColumn) []csvColumn {
	for _, f := range e.structure(t).fields {
		index := append(slices.Clone(at), f.index...)
		key := prefix + f.name
		field := t.FieldByIndex(f.index).Type
		if optional(field) && field.Field(0).Type.Kind() == reflect.Struct {
			field, index = field.Field(0).Type, append(index, 0)
		}
		if field.Kind() == reflect.Struct && !optional(field) {
			columns = e.columns(field, key+".", index, columns)
			continue
		}
		columns = append(columns, csvColumn{key, index, f.omitEmpty})
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
		text, err := json.Marshal(v.Interface())
		if err != nil {
			e.err = err
		}
		return string(text)
	}
	e.text = e.text[:0]
	e.scalar(v)
	return string(e.text)
}
