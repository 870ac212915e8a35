#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""key_id over a real emulator: an alias is pointed to another key, a key is
rotated; Status says so, and what was sealed before still opens. Prints TAP."""

import base64
import contextlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import plugin_process as lab
from grpc_client import V1, V2, Client
from plugin_process import equal, message, test
from real_kms import ALIAS, Kms

SEED = b"thirty-two bytes that are a seed"


@contextlib.contextmanager
def flow(key_id, *arguments):
    with lab.folder() as place, Kms() as kms:
        path = os.path.join(place, "s")
        with lab.Plugin(
            path, kms, f"--key-id={key_id}", *arguments, keys=(ALIAS,)
        ) as plugin, Client(path) as client:
            yield kms, plugin, client


def status(client):
    """The key_id of a Status that is good."""
    answer = client.call(V2 + "Status")
    equal((answer[1], answer[2]), (b"v2beta1", b"ok"))
    return answer[3].decode()


def encrypt(client):
    answer = client.call(V2 + "Encrypt", message((1, SEED), (2, b"u")))
    return answer[1], answer[2].decode()


def opens(client, sealed, key_id):
    request = message((1, sealed), (2, b"u"), (3, key_id.encode()))
    equal(client.call(V2 + "Decrypt", request)[1], SEED)
    equal(client.call(V1 + "Decrypt", message((1, b"v1beta1"), (2, sealed)))[1], SEED)


def wait_key_id(client, before, after):
    """Until it is seen, Status and Encrypt say what they said before."""
    def is_seen():
        now = status(client)
        assert now in (before, after), now
        return now == after
    lab.wait_for(is_seen, f"the key_id {after}")


@test
def the_flag_is_the_key_id_wherever_the_alias_points():
    with flow("flag") as (kms, _, client):
        sealed, key_id = encrypt(client)
        equal((status(client), key_id), (ALIAS, ALIAS))
        kms.point(kms.keys[1])
        equal(encrypt(client)[1], ALIAS)
        equal(status(client), ALIAS)
        opens(client, sealed, key_id)


@test
def an_alias_that_is_pointed_to_another_key_is_seen():
    with flow("arn") as (kms, plugin, client):
        equal(status(client), kms.keys[0])
        old, key_id = encrypt(client)
        equal(key_id, kms.keys[0])
        kms.point(kms.keys[1])
        wait_key_id(client, kms.keys[0], kms.keys[1])
        new, key_id = encrypt(client)
        equal(key_id, kms.keys[1])
        opens(client, old, kms.keys[0])
        opens(client, new, kms.keys[1])
        metrics = plugin.get("/metrics")[1]
        assert f'aws_kms_plugin_key_id_changes_total{{key="{ALIAS}"}} 1\n' in metrics


@test
def a_rotation_is_seen_and_what_was_sealed_before_still_opens():
    with flow("material") as (kms, plugin, client):
        sealed = []
        before = f"{kms.keys[0]}#{kms.material()}"
        equal(status(client), before)
        for _ in range(3):
            blob, key_id = encrypt(client)
            equal(key_id, before)
            sealed.append((blob, key_id))
            after = f"{kms.keys[0]}#{kms.rotate()}"
            assert after not in [one[1] for one in sealed], after
            wait_key_id(client, before, after)
            before = after
        for blob, key_id in sealed:
            opens(client, blob, key_id)
        metrics = plugin.get("/metrics")[1]
        assert f'aws_kms_plugin_key_id_changes_total{{key="{ALIAS}"}} 3\n' in metrics
        assert f'aws_kms_plugin_key_id_fallbacks_total{{key="{ALIAS}"}} 0\n' in metrics


@test
def what_an_encrypt_answers_status_says_though_no_probe_is_due():
    with flow("material") as (kms, _, client):
        before = status(client)
        after = f"{kms.keys[0]}#{kms.rotate()}"
        assert after != before
        equal(encrypt(client)[1], after)
        equal(status(client), after)


@test
def an_alias_and_a_rotation_are_both_seen():
    with flow("material") as (kms, _, client):
        before = status(client)
        old, key_id = encrypt(client)
        equal(key_id, before)
        kms.point(kms.keys[1])
        kms.keys.reverse()
        after = f"{kms.keys[0]}#{kms.material()}"
        wait_key_id(client, before, after)
        wait_key_id(client, after, f"{kms.keys[0]}#{kms.rotate()}")
        opens(client, old, key_id)


@test
def calls_across_rotations_carry_what_status_said_about_then():
    with flow("material") as (kms, _, client):
        known = [status(client)]
        for _ in range(3):
            calls = [
                client.start(V2 + "Encrypt", message((1, SEED), (2, b"u")))
                for _ in range(20)
            ]
            known.append(f"{kms.keys[0]}#{kms.rotate()}")
            for call in calls:
                answer = lab.fields_of(call.result())
                key_id = answer[2].decode()
                assert key_id in known[-2:], key_id
                # The label is the material's that sealed it.
                blob = base64.b64encode(answer[1][1:]).decode()
                equal(key_id.partition("#")[2], kms.material_of(blob))
            wait_key_id(client, known[-2], known[-1])


lab.run()
