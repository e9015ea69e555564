#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The installed program on a machine with a real systemd: units verified and sandboxed, the timer fires, the journal
# explains, every kind of death is recorded with its cause within two seconds, and a stopped timer is noticed.
# Needs root, namespaces and, the first time, the package sources; says what is missing where it cannot run.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=../../Scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../Scripts/lib.sh"
cd "$root" || exit 1

box=Tests/System/tools/systemd-box.sh
skip() { echo "skipped: $1"; exit 0; }

missing=$("$box" can) || skip "a systemd of its own cannot be booted: $missing"
[[ -x $release/polisen-collector && -x $release/local-oci ]] || die 'the programs are not built.' 'Run: make build'

# The root file system is kept for as long as its packages stay the same.
place=$scratch/system
rootfs=$place/rootfs-$(sed -n 's/^packages=//p' "$box" | sha256sum | head -c 8)
if [[ ! -d $rootfs ]]; then
  if ! has mmdebstrap && ! has debootstrap && has apt-get; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mmdebstrap; } \
      >/dev/null 2>&1
  fi
  has mmdebstrap || has debootstrap || skip 'neither mmdebstrap nor debootstrap is there'
  mkdir -p "$place"
  rm -rf "$rootfs.part"
  "$box" build "$rootfs" >"$place/build.log" 2>&1 ||
    skip "no root file system can be made (package sources?): $(tail -n 1 "$place/build.log")"
fi

# What goes into the box: the tree's installer with what it installs, and the small cloud.
share=$(mktemp -d)
trap 'rm -rf "$share"' EXIT
mkdir "$share/scratch"
cp -r Scripts deploy alarms slos dashboards runbooks README.md LICENSE "$share/"
ln "$release/polisen-collector" "$release/local-oci" -t "$share/scratch" 2>/dev/null ||
  cp "$release/polisen-collector" "$release/local-oci" "$share/scratch"
mkdir "$share/scratch/release"
mv "$share/scratch/polisen-collector" "$share/scratch/local-oci" "$share/scratch/release"

began=$SECONDS
"$box" run "$rootfs" Tests/System/tools/systemd-in-box.sh "$share" || die 'the installed program failed on a real systemd.'
echo "passed: a real systemd, $(readable_seconds $((SECONDS - began)))"
