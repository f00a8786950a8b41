package cmd_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// FuzzProfile: for any profile, the program either prints valid JSON or says what is wrong and where. It never crashes,
// and never does both.
func FuzzProfile(f *testing.F) {
	examples, err := filepath.Glob("../configs/*.yaml")
	if err != nil || len(examples) == 0 {
		f.Fatal(examples, err)
	}
	for _, name := range examples {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	for _, text := range []string{
		"", "rps: 5", "rps: [", "a: &a [*a]", "rps: !!int 5", "? {a: b}\n: c", "rps: 5\n---\n", "<<: x", "rps: |\n  5",
		"\xff", "\x00",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, profile string) {
		for _, command := range []string{"limits", "plan"} {
			answersOrRefuses(t, profile, command, "--profile", "-", "-o", "json")
		}
	})
}

// TestCaps: a profile with hundreds of faults or functions does not flood the user with messages.
func TestCaps(t *testing.T) {
	var keys, functions strings.Builder
	functions.WriteString("functions:\n")
	for i := range 300 {
		fmt.Fprintf(&keys, "key%d: 1\n", i)
		fmt.Fprintf(&functions, "  - { name: f%d, rps: 1500, provisioned: 1, duration: 10ms }\n", i)
	}
	_, _, stderr := run(keys.String(), "plan", "--profile", "-")
	if n := strings.Count(stderr, "\n"); n != 101 || !strings.Contains(stderr, "and 200 more faults") {
		t.Errorf("%d lines, the last %q", n, stderr[max(0, len(stderr)-60):])
	}
	_, _, stderr = run(functions.String(), "plan", "--profile", "-", "--function", "nobody")
	if !strings.HasSuffix(stderr, "f3, f4, ...\n") {
		t.Errorf("%q", stderr)
	}
	_, stdout, _ := run(functions.String(), "spillover", "--profile", "-")
	if n := strings.Count(stdout, "\n"); n > 23 || !strings.Contains(stdout, "\nand 286 more throttle\n") {
		t.Errorf("%d lines by default: %s", n, stdout)
	}
	_, stdout, _ = run(functions.String(), "spillover", "--profile", "-", "--show", "findings")
	const more = "rate-bound at 295 more functions; -o json lists them all"
	if n := strings.Count(stdout, "[rate-bound]"); n != 5 || !strings.Contains(stdout, more) {
		t.Errorf("%d findings of one kind are shown", n)
	}
}

// TestUnreadable: files that cannot be profiles are refused before they are parsed.
func TestUnreadable(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.yaml")
	if err := os.WriteFile(secret, []byte("rps: 5\n"), 0o000); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path, stdin, want string
		skip                    bool
	}{
		{"too large", "-", strings.Repeat("# comment\n", 5_000_000),
			"stdin: the YAML file has 47.68 MB; expected at most 4 MB", false},
		{"binary", "-", "rps: 5\x00", "stdin:1: this is not a text file", false},
		{"directory", t.TempDir(), "", "cannot be read: ", false},
		{"no permission", secret, "", "secret.yaml: cannot be read: permission denied",
			os.Geteuid() <= 0}, // root may read any file, and Windows has no such permissions
	} {
		if c.skip {
			continue
		}
		code, stdout, stderr := run(c.stdin, "plan", "--profile", c.path)
		if code != 2 || stdout != "" || !strings.Contains(stderr, c.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: exit %d, %q, %q", c.name, code, stdout, stderr)
		}
	}
}

