#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The command line of kmslab itself.
. "$(dirname "$0")/tap.sh"

run "$kmslab"
ok "without a command it is wrong usage" ended_with 2
ok "and the commands are listed on stderr" err_has "  exec "

run "$kmslab" --help
ok "--help is no failure" ended_with 0
ok "and goes to stdout" out_has "  inspect "
ok "with nothing on stderr" err_is_empty

run "$kmslab" version
ok "version names the program" out_has "kmslab "

run "$kmslab" frobnicate
ok "an unknown command is wrong usage" ended_with 2
ok "and is named" err_has "'frobnicate'"

for command in demo up exec inspect check-config metadata e2e soak; do
  run "$kmslab" help "$command"
  ok "help $command fits a terminal" out_fits 80
done

for command in up exec inspect; do
  run "$kmslab" help "$command"
  ok "help $command is no failure" ended_with 0
  ok "and explains it" out_has "usage: kmslab $command"
  run "$kmslab" "$command" --help
  ok "$command --help says the same" out_has "usage: kmslab $command"
  run "$kmslab" "$command" --no-such-option
  ok "$command refuses unknown options as wrong usage" ended_with 2
  ok "naming them" err_has "--no-such-option is not an option"
done

run "$kmslab" exec --region
ok "an option without its argument is wrong usage" ended_with 2
ok "and is named" err_has "--region needs an argument"

run "$kmslab" exec --region a --region b -- true
ok "an option given twice is wrong usage" ended_with 2
ok "and is named" err_has "--region is given twice"

run "$kmslab" exec
ok "exec without a command is wrong usage" ended_with 2

run "$kmslab" up now
ok "up takes no words" ended_with 2

# ---- standard output -----------------------------------------------------------
# unread COMMAND... : its reader has left before it writes, as `head` may have.
unread() {
  {
    sleep 0.2
    "$@" 2>"$work/err"
    echo $? >"$work/code"
  } | true
  code=$(cat "$work/code")
}
export KMSLAB_SCENARIOS="$here/../scenarios"
printf 'kind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\n%s\n' \
  'resources: [{resources: [secrets], providers: [{identity: {}}]}]' >"$work/enc.yaml"
value=$here/../../fixtures/apiserver-values/kms-v2-seed-1.28.0/value.bin
for command in version help list "help run" "check-config $work/enc.yaml" \
  "inspect --value $value" "fault storm --plan"; do
  # shellcheck disable=SC2086 # words of a command
  unread "$kmslab" $command
  ok "$command: who reads less ends it by SIGPIPE" ended_with 141
  ok "and nothing is said about it" err_is_empty
  # shellcheck disable=SC2086
  "$kmslab" $command >/dev/full 2>"$work/err"
  code=$?
  ok "$command: an output that is full is a failure" ended_with 1
  ok "and is told" err_has "standard output: no space left"
done

done_testing
