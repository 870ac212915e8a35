#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The life of an encrypted cluster, as docs/KIND.md tells it: encryption turned
on where Secrets are, another KMS key, a key that is to be deleted, KMS away, and
encryption turned off again. On a real kind cluster of one node. Prints TAP."""

import os
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from kind_lab import (MANIFESTS, PREFIX, Cluster, contains, equal, proves, run,
                      stage, wait_for)

EMULATOR = f"{MANIFESTS}/kmslab-emulator.yaml"
PLUGIN = f"{MANIFESTS}/kmslab-plugin.yaml"
APISERVER = f"{MANIFESTS}/kube-apiserver.yaml"
before = {}


def take_kms_away(c):
    c.in_node(f"mv {EMULATOR} /etc/kmslab/ &&"
              " while pgrep -f '^/opt/kmslab/.*kms-emulator' >/dev/null; do sleep 0.1; done")
    wait_for(lambda: not c.ready(), "readyz tells that KMS is away")


def give_kms_back(c):
    c.in_node(f"mv /etc/kmslab/kmslab-emulator.yaml {EMULATOR}")
    c.wait_ready()


@stage
def an_apiserver_that_does_not_come_back_in_time_is_as_it_was(c):
    c.write("app", "one")
    c.write("old", "from before")
    before["manifest"] = c.in_node(f"cat {APISERVER}")
    said = c.kmslab("kind", "encrypt", c.name, "--wait", "1", code=1)
    contains(said, "Its manifest from before was put back, and it runs.")
    contains(said, f"`kmslab kind encrypt {c.name}` goes on")
    equal(c.in_node(f"cat {APISERVER}"), before["manifest"])
    equal(c.read("app"), "one")


@stage
def what_was_killed_goes_on(c):
    code, said = c.kmslab_killed_after("the plugin runs", "kind", "encrypt", c.name)
    equal(code, -signal.SIGKILL)
    said = c.kmslab("kind", "encrypt", c.name)
    proves(said, "under k8s:enc:kms:v2:kmslab:", 2)
    c.all_stored_under(PREFIX["v2"])
    equal((c.read("app"), c.read("old")), ("one", "from before"))


@stage
def encrypting_again_changes_nothing(c):
    version = c.kubectl("get", "secret", "app", "-o", "jsonpath={.metadata.resourceVersion}")
    pid = c.in_node("pgrep -x kube-apiserver")
    contains(c.kmslab("kind", "encrypt", c.name), "rewritten: 0 of ")
    equal(c.kubectl("get", "secret", "app", "-o", "jsonpath={.metadata.resourceVersion}"),
          version)
    equal(c.in_node("pgrep -x kube-apiserver"), pid)


@stage
def pods_read_a_secret_as_a_file_and_as_a_variable(c):
    c.pods("first")
    c.pods_read("first", "one")


@stage
def another_kms_key_wraps_all_data_after_a_rewrite(c):
    old = c.record()["key_arn"]
    new = c.kms().create_key(Description="the next one")["KeyMetadata"]["Arn"]
    equal(c.key_id("app"), old)
    c.in_node(f"sed 's#{old}#{new}#' {PLUGIN} > /etc/kmslab/next && mv /etc/kmslab/next {PLUGIN}")
    # Until kube-apiserver has asked the plugin anew, it writes as before.
    wait_for(lambda: c.write("probe", str(time.time())) and c.key_id("probe") == new,
             "writes are under the new key", 180)
    equal(c.key_id("app"), old)
    c.rewrite()
    equal((c.key_id("app"), c.key_id("old")), (new, new))
    # Nothing is left that needs the old key.
    c.kms().schedule_key_deletion(KeyId=old, PendingWindowInDays=7)
    c.end_apiserver()
    c.wait_ready()
    equal((c.read("app"), c.read("old")), ("one", "from before"))
    before["key"] = new


@stage
def pods_read_them_after_rotation_and_rewrite(c):
    c.pods("rotated")
    c.pods_read("rotated", "one")


@stage
def a_key_that_is_to_be_deleted_is_saved_in_time(c):
    c.kms().schedule_key_deletion(KeyId=before["key"], PendingWindowInDays=7)
    wait_for(lambda: not c.ready(), "readyz tells")
    contains(c.kubectl("get", "--raw", "/readyz?verbose", code=None), "kms-providers failed")
    assert c.live()
    equal(c.read("app"), "one")
    c.kms().cancel_key_deletion(KeyId=before["key"])
    c.kms().enable_key(KeyId=before["key"])
    c.wait_ready()
    equal(c.read("app"), "one")


@stage
def kms_away_and_no_restart_is_lived_through(c):
    take_kms_away(c)
    assert c.live()
    equal(c.read("app"), "one")
    # For three minutes the seed at hand is good for writes.
    c.write("app", "two")
    equal(c.read("app"), "two")
    c.pods("outage")
    c.pods_read("outage", "two")
    give_kms_back(c)


@stage
def kms_away_and_a_restart_closes_all_secrets_until_it_is_back(c):
    take_kms_away(c)
    c.end_apiserver()
    contains(c.read("app"), "Internal")
    contains(c.write("app", "three", code=1), "Internal")
    c.kubectl("create", "configmap", "works", "--from-literal=a=b")
    c.pods("after")
    give_kms_back(c)
    # Nobody did a thing but bring KMS back.
    wait_for(lambda: c.read("app") == "two", "Secrets are read")
    c.pods_read("after", "two")
    c.write("app", "three")


@stage
def a_secret_that_cannot_be_read_is_named_and_keeps_all_as_it_is(c):
    from kind_lab import ETCDCTL
    c.in_node(ETCDCTL + "put /registry/secrets/default/broken k8s:enc:kms:v2:kmslab:junk")
    pid = c.in_node("pgrep -x kube-apiserver")
    said = c.kmslab("kind", "decrypt", c.name, code=1)
    contains(said, "the Secret default/broken cannot be read: 500")
    contains(said, "Nothing was changed")
    equal(c.in_node("pgrep -x kube-apiserver"), pid)
    assert c.stored("app").startswith(PREFIX["v2"])
    c.in_node(ETCDCTL + "del /registry/secrets/default/broken")


@stage
def without_kms_nothing_is_decrypted(c):
    take_kms_away(c)
    contains(c.kmslab("kind", "decrypt", c.name, code=1),
             "Without it nothing can be decrypted.")
    give_kms_back(c)
    assert c.stored("app").startswith(PREFIX["v2"])


@stage
def decryption_that_was_interrupted_goes_on_and_leaves_nothing(c):
    code, said = c.kmslab_killed_after("writes in plain", "kind", "decrypt", c.name,
                                       how=signal.SIGTERM)
    equal(code, 128 + signal.SIGTERM)
    contains(said, "kind decrypt: interrupted")
    said = c.kmslab("kind", "decrypt", c.name)
    proves(said, "in plain", 3)
    c.all_stored_under(b"k8s\0")
    equal((c.read("app"), c.read("old")), ("three", "from before"))
    equal(c.in_node(f"cat {APISERVER}"), before["manifest"])
    equal(c.in_node(f"ls -d /etc/kmslab /opt/kmslab /var/lib/kmslab {EMULATOR} {PLUGIN}"
                    " 2>/dev/null || :"), "")
    equal(os.listdir(os.path.join(c.env["KMSLAB_STATE"], "kind")), [])


run(Cluster("life"))
