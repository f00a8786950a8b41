package cmd_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/cmd"
	"github.com/lambdacap/lambdacap/format/document"
)

// A test of yours can guard a profile: it plans as the command does, and reads the answer as data.
func Example_guard() {
	var answer bytes.Buffer
	code := cmd.Run([]string{"plan", "--profile", "../configs/api.yaml", "-o", "json"}, cmd.Env{
		Out: &answer, Err: os.Stderr, LookupEnv: func(string) (string, bool) { return "", false },
	})
	var plan document.Plan
	if err := json.Unmarshal(answer.Bytes(), &plan); code != 0 || err != nil {
		fmt.Println(code, err)
		return
	}
	for _, f := range plan.Result.Functions {
		if f.Now.Headline() != calc.Fits {
			fmt.Println(f.Name, f.Now.Headline(), "and needs", f.RecommendedProvisioned, "provisioned")
		}
	}
	// Output:
	// checkout spills and needs 165 provisioned
}
