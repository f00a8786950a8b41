package traffic

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"os"
	"strconv"
	"sync"
	"unicode/utf8"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/cmd/internal/files"
)

const (
	bufferBytes = 256 << 10 // how much of a file is in memory, and how much of it detection sees
	maxLine     = 1 << 20   // longer lines are skipped
	maxNesting  = 100       // how deeply JSON values may be nested
	maxPacked   = 2         // how often a file may be packed

	maxRatio      = 1000     // how many times its packed size data may be
	ratioFrom     = 1 << 20  // from this size on, bytes: short data may repeat itself
	maxUnpacked   = 10 << 30 // and how much it may be in all, bytes
	progressBytes = 4 << 20  // how often progress is reported
)

// A source is an open file, unpacked.
type source struct {
	name  string // as the user gave it; stdin for -
	in    *bufio.Reader
	raw   *counter // the bytes of the file as it is stored
	file  *os.File // nil for standard input
	index int      // the number of the file among those that are read

	format    *format
	long      []byte // a line that is longer than the buffer
	line      int64  // the number of the line that was read last, from 1
	longLines int
	badLines  int
	stepS     int64 // see distance
	distances int
	outside   [2]int64 // the first and the last time that --between leaves out, nanoseconds; 0 for none
	empty     bool     // it has no data, as many answers about a time in which nothing happened
	cut       bool     // the data ended in the middle
	ended     bool
	lastCut   bool // the last line had no line break
	squeeze   bool // long lines are read without their base64 text, such as the body of a response
	assumed   bool // that its times are in UTC was reported

	// show writes a position of a value, as passed to the Recorder. nil: it is a line number.
	show func(at int64) string
}

// A counter counts the bytes that pass through, and hashes them if there are several files.
type counter struct {
	in       io.Reader
	name     string
	done     int64
	size     int64 // -1 if it is not known
	shown    int64
	hashed   bool
	hash     maphash.Hash
	progress func(string, int64, int64)
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.done += int64(n)
	if c.hashed {
		c.hash.Write(p[:n]) //nolint:errcheck // a hash never fails
	}
	if c.progress != nil && (c.done-c.shown >= progressBytes || errors.Is(err, io.EOF)) {
		c.progress(c.name, c.done, c.size)
		c.shown = c.done
	}
	return n, err
}

// errTooLarge ends the reading of data that unpacks to more than it may.
type errTooLarge struct{ message string }

func (e errTooLarge) Error() string { return e.message }

// An unpacker bounds the size of what comes out of compressed data.
type unpacker struct {
	in   *gzip.Reader
	raw  *counter
	done int64
	most int64 // 0: the default
}

func (u *unpacker) Read(p []byte) (int, error) {
	n, err := u.in.Read(p)
	u.done += int64(n)
	switch {
	case u.most > 0 && u.done > u.most:
		return 0, errTooLarge{fmt.Sprintf("unpacks to more than the %s bytes of --max-size", quantity.FormatCount(u.most))}
	case u.most == 0 && u.done > maxUnpacked:
		return 0, errTooLarge{"unpacks to more than 10 GB; if that is what you want, raise --max-size"}
	case u.most == 0 && u.done > ratioFrom && u.done > maxRatio*u.raw.done:
		return 0, errTooLarge{"unpacks to more than 1,000 times its size; if that is what you want, give --max-size"}
	}
	return n, err
}

// open opens the file at a path, or standard input, and unpacks it.
func (r *Recorder) open(path string) (*source, error) {
	s := &source{name: files.DisplayName(path), index: len(r.sources)}
	c := &counter{in: r.options.Stdin, name: s.name, size: -1, progress: r.options.Progress, hashed: r.several}
	c.hash.SetSeed(r.seed)
	s.raw = c
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("%s: cannot be read: %w", s.name, cause(err))
		}
		s.file, c.in = file, file
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			c.size = info.Size()
		}
	}
	if c.in == nil {
		return nil, fmt.Errorf("%s: there is no standard input", s.name)
	}
	s.in = buffered(c)
	for range maxPacked {
		start, err := s.in.Peek(4)
		if err != nil && !errors.Is(err, io.EOF) && !damaged(err) {
			s.close()
			return nil, s.unreadable(err)
		}
		if !bytes.HasPrefix(start, []byte("\x1f\x8b")) {
			break
		}
		in, err := gzip.NewReader(s.in)
		if err != nil {
			s.close()
			return nil, fmt.Errorf("%s: cannot be unpacked: %w", s.name, err)
		}
		s.in = buffered(&unpacker{in: in, raw: c, most: r.options.MaxBytes})
	}
	return s, nil
}

// unreadable returns the error for a file whose begin cannot be read.
func (s *source) unreadable(err error) error {
	if large := new(errTooLarge); errors.As(err, large) {
		return s.explain(err)
	}
	return fmt.Errorf("%s: cannot be read: %w", s.name, cause(err))
}

// cause returns a file system error without its path, because the message already has the path.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// close ends the reading of a file, and lets the next one have its buffer.
func (s *source) close() {
	if s.file != nil {
		_ = s.file.Close() // it was only read
	}
	if s.in != nil {
		buffers.Put(s.in)
		s.in = nil
	}
}

