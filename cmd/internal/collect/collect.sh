# shellcheck shell=sh disable=SC2154 # the lines before set out, region and days
# fetch FILE SERVICE OPERATION [OPTION...] writes the answer of a call to a
# file, which is whole or not there.
fetch() {
  file=$1
  shift
  echo "$out/$file" >&2
  aws "$@" --region "$region" --output json >"$out/.part" && mv "$out/.part" "$out/$file"
}

# list SERVICE OPERATION [OPTION...] prints the texts that --query picks.
list() { aws "$@" --region "$region" --output text; }

# query METRIC STATISTIC [RESOURCE] adds a query to queries. Its label says what
# it is, so that nothing has to be guessed when the answer is read.
query() {
  dimensions="{\"Name\":\"FunctionName\",\"Value\":\"$name\"}"
  label="$name $1 $2"
  if [ $# -gt 2 ]; then
    dimensions="$dimensions,{\"Name\":\"Resource\",\"Value\":\"$name:$3\"}"
    label="$name:$3 $1 $2"
  fi
  count=$((count + 1))
  queries="$queries${queries:+,}{\"Id\":\"m$count\",\"Label\":\"$label\",\"MetricStat\":{\"Metric\":{"
  queries="$queries\"Namespace\":\"AWS/Lambda\",\"MetricName\":\"$1\",\"Dimensions\":[$dimensions]},"
  queries="$queries\"Period\":$period,\"Stat\":\"$2\"}}"
}

# queue ARN fetches the attributes of a queue. That of another account may be out
# of reach.
queue() {
  owner=${1%:*}
  if url=$(list sqs get-queue-url --queue-name "${1##*:}" --queue-owner-aws-account-id "${owner##*:}" \
    --query QueueUrl) &&
    fetch "${1##*:}.queue.json" sqs get-queue-attributes --queue-url "$url" --attribute-names All; then
    return
  fi
  echo "left out: the attributes of $1" >&2
}

export AWS_PAGER=''
mkdir -p "$out"
trap 'rm -f "$out/.part"' EXIT

# The account.
fetch account-settings.json lambda get-account-settings
fetch quota.json service-quotas get-service-quota --service-code lambda --quota-code L-B99A9384
fetch scalable-targets.json application-autoscaling describe-scalable-targets --service-namespace lambda
fetch scaling-policies.json application-autoscaling describe-scaling-policies --service-namespace lambda
fetch scheduled-actions.json application-autoscaling describe-scheduled-actions --service-namespace lambda
fetch scaling-activities.json application-autoscaling describe-scaling-activities --service-namespace lambda

# What polls queues and streams. Without a choice of functions, that of all.
filter=''
for name in $functions; do
  filter="$filter${filter:+ || }contains(FunctionArn, ':function:$name')"
done
mappings="EventSourceMappings[${filter:+?}$filter]"
fetch event-source-mappings.json lambda list-event-source-mappings --query "{EventSourceMappings: $mappings}"
arns=$(list lambda list-event-source-mappings --query "$mappings.EventSourceArn")
# shellcheck disable=SC2086 # a word for each
for arn in $(printf '%s\n' $arns | sort -u); do
  case $arn in
  arn:*:sqs:*) queue "$arn" ;;
  arn:*:kinesis:*) fetch "${arn##*/}.stream.json" kinesis describe-stream-summary --stream-arn "$arn" ;;
  esac
done

# CloudWatch keeps minutes for 15 days, steps of 5 minutes for 63, and hours for
# 455.
period=3600
[ "$days" -gt 63 ] || period=300
[ "$days" -gt 15 ] || period=60
end=$(($(date +%s) / period * period))

# The functions. Their code and their environment variables stay where they are.
if [ -z "$functions" ]; then
  functions=$(list lambda list-functions --query 'Functions[].FunctionName')
fi
for name in $functions; do
  fetch "$name.function.json" lambda get-function --function-name "$name" --query '{
    Configuration: Configuration.{FunctionName: FunctionName, FunctionArn: FunctionArn, Version: Version,
      Runtime: Runtime, MemorySize: MemorySize, Timeout: Timeout, Architectures: Architectures,
      EphemeralStorage: EphemeralStorage, SnapStart: SnapStart, TenancyConfig: TenancyConfig,
      CapacityProviderConfig: CapacityProviderConfig},
    Concurrency: Concurrency,
    Tags: Tags.{"aws:cloudformation:logical-id": "aws:cloudformation:logical-id"}}'
  fetch "$name.aliases.json" lambda list-aliases --function-name "$name"
  fetch "$name.provisioned.json" lambda list-provisioned-concurrency-configs --function-name "$name"
  qualifiers=''
  for arn in $(list lambda list-provisioned-concurrency-configs --function-name "$name" \
    --query 'ProvisionedConcurrencyConfigs[].FunctionArn'); do
    qualifiers="$qualifiers ${arn##*:}"
  done

  count=0 queries=''
  query Invocations Sum
  query Throttles Sum
  query Duration Average
  query ConcurrentExecutions Maximum
  for qualifier in $qualifiers; do
    query ProvisionedConcurrencySpilloverInvocations Sum "$qualifier"
    query ProvisionedConcurrencyUtilization Maximum "$qualifier"
  done
  fetch "$name.metrics.json" cloudwatch get-metric-data --metric-data-queries "[$queries]" \
    --start-time "$((end - days * 86400))" --end-time "$end" --scan-by TimestampAscending
done
