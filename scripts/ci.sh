#!/usr/bin/env bash
# The one definition of CI: people and workflows run this same file. It needs Go
# and git, and the network for modules that are not in the module cache.
#
# FUZZTIME is the time for each fuzz target, 1s by default.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

staticcheck=honnef.co/go/tools/cmd/staticcheck@v0.8.2
# A system with other files than Linux, and a processor of 32 bits. Releases are built for six pairs.
platforms="windows/amd64 linux/386"
fuzztime=${FUZZTIME:-1s}

step() { printf '\n== %s (after %d s)\n' "$1" "$SECONDS"; }
fail() {
  printf 'ci: %s\n' "$1" >&2
  exit 1
}

step "gofmt"
# Use the gofmt of this Go, because PATH may find another one.
unformatted=$("$(go env GOROOT)/bin/gofmt" -l .)
[[ -z $unformatted ]] || fail "not formatted, run gofmt -w on:"$'\n'"$unformatted"

step "go mod tidy"
go mod tidy -diff

step "go vet"
go vet ./...

step "staticcheck"
go run "$staticcheck" ./...

step "govulncheck"
scripts/govulncheck.sh

step "what code of others relies on"
scripts/apidiff.sh

step "build for other platforms"
for platform in $platforms; do
  echo "$platform"
  # Without version control stamps, because git refuses a checkout that another
  # user owns, as in containers, and without optimizing: the binary is discarded anyway.
  GOOS=${platform%/*} GOARCH=${platform#*/} CGO_ENABLED=0 \
    go build -gcflags='all=-N -l' -buildvcs=false -o /dev/null .
done

step "container image"
scripts/image.sh

step "tests with the race detector"
# The first word is the compiler; options may follow.
read -r compiler _ <<<"$(go env CC)"
if [[ $(go env CGO_ENABLED) == 1 ]] && command -v "$compiler" >/dev/null; then
  # The packages that start goroutines, and the commands, which run them; without the longest simulations, which share
  # nothing and run again below.
  starting=$(git grep -lE '^[[:space:]]*go [a-z]|\.Go\(' -- '*.go' ':!*_test.go' | xargs -n 1 dirname | sort -u)
  [[ -n $starting ]] || fail "no goroutine found"
  # shellcheck disable=SC2046,SC2086 # paths of packages have no spaces
  go test -race -short $(printf './%s ' $starting) ./cmd
else
  echo "skipped: the race detector needs cgo and a C compiler ($compiler)"
fi

step "the same bytes on other processors"
# The saved answers must be the same on processors that multiply and add in one step.
answers() { go test -run '^TestViews$' "$@" ./cmd; }
if grep -qsw fma /proc/cpuinfo && grep -qsw avx2 /proc/cpuinfo; then
  GOAMD64=v3 answers
else
  echo "skipped: this processor has no fused multiply-add, or none is known"
fi
if emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64); then
  GOARCH=arm64 CGO_ENABLED=0 answers -exec "$emulator"
else
  echo "arm64 skipped: qemu-aarch64 is not installed"
fi

step "what AWS accepts, against the parts of others"
# Show the rungs, because a missing tool skips a rung instead of failing it.
# Live rungs run other tools, and only if this variable is set.
LAMBDACAP_RUNGS=1 go test -count 1 -v -run '^TestRung' ./cmd/internal/files/... | grep -E '^(--- |FAIL|ok)|rung skipped'

step "fuzzing, $fuzztime for each target"
# Discover the targets, so that a new one is never forgotten. go test prints the
# names in a package before the line that closes it.
targets=$(go test -list '^Fuzz' ./... | awk '
  /^Fuzz/      { names = names " " $1 }
  $1 == "ok"   { if (names) print $2 names; names = "" }')
[[ -n $targets ]] || fail "no fuzz target found"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
while read -r package names; do
  # One binary for all targets of a package, because linking takes longer than trying.
  go test -c -fuzz . -o "$work/fuzz" "$package"
  for target in $names; do
    echo "$package $target"
    for attempt in 1 2 3; do
      # Spend little on shortening inputs that are merely interesting: by default, that takes most of the time.
      if output=$(cd "$(go list -f '{{.Dir}}' "$package")" && "$work/fuzz" -test.run '^$' -test.fuzz "^$target\$" \
        -test.fuzztime "$fuzztime" -test.fuzzminimizetime 10x -test.fuzzcachedir "$work/$package" 2>&1 </dev/null); then
        break
      fi
      # Before Go 1.27, running out of time is sometimes reported as a failure
      # (go.dev/issue/75804). A real failure names its input.
      if [[ $attempt == 3 || $output != *"context deadline exceeded"* || $output == *"Failing input"* ]]; then
        printf '%s\n' "$output"
        fail "$target of $package failed"
      fi
    done
    # The last progress line says how many inputs were tried.
    grep 'execs:' <<<"$output" | tail -n 1 || true
  done
done <<<"$targets"

# Last, so that the output ends with the summary of go test.
step "tests"
go test ./...
