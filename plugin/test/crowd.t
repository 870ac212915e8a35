#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A thousand clients at once, and clients that break off, talk nonsense or ask
for too much, over connections made by hand. Each time the right answers, no
descriptor, thread or memory more afterwards, and the next good call works.
KMS is the emulator. Prints TAP."""

import contextlib
import os
import re
import resource
import signal
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import plugin_process as lab
from grpc_client import V1, V2, Client
from plugin_process import equal, fields_of, message, test
from real_kms import ALIAS, Kms

CLIENTS = 1000
KMS_CONNECTIONS = 512  # the plugin keeps as many at most, and some for health
SPARE = 64
STOP_TIMEOUT_S = 5  # --stop-timeout, for calls under way
TIMER_THREADS = 4  # gRPC core makes another now and then, and some end again
GROWTH_KB = 24 * 1024  # of what a first crowd made the plugin take

with open(lab.PROGRAM, "rb") as program:
    bytes_of_it = program.read()
    if b"__tsan_init" in bytes_of_it:
        lab.skip_all("gRPC core stalls after cancelled calls under ThreadSanitizer")
    # The address sanitizer keeps freed memory for a while.
    MEMORY_COUNTS = b"__asan_init" not in bytes_of_it
# Answers of a thousand bytes that nobody reads: many times what a socket holds.
# With sanitizers more would keep two cores busy past a good call's deadline.
UNREAD = (20 if MEMORY_COUNTS else 3) * CLIENTS

DATA, HEADERS, RST_STREAM, SETTINGS, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 7, 8
END_STREAM, END_HEADERS, ACK = 1, 4, 1
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def text(value):
    assert len(value) < 127
    return bytes([len(value)]) + value.encode()


def headers(method, timeout="20S"):
    """HPACK without its tables: each header in full."""
    fields = {
        ":method": "POST", ":scheme": "http", ":path": method,
        ":authority": "localhost", "te": "trailers",
        "content-type": "application/grpc", "grpc-timeout": timeout,
    }
    return b"".join(b"\0" + text(n) + text(v) for n, v in fields.items())


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(
        ">BBI", kind, flags, stream) + payload


def call_bytes(method, request, stream=1):
    """A whole call, in one piece."""
    body = struct.pack(">BI", 0, len(request)) + request
    return frame(HEADERS, END_HEADERS, stream, headers(method)) + frame(
        DATA, END_STREAM, stream, body)


class Wire:
    """A connection to the plugin, without any gRPC library."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(lab.PATIENCE_S)
        self.socket.connect(path)
        wide = struct.pack(">I", 1 << 30)  # what it may answer unread
        self.socket.sendall(
            PREFACE + frame(SETTINGS, 0, 0) + frame(WINDOW_UPDATE, 0, 0, wide))
        self.got, self.messages, self.ended, self.stream = b"", {}, set(), -1
        self.settings = {}  # the plugin's

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def start(self, method, request):
        self.stream += 2
        self.send(call_bytes(method, request, self.stream))
        return self.stream

    def read_some(self):
        """False once the plugin has closed."""
        data = self.socket.recv(65536)
        self.got += data
        while len(self.got) >= 9:
            length = int.from_bytes(self.got[:3], "big")
            if len(self.got) < 9 + length:
                break
            kind, flags = self.got[3], self.got[4]
            stream = int.from_bytes(self.got[5:9], "big")
            payload, self.got = self.got[9:9 + length], self.got[9 + length:]
            if kind == SETTINGS and not flags & ACK:
                self.settings.update(struct.iter_unpack(">HI", payload))
                self.send(frame(SETTINGS, ACK, 0))
            elif kind == DATA:
                self.messages[stream] = self.messages.get(stream, b"") + payload
            if kind in (DATA, HEADERS) and flags & END_STREAM or kind == RST_STREAM:
                self.ended.add(stream)
        return bool(data)

    def read_some_or_closed(self):
        try:
            return self.read_some()
        except OSError:
            return False

    def answer(self, stream):
        """The message that came; None where there was only a status."""
        while stream not in self.ended:
            assert self.read_some(), "the plugin closed the connection"
        self.ended.remove(stream)
        body = self.messages.pop(stream, None)
        return None if body is None else fields_of(body[5:])


