#!/bin/bash
# cached.sh BUILDER INPUT...: prints the directory with what the script BUILDER makes of the files INPUT,
# both in this directory. It is made when it is missing, that is, once for each content of the script
# and the files, and kept outside of the checkout, in the user's cache directory.
#
# What is there is whole: it is built aside and renamed. Who finds another build under way waits for
# it; the lock goes with its holder, and what a killed one left behind goes with the next build.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cd "$here"
name=${1%.sh}
key=$(cat "$@" | sha256sum | cut -c 1-16)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/fdboxfs/vm
made=$cache/$name-$key

build() {
  local aside
  exec 9>"$cache/$name.lock"
  flock 9
  [ ! -d "$made" ] || return 0
  rm -rf "$cache/$name.building."*
  aside=$(mktemp -d "$cache/$name.building.XXXXXX")
  echo "building the $name of the test machine, see $aside.log" >&2
  if ! "./$name.sh" "$aside" >"$aside.log" 2>&1 9>&-; then
    tail -n 40 "$aside.log" >&2
    rm -rf "$aside"
    echo "cached.sh: $name.sh failed" >&2
    return 1
  fi
  mv "$aside.log" "$aside/log"
  chmod 755 "$aside"
  mv -T "$aside" "$made"
}

if [ ! -d "$made" ]; then
  mkdir -p "$cache"
  build
fi
echo "$made"
