package module

import (
	"bytes"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// A comment is a comment that accepts a finding.
type comment = record.Acceptance

// findComments finds the comments of a file that accept findings. A comment on a line of its own is about the next line
// that is not a comment.
func findComments(name string, data []byte) (found []comment) {
	if !bytes.Contains(data, []byte(record.AcceptMark)) {
		return nil
	}
	tokens, _ := hclsyntax.LexConfig(data, name, hcl.InitialPos)
	waiting := 0 // how many of the last ones are about the next line
	line := 0    // of the last token that is not a comment
	for _, token := range tokens {
		at := token.Range.Start.Line
		switch {
		case token.Type == hclsyntax.TokenNewline:
			continue
		case token.Type != hclsyntax.TokenComment:
			for i := len(found) - waiting; i < len(found); i++ {
				found[i].Place.Line = at
			}
			waiting, line = 0, token.Range.End.Line
			continue
		}
		text := strings.TrimLeft(string(token.Bytes), "#/* ")
		rest, ok := strings.CutPrefix(strings.TrimSpace(strings.TrimSuffix(text, "*/")), record.AcceptMark)
		if !ok {
			continue
		}
		found = append(found, record.Accept(rest, check.Place{File: name, Line: at}, check.Place{File: name, Line: at}))
		if at != line {
			waiting++
		}
	}
	return found
}
