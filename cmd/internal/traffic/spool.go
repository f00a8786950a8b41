package traffic

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/cmd/internal/exit"
)

// spoolBytes is how much memory the numbers of all functions may take. What is more moves to a temporary file.
const spoolBytes = 32 << 20

// openSpool creates the temporary file of a run, which nobody else can open, and which is gone when the run ends,
// whatever ends it: where the system lets a file go on without a name, it has none; Windows removes it.
func openSpool() (series.Store, error) {
	flags, windows := os.O_RDWR|os.O_CREATE|os.O_EXCL, runtime.GOOS == "windows"
	if windows {
		const deleteOnClose = 0x0400_0000 // FILE_FLAG_DELETE_ON_CLOSE
		flags |= deleteOnClose
	}
	file, err := os.OpenFile(filepath.Join(os.TempDir(), "lambdacap-"+rand.Text()), flags, 0o600)
	if err == nil && !windows {
		err = os.Remove(file.Name())
	}
	return file, err
}

// spoolError is the error that ends a run whose temporary file failed; nil if it did not.
func spoolError(s *series.Spool) error {
	if s == nil || s.Err() == nil {
		return nil
	}
	variable := "TMPDIR"
	if runtime.GOOS == "windows" {
		variable = "TMP"
	}
	return &exit.Error{
		Code: exit.Trouble,
		Message: fmt.Sprintf("the traffic does not fit into memory, and a temporary file in %s failed: %v",
			os.TempDir(), cause(s.Err())),
		Hint: "free some space there, or name another folder in the variable " + variable +
			"; or give fewer functions at a time",
	}
}
