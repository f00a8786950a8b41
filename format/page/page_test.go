package page_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/lambdacap/lambdacap/format/document"
	"github.com/lambdacap/lambdacap/format/page"
)

// pages lays out every answer that is saved in testdata of package format.
func pages(t *testing.T) map[string]page.Page {
	t.Helper()
	paths, err := filepath.Glob("../testdata/*.txtar")
	if err != nil || len(paths) < 40 {
		t.Fatal(len(paths), err)
	}
	pages := map[string]page.Page{}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			if file.Name == "json" {
				name := strings.TrimSuffix(filepath.Base(path), ".txtar")
				pages[name] = layOut(t, name, file.Data)
			}
		}
	}
	return pages
}

// layOut lays out a saved document.
func layOut(t *testing.T, name string, text []byte) page.Page {
	t.Helper()
	var header struct{ Kind string }
	if err := json.Unmarshal(text, &header); err != nil {
		t.Fatal(err)
	}
	switch header.Kind {
	case "limits":
		return page.Limits(decode[document.Limits](t, text), page.View{})
	case "spillover":
		return page.Spillover(decode[document.Spillover](t, text), page.View{})
	case "plan":
		return page.Plan(decode[document.Plan](t, text), page.View{})
	case "compare":
		return page.Compare(decode[document.Compare](t, text), page.View{})
	case "check":
		return page.Check(decode[document.Check](t, text), page.View{})
	case "ramp":
		return page.Ramp(decode[document.Ramp](t, text), page.View{})
	case "drain":
		return page.Drain(decode[document.Drain](t, text), page.View{})
	case "replay":
		return page.Replay(decode[document.Replay](t, text), page.View{})
	case "glossary":
		return page.Glossary(decode[document.Glossary](t, text))
	}
	if rules := decode[document.Rules](t, text); !strings.HasPrefix(name, "explain") {
		return page.Rules(rules)
	} else {
		return page.Rule(rules.Rules[0])
	}
}

func decode[D any](t *testing.T, text []byte) (document D) {
	t.Helper()
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	return document
}

// TestShape checks that every page has a shape that any renderer can draw.
func TestShape(t *testing.T) {
	for name, p := range pages(t) {
		if p.Headline.Text == "" {
			t.Errorf("%s has no headline", name)
		}
		shown := 0
		for _, s := range p.Sections {
			if s.Empty() {
				continue
			}
			shown++
			if s.Table != nil {
				checkTable(t, name, s)
			}
			if s.Plot != nil {
				checkPlot(t, name, s.Plot)
			}
			for _, l := range s.Lines {
				if strings.Contains(l.Mark+l.Text, "NaN") || strings.Contains(l.Mark+l.Text, "%!") {
					t.Errorf("%s says %q", name, l.Mark+l.Text)
				}
			}
		}
		if shown == 0 && name != "ramp-survives" { // its headline says all
			t.Errorf("%s has nothing below its headline", name)
		}
	}
}

func checkTable(t *testing.T, name string, s page.Section) {
	t.Helper()
	if len(s.Table.Rows) == 0 {
		t.Errorf("%s: the table %q is empty", name, s.Title)
	}
	for i, row := range s.Table.Rows {
		if len(row) != len(s.Table.Columns) {
			t.Errorf("%s: row %d of %q has %d cells for %d columns", name, i, s.Title, len(row), len(s.Table.Columns))
		}
	}
}

func checkPlot(t *testing.T, name string, p *page.Plot) {
	t.Helper()
	if len(p.At) < 2 || p.At[0] >= p.At[len(p.At)-1] || len(p.Curves) == 0 {
		t.Errorf("%s plots %v over %v", name, p.Curves, p.At)
	}
	for _, c := range p.Curves {
		if len(c.Values) != len(p.At) {
			t.Errorf("%s: the curve %q has %d values for %d points", name, c.Name, len(c.Values), len(p.At))
		}
		for _, ratio := range c.Values {
			if x := ratio.Or(0); !(x >= 0) || x > 1 && p.Unit == page.Ratio {
				t.Errorf("%s: the curve %q has the value %g", name, c.Name, x)
			}
		}
	}
}

// TestTones checks that the tone of a verdict matches its meaning.
func TestTones(t *testing.T) {
	pages := pages(t)
	for name, want := range map[string]struct {
		mark string
		tone page.Tone
	}{
		"limits":            {"LIMITS", page.Plain},
		"plan":              {"SPILLS", page.Warn},
		"compare-files":     {"QUEUES", page.Warn},
		"compare-refused":   {"REFUSED", page.Bad},
		"spillover-refused": {"THROTTLES", page.Bad},
		"plan-target":       {"SPILLS", page.Warn}, // with random arrivals
		"check-floor":       {"FAILS", page.Bad},
		"check-unknown":     {"PASSES", page.Good},
		"check-unread":      {"FAILS", page.Bad},
	} {
		if h := pages[name].Headline; h.Mark != want.mark || h.Tone != want.tone {
			t.Errorf("%s begins with %s in the tone %d", name, h.Mark, h.Tone)
		}
	}
}

// TestManyFindings checks that a page shows the first findings of a kind, and says how many more there are.
func TestManyFindings(t *testing.T) {
	d := decode[document.Spillover](t, archived(t, "spillover-api"))
	if len(d.Findings) == 0 {
		t.Fatal("no finding")
	}
	for range 6 {
		d.Findings = append(d.Findings, d.Findings[0])
	}
	var marks []string
	for _, s := range page.Spillover(d, page.View{Show: []string{page.ShowFindings}}).Sections {
		for _, l := range s.Lines {
			if l.Mark == "warning:" {
				marks = append(marks, l.Text)
			}
		}
	}
	if len(marks) != 6 || marks[5] != "rate-bound at 2 more functions; -o json lists them all" {
		t.Errorf("%q", marks)
	}
}

// archived returns the JSON of a saved answer.
func archived(t *testing.T, name string) []byte {
	t.Helper()
	archive, err := txtar.ParseFile("../testdata/" + name + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range archive.Files {
		if file.Name == "json" {
			return file.Data
		}
	}
	t.Fatal("no JSON in " + name)
	return nil
}
