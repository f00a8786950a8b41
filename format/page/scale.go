package page

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// scaleSection says where the account breaks as its load grows; it is empty without a scale.
func scaleSection(scale []calc.ScalePoint, breaksAt calc.Optional[calc.Break]) Section {
	s := Section{Title: "Scale"}
	if len(scale) == 0 {
		return s
	}
	text := "nothing is throttled or queued up to 100x"
	if b, ok := breaksAt.Get(); ok {
		text = fmt.Sprintf("first breaks at %sx: %s %s", quantity.FormatNumber(b.Factor), b.Function, b.Verdict)
	}
	s.Lines = []Line{{Text: text}}
	return s
}
