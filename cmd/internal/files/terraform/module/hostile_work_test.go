package module

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// many returns a text for each of some numbers, joined.
func many(n int, form string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, form, i)
	}
	return b.String()
}

// TestHostileWork reads sources of which each part is small, and that together are too much work.
func TestHostileWork(t *testing.T) {
	const (
		tooMuch  = "evaluating the sources takes more work than lambdacap does"
		tooLong  = "main.tf:2: this text has too many lines"
		thousand = "locals {\n  a = [for i in range(1000) : i]\n  b = [for i in range(50) : local.a]\n" +
			"  c = [for i in range(1000) : \"${i}\"]\n}\n"
		ten = `join("", [for i in range(1000) : "aaaaaaaaaa"])`
	)
	for name, c := range map[string]struct{ text, want string }{
		"lines":   {"locals {\n  a = <<X\n" + strings.Repeat("x\n", 10_000) + "X\n}\n", tooLong},
		"escapes": {"locals {\n  a = \"" + strings.Repeat("$${", 100_000) + "\"\n}\n", tooLong},
		"templates": {"locals {\n  a = \"" + strings.Repeat("${1}", 60_000) + "\"\n}\n" + reserving("length(local.a)"),
			tooMuch},
		"indexes": {reserving("local.a" + strings.Repeat("[0]", 100_000)), "nested too deeply"},
		"comparisons": {thousand + reserving("length([for x in local.a : [for y in local.a : local.b == local.b]])"),
			tooMuch},
		"tuples": {thousand + reserving("length([for x in local.a : [for y in local.a : [for z in local.a : 1]]])"),
			tooMuch},
		"conversions": {thousand + reserving("length([for x in local.a : sort(local.c)])"), tooMuch},
		"tries":       {reserving(strings.Repeat("try(", 400) + "1" + strings.Repeat(")", 400)), "f reserved=1"},
		"JSON": {reserving(`length(jsondecode(join("", [for i in range(1000) : "[[[[[[[[[[[[[[[[[[[["])))`),
			"the text has more in it than lambdacap reads"},
		"patterns": {reserving(`length(regexall("(a?){1000}(a?){1000}", ` + ten + `))`),
			"searching a text takes more work than lambdacap does"},
		"replacements": {reserving(`length(replace(` + ten + `, "/(a?){1000}(a?){1000}/", "b"))`),
			"searching a text takes more work than lambdacap does"},
		"defaults": {"variable \"x\" {\n  type = list(object({" + many(500, `a%d = optional(string, "x"), `) + "}))\n" +
			"  default = [for i in range(1000) : {}]\n}\n" + reserving("length(var.x)"), tooMuch},
		"blocks": {`resource "aws_lambda_function" "f" {
  function_name = "f"
  dynamic "vpc_config" {
    for_each = range(1000)
    content {
      dynamic "x" {
        for_each = range(1000)
        content {}
      }
    }
  }
}
`, "f "},
		"resources": {"resource \"aws_lambda_function\" \"f\" {\n  count = 5000\n}\n" +
			"locals {\n  a = [" + many(900, "local.b.n%d, ") + "]\n}\n" +
			"resource \"aws_lambda_function\" \"g\" {\n  function_name = jsonencode(aws_lambda_function.f)\n}\n", tooMuch},
		"bytes": {"# " + strings.Repeat("x", maxFileBytes), "main.tf: cannot be read: the file is larger than 1 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			write(t, map[string]string{"main.tf": c.text})
			if got := outline(record.Options{}); !strings.Contains(got, c.want) {
				t.Errorf("%s, want %s", got[:min(len(got), 600)], c.want)
			}
		})
	}
}
