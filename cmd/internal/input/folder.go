package input

import (
	"path/filepath"
	"slices"

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
	switch {
	case err != nil:
		in.Fault("%v", err)
		in.unread = true
	case len(folder.Files) == 0:
		if unread != "" {
			unread = "; " + unread
		}
		in.Fault("%s: the folder has no file that lambdacap can read; expected %s%s", path, files.Expected(options), unread)
		in.unread = true
	case unread != "":
		in.note("%s", unread)
	}
	for _, file := range folder.Files {
		if s, twice := in.locate(file.Name); !twice {
			in.sources = append(in.sources, s)
			opened = append(opened, file)
		}
	}
	return opened
}