class Use:
    """What the plugin's process takes."""

    def __init__(self, plugin):
        pid = plugin.process.pid
        # The plugin lets nobody look into it: for others than root its metrics count.
        if os.geteuid() == 0:
            self.descriptors = len(os.listdir(f"/proc/{pid}/fd"))
        else:
            self.descriptors = int(re.search(r"(?m)^process_open_fds (\d+)", plugin.get("/metrics")[1])[1])
        with open(f"/proc/{pid}/status", encoding="ascii") as lines:
            status = dict(line.split(":", 1) for line in lines)
        self.threads = int(status["Threads"])
        self.resident_kb = int(status["VmRSS"].split()[0])


@contextlib.contextmanager
def flow():
    with lab.folder() as place, Kms() as kms:
        path = os.path.join(place, "s")
        with lab.Plugin(
            path, kms, "--health-kms-version=v2", keys=(ALIAS,), cache="30s"
        ) as plugin:
            lab.wait_for(lambda: plugin.get("/healthz")[0] == 200, "the first probe")
            works(plugin)
            yield plugin


def works(plugin):
    """The next good call does, and the key is well."""
    with Client(plugin.path) as client:
        sealed = client.call(V2 + "Encrypt", message((1, b"good"), (2, b"u")))
        opened = client.call(V2 + "Decrypt", message((1, sealed[1]), (2, b"u")))
        equal((opened[1], sealed[2]), (b"good", ALIAS.encode()))
        equal(client.call(V2 + "Status")[2], b"ok")


def settles(plugin, before):
    """Nothing of a crowd that has gone is left but connections to KMS."""
    end = time.monotonic() + lab.PATIENCE_S
    while True:
        now = Use(plugin)
        if (now.descriptors <= before.descriptors + KMS_CONNECTIONS
                and now.threads <= before.threads + TIMER_THREADS):
            return
        assert time.monotonic() < end, (
            f"descriptors {before.descriptors} became {now.descriptors}, "
            f"threads {before.threads} became {now.threads}")
        time.sleep(0.01)


def crowd(plugin):
    """A thousand connections; each encrypts, then reads its neighbour's."""
    wires = [Wire(plugin.path) for _ in range(CLIENTS)]
    try:
        for number, wire in enumerate(wires):
            wire.start(V2 + "Encrypt", message((1, b"secret %d" % number), (2, b"u")))
        use = Use(plugin)
        sealed = [wire.answer(1) for wire in wires]
        for answer in sealed:
            equal((answer[1][:1], answer[2]), (b"1", ALIAS.encode()))
        equal(len({answer[1] for answer in sealed}), CLIENTS)
        for number, wire in enumerate(wires):
            blob = sealed[(number + 1) % CLIENTS][1]
            wire.start(V2 + "Decrypt", message((1, blob), (2, b"u")))
        for number, wire in enumerate(wires):
            equal(wire.answer(3)[1], b"secret %d" % ((number + 1) % CLIENTS))
        return use
    finally:
        for wire in wires:
            wire.close()


@test
def a_connection_has_a_limit_of_calls_at_once():
    with flow() as plugin:
        wire = Wire(plugin.path)
        stream = wire.start(V2 + "Status", b"")
        assert wire.answer(stream)[1] == b"v2beta1"
        equal(wire.settings[3], 1024)  # SETTINGS_MAX_CONCURRENT_STREAMS
        for _ in range(3 * 1024):  # they are begun and never ended
            wire.stream += 2
            try:
                wire.send(frame(HEADERS, END_HEADERS, wire.stream, headers(V2 + "Encrypt")))
            except OSError:
                break
        while wire.read_some_or_closed():
            pass
        wire.close()
        works(plugin)


