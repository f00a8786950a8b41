package main

import (
	"math"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestExamples compares the examples in docs/reference/json.md with the output of the commands above them. Every key
// and value of an example must be in the output, which may contain more.
func TestExamples(t *testing.T) {
	t.Chdir(root)
	page, err := os.ReadFile("docs/reference/json.md")
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("```sh\nlambdacap (.*)\n```\n\n```jsonc\n((?s).*?)```")
	comment := regexp.MustCompile(`(?m)\s+//.*$`)
	found := example.FindAllStringSubmatch(string(page), -1)
	if len(found) != 7 {
		t.Errorf("%d examples instead of one for each kind", len(found))
	}
	for _, parts := range found {
		var want, got any // parsed as YAML, a superset of JSON that keeps whole numbers as integers
		if err := yaml.Unmarshal([]byte(comment.ReplaceAllString(parts[2], "")), &want); err != nil {
			t.Errorf("%s: %v", parts[1], err)
			continue
		}
		if err := yaml.Unmarshal(run(t, "", strings.Fields(parts[1])...), &got); err != nil {
			t.Fatal(err)
		}
		compare(t, parts[1], want, got)
	}
}

// compare reports what an example contains but the document does not. An item of an array in the example
// may match any item of the document's array.
func compare(t *testing.T, path string, want, got any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		object, _ := got.(map[string]any)
		for key, value := range want {
			inner, ok := object[key]
			if !ok {
				t.Errorf("%s: no key %q", path, key)
				continue
			}
			compare(t, path+" ."+key, value, inner)
		}
	case []any:
		items, ok := got.([]any)
		if !ok || len(want) == 0 && len(items) > 0 {
			t.Errorf("%s: %v instead of %v", path, got, want)
		}
		for _, value := range want {
			compare(t, path+"[]", value, similar(items, value))
		}
	default:
		x, isNumber := want.(float64)
		y, _ := got.(float64)
		if isNumber && math.Abs(x-y) <= 1e-9*math.Abs(y) { // the last digits depend on the processor
			return
		}
		if !reflect.DeepEqual(want, got) {
			t.Errorf("%s: %v instead of %v", path, got, want)
		}
	}
}

// similar returns the item that has the most keys and values in common with the example.
func similar(items []any, example any) any {
	var best any
	most := -1
	for _, item := range items {
		same := 0
		object, _ := item.(map[string]any)
		keys, _ := example.(map[string]any)
		for key, value := range keys {
			if reflect.DeepEqual(value, object[key]) {
				same++
			}
		}
		if same > most {
			best, most = item, same
		}
	}
	return best
}
