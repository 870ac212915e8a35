#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What kms-emulator acknowledged is there after its end, whether it was asked
to end, was killed, or ran out of disk, in the middle of writes by many
clients. Prints TAP."""

import http.client
import json
import os
import resource
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
# pylint: disable=wrong-import-position
import emulator_process as lab
from emulator_process import test

CLIENTS = 8
ENOUGH = 200  # acknowledged keys before the end


def headers(operation):
    """An access key that is 12 digits is that account, and is let in with any
    signature as long as it has not been registered."""
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"TrentService.{operation}",
        "X-Amz-Date": now,
        "Authorization": "AWS4-HMAC-SHA256 Credential=111122223333/"
        f"{now[:8]}/us-east-1/kms/aws4_request, "
        f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}",
    }


def connect(emulator):
    address = emulator.url.removeprefix("http://")
    return http.client.HTTPConnection(address, timeout=lab.PATIENCE_S)


def call(connection, operation, body):
    connection.request("POST", "/", json.dumps(body), headers(operation))
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def create_until_refused(emulator, acknowledged, refusals):
    """Notes the id of each key whose creation was acknowledged, until the
    connection is cut or an answer is an error."""
    try:
        connection = connect(emulator)
        while True:
            status, answer = call(connection, "CreateKey", {})
            if status != 200:
                refusals.append((status, answer))
                return
            acknowledged.append(answer["KeyMetadata"]["KeyId"])
    except (OSError, http.client.HTTPException):
        pass


def write_while(emulator, interrupt):
    """Calls interrupt once many clients have created keys; gives the keys
    that were acknowledged and the answers that were errors."""
    acknowledged, refusals = [], []
    threads = [
        threading.Thread(
            target=create_until_refused,
            args=(emulator, acknowledged, refusals),
        )
        for _ in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + lab.PATIENCE_S
    while len(acknowledged) < ENOUGH and time.monotonic() < deadline:
        time.sleep(0.01)
    interrupt()
    for thread in threads:
        thread.join()
    assert len(acknowledged) >= ENOUGH, f"only {len(acknowledged)} keys"
    return acknowledged, refusals


def assert_usable(emulator, keys):
    connection = connect(emulator)
    for key_id in keys:
        status, answer = call(
            connection, "GenerateDataKey", {"KeyId": key_id, "NumberOfBytes": 1}
        )
        assert status == 200, answer
    connection.close()


def end_among_writes(number):
    with lab.Emulator() as emulator:
        codes = []
        keys, refusals = write_while(
            emulator, lambda: codes.append(emulator.end(number))
        )
        assert refusals == [], refusals
        emulator.start()
        assert_usable(emulator, keys)
        return codes[0]


@test
def every_acknowledged_key_survives_sigkill():
    assert end_among_writes(signal.SIGKILL) == -signal.SIGKILL


@test
def every_acknowledged_key_survives_sigterm_which_ends_with_0():
    assert end_among_writes(signal.SIGTERM) == 0


@test
def a_full_disk_is_told_and_takes_nothing_that_was_acknowledged():
    """Files that may not grow stand for a disk that is full."""
    with lab.Emulator() as emulator:
        process = emulator.process.pid
        size = os.path.getsize
        store = os.path.join(emulator.folder, "data", "store.db")

        def fill():
            limit = max(size(store), size(store + "-wal"))
            _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
            resource.prlimit(process, resource.RLIMIT_FSIZE, (limit, hard))

        keys, refusals = write_while(emulator, fill)
        assert len(refusals) == CLIENTS, refusals
        for status, answer in refusals:
            assert status == 500, answer
            assert answer["__type"] == "KMSInternalException", answer
        assert_usable(emulator, keys)
        resource.prlimit(
            process,
            resource.RLIMIT_FSIZE,
            (resource.RLIM_INFINITY, resource.RLIM_INFINITY),
        )
        assert call(connect(emulator), "CreateKey", {})[0] == 200
        assert emulator.end() == 0
        emulator.start()
        assert_usable(emulator, keys)


sys.exit(lab.run_all())