// FuzzFlags: the same for any values of the flags.
func FuzzFlags(f *testing.F) {
	f.Add("1500", "80ms", "100", "400", "sync", "throttled>0", "10%", "checkout", "us-east-1")
	f.Add("1500", "80ms", "100", "400", "sync", "throttled>0", "10%", "checkout", "ts-east-1") // which is told
	f.Add("5.4M/h", "1.2s", "0", "", "async", "headroom<20%", "0.1", "a b", "")
	f.Add("-1", "NaN", "1e308", "512.9", "Sync", "spillover>>=1", "10", "\x1b", "EU")
	f.Fuzz(func(t *testing.T, rate, duration, provisioned, reserved, mode, condition, headroom, name, region string) {
		args := []string{
			"plan", "-o", "json", "--rps=" + rate, "--duration=" + duration, "--provisioned=" + provisioned,
			"--fail-on=" + condition, "--headroom=" + headroom, "--function=" + name,
		}
		for flag, value := range map[string]string{"--reserved=": reserved, "--mode=": mode, "--region=": region} {
			if value != "" {
				args = append(args, flag+value)
			}
		}
		answersOrRefuses(t, "", args...)
	})
}

// answersOrRefuses runs a command line, which must print either a JSON document or nothing but what is wrong.
func answersOrRefuses(t *testing.T, stdin string, args ...string) {
	t.Helper()
	code, stdout, stderr := run(stdin, args...)
	failed := ""
	for line := range strings.Lines(stderr) {
		if !strings.HasPrefix(line, "lambdacap: note: ") {
			failed += line
		}
	}
	switch code {
	case 0, 1:
		if !json.Valid([]byte(stdout)) || (failed == "") != (code == 0) {
			t.Errorf("exit %d with %q and %q", code, stdout, stderr)
		}
	case 2:
		if stdout != "" || failed == "" {
			t.Errorf("exit 2 with %q and %q", stdout, stderr)
		}
	default:
		t.Errorf("exit %d: %s", code, stderr)
	}
	for line := range strings.Lines(stderr) {
		if !strings.HasPrefix(line, "lambdacap: ") || strings.ContainsAny(line, "\x1b\x00\r") {
			t.Errorf("a line not fit to print: %q", line)
		}
	}
}

// managedLines put a function on Managed Instances.
const managedLines = "compute: managed-instances\nmemory: 4GB\n"

// keyLines has a line for every key of a profile, with what must stand beside it. The value is never the default.
var keyLines = map[string]string{
	"name": "name: api", "rps": "rps: 7", "schedule": "rps: 7\nschedule: 8-18=9", "duration": "duration: 90ms",
	"mode": "mode: async", "provisioned": "provisioned: 3", "reserved": "reserved: 50", "peakedness": "peakedness: 2",
	"memory": "memory: 512", "arch": "arch: arm64", "ephemeral_storage": "ephemeral_storage: 1024", "init": "init: 2s",
	"average_rps": "average_rps: 3", "event_source": "event_source: SQS",

	"concurrency": "account: {concurrency: 1500}", "claimed_elsewhere": "account: {claimed_elsewhere: 840}",
	"unreserved_floor": "account: {unreserved_floor: 90}", "region": "account: {region: eu-west-1}",
	"time_zone": "account: {time_zone: Europe/Berlin}", "keep_alive": "account: {keep_alive: 5m}",

	"headroom": "headroom: 20%", "target_spillover": "target_spillover: 2%", "target_throttle": "target_throttle: 2%",
	"optimize": "optimize: cost", "spill_penalty": "spill_penalty: 0.001", "segments": "segments: 3",
	"min_segment": "min_segment: 2h", "wrap": "wrap: true", "max_duration_at": "max_duration_at: 500",
	"hours": "hours: 700", "enabled_hours": "enabled_hours: 100", "savings_plan": "savings_plan: 12%",
	"free_tier": "free_tier: true", "sweep": "sweep: provisioned=0:10:5", "scale": "scale: 2",
	"during_deploy": "during_deploy: true", "connections_per_env": "connections_per_env: 2\nmax_connections: 100",
	"max_connections": "max_connections: 100\nconnections_per_env: 2",

	"active": "rps: 7\nactive: 20m", "tenants": "tenants: 300",
	"regions": "regions: {us-east-1: 60%, eu-west-1: 40%}",
	"region_concurrency": "account: {region_concurrency: {eu-west-1: 3000}}\n" +
		"regions: {us-east-1: 60%, eu-west-1: 40%}",

	"on_the_minute": "on_the_minute: {share: 30%, within: 2s}",

	"compute":          "compute: managed-instances\nmemory: 4GB",
	"per_environment":  managedLines + "per_environment: 7",
	"runtime":          managedLines + "runtime: python",
	"cpu_share":        managedLines + "cpu_share: 20%",
	"request_memory":   managedLines + "request_memory: 300MB",
	"environments_min": managedLines + "environments_min: 4",
	"environments_max": managedLines + "environments_max: 50",
	"instance":         managedLines + "instance: m7g.xlarge",
	"instance_vcpu":    managedLines + "instance_vcpu: 8\ninstance_memory: 16GB\ninstance_price: 0.3",
	"instance_memory":  managedLines + "instance_memory: 16GB\ninstance_vcpu: 8\ninstance_price: 0.3",
	"instance_price":   managedLines + "instance_price: 0.3\ninstance_vcpu: 8\ninstance_memory: 16GB",
	"zones":            managedLines + "zones: 2",
	"discount":         managedLines + "discount: 20%",
	"memory_per_vcpu":  managedLines + "memory_per_vcpu: 4",
}

