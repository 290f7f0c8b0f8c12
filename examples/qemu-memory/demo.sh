#!/bin/bash
# Replaces a QEMU process below a running guest, whose memory is an entry. Everything happens in a
# temporary directory and is gone afterwards, also after ^C.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

prepare() {
  local tree=${FDBOXFS_TREE:-$here/../../app/target/fdboxfs}
  if [ ! -x "$tree/bin/fdboxfs" ]; then
    echo "qemu-memory: $tree is not built yet, make build does that" >&2
    exit 1
  fi
  "$here/../../testing/packages.sh" gcc:gcc python3:python3 qemu-system-x86_64:qemu-system-x86
  work=$(mktemp -d)
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  mkdir "$work/bin" "$work/box"
  cp "$here/policy.yaml" "$work/"
  ln -s "$(readlink -f "$tree/bin/fdboxfs")" "$work/bin/fdboxfs"
  export PATH=$work/bin:$PATH PYTHONDONTWRITEBYTECODE=1
  cd "$work"
  gcc -m32 -nostdlib -static -Wl,--build-id=none,-z,noexecstack,-Ttext=0x100000,-e,start -o guest "$here/guest.S"
}

clean_up() {
  trap '' INT TERM
  cd /
  fdboxfs umount --lazy "$work/box" >/dev/null 2>&1 || true
  rm -rf --one-file-system "$work"
}

prepare
fdboxfs mount -o policy=policy.yaml box
mkdir box/vm1
: >box/vm1/ram
python3 "$here/demo.py"
fdboxfs umount box
