#!/bin/bash
# A machine is killed with its monitor, and goes on counting in the next one.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$here/../lib.sh"

needs gcc:gcc libc6-dev attr
begin
gcc -O2 -Wall -Wextra -Werror -pthread -o bin/vmm "$here/vmm.c"

chapter '1. The descriptors of a machine are put into a directory, which becomes a group'
run 'mkdir -p box/vms/vm1'
run 'vmm create box vms/vm1'
say 'the device needs its IOMMU, and what else there is needs the device'
run 'setfattr -n user.fdbox.after -v iommu box/vms/vm1/device'
run 'setfattr -n user.fdbox.after -v device box/vms/vm1/irq'
run 'setfattr -n user.fdbox.after -v device box/vms/vm1/kick'
run 'setfattr -n user.fdbox.link -v in-order box/vms/vm1'
run 'fdboxfs ls box/vms/vm1'
say 'now one cannot be had before what it needs'
refused 'cat box/vms/vm1/device'

chapter '2. A monitor takes them all, in that order, and lets its guest count'
start 'vmm hold box vms/vm1 1000 > first'
first=$!
await 'grep -q "holds the machine" first'
run 'cat first'
grep -qx 'took 5 descriptors in one message: iommu device irq kick ram' first
grep -qx 'the guest counted to 1000' first
run 'fdboxfs ls box/vms/vm1'

chapter '3. Nobody else gets the machine meanwhile, neither whole nor in parts'
refused 'vmm run box vms/vm1 1'
[[ $refusal == *EBUSY* ]] || fail 'refused, but not with EBUSY'
refused 'cat box/vms/vm1/irq'

chapter '4. The monitor is killed with its guest. The next one goes on'
run "kill -9 $first"
wait "$first" 2>/dev/null || true
run 'vmm run box vms/vm1 1000 | tee second'
grep -qx 'a kick was left for us: now to 1001' second
grep -qx 'the guest counted to 2001' second
say 'it ended by itself, and a third goes on'
run 'vmm run box vms/vm1 1000 | tee third'
grep -qx 'the guest counted to 3001' third

chapter '5. The end'
say 'the memory never had another place than the box; what uses it came and went'
run 'rm -r box/vms/vm1'
finish
