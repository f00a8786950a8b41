package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/calc"
)

// maxBytes is the largest file that is read: a plan of some thirty thousand
// resources. MaxYAMLBytes is the largest that people write by hand:
// CloudFormation takes templates of up to 1 MB.
const (
	maxBytes     = 64 << 20
	MaxYAMLBytes = 4 << 20
)

// maxExpanded bounds what aliases may make of a YAML document, in values.
const maxExpanded = 1_000_000

// A document is one file, parsed so far that its values can be walked: YAML to
// nodes, JSON checked and walked where it lies, because a plan is large and
// little of it matters.
type document struct {
	name  string
	data  []byte
	top   node
	lines []int32 // offsets at which lines begin; JSON only
	ended []*walk // which the next ones take the place of
	// old tells that YAML 1.1 decides what a plain scalar means.
	old bool
}

// A kind is the type of a value.
type kind int

const (
	missing kind = iota
	null
	boolean
	number
	text
	list
	mapping
)

// A node is a value of a document. That of a key which is not there is the zero
// node, of the kind missing.
//
// It is small: most of what the readers do is handing nodes around.
type node struct {
	doc  *document
	yaml *yaml.Node
	span // of JSON
}

// A span is where a JSON value begins and ends in its file; the zero span is
// nowhere.
type span struct{ from, to int32 }

// json is the text of a JSON value; empty for one of YAML.
func (n node) json() []byte {
	if n.to == 0 {
		return nil
	}
	return n.doc.data[n.from:n.to]
}

// parse reads a document. The error says where it is wrong; legal is what it may
// hold.
func parse(name string, data []byte, legal string) (*document, error) {
	d := &document{name: name, data: data}
	body := bytes.TrimPrefix(data, []byte("\ufeff"))
	from := len(data) - len(body)
	if bytes.HasPrefix(body, []byte("\xff\xfe")) || bytes.HasPrefix(body, []byte("\xfe\xff")) {
		return nil, fmt.Errorf("%s: this is UTF-16; legal: UTF-8 (in PowerShell: | Out-File -Encoding utf8)", name)
	}
	if at := invalid(body); at >= 0 {
		return nil, fmt.Errorf("%s: this is not a text file; legal: text in UTF-8", calc.Place{File: name, Line: 1 + bytes.Count(body[:at], []byte("\n"))})
	}
	if start := jsonStart(body); start >= 0 {
		err := d.parseJSON(from + start)
		if err != nil && d.parseYAML(body, legal) == nil && d.repeated(d.top.yaml) == nil {
			return d, nil // braces are YAML, too
		}
		return d, err
	}
	return d, d.parseYAML(body, legal)
}

// invalid finds the first byte that is no text, or -1.
func invalid(data []byte) int {
	if at := bytes.IndexByte(data, 0); at >= 0 {
		return at
	}
	if utf8.Valid(data) {
		return -1
	}
	for at := 0; ; {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
}

// planMark begins the JSON of terraform show.
const planMark = `"format_version"`

// jsonStart finds where the JSON of a file begins, or -1 where the file is
// something else. Wrappers of CI systems print lines around a plan, so that one
// may begin later.
func jsonStart(data []byte) int {
	space := len(data) - len(bytes.TrimLeft(data, " \t\r\n"))
	if space == len(data) {
		return -1
	}
	if data[space] == '{' {
		return space
	}
	mark := bytes.Index(data, []byte(planMark))
	if mark >= 0 {
		if before := bytes.TrimRight(data[:mark], " \t\r\n"); len(before) > 0 && before[len(before)-1] == '{' {
			return len(before) - 1
		}
	}
	if data[space] == '[' {
		return space
	}
	return -1
}

// parseJSON checks the value that begins at an offset, and what follows it.
func (d *document) parseJSON(start int) error {
	decoder := jsontext.NewDecoder(bytes.NewBuffer(d.data[start:]))
	value, err := decoder.ReadValue()
	end := start + int(decoder.InputOffset())
	if err != nil {
		return d.jsonError(err, start)
	}
	d.top = node{doc: d, span: span{int32(end - len(value)), int32(end)}}
	wrapped := len(bytes.TrimSpace(d.data[:start])) > len("\ufeff")
	for at := end; at < len(d.data); {
		line, _, _ := bytes.Cut(d.data[at:], []byte("\n"))
		text := bytes.TrimLeft(line, " \t\r")
		if len(text) > 0 && (text[0] == '{' || !wrapped && !isPlan(d.top)) {
			return fmt.Errorf("%s:%d: there is more behind the JSON value; legal: one value, and several in files of their own", d.name, d.line(at))
		}
		at += len(line) + 1
	}
	return nil
}

// isPlan tells what terraform show prints.
func isPlan(top node) bool { return top.get("format_version").exists() }

// jsonError says where a document is no JSON.
func (d *document) jsonError(err error, start int) error {
	var wrong *jsontext.SyntacticError
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("%s:%d: the JSON is cut off", d.name, d.line(len(d.data)))
	}
	if !errors.As(err, &wrong) {
		return fmt.Errorf("%s: %w", d.name, err)
	}
	at := start + int(wrong.ByteOffset)
	if errors.Is(wrong.Err, jsontext.ErrDuplicateName) {
		return fmt.Errorf("%s:%d: the key %q stands twice; legal: each key once", d.name, d.line(at), shown(string(wrong.JSONPointer.LastToken())))
	}
	return fmt.Errorf("%s:%d: this is not JSON: %w", d.name, d.line(at), wrong.Err)
}

