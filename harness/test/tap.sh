# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# For the scripts beside this file: TAP, a folder of their own that goes away,
# and checks of what a command did. Sourced, never run.
set -u
bin=${KMSLAB_BIN:?run by make check, which says where the programs are}
kmslab=$bin/kmslab
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0

# ok FACT COMMAND... : one test; it passes where the command does.
ok() {
  number=$((number + 1))
  fact=$1
  shift
  if "$@"; then
    echo "ok $number - $fact"
  else
    echo "not ok $number - $fact"
    sed 's/^/# out: /' "$work/out" 2>/dev/null
    sed 's/^/# err: /' "$work/err" 2>/dev/null
  fi
}

# run COMMAND... : keeps stdout, stderr and the exit code.
run() {
  "$@" >"$work/out" 2>"$work/err"
  code=$?
}

ended_with() { [ "$code" -eq "$1" ]; }
out_has() { grep -qF -e "$1" "$work/out"; }
out_lacks() { ! out_has "$1"; }
out_fits() { ! grep -qE ".{$(($1 + 1))}" "$work/out"; }
err_has() { grep -qF -e "$1" "$work/err"; }
err_is_empty() { [ ! -s "$work/err" ]; }

# within SECONDS COMMAND... : waits for the command to succeed.
within() {
  tries=$(($1 * 20))
  shift
  while [ "$tries" -gt 0 ]; do
    "$@" && return 0
    sleep 0.05
    tries=$((tries - 1))
  done
  return 1
}

is_empty() { [ -z "$(ls -A "$1")" ]; }

# children_of PID : the ids of its children.
children_of() {
  grep -lx "PPid:[[:space:]]*$1" /proc/[0-9]*/status 2>/dev/null | cut -d/ -f3
}

# are_gone FILE : no process of those whose ids FILE lists still runs. One that
# only waits to be reaped by whoever adopted it does not run.
are_gone() {
  while read -r pid; do
    state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$pid/status" \
      2>/dev/null)
    [ -z "$state" ] || [ "$state" = Z ] || return 1
  done <"$1"
}

done_testing() { echo "1..$number"; }
