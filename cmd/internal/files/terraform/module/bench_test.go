package module

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// BenchmarkRead reads a root module of 500 calls of a module with a function, an alias and provisioned concurrency. The
// yardstick is HCL's parser, on the same text.
func BenchmarkRead(b *testing.B) {
	var calls strings.Builder
	for i := range 500 {
		fmt.Fprintf(&calls, `
module "f%d" {
  source   = "./f"
  name     = "${local.prefix}-%d"
  settings = { memory = 128 * (%d + 1), units = lookup(local.units, "f%d", 5) }
}
`, i, i, i%10, i)
	}
	const inner = `
variable "name" {}
variable "settings" {
  type = object({ memory = number, units = number, arch = optional(string, "arm64") })
}
resource "aws_lambda_function" "f" {
  function_name = var.name
  memory_size   = var.settings.memory
  architectures = [var.settings.arch]
  publish       = true
}
resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.f.function_name
  function_version = aws_lambda_function.f.version
}
resource "aws_lambda_provisioned_concurrency_config" "pc" {
  function_name                     = aws_lambda_alias.live.function_name
  qualifier                         = aws_lambda_alias.live.name
  provisioned_concurrent_executions = var.settings.units
}
`
	text := "locals {\n  prefix = lower(\"APP\")\n  units  = { f1 = 10, f2 = 20 }\n}\n" + calls.String()
	folder := b.TempDir()
	for name, text := range map[string]string{"main.tf": text, "f/main.tf": inner} {
		if err := os.MkdirAll(folder+"/f", 0o777); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(folder+"/"+name, []byte(text), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		r := record.NewRecorder(folder, "terraform", record.Options{})
		if err := Read(folder, r); err != nil || len(r.Functions) != 500 {
			b.Fatal(err, len(r.Functions))
		}
	}
	read := b.Elapsed() / time.Duration(b.N)
	const rounds = 10
	begin := time.Now()
	for range rounds {
		if _, d := hclsyntax.ParseConfig([]byte(text), "main.tf", hcl.InitialPos); d.HasErrors() {
			b.Fatal(d)
		}
	}
	b.ReportMetric(float64(read)/float64(time.Since(begin)/rounds), "×parse")
}