// TestProfileKeys: every key of a profile counts, in every command that echoes it and however the profile is given: the
// origin of its value is the file, and not the default.
func TestProfileKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.yaml")
	ways := [][]string{{path}, {"--profile", path}, {"-f", path}}
	commands := map[string][]string{}
	for _, s := range cmd.Settings() {
		commands[s.Flag] = s.Commands
	}
	for _, s := range setting.All() {
		const ofTime = setting.Ramps | setting.Replays | setting.Records | setting.Drains | setting.Sources
		if s.Key == "" || s.Part != 0 && s.Part&^ofTime == 0 || s.Key == "ramp.rps" {
			continue // scripts try those of ramps, of queues and of recorded traffic
		}
		line, ok := keyLines[s.Key]
		if !ok {
			t.Errorf("%s: there is no line to try", s.Key)
			continue
		}
		text := line + "\n"
		more := []string{"rps: 5\n", "memory: 256\n"}
		if s.Key != setting.ActiveKey {
			more = append(more, "duration: 80ms\n")
		}
		for _, more := range more {
			if key, _, _ := strings.Cut(more, " "); !strings.Contains("\n"+text, "\n"+key) {
				text += more
			}
		}
		if s.OfCheapest {
			text += "optimize: cost\n"
		}
		if !strings.Contains(text, "account:") {
			text += "account: {region: us-east-1}\n"
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		echoed := 0
		for _, command := range []string{"plan", "spillover", "limits", "check"} {
			if s.Group == setting.Question && !slices.Contains(commands[s.Flag], command) {
				continue // it does not ask that
			}
			for _, way := range ways {
				code, stdout, stderr := run("", append([]string{command, "-o", "json"}, way...)...)
				var document struct {
					Inputs any `json:"inputs"`
				}
				if err := json.Unmarshal([]byte(stdout), &document); err != nil || code > 1 {
					t.Errorf("%s: %s %s: exit %d, %v, %s", s.Key, command, way, code, err, stderr)
					continue
				}
				for _, origin := range originsOf(document.Inputs, s.Echo) {
					if echoed++; !strings.HasPrefix(origin, path+":") {
						t.Errorf("%s: %s %s: the origin is %s", s.Key, command, way, origin)
					}
				}
			}
		}
		if echoed == 0 {
			t.Errorf("%s: no command echoes it as %s", s.Key, s.Echo)
		}
	}
}

// originsOf finds in the inputs of a document where the values of a key come from.
func originsOf(node any, key string) (origins []string) {
	switch node := node.(type) {
	case []any:
		for _, item := range node {
			origins = append(origins, originsOf(item, key)...)
		}
	case map[string]any:
		own, _ := node["origin"].(map[string]any)
		if origin, ok := own[key].(string); ok {
			origins = append(origins, origin)
		}
		for name, item := range node {
			if name != "origin" {
				origins = append(origins, originsOf(item, key)...)
			}
		}
	}
	return origins
}
