#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""aws-kms-plugin as a daemon: what it tells a service manager and takes from
it, what it gives up, signals, and logs that nobody can take. Prints TAP."""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import plugin_process as lab
from plugin_process import KEY, equal, refused, test


class Manager:
    """Hears what systemd would."""

    def __init__(self, place, abstract=False):
        self.name = ("\0" if abstract else "") + os.path.join(place, "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.name)
        self.socket.settimeout(lab.PATIENCE_S)

    @property
    def address(self):
        return self.name.replace("\0", "@")

    def hear(self):
        return self.socket.recv(4096).decode()

    def wait(self, word):
        while True:
            said = self.hear()
            if word in said:
                return said


@contextlib.contextmanager
def environment(**values):
    before = dict(lab.ENVIRONMENT)
    lab.ENVIRONMENT.update(values)
    try:
        yield
    finally:
        lab.ENVIRONMENT.clear()
        lab.ENVIRONMENT.update(before)


@test
def the_manager_hears_of_readiness_reload_and_stop():
    for abstract in (False, True):
        with lab.folder() as place, lab.Kms() as kms:
            manager = Manager(place, abstract)
            with environment(NOTIFY_SOCKET=manager.address):
                with lab.Plugin(os.path.join(place, "s"), kms) as plugin:
                    assert manager.hear().startswith("READY=1\nSTATUS=serving")
                    plugin.process.send_signal(signal.SIGHUP)
                    said = manager.hear()
                    assert re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+", said), said
                    equal(manager.hear(), "READY=1")
            assert manager.hear().startswith("STOPPING=1\n")


@test
def readiness_waits_for_a_key_that_can_be_used():
    with lab.folder() as place, lab.Kms() as kms:
        manager = Manager(place)
        kms.mode = (400, "AccessDeniedException", "no")
        with environment(NOTIFY_SOCKET=manager.address):
            with lab.Plugin(os.path.join(place, "s"), kms):
                lab.wait_for(lambda: len(kms.requests) > 0, "a probe")
                manager.socket.settimeout(0.3)
                try:
                    raise AssertionError(manager.hear())
                except TimeoutError:
                    pass
                manager.socket.settimeout(lab.PATIENCE_S)
                kms.mode = "answer"
                equal(manager.hear(), "READY=1\nSTATUS=serving")


@test
def a_plugin_that_cannot_start_tells_the_manager_why():
    with lab.folder() as place:
        manager = Manager(place)
        with environment(NOTIFY_SOCKET=manager.address):
            refused(f"--key={KEY}", f"--listen={place}/none/s", environment=lab.ENVIRONMENT)
        said = manager.hear()
        assert said.startswith("STATUS=cannot listen on"), said


@test
def the_watchdog_is_fed():
    with lab.folder() as place, lab.Kms() as kms:
        manager = Manager(place)
        with environment(NOTIFY_SOCKET=manager.address, WATCHDOG_USEC="400000"):
            with lab.Plugin(os.path.join(place, "s"), kms):
                for _ in range(3):
                    equal(manager.wait("WATCHDOG"), "WATCHDOG=1")
        with environment(NOTIFY_SOCKET=manager.address, WATCHDOG_USEC="1000", WATCHDOG_PID="1"):
            with lab.Plugin(os.path.join(place, "s"), kms):
                manager.wait("READY=1")
                time.sleep(0.1)
            assert "STOPPING" in manager.hear(), "another's watchdog was fed"


def activated(place, kms, sockets, *arguments, pid="$$"):
    """Runs the plugin with listening sockets passed from descriptor 3 on."""

    def pass_sockets():
        for number, passed in enumerate(sockets):
            os.dup2(passed.fileno(), 100 + number)
        for number in range(len(sockets)):
            os.dup2(100 + number, 3 + number)
            os.close(100 + number)
        os.environ["LISTEN_PID"] = str(os.getpid())

    script = f'LISTEN_PID={pid} exec "$@"'
    return subprocess.Popen(
        ["sh", "-c", script, "sh", lab.PROGRAM, f"--kms-endpoint={kms.url}",
         "--health-port=127.0.0.1:0", *arguments],
        env={**lab.ENVIRONMENT, "LISTEN_FDS": str(len(sockets)), "LISTEN_FDNAMES": "one:two"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=pass_sockets, close_fds=False,
    )


def listening(path):
    there = lab.bind_foreign(path)
    there.listen()
    return there


def finish(process):
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=lab.PATIENCE_S)
    equal(process.returncode, 0)


@test
def sockets_of_the_manager_are_served_and_stay_where_they_are():
    with lab.folder() as place, lab.Kms() as kms:
        paths = [os.path.join(place, name) for name in "ab"]
        sockets = [listening(path) for path in paths]
        for order in ((0, 1), (1, 0)):
            process = activated(
                place, kms, [sockets[i] for i in order],
                "--key=alias/a,alias/b", f"--listen={paths[0]},{paths[1]}")
            line = process.stdout.readline()
            assert lab.READY.match(line), (line, process.poll())
            for path in paths:
                with socket.socket(socket.AF_UNIX) as client:
                    client.connect(path)
                    client.settimeout(lab.PATIENCE_S)
                    assert client.recv(9), "no server's settings came"
            finish(process)
            for path in paths:
                assert stat.S_ISSOCK(os.stat(path).st_mode)


@test
def sockets_of_other_names_are_matched_by_order():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "elsewhere")
        process = activated(place, kms, [listening(path)], f"--key={KEY}", f"--listen={place}/s")
        line = process.stdout.readline()
        assert lab.READY.match(line)
        assert f" unix://{path} " in line, "ready says where it is served"
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
            client.settimeout(lab.PATIENCE_S)
            assert client.recv(9)
        finish(process)


@test
def sockets_of_nobody_are_refused_and_anothers_left_alone():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        sockets = [listening(os.path.join(place, "passed"))]
        flags = (f"--key={KEY}", f"--listen={path}")
        process = activated(place, kms, sockets, *flags, pid="me")
        _, said = process.communicate(timeout=lab.PATIENCE_S)
        equal(process.returncode, 2)
        assert "LISTEN_PID=me LISTEN_FDS=1 is not valid" in said, said
        process = activated(place, kms, sockets, *flags, pid="1")
        assert lab.READY.match(process.stdout.readline())
        assert stat.S_ISSOCK(os.stat(path).st_mode)
        finish(process)


@test
def sockets_that_do_not_fit_are_refused_by_name():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        datagrams = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        table = [
            ([lab.bind_foreign(path)], "descriptor 3 (one) does not listen"),
            ([socket.create_server(("127.0.0.1", 0))], "descriptor 3 (one) is not a unix socket"),
            ([datagrams], "descriptor 3 (one) is not a stream socket"),
            ([listening(path + "1"), datagrams], "descriptor 4 (two) is not a stream socket"),
            ([listening(path + "2"), listening(path + "3")], "more sockets than --listen"),
        ]
        for sockets, words in table:
            process = activated(place, kms, sockets, f"--key={KEY}", f"--listen={place}/x")
            _, said = process.communicate(timeout=lab.PATIENCE_S)
            equal((words, process.returncode), (words, 2))
            assert words in said, said
        process = activated(
            place, kms, [listening(path + "4")], "--key=a,b", f"--listen={place}/x,{place}/y")
        _, said = process.communicate(timeout=lab.PATIENCE_S)
        assert f"none of the sockets is for --listen={place}/y" in said, said


@test
def systemd_s_own_activation_starts_it():
    tool = shutil.which("systemd-socket-activate")
    if tool is None:
        return  # the protocol is played above
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        process = subprocess.Popen(
            [tool, "-l", path, *[f"-E{name}={value}" for name, value in lab.ENVIRONMENT.items()],
             lab.PROGRAM, f"--key={KEY}", f"--listen={path}", f"--kms-endpoint={kms.url}",
             "--health-port=127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        lab.wait_for(lambda: os.path.exists(path), "the socket")
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(lab.PATIENCE_S)
            # Between its bind and its listen a connection is refused.
            lab.wait_for(lambda: client.connect_ex(path) == 0, "a connection")
            assert client.recv(9), "the connection that started it is served"
        assert lab.READY.match(process.stdout.readline())
        finish(process)
        assert os.path.exists(path)


def status_of(process, thread=None):
    place = f"/proc/{process.pid}/task/{thread or process.pid}/status"
    with open(place, encoding="ascii") as file:
        return dict(re.findall(r"(\w+):\s*(.*)", file.read()))


@test
def rights_are_dropped_in_all_threads():
    with lab.folder() as place, lab.Kms() as kms:
        with lab.Plugin(os.path.join(place, "s"), kms) as plugin:
            threads = os.listdir(f"/proc/{plugin.process.pid}/task")
            assert len(threads) > 2, threads
            for thread in threads:
                said = status_of(plugin.process, thread)
                for kept in ("CapPrm", "CapEff", "CapInh", "CapAmb"):
                    equal((kept, int(said[kept], 16)), (kept, 0))
                equal(said["NoNewPrivs"], "1")
                if os.getuid() == 0:
                    equal(int(said["CapBnd"], 16), 0)


@test
def rights_are_kept_where_that_is_asked_for():
    with lab.folder() as place, lab.Kms() as kms:
        with lab.Plugin(os.path.join(place, "s"), kms, "--keep-privileges") as plugin:
            own = status_of(plugin.process)["CapEff"]
            with open("/proc/self/status", encoding="ascii") as file:
                assert f"CapEff:\t{own}\n" in file.read()


@test
def memory_is_locked_where_it_may_be():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        with lab.Plugin(path, kms) as plugin:
            equal(plugin.get("/healthz"), (200, "OK"))
            locked = int(status_of(plugin.process)["VmLck"].split()[0])
            said = f"locked={'yes' if locked else 'no'}"
            assert said in plugin.said(), plugin.said()
        with lab.Plugin(path, kms, "--lock-memory=no") as plugin:
            equal(status_of(plugin.process)["VmLck"], "0 kB")


@test
def a_signal_turns_debug_lines_on_and_off():
    with lab.folder() as place, lab.Kms() as kms:
        with lab.Plugin(os.path.join(place, "s"), kms) as plugin:
            plugin.process.send_signal(signal.SIGUSR1)
            lab.wait_for(lambda: "debug lines are=on" in plugin.said(), "the word")
            plugin.process.send_signal(signal.SIGUSR1)
            lab.wait_for(lambda: "debug lines are=off" in plugin.said(), "the word")


@test
def credentials_are_read_anew_on_request():
    with lab.folder() as place, lab.Kms() as kms:
        with lab.Plugin(os.path.join(place, "s"), kms) as plugin:
            plugin.process.send_signal(signal.SIGHUP)
            lab.wait_for(lambda: "reading credentials and the CA file anew" in plugin.said(), "the word")
            equal(plugin.get("/healthz"), (200, "OK"))


@test
def a_log_that_nobody_reads_stops_nothing():
    with lab.folder() as place, lab.Kms() as kms:
        reader, writer = os.pipe()
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        os.write(writer, b"x" * 4096)
        full = os.open("/dev/full", os.O_WRONLY)
        for number, errors in enumerate((writer, full, None)):
            close = 'exec 2>&-; exec "$@"' if errors is None else 'exec "$@"'
            process = subprocess.Popen(
                ["sh", "-c", close, "sh", lab.PROGRAM, f"--key={KEY}",
                 f"--listen={place}/{number}", f"--kms-endpoint={kms.url}", "--debug",
                 "--health-port=127.0.0.1:0", "--health-cache=0s"],
                env=lab.ENVIRONMENT, stdout=subprocess.PIPE, stderr=errors, text=True)
            ready = lab.READY.match(process.stdout.readline())
            for _ in range(5):
                with lab.urllib.request.urlopen(ready.group(2) + "/healthz", timeout=20) as answer:
                    equal(answer.read(), b"OK")
            finish(process)
        for end in (reader, writer, full):
            os.close(end)


lab.run()
