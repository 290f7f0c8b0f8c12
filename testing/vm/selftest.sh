#!/bin/bash
# Does run.sh say truly what happened in the machine?
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

expect() { # what, the words it must have, the file
  if ! grep -q -- "$2" "$3"; then
    echo "vm: $1: no '$2' in what it printed:" >&2
    cat "$3" >&2
    failed=1
  fi
}

in_machine() { # status that it must end with, then arguments of run.sh
  local wanted=$1 status=0
  shift
  "$here/run.sh" "$@" >"$work/out" 2>"$work/err" || status=$?
  if [ "$status" != "$wanted" ]; then
    echo "vm: ended with $status, not $wanted: $*" >&2
    cat "$work/out" "$work/err" >&2
    failed=1
  fi
}

# A process that stays behind and holds the output must not hold up the machine.
cat >"$work/command" <<'SCRIPT'
#!/bin/sh
printf '<%s>' "$@"
cat
echo >&2
id -u
echo changed >"$0"
echo kept >"$VM_RESULTS/result"
cat /sys/class/net/lo/operstate /dev/fd/9 9</proc/uptime >/dev/null
sleep 3600 &
exit 7
SCRIPT
chmod +x "$work/command"
in_machine 7 --results "$work/results" "$work/command" one 'two  words' ''
if [ "$(cat "$work/out")" != "<one><two  words><>
0" ]; then
  echo "vm: the output is not that of the command:" >&2
  cat "$work/out" >&2
  failed=1
fi
expect 'result of the command' kept "$work/results/result"
expect 'console' 'sysrq: Power Off' "$work/results/console"
if ! grep -q '^exit 7' "$work/command"; then
  echo 'vm: the machine changed a file of this system' >&2
  failed=1
fi

in_machine 125 /bin/sh -c 'echo c >/proc/sysrq-trigger'
expect 'console of the panic' 'Kernel panic' "$work/err"

in_machine 124 --timeout 5 sleep 3600
expect 'console at the end of its time' 'Linux version' "$work/err"

in_machine 127 /no/such/command
[ "$failed" = 0 ] || exit 1
echo 'vm: boots, runs, fails and ends as it should'
