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
	// Each value is resolved once and each mapping is read once, so the work grows linearly with the size of the file.
	resolved map[tree.Node]resolved
	walked   map[tree.Node]map[string]tree.Node
	params   map[string]bool // those already in r.Params
	depth    int
}

// A resolved is the result of resolving a text.
type resolved struct {
	node    tree.Node
	missing *record.Obstacle
}

// maxDepth limits how deeply variables may be nested. It is far above what people write by hand.
const maxDepth = 32

// sourceWork is the cost of a source of a variable in addition to what it reads, bytes.
const sourceWork = 1024

// remedyPrint is the remedy for values that only the framework can resolve.
const remedyPrint = "run serverless print > printed.yml, then lambdacap check printed.yml"

func newResolver(d *tree.Document, r *record.Recorder) *resolver {
	return &resolver{r: r, doc: d, resolved: map[tree.Node]resolved{}, walked: map[tree.Node]map[string]tree.Node{},
		params: map[string]bool{"stage": true, "region": true}}
}

// fields returns the values of a mapping by key, or those of a list by index.
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

// resolve returns a value with its variables resolved. It does not resolve the parts of a mapping or list.
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
	// This result applies while the value is being resolved, so a variable that refers to itself gets it.
	v.resolved[n] = resolved{missing: &record.Obstacle{Why: "it refers to itself", Remedy: "correct it"}}
	v.noteParams(n.Scalar())
	value, missing := v.expand(n.Scalar(), n.Place().Line)
	missing = final(missing) // to a variable that refers here, this source has a value
	v.resolved[n] = resolved{value, missing}
	return value, missing
}

func tooLong() *record.Obstacle {
	return &record.Obstacle{Why: "it is too long", Remedy: "use a shorter one"}
}

// final returns an obstacle that stops the search, even if other sources follow.
func final(o *record.Obstacle) *record.Obstacle {
	if o == nil {
		return nil
	}
	return &record.Obstacle{Why: o.Why, Remedy: o.Remedy}
}

// noteParams records the options and parameters that a text uses.
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

// expand returns a text with its variables expanded. If the text is a single variable, the result may be any value.
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

// mustBeText explains why a value cannot be part of a text; nil if it can.
func mustBeText(n tree.Node) *record.Obstacle {
	if n.IsScalar() && n.Tag() == "" {
		return nil
	}
	return &record.Obstacle{Why: "a part of it is not a string", Remedy: remedyPrint}
}

// cutVariable splits a variable into its sources and the text after it. value starts after the opening brace.
func cutVariable(value string) (sources []string, after string, closed bool) {
	from, depth := 0, 0
	var quote, before byte // the open quote; the last byte other than a space
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
