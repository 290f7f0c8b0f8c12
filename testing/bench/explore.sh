#!/bin/sh
# How long the explorer of policies takes for four actors of six steps: explore.sh FDBOXFS
set -eu
fdboxfs=$1
"$fdboxfs" policy explore app/src/main/share/scenarios/explore/four-actors.yaml
