#!/usr/bin/env bash
# Records in emulated kernels, with the very executable that runs here: `run.sh PACKAGE.deb...` (Debian's
# linux-image-*-cloud-amd64 packages; without an argument the newest 6.1 and 6.12 are fetched). Leaves one capture a kernel
# in $OUT (default /tmp/tiercel-kernels). Needs qemu-system-x86_64, busybox-static, cpio; not part of .ci/run.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
OUT=${OUT:-/tmp/tiercel-kernels}
recorder=$here/native/build/tiercel-recorder
mkdir -p "$OUT"
if [ $# -eq 0 ]; then
  for version in 6.1 6.12; do
    name=$(apt-cache search --names-only "^linux-image-${version//./\\.}\..*cloud-amd64$" | cut -d' ' -f1 | sort -V | tail -1)
    (cd "$OUT" && apt-get download -qq "$name")
    set -- "$@" "$OUT/$name"_*.deb
  done
fi
for package in "$@"; do
  work=$(mktemp -d)
  dpkg -x "$package" "$work/kernel"
  kernel=$(ls "$work"/kernel/boot/vmlinuz-*)
  release=${kernel##*/vmlinuz-}
  mkdir -p "$work"/root/{bin,proc,sys,dev,etc,tmp}
  cp /bin/busybox "$work/root/bin/busybox"
  cp "$recorder" "$work/root/bin/tiercel-recorder"
  echo 'root:x:0:0:root:/:/bin/sh' >"$work/root/etc/passwd"
  cat >"$work/root/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
ip link set lo up
tiercel-recorder -w /tmp/out.scap --compress gzip -- sh -c 'ls -la /; cat /etc/passwd | wc -l; mkdir /tmp/d; mv /tmp/d /tmp/e; (sleep 0.1 & wait)'
echo "recorder ended with $?"
base64 /tmp/out.scap >/dev/ttyS1
sync
poweroff -f
INIT
  chmod +x "$work/root/init"
  (cd "$work/root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initramfs"
  timeout 240 qemu-system-x86_64 -m 1024 -smp 2 -nographic -no-reboot -kernel "$kernel" -initrd "$work/initramfs" \
    -append 'console=ttyS0 quiet panic=-1' -serial "file:$OUT/$release.log" -serial "file:$OUT/$release.raw" -monitor none || true
  tr -d "\r" <"$OUT/$release.raw" | base64 -d >"$OUT/$release.scap"
  tail -5 "$OUT/$release.log"
  node "$here/bin/run.js" info -f json "$OUT/$release.scap" >"$OUT/$release.json"
  grep -q '"damage": *\[\]' "$OUT/$release.json" && grep -q '"execve":' "$OUT/$release.json" ||
    { echo "$release: the capture is damaged, or says nothing"; exit 1; }
  echo "$release: recorded"
  rm -rf "$work"
done
