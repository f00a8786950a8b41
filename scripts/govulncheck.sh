#!/usr/bin/env bash
# Looks for known vulnerabilities in what the program calls. It fails if there
# are any. The database of them is on the network: where that cannot be reached,
# nothing is known, and the run goes on with a word.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

govulncheck=golang.org/x/vuln/cmd/govulncheck@v1.9.0
limit=300 # seconds for the tool and for its answer, so that a silent network does not hold up the run

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
  124) skip "the database of vulnerabilities does not answer" ;;
  *)
    ! grep -q 'fetching vulnerabilities' "$work/answer" || skip "the database of vulnerabilities cannot be reached"
    exit "$code"
    ;;
esac
