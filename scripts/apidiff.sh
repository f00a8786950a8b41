#!/usr/bin/env bash
# Compares the packages that docs/reference/library.md promises to keep with those
# of the release before this commit. From version 1 on it fails if code that was
# written for that release would no longer compile; before, it shows the changes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

apidiff=golang.org/x/exp/cmd/apidiff@v0.0.0-20261113113407-e3970619a1a4
promised='^- \./(calc|format/document)[./]'

skip() {
  printf 'skipped: %s\n' "$1"
  exit 0
}

release=$(git describe --tags --abbrev=0 --match 'v[0-9]*.[0-9]*.[0-9]*' HEAD^ 2>/dev/null) ||
  skip "there is no earlier release to compare with, or its tag was not fetched"
work=$(mktemp -d)
trap 'git worktree remove --force "$work/release" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
GOBIN=$work go install "$apidiff" || skip "$apidiff cannot be installed"
git worktree add --quiet --detach "$work/release" "$release"
module=$(go list -m)
(cd "$work/release" && "$work/apidiff" -m -w "$work/api" "$module") >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  exit 1
}
"$work/apidiff" -m -incompatible "$work/api" "$module" >"$work/changes" 2>"$work/log" || {
  cat "$work/log" >&2
  exit 1
}
if ! grep -E "$promised" "$work/changes"; then
  printf 'nothing that %s promises has changed\n' "$release"
elif [[ $release != v0.* ]]; then
  printf 'apidiff: code written for %s would no longer compile; keep what it has, or make a new major version\n' \
    "$release" >&2
  exit 1
fi
