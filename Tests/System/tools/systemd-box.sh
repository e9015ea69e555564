#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A throw-away Debian with a real systemd as PID 1.
#   systemd-box.sh build ROOTFS          makes the root file system (mmdebstrap or debootstrap; about a minute, 160 MB)
#   systemd-box.sh run ROOTFS SCRIPT [DIRECTORY]
#       boots it on a tmpfs over ROOTFS, which stays as it is; runs SCRIPT inside by bash, shuts down.
#       DIRECTORY is /opt/in inside. Exit status: the script's; 125 where it does not boot.
#   systemd-box.sh can                   says what is missing for it here and ends with 1, or ends with 0
# The box has processes, mounts and control groups of its own and shares the network. Limits of memory are enforced:
# it gets a group in every hierarchy of cgroup v1, or one of v2.
set -euo pipefail

packages=systemd,systemd-sysv,dbus,ca-certificates,init-system-helpers,libcurl4,libsystemd0,libyaml-0-2,zlib1g,procps
die() { echo "systemd-box: $1" >&2; exit 125; }

# What is missing here; nothing where all is there.
lacking() {
  ((EUID == 0)) || { echo 'not root'; return; }
  local tool
  for tool in unshare nsenter mount; do command -v "$tool" >/dev/null || { echo "no $tool"; return; }; done
  unshare --mount --uts --ipc --cgroup --pid --fork sh -c 'mount -t tmpfs none /mnt' 2>/dev/null ||
    { echo 'namespaces or mounts are not allowed here'; return; }
}

build() {
  local target=$1 mirror suite=bookworm
  [[ ! -e $target ]] || die "$target exists"
  # One of the two places is usually missing, which is no trouble.
  mirror=$({ cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null || true; } |
    awk '!found && $1 == "URIs:" { found = $2 } !found && $1 == "deb" { found = $2 } END { print found }')
  if command -v mmdebstrap >/dev/null; then
    mmdebstrap --quiet --mode=root --variant=minbase --include="$packages" --dpkgopt='path-exclude=/usr/share/man/*' \
      --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
      "$suite" "$target.part" "$mirror" >&2
  else
    debootstrap --variant=minbase --include="$packages" "$suite" "$target.part" "$mirror" >&2
  fi
  : >"$target.part/etc/machine-id"
  : >"$target.part/etc/resolv.conf"
  mkdir -p "$target.part/var/log/journal"
  # What a test does not need, and what is slow or noisy at boot.
  local unit
  for unit in systemd-networkd systemd-resolved systemd-timesyncd apt-daily.timer apt-daily-upgrade.timer \
    dpkg-db-backup.timer e2scrub_all.timer fstrim.timer getty.target console-getty; do
    chroot "$target.part" systemctl mask "$unit" >/dev/null 2>&1 || true
  done
  mv "$target.part" "$target"
}

# Makes a control group for the box in each hierarchy; its directories are in $groups.
groups=()
make_groups() {
  local hierarchy key current place
  if [[ -f /sys/fs/cgroup/cgroup.controllers ]]; then
    place=/sys/fs/cgroup/$name
    mkdir "$place"
    groups+=("$place")
    # Pass on what the root hands out; where it hands out nothing, limits are not enforced, which the test will say.
    for key in $(</sys/fs/cgroup/cgroup.controllers); do
      echo "+$key" >/sys/fs/cgroup/cgroup.subtree_control 2>/dev/null || true
    done
    return
  fi
  for hierarchy in cpu cpuacct cpuset memory devices freezer blkio pids systemd unified; do
    [[ -d /sys/fs/cgroup/$hierarchy ]] || continue
    key=$hierarchy
    [[ $hierarchy != systemd ]] || key='name=systemd'
    [[ $hierarchy != unified ]] || key=
    current=$(awk -F: -v key="$key" '$2 == key { print $3 }' /proc/self/cgroup)
    place=/sys/fs/cgroup/$hierarchy${current%/}/$name
    mkdir "$place"
    groups+=("$place")
    if [[ $hierarchy == cpuset ]]; then
      cat "${place%/*}/cpuset.cpus" >"$place/cpuset.cpus"
      cat "${place%/*}/cpuset.mems" >"$place/cpuset.mems"
    fi
  done
}

