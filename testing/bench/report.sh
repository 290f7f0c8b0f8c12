# From results to rows, tables and the page. Sourced by bench.sh.
# shellcheck shell=bash disable=SC2034,SC2154 # variables of bench.sh

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
  [ -z "$peer_only" ] || {
    exchange_rows
    return 0
  }
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
  exchange_rows
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
  row_decision 'without expressions' default '<' 2 ' us'
  row_decision 'with one expression' 1-expression '<' 10 ' us'
  row_decision 'with ten expressions' 10-expressions
  row_plain 'mount usable' "$ns ms" "$(awk -v ms="$ns" 'BEGIN { print ms / 1e3 }')" '<' 1.5 ' s'
}

row_decision() { # TITLE POLICY [OP LIMIT UNIT]
  local ns bytes
  ns=$(value decision "$2" median) bytes=$(value decision-bytes "$2" median)
  row_plain "decision $1" "$(duration "$ns")" "$(awk -v ns="$ns" 'BEGIN { print ns / 1e3 }')" "${@:3}"
  row_plain "allocated by a decision $1" "${bytes%.*} bytes" "$bytes"
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
    $5 == "best" && $2 !~ /^(rss|heap|fill|decision-bytes)/ {
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
* **Decision** is what the guard takes to permit an open, from the request on, measured by JMH within one process. The
  expression compares kind, name and owner; of ten, nine say nothing and the tenth permits. A decision is a small part of
  an open: it is the call that takes the time.
$(exchange_notes)

A call through FUSE or a socket wakes the server up and then the caller. Whether the two share a core, and how deep the other core
sleeps, changes the time of a call as much as tenfold, and the scheduler may keep to one of these for most of a run. Look at the
spread before comparing runs; where the two ratios of a line disagree, the one of the best rounds is the one that repeats.

## Spread

$(spread_table markdown)

$(latency_table markdown)

$(load_line)
END
  mv "$work/page" "$report"
}
