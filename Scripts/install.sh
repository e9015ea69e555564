#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs the release program with its units, user, message catalog and example configuration, or takes them away.
#   install.sh install|uninstall
# DESTDIR  another root, for packages: nothing of this machine is touched then, no user is made, no catalog compiled
# PREFIX   where the program and its files go (default /usr)
# Configuration (/etc/polisen-collector) and state (/var/lib/polisen-collector) are never overwritten or removed.
# Nothing is started or enabled: that is said at the end.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

action=${1:?install or uninstall}
prefix=${PREFIX:-/usr}
dest=${DESTDIR:-}
dest=${dest%/}
[[ $prefix == /* ]] || die "PREFIX must begin with a slash, not '$prefix'."
[[ -z $dest || $dest == /* ]] || dest=$root/$dest

program=$prefix/bin/polisen-collector
# systemd looks for units of administrators' own programs below /usr/local, too.
library=$prefix/lib
doc=$prefix/share/doc/polisen-collector
share=$prefix/share/polisen-collector
units=(polisen-collector.service polisen-collector.timer polisen-freshness.service polisen-freshness.timer
  polisen-report-failure@.service polisen-health.socket polisen-health@.service
  polisen-metrics.path polisen-metrics.service polisen-report.service polisen-report.timer)
# Where systemd looks for catalogs is fixed.
catalogs=/usr/lib/systemd/catalog

# What is installed: source, path, mode.
files() {
  printf '%s\t%s\t%s\n' "$release/polisen-collector" "$program" 755
  local unit
  for unit in "${units[@]}"; do printf '%s\t%s\t%s\n' "deploy/systemd/$unit" "$library/systemd/system/$unit" 644; done
  printf '%s\t%s\t%s\n' deploy/systemd/polisen-collector.sysusers "$library/sysusers.d/polisen-collector.conf" 644 \
    deploy/systemd/polisen-collector.tmpfiles "$library/tmpfiles.d/polisen-collector.conf" 644 \
    deploy/journal/polisen-collector.catalog "$catalogs/polisen-collector.catalog" 644 \
    deploy/journal/polisen-collector.sv.catalog "$catalogs/polisen-collector.sv.catalog" 644 \
    deploy/journal/log-line.schema.json "$doc/log-line.schema.json" 644 \
    deploy/systemd/config.yaml "$doc/config.yaml" 644 README.md "$doc/README.md" 644 LICENSE "$doc/copyright" 644
  local file
  for file in runbooks/*.md; do printf '%s\t%s\t%s\n' "$file" "$doc/$file" 644; done
  # Objectives and dashboards; alarms with the tests that prove them: `polisen-collector alarms test` runs on the machine, too.
  while read -r file; do printf '%s\t%s\t%s\n' "$file" "$share/$file" 644; done < <(
    find alarms slos dashboards -type f \( -name '*.json' -o -name '*.yaml' \) | LC_ALL=C sort)
  printf '%s\t%s\t%s\n' "$made/bash" "$prefix/share/bash-completion/completions/polisen-collector" 644 \
    "$made/zsh" "$prefix/share/zsh/vendor-completions/_polisen-collector" 644
}

# With another prefix, the units start the program from there.
adapted() {
  case $1 in
    deploy/systemd/*.service) sed "s,/usr/bin/polisen-collector,$program,; s,/usr/share/,$prefix/share/," "$1" ;;
    *) cat "$1" ;;
  esac
}

put() {
  local source=$1 path=$dest$2 mode=$3
  if [[ -f $path ]] && cmp -s <(adapted "$source") "$path" && [[ $(stat -c %a "$path") == "$mode" ]]; then
    same=$((same + 1))
    return
  fi
  # A program that is running keeps its file: the new one takes the name.
  install -D -m "$mode" /dev/null "$path.new"
  adapted "$source" >"$path.new"
  mv -f "$path.new" "$path"
  echo "  $path"
  changed=$((changed + 1))
}

may_write() {
  local place=$dest$prefix
  while [[ ! -e $place ]]; do place=$(dirname "$place"); done
  [[ -w $place ]] || die "cannot write below $place." "As root: sudo make $action; or into a directory: make $action DESTDIR=/some/dir"
}

install_all() {
  [[ -x $release/polisen-collector ]] || die 'the program is not built.' 'Run: make build'
  made=$(mktemp -d)
  trap 'rm -rf "$made"' EXIT
  local shell
  for shell in bash zsh; do
    "$release/polisen-collector" --generate-completion-script "$shell" >"$made/$shell" ||
      die "the program cannot print its completions for $shell."
  done
  echo "Installing polisen-collector $("$release/polisen-collector" version | cut -d ' ' -f 2) below $dest$prefix:"
  local source path mode same=0 changed=0
  while IFS=$'\t' read -r source path mode; do put "$source" "$path" "$mode"; done < <(files)
  # The first configuration, and never again.
  local config=$dest/etc/polisen-collector/config.yaml
  install -d -m 750 "$dest/etc/polisen-collector"
  install -d -m 700 "$dest/etc/polisen-collector/oci"
  if [[ -e $config ]]; then
    echo "  $config is kept as it is"
  else
    install -m 640 deploy/systemd/config.yaml "$config"
    echo "  $config: edit it"
  fi
  if [[ -z $dest ]]; then
    systemd-sysusers "$library/sysusers.d/polisen-collector.conf"
    systemd-tmpfiles --create "$library/tmpfiles.d/polisen-collector.conf"
    journalctl --update-catalog
    [[ ! -d /run/systemd/system ]] || systemctl daemon-reload
  fi
  verify
  echo "$changed files written, $same were there already; all verified."
  cat <<END

Nothing is started yet. Next:
  edit /etc/polisen-collector/config.yaml (feed.contact), then
  polisen-collector config check
  systemctl enable --now polisen-collector.timer polisen-freshness.timer
  systemctl enable --now polisen-health.socket     # if wanted: 127.0.0.1:9477
  systemctl enable --now polisen-report.timer      # if wanted: a report each Monday
  systemctl start polisen-collector.service        # a run at once
  journalctl -t polisen-collector -x               # what it did
END
}

# Compares what lies there with what should, and lets the program and systemd have their say.
verify() {
  local source path mode problem='' said
  while IFS=$'\t' read -r source path mode; do
    cmp -s <(adapted "$source") "$dest$path" || problem+="$dest$path differs from $source"$'\n'
    [[ $(stat -c %a "$dest$path") == "$mode" ]] || problem+="$dest$path has mode $(stat -c %a "$dest$path"), not $mode"$'\n'
  done < <(files)
  "$dest$program" version >/dev/null || problem+="$dest$program does not run"$'\n'
  if [[ -z $dest ]]; then
    id polisen-collector >/dev/null 2>&1 || problem+='there is no user polisen-collector'$'\n'
    # It exits with 0 whatever it finds: any word of it is a problem.
    said=$(systemd-analyze verify --man=no "${units[@]/#/$library/systemd/system/}" 2>&1 | grep polisen || true)
    problem+=$said
    journalctl --dump-catalog 1312f57ae0a64686b0c009011271da38 2>/dev/null | grep -q polisen-collector ||
      problem+='the message catalog is not in journald'"'"'s database'$'\n'
  fi
  [[ -z $problem ]] || die 'the installation is not as it should be:' "$problem"
}

uninstall_all() {
  made=/nonexistent
  local source path mode removed=0
  if [[ -z $dest && -d /run/systemd/system ]]; then
    systemctl disable --now polisen-collector.timer polisen-freshness.timer polisen-health.socket \
      polisen-metrics.path polisen-report.timer 2>/dev/null || true
    systemctl stop polisen-collector.service polisen-freshness.service polisen-metrics.service \
      polisen-report.service 2>/dev/null || true
  fi
  while IFS=$'\t' read -r source path mode; do
    [[ -e $dest$path ]] || continue
    rm -f "$dest$path"
    removed=$((removed + 1))
  done < <(files)
  local place
  for place in "$dest$doc" "$dest$share"; do
    [[ ! -d $place ]] || find "$place" -depth -type d -empty -delete
  done
  if [[ -z $dest ]]; then
    journalctl --update-catalog
    [[ ! -d /run/systemd/system ]] || systemctl daemon-reload
  fi
  while IFS=$'\t' read -r source path mode; do
    [[ ! -e $dest$path ]] || die "$dest$path could not be removed."
  done < <(files)
  echo "$removed files removed."
  local kept
  for kept in "$dest/etc/polisen-collector" "$dest/var/lib/polisen-collector"; do
    [[ ! -e $kept ]] || echo "Kept: $kept (yours to remove)"
  done
  if [[ -z $dest ]] && id polisen-collector >/dev/null 2>&1; then echo 'Kept: the user polisen-collector (userdel polisen-collector)'; fi
}

may_write
case $action in
  install) install_all ;;
  uninstall) uninstall_all ;;
  *) die "no action '$action'" 'use: install or uninstall' ;;
esac
