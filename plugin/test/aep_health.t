#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Health as aws-encryption-provider knows it, and as we do. Prints TAP."""

import base64
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import plugin_process as lab
from aep_rows import (AEP, decrypt, encrypt, is_healthy, operations, row, started, status)
from grpc_client import V1, V2, Client
from plugin_process import equal, message

DENIED = (400, "AccessDeniedException", "no")
DISABLED = (400, "DisabledException", "off")
THROTTLED = (400, "ThrottlingException", "slow down")


def fail_once(kms, client, mode, method=V2 + "Encrypt", request=message((1, b"seed"))):
    kms.mode = mode
    client.fails(method, request)
    kms.mode = "answer"


# ---- with --compat=aep -----------------------------------------------------


@row("Status is never an RPC error: err, version and key_id")
def _():
    with started(AEP) as (kms, plugin, client):
        kms.mode = DISABLED
        equal(status(client), {1: b"v2beta1", 2: b"err", 3: lab.KEY.encode()})


@row("Status probes with Encrypt of foo and a Decrypt of what that gave")
def _():
    with started(AEP) as (kms, plugin, client):
        equal(is_healthy(client), True)
        equal(operations(kms), ["Encrypt", "Decrypt"])
        equal(base64.b64decode(kms.requests[0][1]["Plaintext"]), b"foo")
        equal(base64.b64decode(kms.requests[1][1]["CiphertextBlob"]), lab.seal(b"foo"))


@row("v1: healthz probes with Encrypt of foo alone")
def _():
    with started(AEP) as (kms, plugin, client):
        equal(plugin.get("/healthz"), (200, "OK"))
        equal(operations(kms), ["Encrypt"])
        equal(base64.b64decode(kms.requests[0][1]["Plaintext"]), b"foo")


@row("a result counts for 30 s, good or bad: no call is made meanwhile")
def _():
    with started(AEP) as (kms, plugin, client):
        equal(is_healthy(client), True)
        kms.mode = DENIED
        for _ in range(3):
            equal(is_healthy(client), True)
            equal(plugin.get("/healthz"), (200, "OK"))
        equal(len(kms.requests), 2)
    with started(AEP) as (kms, plugin, client):
        kms.mode = DENIED
        equal(is_healthy(client), False)
        kms.mode = "answer"
        equal((is_healthy(client), plugin.get("/healthz")[0]), (False, 500))
        equal(len(kms.requests), 1)


@row("v2 Status after a healthz of v1 goes by its Encrypt")
def _():
    with started(AEP) as (kms, plugin, client):
        equal(plugin.get("/healthz"), (200, "OK"))
        equal(is_healthy(client), True)
        equal(operations(kms), ["Encrypt"])


@row("a failing call makes it bad, a succeeding one does not make it good")
def _():
    for method, request in ((V2 + "Encrypt", message((1, b"seed"))),
                            (V1 + "Encrypt", message((2, b"dek"))),
                            (V2 + "Decrypt", message((1, b"1" + lab.seal(b"s"))))):
        with started(AEP) as (kms, plugin, client):
            equal(is_healthy(client), True)
            fail_once(kms, client, DENIED, method, request)
            equal((method, is_healthy(client)), (method, False))
            encrypt(client)
            decrypt(client, b"1" + lab.seal(b"s"))
            equal((method, is_healthy(client)), (method, False))


@row("throttling makes it bad too")
def _():
    with started(AEP, "--max-attempts=1") as (kms, plugin, client):
        equal(is_healthy(client), True)
        fail_once(kms, client, THROTTLED)
        equal(is_healthy(client), False)
        equal((plugin.get("/healthz")[0], plugin.get("/livez")), (500, (200, "OK")))


@row("a Decrypt of what is no ciphertext does not make it bad")
def _():
    with started(AEP) as (kms, plugin, client):
        equal(is_healthy(client), True)
        fail_once(kms, client, (400, "InvalidCiphertextException", ""), V2 + "Decrypt",
                  message((1, b"1x")))
        equal(is_healthy(client), True)


@row("a cancelled call makes it bad, and livez forgives it")
def _():
    with started(AEP) as (kms, plugin, client):
        equal(is_healthy(client), True)
        kms.mode = "silent"
        call = client.start(V2 + "Encrypt", message((1, b"seed")))
        lab.wait_for(lambda: kms.hanging == 1, "the call")
        call.cancel()
        lab.wait_for(lambda: not is_healthy(client), "err")
        equal((plugin.get("/healthz")[0], plugin.get("/livez")), (500, (200, "OK")))


@row("one result for all keys: what fails for one is err for the other")
def _():
    with started(AEP, keys=("alias/a", "alias/b")) as (kms, plugin, client):
        with Client(plugin.paths[1]) as other:
            equal((is_healthy(client), is_healthy(other)), (True, True))
            equal(len(kms.requests), 2)
            fail_once(kms, client, DENIED)
            equal((is_healthy(client), is_healthy(other)), (False, False))


