package cmd_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// A dice makes random command lines and files. The values are those that people write, at the ends of what is legal,
// and beyond.
type dice struct{ *rand.Rand }

// of returns one of the words of a list.
func (d dice) of(words string) string {
	list := strings.Fields(words)
	return list[d.IntN(len(list))]
}

// junk is what may stand anywhere by mistake.
const junk = `0 -1 NaN Inf 1e308 5e-324 '' null 1,5 ~ :: 1:2:0 3x true 010 1_000 99999999999 0.5 50% x=y >0`

// legal are the values of the settings: what people write, the ends of what is legal, and a little beyond.
var legal = map[string]string{
	"rps": "0 0.001 1 9.99 100 500 1500 2500 90k/min 5.4M/h 90,000/min 1500rps " +
		"5000req/s 90k/m 12345.678 1G",
	"average-rps": "0 0.001 1 9.99 100 500 1500 2500 90k/min 5.4M/h 90,000/min 1500rps " +
		"5000req/s 90k/m 12345.678 1G",
	"duration": "0.1ms 1ms 28.5ms 80ms 80ms 99.999ms 100ms 100.001ms 240ms 240ms 1.2s 1.2s " +
		"3s 1m 899s 15m",
	"provisioned":         "0 0 1 2 10 50 60 100 150 500 900 901 1000 5000",
	"reserved":            "0 1 10 100 100 200 400 900 1000 2500",
	"account-concurrency": "1 10 100 999 1000 1000 3000 10000 100000000",
	"concurrency":         "1 10 100 999 1000 1000 3000 10000 100000000",
	"unreserved-floor":    "0 1 100 1000",
	"mode":                "sync sync async",
	"memory":              "128 512 1024 1GB 1G 1Gi 10240 512MB",
	"arch":                "x86_64 arm64 arm",
	"region":              "us-east-1 eu-west-1 eu-central-1 us-eats-1 ap-south-1",
	"peakedness":          "1 1 2 6 1.5",
	"init":                "100ms 1s 10s",
	"ephemeral-storage":   "512 2GB 10240",
	"time-zone":           "UTC Europe/Berlin America/New_York Mars/Base",
	"schedule":            "8-18=150 12-13=3x 8-18=1500,12-13=90k/min 0-24=1 22-6=10 12-13=0x",
	"headroom":            "0 5% 10% 0.2 100% 20",
	"target-spillover":    "0.01% 0.1% 1% 5% 10% 0.01 50% 1",
	"target-throttle":     "0.01% 0.1% 1% 5% 10% 0.01 50% 1",
	"scale":               "2 1:4:0.5 1,1.5,2 0.5 1:100:1 0.001 2x 1:10:1 1,2,3",
	"sweep": "provisioned=0:300:25 rps=100:2000:100 duration=10ms:100ms:10ms " +
		"reserved=0:100:50 provisioned=1:2:1",
	"keep-alive":    "1s 10m 1h",
	"hours":         "0 1 100 730",
	"enabled-hours": "0 1 100 730",
	"savings-plan":  "0 12% 17%",
	"optimize":      "fit cost",
	"spill-penalty": "0 0.001 1",
	"fail-on": `throttled queued spillover throttled>0 spillover>1% utilization>80% headroom<20% cost>500 error
			warning refused unknown cost-delta>10% chance-throttled>0.1% provisioned-headroom<5% cold-start>1%`,
	"show":     "split limits random cost commands settings findings assumptions all split,cost all",
	"sort":     "worst name cost idle file",
	"only":     "f0 f1 f0 f0 payments",
	"function": "f0 f1 f0 f0 payments",
	"set": "f0.reserved=1800 f1.rps=1000 account.concurrency=3000 f0.provisioned=0 " +
		"f0.mode=async f9.rps=1",
	"columns":             "name name,verdict rps,name",
	"output":              "table table table wide json yaml csv markdown",
	"connections-per-env": "1 10 100",
	"max-connections":     "1 10 100",
	"max-duration-at":     "100 1500",
}

// value returns what may stand for a setting.
func (d dice) value(name string) string {
	if d.IntN(200) == 0 {
		return d.of(junk)
	}
	return d.of(legal[name])
}

// shared are the flags that every calculation has; own are those of a command.
const shared = `rps rps duration duration mode provisioned provisioned reserved peakedness memory arch region
	account-concurrency unreserved-floor function set output`

var own = map[string]string{
	"plan": `schedule average-rps ephemeral-storage init time-zone keep-alive headroom target-spillover target-throttle
		optimize spill-penalty hours enabled-hours savings-plan scale sweep fail-on show sort only concurrency quiet
		explain`,
	"spillover": `schedule average-rps ephemeral-storage init time-zone keep-alive hours enabled-hours savings-plan scale
		sweep fail-on show sort only concurrency quiet explain`,
	"limits": `target-spillover max-duration-at show fail-on only quiet explain`,
	"check":  `headroom target-spillover target-throttle connections-per-env max-connections show fail-on only quiet`,
	"compare": `schedule average-rps init target-spillover target-throttle hours savings-plan scale fail-on concurrency
		quiet`,
	"init": ``,
}

