#!/usr/bin/env bash
#
# The benchmark behind `make bench`: fdboxfs against a filesystem that does nothing (nullfs.c) and
# against bare memory. It reports and never judges: the exit status is 0 when targets are missed, and
# not 0 when something did not work.
#
#   bench.sh [LAUNCHER]
#
#   FDBOXFS             the launcher, when not given as argument; default: what `make build` leaves
#   BENCH_QUICK=1       a look in under 40 seconds; writes no page unless BENCH_REPORT is set
#   BENCH_LOAD_SECONDS  length of the mixed load (60; quick 4)
#   BENCH_ENTRIES       entries in the large directory (100000)
#   BENCH_ROUNDS        rounds of the short figures (41; quick 11)
#   BENCH_OPTIONS       further mount options for fdboxfs, as `threads=2,keeper=none`
#   BENCH_REPORT        the page to write (docs/benchmarks.md)
#   BENCH_PEER_ONLY=1   only the peer, without fdboxfs
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
else
  load_seconds=${BENCH_LOAD_SECONDS:-60}
  rounds=${BENCH_ROUNDS:-41}
  report=${BENCH_REPORT:-$root/docs/benchmarks.md}
  # Many short rounds rather than few long ones: on which core the two sides of a call run is
  # decided anew after each pause and changes the time of a call several fold.
  calls=2000 reads=20000 big_reads=100 accesses=500000 puts=5000 long_rounds=7 memory_mib=256
fi
mounts=5

work='' results='' rows=''
mounted=()   # mount points to release
processes=() # PID:START of servers to end
child=''     # the measurement that is running

say() { printf '%s\n' "$*" >&2; }

die() {
  say "bench: $*"
  exit 1
}

# ---- cleaning up ----

