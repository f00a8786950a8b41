package glossary_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/glossary"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// TestTerms checks that every term is a sentence with a source, that no two have a word in common, and that none has
// the id of a rule.
func TestTerms(t *testing.T) {
	seen := map[string]string{}
	for _, term := range glossary.Terms() {
		if !strings.HasSuffix(term.Meaning, ".") || term.Source == "" {
			t.Errorf("%s: %q, source %q", term.Name, term.Meaning, term.Source)
		}
		if term.Do != "" && !strings.HasSuffix(term.Do, ".") {
			t.Errorf("%s: %q", term.Name, term.Do)
		}
		if term.Command != "" && !strings.HasPrefix(term.Command, "lambdacap ") {
			t.Errorf("%s is shown by %q", term.Name, term.Command)
		}
		for _, word := range term.Words() {
			if first, twice := seen[strings.ToLower(word)]; twice && first != term.Name {
				t.Errorf("%s and %s both have the word %s", first, term.Name, word)
			}
			seen[strings.ToLower(word)] = term.Name
			if found, ok := glossary.Find(word); !ok || found.Name != term.Name {
				t.Errorf("%s finds %s, want %s", word, found.Name, term.Name)
			}
			if r, ok := rule.Find(check.Rules(), rule.ID(word)); ok {
				t.Errorf("%s is also the rule %s", word, r.ID())
			}
		}
	}
}

// TestReasons checks that all reasons of AWS are there, each with what to do about it. AWS's SDKs list them as the
// values of ThrottleReason; read 2026-11.
func TestReasons(t *testing.T) {
	want := []string{
		"CallerRateLimitExceeded", "ConcurrentInvocationLimitExceeded", "ConcurrentSnapshotCreateLimitExceeded",
		"FunctionInvocationRateLimitExceeded", "ReservedFunctionConcurrentInvocationLimitExceeded",
		"ReservedFunctionInvocationRateLimitExceeded",
	}
	var names []string
	for _, term := range glossary.Terms() {
		if term.Kind == glossary.Reason {
			names = append(names, term.Name)
			if term.Do == "" {
				t.Errorf("%s: nothing to do", term.Name)
			}
		}
	}
	slices.Sort(names)
	if !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
}

// TestThresholds checks that each verdict names the share of random arrivals above which it is given.
func TestThresholds(t *testing.T) {
	for name, share := range map[string]string{"spills": " 1%", "queues": " 1%", "throttles": " 0.1%"} {
		if term, _ := glossary.Find(name); !strings.HasSuffix(term.Do, name+" above"+share+".") {
			t.Errorf("%s: %q", name, term.Do)
		}
	}
	if quota, _ := glossary.Find("quota"); !strings.Contains(quota.Command, "lambdacap plan ") ||
		!strings.HasSuffix(quota.Command, " --show commands") {
		t.Errorf("quota is shown by %q", quota.Command)
	}
}

// TestFind checks which spellings find a term.
func TestFind(t *testing.T) {
	for typed, want := range map[string]string{
		"COLD-START": "cold start", "ColdStart": "cold start", "cold_start": "cold start", "spillover": "spill",
		"concurrentexecutions": "concurrency", "ProvisionedConcurrencySpilloverInvocations": "spill",
		"callerratelimitexceeded": "CallerRateLimitExceeded", "toomanyrequestsexception": "throttled",
		"": "", "-": "", "cold": "", "s": "", "es": "",

		// The plural.
		"cold starts": "cold start", "Quotas": "quota", "aliases": "alias", "summaries": "summary",
		"environments": "environment",

		// What a page shows.
		"room": "room", "Excess": "excess", "schedule": "schedule", "Verdict": "verdict", "Required": "required",
		"Recommended": "recommended", "Bound by": "limit", "split": "split", "Running": "running", "breaks": "breaks",
		"first breaks at": "breaks", "full": "full", "p99": "p99", "idle": "idle", "refused": "refused", "summary": "summary",
		"Assumes": "assumes", "scale": "scale", "Set": "set", "spilled": "spill", "SPILLS": "spill", "throttles": "throttled",
		"QUEUES": "queued", "FITS": "fits", "Busy": "busy", "headroom": "headroom", "on-demand": "on-demand",
	} {
		if term, ok := glossary.Find(typed); term.Name != want || ok != (want != "") {
			t.Errorf("%q finds %q, want %q", typed, term.Name, want)
		}
	}
}
