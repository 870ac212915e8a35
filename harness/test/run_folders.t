#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kmslab run and the folder that it writes: whose journal counts, names, and
# interrupts before anything is there.
. "$(dirname "$0")/tap.sh"
export KMSLAB_SCENARIOS="$here/../scenarios"

# Passes; the second, of the same name elsewhere, must not.
mkdir "$work/d1" "$work/d2" "$work/sp ace"
cat >"$work/d1/same.yaml" <<'E'
title: t
load: {every: 0s}
steps:
- read: seed-0
E
sed 's/^- read.*/&\n  expect: 500/' "$work/d1/same.yaml" >"$work/d2/same.yaml"
cp "$work/d1/same.yaml" "$work/sp ace/it's.yaml"
cp "$work/d1/same.yaml" "$work/sp ace/fine.yaml"

run "$kmslab" run "$work/d1/same.yaml" --out "$work/out1"
ok "a run passes" ended_with 0
# The process that plays it is killed; the journal of the run before is there.
cat >"$work/old.py" <<'E'
import os, signal, subprocess, sys, time
kmslab, scenario, out = sys.argv[1:]
with subprocess.Popen(
    [kmslab, "run", scenario, "--out", out], stdout=subprocess.PIPE, text=True
) as run:
    end = time.monotonic() + 20
    child = None
    while child is None and time.monotonic() < end:
        with open(f"/proc/{run.pid}/task/{run.pid}/children", encoding="ascii") as file:
            for pid in file.read().split():
                with open(f"/proc/{pid}/cmdline", "rb") as words:
                    child = int(pid) if b"--child" in words.read() else child
    assert child, "no child"
    os.kill(child, signal.SIGKILL)
    print(run.stdout.read(), end="")
sys.exit(run.returncode)
E
run /usr/bin/python3 "$work/old.py" "$kmslab" "$work/d1/same.yaml" "$work/out1"
ok "one that is killed has not passed, whatever lay there" ended_with 1
ok "and says how it ended" out_has "it ended with 137 and left no journal"

run "$kmslab" run "$work/d1/same.yaml" "$work/d2/same.yaml" --out "$work/out2"
ok "two of one name are refused" ended_with 2
ok "and named" err_has "d2/same.yaml would both be called same"
ok "before anything is made" test ! -e "$work/out2"
run "$kmslab" run key-disabled key-disabled
ok "so is one that is named twice" ended_with 2

run "$kmslab" run "$work/sp ace/it's.yaml"
ok "a scenario's name is one for a folder" ended_with 2
ok "which is told" err_has "letters, digits, '-' and '_'"
run "$kmslab" run "$work/sp ace/fine.yaml" --out "$work/out3"
ok "its folder may be called anything" ended_with 0
ok "and is quoted for a shell" \
  grep -qF "kmslab run '$work/sp ace/fine.yaml' --seed 1" "$work/out3/run.json"

: >"$work/file"
run "$kmslab" run "$work/d1/same.yaml" --out "$work/file"
ok "--out is a folder" ended_with 1
ok "which is told" err_has "file is no folder to write into"
ok "before anything runs" out_lacks same
mkdir "$work/locked"
run flock "$work/locked" "$kmslab" run "$work/d1/same.yaml" --out "$work/locked"
ok "two runs do not write into one folder" ended_with 1
ok "and the second says so" err_has "another kmslab run writes into"

run "$kmslab" run --child --all
ok "a run of kmslab's own wants one file" ended_with 2

cat >"$work/interrupt.py" <<'E'
import json, signal, subprocess, sys, time
kmslab, out = sys.argv[1:]
# Where "&" had it ignored, what is started here would ignore it, too.
signal.signal(signal.SIGINT, signal.default_int_handler)
names = ["cloudhsm-no-session", "key-disabled", "kms-down-refused", "throttle-burst"]
for i, seconds in enumerate([0.03, 0.1, 0.2, 0.3, 0.4, 0.6, 0.9, 1.2, 1.6]):
    folder = f"{out}-{i}"
    with subprocess.Popen(
        [kmslab, "run", *names, "--jobs", "2", "--out", folder],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as run:
        time.sleep(seconds)
        run.send_signal(signal.SIGINT)
        words, errors = run.communicate(timeout=60)
    if run.returncode == -signal.SIGINT:
        continue  # before main took charge of it
    assert run.returncode == 1 and "interrupted" in errors, (seconds, run.returncode, errors)
    bad = [line for line in words.splitlines() if line.startswith(("failed", "error"))]
    assert not bad, (seconds, bad)
    with open(f"{folder}/run.json", encoding="utf-8") as file:
        listed = json.load(file)["journals"]
    assert [entry["name"] for entry in listed] == names, (seconds, listed)
E
ok "an interrupt is no failure of a scenario, whenever it comes" \
  /usr/bin/python3 "$work/interrupt.py" "$kmslab" "$work/interrupted"
done_testing
