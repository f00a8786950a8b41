package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// shells are the programs known to open /dev/null write-only when they redirect to it.
var shells = []string{"sh", "bash", "dash", "ash", "busybox", "zsh", "ksh", "ksh93", "mksh", "fish"}

// closedAtStart reports whether standard output was closed when the program started, for example by >&- in a shell. Go
// replaces a closed output with /dev/null, opened for reading and writing, before any code can look. Python and Node.js
// give their programs the same for output that is discarded. So the result is true only if a shell started the program
// and the shell's own output is not of this kind.
func closedAtStart() bool {
	flags, _, _ := syscall.Syscall(syscall.SYS_FCNTL, 1, syscall.F_GETFL, 0) // spares most runs the files in /proc
	if flags&syscall.O_ACCMODE != syscall.O_RDWR {
		return false
	}
	if own, _ := writesNull("self"); !own {
		return false
	}
	parent := strconv.Itoa(os.Getppid())
	program, err := os.Readlink("/proc/" + parent + "/exe")
	if err != nil || !slices.Contains(shells, filepath.Base(program)) {
		return false
	}
	inherited, known := writesNull(parent)
	return known && !inherited
}

// writesNull reports whether the standard output of a process is /dev/null, opened for reading and writing.
func writesNull(process string) (yes, known bool) {
	switch target, err := os.Readlink("/proc/" + process + "/fd/1"); {
	case errors.Is(err, fs.ErrNotExist): // it has no standard output
		return false, true
	case err != nil || target != os.DevNull:
		return false, err == nil
	}
	info, err := os.ReadFile("/proc/" + process + "/fdinfo/1")
	if err != nil {
		return false, false
	}
	_, text, _ := strings.Cut(string(info), "flags:")
	var flags int
	_, err = fmt.Sscanf(text, "%o", &flags)
	return flags&syscall.O_ACCMODE == syscall.O_RDWR, err == nil
}
