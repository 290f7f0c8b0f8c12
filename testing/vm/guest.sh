#!/bin/bash
# The first process of the machine after init: runs the command of the job, hands its output to the
# second serial port and its exit status to the host, and switches the machine off.
set -u

job=/run/vm
port=/dev/ttyS1

# Who is left holding the pipe would keep it open for ever.
end_all_but() {
  local process pid
  for process in /proc/[0-9]*; do
    pid=${process#/proc/}
    [ "$pid" = 1 ] || [ "$pid" = "$1" ] || kill -KILL "$pid" 2>/dev/null
  done
}

mapfile -d '' -t command <"$job/command"
stty -F "$port" raw -echo
exec {output}> >(exec cat >"$port")
relay=$!
cd "$(<"$job/directory")" && "${command[@]}" </dev/null >&"$output" 2>&1
status=$?
exec {output}>&-
end_all_but "$relay"
wait "$relay"
echo "$status" >"$job/status"
sync
echo o >/proc/sysrq-trigger
exec sleep infinity
