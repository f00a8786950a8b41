package format

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/calc"
)

// oracle is a document as encoding/json writes it.
func oracle(t *testing.T, document any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(document); err != nil {
		t.Fatal(err)
	}
	// Inside an Optional the library escapes for HTML, which the encoder leaves.
	return strings.NewReplacer(`\\`, `\\`, `\u0026`, "&", `\u003c`, "<", `\u003e`, ">").Replace(b.String())
}

// same compares the encoder with encoding/json byte for byte, and the YAML with
// the JSON by what is read from both.
func same(t *testing.T, document any) {
	t.Helper()
	var asJSON, asYAML bytes.Buffer
	if err := writeJSON(&asJSON, document); err != nil {
		t.Fatal(err)
	}
	if want := oracle(t, document); asJSON.String() != want {
		t.Fatalf("the encoder writes\n%s\nencoding/json\n%s", asJSON.String(), want)
	}
	if err := writeYAML(&asYAML, document); err != nil {
		t.Fatal(err)
	}
	var fromJSON, fromYAML any
	if err := json.Unmarshal(asJSON.Bytes(), &fromJSON); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(asYAML.Bytes(), &fromYAML); err != nil {
		t.Fatalf("%v in\n%s", err, asYAML.String())
	}
	if a, b := plainNumbers(fromJSON), plainNumbers(fromYAML); !reflect.DeepEqual(a, b) {
		t.Fatalf("YAML reads %v, JSON %v, from\n%s", b, a, asYAML.String())
	}
}

// plainNumbers makes whole numbers floats: YAML tells them apart, JSON does not.
func plainNumbers(v any) any {
	switch v := v.(type) {
	case int:
		return float64(v)
	case uint64:
		return float64(v)
	case map[string]any:
		for k := range v {
			v[k] = plainNumbers(v[k])
		}
	case []any:
		for i := range v {
			v[i] = plainNumbers(v[i])
		}
	}
	return v
}

// sample is an account whose documents have every shape: absent values, empty
// and long lists, several functions, actions with a support request.
func sample(name string, rate, durationMS float64, reserved int64) calc.Account {
	a := calc.Account{Concurrency: 5000, Functions: []calc.Function{
		{Name: name, RPS: calc.Some(rate), Provisioned: 10, EventSource: name},
		{Name: name + "2", Mode: calc.Async, RPS: calc.Some(rate / 3), DurationMS: calc.Some(durationMS), Reserved: calc.Some(reserved)},
		{Name: name + "3"},
	}}
	return a
}

func documents(t *testing.T, a calc.Account) []any {
	t.Helper()
	limits, err := calc.Limits(a, calc.LimitsOptions{})
	if err != nil {
		t.Skip(err)
	}
	sweep := calc.SpillOptions{Chance: true, Sweep: &calc.Sweep{Field: calc.FieldProvisioned, Values: []float64{0, 3}}}
	spill, err := calc.Spill(a, sweep)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := calc.Plan(a, calc.PlanOptions{SpillOptions: sweep, Headroom: 0.1, TargetSpillover: calc.Some(0.01)})
	if err != nil {
		t.Fatal(err)
	}
	in := Inputs{Functions: []InputFunction{{Name: a.Functions[0].Name, Origin: FunctionOrigin{Name: "a: b"}}}, Plan: &InputPlan{HeadroomRatio: 0.1},
		Sweep: &InputSweep{Function: a.Functions[0].Name, Setting: "provisioned=0:3:3"}}
	empty := Inputs{Functions: []InputFunction{}} // encoding/json makes null of a nil slice
	return []any{
		Limits(in, limits).document(true), Spillover(in, spill).document(true), Plan(in, plan).document(true),
		Limits(empty, limits).document(false), Plan(empty, plan).document(false),
	}
}

func TestEncode(t *testing.T) {
	for _, document := range documents(t, sample("checkout", 20000, 80, 400)) {
		same(t, document)
	}
	type row struct {
		F []float64             `json:"f"`
		S []string              `json:"s"`
		B bool                  `json:"b"`
		O calc.Optional[string] `json:"o"`
		E []string              `json:"e,omitempty"`
	}
	same(t, row{
		F: []float64{0, 1, 1.5, 1e-6, 9.9e-7, 1e-9, 1e20, 1e21, 1.7e308, 5e-324, 0.1 + 0.2, math.MaxInt64, 1e-10, 123456789.25},
		S: []string{"", "a", "true", "Null", "yes", "1", "1e3", "a: b", "a:", "a:b", "- a", "#", "a #b", "'", `"`, `\`, "\n", "\x01", "\u2028", "é",
			"<a&b>", "key: [", "*a", "&a", "!a", "%", "@", "`", "{", "~", ".inf", "0x10", "2026-01-01", " a", "a ", "n", "y", "on"},
		B: true,
		O: calc.Some("x"),
	})
	if err := writeJSON(&bytes.Buffer{}, struct {
		M map[string]int `json:"m"`
	}{}); err == nil {
		t.Error("a map is written, though nobody has said how")
	}
}

// FuzzEncode: for any name and any figures, the documents are what encoding/json
// makes of them, and YAML says the same.
func FuzzEncode(f *testing.F) {
	f.Add("checkout", 1500.0, 80.0, int64(400))
	f.Add("a: b #c", 1e-9, 1e-6, int64(0))
	f.Add("\u2028'\"\\", 1e9, 1e9, int64(1))
	f.Add("beyond all loads", 999999854.0, 1e9, int64(48))
	f.Fuzz(func(t *testing.T, name string, rate, durationMS float64, reserved int64) {
		for _, document := range documents(t, sample(name, rate, durationMS, reserved)) {
			same(t, document)
		}
	})
}

// fullDisk fails after a number of bytes.
type fullDisk struct{ room int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.room -= len(p); d.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

var errFull = errors.New("no space")

// TestWriteErrors: no format loses the error of a failed write.
func TestWriteErrors(t *testing.T) {
	a := sample("f", 20000, 80, 400)
	for i := range 500 {
		a.Functions = append(a.Functions, calc.Function{Name: fmt.Sprint("g", i)})
	}
	r, err := calc.Plan(a, calc.PlanOptions{})
	if err != nil {
		t.Fatal(err)
	}
	report := Plan(Inputs{}, r)
	for _, format := range []string{"table", "json", "yaml", "csv", "markdown"} {
		var whole bytes.Buffer
		if err := report.Write(&whole, Options{Format: format}); err != nil {
			t.Fatal(err)
		}
		for _, room := range []int{0, 10, whole.Len() - 1} {
			if err := report.Write(&fullDisk{room}, Options{Format: format}); !errors.Is(err, errFull) {
				t.Errorf("%s with room for %d bytes: %v", format, room, err)
			}
		}
	}
	if err := report.Write(&bytes.Buffer{}, Options{Format: "xml"}); err == nil {
		t.Error("an unknown format is written")
	}
}
