#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The static programs in a root that holds nothing but them, resolv.conf,
hosts and a CA file: the emulator answers, the plugin finds KMS by name and by
TLS, and what it seals is opened again through its socket. Prints TAP."""

import contextlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "plugin", "test"))
sys.dont_write_bytecode = True

import plugin_process as lab
from plugin_process import equal, fields_of, message, test

try:
    import grpc
except ImportError:
    lab.skip_all("python3-grpcio is not installed")

BIN = os.environ["KMSLAB_BIN"]
ACCOUNT = "111122223333"
V2 = "/v2.KeyManagementService/"
CA_FILE = "etc/ssl/certs/ca-certificates.crt"
MEMORY_MAX_KIB = 10 * 1024


def changer():
    """What runs a command in another root."""
    for words in ["chroot"], ["unshare", "--user", "--map-root-user", "chroot"]:
        tried = subprocess.run([*words, "/", "/bin/true"], capture_output=True, check=False)
        if tried.returncode == 0:
            return words
    lab.skip_all("neither root nor user namespaces: no chroot")
    return []


CHANGE_ROOT = changer()


# ---- the root --------------------------------------------------------------


@contextlib.contextmanager
def root_of(program, **files):
    """An empty root with a program and a few files (path: text)."""
    with lab.folder() as root:
        shutil.copy(os.path.join(BIN, program), root)
        # Pages of a file that is not on disk yet count as the process's own.
        subprocess.run(["sync", os.path.join(root, program)], check=True)
        os.mkdir(os.path.join(root, "run"))
        for path, text in files.items():
            write(root, path, text)
        yield root


def write(root, path, text):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


class Daemon:
    """A program in its root; ends with the block. `ready` is its first line."""

    def __init__(self, root, program, *arguments, environment=None):
        begin = time.monotonic()
        self.process = subprocess.Popen(
            [*CHANGE_ROOT, root, "/" + program, *arguments],
            stdout=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"], **(environment or {})},
        )
        self.ready = self.process.stdout.readline()
        print(f"# {program} ready after {(time.monotonic() - begin) * 1000:.1f} ms, with chroot's exec")
        assert f"{program} ready" in self.ready, self.ready

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(lab.PATIENCE_S)
        self.process.stdout.close()
        if _[0] is None:
            equal(code, 0)

    def private_dirty_kib(self):
        with open(f"/proc/{self.process.pid}/smaps_rollup", encoding="ascii") as file:
            return int(next(line for line in file if line.startswith("Private_Dirty")).split()[1])


# ---- around it -------------------------------------------------------------


class Tls:
    """TLS in front of a port on the loopback."""

    def __init__(self, folder, port):
        self.port_behind = port
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(os.path.join(folder, "cert"), os.path.join(folder, "key"))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with contextlib.suppress(OSError):
            secure = self.context.wrap_socket(client, server_side=True)
            behind = socket.create_connection(("127.0.0.1", self.port_behind))
            threading.Thread(target=self.pump, args=(behind, secure), daemon=True).start()
            self.pump(secure, behind)

    @staticmethod
    def pump(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in source, sink:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Dns:
    """Knows one name, and says that others do not exist. Its port must be 53,
    so each takes a loopback address of its own."""

    count = 0

    def __init__(self, name):
        self.wanted = b"".join(bytes([len(l)]) + l.encode() for l in name.split(".")) + b"\0"
        self.asked = []
        number = os.getpid()
        Dns.count += 1
        self.address = f"127.{53 + Dns.count}.{number >> 8 & 255}.{number & 255}"
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((self.address, 53))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            query, client = self.socket.recvfrom(512)
            end = query.index(b"\0", 12) + 1
            name, kind = query[12:end].lower(), int.from_bytes(query[end:end + 2], "big")
            self.asked.append((name, kind))
            known, address = name == self.wanted, kind == 1
            answers = b""
            if known and address:
                answers = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton("127.0.0.1")
            flags = b"\x81\x80" if known else b"\x81\x83"
            self.socket.sendto(
                query[:2] + flags + b"\0\1" + bytes([0, bool(answers)]) + bytes(4)
                + query[12:end + 4] + answers, client)


def certificate(folder, *names):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", "/CN=kms", "-keyout", os.path.join(folder, "key"),
         "-out", os.path.join(folder, "cert"), "-addext",
         "subjectAltName=" + ",".join("DNS:" + name for name in names)],
        check=True, capture_output=True)
    with open(os.path.join(folder, "cert"), encoding="ascii") as file:
        return file.read()


@contextlib.contextmanager
def cloud():
    """A static emulator in its own root with TLS in front of it: the port, the
    CA's text and the seed's key."""
    seed = os.path.join(HERE, "..", "..", "fixtures", "seed", "example.json")
    with open(seed, encoding="ascii") as file:
        seed = file.read()
    with root_of("kms-emulator", **{"seed.json": seed}) as root, lab.folder() as certificates:
        text = certificate(certificates, "kms.in.hosts", "kms.by.dns")
        with Daemon(root, "kms-emulator", "--listen=127.0.0.1:0", "--store=memory",
                    "--account=" + ACCOUNT, "--seed=/seed.json") as emulator:
            port = int(emulator.ready.split()[2].rsplit(":", 1)[1])
            yield Tls(certificates, port).port, text


@contextlib.contextmanager
def plugin(root, endpoint):
    environment = {
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with Daemon(root, "aws-kms-plugin", "--key=alias/testing", "--listen=/run/s",
                f"--kms-endpoint={endpoint}", "--health-port=127.0.0.1:0",
                environment=environment) as daemon:
        channel = grpc.insecure_channel(f"unix:{root}/run/s")
        daemon.call = lambda method, request=b"": fields_of(
            channel.unary_unary(V2 + method)(request, timeout=lab.PATIENCE_S, wait_for_ready=True))
        with contextlib.closing(channel):
            yield daemon


def seals_and_opens(daemon):
    secret = b"0123456789abcdef"
    sealed = daemon.call("Encrypt", message((1, secret), (2, b"uid")))
    assert secret not in sealed[1], sealed
    opened = daemon.call("Decrypt", message((1, sealed[1]), (2, b"uid"), (3, sealed[2])))
    equal(opened, {1: secret})
    equal(daemon.call("Status")[2], b"ok")


# ---- the tests -------------------------------------------------------------


@test
def the_programs_need_no_interpreter_and_are_hardened():
    for program in "kms-emulator", "aws-kms-plugin", "kmslab":
        headers = subprocess.run(
            ["readelf", "-hldW", os.path.join(BIN, program)],
            capture_output=True, text=True, check=True).stdout
        for missing in "INTERP", "(NEEDED)", "TEXTREL":
            assert missing not in headers, f"{program}: {missing}"
        for wanted in "DYN (", "GNU_RELRO", "BIND_NOW", "Flags: NOW PIE":
            assert wanted in headers, f"{program}: {wanted}"
        stack = next(line for line in headers.splitlines() if "GNU_STACK" in line)
        assert "RWE" not in stack, stack


@test
def the_programs_have_no_name_service_switch():
    # It would load shared objects of whatever glibc the machine has. (kmslab
    # has it, from glob(), and asks it nothing.)
    for program in "kms-emulator", "aws-kms-plugin":
        symbols = subprocess.run(
            ["nm", os.path.join(BIN, program + ".debug")],
            capture_output=True, text=True, check=True).stdout
        assert " main\n" in symbols
        assert "__nss_lookup" not in symbols, program


@test
def the_emulator_starts_and_answers():
    with root_of("kms-emulator") as root:
        with Daemon(root, "kms-emulator", "--listen=127.0.0.1:0", "--data=/run/data") as emulator:
            with urllib.request.urlopen(emulator.ready.split()[2] + "/health") as answer:
                equal(answer.status, 200)
            used = emulator.private_dirty_kib()
            print(f"# kms-emulator: {used} KiB private dirty")
            assert used <= MEMORY_MAX_KIB


@test
def the_plugin_finds_a_name_in_hosts_and_believes_the_ca():
    with cloud() as (port, ca), root_of(
        "aws-kms-plugin", **{CA_FILE: ca, "etc/hosts": "127.0.0.1 kms.in.hosts\n"}
    ) as root:
        with plugin(root, f"https://kms.in.hosts:{port}") as daemon:
            seals_and_opens(daemon)
            used = daemon.private_dirty_kib()
            print(f"# aws-kms-plugin: {used} KiB private dirty after two calls through TLS")
            assert used <= MEMORY_MAX_KIB


@test
def the_plugin_asks_the_server_in_resolv_conf():
    try:
        dns = Dns("kms.by.dns")
    except PermissionError:
        print("# port 53 is not ours to bind: not tried")
        return
    with cloud() as (port, ca), root_of(
        "aws-kms-plugin", **{CA_FILE: ca, "etc/resolv.conf": f"nameserver {dns.address}\n"}
    ) as root:
        with plugin(root, f"https://kms.by.dns:{port}") as daemon:
            seals_and_opens(daemon)
            assert (dns.wanted, 1) in dns.asked, dns.asked


@test
def a_new_server_in_resolv_conf_is_asked_without_a_restart():
    try:
        dns = Dns("kms.by.dns")
    except PermissionError:
        print("# port 53 is not ours to bind: not tried")
        return
    nobody = "nameserver 127.53.255.255\n"
    with cloud() as (port, ca), root_of(
        "aws-kms-plugin", **{CA_FILE: ca, "etc/resolv.conf": nobody}
    ) as root:
        with plugin(root, f"https://kms.by.dns:{port}") as daemon:
            try:
                daemon.call("Encrypt", message((1, b"x"), (2, b"uid")))
            except grpc.RpcError as error:
                equal(error.code(), grpc.StatusCode.UNAVAILABLE)
            else:
                raise AssertionError("sealed, and nobody knew the name")
            write(root, "etc/resolv.conf", f"nameserver {dns.address}\n")
            lab.wait_for(lambda: sealed(daemon), "the new server")


def sealed(daemon):
    try:
        return daemon.call("Encrypt", message((1, b"x"), (2, b"uid")))
    except grpc.RpcError:
        return None


@test
def the_ca_file_is_found_where_other_systems_keep_it():
    for place in "etc/pki/tls/certs/ca-bundle.crt", "etc/ssl/ca-bundle.pem", "etc/ssl/cert.pem":
        with cloud() as (port, ca), root_of(
            "aws-kms-plugin", **{place: ca, "etc/hosts": "127.0.0.1 kms.in.hosts\n"}
        ) as root:
            with plugin(root, f"https://kms.in.hosts:{port}") as daemon:
                seals_and_opens(daemon)


@test
def without_the_ca_or_the_name_nothing_is_sealed():
    with cloud() as (port, ca), lab.folder() as other:
        foreign = certificate(other, "kms.in.hosts")
        table = [
            ({"etc/hosts": "127.0.0.1 kms.in.hosts\n"}, "kms.in.hosts"),
            ({CA_FILE: foreign, "etc/hosts": "127.0.0.1 kms.in.hosts\n"}, "kms.in.hosts"),
            ({CA_FILE: ca, "etc/hosts": "127.0.0.1 kms.unknown\n"}, "kms.unknown"),
            ({CA_FILE: ca, "etc/hosts": "127.0.0.2 kms.else\n"}, "kms.in.hosts"),
        ]
        for files, name in table:
            with root_of("aws-kms-plugin", **files) as root:
                with plugin(root, f"https://{name}:{port}") as daemon:
                    try:
                        daemon.call("Encrypt", message((1, b"x"), (2, b"uid")))
                    except grpc.RpcError as error:
                        equal(error.code(), grpc.StatusCode.UNAVAILABLE)
                    else:
                        raise AssertionError(f"sealed with {sorted(files)}")


lab.run()
