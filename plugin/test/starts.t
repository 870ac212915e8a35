#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How aws-kms-plugin starts, refuses to start, serves HTTP and leaves its
socket. Prints TAP."""

import contextlib
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

ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@test
def help_and_version_are_answers():
    done = subprocess.run([lab.PROGRAM, "--help"], capture_output=True, text=True, check=True)
    for flag in ("--key=", "--listen=", "--region=", "--kms-endpoint=", "--health-port=",
                 "--healthz-path=", "--livez-path=", "--health-kms-version=",
                 "--encryption-context=", "--source-arn=", "--retry-token-capacity=",
                 "--qps-limit=", "--burst-limit=", "--debug", "--status-failure="):
        assert flag in done.stdout, flag
    done = subprocess.run([lab.PROGRAM, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("aws-kms-plugin "), done.stdout


@test
def bad_flags_are_refused_in_one_line():
    table = [
        ([], "--key is missing"),
        (["--key="], "--key is missing"),
        (["--key=a,,b"], "must be an id, ARN or alias"),
        (["--key=a,b"], "key and listen lists must have the same number of elements"),
        (["--key=a", "--listen=/x", "--listen=/y"], "same number of elements"),
        (["--key=a,b", "--listen=/x,/x"], "--listen=/x is given twice"),
        (["--key=a,b", "--listen=/x,unix:///x"], "--listen=unix:///x is given twice"),
        (["--key=a", "--listen=unix://host/x"], "must be PATH, unix:///PATH, @NAME"),
        (["--key=a", "--listen=@"], "must be PATH"),
        (["--key=a", "--listen=@x", "--hand-over"], "no file that could be replaced"),
        (["--key=a", "--stop-timeout=2h"], "a duration up to 1h"),
        (["--key=a", "--lock-memory=perhaps"], "auto, yes or no"),
        (["--key=a", "--socket-mode=0888"], "octal"),
        (["--key=a", "--socket-mode=0"], "octal"),
        (["--key=a", "--socket-owner=nobody-of-that-name"], "names of /etc/passwd"),
        (["--key=" + "k" * 1025], "--key="),
        (["--key=a\nb"], "--key="),
        (["--key=a", "--wrong"], "--wrong is not a flag"),
        (["--key=a", "extra"], "extra is not a flag"),
        (["--key=a", "-x"], "-x is not a flag"),
        (["--key"], "--key needs a value"),
        (["--key=a", "--encryption-context=ab"], "must be K=V,K=V"),
        (["--key=a", '--encryption-context="a'], "must be K=V,K=V"),
        (["--key=a", "--encryption-context=a=b", "--encryption-context=a=b"], "2 times for 1 keys"),
        (["--key=a", "--source-arn=arn:no"], "must be an ARN"),
        (["--key=a", "--kms-endpoint=localhost:80"], "http or https URL"),
        (["--key=a", "--healthz-path=healthz"], "a path from /"),
        (["--key=a", "--health-kms-version=v3"], "v1 or v2"),
        (["--key=a", "--health-cache=5"], "a duration"),
        (["--key=a", "--health-cache=91s"], "a duration"),
        (["--key=a", "--status-failure=never"], "error or healthz"),
        (["--key=a", "--qps-limit=5"], "burst expected >0, got 0"),
        (["--key=a", "--retry-token-capacity=many"], "a whole number"),
        (["--key=a", "--log-level=loud"], "error, warn, info or debug"),
        (["--key=a", "--debug=perhaps"], "true or false"),
    ]
    for arguments, words in table:
        code, line = refused(*arguments)
        equal((arguments, code), (arguments, 2))
        assert words in line, (arguments, line)


@test
def a_region_must_come_from_somewhere():
    bare = {k: v for k, v in lab.ENVIRONMENT.items() if k != "AWS_REGION"}
    with lab.folder() as place:
        path = os.path.join(place, "s")
        code, line = refused("--key=alias/a", f"--listen={path}", environment=bare)
        equal(code, 2)
        assert "no Region" in line, line
        equal(os.listdir(place), [])


@test
def the_arn_of_the_key_names_the_region_when_nothing_else_does():
    region = lab.ENVIRONMENT.pop("AWS_REGION")
    try:
        with lab.folder() as place, lab.Kms() as kms:
            with lab.Plugin(os.path.join(place, "s"), kms, keys=(ARN,)) as plugin:
                equal(plugin.get("/healthz"), (200, "OK"))
                (_, _, headers) = kms.requests[0]
                assert "/eu-central-1/kms/" in headers["Authorization"], headers
    finally:
        lab.ENVIRONMENT["AWS_REGION"] = region


@test
def the_flag_names_the_region_before_all_else():
    with lab.folder() as place, lab.Kms() as kms:
        with lab.Plugin(os.path.join(place, "s"), kms, "--region=us-west-2", keys=(ARN,)) as plugin:
            equal(plugin.get("/healthz"), (200, "OK"))
            (_, _, headers) = kms.requests[0]
            assert "/us-west-2/kms/" in headers["Authorization"], headers


@test
def deprecated_flags_are_taken_with_a_warning():
    with lab.folder() as place, lab.Kms() as kms:
        with lab.Plugin(
            os.path.join(place, "s"), kms,
            "--qps-limit=5", "--burst-limit", "10", "--retry-token-capacity=20",
        ) as plugin:
            equal(plugin.get("/healthz"), (200, "OK"))
        said = plugin.said()
        assert "--qps-limit and --burst-limit are deprecated" in said, said


@test
def a_stale_socket_is_replaced_and_removed_at_the_end():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        lab.bind_foreign(path).close()
        with lab.Plugin(path, kms) as plugin:
            equal(plugin.sockets, [f"unix://{path}"])
            assert stat.S_ISSOCK(os.stat(path).st_mode)
        equal(os.listdir(place), [])


@test
def a_live_socket_is_refused_and_goes_on_living():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        with lab.Plugin(path, kms) as plugin:
            code, line = refused(f"--key={KEY}", f"--listen={path}", "--health-port=127.0.0.1:0")
            equal(code, 1)
            assert f"cannot listen on {path}: another process listens there" in line, line
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(path)
            equal(plugin.get("/healthz"), (200, "OK"))


@test
def two_starters_at_once_are_one_plugin():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        for _ in range(3):
            lab.bind_foreign(path).close()
            starters = [
                subprocess.Popen(
                    [lab.PROGRAM, f"--key={KEY}", f"--listen={path}", f"--kms-endpoint={kms.url}",
                     "--health-port=127.0.0.1:0"],
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=lab.ENVIRONMENT, text=True,
                )
                for _ in range(4)
            ]
            ready = [p for p in starters if lab.READY.match(p.stdout.readline())]
            equal(len(ready), 1)
            ready[0].send_signal(signal.SIGTERM)
            codes = []
            for process in starters:
                process.communicate(timeout=lab.PATIENCE_S)
                codes.append(process.returncode)
            equal(sorted(codes), [0, 1, 1, 1])
            equal(os.listdir(place), [])


@test
def mode_and_owner_of_the_socket_are_those_of_the_flags():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        owner = f"{os.getuid()}:{os.getgid()}"
        with lab.Plugin(path, kms, "--socket-mode=0660", f"--socket-owner={owner}"):
            there = os.stat(path)
            equal(stat.S_IMODE(there.st_mode), 0o660)
            equal((there.st_uid, there.st_gid), (os.getuid(), os.getgid()))


@test
def a_socket_may_be_named_as_kubernetes_does():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        with lab.Plugin("unix://" + path, kms) as plugin:
            equal(plugin.sockets, ["unix://" + path])
        name = os.path.basename(place)
        for form in (f"@{name}", f"unix:///@{name}"):
            with lab.Plugin(form, kms) as plugin:
                equal(plugin.sockets, [f"unix:///@{name}"])
                equal(plugin.get("/healthz"), (200, "OK"))
                with socket.socket(socket.AF_UNIX) as client:
                    client.connect(f"\0{name}")
                code, line = refused(f"--key={KEY}", f"--listen={form}", "--health-port=127.0.0.1:0")
                equal(code, 1)
                assert "another process listens there" in line, line


@test
def a_file_that_is_no_socket_is_left_alone():
    with lab.folder() as place:
        path = os.path.join(place, "s")
        with open(path, "w", encoding="ascii") as file:
            file.write("mine")
        code, line = refused(f"--key={KEY}", f"--listen={path}")
        equal(code, 1)
        assert "not a socket" in line, line
        with open(path, encoding="ascii") as file:
            equal(file.read(), "mine")


@test
def a_socket_that_another_put_in_our_place_survives_our_end():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        with lab.Plugin(path, kms):
            os.unlink(path)
            foreign = lab.bind_foreign(path)
        assert stat.S_ISSOCK(os.stat(path).st_mode)
        foreign.close()


@test
def a_socket_that_nobody_finds_is_bad_health():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        with lab.Plugin(path, kms) as plugin:
            equal(plugin.get("/livez"), (200, "OK"))
            os.rename(path, path + ".away")
            with open(path, "w", encoding="ascii"):
                pass
            for check in ("/healthz", "/livez"):
                code, text = plugin.get(check)
                equal(code, 500)
                assert f"the socket's file was replaced: remove what lies at {path}" in text, text
            os.rename(path + ".away", path)
            equal(plugin.get("/healthz"), (200, "OK"))


@test
def files_of_settings_that_cannot_be_read_stop_no_start():
    with lab.folder() as place, lab.Kms() as kms:
        home = os.path.join(place, "home")
        os.makedirs(os.path.join(home, ".aws"))
        with open(os.path.join(home, ".aws/config"), "w", encoding="ascii") as file:
            file.write("region=x\n[other]\ngarbage\n")
        os.mkdir(os.path.join(home, ".aws/credentials"))
        for where in (home, "/dev/null"):
            for compat in ("aep", "none"):
                with lab.Plugin(os.path.join(place, "s"), kms, f"--compat={compat}",
                                home=where) as plugin:
                    lab.wait_for(lambda: plugin.get("/healthz")[0] == 200, "health")


def connects(path):
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(path)
            return client.recv(9) != b""  # HTTP/2's SETTINGS
        except OSError:
            return False


@test
def a_socket_that_somebody_removed_is_made_anew():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        with lab.Plugin(path, kms, "--socket-mode=0620") as plugin:
            with socket.socket(socket.AF_UNIX) as before:
                before.settimeout(lab.PATIENCE_S)
                before.connect(path)
                assert before.recv(9)
                os.unlink(path)
                lab.wait_for(lambda: connects(path), "the socket")
                equal(stat.S_IMODE(os.stat(path).st_mode), 0o620)
                lab.wait_for(lambda: plugin.get("/healthz") == (200, "OK"), "good health")
                before.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    while True:
                        assert before.recv(4096), "the older connection was closed"
            os.unlink(path)
            lab.wait_for(lambda: connects(path), "the socket, once more")
            lab.wait_for(lambda: plugin.said().count("it was made anew") == 2, "the words")
        assert not os.path.exists(path)


@test
def a_socket_that_cannot_be_made_anew_is_tried_again():
    with lab.folder() as top, lab.Kms() as kms:
        place = os.path.join(top, "of-sockets")
        os.mkdir(place)
        path = os.path.join(place, "s")
        with lab.Plugin(path, kms) as plugin:
            equal(plugin.get("/livez"), (200, "OK"))
            shutil.rmtree(place)
            said = "cannot be made anew: its folder does not exist"
            lab.wait_for(lambda: said in plugin.get("/livez")[1], "the reason")
            equal(plugin.get("/healthz")[0], 500)
            equal(plugin.said().count("cannot be made anew"), 1)
            os.mkdir(place)
            lab.wait_for(lambda: plugin.get("/healthz") == (200, "OK"), "good health")
            assert connects(path)


@test
def impossible_paths_are_told_apart():
    with lab.folder() as place:
        code, line = refused(f"--key={KEY}", f"--listen={place}/none/s")
        equal(code, 1)
        assert "folder does not exist" in line, line
        code, line = refused(f"--key={KEY}", f"--listen={place}/{'x' * 108}")
        equal(code, 2)
        assert "up to 107 characters" in line, line


@test
def a_bad_or_busy_health_port_leaves_no_socket_behind():
    with lab.folder() as place, socket.create_server(("127.0.0.1", 0)) as busy:
        path = os.path.join(place, "s")
        port = busy.getsockname()[1]
        code, line = refused(f"--key={KEY}", f"--listen={path}", f"--health-port=127.0.0.1:{port}")
        equal(code, 1)
        assert f"127.0.0.1:{port}: in use" in line, line
        for bad in ("8080", "127.0.0.1:99999", "::1:80", ":", ""):
            code, line = refused(f"--key={KEY}", f"--listen={path}", f"--health-port={bad}")
            equal((bad, code), (bad, 2))
            assert "HOST:PORT" in line, line
        code, line = refused(f"--key={KEY}", f"--listen={path}", "--health-port=host.invalid:80")
        equal(code, 1)
        assert "cannot be resolved" in line, line
        equal(os.listdir(place), [])


@test
def all_interfaces_can_be_asked_for():
    with lab.folder() as place, lab.Kms() as kms:
        path = os.path.join(place, "s")
        process = subprocess.Popen(
            [lab.PROGRAM, f"--key={KEY}", f"--listen={path}", f"--kms-endpoint={kms.url}",
             "--health-port=:0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=lab.ENVIRONMENT, text=True,
        )
        port = int(re.search(r"http://127\.0\.0\.1:(\d+)\n", process.stdout.readline()).group(1))
        for host in ("127.0.0.1", "127.0.0.2"):
            socket.create_connection((host, port)).close()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=lab.PATIENCE_S)
        equal(process.returncode, 0)


@test
def paths_of_health_checks_can_be_chosen():
    with lab.folder() as place, lab.Kms() as kms:
        with lab.Plugin(
            os.path.join(place, "s"), kms, "--healthz-path=/deep", "--livez-path", "/live"
        ) as plugin:
            equal(plugin.get("/deep"), (200, "OK"))
            equal(plugin.get("/live"), (200, "OK"))
            equal(plugin.get("/healthz")[0], 404)
            equal(plugin.get("/deep", "POST")[0], 405)
            equal(plugin.get("/deep", "HEAD"), (200, ""))


@test
def livez_forgives_what_a_restart_cannot_cure():
    with lab.folder() as place, lab.Kms() as kms:
        with lab.Plugin(os.path.join(place, "s"), kms) as plugin:
            kms.mode = (400, "DisabledException", "off")
            lab.wait_for(lambda: plugin.get("/healthz")[0] == 500, "bad health")
            assert "DisabledException" in plugin.get("/healthz")[1]
            equal(plugin.get("/livez"), (200, "OK"))
            kms.mode = (400, "AccessDeniedException", "no")
            lab.wait_for(lambda: plugin.get("/livez")[0] == 500, "dead")


@test
def one_address_does_not_keep_others_from_the_health_checks():
    with lab.folder() as place, lab.Kms() as kms:
        with lab.Plugin(os.path.join(place, "s"), kms, cache="60s") as plugin:
            port = int(plugin.http.rsplit(":", 1)[1])
            silent = [
                socket.create_connection(("127.0.0.1", port), 5, ("127.0.0.2", 0))
                for _ in range(100)
            ]
            begin = time.monotonic()
            equal(plugin.get("/healthz"), (200, "OK"))
            assert time.monotonic() - begin < 5, "it waited for others to be idle for long"
            for client in silent:
                client.close()


@test
def throttling_is_not_ill_health():
    with lab.folder() as place, lab.Kms() as kms:
        with lab.Plugin(os.path.join(place, "s"), kms, "--max-attempts=1") as plugin:
            equal(plugin.get("/healthz"), (200, "OK"))
            kms.mode = (400, "ThrottlingException", "slow down")
            for _ in range(3):
                equal(plugin.get("/healthz"), (200, "OK"))


@test
def metrics_have_the_names_that_dashboards_know():
    with lab.folder() as place, lab.Kms() as kms:
        with lab.Plugin(os.path.join(place, "s"), kms, keys=('"alias/""q"""',)) as plugin:
            equal(plugin.get("/healthz"), (200, "OK"))
            code, text = plugin.get("/metrics")
            equal(code, 200)
            labels = r'\{key_arn="alias/\\"q\\"",operation="encrypt",status="success",version="v1"'
            for line in (
                r"# TYPE aws_encryption_provider_kms_operations_total counter",
                r"# TYPE aws_encryption_provider_kms_operation_latency_ms histogram",
                r"aws_encryption_provider_kms_operations_total" + labels + r"\} [1-9]\d*",
                r"aws_encryption_provider_kms_operation_latency_ms_bucket" + labels
                + r',le="16384"\} [1-9]\d*',
                r"aws_encryption_provider_kms_operation_latency_ms_count" + labels + r"\} [1-9]\d*",
            ):
                assert re.search(f"^{line}$", text, re.MULTILINE), line
            assert 'status="failure"' not in text


lab.run()
