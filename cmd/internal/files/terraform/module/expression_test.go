package module

import (
	"testing"
)

// TestExpressions evaluates expressions. The known values are those of terraform console 1.11.4. It is long because it
// is a table.
func TestExpressions(t *testing.T) {
	const (
		outside = " is outside the module's folder, and so is not read"
		fault   = "unknown: it cannot be evaluated (main.tf:2: "
		uuid    = "unknown: lambdacap does not evaluate the function uuid"
		more    = `
locals {
  map    = { b = 2, a = 1 }
  list   = ["x", "y"]
  object = { n = null, s = "" }
  self   = "local"
}
variable "none" {}
variable "typed" {
  type    = object({ a = optional(string, "d"), b = optional(list(object({ c = optional(number, 4) })), [{}]) })
  default = {}
}
data "aws_region" "r" {}
resource "aws_thing" "t" { name = "n" }
resource "aws_sqs_queue" "q" {
  count = 2
  name  = "q${count.index}"
}
`
	)
	for expression, want := range map[string]string{
		`1 + 2 * 3`:                                                   "7",
		`true ? "a" : "b"`:                                            "a",
		`join("-", local.list)`:                                       "x-y",
		`join("-", keys(local.map))`:                                  "a-b",
		`join("-", values(local.map))`:                                "1-2",
		`coalesce(local.object.n, local.object.s, "c")`:               "c",
		`length(local.list) + length(local.map) + length("abc")`:      "7",
		`lookup(local.map, "z", 9)`:                                   "9",
		`join("", [for k, v in local.map : "${k}${v}"])`:              "a1b2",
		`join("", [for i, v in local.list : "${i}${v}" if v != "x"])`: "1y",
		`{ for v in local.list : v => upper(v) }["y"]`:                "Y",
		`lookup({ a = 1 }, "z", null) == null ? "none" : "some"`:      "none",
		`lookup({ a = data.aws_region.r.name, b = 5 }, "b", null)`:    "5",
		`one(["x", "y"])`:                                             fault + "error in function call)",
		`try(local.map.zzz, "t")`:                                     "t",
		`can(local.map.zzz) ? 1 : 2`:                                  "2",
		`format("%03d-%s", 7, "a")`:                                   "007-a",
		`replace("a.b.c", "/[.]/", "_")`:                              "a_b_c",
		`regex("^(.)", "xyz")[0]`:                                     "x",
		`substr(md5("a"), 0, 4)`:                                      "0cc1",
		`substr(sha1("a"), 0, 4)`:                                     "86f7",
		`base64decode(base64encode("hi"))`:                            "hi",
		`tostring(tonumber("3.50"))`:                                  "3.5",
		`0.1 + 0.2`:                                                   "0.3",
		`10 / 4`:                                                      "2.5",
		`1e3`:                                                         "1000",
		`alltrue([true, true]) ? "all" : "some"`:                      "all",
		`anytrue([]) ? "any" : "no"`:                                  "no",
		`sum([1, 2.5])`:                                               "3.5",
		`max(1, 5, 3)`:                                                "5",
		`element(local.list, 3)`:                                      "y",
		`index(local.list, "y")`:                                      "1",
		`startswith("abc", "ab") ? 1 : 0`:                             "1",
		`strcontains("abc", "bc") ? 1 : 0`:                            "1",
		`join(",", sort(setunion(["b"], ["a"])))`:                     "a,b",
		`join(",", [for p in setproduct(["a"], ["x", "y"]) : join("", p)])`: "ax,ay",
		`join(",", flatten([["a"], [["b"]]]))`:                              "a,b",
		`merge({ a = 1 }, { a = 2 }).a`:                                     "2",
		`jsondecode("{\"a\": [1, 2]}").a[1]`:                                "2",
		`yamldecode("a: {b: true}").a.b ? "yes" : "no"`:                     "yes",
		`jsonencode({ a = 1 }) == "{\"a\":1}" ? 1 : 0`:                      "1",
		`file("inside.txt")`:                                                "inside",
		`templatefile("t.tpl", { a = 5 }) == "<5>" ? 1 : 0`:                 "1",
		`fileexists("nowhere") ? 1 : 0`:                                     "0",
		`basename(path.module)`:                                             ".",
		`terraform.workspace`:                                               "default",
		`var.typed.a`:                                                       "d",
		`var.typed.b[0].c`:                                                  "4",
		`join(",", aws_sqs_queue.q[*].name)`:                                "q0,q1",
		`aws_sqs_queue.q[1].name`:                                           "q1",
		`length(aws_sqs_queue.q)`:                                           "2",
		`nonsensitive(sensitive("s"))`:                                      "s",
		`cidrnetmask("10.0.0.0/20")`:                                        "255.255.240.0",
		`title("ab cd") == "Ab Cd" ? 1 : 0`:                                 "1",
		`range(3)[2]`:                                                       "2",
		`parseint("ff", 16)`:                                                "255",

		`var.none`:                               "unknown: var.none has no value",
		`true || var.none`:                       "true",
		`data.aws_region.r.name`:                 "unknown: data.aws_region.r.name is known only to Terraform",
		`aws_thing.t.name`:                       "unknown: aws_thing.t.name is known only after apply",
		`aws_sqs_queue.q[0].arn`:                 "unknown: aws_sqs_queue.q[0].arn is known only after apply",
		`join(",", keys(aws_sqs_queue.q[0]))`:    "unknown: the sources do not say",
		`uuid()`:                                 uuid,
		`try(uuid(), "wrong")`:                   uuid,
		`provider::aws::f("x")`:                  "unknown: lambdacap does not evaluate the function provider::aws::f",
		`local.nowhere`:                          "unknown: there is no local.nowhere",
		`var.nowhere`:                            "unknown: there is no var.nowhere",
		`aws_no.where.name`:                      "unknown: there is no aws_no.where",
		`module.nowhere.name`:                    "unknown: there is no module nowhere",
		`each.key`:                               "unknown: each.key has no meaning here",
		`path.cwd`:                               "unknown: path.cwd depends on the machine",
		`local.map.zzz`:                          fault + "unsupported attribute)",
		`file("../outside")`:                     "unknown: the file ../outside" + outside,
		`file("/etc/passwd")`:                    "unknown: the file /etc/passwd" + outside,
		`try(templatefile("../x", {}), "wrong")`: "unknown: the file ../x" + outside,
	} {
		t.Run(expression, func(t *testing.T) {
			if got := value(t, expression, more); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}
