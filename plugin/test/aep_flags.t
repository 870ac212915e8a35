#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The command line of aws-encryption-provider, flag by flag. Prints TAP."""

import base64
import os
import signal
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import plugin_process as lab
from aep_rows import AEP, encrypt, decrypt, is_healthy, refused, row, started
from grpc_client import Client
from plugin_process import equal

ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
CLUSTER = "arn:aws:eks:eu-west-1:111122223333:cluster/one"


def last_context(kms):
    return kms.requests[-1][1].get("EncryptionContext")


# ---- with --compat=aep -----------------------------------------------------


@row("health-port: :PORT, 0.0.0.0:PORT, HOST:PORT serve healthz, livez, metrics")
def _():
    for address in (":0", "0.0.0.0:0", "localhost:0", "127.0.0.1:0"):
        with started(AEP, f"--health-port={address}") as (kms, plugin, client):
            for path in ("/healthz", "/livez", "/metrics"):
                equal((address, plugin.get(path)[0]), (address, 200))


@row("health-port: the default is :8080")
def _():
    with lab.folder() as place, socket.create_server(("", 0)) as busy:
        code, line = refused(AEP, "--key=k", f"--listen={place}/s",
                             f"--health-port=:{busy.getsockname()[1]}")
        equal(code, 1)
    done = subprocess.run([lab.PROGRAM, "--help"], capture_output=True, text=True, check=True)
    assert "(:8080)" in done.stdout and "(/var/run/kmsplugin/socket.sock)" in done.stdout


@row("healthz-path and livez-path are free to choose, /metrics is not")
def _():
    with started(AEP, "--healthz-path=/a", "--livez-path", "/b") as (kms, plugin, client):
        equal([plugin.get(p)[0] for p in ("/a", "/b", "/metrics", "/healthz", "/livez")],
              [200, 200, 200, 404, 404])


@row("listen: a list, by commas or repeated; a plain path")
def _():
    with lab.folder() as place, lab.Kms() as kms:
        a, b, c = (os.path.join(place, name) for name in "abc")
        with lab.Plugin(None, kms, AEP, f"--listen={a},{b}", "--listen", c,
                        keys=("x,y", "z")) as plugin:
            equal(plugin.sockets, [f"unix://{path}" for path in (a, b, c)])
            for path, key in ((a, b"x"), (b, b"y"), (c, b"z")):
                with Client(path) as client:
                    equal(encrypt(client)[2], key)


@row("key: one CSV record, with quotes")
def _():
    with started(AEP, keys=('"a,b"',)) as (kms, plugin, client):
        equal(encrypt(client)[2], b"a,b")


@row("key: id, ARN or alias goes to KMS as it is")
def _():
    for key in ("1234abcd-12ab-34cd-56ef-1234567890ab", ARN, "alias/one"):
        with started(AEP, keys=(key,)) as (kms, plugin, client):
            equal(encrypt(client)[2].decode(), key)
            equal(kms.seen("Encrypt")[0][0]["KeyId"], key)


@row("key and listen: counts must be equal, else exit 1 with its words")
def _():
    for arguments in (["--key=a,b"], ["--key=a", "--listen=/x,/y"], ["--key="]):
        code, text = refused(AEP, *arguments)
        equal((arguments, code), (arguments, 1))
        assert "key and listen lists must have the same number of elements" in text, text


@row("key: missing, it is one empty key that is refused by KMS and not at start")
def _():
    with started(AEP, keys=()) as (kms, plugin, client):
        encrypt(client)
        equal(kms.requests[-1][1].get("KeyId", ""), "")


@row("health-kms-version: v1, v2; of any other nothing is asked and all is 200")
def _():
    kms_bad = (400, "AccessDeniedException", "no")
    for version, asked in (("v1", ["Encrypt"]), ("v2", ["Encrypt", "Decrypt"]), ("v3", [])):
        with started(AEP, f"--health-kms-version={version}") as (kms, plugin, client):
            equal(plugin.get("/healthz"), (200, "OK"))
            equal([name for name, _, _ in kms.requests], asked)
    with started(AEP, "--health-kms-version=none") as (kms, plugin, client):
        kms.mode = kms_bad
        equal([plugin.get(path) for path in ("/healthz", "/livez")], [(200, "OK")] * 2)


