package replay

import "github.com/lambdacap/lambdacap/calc"

func (e *engine) findings(r Result) []calc.Finding { return nil }
