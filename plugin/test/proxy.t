#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Through a proxy to AWS's own host name, with TLS and a CA of our own: the
plugin believes that it talks to AWS, the proxy leads to KMS of these tests."""
import os
import ssl
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from plugin_process import *  # noqa: E402,F403

HOST = "kms-fips.eu-west-1.api.aws"


def make_certificate(path):
    """A CA and a certificate for HOST; the paths of CA and chain with key."""
    ca, chain = os.path.join(path, "ca.pem"), os.path.join(path, "chain.pem")
    key = os.path.join(path, "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", "/CN=test", "-keyout", key, "-out", ca,
         "-addext", f"subjectAltName=DNS:{HOST}"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(chain, "w", encoding="utf-8") as out:
        for name in (key, ca):
            with open(name, encoding="utf-8") as part:
                out.write(part.read())
    return ca, chain


def copy(source, to):
    try:
        while data := source.recv(65536):
            to.sendall(data)
    except OSError:
        pass
    for end in (source, to):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


class Leading:
    """A proxy whose every CONNECT leads, through TLS, to one plain server."""

    def __init__(self, chain, port):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(chain)
        self.target = ("127.0.0.1", port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.asked = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.lead, args=(connection,), daemon=True).start()

    def lead(self, connection):
        with connection:
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(4096)
            self.asked.append(head.split(b"\r\n")[0].decode())
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            with contextlib.suppress(OSError), \
                    self.context.wrap_socket(connection, server_side=True) as inner, \
                    socket.create_connection(self.target) as onward:
                threading.Thread(target=copy, args=(inner, onward), daemon=True).start()
                copy(onward, inner)


def ask_health(url):
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def is_late(text):
    return "it is not known yet" in text or "in time" in text


def health(environment):
    """The status of /healthz of a plugin with that environment, and its text,
    once a probe has ended otherwise than by its time, which a busy machine may
    take from it."""
    with folder() as path:
        process = subprocess.Popen(
            [PROGRAM, "--key=alias/k", f"--listen={path}/s", "--health-port=127.0.0.1:0",
             "--max-attempts=1"],
            env={**ENVIRONMENT, **environment}, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        try:
            url = READY.match(process.stdout.readline()).group(2)
            end = time.monotonic() + PATIENCE_S
            status, text = ask_health(url + "/healthz")
            while is_late(text) and time.monotonic() < end:
                status, text = ask_health(url + "/healthz")
            return status, text
        finally:
            process.terminate()
            process.wait(PATIENCE_S)
            process.stdout.close()


@contextlib.contextmanager
def world():
    with folder() as path, Kms() as kms:
        ca, chain = make_certificate(path)
        proxy = Leading(chain, kms.server.server_address[1])
        try:
            yield proxy, {
                "HTTPS_PROXY": proxy.url, "AWS_CA_BUNDLE": ca,
                "AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"}
        finally:
            proxy.listener.close()


@test
def aws_is_reached_through_the_proxy_with_a_ca_of_ours():
    with world() as (proxy, environment):
        equal(health(environment), (200, "OK"))
        equal(set(proxy.asked), {f"CONNECT {HOST}:443 HTTP/1.1"})


@test
def a_ca_that_is_not_trusted_is_told():
    with world() as (_, environment):
        del environment["AWS_CA_BUNDLE"]
        status, text = health(environment)
        equal(status, 500)
        assert "certificate" in text.lower(), text


@test
def a_proxy_that_is_not_there_is_told():
    with world() as (_, environment):
        status, text = health({**environment, "HTTPS_PROXY": "http://127.0.0.1:1"})
        equal(status, 500)
        assert "127.0.0.1 port 1" in text, text


run()
