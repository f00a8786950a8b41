package input

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/cmd/internal/files"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// openFolder opens the files of a folder that lambdacap knows, each only once, and tells which others there are.
func (in *Input) openFolder(path string, options record.Options) (opened []*files.File) {
	folder, err := files.OpenFolder(path, options)
	folder.Others = slices.DeleteFunc(folder.Others, func(name string) bool {
		_, read := in.locate(filepath.Join(path, name)) // for its traffic
		return read
	})
	unread := folder.Unread()
	if unread != "" {
		unread = "; " + unread
	}
	in.configured = in.configured || folder.Configured
	switch {
	case err != nil:
		in.Fault("%v", err)
		in.unread = true
	case len(folder.Files) == 0 && len(folder.Steps) > 0:
		in.Fault("%s: the folder has no file that lambdacap can read as it is: %s", path, strings.Join(folder.Steps, "; "))
		in.unread = true
	case len(folder.Files) == 0:
		in.Fault("%s: the folder has no file that lambdacap can read; expected %s%s", path, files.Expected(options), unread)
		in.unread = true
	default:
		for _, note := range slices.Concat(folder.Notes, folder.Steps) {
			in.note("%s", note)
		}
		if unread != "" {
			in.note("%s", strings.TrimPrefix(unread, "; "))
		}
	}
	for _, file := range folder.Files {
		if s, twice := in.locate(file.Name); !twice {
			in.sources = append(in.sources, s)
			opened = append(opened, file)
		}
	}
	return opened
}
