package files

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// variables resolves the variables of a service: ${self:custom.units, 5}.
type variables struct {
	r   *reading
	doc *document
	// What was found before: each value is resolved once, and each mapping
	// walked once, so that the work does not grow faster than the file.
	answers map[spot]resolved
	walked  map[spot]map[string]node
	params  map[string]bool // those in r.Params
	depth   int
	left    int // steps that may still be taken
}

// A spot tells a node of the document from the others.
type spot struct {
	yaml *yaml.Node
	at   int32
}

// A resolved is what a text came to.
type resolved struct {
	node    node
	missing *obstacle
}

// The bounds of resolving: nobody writes that deeply or that much by hand.
const (
	maxVariableDepth = 32
	maxVariableSteps = 100_000
)

// printed is what helps where the framework has to be asked.
const printed = "run serverless print, and check its answer"

func newVariables(d *document, r *reading) *variables {
	return &variables{r: r, doc: d, answers: map[spot]resolved{}, walked: map[spot]map[string]node{}, params: map[string]bool{"stage": true, "region": true}, left: maxVariableSteps}
}

// fields returns the values of a mapping by their keys, or those of a list by
// their numbers.
func (v *variables) fields(n node) map[string]node {
	n = n.follow()
	if n.kind() < list {
		return nil
	}
	at := spot{n.yaml, n.from}
	if known, ok := v.walked[at]; ok {
		return known
	}
	fields := n.fields()
	for _, item := range n.items() {
		fields[strconv.Itoa(len(fields))] = item
	}
	v.walked[at] = fields
	return fields
}

// resolve brings a value to what its variables stand for. The parts of a
// mapping or list are left as they are.
func (v *variables) resolve(n node) (node, *obstacle) {
	n = n.follow()
	kind := n.kind()
	if kind > null && kind < list && n.size() > maxText {
		return node{}, tooLong()
	}
	if kind != text || n.tag() != "" || !strings.Contains(n.scalar(), "${") {
		return n, nil
	}
	at := spot{n.yaml, n.from}
	if known, ok := v.answers[at]; ok {
		return known.node, known.missing
	}
	v.answers[at] = resolved{missing: &obstacle{why: "it refers to itself", remedy: "correct it"}} // until it is known
	v.mention(n.scalar())
	value, missing := v.expand(n.scalar(), n.place().Line)
	missing = missing.final() // who refers to it has found something
	v.answers[at] = resolved{value, missing}
	return value, missing
}

// size is how long a scalar is in the file, about.
func (n node) size() int {
	if n.yaml != nil {
		return len(n.yaml.Value)
	}
	return int(n.to - n.from)
}

func tooLong() *obstacle { return &obstacle{why: "it is too long", remedy: "give a shorter one"} }

func tooMany() *obstacle {
	return &obstacle{why: "the variables of the file stand for too much", remedy: printed}
}

// final is an obstacle that no further source gets around.
func (o *obstacle) final() *obstacle {
	if o == nil {
		return nil
	}
	return &obstacle{why: o.why, remedy: o.remedy}
}

// mention notes the options and parameters that a text has a use for.
func (v *variables) mention(value string) {
	for {
		before, after, ok := strings.Cut(value, ":")
		if !ok {
			return
		}
		value = after
		if kind := before[strings.LastIndexAny(before, "{, ")+1:]; kind != "opt" && kind != "param" {
			continue
		}
		name := strings.TrimLeft(after, " ")
		end := strings.IndexAny(name, ",}$ ")
		if end <= 0 || name[end] == '$' || v.params[name[:end]] {
			continue
		}
		v.params[name[:end]] = true
		v.r.Params = append(v.r.Params, name[:end])
	}
}

// scalarNode is a text, or in plain style what YAML reads in it.
func (v *variables) scalarNode(value string, style yaml.Style, line int) node {
	return node{doc: v.doc, yaml: &yaml.Node{Kind: yaml.ScalarNode, Value: value, Style: style, Line: line}}
}

// expand brings a text to what its variables stand for. One that is a variable
// as a whole may become any value.
func (v *variables) expand(value string, line int) (node, *obstacle) {
	if v.depth >= maxVariableDepth {
		return node{}, &obstacle{why: "it is nested too deeply", remedy: printed}
	}
	if len(value) > maxText {
		return node{}, tooLong()
	}
	v.depth++
	defer func() { v.depth-- }()
	var plain strings.Builder
	for rest := value; ; {
		before, variable, ok := strings.Cut(rest, "${")
		plain.WriteString(before)
		if !ok {
			return v.scalarNode(plain.String(), yaml.SingleQuotedStyle, line), nil
		}
		sources, after, closed := cutVariable(variable)
		if !closed {
			return node{}, &obstacle{why: "a variable has no closing brace", remedy: "correct it"}
		}
		n, missing := v.first(sources, line)
		if len("${"+variable) == len(value) && after == "" {
			return n, missing
		}
		if missing == nil {
			missing = n.noText()
		}
		if missing != nil {
			return node{}, missing.final()
		}
		plain.WriteString(n.scalar())
		if plain.Len() > maxText {
			return node{}, tooLong()
		}
		rest = after
	}
}

// noText tells that a value cannot be a part of a text; nil where it can.
func (n node) noText() *obstacle {
	if kind := n.kind(); kind > null && kind < list && n.tag() == "" {
		return nil
	}
	return &obstacle{why: "a part of it is no text", remedy: printed}
}

