#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs what is missing for the purposes named: build, test, lint, demo, bench, pages. Nothing is asked of the package
# sources when nothing is missing, so a prepared machine needs no network and no rights.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

least_swift=6.2

# What a purpose needs, as name of a Debian package and how to see that it is there:
# `-` asks dpkg, a path must exist, anything else must be a program on PATH (or in /usr/sbin).
needs() {
  case $1 in
    build)
      cat <<'END'
libcurl4-openssl-dev -
libssl-dev -
libsystemd-dev -
libyaml-dev -
zlib1g-dev -
libc6-dev -
libstdc++-12-dev /usr/include/c++
binutils ld
pkg-config pkg-config
ca-certificates /etc/ssl/certs/ca-certificates.crt
END
      ;;
    test)
      needs lint
      cat <<'END'
openssl openssl
gzip gzip
util-linux unshare
nghttp2-server nghttpd
systemd /lib/systemd/systemd-journald
curl curl
jq jq
procps ps
python3 python3
python3-venv -
END
      ;;
    lint) echo 'shellcheck shellcheck' ;;
    demo) printf '%s\n' 'curl curl' 'jq jq' ;;
    bench)
      cat <<'END'
python3 python3
python3-venv -
nginx-light nginx
openssl openssl
END
      ;;
    pages)
      has chromium || has google-chrome || echo 'chromium-headless-shell chromium-headless-shell'
      cat <<'END'
fonts-inter -
fonts-liberation2 -
poppler-utils pdftotext
python3 python3
python3-venv -
END
      ;;
    *) die "unknown purpose '$1'" 'use: build test lint demo bench pages' ;;
  esac
}

is_there() {
  case $2 in
    -) dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed' ;;
    /*) [[ -e $2 ]] ;;
    *) PATH=$PATH:/usr/sbin:/sbin has "$2" ;;
  esac
}

install() {
  local -a as_root=()
  has apt-get || die "these are missing: $*" 'There is no apt-get here; install what corresponds to these Debian packages.'
  if ((EUID != 0)); then
    has sudo || die "these packages are missing: $*" "Not root, and there is no sudo. As root: apt-get install $*"
    as_root=(sudo)
    if ! sudo -n true 2>/dev/null && [[ ! -t 0 ]]; then
      die "these packages are missing: $*" "sudo wants a password and nobody is there to type it." \
        "Run once: sudo apt-get install $*"
    fi
  fi
  echo "Installing: $*"
  local log status=0
  log=$(mktemp)
  { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1 || status=$?
  if ((status != 0)); then
    tail -n 20 "$log" >&2
    rm -f "$log"
    die "apt-get could not install: $*" 'Its last lines stand above. Are the package sources reachable (apt-get update)?'
  fi
  rm -f "$log"
}

check_swift() {
  has swift || die "there is no 'swift' on PATH." \
    "Polisen Collector is written in Swift: install a toolchain of $least_swift or later from https://swift.org/install" \
    "and put its usr/bin on PATH, for example: export PATH=\$HOME/swift/usr/bin:\$PATH"
  local said version
  said=$(swift --version 2>&1) || {
    # A toolchain that was only unpacked: these are the libraries its programs load.
    [[ $said == *'error while loading shared libraries'* ]] && has apt-get &&
      install libncurses6 libxml2 libsqlite3-0 libedit2 libz3-4 tzdata
    said=$(swift --version 2>&1) || die "'swift --version' fails, so this toolchain does not work:" "$said"
  }
  version=$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<<"$said" | head -n 1)
  [[ -n $version ]] || die 'cannot tell the version of the Swift toolchain from:' "$said"
  if [[ $(printf '%s\n' "$least_swift" "$version" | sort -V | head -n 1) != "$least_swift" ]]; then
    die "Swift $version is too old: $least_swift or later is needed." "found at: $(command -v swift)"
  fi
}

(($# > 0)) || die 'no purpose named' 'use: Scripts/deps.sh build test lint demo bench pages'
check_swift
missing=()
for purpose in "$@"; do
  needs "$purpose" >/dev/null || exit 1
  while read -r package sign; do
    is_there "$package" "$sign" || missing+=("$package")
  done < <(needs "$purpose")
done
if ((${#missing[@]} > 0)); then
  mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
  install "${missing[@]}"
fi
