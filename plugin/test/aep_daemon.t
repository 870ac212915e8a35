#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Socket, signals and logs as aws-encryption-provider has them, and as we do.
Prints TAP."""

import json
import os
import re
import signal
import stat
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import plugin_process as lab
from aep_rows import AEP, decrypt, encrypt, refused, row, started
from grpc_client import V1, V2, Client
from plugin_process import equal, message


@row("socket: whatever lies at the path is removed: a file, a dead socket")
def _():
    for make in (lambda path: open(path, "w", encoding="ascii").close(),
                 lambda path: lab.bind_foreign(path).close()):
        with lab.folder() as place, lab.Kms() as kms:
            path = os.path.join(place, "s")
            make(path)
            with lab.Plugin(path, kms, AEP), Client(path) as client:
                encrypt(client)


@row("a profile that is named and not there ends the start: exit 1, the SDK's words")
def _():
    with lab.folder() as place:
        before = dict(lab.ENVIRONMENT)
        lab.ENVIRONMENT.update(AWS_PROFILE="none", HOME=place)
        try:
            code, text = refused(AEP, "--key=a", f"--listen={place}/s",
                                 "--health-port=127.0.0.1:0")
            equal(code, 1)
            assert "failed to get shared config profile, none" in text, text
            assert not os.path.exists(f"{place}/s")
            with started() as (kms, plugin, client):  # ours: keys of the environment count
                encrypt(client)
        finally:
            lab.ENVIRONMENT.clear()
            lab.ENVIRONMENT.update(before)


@row("capabilities are kept")
def _():
    def effective(place):
        with open(f"/proc/{place}/status", encoding="ascii") as file:
            return [line for line in file if line.startswith("CapEff")]

    for flags, kept in (([AEP], True), ([AEP, "--keep-privileges=false"], False)):
        with started(*flags) as (kms, plugin, client):
            equal(effective(plugin.process.pid), effective("self") if kept else
                  ["CapEff:\t0000000000000000\n"])


@row("socket: a live socket of another process too")
def _():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        with lab.Plugin(path, kms, AEP, keys=("alias/old",)):
            with lab.Plugin(path, kms, AEP, keys=("alias/new",)), Client(path) as client:
                equal(encrypt(client)[2], b"alias/new")


@row("socket: mode by the umask; the folder must exist; gone at the end")
def _():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        before = os.umask(0o027)
        try:
            with lab.Plugin(path, kms, AEP):
                equal(stat.S_IMODE(os.stat(path).st_mode), 0o750)
        finally:
            os.umask(before)
        assert not os.path.exists(path)
        code, _ = refused(AEP, "--key=k", f"--listen={place}/none/s", "--health-port=127.0.0.1:0")
        equal(code, 1)


@row("health-port: one that is in use ends the process, exit 1")
def _():
    with started(AEP) as (kms, plugin, client):
        port = plugin.http.rsplit(":", 1)[1]
        code, _ = refused(AEP, "--key=k", f"--listen={plugin.paths[0]}-2",
                          f"--health-port=127.0.0.1:{port}")
        equal(code, 1)


@row("signals: SIGINT and SIGTERM wait for calls under way, exit 0")
def _():
    for number in (signal.SIGINT, signal.SIGTERM):
        with started(AEP) as (kms, plugin, client):
            kms.mode = 1.5
            call = client.start(V2 + "Encrypt", message((1, b"seed")))
            lab.wait_for(lambda: "Encrypt" in [n for n, _, _ in kms.requests], "the call")
            plugin.process.send_signal(number)
            assert lab.fields_of(call.result())[1]
            equal(plugin.process.wait(lab.PATIENCE_S), 0)


@row("signals: the wait has no bound of our own")
def _():
    with started(AEP) as (kms, plugin, client):
        kms.mode = 7.0  # longer than we would wait
        call = client.start(V2 + "Encrypt", message((1, b"seed")))
        lab.wait_for(lambda: "Encrypt" in [n for n, _, _ in kms.requests], "the call")
        plugin.process.send_signal(signal.SIGTERM)
        assert lab.fields_of(call.result())[1]
        equal(plugin.process.wait(lab.PATIENCE_S), 0)


@row("logs: JSON on standard output: timestamp, level, caller, message")
def _():
    with started(AEP) as (kms, plugin, client):
        kms.mode = (400, "DisabledException", "off")
        client.fails(V2 + "Encrypt", message((1, b"seed")))
        client.fails(V2 + "Decrypt", message((1, b"1x")))
        entries = [json.loads(line) for line in plugin.lines + plugin.rest()]
        for entry in entries:
            assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d{4})$",
                            entry["timestamp"]), entry
            assert entry["level"] in ("debug", "info", "warn", "error"), entry
            assert re.match(r"[\w./-]+:\d+$", entry["caller"]), entry
        for verb in ("encrypt", "decrypt"):
            said, = [e for e in entries if e["message"] == f"request to {verb} failed"]
            equal(said["error-type"], "user-induced")
            assert said["error"].startswith(f"failed to {verb} operation error KMS"), said
        equal(plugin.said(), "")


@row("logs: --debug tells of each call, and never of what it carried")
def _():
    with started(AEP, "--debug", "--encryption-context=a=b") as (kms, plugin, client):
        decrypt(client, encrypt(client, plain=b"a-secret-seed")[1])
        text = "\n".join(plugin.lines + plugin.rest())
        for words in ("starting encrypt operation", "encrypt operation successful",
                      "starting decrypt operation", "decrypt operation successful"):
            assert f'"message":"{words}"' in text, (words, text)
        assert "a-secret-seed" not in text


# ---- without it ------------------------------------------------------------


@row("ours: a file or a live socket at the path is left alone, exit 1")
def _():
    with started() as (kms, plugin, client):
        code, text = refused("--key=k", f"--listen={plugin.paths[0]}", "--health-port=127.0.0.1:0")
        equal(code, 1)
        encrypt(client)
    with lab.folder() as place:
        path = os.path.join(place, "s")
        with open(path, "w", encoding="ascii") as file:
            file.write("mine")
        code, text = refused("--key=k", f"--listen={path}", "--health-port=127.0.0.1:0")
        equal(code, 1)
        with open(path, encoding="ascii") as file:
            equal(file.read(), "mine")


@row("ours: a stop is bounded")
def _():
    with started("--stop-timeout=100ms") as (kms, plugin, client):
        kms.mode = "silent"
        call = client.start(V2 + "Encrypt", message((1, b"seed")))
        lab.wait_for(lambda: kms.seen("Encrypt"), "the call")
        plugin.process.send_signal(signal.SIGTERM)
        equal(plugin.process.wait(lab.PATIENCE_S), 0)
        assert call.exception() is not None


@row("ours: text on standard error, and on standard output the line that says ready")
def _():
    with started() as (kms, plugin, client):
        kms.mode = (400, "DisabledException", "off")
        client.fails(V2 + "Encrypt", message((1, b"seed")))
        equal((len(plugin.lines), plugin.rest()), (1, []))
        assert "request to encrypt failed" in plugin.said()


lab.run()
