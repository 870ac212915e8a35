#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What kms-emulator acknowledged is there after its end, whether it was asked
to end or was killed, in the middle of writes by many clients. Prints TAP."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

PROGRAM = os.path.join(os.environ["KMSLAB_BIN"], "kms-emulator")
PATIENCE_S = 20
CLIENTS = 8
ENOUGH = 200  # acknowledged keys before the end


def start(data):
    process = subprocess.Popen(
        [PROGRAM, "--listen", "127.0.0.1:0", "--admin", "none",
         "--data", data],
        stdout=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline()
    assert line.startswith("kms-emulator ready http://"), line
    return process, line.split()[2].removeprefix("http://")


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


def call(connection, operation, body):
    connection.request("POST", "/", json.dumps(body), headers(operation))
    response = connection.getresponse()
    answer = json.loads(response.read())
    assert response.status == 200, answer
    return answer


def create_until_cut(address, acknowledged):
    """Appends the id of each key whose creation was acknowledged."""
    try:
        connection = http.client.HTTPConnection(address, timeout=PATIENCE_S)
        while True:
            answer = call(connection, "CreateKey", {})
            acknowledged.append(answer["KeyMetadata"]["KeyId"])
    except (OSError, http.client.HTTPException):
        pass


def end_among_writes(number):
    """Returns the exit status, and how many keys were checked."""
    folder = tempfile.mkdtemp(prefix="kmslab-")
    process, address = start(os.path.join(folder, "data"))
    acknowledged = []
    try:
        threads = [
            threading.Thread(
                target=create_until_cut, args=(address, acknowledged)
            )
            for _ in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + PATIENCE_S
        while len(acknowledged) < ENOUGH and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(number)
        status = process.wait(timeout=PATIENCE_S)
        for thread in threads:
            thread.join()
        process, address = start(os.path.join(folder, "data"))
        connection = http.client.HTTPConnection(address, timeout=PATIENCE_S)
        for key_id in acknowledged:
            call(connection, "DescribeKey", {"KeyId": key_id})
            call(connection, "GenerateDataKey",
                 {"KeyId": key_id, "KeySpec": "AES_256"})
        return status, len(acknowledged)
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder)


def every_acknowledged_key_survives_sigkill():
    status, count = end_among_writes(signal.SIGKILL)
    assert status == -signal.SIGKILL and count >= ENOUGH, (status, count)


def every_acknowledged_key_survives_sigterm_which_ends_with_0():
    status, count = end_among_writes(signal.SIGTERM)
    assert status == 0 and count >= ENOUGH, (status, count)


TESTS = [
    every_acknowledged_key_survives_sigkill,
    every_acknowledged_key_survives_sigterm_which_ends_with_0,
]


def main():
    failed = 0
    print(f"1..{len(TESTS)}", flush=True)
    for number, function in enumerate(TESTS, 1):
        try:
            function()
            print(f"ok {number} - {function.__name__}", flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            print(f"not ok {number} - {function.__name__}", flush=True)
            print("# " + traceback.format_exc().replace("\n", "\n# "))
    return 1 if failed else 0


sys.exit(main())
