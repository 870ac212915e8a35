#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A multi-Region key in two Regions, an emulator for each: the plugin goes on
when either is down, and what one sealed the other opens. Prints TAP."""

import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import plugin_process as lab
from plugin_process import equal, fields_of, message, test

try:
    import grpc
except ImportError:
    lab.skip_all("python3-grpcio is not installed")

EMULATOR = os.path.join(os.environ["KMSLAB_BIN"], "kms-emulator")
SEED = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "../../fixtures/seed/multi-region.json"
)
ACCOUNT = "111122223333"
MRK = "key/mrk-1234abcd12ab34cd56ef1234567890ab"
HOME, AWAY = "us-east-1", "eu-west-1"
KEY = f"arn:aws:kms:{HOME}:{ACCOUNT}:{MRK}"
SEALED = b"a seed of thirty-two bytes......"
HEALS_S = 15  # a Region that is back is tried again within five seconds


class Region:
    """An emulator that stands for a Region; it comes back on the same port."""

    def __init__(self, name):
        self.name, self.address, self.process = name, "127.0.0.1:0", None
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [EMULATOR, "--listen", self.address, "--store", "memory", "--admin", "none",
             "--region", self.name, "--account", ACCOUNT, "--seed", SEED],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        words = self.process.stdout.readline().split()
        assert words[:2] == ["kms-emulator", "ready"], words
        self.url = words[2]
        self.address = self.url.removeprefix("http://")

    def end(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait(lab.PATIENCE_S)
            self.process.stdout.close()
            self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


class Calls:
    def __init__(self, path):
        self.channel = grpc.insecure_channel(f"unix:{path}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()

    def call(self, method, request=b"", timeout=3):
        asked = self.channel.unary_unary("/v2.KeyManagementService/" + method)
        return fields_of(asked(request, timeout=timeout, wait_for_ready=True))

    def encrypt(self, timeout=3):
        answer = self.call("Encrypt", message((1, SEALED), (2, b"u")), timeout)
        equal(answer[2].decode(), KEY)
        return answer[1]

    def decrypt(self, sealed, timeout=3):
        request = message((1, sealed), (2, b"u"), (3, KEY.encode()))
        return self.call("Decrypt", request, timeout)[1]

    def is_well(self):
        status = self.call("Status")
        equal(status[3].decode(), KEY)
        return status[2] == b"ok"


def plugin(place, home, away):
    return lab.Plugin(
        os.path.join(place, "s"), home, f"--region={HOME}",
        f"--failover={AWAY}={away.url}", keys=(KEY,),
    )


@test
def what_either_region_sealed_the_other_opens():
    with lab.folder() as place, Region(HOME) as home, Region(AWAY) as away:
        with plugin(place, home, away) as running, Calls(running.path) as calls:
            at_home = calls.encrypt()
            assert calls.is_well()
            home.end()
            equal(calls.decrypt(at_home), SEALED)
            elsewhere = calls.encrypt()
            assert elsewhere != at_home
            lab.wait_for(calls.is_well, "healthy by the other Region")
            equal(running.get("/healthz"), (200, "OK"))
            home.start()
            away.end()
            equal(calls.decrypt(elsewhere, HEALS_S), SEALED)
            equal(calls.decrypt(at_home, HEALS_S), SEALED)
            lab.wait_for(calls.is_well, "healthy at home")


@test
def calls_go_on_while_home_dies_and_comes_back():
    with lab.folder() as place, Region(HOME) as home, Region(AWAY) as away:
        with plugin(place, home, away) as running, Calls(running.path) as calls:
            sealed = [calls.encrypt()]
            for at in range(60):
                if at == 20:
                    home.end()
                if at == 40:
                    home.start()
                sealed.append(calls.encrypt())
                equal(calls.decrypt(sealed[at // 2]), SEALED)
            said = running.said()
            assert "KMS is down there" in said, said
            end = time.monotonic() + HEALS_S
            while "KMS is back there" not in running.said():
                assert time.monotonic() < end, running.said()
                calls.encrypt()
                time.sleep(0.05)


@test
def a_home_that_stands_still_is_passed_by_within_the_deadline():
    with lab.folder() as place, Region(HOME) as home, Region(AWAY) as away:
        with plugin(place, home, away) as running, Calls(running.path) as calls:
            sealed = calls.encrypt()
            home.process.send_signal(signal.SIGSTOP)
            try:
                equal(calls.decrypt(sealed), SEALED)
                equal(calls.decrypt(calls.encrypt()), SEALED)
            finally:
                home.process.send_signal(signal.SIGCONT)


@test
def without_another_region_home_is_missed():
    with lab.folder() as place, Region(HOME) as home:
        path = os.path.join(place, "s")
        with lab.Plugin(path, home, f"--region={HOME}", keys=(KEY,)) as running:
            with Calls(running.path) as calls:
                sealed = calls.encrypt()
                home.end()
                try:
                    calls.decrypt(sealed)
                except grpc.RpcError as error:
                    assert error.code() in (
                        grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED
                    ), error
                else:
                    raise AssertionError("answered")
                home.start()
                equal(calls.decrypt(sealed), SEALED)


lab.run()