// line returns the line of an offset.
func (d *document) line(at int) int {
	if d.lines == nil {
		d.lines = make([]int32, 1, 1+bytes.Count(d.data, []byte("\n")))
		for i, b := range d.data {
			if b == '\n' {
				d.lines = append(d.lines, int32(i+1))
			}
		}
	}
	n, found := slices.BinarySearch(d.lines, int32(at))
	if found {
		return n + 1
	}
	return n
}

// parseYAML reads one document of YAML.
func (d *document) parseYAML(data []byte, legal string) error {
	if len(data) > MaxYAMLBytes {
		return fmt.Errorf("%s: a YAML file of %s MB; legal: at most %d MB", d.name, calc.FormatNumber(float64(len(data))/(1<<20)), MaxYAMLBytes>>20)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	err := decoder.Decode(&first)
	if err == nil {
		d.top = node{doc: d, yaml: first.Content[0]}
		if err = decoder.Decode(&second); err == nil {
			return fmt.Errorf("%s:%d: a second document begins here; legal: one document", d.name, second.Line)
		}
	} else if err == io.EOF {
		return fmt.Errorf("%s: the file is empty; legal: %s", d.name, legal)
	}
	if err != io.EOF {
		// The library says "yaml: line 3: ..."; the place belongs in front.
		message := strings.TrimPrefix(err.Error(), "yaml: ")
		if line, rest, ok := strings.Cut(message, ": "); ok && strings.HasPrefix(line, "line ") {
			return fmt.Errorf("%s:%s: this is not YAML: %s", d.name, strings.TrimPrefix(line, "line "), rest)
		}
		return fmt.Errorf("%s: this is not YAML: %s", calc.Place{File: d.name, Line: deepest(data)}, message)
	}
	if bytes.IndexByte(data, '*') < 0 { // no alias
		return nil
	}
	_, err = d.expanded(d.top.yaml, map[*yaml.Node]int{})
	return err
}

// deepest is the line in which brackets are nested deepest. The library does not
// say where it has had enough.
func deepest(data []byte) (at int) {
	line, depth, most := 1, 0, -1
	for _, c := range data {
		switch c {
		case '\n':
			line++
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		if depth > most {
			at, most = line, depth
		}
	}
	return at
}

// repeated refuses keys that stand twice in a mapping of YAML; what parses JSON
// does that itself.
func (d *document) repeated(n *yaml.Node) error {
	if n == nil {
		return nil
	}
	var seen map[string]int
	if n.Kind == yaml.MappingNode {
		seen = make(map[string]int, len(n.Content)/2)
	}
	for i, part := range n.Content {
		if err := d.repeated(part); err != nil {
			return err
		}
		if seen != nil && i%2 == 0 && part.Kind == yaml.ScalarNode {
			key := node{doc: d, yaml: part}.scalar()
			if line, twice := seen[key]; twice && key != mergeKey {
				return fmt.Errorf("%s:%d: the key %q stands in line %d already; legal: each key once", d.name, part.Line, shown(key), line)
			}
			seen[key] = part.Line
		}
	}
	return nil
}

// expanded counts the values of a node with its aliases expanded, and refuses
// what never ends and what is too much.
func (d *document) expanded(n *yaml.Node, sizes map[*yaml.Node]int) (int, error) {
	const open = -1
	size, known := sizes[n]
	switch {
	case size == open:
		return 0, fmt.Errorf("%s:%d: an alias stands for itself; legal: aliases of values that end", d.name, n.Line)
	case known:
		return size, nil
	}
	sizes[n] = open
	size = 1
	add := func(part *yaml.Node) error {
		more, err := d.expanded(part, sizes)
		if size += more; err == nil && size > maxExpanded {
			err = fmt.Errorf("%s:%d: aliases make more than %d values of this", d.name, n.Line, maxExpanded)
		}
		return err
	}
	if n.Kind == yaml.AliasNode {
		if err := add(n.Alias); err != nil {
			return 0, err
		}
	}
	for _, part := range n.Content {
		if err := add(part); err != nil {
			return 0, err
		}
	}
	sizes[n] = size
	return size, nil
}

// mergeKey takes the members of another mapping into one.
const mergeKey = "<<"

// shown cuts a text of a file to what a message can show.
func shown(s string) string {
	if len(s) <= 80 {
		return printable(s)
	}
	return printable(strings.ToValidUTF8(s[:80], "")) + "..."
}

// printable replaces what a text of a file must not do to a terminal or to a
// report: control it.
func printable(s string) string {
	s = strings.ReplaceAll(s, " ::", " : :") // which begins a command of GitHub, where a line is folded there
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return utf8.RuneError
		}
		return r
	}, s)
}