// cutVariable takes a variable apart that begins behind its brace: its sources
// are tried one after the other.
func cutVariable(value string) (sources []string, after string, closed bool) {
	from, depth := 0, 0
	var quote, before byte // the quote that is open; the last byte that is no space
	for i := range len(value) {
		c := value[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '\'' || c == '"') && strings.IndexByte(",:({", before) >= 0:
			quote = c
		case c == '{' || c == '(':
			depth++
		case (c == '}' || c == ')') && depth > 0:
			depth--
		case c == '}':
			return append(sources, strings.TrimSpace(value[from:i])), value[i+1:], true
		case c == ',' && depth == 0:
			sources = append(sources, strings.TrimSpace(value[from:i]))
			from = i + 1
		}
		if c != ' ' {
			before = c
		}
	}
	return nil, "", false
}

// first returns the first source that has a value.
func (v *variables) first(sources []string, line int) (node, *obstacle) {
	var reported *obstacle
	for _, source := range sources {
		n, missing := v.source(source, line)
		switch {
		case missing == nil:
			return n, nil
		case !missing.absent:
			return node{}, missing
		case reported == nil || reported.remedy == printed: // a parameter is easier to give
			reported = missing
		}
	}
	return node{}, reported
}

// source returns the value of one source.
func (v *variables) source(source string, line int) (node, *obstacle) {
	if v.left--; v.left < 0 {
		return node{}, tooMany()
	}
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
			return node{}, missing
		}
		source = n.scalar()
	}
	kind, address, ok := strings.Cut(source, ":")
	if address = strings.TrimSpace(address); ok {
		switch kind {
		case "self":
			return v.self(address)
		case "opt":
			return v.option(source, address, line)
		case "param":
			return v.param(source, address, line)
		case "env": // which is not the same everywhere
			return node{}, &obstacle{why: shown(source) + " is not read", remedy: printed, absent: true}
		}
		if kind == "sls" && address == "stage" {
			stage, missing := v.stage()
			return v.scalarNode(stage, yaml.SingleQuotedStyle, line), missing
		}
		if kind == "aws" && address == "region" {
			region, missing := v.region()
			return v.scalarNode(region, yaml.SingleQuotedStyle, line), missing
		}
	}
	if n := v.scalarNode(source, 0, line); source != "" && !ok && n.kind() != text {
		return n, nil
	}
	if !ok && !strings.Contains(source, "(") {
		return node{}, &obstacle{why: strconv.Quote(shown(source)) + " is neither a variable nor a value in quotes", remedy: "correct it"}
	}
	return node{}, &obstacle{why: shown(source) + " cannot be read", remedy: printed}
}

// self returns a value of the file.
func (v *variables) self(address string) (node, *obstacle) {
	n, missing := v.resolve(v.doc.top)
	if address != "" {
		for key := range strings.SplitSeq(address, ".") {
			if n, missing = v.resolve(v.fields(n)[key]); missing != nil {
				return node{}, missing
			}
		}
	}
	if !n.set() && address == "provider.stage" { // the framework fills it in
		return v.scalarNode(defaultStage, yaml.SingleQuotedStyle, 0), nil
	}
	if !n.set() {
		return node{}, &obstacle{why: "self:" + shown(address) + " is not set", remedy: printed, absent: true}
	}
	return n, nil
}

// option returns what the user gives for a name.
func (v *variables) option(source, name string, line int) (node, *obstacle) {
	if value, ok := v.r.options.Params[name]; ok {
		return v.scalarNode(value, yaml.SingleQuotedStyle, line), nil
	}
	return node{}, &obstacle{why: shown(source) + " is not given", remedy: "give --param " + shown(name) + "=VALUE", absent: true}
}

// param returns a parameter: what the user gives, else what the file has for the
// stage, else what it has for all.
func (v *variables) param(source, name string, line int) (node, *obstacle) {
	n, missing := v.option(source, name, line)
	if missing == nil {
		return n, nil
	}
	top := v.fields(v.doc.top)
	if !top["stages"].exists() && !top["params"].exists() {
		return node{}, missing
	}
	stage, unknown := v.stage()
	if unknown != nil {
		return node{}, unknown
	}
	for _, keys := range [][]string{{"stages", stage, "params", name}, {"params", stage, name}, {"stages", "default", "params", name}, {"params", "default", name}} {
		n := v.doc.top
		for _, key := range keys {
			if n, unknown = v.resolve(v.fields(n)[key]); unknown != nil {
				return node{}, unknown
			}
		}
		if n.set() {
			return n, nil
		}
	}
	return node{}, missing
}

// What the framework takes where nothing is said.
const (
	defaultStage  = "dev"
	defaultRegion = "us-east-1"
)

// stage returns the stage that is deployed.
func (v *variables) stage() (string, *obstacle) {
	if stage, ok := v.r.options.Params["stage"]; ok {
		return stage, nil
	}
	n, missing := v.self("provider.stage")
	if missing == nil {
		missing = n.noText()
	}
	return n.scalar(), missing
}

// region returns the Region that is deployed to.
func (v *variables) region() (string, *obstacle) {
	if region, ok := v.r.options.Params["region"]; ok {
		return region, nil
	}
	n, missing := v.self("provider.region")
	switch {
	case missing == nil:
		return n.scalar(), n.noText()
	case !missing.absent:
		return "", missing
	case v.r.options.Region != "":
		return v.r.options.Region, nil
	}
	return defaultRegion, nil
}
