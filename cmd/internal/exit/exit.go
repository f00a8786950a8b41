// Package exit ends a run: with an error that knows its exit code, what to say, and how to go on.
package exit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/lambdacap/lambdacap/format/safe"
)

// The exit codes, as docs/reference/exit-codes.md explains them.
const (
	OK      = 0
	Failed  = 1 // check found an error, or a --fail-on condition holds
	Usage   = 2 // wrong usage, unreadable or invalid input
	Trouble = 3 // a failed write, an internal fault
)

// An Error ends a run.
type Error struct {
	Code    int
	Message string // one error per line
	Hint    string // may be empty
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Note prints a note that is not an error. What it quotes is made safe to show.
func Note(stderr io.Writer, text string) {
	_, _ = fmt.Fprintf(stderr, "lambdacap: note: %s\n", safe.Text(text)) // there is nowhere left to complain
}

// Report prints an error, safe to show whatever it quotes, and returns the exit code. Errors without a code come from
// cobra and mean wrong usage.
func Report(stderr io.Writer, err error) int {
	if err == nil {
		return OK
	}
	var exit *Error
	if !errors.As(err, &exit) {
		exit = &Error{Code: Usage, Message: safe.Text(err.Error()), Hint: "see lambdacap --help"}
	}
	var out bytes.Buffer
	for line := range strings.Lines(exit.Message) {
		fmt.Fprintf(&out, "lambdacap: error: %s\n", safe.Text(strings.TrimSuffix(line, "\n")))
	}
	if exit.Hint != "" {
		fmt.Fprintf(&out, "lambdacap: hint: %s\n", safe.Text(exit.Hint))
	}
	_, _ = stderr.Write(out.Bytes()) // there is nowhere left to complain
	return exit.Code
}
