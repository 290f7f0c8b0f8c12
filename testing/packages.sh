#!/bin/sh
# Installs what is missing of the named Debian packages. COMMAND:PACKAGE is not missing when the
# command is there, wherever it came from.
set -eu

missing=
for wanted; do
  package=${wanted#*:}
  if [ "$package" != "$wanted" ] && command -v "${wanted%%:*}" >/dev/null 2>&1; then
    continue
  fi
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=none
  [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "packages.sh: this is no Debian, please install what corresponds to:$missing" >&2
  exit 1
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "packages.sh: neither root nor sudo; as root: apt-get install$missing" >&2
    exit 1
  fi
  as_root=sudo
fi

echo "installing$missing" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Package names hold no blanks: the list is meant to be split.
# shellcheck disable=SC2086
if ! { $as_root apt-get update &&
  $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "packages.sh: could not install$missing" >&2
  exit 1
fi
