#!/usr/bin/env bash
# Records in emulated kernels, with the very executable that runs here: `run.sh PACKAGE.deb...` (Debian's
# linux-image-*-cloud-amd64 or -arm64 packages; without an argument the newest 6.1 and 6.12 of both are fetched). Each kernel
# records a command, and a container that a command enters; the captures are left in $OUT (default /tmp/tiercel-kernels).
# Needs qemu-system-x86_64 and -aarch64, busybox-static, cpio, and `make -C native arm64`; not part of .ci/run.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
OUT=${OUT:-/tmp/tiercel-kernels}
ARM64=$OUT/arm64
mkdir -p "$OUT"
apt_of() { # MACHINE get|cache ARGUMENT...
  local machine=$1 program=$2
  shift 2
  if [ "$machine" = "$(dpkg --print-architecture)" ]; then (cd "$OUT" && "apt-$program" "$@"); else
    "$here/native/arm64-apt.sh" "$ARM64" "$program" "$@"
  fi
}
if [ $# -eq 0 ]; then
  for machine in amd64 arm64; do
    for version in 6.1 6.12; do
      name=$(apt_of $machine cache search --names-only "^linux-image-${version//./\\.}\..*cloud-$machine$" | cut -d' ' -f1 | sort -V | tail -1)
      rm -f "$OUT/$name"_*.deb "$ARM64/$name"_*.deb
      apt_of $machine get download -qq "$name"
      set -- "$@" "$(ls "$OUT/$name"_*.deb "$ARM64/$name"_*.deb 2>/dev/null)"
    done
  done
fi
for package in "$@"; do
  work=$(mktemp -d)
  dpkg -x "$package" "$work/kernel"
  kernel=$(ls "$work"/kernel/boot/vmlinuz-*)
  release=${kernel##*/vmlinuz-}
  busybox=/bin/busybox recorder=$here/native/build/tiercel-recorder
  emulator=(qemu-system-x86_64) console=ttyS0
  if [[ $package == *_arm64.deb ]]; then
    emulator=(qemu-system-aarch64 -M virt -cpu max) console=ttyAMA0
    recorder=$here/native/build/arm64/tiercel-recorder busybox=$ARM64/busybox/bin/busybox
    [ -e "$busybox" ] || { apt_of arm64 get download -qq busybox-static && dpkg -x "$ARM64"/busybox-static_*.deb "$ARM64/busybox"; }
  fi
  mkdir -p "$work"/root/{bin,proc,sys,dev,etc,tmp}
  cp "$busybox" "$work/root/bin/busybox"
  cp "$recorder" "$work/root/bin/tiercel-recorder"
  echo 'root:x:0:0:root:/:/bin/sh' >"$work/root/etc/passwd"
  cat >"$work/root/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mount -t cgroup2 none /sys/fs/cgroup
ip link set lo up
tiercel-recorder -w /tmp/machine.scap --compress gzip -- sh -c 'ls -la /; cat /etc/passwd | wc -l; mkdir /tmp/d; mv /tmp/d /tmp/e; (sleep 0.1 & wait)'
echo "recorder ended with $?"
id=$(printf 'c5%.0s' $(seq 32))
mkdir /sys/fs/cgroup/$id
sleep 1000 &
echo $! >/sys/fs/cgroup/$id/cgroup.procs
tiercel-recorder -w /tmp/container.scap --compress gzip --all --container $id -- \
  sh -c "echo \$\$ >/sys/fs/cgroup/$id/cgroup.procs; cat /etc/passwd; (sleep 0.1 & wait)"
echo "recorder ended with $?"
for name in machine container; do
  echo "BEGIN $name"
  base64 /tmp/$name.scap
  echo "END $name"
done
sync
poweroff -f
INIT
  chmod +x "$work/root/init"
  (cd "$work/root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initramfs"
  timeout 240 "${emulator[@]}" -m 1024 -smp 2 -nographic -no-reboot -kernel "$kernel" -initrd "$work/initramfs" \
    -append "console=$console quiet panic=-1" -serial "file:$OUT/$release.log" -monitor none || true
  for name in machine container; do
    capture=$OUT/$release-$name.scap
    tr -d "\r" <"$OUT/$release.log" | sed -n "/^BEGIN $name$/,/^END $name$/p" | grep -vE '^(BEGIN|END) ' | base64 -d >"$capture" || true
    node "$here/bin/run.js" info -f json "$capture" >"$OUT/$release-$name.json" || { tail -5 "$OUT/$release.log"; exit 1; }
    grep -q '"damage": *\[\]' "$OUT/$release-$name.json" && grep -q '"execve":' "$OUT/$release-$name.json" ||
      { echo "$release: the capture of the $name is damaged, or says nothing"; exit 1; }
    # a task's last switch comes after its end, and its first page fault may come before its clone returned anywhere
    nameless=$(node "$here/bin/run.js" events "$capture" 'not evt.type in (switch, page_fault)' -p '*%proc.name' | grep -c '<NA>' || true)
    [ "$nameless" = 0 ] || { echo "$release: $nameless events of the $name have no process"; exit 1; }
    echo "$release: recorded the $name, $(node "$here/bin/run.js" events "$capture" -p '*%evt.num' | wc -l) events"
  done
  rm -rf "$work"
done
