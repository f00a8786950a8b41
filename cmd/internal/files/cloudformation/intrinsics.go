package cloudformation

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// choose resolves Fn::If. If the condition is unknown, both branches may still have the same value.
func (t *template) choose(n tree.Node, list []tree.Node) value {
	if len(list) != 3 {
		return unknown(n, "Fn::If needs a condition and two values", "correct it")
	}
	answer, missing := t.condition(list[0])
	switch answer {
	case yes:
		return t.resolve(list[1])
	case no:
		return t.resolve(list[2])
	}
	a, b := t.resolve(list[1]), t.resolve(list[2])
	if a.state == structure || b.state == structure {
		return blocked(n, missing)
	}
	if a.state == b.state && a.text == b.text && !strings.Contains(a.text, record.Hole) {
		return a
	}
	return blocked(n, missing).named("Fn::If " + list[0].Scalar() + " " + a.text + " " + b.text)
}

// partWork is the cost of each name that Fn::Sub replaces, bytes.
const partWork = 256

// substitute resolves Fn::Sub, which replaces "${Name}" in a text. Its second argument defines further names.
func (t *template) substitute(n, argument tree.Node) value {
	var own map[string]tree.Node
	if list := argument.Items(); len(list) == 2 {
		argument, own = list[0], list[1].Fields()
	}
	if !isText(argument) {
		return unknown(n, "Fn::Sub needs a text", "correct it")
	}
	var text strings.Builder
	var missing *record.Obstacle
	rest := argument.Scalar()
	for text.Len() <= record.MaxText {
		before, after, open := strings.Cut(rest, "${")
		text.WriteString(before)
		name, behind, closed := strings.Cut(after, "}")
		if !open || !closed {
			break
		}
		rest = behind
		n.Spend(partWork)
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			text.WriteString("${" + literal + "}")
			continue
		}
		name = strings.TrimSpace(name)
		v := t.resolve(own[name])
		if v.state == absent {
			v = t.ref(n, name)
			id, attribute, dotted := strings.Cut(name, ".")
			if dotted && v.state == unresolved && t.resources[id] != nil && attribute != "" {
				v = t.attribute(n, id, attribute)
			}
		}
		if v.state != scalar {
			missing = v.notText()
		}
		text.WriteString(v.part())
	}
	return textOrBlocked(n, text.String(), missing)
}

// join resolves Fn::Join.
func (t *template) join(n tree.Node, list []tree.Node) value {
	if len(list) != 2 || !isText(list[0]) {
		return unknown(n, "Fn::Join needs a delimiter and a list", "correct it")
	}
	texts, fault := t.texts(list[1])
	return textOrBlocked(n, strings.Join(texts, list[0].Scalar()), fault.missing)
}

// texts resolves a list of texts: a literal list, the result of Fn::Split, or a comma-separated parameter. Parts that
// are unknown contain holes, and the fault is then unresolved.
func (t *template) texts(n tree.Node) (texts []string, fault value) {
	if name, argument, ok := intrinsic(n); ok && name == "Fn::Split" {
		list := argument.Items()
		if len(list) != 2 || !isText(list[0]) || list[0].Scalar() == "" {
			return nil, unknown(n, "Fn::Split needs a delimiter and a text", "correct it")
		}
		v := t.resolve(list[1])
		if v.state == unresolved {
			fault = v
		}
		// The text behind a symbol would be split too.
		return strings.Split(record.Nameless(v.text), list[0].Scalar()), fault
	}
	if isText(n) && t.outer == nil {
		return nil, unknown(n, "it is not a list", "correct it")
	}
	v := t.resolve(n)
	switch v.state {
	case unresolved:
		return []string{record.Hole}, v
	case scalar:
		for member := range strings.SplitSeq(v.text, ",") {
			texts = append(texts, strings.TrimSpace(member)) // CloudFormation trims these too
		}
		return texts, value{}
	}
	for _, part := range v.node.Items() {
		v := t.resolve(part)
		switch v.state {
		case scalar:
			texts = append(texts, v.text)
		case absent:
		default:
			texts, fault = append(texts, v.part()), blocked(part, v.notText())
		}
		if len(texts) > record.MaxText {
			return nil, unknown(n, "it is too long", "use a shorter one")
		}
	}
	return texts, fault
}

// selectItem resolves Fn::Select. The items that are not selected may contain holes.
func (t *template) selectItem(n tree.Node, list []tree.Node) value {
	if len(list) != 2 {
		return unknown(n, "Fn::Select needs an index and a list", "correct it")
	}
	index := t.resolve(list[0])
	if index.state == unresolved {
		return blocked(n, index.missing)
	}
	texts, fault := t.texts(list[1])
	at, err := strconv.Atoi(index.text)
	outside := err != nil || at < 0 || at >= len(texts)
	switch {
	case fault.state == unresolved && outside:
		return blocked(n, fault.missing)
	case fault.state == unresolved && !record.IsWhole(texts[at]):
		return textOrBlocked(n, texts[at], fault.missing)
	case outside:
		return unknown(n, fmt.Sprintf("Fn::Select has no item %s", tree.Shown(index.text)), "correct it")
	}
	return textAt(n, texts[at])
}

// findInMap resolves Fn::FindInMap.
func (t *template) findInMap(n tree.Node, list []tree.Node) value {
	if len(list) < 3 {
		return unknown(n, "Fn::FindInMap needs a map and two keys", "correct it")
	}
	at, path := t.mappings, "Fn::FindInMap"
	var missing *record.Obstacle
	for _, part := range list[:3] {
		key := t.resolve(part)
		missing = cmp.Or(missing, key.missing)
		path += " " + key.part()
		at = t.lookUp(at, key.text)
	}
	if missing != nil {
		return blocked(n, missing).named(path)
	}
	if v := t.resolve(at); v.state != absent {
		return v
	}
	if len(list) > 3 {
		if initial := list[3].Get("DefaultValue"); initial.Exists() {
			return t.resolve(initial)
		}
	}
	return unknown(n, "the Mappings have no such keys", "correct them")
}

// lookUp is Get for a mapping that is read many times.
func (t *template) lookUp(n tree.Node, key string) tree.Node {
	if _, ok := t.mappingFields[n]; !ok {
		t.mappingFields[n] = n.Fields()
	}
	return t.mappingFields[n][key]
}
