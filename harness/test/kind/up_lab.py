# SPDX-License-Identifier: Apache-2.0
"""A cluster that stages make by `kmslab kind up`."""

import os
import re
import subprocess

from kind_lab import BIN, Cluster, contains, equal, sh


class UpCluster(Cluster):
    def __enter__(self):
        return self

    def remove(self):
        self.kmslab("kind", "down", "--all", code=None)
        sh("rm", "-rf", self.place)

    def up(self, *options):
        """Takes its exports into our environment, as a shell would."""
        said = self.kmslab("kind", "up", self.name, *options)
        for name, value in re.findall(r"^export (\w+)='(.*)'$", said, re.M):
            self.env[name] = value
        return said

    def containers(self, name=None):
        return sh("docker", "ps", "-aq", "--filter",
                  f"label=io.x-k8s.kind.cluster={name or self.name}").split()

    def folder(self, name=None):
        return os.path.join(self.env["KMSLAB_STATE"], "kind", name or self.name)

    def nothing_is_left(self, name=None):
        equal(self.containers(name), [])
        assert not os.path.exists(self.folder(name)), os.listdir(self.folder(name))


def refused(c, words, *options, code=1, env=None, name=None):
    """up ends with this code, says these words last, and leaves nothing."""
    done = subprocess.run(
        [os.path.join(BIN, "kmslab"), "kind", "up", name or c.name, *options],
        env=dict(c.env, **(env or {})), capture_output=True, text=True, timeout=300)
    equal((done.returncode, done.stdout), (code, ""))
    lines = [line for line in done.stderr.splitlines() if not line.startswith("Try: ")]
    contains(lines[-1], words)
    assert not os.path.exists(c.folder(name)), words
