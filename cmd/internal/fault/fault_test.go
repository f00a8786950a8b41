package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
)

// TestErr checks that faults come as one error: flags first, then file by file, each by line.
func TestErr(t *testing.T) {
	var list fault.List
	if list.Err() != nil || list.OnCommandLine() {
		t.Error("nothing is a fault")
	}
	at := func(file string, line int) check.Place { return check.Place{File: file, Line: line} }
	list.Add(at("b.yaml", 9), "b9")
	list.Add(at("a.yaml", 7), "a7")
	list.Add(at("b.yaml", 2), "%s", "b2")
	if list.OnCommandLine() {
		t.Error("a fault of a file is on the command line")
	}
	list.Add(check.Place{}, "flag")
	if !list.OnCommandLine() {
		t.Error("a fault of a flag is not on the command line")
	}
	var err *exit.Error
	if !errors.As(list.Err(), &err) || err.Code != exit.Usage || err.Message != "flag\nb2\nb9\na7" {
		t.Errorf("%+v", err)
	}
}

// TestShown checks that the number of faults that are shown is limited, and that the rest is counted.
func TestShown(t *testing.T) {
	var list fault.List
	for i := range fault.Shown + 3 {
		list.Add(check.Place{}, "%d", i)
	}
	lines := strings.Split(fmt.Sprint(list.Err()), "\n")
	if len(lines) != fault.Shown+1 || lines[fault.Shown] != "and 3 more faults" {
		t.Errorf("%d lines, the last is %q", len(lines), lines[len(lines)-1])
	}
}
