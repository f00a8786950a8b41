// Command lambdacap calculates, offline, how much traffic an AWS Lambda concurrency setting can handle: which limit
// binds, what spills over, what is throttled, and what to set instead.
package main

import (
	"os"
	_ "time/tzdata" // time zones where the system has none: Windows, and images without a system

	"github.com/lambdacap/lambdacap/cmd"
)

func main() { os.Exit(cmd.Main(os.Args[1:], os.Exit)) }
