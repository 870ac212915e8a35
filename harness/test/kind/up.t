#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""kmslab kind up and down, as README shows them: a cluster that encrypts, a
Secret seen in etcd and in pods, an outage of KMS, all removed; and bad days,
which must say what to do and leave nothing. On a real cluster. Prints TAP."""

import io
import json
import os
import shutil
import signal
import sys
import tarfile
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from kind_lab import BIN, contains, equal, run, sh, stage, wait_for
from up_lab import UpCluster, refused


def image_of(name, architecture):
    """An image with nothing in it, without a registry."""
    archive = io.BytesIO()
    config = json.dumps({"architecture": architecture, "os": "linux", "config": {},
                         "rootfs": {"type": "layers", "diff_ids": []}}).encode()
    manifest = json.dumps([{"Config": "config.json", "RepoTags": [name],
                            "Layers": []}]).encode()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for path, content in (("config.json", config), ("manifest.json", manifest)):
            info = tarfile.TarInfo(path)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    sh("docker", "load", stdin=archive.getvalue())


@stage
def what_is_not_installed_is_told_with_77(c):
    refused(c, "install a container engine", "--engine", "no-such-engine", code=77)
    refused(c, "install kind", "--kind", "no-such-kind", code=77)


@stage
def an_engine_that_is_away_is_told(c):
    refused(c, "start it", env={"DOCKER_HOST": "unix:///no/such.sock"})


@stage
def who_may_not_use_the_engine_is_told(c):
    place = tempfile.mkdtemp(prefix="kmslab-nobody-")
    try:
        os.chmod(place, 0o755)
        shutil.copy(os.path.join(BIN, "kmslab"), place)
        said = sh("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
                  "env", f"KMSLAB_STATE={place}/state", os.path.join(place, "kmslab"),
                  "kind", "up", c.name, code=1)
        contains(said, "permission denied")
        contains(said, "join the group that owns its socket")
    finally:
        shutil.rmtree(place)


@stage
def words_that_no_cluster_can_be_made_of_are_usage(c):
    refused(c, "cannot be the name of a cluster", name="Not_A_Name", code=2)
    refused(c, "--workers many", "--workers", "many", code=2)
    refused(c, "--no-such-option", "--no-such-option", code=2)
    c.kmslab("kind", "down", "Not_A_Name", code=2)
    c.kmslab("kind", "no-such-command", code=2)


@stage
def images_that_are_no_use_are_told(c):
    name = f"kmslab-test/{os.getpid()}"
    wrong = "arm64" if os.uname().machine == "x86_64" else "amd64"
    here = sh("docker", "version", "--format", "{{.Server.Arch}}").strip()
    refused(c, "cannot be fetched", "--image", f"127.0.0.1:1/{name}:none")
    try:
        image_of(f"{name}:empty", here)
        image_of(f"{name}:{wrong}", wrong)
        refused(c, "is no node image of kind", "--image", f"{name}:empty")
        refused(c, f"is for {wrong}", "--image", f"{name}:{wrong}")
    finally:
        sh("docker", "image", "rm", f"{name}:empty", f"{name}:{wrong}", code=None)


@stage
def a_name_that_somebody_has_is_not_taken(c):
    other = f"{c.name}-other"
    image = sh("docker", "image", "ls", "-q").split()[0]
    container = sh("docker", "create", "--label", f"io.x-k8s.kind.cluster={other}",
                   "--entrypoint", "true", image).split()[-1]
    try:
        refused(c, f"kmslab kind encrypt {other}", name=other)
        contains(c.kmslab("kind", "down", other), "nothing to remove")
        equal(len(c.containers(other)), 1)
    finally:
        sh("docker", "rm", "-v", container)


@stage
def ctrl_c_removes_all(c):
    code, said = c.kmslab_killed_after("kind: Preparing nodes", "kind", "up", c.name,
                                       how=signal.SIGINT)
    equal(code, 128 + signal.SIGINT)
    contains(said, "kind up: interrupted")
    c.nothing_is_left()


@stage
def down_cleans_up_after_a_run_that_was_killed(c):
    code, _ = c.kmslab_killed_after("kind: Starting control-plane", "kind", "up", c.name)
    equal(code, -signal.SIGKILL)
    assert c.containers(), "it had a node"
    contains(c.kmslab("kind", "list"), "unfinished")
    contains(c.kmslab("kind", "up", c.name, code=1), f"kmslab kind down {c.name}")
    c.kmslab("kind", "down", c.name)
    c.nothing_is_left()
    contains(c.kmslab("kind", "down", c.name), "nothing to remove")


@stage
def up_proves_from_etcd_that_it_encrypts(c):
    contains(c.up(), "\n#   k8s:enc:kms:v2:kmslab:\n")
    assert set(c.env) >= {"KUBECONFIG", "KMSLAB_ADMIN", "KMSLAB_ENDPOINT"}
    contains(c.kubectl("get", "secrets"), "No resources found")
    contains(c.kmslab("kind", "list"), f"{c.name}: made by kmslab, 1 control plane")
    contains(c.kmslab("kind", "up", c.name, code=1), "is there already")


@stage
def what_is_secret_is_readable_by_its_owner_alone(c):
    equal(os.stat(c.folder()).st_mode & 0o777, 0o700)
    for file in ("seed/seed.json", "cluster.json", "kubeconfig"):
        equal(os.stat(os.path.join(c.folder(), file)).st_mode & 0o777, 0o600)


@stage
def a_secret_of_kubectl_is_sealed_in_etcd(c):
    c.kubectl("create", "secret", "generic", "app", "--from-literal=password=opensesame")
    contains(c.kmslab("inspect", "--cluster", c.name, "secret", "default/app"), "kms v2")
    stored = c.stored("app")
    assert stored.startswith(b"k8s:enc:kms:v2:kmslab:"), stored[:40]
    assert b"opensesame" not in stored
    equal(c.read("app"), "opensesame")


@stage
def pods_read_it_as_a_file_and_as_a_variable(c):
    c.pods("first")
    c.pods_read("first", "opensesame")


@stage
def an_outage_of_kms_shows_and_heals(c):
    c.kmslab("fault", "add", json.dumps(
        {"name": "away", "do": {"kind": "error", "code": "KMSInternalException"}}))
    wait_for(lambda: not c.ready(), "readyz tells that KMS is away")
    equal(c.read("app"), "opensesame")
    c.kmslab("fault", "heal")
    c.wait_ready()
    c.write("later", "another")
    equal((c.read("app"), c.read("later")), ("opensesame", "another"))
    c.pods("second")
    c.pods_read("second", "opensesame")


@stage
def down_removes_all_of_it(c):
    contains(c.kmslab("kind", "down", c.name), f"nothing of the cluster {c.name} is left")
    c.nothing_is_left()
    contains(c.kmslab("kind", "down", "--all"), "no cluster that is still there")


run(UpCluster("up"))
