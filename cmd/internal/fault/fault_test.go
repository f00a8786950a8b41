package fault_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
	"github.com/lambdacap/lambdacap/format/safe"
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

// TestShown checks that the number of faults that are shown is limited for each file, that the rest is counted, and
// that no file hides the faults of another.
func TestShown(t *testing.T) {
	var list fault.List
	var want []string
	for _, file := range []string{"", "a\x1b.yaml", "b.yaml"} {
		for i := range fault.Shown + 3 {
			list.Add(check.Place{File: file, Line: i}, "%s%d", file, i)
			if i < fault.Shown {
				want = append(want, safe.Text(fmt.Sprint(file, i)))
			}
		}
		more := "and 3 more faults"
		if file != "" {
			more += " in " + safe.Text(file)
		}
		want = append(want, more)
	}
	list.Add(check.Place{File: "c.yaml"}, "last")
	want = append(want, "last")
	if got := strings.Split(fmt.Sprint(list.Err()), "\n"); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	files := map[string]int{}
	for file := range list.Lines() {
		files[file]++
	}
	if len(files) != 4 || files[""] != fault.Shown+1 || files["c.yaml"] != 1 {
		t.Error(files)
	}
}
