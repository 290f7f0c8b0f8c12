#!/bin/bash
# The part of run.sh that is run in the test machine.
#
#   machine.sh LAUNCHER
set -euo pipefail

launcher=$1

# A serial port that is a PCI device of VFIO without hardware; the kernel brings it as a sample.
echo 83b8f4f2-509f-382f-3c1e-e6bfe0fa1001 >/sys/class/mdev_bus/mtty/mdev_supported_types/mtty-1/create
"$launcher" compare --runs 5 -o "$VM_RESULTS/comparison.md" -o "$VM_RESULTS/comparison.html"
