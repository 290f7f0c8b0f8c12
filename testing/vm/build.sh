#!/bin/sh
# Builds what the test machine is started from, where it is missing, and says where it is.
set -eu

if [ "$(uname -m)" != x86_64 ]; then
  echo "build.sh: the test machine has the files of this system, which would have to be x86-64" >&2
  exit 1
fi
here=$(cd "$(dirname "$0")" && pwd)
kernel=$("$here/cached.sh" kernel.sh kernel.config)
initrd=$("$here/cached.sh" initrd.sh init.c)
echo "$kernel/bzImage"
echo "$initrd/initrd.gz"
