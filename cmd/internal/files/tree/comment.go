package tree

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/calc/check"
)

// A Comment is a YAML comment that starts with a mark.
type Comment struct {
	Text  string      // the text after the mark
	About check.Place // the line that the comment is about
	At    check.Place // the comment itself
}

// Comments finds the comments that start with a mark. A comment after a value is about its own line. A comment on a
// line of its own is about the next line that is not a comment.
func (d *Document) Comments(mark string) (found []Comment) {
	if d.Top.yaml == nil || !bytes.Contains(d.data, []byte(mark)) {
		return nil
	}
	lines := bytes.Split(bytes.Clone(d.data), []byte("\n"))
	b := blotter{written: bytes.Split(d.data, []byte("\n")), lines: lines}
	b.scalars(d.Top.yaml)
	below := len(lines) - 1 // the next line that is not a comment
	for i, line := range slices.Backward(lines) {
		before, after, ok := strings.Cut(string(line), mark)
		before = strings.TrimRight(before, " \t")
		comment := strings.HasSuffix(before, "#")
		before = strings.TrimRight(before, "#")
		if ok && comment && (before == "" || strings.HasSuffix(before, " ") || strings.HasSuffix(before, "\t")) {
			about := i
			if strings.TrimSpace(before) == "" {
				about = below
			}
			found = append(found, Comment{Text: after, About: d.placeOf(about), At: d.placeOf(i)})
		}
		if !isComment(string(line)) {
			below = i
		}
	}
	slices.Reverse(found)
	return found
}

// placeOf returns the place of a line, counted from 0.
func (d *Document) placeOf(line int) check.Place { return check.Place{File: d.Name, Line: line + 1} }

// A blotter overwrites the contents of quoted and block scalars, because a # in them does not start a comment.
type blotter struct {
	written, lines [][]byte // the original lines, and the copies to overwrite

	// The last quoted scalar: its line, column and offset in the line, from 0. The next one usually follows on the same
	// line, which then need not be read from its start again.
	line, column, offset int
}

// scalars overwrites the scalars of a value and of its parts.
func (b *blotter) scalars(n *yaml.Node) {
	lines := b.lines
	switch style := n.Style &^ yaml.TaggedStyle; {
	case n.Kind != yaml.ScalarNode || n.Line > len(lines):
	case style == yaml.LiteralStyle || style == yaml.FoldedStyle:
		blotBlock(n, lines)
	case style == yaml.DoubleQuotedStyle:
		b.quoted(n, '"')
	case style == yaml.SingleQuotedStyle:
		b.quoted(n, '\'')
	}
	for _, part := range n.Content {
		b.scalars(part)
	}
}

// blotBlock overwrites a block scalar. The value of a literal scalar gives its number of lines. A folded scalar
// ends at the first line that is indented less.
func blotBlock(n *yaml.Node, lines [][]byte) {
	indent, folded := -1, n.Style&yaml.FoldedStyle != 0
	left := strings.Count(strings.TrimRight(n.Value, "\n"), "\n") + 1
	if strings.TrimSpace(n.Value) == "" {
		return
	}
	for _, line := range lines[n.Line:] { // n.Line counts from 1
		text := bytes.TrimLeft(line, " ")
		own := len(line) - len(text)
		if blank := len(bytes.TrimSpace(text)) == 0; !blank && indent < 0 {
			indent = own
		} else if !blank && folded && own < indent {
			return
		}
		if left--; !folded && left < 0 {
			return
		}
		blot(line)
	}
}

// start returns the offset at which a value begins in its line. Columns are counted in characters.
func (b *blotter) start(n *yaml.Node) int {
	line := b.written[n.Line-1]
	if b.line != n.Line || n.Column-1 < b.column {
		b.line, b.column, b.offset = n.Line, 0, 0
	}
	for ; b.column < n.Column-1; b.column++ {
		_, size := utf8.DecodeRune(line[b.offset:])
		b.offset += size
	}
	return b.offset
}

// quoted overwrites the text between quotes. In double quotes a backslash escapes a quote, and in
// single quotes a second quote does.
func (b *blotter) quoted(n *yaml.Node, quote byte) {
	inside := false
	from := b.start(n)
	for _, line := range b.lines[n.Line-1:] {
		for at := from; at < len(line); at++ {
			next := at+1 < len(line) && line[at+1] == quote
			switch c := line[at]; {
			case !inside:
				inside = c == quote
				continue
			case c == '\\' && quote == '"', c == quote && quote == '\'' && next:
				blot(line[at:min(at+2, len(line))])
				at++
			case c == quote:
				return
			default:
				blot(line[at : at+1])
			}
		}
		from = 0
	}
}

func blot(text []byte) {
	for i := range text {
		text[i] = 'x'
	}
}

func isComment(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || strings.HasPrefix(line, "#")
}
