package serverless

import (
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// first returns the value of the first source that has one.
func (v *resolver) first(sources []string, line int) (tree.Node, *record.Obstacle) {
	var reported *record.Obstacle
	for _, source := range sources {
		n, missing := v.source(source, line)
		switch {
		case missing == nil:
			return n, nil
		case !missing.Absent:
			return tree.Node{}, missing
		case reported == nil || reported.Remedy == remedyPrint: // a parameter is easier to provide
			reported = missing
		}
	}
	return tree.Node{}, reported
}

// source returns the value of one source.
func (v *resolver) source(source string, line int) (tree.Node, *record.Obstacle) {
	v.doc.Top.Spend(sourceWork + len(source))
	if last := len(source) - 1; last > 0 && source[0] == source[last] && (source[0] == '\'' || source[0] == '"') {
		return v.expand(source[1:last], line)
	}
	if strings.Contains(source, "${") {
		n, missing := v.expand(source, line)
		if variable, ok := strings.CutPrefix(source, "${"); ok {
			if _, after, _ := cutVariable(variable); after == "" {
				return n, missing
			}
		}
		if missing != nil {
			return tree.Node{}, missing
		}
		source = n.Scalar()
	}
	kind, address, ok := strings.Cut(source, ":")
	if ok {
		if n, missing, known := v.variable(kind, strings.TrimSpace(address), source, line); known {
			return n, missing
		}
	}
	if n := v.doc.PlainNode(source, line); source != "" && !ok && n.Kind() != tree.Text {
		return n, nil
	}
	if !ok && !strings.Contains(source, "(") {
		return tree.Node{}, &record.Obstacle{Remedy: "correct it",
			Why: strconv.Quote(tree.Shown(source)) + " is neither a variable nor a value in quotes"}
	}
	return tree.Node{}, &record.Obstacle{Why: tree.Shown(source) + " cannot be read", Remedy: remedyPrint}
}

// variable returns the value of a source of the form kind:address, and whether it knows the kind.
func (v *resolver) variable(kind, address, source string, line int) (
	n tree.Node, missing *record.Obstacle, known bool,
) {
	switch {
	case kind == "self":
		n, missing = v.self(address)
	case kind == "opt":
		n, missing = v.option(source, address, line)
	case kind == "param":
		n, missing = v.param(source, address, line)
	case kind == "env": // environments differ between machines
		missing = &record.Obstacle{Why: tree.Shown(source) + " is not read", Remedy: remedyPrint, Absent: true}
	case kind == "sls" && address == "stage":
		var stage string
		stage, missing = v.stage()
		n = v.doc.TextNode(stage, line)
	case kind == "aws" && address == "region":
		var region string
		region, missing = v.region()
		n = v.doc.TextNode(region, line)
	default:
		return tree.Node{}, nil, false
	}
	return n, missing, true
}

// self returns a value from the file itself.
func (v *resolver) self(address string) (tree.Node, *record.Obstacle) {
	n, missing := v.resolve(v.doc.Top)
	if address != "" {
		for key := range strings.SplitSeq(address, ".") {
			if n, missing = v.resolve(v.fields(n)[key]); missing != nil {
				return tree.Node{}, missing
			}
		}
	}
	if !n.HasValue() && address == stageAddress { // the framework has a default
		return v.doc.TextNode(defaultStage, 0), nil
	}
	if !n.HasValue() {
		return tree.Node{}, &record.Obstacle{
			Why: "self:" + tree.Shown(address) + " is not set", Remedy: remedyPrint, Absent: true}
	}
	return n, nil
}

// option returns the value that the user gave for a name.
func (v *resolver) option(source, name string, line int) (tree.Node, *record.Obstacle) {
	if value, ok := v.r.Options.Params[name]; ok {
		return v.doc.TextNode(value, line), nil
	}
	return tree.Node{}, &record.Obstacle{Absent: true,
		Why: tree.Shown(source) + " is not given", Remedy: record.GiveParam(name, "VALUE")}
}

// param returns a parameter. It prefers the value given by the user, then the file's value for the stage,
// then its value for all stages.
func (v *resolver) param(source, name string, line int) (tree.Node, *record.Obstacle) {
	n, missing := v.option(source, name, line)
	if missing == nil {
		return n, nil
	}
	top := v.fields(v.doc.Top)
	if !top["stages"].Exists() && !top["params"].Exists() {
		return tree.Node{}, missing
	}
	stage, unknown := v.stage()
	if unknown != nil {
		return tree.Node{}, unknown
	}
	for _, keys := range [][]string{
		{"stages", stage, "params", name}, {"params", stage, name},
		{"stages", "default", "params", name}, {"params", "default", name},
	} {
		n := v.doc.Top
		for _, key := range keys {
			if n, unknown = v.resolve(v.fields(n)[key]); unknown != nil {
				return tree.Node{}, unknown
			}
		}
		if n.HasValue() {
			return n, nil
		}
	}
	return tree.Node{}, missing
}

// The addresses of the stage and the Region of a service.
const (
	stageAddress  = "provider.stage"
	regionAddress = "provider.region"
)

// The defaults of the framework.
const (
	defaultStage  = "dev"
	defaultRegion = "us-east-1"
)

// stage returns the stage to deploy.
func (v *resolver) stage() (string, *record.Obstacle) {
	if stage, ok := v.r.Options.Params["stage"]; ok {
		return stage, nil
	}
	n, missing := v.self(stageAddress)
	if missing == nil {
		missing = mustBeText(n)
	}
	return n.Scalar(), missing
}

// region returns the Region to deploy to.
func (v *resolver) region() (string, *record.Obstacle) {
	if region, ok := v.r.Options.Params["region"]; ok {
		return region, nil
	}
	n, missing := v.self(regionAddress)
	switch {
	case missing == nil:
		return n.Scalar(), mustBeText(n)
	case !missing.Absent:
		return "", missing
	case v.r.Options.Region != "":
		return v.r.Options.Region, nil
	}
	return defaultRegion, nil
}
