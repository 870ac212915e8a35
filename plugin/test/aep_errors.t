#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""aws-encryption-provider's classes of errors in the order it checks them: in
its log, its metrics, its livez and what the caller is told; and our codes for
the same. Prints TAP."""

import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import plugin_process as lab
from aep_rows import AEP, encrypt, row, started
from grpc_client import V1, V2, Client, grpc
from plugin_process import equal, message

ONCE = "--max-attempts=1"
XKS_SILENT = (
    "AWS KMS rejected the request because the external key store proxy did not respond in "
    "time. Retry the request. If you see this error repeatedly, report it to your external "
    "key store proxy administrator")
XKS_APART = "AWS KMS cannot communicate with the external key store proxy"
THROTTLES = (
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
    "TooManyRequestsException", "ProvisionedThroughputExceededException",
    "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
    "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete",
    "EC2ThrottledException")

# line of the list, KMS's answer, class, metrics' status, livez, our code
CLASSES = [
    *[("4", (400, name, "m"), "throttled", "failure-throttle", 200, "RESOURCE_EXHAUSTED")
      for name in THROTTLES],
    ("5", (400, "DisabledException", "m"), "user-induced", "failure", 200, "FAILED_PRECONDITION"),
    ("5", (400, "KMSInvalidStateException", "m"), "user-induced", "failure", 200,
     "FAILED_PRECONDITION"),
    ("5", (500, "KeyUnavailableException", "m"), "user-induced", "failure", 200, "UNAVAILABLE"),
    ("5", (400, "InvalidArnException", "m"), "user-induced", "failure", 200, "INVALID_ARGUMENT"),
    ("5", (400, "InvalidGrantIdException", "m"), "user-induced", "failure", 200,
     "INVALID_ARGUMENT"),
    ("5", (400, "InvalidGrantTokenException", "m"), "user-induced", "failure", 200,
     "INVALID_ARGUMENT"),
    ("7", (400, "InvalidCiphertextException", ""), "corruption", "failure-corruption", 500,
     "INVALID_ARGUMENT"),
    ("8", (400, "AccessDeniedException", "the key does not exist or so"), "user-induced",
     "failure", 200, "PERMISSION_DENIED"),
    ("8", (400, "AccessDeniedException", "with an explicit deny in a resource control policy"),
     "user-induced", "failure", 200, "PERMISSION_DENIED"),
    ("8", (400, "AccessDeniedException", "not authorized"), "other", "failure", 500,
     "PERMISSION_DENIED"),
    ("9", (500, "KMSInternalException", XKS_SILENT), "user-induced", "failure", 200,
     "UNAVAILABLE"),
    ("9", (500, "KMSInternalException", XKS_APART), "user-induced", "failure", 200,
     "UNAVAILABLE"),
    ("9", (500, "KMSInternalException", "m"), "other", "failure", 500, "UNAVAILABLE"),
    *[("10", (status, name, "m"), "other", "failure", 500, code) for status, name, code in (
        (400, "NotFoundException", "FAILED_PRECONDITION"),
        (400, "IncorrectKeyException", "INVALID_ARGUMENT"),
        (400, "InvalidKeyUsageException", "FAILED_PRECONDITION"),
        (503, "DependencyTimeoutException", "UNAVAILABLE"),
        (400, "ExpiredTokenException", "UNAUTHENTICATED"),
        (400, "UnrecognizedClientException", "UNAUTHENTICATED"),
        (400, "ValidationException", "INVALID_ARGUMENT"))],
]
MODELLED = {"DisabledException", "KMSInvalidStateException", "KeyUnavailableException",
            "InvalidGrantTokenException", "InvalidCiphertextException", "KMSInternalException",
            "NotFoundException", "IncorrectKeyException", "InvalidKeyUsageException",
            "DependencyTimeoutException"}


def failures(plugin):
    """How often each status stands in the metrics."""
    out = {}
    for name, count in re.findall(
            r'^aws_encryption_provider_kms_operations_total\{.*status="([a-z-]+)".*\} (\d+)$',
            plugin.get("/metrics")[1], re.MULTILINE):
        out[name] = out.get(name, 0) + int(count)
    return out


def aep_row(line, mode, kind, label, livez, _):
    @row(f"{line}. {mode[1]} {mode[2][:40]} is {kind}")
    def _row():
        with started(AEP, ONCE) as (kms, plugin, client):
            kms.mode = mode
            code, text = client.fails(V2 + "Encrypt", message((1, b"seed")))
            equal(code.name, "UNKNOWN")
            name = mode[1] if mode[1] in MODELLED else f"api error {mode[1]}"
            again = mode[0] >= 500 or mode[1] in THROTTLES
            tried = "exceeded maximum number of attempts, 1, " if again else ""
            equal(text, f"failed to encrypt operation error KMS: Encrypt, {tried}https response error "
                        f"StatusCode: {mode[0]}, RequestID: request-1, {name}: {mode[2]}")
            equal(failures(plugin), {label: 1})
            equal(plugin.get("/livez")[0], livez)
            lines = [json.loads(line) for line in plugin.lines + plugin.rest()]
            said, = [e for e in lines if e["message"] == "request to encrypt failed"
                     and e.get("error", "").startswith("failed to encrypt")][:1]
            equal(said["error-type"], kind)


for entry in CLASSES:
    aep_row(*entry)


@row("retries that were used up are told in the SDK's words")
def _():
    with started(AEP, "--retry-token-capacity=1000") as (kms, plugin, client):
        kms.mode = (500, "KMSInternalException", "m")
        code, text = client.fails(V2 + "Encrypt", message((1, b"seed")))
        equal(code.name, "UNKNOWN")
        equal(text, "failed to encrypt operation error KMS: Encrypt, exceeded maximum number of "
                    "attempts, 3, https response error StatusCode: 500, RequestID: request-1, "
                    "KMSInternalException: m")
        kms.mode = (400, "NotFoundException", "m")
        code, text = client.fails(V2 + "Encrypt", message((1, b"seed")))
        assert "exceeded" not in text, text


@row("1. no error is success")
def _():
    with started(AEP) as (kms, plugin, client):
        encrypt(client)
        equal(failures(plugin), {"success": 1})


@row("2. a cancelled call is user-induced, CANCELLED")
def _():
    with started(AEP) as (kms, plugin, client):
        kms.mode = "silent"
        call = client.start(V2 + "Encrypt", message((1, b"seed")))
        lab.wait_for(lambda: kms.hanging == 1, "the call")
        call.cancel()
        lab.wait_for(lambda: failures(plugin) == {"failure": 1}, "its end")
        equal(plugin.get("/livez"), (200, "OK"))


@row("3. what is no answer is other: a deadline, a connection")
def _():
    with started(AEP, ONCE) as (kms, plugin, client):
        kms.mode = "silent"
        code, text = client.fails(V2 + "Encrypt", message((1, b"seed")), timeout=1.0)
        equal(code.name, "DEADLINE_EXCEEDED")
        lab.wait_for(lambda: failures(plugin) == {"failure": 1}, "its end")
        equal(plugin.get("/livez")[0], 500)
    with lab.Kms() as kms:
        with started(AEP, ONCE, kms=kms) as (_, plugin, client):
            kms.server.shutdown()
            kms.server.server_close()
            code, text = client.fails(V2 + "Decrypt", message((1, b"1x")))
            equal(code.name, "UNKNOWN")
            assert text.startswith("failed to decrypt operation error KMS: Decrypt, "), text
            equal(plugin.get("/livez")[0], 500)


@row("6. LimitExceededException is throttled, by the list of line 4 already")
def _():
    equal([kind for _, mode, kind, *_ in CLASSES if mode[1] == "LimitExceededException"],
          ["throttled"])


@row("the same for Decrypt and for v1")
def _():
    with started(AEP, ONCE) as (kms, plugin, client):
        kms.mode = (400, "DisabledException", "off")
        for method, request, verb in (
                (V1 + "Encrypt", message((2, b"dek")), "encrypt"),
                (V1 + "Decrypt", message((2, b"1x")), "decrypt"),
                (V2 + "Decrypt", message((1, b"1x")), "decrypt")):
            code, text = client.fails(method, request)
            equal((method, code.name), (method, "UNKNOWN"))
            assert text.startswith(f"failed to {verb} operation error KMS: "), text


@row("ours: a code for each, with key, KMS's request id and what to do")
def _():
    with started(ONCE, cache="90s") as (kms, plugin, client):
        equal(plugin.get("/healthz"), (200, "OK"))
        for line, mode, kind, label, livez, wanted in CLASSES:
            kms.mode = mode
            code, text = client.fails(V2 + "Encrypt", message((1, b"seed")))
            equal((mode, code.name), (mode, wanted))
            for words in (f"failed to encrypt with key {lab.KEY}: {mode[1]}",
                          "(KMS request request-1); "):
                assert words in text, text


@row("no error quotes the bytes that were sent")
def _():
    import base64
    secret = base64.b64encode(bytes(range(3, 35))).decode()
    quoted = f"Value '{secret}' at 'plaintext' is bad, b64={secret}"
    for arguments in ((AEP,), ()):
        with started(*arguments, ONCE) as (kms, plugin, client):
            kms.mode = (400, "ValidationException", quoted)
            code, text = client.fails(V2 + "Encrypt", message((1, bytes(range(3, 35)))))
            assert secret not in text and text.count("[redacted]") == 2, text
            said = plugin.lines + plugin.rest()
            assert not any(secret in line for line in [*said, plugin.said()])


lab.run()
