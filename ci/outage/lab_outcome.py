# SPDX-License-Identifier: Apache-2.0
"""What came of an outage: whether it was as lab_cases.py says, how long things
took, and the journal of it."""
import os
import re

import lab_journal as journals

PATIENCE_S = 180  # for all to be good again
NOBODY = "(no connection|no answer in time)"  # while it is restarted
COLD_FROM_S = 15  # into the fault, a Secret of another seed appears


class Outcome:
    def __init__(self, outage):
        self.outage = outage

    def expectations(self):
        o = self.outage
        rows = []
        fault = o.phases[1]
        for lane, pattern in o.case["expect"].items():
            # A list meets the cold Secret, too: a table of its own tells of that.
            to_ms = fault["to_ms"] if lane != "list" else fault["from_ms"] + COLD_FROM_S * 1000
            got = journals.sequence(o.lanes[lane].samples, fault["from_ms"] + 1000, to_ms)
            rows.append(("api" if lane not in journals.HEALTH else lane, lane, pattern, got,
                         re.fullmatch(f"({NOBODY}, )*{pattern}", got) is not None))
        for step in o.steps:
            if step["do"] == "read-cold":
                rows.append(("api", step["text"], step["expected"], step["got"],
                             step["got"].startswith(step["expected"])))
        rows.append(("time", "all good again", f"within {PATIENCE_S} s",
                     "yes" if o.steady else "no", o.steady))
        return [{"line": 0, "layer": layer, "what": what, "expected": expected, "got": got,
                 "passed": passed} for layer, what, expected, got, passed in rows]

    def measures(self):
        o = self.outage
        fault, after = o.phases[1], o.phases[2]
        readyz = o.lanes["readyz"]
        bad = [at + took for at, took, what, _ in readyz.samples
               if what[0] != "2" and at + took >= fault["from_ms"]]
        recovered = bad and readyz.good_since_ms() is not None
        return {"time_to_detect_ms": bad[0] - fault["from_ms"] if bad else None,
                "time_to_recover_ms": max(0, readyz.good_since_ms() - after["from_ms"])
                if recovered else None, "kms_calls": self.kms_calls()}

    def kms_calls(self):
        text = self.outage.client.ask("GET", "/metrics")[1]
        calls = {}
        for line in re.findall(r"^apiserver_envelope_encryption_kms_operations_latency_seconds_"
                               r"count\{.*$", text, re.M):
            method = re.search(r'method_name="[^"]*/(\w+)"', line).group(1)
            calls[method] = calls.get(method, 0) + int(float(line.split()[-1]))
        return calls

    def journal(self):
        o, expectations = self.outage, self.expectations()
        options, plugin = o.options, self.plugin_of()
        bad = [f"{e['what']}: {e['got']}, not {e['expected']}" for e in expectations
               if not e["passed"]] + [f"{name} is lost or altered" for name in o.altered]
        fault, after = o.phases[1], o.phases[2]
        lanes = o.lanes.items()
        steps = o.steps + [journals.step_of(name, run) for name, lane in lanes
                           for run in journals.runs_of(lane.samples)]
        steps.sort(key=lambda step: step["at_ms"])
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lab_cases.py")
        return {
            "format": "kmslab-journal/1",
            "scenario": {"name": o.name, "title": o.case["title"],
                         "file": "ci/outage/lab_cases.py", "sha256": journals.sha256_of(path)},
            "command": f"ci/outage/observe {o.name}", "seed": 0,
            "cluster": {"kind": "apiserver", "kms": o.case["kms"],
                        "version": journals.version_of(options.kube_apiserver),
                        "sha256": journals.sha256_of(options.kube_apiserver),
                        "etcd": journals.version_of(options.etcd)},
            "plugin": plugin, "emulator": {"version": options.version}, "host": journals.host(),
            "started": o.started.isoformat(timespec="seconds"),
            "duration_ms": o.now_ms(), "wall_ms": o.now_ms(),
            "verdict": "failed" if bad else "passed", "cause": "; ".join(bad)[:1000],
            "phases": o.phases,
            "faults": [{"name": o.name, "where": "process" if plugin["name"] == "ours"
                        else "plugin", "from_ms": fault["from_ms"], "to_ms": after["from_ms"],
                        "requested": 1, "matched": 1, "fired": 1, "observed": 1,
                        "rule": {"begin": o.case["begin"], "heal": o.case["heal"]}}],
            "steps": [{"n": n, **step} for n, step in enumerate(steps, 1)],
            "events": [], "states": [state for name, lane in lanes if name in journals.HEALTH
                                     for state in journals.states_of(name, lane.samples)],
            "expectations": expectations, "measures": self.measures(),
            "load": [row for name, lane in lanes if name in journals.OPERATIONS
                     for row in journals.load_of(name, lane.samples, o.phases)],
            "invariants": [{"name": "no Secret is lost or altered", "passed": not o.altered,
                            "detail": f"{len(o.asker.written)} read back"}],
            "logs": []}

    def plugin_of(self):
        o = self.outage
        ours = hasattr(o.plugin, "emulator")
        return {"name": "ours" if ours else "command", "command":
                ["aws-kms-plugin", *o.case["flags"]] if ours else ["ci/outage/scripted-plugin"],
                "version": o.options.version if ours else ""}
