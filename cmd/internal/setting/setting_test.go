package setting_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/ramp"
	"github.com/lambdacap/lambdacap/cmd/internal/gate"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/format/document"
)

// all is every part that a command can have.
const all = setting.Ceilings | setting.Loads | setting.Sizes | setting.Judges | setting.Details | setting.Compares |
	setting.Ramps | setting.Drains | setting.Sources

// TestTable checks that every setting can be given and read, that it is echoed under a key that exists, and that it has
// a help text.
func TestTable(t *testing.T) {
	echoed := map[string]bool{}
	for _, part := range []any{
		document.InputAccount{}, document.InputFunction{}, document.InputPlan{}, document.InputLimits{},
		document.InputCost{}, document.InputCheck{}, document.InputSweep{}, document.InputScale{},
		document.InputManaged{}, document.InputSpecial{}, document.InputQuotas{},
		document.InputRamp{}, document.InputLoad{}, document.InputSource{}, document.InputReplay{},
		document.InputScaling{},
		document.Inputs{},
	} {
		for _, key := range document.Keys(part) {
			echoed[key] = true
		}
	}
	flags, keys := map[string]bool{}, map[string]bool{}
	for _, s := range setting.All() {
		key := strings.ReplaceAll(s.Flag, "-", "_")
		name := "--" + s.Flag + " (" + s.Key + " in a profile)"
		switch {
		case s.Flag == "" && s.Key == "":
			t.Errorf("%q can be given nowhere", s.Usage)
		case s.Flag != "" && s.UsageIn(0) == "":
			t.Errorf("%s has no help", name)
		case (s.Reader == nil) != (s.Group == setting.General):
			t.Errorf("%s is of the group %s, and its reader %v", name, s.Group, s.Reader != nil)
		case (s.Key == "") != (s.Group == setting.General):
			t.Errorf("%s is of the group %s and has the key %q", name, s.Group, s.Key)
		case s.Echo == "" && s.Group != setting.General || s.Echo != "" && !echoed[s.Echo]:
			t.Errorf("%s is echoed under %q, which is not a key of the inputs in a document", name, s.Echo)
		case s.Flag != "" && flags[s.Flag] || s.Key != "" && keys[s.Key]:
			t.Errorf("%s is listed twice", name)
		case s.Switch && !slices.Contains(s.Values, "true"):
			t.Errorf("%s is a switch with the values %q", name, s.Values)
		case s.Group == setting.Function && s.Flag != "" && !strings.HasSuffix("."+s.Key, "."+key) &&
			s.Key != setting.SourceKey+".type":
			t.Errorf("the flag %s has the key %s", s.Flag, s.Key)
		}
		flags[s.Flag], keys[s.Key] = true, true
		if s.Key != "" && setting.ByKey(s.Key).Flag != s.Flag {
			t.Errorf("the key %s leads to --%s", s.Key, setting.ByKey(s.Key).Flag)
		}
	}
	if _, ok := setting.Named(""); ok || setting.ByKey("none") != nil {
		t.Error("there is a setting without a name")
	}
}

// TestValues checks that the values that help and completion offer are legal.
func TestValues(t *testing.T) {
	for _, s := range setting.All() {
		for _, value := range s.Values {
			if s.Reader == nil {
				continue
			}
			target := setting.Target{Account: &calc.Account{}, Function: &calc.Function{}, Load: &ramp.Load{},
				Scaling: &setting.Scaling{}, Asked: &setting.Asked{}}
			if faults := s.Reader.Read(target, setting.Value{Text: value}); len(faults) > 0 {
				t.Errorf("--%s %s: %v", s.Flag, value, faults)
			}
		}
	}
}

