#!/bin/bash
# Plays all scenarios in the test machine, which has CUSE, VFIO and iommufds, and writes
# docs/comparison.md and testing/target/comparison.html.
#
#   run.sh LAUNCHER
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
launcher=$(realpath "${1:?usage: run.sh LAUNCHER}")
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

"$here/../packages.sh" gcc:gcc libc6-dev attr
status=0
"$here/../vm/run.sh" --timeout 3600 --results "$results" "$here/machine.sh" "$launcher" || status=$?
[ -s "$results/comparison.md" ] || exit "$((status ? status : 1))"
{
  echo '<!-- Written by make compare; do not edit. -->'
  cat "$results/comparison.md"
} >"$here/../../docs/comparison.md"
mkdir -p "$here/../target"
cp "$results/comparison.html" "$here/../target/comparison.html"
echo 'written: docs/comparison.md, testing/target/comparison.html' >&2
exit "$status"
