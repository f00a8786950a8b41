package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// maxLinks limits the links followed in a row. Linux has the same limit.
const maxLinks = 40

// A Location is where a path leads. Two paths may lead to the same file.
type Location struct {
	// Path is the absolute path, without links. The file may not exist yet.
	Path string
	// Info describes the file; nil if there is none.
	Info fs.FileInfo

	descriptor string // the number of an open file, such as 1 for /dev/stdout
}

// Locate finds where a path leads. It returns an error if the folder is missing, or if links lead in a circle.
func Locate(path string) (Location, error) {
	l := Location{Path: path}
	l.Info, _ = os.Stat(path)
	for range maxLinks {
		folder, err := realFolder(path)
		if err != nil {
			return l, err
		}
		name := filepath.Base(path)
		l.Path = filepath.Join(folder, name)
		if _, err := strconv.ParseUint(name, 10, 31); err == nil && hasDescriptors(folder) {
			l.descriptor = name
			return l, nil
		}
		next, err := os.Readlink(l.Path)
		if err != nil { // not a link
			return l, nil
		}
		if path = next; !filepath.IsAbs(next) {
			path = folder + string(filepath.Separator) + next // not cleaned: after a link, .. leads elsewhere
		}
	}
	return l, errors.New("too many links")
}

// realFolder returns the folder that a path is in, absolute and without links.
func realFolder(path string) (string, error) {
	for path != "" && os.IsPathSeparator(path[len(path)-1]) {
		path = path[:len(path)-1]
	}
	folder, _ := filepath.Split(path)
	if !filepath.IsAbs(folder) {
		working, err := os.Getwd()
		if err != nil {
			return "", err
		}
		folder = working + string(filepath.Separator) + folder
	}
	return filepath.EvalSymlinks(folder)
}

// hasDescriptors reports whether a folder lists the open files of this process by number.
func hasDescriptors(folder string) bool {
	if !strings.HasPrefix(folder, "/proc/") {
		return folder == "/dev/fd"
	}
	own, err := filepath.EvalSymlinks("/proc/self/fd")
	return err == nil && folder == own
}

// LocateStream finds the file behind a stream, such as a redirected standard input.
func LocateStream(stream any) (l Location) {
	if file, ok := stream.(*os.File); ok {
		l.Info, _ = file.Stat()
	}
	return l
}

// Is reports whether two locations are the same file. A file may have several names.
func (l Location) Is(other Location) bool {
	if l.Path != "" && samePath(l.Path, other.Path) {
		return true
	}
	return l.IsRegular() && other.IsRegular() && os.SameFile(l.Info, other.Info)
}

// samePath compares paths as the file systems of most machines do.
func samePath(a, b string) bool {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return strings.EqualFold(a, b)
	}
	return a == b
}

// IsRegular reports whether there is a file, and not a folder, a device or a pipe.
func (l Location) IsRegular() bool { return l.Info != nil && l.Info.Mode().IsRegular() }

// Descriptor returns the number of the open file that the path refers to, such as 2 for /dev/stderr.
func (l Location) Descriptor() (number int, ok bool) {
	number, err := strconv.Atoi(l.descriptor)
	return number, err == nil
}