// exists reports whether there is a value; null is one.
func (n node) exists() bool { return n.kind() != missing }

// set reports whether there is a value other than null.
func (n node) set() bool { return n.kind() > null }

// follow goes from an alias to what it stands for.
func (n node) follow() node {
	for n.yaml != nil && n.yaml.Kind == yaml.AliasNode {
		n.yaml = n.yaml.Alias
	}
	return n
}

func (n node) kind() kind {
	n = n.follow()
	switch {
	case n.to > 0:
		switch n.doc.data[n.from] {
		case '{':
			return mapping
		case '[':
			return list
		case '"':
			return text
		case 't', 'f':
			return boolean
		case 'n':
			return null
		}
		return number
	case n.yaml == nil:
		return missing
	case n.yaml.Kind == yaml.MappingNode:
		return mapping
	case n.yaml.Kind == yaml.SequenceNode:
		return list
	}
	kind, _ := n.plain()
	return kind
}

// plain tells what a YAML scalar means, and how that is written.
func (n node) plain() (kind, string) {
	value := n.yaml.Value
	if n.yaml.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 || n.tag() != "" {
		return text, value
	}
	if n.doc.old {
		switch value {
		case "yes", "Yes", "YES", "on", "On", "ON":
			return boolean, "true"
		case "no", "No", "NO", "off", "Off", "OFF":
			return boolean, "false"
		}
		if whole, ok := oldInteger(value); ok {
			return number, whole
		}
	}
	switch n.yaml.ShortTag() {
	case "!!null":
		return null, ""
	case "!!bool":
		return boolean, strings.ToLower(value)
	case "!!int", "!!float":
		return number, value
	}
	return text, value
}

// oldInteger reads an integer of YAML 1.1: 010 is 8, 1_000 is 1000, and 1:30 is
// 90.
func oldInteger(value string) (string, bool) {
	digits := strings.ReplaceAll(value, "_", "")
	if !strings.ContainsAny(digits[:min(len(digits), 2)], "0123456789") || strings.HasPrefix(digits, "0o") {
		return "", false
	}
	if x, err := strconv.ParseInt(digits, 0, 64); err == nil {
		return strconv.FormatInt(x, 10), true
	}
	parts := strings.Split(digits, ":")
	if len(parts) == 1 || strings.HasPrefix(digits, "0") {
		return "", false
	}
	var sum int64
	for i, part := range parts {
		x, err := strconv.ParseUint(part, 10, 16)
		if err != nil || i > 0 && x > 59 || i > 4 {
			return "", false
		}
		sum = 60*sum + int64(x)
	}
	return strconv.FormatInt(sum, 10), true
}

