package profile

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/lazyregexp"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/format/safe"
)

// A Draft is a profile to write: what is known, and as comments what is to be filled in.
type Draft struct {
	// Head are the comments at the top.
	Head []string
	// Account and Asked are what stands under account, and at the top level.
	Account, Asked []Entry
	// Functions are the entries of each function; the first is its name. A function without a name is the only one.
	Functions [][]Entry
	// Left are comments at the end, about what the profile leaves out.
	Left []string
}

// An Entry is a line of a draft.
type Entry struct {
	// Key is the key; empty if the line is only a comment.
	Key string
	// Value is the value: a text, or a list.
	Value setting.Value
	// Members are the entries of a mapping, in place of a value.
	Members []Entry
	// Comment follows the value; it may be empty.
	Comment string
	// Open says that the value does not count, because it is to be filled in or the default: the line is a comment.
	Open bool
}

// Unknown is the value of an entry that is to be filled in.
const Unknown = "?"

// Count returns how many functions lack the value of a key, which is to be filled in.
func (d *Draft) Count(key string) (n int) {
	for _, entries := range d.Functions {
		if slices.ContainsFunc(entries, func(e Entry) bool { return e.Key == key && e.Open && e.Value.Text == Unknown }) {
			n++
		}
	}
	return n
}

// Text returns the profile as YAML, safe to show whatever it quotes.
func (d *Draft) Text() []byte {
	var w writer
	for _, line := range d.Head {
		w.comment("", line)
	}
	if len(d.Account) > 0 {
		w.blank()
		w.line(accountKey + ":")
		w.block("  ", "  ", d.Account)
	}
	if len(d.Asked) > 0 {
		w.blank()
		w.block("", "", d.Asked)
	}
	w.blank()
	if d.isSingle() {
		w.block("", "", d.Functions[0])
	} else {
		d.list(&w)
	}
	if len(d.Left) > 0 {
		w.blank()
	}
	for _, line := range d.Left {
		w.comment("", line)
	}
	return w.Bytes()
}

// isSingle reports whether the only function has no name, so that its keys are at the top level.
func (d *Draft) isSingle() bool {
	isName := func(e Entry) bool { return e.Key == setting.NameKey }
	return len(d.Functions) == 1 && !slices.ContainsFunc(d.Functions[0], isName)
}

// list writes the list of functions.
func (d *Draft) list(w *writer) {
	if len(d.Functions) == 0 {
		w.line(functionsKey + ": []")
	} else {
		w.line(functionsKey + ":")
	}
	for i, entries := range d.Functions {
		if i > 0 {
			w.blank()
		}
		w.block("  - ", "    ", entries)
	}
}

// A writer writes YAML.
type writer struct{ bytes.Buffer }

func (w *writer) line(text string) { w.WriteString(strings.TrimRight(text, " ") + "\n") }

// blank writes an empty line, but not at the top.
func (w *writer) blank() {
	if w.Len() > 0 {
		w.line("")
	}
}

// maxColumns is the width of a profile that is written. Names, places and single values are never broken.
const maxColumns = 80

// comment writes a comment. Its later lines are indented; a command line stays one line.
func (w *writer) comment(indent, text string) {
	text = safe.Text(text)
	if strings.HasPrefix(text, "  ") || utf8.RuneCountInString(indent+"# "+text) <= maxColumns {
		w.line(indent + "# " + text)
		return
	}
	const hanging = "  "
	for i, line := range pack(strings.Split(text, " "), " ", maxColumns-len(indent+"# "+hanging)) {
		if i > 0 {
			line = hanging + line
		}
		w.line(indent + "# " + line)
	}
}

// pack joins words into lines of a width, bytes. A word that is longer has a line of its own.
func pack(words []string, separator string, width int) (lines []string) {
	line := words[0]
	for _, word := range words[1:] {
		if len(line)+len(separator)+len(word) > width {
			lines, line = append(lines, line+strings.TrimRight(separator, " ")), word
			continue
		}
		line += separator + word
	}
	return append(lines, line)
}

// widest is the widest entry that others are aligned with, columns.
const widest = 40

