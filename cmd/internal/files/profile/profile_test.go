package profile

import (
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

func TestClaims(t *testing.T) {
	o := record.Options{ProfileKeys: []string{"name", "rps", "memory", "duration", "account", "functions"}}
	for text, want := range map[string]bool{
		"rps: 5":                 true,
		"name: f\nrps: 5":        true,
		"name: f":                false, // too many other files have a name
		"duration: 1\nmemory: 5": false, // and these keys
		"duration: 1\nrps: 5":    true,
		`{"config": {}, "steps": [], "duration": 1, "changeSummary": {}}`: false, // pulumi preview --json
		"account: {concurrency: 5}":                                       true,
		"rsp: 5":                                                          false,
		"rps: 5\na: 1\nb: 1\nc: 1\nd: 1\ne: 1":                            true,
		"rps: 5\na: 1\nb: 1\nc: 1\nd: 1\ne: 1\nf: 1":                      false, // mostly other keys
		`{"functions": []}`:                                               true,
	} {
		d, err := tree.Parse("p.yaml", []byte(text), "")
		if err != nil {
			t.Fatal(err)
		}
		if got := (Format{}).Claims(d.Top, o); got != want {
			t.Errorf("%q is claimed: %t", text, got)
		}
	}
}

// TestRead checks that a profile can be JSON, which is valid YAML.
func TestRead(t *testing.T) {
	for _, text := range []string{"rps: 5", `{"rps": 5}`} {
		d, err := tree.Parse("p.yaml", []byte(text), "")
		if err != nil {
			t.Fatal(err)
		}
		r := record.NewRecorder("p.yaml", Name, record.Options{})
		if err := (Format{}).Read(d, r); err != nil {
			t.Fatal(err)
		}
		if n := r.Profile; n == nil || len(n.Content) != 2 || n.Content[1].Value != "5" {
			t.Errorf("%s: %+v", text, n)
		}
	}
}
