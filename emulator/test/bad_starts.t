#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Starts and stops of kms-emulator: what it says and leaves behind when it
cannot start, and that it ends as it should when it could. Prints TAP."""

import http.client
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import traceback

PROGRAM = os.path.join(os.environ["KMSLAB_BIN"], "kms-emulator")
PATIENCE_S = 20
READY = re.compile(
    r"^kms-emulator ready http://127\.0\.0\.1:(\d+)"
    r" admin http://127\.0\.0\.1:(\d+)\n$"
)


TESTS = []


def test(function):
    """Marks a test; it may return why it was skipped."""
    TESTS.append(function)
    return function


class Emulator:
    """A started emulator; ends with the block."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [PROGRAM, "--listen", "127.0.0.1:0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        line = self.process.stdout.readline()
        match = READY.match(line)
        assert match, f"not a readiness line: {line!r}"
        self.port, self.admin_port = (int(port) for port in match.groups())
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=PATIENCE_S)

    def ask(self, method, path, port=None, body=None):
        connection = http.client.HTTPConnection(
            "127.0.0.1", port or self.port, timeout=PATIENCE_S
        )
        connection.request(method, path, body=body)
        response = connection.getresponse()
        answer = response.status, response.read().decode()
        connection.close()
        return answer

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE_S)


