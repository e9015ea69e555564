#!/bin/sh
# SPDX-License-Identifier: MIT
#
# with-journald.sh COMMAND [ARGUMENT...]
#
# Runs COMMAND beside a real systemd-journald of its own, in a private mount namespace: nothing of the machine's own
# journal is read or written. The command finds the daemon's process id in JOURNALD_PID. Needs root, or a user
# namespace around it (unshare --user --map-root-user).
# Exit status: that of COMMAND; 125 where no journald could be started.
set -eu

daemon=/lib/systemd/systemd-journald
socket=/run/systemd/journal/socket

if [ $# -eq 0 ]; then
    echo "usage: $0 COMMAND [ARGUMENT...]" >&2
    exit 64
fi
if [ ! -x "$daemon" ]; then
    echo "$0: $daemon is missing; install the package systemd" >&2
    exit 125
fi
if [ "${WITH_JOURNALD_NAMESPACE:-}" != entered ]; then
    WITH_JOURNALD_NAMESPACE=entered exec unshare --mount --propagation private -- "$0" "$@"
fi
unset WITH_JOURNALD_NAMESPACE

prepare() {
    mkdir -p /run/systemd /run/log
    mount -t tmpfs -o mode=755,size=64m tmpfs /run/systemd
    mount -t tmpfs -o mode=755,size=256m tmpfs /run/log
    if [ ! -s /etc/machine-id ]; then
        systemd-id128 new >/run/systemd/machine-id
        mount --bind /run/systemd/machine-id /etc/machine-id
    fi
    mkdir -p /run/systemd/journald.conf.d /run/systemd/journal "/run/log/journal/$(cat /etc/machine-id)"
    cat >/run/systemd/journald.conf.d/test.conf <<'CONF'
[Journal]
Storage=volatile
RuntimeMaxUse=200M
RateLimitIntervalSec=0
ReadKMsg=no
Audit=no
ForwardToSyslog=no
ForwardToWall=no
CONF
}

# shellcheck disable=SC2317 # called by the trap
stop() {
    # A test may have stopped it with SIGSTOP.
    kill -CONT "$JOURNALD_PID" 2>/dev/null || true
    kill -TERM "$JOURNALD_PID" 2>/dev/null || true
    wait "$JOURNALD_PID" 2>/dev/null || true
}

prepare || exit 125
"$daemon" >/dev/null 2>&1 &
JOURNALD_PID=$!
export JOURNALD_PID
trap stop EXIT

tries=0
until [ -S "$socket" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 500 ] || ! kill -0 "$JOURNALD_PID" 2>/dev/null; then
        echo "$0: journald did not start" >&2
        exit 125
    fi
    sleep 0.01
done

status=0
"$@" || status=$?
exit "$status"
