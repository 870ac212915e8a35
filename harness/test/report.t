#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kmslab report: its files read back by others' parsers, its page looked at in a
# real browser. Pictures stay in build/report for people.
. "$(dirname "$0")/tap.sh"
journals=$here/../../fixtures/journals
pictures=$here/../../build/report
python=/usr/bin/python3
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY

checks() { "$python" "$here/report_check.py" "$@" >"$work/out" 2>"$work/err"; }
check_run() { # FOLDER NAME
  run "$kmslab" report "$1" --out "$work/$2"
  ok "$2: reports are written" ended_with 0
}

check_run "$journals/good" good
check_run "$journals/failed" failed
check_run "$journals/interrupted" interrupted
check_run "$journals/hostile" hostile
check_run "$journals/empty" empty
check_run "$journals/run" run
"$python" "$journals/make" --huge "$work/in"
check_run "$work/in/huge" huge
check_run "$work/in/sixty" sixty

ok "JUnit of a good one" checks junit "$work/good/junit.xml" 1 0 0 0
ok "JUnit of a failed one" checks junit "$work/failed/junit.xml" 1 1 0 0
ok "JUnit of hostile bytes" checks junit "$work/hostile/junit.xml" 1 1 0 0
ok "JUnit of an interrupted one" \
  checks junit "$work/interrupted/junit.xml" 1 0 1 0
ok "JUnit of a run" checks junit "$work/run/junit.xml" 11 1 4 1
ok "JUnit of sixty" checks junit "$work/sixty/junit.xml" 60 20 0 0

ok "TAP of a good one" checks tap "$work/good/report.tap" 1 0 0 goes-on
ok "TAP of hostile bytes" checks tap "$work/hostile/report.tap" 1 1 0 goes-on
ok "TAP of a run" checks tap "$work/run/report.tap" 11 5 1 bails
ok "TAP of more than a page can show" \
  checks tap "$work/huge/report.tap" 1 1 0 goes-on

ok "summary of a run" checks summary "$work/run/summary.md" \
  "5 passed, 1 failed" "kms-throttle-stuck" "repeat: kmslab run"
ok "summary of hostile bytes" checks summary "$work/hostile/summary.md"

ok "page of a good one" checks page "$work/good/report.html" 200000
ok "page of a failed one" checks page "$work/failed/report.html" 200000
ok "page of hostile bytes" checks page "$work/hostile/report.html" 200000
ok "page of an empty one" checks page "$work/empty/report.html" 200000
ok "page of more than it can show" checks page "$work/huge/report.html" 200000
ok "page of a run" checks page "$work/run/report.html" 1000000
ok "page of sixty" checks page "$work/sixty/report.html" 5000000

run env GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY="$work/step" \
  "$kmslab" report "$journals/run" --format github --out "$work/step-run"
cp "$work/out" "$work/annotations"
ok "in a step there are annotations" \
  checks annotations "$work/annotations" 4 1
ok "and its summary" checks summary "$work/step" "kms-throttle-stuck"
run env GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY="$work/step" \
  "$kmslab" report "$work/in/sixty" --format github --out "$work/step-sixty"
cp "$work/out" "$work/annotations"
ok "never more than ten" checks annotations "$work/annotations" 10 0
ok "a summary is added to what stands there" \
  checks summary "$work/step" "kms-throttle-stuck" "40 passed, 20 failed"
run env GITHUB_ACTIONS=true "$kmslab" report "$journals/hostile" \
  --format github --out "$work/step-hostile"
cp "$work/out" "$work/annotations"
ok "hostile bytes make no command" checks annotations "$work/annotations" 1 0

run "$kmslab" report "$journals/good" --format junit --out "$work/one"
ok "one format is one file" sh -c "[ \"\$(ls '$work/one')\" = junit.xml ]"
run "$kmslab" report "$work/none"
ok "no folder is a failure" ended_with 1
ok "and is named" err_has "$work/none: not found"
run "$kmslab" report "$journals/good/journal.json"
ok "a file is one, too" ended_with 1
ok "and is told what to give" err_has "journal.json is no folder: give the one"
mkdir "$work/empty"
run "$kmslab" report "$work/empty"
ok "a folder without a run is told" \
  err_has "$work/empty has neither run.json nor journal.json"
mkdir "$work/torn"
head -c 700 "$journals/good/journal.json" >"$work/torn/journal.json"
run "$kmslab" report "$work/torn"
ok "a torn journal alone is a failure" ended_with 1
ok "with its place" err_has "torn/journal.json: cut off: it ends at byte 700 "
mkdir "$work/pipe"
mkfifo "$work/pipe/journal.json"
run timeout 10 "$kmslab" report "$work/pipe"
ok "a journal that is a pipe is not waited for" ended_with 1
ok "and is told" err_has "pipe/journal.json: not a regular file"
run "$kmslab" report "$journals/good" --format pdf
ok "an unknown format is wrong usage" ended_with 2
run "$kmslab" report
ok "so is no folder" ended_with 2

if command -v chromium >/dev/null 2>&1; then
  mkdir -p "$pictures"
  ok "a browser has no complaint, in light, dark, on a phone, on paper" \
    checks browser "$work/failed/report.html" "$pictures/failed"
  ok "nor has it of hostile bytes" checks browser "$work/hostile/report.html"
  ok "nor of a run" checks browser "$work/run/report.html"
  ok "what a journal holds runs nowhere" \
    checks unharmed "$work/hostile/report.html"
  ok "copy, filter and zoom work" checks tools "$work/run/report.html"
else
  ok "in a browser # SKIP chromium is not here" true
fi

done_testing
