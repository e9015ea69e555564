# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the scripts share. Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scratch=${SCRATCH:-.build}
case $scratch in /*) ;; *) scratch=$root/$scratch ;; esac
# Directory of the release programs.
# shellcheck disable=SC2034  # used by the scripts that source this
release=$scratch/release

# Prints to stderr and ends the script.
die() {
  printf 'error: %s\n' "$1" >&2
  shift
  (($# == 0)) || printf '       %s\n' "$@" >&2
  exit 1
}

# Whether a program is on PATH.
has() { command -v "$1" >/dev/null 2>&1; }

# `1 m 05 s`
readable_seconds() {
  if (($1 < 60)); then printf '%d s' "$1"; else printf '%d m %02d s' $(($1 / 60)) $(($1 % 60)); fi
}
