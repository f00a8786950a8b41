package output

import (
	"bufio"
	"cmp"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/lambdacap/lambdacap/format"
)

// Parts are the temporary files of a run. Each takes the place of an output when all of them are complete.
type Parts struct {
	// Exit ends the program with a code; nil if signals are none of its business.
	Exit func(code int)

	guard sync.Once
	mu    sync.Mutex
	paths []string
	ended bool // nothing more may be written
}

// Guard removes the temporary files, and ends the program with 128 and the number of the signal, when SIGINT, SIGTERM
// or SIGHUP arrives. It is for runs that write files: waiting for signals takes a tenth of the time of a short run.
func (p *Parts) Guard() {
	if p == nil || p.Exit == nil {
		return
	}
	p.guard.Do(func() {
		signals := make(chan os.Signal, 1)
		for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
			if !signal.Ignored(s) { // as nohup asks for
				signal.Notify(signals, s)
			}
		}
		go func() {
			s := <-signals
			p.Remove()
			number, _ := s.(syscall.Signal)
			p.Exit(128 + int(number))
		}()
	})
}

// A staged output is complete in a temporary file.
type staged struct {
	Output
	part string
}

// errEnded is why an output is not written after Remove.
var errEnded = errors.New("the run is over")

// create creates a temporary file in a folder. Nobody can lay a file or a link there before: its name is random, and
// what exists is not opened.
func (p *Parts) create(folder string, mode fs.FileMode) (*os.File, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return nil, errEnded
	}
	path := filepath.Join(folder, ".lambdacap-"+rand.Text())
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err == nil {
		p.paths = append(p.paths, path)
	}
	return file, err
}

// replace lets the staged files take their places, without a signal in between. It returns those that cannot be
// replaced but may be written in place, such as a file that is mounted into a container.
func (p *Parts) replace(ready []staged, fail func(Output, error)) (inPlace []Output) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range ready {
		err := os.Rename(s.part, s.at.Path)
		switch {
		case err == nil:
		case p.ended || s.at.Info == nil:
			fail(s.Output, err)
		default:
			inPlace = append(inPlace, s.Output)
		}
	}
	p.remove()
	return inPlace
}

// Remove ends the writing of files: those that are not complete are removed, and no more are written.
func (p *Parts) Remove() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.remove()
}

func (p *Parts) remove() {
	for _, path := range p.paths {
		_ = os.Remove(path) // most are renamed
	}
	p.paths, p.ended = nil, true
}

// stage writes the output to a temporary file beside its own. part is empty for an output that must be written in
// place: a device, a pipe, or a file whose folder takes no other files.
func (o *Output) stage(answer Answer, parts *Parts) (part string, err error) {
	info, mode := o.at.Info, fs.FileMode(0o666) // less what umask says
	_, isOpen := o.at.Descriptor()
	switch {
	case o.missing != nil:
		return "", o.missing
	case isOpen:
		return "", nil
	case info == nil && os.IsPathSeparator(o.Path[len(o.Path)-1]), info != nil && info.IsDir():
		return "", errors.New("it is a folder")
	case info != nil && !info.Mode().IsRegular():
		return "", nil
	case info != nil:
		if err := checkWritable(o.at.Path, info); err != nil {
			return "", err
		}
		mode = 0o600 // until it is that of the old file, which may be secret
	}
	file, err := parts.create(filepath.Dir(o.at.Path), mode)
	if err != nil {
		if info != nil && !errors.Is(err, errEnded) {
			return "", nil
		}
		return "", err
	}
	err = show(file, answer, o.Options)
	if err == nil && info != nil {
		err = file.Chmod(info.Mode().Perm())
	}
	return file.Name(), cmp.Or(err, file.Close())
}

// checkWritable says why a file may not be written. To replace it would only need the right to write its folder.
func checkWritable(path string, info fs.FileInfo) error {
	if info.Mode().Perm()&0o222 == 0 { // the system lets root write it all the same
		return errors.New("the file is read-only")
	}
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return file.Close()
}

// writeInPlace writes the output to what is there. An open file, such as /dev/stderr, is written from where it stands.
func (o *Output) writeInPlace(answer Answer) error {
	if number, isOpen := o.at.Descriptor(); isOpen {
		file := os.Stderr
		if number != 2 {
			file = os.NewFile(uintptr(number), o.Path)
		}
		return show(file, answer, o.Options)
	}
	path, flags := o.Path, os.O_WRONLY
	if o.at.IsRegular() {
		path, flags = o.at.Path, flags|os.O_TRUNC
	}
	file, err := os.OpenFile(path, flags, 0)
	if err != nil {
		return err
	}
	return cmp.Or(show(file, answer, o.Options), file.Close())
}

// show writes an answer in one format.
func show(w io.Writer, answer Answer, o format.Options) error {
	buffer := bufio.NewWriterSize(w, 1<<16)
	if err := answer.Write(buffer, o); err != nil {
		return err
	}
	return buffer.Flush()
}
