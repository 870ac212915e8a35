#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Static pods written for aws-encryption-provider, with only image and command
changed: the plugin runs with exactly their arguments. What stands for this
test machine's own places (the hostPath, the port, KMS's address) is replaced
in the manifest's text. Prints TAP."""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import plugin_process as lab
from aep_rows import decrypt, encrypt, status
from grpc_client import V1, V2, Client
from plugin_process import equal, test

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        "..", "..", "fixtures", "aep-manifest")


def arguments_of(name, place, kms):
    with open(os.path.join(FIXTURES, name), encoding="ascii") as file:
        text = file.read()
    text = (text.replace("/var/run/kmsplugin", place).replace("=:8083", "=127.0.0.1:0")
            .replace("https://kms.eu-west-1.amazonaws.com", kms.url))
    block = re.search(r"^ +args:\n((?: +- .*\n)+)", text, re.MULTILINE).group(1)
    return re.findall(r"^ +- (.*)$", block, re.MULTILINE)


def serves(plugin, path, kms, key, context):
    with Client(path) as client:
        sealed = encrypt(client)
        equal(sealed, {1: b"1" + lab.seal(b"seed"), 2: key.encode()})
        equal(kms.seen("Encrypt")[-1][0]["EncryptionContext"], context)
        equal(decrypt(client, sealed[1]), {1: b"seed"})
        equal(decrypt(client, encrypt(client, V1)[1], V1), {1: b"seed"})
        equal(plugin.get("/healthz"), (200, "OK"))
        equal(status(client), {1: b"v2beta1", 2: b"ok", 3: key.encode()})


def run_manifest(name, more, check):
    with lab.folder() as place, lab.Kms() as kms:
        with lab.Plugin.of(arguments_of(name, place, kms) + more) as plugin:
            check(place, kms, plugin)


def one_key(place, kms, plugin):
    key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    serves(plugin, f"{place}/socket.sock", kms, key, {"cluster": "one", "env": "prod"})
    equal([plugin.get(path)[0] for path in ("/livez", "/metrics")], [200, 200])


def two_keys(place, kms, plugin):
    for name in ("old", "new"):
        serves(plugin, f"{place}/{name}.sock", kms, f"alias/{name}", {"key": name})
    for _, _, headers in kms.requests:
        lower = {name.lower(): value for name, value in headers.items()}
        equal(lower["x-amz-source-account"], "111122223333")


@test
def a_static_pod_of_the_other_plugin_works_as_it_is():
    run_manifest("static-pod.yaml", [], one_key)


@test
def and_one_with_two_keys_for_a_rotation():
    run_manifest("two-keys.yaml", [], two_keys)


@test
def and_both_with_compat_aep():
    run_manifest("static-pod.yaml", ["--compat=aep"], one_key)
    run_manifest("two-keys.yaml", ["--compat=aep"], two_keys)


lab.run()
