#!/usr/bin/env bash
# Writes the completion script of each shell into completions/, which the
# archives and packages of a release carry.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rm -rf completions # nothing of an earlier release stays behind
mkdir completions
for pair in bash:bash zsh:zsh fish:fish powershell:ps1; do
  go run . completion "${pair%%:*}" >"completions/lambdacap.${pair##*:}"
done
