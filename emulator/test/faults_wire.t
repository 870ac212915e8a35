#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Faults on request of connections and bytes, and how rules are armed, counted
and repeated. Prints TAP."""

import http.client
import json
import os
import random
import socket
import ssl
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import emulator_process as lab
from emulator_process import test
from faults_lab import (Faults, address_of, ask_raw, client, open_socket, post,
                        raw_request, read_all)


class Stage:
    def __init__(self, emulator):
        self.emulator, self.url = emulator, emulator.url
        self.faults = Faults(emulator)
        self.key = client(emulator.url).create_key()["KeyMetadata"]["KeyId"]
        self.body = {"KeyId": self.key, "Plaintext": "aGVsbG8="}

    def encrypt(self, **headers):
        return ask_raw(self.url, "Encrypt", self.body, **headers)


def halves(answer):
    head, body = answer.split(b"\r\n\r\n", 1)
    return head, body


@test
def answers_end_where_they_should_not(stage):
    whole = halves(stage.encrypt()[0])[1]
    name = stage.faults.arm("close-mid-body", bytes=10)
    answer, end = stage.encrypt()
    head, body = halves(answer)
    assert f"Content-Length: {len(whole)}".encode() in head and end == "closed"
    assert len(body) == 10 and b"x-kmslab-fault: " + name.encode() in head
    stage.faults.saw(name, 1, closed=1)
    stage.faults.arm("torn")
    head, body = halves(stage.encrypt()[0])
    assert b"Transfer-Encoding: chunked" in head
    assert 0 < len(body) and not body.endswith(b"0\r\n\r\n")


@test
def a_chunk_comes_twice(stage):
    name = stage.faults.arm("doubled-chunk", bytes=32)
    body = halves(stage.encrypt()[0])[1]
    assert body.startswith(b"20\r\n") and body[:38] == body[38:76]
    assert body.endswith(b"0\r\n\r\n")
    stage.faults.saw(name, 1, sent=1)


@test
def a_slow_line_is_slow(stage):
    for kind, more in (("drip", {"bytes": 100, "every": "50ms"}),
                       ("bandwidth", {"bytes_per_second": 2000})):
        name = stage.faults.arm(kind, **more)
        began = time.monotonic()
        body = halves(stage.encrypt()[0])[1]
        assert time.monotonic() - began > 0.2, kind
        assert json.loads(body)["KeyId"].endswith(stage.key)
        stage.faults.saw(name, 1, sent=1)


@test
def connections_are_reset_at_each_stage(stage):
    for at in ("headers", "body", "answer"):
        name = stage.faults.arm("reset", at=at)
        answer, end = stage.encrypt()
        assert end == "reset", (at, answer, end)
        assert (len(answer) > 0) == (at == "answer"), (at, answer)
        stage.faults.saw(name, 1, reset=1)
    name = stage.faults.arm("reset", at="accept")
    try:
        with open_socket(stage.url) as connection:
            connection.sendall(raw_request("Encrypt", stage.body))
            assert read_all(connection)[0] == b""
    except ConnectionError:
        pass
    stage.faults.saw(name, 1, reset=1)


@test
def the_nth_connection_is_another(stage):
    stage.faults.heal()
    assert stage.encrypt()[0].startswith(b"HTTP/1.1 200")
    with lab.Emulator("--store=memory") as other:
        faults = Faults(other)
        name = faults.arm("reset", match={"connection": 2}, at="body")
        ends = [ask_raw(other.url, "ListKeys", {})[1] for _ in range(3)]
        assert ends == ["closed", "reset", "closed"], ends
        faults.saw(name, 1, reset=1)


def connects(url):
    try:
        open_socket(url).close()
        return True
    except ConnectionRefusedError:
        return False


def wait_until(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@test
def new_connections_are_refused_and_old_ones_served(stage):
    stage.faults.heal()
    old = http.client.HTTPConnection(*address_of(stage.url), timeout=lab.PATIENCE_S)

    def ask():
        old.request("GET", "/health")
        answer = old.getresponse()
        return answer.status, len(answer.read())

    assert ask()[0] == 200
    try:
        name = stage.faults.arm("refuse-connections")
        for _ in range(2):
            try:
                open_socket(stage.url)
                raise AssertionError("connected")
            except ConnectionRefusedError:
                pass
        assert ask()[0] == 200
        # The admin's listener is another, and stays.
        assert stage.faults.ask("POST", "/pause") == (200, {})
        wait_until(lambda: connects(stage.url))
        assert stage.faults.ask("POST", "/resume") == (200, {})
        wait_until(lambda: not connects(stage.url))
    finally:
        old.close()
    assert stage.faults.rule(name)["fired"] == 1
    stage.faults.heal()
    open_socket(stage.url).close()


@test
def the_accepted_may_be_left_alone(stage):
    name = stage.faults.arm("accept-silent", when={"first": 1})
    silent = open_socket(stage.url, timeout_s=0.3)
    silent.sendall(raw_request("Encrypt", stage.body))
    assert read_all(silent) == (b"", "silence")
    assert stage.encrypt()[0].startswith(b"HTTP/1.1 200")
    stage.faults.heal()
    silent.settimeout(lab.PATIENCE_S)
    assert silent.recv(12) == b"HTTP/1.1 200"
    silent.close()
    event = stage.faults.ask("GET", "/events")[1]["events"][-1]
    assert event["rule"] == name, event


@test
def bad_rules_are_refused_with_the_reason_and_change_nothing(stage):
    stage.faults.arm("hang", name="kept", match={"operation": "ListKeys"})
    before = stage.faults.ask("GET")
    good = {"do": {"kind": "hang"}}
    for rule, words in (
            ({"do": {"kind": "nothing"}}, "there is none called"),
            ({"do": {"kind": "error"}}, "code: must be given"),
            ({"do": {"kind": "error", "code": "Nothing"}}, "is no error of KMS"),
            ({"do": {"kind": "hang", "fixed": "1s"}}, "fixed: no such member"),
            ({"do": {"kind": "latency"}}, "one of them"),
            ({"do": {"kind": "latency", "fixed": "1 s"}}, "not a duration"),
            ({**good, "match": {"operation": "Nothing"}}, "KMS has none"),
            ({**good, "match": {"key": "nothing"}}, "not a key id"),
            ({**good, "match": {"port": 1}}, "for what happens to connections"),
            ({**good, "match": {"account": "11112222333"}}, "not twelve digits"),
            ({**good, "match": {"account": "11112222333x"}}, "not twelve digits"),
            ({**good, "match": {"header": {"name": "x y", "value": "z"}}},
             "no header has such a name"),
            ({**good, "ttl": "0s"}, "longer than nothing"),
            ({**good, "when": {"first": 1, "after": 5}}, "it would never fire"),
            ({"do": {"kind": "error", "code": "A\r\nX: 1", "status": 400}},
             "no header can carry it"),
            ({"do": {"kind": "content-type", "type": "a\n"}}, "no header can carry it"),
            ({**good, "name": ".."}, "not dots alone"),
            ({**good, "match": {"operations": "Encrypt"}}, "no such member"),
            ({"do": {"kind": "late-tls", "wait": "1s"}, "match": {"key": stage.key}},
             "no request was received"),
            ({"do": {"kind": "late-tls", "wait": "1s"}}, "late-tls: nothing here serves TLS"),
            ({"do": {"kind": "expired-certificate"}}, "start kms-emulator with --tls"),
            ({"do": {"kind": "reset", "at": "tls"}}, "it would never fire"),
            ({"do": {"kind": "refuse-connections"}, "match": {"address": "::1"}},
             "the kernel refuses"),
            ({"do": {"kind": "wrong-plaintext"}, "match": {"operation": "Encrypt"}},
             "no plaintext"),
            ({"do": {"kind": "not-done"}, "match": {"operation": "ListKeys"}},
             "left undone")):
        status, answer = stage.faults.ask("POST", "", [good, rule])
        assert status == 400 and words in answer["error"], (rule, answer)
        assert answer["error"].startswith("rule 2: "), answer
        assert "\n" not in answer["error"]
    assert stage.faults.ask("POST", "", {"name": "kept", **good})[0] == 409
    assert stage.faults.ask("GET") == before


@test
def rules_are_replaced_removed_paused_and_out_of_date(stage):
    name = stage.faults.arm("empty", ttl="2s")
    assert post(stage.url, "ListKeys", {})[0] == 500
    assert stage.faults.ask("POST", "/pause") == (200, {})
    assert post(stage.url, "ListKeys", {})[0] == 200
    assert stage.faults.ask("POST", "/resume") == (200, {})
    assert post(stage.url, "ListKeys", {})[0] == 500
    time.sleep(2.2)
    assert post(stage.url, "ListKeys", {})[0] == 200
    rule = stage.faults.rule(name)
    assert rule["expired"] and rule["fired"] == 2, rule
    html = {"do": {"kind": "html"}}
    assert stage.faults.ask("PUT", "/" + name, html) == (200, {"names": [name]})
    assert post(stage.url, "ListKeys", {})[0] == 503
    assert stage.faults.ask("PUT", "/other", html)[0] == 404
    assert stage.faults.ask("DELETE", "/" + name) == (200, {})
    assert stage.faults.ask("DELETE", "/" + name)[0] == 404
    assert post(stage.url, "ListKeys", {})[0] == 200


def play(emulator, key, order):
    """Which of 40 requests in each of four scopes fail."""
    failed = {scope: "" for scope in "abcd"}
    for scope in order:
        status, _, _ = post(emulator.url, "Encrypt",
                            {"KeyId": key, "Plaintext": "aGk="}, scope=scope)
        failed[scope] += "x" if status == 500 else "."
    return failed


@test
def one_seed_gives_one_sequence_whatever_others_do(stage):
    order = list("abcd" * 40)
    rules = {"seed": 42, "rules": [
        {"when": {"probability": 0.4}, "do": {"kind": "empty"}}]}
    seen = []
    for turn in range(2):
        stage.faults.heal()
        assert stage.faults.ask("POST", "", rules)[0] == 201
        random.Random(turn).shuffle(order)
        seen.append(play(stage.emulator, stage.key, order))
        stage.faults.saw("empty", sum(s.count("x") for s in seen[turn].values()),
                         http_500=sum(s.count("x") for s in seen[turn].values()))
    assert seen[0] == seen[1] and len(set(seen[0].values())) == 4, seen
    rules["seed"] = 43
    assert stage.faults.ask("PUT", "", rules)[0] == 201
    assert play(stage.emulator, stage.key, order) != seen[0]
    stage.faults.heal()


@test
def many_at_once_are_counted_the_same(stage):
    counts = []
    for _ in range(2):
        stage.faults.heal()
        stage.faults.ask("POST", "", {"seed": 5, "rules": [
            {"when": {"probability": 0.5}, "do": {"kind": "empty"}}]})
        threads = [threading.Thread(target=lambda: [
            post(stage.url, "ListKeys", {}) for _ in range(25)]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        counts.append(stage.faults.rule("empty")["fired"])
    assert counts[0] == counts[1] and 60 < counts[0] < 140, counts


@test
def presets_come_scaled_and_as_metrics(stage):
    stage.faults.heal()
    presets = stage.faults.ask("GET", "/presets")[1]["presets"]
    assert len(presets) >= 5
    for preset in presets:
        stage.faults.heal()
        path = f"/presets/{preset['name']}?scale=0.01"
        status, answer = stage.faults.ask("POST", path)
        assert status == 201 and answer["names"], (preset, answer)
        rules = stage.faults.ask("GET")[1]["rules"]
        assert all("ttl" in r["rule"] or "times" in r["rule"].get("when", {})
                   for r in rules), "nothing may stay armed for ever"
    stage.faults.heal()
    assert stage.faults.ask("POST", "/presets/nothing")[0] == 404
    stage.faults.arm("empty", name="counted")
    post(stage.url, "ListKeys", {})
    metrics = lab.urllib.request.urlopen(stage.emulator.admin + "/metrics").read()
    assert (b'kms_emulator_faults_fired_total{rule="counted",kind="empty"} 1\n'
            in metrics)
    stage.faults.heal()


@test
def a_file_arms_them_from_the_start(stage):
    path = os.path.join(stage.emulator.folder, "faults.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"do": {"kind": "empty"}, "when": {"probability": 0.5}}, file)
    with lab.Emulator("--store=memory", "--faults=" + path, "--fault-seed=9") as other:
        answer = Faults(other).ask("GET")[1]
        assert answer["seed"] == 9 and answer["rules"][0]["name"] == "empty"
        assert other.end() == 0


def half_closed(connection):
    """A request whose client then sends no more, and what it is answered."""
    connection.sendall(raw_request("ListKeys", {}, Connection="close"))
    connection.shutdown(socket.SHUT_WR)
    return read_all(connection)


@test
def who_sends_no_more_still_gets_its_answer(stage):
    for kind, parameters in (("latency", {"fixed": "200ms"}),
                             ("drip", {"bytes": 20, "every": "5ms"})):
        stage.faults.heal()
        name = stage.faults.arm(kind, **parameters)
        with open_socket(stage.url) as connection:
            received, end = half_closed(connection)
        assert b"HTTP/1.1 200 OK\r\n" in received, (kind, received)
        assert received.endswith(b"}") and end == "closed", (kind, received)
        assert received.startswith(b"HTTP/1.1 100 ") == (kind == "latency"), received
        saw = stage.faults.rule(name)["observed"]
        assert saw == {"http-200" if kind == "latency" else "sent": 1}, saw
    stage.faults.heal()
    name = stage.faults.arm("latency", fixed="1h")
    with open_socket(stage.url) as connection:
        connection.sendall(raw_request("ListKeys", {}))
        time.sleep(0.2)
    stage.faults.saw(name, 1, client_left=1)
    stage.faults.heal()


@test
def over_tls_too(stage):
    folder = os.path.join(stage.emulator.folder, "half")
    with lab.Emulator("--store=memory", "--tls=self-signed=" + folder) as other:
        faults = Faults(other)
        address = address_of(other.url.replace("https", "http"))
        trust = ssl.create_default_context(cafile=os.path.join(folder, "ca.pem"))
        name = faults.arm("latency", fixed="1h")
        with socket.create_connection(address, timeout=lab.PATIENCE_S) as plain:
            with trust.wrap_socket(plain, server_hostname="localhost") as client:
                client.sendall(raw_request("ListKeys", {}))
                time.sleep(0.2)
        faults.saw(name, 1, client_left=1)
        faults.heal()
        assert other.end() == 0


@test
def tls_may_be_late_out_of_date_or_reset(stage):
    folder = os.path.join(stage.emulator.folder, "tls")
    with lab.Emulator("--store=memory", "--tls=self-signed=" + folder) as other:
        faults = Faults(other)
        address = address_of(other.url.replace("https", "http"))
        trust = ssl.create_default_context(cafile=os.path.join(folder, "ca.pem"))

        def greet():
            with socket.create_connection(address, timeout=lab.PATIENCE_S) as plain:
                with trust.wrap_socket(plain, server_hostname="localhost"):
                    return "good"

        name = faults.arm("late-tls", wait="300ms", match={"server_name": "localhost"})
        began = time.monotonic()
        assert greet() == "good" and time.monotonic() - began >= 0.3
        faults.saw(name, 1, served=1)
        faults.arm("expired-certificate")
        try:
            raise AssertionError(greet())
        except ssl.SSLCertVerificationError as error:
            assert "expired" in str(error), error
        faults.arm("reset", at="tls", match={"port": address[1]})
        try:
            raise AssertionError(greet())
        except (ConnectionError, ssl.SSLError):
            pass
        faults.heal()
        assert greet() == "good"


with lab.Emulator("--store=memory") as running:
    code = lab.run_all(Stage(running)) or running.end()
sys.exit(code)