tidy() {
  local group
  # unshare takes its child along, and with PID 1 the kernel takes all of the box.
  [[ -z ${outer:-} ]] || kill -KILL "$outer" 2>/dev/null || true
  wait 2>/dev/null || true
  for group in "${groups[@]}"; do find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true; done
  rm -rf "$work"
}

# Inside the new namespaces: mounts, then init.
# shellcheck disable=SC2016
boot='
set -e
mount -t tmpfs -o size=1g tmpfs "$work/over"
mkdir "$work/over/upper" "$work/over/work"
mount -t overlay -o "lowerdir=$rootfs,upperdir=$work/over/upper,workdir=$work/over/work" overlay "$work/root"
cd "$work/root"
mount -t proc proc proc
# What the kernel has but once is the host'\''s: PID 1 would set net.unix.max_dgram_qlen and others for everybody.
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t tmpfs -o mode=755 tmpfs dev
for node in null zero full random urandom tty; do touch dev/$node; mount --bind /dev/$node dev/$node; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs tmpfs dev/shm
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin; ln -s fd/1 dev/stdout; ln -s fd/2 dev/stderr
touch dev/console; mount --bind /dev/null dev/console
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs tmpfs tmp
mount -t sysfs -o ro sysfs sys
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
  mount -t cgroup2 cgroup2 sys/fs/cgroup
else
  mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
  for h in cpu cpuacct cpuset memory devices freezer blkio pids; do
    mkdir sys/fs/cgroup/$h; mount -t cgroup -o $h cgroup sys/fs/cgroup/$h
  done
  mkdir sys/fs/cgroup/systemd sys/fs/cgroup/unified
  mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
  mount -t cgroup2 cgroup2 sys/fs/cgroup/unified
fi
if [ -n "$share" ]; then mkdir -p opt/in; mount --bind "$share" opt/in; fi
hostname box
mkdir -p .old; pivot_root . .old; umount -l /.old; rmdir /.old; mount --make-rshared /
exec env -i container=box PATH=/usr/sbin:/usr/bin:/sbin:/bin /sbin/init
'

run() {
  rootfs=$(realpath "$1") share=${3:+$(realpath "$3")}
  local script status=0 began
  script=$(realpath "$2")
  name=systemd-box-$$
  work=$(mktemp -d "/tmp/$name.XXXXXX")
  export rootfs share work
  trap tidy EXIT
  mkdir "$work/over" "$work/root"
  make_groups
  began=$(date +%s%N)
  (
    # This shell alone goes into the groups, and takes them along as the roots the box sees.
    for group in "${groups[@]}"; do echo "$BASHPID" >"$group/cgroup.procs"; done
    exec unshare --mount --uts --ipc --cgroup --pid --fork --kill-child --propagation private bash -c "$boot"
  ) </dev/null >"$work/console" 2>&1 &
  outer=$!
  init=
  for _ in $(seq 1500); do
    init=$(ps -o pid= --ppid "$outer" | tr -d ' ' | head -n 1 || true)
    [[ -z $init ]] || ! nsenter -t "$init" -a test -S /run/systemd/private 2>/dev/null || break
    kill -0 "$outer" 2>/dev/null || { cat "$work/console" >&2; init=; die 'it did not boot'; }
    sleep 0.02
  done
  [[ -n $init ]] || die 'it did not boot within 30 s'
  nsenter -t "$init" -a systemctl is-system-running --wait >"$work/state" || true
  echo "booted: $(cat "$work/state") after $((($(date +%s%N) - began) / 1000000)) ms"
  nsenter -t "$init" -a env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM=dumb \
    bash -s <"$script" || status=$?
  kill -s RTMIN+4 "$init"
  for _ in $(seq 250); do
    kill -0 "$init" 2>/dev/null || break
    sleep 0.02
  done
  return "$status"
}

case ${1:-} in
  build) build "$2" ;;
  run) run "$2" "$3" "${4:-}" ;;
  can)
    missing=$(lacking)
    [[ -z $missing ]] || { echo "$missing"; exit 1; }
    ;;
  *) sed -n '3,12p' "$0" >&2; exit 64 ;;
esac
