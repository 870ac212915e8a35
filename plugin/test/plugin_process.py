# SPDX-License-Identifier: Apache-2.0
"""What the scripts here share: a started plugin, KMS played by a small HTTP
server, protobuf messages by hand, TAP."""

import base64
import contextlib
import http.server
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.error
import urllib.request

PROGRAM = os.path.join(os.environ["KMSLAB_BIN"], "aws-kms-plugin")
PATIENCE_S = 20
END_S = 60  # for the end: under a sanitizer gRPC core takes long to let calls go
KEY = "alias/script"
READY = re.compile(r"^aws-kms-plugin ready((?: unix:///\S+)+) health (http://\S+)\n$")
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    # The sanitizers' options are the caller's to set.
    **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")},
}

TESTS = []


def test(function):
    """Marks a test."""
    TESTS.append(function)
    return function


def skip_all(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)


class Skip(Exception):
    """Raised by a test for which something is not here."""


def run():
    print(f"1..{len(TESTS)}")
    failed = 0
    for number, function in enumerate(TESTS, 1):
        name = function.__name__
        try:
            function()
            print(f"ok {number} - {name}", flush=True)
        except Skip as why:
            print(f"ok {number} - {name} # SKIP {why}", flush=True)
            # prove does not show that; ci/prove counts this line.
            print(f"{os.path.basename(sys.argv[0])} {name}: skipped: {why}", file=sys.stderr)
        except Exception:
            failed += 1
            print(f"not ok {number} - {name}", flush=True)
            for line in traceback.format_exc().splitlines():
                print(f"# {line}", flush=True)
    sys.exit(1 if failed else 0)


def equal(got, wanted):
    assert got == wanted, f"{got!r} is not {wanted!r}"


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, f"timed out: {what}"
        time.sleep(0.002)


@contextlib.contextmanager
def folder():
    path = tempfile.mkdtemp(prefix="kms-")
    try:
        yield path
    finally:
        shutil.rmtree(path)


# ---- protobuf ------------------------------------------------------------


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def message(*fields):
    """Fields are (number, bytes)."""
    return b"".join(varint(n << 3 | 2) + varint(len(b)) + b for n, b in fields)


def fields_of(data):
    out, at = {}, 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        tag = number()
        assert tag & 7 == 2, "only length-delimited fields are used"
        length = number()
        out[tag >> 3] = data[at : at + length]
        at += length
    return out


# ---- KMS -----------------------------------------------------------------


def seal(plaintext):
    return b"\x01" + bytes(255 - b for b in plaintext)


