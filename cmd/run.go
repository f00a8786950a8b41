// Package cmd is the command line of lambdacap. It reads flags, variables and files, lets calc compute the answer, and
// lets format show it. Each command has its own file.
package cmd

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/mattn/go-colorable"
	"github.com/mattn/go-isatty"
	"golang.org/x/term"

	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/cmd/internal/files"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/output"
	_ "github.com/lambdacap/lambdacap/cmd/internal/stack" // a stack that is large enough for most runs
)

// An Env is a command's view of the outside world.
type Env struct {
	In  io.Reader // the file -
	Out io.Writer // the answer
	Err io.Writer // everything else
	// LookupEnv returns the value of an environment variable.
	LookupEnv func(name string) (string, bool)
	// Environ lists all environment variables as NAME=VALUE; nil for none.
	Environ func() []string
	// Terminal reports whether Out is a terminal.
	Terminal bool
	// Width is the width of that terminal, columns; 0 if unknown.
	Width int
	// ErrTerminal reports whether Err is a terminal.
	ErrTerminal bool
	// Clock is the clock; nil for none.
	Clock func() time.Time
	// Build describes the binary, as debug.ReadBuildInfo does.
	Build func() (*debug.BuildInfo, bool)
	// Parts are the temporary files of the run; nil if no signal needs to remove them.
	Parts *output.Parts

	redirected files.Location // where Out leads
	allFlags   bool           // help shows all flags
}

// world returns the part of the environment that reading the inputs needs.
func (e Env) world() input.World {
	return input.World{
		Stdin: e.In, Stdout: e.redirected, Note: e.notes(),
		LookupEnv: e.LookupEnv, Environ: e.Environ,
		Terminal: e.Terminal, Width: e.Width, Version: e.release, Parts: e.Parts,
		Stderr: e.Err, ErrTerminal: e.ErrTerminal, Clock: e.Clock,
	}
}

// notes returns a function that writes notes to standard error, each of them once: several accounts may have the same.
func (e Env) notes() func(text string) {
	told := map[string]bool{}
	return func(text string) {
		if !told[text] {
			told[text] = true
			exit.Note(e.Err, text)
		}
	}
}

// Main runs the program with the standard streams and returns its exit code. A signal ends it like any program. Once
// there are files to write, output.Parts handles signals: it removes the temporary files and calls stop with an exit
// code.
func Main(args []string, stop func(code int)) int {
	env := Env{
		In:          os.Stdin,
		Out:         colorable.NewColorableStdout(),
		Err:         os.Stderr,
		LookupEnv:   os.LookupEnv,
		Environ:     os.Environ,
		Terminal:    isatty.IsTerminal(os.Stdout.Fd()) || isatty.IsCygwinTerminal(os.Stdout.Fd()),
		ErrTerminal: isatty.IsTerminal(os.Stderr.Fd()) || isatty.IsCygwinTerminal(os.Stderr.Fd()),
		Clock:       time.Now,
		Build:       debug.ReadBuildInfo,
		Parts:       &output.Parts{Exit: stop},
	}
	if env.Terminal {
		env.Width, _, _ = term.GetSize(int(os.Stdout.Fd())) // 0 if it fails
	}
	if closedAtStart() {
		env.Out = closed{}
	}
	code := Run(args, env)
	// Some file systems do not report a full disk until now.
	if err := os.Stdout.Close(); err != nil && code == exit.OK {
		code = exit.Report(os.Stderr, output.Failed(err))
	}
	return code
}

// closed is a standard output that was closed before the program started.
type closed struct{}

// Write fails as the system would if Go had not replaced the closed output.
func (closed) Write([]byte) (int, error) { return 0, syscall.EBADF }

// Run runs one command line and returns its exit code. A command writes nothing until its inputs have been validated
// and its answer has been computed.
func Run(args []string, env Env) (code int) {
	defer func() {
		if fault := recover(); fault != nil {
			code = exit.Report(env.Err, &exit.Error{
				Code:    exit.Trouble,
				Message: fmt.Sprintf("internal fault: %v", fault),
				Hint:    "please report it with the command line",
			})
		}
	}()
	// Much of the code that writes ignores errors, including cobra's help. This writer remembers the first one.
	answer := bufio.NewWriter(env.Out)
	buffered := env
	buffered.Out, buffered.redirected = answer, files.LocateStream(env.Out)
	buffered.Parts = cmp.Or(env.Parts, &output.Parts{})
	args, buffered.allFlags = asksAll(args)
	root := rootOf(args, buffered)
	root.SetArgs(args)
	err := fileOrFlag(args)
	if err == nil {
		err = singleHyphen(args)
	}
	if err == nil {
		err = root.Execute()
	}
	if failed := answer.Flush(); failed != nil {
		err = output.Failed(failed)
	}
	return exit.Report(env.Err, err)
}