@test
def a_thousand_clients_at_once_get_their_own_answers():
    with flow() as plugin:
        before = Use(plugin)
        during = crowd(plugin)
        assert during.descriptors <= before.descriptors + CLIENTS + KMS_CONNECTIONS + SPARE
        assert during.threads <= before.threads + TIMER_THREADS, during.threads
        settles(plugin, before)
        first = Use(plugin)
        crowd(plugin)
        settles(plugin, before)
        grown = Use(plugin).resident_kb - first.resident_kb
        if MEMORY_COUNTS:
            assert grown < GROWTH_KB, f"{grown} KB more by the second thousand"
        works(plugin)


@test
def a_thousand_calls_on_one_connection_get_their_own_answers():
    with flow() as plugin:
        before = Use(plugin)
        wire = Wire(plugin.path)
        streams = [
            wire.start(V2 + "Encrypt", message((1, b"%d" % n), (2, b"u")))
            for n in range(CLIENTS)
        ]
        sealed = [wire.answer(stream)[1] for stream in streams]
        streams = [
            wire.start(V1 + "Decrypt", message((1, b"v1beta1"), (2, blob)))
            for blob in sealed
        ]
        for number, stream in enumerate(streams):
            equal(wire.answer(stream)[1], b"%d" % number)
        wire.close()
        settles(plugin, before)
        works(plugin)


@test
def the_same_bytes_a_thousand_times_at_once_are_few_calls():
    with flow() as plugin:
        wire = Wire(plugin.path)
        first = wire.start(V2 + "Encrypt", message((1, b"the seed"), (2, b"u")))
        request = message((1, wire.answer(first)[1]), (2, b"u"))
        streams = [wire.start(V2 + "Decrypt", request) for _ in range(CLIENTS)]
        for stream in streams:
            equal(wire.answer(stream)[1], b"the seed")
        wire.close()
        name = f'aws_kms_plugin_decrypts_joined_total{{key="{ALIAS}"}} '
        metrics = plugin.get("/metrics")[1]
        joined = int(metrics.partition(name)[2].partition("\n")[0])
        assert joined > 0, metrics


@test
def clients_that_vanish_leave_nothing():
    with flow() as plugin:
        before = Use(plugin)
        whole = PREFACE + frame(SETTINGS, 0, 0) + call_bytes(
            V2 + "Encrypt", message((1, b"x"), (2, b"u")))
        for cut in list(range(0, len(whole), 7)) * 3 + [len(whole)] * 300:
            peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            peer.connect(plugin.path)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                peer.sendall(whole[:cut])
            peer.close()
        settles(plugin, before)
        works(plugin)


@test
def calls_that_are_reset_leave_nothing():
    with flow() as plugin:
        before = Use(plugin)
        wire = Wire(plugin.path)
        for _ in range(CLIENTS):
            stream = wire.start(V2 + "Encrypt", message((1, b"x"), (2, b"u")))
            wire.send(frame(RST_STREAM, 0, stream, struct.pack(">I", 8)))
        stream = wire.start(V2 + "Encrypt", message((1, b"x"), (2, b"u")))
        equal(wire.answer(stream)[2], ALIAS.encode())
        wire.close()
        settles(plugin, before)
        works(plugin)


def ends(plugin, data):
    """The plugin answers or closes; it neither hangs nor dies."""
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    peer.settimeout(lab.PATIENCE_S)
    peer.connect(plugin.path)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        peer.sendall(data)
        peer.shutdown(socket.SHUT_WR)
        while peer.recv(65536):
            pass
    peer.close()


