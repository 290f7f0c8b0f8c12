#!/bin/bash
# A tour of fdboxfs: what is shown is what is run. Everything happens in a temporary directory and
# is gone afterwards, also after ^C.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$here/../lib.sh"

# Two acts: the first makes what the second needs, and cleans up whatever the second leaves.
prepare() {
  make_work
  cp "$here/policy.yaml" "$work/"
  cc -O1 -Wall -Wextra -o "$work/bin/holder" "$here/holder.c"
  # From here on the shell of the tour holds three descriptors, as a virtual machine monitor would.
  local status=0
  TOUR_WORK=$work holder with memfd=5 eventfd=6 socket=7 -- bash "$here/$(basename "$0")" || status=$?
  return "$status"
}

# Somebody else, who opens files and waits. The answer is in $somebody: the process to kill.
start_somebody() {
  prompt "$1 &"
  local opened=$TOUR_WORK/opened
  rm -f "$opened"
  bash -c "exec 5>&- 6>&- 7>&- 20>&-; $1 && touch '$opened' && exec sleep 60" &
  somebody=$!
  for _ in {1..100}; do
    [ ! -e "$opened" ] || return 0
    kill -0 "$somebody" 2>/dev/null || break
    sleep 0.05
  done
  echo "tour: it could not open them" >&2
  exit 1
}

end_somebody() {
  prompt "kill -9 $somebody"
  kill -9 "$somebody"
  wait "$somebody" 2>/dev/null || true
}

# The end of a claim is reported by the kernel, a moment after the end of the process.
claims_end() {
  for _ in {1..100}; do
    [ "$(getfattr --only-values -n user.fdbox.claims "$1" 2>/dev/null)" != 0 ] || return 0
    sleep 0.02
  done
  echo "tour: the claim on $1 did not end" >&2
  exit 1
}

chapter_put() {
  chapter '1. A filesystem whose files are preserved file descriptors'
  run 'fdboxfs mount -o policy=policy.yaml box'
  run 'mkdir box/vm1'
  say 'this shell holds a memfd as 5, an eventfd as 6 and a socket as 7'
  run 'readlink /proc/self/fd/5 /proc/self/fd/6 /proc/self/fd/7'
  say 'ln -s puts them into the box: no library, no ioctl'
  run 'ln -s /proc/self/fd/5 box/vm1/ram'
  run 'ln -s /proc/self/fd/6 box/vm1/irq'
  run 'ln -s /proc/self/fd/7 box/vm1/console'
  run 'ls -l box/vm1'
  run 'fdboxfs ls box'
}

chapter_memory() {
  chapter '2. The same memory, under a name'
  say 'map the entry and write into it; the descriptor 5 that we kept sees it'
  run "holder poke box/vm1/ram 'written through the box'"
  run 'holder peek fd:5'
  say 'and the other way round'
  run "holder poke fd:5 'written by the first holder'"
  run 'holder peek box/vm1/ram'
  say 'any program can use it: it is a file'
  run 'head -c 27 box/vm1/ram; echo'
}

chapter_claims() {
  chapter '3. Opened is claimed'
  say 'the policy grants box/vm1/irq once at a time'
  run 'cat policy.yaml'
  say 'somebody opens it and keeps it'
  start_somebody 'exec 9<>box/vm1/irq'
  say 'so nobody else can'
  refused 'cat box/vm1/irq'
  say 'by which rule, and who has it?'
  refused 'fdboxfs explain box/vm1/irq'
  run 'tail -n 1 box/.fdbox/denials'
  run 'fdboxfs ls box/vm1'
  say 'a claim lives as long as its holder, also when that one is killed'
  end_somebody
  claims_end box/vm1/irq
  run 'getfattr --only-values -n user.fdbox.claims box/vm1/irq; echo " claims"'
  run 'fdboxfs explain box/vm1/irq'
}

chapter_group() {
  chapter '4. What belongs together opens together'
  run 'mkdir box/vm1/net'
  run 'ln -s /proc/self/fd/6 box/vm1/net/queue'
  run 'ln -s /proc/self/fd/7 box/vm1/net/wire'
  run 'setfattr -n user.fdbox.link -v reserve box/vm1/net'
  say 'whoever has one member has them all reserved'
  start_somebody 'exec 8<>box/vm1/net/queue'
  refused 'exec 9<>box/vm1/net/wire'
  end_somebody
  claims_end box/vm1/net/queue
  say 'and now we open the group'
  run 'exec 8<>box/vm1/net/queue 9<>box/vm1/net/wire'
  run 'fdboxfs ls box/vm1/net'
  run 'exec 8>&- 9>&-'
}

chapter_end() {
  chapter '5. The end'
  run 'rm box/vm1/console'
  run 'ls box/vm1'
  run 'fdboxfs umount box'
  say 'read on in README.md, and ask fdboxfs doctor what this machine can do'
}

tour() {
  trap 'kill $(jobs -pr) 2>/dev/null || true' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  chapter_put
  chapter_memory
  chapter_claims
  chapter_group
  chapter_end
}

if [ -n "${TOUR_WORK:-}" ]; then
  tour
else
  prepare
fi