is_mounted() {
  local at
  while read -r _ at _; do
    # The kernel writes blanks in paths as \040.
    [ "$(printf '%b' "${at//\\/\\0}")" = "$1" ] && return 0
  done </proc/self/mounts
  return 1
}

# When a process started. With the PID it names one process for ever, while a PID alone may be reused.
start_of() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  stat=${stat##*) } # the command's name may hold blanks
  awk '{ print $20 }' <<<"$stat"
}

remember() {
  local start
  start=$(start_of "$1") || die "process $1 is gone"
  processes+=("$1:$start")
}

runs() { # a zombie does not
  [ "$(start_of "${1%%:*}")" = "${1#*:}" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/${1%%:*}/status" 2>/dev/null
}

# Waits until a command succeeds: await TENTHS COMMAND...
await() {
  local left=$1
  shift
  until "$@"; do
    [ "$left" -gt 0 ] || return 1
    left=$((left - 1))
    sleep 0.1
  done
}

ended() { ! runs "$1"; }

gone() { ! kill -0 "$1" 2>/dev/null; }

release() {
  is_mounted "$1" || return 0
  fusermount -u "$1" 2>/dev/null || umount "$1" 2>/dev/null ||
    fusermount -u -z "$1" 2>/dev/null || umount -l "$1" 2>/dev/null || true
}

cleanup() {
  local status=$? process mount
  trap '' INT TERM HUP
  trap - EXIT
  if [ -n "$child" ]; then
    disown "$child" 2>/dev/null || true # the shell need not tell that it was killed
    kill -KILL "$child" 2>/dev/null || true
    # One that hangs in a dead mount goes when the mount goes; any other would keep its mount busy.
    await 20 gone "$child" || true
  fi
  for mount in ${mounted[@]+"${mounted[@]}"}; do release "$mount"; done
  for process in ${processes[@]+"${processes[@]}"}; do
    await 20 ended "$process" && continue
    kill -TERM "${process%%:*}" 2>/dev/null || true
    await 30 ended "$process" || kill -KILL "${process%%:*}" 2>/dev/null || true
  done
  wait 2>/dev/null || true
  for mount in ${mounted[@]+"${mounted[@]}"}; do
    if is_mounted "$mount"; then
      say "bench: $mount is still mounted"
      exit 1 # and nothing below it is removed
    fi
  done
  [ -z "$work" ] || rm -rf --one-file-system "$work"
  [ "$status" = 0 ] || say "bench: not completed (status $status)"
  exit "$status"
}

# ---- what must be there ----

need_packages() {
  local sudo=''
  command -v gcc >/dev/null || set -- "$@" gcc libc6-dev
  [ $# -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "missing: $*; install these and try again"
  [ "$(id -u)" = 0 ] || sudo=sudo
  say "installing $*"
  $sudo apt-get update -qq >&2
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

prepare() {
  local missing=() fuse_flags
  command -v pkg-config >/dev/null && pkg-config --exists fuse || missing+=(pkg-config libfuse-dev libfuse2)
  command -v fusermount >/dev/null || missing+=(fuse3)
  need_packages ${missing[@]+"${missing[@]}"}
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
  gcc -std=gnu11 -O2 -Wall -Wextra -pthread "$here/probe.c" -o "$work/probe"
  gcc -std=gnu11 -O2 -Wall -Wextra "$here/nullfs.c" "${fuse_flags[@]}" -o "$work/nullfs"
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

# In the background, so that a signal to this script alone is acted on at once.
probe() {
  "$work/probe" "$@" >>"$results" &
  child=$!
  wait "$child" || {
    child='' # ended: the number may soon be another's
    die "the measurement $1 failed"
  }
  child=''
}

pin_servers() { # CORES, as taskset(1) wants them
  local each
  for each in ${processes[@]+"${processes[@]}"}; do
    ended "$each" || taskset -a -cp "$1" "${each%%:*}" >/dev/null
  done
}

# Every server and the probe on one core: then no call waits for another core to wake up, which on an
# idle or virtual machine takes ten times as long as the call and hides what the servers take.
probe_on_one_core() { # FIGURE ARGUMENTS...: recorded as FIGURE-one-core
  pin_servers 0
  taskset -c 0 "$work/probe" "$@" >"$work/pinned" &
  child=$!
  wait "$child" || {
    child=''
    die "the measurement $1 on one core failed"
  }
  child=''
  sed "s/^figure=$1 /figure=$1-one-core /" "$work/pinned" >>"$results"
  pin_servers "0-$(($(nproc --all) - 1))"
}

value() { # FIGURE SYSTEM KEY: from the lines of the probe
  awk -v figure="figure=$1" -v system_="system=$2" -v key="$3" '
    $1 == figure && $2 == system_ {
      for (i = 3; i <= NF; i++) if (index($i, key "=") == 1) found = substr($i, length(key) + 2)
    }
    END { print found }' "$results"
}

record() { # FIGURE SYSTEM VALUE...: what was not measured by the probe, in the same form
  local figure=$1 system=$2
  shift 2
  printf '%s\n' "$@" | sort -n | awk -v figure="$figure" -v system_="$system" '
    { v[NR] = $1 }
    END {
      median = (v[int((NR + 1) / 2)] + v[int((NR + 2) / 2)]) / 2
      printf "figure=%s system=%s best=%.1f median=%.1f worst=%.1f rounds=%d iterations=1\n",
        figure, system_, v[1], median, v[NR], NR
    }' >>"$results"
}

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
  probe_on_one_core open "$rounds" "$calls" "${files[@]}"
  probe_on_one_core missing "$rounds" "$calls" "${boxes[@]}"
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

# ---- reporting ----

duration() { # NANOSECONDS
  awk -v ns="$1" 'BEGIN {
    if (ns == "") print "-"
    else if (ns < 1000) printf "%.1f ns\n", ns
    else if (ns < 1e6) printf "%.2f us\n", ns / 1e3
    else if (ns < 1e9) printf "%.2f ms\n", ns / 1e6
    else printf "%.2f s\n", ns / 1e9
  }'
}

holds() { # NUMBER <=|>=|< LIMIT
  awk -v a="$1" -v op="$2" -v b="$3" 'BEGIN { exit !(op == "<" ? a < b : op == "<=" ? a <= b : a >= b) }' &&
    echo met || echo missed
}

row() { (IFS=$'\t' && printf '%s\n' "$*" >>"$rows"); }

# The ratio of two medians, which counts, and in brackets that of the best rounds.
ratios() { # MEDIAN BEST
  printf '%.2f (%.2f)' "$1" "$2"
}

divide() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.4f", a / b }'; }

# Against the better of the peer's two loops: at most 1.5 times its time.
row_peer() { # TITLE FIGURE
  local single multi median name ours ratio best other
  single=$(value "$2" nullfs-single median) multi=$(value "$2" nullfs-multi median)
  median=$single name=single
  if [ "$(holds "$multi" '<' "$single")" = met ]; then median=$multi name=multi; fi
  ours=$(value "$2" fdboxfs median)
  if [ -z "$ours" ]; then
    row "$1" - "$(duration "$median") ($name)" - '<= 1.50' -
    return
  fi
  best=$(value "$2" nullfs-single best) other=$(value "$2" nullfs-multi best)
  if [ "$(holds "$other" '<' "$best")" = met ]; then best=$other; fi
  ratio=$(divide "$ours" "$median")
  row "$1" "$(duration "$ours")" "$(duration "$median") ($name)" \
    "$(ratios "$ratio" "$(divide "$(value "$2" fdboxfs best)" "$best")")" \
    '<= 1.50' "$(holds "$ratio" '<=' 1.5)"
}

# Against the bare memfd: at least 0.9 of its speed.
row_memory() { # TITLE FIGURE [-], where - means without a target
  local ours bare ratio unavailable
  unavailable=$(value "$2" fdboxfs unavailable)
  if [ -n "$unavailable" ]; then
    row "$1" "$unavailable" - - '>= 0.90' missed
    return
  fi
  ours=$(value "$2" fdboxfs median) bare=$(value "$2" memfd median)
  ratio=$(divide "$bare" "$ours")
  row "$1" "$(duration "$ours")" "$(duration "$bare") (memfd)" \
    "$(ratios "$ratio" "$(divide "$(value "$2" memfd best)" "$(value "$2" fdboxfs best)")")" \
    "${3:->= 0.90}" "$(if [ "${3:-}" = - ]; then echo -; else holds "$ratio" '>=' 0.9; fi)"
}

# Against a fixed limit, or none: an information.
row_plain() { # TITLE SHOWN NUMBER [OP LIMIT UNIT]
  if [ $# -gt 3 ]; then
    row "$1" "$2" - - "$4 $5$6" "$(holds "$3" "$4" "$5")"
  else
    row "$1" "$2" - - - -
  fi
}

build_rows() {
  local ns put many="$entries entries"
  row_peer 'open + close of an entry' open
  row_peer 'lookup of a missing name' missing
  row_peer 'open + close, all on one core' open-one-core
  row_peer 'lookup, all on one core' missing-one-core
  [ -z "$peer_only" ] || return 0
  row_memory 'pread 4 KiB' pread4k
  row_memory 'pread 1 MiB' pread1m
  row_memory 'mapped access, 64 bytes' mapped
  row_memory 'pread 4 KiB, always the same page' pread4k-hot -
  ns=$(value put fdboxfs median)
  row_plain 'put by symlink, one thread' "$(awk -v ns="$ns" 'BEGIN { printf "%.0f/s", 1e9 / ns }')" \
    "$(awk -v ns="$ns" 'BEGIN { print 1e9 / ns }')" '>=' 10000 /s
  ns=$(value fill fdboxfs median) put=$(value fill fdboxfs iterations)
  if [ "$put" -lt "$entries" ]; then
    many="$entries names (*)"
    note="(*) $put entries and $((entries - put)) directories: the daemon may hold no more descriptors on this machine."
  fi
  row_plain "put of $put entries, fresh daemon" "$(duration "$ns")" "$ns"
  ns=$(value ls fdboxfs median)
  row_plain "ls -f of $many" "$(duration "$ns")" "$(awk -v ns="$ns" 'BEGIN { print ns / 1e9 }')" '<' 1 ' s'
  ns=$(value list fdboxfs median)
  row_plain "getdents64 of $many" "$(duration "$ns")" "$ns"
  row_mib "heap alive with $many" heap 200
  row_mib 'resident, empty mount' rss-empty 120
  row_mib "resident, after $load_seconds s of load" rss-load 120
  row_mib 'resident, highest during that load' rss-peak
  row_mib "resident, with $many" rss-many
  ns=$(value mount fdboxfs median) # in milliseconds, this one
  row_plain 'mount usable' "$ns ms" "$(awk -v ms="$ns" 'BEGIN { print ms / 1e3 }')" '<' 1.5 ' s'
}

row_mib() { # TITLE FIGURE [LIMIT]
  local mib
  mib=$(value "$2" fdboxfs median)
  row_plain "$1" "$mib MiB" "$mib" ${3:+'<' "$3" ' MiB'}
}

# Aligned columns, as plain text or as a Markdown table; the first column to the left, the others to the right.
table() { # text|markdown
  awk -F '\t' -v form="$1" '
    { for (i = 1; i <= NF; i++) { cell[NR, i] = $i; if (length($i) > width[i]) width[i] = length($i) }; columns = NF }
    function rule(i,  k, s) { for (k = 0; k < width[i] - (form == "markdown" && i > 1); k++) s = s "-"
                              return form == "markdown" && i > 1 ? s ":" : s }
    function line(n,  i, s, c) {
      for (i = 1; i <= columns; i++) {
        c = n == 0 ? rule(i) : sprintf(i == 1 ? "%-" width[i] "s" : "%" width[i] "s", cell[n, i])
        s = s (form == "markdown" ? "| " c " " : c "  ")
      }
      sub(/ +$/, "", s)
      print form == "markdown" ? s " |" : s
    }
    END { line(1); line(0); for (n = 2; n <= NR; n++) line(n) }'
}

main_table() {
  { printf 'figure\tfdboxfs\tpeer\tratio\ttarget\tresult\n' && cat "$rows"; } | table "$1"
}

# Every figure that was taken in rounds, with its spread.
spread_table() {
  awk -F '[ =]' -v OFS='\t' '
    function show(ns) { return ns < 1000 ? sprintf("%.1f ns", ns) : ns < 1e6 ? sprintf("%.2f us", ns / 1e3) : \
                               ns < 1e9 ? sprintf("%.2f ms", ns / 1e6) : sprintf("%.2f s", ns / 1e9) }
    BEGIN { print "figure", "system", "best", "median", "worst", "rounds", "operations a round" }
    $5 == "best" && $2 !~ /^(rss|heap|fill)/ {
      unit = $2 == "mount" ? 1e6 : 1
      print $2, $4, show($6 * unit), show($8 * unit), show($10 * unit), $12, $2 == "list" ? 1 : $14
    }' "$results" | table "$1"
}

load_line() { # how often each part of the mixed load ran, so that one that could not is not overlooked
  awk -F '[ =]' '$2 == "load" { s = s (s ? ", " : "") $4 " " ($5 == "count" ? $6 : "not possible (" $6 ")") }
                 END { if (s) print "operations during the load: " s }' "$results"
}

machine() {
  local cpu memory
  cpu=$(sed -n 's/^model name[[:space:]]*: *//p' /proc/cpuinfo | head -n 1)
  memory=$(awk '$1 == "MemTotal:" { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)
  cat <<END
* kernel $(uname -r), $(uname -m)
* CPU ${cpu:-of unknown model}, $(nproc) cores, $memory of memory
* ${jvm:-no JDK}; libfuse $(pkg-config --modversion fuse)
* run as $([ "$(id -u)" = 0 ] && echo root || echo 'an ordinary user'); load average before the run $load_before
END
}

write_page() {
  local shown_options
  shown_options=$(printf '%s' "$options" | sed 's|=/[^,]*|=...|g') # the page tells no paths of this machine
  mkdir -p "$(dirname "$report")"
  # By way of a second file: a failure half-way leaves the old page as it was.
  cat >"$work/page" <<END
# Benchmarks

Written by \`make bench\` on $(date -u +%F); do not edit. fdboxfs ${version:-unmeasured}${options:+, mounted with \`$shown_options\`}.

$(machine)

$(main_table markdown)${note:+

$note}

## How to read it

A benchmark, not a test: a missed target fails nothing. Times are medians over rounds; a ratio is built from two medians
of the same run, and the one in brackets from the two best rounds. The result goes by the first. The systems under
comparison take turns within every round and change places from round to round, so that a machine that slows down does so
for all of them; a first round warms up and does not count.

* **Peer.** For open + close and the missing name, a C filesystem on libfuse 2 that does nothing (\`testing/bench/nullfs.c\`),
  run with libfuse's single-threaded and its multi-threaded loop at once; the better of the two counts, its name is in brackets. The
  ratio is fdboxfs's time divided by the peer's: small is good.
* **All on one core.** The same with the probe and all servers kept to one core, so that what the servers take is
  compared and not how soon another core wakes up.
* **Memory.** For reads and mapped access, the very memfd that was put, used directly by the same process: the same
  pages, the same random offsets over $memory_mib MiB. The ratio is fdboxfs's speed divided by the bare speed: large is good. Mapped
  access reads or writes 64 bytes at random in pages that are already present. Reading the same page over and over leaves the processor's caches
  warm and so shows the fixed cost of a call at its largest; it has no target.
* **Missing name.** A new name each time, so that no cache of missing names answers.
* **Put.** Each put is of another memfd, made before the clock runs; only \`symlink\` is timed, and removing is not.
* **Many entries.** $entries different memfds in one box, put into a daemon that has just been started (mounted with
  larger quotas than the default). \`getdents64\` is the listing without the start of \`ls\`. The heap is what is alive after a full collection.
* **Resident** is VmRSS of the daemon: idle after mounting, then after $load_seconds s in which six threads open and close, look
  up, list, put and remove, create and write, and pass bytes through a pipe, all as fast as they can.
* **Mount** is from the start of the command until it returns, the median of $mounts; the mount is used at once to prove it.

A call through FUSE wakes the server up and then the caller. Whether the two share a core, and how deep the other core
sleeps, changes the time of a call as much as tenfold, and the scheduler may keep to one of these for most of a run. Look at the
spread before comparing runs; where the two ratios of a line disagree, the one of the best rounds is the one that repeats.

## Spread

$(spread_table markdown)

$(load_line)
END
  mv "$work/page" "$report"
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
  if [ -n "$peer_only" ]; then measure_peer_figures; else measure_fdboxfs; fi
  build_rows
  machine
  echo
  main_table text
  [ -z "$note" ] || printf '\n%s\n' "$note"
  echo
  spread_table text
  [ -n "$peer_only" ] || printf '\n%s\n' "$(load_line)"
  if [ -n "$report" ] && [ -z "$peer_only" ]; then
    write_page
    say "written: $report"
  fi
}

main
