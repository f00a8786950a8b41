package traffic

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// maxValueBytes is how long a single text or number may be.
const maxValueBytes = 16 << 20

// A jsonFile reads the JSON values of a file by tokens, so that memory does not grow with the file.
type jsonFile struct {
	d     *jsontext.Decoder
	whole []byte // the file, if all of it is in memory
	text  []byte // a text without its escapes
	room  roomed
}

// roomed is a reader that ends when a single value is too long.
type roomed struct {
	in   io.Reader
	left int
}

var errLongValue = errors.New("a single value is longer than 16 MB")

func (r *roomed) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, errLongValue
	}
	n, err := r.in.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}

// json returns a reader of the JSON values of a file.
func (s *source) json() *jsonFile {
	j := &jsonFile{room: roomed{in: s.in}}
	in := io.Reader(&j.room)
	if text, err := s.in.Peek(bufferBytes); errors.Is(err, io.EOF) {
		j.whole = text
		in = bytes.NewBuffer(text) // which is not copied
	}
	j.d = jsontext.NewDecoder(in, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return j
}

// itemOf returns how to write the place of an item of a list: answer<<32 | index, both from 0. The first answer is left
// out.
func itemOf(list string) func(at int64) string {
	return func(at int64) string {
		pointer := fmt.Sprintf("/%s/%d", list, at&0xffff_ffff)
		if n := at >> 32; n > 0 {
			return answerAt(n) + ", " + pointer
		}
		return pointer
	}
}

// answerAt writes the number of an answer, which is from 0.
func answerAt(n int64) string { return fmt.Sprintf("answer %d", n+1) }

// documents calls each for every value of the file, and for every value of an array of them, with its number from 0.
func (j *jsonFile) documents(each func(n int) error) error {
	n := 0
	next := func() error {
		n++
		return each(n - 1)
	}
	for {
		var err error
		switch j.kind() {
		case 0:
			if _, err = j.d.ReadToken(); errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				return nil
			} else if err != nil {
				return j.explain(err)
			}
		case '[':
			err = j.array(next)
		default:
			err = next()
		}
		if err != nil {
			return err
		}
	}
}

// explain says where JSON is cut off or wrong.
func (j *jsonFile) explain(err error) error {
	var wrong *jsontext.SyntacticError
	where := fmt.Sprintf("at byte %d", j.d.InputOffset())
	if errors.As(err, &wrong) {
		where = fmt.Sprintf("at byte %d", wrong.ByteOffset)
		err = wrong.Err
	}
	if at := string(j.d.StackPointer()); at != "" {
		where += " (" + shown(at) + ")"
	}
	switch {
	case errors.Is(err, errLongValue):
		return fmt.Errorf("%s: %w", where, errLongValue)
	case damaged(err) || errors.Is(err, io.EOF):
		return fmt.Errorf("%s: the JSON ends here, in the middle; fetch the file again", where)
	}
	return fmt.Errorf("%s: not valid JSON: %w", where, err)
}

// kind returns the kind of the next value: { [ " 0 t f n, as in jsontext.
func (j *jsonFile) kind() jsontext.Kind {
	j.room.left = maxValueBytes
	return j.d.PeekKind()
}

// token reads a token.
func (j *jsonFile) token() (jsontext.Token, error) {
	j.room.left = maxValueBytes
	token, err := j.d.ReadToken()
	if err != nil {
		return token, j.explain(err)
	}
	return token, nil
}

// object calls each with the keys of an object; each must read the value. Another value than an object is skipped.
func (j *jsonFile) object(each func(key string) error) error { return j.members('{', '}', each) }

// array calls each for the values of an array; each must read the value. Another value than an array is skipped.
func (j *jsonFile) array(each func() error) error {
	return j.members('[', ']', func(string) error { return each() })
}

// texts calls each for the values of an array, as string returns them. Another value than an array is skipped.
func (j *jsonFile) texts(each func(text []byte) error) error {
	if list := j.plainList(); list != nil {
		return j.split(list, each)
	}
	return j.array(func() error {
		text, err := j.string()
		if err != nil {
			return err
		}
		return each(text)
	})
}

