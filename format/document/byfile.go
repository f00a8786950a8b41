package document

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
)

// A FileFindings holds the findings of a check in one file, in the order of their lines.
type FileFindings struct {
	// Name is the file; empty for findings that do not belong to a file.
	Name string
	// Findings may be empty.
	Findings []check.Finding
}

// ByFile groups the findings of a check by file. The given files come first, in order, followed by any other files.
// Findings that do not belong to a file come last.
func ByFile(d Check) []FileFindings {
	var list []FileFindings
	at := map[string]int{}
	group := func(name string) int {
		i, ok := at[name]
		if !ok {
			i = len(list)
			at[name] = i
			list = append(list, FileFindings{Name: name})
		}
		return i
	}
	for _, file := range d.Inputs.Files {
		group(file.Name)
	}
	var none []check.Finding
	for _, f := range d.Findings {
		if name := f.File.Or(""); name != "" {
			g := &list[group(name)]
			g.Findings = append(g.Findings, f)
		} else {
			none = append(none, f)
		}
	}
	list = append(list, FileFindings{Findings: none})
	for _, g := range list {
		slices.SortStableFunc(g.Findings, func(x, y check.Finding) int { return cmp.Compare(x.Line.Or(0), y.Line.Or(0)) })
	}
	return list
}

// Unread lists the files that could not be read.
func (in Inputs) Unread() (files []InputFile) {
	for _, file := range in.Files {
		if file.Problem.Known() {
			files = append(files, file)
		}
	}
	return files
}

// ProblemAt returns where the problem is, with which its text begins: in the file, or in one of its files if it is a
// folder. Without a line, that is the file.
func (f InputFile) ProblemAt() check.Place {
	at, _, _ := strings.Cut(f.Problem.Or(""), ": ")
	if i := strings.LastIndexByte(at, ':'); i > 0 {
		if line, err := strconv.Atoi(at[i+len(":"):]); err == nil && line > 0 {
			return check.Place{File: at[:i], Line: line}
		}
	}
	return check.Place{File: f.Name}
}
