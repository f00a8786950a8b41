#!/usr/bin/env bash
# The GitHub Action: fetches a release, checks that this repository built it, and
# runs it. check annotates the change and adds the findings to the summary of the
# run. compare adds its answer to the summary, and can post it under the pull
# request. action.yml passes the inputs as variables; nothing else in the job's
# environment decides what is fetched. The exit code is that of lambdacap.
set -euo pipefail
export LC_ALL=C # character ranges are ASCII

repository=lambdacap/lambdacap
releases=$INPUT_RELEASES
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# say shows a message with a level. To the runner, a line break would end the
# command that shows it, and the next line could be another command.
say() {
  local text=${2//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '::%s title=lambdacap::%s\n' "$1" "${text//$'\n'/%0A}"
}

# fail ends the run with a message.
fail() {
  say error "$1"
  exit 3
}

case $INPUT_COMMAND in
  check | compare) ;;
  *) fail "the action has no command $INPUT_COMMAND; expected check or compare" ;;
esac

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
expected="expected version, or the part after @ in uses, to be v1.2.3, v1 or the commit of a release; version can also be latest"
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
  fail "${asked:-an empty version} does not name a release; $expected"
fi
[[ $version =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || fail "there is no release of $asked; $expected"
provenance+=(--source-ref "refs/tags/$version")

name=lambdacap_${version#v}_${system}_${machine}.$archive
for file in "$name" checksums.txt; do
  curl -fsSL --retry 3 -o "$work/$file" "$releases/download/$version/$file" || fail "cannot fetch $file of $version"
done
sum=sha256sum
command -v sha256sum >/dev/null || sum="shasum -a 256"
(cd "$work" && awk -v name="$name" '$2 == name' checksums.txt | $sum -c - >/dev/null) || fail "the checksum of $name is wrong"
# The checksums come from the same place as the archive, so they prove nothing
# about who built it. GitHub's signature of the release workflow does.
command -v gh >/dev/null || fail "gh is not on this runner; it is needed to check who built $name"
gh attestation verify "$work/$name" "${provenance[@]}" >/dev/null 2>"$work/refused" ||
  fail "cannot prove that $repository built $name as $version: $(cat "$work/refused")"
if [[ $archive == zip ]]; then
  unzip -q -d "$work" "$work/$name"
else
  tar -xzf "$work/$name" -C "$work"
fi

# Split into words. A pattern such as infra/*.yaml is expanded only in the names of
# files: among the flags, a file named like a flag would be obeyed.
# shellcheck disable=SC2206
files=($INPUT_FILES)
set -f
# shellcheck disable=SC2206
args=($INPUT_ARGS)
for i in "${!files[@]}"; do
  [[ ${files[i]} != -* ]] || files[i]=./${files[i]} # - alone would be standard input
done

# summarize adds the contents of a file to the summary of the run.
summarize() {
  if [[ -n ${GITHUB_STEP_SUMMARY:-} && -f $1 ]]; then
    cat "$1" >>"$GITHUB_STEP_SUMMARY"
  fi
}

code=0
if [[ $INPUT_COMMAND == check ]]; then
  outputs=(-o github -o "markdown=$work/summary.md")
  [[ -z $INPUT_SARIF ]] || outputs+=(-o "sarif=$INPUT_SARIF")
  "$work/lambdacap" check "${outputs[@]}" ${args[@]+"${args[@]}"} -- ${files[@]+"${files[@]}"} || code=$?
  summarize "$work/summary.md"
  exit "$code"
fi

# compare
[[ ${#files[@]} == 1 ]] || fail "compare takes one file, not ${#files[@]}; expected the others after --from or --profile in args"
[[ -z $INPUT_SARIF ]] || fail "compare has no findings for a SARIF file; expected sarif with check"
now=${files[0]}
before=$INPUT_BASE
[[ $before != -* ]] || before=./$before
if [[ -z $before ]]; then
  [[ $now != /* ]] || fail "$now is not relative to the working folder; expected such a path, or base with a file"
  command -v git >/dev/null || fail "git is not on this runner; expected base with the file to compare with"
  git rev-parse --verify --quiet 'HEAD^1^{commit}' >/dev/null ||
    fail "the commit before is not here; expected fetch-depth: 2 for actions/checkout, or base with a file"
  before=$work/base/${now##*/}
  mkdir "$work/base"
  if ! git show "HEAD^1:./${now#./}" >"$before" 2>/dev/null; then
    say notice "there is nothing to compare: ${now#./} is new"
    exit 0
  fi
fi
"$work/lambdacap" compare -o table -o "markdown=$work/answer.md" ${args[@]+"${args[@]}"} -- "$before" "$now" || code=$?
summarize "$work/answer.md"

# comment posts the answer under the pull request. It replaces the previous answer, if there is one.
comment() {
  local issue="repos/$GITHUB_REPOSITORY/issues" mark="<!-- lambdacap ${now//[^A-Za-z0-9._\/-]/_} -->" id
  printf '%s\n%s\n' "$mark" "$(cat "$work/answer.md")" >"$work/comment.md"
  id=$(gh api --paginate "$issue/$1/comments" \
    --jq ".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$mark\"))) | .id") || return
  id=${id%%$'\n'*}
  if [[ -n $id ]]; then
    gh api --silent -X PATCH "$issue/comments/$id" -F "body=@$work/comment.md"
  else
    gh api --silent -X POST "$issue/$1/comments" -F "body=@$work/comment.md"
  fi
}
if [[ $INPUT_COMMENT == true && -f $work/answer.md ]]; then
  if [[ ${GITHUB_REF:-} =~ ^refs/pull/([0-9]+)/ ]]; then
    comment "${BASH_REMATCH[1]}" 2>"$work/refused" ||
      say notice "the answer is in the summary of the run; posting it under the pull request needs the permission pull-requests: write, which forks do not have"
  else
    say notice "this run does not belong to a pull request, so the answer is only in the summary of the run"
  fi
fi
exit "$code"
