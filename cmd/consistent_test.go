package cmd_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A tree is a document, or a part of one.
type tree struct{ v any }

// at returns the part at a path of keys and indices.
func (x tree) at(path ...string) tree {
	for _, key := range path {
		switch v := x.v.(type) {
		case map[string]any:
			x.v = v[key]
		case []any:
			i, _ := strconv.Atoi(key)
			x.v = v[i]
		default:
			return tree{}
		}
	}
	return x
}

func (x tree) number(key string) float64 { n, _ := x.at(key).v.(float64); return n }
func (x tree) text(key string) string    { s, _ := x.at(key).v.(string); return s }
func (x tree) list(path ...string) (items []tree) {
	values, _ := x.at(path...).v.([]any)
	for _, v := range values {
		items = append(items, tree{v})
	}
	return items
}

// set sets a key.
func (x tree) set(key string, v any) { x.v.(map[string]any)[key] = v }

// copied returns a deep copy.
func (x tree) copied() (c tree) {
	text, _ := json.Marshal(x.v)
	_ = json.Unmarshal(text, &c.v)
	return c
}

// scaled returns an account whose rates are multiplied by a factor.
func (x tree) scaled(factor float64) tree {
	c := x.copied()
	for _, f := range c.list("functions") {
		for _, key := range []string{"rps", "average_rps"} {
			if f.at(key).v != nil {
				f.set(key, f.number(key)*factor)
			}
		}
	}
	return c
}

// account returns a random account of n functions that lambdacap accepts.
func (d dice) account(n int) tree {
	account := map[string]any{"concurrency": []int{100, 500, 1000, 3000, 10000}[d.IntN(5)]}
	if d.IntN(2) == 0 {
		account["region"] = "us-east-1"
	}
	functions := []any{}
	for i := range n {
		f := map[string]any{"name": fmt.Sprintf("f%d", i), "rps": math.Round(math.Exp(d.Float64()*9)*100) / 100}
		for _, x := range []struct {
			key    string
			chance int // percent
			value  any
		}{
			{"duration", 90, fmt.Sprintf("%.2fms", math.Exp(d.Float64()*8)*0.7)},
			{"mode", 60, d.of("sync async")},
			{"memory", 50, 1024},
			{"provisioned", 35, int(math.Exp(d.Float64() * 6))},
			{"peakedness", 12, 3},
			{"average_rps", 12, 0.5},
			{"schedule", 12, d.of("8-18=3x 12-13=3x 8-12=2x,12-13=4x 0-24=0.5x")},
		} {
			if d.IntN(100) < x.chance {
				f[x.key] = x.value
			}
		}
		if f["schedule"] != nil {
			delete(f, "average_rps")
		}
		if d.IntN(4) == 0 {
			provisioned, _ := f["provisioned"].(int)
			f["reserved"] = max(provisioned, int(math.Exp(d.Float64()*6.5)))
		}
		functions = append(functions, f)
	}
	return tree{map[string]any{"account": account, "functions": functions}}.copied()
}

// badness orders the verdicts.
var badness = map[string]int{"fits": 0, "spills": 1, "queues": 2, "throttles": 3, "refused": 4}

// near reports whether two numbers are equal but for rounding.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*(1+math.Abs(a)+math.Abs(b)) }

// answer runs a command on an account and returns its document.
func answer(t *testing.T, a tree, args ...string) (d tree) {
	t.Helper()
	text, _ := json.Marshal(a.v)
	code, stdout, stderr := run(string(text), append(args, "--profile", "-", "-o", "json")...)
	if err := json.Unmarshal([]byte(stdout), &d.v); code != 0 || err != nil {
		t.Fatalf("%v of %s: %d %s", args, text, code, stderr)
	}
	return d
}

