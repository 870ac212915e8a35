#!/bin/sh
# ci/run : a stage that fails ends the run and fails it; the budget cuts the
# extras and says so. Its stages are stood in for.
set -u
cd "$(dirname "$0")/../.." || exit 1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
count=0 failed=0

# Every command that ci/run names, and make: each says that it ran, and fails
# where FAIL is in its words.
stand_in() { # FILE
  mkdir -p "$(dirname "$folder/$1")"
  cat >"$folder/$1" <<'END'
#!/bin/sh
echo "ran $(basename "$0") $*"
case "$*" in "$FAIL"*) [ ! -e "${FAIL_UNLESS:-none}" ] && >"${FAIL_UNLESS:-/dev/null}" && exit "${FAIL_CODE:-3}" ;; esac
exit 0
END
  chmod +x "$folder/$1"
}
stand_in make
grep -o ' ci/[a-z0-9/-]*' ci/run | sort -u | while read -r script; do
  [ "$script" = ci/run ] || stand_in "$script"
done
cp ci/run "$folder/ci/run"

ends() { # FACT EXIT LAST-LINE [NAME=VALUE...] [TIER...]
  fact=$1 rc=$2 last=$3
  shift 3
  out=$(cd "$folder" && env "PATH=$folder:$PATH" FAIL=none "$@" 2>&1)
  got=$?
  count=$((count + 1))
  if [ "$got" -eq "$rc" ] && [ "$(printf '%s\n' "$out" | tail -1)" = "$last" ]; then
    echo "ok $count - $fact"
  else
    failed=$((failed + 1))
    echo "not ok $count - $fact"
    printf '%s\n' "exit $got" "$out" | sed 's/^/# /'
  fi
}
has() { # FACT PATTERN
  count=$((count + 1))
  if printf '%s\n' "$out" | grep -qE "$2"; then
    echo "ok $count - $1"
  else
    failed=$((failed + 1))
    echo "not ok $count - $1"
  fi
}

echo 1..17
stages=$(grep -cE '^((required|real_time|extra) |kind$)' ci/run) extras=$(grep -c '^extra ' ci/run)
ends "all stages run" 0 "stages: $stages passed, 0 failed, 0 skipped" ci/run
ends "a required stage that fails ends the run" 1 \
  "stages: 0 passed, 1 failed, 0 skipped" FAIL="build clients" ci/run
has "the ledger has it" "^FAILED +[0-9]+ s  packages"
ends "an extra that fails fails the run, after the others" 1 \
  "stages: $((extras - 1)) passed, 1 failed, 0 skipped" FAIL=static-check ci/run extras
ends "without a budget extras are skipped" 0 \
  "stages: 0 passed, 0 failed, $extras skipped" KMSLAB_CI_BUDGET=0 ci/run extras
has "and say so" "^== fuzz, a minute: SKIPPED"
has "in the ledger, too" "^SKIPPED +0 s  bench"
ends "without the time for kind it is skipped" 0 \
  "stages: 1 passed, 0 failed, 1 skipped" KMSLAB_CI_BUDGET=5 ci/run kind
has "and says what is left" "^== kind: SKIPPED, [0-9]+ s of 300 are left, it takes 360"
ends "where no container runs kind is skipped" 0 \
  "stages: 1 passed, 0 failed, 1 skipped" FAIL=build/release FAIL_CODE=77 ci/run kind
ends "kind that fails fails the run" 1 \
  "stages: 1 passed, 1 failed, 0 skipped" FAIL=build/release ci/run kind
soak='^passed only at the second try: soak, two minutes $'
ends "a stage in real time that fails gets a second try" 0 \
  "stages: 5 passed, 0 failed, 0 skipped" FAIL=soak FAIL_UNLESS=seen ci/run e2e
has "and the ledger says so" "$soak"
ends "but no third" 1 "stages: 3 passed, 1 failed, 0 skipped" FAIL=soak ci/run e2e
has "which the ledger has twice" "^FAILED +[0-9]+ s  soak, two minutes"
ends "another gets none" 1 "stages: 0 passed, 1 failed, 0 skipped" \
  FAIL=B=asan FAIL_UNLESS=seen-asan ci/run sanitizers
ends "a tier that is not there is refused" 2 \
  "ci/run: bild is none of build, e2e, clients, sanitizers, kind, extras" ci/run bild
[ "$failed" -eq 0 ]
