package format

import (
	"encoding/csv"
	"io"
	"reflect"
)

// writeCSV writes one line for each struct of a slice, under a header of its
// JSON keys. The keys of a nested object follow the key of the object and a
// dot, as jq writes them: now.rps. A null is an empty cell.
func writeCSV(w io.Writer, rows any) error {
	slice := reflect.ValueOf(rows)
	out := csv.NewWriter(w)
	header := columnsOf(slice.Type().Elem(), "", nil, nil)
	line := make([]string, len(header))
	for i, c := range header {
		line[i] = c.key
	}
	if err := out.Write(line); err != nil {
		return err
	}
	e := newEncoder(nil)
	for r := range slice.Len() {
		for i, c := range header {
			line[i] = e.cell(slice.Index(r).FieldByIndex(c.index))
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// A csvColumn is a field of the row, by its path.
type csvColumn struct {
	key   string
	index []int
}

func columnsOf(t reflect.Type, prefix string, at []int, columns []csvColumn) []csvColumn {
	for _, f := range fieldsOf(t, nil, nil) {
		index := append(append([]int(nil), at...), f.index...)
		key := prefix + f.name
		field := t.FieldByIndex(f.index).Type
		if field.Kind() == reflect.Struct && !optional(field) {
			columns = columnsOf(field, key+".", index, columns)
			continue
		}
		columns = append(columns, csvColumn{key, index})
	}
	return columns
}

// cell is a value as JSON writes it, without the quotes of a text.
func (e *encoder) cell(v reflect.Value) string {
	v, ok := e.value(v)
	switch {
	case !ok:
		return ""
	case v.Kind() == reflect.String:
		return v.String()
	}
	e.text = e.text[:0]
	e.scalar(v)
	return string(e.text)
}
