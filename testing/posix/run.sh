#!/bin/sh
# The same file operations in a tmpfs and in a box, which must come out the same: scripts, random
# operations, one file against a model of it, and several processes at once; on a mount with
# passthrough and on one without.
#
#   run.sh LAUNCHER [SEED]
#
# Takes about a minute, as root. Prints a line "N passed, M failed" for each part; exit 1 when
# anything failed. Besides fixed seeds one is drawn, and printed: give it to see a failure again.
set -u
launcher=${1:?usage: run.sh LAUNCHER [SEED]}
seed=${2:-$(date +%s)}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
failures=0

clean() {
  for mount in passthrough forwarded; do
    "$launcher" umount "$work/$mount" 2>/dev/null
  done
  umount "$work/reference" 2>/dev/null
  rm -rf --one-file-system "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

part() { # what it is about, and the arguments
  printf '%s: ' "$1"
  shift
  "$work/posixdiff" "$@" || failures=$((failures + 1))
}

all_parts() { # name of the mount, then options of posixdiff for it
  box=$work/$1/box
  mount=$1
  shift
  daemon=$(sed -n 's/.*"pid" *: *\([0-9]*\).*/\1/p;q' "$work/$mount/.fdbox/status")
  part "$mount" steps "$work/reference" "$box" "$here"/steps/*.steps "$@"
  for each in 1 "$seed"; do
    part "$mount" random "$work/reference" "$box" --seed "$each" --ops 2000 "$@"
    part "$mount" model "$box" --seed "$each" --ops 8000 "$@"
    part "$mount" stress "$box" --seed "$each" --ops 10000 --daemon "$daemon"
  done
}

set -e
gcc -O2 -Wall -Wextra -Werror -o "$work/posixdiff" "$here"/*.c
mkdir "$work/reference" "$work/passthrough" "$work/forwarded"
chmod 755 "$work"
mount -t tmpfs -o strictatime,size=1g posixdiff "$work/reference"
"$launcher" mount "$work/passthrough"
"$launcher" mount -o passthrough=no "$work/forwarded"
mkdir "$work/passthrough/box" "$work/forwarded/box"
set +e

all_parts passthrough
all_parts forwarded --forwarded
[ "$failures" = 0 ]
