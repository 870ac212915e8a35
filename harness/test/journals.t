#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kmslab replay : scenarios that were run on a real kube-apiserver come to the
# same on the model, step by step (fixtures/journals-scenarios). Where the
# scenario was changed since, its journal says nothing of it and is skipped.
# Journals of other minor versions are compared with the first version's.
. "$(dirname "$0")/tap.sh"
scenarios=$here/../scenarios
journals=$here/../../fixtures/journals-scenarios
first=v1.35.4

is_the_same() {
  [ "$code" -eq 0 ] && grep -q '^the same: passed$' "$work/out"
}
skipped() { # WHY
  number=$((number + 1))
  echo "ok $number # skip $1"
}
# The journal with its first good step made a failed one.
another_is_told() { # JOURNAL
  sed '0,/"result":"ok"/s//"result":"failed"/' "$1" >"$work/journal.json"
  run "$kmslab" replay --scenarios "$scenarios" "$work/journal.json"
  [ "$code" -eq 1 ]
}
for scenario in "$scenarios"/*.yaml; do
  ! grep -q '^only: kind$' "$scenario" || continue # the model has no kubelet
  name=$(basename "$scenario" .yaml)
  journal=$journals/$first/$name.json
  digest=$(sha256sum <"$scenario")
  if ! [ -f "$journal" ]; then
    skipped "$name has not run on $first"
  elif grep -q "\"sha256\":\"${digest%% *}\"" "$journal"; then
    run "$kmslab" replay --scenarios "$scenarios" "$journal"
    if [ "$code" -eq 77 ]; then
      skipped "$name: $(cat "$work/out")"
    else
      ok "$name is the same on the model and on $first" is_the_same
    fi
    last=$journal
  else
    skipped "$name is another scenario than on $first"
  fi
done
for journal in "$journals"/v*/*.json; do
  version=$(basename "$(dirname "$journal")")
  name=$(basename "$journal" .json)
  [ "$version" != "$first" ] || continue
  run "$kmslab" replay --with "$journals/$first/$name.json" "$journal"
  ok "$name is the same on $version and on $first" is_the_same
done
run "$kmslab" replay --with "$last" "$journal"
ok 'journals of two scenarios are not compared' ended_with 1
ok 'and it is said why' err_has 'is of another scenario'
ok 'what is not the same is told' another_is_told "$last"
done_testing
