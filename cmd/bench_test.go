package cmd_test

import (
	"io"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd"
)

func run(args ...string) int {
	return cmd.Run(args, cmd.Env{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard,
		LookupEnv: func(string) (string, bool) { return "", false }})
}

func BenchmarkVersion(b *testing.B) {
	for b.Loop() {
		run("version")
	}
}

func BenchmarkPlan(b *testing.B) {
	for b.Loop() {
		run("plan", "--provisioned", "100", "--rps", "1500")
	}
}
func BenchmarkPlanJSON(b *testing.B) {
	for b.Loop() {
		run("plan", "--provisioned", "100", "--rps", "1500", "-o", "json")
	}
}
func BenchmarkBig(b *testing.B) {
	for b.Loop() {
		if run("plan", "--profile", "/tmp/big.yaml", "-o", "json") != 0 {
			b.Fatal()
		}
	}
}
