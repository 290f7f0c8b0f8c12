#!/bin/bash
# Tests of both clients: on a mount, at a path too long for the address of a socket, and against
# servers that lie.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
tests=$here/clients-test
failures=0

needs gcc:gcc g++:g++ libc6-dev python3:python3

try() { # what it is about, and the command
  local what=$1
  shift
  if "$@"; then
    echo "ok      $what"
  else
    echo "FAILED  $what"
    failures=$((failures + 1))
  fi
}

both() { # what it is about, and the arguments
  local what=$1
  shift
  try "$what, C" "$work/bin/test" "$@"
  try "$what, Python" python3 "$tests/test.py" "$@"
}

plain_c='#include "fdboxfs.h"
int main(void) { static struct fdboxfs box; return fdboxfs_connect(&box, ""); }'

compiles() { # compiler, language, options
  printf '%s\n' "$plain_c" |
    "$1" -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -fsyntax-only -I "$here/c" -x "${@:2}" -
}

# An address of a socket has room for 107 bytes.
work_name=$(printf 'long%.0s' {1..40})
begin
gcc -std=gnu11 -O2 -Wall -Wextra -Werror -o bin/test "$tests/test.c"
try 'fdboxfs.h in C11' compiles gcc c -std=c11 -Wpedantic
try 'fdboxfs.h in C++' compiles g++ c++ -std=c++11
both 'a real mount' real "$work/box"
run 'fdboxfs umount box'

coproc liar { exec python3 "$tests/liar.py" "$work/lies"; }
liar_pid=$!
exec {liar_in}>&"${liar[1]}"
while read -r -u "${liar[0]}" name call error connection && [ "$name" != end ]; do
  both "a mount that lies, $name" lie "$work/lies/$name" "$call" "$error" "$connection"
done
[ "$name" = end ] || fail 'the liar has ended before'
exec {liar_in}>&-
eval "exec ${liar[1]}>&-"
wait "$liar_pid"

[ "$failures" = 0 ] || fail "$failures tests failed"
