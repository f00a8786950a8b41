package cmd_test

import (
	"os"
	"strings"
	"testing"
)

// TestPictureOnTerminal checks that a terminal gets no report and no picture, which it cannot show, but a file does.
func TestPictureOnTerminal(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, format := range []string{"html", "svg"} {
		code, stdout, stderr := onTerminal(80, "plan", "--rps", "5", "-o", format)
		want := "a terminal cannot show " + format + "; expected " + format + "=FILE"
		if code != 2 || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%s on a terminal: code %d, %q, %q", format, code, stdout, stderr)
		}
		code, stdout, stderr = onTerminal(80, "plan", "--rps", "5", "-o", format+"=x", "-o", "table")
		text, err := os.ReadFile("x")
		if code != 0 || !strings.HasPrefix(stdout, "FITS") || err != nil || !strings.Contains(string(text), "<svg ") {
			t.Errorf("%s in a file: code %d, %q, %q, %v", format, code, stdout, stderr, err)
		}
	}
}
