package format_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/format"
)

// hostileNames are names that would break out of a page, a drawing, an attribute or a template, or out of their place.
var hostileNames = []string{
	`</title></svg><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onload='alert(1)`,
	`{{.}}{{template "report"}}`, `&lt;b&gt; ]]> <!-- -->`, "javascript:alert(1)", "a\x00b\u202ec\u2028d\x1b[31m",
	strings.Repeat("W", 300), strings.Repeat("long-", 200), "関数関数関数関数関数関数関数関数関数関数関数",
	`</style><link rel=stylesheet href=//evil.example>`, "url(https://evil.example)",
}

// hostile returns a saved answer about twelve functions with hostile names.
func hostile(t *testing.T) string {
	t.Helper()
	text := saved(t)["picture-account"]["json"]
	var d struct {
		Inputs struct{ Functions []struct{ Name string } }
	}
	if err := json.Unmarshal([]byte(text), &d); err != nil || len(d.Inputs.Functions) != len(hostileNames) {
		t.Fatal(len(d.Inputs.Functions), err)
	}
	for i, f := range d.Inputs.Functions {
		name, err := json.Marshal(hostileNames[i])
		if err != nil {
			t.Fatal(err)
		}
		text = strings.ReplaceAll(text, fmt.Sprintf("%q", f.Name), string(name))
	}
	return text
}

// allowed are the elements and attributes of a report. None of them makes a browser fetch or run anything.
var allowed = map[string]string{
	"html": "lang", "head": "", "meta": "charset http-equiv content name", "title": "", "style": "", "body": "",
	"main": "", "h1": "", "h2": "", "p": "class", "b": "class", "br": "", "pre": "", "code": "", "ul": "", "li": "",
	"section": "", "div": "class", "footer": "", "thead": "", "tbody": "", "tfoot": "", "tr": "",
	"table": "width cellpadding cellspacing border frame rules", "th": "align class", "td": "align class",
	"svg":  "xmlns role aria-label width height viewBox font-family font-size",
	"text": "x y text-anchor fill font-size font-weight", "g": "transform",
	"path": "d fill fill-opacity stroke stroke-width stroke-dasharray",
}

// TestMarkup checks that reports and pictures have only elements and attributes that are known to be harmless, whatever
// the names in them, that all elements are closed, and that each drawing has a title and says the same to those who do
// not see it.
func TestMarkup(t *testing.T) {
	answers := map[string]string{"hostile": hostile(t)}
	for name, formats := range saved(t) {
		switch kind(t, formats["json"]) {
		case "plan", "spillover", "compare", "ramp", "drain", "replay":
			answers[name] = formats["json"]
		}
	}
	drawings := 0
	for name, answer := range answers {
		for _, form := range []string{"html", "svg"} {
			text := draw(t, name, answer, format.Options{Format: form})
			if form == "html" {
				text = strings.TrimPrefix(text, "<!DOCTYPE html>")
				if !strings.Contains(html.UnescapeString(text), `content="default-src 'none'; style-src 'unsafe-inline'"`) {
					t.Errorf("%s has no policy", name)
				}
			}
			d := xml.NewDecoder(strings.NewReader(text))
			d.Strict, d.AutoClose, d.Entity = form == "svg", []string{"meta", "br"}, xml.HTMLEntity
			label := ""
			for {
				token, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatalf("%s as %s: %v", name, form, err)
				}
				start, ok := token.(xml.StartElement)
				if !ok {
					continue
				}
				attributes, known := allowed[start.Name.Local]
				if !known {
					t.Errorf("%s as %s has the element %s", name, form, start.Name.Local)
				}
				for _, a := range start.Attr {
					if !strings.Contains(" "+attributes+" ", " "+a.Name.Local+" ") {
						t.Errorf("%s as %s: %s has the attribute %s=%q", name, form, start.Name.Local, a.Name.Local, a.Value)
					}
					if a.Name.Local == "aria-label" {
						label = a.Value
					}
				}
				if start.Name.Local == "title" && label != "" {
					var title string
					if err := d.DecodeElement(&title, &start); err != nil || title != label {
						t.Errorf("%s as %s: a drawing has the title %q and the label %q, %v", name, form, title, label, err)
					}
					drawings++
					label = ""
				}
			}
			if label != "" {
				t.Errorf("%s as %s: the drawing %q has no title", name, form, label)
			}
		}
	}
	if drawings < 100 {
		t.Errorf("%d drawings", drawings)
	}
}

// TestHostileNames checks that each hostile name can be read in the report, and that none of its markup is left.
func TestHostileNames(t *testing.T) {
	for _, form := range []string{"html", "svg"} {
		text := draw(t, "hostile", hostile(t), format.Options{Format: form})
		for _, bad := range []string{"<script", "<img", "<link", "<b>", "onload='", `x onerror=alert(1)>`, "\x00", "\u202e",
			"\x1b", "<!--"} {
			at := strings.Index(text, bad)
			if at >= 0 && !(bad == "<b>" && form == "html") {
				t.Errorf("%s has %s: %.80q", form, bad, text[max(0, at-20):])
			}
		}
		if !strings.Contains(text, `a\x00b\u202ec\u2028d\x1b[31m`) {
			t.Errorf("%s does not show the characters that are not safe", form)
		}
	}
}

// TestReportStandsAlone checks what makes a report one file that can be kept: it has no address that anything could be
// fetched from, and it is small.
func TestReportStandsAlone(t *testing.T) {
	for name, formats := range saved(t) {
		if formats["html"] == "" {
			continue
		}
		for _, form := range []string{"html", "svg"} {
			text := strings.ReplaceAll(formats[form], `xmlns="http://www.w3.org/2000/svg"`, "")
			if at := regexp.MustCompile(`://|url\(|@import`).FindString(text); at != "" {
				t.Errorf("%s as %s has %s", name, form, at)
			}
			if n := len(text); n > 64<<10 {
				t.Errorf("%s as %s has %d bytes", name, form, n)
			}
		}
	}
}
