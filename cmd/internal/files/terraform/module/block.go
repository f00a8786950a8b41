package module

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	hcljson "github.com/hashicorp/hcl/v2/json"

	"github.com/lambdacap/lambdacap/calc/check"
)

// A block is a block of a file, from either syntax. An attribute that JSON cannot tell from a block is an attribute.
type block struct {
	kind       string
	labels     []string
	attributes map[string]*attribute
	blocks     []*block
	place      check.Place
}

// An attribute is a name and its expression.
type attribute struct {
	raw   hcl.Expression
	place check.Place

	prepared hclsyntax.Expression // nil until it is needed
}

// named returns a key for a block: its labels, with dots between them.
func (b *block) named() string {
	name := ""
	for i, label := range b.labels {
		if i > 0 {
			name += "."
		}
		name += label
	}
	return name
}

// placeOf returns the place of a position in a file.
func placeOf(file string, r hcl.Range) check.Place {
	return check.Place{File: file, Line: r.Start.Line}
}

// nativeBlocks converts the blocks of a file in the native syntax.
func nativeBlocks(body *hclsyntax.Body, file string) (list []*block) {
	for _, b := range body.Blocks {
		list = append(list, nativeBlock(b.Type, b.Labels, b.Body, file, b.TypeRange))
	}
	return list
}

func nativeBlock(kind string, labels []string, body *hclsyntax.Body, file string, at hcl.Range) *block {
	b := &block{kind: kind, labels: labels, place: placeOf(file, at), blocks: nativeBlocks(body, file)}
	b.attributes = make(map[string]*attribute, len(body.Attributes))
	for name, a := range body.Attributes {
		b.attributes[name] = &attribute{raw: a.Expr, place: placeOf(file, a.NameRange)}
	}
	return b
}

// kinds are the blocks that are read.
var kinds = []string{"variable", "locals", "output", "provider", "module", "resource", "data"}

// labelsOf returns the names of the labels of a kind of block; nil for a block that is not read.
func labelsOf(kind string) []string {
	switch kind {
	case "locals":
		return []string{}
	case "resource", "data":
		return []string{"type", "name"}
	case "variable", "output", "provider", "module":
		return []string{"name"}
	}
	return nil
}

// jsonBlocks converts the blocks of a file in JSON.
func jsonBlocks(body hcl.Body, file string) (list []*block, diagnostics hcl.Diagnostics) {
	schema := &hcl.BodySchema{}
	for _, kind := range kinds {
		schema.Blocks = append(schema.Blocks, hcl.BlockHeaderSchema{Type: kind, LabelNames: labelsOf(kind)})
	}
	content, _, diagnostics := body.PartialContent(schema)
	for _, found := range content.Blocks {
		b := &block{kind: found.Type, labels: found.Labels, place: placeOf(file, found.DefRange)}
		attributes, more := found.Body.JustAttributes()
		diagnostics = append(diagnostics, more...)
		b.attributes = make(map[string]*attribute, len(attributes))
		for name, a := range attributes {
			if name == dynamicBlock && b.kind == "resource" {
				b.blocks = append(b.blocks, jsonDynamic(a.Expr, file)...)
				continue
			}
			b.attributes[name] = &attribute{raw: a.Expr, place: placeOf(file, a.NameRange)}
		}
		list = append(list, b)
	}
	return list, diagnostics
}

// dynamicBlock is the type of a block that stands for any number of others.
const dynamicBlock = "dynamic"

// jsonDynamic converts the dynamic blocks of a resource in JSON.
func jsonDynamic(x hcl.Expression, file string) (list []*block) {
	kinds, _ := hcl.ExprMap(x)
	for _, pair := range kinds {
		kind, _ := pair.Key.Value(nil)
		of := jsonBlock(dynamicBlock, pair.Value, file)
		of.labels = []string{text(kind)}
		if content := of.attributes["content"]; content != nil {
			delete(of.attributes, "content")
			of.blocks = append(of.blocks, jsonBlock("content", content.raw, file))
		}
		list = append(list, of)
	}
	return list
}

// jsonBlock converts an object of JSON that is a block.
func jsonBlock(kind string, x hcl.Expression, file string) *block {
	b := &block{kind: kind, place: placeOf(file, x.Range()), attributes: map[string]*attribute{}}
	pairs, _ := hcl.ExprMap(x)
	for _, pair := range pairs {
		key, _ := pair.Key.Value(nil)
		b.attributes[text(key)] = &attribute{raw: pair.Value, place: placeOf(file, pair.Key.Range())}
	}
	return b
}

// parse parses a file. Its name is what messages call it.
func parse(name string, data []byte, isJSON bool) ([]*block, hcl.Diagnostics) {
	if isJSON {
		file, diagnostics := hcljson.Parse(data, name)
		if diagnostics.HasErrors() {
			return nil, diagnostics
		}
		return jsonBlocks(file.Body, name)
	}
	file, diagnostics := hclsyntax.ParseConfig(data, name, hcl.InitialPos)
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	return nativeBlocks(file.Body.(*hclsyntax.Body), name), nil
}

// override changes a block as an override file says: its attributes replace those of the block, and its nested blocks
// all blocks of their types.
func (b *block) override(by *block) {
	for name, a := range by.attributes {
		b.attributes[name] = a
	}
	replaced := map[string]bool{}
	for _, inner := range by.blocks {
		replaced[inner.shape()] = true
	}
	b.blocks = slices.DeleteFunc(b.blocks, func(inner *block) bool { return replaced[inner.shape()] })
	b.blocks = append(b.blocks, by.blocks...)
}

// shape returns the type of the block that a nested block makes.
func (b *block) shape() string {
	if b.kind == dynamicBlock && len(b.labels) > 0 {
		return b.labels[0]
	}
	return b.kind
}

// firstError returns the first error of a file; nil if there is none.
func firstError(diagnostics hcl.Diagnostics) *hcl.Diagnostic {
	errors := slices.DeleteFunc(slices.Clone(diagnostics), func(d *hcl.Diagnostic) bool {
		return d.Severity != hcl.DiagError
	})
	if len(errors) == 0 {
		return nil
	}
	return slices.MinFunc(errors, func(a, b *hcl.Diagnostic) int { return cmp.Compare(lineOf(a), lineOf(b)) })
}

// lineOf returns the line of a fault; 1 if it has none.
func lineOf(d *hcl.Diagnostic) int {
	if d.Subject == nil {
		return 1
	}
	return d.Subject.Start.Line
}

// parseValues parses a file with values for variables.
func parseValues(name string, data []byte, isJSON bool) (hcl.Attributes, hcl.Diagnostics) {
	var file *hcl.File
	var diagnostics hcl.Diagnostics
	if isJSON {
		file, diagnostics = hcljson.Parse(data, name)
	} else {
		file, diagnostics = hclsyntax.ParseConfig(data, name, hcl.InitialPos)
	}
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	return file.Body.JustAttributes()
}
