# What terraform-aws-modules/lambda/aws makes of its inputs, as far as lambdacap reads it.

variable "create" {
  default = true
}
variable "create_function" {
  default = true
}
variable "create_layer" {
  default = false
}
variable "putin_khuylo" {
  default = true
}
variable "create_lambda_function_url" {
  default = false
}
variable "create_async_event_config" {
  default = false
}
variable "maximum_event_age_in_seconds" {
  default = null
}
variable "create_unqualified_alias_allowed_triggers" {
  default = true
}
variable "create_current_version_allowed_triggers" {
  default = true
}
variable "allowed_triggers" {
  default = {}
}
variable "region" {
  default = null
}
variable "function_name" {
  default = ""
}
variable "runtime" {
  default = ""
}
variable "package_type" {
  default = "Zip"
}
variable "memory_size" {
  default = 128
}
variable "timeout" {
  default = 3
}
variable "reserved_concurrent_executions" {
  default = -1
}
variable "provisioned_concurrent_executions" {
  default = -1
}
variable "publish" {
  default = false
}
variable "lambda_at_edge" {
  default = false
}
variable "snap_start" {
  default = false
}
variable "architectures" {
  default = null
}
variable "ephemeral_storage_size" {
  default = 512
}
variable "file_system_arn" {
  default = null
}
variable "file_system_local_mount_path" {
  default = null
}
variable "tenant_isolation_mode" {
  default = false
}
variable "managed_instances_capacity_provider_arn" {
  default = null
}
variable "event_source_mapping" {
  default = {}
}

locals {
  create = var.create && var.putin_khuylo && var.create_function && !var.create_layer
}

resource "aws_lambda_function" "this" {
  count                          = local.create ? 1 : 0
  region                         = var.region
  function_name                  = var.function_name
  memory_size                    = var.memory_size
  timeout                        = var.lambda_at_edge ? min(var.timeout, 30) : var.timeout
  reserved_concurrent_executions = var.reserved_concurrent_executions
  publish                        = var.lambda_at_edge || var.snap_start ? true : var.publish
  architectures                  = var.architectures
  runtime                        = var.package_type != "Zip" ? null : var.runtime

  dynamic "ephemeral_storage" {
    for_each = var.ephemeral_storage_size == null ? [] : [true]
    content {
      size = var.ephemeral_storage_size
    }
  }
  dynamic "snap_start" {
    for_each = var.snap_start ? [true] : []
    content {
      apply_on = "PublishedVersions"
    }
  }
  dynamic "file_system_config" {
    for_each = var.file_system_arn != null && var.file_system_local_mount_path != null ? [true] : []
    content {
      arn = var.file_system_arn
    }
  }
  dynamic "capacity_provider_config" {
    for_each = var.managed_instances_capacity_provider_arn != null ? [true] : []
    content {
      lambda_managed_instances_capacity_provider_config {
        capacity_provider_arn = var.managed_instances_capacity_provider_arn
      }
    }
  }
  dynamic "tenancy_config" {
    for_each = var.tenant_isolation_mode ? [true] : []
    content {
      tenant_isolation_mode = "PER_TENANT"
    }
  }
}

resource "aws_lambda_provisioned_concurrency_config" "current_version" {
  count                             = local.create && var.provisioned_concurrent_executions > -1 ? 1 : 0
  region                            = var.region
  function_name                     = aws_lambda_function.this[0].function_name
  qualifier                         = aws_lambda_function.this[0].version
  provisioned_concurrent_executions = var.provisioned_concurrent_executions
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = {
    for k, v in var.event_source_mapping : k => v if local.create && var.create_unqualified_alias_allowed_triggers
  }
  region                    = var.region
  function_name             = aws_lambda_function.this[0].arn
  event_source_arn          = try(each.value.event_source_arn, null)
  batch_size                = try(each.value.batch_size, null)
  enabled                   = try(each.value.enabled, true)
  parallelization_factor    = try(each.value.parallelization_factor, null)
  topics                    = try(each.value.topics, null)
  queues                    = try(each.value.queues, null)
  maximum_retry_attempts    = try(each.value.maximum_retry_attempts, null)
  starting_position         = try(each.value.starting_position, null)
  function_response_types   = try(each.value.function_response_types, null)
  maximum_record_age_in_seconds      = try(each.value.maximum_record_age_in_seconds, null)
  maximum_batching_window_in_seconds = try(each.value.maximum_batching_window_in_seconds, null)

  dynamic "scaling_config" {
    for_each = try([each.value.scaling_config], [])
    content {
      maximum_concurrency = try(scaling_config.value.maximum_concurrency, null)
    }
  }
  dynamic "provisioned_poller_config" {
    for_each = try([each.value.provisioned_poller_config], [])
    content {
      maximum_pollers = try(provisioned_poller_config.value.maximum_pollers, null)
      minimum_pollers = try(provisioned_poller_config.value.minimum_pollers, null)
    }
  }
}

resource "aws_lambda_function_event_invoke_config" "this" {
  count                        = local.create && var.create_async_event_config ? 1 : 0
  region                       = var.region
  function_name                = aws_lambda_function.this[0].function_name
  maximum_event_age_in_seconds = var.maximum_event_age_in_seconds
}

resource "aws_lambda_permission" "triggers" {
  for_each = {
    for k, v in var.allowed_triggers : k => v
    if local.create && (var.create_unqualified_alias_allowed_triggers || var.create_current_version_allowed_triggers)
  }
  region        = var.region
  function_name = aws_lambda_function.this[0].function_name
  action        = try(each.value.action, "lambda:InvokeFunction")
  principal     = try(each.value.principal, format("%s.amazonaws.com", try(each.value.service, "")))
  source_arn    = try(each.value.source_arn, null)
}

resource "aws_lambda_function_url" "this" {
  count         = local.create && var.create_lambda_function_url ? 1 : 0
  region        = var.region
  function_name = aws_lambda_function.this[0].function_name
}

output "lambda_function_name" {
  value = try(aws_lambda_function.this[0].function_name, "")
}
output "lambda_function_arn" {
  value = try(aws_lambda_function.this[0].arn, "")
}
output "lambda_function_arn_static" {
  value = try(aws_lambda_function.this[0].arn, "")
}
output "lambda_function_invoke_arn" {
  value = try(aws_lambda_function.this[0].invoke_arn, "")
}
output "lambda_function_qualified_arn" {
  value = try(aws_lambda_function.this[0].qualified_arn, "")
}
output "lambda_function_qualified_invoke_arn" {
  value = try(aws_lambda_function.this[0].qualified_invoke_arn, "")
}
output "lambda_function_version" {
  value = try(aws_lambda_function.this[0].version, "")
}
