package report

import (
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/format/document"
	"github.com/lambdacap/lambdacap/format/encode"
	"github.com/lambdacap/lambdacap/format/page"
)

// The parts of SARIF 2.1.0 that a check fills in.
//
// Source: OASIS, Static Analysis Results Interchange Format 2.1.0, read 2026-11.
type sarif struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool         `json:"tool"`
	Invocations []sarifInvocation `json:"invocations"`
	ColumnKind  string            `json:"columnKind"`
	Results     []sarifResult     `json:"results"`
}

// sarifInvocation says whether all files could be read. If not, findings missing from the report must not look fixed.
type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
}

type sarifNotification struct {
	Level     string          `json:"level"`
	Message   sarifMessage    `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	Version        string      `json:"version"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID                   string        `json:"id"`
	Name                 string        `json:"name"`
	ShortDescription     sarifMessage  `json:"shortDescription"`
	FullDescription      sarifMessage  `json:"fullDescription"`
	HelpURI              string        `json:"helpUri"`
	DefaultConfiguration sarifDefaults `json:"defaultConfiguration"`
}

type sarifMessage struct {
	Text string `json:"text"`
}

// newSARIFMessage returns a message that quotes untrusted text. It separates ](, because SARIF reads
// [words](https://example.org) as a link even in plain text.
//
// Source: SARIF 2.1.0, 3.11.6 Messages with embedded links.
func newSARIFMessage(text string) sarifMessage {
	return sarifMessage{strings.ReplaceAll(text, "](", "] (")}
}

type sarifDefaults struct {
	Level string `json:"level"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Level        string             `json:"level"`
	Message      sarifMessage       `json:"message"`
	Locations    []sarifLocation    `json:"locations,omitempty"`
	Related      []sarifRelated     `json:"relatedLocations,omitempty"`
	Fingerprints *sarifFingerprints `json:"partialFingerprints,omitempty"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
}

type sarifRelated struct {
	Physical sarifPhysical `json:"physicalLocation"`
	Message  sarifMessage  `json:"message"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine int `json:"startLine"`
}

// sarifFingerprints identify a finding even when its line changes.
type sarifFingerprints struct {
	Finding string `json:"lambdacapFinding/v1"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification"`
}

// URLs in the report.
const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	homepage    = "https://github.com/lambdacap/lambdacap"
	rulesPage   = homepage + "/blob/main/docs/reference/rules.md#"
)

// SARIF writes the findings as results, and the accepted ones as suppressed results. version is the version of the
// program.
func SARIF(w io.Writer, d document.Check, version string) error {
	return encode.JSON(w, newSARIF(d, version))
}

func newSARIF(d document.Check, version string) sarif {
	driver := sarifDriver{Name: "lambdacap", Version: version, InformationURI: homepage}
	index := map[rule.ID]int{}
	for i, r := range check.Numbered() {
		index[r.Number] = i
		driver.Rules = append(driver.Rules, newSARIFRule(r))
	}
	run := sarifRun{
		Tool:        sarifTool{driver},
		Invocations: []sarifInvocation{newSARIFInvocation(d.Inputs.Unread())},
		ColumnKind:  "unicodeCodePoints",
	}
	add := func(f check.Finding, suppressed []sarifSuppression) {
		result := newSARIFResult(f, d.Inputs.Files)
		result.RuleIndex, result.Suppressions = index[f.ID], suppressed
		run.Results = append(run.Results, result)
	}
	for _, f := range d.Findings {
		add(f, nil)
	}
	for _, a := range d.Result.Accepted {
		add(a.Finding, []sarifSuppression{{"inSource", a.Reason}})
	}
	return sarif{sarifSchema, "2.1.0", []sarifRun{run}}
}

func newSARIFRule(r rule.Rule) sarifRule {
	return sarifRule{
		ID:                   string(r.Number),
		Name:                 r.Name,
		ShortDescription:     sarifMessage{sentenceCase(r.Text) + "."},
		FullDescription:      sarifMessage{r.Why},
		HelpURI:              rulesPage + strings.ToLower(string(r.Number)),
		DefaultConfiguration: sarifDefaults{sarifLevel(r.Level)},
	}
}

func newSARIFInvocation(unread []document.InputFile) sarifInvocation {
	invocation := sarifInvocation{Successful: len(unread) == 0}
	for _, file := range unread {
		notification := sarifNotification{"error", newSARIFMessage(file.Problem.Or("")),
			[]sarifLocation{newSARIFLocation(file.ProblemAt())}}
		invocation.Notifications = append(invocation.Notifications, notification)
	}
	return invocation
}

// newSARIFResult returns the result for a finding. SARIF requires a location for every result, so a finding without
// one is placed at the start of the first file.
func newSARIFResult(f check.Finding, files []document.InputFile) sarifResult {
	text := page.About(f, f.Message) + "."
	if aws, ok := f.AWSMessage.Get(); ok {
		text += " AWS: " + strings.TrimSuffix(aws, ".") + "."
	}
	result := sarifResult{
		RuleID:       string(f.ID),
		Level:        sarifLevel(f.Level),
		Message:      newSARIFMessage(text + " Fix: " + f.Remedy + "."),
		Fingerprints: &sarifFingerprints{string(f.ID) + "/" + f.Function.Or("")},
	}
	if !f.File.Known() && len(files) > 0 {
		f.File, f.Line = calc.Some(files[0].Name), calc.Some(1)
	}
	if call, ok := f.Call.Get(); ok {
		at := sarifPhysical{Artifact: sarifArtifact{fileURI(call.File)}, Region: &sarifRegion{call.Line}}
		result.Related = []sarifRelated{{at, newSARIFMessage("call of " + call.Module)}}
	}
	if at := f.Place(); at.Known() {
		result.Locations = []sarifLocation{newSARIFLocation(at)}
	}
	return result
}

// newSARIFLocation returns the location of a place, which has a file.
func newSARIFLocation(at check.Place) sarifLocation {
	physical := sarifPhysical{Artifact: sarifArtifact{fileURI(at.File)}}
	if at.Line > 0 {
		physical.Region = &sarifRegion{at.Line}
	}
	return sarifLocation{physical}
}

// sarifLevel returns the SARIF level for one of ours.
func sarifLevel(level rule.Level) string {
	switch level {
	case rule.Error, rule.Warning:
		return string(level)
	}
	return "note"
}

// fileURI returns a path as a URI, which is relative if the path is. A path that starts with a drive letter gets a
// leading slash.
func fileURI(path string) string {
	u := url.URL{Path: filepath.ToSlash(path)}
	if filepath.IsAbs(path) {
		u.Scheme = "file"
		u.Path = "/" + strings.TrimPrefix(u.Path, "/")
	}
	return u.String()
}
