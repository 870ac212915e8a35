#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kmslab kind encrypt and decrypt where there is nothing to encrypt. What they do
# to a cluster is in kind/life.t.
. "$(dirname "$0")/tap.sh"
export KMSLAB_STATE="$work/state" PATH=/usr/bin:/bin

for command in encrypt decrypt; do
  run "$kmslab" kind $command one two
  ok "$command takes one cluster" ended_with 2
  ok "and says so" err_has "kmslab kind $command: takes one cluster at a time"
  run "$kmslab" kind $command one --wait soon
  ok "$command waits for a number of seconds" ended_with 2
  ok "which is told" err_has "--wait is a number of seconds"
  run "$kmslab" kind $command --wait 0 one
  ok "which is not nought" ended_with 2
  run "$kmslab" kind $command Not_A_Name
  ok "$command refuses what is no name" ended_with 2
  ok "with the name" err_has "Not_A_Name"
  run "$kmslab" kind $command one --engine "$work/none"
  ok "$command without an engine is skipped" ended_with 77
  ok "and names what it lacks" err_has "none"
  ok "and leaves nothing" [ ! -e "$work/state" ]
  run "$kmslab" kind $command --help
  ok "$command --help is no mistake" ended_with 0
done
run "$kmslab" kind encrypt --kms v3 one
ok "KMS is v1 or v2" err_has "--kms is v1 or v2"
echo "1..$number"
