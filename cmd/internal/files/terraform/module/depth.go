package module

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

const (
	// maxDepth limits how deep a file may nest, in operators. The parser and the evaluation call themselves for each
	// level, and a stack that overflows ends the program.
	maxDepth = 10_000
	// bracketDepth is how many operators a bracket counts for.
	bracketDepth = 20
)

// An effect is what a token does to the depth of an expression.
type effect int

const (
	flat   effect = iota
	deeper        // it continues one level deeper
	opens         // it begins a level
	closes        // it ends a level
	parts         // it begins a new expression in the same level
)

func effectOf(token hclsyntax.TokenType) effect {
	switch token {
	case hclsyntax.TokenPlus, hclsyntax.TokenMinus, hclsyntax.TokenStar, hclsyntax.TokenSlash, hclsyntax.TokenPercent,
		hclsyntax.TokenAnd, hclsyntax.TokenOr, hclsyntax.TokenBang, hclsyntax.TokenQuestion, hclsyntax.TokenDot,
		hclsyntax.TokenEqualOp, hclsyntax.TokenNotEqual, hclsyntax.TokenLessThan, hclsyntax.TokenLessThanEq,
		hclsyntax.TokenGreaterThan, hclsyntax.TokenGreaterThanEq:
		return deeper
	case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOQuote,
		hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
		return opens
	case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote,
		hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
		return closes
	case hclsyntax.TokenComma, hclsyntax.TokenEqual:
		return parts
	}
	return flat
}

// tooDeep returns the line at which tokens nest too deeply, or 0. It looks at the tokens before they are parsed, and
// never counts less than the parser nests.
func tooDeep(tokens hclsyntax.Tokens) int {
	depth := 0
	runs := []int{0} // the operators in a row, by level
	for i, token := range tokens {
		last := len(runs) - 1
		switch effectOf(token.Type) {
		case opens:
			// A control may begin an inner template, and an index may follow on an index.
			if token.Type == hclsyntax.TokenTemplateControl ||
				token.Type == hclsyntax.TokenOBrack && i > 0 && tokens[i-1].Type == hclsyntax.TokenCBrack {
				depth++
				runs[last]++
			}
			depth += bracketDepth
			runs = append(runs, 0)
		case closes:
			if last > 0 {
				depth -= bracketDepth + runs[last]
				runs = runs[:last]
			}
		case deeper:
			depth++
			runs[last]++
		case parts:
			depth -= runs[last]
			runs[last] = 0
		}
		if depth > maxDepth {
			return token.Range.Start.Line
		}
	}
	return 0
}

// maxLines limits the lines of all long texts in a file: HCL compares each line of a text with all before.
const maxLines = 8000

// tooLong returns the line of a text with too many lines, or 0.
func tooLong(tokens hclsyntax.Tokens) int {
	begin, lines, compared := 0, 0, 0
	for i, token := range tokens {
		switch token.Type {
		case hclsyntax.TokenOHeredoc, hclsyntax.TokenOQuote:
			begin, lines = i, 0
		case hclsyntax.TokenStringLit, hclsyntax.TokenQuotedLit:
			lines++
			if compared += lines; compared > maxLines*maxLines/2 {
				return tokens[begin].Range.Start.Line
			}
		}
	}
	return 0
}

const (
	isTooDeep = "this is nested too deeply"
	isTooLong = "this text has too many lines"
)

// tooComplex returns the line and the reason why a file is not parsed; 0 if nothing is against it.
func tooComplex(data []byte, isJSON bool) (line int, why string) {
	if isJSON {
		return tooDeepJSON(data), isTooDeep
	}
	if isSimple(data) {
		return 0, ""
	}
	tokens, _ := hclsyntax.LexConfig(data, "", hcl.InitialPos)
	return tooComplexTokens(tokens)
}

// isSimple reports whether a file has so little in it that it can be neither too deep nor too long, wherever that is.
// Most files are simple, and counting bytes takes much less time than finding tokens.
func isSimple(data []byte) bool {
	depth, lines := 0, 0
	for i, c := range data {
		switch c {
		case '{', '[', '(':
			depth += bracketDepth
		case '$', '%': // of a template, in which a text may begin
			if i+1 < len(data) && data[i+1] == '{' {
				depth += bracketDepth + 1
			}
			depth++
			lines++
		case '+', '-', '*', '/', '&', '|', '!', '?', '.', '=', '<', '>':
			depth++
		case '\n':
			lines++
		}
	}
	return depth+bracketDepth < maxDepth && lines < maxLines
}

func tooComplexTokens(tokens hclsyntax.Tokens) (line int, why string) {
	if line := tooDeep(tokens); line > 0 {
		return line, isTooDeep
	}
	return tooLong(tokens), isTooLong
}

// tooComplexTemplate reports whether a template is not parsed.
func tooComplexTemplate(template string) bool {
	tokens, _ := hclsyntax.LexTemplate([]byte(template), "", hcl.InitialPos)
	line, _ := tooComplexTokens(tokens)
	return line > 0
}

// tooDeepJSON is tooDeep for JSON, where only brackets nest.
func tooDeepJSON(data []byte) int {
	depth, line, quoted := 0, 1, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '\n':
			line++
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth += bracketDepth; depth > maxDepth {
				return line
			}
		case c == '}' || c == ']':
			depth -= bracketDepth
		}
	}
	return 0
}
