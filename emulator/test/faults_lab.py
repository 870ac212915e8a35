# SPDX-License-Identifier: Apache-2.0
"""An emulator whose faults are armed and looked at by a test: boto3 where what
an SDK sees counts, and bare HTTP where the bytes do."""

import http.client
import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import emulator_process as lab

try:
    import boto3
    from botocore.config import Config
except ImportError:
    lab.skip_all("python3-boto3 is not installed")

ACCOUNT = "111122223333"
REGION = "eu-west-1"
AUTHORIZATION = (
    f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20261128/{REGION}/kms/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64
)


def client(url, timeout_s=lab.PATIENCE_S, account=ACCOUNT, region=REGION, **config):
    return boto3.session.Session().client(
        "kms",
        endpoint_url=url,
        aws_access_key_id=account,
        aws_secret_access_key="any",
        region_name=region,
        config=Config(retries={"max_attempts": 0}, read_timeout=timeout_s, **config),
    )


class Faults:
    """The admin listener's part for faults."""

    def __init__(self, emulator):
        self.admin = emulator.admin

    def ask(self, method, path="", body=None):
        """Gives the HTTP status and the JSON."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.admin + "/faults" + path, data=data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=lab.PATIENCE_S) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def arm(self, kind, match=None, when=None, **parameters):
        """Replaces all rules by one; gives its name."""
        extra = {k: parameters.pop(k) for k in ("ttl", "name", "quiet", "seed")
                 if k in parameters}
        rule = {"do": {"kind": kind, **parameters}, **extra}
        if match is not None:
            rule["match"] = match
        if when is not None:
            rule["when"] = when
        self.heal()
        status, answer = self.ask("POST", "", rule)
        assert status == 201, answer
        return answer["names"][0]

    def rule(self, name):
        _, answer = self.ask("GET")
        return next(r for r in answer["rules"] if r["name"] == name)

    def heal(self):
        assert self.ask("DELETE") == (200, {})

    def saw(self, name, fired, **observed):
        """The rule fired so often, and that is what clients saw. What the
        client saw is known a moment after it saw it."""
        wanted = {k.replace("_", "-"): v for k, v in observed.items()}
        end = time.monotonic() + lab.PATIENCE_S
        while True:
            rule = self.rule(name)
            if rule["fired"] == fired and rule["observed"] == wanted:
                return
            assert time.monotonic() < end, rule
            time.sleep(0.01)


def address_of(url):
    host, port = url.split("//")[1].split(":")
    return host, int(port)


def raw_request(operation, body, scope=None, **headers):
    """The bytes of a request."""
    data = json.dumps(body).encode()
    lines = [
        "POST / HTTP/1.1", "Host: localhost",
        "Content-Type: application/x-amz-json-1.1",
        f"X-Amz-Target: TrentService.{operation}",
        "X-Amz-Date: " + time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),
        f"Authorization: {AUTHORIZATION}", f"Content-Length: {len(data)}",
    ]
    if scope is not None:
        lines.append(f"x-kmslab-scope: {scope}")
    lines += [f"{k.replace('_', '-')}: {v}" for k, v in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def open_socket(url, timeout_s=lab.PATIENCE_S):
    return socket.create_connection(address_of(url), timeout=timeout_s)


def read_all(connection):
    """All bytes until the end, and how it came: closed, reset, silence."""
    received = b""
    try:
        while True:
            part = connection.recv(65536)
            if not part:
                return received, "closed"
            received += part
    except ConnectionResetError:
        return received, "reset"
    except socket.timeout:
        return received, "silence"


def ask_raw(url, operation, body, timeout_s=lab.PATIENCE_S, **headers):
    """A request on a connection that then ends: all bytes and the end."""
    with open_socket(url, timeout_s) as connection:
        connection.sendall(raw_request(operation, body, Connection="close", **headers))
        return read_all(connection)


def post(url, operation, body, **headers):
    """HTTP status, headers, body."""
    connection = http.client.HTTPConnection(*address_of(url), timeout=lab.PATIENCE_S)
    head, data = raw_request(operation, body, **headers).split(b"\r\n\r\n", 1)
    pairs = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
    connection.request("POST", "/", body=data,
                       headers={k: v for k, v in pairs if k != "Content-Length"})
    answer = connection.getresponse()
    result = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return result
