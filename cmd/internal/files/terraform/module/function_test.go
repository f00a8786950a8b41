package module

import "testing"

// TestFunctions evaluates functions of networks, files and YAML. The known values are those of Terraform 1.11.4.
func TestFunctions(t *testing.T) {
	const decoded = `jsonencode(yamldecode("a: &x [010, 0x1F, 1e3, .5, 1_000, 1:30, 'yes', No]\nb: *x")) == ` +
		`jsonencode({ a = local.x, b = local.x }) ? 1 : 0`
	for expression, want := range map[string]string{
		`cidrsubnet("10.1.2.0/16", 8, 3)`:                                    "10.1.3.0/24",
		`replace(cidrsubnet("fd00:fd12:3456:7890::/56", 16, 162), ":", "_")`: "fd00_fd12_3456_7800_a200__/72",
		`cidrhost("10.12.112.0/20", -1)`:                                     "10.12.127.255",
		`replace(cidrhost("fd00:fd12:3456:7890:00a2::/72", 34), ":", "_")`:   "fd00_fd12_3456_7890__22",
		`join(",", cidrsubnets("10.1.0.0/16", 4, 8, 4))`:                     "10.1.0.0/20,10.1.16.0/24,10.1.32.0/20",
		`try(cidrsubnet("10.0.0.0/30", 3, 1), "no")`:                         "no",
		`try(cidrhost("10.0.0.0/30", 4), "no")`:                              "no",
		`try(cidrsubnets("fd00::/16", 64)[0], "no")`:                         "no",
		`join(",", matchkeys(["a", "b", "c"], ["x", "y", "x"], ["x"]))`:      "a,c",
		`matchkeys(["a", "b"], [1, 2], ["1"])[0]`:                            "a",
		`transpose({ a = ["1", "2"], b = ["2"] })["2"][1]`:                   "b",
		`timecmp("2020-01-01T00:00:00Z", "2020-01-01T01:00:00+01:00")`:       "0",
		`uuidv5("dns", "www.terraform.io")`:                                  "a5008fae-b28c-5ba5-96cd-82b4c53552d6",
		`join(",", fileset(path.module, "{inside,t}.*"))`:                    "inside.txt,t.tpl",
		`join(",", fileset(".", "**/*.tf"))`:                                 "main.tf",
		`join(",", fileset(".", "[!it]*"))`:                                  "main.tf",
		`length(fileset("nowhere", "**"))`:                                   "0",
		`filemd5("inside.txt")`:                                              "335cf4508dd597be4bfc9caa3e08b901",
		`filebase64sha256("inside.txt")`:                                     "EGsIYiSk2UXq4l9744BakxqHMnAybdhosOQfce6f/3I=",
		`core::upper("a")`:                                                   "A",
		`yamldecode("a: true").a ? "yes" : "no"`:                             "yes",
		decoded:                                                              "1",

		`try(yamldecode("a: 2020-01-01"), "wrong").a`: "unknown: the YAML has tags, times or merged keys",
		`1 / 0`:               "unknown: the number is too large",
		`fileset("../", "*")`: "unknown: the folder ../ is outside the module's folder, and so is not listed",
		`join("", [for f in fileset("../", "*") : f])`: "unknown: the folder ../ is outside the module's folder, " +
			"and so is not listed",
		`fileset(".", "..")`: "unknown: the pattern .. is not followed",
	} {
		t.Run(expression, func(t *testing.T) {
			const more = "locals {\n  x = [10, 31, 1000, 0.5, \"1_000\", \"1:30\", \"yes\", false]\n}\n"
			if got := value(t, expression, more); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}
