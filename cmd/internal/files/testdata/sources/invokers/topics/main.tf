variable "endpoints" {
  type = map(string)
}

resource "aws_sns_topic" "orders" {
  name = "orders"
}

resource "aws_sns_topic_subscription" "orders" {
  for_each  = var.endpoints
  topic_arn = aws_sns_topic.orders.arn
  protocol  = each.key
  endpoint  = each.value
}
