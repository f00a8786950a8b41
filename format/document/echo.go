package document

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc/quantity"
)

// An Echo is one input in words.
type Echo struct {
	// Function is the name of the function that the input is about; empty for all other inputs.
	Function string
	// Name is its key, without the unit and with spaces.
	Name string
	// Value is its value, with the unit.
	Value string
	// Place is where it comes from, see Origin.
	Place string
}

// Echoes lists the inputs that somebody gave, in their order, those of the functions last; and the quota, whoever gave
// that.
func (in Inputs) Echoes() []Echo {
	list := echoes("", in.Account, in.Account.Origin, "concurrency")
	more := map[string][]Echo{} // of functions, from other parts
	parts := reflect.ValueOf(in)
	for i := range parts.NumField() {
		part := parts.Field(i)
		if part.Kind() != reflect.Pointer || part.IsNil() {
			continue
		}
		part = part.Elem()
		if origin, ok := originOf(part); ok {
			list = append(list, echoes("", part.Interface(), origin)...)
		}
		for j := range part.NumField() {
			if items := part.Field(j); items.Kind() == reflect.Slice {
				for k := range items.Len() {
					if origin, ok := originOf(items.Index(k)); ok {
						name := items.Index(k).FieldByName("Name").String()
						own := echoes(name, items.Index(k).Interface(), origin)
						more[name] = append(more[name], slices.DeleteFunc(own, func(e Echo) bool { return e.Name == "name" })...)
					}
				}
			}
		}
	}
	for i := range in.Functions {
		f := &in.Functions[i]
		list = append(append(list, echoes(f.Name, f, f.Origin)...), more[f.Name]...)
	}
	return list
}

// originOf returns the Origin of a part of the inputs, if it is a struct with one.
func originOf(part reflect.Value) (Origin, bool) {
	if part.Kind() != reflect.Struct {
		return Origin{}, false
	}
	field := part.FieldByName("Origin")
	if !field.IsValid() {
		return Origin{}, false
	}
	origin, ok := field.Interface().(Origin)
	return origin, ok
}

// echoes lists the values of one part of the inputs that somebody gave, and those that are always listed.
func echoes(function string, part any, origin Origin, always ...string) (list []Echo) {
	text, err := json.Marshal(part)
	var values map[string]any
	if err != nil || json.Unmarshal(text, &values) != nil {
		return nil // no part of the inputs has a value that JSON lacks
	}
	for key, place := range origin.Members() {
		value, known := values[key]
		if !known || value == nil || place == OriginDefault && !slices.Contains(always, key) {
			continue
		}
		name, shown := inWords(key, value)
		list = append(list, Echo{function, name, shown, place})
	}
	return list
}

// units are the ends of keys that name a unit, and how a value with that unit is written.
var units = []struct {
	suffix string
	write  func(x float64) string
}{
	{"_ms", quantity.FormatDuration},
	{"_s", quantity.FormatSeconds},
	{"_mb", func(x float64) string { return quantity.FormatNumber(x) + " MB" }},
	{"_ratio", quantity.FormatChance},
	{"_usd", func(x float64) string { return quantity.FormatUSD(x) + " USD" }},
}

// inWords writes a key without its unit, and a value with it.
func inWords(key string, value any) (name, shown string) {
	write := quantity.FormatNumber
	name = key
	for _, unit := range units {
		if short, ok := strings.CutSuffix(key, unit.suffix); ok {
			name, write = short, unit.write
			break
		}
	}
	if slices.Contains(strings.Split(key, "_"), "rps") {
		name = strings.Replace(key, "rps", "rate", 1)
		write = func(x float64) string { return quantity.FormatNumber(x) + " req/s" }
	}
	return strings.ReplaceAll(name, "_", " "), valueInWords(value, write)
}

func valueInWords(value any, write func(float64) string) string {
	switch value := value.(type) {
	case float64:
		return write(value)
	case string:
		return value
	case bool:
		return strconv.FormatBool(value)
	case []any:
		words := make([]string, len(value))
		for i, item := range value {
			words[i] = valueInWords(item, write)
		}
		return strings.Join(words, ", ")
	case map[string]any:
		var words []string
		for _, key := range slices.Sorted(maps.Keys(value)) {
			name, shown := inWords(key, value[key])
			words = append(words, name+" "+shown)
		}
		return strings.Join(words, ", ")
	}
	return "none" // null, as JSON has no other value
}
