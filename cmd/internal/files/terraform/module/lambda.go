package module

import (
	_ "embed" // for lambdaSource
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// lambdaSource says what terraform-aws-modules/lambda/aws makes of its inputs.
//
//go:embed lambda.tf
var lambdaSource []byte

// isLambdaModule reports whether a module is the one that most people use for functions. Its source may name the
// registry.
func isLambdaModule(source string) bool {
	host, rest, _ := strings.Cut(source, "/")
	if host == "registry.terraform.io" || host == "registry.opentofu.org" {
		source = rest
	}
	return source == "terraform-aws-modules/lambda/aws"
}

// lambdaModule returns that module.
func lambdaModule(l *loader) *module {
	const folder = "terraform-aws-modules/lambda/aws"
	if m := l.modules[folder]; m != nil {
		return m
	}
	m := newModule(folder)
	m.known = true
	blocks, _ := parse(folder, lambdaSource, false)
	for _, b := range blocks {
		m.add(b, false)
	}
	l.modules[folder] = m
	l.mention(lambdaSource)
	return m
}

// nameOf returns the first name after the root of a reference; empty if there is none.
func nameOf(t hcl.Traversal) string {
	if len(t) > 1 {
		if step, ok := t[1].(hcl.TraverseAttr); ok {
			return step.Name
		}
	}
	return ""
}
