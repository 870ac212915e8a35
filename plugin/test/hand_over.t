#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""aws-kms-plugin gives its path to a newer process, and stops, without a
failed call. Prints TAP."""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import plugin_process as lab
from plugin_process import KEY, equal, fields_of, message, test

try:
    import grpc
except ImportError:
    lab.skip_all("python3-grpcio is not installed")

ENCRYPT = "/v2.KeyManagementService/Encrypt"
ARGUMENTS = ("--hand-over",)


class Load:
    """Calls one after another on each of some connections, and remembers what
    failed. The library repeats what it has not sent yet when a GOAWAY comes, as
    kube-apiserver's does; what was sent it does not repeat."""

    def __init__(self, path, threads=4):
        self.failures, self.calls, self.stopping = [], 0, False
        self.path = path
        self.threads = [threading.Thread(target=self.run) for _ in range(threads)]
        for thread in self.threads:
            thread.start()

    def run(self):
        options = [("grpc.use_local_subchannel_pool", 1)]
        with grpc.insecure_channel(f"unix:{self.path}", options=options) as channel:
            call = channel.unary_unary(ENCRYPT)
            while not self.stopping:
                try:
                    answer = call(message((1, b"x")), timeout=lab.PATIENCE_S, wait_for_ready=True)
                    equal(fields_of(answer)[1], b"1" + lab.seal(b"x"))
                    self.calls += 1
                except Exception as error:
                    self.failures.append(error)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stopping = True
        for thread in self.threads:
            thread.join()

    def goes_on(self):
        before = self.calls
        lab.wait_for(lambda: self.calls > before + 20 or self.failures, "calls")
        equal(self.failures, [])


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def start(path, kms, *arguments, port=0):
    """Not waited for, unlike lab.Plugin."""
    return subprocess.Popen(
        [lab.PROGRAM, f"--key={KEY}", f"--listen={path}", f"--kms-endpoint={kms.url}",
         f"--health-port=127.0.0.1:{port}", "--health-cache=0s", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=lab.ENVIRONMENT, text=True)


def ended(process):
    _, said = process.communicate(timeout=lab.PATIENCE_S)
    return process.returncode, said


def stopped(process):
    process.send_signal(signal.SIGTERM)
    code, said = ended(process)
    equal((code, said if code else ""), (0, ""))
    return said


def ready(process):
    line = process.stdout.readline()
    assert lab.READY.match(line), (line, process.poll() is not None and ended(process))


@test
def several_hand_overs_cost_no_call():
    with lab.folder() as place, lab.Kms() as kms:
        path, port = os.path.join(place, "s"), free_port()
        plugin = start(path, kms, *ARGUMENTS, port=port)
        ready(plugin)
        with Load(path) as load:
            for _ in range(5):
                load.goes_on()
                newer = start(path, kms, *ARGUMENTS, port=port)
                ready(newer)
                code, said = ended(plugin)
                equal(code, 0)
                assert "another process has taken over" in said, said
                plugin = newer
                load.goes_on()
        equal(load.failures, [])
        equal(os.listdir(place), ["s"])
        stopped(plugin)
        equal(os.listdir(place), [])


@test
def calls_under_way_are_finished_by_the_old():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        old = start(path, kms, *ARGUMENTS)
        ready(old)
        kms.mode = 1.0
        with grpc.insecure_channel(f"unix:{path}") as channel:
            call = channel.unary_unary(ENCRYPT).future(message((1, b"slow")), timeout=20)
            lab.wait_for(lambda: len(kms.seen("Encrypt")) == 1, "the request")
            kms.mode = "answer"
            newer = start(path, kms, *ARGUMENTS)
            ready(newer)
            equal(fields_of(call.result())[1], b"1" + lab.seal(b"slow"))
        equal(ended(old)[0], 0)
        stopped(newer)


@test
def stopping_costs_no_call_that_had_come():
    """Those that find nobody wait: the client asks for that."""
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        plugin = start(path, kms)
        ready(plugin)
        with Load(path) as load:
            for _ in range(3):
                load.goes_on()
                stopped(plugin)
                plugin = start(path, kms)
                ready(plugin)
                load.goes_on()
        equal(load.failures, [])
        stopped(plugin)


@test
def a_newcomer_whose_key_cannot_be_used_waits_and_leaves_the_old_alone():
    with lab.folder() as place, lab.Kms() as kms, lab.Kms() as broken:
        path = os.path.join(place, "s")
        broken.mode = (400, "AccessDeniedException", "no")
        old = start(path, kms, *ARGUMENTS)
        ready(old)
        inode = os.stat(path).st_ino
        for end in (signal.SIGTERM, signal.SIGKILL):
            newer = start(path, broken, *ARGUMENTS)
            lab.wait_for(lambda: len(broken.requests) > 1, "a probe")
            assert stat.S_ISSOCK(os.stat(os.path.join(place, ".s.next")).st_mode)
            newer.send_signal(end)
            code, _ = ended(newer)
            equal(code, 0 if end == signal.SIGTERM else -signal.SIGKILL)
            equal(os.stat(path).st_ino, inode)
            equal(old.poll(), None)
            broken.requests.clear()
        newer = start(path, kms, *ARGUMENTS)
        ready(newer)
        equal(ended(old)[0], 0)
        equal(os.listdir(place), ["s"])
        stopped(newer)


@test
def a_newcomer_does_not_wait_for_its_key_where_the_old_has_died():
    with lab.folder() as place, lab.Kms() as kms, lab.Kms() as broken:
        path = os.path.join(place, "s")
        broken.mode = (400, "AccessDeniedException", "no")
        old = start(path, kms, *ARGUMENTS)
        ready(old)
        newer = start(path, broken, *ARGUMENTS)
        lab.wait_for(lambda: len(broken.requests) > 1, "a probe")
        old.kill()
        old.communicate()
        ready(newer)
        stopped(newer)


@test
def of_newcomers_at_once_one_takes_over_and_no_call_fails():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        plugin = start(path, kms, *ARGUMENTS)
        ready(plugin)
        with Load(path) as load:
            for _ in range(3):
                load.goes_on()
                newcomers = [start(path, kms, *ARGUMENTS) for _ in range(3)]
                equal(ended(plugin)[0], 0)
                lab.wait_for(
                    lambda: sum(p.poll() is None for p in newcomers) == 1
                    and not os.path.exists(os.path.join(place, ".s.next")), "one to be left")
                load.goes_on()
                (plugin,) = [p for p in newcomers if p.poll() is None]
                for other in newcomers:
                    if other is not plugin:
                        code, said = ended(other)
                        assert code == 0 or "another process listens there" in said, (code, said)
        equal(load.failures, [])
        ready(plugin)
        stopped(plugin)


@test
def without_the_flag_a_live_path_is_refused_and_not_given():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        old = start(path, kms)
        ready(old)
        second = start(path, kms)
        code, said = ended(second)
        equal(code, 1)
        assert "another process listens there" in said, said
        newer = start(path, kms, *ARGUMENTS)
        ready(newer)
        time.sleep(0.5)
        equal(old.poll(), None)
        stopped(old)
        assert os.path.exists(path), "the newer's file was removed"
        stopped(newer)


@test
def health_is_good_all_the_while_on_the_port_that_both_have():
    with lab.folder() as place, lab.Kms() as kms:
        path, port = os.path.join(place, "s"), free_port()
        plugin = start(path, kms, *ARGUMENTS, port=port)
        ready(plugin)
        answers, stopping = [], threading.Event()

        def ask():
            while not stopping.is_set():
                with contextlib.suppress(OSError):  # a reset, of which kubelet forgives three
                    address = f"http://127.0.0.1:{port}/healthz"
                    with lab.urllib.request.urlopen(address, timeout=20) as answer:
                        answers.append(answer.status)

        asker = threading.Thread(target=ask)
        asker.start()
        for _ in range(3):
            newer = start(path, kms, *ARGUMENTS, port=port)
            ready(newer)
            equal(ended(plugin)[0], 0)
            plugin = newer
        stopping.set()
        asker.join()
        assert len(answers) > 10, answers
        equal(set(answers), {200})
        stopped(plugin)


lab.run()
