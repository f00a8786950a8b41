variable "name" {}
variable "memory" {}
variable "reserved" {}

resource "aws_lambda_function" "this" {
  function_name                  = var.name
  role                           = "arn:aws:iam::123456789012:role/r"
  filename                       = "f.zip"
  handler                        = "index.handler"
  runtime                        = "python3.12"
  publish                        = true
  memory_size                    = var.memory
  reserved_concurrent_executions = var.reserved
}

output "function" {
  value = aws_lambda_function.this
}
