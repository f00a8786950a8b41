// Package cloudformation reads CloudFormation and SAM templates, whether written by hand or by the CDK.
package cloudformation

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// Format is the format of CloudFormation and SAM templates.
type Format struct{}

// templateBody is the key of the template in the output of aws cloudformation get-template.
const templateBody = "TemplateBody"

// Name is what --format and messages call the format.
func (Format) Name() string { return "cloudformation" }

// Claims reports whether a document is a template.
func (Format) Claims(top tree.Node, _ record.Options) bool {
	for _, m := range top.Members() {
		switch m.Key.Scalar() {
		case "Resources", "AWSTemplateFormatVersion", templateBody:
			return true
		}
	}
	return false
}

// Read records the settings of a template.
func (Format) Read(d *tree.Document, r *record.Recorder) error {
	hasLoops := d.Mentions(forEach)
	if hasLoops && d.Top.IsJSON() {
		if _, err := d.AsYAML(); err != nil { // too large to expand
			hasLoops = false
		}
	}
	top := d.Top
	if body := top.Get(templateBody); body.Exists() {
		if top = body; body.Kind() != tree.Mapping {
			return fmt.Errorf("%s: %s is not a mapping; expected the output of get-template --template-stage Processed, "+
				"or the template alone", body.Place(), templateBody)
		}
	}
	t := newTemplate(r)
	r.Params = append(r.Params,
		"AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix")
	for _, m := range top.Get("Parameters").Members() {
		name := m.Key.Scalar()
		t.parameters[name] = m.Value
		r.Params = append(r.Params, name)
	}
	t.mappings = top.Get("Mappings")
	transforms := top.Get("Transform")
	t.extended = slices.ContainsFunc(append(transforms.Items(), transforms), func(n tree.Node) bool {
		return n.Scalar() == "AWS::LanguageExtensions"
	})
	for _, m := range top.Members() {
		section := m.Value
		switch m.Key.Scalar() {
		case "Conditions":
			if hasLoops {
				t.expand(section)
			}
			for _, m := range section.Members() {
				t.conditions[m.Key.Scalar()] = m.Value
				t.conditionLoop = cmp.Or(t.conditionLoop, t.unexpanded[m.Key])
			}
		case "Globals":
			t.globals = section.Get("Function").Fields()
		case "Resources":
			if section.HasValue() && section.Kind() != tree.Mapping { // null means no resources, as in an outline
				return fmt.Errorf("%s: Resources: is not a mapping; expected resources by their logical ids", section.Place())
			}
			if hasLoops {
				t.expand(section)
			}
			if err := t.list(section); err != nil {
				return err
			}
		}
	}
	t.read()
	return nil
}
