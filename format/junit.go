package format

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
)

// A junitCase is a case of JUnit's report, as CI systems read it.
type junitCase struct {
	name, file string
	line       int
	outcome    string // failure, error, skipped or system-out; empty for a case that passes
	kind       string // the rule of a failure
	message    string
	body       string
}

// writeJUnit writes a suite for each file: errors are failures, what is accepted
// is skipped, and the other findings pass and say so. A file that could not be
// read is an error, and one without findings a case that passes.
//
// It writes the elements itself: four of them are not worth the code that
// encoding/xml needs for values of any kind.
func writeJUnit(w io.Writer, in Inputs, r check.Result) error {
	var suites strings.Builder
	tests, failures, faults := 0, 0, 0
	for _, name := range placesOf(in, r.Findings) {
		cases := junitCases(in, r, name)
		if len(cases) == 0 {
			continue
		}
		if name == "" {
			name = "account"
		}
		counts := map[string]int{}
		var body strings.Builder
		for _, c := range cases {
			counts[c.outcome]++
			c.write(&body, name)
		}
		fmt.Fprintf(&suites, "  <testsuite%s%s%s%s%s>\n%s  </testsuite>\n", attribute("name", name), figure("tests", len(cases)),
			figure("failures", counts["failure"]), figure("errors", counts["error"]), figure("skipped", counts["skipped"]), body.String())
		tests, failures, faults = tests+len(cases), failures+counts["failure"], faults+counts["error"]
	}
	_, err := fmt.Fprintf(w, "%s<testsuites%s%s%s%s>\n%s</testsuites>\n", xml.Header, attribute("name", "lambdacap check"),
		figure("tests", tests), figure("failures", failures), figure("errors", faults), suites.String())
	return err
}

// junitCases are the cases of a file, or of the account where that is empty.
func junitCases(in Inputs, r check.Result, file string) (cases []junitCase) {
	for _, f := range byLine(r.Findings, file) {
		c := newJUnitCase(*f, "system-out")
		if f.Level == calc.LevelError {
			c.outcome, c.kind, c.message = "failure", string(f.ID), f.Message
		}
		cases = append(cases, c)
	}
	for _, a := range r.Accepted {
		if a.File.Or("") == file {
			c := newJUnitCase(a.Finding, "skipped")
			c.message = "accepted: " + a.Reason
			cases = append(cases, c)
		}
	}
	if file == "" {
		return cases
	}
	for _, f := range in.Files {
		if problem, ok := f.Problem.Get(); ok && f.Name == file {
			cases = append(cases, junitCase{name: "can be read", file: file, outcome: "error", message: problem, body: problem})
		}
	}
	if len(cases) == 0 {
		cases = []junitCase{{name: "no findings", file: file}}
	}
	return cases
}

func newJUnitCase(f check.Finding, outcome string) junitCase {
	name := string(f.ID)
	if function, ok := f.Function.Get(); ok {
		name += " " + function
	}
	l := findingLine(f)
	body := l.mark + " " + l.text
	for _, below := range l.more {
		body += "\n" + below.mark + " " + below.text
	}
	return junitCase{name: name, file: f.File.Or(""), line: f.Line.Or(0), outcome: outcome, body: body}
}

func (c junitCase) write(b *strings.Builder, class string) {
	fmt.Fprintf(b, "    <testcase%s%s", attribute("name", c.name), attribute("classname", class))
	if c.file != "" {
		b.WriteString(attribute("file", c.file))
	}
	if c.line > 0 {
		b.WriteString(figure("line", c.line))
	}
	if c.outcome == "" {
		b.WriteString("></testcase>\n")
		return
	}
	fmt.Fprintf(b, ">\n      <%s", c.outcome)
	if c.message != "" {
		b.WriteString(attribute("message", c.message))
	}
	if c.kind != "" {
		b.WriteString(attribute("type", c.kind))
	}
	fmt.Fprintf(b, ">%s</%s>\n    </testcase>\n", escapeXML(c.body), c.outcome)
}

func attribute(name, value string) string { return " " + name + `="` + escapeXML(value) + `"` }

func figure(name string, n int) string { return attribute(name, strconv.Itoa(n)) }

// escapeXML writes a text as XML has it, in attributes and between tags. What XML
// cannot hold is replaced.
func escapeXML(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}
