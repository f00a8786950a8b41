package setting

import (
	"errors"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
	"github.com/lambdacap/lambdacap/format/document"
)

// An Origin is where a value comes from.
type Origin uint8

// The origins, in ascending order of precedence. A default counts if no value is given.
const (
	Default Origin = iota
	File
	Environment
	Flag
)

// A Value is what is given for a setting, as it was written: a text, or a list, which stays a list.
type Value struct {
	Text string
	// List are the items of a list; nil for a text.
	List []Value
	// Broken says that a part of a list could not be read, which is a fault. The rest is read for its faults alone.
	Broken bool
	// Open says that a profile has a placeholder in place of the value, which something else may give.
	Open   bool
	Origin Origin
	// Place is where the value is in a file.
	Place check.Place
	// Path is what messages call the value: --rps or LAMBDACAP_RPS. For a value from a file it is only the part before
	// the key: the functions[0]. of functions[0].rps.
	Path string
	// Key is the key in a profile.
	Key string
}

// Given reports whether there is a value that can count.
func (v Value) Given() bool { return v.Origin != Default && !v.Broken && !v.Open }

// Label returns what messages call the value: --rps, LAMBDACAP_RPS, or file:12: functions[0].rps.
func (v Value) Label() string {
	if v.Origin == File {
		return v.Place.String() + ": " + v.Path + v.Key
	}
	return v.Path
}

// Source returns what inputs echo as the origin: flag, environment, file:12, or default.
func (v Value) Source() string {
	switch v.Origin {
	case Flag:
		return "flag"
	case Environment:
		return "environment"
	case File:
		return v.Place.String()
	}
	return document.OriginDefault
}

// Fault returns an error about the value as a fault, with the word that was probably meant by an unknown one.
func (v Value) Fault(err error) fault.Fault {
	var wrong *quantity.ValueError
	if errors.As(err, &wrong) && wrong.Meant == "" {
		if near := suggest.Nearest(wrong.Word, wrong.Known); near != "" {
			wrong.Meant = strings.TrimSuffix(wrong.Text, wrong.Word) + near
		}
	}
	return fault.Fault{Place: v.Place, Message: v.Label() + ": " + err.Error()}
}

// withItems gives a value its items.
func (v Value) withItems(texts []string) Value {
	list := make([]Value, len(texts))
	for i, text := range texts {
		list[i] = v
		list[i].Text = text
	}
	v.List = list
	return v
}

// Items returns the texts of a list, or the only text.
func (v Value) Items() []string {
	if v.List == nil {
		return []string{v.Text}
	}
	texts := make([]string, len(v.List))
	for i, item := range v.List {
		texts[i] = item.Text
	}
	return texts
}

// Written returns the value as one text, a list with commas.
func (v Value) Written() string { return strings.Join(v.Items(), ",") }

// Values are values that are found by their keys. They are a list and not a map: a function has only a handful of them,
// and an account may have ten thousand functions.
type Values []Value

// Of returns the value of a key; if there is none, a value that is not given.
func (vs Values) Of(key string) Value {
	for i := range vs {
		if vs[i].Key == key {
			return vs[i]
		}
	}
	return Value{}
}

// Set adds a value, or replaces the one with the same key.
func (vs *Values) Set(v Value) {
	for i := range *vs {
		if (*vs)[i].Key == v.Key {
			(*vs)[i] = v
			return
		}
	}
	*vs = append(*vs, v)
}

// Delete removes the value of a key.
func (vs *Values) Delete(key string) {
	*vs = slices.DeleteFunc(*vs, func(v Value) bool { return v.Key == key })
}
