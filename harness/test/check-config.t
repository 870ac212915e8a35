#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kmslab check-config on the fixtures, and on what is no configuration.
. "$(dirname "$0")/tap.sh"
files=$here/../../fixtures/encryption-config

accepted_as_by_kube_apiserver() {
  for file in "$files"/*.yaml; do
    gates=
    case $file in *kmsv1*) gates=KMSv1=true ;; esac
    wanted=1
    [ "$(cat "${file%.yaml}.verdict")" = accepted ] && wanted=0
    run "$kmslab" check-config --feature-gates "$gates" "$file"
    [ "$code" -eq "$wanted" ] || { echo "# $file: $code"; return 1; }
  done
}
ok "every fixture gets kube-apiserver's verdict" accepted_as_by_kube_apiserver

run "$kmslab" check-config "$files/invalid-masked.yaml"
ok "a refused file fails" ended_with 1
ok "in kube-apiserver's words" err_has 'error while building transformers: resource "secrets" is masked by earlier rule "*.*"'
ok "with its name" err_has "invalid-masked.yaml: "

run "$kmslab" check-config --json "$files/invalid-masked.yaml"
ok "so it does with --json" ended_with 1
ok "which says so" out_has '"accepted":false,"problem":"error while building'

run "$kmslab" check-config "$files/origin-several-resources.yaml" deployments.apps
ok "an accepted file is no failure" ended_with 0
ok "who writes is told" out_has '  writes      aescbc, keys "key1" (32 bytes)'
ok "who else reads is told" out_has "  also reads  identity, in plain"
ok "weak providers are told" out_has "padding-oracle"
ok "resources that were asked for are told" out_has "deployments.apps"
ok "what no rule names is told" out_has "no rule names it: stored in plain"
ok "keys are not told" out_lacks "a21zbGFi"

run "$kmslab" check-config "$files/valid-exact-before-wildcard.yaml" jobs.batch
ok "the entry that decides is told" out_has "jobs.batch, decided by *.batch"
ok "of the core group too" out_has "secrets, decided by *.*"
ok "nothing is left for others then" out_lacks "every other resource"

run "$kmslab" check-config "$files/origin-kms-v2.yaml"
ok "a plugin's socket is told" out_has 'kms v2 '
ok "its timeout is told" out_has "timeout "

run "$kmslab" check-config "$files/origin-kmsv1.yaml"
ok "KMS v1 is refused without its gate" err_has "Set --feature-gates=KMSv1=true"
run "$kmslab" check-config --feature-gates=A=true,KMSv1=true "$files/origin-kmsv1.yaml"
ok "and taken with it" ended_with 0
ok "with a warning" out_has "KMS v1 is deprecated"
run "$kmslab" check-config --reload --feature-gates=KMSv1=true "$files/valid-kmsv1-duplicate-name.yaml"
ok "with reload its names must be unique" err_has "names must be unique"

run "$kmslab" check-config "$work/none"
ok "a file that is not there fails" ended_with 1
ok "and is told" err_has "no such file or directory"

head -c 2000000 /dev/zero >"$work/huge"
run "$kmslab" check-config "$work/huge"
ok "a huge file fails" ended_with 1
ok "and is told" err_has "too large"

run "$kmslab" check-config
ok "without a file it is a usage error" ended_with 2
run "$kmslab" check-config --feature-gates=KMSv1 "$files/origin-kms-v2.yaml"
ok "so it is with a malformed gate" ended_with 2

done_testing
