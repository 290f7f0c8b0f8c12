#!/usr/bin/env bash
#
# The benchmark behind `make bench`: fdboxfs against a filesystem that does nothing (nullfs.c), against
# bare memory, and its socket against s6-fdholderd. It reports and never judges: the exit status is 0 when targets are missed, and
# not 0 when something did not work.
#
#   bench.sh [LAUNCHER]
#
#   FDBOXFS             the launcher, when not given as argument; default: what `make build` leaves
#   BENCH_QUICK=1       a look in about a minute; writes no page unless BENCH_REPORT is set
#   BENCH_LOAD_SECONDS  length of the mixed load (60; quick 4)
#   BENCH_ENTRIES       entries in the large directory (100000)
#   BENCH_ROUNDS        rounds of the short figures (41; quick 11)
#   BENCH_OPTIONS       further mount options for fdboxfs, as `threads=2,keeper=none`
#   BENCH_REPORT        the page to write (docs/benchmarks.md)
#   BENCH_PEER_ONLY=1   only the peers, without fdboxfs
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
export LC_ALL=C # numbers with a point, messages in one language

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
launcher=${1:-${FDBOXFS:-$root/app/target/fdboxfs/bin/fdboxfs}}
quick=${BENCH_QUICK:-}
peer_only=${BENCH_PEER_ONLY:-}
entries=${BENCH_ENTRIES:-100000}
options=${BENCH_OPTIONS:-}
if [ -n "$quick" ]; then
  load_seconds=${BENCH_LOAD_SECONDS:-4}
  rounds=${BENCH_ROUNDS:-11}
  report=${BENCH_REPORT:-}
  calls=1000 reads=10000 big_reads=50 accesses=200000 puts=2000 long_rounds=3 memory_mib=64
  takes=1000 crowd_milliseconds=150
else
  load_seconds=${BENCH_LOAD_SECONDS:-60}
  rounds=${BENCH_ROUNDS:-41}
  report=${BENCH_REPORT:-$root/docs/benchmarks.md}
  # Many short rounds rather than few long ones: on which core the two sides of a call run is
  # decided anew after each pause and changes the time of a call several fold.
  calls=2000 reads=20000 big_reads=100 accesses=500000 puts=5000 long_rounds=7 memory_mib=256
  takes=2000 crowd_milliseconds=500
fi
mounts=5

# shellcheck source=lib.sh
. "$here/lib.sh"
# shellcheck source=exchange.sh
. "$here/exchange.sh"
# shellcheck source=report.sh
. "$here/report.sh"

# ---- what must be there ----

prepare() {
  local fuse_flags how=(-std=gnu11 -O2 -Wall -Wextra)
  "$root/testing/packages.sh" gcc:gcc libc6-dev pkg-config:pkg-config libfuse-dev libfuse2 fusermount:fuse3 \
    s6-fdholder-daemon:s6
  [ -c /dev/fuse ] || die "/dev/fuse is missing: load the fuse module, or give it to this container"
  if [ -z "$peer_only" ]; then
    [ -x "$launcher" ] || die "there is no launcher $launcher: run \`make build\` first"
    command -v jcmd >/dev/null || PATH=$PATH:$(dirname "$(readlink -f "$(command -v java || echo /)")")
    command -v jcmd >/dev/null || die "jcmd is missing: a JDK is needed, not only a runtime"
  fi

  # Each entry is a descriptor of the daemon. Where the machine's limit is too low, root can usually raise
  # it; where that is forbidden too, the large directory is filled up with directories, and the table says so.
  local need=$((entries + 20000)) limit
  limit=$(ulimit -Hn)
  if [ -z "$peer_only" ] && [ "$limit" != unlimited ] && [ "$limit" -lt "$need" ]; then
    ulimit -Hn "$need" 2>/dev/null || say "a process may hold $limit descriptors here, $need would be needed"
  fi

  work=$(mktemp -d) && work=$(cd "$work" && pwd -P)
  results=$work/results rows=$work/rows
  : >"$results"
  : >"$rows"
  read -ra fuse_flags <<<"$(pkg-config --cflags --libs fuse)"
  gcc "${how[@]}" -pthread "$here"/{probe,turns,entries,load,measure}.c -o "$work/probe"
  gcc "${how[@]}" "$here/nullfs.c" "${fuse_flags[@]}" -o "$work/nullfs"
  gcc "${how[@]}" "$here/exchange.c" "$here/holder.c" "$here/measure.c" -o "$work/exchange"
  gcc "${how[@]}" "$here/crowd.c" "$here/holder.c" "$here/measure.c" -o "$work/crowd"
  gcc "${how[@]}" "$here/spawn.c" "$here/measure.c" -o "$work/spawn"
}

