provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_region_validation      = true
}

resource "aws_iam_role" "r" {
  name_prefix        = "role"
  assume_role_policy = "{}"
}

locals {
  suffix = aws_iam_role.r.unique_id
}

resource "aws_lambda_function" "secret" {
  function_name                  = "named-${local.suffix}"
  role                           = aws_iam_role.r.arn
  filename                       = "f.zip"
  handler                        = "index.handler"
  runtime                        = "python3.12"
  publish                        = true
  reserved_concurrent_executions = 30
}

resource "aws_lambda_function" "open" {
  function_name                  = "open"
  role                           = aws_iam_role.r.arn
  filename                       = "f.zip"
  handler                        = "index.handler"
  runtime                        = "python3.12"
  reserved_concurrent_executions = length(local.suffix)
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.secret.function_name
  function_version = aws_lambda_function.secret.version
  routing_config {
    additional_version_weights = { "2" = 0.1 }
  }
}

resource "aws_appautoscaling_target" "t" {
  service_namespace  = "lambda"
  resource_id        = "function:${aws_lambda_alias.live.function_name}:${aws_lambda_alias.live.name}"
  scalable_dimension = "lambda:function:ProvisionedConcurrency"
  min_capacity       = 5
  max_capacity       = 50
}

resource "aws_appautoscaling_policy" "p" {
  name               = "track"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.t.service_namespace
  resource_id        = aws_appautoscaling_target.t.resource_id
  scalable_dimension = aws_appautoscaling_target.t.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value       = 0.7
    scale_out_cooldown = 60
    predefined_metric_specification {
      predefined_metric_type = "LambdaProvisionedConcurrencyUtilization"
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "s" {
  name               = "morning"
  service_namespace  = aws_appautoscaling_target.t.service_namespace
  resource_id        = aws_appautoscaling_target.t.resource_id
  scalable_dimension = aws_appautoscaling_target.t.scalable_dimension
  schedule           = "cron(0 8 * * ? *)"
  timezone           = "Europe/Berlin"
  scalable_target_action {
    min_capacity = 20
    max_capacity = 60
  }
}

resource "aws_kinesis_stream" "events" {
  name        = "events"
  shard_count = 4
}

resource "aws_lambda_event_source_mapping" "events" {
  event_source_arn       = aws_kinesis_stream.events.arn
  function_name          = aws_lambda_function.open.arn
  starting_position      = "LATEST"
  parallelization_factor = 2
}

resource "aws_lambda_function_url" "u" {
  function_name      = aws_lambda_function.open.function_name
  authorization_type = "NONE"
}