@row("healthz: 500 and the error's text, 200 OK")
def _():
    with started(AEP) as (kms, plugin, client):
        equal(plugin.get("/healthz"), (200, "OK"))
    with started(AEP) as (kms, plugin, client):
        kms.mode = DENIED
        code, text = plugin.get("/healthz")
        equal(code, 500)
        assert text.startswith("failed to encrypt operation error KMS: Encrypt, "), text
        assert "AccessDeniedException: no" in text, text


@row("livez: what the key's owner did and throttling are 200, all else is 500")
def _():
    for mode, code in ((DISABLED, 200), (THROTTLED, 200), (DENIED, 500),
                       ((400, "KMSInvalidStateException", ""), 200),
                       ((400, "NotFoundException", ""), 500)):
        with started(AEP, "--max-attempts=1") as (kms, plugin, client):
            kms.mode = mode
            equal((mode, plugin.get("/livez")[0]), (mode, code))


@row("healthz and livez take any method and know no verbose lie")
def _():
    with started(AEP) as (kms, plugin, client):
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
            equal((method, plugin.get("/healthz", method)[0]), (method, 200))


@row("healthz does not look at the socket's file, and nothing makes it anew")
def _():
    with started(AEP) as (kms, plugin, client):
        os.unlink(plugin.paths[0])
        equal(plugin.get("/healthz"), (200, "OK"))
        time.sleep(1.5)  # ours is back after a second
        assert not os.path.exists(plugin.paths[0])


@row("Status waits for its probe, longer than the apiserver would")
def _():
    with started(AEP) as (kms, plugin, client):
        kms.mode = 1.0
        begin = time.monotonic()
        equal(is_healthy(client), True)
        assert time.monotonic() - begin >= 2.0, "two calls of a second each"


# ---- without it ------------------------------------------------------------


@row("ours: Status is an RPC error with a code while the key cannot be used")
def _():
    with started() as (kms, plugin, client):
        kms.mode = DISABLED
        lab.wait_for(lambda: plugin.get("/healthz")[0] == 500, "bad health")
        code, text = client.fails(V2 + "Status")
        equal(code.name, "FAILED_PRECONDITION")
        assert lab.KEY in text and "DisabledException" in text, text


@row("ours: recovery is seen at once")
def _():
    with started(cache="60s") as (kms, plugin, client):
        equal(plugin.get("/healthz?verbose")[0], 200)
        fail_once(kms, client, DENIED)
        lab.wait_for(lambda: plugin.get("/healthz")[0] == 200, "good again")


@row("ours: a key that fails leaves the other good")
def _():
    with started(keys=("alias/a", "alias/b")) as (kms, plugin, client):
        real = kms.answer

        def answer(handler, operation, request):
            if request.get("KeyId") == "alias/a":
                kms.send(handler, 400, {"__type": "DisabledException", "message": "off"})
            else:
                real(handler, operation, request)

        kms.answer = answer
        lab.wait_for(lambda: plugin.get("/healthz")[0] == 500, "a is bad")
        with Client(plugin.paths[1]) as other:
            equal(status(other)[2], b"ok")
        code, text = plugin.get("/healthz?verbose")
        equal(code, 500)
        lines = text.splitlines()
        assert lines[0].startswith("[-]alias/a ") and "DisabledException" in lines[0], text
        equal(lines[1:], ["[+]alias/b ok"])


@row("ours: both operations are tried for both APIs")
def _():
    for version in ("v1", "v2"):
        with started(f"--health-kms-version={version}") as (kms, plugin, client):
            equal(plugin.get("/healthz"), (200, "OK"))
            assert {"Encrypt", "Decrypt"} <= set(operations(kms))


@row("ours: throttling and callers' mistakes are not ill health")
def _():
    with started("--max-attempts=1") as (kms, plugin, client):
        equal(plugin.get("/healthz"), (200, "OK"))
        kms.mode = THROTTLED
        client.fails(V2 + "Encrypt", message((1, b"seed")))
        equal(plugin.get("/healthz"), (200, "OK"))
        equal(plugin.get("/healthz", "POST")[0], 405)


@row("ours: readyz is 200 once the key was good, and stays so")
def _():
    with started(keys=("alias/a", "alias/b")) as (kms, plugin, client):
        lab.wait_for(lambda: plugin.get("/readyz") == (200, "OK"), "ready")
        kms.mode = DENIED
        lab.wait_for(lambda: plugin.get("/healthz")[0] == 500, "bad")
        equal(plugin.get("/readyz"), (200, "OK"))
        equal(plugin.get("/readyz?verbose"), (200, "[+]alias/a ok\n[+]alias/b ok\n"))
        os.rename(plugin.paths[1], plugin.paths[1] + ".away")
        code, text = plugin.get("/readyz?verbose")
        equal(code, 500)
        assert "[+]alias/a ok\n[-]alias/b the socket's file" in text, text


@row("ours: readyz is not 200 before the key was good")
def _():
    with lab.Kms() as kms:
        kms.mode = DENIED
        with started("--readyz-path=/up", kms=kms) as (_, plugin, client):
            code, text = plugin.get("/up")
            equal(code, 500)
            assert "AccessDeniedException" in text, text
            kms.mode = "answer"
            lab.wait_for(lambda: plugin.get("/up")[0] == 200, "ready")


lab.run()