// TestFlags checks that a command has the flags of its parts, and that the shell can complete their values.
func TestFlags(t *testing.T) {
	functions := func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return []cobra.Completion{"checkout"}, cobra.ShellCompDirectiveNoFileComp
	}
	plan, checks := &cobra.Command{}, &cobra.Command{}
	setting.AddFlags(plan, setting.Loads|setting.Details|setting.Sizes)
	setting.AddFlags(checks, setting.Judges)
	setting.Complete(checks, functions)
	for flag, want := range map[string][2]bool{
		"rps": {true, true}, "headroom": {true, true}, "output": {true, true},
		"sweep": {true, false}, "optimize": {true, false}, "explain": {true, false},
		"skip": {false, true}, "max-duration-at": {false, false},
	} {
		if got := [2]bool{plan.Flags().Lookup(flag) != nil, checks.Flags().Lookup(flag) != nil}; got != want {
			t.Errorf("--%s: %v, want %v", flag, got, want)
		}
	}
	for flag, want := range map[string]string{
		"fail-on": "headroom<20%", "output": "sarif", "mode": "async", "skip": "LC014", "function": "checkout",
	} {
		complete, ok := checks.GetFlagCompletionFunc(flag)
		if !ok {
			t.Errorf("the shell has no completion for --%s", flag)
			continue
		}
		if values, _ := complete(checks, nil, ""); !slices.Contains(values, want) {
			t.Errorf("--%s completes to %q, without %s", flag, values, want)
		}
	}
	if usage := checks.Flags().Lookup("output").Usage; !strings.Contains(usage, "sarif or github (default table)") {
		t.Error(usage)
	}
	if usage := plan.Flags().Lookup("output").Usage; strings.Contains(usage, "sarif") {
		t.Error(usage)
	}
}

// TestRepeated checks that the values of a flag stay a list. A comma separates them only if the help says so.
func TestRepeated(t *testing.T) {
	for _, c := range []struct {
		flag     string
		given    []string
		variable string
		want     []string
	}{
		{"output", []string{"json=a,b.json", "table"}, "json=a,b.json\ntable", []string{"json=a,b.json", "table"}},
		{"from", []string{"a,b.yaml", "c"}, "a,b.yaml\nc", []string{"a,b.yaml", "c"}},
		{"param", []string{"Key=a,b"}, "Key=a,b", []string{"Key=a,b"}},
		{"skip", []string{"LC001,LC002", "LC003"}, "LC001,LC002,LC003", []string{"LC001", "LC002", "LC003"}},
		{"fail-on", []string{"throttled>0", "headroom<20%"}, "throttled>0,headroom<20%",
			[]string{"throttled>0", "headroom<20%"}},
		{"rps", []string{"5", "1500"}, "1500", []string{"1500"}},
		{"rps", []string{"1,2 3, 4"}, "1,2 3, 4", []string{"1", "2", "3", "4"}},
		{"rps", []string{"1,,2,"}, "1,,2,", []string{"1", "", "2", ""}},
		{"schedule", []string{"0-8=1,8-24=2"}, "0-8=1,8-24=2", []string{"0-8=1", "8-24=2"}},
	} {
		cmd := &cobra.Command{}
		setting.AddFlags(cmd, all)
		for _, text := range c.given {
			if err := cmd.Flags().Set(c.flag, text); err != nil {
				t.Fatal(err)
			}
		}
		s, _ := setting.Named(c.flag)
		for _, v := range []setting.Value{s.FromFlag(cmd.Flags().Lookup(c.flag)), s.FromVariable(c.variable)} {
			if !slices.Equal(v.Items(), c.want) {
				t.Errorf("%s is %q, want %q", v.Label(), v.Items(), c.want)
			}
		}
	}
	cmd := &cobra.Command{}
	setting.AddFlags(cmd, all)
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		if _, ok := setting.Named(flag.Name); !ok {
			t.Errorf("--%s is in no table", flag.Name)
		}
	})
}

// list is a list in a profile, with one item per line from line 3 on.
func list(items ...string) setting.Value {
	at := func(line int) check.Place { return check.Place{File: "p.yaml", Line: line} }
	v := setting.Value{Origin: setting.File, Place: at(2), Path: "functions[0].", Key: "rps", List: []setting.Value{}}
	for i, text := range items {
		v.List = append(v.List, setting.Value{
			Text: text, Origin: setting.File, Place: at(3 + i), Path: "functions[0].rps", Key: fmt.Sprintf("[%d]", i),
		})
	}
	return v
}

