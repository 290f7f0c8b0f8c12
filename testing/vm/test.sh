#!/bin/sh
# The tests that need the test machine, which is built where it is missing.
#
#   test.sh LAUNCHER
set -eu

here=$(cd "$(dirname "$0")" && pwd)
"$here/selftest.sh"
"$here/junit.sh"
"$here/../vfio/test.sh" "${1:?usage: test.sh LAUNCHER}"
"$here/run.sh" "$here/../../examples/fdbox-utils/demo.sh" /dev/fdbox
