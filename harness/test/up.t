#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kmslab up: what it prints can be used, and inspect opens what was sealed.
. "$(dirname "$0")/tap.sh"

TMPDIR=$work/tmp
export TMPDIR
mkdir "$TMPDIR"

# begin OPTION... : up in the background, until it has printed everything.
# Shells start background commands deaf to Ctrl-C; perl undoes that.
begin() {
  perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$kmslab" up "$@" \
    >"$work/out" 2>"$work/err" &
  up_pid=$!
  within 20 sh -c "grep -q 'Runs until\|\"key\"' '$work/out'"
  children_of "$up_pid" >"$work/children"
}
finish() {
  kill "-$1" "$up_pid"
  wait "$up_pid" 2>"$work/err.kill"
  code=$?
}
leaves_nothing() {
  within 20 is_empty "$TMPDIR" && within 20 are_gone "$work/children"
}
field() { # NAME : of the JSON line
  python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$work/out" "$1"
}

cd "$work" || exit 1
begin --socket kms.sock --data keys --region eu-west-1 --account 111122223333
ok "the environment is printed" out_has "export AWS_ENDPOINT_URL='http://127."
ok "as a shell can read it" sh -n "$work/out"
ok "with the admin listener" out_has "export KMSLAB_ADMIN='http://127."
ok "with the Region asked for" out_has "export AWS_REGION='eu-west-1'"
ok "the key is in the account asked for" \
  out_has arn:aws:kms:eu-west-1:111122223333:key/
ok "an EncryptionConfiguration names the socket" \
  out_has "#         endpoint: unix://$work/kms.sock"
ok "which is there" test -S "$work/kms.sock"
first_key=$(sed -n 's/^# KMS key *//p' "$work/out")
finish TERM
ok "SIGTERM is how it ends" ended_with 0
ok "leaving nothing" leaves_nothing
ok "not even the socket" test ! -e "$work/kms.sock"

begin --socket kms.sock --data keys --region eu-west-1 \
  --account 111122223333 --json
ok "the same folder gives the same key" test "$(field key)" = "$first_key"

plugin=$(field plugin)
ok "the plugin's endpoint is there" test "$plugin" = "unix://$work/kms.sock"
values=$here/../../fixtures/apiserver-values/kms-v2-seed-1.28.0
run "$kmslab" inspect --value "$values/value.bin" --show-plaintext \
  --plugin "$plugin" --etcd-key /registry/secrets/default/a
ok "a seed of another plugin is not unwrapped" ended_with 1
ok "in the plugin's words" err_has "cannot be opened: rpc error: code = "
finish INT
ok "Ctrl-C is how it ends, too" ended_with 0
ok "leaving nothing" leaves_nothing

run "$kmslab" up --key alias/none
ok "a key that is not there fails" ended_with 1
ok "in the words of KMS" err_has NotFoundException
run "$kmslab" up --listen 127.0.0.1:99999
ok "an address that is none fails" ended_with 1
ok "in the emulator's words" err_has "kms-emulator did not start: "
run "$kmslab" up --socket /proc/no/such/folder/kms.sock
ok "a socket that cannot be made fails" ended_with 1
ok "in the plugin's words" err_has "aws-kms-plugin did not start: "
run sh -c "exec '$kmslab' up >/dev/full"
ok "a report that cannot be written fails" ended_with 1
ok "and is told" err_has "kmslab up: standard output: "
ok "and all that leaves nothing" is_empty "$TMPDIR"

perl -e '$SIG{HUP} = "IGNORE"; exec @ARGV' "$kmslab" up --json \
  >"$work/out" 2>"$work/err" &
up_pid=$!
within 20 out_has '"key"'
children_of "$up_pid" >"$work/children"
kill -HUP "$up_pid"
sleep 0.5
ok "under nohup it stays up" kill -0 "$up_pid"
finish TERM
ok "until it is told otherwise" ended_with 0

begin
finish KILL
ok "even SIGKILL leaves nothing" leaves_nothing

done_testing