// TestDay checks that a list of 24 rates is a day, and that every wrong item is named with its line.
func TestDay(t *testing.T) {
	rps := setting.ByKey("rps")
	day := slices.Repeat([]string{"60/min"}, 24)
	day[7] = "1k"
	var f calc.Function
	faults := rps.Reader.Read(setting.Target{Function: &f}, list(day...))
	if len(faults) > 0 || f.Day.Len() != 24 || f.RPS.Or(0) != 1000 {
		t.Errorf("%v, %v", faults, f)
	}
	for _, c := range []struct {
		items []string
		want  []string
	}{
		{[]string{"1500"}, []string{`p.yaml:2: functions[0].rps: "1500" has 1 rate; expected 24 rates`}},
		{nil, []string{`p.yaml:2: functions[0].rps: "" has 0 rates; expected 24 rates`}},
		{append([]string{""}, day[1:]...), []string{`p.yaml:3: functions[0].rps[0]: "" is empty`}},
		{[]string{"x", "5", "1 2"}, []string{
			`p.yaml:3: functions[0].rps[0]: "x" is not a number`, `p.yaml:5: functions[0].rps[2]: "1 2" has several`,
		}},
	} {
		f = calc.Function{}
		faults := rps.Reader.Read(setting.Target{Function: &f}, list(c.items...))
		if len(faults) != len(c.want) || f.RPS.Known() {
			t.Errorf("%q: %v", c.items, faults)
			continue
		}
		for i, fault := range faults {
			if !strings.HasPrefix(fault.Message, c.want[i]) {
				t.Errorf("%q: %s, want %s", c.items, fault.Message, c.want[i])
			}
		}
	}
}

// TestListInText checks that the items of a list on the command line are named one by one, like those of a profile, and
// that a number with thousands separators is not a list.
func TestListInText(t *testing.T) {
	day := strings.Repeat("100,", 23)
	short, long := strings.TrimSuffix(day, ","), day+"200,300"
	for _, c := range []struct {
		key, text string
		want      []string // the beginnings of the faults, and nothing for what is right
	}{
		{"rps", day + "200", nil},
		{"rps", day + "200,", []string{`--rps: "" is empty`}},
		{"rps", day + "x,y", []string{`--rps: "x" is not a number`, `--rps: "y" is not a number`}},
		{"rps", short, []string{"--rps: " + quantity.Quote(short) + " has 23 rates; expected 24 rates"}},
		{"rps", long, []string{"--rps: " + quantity.Quote(long) + " has 25 rates; expected 24 rates"}},
		{"rps", "1,5", []string{`--rps: "1,5" has a separator between its digits; did you mean 1.5?`}},
		{"rps", "1.000,5", []string{`--rps: "1.000,5" has a separator between its digits`}},
		{"rps", "500,1000,1500", []string{`--rps: "500,1000,1500" has 3 rates; expected 24 rates`}},
		{"rps", "1,500", []string{`--rps: "1,500" has a separator between its digits`}},
		{"rps", "1,000,000,000", []string{`--rps: "1,000,000,000" has a separator between its digits`}},
		{"rps", "1,,500", []string{`--rps: "" is empty`}},
		{"rps", "90,000/min", nil},
		{"rps", "1,500 req/s", nil},
		{"rps", "1500 rps", nil},
		{"rps", "1500 rqs", []string{`--rps: "1500 rqs" has an unknown unit "rqs"`}},
		{"rps", "1500 1600", []string{`--rps: "1500 1600" has 2 rates`}},
		{"schedule", "0-8=20 8-24=1k/s", nil},
		{"schedule", "0-24=20", nil},
		{"schedule", "0-8=x,8-24=,,5", []string{`--schedule: "x" is not a number`, `--schedule: "" is empty`,
			`--schedule: "" is not a FROM-TO=RATE`, `--schedule: "5" is not a FROM-TO=RATE`}},
		{"schedule", "0-8=1,9-24=60/min", []string{
			`--schedule: "0-8=1,9-24=60/min" has no rate for the hour from 8 to 9`}},
	} {
		var f calc.Function
		s := setting.ByKey(c.key)
		v := s.WithText(setting.Value{Origin: setting.Flag, Path: "--" + c.key, Key: c.key}, c.text)
		faults := s.Reader.Read(setting.Target{Function: &f}, v)
		if len(faults) != len(c.want) || f.RPS.Known() != (c.want == nil) {
			t.Errorf("%s: %v", c.text, faults)
			continue
		}
		for i, fault := range faults {
			if !strings.HasPrefix(fault.Message, c.want[i]) {
				t.Errorf("%s: %s, want %s", c.text, fault.Message, c.want[i])
			}
		}
	}
}

