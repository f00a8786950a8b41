package format

import (
	"encoding/xml"
	"io"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
)

// The elements of JUnit's report, as CI systems read it.
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string     `xml:"name,attr"`
	Class   string     `xml:"classname,attr"`
	File    string     `xml:"file,attr,omitempty"`
	Line    int        `xml:"line,attr,omitempty"`
	Failure *junitText `xml:"failure"`
	Error   *junitText `xml:"error"`
	Skipped *junitText `xml:"skipped"`
	Output  string     `xml:"system-out,omitempty"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Body    string `xml:",chardata"`
}

// writeJUnit writes a suite for each file: errors are failures, what is accepted
// is skipped, and the other findings pass and say so. A file that could not be
// read is an error, and one without findings a case that passes.
func writeJUnit(w io.Writer, in Inputs, r check.Result) error {
	all := junitSuites{Name: "lambdacap check"}
	for _, name := range placesOf(in, r.Findings) {
		s := junitSuite{Name: name}
		if name == "" {
			s.Name = "account"
		}
		for _, f := range byLine(r.Findings, name) {
			c := newJUnitCase(s.Name, f)
			if f.Level == calc.LevelError {
				c.Failure = &junitText{f.Message, string(f.ID), junitBody(f)}
				s.Failures++
			} else {
				c.Output = junitBody(f)
			}
			s.Cases = append(s.Cases, c)
		}
		for _, a := range r.Accepted {
			if a.File.Or("") == name {
				c := newJUnitCase(s.Name, a.Finding)
				c.Skipped = &junitText{Message: "accepted: " + a.Reason, Body: junitBody(a.Finding)}
				s.Skipped++
				s.Cases = append(s.Cases, c)
			}
		}
		for _, file := range in.Files {
			if problem, ok := file.Problem.Get(); ok && file.Name == name && name != "" {
				s.Cases = append(s.Cases, junitCase{Name: "can be read", Class: name, File: name, Error: &junitText{problem, "", problem}})
				s.Errors++
			}
		}
		if len(s.Cases) == 0 {
			if name == "" {
				continue
			}
			s.Cases = []junitCase{{Name: "no findings", Class: name, File: name}}
		}
		s.Tests = len(s.Cases)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Suites = append(all.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	out := xml.NewEncoder(w)
	out.Indent("", "  ")
	if err := out.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func newJUnitCase(class string, f check.Finding) junitCase {
	name := string(f.ID)
	if function, ok := f.Function.Get(); ok {
		name += " " + function
	}
	return junitCase{Name: name, Class: class, File: f.File.Or(""), Line: f.Line.Or(0)}
}

// junitBody is a finding with all that there is to say.
func junitBody(f check.Finding) string {
	body := findingLine(f)
	text := body.mark + " " + body.text
	for _, below := range body.more {
		text += "\n" + below.mark + " " + below.text
	}
	return text
}