def refused(*arguments, code=1):
    """Starts, and returns the one line on standard error it ends with."""
    done = subprocess.run(
        [PROGRAM, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == code, f"exit {done.returncode}: {done.stderr}"
    assert done.stdout == "", f"on standard output: {done.stdout!r}"
    assert done.stderr.startswith("kms-emulator: "), done.stderr
    if code == 1:
        assert done.stderr.count("\n") == 1, f"not one line: {done.stderr!r}"
    return done.stderr


def contents(folder):
    """What a folder holds: its files byte for byte, and the records of its
    store (SQLite's own book-keeping may differ from start to start)."""
    held = {}
    for name in sorted(os.listdir(folder)):
        if not name.startswith("store.db"):
            with open(os.path.join(folder, name), "rb") as file:
                held[name] = file.read()
    store = sqlite3.connect(os.path.join(folder, "store.db"))
    held["records"] = store.execute("SELECT * FROM record").fetchall()
    store.close()
    return held


class Scratch:
    """A temporary folder, and in it a store that was used once."""

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="kmslab-")
        self.data = os.path.join(self.path, "data")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)

    def used(self):
        with Emulator("--data", self.data) as emulator:
            assert emulator.stop() == 0
        return self.data

    def file(self, name, text):
        path = os.path.join(self.path, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


def refused_unchanged(data, *arguments):
    before = contents(data)
    line = refused("--listen", "127.0.0.1:0", "--data", data, *arguments)
    assert contents(data) == before, "the data folder changed"
    return line


@test
def ready_line_names_the_real_ports_and_sigterm_ends_with_0():
    with Scratch() as scratch, Emulator("--data", scratch.data) as emulator:
        for port in emulator.port, emulator.admin_port:
            status, body = emulator.ask("GET", "/health", port)
            assert status == 200 and '"status":"ok"' in body, body
        assert emulator.stop() == 0


@test
def sigint_ends_with_0_and_memory_leaves_no_file():
    with Scratch() as scratch:
        os.chdir(scratch.path)
        try:
            with Emulator("--store", "memory") as emulator:
                assert emulator.ask("GET", "/health")[0] == 200
                assert emulator.stop(signal.SIGINT) == 0
            assert os.listdir(scratch.path) == []
        finally:
            os.chdir("/")


@test
def idle_and_half_sent_requests_do_not_hold_up_the_stop():
    with Emulator("--store", "memory") as emulator:
        idle, half = (
            socket.create_connection(("127.0.0.1", emulator.port))
            for _ in range(2)
        )
        half.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Le")
        assert emulator.stop() == 0
        idle.close()
        half.close()


@test
def the_admin_port_resets_moves_the_clock_and_counts():
    with Emulator("--store", "memory") as emulator:
        admin = emulator.admin_port
        assert emulator.ask("POST", "/reset", admin) == (200, "{}")
        before = emulator.ask("GET", "/clock", admin)
        after = emulator.ask("POST", "/clock?advance=9600h", admin)
        assert before[0] == after[0] == 200 and before < after
        status, text = emulator.ask("GET", "/metrics", admin)
        assert status == 200
        assert "kms_emulator_connections_open 0\n" in text, text
        assert emulator.ask("GET", "/nothing", admin)[0] == 404


@test
def unknown_paths_and_broken_bodies_are_client_errors():
    with Emulator("--store", "memory") as emulator:
        for method, path, body in (
            ("GET", "/", None),
            ("GET", "/unknown", None),
            ("POST", "/", b"{"),
            ("POST", "/", b"\xff\x00"),
            ("PUT", "/health", b"x"),
        ):
            status = emulator.ask(method, path, body=body)[0]
            assert 400 <= status < 500, f"{method} {path}: {status}"
        assert emulator.ask("GET", "/health")[0] == 200


@test
def a_port_in_use_is_named():
    with socket.socket() as taken, Scratch() as scratch:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        for flag in "--listen", "--admin":
            other = "--admin" if flag == "--listen" else "--listen"
            line = refused(
                flag, where, other, "127.0.0.1:0", "--data", scratch.data
            )
            assert where in line and "in use" in line and flag in line, line


@test
def an_address_of_another_machine_is_named():
    line = refused("--listen", "192.0.2.1:0", "--store", "memory")
    assert "192.0.2.1:0" in line, line


@test
def wrong_usage_exits_2():
    for arguments in (
        ["--listen", "4599"],
        ["--admin", "0.0.0.0:0"],
        ["--account", "12"],
        ["--bogus"],
        ["operand"],
    ):
        line = refused(*arguments, code=2)
        assert "--help" in line and arguments[-1] in line, line


@test
def a_data_folder_that_cannot_be_is_named():
    with Scratch() as scratch:
        file = scratch.file("file", "")
        missing = os.path.join(scratch.path, "no", "such")
        for data in file, missing:
            line = refused("--listen", "127.0.0.1:0", "--data", data)
            assert data in line, line
        assert sorted(os.listdir(scratch.path)) == ["file"]


@test
def a_data_folder_that_is_not_writable_is_named():
    if os.geteuid() == 0:
        return "root may write everywhere"
    with Scratch() as scratch:
        os.mkdir(scratch.data, 0o500)
        line = refused("--listen", "127.0.0.1:0", "--data", scratch.data)
        assert scratch.data in line and "permission" in line, line
        assert os.listdir(scratch.data) == []
    return None


@test
def a_store_in_use_is_not_opened_twice():
    with Scratch() as scratch, Emulator("--data", scratch.data) as emulator:
        line = refused("--listen", "127.0.0.1:0", "--data", scratch.data)
        assert scratch.data in line and "another process" in line, line
        assert emulator.ask("GET", "/health")[0] == 200


@test
def a_store_of_a_newer_version_is_left_alone():
    with Scratch() as scratch:
        data = scratch.used()
        store = sqlite3.connect(os.path.join(data, "store.db"))
        version = store.execute("PRAGMA user_version").fetchone()[0]
        store.execute(f"PRAGMA user_version = {version + 1}")
        store.close()
        assert "newer" in refused_unchanged(data)


@test
def a_file_that_is_no_store_is_left_alone():
    with Scratch() as scratch:
        os.mkdir(scratch.data, 0o700)
        text = "not a database" * 100
        path = scratch.file("data/store.db", text)
        line = refused("--listen", "127.0.0.1:0", "--data", scratch.data)
        assert scratch.data in line, line
        with open(path, encoding="utf-8") as file:
            assert file.read() == text


@test
def a_missing_root_key_is_not_made_anew():
    with Scratch() as scratch:
        data = scratch.used()
        os.remove(os.path.join(data, "root.key"))
        line = refused_unchanged(data)
        assert "root.key" in line, line


@test
def another_root_key_does_not_open_the_store():
    with Scratch() as scratch:
        data = scratch.used()
        key = scratch.file("other.key", "00" * 32 + "\n")
        os.chmod(key, 0o600)
        line = refused_unchanged(data, "--root-key", key)
        assert key in line, line


@test
def a_root_key_that_others_may_read_or_that_is_none_is_refused():
    with Scratch() as scratch:
        data = scratch.used()
        key = os.path.join(data, "root.key")
        assert os.stat(key).st_mode & 0o777 == 0o600
        os.chmod(key, 0o644)
        assert key in refused_unchanged(data)
        os.chmod(key, 0o600)
        with open(key, "w", encoding="utf-8") as file:
            file.write("not a key\n")
        assert key in refused_unchanged(data)


@test
def a_seed_that_cannot_be_read_is_named():
    with Scratch() as scratch:
        data = scratch.used()
        missing = os.path.join(scratch.path, "missing.json")
        assert missing in refused_unchanged(data, "--seed", missing)
        for text in "{", "[]", '{"keys":7}', '{"keys":[{"bogus":1}]}':
            seed = scratch.file("seed.json", text)
            assert seed in refused_unchanged(data, "--seed", seed)


def main():
    failed = 0
    print(f"1..{len(TESTS)}", flush=True)
    for number, function in enumerate(TESTS, 1):
        try:
            reason = function()
            skip = f" # SKIP {reason}" if reason else ""
            print(f"ok {number} - {function.__name__}{skip}", flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            print(f"not ok {number} - {function.__name__}", flush=True)
            print("# " + traceback.format_exc().replace("\n", "\n# "))
    return 1 if failed else 0


sys.exit(main())
