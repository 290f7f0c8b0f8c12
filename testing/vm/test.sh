#!/bin/sh
# The tests that need the test machine; builds it where it is missing.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
"$here/selftest.sh"
"$here/junit.sh"
