#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""HTTPS of kms-emulator with real clients: python's ssl, boto3, the AWS CLI,
curl and our plugin, all verifying; and clients that misbehave. Prints TAP."""

import base64
import concurrent.futures
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import warnings

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
# pylint: disable=wrong-import-position
import emulator_process as lab
from emulator_process import test

ACCOUNT = "111122223333"
REGION = "us-east-1"  # of the seed's first key
MANY = 200
PLUGIN = os.path.join(os.environ["KMSLAB_BIN"], "aws-kms-plugin")
SEED = os.path.join(lab.FIXTURES, "seed", "example.json")
SEEDED = "bc436485-5092-42b8-92a3-0aa8b93536dc"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def authority(emulator):
    return os.path.join(emulator.folder, "data", "tls", "ca.pem")


def place(url):
    parts = urllib.parse.urlsplit(url)
    return parts.hostname, parts.port


def trusting(emulator):
    return ssl.create_default_context(cafile=authority(emulator))


def connect(emulator, context=None, name="localhost"):
    raw = socket.create_connection(place(emulator.url), timeout=lab.PATIENCE_S)
    return (context or trusting(emulator)).wrap_socket(raw, server_hostname=name)


def healthy(emulator, context=None):
    connection = http.client.HTTPSConnection(
        *place(emulator.url), timeout=lab.PATIENCE_S, context=context or trusting(emulator)
    )
    connection.request("GET", "/health")
    answer = connection.getresponse()
    assert answer.status == 200 and json.load(answer)["status"] == "ok"
    connection.close()


def refused(*arguments, code):
    done = subprocess.run(
        [lab.PROGRAM, "--listen=127.0.0.1:0", *arguments],
        capture_output=True, text=True, timeout=lab.PATIENCE_S, check=False,
    )
    assert done.returncode == code, f"exit {done.returncode}: {done.stderr}"
    assert done.stdout == "", done.stdout
    return done.stderr


@test
def the_line_says_https_and_both_versions_are_served(emulator):
    assert emulator.url.startswith("https://"), emulator.url
    assert emulator.admin.startswith("http://"), emulator.admin
    for version in ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3:
        context = trusting(emulator)
        context.minimum_version = context.maximum_version = version
        context.set_alpn_protocols(["h2", "http/1.1"])
        with connect(emulator, context) as client:
            assert client.selected_alpn_protocol() == "http/1.1"
            assert client.version() == version.name.replace("_", "."), client.version()
        healthy(emulator, context)
    for name in "127.0.0.1", "kms.test", "10.1.2.3":
        connect(emulator, name=name).close()


@test
def old_versions_other_names_and_other_authorities_are_refused(emulator):
    def fails(context, name="localhost"):
        try:
            connect(emulator, context, name).close()
        except ssl.SSLError as error:
            return str(error)
        raise AssertionError("accepted")

    old = trusting(emulator)
    old.set_ciphers("DEFAULT@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    fails(old)
    assert "CERTIFICATE_VERIFY_FAILED" in fails(ssl.create_default_context())
    assert "Hostname mismatch" in fails(trusting(emulator), "other.test")
    only_h2 = trusting(emulator)
    only_h2.set_alpn_protocols(["h2"])
    got = fails(only_h2)
    assert "no application protocol" in got.lower().replace("_", " "), got
    strict = trusting(emulator)
    strict.verify_flags |= ssl.VERIFY_X509_STRICT
    healthy(emulator, strict)


@test
def boto3_and_the_cli_verify_and_work(emulator):
    try:
        import boto3
    except ImportError:
        return
    kms = boto3.session.Session().client(
        "kms", endpoint_url=emulator.url, region_name=REGION, verify=authority(emulator),
        aws_access_key_id=ACCOUNT, aws_secret_access_key="any",
    )
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"secret" * 600)["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"secret" * 600
    if shutil.which("aws"):
        done = subprocess.run(
            ["aws", "--endpoint-url", emulator.url, "kms", "describe-key", "--key-id", key],
            env={**CREDENTIALS, "AWS_ACCESS_KEY_ID": ACCOUNT, "PATH": os.environ["PATH"],
                 "AWS_CA_BUNDLE": authority(emulator)},
            capture_output=True, text=True, check=False, timeout=lab.PATIENCE_S * 2,
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["KeyMetadata"]["KeyId"] == key
    if shutil.which("curl"):
        done = subprocess.run(
            ["curl", "-sS", "--cacert", authority(emulator), emulator.url + "/health"],
            capture_output=True, text=True, check=False, timeout=lab.PATIENCE_S,
        )
        assert '"status":"ok"' in done.stdout, done.stderr


@test
def the_plugin_verifies_and_works(emulator):
    if not os.access(PLUGIN, os.X_OK):
        return

    def status(bundle):
        with tempfile.TemporaryDirectory() as folder:
            plugin = subprocess.Popen(
                [PLUGIN, f"--key={SEEDED}", f"--listen={folder}/s", "--health-port=127.0.0.1:0",
                 f"--kms-endpoint={emulator.url}"],
                env={**CREDENTIALS, "PATH": os.environ["PATH"], **bundle,
                     **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}},
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )
            try:
                health = plugin.stdout.readline().split()[-1]
                parts = place(health)
                connection = http.client.HTTPConnection(*parts, timeout=lab.PATIENCE_S)
                connection.request("GET", "/healthz")
                return connection.getresponse().status
            finally:
                plugin.terminate()
                plugin.wait(timeout=lab.PATIENCE_S)
                plugin.stdout.close()

    got = status({"AWS_CA_BUNDLE": authority(emulator)})
    assert got == 200, got
    assert status({}) != 200


@test
def many_clients_at_once_are_all_served(emulator):
    context = trusting(emulator)
    barrier = threading.Barrier(MANY)

    def one(_):
        barrier.wait(timeout=lab.PATIENCE_S)
        with connect(emulator, context) as client:
            for _ in range(3):
                client.sendall(b"GET /health HTTP/1.1\r\nHost: h\r\n\r\n")
                got = b""
                while b'"status":"ok"' not in got:
                    part = client.recv(4096)
                    assert part, got
                    got += part
        return True

    with concurrent.futures.ThreadPoolExecutor(MANY) as pool:
        assert sum(pool.map(one, range(MANY))) == MANY


@test
def big_bodies_are_taken_and_too_big_ones_are_told_so(emulator):
    connection = http.client.HTTPSConnection(
        *place(emulator.url), timeout=lab.PATIENCE_S, context=trusting(emulator)
    )
    for size, status in (1024 * 1024, 403), (3 * 1024 * 1024, 413), (100, 403):
        connection.request("POST", "/", b"x" * size)
        answer = connection.getresponse()
        assert answer.status == status, (size, answer.status)
        answer.read()
    connection.request("GET", "/health")
    assert connection.getresponse().status == 200
    connection.close()


@test
def a_client_that_reads_slowly_gets_all_and_delays_nobody(emulator):
    context = trusting(emulator)
    slow = connect(emulator, context)
    slow.sendall(b"GET /health HTTP/1.1\r\nHost: h\r\n\r\n" * 40)
    for _ in range(5):
        began = time.monotonic()
        healthy(emulator)
        assert time.monotonic() - began < 5
    got = b""
    while got.count(b'"status":"ok"') < 40:
        part = slow.recv(97)
        assert part, got
        got += part
    slow.close()


@test
def those_who_vanish_or_talk_nonsense_leave_nothing_behind(emulator):
    for words in b"", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"\x00" * 300, b"\xff" * 20000:
        for _ in range(20):
            with socket.create_connection(place(emulator.url), timeout=lab.PATIENCE_S) as client:
                try:
                    client.sendall(words)
                except OSError:
                    pass
    healthy(emulator)
    folder = f"/proc/{emulator.process.pid}/fd"
    end = time.monotonic() + lab.PATIENCE_S
    while True:
        sockets = sum("socket:" in link(folder, name) for name in os.listdir(folder))
        if sockets < 10:
            return
        assert time.monotonic() < end, f"{sockets} sockets are open"
        time.sleep(0.05)


def link(folder, name):
    try:
        return os.readlink(os.path.join(folder, name))
    except OSError:
        return ""


@test
def plain_http_is_told_to_speak_tls(emulator):
    for method in "GET", "POST":
        connection = http.client.HTTPConnection(*place(emulator.url), timeout=lab.PATIENCE_S)
        connection.request(method, "/", "{}" if method == "POST" else None)
        answer = connection.getresponse()
        assert answer.status == 400, answer.status
        assert b"https://" in answer.read()
        connection.close()


@test
def no_plaintext_stays_in_its_memory(emulator):
    with open(lab.PROGRAM, "rb") as file:
        if re.search(rb"__[at]san_init", file.read()):
            return  # they keep freed memory as it was
    try:
        import boto3
        memory = open(f"/proc/{emulator.process.pid}/mem", "rb", 0)
    except (ImportError, PermissionError):
        return
    kms = boto3.session.Session().client(
        "kms", endpoint_url=emulator.url, region_name=REGION, verify=authority(emulator),
        aws_access_key_id=ACCOUNT, aws_secret_access_key="any",
    )
    secret = os.urandom(48)
    for _ in range(10):
        blob = kms.encrypt(KeyId=SEEDED, Plaintext=secret)["CiphertextBlob"]
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == secret
    marks = {"bytes": secret[:24], "base64": base64.b64encode(secret)[:32], "control": b"us-east-1"}
    found = dict.fromkeys(marks, 0)
    with memory, open(f"/proc/{emulator.process.pid}/maps", encoding="ascii") as maps:
        for line in maps:
            words = line.split()
            if "r" not in words[1] or words[-1] in ("[vvar]", "[vsyscall]"):
                continue
            start, end = (int(word, 16) for word in words[0].split("-"))
            try:
                memory.seek(start)
                held = memory.read(end - start)
            except OSError:
                continue  # a guard page, for one
            for name, mark in marks.items():
                found[name] += held.count(mark)
    assert found.pop("control") > 0 and not any(found.values()), found


@test
def the_authority_stays_over_restarts(emulator):
    before = open(authority(emulator), "rb").read()
    mode = os.stat(authority(emulator).replace("ca.pem", "ca-key.pem")).st_mode
    assert mode & 0o777 == 0o600, oct(mode)
    context = trusting(emulator)
    assert emulator.end() == 0
    os.unlink(authority(emulator))
    emulator.start()
    healthy(emulator, context)
    assert open(authority(emulator), "rb").read() == before


@test
def an_open_connection_does_not_hold_up_the_end(emulator):
    client = connect(emulator)
    hello = socket.create_connection(place(emulator.url))
    began = time.monotonic()
    assert emulator.end() == 0
    assert time.monotonic() - began < 4
    assert client.recv(1) == b""  # with a close_notify: else an error
    client.close()
    hello.close()
    emulator.start()


@test
def files_of_ones_own_are_served_beside_plain_http(emulator):
    folder = os.path.join(emulator.folder, "own")
    os.mkdir(folder)
    key, certificate = os.path.join(folder, "key.pem"), os.path.join(folder, "cert.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out",
         certificate, "-days", "2", "-subj", "/CN=own", "-addext", "subjectAltName=DNS:own.test"],
        check=True, capture_output=True,
    )
    with subprocess.Popen(
        [lab.PROGRAM, "--listen=127.0.0.1:0", "--store=memory", "--admin=none",
         "--listen-tls=[::1]:0", f"--tls-cert={certificate}", f"--tls-key={key}"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:
        try:
            words = process.stdout.readline().split()
            assert words[:2] == ["kms-emulator", "ready"] and words[3] == "tls", words
            assert words[2].startswith("http://") and words[4].startswith("https://[::1]:")
            plain = http.client.HTTPConnection(*place(words[2]), timeout=lab.PATIENCE_S)
            plain.request("GET", "/health")
            assert plain.getresponse().status == 200
            plain.close()
            context = ssl.create_default_context(cafile=certificate)
            raw = socket.create_connection(place(words[4]), timeout=lab.PATIENCE_S)
            with context.wrap_socket(raw, server_hostname="own.test") as client:
                client.sendall(b"GET /health HTTP/1.1\r\nHost: h\r\n\r\n")
                assert client.recv(15) == b"HTTP/1.1 200 OK"
        finally:
            process.terminate()
            assert process.wait(timeout=lab.PATIENCE_S) == 0
    bad = os.path.join(folder, "bad.pem")
    with open(bad, "w", encoding="ascii") as file:
        file.write("no PEM\n")
    memory = ("--store=memory", "--admin=none")
    assert bad in refused(*memory, f"--tls-cert={bad}", f"--tls-key={key}", code=1)
    assert bad in refused(*memory, f"--tls-cert={certificate}", f"--tls-key={bad}", code=1)
    gone = os.path.join(folder, "gone", "ca")
    assert gone in refused(*memory, f"--tls=self-signed={gone}", code=1)
    with open(os.path.join(folder, "ca-key.pem"), "w", encoding="ascii") as file:
        file.write("no PEM\n")
    assert "ca-key.pem" in refused(*memory, f"--tls=self-signed={folder}", code=1)


with lab.Emulator(
    "--tls=self-signed", "--tls-name=kms.test", "--tls-name=10.1.2.3", f"--seed={SEED}"
) as started:
    sys.exit(lab.run_all(started))
