package cloudformation

import (
	"strings"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// A state is how far a value is known.
type state int

const (
	absent     state = iota // not there, null, or AWS::NoValue
	scalar                  // text has it
	structure               // node is a mapping or a list
	unresolved              // missing says why
)

// A value is what a node of a template comes to.
type value struct {
	state   state
	node    tree.Node // where it stands; a structure is to be walked there
	text    string    // of an unresolved value: as much as is known, with holes
	missing *record.Obstacle
}

// unknown is a value that is not known.
func unknown(n tree.Node, why, remedy string) value {
	return blocked(n, &record.Obstacle{Why: why, Remedy: remedy})
}

// blocked is a value that an obstacle keeps from being known.
func blocked(n tree.Node, missing *record.Obstacle) value {
	return value{state: unresolved, node: n, text: record.Hole, missing: missing}
}

// textAt is a text that stands at a node.
func textAt(n tree.Node, text string) value {
	if len(text) > record.MaxText {
		return unknown(n, "it is too long", "give a shorter text")
	}
	if strings.Contains(text, dynamicReference) {
		v := unknown(n, "a dynamic reference is known only when the stack is deployed",
			"give the value itself, or a parameter")
		v.text = withHoles(text)
		return v
	}
	return value{state: scalar, node: n, text: text}
}

// textOrBlocked is a text, or what is known of it where an obstacle keeps a part from being known.
func textOrBlocked(n tree.Node, text string, missing *record.Obstacle) value {
	if missing == nil {
		return textAt(n, text)
	}
	v := blocked(n, missing)
	v.text = text[:min(len(text), record.MaxText)]
	return v
}

// notText says why a value that is not a scalar cannot be a part of a text.
func (v value) notText() *record.Obstacle {
	if v.missing != nil {
		return v.missing
	}
	return &record.Obstacle{Why: "a part of it is no text", Remedy: "correct it"}
}

// dynamicReference begins a reference to the Parameter Store or the Secrets Manager: {{resolve:ssm:name}}.
const dynamicReference = "{{resolve:"

// withHoles replaces the dynamic references of a text by holes.
func withHoles(text string) string {
	var known strings.Builder
	for {
		before, after, found := strings.Cut(text, dynamicReference)
		known.WriteString(before)
		if !found {
			return known.String()
		}
		known.WriteString(record.Hole)
		_, text, _ = strings.Cut(after, "}}")
	}
}

// at moves a value to the node that leads to it. A structure stays where it is to be walked.
func (v value) at(n tree.Node) value {
	if v.state != structure {
		v.node = n
	}
	return v
}

// functionName returns the name of a function: the text itself, or a part of an ARN whose other parts may not be
// known.
func (v value) functionName() (name string, ok bool) {
	name, _ = record.SplitName(v.text)
	whole := v.state == scalar || v.state == unresolved && strings.Contains(v.text, ":function:")
	return name, whole && name != "" && !strings.Contains(name, record.Hole)
}

// arn returns the ARN of a function. Its name must be the seventh part, because templates select it by number. The
// Region and the account do not matter here.
func arn(function string) string { return "arn:aws:lambda:region:account:function:" + function }
