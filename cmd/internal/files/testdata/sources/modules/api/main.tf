variable "name" {
  type = string
}
variable "settings" {
  type = object({ units = number, memory = optional(number, 512) })
}

module "inner" {
  source   = "./inner"
  name     = "${var.name}-f"
  memory   = var.settings.memory
  reserved = var.settings.units * 2
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = module.inner.function.function_name
  function_version = module.inner.function.version
}

output "name" {
  value = module.inner.function.function_name
}
output "alias" {
  value = aws_lambda_alias.live.name
}
output "settings" {
  value = var.settings
}