class Kms:
    """Answers Encrypt and Decrypt as `mode` says: "answer", "silent", a
    number of seconds to wait first, or (status, type, message)."""

    def __init__(self):
        kms = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                kms.serve(self)

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 512

            def handle_error(self, *_):
                pass

        self.mode = "answer"
        self.requests = []
        self.hanging = 0
        self.closed_at = []
        self.lock = threading.Lock()
        self.stopping = False
        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(
            target=self.server.serve_forever, args=(0.01,), daemon=True
        )
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stopping = True
        self.server.shutdown()
        self.server.server_close()

    def serve(self, handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        request = json.loads(body)
        operation = handler.headers["X-Amz-Target"].split(".")[1]
        with self.lock:
            self.requests.append((operation, request, dict(handler.headers)))
        mode = self.mode
        if mode == "silent":
            self.hang(handler)
        elif isinstance(mode, tuple):
            self.send(handler, mode[0], {"__type": mode[1], "message": mode[2]})
        else:
            if isinstance(mode, float):
                time.sleep(mode)
            self.answer(handler, operation, request)

    def hang(self, handler):
        with self.lock:
            self.hanging += 1
        while not self.stopping:
            if select.select([handler.connection], [], [], 0.05)[0]:
                break
        with self.lock:
            self.hanging -= 1
            self.closed_at.append(time.monotonic())
        handler.close_connection = True

    def answer(self, handler, operation, request):
        asked = request.get("KeyId", "")
        arn = "arn:aws:kms:eu-west-1:111122223333:key/script"
        if asked.startswith("arn:"):
            arn = asked
        elif asked and not asked.startswith("alias/"):
            arn = f"arn:aws:kms:eu-west-1:111122223333:key/{asked}"
        out = {"KeyId": arn}
        if operation == "Encrypt":
            blob = seal(base64.b64decode(request["Plaintext"]))
            out["CiphertextBlob"] = base64.b64encode(blob).decode()
        else:
            blob = base64.b64decode(request["CiphertextBlob"])
            plain = bytes(255 - b for b in blob[1:])
            out["Plaintext"] = base64.b64encode(plain).decode()
        self.send(handler, 200, out)

    def send(self, handler, status, out):
        body = json.dumps(out).encode()
        with contextlib.suppress(OSError):
            handler.send_response(status)
            handler.send_header("Content-Type", "application/x-amz-json-1.1")
            handler.send_header("Content-Length", str(len(body)))
            handler.send_header("x-amzn-RequestId", "request-1")
            handler.end_headers()
            handler.wfile.write(body)

    def seen(self, operation):
        """Requests that carry other bytes than the health probe's."""
        probe = base64.b64encode(b"aws-kms-plugin tries out the key").decode()
        probes = (probe, base64.b64encode(seal(base64.b64decode(probe))).decode())
        with self.lock:
            return [
                (request, headers)
                for name, request, headers in self.requests
                if name == operation
                and request.get("Plaintext", request.get("CiphertextBlob"))
                not in probes
            ]


# ---- the plugin ----------------------------------------------------------


class Plugin:
    """A started plugin; ends with the block."""

    def __init__(self, path, kms, *arguments, keys=(KEY,), cache="0s", descriptors=None,
                 home=None):
        self.path = path
        self.log = tempfile.TemporaryFile()
        names = [f"--key={key}" for key in keys]
        listens = [] if path is None else [f"--listen={path}"]
        limited = ["prlimit", f"--nofile={descriptors}"] if descriptors else []
        self.start([*limited, PROGRAM, *names, *listens, f"--kms-endpoint={kms.url}",
                    "--health-port=127.0.0.1:0", f"--health-cache={cache}", *arguments],
                   {**ENVIRONMENT, "HOME": home} if home else ENVIRONMENT)

    @classmethod
    def of(cls, arguments):
        """With these arguments and no others."""
        plugin = cls.__new__(cls)
        plugin.log = tempfile.TemporaryFile()
        plugin.start([PROGRAM, *arguments])
        return plugin

    def start(self, command, environment=ENVIRONMENT):
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self.log, env=environment, text=True,
        )
        self.lines = []  # of standard output, up to the one that says ready
        ready = None
        while ready is None:
            line = self.process.stdout.readline()
            if not line:
                self.process.wait(PATIENCE_S)
                raise AssertionError(f"not ready: {self.lines} {self.said()}")
            self.lines.append(line)
            ready = READY.match(line)
            if line.startswith("{"):  # the log, as --log-format=zap has it
                ready = READY.match(f"aws-kms-plugin {json.loads(line).get('where')}\n")
        self.sockets = ready.group(1).split()
        self.http = ready.group(2)

    def rest(self):
        """Ends it; what else it wrote to standard output."""
        self.process.send_signal(signal.SIGTERM)
        text = self.process.stdout.read()
        equal(self.process.wait(PATIENCE_S), 0)
        return text.splitlines()

    def said(self):
        self.log.seek(0)
        return self.log.read().decode()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(END_S)
        self.process.stdout.close()
        if _[0] is None and code != 0:
            # A sanitizer's report, for one, says what is wrong there.
            raise AssertionError(f"ended with {code}, having said:\n{self.said()}")

    def get(self, path, method="GET", headers=None):
        request = urllib.request.Request(self.http + path, method=method, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def refused(*arguments, environment=None):
    """Runs the plugin, which must not start; its exit code and only line."""
    done = subprocess.run(
        [PROGRAM, *arguments], capture_output=True, text=True,
        timeout=PATIENCE_S, env=environment or ENVIRONMENT, check=False,
    )
    equal(done.stdout, "")
    lines = done.stderr.splitlines()
    equal(len(lines), 1)
    assert lines[0].startswith("aws-kms-plugin: "), lines[0]
    return done.returncode, lines[0]


def bind_foreign(path):
    """A socket there that is another's."""
    foreign = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    foreign.bind(path)
    return foreign
