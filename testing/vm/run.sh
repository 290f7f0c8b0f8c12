#!/bin/bash
# Runs a command in the test machine: as root, with the files of this system as they are here. What
# it writes to them is gone afterwards, but for what it leaves in the directory $VM_RESULTS.
#
#   run.sh [--timeout SECONDS] [--memory SIZE] [--results DIR] COMMAND [ARGUMENT...]
#
# Prints what the command prints, of both kinds, and ends with its status. There is no input. DIR gets
# the results, and the console of the machine as the file console. If the machine does not boot, panics
# (125) or takes too long (124), its console is printed.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
timeout=120
memory=2G
results=

usage() {
  echo "run.sh: $1" >&2
  echo "usage: run.sh [--timeout SECONDS] [--memory SIZE] [--results DIR] COMMAND [ARGUMENT...]" >&2
  exit 2
}

while [ "$#" -gt 0 ]; do
  case $1 in
    --timeout | --memory | --results)
      [ "$#" -ge 2 ] || usage "$1 takes a value"
      declare "${1#--}=$2"
      shift 2
      ;;
    -*) usage "unknown option $1" ;;
    *) break ;;
  esac
done
[ "$#" -gt 0 ] || usage "a command is missing"

"$here/../packages.sh" qemu-system-x86_64:qemu-system-x86
built=$("$here/build.sh")
{ read -r kernel && read -r initrd; } <<<"$built"

job=$(mktemp -d)
machine=
# Called by a trap.
# shellcheck disable=SC2317
clean_up() {
  trap '' INT TERM
  [ -z "$machine" ] || { kill "$machine" 2>/dev/null && wait "$machine"; } || true
  rm -rf "$job"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

describe_job() {
  if [ -n "$results" ]; then
    mkdir -p "$results"
    results=$(realpath "$results")
  else
    results=$job/results
  fi
  mkdir -p "$job/results"
  cp "$here/guest.sh" "$job/"
  pwd >"$job/directory"
  # Methods that are compiled once more have their first instruction replaced while others enter them,
  # of which the emulator may read the first half as it was, and the second as it is.
  local java=-XX:TieredStopAtLevel=1
  local keep=("HOME=$HOME" "PATH=$PATH" "LANG=C.UTF-8" "VM_RESULTS=/run/vm/results"
    "FDBOXFS_JAVA_OPTIONS=$java")
  [ -z "${JAVA_HOME:-}" ] || keep+=("JAVA_HOME=$JAVA_HOME")
  printf '%s\0' env -i "${keep[@]}" "$@" >"$job/command"
}

share() { # path, tag, further options
  printf '%s' "local,path=${1//,/,,},mount_tag=$2,multidevs=remap,$3"
}

# QEMU makes its output non-blocking, so it gets a pipe: ours is also that of others.
start() {
  exec {output}> >(exec cat)
  relay=$!
  timeout --kill-after=5 "$timeout" qemu-system-x86_64 \
    -machine q35 -accel tcg -cpu max -smp 2 -m "$memory" -nodefaults -display none -no-reboot \
    -kernel "$kernel" -initrd "$initrd" \
    -append 'console=ttyS0 panic=-1 oops=panic no_timer_check kho=on liveupdate=on intel_iommu=on' \
    -device intel-iommu \
    -chardev "file,id=console,path=${results//,/,,}/console" -serial chardev:console \
    -chardev stdio,id=output,signal=off -serial chardev:output \
    -virtfs "$(share / host security_model=passthrough,readonly=on)" \
    -virtfs "$(share "$job" job security_model=none)" \
    -virtfs "$(share "$results" results security_model=none)" \
    </dev/null >&"$output" &
  machine=$!
  exec {output}>&-
}

describe_job "$@"
start
ended=0
wait "$machine" || ended=$?
machine=
wait "$relay"
if [ -s "$job/status" ]; then
  exit "$(<"$job/status")"
fi
{
  cat "$results/console" || true
  case $ended in
    124 | 137) echo "run.sh: the machine was ended after $timeout seconds; above is its console" ;;
    *) echo "run.sh: the machine ended by itself (QEMU: $ended); above is its console" ;;
  esac
} >&2
[ "$ended" != 124 ] && [ "$ended" != 137 ] || exit 124
exit 125
