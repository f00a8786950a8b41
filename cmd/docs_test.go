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
	documents := []string{"../README.md"}
	err := filepath.WalkDir("../docs", func(name string, _ fs.DirEntry, err error) error {
		if filepath.Ext(name) == ".md" {
			documents = append(documents, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	examples := 0
	for _, name := range documents {
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
	examples := 0
	for _, command := range []string{"", "limits", "spillover", "plan", "version", "help"} {
		_, help, _ := run("", strings.Fields("help "+command)...)
		_, list, _ := strings.Cut(help, "\nExamples:\n")
		list, _, _ = strings.Cut(list, "\n\n")
		for line := range strings.Lines(list) {
			examples++
			shell := exec.Command("sh", "-c", line)
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
