# SPDX-License-Identifier: Apache-2.0
"""The journal of an outage: kmslab-journal/1. A lane's answers are one step for
each run of equal ones, from its first request to its last answer."""
import hashlib
import json
import os
import platform
import re
import statistics
import subprocess

OPERATIONS = {"create": "write", "read": "read", "list": "list"}
HEALTH = ("readyz", "healthz", "livez", "status")


def sha256_of(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def version_of(program):
    words = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    return re.search(r"v?\d+\.\d+\.\d+\S*", words).group(0)


def runs_of(samples):
    """Lists of neighbours of one class."""
    runs = []
    for sample in samples:
        if runs and runs[-1][-1][2] == sample[2]:
            runs[-1].append(sample)
        else:
            runs.append([sample])
    return runs


def told(what, words):
    return f"{what}: {words[:400]}" if words else what


def step_of(lane, run):
    at_ms, first_ms, what, words = run[0]
    took = [sample[1] for sample in run]
    return {"line": 0, "actor": lane, "at_ms": at_ms, "took_ms": run[-1][0] + took[-1] - at_ms,
            "do": lane, "text": f"{lane}: {len(run)} requests; the first took {first_ms} ms, the "
            f"longest {max(took)} ms, half of them {round(statistics.median(took))} ms at most",
            "result": "ok" if what[0] == "2" else "failed", "expected": "",
            "got": told(what, words)}


def states_of(lane, samples):
    value = {True: "ok", False: "failed"}
    return [{"at_ms": run[0][0] + run[0][1], "probe": lane,
             "value": "unreachable" if run[0][2].startswith("no ") else value[run[0][2] == "200"],
             "detail": run[0][3][:200]} for run in runs_of(samples)]


def load_of(lane, samples, phases):
    rows = []
    for phase in phases:
        mine = [s for s in samples if phase["from_ms"] <= s[0] < phase["to_ms"]]
        if not mine:
            continue
        took, errors = sorted(s[1] for s in mine), {}
        for s in mine:
            if s[2][0] != "2":
                errors[s[2]] = errors.get(s[2], 0) + 1
        rows.append({"phase": phase["name"], "operation": OPERATIONS[lane], "requests": len(mine),
                     "ok": sum(s[2][0] == "2" for s in mine), "errors": errors,
                     "p50_ms": took[len(took) // 2], "p95_ms": took[len(took) * 95 // 100],
                     "p99_ms": took[len(took) * 99 // 100], "max_ms": took[-1]})
    return rows


def sequence(samples, from_ms, to_ms):
    """The classes that came between, e.g. "201, 500 expired"."""
    return ", ".join(run[0][2] for run in runs_of(
        [s for s in samples if from_ms <= s[0] + s[1] <= to_ms]))


def write(path, journal):
    with open(path, "w", encoding="utf-8") as f:
        json.dump(journal, f, indent=1, ensure_ascii=False)
        f.write("\n")


def host():
    return {"os": platform.system() + " " + platform.release(), "arch": platform.machine(),
            "cores": os.cpu_count()}


def version_of_ours(program):
    words = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    return words.split()[-1]
