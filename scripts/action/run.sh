#!/usr/bin/env bash
# The GitHub Action: fetches a release, checks that this repository built it,
# checks the files, annotates the change and adds the findings to the summary of
# the run. action.yml gives the inputs as variables; nothing else of the job's
# environment decides what is fetched. It ends with the exit code of lambdacap
# check.
set -euo pipefail
export LC_ALL=C # ranges of characters are those of ASCII

repository=lambdacap/lambdacap
releases=$INPUT_RELEASES
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# fail ends the run with a message. The runner takes a line break for the end of
# the command that shows it, and what follows for the next command.
fail() {
  local text=${1//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '::error title=lambdacap::%s\n' "${text//$'\n'/%0A}"
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

# published lists the commit and the version of each release, the newest first.
published() {
  GIT_TERMINAL_PROMPT=0 git -C "$work" ls-remote --tags --sort=-v:refname "${releases%/releases}" |
    sed -nE 's#^([0-9a-f]+)[[:space:]]refs/tags/(v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?)(\^\{\})?$#\1 \2#p'
}

asked=$INPUT_VERSION
legal="legal for version, or behind the @ of uses: v1.2.3, v1, the commit of a release; for version also latest"
provenance=(--repo "$repository" --signer-workflow "$repository/.github/workflows/release.yml" --deny-self-hosted-runners)
if [[ $asked =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]]; then
  version=$asked
elif [[ $asked =~ ^v[0-9]+(\.[0-9]+)?$ ]]; then # v1 is the newest of its releases
  list=$(published) || fail "cannot list the releases of $asked"
  version=$(awk -v line="$asked." 'index($2, line) == 1 && $2 !~ /-/ && !found { found = 1; print $2 }' <<<"$list")
elif [[ $asked =~ ^[0-9a-f]{40}([0-9a-f]{24})?$ ]]; then
  list=$(published) || fail "cannot list the releases"
  version=$(awk -v commit="$asked" '$1 == commit && !found { found = 1; print $2 }' <<<"$list")
  provenance+=(--source-digest "$asked")
elif [[ $asked == latest ]]; then
  latest=$(curl -fsSL -o /dev/null -w '%{url_effective}' "$releases/latest") || fail "cannot find the latest release"
  version=${latest##*/}
else
  fail "${asked:-an empty version} names no release; $legal"
fi
[[ $version =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || fail "there is no release of $asked; $legal"
provenance+=(--source-ref "refs/tags/$version")

name=lambdacap_${version#v}_${system}_${machine}.$archive
for file in "$name" checksums.txt; do
  curl -fsSL --retry 3 -o "$work/$file" "$releases/download/$version/$file" || fail "cannot fetch $file of $version"
done
sum=sha256sum
command -v sha256sum >/dev/null || sum="shasum -a 256"
(cd "$work" && awk -v name="$name" '$2 == name' checksums.txt | $sum -c - >/dev/null) || fail "the checksum of $name is wrong"
# Checksums come from where the archive comes from. What GitHub signed when it
# ran the release workflow does not.
command -v gh >/dev/null || fail "gh is not on this runner; it is needed to check who built $name"
gh attestation verify "$work/$name" "${provenance[@]}" >/dev/null 2>"$work/refused" ||
  fail "it is not proven that $repository built $name as $version: $(cat "$work/refused")"
if [[ $archive == zip ]]; then
  unzip -q -d "$work" "$work/$name"
else
  tar -xzf "$work/$name" -C "$work"
fi

# Words. Only in the names of files a pattern such as infra/*.yaml is expanded: a
# file may be named like a flag, and would be obeyed.
# shellcheck disable=SC2206
files=($INPUT_FILES)
set -f
# shellcheck disable=SC2206
args=($INPUT_ARGS)
for i in "${!files[@]}"; do
  [[ ${files[i]} != -* ]] || files[i]=./${files[i]} # - alone would be standard input
done
outputs=(-o github -o "markdown=$work/summary.md")
[[ -z $INPUT_SARIF ]] || outputs+=(-o "sarif=$INPUT_SARIF")

code=0
"$work/lambdacap" check "${outputs[@]}" ${args[@]+"${args[@]}"} -- ${files[@]+"${files[@]}"} || code=$?
if [[ -n ${GITHUB_STEP_SUMMARY:-} && -f $work/summary.md ]]; then
  cat "$work/summary.md" >>"$GITHUB_STEP_SUMMARY"
fi
exit "$code"
