package drain

import (
	"errors"
	"fmt"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/source"
)

// withSource gives a source to the only function if it has none.
func withSource(functions []calc.Function) []calc.Function {
	if len(functions) != 1 || len(functions[0].Sources) > 0 {
		return functions
	}
	functions = slices.Clone(functions)
	functions[0].Sources = []source.Source{{}}
	return functions
}

// validate returns everything that is wrong with the account, and with what drain needs of it.
func validate(account calc.Account) error {
	err := account.Validate()
	var faults calc.Faults
	if err != nil && !errors.As(err, &faults) {
		return err
	}
	note := func(i int, field, format string, args ...any) {
		faults = append(faults, calc.Fault{Function: i, Field: field, Message: fmt.Sprintf(format, args...)})
	}
	any := false
	for i := range account.Functions {
		f := &account.Functions[i]
		if len(f.Sources) == 0 {
			continue
		}
		any = true
		s := &f.Sources[0]
		if len(f.Sources) > 1 {
			note(i, "sources", "the function has %d sources; expected one", len(f.Sources))
		}
		if !f.DurationMS.Known() {
			note(i, "duration", "no duration given; expected that of a batch, such as 500ms")
		}
		if !s.Backlog.Known() && !s.BehindS.Known() && !s.MessagesRPS.Known() && !f.RPS.Known() {
			note(i, "source.backlog", "neither a backlog nor a rate of messages is given; expected such as 1M")
		}
	}
	if !any {
		note(calc.AccountFault, "source.type", "no function has a source; expected one, such as sqs")
	}
	if len(faults) > 0 {
		return faults
	}
	return nil
}
