#!/bin/sh
# The sockets of a mount, as libsystemd uses them and as nobody should: a small service, and mutated
# messages after which no descriptor, entry or claim may be left.
#
#   run.sh LAUNCHER [SEED]
#
# Takes some ten seconds, as root. Prints its seed: give it to send the same messages again.
set -eu
launcher=${1:?usage: run.sh LAUNCHER [SEED]}
seed=${2:-$(date +%s)}
messages=100000
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
mount=$work/mount

clean() {
  "$launcher" umount --lazy "$mount" >/dev/null 2>&1 || true
  rm -rf --one-file-system "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

metric() {
  sed -n "s/^fdboxfs_$1 //p" "$mount/.fdbox/metrics"
}

descriptors() {
  find "/proc/$daemon/fd" -mindepth 1 | wc -l
}

# Notifications may still be on their way, so entries may come after a look.
entries_left() {
  find "$mount/fuzz" "$mount/svc" -type f ! -name base ! -name member -delete
  metric entries
}

# Closing goes on a little after the last answer; 20 seconds are enough for anything.
until_equal() { # what, the number wanted, and the command that tells it
  what=$1
  wanted=$2
  shift 2
  tries=0
  while [ "$("$@")" != "$wanted" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ]; then
      echo "run.sh: $("$@") $what, not $wanted (seed $seed)" >&2
      exit 1
    fi
    sleep 0.1
  done
}

for program in systemd fuzz; do
  libraries=
  [ "$program" != systemd ] || libraries=-lsystemd
  # Libraries are meant to be split.
  # shellcheck disable=SC2086
  gcc -O2 -Wall -Wextra -Werror -o "$work/$program" "$here/$program.c" $libraries
done
mkdir "$mount"
"$launcher" mount -o notify_box=svc,log="$work/log" "$mount"
daemon=$(sed -n 's/.*"pid" *: *\([0-9]*\).*/\1/p;q' "$mount/.fdbox/status")

echo "sockets: what a service does with libsystemd"
NOTIFY_SOCKET=$mount/.fdbox/notify "$work/systemd" "$mount"
rm "$mount"/svc/*

echo "sockets: $messages mutated messages, seed $seed"
mkdir -p "$mount/fuzz/dir" "$mount/fuzz/group"
: >"$mount/fuzz/base"
: >"$mount/fuzz/group/member"
setfattr -n user.fdbox.link -v reserve "$mount/fuzz/group"
"$work/fuzz" "$mount" 0 1000 # what is loaded when it is first needed stays
until_equal entries 2 entries_left
until_equal claims 0 metric claims
before=$(descriptors)
"$work/fuzz" "$mount" "$seed" "$messages"
[ -e "$mount/fuzz/base" ] || : >"$mount/fuzz/base"
[ -e "$mount/fuzz/group/member" ] || : >"$mount/fuzz/group/member"
until_equal entries 2 entries_left
until_equal claims 0 metric claims
until_equal descriptors "$before" descriptors
if grep -q ERROR "$work/log"; then
  echo "run.sh: the daemon met bugs (seed $seed):" >&2
  grep -A 20 ERROR "$work/log" | head -60 >&2
  exit 1
fi
echo "  no descriptor, entry or claim is left"