@row("region: the flag is before the environment; a key's ARN names none")
def _():
    with started(AEP, "--region=us-west-2", keys=(ARN,)) as (kms, plugin, client):
        encrypt(client)
        assert "/us-west-2/kms/" in kms.requests[0][2]["Authorization"]
    with started(AEP, keys=(ARN,)) as (kms, plugin, client):
        encrypt(client)
        assert "/eu-west-1/kms/" in kms.requests[0][2]["Authorization"]
    region = lab.ENVIRONMENT.pop("AWS_REGION")
    try:
        with lab.folder() as place:
            code, text = refused(AEP, f"--key={ARN}", f"--listen={place}/s",
                                 "--health-port=127.0.0.1:0")
        equal(code, 1)
        assert "Region" in text, text
    finally:
        lab.ENVIRONMENT["AWS_REGION"] = region


@row("kms-endpoint: is called instead of the Region's")
def _():
    with started(AEP) as (kms, plugin, client):
        encrypt(client)
        assert kms.requests


@row("qps-limit without burst-limit: exit 1, burst expected >0, got N")
def _():
    for burst, got in ((None, "0"), ("-3", "-3")):
        arguments = [] if burst is None else [f"--burst-limit={burst}"]
        code, text = refused(AEP, "--key=a", "--qps-limit=5", *arguments)
        equal(code, 1)
        assert f"burst expected >0, got {got}" in text, text


@row("qps-limit: a negative one limits nothing, and needs no burst-limit")
def _():
    with started(AEP, "--qps-limit=-5") as (kms, plugin, client):
        encrypt(client)


@row("pflag: integers in hexadecimal, octal and binary")
def _():
    for burst, got in (("-0x10", "-16"), ("-0o17", "-15"), ("-017", "-15"), ("-0b11", "-3"),
                       ("+0", "0"), ("-0XfF", "-255")):
        code, text = refused(AEP, "--key=a", "--qps-limit=0x1", f"--burst-limit={burst}")
        equal(code, 1)
        assert f"burst expected >0, got {got}" in text, text
    for bad in ("0x", "0xg", "08", "0b2", "", "-", "--1", "0x80000000", "1 "):
        code, text = refused(AEP, "--key=a", f"--burst-limit={bad}")
        equal((bad, code), (bad, 2))


@row("qps-limit, burst-limit, retry-token-capacity are taken")
def _():
    with started(AEP, "--qps-limit=5", "--burst-limit", "10") as (kms, plugin, client):
        encrypt(client)
    with started(AEP, "--retry-token-capacity=20") as (kms, plugin, client):
        encrypt(client)


@row("encryption-context: brackets, values with =, a CSV record, for both operations")
def _():
    table = [
        (["--encryption-context=a=b,c=d=e"], {"a": "b", "c": "d=e"}),
        (["--encryption-context=[a=b]"], {"a": "b"}),
        (["--encryption-context", '"a=b,c"'], {"a": "b,c"}),
        (["--encryption-context="], None),
        ([], None),
    ]
    for arguments, context in table:
        with started(AEP, *arguments) as (kms, plugin, client):
            sealed = encrypt(client)
            equal((arguments, last_context(kms)), (arguments, context))
            decrypt(client, sealed[1])
            equal((arguments, last_context(kms)), (arguments, context))


@row("encryption-context: repeated for each key in turn; a missing one is empty")
def _():
    with started(AEP, "--encryption-context=a=1", "--encryption-context=b=2",
                 keys=("x", "y", "z")) as (kms, plugin, client):
        for path, context in zip(plugin.paths, ({"a": "1"}, {"b": "2"}, None)):
            with Client(path) as other:
                encrypt(other)
                equal(last_context(kms), context)


@row("encryption-context: a pair without = is exit 1; those to spare are ignored")
def _():
    equal(refused(AEP, "--key=a", "--encryption-context=ab")[0], 1)
    with started(AEP, "--encryption-context=a=1", "--encryption-context=b=2") as (
            kms, plugin, client):
        encrypt(client)
        equal(last_context(kms), {"a": "1"})


@row("source-arn: two headers on each request; a bad one is exit 1")
def _():
    with started(AEP, f"--source-arn={CLUSTER}") as (kms, plugin, client):
        decrypt(client, encrypt(client)[1])
        for _, _, headers in kms.requests:
            lower = {name.lower(): value for name, value in headers.items()}
            equal(lower["x-amz-source-arn"], CLUSTER)
            equal(lower["x-amz-source-account"], "111122223333")
    equal(refused(AEP, "--key=a", "--source-arn=arn:no")[0], 1)


