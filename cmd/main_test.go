package cmd_test

import (
	"flag"
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/lambdacap/lambdacap/cmd"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

// TestMain makes the program available as the command lambdacap, for scripts and for examples in the documentation.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"lambdacap": func() { os.Exit(cmd.Main(os.Args[1:])) },
	})
}

// longNumber matches a number at full precision. The last digits of such a number differ between processors: some add
// and multiply in one step, or use other instructions for logarithms.
var longNumber = regexp.MustCompile(`[0-9]+\.[0-9]{10,}(e[-+]?[0-9]+)?`)

// rounded rounds the long numbers in a text to eight digits.
func rounded(text string) string {
	return longNumber.ReplaceAllStringFunc(text, func(number string) string {
		x, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return number
		}
		return strconv.FormatFloat(x, 'g', 8, 64)
	})
}

// TestScript runs the scripts in testdata/script. Each of them runs the whole program.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			// rounded FILE NEW writes a copy of a file with its long numbers rounded.
			"rounded": func(ts *testscript.TestScript, neg bool, args []string) {
				if neg || len(args) != 2 {
					ts.Fatalf("usage: rounded FILE NEW")
				}
				ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(rounded(ts.ReadFile(args[0]))), 0o666))
			},
		},
		Setup: func(env *testscript.Env) error {
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
