#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""kmslab kind up in its other forms: several control planes with KMS v1 and an
emulator on this machine, a plugin from an image, files for `kind` itself, and a
plugin that never starts. On real clusters, one after another. Prints TAP."""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from kind_lab import BIN, PREFIX, contains, equal, run, sh, stage, wait_for
from up_lab import UpCluster, refused


def is_running(pid, word):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return word.encode() in file.read().split(b"\0")
    except OSError:
        return False


def written(c):
    """The files that `kind config` writes, with the programs."""
    folder = os.path.join(c.place, "files")
    contains(c.kmslab("kind", "config", c.name, "--out", folder),
             f"kind create cluster --config {folder}/kind.yaml")
    return folder


@stage
def two_control_planes_share_an_emulator_on_this_machine(c):
    contains(c.up("--control-planes", "2", "--workers", "1", "--kms", "v1",
                  "--emulator", "host", "--bundle", os.path.join(written(c), "bundle")),
             "k8s:enc:kms:v1:kmslab:")
    c.write("app", "one", i=0)
    c.write("other", "two", i=1)
    for i in (0, 1):
        equal((c.read("app", i=i), c.read("other", i=i)), ("one", "two"))
    c.all_stored_under(PREFIX["v1"])


@stage
def that_emulator_outlives_kmslab_and_ends_with_down(c):
    pid = c.record()["emulator"]["pid"]
    data = os.path.join(c.folder(), "emulator", "data")
    assert is_running(pid, data)
    c.kmslab("fault", "list")
    c.kmslab("kind", "down", c.name)
    assert not is_running(pid, data)
    c.nothing_is_left()


@stage
def an_emulator_and_a_network_of_a_killed_kmslab_are_found(c):
    network = c.env["KIND_EXPERIMENTAL_DOCKER_NETWORK"] = c.name
    code, _ = c.kmslab_killed_after("kind: Preparing nodes", "kind", "up", c.name,
                                    "--emulator", "host")
    assert code != 0
    with open(os.path.join(c.folder(), "emulator", "pid")) as file:
        pid = int(file.read())
    data = os.path.join(c.folder(), "emulator", "data")
    assert is_running(pid, data)
    contains(sh("docker", "network", "ls"), network)
    c.kmslab("kind", "down", "--all")
    assert not is_running(pid, data)
    assert network not in sh("docker", "network", "ls")
    c.nothing_is_left()
    del c.env["KIND_EXPERIMENTAL_DOCKER_NETWORK"]


@stage
def a_kubeconfig_of_ones_own_keeps_what_is_in_it(c):
    path = os.path.join(c.place, "own")
    other = "apiVersion: v1\nkind: Config\nusers:\n- name: mine\n  user: {token: t}\n"
    with open(path, "w") as file:
        file.write(other)
    c.up("--kubeconfig", path)
    contains(c.kubectl("get", "nodes"), "Ready")
    equal(c.env["KUBECONFIG"], path)
    c.kmslab("kind", "down", c.name)
    with open(path) as file:
        left = file.read()
    contains(left, "mine")
    assert c.name not in left, left


@stage
def a_plugin_from_an_image_of_the_engine_serves(c):
    bundle = os.path.join(written(c), "bundle")
    loader = [f for f in os.listdir(os.path.join(bundle, "lib")) if f.startswith("ld-")] \
        if os.path.isdir(os.path.join(bundle, "lib")) else []
    entry = [f"/lib/{loader[0]}", "--library-path", "/lib"] if loader else []
    image = f"kmslab-test/plugin:{os.getpid()}"
    archive = os.path.join(c.place, "plugin.tar")
    sh("tar", "-C", bundle, "-cf", archive, ".")
    sh("docker", "import", "--change",
       "ENTRYPOINT " + json.dumps(entry + ["/aws-kms-plugin"]), archive, image)
    try:
        contains(c.up("--plugin-image", image), "k8s:enc:kms:v2:kmslab:")
        contains(c.kubectl("get", "pod", "-n", "kube-system", f"kmslab-plugin-{c.node()}",
                           "-o", "jsonpath={.spec.containers[0].image}"), image)
    finally:
        c.kmslab("kind", "down", c.name)
        sh("docker", "image", "rm", image, code=None)


@stage
def the_written_files_are_all_that_kind_needs(c):
    folder = written(c)
    c.env["KUBECONFIG"] = os.path.join(c.place, "by-hand")
    image = ("--image", os.environ["KMSLAB_KIND_IMAGE"]) \
        if "KMSLAB_KIND_IMAGE" in os.environ else ()
    try:
        sh("kind", "create", "cluster", "--config", f"{folder}/kind.yaml", *image,
           "--wait", "180s", env=c.env)
        wait_for(c.ready, "kube-apiserver is ready")
        c.write("app", "by hand")
        assert c.stored("app").startswith(PREFIX["v2"])
        equal(c.read("app"), "by hand")
    finally:
        sh("kind", "delete", "cluster", "--name", c.name, env=c.env)


@stage
def a_plugin_that_never_starts_is_quoted(c):
    plugin = os.path.join(BIN, "aws-kms-plugin")
    refused(c, "--no-such-flag is not a flag", "--plugin", f"{plugin} --no-such-flag")
    c.nothing_is_left()


@stage
def a_plugin_that_never_becomes_ready_is_quoted(c):
    plugin = os.path.join(BIN, "aws-kms-plugin")
    refused(c, "the plugin does not become ready", "--emulator", "none", "--plugin",
            f"{plugin} --key=alias/none --region=eu-west-1 --kms-endpoint=http://127.0.0.1:9")
    c.nothing_is_left()


run(UpCluster("more"))
