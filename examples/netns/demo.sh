#!/bin/bash
# shellcheck disable=SC2016 # what is shown as typed is expanded when it is run
# A network namespace that no process is in, with its interfaces and addresses, kept by name.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$here/../lib.sh"
PATH=$here:$PATH

# This end of the cable would be left behind when the demo fails, as the namespace would not.
cable=fdbox$$

needs ip:iproute2 unshare:util-linux nsenter:util-linux attr
begin
trap 'ip link delete "$cable" 2>/dev/null || true; clean_up' EXIT
run 'export NETNS_BOX=$PWD/box/netns'

chapter '1. A namespace is made, and put into a box'
run 'netns.sh add blue'
run 'fdboxfs ls box'
say 'no process stays in it'
run 'netns.sh list'

chapter '2. It is entered, and given an address and a cable to the outside'
run 'netns.sh exec blue ip address add 192.0.2.7/32 dev lo'
run 'netns.sh exec blue ip link set lo up'
run "netns.sh exec blue ip link add inside type veth peer name $cable netns $$"
run "ip -brief link show $cable"
inode=$(netns.sh exec blue readlink /proc/self/ns/net)

chapter '3. Again nobody is in it, and it is as it was left'
run 'lsns --type net --output NS,PID,COMMAND | tee inhabited'
! grep -qw "${inode//[^0-9]/}" inhabited || fail 'somebody is in it'
say "$inode is none of these, and is still there"
run 'netns.sh exec blue ip -brief address | tee seen'
grep -q '192.0.2.7/32' seen
[ "$(netns.sh exec blue readlink /proc/self/ns/net)" = "$inode" ] || fail 'that was another namespace'

chapter '4. It is deleted: nothing holds it any more, and our end of the cable goes with it'
run 'netns.sh delete blue'
await "! ip link show $cable > /dev/null 2>&1"
refused "ip link show $cable"
run 'netns.sh list'
run 'rmdir box/netns'
finish
