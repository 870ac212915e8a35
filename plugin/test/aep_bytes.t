#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What aws-encryption-provider's calls carry, byte for byte: ciphertexts,
Version and Status, and what KMS is asked. The same with --compat=aep and
without. Prints TAP."""

import base64
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import plugin_process as lab
from aep_rows import AEP, decrypt, encrypt, refused, row, started, status
from grpc_client import V1, V2, Client
from plugin_process import equal, message


def either(line):
    """A row for both columns."""

    def add(function):
        for flag in (AEP, "--compat=none"):
            row(f"{line} {flag}")(lambda flag=flag: function(flag))

    return add


@either("v1 Encrypt: cipher is 0x31 and KMS's blob")
def _(compat):
    with started(compat) as (kms, plugin, client):
        equal(encrypt(client, V1, b"dek"), {1: b"1" + lab.seal(b"dek")})


@either("v2 Encrypt: ciphertext is 0x31 and the blob, key_id is --key, no annotations")
def _(compat):
    with started(compat) as (kms, plugin, client):
        equal(encrypt(client), {1: b"1" + lab.seal(b"seed"), 2: lab.KEY.encode()})


@either("Decrypt, first byte 0x31: stripped")
def _(compat):
    with started(compat) as (kms, plugin, client):
        for api in (V1, V2):
            equal(decrypt(client, b"1" + lab.seal(b"dek"), api), {1: b"dek"})
        for request, _ in kms.seen("Decrypt"):
            equal(base64.b64decode(request["CiphertextBlob"]), lab.seal(b"dek"))


@either("v1 Decrypt, another first byte: all of it goes to KMS")
def _(compat):
    with started(compat) as (kms, plugin, client):
        equal(decrypt(client, lab.seal(b"old"), V1), {1: b"old"})
        equal(decrypt(client, b"2" + b"\xfe", V1), {1: b"\x01"})


@either("request fields that are ignored: version, uid, key_id, annotations")
def _(compat):
    with started(compat) as (kms, plugin, client):
        sealed = client.call(V1 + "Encrypt", message((1, b"v9"), (2, b"dek")))
        equal(client.call(V1 + "Decrypt", message((1, b"v9"), (2, sealed[1]))), {1: b"dek"})
        sealed = client.call(V2 + "Encrypt", message((1, b"seed"), (2, b"uid")))
        note = message((1, b"a.b"), (2, b"c"))
        equal(client.call(V2 + "Decrypt", message(
            (1, sealed[1]), (2, b"uid"), (3, b"other"), (4, note))), {1: b"seed"})


@either("KMS Decrypt: CiphertextBlob and EncryptionContext, no KeyId; none when empty")
def _(compat):
    with started(compat, "--encryption-context=a=b") as (kms, plugin, client):
        decrypt(client, encrypt(client)[1])
        (request, _), = kms.seen("Decrypt")
        equal(set(request), {"CiphertextBlob", "EncryptionContext"})
    with started(compat) as (kms, plugin, client):
        decrypt(client, encrypt(client)[1])
        equal(set(kms.seen("Decrypt")[0][0]), {"CiphertextBlob"})
        equal(set(kms.seen("Encrypt")[0][0]), {"KeyId", "Plaintext"})


@either("what was sealed under any key is read through any socket")
def _(compat):
    with started(compat, keys=("alias/a", "alias/b")) as (kms, plugin, client):
        sealed = encrypt(client)[1]
        with Client(plugin.paths[1]) as other:
            equal(decrypt(other, sealed), {1: b"seed"})


@either("both APIs on one socket: what one seals the other opens")
def _(compat):
    with started(compat) as (kms, plugin, client):
        equal(decrypt(client, encrypt(client, V1, b"dek")[1], V2), {1: b"dek"})
        equal(decrypt(client, encrypt(client, V2, b"dek")[1], V1), {1: b"dek"})


@either("a socket for each key, with its own key and context")
def _(compat):
    with started(compat, "--encryption-context=n=1", "--encryption-context=n=2",
                 keys=("alias/a", "alias/b")) as (kms, plugin, client):
        for path, key, number in zip(plugin.paths, ("alias/a", "alias/b"), "12"):
            with Client(path) as other:
                equal(encrypt(other)[2].decode(), key)
            request = kms.requests[-1][1] if compat == AEP else kms.seen("Encrypt")[-1][0]
            equal(request["KeyId"], key)
            equal(request["EncryptionContext"], {"n": number})


@either("Version: v1beta1, AWSKMS; the request's version is not looked at")
def _(compat):
    with started(compat) as (kms, plugin, client):
        for version in (b"v1beta1", b"v9"):
            answer = client.call(V1 + "Version", message((1, version)))
            equal((answer[1], answer[2], len(answer[3]) > 0), (b"v1beta1", b"AWSKMS", True))


@either("Status: v2beta1, ok, key_id is --key")
def _(compat):
    with started(compat) as (kms, plugin, client):
        equal(plugin.get("/healthz"), (200, "OK"))
        equal(status(client), {1: b"v2beta1", 2: b"ok", 3: lab.KEY.encode()})


@row("Decrypt, empty: invalid empty ciphertext, code UNKNOWN")
def _():
    with started(AEP) as (kms, plugin, client):
        for api in (V1, V2):
            code, text = client.fails(api + "Decrypt")
            equal((code.name, text), ("UNKNOWN", "invalid empty ciphertext"))
        equal(kms.requests, [])


@row("v2 Decrypt, another first byte: version X in Ciphertext doesn't match kmsplugin")
def _():
    with started(AEP) as (kms, plugin, client):
        code, text = client.fails(V2 + "Decrypt", message((1, b"2x")))
        equal((code.name, text), ("UNKNOWN", "version 2 in Ciphertext doesn't match kmsplugin"))
        equal(kms.requests, [])


@row("ours: ciphertexts that cannot be ours are INVALID_ARGUMENT, in the same words")
def _():
    with started() as (kms, plugin, client):
        for api in (V1, V2):
            code, text = client.fails(api + "Decrypt")
            equal((code.name, text), ("INVALID_ARGUMENT", "invalid empty ciphertext"))
        code, text = client.fails(V2 + "Decrypt", message((1, b"2x")))
        equal((code.name, text),
              ("INVALID_ARGUMENT", "version 2 in Ciphertext doesn't match kmsplugin"))


@row("requests of up to 4 MiB reach KMS's client")
def _():
    with started(AEP) as (kms, plugin, client):
        code, text = client.fails(V2 + "Encrypt", message((1, b"x" * 100_000)))
        equal(code.name, "UNKNOWN")
        assert text.startswith("failed to encrypt "), text


@row("ours: requests above 64 KiB are refused by gRPC")
def _():
    with started() as (kms, plugin, client):
        code, _ = client.fails(V2 + "Encrypt", message((1, b"x" * 100_000)))
        equal(code.name, "RESOURCE_EXHAUSTED")


def two_at_once(kms, client):
    kms.mode = "silent"
    request = message((1, b"1" + lab.seal(b"seed")))
    return [client.start(V2 + "Decrypt", request) for _ in range(2)]


@row("Decrypts of the same bytes at the same time are calls of their own")
def _():
    with started(AEP) as (kms, plugin, client):
        calls = two_at_once(kms, client)
        lab.wait_for(lambda: kms.hanging == 2, "both at KMS")
        for call in calls:
            call.cancel()


@row("ours: Decrypts of the same bytes at the same time share a call")
def _():
    with started() as (kms, plugin, client):
        lab.wait_for(lambda: plugin.get("/healthz")[0] == 200, "the first probe")
        calls = two_at_once(kms, client)
        lab.wait_for(lambda: re.search(r"^aws_kms_plugin_decrypts_joined_total\{.*\} 1$",
                                       plugin.get("/metrics")[1], re.MULTILINE), "the second")
        lab.wait_for(lambda: kms.hanging > 0, "the first at KMS")
        equal(len(kms.seen("Decrypt")), 1)
        for call in calls:
            call.cancel()


@row("nothing is asked of KMS at start")
def _():
    with started(AEP) as (kms, plugin, client):
        client.call(V1 + "Version", message((1, b"v1beta1")))
        equal(kms.requests, [])


@row("ours: the key is tried at start")
def _():
    with started() as (kms, plugin, client):
        lab.wait_for(lambda: len(kms.requests) >= 2, "the probe at start")


lab.run()
