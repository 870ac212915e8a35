#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Starts and stops of kms-emulator: what it says and leaves behind when it
cannot start, and that it ends as it should when it could. Prints TAP."""

import http.client
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
# pylint: disable=wrong-import-position
import emulator_process as lab
from emulator_process import test

LOOPBACK = re.compile(r"http://127\.0\.0\.1:[1-9][0-9]*$")


def ask(url, method, path, body=None):
    connection = http.client.HTTPConnection(
        url.removeprefix("http://"), timeout=lab.PATIENCE_S
    )
    connection.request(method, path, body=body)
    response = connection.getresponse()
    answer = response.status, response.read().decode()
    connection.close()
    return answer


def refused(*arguments, code=1, through=()):
    """Starts, and returns the one line on standard error it ends with."""
    done = subprocess.run(
        [*through, lab.PROGRAM, *arguments],
        capture_output=True,
        text=True,
        timeout=lab.PATIENCE_S,
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


def data_of(emulator):
    return os.path.join(emulator.folder, "data")


def ended(emulator):
    """Ends the emulator and gives its data folder, which is then a used one."""
    assert emulator.end() == 0
    return data_of(emulator)


def write(folder, name, text):
    path = os.path.join(folder, name)
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
    with lab.Emulator() as emulator:
        for url in emulator.url, emulator.admin:
            assert LOOPBACK.match(url), url
            status, body = ask(url, "GET", "/health")
            assert status == 200 and '"status":"ok"' in body, body
        assert emulator.end() == 0


@test
def sigint_ends_with_0_and_memory_leaves_no_file():
    with lab.Emulator("--store=memory") as emulator:
        assert ask(emulator.url, "GET", "/health")[0] == 200
        assert emulator.end(signal.SIGINT) == 0
        assert os.listdir(emulator.folder) == []


@test
def idle_and_half_sent_requests_do_not_hold_up_the_stop():
    with lab.Emulator("--store=memory") as emulator:
        port = int(emulator.url.rsplit(":", 1)[1])
        idle, half = (
            socket.create_connection(("127.0.0.1", port)) for _ in range(2)
        )
        half.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Le")
        assert emulator.end() == 0
        idle.close()
        half.close()


@test
def the_admin_port_resets_moves_the_clock_and_counts():
    with lab.Emulator("--store=memory") as emulator:
        admin = emulator.admin
        assert ask(admin, "POST", "/reset") == (200, "{}")
        before = ask(admin, "GET", "/clock")
        after = ask(admin, "POST", "/clock?advance=9600h")
        assert before[0] == after[0] == 200 and before < after
        status, text = ask(admin, "GET", "/metrics")
        assert status == 200
        assert "kms_emulator_connections_open 0\n" in text, text
        assert ask(admin, "GET", "/nothing")[0] == 404


@test
def unknown_paths_and_broken_bodies_are_client_errors():
    with lab.Emulator("--store=memory") as emulator:
        for method, path, body in (
            ("GET", "/", None),
            ("GET", "/unknown", None),
            ("POST", "/", b"{"),
            ("POST", "/", b"\xff\x00"),
            ("PUT", "/health", b"x"),
        ):
            status = ask(emulator.url, method, path, body)[0]
            assert 400 <= status < 500, f"{method} {path}: {status}"
        assert ask(emulator.url, "GET", "/health")[0] == 200


@test
def a_port_in_use_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        for flag, other in ("--listen", "--admin"), ("--admin", "--listen"):
            line = refused(
                flag, where, other, "127.0.0.1:0", "--store", "memory"
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
    with tempfile.TemporaryDirectory(prefix="kmslab-") as folder:
        file = write(folder, "file", "")
        missing = os.path.join(folder, "no", "such")
        for data in file, missing:
            line = refused("--listen", "127.0.0.1:0", "--data", data)
            assert data in line, line
        assert os.listdir(folder) == ["file"]


@test
def a_data_folder_that_is_not_writable_is_named():
    # Root may write everywhere, unless it gives that up.
    through = ("setpriv", "--bounding-set=-dac_override")
    with tempfile.TemporaryDirectory(prefix="kmslab-") as folder:
        os.chmod(folder, 0o500)
        line = refused(
            "--listen=127.0.0.1:0",
            "--data",
            folder,
            through=through if os.geteuid() == 0 else (),
        )
        assert folder in line and "permission" in line, line
        assert os.listdir(folder) == []


@test
def a_store_in_use_is_not_opened_twice():
    with lab.Emulator() as emulator:
        data = data_of(emulator)
        line = refused("--listen", "127.0.0.1:0", "--data", data)
        assert data in line and "another process" in line, line
        assert ask(emulator.url, "GET", "/health")[0] == 200


@test
def a_store_of_a_newer_version_is_left_alone():
    with lab.Emulator() as emulator:
        data = ended(emulator)
        store = sqlite3.connect(os.path.join(data, "store.db"))
        version = store.execute("PRAGMA user_version").fetchone()[0]
        store.execute(f"PRAGMA user_version = {version + 1}")
        store.close()
        assert "newer" in refused_unchanged(data)


@test
def a_file_that_is_no_store_is_left_alone():
    with tempfile.TemporaryDirectory(prefix="kmslab-") as folder:
        text = "not a database" * 100
        path = write(folder, "store.db", text)
        line = refused("--listen", "127.0.0.1:0", "--data", folder)
        assert folder in line, line
        with open(path, encoding="utf-8") as file:
            assert file.read() == text


@test
def a_missing_root_key_is_not_made_anew():
    with lab.Emulator() as emulator:
        data = ended(emulator)
        os.remove(os.path.join(data, "root.key"))
        line = refused_unchanged(data)
        assert "root.key" in line, line


@test
def another_root_key_does_not_open_the_store():
    with lab.Emulator() as emulator:
        data = ended(emulator)
        key = write(emulator.folder, "other.key", "00" * 32 + "\n")
        os.chmod(key, 0o600)
        line = refused_unchanged(data, "--root-key", key)
        assert key in line, line


@test
def a_root_key_that_others_may_read_or_that_is_none_is_refused():
    with lab.Emulator() as emulator:
        data = ended(emulator)
        key = os.path.join(data, "root.key")
        assert os.stat(key).st_mode & 0o777 == 0o600
        os.chmod(key, 0o644)
        assert key in refused_unchanged(data)
        os.chmod(key, 0o600)
        write(data, "root.key", "not a key\n")
        assert key in refused_unchanged(data)


@test
def a_seed_that_cannot_be_read_is_named():
    with lab.Emulator() as emulator:
        data = ended(emulator)
        missing = os.path.join(emulator.folder, "missing.json")
        assert missing in refused_unchanged(data, "--seed", missing)
        for text in "{", "[]", '{"keys":7}', '{"keys":[{"bogus":1}]}':
            seed = write(emulator.folder, "seed.json", text)
            assert seed in refused_unchanged(data, "--seed", seed)


sys.exit(lab.run_all())
