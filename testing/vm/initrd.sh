#!/bin/bash
# initrd.sh DIR: makes DIR/initrd.gz, in which init.c is the only file.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
dir=$1
"$here/../packages.sh" gcc:gcc libc6-dev cpio:cpio
mkdir "$dir/tree"
gcc -O2 -Wall -Wextra -Werror -static -s -o "$dir/tree/init" "$here/init.c"
(cd "$dir/tree" && find . | cpio --quiet -o -H newc -R 0:0) | gzip -1 >"$dir/initrd.gz"
rm -r "$dir/tree"