// block writes entries with their comments below each other; above the entry where there is no room beside it. first
// stands before the first of them, indent before the others.
func (w *writer) block(first, indent string, entries []Entry) {
	column := 0
	for _, e := range entries {
		if n := utf8.RuneCountInString(e.text()); e.Comment != "" && n <= widest {
			column = max(column, n)
		}
	}
	for i, e := range entries {
		text, before := e.text(), indent
		if i == 0 {
			before = first
		}
		gap := strings.Repeat(" ", max(0, column-utf8.RuneCountInString(text))+2)
		line := before + text + gap + "# " + safe.Text(e.Comment)
		above := strings.TrimSuffix(before, "- ")
		switch {
		case e.Members != nil:
			w.line(before + text)
			w.block(indent+"  ", indent+"  ", e.Members)
		case e.Key == "":
			w.comment(above, e.Comment)
		case e.Comment == "":
			w.entry(before, indent, e)
		case utf8.RuneCountInString(line) <= maxColumns:
			w.line(line)
		default:
			w.comment(above, e.Comment)
			w.entry(before, indent, e)
		}
	}
}

// entry writes an entry without its comment. A list that is too long for a line has several.
func (w *writer) entry(before, indent string, e Entry) {
	items := e.items()
	if text := e.text(); items == nil || len(before+text) <= maxColumns {
		w.line(before + text)
		return
	}
	w.line(before + e.Key + ": [")
	for _, line := range pack(items, ", ", maxColumns-len(indent)-len("  ,")) {
		w.line(indent + "  " + line)
	}
	w.line(indent + "]")
}

// text returns the entry without its comment.
func (e Entry) text() string {
	switch {
	case e.Key == "":
		return ""
	case e.Members != nil:
		return e.Key + ":"
	case e.Open && e.Value.Text == Unknown:
		return "# " + e.Key + ": " + Unknown
	case e.Open:
		return "# " + e.Key + ": " + e.yaml()
	}
	return e.Key + ": " + e.yaml()
}

// yaml writes the value: a text, or a list with its items between brackets.
func (e Entry) yaml() string {
	if items := e.items(); items != nil {
		return "[" + strings.Join(items, ", ") + "]"
	}
	return scalar(e.Value.Text, e.Key != setting.NameKey)
}

// items writes the items of a list, which are mappings in some lists; nil for a single value.
func (e Entry) items() []string {
	v := e.Value
	if v.List == nil || v.Text != "" {
		return nil
	}
	items := make([]string, len(v.List))
	for i, item := range v.List {
		if item.List == nil {
			items[i] = scalar(item.Text, true)
			continue
		}
		members := make([]string, len(item.List))
		for j, member := range item.List {
			members[j] = member.Key + ": " + scalar(member.Text, true)
		}
		items[i] = "{" + strings.Join(members, ", ") + "}"
	}
	return items
}

var (
	plainWords  = lazyregexp.Regexp{Text: `^[A-Za-z_][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*$`}
	plainNumber = lazyregexp.Regexp{Text: `^[0-9]+(\.[0-9]+)?([kMG]?(/(s|min|h|day))?|us|ms|s|m|h|MB|GB|%)$`}
	// special are the words that some YAML parser takes for something else than a text.
	special = lazyregexp.Regexp{Text: `^(?i:y|n|yes|no|on|off|true|false|null)$`}
)

// scalar writes a text so that every YAML parser reads the same text, or the number that it is if it may be one. What
// needs quotes has escapes for what is not safe to show. These escapes are those of YAML, too.
func scalar(text string, number bool) string {
	isText := plainWords.Get().MatchString(text) && !special.Get().MatchString(text)
	if isText || number && plainNumber.Get().MatchString(text) {
		return text
	}
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case safe.Raw(text[:i], r):
			b.WriteRune(r)
		default:
			b.WriteString(safe.Escape(r))
		}
	}
	b.WriteByte('"')
	return b.String()
}

// Accepted returns the entry of the findings that are accepted.
func Accepted(list []check.Acceptance) Entry {
	items := make([]setting.Value, len(list))
	for i, a := range list {
		items[i].List = []setting.Value{{Key: ruleKey, Text: string(a.Rule)}, {Key: reasonKey, Text: a.Reason}}
	}
	return Entry{Key: acceptKey, Value: setting.Value{List: items}}
}
