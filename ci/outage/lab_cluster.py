# SPDX-License-Identifier: Apache-2.0
"""An etcd and a kube-apiserver on loopback for one outage, each ended by its
own handle. A restarted kube-apiserver keeps its port."""
import base64
import http.client
import json
import os
import secrets
import signal
import socket
import ssl
import subprocess
import time


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(argv, log, **more):
    with open(log, "ab") as out:
        return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out, **more)


def end(process, patience_s=15):
    if process is None or process.poll() is not None:
        return
    process.send_signal(signal.SIGCONT)
    process.terminate()
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Etcd:
    def __init__(self, program, folder):
        self.port = free_port()
        peer = f"http://127.0.0.1:{free_port()}"
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = start(
            [program, "--data-dir", f"{folder}/etcd", "--unsafe-no-fsync",
             "--listen-client-urls", self.url, "--advertise-client-urls", self.url,
             "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
             "--initial-cluster", f"default={peer}"], f"{folder}/etcd.log")

    def _ask(self, path, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", path, json.dumps(body))
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def get(self, key):
        kvs = self._ask("/v3/kv/range", {"key": encode(key)}).get("kvs")
        return base64.b64decode(kvs[0]["value"]) if kvs else None

    def put(self, key, value):
        self._ask("/v3/kv/put", {"key": encode(key),
                                 "value": base64.b64encode(value).decode()})

    def delete(self, key):
        self._ask("/v3/kv/deleterange", {"key": encode(key)})


def encode(key):
    return base64.b64encode(key.encode()).decode()


class Apiserver:
    """start() returns at once; wait_serving() waits for /livez."""

    def __init__(self, program, etcd, folder, configuration, kms_v1):
        self.program, self.etcd, self.folder = program, etcd, folder
        self.configuration, self.kms_v1 = configuration, kms_v1
        self.port, self.token = free_port(), secrets.token_hex(16)
        self.process = None
        subprocess.check_call(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout",
                               "-out", f"{folder}/sa.key"], stderr=subprocess.DEVNULL)
        with open(os.open(f"{folder}/tokens", os.O_CREAT | os.O_WRONLY, 0o600), "w") as f:
            f.write(f'{self.token},admin,admin,"system:masters"\n')

    def start(self):
        more = ["--feature-gates=KMSv1=true"] if self.kms_v1 else []
        self.process = start(
            [self.program, "--etcd-servers", self.etcd.url, "--bind-address", "127.0.0.1",
             "--advertise-address", "127.0.0.1", "--secure-port", str(self.port),
             "--cert-dir", f"{self.folder}/pki", "--token-auth-file", f"{self.folder}/tokens",
             "--service-account-key-file", f"{self.folder}/sa.key",
             "--service-account-signing-key-file", f"{self.folder}/sa.key",
             "--service-account-issuer", "https://kubernetes.default.svc",
             "--authorization-mode", "RBAC", "--service-cluster-ip-range", "10.0.0.0/24",
             "--endpoint-reconciler-type=none", "--disable-admission-plugins=ServiceAccount",
             "--profiling=false", "--encryption-provider-config", self.configuration, *more],
            f"{self.folder}/kube-apiserver.log")

    def stop(self):
        end(self.process)

    def client(self, timeout_s=10):
        return Client(self.port, self.token, timeout_s)

    def wait(self, path, patience_s=180):
        client, deadline = self.client(), time.monotonic() + patience_s
        while client.ask("GET", path)[0] != 200:
            if self.process.poll() is not None:
                raise RuntimeError(f"kube-apiserver ended; {self.folder}/kube-apiserver.log")
            if time.monotonic() > deadline:
                raise RuntimeError(f"kube-apiserver: {path} is not 200 after {patience_s} s")
            time.sleep(0.2)


NOBODY = (0, "no connection")


class Client:
    """One kept connection; (0, words) where nobody answered."""

    def __init__(self, port, token, timeout_s):
        self.port, self.token, self.timeout_s = port, token, timeout_s
        self.connection = None

    def ask(self, method, path, body=None):
        """A GET that meets a connection closed for idleness is sent again."""
        reused = self.connection is not None
        answer = self._ask(method, path, body)
        if answer == NOBODY and reused and method == "GET":
            answer = self._ask(method, path, body)
        return answer

    def _ask(self, method, path, body):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            if self.connection is None:
                self.connection = http.client.HTTPSConnection(
                    "127.0.0.1", self.port, timeout=self.timeout_s,
                    context=ssl._create_unverified_context())
            self.connection.request(method, path, body and json.dumps(body), headers)
            answer = self.connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as problem:
            if self.connection:
                self.connection.close()
            self.connection = None
            return (0, "no answer in time") if isinstance(problem, TimeoutError) else NOBODY


def fields_of(message):
    """The last field of each number; all are texts."""
    found, at = {}, 0
    while at < len(message):
        number, size, shift = message[at] >> 3, 0, 0
        at += 1
        while True:
            byte = message[at]
            at += 1
            size |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        found[number], at = message[at:at + size], at + size
    return found
