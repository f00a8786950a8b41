package tree

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/lambdacap/lambdacap/calc/check"
)

// jsonStart returns the offset at which the JSON in a file starts, or -1 if the file is not JSON. CI wrappers print
// lines around a plan, so a plan may start on a later line.
func jsonStart(data []byte) int {
	space := len(data) - len(bytes.TrimLeft(data, " \t\r\n"))
	if space == len(data) {
		return -1
	}
	if data[space] == '{' {
		return space
	}
	if mark := bytes.Index(data, []byte(`"`+PlanKey+`"`)); mark >= 0 {
		if before := bytes.TrimRight(data[:mark], " \t\r\n"); len(before) > 0 && before[len(before)-1] == '{' {
			return len(before) - 1
		}
	}
	if data[space] == '[' {
		return space
	}
	return -1
}

// parseJSON validates the JSON value at an offset. Only a plan, or JSON that comes after other text, may have further
// lines after it, and none of these may start with a brace.
func (d *Document) parseJSON(start int) error {
	if at, why := longMapping(d.data[start:]); at >= 0 {
		return StoppedAt(check.Place{File: d.Name, Line: d.line(start + at)}, why)
	}
	decoder := jsontext.NewDecoder(bytes.NewBuffer(d.data[start:]))
	value, err := decoder.ReadValue()
	end := start + int(decoder.InputOffset())
	if err != nil {
		return d.jsonError(err, start)
	}
	d.Top = Node{doc: d, span: Span{int32(end - len(value)), int32(end)}}
	wrapped := len(bytes.TrimSpace(d.data[:start])) > len("\ufeff")
	for at := end; at < len(d.data); {
		line, _, _ := bytes.Cut(d.data[at:], []byte("\n"))
		text := bytes.TrimLeft(line, " \t\r")
		if len(text) > 0 && (text[0] == '{' || !wrapped && !d.Top.Get(PlanKey).Exists()) {
			return fmt.Errorf("%s:%d: there is more text after the JSON value; expected one JSON value",
				d.Name, d.line(at))
		}
		at += len(line) + 1
	}
	return nil
}

// A repeatedKey is the error for a key that its mapping already has.
type repeatedKey struct{ error }

func (repeatedKey) Unwrap() error { return jsontext.ErrDuplicateName }

// jsonError converts a JSON syntax error into one that names the place.
func (d *Document) jsonError(err error, start int) error {
	var wrong *jsontext.SyntacticError
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("%s:%d: the JSON is cut off", d.Name, d.line(len(d.data)))
	}
	if !errors.As(err, &wrong) {
		return fmt.Errorf("%s: %w", d.Name, err)
	}
	line := d.line(start + int(wrong.ByteOffset))
	if errors.Is(wrong.Err, jsontext.ErrDuplicateName) {
		key := Shown(string(wrong.JSONPointer.LastToken()))
		return repeatedKey{fmt.Errorf("%s:%d: duplicate key %q", d.Name, line, key)}
	}
	return fmt.Errorf("%s:%d: this is not JSON: %w", d.Name, line, wrong.Err)
}
