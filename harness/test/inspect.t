#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kmslab inspect on values that kube-apiserver wrote, and on garbage.
. "$(dirname "$0")/tap.sh"
values=$here/../../fixtures/apiserver-values
seed=$values/kms-v2-seed-1.28.0

run "$kmslab" inspect --value "$seed/value.bin"
ok "a sealed value is no failure" ended_with 0
ok "its provider is told" out_has "provider       kms v2"
ok "its provider's name" out_has "name           kms-provider"
ok "its prefix" out_has "prefix         k8s:enc:kms:v2:kms-provider:"
ok "its key id" out_has "key id         1"
ok "its source type" out_has "HKDF_SHA256_XNONCE_AES_GCM_SEED (1)"
ok "its annotations" out_has "annotation     local-kek.kms.kubernetes.io"
ok "the size of the wrapped seed" out_has "wrapped key    44 bytes"
ok "the size of the ciphertext" out_has "ciphertext     405 bytes"

run "$kmslab" inspect --value "$values/kms-v2-key-1.27.0/value.bin"
ok "records from before 1.29 are told apart" out_has "AES_GCM_KEY (0)"

base64 <"$seed/value.bin" >"$work/base64"
run "$kmslab" inspect --base64 --value "$work/base64"
ok "wrapped base64 is read" out_has "key id         1"

od -An -v -tx1 <"$seed/value.bin" >"$work/hex"
run "$kmslab" inspect --hex --json --value "$work/hex"
ok "hex is read, and JSON written" out_has '"key_id":"1","source_type":1'

run sh -c "exec '$kmslab' inspect <'$seed/value.bin'"
ok "without --value standard input is read" out_has "key id         1"

{ cat "$seed/value.bin" && echo; } >"$work/etcdctl"
run "$kmslab" inspect --value "$work/etcdctl"
ok "the newline that etcdctl adds does no harm" ended_with 0
ok "and is no part of the value" out_has "value          sealed, 599 bytes"

run "$kmslab" inspect --value "$seed/plain.bin"
ok "a plain Secret is told as such" out_has "value          plain protobuf"
ok "with its kind" out_has "kind           Secret"
ok "but never shown unasked" out_lacks "plaintext"

run "$kmslab" inspect --show-plaintext --value "$seed/plain.bin"
ok "only when asked for" out_has "plaintext      405 bytes:"

head -c 100 "$seed/value.bin" >"$work/torn"
run "$kmslab" inspect --value "$work/torn"
ok "a torn record fails" ended_with 1
ok "with kube-apiserver's words" out_has "problem        proto: "

printf 'k8s:enc:rot13:v1:key:frperg' >"$work/unknown"
run "$kmslab" inspect --value "$work/unknown"
ok "a provider nobody knows fails" ended_with 1
ok "with words" err_has "no provider of kube-apiserver has this prefix"

printf 'a\033[31mb' >"$work/other"
run "$kmslab" inspect --show-plaintext --value "$work/other"
ok "bytes that no apiserver writes fail" ended_with 1
ok "and cannot disturb the terminal" out_has 'a\x1b[31mb'

: >"$work/empty"
run "$kmslab" inspect --value "$work/empty"
ok "an empty value fails" ended_with 1

run "$kmslab" inspect --value "$work/none"
ok "a file that is not there fails" ended_with 1
ok "and is named" err_has "$work/none: not found"

run "$kmslab" inspect --hex --value "$work/base64"
ok "input that is not hex fails" ended_with 1
ok "and is told" err_has "the input is not hexadecimal"

run "$kmslab" inspect --show-plaintext --value "$seed/value.bin"
ok "a sealed value without a plugin is not opened" ended_with 1
ok "but still told" out_has "key id         1"
ok "with what is missing" err_has "a sealed value needs --plugin and --etcd-key"

run "$kmslab" inspect --show-plaintext --plugin "unix://$work/no.sock" \
  --etcd-key /registry/secrets/default/s --value "$seed/value.bin"
ok "a plugin that does not listen fails" ended_with 1
ok "with its error" err_has "cannot be opened: rpc error: code = Unavailable"

run "$kmslab" inspect --show-plaintext --plugin tcp://127.0.0.1:1 \
  --etcd-key /registry/secrets/default/s --value "$seed/value.bin"
ok "a plugin that is no unix socket is refused" \
  err_has "not of the form unix:///PATH"

run "$kmslab" inspect --etcd http://127.0.0.1:1 --etcd-key /a
ok "an etcd that is not there fails" ended_with 1
ok "and is named" err_has "http://127.0.0.1:1/"

run "$kmslab" inspect --etcd http://127.0.0.1:1
ok "an etcd without a key is wrong usage" ended_with 2
run "$kmslab" inspect --base64 --hex
ok "two encodings are wrong usage" ended_with 2

KMSLAB_STATE=$work/state
export KMSLAB_STATE
run "$kmslab" inspect --cluster nobody secret default/a
ok "a cluster that nobody knows fails" ended_with 1
ok "and is told" err_has "kmslab knows no cluster nobody: kmslab kind list"
run "$kmslab" inspect --cluster nobody secret a
ok "a Secret has a namespace" err_has "a: a Secret is named NAMESPACE/NAME"
run "$kmslab" inspect --cluster nobody
ok "a cluster has many values" ended_with 2
run "$kmslab" inspect secret default/a
ok "a Secret is one of a cluster" ended_with 2
run "$kmslab" inspect --cluster nobody --value x secret default/a
ok "there is one place to look at" ended_with 2
run "$kmslab" inspect --cluster nobody configmap default/a
ok "only Secrets are looked at so" ended_with 2

done_testing
