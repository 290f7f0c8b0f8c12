#!/bin/bash
# The test of the FDBox RFC: what is in a memfd survives the process that made it.
#
#   demo.sh [DIRECTORY]    /dev/fdbox, where CUSE is; else .fdbox/chardev of the mount
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$here/../lib.sh"
nodes=${1:-box/.fdbox/chardev}

needs gcc:gcc libc6-dev
make_work
run 'fdboxfs mount --chardev box'
include=$(dirname "$launcher")/../share/include
gcc -O2 -Wall -Wextra -Werror -I"$include" -o bin/fdbox-utils "$here/fdbox-utils.c"

chapter '1. A memfd gets the content of a file, and goes into a box, which is sealed'
run 'head -c 1000000 /dev/urandom > data'
run "ls $nodes"
run "fdbox-utils $nodes create"
say 'the process is gone; the mount and the device show the same'
run "ls -l $nodes/test"
run 'fdboxfs ls box/test'

chapter '2. A sealed box gives nothing out'
refused 'cat box/test/memfd'

chapter '3. Another process gets it back, and the box is empty'
run "fdbox-utils $nodes restore"
run 'cmp data out'
run 'fdboxfs ls box/test'
refused "fdbox-utils $nodes restore"

chapter '4. The box goes, and its node with it'
run 'rmdir box/test'
await "[ ! -e $nodes/test ]"
finish