// plainList reads an array without escapes, arrays and objects at once, which takes half the time, if all of the file
// is in memory. It is valid as long as the file is open. If the next value is something else, or wrong, plainList reads
// nothing and returns nil.
func (j *jsonFile) plainList() []byte {
	if j.whole == nil || j.kind() != '[' {
		return nil
	}
	rest := j.d.UnreadBuffer()
	rest = rest[bytes.IndexByte(rest, '[')+1:]
	rest = rest[:bytes.IndexByte(rest, ']')+1] // perhaps one in a text, which then has no second quote
	for _, c := range []byte{'[', '{', '\\'} {
		if bytes.IndexByte(rest, c) >= 0 {
			return nil
		}
	}
	if len(rest) == 0 || bytes.Count(rest, []byte(`"`))%2 != 0 {
		return nil
	}
	list, err := j.d.ReadValue()
	if err != nil {
		return nil // which reading by tokens explains
	}
	end := int(j.d.InputOffset())
	return j.whole[end-len(list) : end]
}

// split calls each for the values of a plain list.
func (j *jsonFile) split(list []byte, each func(text []byte) error) error {
	for from := 1; from < len(list)-1; {
		to := from + 1
		switch c := list[from]; {
		case isBetween(c):
			from = to
			continue
		case c == '"':
			to += bytes.IndexByte(list[to:], '"') + 1
		default:
			for !isBetween(list[to]) && to < len(list)-1 {
				to++
			}
		}
		text, err := j.textOf(list[from:to])
		if err != nil {
			return err
		}
		if err := each(text); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// isBetween reports whether a character is between the values of an array.
func isBetween(c byte) bool { return c == ',' || c == ' ' || c == '\n' || c == '\r' || c == '\t' }

func (j *jsonFile) members(open, end jsontext.Kind, each func(key string) error) error {
	if j.kind() != open {
		return j.skip()
	}
	if _, err := j.token(); err != nil {
		return err
	}
	if j.d.StackDepth() > maxNesting {
		return j.tooDeep()
	}
	for k := j.kind(); k != end; k = j.kind() {
		key := ""
		if open == '{' || k == 0 { // 0 is an error, which the token tells
			token, err := j.token()
			if err != nil {
				return err
			}
			key = token.String()
		}
		if err := each(key); err != nil {
			return err
		}
	}
	_, err := j.token()
	return err
}

func (j *jsonFile) tooDeep() error {
	return fmt.Errorf("at byte %d: nested more than %d deep", j.d.InputOffset(), maxNesting)
}

// skip reads a value and forgets it.
func (j *jsonFile) skip() error {
	depth := j.d.StackDepth()
	for {
		if _, err := j.token(); err != nil {
			return err
		}
		if d := j.d.StackDepth(); d == depth {
			return nil
		} else if d > maxNesting {
			return j.tooDeep()
		}
	}
}

// raw reads a text, number, true, false or null as it is written, valid until the next call. It skips an object or an
// array, and returns nil.
func (j *jsonFile) raw() (jsontext.Value, error) {
	if k := j.kind(); k == '{' || k == '[' {
		return nil, j.skip()
	}
	value, err := j.d.ReadValue()
	if err != nil {
		return nil, j.explain(err)
	}
	return value, nil
}

// string reads a text, or a number as text; empty for another value. It is valid until the next call.
func (j *jsonFile) string() ([]byte, error) {
	value, err := j.raw()
	if err != nil || len(value) == 0 {
		return nil, err
	}
	return j.textOf(value)
}

// textOf returns a text without its quotes and escapes, or a number as text; empty for another value.
func (j *jsonFile) textOf(value jsontext.Value) (text []byte, err error) {
	switch value[0] {
	case '"':
		if bytes.IndexByte(value, '\\') < 0 {
			return value[1 : len(value)-1], nil
		}
		j.text, err = jsontext.AppendUnquote(j.text[:0], value)
		if err != nil { // only invalid UTF-8, which is replaced
			err = nil
		}
		return j.text, err
	case 'n', 't', 'f':
		return nil, nil
	}
	return value, nil
}

// number reads a number, or a text that is one. ok is false for another value.
func (j *jsonFile) number() (x float64, ok bool, err error) {
	text, err := j.string()
	if err != nil {
		return 0, false, err
	}
	x, ok = parseNumber(text)
	return x, ok, nil
}

// parseNumber reads a number, which must be finite.
func parseNumber(text []byte) (float64, bool) {
	if x, ok := shortNumber(text); ok {
		return x, true
	}
	if bytes.ContainsAny(text, "_xX") { // which only Go's numbers have
		return 0, false
	}
	x, err := strconv.ParseFloat(string(text), 64)
	return x, err == nil && !math.IsInf(x, 0) && !math.IsNaN(x)
}

// shortNumber reads a number of at most 19 digits, such as 18000.0 or 123.45678901234567. It is rounded once, to the
// nearest number, as by strconv.
func shortNumber(text []byte) (float64, bool) {
	x, n := leadingNumber(text)
	return x, n > 0 && n == len(text)
}

// leadingNumber reads a number as shortNumber does, at the start of a text. It returns its length, and 0 if there is
// none.
func leadingNumber(text []byte) (x float64, n int) {
	if whole, size := leadingDigits(text); size > 0 && size < 8 {
		if text[size] != '.' {
			return float64(int64(whole)), size
		}
		if part, more := leadingDigits(text[size+1:]); more > 0 && more < 8 {
			power := powers[more]
			return float64(int64(whole*power+part)) / float64(int64(power)), size + 1 + more
		}
	}
	whole, point := uint64(0), -1
	for ; n < len(text); n++ {
		if c := text[n] - '0'; c <= 9 && (n < 19 || n == 19 && point >= 0) {
			whole = whole*10 + uint64(c)
		} else if text[n] == '.' && point < 0 {
			point = n
			if eight, size := leadingDigits(text[n+1:]); size == 8 && n < 12 {
				whole = whole*1e8 + eight
				n += 8
			}
		} else if c <= 9 {
			return 0, 0 // too many
		} else {
			break
		}
	}
	power := uint64(1)
	switch {
	case n == 0 || point == 0 || point == n-1:
		return 0, 0
	case point > 0:
		power = powers[n-1-point]
	}
	const exact = 1 << 53
	if whole <= exact && power <= exact {
		return float64(int64(whole)) / float64(int64(power)), n
	}
	return rounded(whole, power), n
}

// leadingDigits reads up to eight digits at the start of a text of eight bytes or more, and returns how many there are.
// Their bytes are reckoned with all at once, as in D. Lemire, "Number parsing at a gigabyte per second" (2021).
func leadingDigits(text []byte) (x uint64, n int) {
	if len(text) < 8 {
		return 0, 0
	}
	x = binary.LittleEndian.Uint64(text)
	const zeros, tooLarge = 0x3030303030303030, 0x4646464646464646 // which make the highest bit of what is no digit 1
	n = bits.TrailingZeros64(((x+tooLarge)|(x-zeros))&0x8080808080808080) / 8
	x = (x - zeros) << uint(64-8*n) // zeros come first
	x = x*10 + x>>8                 // pairs, in every second byte
	x = (x&0x000000FF000000FF*(100+1_000_000<<32) + x>>16&0x000000FF000000FF*(1+10_000<<32)) >> 32
	return x, n
}

// powers are those of 10 that a uint64 holds.
var powers = [...]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
	1e18, 1e19}

// rounded returns the number that is nearest to a quotient of numbers above 0.
func rounded(x, y uint64) float64 {
	n, m := bits.LeadingZeros64(x), bits.LeadingZeros64(y)
	x, y = x<<n, y<<m
	quotient, rest := bits.Div64(x>>1, x<<63, y) // x/y 2^63, at least 62 bits
	if rest > 0 {
		quotient |= 1 // above the half between two numbers, if it is there
	}
	return float64(quotient) * math.Float64frombits(uint64(1023+m-n-63)<<52) // a power of 2
}

// parseTime reads a time of JSON: text such as 2026-11-24T12:59:00+00:00, or a number of seconds, milliseconds,
// microseconds or nanoseconds since 1970, perhaps as text.
func parseTime(text []byte) (t stamp, ok bool) {
	if t, n := parseStamp(text); n > 0 && n == len(text) {
		return t, true
	}
	if n, err := strconv.ParseInt(string(text), 10, 64); err == nil {
		ns, ok := epochWhole(n)
		return stamp{ns: ns, zoned: true, whole: n < 1e10}, ok
	}
	x, ok := parseNumber(text)
	if !ok {
		return stamp{}, false
	}
	ns, ok := epochNS(x)
	return stamp{ns: ns, zoned: true, whole: x == math.Trunc(x) && x < 1e10}, ok
}
