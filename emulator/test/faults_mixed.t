#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Many clients, impatient ones too, while rules of all kinds come, go, rest
and are healed: the emulator stays up, is well after the heal, knows what came
of each fault, leaves nothing behind, and ends well at once, with requests
under way. The mix of rules is seeded; what meets what is not."""

import base64
import datetime
import http.client
import json
import os
import random
import sys
import threading
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(__file__))
from emulator_process import PATIENCE_S, Emulator, run_all, test

SEED = 2
CLIENTS = 12
STORM_S = 6
KINDS = [
    {"kind": "error", "code": "KMSInternalException"}, {"kind": "throttle"},
    {"kind": "throttle", "rate": 50}, {"kind": "html"}, {"kind": "empty"},
    {"kind": "latency", "min": "0s", "max": "80ms"},
    {"kind": "latency", "median": "20ms", "sigma": 1},
    {"kind": "latency", "from": "0s", "to": "100ms", "over": "1s"},
    {"kind": "hang"}, {"kind": "clock-offset", "offset": "-10m"},
    {"kind": "stale-reads", "for": "1s"}, {"kind": "content-type"},
    {"kind": "lost-answer"}, {"kind": "lost-answer", "end": "reset"},
    {"kind": "close-mid-body"}, {"kind": "torn"}, {"kind": "doubled-chunk"},
    {"kind": "drip"}, {"kind": "bandwidth", "bytes_per_second": 2000},
    {"kind": "reset"}, {"kind": "reset", "at": "accept"},
    {"kind": "reset", "at": "headers"}, {"kind": "reset", "at": "answer"},
    {"kind": "refuse-connections"}, {"kind": "accept-silent"},
    {"kind": "not-done"}, {"kind": "wrong-plaintext"},
    {"kind": "flip-ciphertext"}, {"kind": "other-key"},
]


def admin(emulator, method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(emulator.admin + path, data, method=method)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.read()


def call(emulator, operation, body, patience_s):
    """The status and the body; None for both where none came."""
    now = datetime.datetime.now(datetime.timezone.utc)
    wire = http.client.HTTPConnection(
        emulator.url.removeprefix("http://"), timeout=patience_s)
    try:
        wire.request("POST", "/", json.dumps(body), {
            "X-Amz-Target": "TrentService." + operation,
            "X-Amz-Date": f"{now:%Y%m%dT%H%M%SZ}",
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": "AWS4-HMAC-SHA256 Credential=111122223333/"
            f"{now:%Y%m%d}/us-east-1/kms/aws4_request, "
            "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64,
        })
        answer = wire.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return None, None
    finally:
        wire.close()


def choose_call(chance, key, blob):
    text = base64.b64encode(b"hello").decode()
    return chance.choice([
        ("Encrypt", {"KeyId": key, "Plaintext": text}),
        ("Decrypt", {"CiphertextBlob": blob}),
        ("DescribeKey", {"KeyId": key}),
        ("GenerateDataKey", {"KeyId": key, "KeySpec": "AES_256"}),
        ("TagResource", {"KeyId": key, "Tags": [
            {"TagKey": "a", "TagValue": str(chance.random())}]}),
    ])


def change_rules(emulator, chance):
    rule = {"do": chance.choice(KINDS)}
    if chance.random() < 0.5:
        rule["when"] = {"probability": chance.random()}
    if chance.random() < 0.3:
        rule["ttl"] = f"{chance.randint(5, 300)}ms"
    turn = chance.random()
    if turn < 0.4:
        admin(emulator, "POST", "/faults", rule)
    elif turn < 0.6:
        admin(emulator, "DELETE", "/faults")
    elif turn < 0.9:
        admin(emulator, "PUT", "/faults", [rule])
    else:
        admin(emulator, "POST", "/faults/pause")
        admin(emulator, "GET", "/metrics")
        admin(emulator, "POST", "/faults/resume")


def storm(emulator, key, blob, until):
    """Runs the clients in the background; changes rules until the time."""

    def client(number):
        chance = random.Random(number)
        while time.monotonic() < until:
            operation, body = choose_call(chance, key, blob)
            call(emulator, operation, body, chance.choice([0.02, 0.05, 0.3, 2]))

    clients = [threading.Thread(target=client, args=(n,))
               for n in range(CLIENTS)]
    for thread in clients:
        thread.start()
    chance = random.Random(SEED)
    while time.monotonic() < until and emulator.process.poll() is None:
        change_rules(emulator, chance)
        time.sleep(chance.random() * 0.08)
    return clients


def made(emulator):
    """A key and a ciphertext of it."""
    key = json.loads(call(emulator, "CreateKey", {}, PATIENCE_S)[1])
    key = key["KeyMetadata"]["KeyId"]
    text = base64.b64encode(b"hello").decode()
    body = {"KeyId": key, "Plaintext": text}
    blob = json.loads(call(emulator, "Encrypt", body, PATIENCE_S)[1])
    return key, blob["CiphertextBlob"]


def in_time(holds):
    for _ in range(PATIENCE_S * 20):
        if holds():
            return True
        time.sleep(0.05)
    return False


def descriptors(emulator):
    return len(os.listdir(f"/proc/{emulator.process.pid}/fd"))


@test
def after_the_heal_all_is_well_and_nothing_is_left():
    with Emulator("--log-level=error") as emulator:
        key, blob = made(emulator)
        before = descriptors(emulator)
        until = time.monotonic() + STORM_S
        for thread in storm(emulator, key, blob, until):
            thread.join()
        assert emulator.process.poll() is None, emulator.process.poll()
        admin(emulator, "DELETE", "/faults")
        assert call(emulator, "DescribeKey", {"KeyId": key}, PATIENCE_S)[0] == 200

        def all_ended():
            events = json.loads(admin(emulator, "GET", "/faults/events"))
            assert events["events"], "no fault fired"
            return all(event["outcome"] for event in events["events"])

        assert in_time(all_ended)
        # Beside them, the readers of a store stay open, one a thread.
        assert in_time(lambda: descriptors(emulator) <= before + 16)
        assert emulator.end() == 0


@test
def it_ends_well_with_requests_under_way():
    with Emulator("--log-level=error") as emulator:
        key, blob = made(emulator)
        clients = storm(emulator, key, blob, time.monotonic() + 2)
        assert emulator.end() == 0
        for thread in clients:
            thread.join()


sys.exit(run_all())
