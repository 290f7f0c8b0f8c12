#!/bin/bash
# Runs every example and the tests of the clients: a line for each, and all that one said if it failed.
# One that leaves a file, a mount or a process behind has failed as well.
#
#   run-all.sh [NAME...]
set -eu
cd "$(dirname "$0")"

# More than any of them takes, so that one that hangs is a failure and not the end of patience.
limit_seconds=300

scripts=(tour/tour.sh */demo.sh clients-test.sh)
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
trap 'exit 130' INT TERM

name_of() {
  local name=${1%%/*}
  echo "${name%.sh}"
}

chosen() { # name, and the names that were asked for
  [ "$#" -gt 1 ] || return 0
  local name=$1 each
  shift
  for each; do
    [ "$each" != "$name" ] || return 0
  done
  return 1
}

# The processes of an example, known by what they have in their environment.
processes() {
  grep -lzsx "FDBOXFS_EXAMPLE=$1" /proc/[0-9]*/environ | cut -d / -f 3
}

left_behind() { # directory for temporary files, mark of the processes
  local deadline=$((SECONDS + 10)) status=1
  # The end of a process is a moment after the end of the example.
  while [ -n "$(processes "$2")" ] && [ "$SECONDS" -lt "$deadline" ]; do
    sleep 0.05
  done
  for process in $(processes "$2"); do
    echo "left behind: process $process: $(tr '\0' ' ' <"/proc/$process/cmdline" | cut -c -100)"
    kill -9 "$process"
    status=0
  done
  if [ -n "$(ls -A "$1")" ]; then
    echo "left behind in $1:"
    # What is mounted there as well, so that the directory can be removed.
    ls -lA "$1"
    grep -F " $1/" /proc/self/mounts | cut -d ' ' -f 2 | xargs -r umount --lazy --verbose
    status=0
  fi
  return "$status"
}

run_one() { # script: its output is in $work/output
  local mark temporary
  mark=$$-$(name_of "$1")
  temporary=$(mktemp -d "$work/XXXXXX")
  TMPDIR=$temporary FDBOXFS_EXAMPLE=$mark timeout -k 10 "$limit_seconds" "./$1" \
    </dev/null >"$work/output" 2>&1 || {
    echo "(exit status $?)" >>"$work/output"
    left_behind "$temporary" "$mark" >>"$work/output" || true
    return 1
  }
  ! left_behind "$temporary" "$mark" >>"$work/output"
}

failures=0
count=0
for script in "${scripts[@]}"; do
  name=$(name_of "$script")
  chosen "$name" "$@" || continue
  count=$((count + 1))
  begin=$SECONDS
  if run_one "$script"; then
    printf 'ok      %-18s %3d s\n' "$name" $((SECONDS - begin))
  else
    printf 'FAILED  %-18s %3d s\n' "$name" $((SECONDS - begin))
    sed 's/^/    /' "$work/output"
    failures=$((failures + 1))
  fi
done
if [ "$count" = 0 ]; then
  echo "run-all.sh: there is no such example: $*" >&2
  exit 2
fi
[ "$failures" = 0 ]