// TestConsistent plans random accounts, and checks that the answer agrees with itself and with other ways to ask.
func TestConsistent(t *testing.T) {
	skipShort(t)
	d := dice{rand.New(rand.NewPCG(12, 1))}
	rounds := 40
	if n, err := strconv.Atoi(os.Getenv("LAMBDACAP_TEST_ROUNDS")); err == nil {
		rounds, d.Rand = n, rand.New(rand.NewPCG(rand.Uint64(), 1))
	}
	for range rounds {
		a := d.account([]int{1, 1, 2, 5, 12}[d.IntN(5)])
		var targets []string
		for _, target := range []string{"--target-spillover=" + d.of("0.1% 5% 20%"), "--target-throttle=" + d.of("0.1% 5%"),
			"--headroom=" + d.of("0 5% 30%")} {
			if d.IntN(4) == 0 {
				targets = append(targets, target)
			}
		}
		text, _ := json.Marshal(a.v)
		t.Run("", func(t *testing.T) {
			defer func() {
				if t.Failed() {
					t.Logf("%v of %s", targets, text)
				}
			}()
			p := answer(t, a, append([]string{"plan"}, targets...)...)
			headlines(t, p, string(text), targets)
			split(t, p, targets)
			applied(t, a, p, targets)
			if p.text("kind") == "plan" && p.at("result", "account").text("verdict") != "refused" {
				scaleAgrees(t, a)
			}
			compareAgrees(t, a, d.account(2))
		})
	}
}

// TestSecondQuota plans an account whose changes leave less unreserved than random arrivals need, where the recommended
// quota would be enough for them but nothing else raises it.
func TestSecondQuota(t *testing.T) {
	var a tree
	err := json.Unmarshal([]byte(`{"account": {"concurrency": 1000}, "functions": [
		{"name": "f1", "rps": 2.11, "duration": "283.20ms", "reserved": 27},
		{"name": "f2", "rps": 60.94, "duration": "19.89ms", "peakedness": 3},
		{"name": "f4", "rps": 128.72, "duration": "163.71ms"}, {"name": "f5", "rps": 407.42, "duration": "158.68ms"},
		{"name": "f6", "rps": 1852.61, "duration": "181.54ms", "provisioned": 86},
		{"name": "f7", "rps": 3116.83, "duration": "27.18ms", "mode": "async", "provisioned": 3},
		{"name": "f9", "rps": 1667.13, "duration": "53.85ms", "mode": "async"},
		{"name": "f10", "rps": 86.65, "duration": "77.15ms"}, {"name": "f0", "rps": 478.2, "duration": "5.07ms"},
		{"name": "f11", "rps": 300.36, "duration": "10.50ms", "mode": "async", "provisioned": 74}]}`), &a.v)
	if err != nil {
		t.Fatal(err)
	}
	applied(t, a, answer(t, a, "plan"), nil)
}

// headlines: the first word is the account's verdict, with random arrivals where that is known, and every way to ask
// has the same first line.
func headlines(t *testing.T, p tree, profile string, targets []string) {
	t.Helper()
	account := p.at("result", "account")
	want := account.text("verdict")
	if random := account.text("verdict_random"); random != "" && want != "refused" {
		want = random
	}
	summary := p.text("summary")
	if strings.Fields(summary)[0] != strings.ToUpper(want) {
		t.Errorf("the headline is %q, and the verdict %s", summary, want)
	}
	for _, more := range [][]string{{"-q"}, {"-o", "table"}, {"-o", "wide"}} {
		_, stdout, _ := run(profile, slices.Concat([]string{"plan", "--profile", "-"}, targets, more)...)
		if first, _, _ := strings.Cut(stdout, "\n"); first != summary {
			t.Errorf("%v begins with %q, and the summary is %q", more, first, summary)
		}
	}
}

// split: the parts of every function add up, and random arrivals are never better without a target.
func split(t *testing.T, p tree, targets []string) {
	t.Helper()
	for _, f := range p.list("result", "functions") {
		now := f.at("now")
		sum := now.number("provisioned_rps") + now.number("on_demand_rps") + now.number("throttled_rps") +
			now.number("queued_rps")
		if !near(sum, now.number("rps")) {
			t.Errorf("the parts of %v are %v", now.v, sum)
		}
		steady, random := now.text("verdict"), now.text("verdict_random")
		if random != "" && badness[random] < badness[steady] && !strings.Contains(strings.Join(targets, " "), "target") {
			t.Errorf("%s is better than %s", random, steady)
		}
	}
}

