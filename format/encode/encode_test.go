package encode_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/format/document"
	"github.com/lambdacap/lambdacap/format/encode"
)

// oracle returns a document as encoding/json writes it.
func oracle(t *testing.T, document any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(document); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// literal matches a text in JSON.
var literal = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// canonical rewrites the texts in JSON with one choice of escapes. Encoders differ in what they escape.
func canonical(t *testing.T, text string) string {
	t.Helper()
	return literal.ReplaceAllStringFunc(text, func(quoted string) string {
		var s string
		if err := json.Unmarshal([]byte(quoted), &s); err != nil {
			t.Fatal(err)
		}
		return strconv.Quote(s)
	})
}

// raw matches what an answer must not contain unescaped: invisible characters and workflow commands.
var raw = regexp.MustCompile(`[^\pL\pM\pN\pP\pS \n]|[\x{034f}\x{115f}\x{3164}\x{fe0f}]|##|(?m:^|\s)::`)

// same compares the JSON with that of encoding/json, byte for byte except for the escapes in texts. It then parses
// the YAML and the JSON and compares the results. Neither may match raw.
func same(t *testing.T, document any) {
	t.Helper()
	var asJSON, asYAML bytes.Buffer
	if err := encode.JSON(&asJSON, document); err != nil {
		t.Fatal(err)
	}
	if want := oracle(t, document); canonical(t, asJSON.String()) != canonical(t, want) {
		t.Fatalf("the encoder writes\n%s\nencoding/json\n%s", asJSON.String(), want)
	}
	if err := encode.YAML(&asYAML, document); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{asJSON.String(), asYAML.String()} {
		if found := raw.FindString(text); found != "" {
			t.Fatalf("%q is raw in\n%s", found, text)
		}
	}
	var fromJSON, fromYAML any
	if err := json.Unmarshal(asJSON.Bytes(), &fromJSON); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(asYAML.Bytes(), &fromYAML); err != nil {
		t.Fatalf("%v in\n%s", err, asYAML.String())
	}
	if a, b := floats(fromJSON), floats(fromYAML); !reflect.DeepEqual(a, b) {
		t.Fatalf("YAML reads %v, JSON %v, from\n%s", b, a, asYAML.String())
	}
}

// floats converts whole numbers to floats, because YAML distinguishes the two and JSON does not.
func floats(v any) any {
	switch v := v.(type) {
	case int:
		return float64(v)
	case uint64:
		return float64(v)
	case map[string]any:
		for k := range v {
			v[k] = floats(v[k])
		}
	case []any:
		for i := range v {
			v[i] = floats(v[i])
		}
	}
	return v
}

// sample returns an account whose documents have every shape: absent values, empty and long lists, several
// functions, and actions with a support request.
func sample(name string, rate, durationMS float64, reserved int64) calc.Account {
	return calc.Account{Concurrency: 5000, Functions: []calc.Function{
		{Name: name, RPS: calc.Some(rate), Provisioned: 10, EventSource: name},
		{Name: name + "2", Mode: calc.Async, RPS: calc.Some(rate / 3), DurationMS: calc.Some(durationMS),
			Reserved: calc.Some(reserved)},
		{Name: name + "3"},
	}}
}

// documents returns documents of an account.
func documents(t *testing.T, a calc.Account) []any {
	t.Helper()
	limits, err := calc.Limits(a, calc.LimitsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	sweep := calc.SpillOptions{Chance: true, Sweep: &calc.Sweep{Axis: calc.AxisProvisioned, Values: []float64{0, 3}}}
	spill, err := calc.Spill(a, sweep)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := calc.Plan(a, calc.PlanOptions{SpillOptions: sweep,
		Sizing: calc.Sizing{Headroom: 0.1, TargetSpillover: calc.Some(0.01)}})
	if err != nil {
		t.Fatal(err)
	}
	name := a.Functions[0].Name
	origin := func(key, source string) document.Origin {
		return document.NewOrigin([]string{key}, []string{source})
	}
	in := document.Inputs{
		Functions: []document.InputFunction{{Name: name, Origin: origin("name", "a: b")}},
		Plan:      &document.InputPlan{Sizing: calc.Sizing{Headroom: 0.1}, Origin: origin("headroom_ratio", name)},
		Sweep:     &document.InputSweep{Function: name, Setting: "provisioned=0:3:3", Origin: origin("setting", "flag")},
	}
	in.Account.Origin = origin("region", "default")
	limited := document.NewLimits(in, limits, nil)
	limited.Explain = limits.Explain(calc.LimitsOptions{})
	return []any{limited, document.NewSpillover(in, spill, nil), document.NewPlan(in, plan, nil)}
}

// awkward lists texts that a format could mistake for something else.
var awkward = []string{
	"", "a", "true", "Null", "yes", "1", "1e3", "a: b", "a:", "a:b", "- a", "#", "a #b", "'", `"`, `\`, "\n", "\x01",
	"\u2028", "é", "<a&b>", "key: [", "*a", "&a", "!a", "%", "@", "`", "{", "~", ".inf", "0x10", "2026-01-01",
	" a", "a ", "n", "y", "on", "\xff",
	"\u0085", "a\u009bb", "\u2029", "\x7f", "\a\b\f\r\t", "\u202e", "\ufeffa", "\u00a0", "\u3164", "\U000e0041", "🚀",
	"\ufffe", "1_000", "0o7", "010", "1:30", "190:20:30", "=", "<<", "+1", "-1", ".5", "1.", "1e-9",
	"2026-01-01T00:00:00Z", "No", "OFF", "NaN", "nan", "inf", "---", "...", "? a", "- ", "a\n b",
	"::add-mask::e", "x ::a", "x ##[b]c", "a::b", "###", "AWS::Region", "${a}",
	"[a", "]", "}", ",", "|", ">", "'a'", `a"b`, `\u0041`, "a\u2028b: c",
}

// TestEncode compares documents and awkward values with encoding/json, and checks that maps are rejected.
func TestEncode(t *testing.T) {
	for _, a := range []calc.Account{
		sample("checkout", 20000, 80, 400), sample("no", 1e-9, 1e-6, 0), sample("1e3", 1e9, 900_000, 1),
		sample("a", 999999854, 900_000, 48), sample("b", 5e-324, 1e-6, 3),
	} {
		for _, document := range documents(t, a) {
			same(t, document)
		}
	}
	same(t, struct {
		F []float64             `json:"f"`
		S []string              `json:"s"`
		B bool                  `json:"b"`
		O calc.Optional[string] `json:"o"`
		E []string              `json:"e,omitempty"`
		N [][]string            `json:"n"`
	}{
		F: []float64{0, 1, 1.5, 1e-6, 9.9e-7, 1e-9, 1e20, 1e21, 1.7e308, 5e-324, 0.1 + 0.2, math.MaxInt64, 1e-10,
			123456789.25},
		S: awkward,
		B: true,
		O: calc.Some("x"),
		N: [][]string{{"a", "b"}, {"c"}},
	})
	for _, write := range []func() error{
		func() error { return encode.JSON(&bytes.Buffer{}, map[string]int{}) },
		func() error { return encode.YAML(&bytes.Buffer{}, map[string]int{}) },
		func() error { return encode.CSV(&bytes.Buffer{}, []struct{ M map[string]int }{{}}, nil) },
	} {
		if write() == nil {
			t.Error("a map is written, though the encoder does not support maps")
		}
	}
}

// shapes is a small document with every shape that documents have. Computing a plan for each input would take a
// hundred times as long as writing it.
type shapes struct {
	Text   string                `json:"text"`
	Number float64               `json:"number"`
	Count  int64                 `json:"count"`
	On     bool                  `json:"on"`
	Some   calc.Optional[string] `json:"some"`
	None   calc.Optional[string] `json:"none"`
	Left   string                `json:"left,omitempty"`
	List   []string              `json:"list"`
	Empty  []float64             `json:"empty"`
	Rows   []row                 `json:"rows"`
}

type row struct {
	Name   string                 `json:"name"`
	Number calc.Optional[float64] `json:"number"`
	List   []float64              `json:"list"`
}

// FuzzEncode checks, for any texts and figures, that a document is what encoding/json writes, and that the YAML has the
// same values.
func FuzzEncode(f *testing.F) {
	f.Add("checkout", "", 1500.0, int64(400))
	f.Add("a: b #c", "::a", 1e-9, int64(0))
	f.Add("\u2028'\"\\", "- a", 5e-324, int64(1))
	for i, text := range awkward {
		f.Add(text, awkward[len(awkward)-1-i], math.Pow(10, float64(i-20)), int64(i))
	}
	f.Add("", "", math.NaN(), int64(0))
	f.Add("", "", math.Inf(-1), int64(0))
	f.Fuzz(func(t *testing.T, one, other string, x float64, n int64) {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			rows := []row{{List: []float64{x}}, {Number: calc.Some(x)}}
			errs := []error{encode.JSON(io.Discard, rows), encode.YAML(io.Discard, rows), encode.CSV(io.Discard, rows, nil)}
			if slices.Contains(errs, nil) {
				t.Errorf("%v is written: %v", x, errs)
			}
			return
		}
		same(t, shapes{
			Text: one, Number: x, Count: n, On: n&1 == 0, Some: calc.Some(other), Left: other,
			List: []string{other, one, one + other}, Empty: []float64{},
			Rows: []row{{one, calc.Some(x), []float64{x, -x}}, {Name: other, List: []float64{}}},
		})
	})
}

// TestText checks how a text is shown in a cell: safe, in one line, and never as a formula. The characters that begin a
// formula are those that OWASP lists under CSV injection. A number stays a number.
func TestText(t *testing.T) {
	type row struct {
		Text   string   `json:"text"`
		Number float64  `json:"number"`
		List   []string `json:"list"`
	}
	for text, want := range map[string]string{
		"a": "a", "": "", "=1+1": `\x3d1+1`, "+1": `\x2b1`, "-1": `\x2d1`, "@a": `\x40a`, "a=1": "a=1",
		"\t=1": `\t=1`, "a\nb": `a\nb`, "\x1b]0;a\a": `\x1b]0;a\a`, "::a::b": `:\x3aa::b`, "##[a]": `#\x23[a]`,
	} {
		var out bytes.Buffer
		if err := encode.CSV(&out, []row{{text, -5, []string{text}}}, nil); err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(&out).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		if err := json.Unmarshal([]byte(lines[1][2]), &list); err != nil || list[0] != text {
			t.Errorf("%q: the list is %s", text, lines[1][2])
		}
		if lines[1][0] != want || lines[1][1] != "-5" {
			t.Errorf("%q: %q, want %s", text, lines[1], want)
		}
	}
}

// TestCSV checks that nested objects have their own columns, that absent values are empty, that lists are JSON, and
// that a key omitted in every row has no column.
func TestCSV(t *testing.T) {
	type inner struct {
		X calc.Optional[float64] `json:"x"`
		N int64                  `json:"n"`
	}
	type row struct {
		Name string               `json:"name"`
		In   inner                `json:"in"`
		Or   calc.Optional[inner] `json:"or"`
		List []inner              `json:"list"`
		On   bool                 `json:"on"`
		Kept calc.Optional[inner] `json:"kept,omitzero"`
		Gone calc.Optional[inner] `json:"gone,omitzero"`
	}
	var out bytes.Buffer
	if err := encode.CSV(&out, []row{
		{Name: `a,"b`, In: inner{N: 1}, List: []inner{{calc.Some(0.5), 2}}, On: true},
		{Name: "c", Or: calc.Some(inner{calc.Some(1e-7), 3}), Kept: calc.Some(inner{N: 4})},
	}, nil); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"name", "in.x", "in.n", "or.x", "or.n", "list", "on", "kept.x", "kept.n"},
		{`a,"b`, "", "1", "", "", `[{"x":0.5,"n":2}]`, "true", "", ""},
		{"c", "", "0", "1e-7", "3", "[]", "false", "", "4"},
	}
	if !reflect.DeepEqual(lines, want) {
		t.Errorf("%q", lines)
	}
}
