package document

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"iter"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// An Origin says, for each key of the surrounding object, where the value comes from: flag, environment, file:line,
// or default. It is an object whose keys keep their order.
type Origin struct {
	keys   []string // shared by many Origins
	places []string
}

// OriginDefault is the place of a value that nobody gave.
const OriginDefault = "default"

// OriginEnvironment is the place of a value that a variable of the environment gives.
const OriginEnvironment = "environment"

// NewOrigin returns an Origin with one place for each key. It keeps a reference to keys and does not change it.
func NewOrigin(keys, places []string) Origin { return Origin{keys, places} }

// Keys lists the JSON keys of a part of Inputs, in order.
func Keys(part any) []string { return keys(reflect.TypeOf(part), nil) }

func keys(t reflect.Type, list []string) []string {
	for i := range t.NumField() {
		field := t.Field(i)
		if field.Anonymous {
			list = keys(field.Type, list)
			continue
		}
		if key, _, _ := strings.Cut(field.Tag.Get("json"), ","); key != "-" {
			list = append(list, key)
		}
	}
	return list
}

// Of returns the place where the value of a key comes from; empty for a key that the Origin does not have.
func (o Origin) Of(key string) string {
	if i := slices.Index(o.keys, key); i >= 0 {
		return o.places[i]
	}
	return ""
}

// Members lists the keys with their places.
func (o Origin) Members() iter.Seq2[string, string] {
	return func(yield func(key, place string) bool) {
		for i, key := range o.keys {
			if !yield(key, o.places[i]) {
				return
			}
		}
	}
}

// MarshalJSON writes the Origin as an object.
func (o Origin) MarshalJSON() ([]byte, error) {
	text := []byte{'{'}
	for i, key := range o.keys {
		if i > 0 {
			text = append(text, ',')
		}
		var invalid, alsoInvalid error
		text, invalid = jsontext.AppendQuote(text, key)
		text = append(text, ':')
		text, alsoInvalid = jsontext.AppendQuote(text, o.places[i])
		if err := errors.Join(invalid, alsoInvalid); err != nil {
			return nil, err
		}
	}
	return append(text, '}'), nil
}

// UnmarshalJSON reads an object whose values are strings.
func (o *Origin) UnmarshalJSON(data []byte) error {
	*o = Origin{}
	d := json.NewDecoder(bytes.NewReader(data))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return cmp.Or(err, errors.New("an origin is not an object"))
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		var place string
		if err := d.Decode(&place); err != nil {
			return err
		}
		o.keys, o.places = append(o.keys, key.(string)), append(o.places, place) // object keys are strings
	}
	return nil
}
