package cmd_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// TestAnswerAgain checks that an earlier answer is read as what it was calculated from: it gives the same result again.
func TestAnswerAgain(t *testing.T) {
	const all = `
account: {concurrency: 4000, region: eu-west-1, keep_alive: 5m, unreserved_floor: 90, claimed_elsewhere: 7}
target_spillover: 1%
target_throttle: 0.1%
hours: 700
enabled_hours: 600
savings_plan: 12%
free_tier: true
functions:
  - name: a
    mode: async
    schedule: [{from: 0, to: 8, rps: 2.5}, {from: 8, to: 24, rps: 90000/min}]
    duration: 0.3ms
    memory: 128
  - {name: b, rps: 90000/min, average_rps: 0.1, duration: 1.2s, reserved: 1800, provisioned: 30, peakedness: 2}
  - {name: c, rps: 7, duration: 80ms, memory: 512, arch: arm64, init: 1s, ephemeral_storage: 1GB, provisioned: 0}
  - {name: d, event_source: S3}
`
	profiles, err := filepath.Glob("../configs/a*.yaml")
	if err != nil || len(profiles) == 0 {
		t.Fatal(profiles, err)
	}
	folder := t.TempDir()
	own := filepath.Join(folder, "all.yaml")
	if err := os.WriteFile(own, []byte(all), 0o600); err != nil {
		t.Fatal(err)
	}
	result := func(command, profile string) (text string, result any) {
		t.Helper()
		code, text, stderr := run("", command, "--profile", profile, "-o", "json")
		var d struct{ Result any }
		if err := json.Unmarshal([]byte(text), &d); code != 0 || err != nil {
			t.Fatalf("%s %s: code %d: %s%v", command, profile, code, stderr, err)
		}
		return text, d.Result
	}
	for _, profile := range append(profiles, own) {
		for _, command := range []string{"spillover", "plan"} {
			text, first := result(command, profile)
			saved := filepath.Join(folder, "answer.json")
			if err := os.WriteFile(saved, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, again := result(command, saved); !reflect.DeepEqual(first, again) {
				t.Errorf("%s of %s: %v, at first %v", command, profile, again, first)
			}
			if command == "spillover" { // which has no targets
				if _, planned := result("plan", saved); planned == nil {
					t.Error("nothing is planned")
				}
			}
		}
	}
}
