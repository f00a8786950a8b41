terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "x"
  secret_key                  = "x"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

locals {
  functions = toset(["api", "alarm", "both", "log", "image", "night", "off", "order", "plain", "thing", "upload", "door"])
}

resource "aws_lambda_function" "f" {
  for_each      = local.functions
  function_name = each.key
  role          = "arn:aws:iam::123456789012:role/lambda"
  handler       = "index.handler"
  runtime       = "python3.13"
  filename      = "main.tf"
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.f["order"].function_name
  function_version = "$LATEST"
}

# An API waits for the answer.
resource "aws_lambda_permission" "api" {
  for_each      = toset(["api", "both"])
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f[each.key].function_name
  principal     = "apigateway.amazonaws.com"
}

# A bucket does not.
resource "aws_s3_bucket" "uploads" {
  bucket = "uploads"
}

resource "aws_lambda_permission" "uploads" {
  for_each      = toset(["both", "upload"])
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f[each.key].arn
  principal     = "s3.amazonaws.com"
  source_arn    = aws_s3_bucket.uploads.arn
}

resource "aws_s3_bucket_notification" "uploads" {
  bucket = aws_s3_bucket.uploads.id
  lambda_function {
    lambda_function_arn = aws_lambda_function.f["upload"].arn
    events              = ["s3:ObjectCreated:*"]
  }
  lambda_function {
    lambda_function_arn = aws_lambda_function.f["image"].arn
    events              = ["s3:ObjectCreated:*"]
    filter_suffix       = ".png"
  }
}

# A topic invokes an alias, and fills a queue.
module "topics" {
  source    = "./topics"
  endpoints = { lambda = aws_lambda_alias.live.arn, sqs = aws_sqs_queue.jobs.arn }
}

resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}

# A rule that is on, and one that is off.
resource "aws_cloudwatch_event_rule" "night" {
  for_each            = { night = "ENABLED", off = "DISABLED" }
  name                = each.key
  schedule_expression = "rate(1 day)"
  state               = each.value
}

resource "aws_cloudwatch_event_target" "night" {
  for_each = aws_cloudwatch_event_rule.night
  rule     = each.value.name
  arn      = aws_lambda_function.f[each.key].arn
}

resource "aws_lambda_permission" "off" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f["off"].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.night["off"].arn
}

resource "aws_scheduler_schedule" "plain" {
  name                = "plain"
  schedule_expression = "rate(1 hour)"
  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = aws_lambda_function.f["plain"].arn
    role_arn = "arn:aws:iam::123456789012:role/scheduler"
  }
}

resource "aws_cloudwatch_log_subscription_filter" "log" {
  name            = "log"
  log_group_name  = "/app"
  filter_pattern  = ""
  destination_arn = aws_lambda_function.f["log"].arn
}

# IoT invokes for a rule, and asks an authorizer.
resource "aws_iot_topic_rule" "thing" {
  name        = "thing"
  enabled     = true
  sql         = "SELECT * FROM 'topic'"
  sql_version = "2016-03-23"
  lambda {
    function_arn = aws_lambda_function.f["thing"].arn
  }
}

resource "aws_lambda_permission" "thing" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f["thing"].function_name
  principal     = "iot.amazonaws.com"
  source_arn    = aws_iot_topic_rule.thing.arn
}

resource "aws_iot_authorizer" "door" {
  name                    = "door"
  authorizer_function_arn = aws_lambda_function.f["door"].arn
  signing_disabled        = true
}

resource "aws_lambda_permission" "door" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f["door"].function_name
  principal     = "iot.amazonaws.com"
  source_arn    = aws_iot_authorizer.door.arn
}

resource "aws_lambda_permission" "alarm" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f["alarm"].function_name
  principal     = "lambda.alarms.cloudwatch.amazonaws.com"
}
