# What the parts of the benchmark share: caring for servers and mounts, running measurements, keeping their
# results. Sourced by bench.sh; `results` and `work` are set by its prepare().
# shellcheck shell=bash disable=SC2034,SC2154 # variables of bench.sh

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

# ---- measuring ----

# In the background, so that a signal to this script alone is acted on at once.
run_program() { # FILE COMMAND...
  "${@:2}" >>"$1" &
  child=$!
  wait "$child" || {
    child='' # ended: the number may soon be another's
    die "failed: ${*:2}"
  }
  child=''
}

measure() { # PROGRAM ARGUMENTS...
  run_program "$results" "$work/$1" "${@:2}"
}

probe() { measure probe "$@"; }

pin_servers() { # CORES, as taskset(1) wants them
  local each
  for each in ${processes[@]+"${processes[@]}"}; do
    ended "$each" || taskset -a -cp "$1" "${each%%:*}" >/dev/null
  done
}

# Every server and the client on one core: then no call waits for another core to wake up, which on an
# idle or virtual machine takes ten times as long as the call and hides what the servers take.
measure_on_one_core() { # PROGRAM ARGUMENTS...: recorded as FIGURE-one-core
  pin_servers 0
  : >"$work/pinned"
  run_program "$work/pinned" taskset -c 0 "$work/$1" "${@:2}"
  sed 's/^figure=\([^ ]*\) /figure=\1-one-core /' "$work/pinned" >>"$results"
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

