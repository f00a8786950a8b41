#!/usr/bin/env bash
# The GitHub Action: fetches a release, checks the files, annotates the change
# and adds the findings to the summary of the run. action.yml gives the inputs
# as variables. It ends with the exit code of lambdacap check.
set -euo pipefail

releases=${LAMBDACAP_RELEASES:-https://github.com/lambdacap/lambdacap/releases}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
  printf '::error title=lambdacap::%s\n' "$1"
  exit 3
}

case ${RUNNER_OS:-$(uname -s)} in
  Linux) system=linux ;;
  macOS | Darwin) system=darwin ;;
  Windows | MINGW* | MSYS*) system=windows ;;
  *) fail "there is no release for ${RUNNER_OS:-$(uname -s)}" ;;
esac
case ${RUNNER_ARCH:-$(uname -m)} in
  X64 | x86_64 | amd64) machine=amd64 ;;
  ARM64 | arm64 | aarch64) machine=arm64 ;;
  *) fail "there is no release for ${RUNNER_ARCH:-$(uname -m)}" ;;
esac
archive=tar.gz
[[ $system == windows ]] && archive=zip

# v1 is the newest of its releases; a branch or a commit is no release, and then
# the latest counts.
version=${INPUT_VERSION:-}
if [[ $version =~ ^v[0-9]+(\.[0-9]+)?$ ]]; then
  tags=$(git ls-remote --tags --refs --sort=-v:refname "${releases%/releases}" "$version.*") || fail "cannot list the releases of $version"
  version=$(sed -n 's|.*refs/tags/\(v[0-9]*\.[0-9]*\.[0-9]*\)$|\1|p' <<<"$tags" | sed -n 1p)
  [[ -n $version ]] || fail "there is no release of ${INPUT_VERSION}"
elif [[ ! $version =~ ^v[0-9]+\.[0-9]+\.[0-9]+ ]]; then
  latest=$(curl -fsSL -o /dev/null -w '%{url_effective}' "$releases/latest") || fail "cannot find the latest release"
  version=${latest##*/}
fi
name=lambdacap_${version#v}_${system}_${machine}.$archive
for file in "$name" checksums.txt; do
  curl -fsSL --retry 3 -o "$work/$file" "$releases/download/$version/$file" || fail "cannot fetch $file of $version"
done
sum=sha256sum
command -v sha256sum >/dev/null || sum="shasum -a 256"
(cd "$work" && awk -v name="$name" '$2 == name' checksums.txt | $sum -c - >/dev/null) || fail "the checksum of $name is wrong"
if [[ $archive == zip ]]; then
  unzip -q -d "$work" "$work/$name"
else
  tar -xzf "$work/$name" -C "$work"
fi

# Words, so that a pattern such as infra/*.yaml is expanded here.
# shellcheck disable=SC2206
files=(${INPUT_FILES:-}) args=(${INPUT_ARGS:-})
outputs=(-o github -o "markdown=$work/summary.md")
[[ -z ${INPUT_SARIF:-} ]] || outputs+=(-o "sarif=$INPUT_SARIF")

code=0
"$work/lambdacap" check "${outputs[@]}" ${args[@]+"${args[@]}"} -- ${files[@]+"${files[@]}"} || code=$?
if [[ -n ${GITHUB_STEP_SUMMARY:-} && -f $work/summary.md ]]; then
  cat "$work/summary.md" >>"$GITHUB_STEP_SUMMARY"
fi
exit "$code"
