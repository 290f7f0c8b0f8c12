#!/bin/bash
# VFIO and iommufd for real, in the test machine: the same steps with the kernel's nodes and with
# entries.
#
#   test.sh LAUNCHER
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
launcher=$(realpath "${1:?usage: test.sh LAUNCHER}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$here/../packages.sh" gcc:gcc libc6-dev attr
kernel=$("$here/../vm/build.sh" | sed -n 1p)
# The kernel's own headers: those of this system may know nothing of device nodes and iommufd.
gcc -O2 -Wall -Wextra -Werror -isystem "${kernel%/*}/include" -o "$work/vfiosteps" "$here"/*.c
"$here/../vm/run.sh" --timeout 300 "$here/machine.sh" "$launcher" "$work/vfiosteps"