# ---- mounting ----

mount_peer() { # DIRECTORY OPTIONS...
  local directory=$1 pid
  shift
  mkdir "$directory"
  mounted+=("$directory")
  "$work/nullfs" "$@" -f "$directory" &
  pid=$!
  remember "$pid"
  await 50 test -e "$directory/box/ram" || die "the peer did not mount"
}

daemon='' # PID:START

mount_fdboxfs() { # DIRECTORY [OPTIONS]; leaves the milliseconds it took in $took
  local directory=$1 given=${2:-} start end pid
  given=${given}${given:+${options:+,}}${options}
  mkdir -p "$directory"
  mounted+=("$directory")
  start=$EPOCHREALTIME
  # To a file: a pipe would be read until the daemon itself has ended.
  timeout --foreground 60 "$launcher" mount ${given:+-o "$given"} "$directory" >"$work/mount.log" 2>&1 || {
    cat "$work/mount.log" >&2
    die "fdboxfs did not mount"
  }
  end=$EPOCHREALTIME
  mkdir "$directory/box" || die "fdboxfs mount returned before the mount was usable"
  took=$(awk -v a="$start" -v b="$end" 'BEGIN { printf "%.1f", (b - a) * 1000 }')
  pid=$(status_field "$directory" pid)
  [ -n "$pid" ] || die "the mount's status does not name the daemon"
  remember "$pid"
  daemon=${processes[-1]}
}

status_field() { # DIRECTORY KEY: the first plain value of that name
  tr -d '\n' <"$1/.fdbox/status" | awk -v key="\"$2\"" '{
    rest = substr($0, index($0, key) + length(key))
    if (index($0, key) && match(rest, /^[ \t]*:[ \t]*"?[^",} \t]*/)) {
      found = substr(rest, 1, RLENGTH)
      sub(/^[ \t]*:[ \t]*"?/, "", found)
      print found
    }
  }'
}

umount_fdboxfs() {
  timeout --foreground 60 "$launcher" umount "$1" >"$work/mount.log" 2>&1 || {
    cat "$work/mount.log" >&2
    die "fdboxfs did not unmount"
  }
  await 100 ended "$daemon" || die "the daemon still runs 10 s after unmounting"
  daemon=''
}

# ---- measuring ----

resident() { # KEY (VmRSS or VmHWM), in MiB
  awk -v key="$1:" '$1 == key { printf "%.1f", $2 / 1024 }' "/proc/${daemon%%:*}/status"
}

heap() { # what is alive in the daemon's heap, in MiB; the histogram collects garbage first
  jcmd "${daemon%%:*}" GC.class_histogram >"$work/histogram" || die "jcmd cannot reach the daemon"
  awk '$1 == "Total" { printf "%.1f", $3 / 1048576; found = 1 } END { exit !found }' "$work/histogram" ||
    die "jcmd gave no histogram"
}

time_ls() { # DIRECTORY: nanoseconds of each run of the real ls
  local i start end times=()
  [ "$(command ls -f "$1" | wc -l)" -ge "$entries" ] || die "ls -f does not list $entries entries"
  for ((i = 0; i < long_rounds; i++)); do
    start=$EPOCHREALTIME
    command ls -f "$1" >/dev/null
    end=$EPOCHREALTIME
    times+=("$(awk -v a="$start" -v b="$end" 'BEGIN { printf "%.0f", (b - a) * 1e9 }')")
  done
  record ls fdboxfs "${times[@]}"
}

measure_peer_figures() { # [LABEL=MOUNT]: fdboxfs takes part when given
  local systems=("$@" "nullfs-single=$work/single" "nullfs-multi=$work/multi") files=() boxes=() system
  for system in "${systems[@]}"; do
    files+=("$system/box/ram")
    boxes+=("$system/box")
  done
  say 'measuring open+close and lookup of a missing name'
  probe open "$rounds" "$calls" "${files[@]}"
  probe missing "$rounds" "$calls" "${boxes[@]}"
  measure_on_one_core probe open "$rounds" "$calls" "${files[@]}"
  measure_on_one_core probe missing "$rounds" "$calls" "${boxes[@]}"
}

