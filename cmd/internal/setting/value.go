package setting

import (
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
)

// An Origin is where a value comes from.
type Origin uint8

// The origins, in the order of precedence. A default is what counts where nobody gave a value.
const (
	Default Origin = iota
	File
	Environment
	Flag
)

// A Value is what somebody gave for a setting, as it was written: a text, or a list that stays one.
type Value struct {
	Text string
	// List are the items of a list; nil for a text.
	List   []Value
	Origin Origin
	// Place is where it stands in a file.
	Place check.Place
	// Path and Key are what messages call it: together --rps, LAMBDACAP_RPS or functions[0].rps. Key is the key in a
	// profile.
	Path, Key string
}

// Given reports whether anybody gave the value.
func (v Value) Given() bool { return v.Origin != Default }

// Label is what messages call the value: --rps, LAMBDACAP_RPS, or file:12: functions[0].rps.
func (v Value) Label() string {
	if v.Origin == File {
		return v.Place.String() + ": " + v.Path + v.Key
	}
	return v.Path
}

// Source is what inputs echo as the origin: flag, environment, file:12, or default.
func (v Value) Source() string {
	switch v.Origin {
	case Flag:
		return "flag"
	case Environment:
		return "environment"
	case File:
		return v.Place.String()
	}
	return "default"
}

// Fault is what is wrong with the value.
func (v Value) Fault(err error) fault.Fault {
	return fault.Fault{Place: v.Place, Message: v.Label() + ": " + err.Error()}
}

// Items lists the texts of a list, or the only one.
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

// Written is the value in one text.
func (v Value) Written() string { return strings.Join(v.Items(), ",") }

// Values are values by their keys. It is a list and not a map: a function has a handful, and an account may have ten
// thousand functions.
type Values []Value

// Of returns the value of a key; one that nobody gave where there is none.
func (vs Values) Of(key string) Value {
	for i := range vs {
		if vs[i].Key == key {
			return vs[i]
		}
	}
	return Value{}
}

// Set puts a value in, instead of one with the same key.
func (vs *Values) Set(v Value) {
	for i := range *vs {
		if (*vs)[i].Key == v.Key {
			(*vs)[i] = v
			return
		}
	}
	*vs = append(*vs, v)
}

// Delete takes the value of a key out.
func (vs *Values) Delete(key string) {
	*vs = slices.DeleteFunc(*vs, func(v Value) bool { return v.Key == key })
}