@test
def nonsense_is_answered_or_closed():
    with flow() as plugin:
        before = Use(plugin)
        hello = PREFACE + frame(SETTINGS, 0, 0)
        begun = hello + frame(
            HEADERS, END_HEADERS, 1, headers(V2 + "Encrypt"))
        for data in (
            b"", b"\0" * 4096, b"\xff" * 4096, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            PREFACE[:10], PREFACE + b"\xff" * 9, hello + b"\xff" * 64,
            hello + frame(HEADERS, END_HEADERS | END_STREAM, 1, b"\xff" * 100),
            hello + frame(HEADERS, END_HEADERS | END_STREAM, 0, headers("/x")),
            hello + frame(DATA, END_STREAM, 1, b"no call of that number"),
            begun + frame(DATA, END_STREAM, 1, b"\0\0"),
            begun + frame(DATA, END_STREAM, 1, b"\0\0\0\0\xff half"),
            begun + frame(DATA, END_STREAM, 1, b"\x01\0\0\0\x01x"),  # compressed
            begun + frame(DATA, END_STREAM, 1, b"\x07\0\0\0\x01x"),
            begun + frame(DATA, END_STREAM, 1, b"\0\xff\xff\xff\xff"),
            begun + frame(DATA, END_STREAM, 1),  # no message at all
            hello + frame(HEADERS, END_HEADERS | END_STREAM, 1, headers(V2 + "Encrypt")),
            hello + frame(GOAWAY, 0, 0, b"\0" * 8),
        ):
            ends(plugin, data)
            works(plugin)
        settles(plugin, before)


@test
def a_message_over_four_mebibytes_takes_no_memory_for_what_does_not_come():
    with flow() as plugin:
        before = Use(plugin)
        size = 5 << 20
        wire = Wire(plugin.path)
        begun = time.monotonic()
        wire.send(frame(HEADERS, END_HEADERS, 1, headers(V2 + "Encrypt", timeout="1S")))
        wire.send(frame(DATA, 0, 1, struct.pack(">BI", 0, size) + b"x" * 1000))
        equal(wire.answer(1), None)
        assert time.monotonic() - begun < lab.PATIENCE_S / 2, "its deadline is one second"
        stream = 3
        wire.send(call_bytes(V2 + "Encrypt", message((1, b"x"), (2, b"u")), stream))
        equal(wire.answer(stream)[2], ALIAS.encode())
        wire.close()
        settles(plugin, before)
        grown = Use(plugin).resident_kb - before.resident_kb
        if MEMORY_COUNTS:
            assert grown < size // 1024, f"{grown} KB"


@test
def methods_that_nobody_has_are_refused_a_thousand_times():
    with flow() as plugin:
        wire = Wire(plugin.path)
        names = ("/v2.KeyManagementService/Rotate", "/v3.KeyManagementService/Encrypt",
                 "/", "/x", "/v2.KeyManagementService/encrypt")
        streams = [wire.start(names[n % len(names)], b"") for n in range(CLIENTS)]
        for stream in streams:
            equal(wire.answer(stream), None)
        stream = wire.start(V2 + "Encrypt", message((1, b"x"), (2, b"u")))
        equal(wire.answer(stream)[2], ALIAS.encode())
        wire.close()
        works(plugin)


@test
def a_client_that_stays_holds_up_no_stop():
    with flow() as plugin:
        wire = Wire(plugin.path)
        stream = wire.start(V2 + "Encrypt", message((1, b"x"), (2, b"u")))
        equal(wire.answer(stream)[2], ALIAS.encode())
        began = time.monotonic()
        plugin.process.send_signal(signal.SIGTERM)
        equal(plugin.process.wait(lab.PATIENCE_S), 0)
        took = time.monotonic() - began
        assert took < STOP_TIMEOUT_S, took
        wire.close()


@test
def a_client_that_reads_nothing_holds_up_nobody():
    with flow() as plugin:
        deaf = Wire(plugin.path)
        deaf.socket.settimeout(1)
        with contextlib.suppress(TimeoutError, BlockingIOError):
            for _ in range(UNREAD):
                deaf.start(V2 + "Encrypt", message((1, b"x" * 1000), (2, b"u")))
        works(plugin)
        deaf.close()
        works(plugin)


soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
wanted = 4 * CLIENTS
if hard != resource.RLIM_INFINITY and hard < wanted:
    lab.skip_all(f"the limit of descriptors is {hard}")
resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
lab.run()
