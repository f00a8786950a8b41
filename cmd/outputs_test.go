//go:build unix

package cmd_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestSignal stops runs that are writing files: what was there stays as it was, and nothing else is left. A signal that
// the program was told to ignore stops nothing.
func TestSignal(t *testing.T) {
	var profile strings.Builder
	profile.WriteString("functions:\n")
	for i := range 1_000 {
		fmt.Fprintf(&profile, "  - {name: f%d, rps: 5, duration: 100ms}\n", i)
	}
	for _, c := range []struct {
		signal syscall.Signal
		shell  string // that starts the program
		code   int
		left   string // the files in the folder at the end
	}{
		{syscall.SIGINT, `exec "$@"`, 130, "old"},
		{syscall.SIGTERM, `exec "$@"`, 143, "old"},
		{syscall.SIGHUP, `exec "$@"`, 129, "old"},
		{syscall.SIGHUP, `trap "" HUP; exec "$@"`, 0, "csv markdown old table yaml"},
	} {
		folder := t.TempDir()
		old := filepath.Join(folder, "old")
		if err := os.WriteFile(old, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		args := []string{"-c", c.shell, "sh", "lambdacap", "spillover", "--profile", "-", "-o", "json=" + old}
		for _, format := range []string{"yaml", "table", "csv", "markdown"} {
			args = append(args, "-o", format+"="+filepath.Join(folder, format))
		}
		run := exec.Command("sh", args...)
		var stderr bytes.Buffer
		run.Stdin, run.Stderr = strings.NewReader(profile.String()), &stderr
		if err := run.Start(); err != nil {
			t.Skip(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- run.Wait() }()
		err := signalWriter(run.Process, c.signal, filepath.Join(folder, ".lambdacap-*"), ended)
		code := run.ProcessState.ExitCode()
		var left []string
		entries, failed := os.ReadDir(folder)
		for _, e := range entries {
			left = append(left, e.Name())
		}
		if err = errors.Join(err, failed); err != nil || code != c.code || strings.Join(left, " ") != c.left {
			t.Errorf("%v: exit code %d, %v, %q: %s", c.signal, code, err, left, stderr.String())
		}
		if text, err := os.ReadFile(old); err != nil || (string(text) == "old") != (code != 0) {
			t.Errorf("%v: %v, %.20q", c.signal, err, text)
		}
	}
}

// signalWriter sends a signal to a process once it has a file that a pattern matches, and waits for its end.
func signalWriter(process *os.Process, signal os.Signal, pattern string, ended <-chan error) error {
	for {
		select {
		case <-ended:
			return errors.New("the run was over before it wrote anything")
		default:
		}
		if found, err := filepath.Glob(pattern); err != nil || len(found) > 0 {
			err = errors.Join(err, process.Signal(signal))
			<-ended
			return err
		}
	}
}

// TestMounted writes to a file that is mounted by itself, as into a container: it cannot be replaced, in a folder that
// takes other files or in one that does not.
func TestMounted(t *testing.T) {
	const script = `set -e
mkdir box; echo old > outside; touch box/file
mount --bind outside box/file
[ "$1" = rw ] || { mount --bind box box; mount --bind outside box/file; mount -o remount,bind,ro box; }
[ -z "$2" ] || lambdacap limits -o csv=box/file
cat outside; ls -A box
`
	for _, access := range []string{"rw", "ro"} {
		in := func(args ...string) (string, error) {
			command := exec.Command("unshare", append([]string{"-rm", "sh", "-c", script, "sh", access}, args...)...)
			command.Dir = t.TempDir()
			out, err := command.CombinedOutput()
			return string(out), err
		}
		if out, err := in(); err != nil {
			t.Skip("nothing can be mounted: ", err, out)
		}
		out, err := in("write")
		if err != nil || !strings.HasPrefix(out, "pool,") || !strings.HasSuffix(out, "\nfile\n") {
			t.Errorf("%s: %v: %s", access, err, out)
		}
	}
}
