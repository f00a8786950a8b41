package module

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// reserving returns a function whose reserved concurrency is an expression.
func reserving(units string) string {
	return fmt.Sprintf("resource \"aws_lambda_function\" \"f\" {\n  function_name = \"f\"\n"+
		"  reserved_concurrent_executions = %s\n}\n", units)
}

// doubled returns local values, each of which has the one before twice.
func doubled(last int, form string) string {
	var b strings.Builder
	b.WriteString("locals {\n  a0 = \"0123456789012345678901234567890123456789012345678901234567890123\"\n")
	for i := range last {
		fmt.Fprintf(&b, "  a%d = "+form+"\n", i+1, i, i)
	}
	return b.String() + "}\n"
}

// TestHostile reads sources that are made to take long, to take much memory, or to read what they must not. Each is
// refused with words, or the value is unknown.
func TestHostile(t *testing.T) {
	const tooMuch = "evaluating the sources takes more work than lambdacap does"
	loop := "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]"
	for name, c := range map[string]struct{ text, want string }{
		"brackets":                {reserving(strings.Repeat("[", 60_000)), "nested too deeply"},
		"operators":               {reserving(strings.Repeat("!", 60_000) + "true"), "nested too deeply"},
		"sums":                    {reserving(strings.Repeat("1+", 60_000) + "1"), "nested too deeply"},
		"conditions":              {reserving(strings.Repeat("true?1:", 60_000) + "1"), "nested too deeply"},
		"blocks":                  {strings.Repeat("a {\n", 60_000), "nested too deeply"},
		"templates":               {reserving(strings.Repeat(`"${`, 60_000)), "nested too deeply"},
		"conditions in templates": {reserving(`"` + strings.Repeat("%{if true}", 60_000) + `"`), "nested too deeply"},
		"loops":                   {reserving("length(" + loop + ")"), tooMuch},
		"texts":                   {doubled(60, `"${local.a%d}${local.a%d}"`) + reserving("length(local.a60)"), tooMuch},
		"lists": {doubled(60, `[local.a%d, local.a%d]`) + reserving("length(jsonencode(local.a60))"),
			tooMuch},
		"pairs": {reserving(`length(distinct(flatten([for a in range(1000) : [for b in range(20) : "${a}/${b}"]])))`),
			tooMuch},
		"products":        {reserving("length(setproduct(range(1000), range(1000), range(1000)))"), "more items"},
		"widths":          {reserving(`length(format("%999999999d", 1))`), "wider than"},
		"indents":         {reserving(`length(indent(999999999, "a\nb"))`), "wider than"},
		"numbers":         {reserving("length(tostring(1e999999999))"), "the number is too large"},
		"numbers in text": {reserving(`length(jsonencode(jsondecode("[1e999999999]")))`), ""},
		"count": {"resource \"aws_lambda_function\" \"f\" {\n  count = 1000000000\n}",
			"1,000,000,000 instances"},
		"for_each": {"resource \"aws_lambda_function\" \"f\" {\n  for_each = toset([for a in setproduct(range(300), " +
			"range(300)) : jsonencode(a)])\n}", tooMuch},
		"a chain": {doubled(5_000, `local.a%d == local.a%[2]d ? 1 : 2`) + reserving("local.a5000"), "deep"},
		"a circle": {"locals {\n  a = local.b\n  b = [local.a]\n}\n" + reserving("local.a[0]"),
			"main.tf:2: local.a depends on itself: local.a needs local.b needs local.a"},
		"a circle of resources": {"resource \"aws_lambda_function\" \"f\" {\n  count = length(aws_lambda_function.f)\n}",
			"aws_lambda_function.f depends on itself"},
		"itself":  {"module \"m\" {\n  source = \"./\"\n}", "the module calls itself"},
		"no text": {"\xff\xfe{", "not valid Terraform"},
		"a zero":  {"a = \"\x00\"", ""},
		"an address": {"resource \"aws_lambda_function\" \"f\" {\n  for_each = toset([\"a\\\"]::x\"])\n" +
			"  function_name = \"n\"\n}", "n "},
	} {
		t.Run(name, func(t *testing.T) {
			write(t, map[string]string{"main.tf": c.text})
			if got := outline(record.Options{}); !strings.Contains(got, c.want) {
				t.Errorf("%s, want %s", got[:min(len(got), 600)], c.want)
			}
		})
	}
}

