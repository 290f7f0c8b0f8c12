# Put and take over the socket `exchange`, against s6-fdholderd. Sourced by bench.sh.
# shellcheck shell=bash disable=SC2034,SC2154 # variables of bench.sh

clients=64
exchange_puts=256 # held at once; s6-fdholderd holds 1,000 by default
tool_runs=20      # a round

s6_socket() { echo "$work/s6/socket"; }

start_s6() {
  local rules=$work/s6/rules right
  rules=$rules/uid/$(id -u)
  mkdir -p "$rules/env"
  : >"$rules/allow"
  for right in STORE RETRIEVE; do
    echo '.*' >"$rules/env/S6_FDHOLDER_${right}_REGEX"
  done
  # It becomes s6-fdholderd, which writes a line when it is ready.
  s6-fdholder-daemon -1 -c 128 -i "$work/s6/rules" "$(s6_socket)" >"$work/s6/ready" &
  remember "$!"
  await 50 test -s "$work/s6/ready" || die 's6-fdholderd did not start'
}

measure_exchange() { # [MOUNT]: fdboxfs takes part when given
  local mount=${1:-} named=() all=() s6
  s6=$(s6_socket)
  named=("s6=s6:$s6")
  [ -z "$mount" ] || named=("fdboxfs=fdboxfs:$mount" "${named[@]}")
  all=("${named[@]}" ${mount:+"fdboxfs-handle=handle:$mount"})
  say 'measuring put and take over one connection'
  measure exchange rounds "$rounds" "$exchange_puts" "$takes" "${all[@]}"
  measure_on_one_core exchange rounds "$rounds" "$exchange_puts" "$takes" "${all[@]}"
  say "measuring takes of $clients clients"
  measure crowd "$long_rounds" "$crowd_milliseconds" "$clients" "${named[@]}"
  measure_on_one_core crowd "$long_rounds" "$crowd_milliseconds" "$clients" "${named[@]}"
  say 'measuring put and take by a process each'
  measure spawn tool-put "$long_rounds" "$tool_runs" true=true \
    ${mount:+"fdboxfs=ln -s /proc/self/fd/0 $mount/box/tool-%"} "s6=s6-fdholder-store $s6 tool-%"
  measure spawn tool-take "$long_rounds" "$tool_runs" true=true \
    ${mount:+"fdboxfs=$work/exchange fetch fdboxfs=fdboxfs:$mount tool-% true"} \
    "s6=s6-fdholder-retrieve $s6 tool-% true"
}

# ---- reporting ----

rate() { # NANOSECONDS: as operations a second
  awk -v ns="$1" 'BEGIN { if (ns == "") print "-"; else printf "%.0f/s\n", 1e9 / ns }'
}

# s6-fdholderd's time divided by fdboxfs's: large is good.
times_as_fast() { # FIGURE SYSTEM KEY
  local ours
  ours=$(value "$1" "$2" "$3")
  if [ -z "$ours" ]; then echo -; else divide "$(value "$1" s6 "$3")" "$ours"; fi
}

# Operations a second, against a fixed limit if there is one.
row_rate() { # TITLE FIGURE [LIMIT [SYSTEM]]
  local system=${4:-fdboxfs} ours ratio target=- result=-
  ours=$(value "$2" "$system" median) ratio=-
  if [ -n "$ours" ]; then
    ratio=$(ratios "$(times_as_fast "$2" "$system" median)" "$(times_as_fast "$2" "$system" best)")
  fi
  if [ -n "${3:-}" ]; then
    target=">= $3/s"
    [ -z "$ours" ] || result=$(holds "$(divide 1e9 "$ours")" '>=' "$3")
  fi
  row "$1" "$(rate "$ours")" "$(rate "$(value "$2" s6 median)") (s6)" "$ratio" "$target" "$result"
}

row_time() { # TITLE FIGURE KEY
  local ratio
  ratio=$(times_as_fast "$2" fdboxfs "$3")
  [ "$ratio" = - ] || ratio=$(printf '%.2f' "$ratio")
  row "$1" "$(duration "$(value "$2" fdboxfs "$3")")" "$(duration "$(value "$2" s6 "$3")") (s6)" "$ratio" - -
}

# What all clients take together, as a part of what one took in its fastest round.
kept() { # SYSTEM SUFFIX KEY
  local alone
  alone=$(value "exchange-alone$2" "$1" best)
  if [ -z "$alone" ]; then echo -; else divide "$alone" "$(value "exchange-crowd$2" "$1" "$3")"; fi
}

row_kept() { # TITLE SUFFIX
  local ours result=- shown=- theirs
  ours=$(kept fdboxfs "$2" median)
  if [ "$ours" != - ]; then
    result=$(holds "$ours" '>=' 0.8)
    shown=$(ratios "$ours" "$(kept fdboxfs "$2" best)")
  fi
  theirs=$(ratios "$(kept s6 "$2" median)" "$(kept s6 "$2" best)")
  row "$1" "$shown" "$theirs (s6)" - '>= 0.80' "$result"
}

exchange_rows() {
  local where words
  for where in '' -one-core; do
    words=${where:+, all on one core}
    row_rate "put over one connection$words" "exchange-put$where"
    row_rate "take over one connection$words" "exchange-take$where" 20000
    row_rate "take by handle$words" "exchange-take$where" 20000 fdboxfs-handle
    row_time "latency of a take, p50$words" "exchange-latency$where" p50
    row_time "latency of a take, p99$words" "exchange-latency$where" p99
    row_rate "take, $clients clients at once$words" "exchange-crowd$where"
    row_kept "$clients clients, total as part of one's$words" "$where"
  done
  row_time 'put by a process each' tool-put median
  row_time 'take by a process each' tool-take median
}

# Every latency that was taken, and how evenly many clients were served.
latency_table() { # text|markdown
  awk -F '[ =]' -v OFS='\t' '
    function show(ns) { return sprintf("%.1f us", ns / 1e3) }
    BEGIN { print "take", "system", "p50", "p99", "longest", "takes" }
    $2 ~ /^exchange-latency/ { print $2, $4, show($6), show($8), show($10), $12 }' "$results" | table "$1"
  awk -F '[ =]' -v clients="$clients" '
    $2 ~ /^exchange-slowest/ {
      where = $2 ~ /-one-core$/ ? " (one core)" : ""
      s = s (s ? ", " : "") $4 where " " $6
    }
    END { printf "\nof %d clients at once, the takes of the slowest as part of the mean: %s\n", clients, s }' "$results"
}

exchange_notes() {
  cat <<END
* **Put and take** are of memfds through the socket \`exchange\`, with \`s6-fdholderd\` of Debian's package \`s6\` as the peer.
  One client speaks both protocols (\`testing/bench/holder.c\`), one request after the other, with one call to send and one to
  receive. Each round has a connection, $exchange_puts memfds and names of its own; the round that warms up is longer. A take is by name
  unless it says by handle; the descriptor that arrives is closed, which counts for the rate and not for the latency. The
  ratio is s6's time divided by fdboxfs's: large is good.
* **$clients clients** are processes with a connection each, which take for $crowd_milliseconds ms a round. Their total as part of one
  client's is measured by that one's fastest round; in brackets by the fastest of both.
* **By a process each**: \`ln -s\` against \`s6-fdholder-store\`, and a C client of a few lines against \`s6-fdholder-retrieve\`,
  both of which run \`true\` with what was taken. Starting a process is most of it: \`true\` alone is in the table of spreads.
END
}
