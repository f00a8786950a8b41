package cloudformation

import (
	"strings"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// A state says how much of a value is known.
type state int

const (
	absent     state = iota // missing, null, or AWS::NoValue
	scalar                  // the value is in text
	structure               // node is a mapping or a list
	unresolved              // the reason is in missing
)

// A value is the result of evaluating a node of a template.
type value struct {
	state   state
	node    tree.Node // the position; if the value is a structure, the structure itself
	text    string    // if the value is unresolved: the known parts, with symbols and holes
	missing *record.Obstacle
}

// unknown returns an unresolved value with a reason and a remedy.
func unknown(n tree.Node, why, remedy string) value {
	return blocked(n, &record.Obstacle{Why: why, Remedy: remedy})
}

// blocked returns a value that an obstacle leaves unresolved.
func blocked(n tree.Node, missing *record.Obstacle) value {
	return value{state: unresolved, node: n, text: record.Hole, missing: missing}
}

// named gives a value that is wholly unknown a name. Values of one name are equal.
func (v value) named(name string) value {
	if v.state == unresolved && v.text == record.Hole {
		v.text = record.Symbol(name)
	}
	return v
}

// textAt returns a text with its node.
func textAt(n tree.Node, text string) value {
	text = record.Nameless(text)
	if len(text) > record.MaxText {
		return unknown(n, "it is too long", "use a shorter one")
	}
	if strings.Contains(text, dynamicReference) {
		v := unknown(n, "a dynamic reference is known only at deployment",
			"use the value itself, or a parameter")
		v.text = withSymbols(text)
		return v
	}
	return value{state: scalar, node: n, text: text}
}

// textOrBlocked returns a text, or its known parts if an obstacle leaves the rest unresolved.
func textOrBlocked(n tree.Node, text string, missing *record.Obstacle) value {
	if missing == nil {
		return textAt(n, text)
	}
	v := blocked(n, missing)
	if len(text) <= record.MaxText {
		v.text = text
	}
	return v
}

// part returns the value as a part of a longer text.
func (v value) part() string {
	if v.state == scalar || v.state == unresolved {
		return v.text
	}
	return record.Hole
}

// notText explains why a value that is not a scalar cannot be part of a text.
func (v value) notText() *record.Obstacle {
	if v.missing != nil {
		return v.missing
	}
	return &record.Obstacle{Why: "a part of it is not a string", Remedy: "correct it"}
}

// dynamicReference starts a reference to Parameter Store or Secrets Manager: {{resolve:ssm:name}}.
const dynamicReference = "{{resolve:"

// withSymbols replaces the dynamic references in a text with symbols.
func withSymbols(text string) string {
	var known strings.Builder
	for {
		before, after, found := strings.Cut(text, dynamicReference)
		known.WriteString(before)
		if !found {
			return known.String()
		}
		reference, rest, _ := strings.Cut(after, "}}")
		known.WriteString(record.Symbol(dynamicReference + reference))
		text = rest
	}
}

// at moves a value to the node that refers to it. A structure keeps its own node, because its parts are
// read from there.
func (v value) at(n tree.Node) value {
	if v.state != structure {
		v.node = n
	}
	return v
}

// arn returns the ARN of a function. The name must be the seventh part, because templates select it by index. The
// Region and the account do not matter here.
func arn(function string) string { return "arn:aws:lambda:region:account:function:" + function }
