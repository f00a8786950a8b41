provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_region_validation      = true
}

variable "names" {
  default = ["one", "two"]
}

module "api" {
  source   = "./api"
  for_each = toset(var.names)
  name     = "api-${each.key}"
  settings = { units = each.key == "one" ? 10 : 20 }
}

module "worker" {
  source       = "./worker"
  count        = 2
  name         = "worker-${count.index}"
  alarm_for    = module.api["one"].name
  alarm_units  = module.api["two"].settings.units
  environments = [for m in module.api : m.settings.units]
}

resource "aws_lambda_provisioned_concurrency_config" "pc" {
  for_each                          = module.api
  function_name                     = each.value.name
  qualifier                         = each.value.alias
  provisioned_concurrent_executions = module.api[each.key].settings.units
}

output "arns" {
  value = [for m in module.worker : m.arn]
}
