# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# For the scripts beside this file: TAP, from the root of the tree, with a
# folder that goes away. Sourced, never run.
set -u
cd "$(dirname "$0")/../.." || exit 1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
number=0 failed=0

# ok FACT COMMAND... : one test; it passes where the command does.
ok() {
  number=$((number + 1))
  fact=$1
  shift
  if "$@"; then
    echo "ok $number - $fact"
  else
    echo "not ok $number - $fact"
    failed=$((failed + 1))
  fi
}

# refused WORDS COMMAND... : it fails and says so in these words.
refused() {
  words=$1
  shift
  ! "$@" 2>"$folder/words" && grep -q "$words" "$folder/words"
}

done_testing() {
  echo "1..$number"
  exit $((failed > 0))
}
