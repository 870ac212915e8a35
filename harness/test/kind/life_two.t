#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Two control planes: encryption turned on under both, then one of them cut off
from KMS while the other works on. On a real kind cluster. Prints TAP."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from kind_lab import Cluster, contains, equal, proves, run, stage, wait_for

CUT = "iptables -{} OUTPUT -p tcp --dport 4599 -j REJECT"


@stage
def both_encrypt_and_read_what_the_other_wrote(c):
    c.write("app", "one")
    said = c.kmslab("kind", "encrypt", c.name)
    # Neither writes what the other could not read.
    first = said.index("control-plane2: kube-apiserver can read what the plugin seals")
    assert first < said.index("control-plane: kube-apiserver encrypts"), said
    proves(said, "under k8s:enc:kms:v2:kmslab:", 1)
    c.write("by-first", "1", i=0)
    c.write("by-second", "2", i=1)
    for i in (0, 1):
        equal((c.read("by-first", i), c.read("by-second", i)), ("1", "2"))


@stage
def the_one_that_is_cut_off_lives_on_what_it_knows(c):
    c.in_node(CUT.format("I"), 1)
    wait_for(lambda: not c.ready(1), "the second tells")
    assert c.ready(0) and c.live(1)
    c.write("by-first", "1, later", i=0)
    equal(c.read("by-first", 1), "1, later")
    c.write("by-second", "2, later", i=1)
    equal(c.read("by-second", 0), "2, later")


@stage
def after_a_restart_only_the_other_reads(c):
    c.end_apiserver(1)
    contains(c.read("app", 1), "Internal")
    equal(c.read("app", 0), "one")
    c.write("by-first", "1, last", i=0)


@stage
def it_heals_when_the_network_does(c):
    c.in_node(CUT.format("D"), 1)
    c.wait_ready(1)
    wait_for(lambda: c.read("by-first", 1) == "1, last", "the second reads")
    proves(c.kmslab("kind", "decrypt", c.name), "in plain", 3)
    for i in (0, 1):
        equal(c.read("app", i), "one")


run(Cluster("two", control_planes=2))
