resource "aws_lambda_function" "overridden" {
  memory_size = 1024
  ephemeral_storage {
    size = 2048
  }
}
locals {
  known = 9
}
