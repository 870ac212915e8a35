#!/bin/sh
# ci/prove : its line of totals and its exit code are right.
set -u
unset KMSLAB_TEST_AGAIN
cd "$(dirname "$0")/../.." || exit 1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
count=0 failed=0

program() { # NAME EXIT LINE...
  name=$1 rc=$2
  shift 2
  { echo '#!/bin/sh'; printf "echo '%s'\n" "$@"; echo "exit $rc"; } >"$folder/$name"
  chmod +x "$folder/$name"
}
says() { # TOTALS EXIT PROGRAM...
  totals=$1 rc=$2
  shift 2
  # shellcheck disable=SC2086 # a list of words on purpose
  got=$(cd "$folder" && "$OLDPWD/ci/prove" "$@" 2>&1)
  got_rc=$?
  count=$((count + 1))
  if [ "$got_rc" -eq "$rc" ] && [ "$(printf '%s\n' "$got" | tail -1)" = "$totals" ]; then
    echo "ok $count - $totals"
  else
    failed=$((failed + 1))
    echo "not ok $count - $totals"
    printf '%s\n' "exit $got_rc" "$got" | sed 's/^/# /'
  fi
}

program good 0 1..2 'ok 1' 'ok 2'
program two_of_three 2 1..3 'ok 1' 'not ok 2' 'not ok 3'
program crash 1 1..2 'ok 1' 'ok 2'
program cut_off 0 1..3 'ok 1'
program silent 1 '# nothing'
program skips_one 0 1..2 'ok 1' 'ok 2 # SKIP no such tool'
sed -i "1aecho x.t two: skipped: no such tool >&2" "$folder/skips_one"
program skips 0 '1..0 # SKIP no such thing here'

echo '[ -e seen ] && exec ./good; >seen; exec ./two_of_three' >"$folder/late"
sed -i '1i#!/bin/sh' "$folder/late"
chmod +x "$folder/late"
again() { # FACT FILES
  count=$((count + 1))
  if [ "$(cat "$folder/again" 2>/dev/null)" = "$2" ]; then
    echo "ok $count - $1"
  else
    failed=$((failed + 1))
    echo "not ok $count - $1"
  fi
}

echo 1..16
says '2 passed, 0 failed, 0 skipped' 0 ./good
says '3 passed, 2 failed, 0 skipped' 1 ./good ./two_of_three
says '4 passed, 1 failed, 0 skipped' 1 ./good ./crash
says '3 passed, 1 failed, 0 skipped' 1 ./good ./cut_off
says '2 passed, 1 failed, 0 skipped' 1 ./good ./silent
says '2 passed, 0 failed, 1 skipped' 0 ./good ./skips
says '1 passed, 0 failed, 1 skipped' 0 ./skips_one
says '0 passed, 0 failed, 1 skipped' 0 ./skips
says '3 passed, 2 failed, 0 skipped' 1 ./late ./good
rm -f "$folder/seen"
export KMSLAB_TEST_AGAIN=again
says '5 passed, 0 failed, 0 skipped' 0 ./good ./late
again 'what passes the second time is told' ./late
rm -f "$folder/again"
says '3 passed, 2 failed, 0 skipped' 1 ./good ./two_of_three
again 'what fails twice is not' ''
program reported 1 1..1 'ok 1' 'SUMMARY: AddressSanitizer: heap-use-after-free'
says '3 passed, 1 failed, 0 skipped' 1 ./good ./reported
again 'nor is what a sanitizer reports' ''
says '3 passed, 4 failed, 0 skipped' 1 ./silent ./two_of_three ./crash
[ "$failed" -eq 0 ]
