#!/bin/sh
# ci/behaviour : docs/BEHAVIOUR.md is what the journals give; what does not fit
# is refused. Works on a copy.
# shellcheck disable=SC2317 # functions are called by ok
. "$(dirname "$0")/tap.sh"
mkdir "$folder/ci" "$folder/docs" "$folder/fixtures"
cp ci/behaviour "$folder/ci/"
cp -R ci/outage "$folder/ci/"
cp docs/BEHAVIOUR.md "$folder/docs/"
cp -R fixtures/journals-apiserver "$folder/fixtures/"
journals=$folder/fixtures/journals-apiserver
journal=$(find "$journals" -name encrypt-broken.json | sort | head -1)

check() {
  "$folder/ci/behaviour" --check
}
with() { # SED-COMMAND WORDS : the journal changed by it is refused
  cp "$journal" "$folder/kept"
  sed -i "$1" "$journal"
  refused "$2" check
  rc=$?
  cp "$folder/kept" "$journal"
  return "$rc"
}
drifts() {
  sed -i 's/works/wurks/' "$folder/docs/BEHAVIOUR.md"
  refused 'is not what the journals give' check
}
ok 'the document is what the journals give' check
ok 'a journal without the hash of its kube-apiserver is refused' \
  with '/"cluster"/,/}/s/"sha256": ".*"/"sha256": null/' 'does not say which kube-apiserver'
ok 'one of another version than its folder says is refused' \
  with 's/"version": "v1\..*"/"version": "v1.20.1"/' 'is of encrypt-broken on v1.20.1'
ok 'one of a failed run is refused' \
  with 's/"verdict": "passed"/"verdict": "failed"/' 'is of a run that failed'
ok 'one that speaks against the summary is refused' \
  with 's/"got": "201"/"got": "500 expired"/' 'is not so in .*encrypt-broken'
ok 'a document that was changed by hand is refused' drifts
done_testing
