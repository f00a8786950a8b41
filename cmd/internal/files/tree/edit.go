package tree

import "bytes"

// Mentions reports whether a text is in the document.
func (d *Document) Mentions(text string) bool { return bytes.Contains(d.data, []byte(text)) }

// partSize is the cost of a value in Copy in addition to its text, bytes.
const partSize = 16

// Copy returns a copy of a YAML value. It passes every part, including keys, to change, which may replace it. room is
// the size limit of the copy, bytes. Copy deducts the size it used. ok is false if there is not enough room.
func (n Node) Copy(room *int, change func(part Node) Node) (copied Node, ok bool) {
	n = change(n.Unalias())
	made := *n.yaml
	made.Anchor, made.Content = "", nil
	if *room -= partSize + len(made.Value); *room < 0 {
		return Node{}, false
	}
	for _, part := range n.yaml.Content {
		inner, ok := Node{doc: n.doc, yaml: part}.Copy(room, change)
		if !ok {
			return Node{}, false
		}
		made.Content = append(made.Content, inner.yaml)
	}
	return Node{doc: n.doc, yaml: &made}, true
}

// WithText returns a copy of a YAML scalar with another text.
func (n Node) WithText(text string) Node {
	made := *n.yaml
	made.Value = text
	return Node{doc: n.doc, yaml: &made}
}

// TextAt returns a text with the place of a YAML value.
func (n Node) TextAt(text string) Node { return n.doc.TextNode(text, n.yaml.Line) }

// SetMembers replaces the members of a YAML mapping.
func (n Node) SetMembers(members []Member) {
	n.yaml.Content = nil
	for _, m := range members {
		n.yaml.Content = append(n.yaml.Content, m.Key.yaml, m.Value.yaml)
	}
}
