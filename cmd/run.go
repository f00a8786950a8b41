// Package cmd is the command line of lambdacap: flags, variables and profile
// come in, calc computes, format shows.
package cmd

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/lambdacap/lambdacap/cmd/internal/files"
	"github.com/mattn/go-colorable"
	"github.com/mattn/go-isatty"
)

// An Env is all that a command sees of the world around it.
type Env struct {
	In  io.Reader // a profile of -
	Out io.Writer // the answer
	Err io.Writer // everything else
	// LookupEnv returns the value of an environment variable.
	LookupEnv func(name string) (string, bool)
	// Terminal tells whether Out is a terminal.
	Terminal bool
	// Build describes the binary, as debug.ReadBuildInfo does.
	Build func() (*debug.BuildInfo, bool)
}

// The exit codes, as docs/exit-codes.md explains them.
const (
	exitOK      = 0
	exitFailed  = 1 // check found an error, or a --fail-on condition holds
	exitUsage   = 2 // wrong usage, unreadable or invalid input
	exitTrouble = 3 // a failed write, an internal fault
)

// Main runs the program with the standard streams and returns its exit code.
func Main(args []string) int {
	code := Run(args, Env{
		In:        os.Stdin,
		Out:       colorable.NewColorableStdout(),
		Err:       os.Stderr,
		LookupEnv: os.LookupEnv,
		Terminal:  isatty.IsTerminal(os.Stdout.Fd()) || isatty.IsCygwinTerminal(os.Stdout.Fd()),
		Build:     debug.ReadBuildInfo,
	})
	// Some file systems report a full disk only now.
	if err := os.Stdout.Close(); err != nil && code == exitOK {
		code = report(os.Stderr, writeError(err))
	}
	return code
}

// Run runs one command line and returns its exit code. A command writes nothing
// before its inputs are known to be right and its answer is computed.
func Run(args []string, env Env) (code int) {
	defer func() {
		if fault := recover(); fault != nil {
			code = report(env.Err, &exitError{code: exitTrouble, message: fmt.Sprintf("internal fault: %v", fault),
				hint: "please report it with the command line"})
		}
	}()
	// Many writers drop errors, those of cobra's help among them: this one keeps
	// the first.
	answer := bufio.NewWriter(env.Out)
	buffered := env
	buffered.Out = answer
	root := NewRoot(buffered)
	root.SetArgs(args)
	err := root.Execute()
	if failed := answer.Flush(); failed != nil {
		err = writeError(failed)
	}
	return report(env.Err, err)
}

// An exitError ends the program: a code, what to say, and how to go on.
type exitError struct {
	code    int
	message string // one error a line
	hint    string // may be empty
}

func (e *exitError) Error() string { return e.message }

func writeError(err error) error {
	return &exitError{code: exitTrouble, message: fmt.Sprintf("cannot write to standard output: %v", files.Cause(err))}
}

// report prints an error and returns the exit code. Errors that do not carry
// one come from cobra and mean wrong usage.
func report(stderr io.Writer, err error) int {
	if err == nil {
		return exitOK
	}
	var exit *exitError
	if !errors.As(err, &exit) {
		exit = &exitError{code: exitUsage, message: err.Error(), hint: "see lambdacap --help"}
	}
	var out bytes.Buffer
	for line := range bytes.Lines([]byte(exit.message)) {
		fmt.Fprintf(&out, "lambdacap: error: %s\n", bytes.TrimRight(line, "\n"))
	}
	if exit.hint != "" {
		fmt.Fprintf(&out, "lambdacap: hint: %s\n", exit.hint)
	}
	_, _ = stderr.Write(out.Bytes()) // there is nowhere left to complain
	return exit.code
}
