#!/usr/bin/env bash
# Looks for known vulnerabilities in the code that the program calls, and fails if
# there are any. The vulnerability database is on the network. If it cannot be
# reached, the script says so and succeeds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

govulncheck=golang.org/x/vuln/cmd/govulncheck@v1.9.0
limit=300 # seconds, for the download and for the run, so that a silent network does not block CI

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
skip() {
  printf 'skipped: %s\n' "$1"
  exit 0
}

command -v timeout >/dev/null || skip "there is no timeout command, and the network may not answer"
GOBIN=$work timeout "$limit" go install "$govulncheck" || skip "$govulncheck cannot be installed"
code=0
timeout "$limit" "$work/govulncheck" ./... >"$work/answer" 2>&1 || code=$?
cat "$work/answer"
case $code in
  0) ;;
  124) skip "the vulnerability database does not answer" ;;
  *)
    ! grep -q 'fetching vulnerabilities' "$work/answer" || skip "the vulnerability database cannot be reached"
    exit "$code"
    ;;
esac
