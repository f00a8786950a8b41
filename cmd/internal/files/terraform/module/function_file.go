package module

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// addFiles adds the functions that read files. They read only inside the folders of modules.
func (e *evaluator) addFiles(all map[string]function.Function) {
	of := func(name string, value func(data []byte) (string, error)) {
		all[name] = anything(func(args []cty.Value) (cty.Value, error) {
			data, hindrance, err := e.content(text(args[0]))
			if err != nil || hindrance != cty.NilVal {
				return hindrance, err
			}
			result, err := value(data)
			return cty.StringVal(result), err
		}, "path")
	}
	sums := func(hash string, sum func(data []byte) []byte) {
		of("file"+hash, func(data []byte) (string, error) { return hex.EncodeToString(sum(data)), nil })
		if hash == "sha256" || hash == "sha512" {
			of("filebase64"+hash, func(data []byte) (string, error) {
				return base64.StdEncoding.EncodeToString(sum(data)), nil
			})
		}
	}
	sums("md5", func(data []byte) []byte { s := md5.Sum(data); return s[:] })
	sums("sha1", func(data []byte) []byte { s := sha1.Sum(data); return s[:] })
	sums("sha256", func(data []byte) []byte { s := sha256.Sum256(data); return s[:] })
	sums("sha512", func(data []byte) []byte { s := sha512.Sum512(data); return s[:] })
	of("filebase64", func(data []byte) (string, error) { return base64.StdEncoding.EncodeToString(data), nil })
	of("file", asText)
	all["fileexists"] = anything(func(args []cty.Value) (cty.Value, error) {
		root, inside, ok := e.within(filepath.Clean(filepath.FromSlash(text(args[0]))))
		if !ok {
			return unknown("whether a file outside the module's folder exists is not looked up", planRemedy), nil
		}
		info, err := root.Stat(inside)
		return cty.BoolVal(err == nil && info.Mode().IsRegular()), nil
	}, "path")
	all["fileset"] = anything(func(args []cty.Value) (cty.Value, error) {
		return e.fileset(text(args[0]), text(args[1]))
	}, "path", "pattern")
	all["templatefile"] = templateFunction(func(path string, vars cty.Value) (cty.Value, error) {
		data, hindrance, err := e.content(path)
		if err != nil || hindrance != cty.NilVal {
			return hindrance, err
		}
		text, err := asText(data)
		if err != nil {
			return cty.NilVal, err
		}
		return e.template(text, vars)
	})
	all["templatestring"] = templateFunction(e.template)
}

// asText returns the content of a file as a text.
func asText(data []byte) (string, error) {
	if !utf8.Valid(data) {
		return "", errors.New("the file is not text in UTF-8")
	}
	return string(data), nil
}

// content reads the file that a function names. If it is outside the folders of modules, or too large, hindrance is the
// unknown value that the function has.
func (e *evaluator) content(path string) (data []byte, hindrance cty.Value, err error) {
	inside := filepath.Clean(filepath.FromSlash(path))
	if _, _, ok := e.within(inside); !ok {
		why := "the file " + tree.Shown(path) + " is outside the module's folder, and so is not read"
		return nil, unknown(why, planRemedy), nil
	}
	data, err = e.read(inside)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, cty.NilVal, err // as in Terraform
	case err != nil:
		return nil, unknown("the file "+tree.Shown(path)+" is not read: "+err.Error(), planRemedy), nil
	}
	return data, cty.NilVal, nil
}

// maxListed limits the files and folders that fileset looks at.
const maxListed = 10_000

// fileset returns the files in a folder and below whose paths match a pattern.
func (e *evaluator) fileset(folder, pattern string) (cty.Value, error) {
	root, inside, ok := e.within(filepath.Clean(filepath.FromSlash(folder)))
	if !ok {
		return unknown("the folder "+tree.Shown(folder)+" is outside the module's folder, and so is not listed",
			planRemedy), nil
	}
	pattern = strings.ReplaceAll(path.Clean(pattern), "[!", "[^")
	patterns, ok := alternatives(pattern)
	if !ok || len(pattern) > maxPattern || strings.HasPrefix(pattern, "..") {
		return unknown("the pattern "+tree.Shown(pattern)+" is not followed", planRemedy), nil
	}
	var list []cty.Value
	seen := 0
	why := ""
	begin := filepath.ToSlash(inside)
	err := fs.WalkDir(root.FS(), begin, func(file string, entry fs.DirEntry, err error) error {
		if seen++; seen > maxListed {
			why = "more files than lambdacap lists"
			return fs.SkipAll
		}
		switch name := strings.TrimPrefix(strings.TrimPrefix(file, begin), "/"); {
		case err != nil && file == begin:
			return fs.SkipAll // there is no such folder
		case err != nil:
			why = "folders that cannot be read"
			return fs.SkipAll
		case entry.Type()&fs.ModeSymlink != 0:
			why = "links"
			return fs.SkipAll
		case entry.Type().IsRegular():
			if begin == "." {
				name = file
			}
			for _, p := range patterns {
				if matches, err := matchPath(p, strings.Split(name, "/")); err != nil {
					return err
				} else if matches {
					list = append(list, cty.StringVal(name))
					break
				}
			}
		}
		return nil
	})
	const share = 10 // to list a file takes so many times the work of a value
	switch e.work.spend(share * seen); {
	case err != nil:
		return cty.NilVal, errors.New("the pattern is not valid")
	case why != "":
		return unknown("the folder "+tree.Shown(folder)+" has "+why, planRemedy), nil
	case list == nil:
		return cty.SetValEmpty(cty.String), nil
	}
	return cty.SetVal(list), nil
}

// maxAlternatives limits the patterns that the braces of one pattern stand for, and maxPattern its length, bytes.
const (
	maxAlternatives = 100
	maxPattern      = 1000
)

// alternatives returns the patterns that a pattern with braces stands for, each split at its slashes.
func alternatives(pattern string) (list [][]string, ok bool) {
	waiting := []string{pattern}
	for len(waiting) > 0 {
		next := waiting[0]
		waiting = waiting[1:]
		if len(waiting)+len(list) > maxAlternatives {
			return nil, false
		}
		open := strings.IndexByte(next, '{')
		end := strings.IndexByte(next, '}')
		if open < 0 || end < open {
			list = append(list, strings.Split(next, "/"))
			continue
		}
		if strings.Contains(next[open+1:end], "{") {
			return nil, false
		}
		for _, choice := range strings.Split(next[open+1:end], ",") {
			waiting = append(waiting, next[:open]+choice+next[end+1:])
		}
	}
	return list, true
}

// matchPath reports whether a path matches a pattern. Two stars stand for any number of folders.
func matchPath(pattern, name []string) (bool, error) {
	matched := make([]bool, len(name)+1) // by the pattern so far, for each beginning of the path
	matched[0] = true
	for i, part := range pattern {
		last := i == len(pattern)-1
		before := matched[0]
		matched[0] = before && part == "**" && !last
		for j, own := range name {
			above := matched[j+1]
			if part == "**" {
				matched[j+1] = above && !last || matched[j] || before && last
			} else if matched[j+1] = false; before {
				ok, err := path.Match(part, own)
				if err != nil {
					return false, err
				}
				matched[j+1] = ok
			}
			before = above
		}
	}
	return matched[len(name)], nil
}
