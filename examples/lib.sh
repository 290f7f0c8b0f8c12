# What the demonstrations share: a mount of their own in a temporary directory, and a way to show
# what is run. To be sourced by bash:
#
#   . "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
#   begin                  # $work/box is mounted, $work the working directory, fdboxfs in the PATH
#   run 'ls box'
#
# Everything is gone afterwards, also after a failure and ^C.
# shellcheck shell=bash
set -euo pipefail

examples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

if [ -t 1 ]; then
  bold=$'\e[1m' green=$'\e[32m' dim=$'\e[2m' plain=$'\e[0m'
else
  bold='' green='' dim='' plain=''
fi

chapter() {
  printf '\n%s%s%s\n' "$bold" "$1" "$plain"
}

say() {
  printf '%s# %s%s\n' "$dim" "$1" "$plain"
}

prompt() {
  printf '%s$%s %s\n' "$green" "$plain" "$1"
}

fail() {
  echo "${0##*/}: $1" >&2
  exit 1
}

# Shows a command and runs it; a failure ends everything.
run() {
  prompt "$1"
  eval "$1"
}

# Shows a command that has to be refused; what it says is in $refusal.
refused() {
  prompt "$1"
  if refusal=$(eval "$1" 2>&1); then
    fail "this should have been refused: $refusal"
  fi
  printf '%s\n' "$refusal"
}

# Shows a command and runs it in the background; its process is $!, and is ended with the demo.
start() {
  prompt "$1 &"
  # exec, so that the process is the command itself and not a shell that waits for it.
  eval "exec $1" &
}

# Waits for a condition that nobody reports: a command that has to succeed within ten seconds.
await() {
  local deadline=$((SECONDS + 10))
  until eval "$1"; do
    [ "$SECONDS" -lt "$deadline" ] || fail "waited in vain for: $1"
    sleep 0.02
  done
}

# The Debian packages that a demo needs, as testing/packages.sh takes them.
needs() {
  "$examples/../testing/packages.sh" "$@"
}

# Sets $launcher.
find_launcher() {
  local tree=${FDBOXFS_TREE:-$examples/../app/target/fdboxfs}
  [ -x "$tree/bin/fdboxfs" ] || fail "$tree is not built yet: make build"
  launcher=$(readlink -f "$tree/bin/fdboxfs")
}

# Sets $work, which clean_up removes. It begins with $work_name, if that is set.
make_work() {
  find_launcher
  work=$(mktemp -d "${TMPDIR:-/tmp}/${work_name:-fdboxfs}.XXXXXX")
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  mkdir "$work/bin" "$work/box"
  ln -s "$launcher" "$work/bin/fdboxfs"
  export PATH=$work/bin:$PATH PYTHONDONTWRITEBYTECODE=1
  cd "$work"
}

begin() {
  make_work
  prompt 'fdboxfs mount box'
  fdboxfs mount box
}

clean_up() {
  trap '' INT TERM
  cd /
  local child
  for child in $(jobs -pr); do
    kill -9 "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  done
  # Lazily, for what failed may have left files open; otherwise there is none.
  "$launcher" umount --lazy "$work/box" >/dev/null 2>&1 || true
  rm -rf --one-file-system "$work"
}

# The end, where everything is unmounted in earnest: nothing may be in use any more.
finish() {
  run 'fdboxfs umount box'
}
