#!/bin/bash
# Takes the steps of VFIO with the kernel's nodes and with entries, in the test machine; made for it,
# testing/vm/run.sh runs it there.
#
#   run.sh LAUNCHER VFIOSTEPS
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
launcher=$1
vfiosteps=$2
uuid=83b8f4f2-509f-382f-3c1e-e6bfe0fa1001
mount=$(mktemp -d)

# A serial port that is a PCI device of VFIO without hardware; the kernel brings it as a sample.
echo "$uuid" >/sys/class/mdev_bus/mtty/mdev_supported_types/mtty-1/create
device=/sys/bus/mdev/devices/$uuid
name=$(basename "$device"/vfio-dev/vfio*)
group=$(basename "$(readlink "$device/iommu_group")")

"$launcher" mount "$mount"
status=0
"$vfiosteps" "$mount" "$(dirname "$launcher")/../share/examples" "$uuid" \
  "device=/dev/vfio/devices/$name" "group=/dev/vfio/$group" container=/dev/vfio/vfio \
  iommu=/dev/iommu -- "$here"/steps/*.steps || status=$?
"$launcher" umount "$mount"
exit "$status"
