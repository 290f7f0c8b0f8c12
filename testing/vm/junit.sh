#!/bin/bash
# Runs JUnit tests of the compiled module testing in the test machine. Without arguments, those with
# the tag "vm", which need it, and with "kernel", which depend so much on the kernel that they are run
# with that of the machine as well. The reports and the console go to testing/target/vm-reports.
#
#   junit.sh [CLASS...]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
module=$(cd "$here/.." && pwd)
target=$module/target

if [ ! -s "$target/test.classpath" ]; then
  echo "junit.sh: module testing is not compiled, make test does that" >&2
  exit 1
fi

selected=()
for class; do
  selected+=(--select-class "$class")
done
[ "$#" -gt 0 ] || selected=(--select-package org.fdboxfs.testing --include-tag 'vm | kernel')

rm -rf "$target/vm-reports"
cd "$module"
# Compiling well takes longer under emulation than running what was compiled quickly.
exec "$here/run.sh" --timeout 2400 --results "$target/vm-reports" \
  "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m -Xshare:auto \
  -Dfdboxfs.patience=5 "-Dfdboxfs.tree=$module/../app/target/fdboxfs" "-Dfdboxfs.target=$target" "-Dfdboxfs.sources=$module/src/test/c" \
  -cp "$target/test-classes:$(<"$target/test.classpath")" \
  org.junit.platform.console.ConsoleLauncher execute "${selected[@]}" \
  --include-engine junit-jupiter --fail-if-no-tests --disable-banner --disable-ansi-colors --reports-dir /run/vm/results
