# SPDX-License-Identifier: Apache-2.0
"""A journal as docs/BEHAVIOUR.md reads it: what each client was answered
during the fault and when, in milliseconds since the fault began or ended."""
import re
import sys

HEALTH = ("readyz", "healthz", "livez")
LONG_START_MS = 20 * 1000  # a start hook that waits so long is worth telling


def what(step):
    """The class of the answers: "500 expired"."""
    return step["got"].split(": ", 1)[0]


def number(step, pattern):
    return int(re.search(pattern, step["text"]).group(1))


def answered(step):
    """When the first answer of its kind came."""
    return step["at_ms"] + number(step, r"the first took (\d+) ms")


def until(step):
    return step["at_ms"] + step["took_ms"]


class Journal:
    def __init__(self, path, journal):
        self.path, self.journal = path, journal
        scenario, cluster = journal["scenario"], journal["cluster"]
        self.name, self.title = scenario["name"], scenario["title"]
        self.version, self.sha256 = cluster["version"], cluster["sha256"]
        self.kms, self.etcd = cluster["kms"], cluster["etcd"]
        self.started = journal["started"]
        self.host = "{os}, {arch}, {cores} cores".format(**journal["host"])
        self.plugin = journal["emulator"]["version"]
        self.refuse_unknown_binary()
        if journal["verdict"] != "passed":
            sys.exit(f"behaviour: {path} is of a run that {journal['verdict']}")
        phases = {phase["name"]: phase for phase in journal["phases"]}
        self.from_ms, self.to_ms = phases["fault"]["from_ms"], phases["fault"]["to_ms"]
        self.fault_ms = self.to_ms - self.from_ms
        self.restarted = any(s["do"] == "restart-apiserver" for s in journal["steps"])

    def refuse_unknown_binary(self):
        if not re.fullmatch(r"[0-9a-f]{64}", self.sha256 or "") or \
                not re.fullmatch(r"v1\.\d+\.\d+", self.version or ""):
            sys.exit(f"behaviour: {self.path} does not say which kube-apiserver it is of")
        if f"/{self.version}/" not in self.path or not self.path.endswith(f"/{self.name}.json"):
            sys.exit(f"behaviour: {self.path} is of {self.name} on {self.version}")

    def steps(self, lane):
        return [step for step in self.journal["steps"] if step["actor"] == lane]

    def _told(self, lane, step):
        """Not what a start alone explains: nobody listens yet, hooks run."""
        if what(step).startswith("no "):
            return False
        return lane not in HEALTH or what(step) == "200" or "kms-" in what(step) or \
            step["took_ms"] >= LONG_START_MS

    def classes(self, lane):
        """[(class, since)] during the fault; since: when its first was answered."""
        if lane == "cold":
            return [(what(step), step["at_ms"] - self.from_ms) for step in self.steps("main")
                    if step["do"] == "read-cold" and step["at_ms"] < self.to_ms]
        seen = []
        for step in self.steps(lane):
            # Asked before the end and answered after it is not of the fault.
            if answered(step) >= self.to_ms or until(step) <= self.from_ms + 1000:
                continue
            if self.restarted and step["at_ms"] < self.from_ms:
                continue
            if self._told(lane, step) and (not seen or seen[-1][0] != what(step)):
                seen.append((what(step), max(0, answered(step) - self.from_ms)))
        return seen

    def first_bad(self, lane):
        bad = [since for got, since in self.classes(lane) if got[0] != "2"]
        return bad[0] if bad else None

    def recovered(self, lane):
        """None where nothing failed."""
        if self.first_bad(lane) is None:
            return None
        return max(0, answered(self.steps(lane)[-1]) - self.to_ms)

    def live_after(self):
        """Since the fault began, which was a restart; None: it was none."""
        live = [answered(step) for step in self.steps("livez")
                if step["at_ms"] > self.from_ms + 1000 and what(step) == "200"]
        return live[0] - self.from_ms if self.restarted else None

    def minor(self):
        return int(self.version.split(".")[1])

    def lists(self):
        """[(class, how many)] of lists from the cold read to the fault's end."""
        cold_ms = self.from_ms + self.classes("cold")[0][1]
        return [(what(step), number(step, r"(\d+) requests")) for step in self.steps("list")
                if cold_ms < step["at_ms"] < self.to_ms]

    def words(self):
        return [tuple(step["got"].split(": ", 1)) for step in self.journal["steps"]
                if ": " in step["got"] and step["got"][0] == "5" and step["actor"] != "status"
                and ("kms-" in what(step) or step["actor"] not in HEALTH)]
