package cloudformation

import (
	"strings"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// An answer is the result of a condition.
type answer int

const (
	undecided answer = iota
	yes
	no
)

// A decision is an answer, or the reason it is unknown.
type decision struct {
	answer  answer
	missing *record.Obstacle
}

// condition evaluates the condition named by a node.
func (t *template) condition(n tree.Node) (answer, *record.Obstacle) {
	name, missing := t.written(n)
	if missing != nil {
		return undecided, missing
	}
	body, ok := t.conditions[name]
	switch {
	case ok:
	case t.conditionLoop != nil:
		return undecided, t.conditionLoop
	default:
		return undecided, &record.Obstacle{
			Why: "the template has no condition " + tree.Shown(name), Remedy: "correct the name"}
	}
	if _, ok := t.decisions[name]; !ok {
		// This result applies while the condition is being evaluated, so a condition that refers to itself gets it.
		itself := &record.Obstacle{Why: "the condition " + name + " refers to itself", Remedy: "correct it"}
		t.decisions[name] = decision{undecided, itself}
		answer, missing := t.decide(body)
		t.decisions[name] = decision{answer, missing}
	}
	return t.decisions[name].answer, t.decisions[name].missing
}

// decide evaluates a condition.
func (t *template) decide(n tree.Node) (answer, *record.Obstacle) {
	if t.depth >= maxDepth {
		return undecided, &record.Obstacle{Why: "it is nested too deeply", Remedy: "write it more simply"}
	}
	t.depth++
	defer func() { t.depth-- }()
	name, argument, _ := intrinsic(n)
	list := argument.Items()
	switch {
	case name == "Condition":
		return t.condition(argument)
	case name == "Fn::Equals" && len(list) == 2:
		return t.equal(list[0], list[1])
	case name == "Fn::Not" && len(list) == 1:
		switch answer, missing := t.decide(list[0]); answer {
		case yes:
			return no, nil
		case no:
			return yes, nil
		default:
			return undecided, missing
		}
	case name == "Fn::And" && len(list) > 0:
		return t.combine(list, no, yes)
	case name == "Fn::Or" && len(list) > 0:
		return t.combine(list, yes, no)
	}
	return undecided, &record.Obstacle{Why: "lambdacap does not know this kind of condition",
		Remedy: "use Fn::Equals, Fn::Not, Fn::And, Fn::Or or Condition"}
}

// equal evaluates Fn::Equals.
func (t *template) equal(left, right tree.Node) (answer, *record.Obstacle) {
	a, b := t.resolve(left), t.resolve(right)
	if a.state == unresolved && b.state == unresolved && a.text == b.text && !strings.Contains(a.text, record.Hole) {
		return yes, nil
	}
	for _, v := range []value{a, b} {
		if v.state == unresolved {
			return undecided, v.missing
		}
	}
	if a.text == b.text {
		return yes, nil
	}
	return no, nil
}

// combine evaluates Fn::And and Fn::Or. One decisive answer settles the result, whatever the other conditions are.
func (t *template) combine(list []tree.Node, decisive, otherwise answer) (answer, *record.Obstacle) {
	var open *record.Obstacle
	for _, part := range list {
		switch answer, missing := t.decide(part); answer {
		case decisive:
			return decisive, nil
		case undecided:
			open = missing
		}
	}
	if open != nil {
		return undecided, open
	}
	return otherwise, nil
}
