#!/usr/bin/env bash
# Builds the container image, and lets it answer without a network, without a
# writable file system and as nobody in particular. It needs Docker.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! docker info >/dev/null 2>&1; then
  echo "skipped: Docker does not run here"
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
platform=linux/$(go env GOARCH)
GOOS=linux CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags '-s -w' -o "$work/$platform/lambdacap" .
docker build --quiet --build-arg "TARGETPLATFORM=$platform" --tag lambdacap:ci --file Dockerfile "$work"
run=(docker run --rm --network none --read-only --cap-drop ALL)
"${run[@]}" lambdacap:ci plan --provisioned 100 --rps 1500
"${run[@]}" --volume "$PWD/configs:/work:ro" lambdacap:ci plan account.yaml --quiet
