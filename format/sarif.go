package format

import (
	"net/url"
	"path/filepath"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
)

// The parts of SARIF 2.1.0 that a check fills in. Source: OASIS, Static Analysis
// Results Interchange Format 2.1.0, read 2026-11.
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

// sarifInvocation tells whether all could be read: what is missing from a report
// must not look mended.
type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
}

type sarifNotification struct {
	Level   string       `json:"level"`
	Message sarifMessage `json:"message"`
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

type sarifDefaults struct {
	Level string `json:"level"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Level        string             `json:"level"`
	Message      sarifMessage       `json:"message"`
	Locations    []sarifLocation    `json:"locations,omitempty"`
	Fingerprints *sarifFingerprints `json:"partialFingerprints,omitempty"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
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

// sarifFingerprints tell a finding apart although its line changes.
type sarifFingerprints struct {
	Finding string `json:"lambdacapFinding/v1"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification"`
}

// Addresses that the report names.
const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	homepage    = "https://github.com/lambdacap/lambdacap"
	rulesPage   = homepage + "/blob/main/docs/reference/rules.md#"
)

// newSARIF makes a report of the findings, and of the accepted ones, which are
// suppressed.
func newSARIF(in Inputs, r check.Result, version string) sarif {
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "lambdacap", Version: version, InformationURI: homepage, Rules: []sarifRule{}}},
		ColumnKind: "unicodeCodePoints",
		Results:    []sarifResult{},
	}
	invocation := sarifInvocation{Successful: true}
	for _, file := range in.Files {
		if problem, ok := file.Problem.Get(); ok {
			invocation.Successful = false
			invocation.Notifications = append(invocation.Notifications, sarifNotification{"error", sarifMessage{problem}})
		}
	}
	run.Invocations = []sarifInvocation{invocation}
	index := map[check.RuleID]int{}
	for i, rule := range check.Rules() {
		index[rule.ID] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
			ID: string(rule.ID), Name: rule.Name, ShortDescription: sarifMessage{sentenceCase(rule.Text) + "."}, FullDescription: sarifMessage{rule.Why},
			HelpURI: rulesPage + strings.ToLower(string(rule.ID)), DefaultConfiguration: sarifDefaults{sarifLevel(rule.Level)},
		})
	}
	add := func(f check.Finding, suppressed []sarifSuppression) {
		text := about(f, f.Message) + "."
		if aws, ok := f.AWSMessage.Get(); ok {
			text += " AWS: " + strings.TrimSuffix(aws, ".") + "."
		}
		result := sarifResult{RuleID: string(f.ID), RuleIndex: index[f.ID], Level: sarifLevel(f.Level),
			Message: sarifMessage{text + " Fix: " + f.Remedy + "."}, Suppressions: suppressed,
			Fingerprints: &sarifFingerprints{string(f.ID) + "/" + f.Function.Or("")}}
		if !f.File.Known() && len(in.Files) > 0 { // a place is asked for everywhere
			f.File, f.Line = calc.Some(in.Files[0].Name), calc.Some(1)
		}
		if name, ok := f.File.Get(); ok {
			at := sarifPhysical{Artifact: sarifArtifact{fileURI(name)}}
			if line, ok := f.Line.Get(); ok {
				at.Region = &sarifRegion{line}
			}
			result.Locations = []sarifLocation{{at}}
		}
		run.Results = append(run.Results, result)
	}
	for _, f := range r.Findings {
		add(f, nil)
	}
	for _, a := range r.Accepted {
		add(a.Finding, []sarifSuppression{{"inSource", a.Reason}})
	}
	return sarif{sarifSchema, "2.1.0", []sarifRun{run}}
}

// sarifLevel is the level that SARIF has for one of ours.
func sarifLevel(level calc.Level) string {
	switch level {
	case calc.LevelError, calc.LevelWarning:
		return string(level)
	}
	return "note"
}

// fileURI is a path as a URI: relative where the path is. The path of a drive
// begins with a slash there.
func fileURI(path string) string {
	u := url.URL{Path: filepath.ToSlash(path)}
	if filepath.IsAbs(path) {
		u.Scheme = "file"
		u.Path = "/" + strings.TrimPrefix(u.Path, "/")
	}
	return u.String()
}
