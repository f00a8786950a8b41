package cloudformation

import (
	"strings"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// forEach is the start of a loop's key. AWS::LanguageExtensions replaces the loop with its expansion.
//
// Source: docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html,
// read 2026-11.
const forEach = "Fn::ForEach::"

// expand replaces the loops in a value and in all its parts with their expansion. A loop over an unknown list stays,
// and t.unexpanded has the reason.
func (t *template) expand(n tree.Node) {
	if n = n.Unalias(); t.expanded[n] {
		return
	}
	t.expanded[n] = true
	for _, item := range n.Items() {
		t.expand(item)
	}
	var members []tree.Member
	changed := false
	for _, m := range n.Members() {
		if !strings.HasPrefix(m.Key.Scalar(), forEach) {
			t.expand(m.Value)
			members = append(members, m)
			continue
		}
		made, missing := t.loop(m.Value)
		if missing != nil {
			t.unexpanded[m.Key] = missing
			members = append(members, m)
			continue
		}
		members, changed = append(members, made...), true
	}
	if changed {
		n.SetMembers(members)
	}
}

// loop returns the expansion of a loop: for each text of its list, the members of its mapping, with the text in place
// of the variable.
func (t *template) loop(n tree.Node) (made []tree.Member, missing *record.Obstacle) {
	parts := n.Items()
	if len(parts) != 3 || parts[0].Scalar() == "" || parts[2].Kind() != tree.Mapping {
		return nil, &record.Obstacle{Why: "Fn::ForEach needs a variable, a list and a mapping", Remedy: "correct it"}
	}
	texts, fault := t.texts(parts[1])
	if fault.state == unresolved {
		return nil, fault.missing
	}
	for _, text := range texts {
		t.room -= len(text)
		body, ok := parts[2].Copy(&t.room, loopVariable{parts[0].Scalar(), text}.replace)
		if !ok {
			return nil, &record.Obstacle{Why: "it expands to more than CloudFormation accepts", Remedy: "write it more simply"}
		}
		t.expand(body)
		made = append(made, body.Members()...)
	}
	return made, nil
}

// loopIn returns the key of an unexpanded loop in a mapping, if there is one.
func (t *template) loopIn(n tree.Node) tree.Node {
	if len(t.unexpanded) == 0 { // the usual case
		return tree.Node{}
	}
	for _, m := range n.Members() {
		if t.unexpanded[m.Key] != nil {
			return m.Key
		}
	}
	return tree.Node{}
}

// whyUnexpanded returns the reason why a loop's key is still there.
func (t *template) whyUnexpanded(key tree.Node) *record.Obstacle {
	if missing := t.unexpanded[key]; missing != nil {
		return missing
	}
	return &record.Obstacle{Why: "lambdacap does not expand it", Remedy: remedyProcessed}
}

// A loopVariable is the variable of a loop, with its text in one iteration.
type loopVariable struct{ name, text string }

// replace replaces the variable in a part of a loop's body: ${X} in any text, and {Ref: X}. For &{X} it uses only the
// letters and digits of the text.
func (v loopVariable) replace(part tree.Node) tree.Node {
	if name, argument, ok := intrinsic(part); ok && name == "Ref" && argument.Scalar() == v.name {
		return part.TextAt(v.text)
	}
	if part.Kind() != tree.Text {
		return part
	}
	return part.WithText(strings.NewReplacer("${"+v.name+"}", v.text, "&{"+v.name+"}", lettersAndDigits(v.text)).
		Replace(part.Scalar()))
}

func lettersAndDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, text)
}
