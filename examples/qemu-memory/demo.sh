#!/bin/bash
# Replaces a QEMU process below a running guest, whose memory is an entry. Everything happens in a
# temporary directory and is gone afterwards, also after ^C.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$here/../lib.sh"

needs gcc:gcc python3:python3 qemu-system-x86_64:qemu-system-x86
make_work
cp "$here/policy.yaml" "$work/"
gcc -m32 -nostdlib -static -Wl,--build-id=none,-z,noexecstack,-Ttext=0x100000,-e,start -o guest "$here/guest.S"
fdboxfs mount -o policy=policy.yaml box
mkdir box/vm1
: >box/vm1/ram
python3 "$here/demo.py"
fdboxfs umount box
