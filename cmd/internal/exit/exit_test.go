package exit_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/exit"
)

// TestReport checks what each kind of error prints, and its exit code.
func TestReport(t *testing.T) {
	failed := &exit.Error{Code: exit.Failed, Message: "a\nb", Hint: "c"}
	for _, c := range []struct {
		err  error
		code int
		want string
	}{
		{nil, exit.OK, ""},
		{failed, exit.Failed, "lambdacap: error: a\nlambdacap: error: b\nlambdacap: hint: c\n"},
		{fmt.Errorf("wrapped: %w", failed), exit.Failed, "lambdacap: error: a\nlambdacap: error: b\nlambdacap: hint: c\n"},
		{&exit.Error{Code: exit.Trouble, Message: "d"}, exit.Trouble, "lambdacap: error: d\n"},
		{errors.New("e"), exit.Usage, "lambdacap: error: e\nlambdacap: hint: see lambdacap --help\n"},
	} {
		var stderr strings.Builder
		if code := exit.Report(&stderr, c.err); code != c.code || stderr.String() != c.want {
			t.Errorf("%v: %d, %q", c.err, code, stderr.String())
		}
	}
}
