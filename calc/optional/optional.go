// Package optional has the values that may be absent, for all packages of the model.
package optional

import (
	"bytes"
	"encoding/json"
)

// An Optional is a value that may be absent: a setting that is not set, a limit that does not exist, or a figure that
// the inputs do not determine. The zero Optional is absent. In JSON, an absent value is null.
type Optional[T any] struct {
	value T
	known bool
}

// Some returns an Optional with a value.
func Some[T any](v T) Optional[T] { return Optional[T]{v, true} }

// Get returns the value, and reports whether it is present. If it is absent, the value is the zero value of T.
func (o Optional[T]) Get() (T, bool) { return o.value, o.known }

// Known reports whether the value is present.
func (o Optional[T]) Known() bool { return o.known }

// Or returns the value, or other if it is absent.
func (o Optional[T]) Or(other T) T {
	if o.known {
		return o.value
	}
	return other
}

// Else returns the Optional itself if its value is present, and other otherwise.
func (o Optional[T]) Else(other Optional[T]) Optional[T] {
	if o.known {
		return o
	}
	return other
}

// MarshalJSON writes the value, or null if it is absent.
func (o Optional[T]) MarshalJSON() ([]byte, error) {
	if !o.known {
		return []byte("null"), nil
	}
	return json.Marshal(o.value)
}

// UnmarshalJSON reads a value; null makes it absent.
func (o *Optional[T]) UnmarshalJSON(data []byte) error {
	*o = Optional[T]{}
	if bytes.Equal(data, []byte("null")) {
		return nil
	}
	if err := json.Unmarshal(data, &o.value); err != nil {
		return err
	}
	o.known = true
	return nil
}
