package cmd_test

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/gate"
)

// consoleBlock matches a ```console block of a document.
var consoleBlock = regexp.MustCompile("(?s)(```console\n)(.*?)(```)")

// TestDocs runs every command in the documentation, which is a line that begins with "$ ", and compares its output with
// what the document shows. A line "..." stands for the rest of an output.
func TestDocs(t *testing.T) {
	skipShort(t)
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("the examples are for a POSIX shell")
	}
	examples := 0
	for _, name := range documents(t) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		document := string(data)
		shown := consoleBlock.ReplaceAllStringFunc(document, func(block string) string {
			parts := consoleBlock.FindStringSubmatch(block)
			examples++
			return parts[1] + rerun(t, name, parts[2]) + parts[3]
		})
		if shown == document {
			continue
		}
		if *update {
			if err := os.WriteFile(name, []byte(shown), 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		t.Errorf("%s is out of date, run go test ./cmd -update:\n%s", name, firstDifference(document, shown))
	}
	if examples < 10 {
		t.Errorf("only %d examples found", examples)
	}
}

// documents lists the pages of the documentation.
func documents(t *testing.T) []string {
	t.Helper()
	list := []string{"../README.md"}
	err := filepath.WalkDir("../docs", func(name string, _ fs.DirEntry, err error) error {
		if filepath.Ext(name) == ".md" {
			list = append(list, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// rest is the line that stands for the rest of an output.
const rest = "..."

// rerun runs the commands of a block in one shell, one after the other, and returns the block as it should read. A
// command that ends with a backslash continues on the next line.
func rerun(t *testing.T, document, block string) string {
	t.Helper()
	var commands []string
	var shown []int // lines of each output before the line that stands for the rest; -1 if all of it is shown
	lines := strings.Split(strings.TrimSuffix(block, "\n"), "\n")
	for i, first := 0, 0; i < len(lines); i++ {
		command, ok := strings.CutPrefix(lines[i], "$ ")
		if !ok {
			if lines[i] == rest && len(shown) > 0 {
				shown[len(shown)-1] = i - first
			}
			continue
		}
		for strings.HasSuffix(command, "\\") && i+1 < len(lines) {
			i++
			command += "\n" + lines[i]
		}
		commands, shown, first = append(commands, command), append(shown, -1), i+1
	}
	if len(commands) == 0 {
		t.Errorf("%s: a console block without a command:\n%s", document, block)
		return block
	}
	if strings.Contains(block, "jq ") {
		if _, err := exec.LookPath("jq"); err != nil {
			t.Logf("%s: not run without jq: %s", document, commands[0])
			return block
		}
	}
	const mark = "==end of the output=="
	var script strings.Builder
	for _, command := range commands {
		fmt.Fprintf(&script, "%s\nstatus=$?; echo '%s'; (exit $status)\n", command, mark)
	}
	shell := exec.Command("sh", "-c", script.String())
	shell.Dir = ".."
	output, _ := shell.CombinedOutput() // an example may exit with any code
	answers := strings.Split(string(output), mark+"\n")
	var b strings.Builder
	for i, command := range commands {
		fmt.Fprintf(&b, "$ %s\n%s", command, firstLines(answers[i], shown[i]))
	}
	return b.String()
}

// The commands of a document that no console block runs: in sh blocks, and in the text.
var (
	shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")
	continued  = regexp.MustCompile(`\\\n *`)
	program    = regexp.MustCompile(`^(LAMBDACAP_\S+ )?lambdacap [a-z]+ `)
	others     = regexp.MustCompile(`\b(FILE|RATE|WORD|NAME|TOPIC)\b|\.\.\.| \.( |$)| - | \*`)
	inText     = regexp.MustCompile("`(lambdacap [a-z][^`\n]*)`")
)

// TestCommands runs every other command of lambdacap that the documentation shows, with stand-ins for the files that it
// names. None may be wrong usage.
func TestCommands(t *testing.T) {
	skipShort(t)
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("the commands are for a POSIX shell")
	}
	dir := standIns(t)
	rates, err := os.ReadFile("../docs/examples/rates.yaml")
	if err != nil {
		t.Fatal(err)
	}
	commands := 0
	for _, name := range documents(t) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range otherCommands(string(data)) {
			commands++
			own := filepath.Join(dir, "lambdacap.yaml") // only where a command names it, lest the others use it
			if err := os.RemoveAll(own); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(line, "lambdacap.yaml") && !strings.Contains(line, " -w ") {
				profile := append([]byte("account: {region: us-east-1}\n"), rates...)
				if err := os.WriteFile(own, profile, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			shell := exec.Command("sh", "-c", line)
			shell.Dir = dir
			output, _ := shell.CombinedOutput() // a condition may hold
			if shell.ProcessState.ExitCode() > 1 {
				t.Errorf("%s: %s\n%s", name, line, output)
			}
		}
	}
	if commands < 50 {
		t.Errorf("only %d commands found", commands)
	}
}

// otherCommands lists the command lines in sh blocks and in the text, up to a pipe. Left out are those with a word in
// capitals, and those that read standard input or all files of a folder.
func otherCommands(document string) (list []string) {
	var lines []string
	for _, block := range shellBlock.FindAllStringSubmatch(document, -1) {
		lines = append(lines, strings.Split(continued.ReplaceAllString(block[1], ""), "\n")...)
	}
	for _, match := range inText.FindAllStringSubmatch(shellBlock.ReplaceAllString(document, ""), -1) {
		lines = append(lines, match[1])
	}
	for _, line := range lines {
		if program.MatchString(line) && !others.MatchString(line) {
			line, _, _ = strings.Cut(line, " | ")
			list = append(list, line)
		}
	}
	return list
}

// standIns returns a folder with the files that the documentation names.
func standIns(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../docs/examples")); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"configs", "docs/examples"} {
		if err := os.CopyFS(filepath.Join(dir, folder), os.DirFS("../"+folder)); err != nil {
			t.Fatal(err)
		}
	}
	for _, folder := range []string{"old", "cdk.out", "lambdacap-data", "infra", "main", "main/infra"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for name, as := range map[string]string{
		"account.json": "docs/examples/account-settings.json", "account.yaml": "configs/account.yaml",
		"api.yaml":          "configs/api.yaml",
		"old/template.yaml": "docs/examples/template.yaml", "metric-data.json": "docs/examples/checkout-day.json.gz",
		"lambdacap-data/account-settings.json":    "docs/examples/account-settings.json",
		"lambdacap-data/checkout.metrics.json.gz": "docs/examples/checkout-day.json.gz",
	} {
		data, err := os.ReadFile("../" + as)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), data, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const plan = `{"format_version": "1.2", "planned_values": {"root_module": {"resources": [
	{"address": "aws_lambda_function.a", "mode": "managed", "type": "aws_lambda_function", "name": "a", "values":
	{"function_name": "checkout", "memory_size": 512}},
	{"address": "aws_lambda_function.b", "mode": "managed", "type": "aws_lambda_function", "name": "b", "values":
	{"function_name": "orders", "memory_size": 512}}]}}}`
	const sources = "resource \"aws_lambda_function\" \"a\" {\n  function_name = \"checkout\"\n}\n" +
		"resource \"aws_lambda_function\" \"b\" {\n  function_name = \"orders\"\n}\n"
	for name, text := range map[string]string{
		"infra/main.tf": sources, "main/infra/main.tf": sources, "infra/prod.tfvars": "stage = \"prod\"\n",
		"plan.json": plan, "main-plan.json": plan, "cdk.out/app.template.json": `{"Resources": {}}`,
		"serverless.yml": "service: shop\nprovider: {name: aws}\nfunctions: {orders: {handler: orders.handler}}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// firstLines cuts an output after so many lines, and says that there is more; -1 stands for all of them.
func firstLines(output string, n int) string {
	lines := strings.SplitAfter(output, "\n")
	if n < 0 || len(lines)-1 <= n {
		return output
	}
	return strings.Join(lines[:n], "") + rest + "\n"
}

// firstDifference describes the first line in which two texts differ.
func firstDifference(a, b string) string {
	linesA, linesB := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(linesA), len(linesB)) {
		if linesA[i] != linesB[i] {
			return fmt.Sprintf("line %d shows  %q\nthe program   %q", i+1, linesA[i], linesB[i])
		}
	}
	return "one is longer than the other"
}

// TestHelpExamples runs the examples in every help text.
func TestHelpExamples(t *testing.T) {
	skipShort(t)
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("the examples are for a POSIX shell")
	}
	folder := t.TempDir()
	profile, err := os.ReadFile("../configs/account.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"account.yaml":     string(profile),
		"template.yaml":    "Resources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f}}}\n",
		"metric-data.json": "time,count,duration_ms\n2026-11-24T09:00:00Z,600,100\n2026-11-24T09:01:00Z,900,100\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	examples := 0
	for _, command := range []string{"", "limits", "spillover", "plan", "version", "help"} {
		_, help, _ := run("", strings.Fields("help "+command)...)
		_, list, _ := strings.Cut(help, "\nExamples:\n")
		list, _, _ = strings.Cut(list, "\n\n")
		for line := range strings.Lines(list) {
			examples++
			shell := exec.Command("sh", "-c", line)
			shell.Dir = folder
			if output, err := shell.CombinedOutput(); err != nil {
				t.Errorf("%s%v\n%s", line, err, output)
			}
		}
	}
	if examples < 12 {
		t.Errorf("only %d examples found", examples)
	}
}

// TestMeasures checks that the page about exit codes has every measure of --fail-on.
func TestMeasures(t *testing.T) {
	data, err := os.ReadFile("../docs/reference/exit-codes.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, example := range gate.Examples() {
		measure := example[:strings.IndexAny(example, "<>")]
		if !strings.Contains(string(data), "| `"+measure+"` |") {
			t.Errorf("no line about the measure %s", measure)
		}
	}
}
