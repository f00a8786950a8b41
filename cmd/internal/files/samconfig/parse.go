package samconfig

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// maxBytes limits the size of a file.
const maxBytes = 1 << 20

// maxNested limits how deep values are nested: environment, command, section, setting, and what a setting has.
const maxNested = 6

// parseTOML parses a file.
func parseTOML(file string, data []byte) (*document, error) {
	d := &document{file: file, lines: map[string]int{}}
	if len(data) > maxBytes {
		return nil, fmt.Errorf("%s: the file is larger than %d MB", file, maxBytes>>20)
	}
	if err := toml.Unmarshal(data, &d.top); err != nil {
		at := check.Place{File: file, Line: 1}
		var fault *toml.DecodeError
		if errors.As(err, &fault) {
			at.Line, _ = fault.Position()
		}
		return nil, fmt.Errorf("%s: this is not TOML: %s", at, tree.Shown(strings.TrimPrefix(err.Error(), "toml: ")))
	}
	// The library does not keep the lines of values, so they are found in the file's expressions.
	var p unstable.Parser
	p.Reset(data)
	table := ""
	for p.NextExpression() {
		x := p.Expression()
		name := ""
		line := 0
		for key := x.Key(); key.Next(); {
			name += string(key.Node().Data) + "/"
			line = p.Shape(key.Node().Raw).Start.Line
		}
		name = strings.TrimSuffix(name, "/")
		switch x.Kind {
		case unstable.Table:
			table = name + "/"
		case unstable.KeyValue:
			d.lines[table+name] = line
		}
	}
	return d, nil
}

// parseYAML parses a file.
func parseYAML(file string, data []byte) (*document, error) {
	parsed, err := tree.Parse(file, data, "a mapping of environments")
	if err == nil {
		err = parsed.CheckKeys()
	}
	if err != nil {
		return nil, err
	}
	d := &document{file: file, top: map[string]any{}, lines: map[string]int{}}
	if top, ok := d.value(parsed.Top, "", 0).(map[string]any); ok {
		d.top = top
	}
	return d, parsed.Stopped()
}

// value converts a value, and notes the lines of its keys.
func (d *document) value(n tree.Node, at string, nested int) any {
	switch {
	case nested > maxNested:
		return nil
	case n.Kind() == tree.Mapping:
		values := map[string]any{}
		for _, m := range n.Members() {
			name := m.Key.Scalar()
			d.lines[at+name] = m.Key.Place().Line
			values[name] = d.value(m.Value, at+name+"/", nested+1)
		}
		return values
	case n.Kind() == tree.List:
		var values []any
		for _, item := range n.Items() {
			values = append(values, d.value(item, at, nested+1))
		}
		return values
	case n.HasValue():
		return n.Scalar()
	}
	return nil
}
