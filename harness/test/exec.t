#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kmslab exec: what the command sees, what it leaves, how it ends.
. "$(dirname "$0")/tap.sh"

TMPDIR=$work/tmp
export TMPDIR
mkdir "$TMPDIR"
leaves_nothing() { within 20 is_empty "$TMPDIR" && within 20 are_gone "$1"; }

run "$kmslab" exec -- env
ok "the command runs" ended_with 0
for variable in AWS_ENDPOINT_URL AWS_ENDPOINT_URL_KMS AWS_ENDPOINT_URL_STS \
  KMSLAB_ENDPOINT; do
  ok "$variable is the emulator" out_has "$variable=http://127.0.0.1:"
done
ok "the account is the default one" out_has AWS_ACCESS_KEY_ID=000000000000
ok "there is a secret" out_has AWS_SECRET_ACCESS_KEY=
ok "the Region is the default one" out_has AWS_REGION=us-east-1
ok "under both names" out_has AWS_DEFAULT_REGION=us-east-1
ok "kmslab fault finds the emulator" out_has KMSLAB_ADMIN=http://127.0.0.1:
ok "no metadata service is asked" out_has AWS_EC2_METADATA_DISABLED=true
ok "exec itself says nothing" err_is_empty
ok "the folder is removed" is_empty "$TMPDIR"

AWS_PROFILE=mine AWS_SESSION_TOKEN=old no_proxy=example.com \
  run "$kmslab" exec --account 111122223333 --region eu-west-1 env
ok "the account is the one asked for" out_has AWS_ACCESS_KEY_ID=111122223333
ok "and so is the Region" out_has AWS_REGION=eu-west-1
ok "a profile is not passed on" out_lacks AWS_PROFILE=
ok "nor a session token" out_lacks AWS_SESSION_TOKEN=
ok "proxies stay away from the loopback" out_has no_proxy=example.com,127.0.0.1

run "$kmslab" exec -- sh -c 'exit 41'
ok "the exit code is the command's" ended_with 41
run "$kmslab" exec -- sh -c 'kill -KILL $$'
ok "or 128 and the signal" ended_with 137
run "$kmslab" exec -- no-such-command-here
ok "or 127 without such a command" ended_with 127
ok "which is named" err_has "no-such-command-here: No such file"
run "$kmslab" exec -- /etc/passwd
ok "or 126 for what cannot be run" ended_with 126
ok "and the folder is removed even so" is_empty "$TMPDIR"

run "$kmslab" exec --account 12 -- true
ok "an account that is none fails" ended_with 1
ok "in the emulator's words" err_has "kms-emulator did not start: "
run "$kmslab" exec --seed "$work/none" -- true
ok "so does a seed file that is not there" ended_with 1
ok "and it is named" err_has "$work/none"

run env TMPDIR=/proc "$kmslab" exec -- true
ok "without a place for temporary files it fails" ended_with 1
ok "and names it" err_has "no temporary folder can be made in /proc: "

# What may stand beside kmslab instead of an emulator.
mkdir "$work/alone"
cp "$kmslab" "$work/alone/"
fake_emulator() {
  printf '#!/bin/sh\n%s\n' "$1" >"$work/alone/kms-emulator"
  chmod +x "$work/alone/kms-emulator"
  run "$work/alone/kmslab" exec -- touch "$work/ran"
}
fake_emulator 'echo "kms-emulator: no mood today" >&2; exit 3'
ok "an emulator that gives up fails" ended_with 1
ok "and is quoted" err_has "kms-emulator did not start: no mood today"
fake_emulator 'echo hello; exec sleep 60'
ok "one that names no address fails" ended_with 1
ok "and is quoted, too" err_has "kms-emulator's first line names no URL: hello"
fake_emulator 'exec tr "\\0" x </dev/zero'
ok "one that babbles fails" ended_with 1
ok "no command ever ran" test ! -e "$work/ran"
ok "and nothing is left of them" is_empty "$TMPDIR"

if python3 -c 'import boto3' 2>/dev/null; then
  run "$kmslab" exec -- python3 -c 'import boto3, os
kms = boto3.client("kms", endpoint_url=os.environ["KMSLAB_ENDPOINT"])
key = kms.create_key()["KeyMetadata"]["Arn"]
blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
print(key)'
  ok "boto3 needs nothing but what it is given" ended_with 0
  ok "and works in the account" out_has arn:aws:kms:us-east-1:000000000000:key/
else
  ok "boto3 # SKIP it is not installed" true
fi

echo 'from outside' >"$work/in"
run sh -c "exec '$kmslab' exec -- cat <'$work/in'"
ok "standard input is the command's" out_has "from outside"
run sh -c "exec 7<'$work/in'; exec '$kmslab' exec -- cat /proc/self/fd/7"
ok "and so are other descriptors" out_has "from outside"

# begin COMMAND : exec in the background; waits until the command is there.
# Under nohup a SIGHUP is ignored, and kmslab would leave that as it is.
begin() {
  rm -f "$work/there"
  env --default-signal=HUP "$kmslab" exec -- sh -c "$1" >"$work/out" 2>"$work/err" &
  exec_pid=$!
  within 20 test -e "$work/there"
  children_of "$exec_pid" >"$work/children"
}
finish() {
  wait "$exec_pid"
  code=$?
}

begin "trap 'exit 3' TERM; : >'$work/there'; while :; do sleep 0.1; done"
kill -TERM "$exec_pid"
finish
ok "SIGTERM is passed on, and the command decides" ended_with 3
ok "which leaves nothing" leaves_nothing "$work/children"

begin ": >'$work/there'; exec sleep 60"
kill -HUP "$exec_pid"
finish
ok "SIGHUP is passed on" ended_with 129
ok "which leaves nothing either" leaves_nothing "$work/children"

begin ": >'$work/there'; exec sleep 60"
ok "there is something to be left" test "$(wc -l <"$work/children")" -ge 3
kill -KILL "$exec_pid"
finish 2>/dev/null
ok "even SIGKILL leaves nothing" leaves_nothing "$work/children"

done_testing
