#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kmslab kind where no container runs: words, missing programs, records, and
# the files for those who run kind themselves. The rest is in harness/test/kind.
. "$(dirname "$0")/tap.sh"

KMSLAB_STATE=$work/state
# An engine and a kind that are there and refuse.
mkdir "$work/bin"
printf '#!/bin/sh\necho "Cannot connect to the Docker daemon" >&2\nexit 1\n' \
  >"$work/bin/docker"
printf '#!/bin/sh\nexit 1\n' >"$work/bin/kind"
chmod +x "$work/bin/docker" "$work/bin/kind"
PATH=$work/bin:$PATH
export KMSLAB_STATE PATH
unset KMSLAB_ENGINE KMSLAB_KIND_IMAGE KIND_NODE_IMAGE

run "$kmslab" kind
ok "kind without a command is usage" ended_with 2
run "$kmslab" kind help up
ok "each command is explained" ended_with 0
ok "with its options" out_has "--control-planes N"
ok "in lines that fit" out_fits 80
for command in config down list; do
  run "$kmslab" kind "$command" --help
  ok "$command --help" ended_with 0
  ok "$command --help fits" out_fits 80
done
run "$kmslab" kind sideways
ok "another word is usage" ended_with 2

run "$kmslab" kind up a b
ok "two names are usage" ended_with 2
run "$kmslab" kind up Big
ok "so is a name that kind refuses" ended_with 2
ok "with the rule" err_has "small letters, digits"
run "$kmslab" kind up --emulator none
ok "so is a plugin without a key" ended_with 2
run "$kmslab" kind up x --engine no-such-engine
ok "no engine is 77" ended_with 77
ok "and says what to install" err_has "install a container engine"
run "$kmslab" kind up x
ok "an engine without its daemon is a failure" ended_with 1
ok "that says what to start" err_has "start it"
ok "and leaves nothing" test ! -e "$work/state/kind/x"

for option in engine kind image plugin plugin-image; do
  run "$kmslab" kind up x "--$option="
  ok "an empty --$option is usage" ended_with 2
done
run "$kmslab" kind up x --image=--rm
ok "so is an image that docker would take for an option" ended_with 2
run "$kmslab" kind up x --engine /bin/false
ok "an engine that fails without a word fails" ended_with 1
ok "with some" err_has "false cannot be used: it failed without a word"

run "$kmslab" kind list
ok "no cluster is known" out_has "kmslab knows no kind cluster"
run "$kmslab" kind list --json
ok "in JSON, too" out_has "[]"
run "$kmslab" kind down x
ok "down without a cluster is no failure" ended_with 0
ok "and says so in one line" out_has "nothing to remove"

# A record of an earlier run, of which the engine now knows nothing.
mkdir -p "$work/state/kind/there" "$work/state/kind/half"
echo '{"layout":1,"name":"there","owner":"encrypt","kms":"v2","ready":true}' \
  >"$work/state/kind/there/cluster.json"
mkdir -p "$work/state/kind/broken"
echo '{"layout":1,"name":"broken","owner":"encrypt","kms":"v2","ready":false}' \
  >"$work/state/kind/broken/cluster.json"
run "$kmslab" kind list
ok "and what was not finished" out_has "half: unfinished"
run "$kmslab" kind list --json
ok "in JSON, too" out_has '{"name":"half","problem":"not found"}'
run "$kmslab" kind list
ok "what encrypt left unfinished is not for down" \
  out_has "(unfinished: kmslab kind encrypt goes on, decrypt goes back)"
ok "what was encrypted is listed" out_has "there: encrypted by kmslab"
run "$kmslab" kind down there
ok "down leaves a cluster that was there before" ended_with 1
ok "and names the way back" err_has "kmslab kind decrypt there"
ok "and its record" test -s "$work/state/kind/there/cluster.json"
# An engine that knows no container.
printf '#!/bin/sh\nexit 0\n' >"$work/bin/empty"
chmod +x "$work/bin/empty"
run "$kmslab" kind decrypt broken --engine "$work/bin/empty"
ok "decrypt of a cluster that is gone fails" ended_with 1
ok "and says how to forget it" err_has "kmslab kind down broken"
run "$kmslab" kind down broken --engine "$work/bin/empty"
ok "which down does" ended_with 0
ok "with the record" test ! -e "$work/state/kind/broken"
run "$kmslab" kind down half
ok "a folder without a record names no container" ended_with 0
ok "and goes, whatever the engine has of that name" test ! -e "$work/state/kind/half"
run env -u HOME -u XDG_STATE_HOME -u KMSLAB_STATE "$kmslab" kind down x
ok "no place for records is a failure" ended_with 1
ok "told once" test "$(grep -c "set KMSLAB_STATE to a folder$" "$work/err")" = 1
echo '{"layout":2}' >"$work/state/kind/there/cluster.json"
run "$kmslab" kind down there
ok "a record of a newer kmslab is left alone" err_has "newer version"

run "$kmslab" kind config one --image kindest/node:v1.34.0 --control-planes 2
ok "files are printed without an engine" ended_with 0
ok "for the cluster" out_has 'name: "one"'
ok "with the plugin of each control plane" out_has "kmslab-plugin-2.yaml ----"
run "$kmslab" kind config one --image kindest/node:v1.34.0 --out "$work/files"
ok "and written" out_has "kind create cluster --config $work/files/kind.yaml"
ok "with the programs" test -x "$work/files/bundle/kms-emulator"
loader=$(find "$work/files/bundle" -name 'ld-*' | head -1)
# shellcheck disable=SC2086 # no loader is no word
run env -i $loader ${loader:+--library-path "$work/files/bundle/lib"} \
  "$work/files/bundle/aws-kms-plugin" --version
ok "that run from there" ended_with 0
mode=$(stat -c %a "$work/files/seed/seed.json")
ok "and a seed for its owner alone" test "$mode" = 600
run "$kmslab" kind config one --bundle "$work/bin"
ok "a bundle needs no programs to be printed" ended_with 0
run "$kmslab" kind config one --bundle "$work/bin" --out "$work/other"
ok "but to be written" ended_with 1
done_testing
