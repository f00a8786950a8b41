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

// shells are the programs that are known to open /dev/null for writing alone when they redirect to it.
var shells = []string{"sh", "bash", "dash", "ash", "busybox", "zsh", "ksh", "ksh93", "mksh", "fish"}

// closedAtStart reports whether standard output was closed when the program began, as by >&- in a shell. Before any
// code can look, Go opens /dev/null for reading and writing in its place. Python and Node.js give their programs the
// same for an output that nobody wants. So it is only told where a shell started the program and has not handed down
// its own.
func closedAtStart() bool {
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
	case errors.Is(err, fs.ErrNotExist): // it has none
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
