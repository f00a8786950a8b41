#!/usr/bin/env bash
# Writes the completion script of each shell into completions/, which the
# archives and packages of a release contain.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rm -rf completions # remove files of an earlier release
mkdir completions
for pair in bash:bash zsh:zsh fish:fish powershell:ps1; do
  go run . completion "${pair%%:*}" >"completions/lambdacap.${pair##*:}"
done
