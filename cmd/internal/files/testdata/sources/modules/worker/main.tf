variable "name" {}
variable "alarm_for" {}
variable "alarm_units" {}
variable "environments" {
  type = list(number)
}

resource "aws_sqs_queue" "jobs" {
  name                       = "${var.name}-jobs"
  visibility_timeout_seconds = 60
}

resource "aws_lambda_function" "this" {
  function_name                  = "${var.name}-of-${var.alarm_for}"
  role                           = "arn:aws:iam::123456789012:role/r"
  filename                       = "f.zip"
  handler                        = "index.handler"
  runtime                        = "python3.12"
  timeout                        = 120
  reserved_concurrent_executions = var.alarm_units + sum(var.environments)
}

resource "aws_lambda_event_source_mapping" "jobs" {
  event_source_arn = aws_sqs_queue.jobs.arn
  function_name    = aws_lambda_function.this.arn
  enabled          = length(var.environments) > 0
  scaling_config {
    maximum_concurrency = 12
  }
}

output "arn" {
  value = aws_lambda_function.this.arn
}
