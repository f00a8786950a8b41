#!/usr/bin/env bash
# Refreshes configs/prices.csv from AWS's public price list. It needs curl, jq, Go
# and the network; nothing else of lambdacap does. Look at the diff before you
# commit it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# fetch downloads the file of every Region of a partition.
fetch() {
  local host=$1 partition=$2 regions
  regions=$(curl -fsS --retry 3 "$host/offers/v1.0/$partition/AWSLambda/current/region_index.json" |
    jq -r '.regions[] | [.regionCode, .currentVersionUrl] | @tsv')
  while IFS=$'\t' read -r region path; do
    echo "$region" >&2
    curl -fsS --retry 3 --compressed "$host$path" -o "$work/$region.json"
  done <<<"$regions"
}
fetch https://pricing.us-east-1.amazonaws.com aws
# China has its own price list, which is not always reachable from outside.
fetch https://pricing.cn-north-1.amazonaws.com.cn cn || echo "update-prices: the prices for China are unchanged" >&2

go run ./scripts/prices configs/prices.csv "$work"/*.json >"$work/prices.csv"
mv "$work/prices.csv" configs/prices.csv
git --no-pager diff --stat -- configs/prices.csv
