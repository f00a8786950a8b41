package module

import (
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record/recordtest"
)

// TestLambdaModule reads calls of terraform-aws-modules/lambda/aws, which is not on this machine. It is long because it
// has them in full.
func TestLambdaModule(t *testing.T) {
	write(t, map[string]string{"main.tf": `
module "api" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "~> 8.0"

  function_name                     = "api"
  publish                           = true
  memory_size                       = 1024
  reserved_concurrent_executions    = 50
  provisioned_concurrent_executions = 10
  architectures                     = ["arm64"]
  create_lambda_function_url        = true
  allowed_triggers                  = { gateway = { service = "apigateway" } }
  event_source_mapping = {
    jobs = {
      event_source_arn = "arn:aws:sqs:eu-west-1:123456789012:jobs"
      scaling_config   = { maximum_concurrency = 20 }
    }
  }
}
module "none" {
  source        = "registry.terraform.io/terraform-aws-modules/lambda/aws"
  create        = false
  function_name = "none"
}
module "edge" {
  source         = "terraform-aws-modules/lambda/aws"
  for_each       = toset(["a", "b"])
  function_name  = "edge-${each.key}"
  lambda_at_edge = true
  timeout        = 60
  memory_size    = var.memory
  allowed_triggers = {
    uploads = { principal = "s3.amazonaws.com", source_arn = "arn:aws:s3:::uploads" }
    alarms  = { service = "sns" }
  }
  create_async_event_config    = true
  maximum_event_age_in_seconds = 120
}
module "unknown" {
  source           = "terraform-aws-modules/lambda/aws"
  function_name    = "unknown"
  allowed_triggers = var.triggers
}
variable "triggers" {}
variable "memory" {}
module "network" {
  source = "terraform-aws-modules/vpc/aws"
}
resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = module.api.lambda_function_name
  function_version = module.api.lambda_function_version
}
resource "aws_lambda_function" "other" {
  function_name = "other"
  memory_size   = try(module.api.lambda_role_arn, 128)
  timeout       = module.network.timeout
}
`})
	r := record.NewRecorder(".", "terraform", record.Options{})
	if err := Read(".", r); err != nil {
		t.Fatal(err)
	}
	const want = `other unreserved
api reserved=50 memory=1024 arm64 ephemeral=512 url direct alias(live="new version ` +
		`module.api.aws_lambda_function.this[0]") allocation(new version ` +
		`module.api.aws_lambda_function.this[0]=10) poller(20)
edge-a unreserved ephemeral=512 async poller(? retention 120s)
edge-b unreserved ephemeral=512 async poller(? retention 120s)
unknown unreserved memory=128 ephemeral=512 direct
unknown what module.network has of the account: its source is not on this machine
unknown memory_size of other: module.api.lambda_role_arn is known only after apply
unknown timeout of other: module.network is not read: its source is not on this machine
unknown memory_size of edge-a: var.memory has no value
unknown memory_size of edge-b: var.memory has no value`
	if got := strings.TrimSpace(recordtest.Outline(r.File)); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	for _, f := range r.Functions {
		if line := f.Places.Of(record.KeyReserved).Line; f.Name == "api" && line != 9 {
			t.Errorf("the reservation is in line %d, want that of the input", line)
		}
	}
}

// TestRegions checks that the Region of a function is that of its provider, also inside modules, and that only the
// functions of one are read.
func TestRegions(t *testing.T) {
	const inner = `
terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.second]
    }
  }
}
resource "aws_lambda_function" "first" {
  function_name = "first"
}
resource "aws_lambda_function" "second" {
  provider      = aws.second
  function_name = "second"
}
`
	write(t, map[string]string{"m/main.tf": inner, "main.tf": `
variable "region" {
  default = "us-west-2"
}
provider "aws" {
  region = "eu-west-1"
}
provider "aws" {
  alias  = "west"
  region = var.region
}
module "m" {
  source    = "./m"
  providers = { aws = aws, aws.second = aws.west }
}
data "aws_region" "west" {
  count    = 1
  provider = aws.west
}
resource "aws_lambda_function" "third" {
  function_name = "third-${data.aws_region.west[0].name}"
  provider      = aws.west
}
resource "aws_lambda_function" "own" {
  function_name = "own"
  region        = "ap-south-1"
}
`})
	for region, want := range map[string]string{"": "third-us-west-2, second", "eu-west-1": "first", "ap-south-1": "own"} {
		r := record.NewRecorder(".", "terraform", record.Options{Region: region})
		if err := Read(".", r); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range r.Functions {
			names = append(names, f.Name)
		}
		if got := strings.Join(names, ", "); got != want || len(r.Unknown) != 2 {
			t.Errorf("%q: %s, want %s; %+v", region, got, want, r.Unknown)
		}
	}
}

// TestInstalled checks that a module that terraform init has fetched is read, but not from outside the root folder.
func TestInstalled(t *testing.T) {
	const calls = "module \"a\" {\n  source = \"x/y/z\"\n}\nmodule \"b\" {\n  source = \"x/y/z\"\n}\n"
	write(t, map[string]string{"main.tf": calls,
		".terraform/modules/modules.json": `{"Modules": [{"Key": "", "Dir": "."}, {"Key": "a", "Dir": ".terraform/modules/a"},
			{"Key": "b", "Dir": "../b"}]}`,
		".terraform/modules/a/main.tf": reserving("7")})
	const want = "f reserved=7 memory=128\nunknown what module.b has of the account: its source is not on this machine"
	if got := outline(record.Options{}); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestUnknownNumbers checks that one instance stands for an unknown number of them.
func TestUnknownNumbers(t *testing.T) {
	write(t, map[string]string{"main.tf": `
variable "on" {}
resource "aws_lambda_function" "f" {
  for_each                       = var.on
  function_name                  = "f"
  memory_size                    = each.value
  reserved_concurrent_executions = 5
  dynamic "snap_start" {
    for_each = var.on
    content {
      apply_on = "PublishedVersions"
    }
  }
}
resource "aws_lambda_alias" "a" {
  count            = length(var.on)
  name             = "live"
  function_name    = aws_lambda_function.f["x"].function_name
  function_version = aws_lambda_function.f["x"].version
}
module "m" {
  count  = var.on ? 1 : 0
  source = "./m"
}
`, "m/main.tf": strings.ReplaceAll(reserving("6"), `"f"`, `"g"`)})
	const want = `f reserved=5 alias(live="$LATEST")
g reserved=6 memory=128
unknown how many aws_lambda_alias.a there are of the account: var.on has no value
unknown how many aws_lambda_function.f there are of the account: var.on has no value
unknown how many module.m there are of the account: var.on has no value
unknown memory_size of f: the number of instances is not known: var.on has no value`
	if got := outline(record.Options{}); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
