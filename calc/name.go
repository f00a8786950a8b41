package calc

import (
	"strings"

	"github.com/lambdacap/lambdacap/calc/quantity"
)

// maxName is the longest function name that AWS accepts, characters.
const maxName = 170

// CheckName returns nil for the name of a function, and a *quantity.ValueError for any other text. A name consists of
// letters, digits, hyphens, underscores and dots, and may end with :ALIAS or :VERSION. An ARN is also a name.
//
// The name may be known only after deployment. CheckName therefore also accepts what stands for it: a text with
// expressions, such as ${AWS::StackName}-api; the address of a resource, such as module.a["b"].aws_lambda_function.c;
// and a name that occurs in several files, followed by the file, such as "api in b.yaml".
//
// Source: AWS Lambda API reference, FunctionName of ListFunctions and of GetFunction, read 2026-11.
func CheckName(name string) error {
	if isName(name) && len(name) <= maxName || isLabel(name) {
		return nil
	}
	return &quantity.ValueError{Text: name, Problem: "is not a function name",
		Legal: "1 to 170 letters, digits, -, _ and ., with :ALIAS or as an ARN"}
}

// isName reports whether a text has the form of a name or an ARN.
func isName(text string) bool {
	if arn, ok := strings.CutPrefix(text, "arn:"); ok {
		fields := strings.SplitN(arn, ":", 6) // partition, service, Region, account, resource type, name
		if len(fields) < 6 || fields[1] != "lambda" || fields[4] != "function" ||
			!isWord(fields[0]) || !isWord(fields[2]) || !isWord(fields[3]) {
			return false
		}
		text = fields[5]
	}
	name, qualifier, qualified := strings.Cut(text, ":")
	return isWord(name) && (!qualified || qualifier == "$LATEST" || isWord(qualifier))
}

// IsQualifier reports whether a text has the form of a version or an alias: letters, digits, hyphens and underscores.
//
// Source: AWS Lambda API reference, Qualifier of PutProvisionedConcurrencyConfig, read 2026-11.
func IsQualifier(text string) bool { return isWord(text) && !strings.Contains(text, ".") }

func isWord(text string) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case c|0x20 >= 'a' && c|0x20 <= 'z', c >= '0' && c <= '9', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return text != ""
}

// isLabel reports whether a text stands for an unknown name, or is a name followed by its file.
func isLabel(text string) bool {
	if !printable(text) {
		return false
	}
	name, _, _ := strings.Cut(withoutExpressions(text), " in ")
	return name != text && isName(name)
}

// withoutExpressions replaces ${...} and removes [...]. Both may be nested and may contain quoted text.
func withoutExpressions(text string) string {
	var b strings.Builder
	depth, quoted := 0, false
	for i, r := range text {
		switch {
		case quoted:
			quoted = r != '"'
		case depth > 0 && r == '"':
			quoted = true
		case r == '$' && strings.HasPrefix(text[i+1:], "{") && depth == 0:
			b.WriteByte('x')
		case r == '[' || r == '{' && (depth > 0 || strings.HasSuffix(text[:i], "$")):
			depth++
		case depth > 0 && (r == ']' || r == '}'):
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	if depth > 0 {
		return ""
	}
	return b.String()
}