// buffers are those that no file uses. A file is read twice, to choose its format and to read it, and to fill a new
// buffer takes a part of a short run.
var buffers sync.Pool

// buffered returns a reader with a buffer.
func buffered(in io.Reader) *bufio.Reader {
	if b, ok := buffers.Get().(*bufio.Reader); ok {
		b.Reset(in)
		return b
	}
	return bufio.NewReaderSize(in, bufferBytes)
}

// explain completes an error of a reader with the name of the file.
func (s *source) explain(err error) error {
	var large errTooLarge
	if errors.As(err, &large) {
		return fmt.Errorf("%s: %s", s.name, large.message)
	}
	if errors.Is(err, errTooMany) {
		return err
	}
	return fmt.Errorf("%s: %w", s.name, err)
}

// place writes the position of a value, behind the name of the file.
func (s *source) place(at int64) string {
	if s.show != nil {
		return s.name + ": " + s.show(at)
	}
	return s.name + ":" + strconv.FormatInt(at, 10)
}

// next returns the next line without its line break, and false at the end of the file. The line is valid until the next
// call. Lines longer than maxLine are skipped and counted. What ends in the middle sets cut.
func (s *source) next() ([]byte, bool, error) {
	for !s.ended {
		line, err := s.in.ReadSlice('\n')
		s.line++
		if errors.Is(err, bufio.ErrBufferFull) {
			line, err = s.longLine(line)
		}
		switch {
		case errors.Is(err, io.EOF):
			s.ended, s.lastCut = true, true
		case damaged(err):
			s.ended, s.cut = true, true
			return nil, false, nil // the last line is not whole
		case err != nil:
			return nil, false, err
		}
		if line == nil {
			continue // too long
		}
		if s.ended && len(line) == 0 {
			break
		}
		line = bytes.TrimSuffix(line, []byte("\n"))
		return bytes.TrimSuffix(line, []byte("\r")), true, nil
	}
	return nil, false, nil
}

// longLine returns a line that is longer than the buffer, or nil if it is longer than maxLine.
func (s *source) longLine(start []byte) ([]byte, error) {
	run := 0
	add := func(part []byte) {
		switch {
		case len(s.long) > maxLine:
		case s.squeeze:
			s.long, run = squeezed(s.long, part, run)
		default:
			s.long = append(s.long, part...)
		}
	}
	s.long = s.long[:0]
	add(start)
	for {
		more, err := s.in.ReadSlice('\n')
		add(more)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if len(s.long) > maxLine {
			s.longLines++
			return nil, err
		}
		return s.long, err
	}
}

// keptRun is how many bytes of a run of base64 are kept in a long line.
const keptRun = 1024

// squeezed appends a part of a line without what makes a run of characters of base64 longer than keptRun. run is the
// length of the run at the end of what came before, and then at the end of the part.
func squeezed(to, part []byte, run int) (line []byte, after int) {
	for _, c := range part {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '=' {
			if run++; run > keptRun {
				continue
			}
		} else {
			run = 0
		}
		to = append(to, c)
	}
	return to, run
}

// damaged reports whether an error means that packed data ends in the middle, or is damaged from here on.
func damaged(err error) bool {
	return err != nil && (errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrChecksum) ||
		errors.Is(err, gzip.ErrHeader) || errors.As(err, new(flate.CorruptInputError)))
}

// distance notes a distance of times of a function that follow each other in the file, seconds, and how often it comes.
// The greatest one that divides all of them is the length of the steps of the file.
func (s *source) distance(d int64, times int) {
	if d == 0 {
		return
	}
	if s.distances += times; d == s.stepS || d == -s.stepS {
		return // as most are, so that nothing is divided
	}
	if s.stepS == 0 || d%s.stepS != 0 {
		s.stepS = gcd(s.stepS, d)
	}
}

// good reports whether a line is text. A line that is not is counted.
func (s *source) good(line []byte) bool {
	if bytes.IndexByte(line, 0) < 0 && utf8.Valid(line) {
		return true
	}
	s.badLines++
	return false
}

// unfinished reports whether the line that was read last may be cut off: nothing follows it, not even a line break. If
// it cannot be read, then it is cut off, and not wrong.
func (s *source) unfinished() bool { return s.lastCut }

// end reads what is left of a file, and reports what was skipped.
func (s *source) end(r *Recorder) error {
	if _, err := io.Copy(io.Discard, s.in); damaged(err) {
		s.cut = true
	} else if err != nil {
		return s.explain(err)
	}
	sum := s.raw.hash.Sum64()
	for _, other := range r.sources {
		if other != s && !s.empty && other.raw.done == s.raw.done && other.raw.hash.Sum64() == sum {
			return fmt.Errorf("%s: the same content as %s; give it once", s.name, other.name)
		}
	}
	if s.cut {
		r.Find(rule.Truncated, nil, "%s ends in the middle: what was read before it counts", s.name)
	}
	if s.longLines > 0 {
		r.Find(rule.LongLines, nil, "%s: %s longer than 1 MB left out", s.name, quantity.FormatCountOf(s.longLines, "line"))
	}
	if s.badLines > 0 {
		r.Find(rule.BadLines, nil, "%s: %s left out, not valid text", s.name, quantity.FormatCountOf(s.badLines, "line"))
	}
	return nil
}