@row("debug: is a truth value and takes no next argument")
def _():
    for flags, wanted in ((["--debug"], True), (["--debug=false"], False),
                          (["--debug=T"], True), (["--debug", "false"], True)):
        with started(AEP, *flags) as (kms, plugin, client):
            encrypt(client)
            lines = plugin.lines + plugin.rest()
            equal((flags, any('"level":"debug"' in line for line in lines)), (flags, wanted))


@row("pflag: --flag value and --flag=value; of a flag given twice the last counts")
def _():
    with started(AEP, "--region", "us-east-1", "--region=us-west-2",
                 "--debug", "--debug=false") as (kms, plugin, client):
        encrypt(client)
        assert "/us-west-2/kms/" in kms.requests[0][2]["Authorization"]


@row("pflag: unknown, short and shortened flags and bad numbers are exit 2")
def _():
    for arguments in (["--nope"], ["-k", "a"], ["--regio=x"], ["-key=a"],
                      ["--qps-limit=many"], ["--debug=perhaps"], ["--key"]):
        code, text = refused(AEP, "--key=a", *arguments)
        equal((arguments, code), (arguments, 2))


@row("pflag: arguments that are no flags are ignored, before and after --")
def _():
    with started(AEP, "one", "--region=us-west-2", "--", "--region=none") as (
            kms, plugin, client):
        encrypt(client)
        assert "/us-west-2/kms/" in kms.requests[0][2]["Authorization"]


@row("no environment variable is a flag")
def _():
    lab.ENVIRONMENT["KEY"] = lab.ENVIRONMENT["LISTEN"] = "/nonsense"
    try:
        with started(AEP) as (kms, plugin, client):
            equal(encrypt(client)[2], lab.KEY.encode())
    finally:
        del lab.ENVIRONMENT["KEY"], lab.ENVIRONMENT["LISTEN"]


# ---- without it: the deliberate differences --------------------------------


@row("ours: a missing or empty key, odd health version, spare words are refused, exit 2")
def _():
    table = [
        ([], "--key is missing"),
        (["--key=a,,b", "--listen=/1,/2,/3"], "empty element"),
        (["--key=a", "--health-kms-version=v3"], "v1 or v2"),
        (["--key=a", "extra"], "extra is not a flag"),
        (["--key=a", "--", "extra"], "extra is not a flag"),
        (["--key=a", "--encryption-context=a=1", "--encryption-context=b=1"], "2 times for 1"),
        (["--key=a,b"], "same number of elements"),
        (["--key=a", "--source-arn=arn:no"], "must be an ARN"),
    ]
    for arguments, words in table:
        for none in ([], ["--compat=none"]):
            code, text = refused(*none, *arguments)
            equal((arguments, code), (arguments, 2))
            assert words in text, (arguments, text)


@row("ours: the key's ARN names the Region when nothing else does")
def _():
    region = lab.ENVIRONMENT.pop("AWS_REGION")
    try:
        with started(keys=(ARN,)) as (kms, plugin, client):
            encrypt(client)
            assert "/eu-central-1/kms/" in kms.requests[0][2]["Authorization"]
    finally:
        lab.ENVIRONMENT["AWS_REGION"] = region


@row("a flag of its own wins over --compat, wherever it stands")
def _():
    for arguments in ([AEP, "--status-failure=error"], ["--status-failure=error", AEP]):
        with started(*arguments) as (kms, plugin, client):
            kms.mode = (400, "DisabledException", "off")
            code, _ = client.fails("/v2.KeyManagementService/Status")
            equal((arguments, code.name != "OK"), (arguments, True))
    with started(AEP, "--log-format=text") as (kms, plugin, client):
        equal(plugin.lines[-1][:21], "aws-kms-plugin ready ")


@row("each difference is one row in docs/PLUGIN.md")
def _():
    import re
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    with open(os.path.join(root, "plugin/src/compat/behaviour.h"), encoding="ascii") as file:
        struct = file.read().split("struct behaviour {")[1].split("};")[0]
    fields = re.findall(r"^    \w+ (\w+);", struct, re.MULTILINE)
    with open(os.path.join(root, "docs/PLUGIN.md"), encoding="utf-8") as file:
        section = file.read().split("## Differences from AEP\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert len(fields) > 10, fields
    equal(sorted(fields), sorted(rows))


lab.run()
