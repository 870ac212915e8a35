#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""From one provider to another, as docs/KIND.md tells it: KMS v1 to v2, aescbc
to KMS, and what kmslab says of Secrets that others than its own provider
sealed. On a real kind cluster of one node. Prints TAP."""

import base64
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from kind_lab import PREFIX, Cluster, contains, equal, proves, run, stage

IDENTITY = "  - identity: {}\n"
AESCBC = ("  - aescbc: {keys: [{name: old, secret: "
          f"{base64.b64encode(os.urandom(32)).decode()}}}]}}\n")


def kms(version, name):
    return (f"  - kms: {{apiVersion: {version}, name: {name}, timeout: 3s,"
            " endpoint: unix:///var/lib/kmslab/socket/kms.sock}\n")


@stage
def kms_v1_encrypts(c):
    c.write("app", "one")
    proves(c.kmslab("kind", "encrypt", c.name, "--kms", "v1"), "under k8s:enc:kms:v1:kmslab:", 1)
    equal(c.read("app"), "one")
    equal(c.record()["kms"], "v1")


@stage
def kms_v1_is_not_overwritten_by_v2(c):
    said = c.kmslab("kind", "encrypt", c.name, code=1)
    contains(said, "Secrets are stored under k8s:enc:kms:v1:kmslab:")
    equal(c.read("app"), "one")


@stage
def kms_v1_becomes_v2_by_a_second_name(c):
    # One plugin serves both APIs; a name may stand in a configuration once.
    c.configure(kms("v2", "next"), kms("v1", "kmslab"), IDENTITY)
    equal(c.read("app"), "one")
    c.rewrite()
    c.all_stored_under(b"k8s:enc:kms:v2:next:")
    c.configure(kms("v2", "kmslab"), kms("v2", "next"), IDENTITY)
    c.write("new", "two")
    assert c.stored("new").startswith(PREFIX["v2"])


@stage
def secrets_of_two_providers_are_not_decrypted(c):
    said = c.kmslab("kind", "decrypt", c.name, code=1)
    contains(said, "Secrets are stored under k8s:enc:kms:v2:next:")
    equal((c.read("app"), c.read("new")), ("one", "two"))


@stage
def the_move_is_finished_and_proven(c):
    c.rewrite()
    proves(c.kmslab("kind", "encrypt", c.name), "under k8s:enc:kms:v2:kmslab:", 2)
    equal((c.read("app"), c.read("new")), ("one", "two"))
    equal(c.record()["kms"], "v2")


@stage
def a_cluster_with_aescbc_has_no_word_of_kms_in_etcd(c):
    c.configure(AESCBC, kms("v2", "kmslab"), IDENTITY)
    c.rewrite()
    c.configure(AESCBC, IDENTITY)
    c.all_stored_under(b"k8s:enc:aescbc:v1:old:")
    equal((c.read("app"), c.read("new")), ("one", "two"))


@stage
def aescbc_becomes_kms(c):
    # kmslab would write a configuration that cannot read them.
    contains(c.kmslab("kind", "encrypt", c.name, code=1),
             "Secrets are stored under k8s:enc:aescbc:v1:old:")
    c.configure(kms("v2", "kmslab"), AESCBC, IDENTITY)
    equal((c.read("app"), c.read("new")), ("one", "two"))
    c.rewrite()
    proves(c.kmslab("kind", "encrypt", c.name), "under k8s:enc:kms:v2:kmslab:", 2)
    equal((c.read("app"), c.read("new")), ("one", "two"))


@stage
def decrypting_ends_it(c):
    proves(c.kmslab("kind", "decrypt", c.name), "in plain", 2)
    equal((c.read("app"), c.read("new")), ("one", "two"))


run(Cluster("providers"))