// TestModulesThatMultiply checks that modules that each call the next one twice end.
func TestModulesThatMultiply(t *testing.T) {
	files := map[string]string{}
	for i := range 30 {
		call := fmt.Sprintf("{\n  source = \"./m%d\"\n}\n", i)
		if i > 0 {
			call = fmt.Sprintf("{\n  source = \"../m%d\"\n}\n", i)
		}
		folder := ""
		if i > 0 {
			folder = fmt.Sprintf("m%d/", i-1)
		}
		files[folder+"main.tf"] = "module \"a\" " + call + "module \"b\" " + call
	}
	files["m29/main.tf"] = reserving("1")
	write(t, files)
	if got := outline(record.Options{}); !strings.Contains(got, "the modules have more than 20,000 instances") {
		t.Error(got[:min(len(got), 300)])
	}
}

// TestLinks checks that nothing is read through links that lead out of the folder, and that a pipe is not waited for.
func TestLinks(t *testing.T) {
	outside := t.TempDir()
	for name, text := range map[string]string{"secret.txt": "secret", "main.tf": reserving("66")} {
		if err := os.WriteFile(filepath.Join(outside, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	const call = "module \"m\" {\n  source = \"./linked\"\n}"
	write(t, map[string]string{"main.tf": reserving(`length(file("link.txt"))`) + call, "inside.txt": "abc"})
	for name, to := range map[string]string{"link.txt": filepath.Join(outside, "secret.txt"), "linked": outside,
		"other.tf": filepath.Join(outside, "main.tf")} {
		if err := os.Symlink(to, name); err != nil {
			t.Skip(err)
		}
	}
	const refused = "it is a link that leads out of the folder, and so is not followed"
	if got := outline(record.Options{}); got != "other.tf: cannot be read: "+refused+"; "+planRemedy {
		t.Error(got)
	}
	if err := os.Remove("other.tf"); err != nil {
		t.Fatal(err)
	}
	const want = "reserved_concurrent_executions of f: the file link.txt is not read: " + refused
	if got := outline(record.Options{}); strings.Contains(got, "66") || !strings.Contains(got, want) ||
		!strings.Contains(got, "unknown what module.m has of the account: linked: "+refused) {
		t.Error(got)
	}
	if err := os.Remove("link.txt"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("inside.txt", "link.txt"); err != nil {
		t.Fatal(err)
	}
	if got := outline(record.Options{}); !strings.Contains(got, "f reserved=3") {
		t.Error(got)
	}
}

// FuzzRead reads any text as the sources of a root module. It must end, with an error or with functions.
func FuzzRead(f *testing.F) {
	for _, pattern := range []string{"../../testdata/terraform/*.tf", "../../testdata/sources/*/*.tf*", "*.tf"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			f.Fatal(names, err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data, strings.HasSuffix(name, ".json"))
		}
	}
	f.Add([]byte("module \"m\" {\n  source = \"terraform-aws-modules/lambda/aws\"\n  timeout = var.x\n}"), false)
	f.Add([]byte(reserving("try([for k, v in { a = 1 } : v][*], null)")), false)
	f.Fuzz(func(t *testing.T, data []byte, isJSON bool) {
		name := "main.tf"
		if isJSON {
			name += ".json"
		}
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
		r := record.NewRecorder(folder, "terraform", record.Options{})
		if err := Read(folder, r); err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
	})
}
