package serverless

import (
	"iter"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// A setting is a value with its variables resolved.
type setting struct {
	node tree.Node
	// place is the place of the value in the function. If a variable leads to the value, it is the place of
	// that variable.
	place check.Place
	// byVariable means that a variable led to the value, or to the value that contains it.
	byVariable bool
	// missing is the reason the value is unknown; nil if it is known.
	missing *record.Obstacle
}

// isEmpty reports whether there is no value. The framework ignores an empty text.
func (v setting) isEmpty() bool {
	return !v.node.HasValue() || v.node.Kind() == tree.Text && v.node.Scalar() == ""
}

// isFalse reports whether the value is false.
func (v setting) isFalse() bool { return v.node.Kind() == tree.Boolean && v.node.Scalar() == "false" }

// find resolves a node inside another value.
func (s *service) find(n tree.Node, in setting) setting {
	v := setting{place: n.Place(), byVariable: in.byVariable || n.Kind() == tree.Text}
	if in.byVariable {
		v.place = in.place
	}
	v.node, v.missing = s.resolve(n)
	return v
}

// get returns the value of a key.
func (s *service) get(in setting, key string) setting { return s.find(s.fields(in.node)[key], in) }

// getScalar is get for a text or a number. It leaves values that CloudFormation decides unknown.
func (s *service) getScalar(in setting, key string) setting {
	v := s.get(in, key)
	if v.node.Tag() != "" || v.node.Kind() == tree.Mapping {
		v.node, v.missing = tree.Node{}, &record.Obstacle{Why: "CloudFormation decides it at deployment",
			Remedy: "run serverless package, and check the template in .serverless"}
	}
	return v
}

// items iterates over a list.
func (s *service) items(in setting) iter.Seq[setting] {
	return func(yield func(setting) bool) {
		for _, item := range in.node.Items() {
			if !yield(s.find(item, in)) {
				return
			}
		}
	}
}

// isKnown reports whether a value is known. It notes a value that is not.
func (s *service) isKnown(f *record.Function, what string, v setting) bool {
	if v.missing != nil {
		s.r.NoteObstacle(f, v.place, what, v.missing)
	}
	return v.missing == nil
}