# With the means of Java: what is measured is a part of the daemon, without a mount.
measure_decisions() {
  local built=$root/policy/target
  [ -s "$built/test.classpath" ] || die "module policy is not compiled: run \`make build\` first"
  say 'measuring decisions'
  run_program "$results" "${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp "$built/test-classes:$built/classes:$(<"$built/test.classpath")" \
    org.fdboxfs.policy.DecisionBenchmark ${quick:+quick}
}

measure_fdboxfs() {
  local mount=$work/fdboxfs i took mib times=()

  say "measuring $mounts mounts"
  for ((i = 0; i < mounts; i++)); do
    [ "$i" = 0 ] || umount_fdboxfs "$mount"
    mount_fdboxfs "$mount"
    times+=("$took")
  done
  record mount fdboxfs "${times[@]}"
  version=$(status_field "$mount" version)
  jvm=$(jcmd "${daemon%%:*}" VM.version | sed -n 's/ version / /p') || die "jcmd cannot reach the daemon"
  # A daemon that jcmd never spoke to: answering makes it start threads and load classes.
  umount_fdboxfs "$mount"
  mount_fdboxfs "$mount"
  sleep 2 # an idle daemon is meant, so what starting it set off must have come to rest
  mib=$(resident VmRSS)
  record rss-empty fdboxfs "$mib"

  say "mixed load for $load_seconds s"
  probe load "$load_seconds" "$mount/box"
  mib=$(resident VmRSS)
  record rss-load fdboxfs "$mib"
  mib=$(resident VmHWM)
  record rss-peak fdboxfs "$mib"

  : >"$mount/box/ram"
  truncate -s 64M "$mount/box/ram"
  measure_peer_figures "fdboxfs=$mount"
  say 'measuring reads and mapped access'
  probe pread4k-hot "$rounds" "$reads" "$memory_mib" "fdboxfs=$mount/box"
  probe pread4k "$rounds" "$reads" "$memory_mib" "fdboxfs=$mount/box"
  probe pread1m "$rounds" "$big_reads" "$memory_mib" "fdboxfs=$mount/box"
  probe mapped "$rounds" "$accesses" "$memory_mib" "fdboxfs=$mount/box"
  say 'measuring put'
  probe put "$long_rounds" "$puts" "fdboxfs=$mount/box"
  measure_exchange "$mount"
  umount_fdboxfs "$mount"

  # A mount of its own, as the default quotas stop short of 100,000 entries in one box.
  printf 'version: 1\nquotas: { entriesPerBox: %d, entriesPerUser: %d }\n' \
    $((entries * 2)) $((entries * 4)) >"$work/policy.yaml"
  say "putting and listing $entries entries"
  mount_fdboxfs "$mount" "policy=$work/policy.yaml"
  probe fill "$entries" "fdboxfs=$mount/box"
  mib=$(resident VmRSS)
  record rss-many fdboxfs "$mib"
  probe list "$long_rounds" "$entries" "fdboxfs=$mount/box"
  time_ls "$mount/box"
  mib=$(heap)
  record heap fdboxfs "$mib"
  probe clear "$entries" "$mount/box"
  umount_fdboxfs "$mount"
}

main() {
  load_before=$(cut -d ' ' -f 1 /proc/loadavg)
  version='' jvm='' note=''
  trap cleanup EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  prepare
  mount_peer "$work/single" -s
  mount_peer "$work/multi"
  start_s6
  if [ -n "$peer_only" ]; then
    measure_peer_figures
    measure_exchange
  else
    measure_fdboxfs
    measure_decisions
  fi
  build_rows
  machine
  echo
  main_table text
  [ -z "$note" ] || printf '\n%s\n' "$note"
  echo
  spread_table text
  echo
  latency_table text
  [ -n "$peer_only" ] || printf '\n%s\n' "$(load_line)"
  if [ -n "$report" ] && [ -z "$peer_only" ]; then
    write_page
    say "written: $report"
  fi
}

main
