#!/bin/bash
# The part of test.sh that is run in the test machine.
#
#   machine.sh LAUNCHER VFIOSTEPS
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
launcher=$1
vfiosteps=$2
work=$(mktemp -d)
mount=$work/mount

# A serial port that is a PCI device of VFIO without hardware; the kernel brings it as a sample.
uuid=83b8f4f2-509f-382f-3c1e-e6bfe0fa1001
echo "$uuid" >/sys/class/mdev_bus/mtty/mdev_supported_types/mtty-1/create
device=/dev/vfio/devices/$(basename "/sys/bus/mdev/devices/$uuid"/vfio-dev/vfio*)
group=/dev/vfio/$(basename "$(readlink "/sys/bus/mdev/devices/$uuid/iommu_group")")

fail() {
  echo "vfio: $1" >&2
  exit 1
}

kind() {
  getfattr --only-values --absolute-names -n user.fdbox.kind "$1"
}

# What a shell does by itself: it puts both, claims one, and another does not get it.
with_a_shell() {
  local box=$mount/shell
  mkdir "$box"
  exec 5<>/dev/iommu 6<>"$device"
  ln -s /proc/self/fd/5 "$box/iommu"
  ln -s /proc/self/fd/6 "$box/device"
  exec 5>&- 6>&-
  [ "$(kind "$box/iommu") $(kind "$box/device")" = 'iommufd vfio-device' ] || fail 'kinds are not recognised'
  exec 5<>"$box/device"
  ! (exec bash -c ': <>"$1"' - "$box/device") 2>"$work/refused" || fail 'a second claim was granted'
  grep -q 'Device or resource busy' "$work/refused" || fail "a second claim: $(cat "$work/refused")"
  exec 5>&-
  rm -r "$box"
}

nothing_is_left() {
  local name
  for name in claims entries; do
    grep -qx "fdboxfs_$name 0" "$mount/.fdbox/metrics" || fail "there are $name left"
  done
  ! grep ' ERROR ' "$work/log" || fail 'the daemon met a bug'
}

mkdir "$mount"
"$launcher" mount -o "log=$work/log" "$mount"
with_a_shell
"$vfiosteps" "$mount" "$(dirname "$launcher")/../share/examples" "$uuid" "device=$device" "group=$group" \
  container=/dev/vfio/vfio iommu=/dev/iommu -- "$here"/steps/*.steps
nothing_is_left
"$launcher" umount "$mount"