// applied: after the changes of a plan that are required, none is; after all of them, there is nothing to set, and
// without a target everything fits.
func applied(t *testing.T, a, p tree, targets []string) {
	t.Helper()
	for _, all := range []bool{false, true} {
		c := a.copied()
		for _, action := range p.list("result", "actions") {
			if !all && action.at("required").v == false {
				continue
			}
			if action.text("setting") == "account_concurrency" {
				c.at("account").set("concurrency", action.number("to"))
			}
			for _, f := range c.list("functions") {
				if f.text("name") == action.text("function") {
					f.set(action.text("setting"), action.number("to"))
				}
			}
		}
		again := answer(t, c, append([]string{"plan"}, targets...)...)
		for _, action := range again.list("result", "actions") {
			if all || action.at("required").v == true {
				t.Errorf("after the changes (all: %v), it wants to %s", all, action.text("message"))
			}
		}
		if fits := strings.HasPrefix(again.text("summary"), "FITS"); !fits && all && len(targets) == 0 {
			t.Errorf("after the changes: %s", again.text("summary"))
		}
	}
}

// scaleAgrees: the points of a scale are the answers at their rates, and the account breaks where it says.
func scaleAgrees(t *testing.T, a tree) {
	t.Helper()
	s := answer(t, a, "spillover", "--scale=0.5,1,7")
	for _, point := range s.list("result", "scale") {
		account := answer(t, a.scaled(point.number("factor")), "spillover").at("result", "account")
		for _, key := range []string{"spillover_ratio", "throttled_ratio", "queued_ratio"} {
			if !near(point.number(key), account.number(key)) {
				t.Errorf("at %vx %s is %v, and %v", point.number("factor"), key, point.number(key), account.number(key))
			}
		}
		for _, key := range []string{"verdict", "verdict_random"} {
			if point.text(key) != account.text(key) {
				t.Errorf("at %vx %s is %s, and %s", point.number("factor"), key, point.text(key), account.text(key))
			}
		}
	}
	breaks := s.at("result", "breaks_at")
	factor := breaks.number("factor")
	if factor < 1e-5 { // never, or at once
		return
	}
	const below = 0.9899 // less than the number of three digits below it
	for _, x := range []float64{below, 1} {
		verdict := answer(t, a.scaled(factor*x), "spillover").at("result", "account").text("verdict")
		if broken := badness[verdict] >= badness["queues"]; broken != (x == 1) {
			t.Errorf("breaks at %vx, and at %vx it %s", factor, factor*x, verdict)
		}
	}
}

// compareAgrees: a comparison has the figures of the plans that it compares.
func compareAgrees(t *testing.T, accounts ...tree) {
	t.Helper()
	args := []string{"compare", "-o", "json"}
	for i, a := range accounts {
		name := filepath.Join(t.TempDir(), strconv.Itoa(i)+".json")
		text, _ := json.Marshal(a.v)
		if err := os.WriteFile(name, text, 0o666); err != nil {
			t.Fatal(err)
		}
		args = append(args, name)
	}
	code, stdout, stderr := run("", args...)
	var c tree
	if err := json.Unmarshal([]byte(stdout), &c.v); code != 0 || err != nil {
		t.Fatalf("%d %s", code, stderr)
	}
	for i, v := range c.list("result", "variants") {
		account := answer(t, accounts[i], "plan").at("result", "account")
		for _, key := range []string{"rps", "verdict", "verdict_random", "accepted", "spillover_ratio", "throttled_ratio",
			"queued_ratio", "required_concurrency", "reserved_total"} {
			if v.at(key).v != account.at(key).v {
				t.Errorf("%s of %s is %v, and in a plan %v", key, v.text("name"), v.at(key).v, account.at(key).v)
			}
		}
		if usd := account.at("now_cost", "total_usd_month").v; v.at("total_usd_month").v != usd {
			t.Errorf("%s costs %v, and in a plan %v", v.text("name"), v.at("total_usd_month").v, usd)
		}
	}
}