// tag is the short form of an intrinsic function, such as !Ref, without the
// mark.
func (n node) tag() string {
	if n.yaml == nil || !strings.HasPrefix(n.yaml.Tag, "!") || strings.HasPrefix(n.yaml.Tag, "!!") {
		return ""
	}
	return n.yaml.Tag[1:]
}

// untagged is the value under a tag.
func (n node) untagged() node {
	bare := *n.yaml
	bare.Tag = ""
	n.yaml = &bare
	return n
}

// scalar returns a text, number or boolean as it is written, and nothing for
// the other kinds.
func (n node) scalar() string {
	n = n.follow()
	switch {
	case n.to > 0 && n.kind() == text:
		plain, _ := jsontext.AppendUnquote(nil, n.json()) // checked when it was parsed
		return string(plain)
	case n.to > 0 && n.kind() >= boolean && n.kind() <= number:
		return string(n.json())
	case n.yaml != nil && n.yaml.Kind == yaml.ScalarNode:
		_, value := n.plain()
		return value
	}
	return ""
}

// place is where the value begins.
func (n node) place() calc.Place {
	switch {
	case n.yaml != nil:
		return calc.Place{File: n.doc.name, Line: n.yaml.Line}
	case n.to > 0:
		return calc.Place{File: n.doc.name, Line: n.doc.line(int(n.from))}
	}
	return calc.Place{}
}

// A member is a key of a mapping with its value.
type member struct{ key, value node }

// members lists the keys and values of a mapping; of another kind it has none.
func (n node) members() (list []member) {
	n = n.follow()
	switch {
	case n.kind() != mapping:
		return nil
	case n.to == 0:
		return n.yamlMembers()
	}
	w := n.walk()
	for key := range w.members() {
		list = append(list, member{key, w.value()})
	}
	return list
}

// yamlMembers lists a mapping, then those that it merges, as far as they add
// keys.
func (n node) yamlMembers() (list []member) {
	own := map[string]bool{}
	var merged []node
	content := n.yaml.Content
	for i := 0; i+1 < len(content); i += 2 {
		key, value := node{doc: n.doc, yaml: content[i]}, node{doc: n.doc, yaml: content[i+1]}
		if content[i].Value == mergeKey && content[i].Style == 0 {
			merged = append(merged, value.follow())
			continue
		}
		own[key.scalar()] = true
		list = append(list, member{key, value})
	}
	for i := 0; i < len(merged); i++ {
		merged = append(merged, merged[i].items()...)
		for _, m := range merged[i].members() {
			if name := m.key.scalar(); !own[name] {
				own[name] = true
				list = append(list, m)
			}
		}
	}
	return list
}

// items lists the values of a list; of another kind it has none.
func (n node) items() (values []node) {
	n = n.follow()
	switch {
	case n.kind() != list:
		return nil
	case n.to > 0:
		w := n.walk()
		for range w.items() {
			values = append(values, w.value())
		}
		return values
	}
	for _, part := range n.yaml.Content {
		values = append(values, node{doc: n.doc, yaml: part})
	}
	return values
}

// A walk goes through a JSON value once, from its beginning to its end: a plan is
// so large that walking each of its levels again, as nodes do, would take most of
// the time.
type walk struct {
	of node
	d  jsontext.Decoder
	in bytes.Buffer // what d reads
}

