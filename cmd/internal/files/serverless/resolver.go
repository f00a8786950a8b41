package serverless

import (
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// A resolver resolves the variables of a service: ${self:custom.units, 5}.
type resolver struct {
	r   *record.Recorder
	doc *tree.Document
	// Each value is resolved once, and each mapping is walked once, so that the work does not grow faster than the
	// file.
	resolved  map[tree.Node]resolved
	walked    map[tree.Node]map[string]tree.Node
	params    map[string]bool // those in r.Params
	depth     int
	stepsLeft int
}

// A resolved is what a text comes to.
type resolved struct {
	node    tree.Node
	missing *record.Obstacle
}

// The bounds of resolving: nobody writes that deeply or that much by hand.
const (
	maxDepth = 32
	maxSteps = 100_000
)

// remedyPrint is the remedy where only the framework knows a value.
const remedyPrint = "run serverless print, and check its answer"

func newResolver(d *tree.Document, r *record.Recorder) *resolver {
	return &resolver{r: r, doc: d, resolved: map[tree.Node]resolved{}, walked: map[tree.Node]map[string]tree.Node{},
		params: map[string]bool{"stage": true, "region": true}, stepsLeft: maxSteps}
}

// fields returns the values of a mapping by their keys, or those of a list by their numbers.
func (v *resolver) fields(n tree.Node) map[string]tree.Node {
	n = n.Unalias()
	if n.Kind() < tree.List {
		return nil
	}
	if known, ok := v.walked[n]; ok {
		return known
	}
	fields := n.Fields()
	for _, item := range n.Items() {
		fields[strconv.Itoa(len(fields))] = item
	}
	v.walked[n] = fields
	return fields
}

// resolve returns what a value comes to. It leaves the parts of a mapping or list as they are.
func (v *resolver) resolve(n tree.Node) (tree.Node, *record.Obstacle) {
	n = n.Unalias()
	if n.IsScalar() && n.Size() > record.MaxText {
		return tree.Node{}, tooLong()
	}
	if n.Kind() != tree.Text || n.Tag() != "" || !strings.Contains(n.Scalar(), "${") {
		return n, nil
	}
	if known, ok := v.resolved[n]; ok {
		return known.node, known.missing
	}
	// This stands until the value is known, so that it is also what a variable inside itself comes to.
	v.resolved[n] = resolved{missing: &record.Obstacle{Why: "it refers to itself", Remedy: "correct it"}}
	v.noteParams(n.Scalar())
	value, missing := v.expand(n.Scalar(), n.Place().Line)
	missing = final(missing) // what refers to this value has found something
	v.resolved[n] = resolved{value, missing}
	return value, missing
}

func tooLong() *record.Obstacle {
	return &record.Obstacle{Why: "it is too long", Remedy: "give a shorter one"}
}

func tooMany() *record.Obstacle {
	return &record.Obstacle{Why: "the variables of the file stand for too much", Remedy: remedyPrint}
}

// final makes an obstacle one that no further source gets around.
func final(o *record.Obstacle) *record.Obstacle {
	if o == nil {
		return nil
	}
	return &record.Obstacle{Why: o.Why, Remedy: o.Remedy}
}

// noteParams notes the options and parameters that a text uses.
func (v *resolver) noteParams(value string) {
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

// expand returns what a text comes to. A text that is one variable as a whole may become any value.
func (v *resolver) expand(value string, line int) (tree.Node, *record.Obstacle) {
	if v.depth >= maxDepth {
		return tree.Node{}, &record.Obstacle{Why: "it is nested too deeply", Remedy: remedyPrint}
	}
	if len(value) > record.MaxText {
		return tree.Node{}, tooLong()
	}
	v.depth++
	defer func() { v.depth-- }()
	var text strings.Builder
	for rest := value; ; {
		before, variable, ok := strings.Cut(rest, "${")
		text.WriteString(before)
		if !ok {
			return v.doc.TextNode(text.String(), line), nil
		}
		sources, after, closed := cutVariable(variable)
		if !closed {
			return tree.Node{}, &record.Obstacle{Why: "a variable has no closing brace", Remedy: "correct it"}
		}
		n, missing := v.first(sources, line)
		if len("${"+variable) == len(value) && after == "" {
			return n, missing
		}
		if missing == nil {
			missing = mustBeText(n)
		}
		if missing != nil {
			return tree.Node{}, final(missing)
		}
		text.WriteString(n.Scalar())
		if text.Len() > record.MaxText {
			return tree.Node{}, tooLong()
		}
		rest = after
	}
}

// mustBeText says why a value cannot be a part of a text; nil where it can.
func mustBeText(n tree.Node) *record.Obstacle {
	if n.IsScalar() && n.Tag() == "" {
		return nil
	}
	return &record.Obstacle{Why: "a part of it is no text", Remedy: remedyPrint}
}

// cutVariable splits a variable into its sources and what follows it. The value begins behind the opening brace.
func cutVariable(value string) (sources []string, after string, closed bool) {
	from, depth := 0, 0
	var quote, before byte // the quote that is open; the last byte that is not a space
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
