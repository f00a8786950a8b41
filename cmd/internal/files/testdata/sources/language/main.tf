terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region                      = var.region
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_region_validation      = true
}

variable "region" {
  type = string
}
variable "stage" {
  default = "dev"
}
variable "scale" {
  type    = number
  default = 1
}
variable "functions" {
  type = map(object({
    memory   = optional(number, 256)
    reserved = optional(number)
    arch     = optional(string, "x86_64")
    timeout  = optional(number, 10)
    queues   = optional(list(object({ name = string, most = optional(number, 5) })), [])
  }))
}
variable "labels" {
  type     = list(string)
  nullable = false
  default  = ["blue", "green", "blue"]
}
variable "secret" {
  type      = string
  default   = "hush"
  sensitive = true
}

locals {
  prefix   = "${var.stage}-${lower("APP")}"
  names    = { for key, f in var.functions : key => format("%s-%s", local.prefix, key) }
  large    = [for key, f in var.functions : key if f.memory > 500]
  queues   = flatten([for key, f in var.functions : [for q in f.queues : merge(q, { owner = key })]])
  by_name  = { for q in local.queues : "${q.owner}/${q.name}" => q... }
  total    = sum([for f in var.functions : f.memory])
  settings = jsondecode(templatefile("${path.module}/templates/settings.tftpl", { units = 5 * var.scale, list = [1, 2, 3] }))
  yaml     = yamldecode(file("${path.module}/templates/settings.yaml"))
  unique   = distinct(var.labels)
  choice   = try(local.settings.missing, local.settings.units, 0)
  known    = can(regex("^d", var.stage)) ? 7 : 8
  zipped   = zipmap(["a", "b"], [10, 20])
  nested   = lookup({ dev = { pc = 3 }, prod = { pc = 30 } }, var.stage, { pc = 1 }).pc
}

resource "aws_iam_role" "r" {
  name = "role"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_lambda_function" "each" {
  for_each                       = var.functions
  function_name                  = local.names[each.key]
  role                           = aws_iam_role.r.arn
  filename                       = "f.zip"
  handler                        = "index.handler"
  runtime                        = "python3.12"
  memory_size                    = each.value.memory
  timeout                        = each.value.timeout
  architectures                  = [each.value.arch]
  publish                        = contains(local.large, each.key)
  reserved_concurrent_executions = coalesce(each.value.reserved, -1)

  dynamic "ephemeral_storage" {
    for_each = each.value.memory > 500 ? [each.value.memory * 2] : []
    content {
      size = ephemeral_storage.value
    }
  }
  dynamic "snap_start" {
    for_each = { for a in [each.value.arch] : a => "PublishedVersions" if a == "x86_64" && each.value.memory > 500 }
    iterator = snap
    content {
      apply_on = snap.value
    }
  }
}

resource "aws_lambda_function" "counted" {
  count                          = length(local.unique) + (var.stage == "dev" ? 1 : 0)
  function_name                  = "${local.prefix}-${element(local.unique, count.index)}-${count.index}"
  role                           = aws_iam_role.r.arn
  filename                       = "f.zip"
  handler                        = "index.handler"
  runtime                        = "python3.12"
  publish                        = true
  memory_size                    = local.total + count.index
  reserved_concurrent_executions = local.settings.units + local.choice + local.known + local.yaml.extra
}

resource "aws_lambda_function" "none" {
  count         = var.stage == "prod" ? 1 : 0
  function_name = "none"
  role          = aws_iam_role.r.arn
  filename      = "f.zip"
  handler       = "index.handler"
  runtime       = "python3.12"
}

resource "aws_lambda_function" "overridden" {
  function_name                  = "plain"
  role                           = aws_iam_role.r.arn
  filename                       = "f.zip"
  handler                        = "index.handler"
  runtime                        = "python3.12"
  memory_size                    = 128
  reserved_concurrent_executions = local.zipped["b"]
  ephemeral_storage {
    size = 600
  }
}

resource "aws_lambda_function" "hashed" {
  function_name = join("-", [local.prefix, substr(sha256(nonsensitive(var.secret)), 0, 6), replace("a.b", ".", "_")])
  role          = aws_iam_role.r.arn
  filename      = "f.zip"
  handler       = "index.handler"
  runtime       = "python3.12"
  memory_size   = max(128, min(1024, 300), pow(2, 8), ceil(300.2))
  timeout       = tonumber("12")
}

resource "aws_lambda_alias" "live" {
  for_each         = toset(local.large)
  name             = trimsuffix("live-x", "-x")
  function_name    = aws_lambda_function.each[each.value].function_name
  function_version = aws_lambda_function.each[each.key].version
}

resource "aws_lambda_provisioned_concurrency_config" "pc" {
  for_each                          = aws_lambda_alias.live
  function_name                     = each.value.function_name
  qualifier                         = each.value.name
  provisioned_concurrent_executions = local.nested
}

resource "aws_lambda_event_source_mapping" "queue" {
  for_each         = local.by_name
  event_source_arn = "arn:aws:sqs:${var.region}:123456789012:${each.value[0].name}"
  function_name    = aws_lambda_function.each[each.value[0].owner].arn
  scaling_config {
    maximum_concurrency = each.value[0].most
  }
}
