#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kmslab demo: what it claims, how long it takes, what it leaves.
. "$(dirname "$0")/tap.sh"

TMPDIR=$work/tmp
export TMPDIR
mkdir "$TMPDIR"

started=$(date +%s)
run "$kmslab" demo
took=$(($(date +%s) - started))
ok "everything it claims holds" ended_with 0
ok "within 10 seconds" test "$took" -lt 10
ok "saying nothing on stderr" err_is_empty
ok "and leaving nothing" is_empty "$TMPDIR"
ok "the key's ARN is shown" out_has arn:aws:kms:us-east-1:000000000000:key/
ok "the wrapped seed" out_has "wrapped seed    185 bytes: 3101"
ok "the stored prefix" out_has "prefix          k8s:enc:kms:v2:kmslab:"
ok "the decoded fields" out_has "info 32, nonce 12, ciphertext"
ok "that the plaintext is nowhere" \
  out_has "database: in no value and in none of"
ok "that reads go on without KMS" out_has "no call to KMS is needed"
ok "kube-apiserver's own words" \
  out_has 'Internal error occurred: encryptedDEKSource with keyID hash "sha256:'
ok "the healing" out_has "it goes on with the same seed"
ok "what is stale after the move" out_has "3 of 3 Secrets are stale"
ok "and after the rewrite" out_has "0 of 3 Secrets are stale"
ok "no check fails" out_lacks FAILS
ok "and there are no colours where no terminal is" out_lacks "$(printf '\033')"

run "$kmslab" demo --json
ok "as JSON it holds too" ended_with 0
ok "each line is an object" sh -c \
  "python3 -c 'import json, sys
for line in sys.stdin: assert \"event\" in json.loads(line)' <'$work/out'"
ok "the last one tells the outcome" sh -c \
  "tail -1 '$work/out' | grep -q '^{\"event\":\"end\",.*\"holds\":true'"

run sh -c "exec '$kmslab' demo >/dev/full"
ok "a demo that nobody can see fails" ended_with 1
ok "and says why" err_has "kmslab demo: standard output cannot be written"

# The programs it needs are looked for beside it and in PATH.
mkdir "$work/alone"
cp "$kmslab" "$work/alone/"
run env PATH=/usr/bin:/bin "$work/alone/kmslab" demo
ok "without an emulator it fails" ended_with 1
ok "in one clear line" err_has \
  "kmslab demo: there is no kms-emulator beside kmslab or in PATH"
ok "and leaves nothing" is_empty "$TMPDIR"

# A plugin that hides an outage from the apiserver makes a claim untrue.
ln "$bin/kms-emulator" "$work/alone/" 2>/dev/null ||
  cp "$bin/kms-emulator" "$work/alone/"
cat >"$work/alone/aws-kms-plugin" <<EOF
#!/bin/sh
exec "$bin/aws-kms-plugin" "\$@" --status-failure=healthz
EOF
chmod +x "$work/alone/aws-kms-plugin"
run "$work/alone/kmslab" demo
ok "a claim that does not hold fails the demo" ended_with 1
ok "and is the one line said about it" test "$(cat "$work/err")" = \
  "kmslab demo: this does not hold: the plugin's Status fails"
ok "the stages before it are there" out_has "What etcd holds"
ok "those after it are not" out_lacks "KMS comes back"
ok "and nothing is left" is_empty "$TMPDIR"
run "$work/alone/kmslab" demo --json
ok "in JSON the last line tells, too" sh -c \
  "tail -1 '$work/out' | grep -q '\"event\":\"end\",.*\"holds\":false'"

# A KMS that takes longer for each answer than Status waits for a probe.
cat >"$work/alone/aws-kms-plugin" <<EOF
#!/bin/sh
exec python3 "$here/slow_kms.py" 0.1 "$bin/aws-kms-plugin" "\$@"
EOF
run "$work/alone/kmslab" demo
ok "with a slow KMS all claims hold, too" ended_with 0
ok "and nothing is left of that" is_empty "$TMPDIR"

# begin STAGE : the demo in the background, until it is in that stage. Shells
# start background commands deaf to Ctrl-C, so perl gives them their ears back.
begin() {
  perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$kmslab" demo --json \
    >"$work/out" 2>"$work/err" &
  demo_pid=$!
  within 20 out_has "$1"
  children_of "$demo_pid" >"$work/children"
}
leaves_nothing() {
  within 20 is_empty "$TMPDIR" && within 20 are_gone "$work/children"
}

for stage in "A KMS key" "Secrets are written" "KMS goes away" \
  "A move to a new KMS key"; do
  begin "$stage"
  kill -INT "$demo_pid" 2>"$work/err.kill"
  wait "$demo_pid"
  code=$?
  ok "after Ctrl-C in \"$stage\" it says so, unless it was done" \
    test "$code" -eq 130 -o "$code" -eq 0
  ok "claims nothing untrue" out_lacks '"holds":false}'
  ok "and leaves nothing" leaves_nothing
done

for delay in 0.01 0.03 0.05 0.08 0.12 0.17; do
  perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$kmslab" demo \
    >"$work/out" 2>"$work/err" &
  demo_pid=$!
  sleep "$delay"
  children_of "$demo_pid" >"$work/children"
  kill -INT "$demo_pid" 2>"$work/err.kill"
  wait "$demo_pid"
  ok "Ctrl-C after $delay s leaves nothing" leaves_nothing
done

begin "A KMS plugin"
kill -KILL "$demo_pid"
wait "$demo_pid" 2>"$work/err.kill"
ok "even after SIGKILL it leaves nothing" leaves_nothing

done_testing
