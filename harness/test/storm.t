#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kmslab fault storm: plans that repeat, a short storm that passes, and one with
# an emulator that is wrong on purpose, which fails and shrinks to that fault.
. "$(dirname "$0")/tap.sh"
storm() { run "$kmslab" fault storm "$@"; }
names() { # JOURNAL : the faults in their order
  /usr/bin/python3 -c 'import json, sys
print([f["name"] for f in json.load(open(sys.argv[1]))["faults"]])' "$1"
}

storm --plan --seed 7 --seconds 30
ok "a plan is printed" ended_with 0
cp "$work/out" "$work/plan"
storm --plan --seed 7 --seconds 30
ok "one seed has one plan" cmp -s "$work/out" "$work/plan"
storm --plan --from "$work/plan"
ok "a plan can be read back" cmp -s "$work/out" "$work/plan"
storm --plan --seed 8 --seconds 30
ok "another has another" sh -c "! cmp -s '$work/out' '$work/plan'"

storm --seed 7 --seconds 6 --out "$work/first"
ok "a short storm passes" ended_with 0
ok "and says so" out_has "passed: "
storm --seed 7 --seconds 6 --out "$work/second"
ok "a second one of its seed too" ended_with 0
names "$work/first/journal.json" >"$work/names1"
names "$work/second/journal.json" >"$work/names2"
ok "with the same faults" cmp -s "$work/names1" "$work/names2"
ok "its journal is one that reports read" \
  sh -c "grep -q 'failures=\"0\" errors=\"0\"' '$work/first/junit.xml'"
ok "and its page is there" test -s "$work/first/report.html"

# Of every kind that a storm draws, one after another.
storm --plan --seed 1 --seconds 900
cp "$work/out" "$work/long"
/usr/bin/python3 - "$work/long" "$work/kinds.json" <<'PLAN'
import json, sys
plan, seen = json.load(open(sys.argv[1])), {}
for fault in plan["faults"]:
    seen.setdefault(fault["name"].split("-", 1)[1], fault)
plan["faults"] = list(seen.values())
for number, fault in enumerate(plan["faults"]):
    fault["at_ms"], fault["for_ms"] = number * 400, 350
plan["seconds"] = len(seen) * 400 // 1000 + 1
assert len(seen) >= 29, len(seen)
json.dump(plan, open(sys.argv[2], "w"))
PLAN
storm --from "$work/kinds.json" --out "$work/kinds" --shrink-seconds 0
ok "each kind of fault can be armed and does no lasting harm" ended_with 0

# An emulator that is wrong: KMS gives ciphertexts that it cannot open.
/usr/bin/python3 - "$work/wrong.json" <<'PLAN'
import json, sys
fault = lambda name, at, do, where="kms", **match: {
    "name": name, "where": where, "at_ms": at, "for_ms": 700,
    "rule": {"name": name, "do": do, **match}}
faults = [fault("slow", 100, {"kind": "latency", "fixed": "20ms"}),
          fault("throttle", 900, {"kind": "throttle"}, when={"every": 3}),
          fault("wrong", 1100, {"kind": "flip-ciphertext"}, match={"operation": "Encrypt"}),
          fault("fail", 1300, {"kind": "fail", "code": "Unavailable"}, "plugin", when={"times": 2})]
json.dump({"format": "kmslab-storm/1", "seed": 3, "seconds": 3, "faults": faults}, open(sys.argv[1], "w"))
PLAN
storm --from "$work/wrong.json" --out "$work/wrong" --shrink-seconds 120
ok "a wrong emulator makes it fail" ended_with 1
ok "for the stated reason" out_has "failed: no Secret lost or altered: "
ok "the seed is told" out_has "seed 3; repeat: kmslab fault storm --from"
ok "it shrinks to the one fault" out_has "1 of 4 faults are enough"
ok "which is the wrong one" sh -c \
  "grep -q '\"faults\":\[{\"name\":\"wrong\",[^[]*\]' '$work/wrong/shrunk.json'"
ok "the failure is in the reports" \
  sh -c "grep -q '<failure type=\"failed\"' '$work/wrong/junit.xml'"

storm --from "$work/none.json"
ok "no plan is a failure" ended_with 1
ok "and is named" err_has "$work/none.json: not found"
storm --seconds 0
ok "no time is wrong usage" ended_with 2

done_testing
