package cmd_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/lambdacap/lambdacap/cmd"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

// TestMain makes the program available as the command lambdacap, for scripts and for examples in the documentation.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"lambdacap": func() { os.Exit(cmd.Main(os.Args[1:], os.Exit)) },
	})
}

// skipShort leaves a test out of the run with the race detector, which CI starts with -short: the test is long, and
// nothing of the program runs beside it.
func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("long, and without goroutines")
	}
}

// TestScript runs the scripts in testdata/script. Each of them runs the whole program.
func TestScript(t *testing.T) {
	skipShort(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			samples, err := filepath.Abs("internal/traffic/testdata")
			if err != nil {
				return err
			}
			env.Setenv("SAMPLES", samples)
			examples, err := os.ReadDir("../configs")
			if err != nil {
				return err
			}
			if err := os.Mkdir(env.Cd+"/configs", 0o777); err != nil {
				return err
			}
			for _, e := range examples {
				data, err := os.ReadFile("../configs/" + e.Name())
				if err != nil {
					return err
				}
				if err := os.WriteFile(env.Cd+"/configs/"+e.Name(), data, 0o666); err != nil {
					return err
				}
			}
			return nil
		},
	})
}
