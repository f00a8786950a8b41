// Package collect writes the script that fetches what lambdacap reads about an account. The program itself never calls
// AWS: people look at the script, and run it.
package collect

import (
	_ "embed"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/lambdacap/lambdacap/calc/advice"
)

// A Request says what to fetch.
type Request struct {
	// Region is the code of the Region.
	Region string
	// Functions are the names of functions; empty for all of the Region.
	Functions []string
	// Days is how much of the past to fetch metrics of, 1 to MostDays.
	Days int
	// Folder is where the script writes its files.
	Folder string
}

// The days of metrics that are fetched. CloudWatch keeps hours for 455 days.
const (
	UsualDays = 14
	MostDays  = 455
)

// UsualFolder is where the script writes its files unless another folder is given.
const UsualFolder = "lambdacap-data"

// steps is what the script does with the values above it. The file has no line that starts it, because it is not whole.
//
//go:embed collect.sh
var steps string

// Script returns a script for a POSIX shell that fetches what a request asks for, with read-only calls of the AWS CLI.
// It writes one file for each call, whole or not at all, stops at the first error and says at its end what to run next.
func Script(r Request) string {
	folder := filepath.Clean(r.Folder)
	if strings.HasPrefix(folder, "-") {
		folder = "./" + folder // no option of the commands that get it
	}
	folder = advice.Quoted(folder)
	return fmt.Sprintf(`#!/bin/sh
# Fetches what lambdacap reads about AWS Lambda in %[1]s, with read-only
# calls of the AWS CLI. lambdacap collect --policy prints the IAM policy that they
# need. CloudWatch charges for the metrics; the other calls are free.
set -eu
umask 077

region=%[1]s
functions=%[2]s # all if empty
days=%[3]d
out=%[4]s

%[5]s
cat <<'END'
Done. Next, with your own template in place of template.yaml:
  lambdacap check template.yaml %[4]s
  lambdacap replay %[4]s
  lambdacap plan --traffic %[4]s
END
`, r.Region, advice.Quoted(strings.Join(r.Functions, " ")), r.Days, folder, steps)
}