// TestRuleIDs checks that a rule is found by its number and by its word, in any case.
func TestRuleIDs(t *testing.T) {
	for _, id := range []string{"LC014", "lc014", "tracking-blind"} {
		if number, err := setting.ParseRule(id); err != nil || number != "LC014" {
			t.Errorf("%s is %s, %v", id, number, err)
		}
	}
	for id, want := range map[string]string{
		"LC7":            `unknown rule "LC7"; did you mean LC007?`,
		"12":             `unknown rule "12"; did you mean LC012?`,
		"LC99":           `unknown rule "LC99"; expected LC001 to LC0`,
		"traking-blind":  `unknown rule "traking-blind"; did you mean tracking-blind?`,
		"rate-bound":     `check does not look for "rate-bound"; expected LC001 to LC0`,
		"something else": `unknown rule "something else"; expected LC001 to LC0`,
	} {
		if _, err := setting.ParseRule(id); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// TestFailOnUsage checks that help shows conditions that exist.
func TestFailOnUsage(t *testing.T) {
	failOn, _ := setting.Named(setting.FailOnFlag)
	quoted := regexp.MustCompile(`'([^']+)'`).FindAllStringSubmatch(failOn.UsageIn(0)+
		failOn.UsageIn(setting.Judges)+failOn.UsageIn(setting.Drains), -1)
	if len(quoted) != 7 {
		t.Errorf("%d conditions", len(quoted))
	}
	for _, q := range quoted {
		if !slices.Contains(gate.Examples(), q[1]) {
			t.Errorf("%s is not an example of a measure", q[1])
		}
	}
}

// TestTimeZone checks that a city leads to its time zone.
func TestTimeZone(t *testing.T) {
	if _, err := time.LoadLocation("Europe/Berlin"); err != nil {
		t.Skip("there is no database of time zones: ", err)
	}
	read := setting.ByKey("time_zone").Reader.Read
	for text, want := range map[string]string{
		"Berlin": "did you mean Europe/Berlin?", "new york": "did you mean America/New_York?",
		"SAO_PAULO": "did you mean America/Sao_Paulo?", "Nowhere": "expected UTC, or a name such as Europe/Berlin",
		"PST": "expected UTC, or a name such as Europe/Berlin", "": "expected UTC, or a name such as Europe/Berlin",
		"../x": "expected UTC, or a name such as Europe/Berlin",
	} {
		faults := read(setting.Target{Account: &calc.Account{}}, setting.Value{Text: text, Origin: setting.Flag})
		if err := faults.Err(); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestMeant checks that a fault names the word that was probably meant by one that is not known.
func TestMeant(t *testing.T) {
	var to calc.Function
	_, err := os.Stat("/usr/share/zoneinfo/Europe")
	for _, c := range [][3]string{
		{"rps", "90k/mn", "did you mean 90k/min?"}, {"rps", "90,000 req/Mins", "did you mean 90,000 req/min?"},
		{"rps", "1500 rqs", "did you mean 1500 rps?"}, {"rps", "5/month", "; expected"},
		{"duration", "240mss", "did you mean 240ms?"}, {"duration", "100ns", "; expected"},
		{"duration", "1m30s", "; expected"}, {"arch", "arm46", "did you mean arm64?"},
		{"mode", "ansync", "did you mean async?"}, {"mode", "queue", "; expected sync, async"},
		{"region", "eu-west-1,us-east-1", "is not a Region"}, {"time_zone", "Germany/Berlin", "mean Europe/Berlin?"},
		{"time_zone", "Europe/Belrin", "mean Europe/Berlin?"}, {"time_zone", "Europe/Xyzzy", "; expected"},
		{"autoscale", "target=70%,mni=2,max=60", "did you mean min?"},
		{"autoscale", "target=70%,min=2,max=60,statistic=avrage", "did you mean average?"},
	} {
		if c[0] == "time_zone" && err != nil {
			continue
		}
		faults := setting.ByKey(c[0]).Reader.Read(setting.Target{Function: &to}, setting.Value{Text: c[1]})
		if len(faults) != 1 || !strings.Contains(faults[0].Message, c[2]) {
			t.Errorf("%s %q: %v, want %q", c[0], c[1], faults, c[2])
		}
	}
}
