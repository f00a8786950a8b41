package format

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
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
	for r := range slice.Len() {
		for i, c := range header {
			cell, err := cellOf(slice.Index(r).FieldByIndex(c.index))
			if err != nil {
				return err
			}
			line[i] = cell
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

var marshaler = reflect.TypeFor[json.Marshaler]()

func columnsOf(t reflect.Type, prefix string, at []int, columns []csvColumn) []csvColumn {
	for i := range t.NumField() {
		field := t.Field(i)
		index := append(append([]int(nil), at...), i)
		key := field.Tag.Get("json")
		switch {
		case key == "-" || !field.IsExported() && !field.Anonymous:
		case field.Anonymous:
			columns = columnsOf(field.Type, prefix, index, columns)
		case field.Type.Kind() == reflect.Struct && !field.Type.Implements(marshaler):
			columns = columnsOf(field.Type, prefix+key+".", index, columns)
		default:
			columns = append(columns, csvColumn{prefix + key, index})
		}
	}
	return columns
}

// cellOf is a value as JSON writes it, without the quotes of a text.
func cellOf(value reflect.Value) (string, error) {
	if value.Kind() == reflect.String {
		return value.String(), nil
	}
	data, err := json.Marshal(value.Interface())
	if err != nil || bytes.Equal(data, []byte("null")) {
		return "", err
	}
	if data[0] == '"' {
		var text string
		err := json.Unmarshal(data, &text)
		return text, err
	}
	return string(data), nil
}
