#!/bin/sh
# Builds what the test machine is started from, where it is missing, and says where it is.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
kernel=$("$here/cached.sh" kernel.sh kernel.config)
initrd=$("$here/cached.sh" initrd.sh init.c)
echo "$kernel/bzImage"
echo "$initrd/initrd.gz"
