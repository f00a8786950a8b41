package report

import (
	"encoding/xml"
	"io"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/format/document"
	"github.com/lambdacap/lambdacap/format/page"
	"github.com/lambdacap/lambdacap/format/safe"
)

// The parts of a JUnit report that a check fills in, as CI systems read them.
type (
	junitReport struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Suites   []junitSuite `xml:"testsuite"`
		Empty    string       `xml:",innerxml"` // a line break if there are no suites
	}
	junitSuite struct {
		Name     xmlText     `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	// A junitCase passes if it has no outcome, or only output.
	junitCase struct {
		Name      xmlText       `xml:"name,attr"`
		ClassName xmlText       `xml:"classname,attr"`
		File      xmlText       `xml:"file,attr,omitempty"`
		Line      int           `xml:"line,attr,omitempty"`
		Failure   *junitOutcome `xml:"failure"`
		Error     *junitOutcome `xml:"error"`
		Skipped   *junitOutcome `xml:"skipped"`
		Output    *junitOutcome `xml:"system-out"`
	}
	junitOutcome struct {
		Message xmlText `xml:"message,attr,omitempty"`
		Rule    xmlText `xml:"type,attr,omitempty"`
		Body    string  `xml:",innerxml"` // see escapeXML
	}
)

// An xmlText is written in one line that is safe to show.
type xmlText string

// MarshalText returns the text as it is shown.
func (t xmlText) MarshalText() ([]byte, error) { return []byte(safe.Text(string(t))), nil }

// escapeXML escapes a text for XML, in which it is safe to show. Unlike encoding/xml, it writes line breaks as
// character references, because tools that indent a report must not change its texts.
func escapeXML(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(safe.Lines(text))) // writing to a Builder cannot fail
	return b.String()
}

// JUnit writes one suite for each file. Errors are failures, accepted findings are skipped, and other findings pass
// with a note. A file that cannot be read is an error, and one without findings is a single case that passes.
func JUnit(w io.Writer, d document.Check) error {
	report := junitReport{Name: "lambdacap check"}
	for _, file := range document.ByFile(d) {
		suite := newJUnitSuite(d, file)
		if suite.Tests == 0 {
			continue
		}
		report.Suites = append(report.Suites, suite)
		report.Tests += suite.Tests
		report.Failures += suite.Failures
		report.Errors += suite.Errors
	}
	if len(report.Suites) == 0 {
		report.Empty = "\n"
	}
	text, err := xml.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(text)+"\n")
	return err
}

// newJUnitSuite returns the cases of a file, or those of the account if the file name is empty.
func newJUnitSuite(d document.Check, file document.FileFindings) junitSuite {
	suite := junitSuite{Name: xmlText(file.Name), Cases: junitCases(d, file)}
	if file.Name == "" {
		suite.Name = "account"
	}
	suite.Tests = len(suite.Cases)
	for i := range suite.Cases {
		c := &suite.Cases[i]
		c.ClassName = suite.Name
		switch {
		case c.Failure != nil:
			suite.Failures++
		case c.Error != nil:
			suite.Errors++
		case c.Skipped != nil:
			suite.Skipped++
		}
	}
	return suite
}

// junitCases returns a case for each finding of a file, or a single case if there are none.
func junitCases(d document.Check, file document.FileFindings) (cases []junitCase) {
	for _, f := range file.Findings {
		c, outcome := newJUnitCase(f)
		if f.Level == rule.Error {
			outcome.Message, outcome.Rule = xmlText(f.Message), xmlText(f.ID)
			c.Failure = outcome
		} else {
			c.Output = outcome
		}
		cases = append(cases, c)
	}
	for _, a := range d.Result.Accepted {
		if a.File.Or("") == file.Name {
			c, outcome := newJUnitCase(a.Finding)
			outcome.Message = xmlText("accepted: " + a.Reason)
			c.Skipped = outcome
			cases = append(cases, c)
		}
	}
	if file.Name == "" {
		return cases
	}
	for _, f := range d.Inputs.Unread() {
		if f.Name == file.Name {
			problem := f.Problem.Or("")
			inOneLine := xmlText(strings.ReplaceAll(problem, "\n", "; "))
			outcome := &junitOutcome{Message: inOneLine, Body: escapeXML(problem)}
			at := f.ProblemAt()
			cases = append(cases, junitCase{Name: "can be read", File: xmlText(at.File), Line: at.Line, Error: outcome})
		}
	}
	if len(cases) == 0 {
		cases = []junitCase{{Name: "no findings", File: xmlText(file.Name)}}
	}
	return cases
}

// newJUnitCase returns the case of a finding, and an outcome with everything there is to say about it.
func newJUnitCase(f check.Finding) (junitCase, *junitOutcome) {
	name := string(f.ID)
	if function, ok := f.Function.Get(); ok && !f.Unnamed {
		name += " " + function
	}
	l := page.Finding(f)
	body := safe.Text(l.Mark + " " + l.Text)
	for _, below := range l.More {
		body += "\n" + safe.Text(below.Mark+" "+below.Text)
	}
	c := junitCase{Name: xmlText(name), File: xmlText(f.File.Or("")), Line: f.Line.Or(0)}
	return c, &junitOutcome{Body: escapeXML(body)}
}