// walk begins a walk; that of another node than one of JSON is nil, and has
// nothing inside. The document is known to be right. A plan takes some ten thousand
// walks, so that one goes on with the decoder of another that has ended.
func (n node) walk() *walk {
	if n.to == 0 {
		return nil
	}
	var w *walk
	if last := len(n.doc.ended) - 1; last >= 0 {
		w, n.doc.ended = n.doc.ended[last], n.doc.ended[:last]
	} else {
		w = &walk{}
	}
	w.of, w.in = n, *bytes.NewBuffer(n.json())
	w.d.Reset(&w.in, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return w
}

// members stops at each value of a mapping, with its key.
func (w *walk) members() iter.Seq[node] { return w.inside('{', '}') }

// items stops at each value of a list, without a key.
func (w *walk) items() iter.Seq[node] { return w.inside('[', ']') }

// inside stops at each value between brackets. A value that is not read
// meanwhile is passed by, as are those that are left when the loop ends. With the
// outermost brackets the walk ends.
func (w *walk) inside(begin, end jsontext.Kind) iter.Seq[node] {
	return func(yield func(key node) bool) {
		if w == nil || w.d.PeekKind() != begin {
			return
		}
		_, _ = w.d.ReadToken()
		outermost := w.d.StackDepth() == 1
		for more := true; w.d.PeekKind() != end && (more || !outermost); {
			var key node
			if begin == '{' {
				key = w.value()
			}
			from := w.d.InputOffset()
			more = more && yield(key)
			if w.d.InputOffset() == from {
				_ = w.d.SkipValue()
			}
		}
		if outermost {
			w.of.doc.ended = append(w.of.doc.ended, w)
			return
		}
		_, _ = w.d.ReadToken()
	}
}

// value reads the next value.
func (w *walk) value() node {
	value, _ := w.d.ReadValue()
	end := w.of.from + int32(w.d.InputOffset())
	return node{doc: w.of.doc, span: span{end - int32(len(value)), end}}
}

// place is where the walk has come.
func (w *walk) place() calc.Place {
	return calc.Place{File: w.of.doc.name, Line: w.of.doc.line(int(w.of.from) + int(w.d.InputOffset()))}
}

// bare is a text as bytes of the file, where it has no escapes: a plan has too
// many keys to copy each.
func (n node) bare() []byte {
	written := n.json()
	if n.kind() != text || n.to == 0 || bytes.IndexByte(written, '\\') >= 0 {
		return []byte(n.scalar())
	}
	return written[1 : len(written)-1]
}

// fields are the values of a mapping by their keys. One walk finds them all;
// get walks for each.
func (n node) fields() map[string]node {
	found := map[string]node{}
	for _, m := range n.members() {
		found[m.key.scalar()] = m.value
	}
	return found
}

// written is a value as messages show it.
func (n node) written() string {
	switch n.kind() {
	case list:
		return "[...]"
	case mapping:
		return "{...}"
	}
	return n.scalar()
}

// only returns the member of a mapping that has one.
func (n node) only() (member, bool) {
	n = n.follow()
	switch {
	case n.kind() != mapping || n.to == 0 && len(n.yaml.Content) != 2:
		return member{}, false
	case n.to == 0:
		if members := n.yamlMembers(); len(members) == 1 {
			return members[0], true
		}
		return member{}, false
	}
	var found member
	count := 0
	w := n.walk()
	for key := range w.members() {
		if count++; count > 1 {
			break
		}
		found = member{key, w.value()}
	}
	return found, count == 1
}

// first returns the first value of a list, or the zero node.
func (n node) first() node {
	n = n.follow()
	switch {
	case n.kind() != list:
		return node{}
	case n.to == 0 && len(n.yaml.Content) > 0:
		return node{doc: n.doc, yaml: n.yaml.Content[0]}
	}
	w := n.walk()
	for range w.items() {
		return w.value()
	}
	return node{}
}

// get returns the value of a key, or the zero node.
func (n node) get(key string) node {
	for _, m := range n.members() {
		if m.key.scalar() == key {
			return m.value
		}
	}
	return node{}
}

// path follows keys; a list on the way stands for its first item, as the blocks
// of Terraform do.
func (n node) path(keys ...string) node {
	for _, key := range keys {
		if n.kind() == list {
			n = n.first()
		}
		n = n.get(key)
	}
	return n
}

// whole returns the value as a whole number. CloudFormation takes numbers in
// quotes, and JSON may write 100 as 100.0.
func whole(s string) (int64, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, n >= -maxWhole && n <= maxWhole
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || x != float64(int64(x)) || !(x >= -maxWhole && x <= maxWhole) {
		return 0, false
	}
	return int64(x), true
}

// maxWhole keeps sums of units within int64.
const maxWhole = 1_000_000_000_000
