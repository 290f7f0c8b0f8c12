#!/bin/bash
# kernel.sh DIR: builds the kernel of the machine into DIR: bzImage, its headers for programs in
# include, and in version the Debian package that it is made of. Some minutes.
#
# It is made from Debian's source, with kernel.config: Debian's own kernels have no iommufd and no
# Live Update Orchestrator. The source is the newest of SUITE, for Debian 12 has none that is new
# enough; the mirror is the one that apt uses, and apt's own lists and settings are left alone.
set -euo pipefail

suite=trixie-backports
here=$(cd "$(dirname "$0")" && pwd)
dir=$1
"$here/../packages.sh" gcc:gcc libc6-dev make:make flex:flex bison:bison bc:bc xz:xz-utils libelf-dev \
  debian-archive-keyring
work=$(mktemp -d -p "$dir")

mirror_of_this_system() {
  local site
  site=$(apt-get indextargets --format "\$(REPO_URI)" 'Created-By: Packages' 'Label: Debian' | sed -n 1p)
  if [ -z "$site" ]; then
    echo "kernel.sh: apt knows no mirror of Debian" >&2
    return 1
  fi
  echo "$site"
}

use_a_list_of_our_own() {
  local mirror
  mirror=$(mirror_of_this_system)
  mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$work/apt/list"
  apt=(-q -o "Dir::Etc::SourceList=$work/apt/list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$work/apt/lists" -o "Dir::Cache=$work/apt/cache" -o APT::Sandbox::User=)
}

get_source() {
  use_a_list_of_our_own
  apt-get "${apt[@]}" update
  package=$(apt-cache "${apt[@]}" depends linux-source | sed -n 's/.*Depends: \(linux-source-[0-9.]*\)$/\1/p' | sed -n 1p)
  (cd "$work" && apt-get "${apt[@]}" download "${package:?$suite has no linux-source}")
  dpkg-deb -W --showformat="\${Package} \${Version}\n" "$work/$package"_*.deb >"$dir/version"
  dpkg-deb --fsys-tarfile "$work/$package"_*.deb |
    tar -x -O "./usr/src/$package.tar.xz" | tar -x -J -C "$work"
  rm "$work/$package"_*.deb
}

kmake() {
  make -s -C "$work/$package" "O=$work/build" "$@"
}

# What an option depends on may have changed with the version: make drops such options silently.
configure() {
  mkdir "$work/build"
  kmake KCONFIG_ALLCONFIG="$here/kernel.config" allnoconfig
  if grep '^CONFIG' "$here/kernel.config" | grep -v -x -F -f "$work/build/.config"; then
    echo "kernel.sh: $(cat "$dir/version") does not take these lines of kernel.config" >&2
    return 1
  fi
}

get_source
configure
kmake -j"$(nproc)" bzImage
kmake headers
mv "$work/build/arch/x86/boot/bzImage" "$dir/bzImage"
mv "$work/build/usr/include" "$dir/include"
rm -rf "$work"