// args returns the arguments of a random command line, without its files.
func (d dice) args(command string, file bool) []string {
	args := []string{command}
	names := strings.Fields(shared + " " + own[command])
	if command == "init" {
		names = strings.Fields("account-concurrency region time-zone keep-alive unreserved-floor")
	}
	n := d.IntN(5)
	if !file && command != "init" {
		args = append(args, "--rps", d.value("rps"))
		n += 2
	}
	given := map[string]bool{"rps": !file}
	for range n {
		name := names[d.IntN(len(names))]
		if file && d.IntN(20) > 0 && strings.Contains(" rps duration mode provisioned reserved peakedness memory arch "+
			"function schedule average-rps ephemeral-storage init concurrency ", " "+name+" ") {
			continue // they are of one function
		}
		if given[name] && d.IntN(30) > 0 || name == "concurrency" && d.IntN(4) > 0 {
			continue
		}
		given[name] = true
		switch name {
		case "quiet", "explain":
			args = append(args, "--"+name)
		default:
			args = append(args, "--"+name+"="+d.value(name))
		}
	}
	if command == "compare" && !file {
		args = append(args, d.of("--provisioned=0,100,165 --memory=512,1024 --provisioned=0:300:50 --reserved=100,200,300"+
			" --rps=100,200 --duration=10ms,20ms --memory=512"))
	}
	return args
}

// names are what functions are called.
var names = []string{"f%d", "payments-service-%d-prod",
	"arn-of-a-function-with-a-name-of-sixty-four-characters-almost-%d", "%d"}

// profile returns a random profile of n functions, as JSON, which is YAML as well.
func (d dice) profile(n int) string {
	account := map[string]any{}
	if d.IntN(3) > 0 {
		account["concurrency"] = json.RawMessage(strconv.Itoa([]int{10, 100, 1000, 3000, 10000, 100000}[d.IntN(6)]))
	}
	if d.IntN(2) == 0 {
		account["region"] = "us-east-1"
	}
	name := names[max(0, d.IntN(len(names)*2)-len(names))]
	functions := []map[string]any{}
	for i := range n {
		f := map[string]any{"name": fmt.Sprintf(name, i)}
		for _, key := range strings.Fields("rps rps rps duration duration mode reserved provisioned memory peakedness") {
			if d.IntN(10) < 6 {
				f[key] = d.value(key)
			}
		}
		if n > 3 && d.IntN(3) > 0 {
			delete(f, "reserved")
		}
		functions = append(functions, f)
	}
	text, _ := json.Marshal(map[string]any{"account": account, "functions": functions})
	return string(text)
}

// notANumber matches what no number prints as.
var notANumber = regexp.MustCompile(`NaN|[+-]?\bInf\b|%!|e\+\d\d`)

// TestRandom runs random command lines on random files. Each ends with an answer or with what is wrong, and never with
// a fault of the program; no number is something else, and on a terminal no answer is wider or longer than the screen.
func TestRandom(t *testing.T) {
	skipShort(t)
	t.Chdir(t.TempDir())
	d := dice{rand.New(rand.NewPCG(12, 2))}
	rounds := 600
	if n, err := strconv.Atoi(os.Getenv("LAMBDACAP_TEST_ROUNDS")); err == nil {
		rounds, d.Rand = n, rand.New(rand.NewPCG(rand.Uint64(), 1))
	}
	for range rounds {
		command := d.of("plan plan plan spillover spillover limits check compare compare init")
		var files []string
		for i := range min(1, d.IntN(3)) + d.IntN(5)/4 {
			name := fmt.Sprintf("%d.yaml", i)
			if err := os.WriteFile(name, []byte(d.profile([]int{1, 1, 2, 5, 12, 40}[d.IntN(6)])), 0o666); err != nil {
				t.Fatal(err)
			}
			files = append(files, name)
		}
		args := append(d.args(command, len(files) > 0), files...)
		width := append(widths, 0)[d.IntN(len(widths)+1)]
		var code int
		var stdout, stderr string
		if width == 0 {
			code, stdout, stderr = run("", args...)
		} else {
			code, stdout, stderr = onTerminal(width, args...)
		}
		if problem := problemOf(strings.Join(args, " "), width, code, stdout, stderr); problem != "" {
			t.Errorf("%s: %d columns: lambdacap %q: exit %d\n%s%s", problem, width, args, code, stdout, stderr)
			for _, name := range files {
				data, _ := os.ReadFile(name)
				t.Logf("%s: %s", name, data)
			}
		}
	}
}

// problemOf says what is wrong with an answer.
func problemOf(line string, width, code int, stdout, stderr string) string {
	answers := code == 0 || code == 1
	switch {
	case !answers && code != 2:
		return "a fault"
	case answers && stdout == "" || code == 2 && stderr == "":
		return "silent"
	case !answers || strings.HasPrefix(line, "init"): // what is wrong is quoted
		return ""
	case !strings.Contains(line, "json") && !strings.Contains(line, "csv") && notANumber.MatchString(stdout):
		return "no number"
	case width == 0 || strings.Contains(line, "--output=") && !strings.Contains(line, "--output=table"):
		return ""
	}
	for text := range strings.Lines(stdout) {
		copied := strings.HasPrefix(text, "  aws ") || strings.HasPrefix(text, "    ") ||
			strings.HasPrefix(text, "  https://") || len(strings.Fields(text)) == 1 // a name is not broken
		if utf8.RuneCountInString(strings.TrimSpace(text)) > width && !copied {
			return "too wide"
		}
	}
	most := 23
	if width < 80 {
		most = 29
	}
	// What is asked for has room, and an error of check is not hidden.
	asked := regexp.MustCompile(`--(show|explain|scale|output=wide)|^check`).MatchString(line)
	if strings.Count(stdout, "\n") > most && !asked {
		return "too long"
	}
	return ""
}
