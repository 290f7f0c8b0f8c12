#!/bin/sh
# Network namespaces as entries of a box: no process and no mount keeps them.
#
#   netns.sh add NAME              makes a namespace
#   netns.sh exec NAME COMMAND...  runs a command in it
#   netns.sh list                  shows their names
#   netns.sh delete NAME           lets it go: its end, when nobody is in it
#
# NETNS_BOX names the box, or a directory in one, and is made if it is missing.
set -eu

usage() {
  sed -n 's/^#   /  /p' "$0" >&2
  exit 2
}

box=${NETNS_BOX:-/run/box/netns}
verb=${1:-}
[ "$#" -eq 0 ] || shift

case $verb:$# in
  add:1)
    mkdir -p "$box"
    # The redirection opens the namespace that unshare has just made, and ln puts it into the box.
    # shellcheck disable=SC2016
    unshare --net sh -c 'ln -s /proc/self/fd/3 "$1" 3< /proc/self/ns/net' sh "$box/$1"
    if [ -L "$box/$1" ]; then
      rm "$box/$1"
      echo "netns.sh: $box is not in a mount of fdboxfs" >&2
      exit 1
    fi
    ;;
  exec:[2-9] | exec:[1-9][0-9]*)
    name=$1
    shift
    # nsenter is given the namespace as descriptor 3; the command itself has no use for it.
    # shellcheck disable=SC2016
    exec fdboxfs run "$box" "$name" -- nsenter --net=/proc/self/fd/3 \
      sh -c 'unset LISTEN_FDS LISTEN_FDNAMES LISTEN_PID; exec "$@" 3<&-' sh "$@"
    ;;
  list:0)
    for entry in "$box"/*; do
      kind=$(getfattr --only-values --absolute-names -n user.fdbox.kind "$entry" 2>/dev/null) ||
        continue
      [ "$kind" != namespace ] || printf '%s\n' "${entry##*/}"
    done
    ;;
  delete:1)
    exec rm -- "$box/$1"
    ;;
  *)
    usage
    ;;
esac
