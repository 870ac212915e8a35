#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""kmslab proxy between grpcio, in kube-apiserver's place, and a real plugin
whose KMS is the emulator: what passes through is the same, each kind of fault
does what it says and is counted as the client saw it, and healing works at
once. Prints TAP."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "plugin", "test"))
sys.dont_write_bytecode = True

import plugin_process as lab
from grpc_client import V1, V2, Client, grpc
from plugin_process import equal, fields_of, message, test
from real_kms import ALIAS, Kms

KMSLAB = os.path.join(os.environ["KMSLAB_BIN"], "kmslab")

with open(KMSLAB, "rb") as program:
    if b"__tsan_init" in program.read():
        lab.skip_all("gRPC core stalls after cancelled calls under ThreadSanitizer")


class Proxy:
    def __init__(self, place, *arguments, name="proxy"):
        self.path = os.path.join(place, f"{name}.sock")
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [KMSLAB, "proxy", "--json", f"--listen=unix://{self.path}",
             f"--plugin=unix://{place}/s", "--control=127.0.0.1:0", *arguments],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.said = json.loads(self.process.stdout.readline() or "{}")
        self.control = self.said["control"]

    def ask(self, method, path, body=None, host=None):
        """Status and JSON of the control listener."""
        request = urllib.request.Request(
            self.control + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Host": host} if host else {})
        try:
            with urllib.request.urlopen(request, timeout=lab.PATIENCE_S) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def arm(self, do, match=None, when=None, name="it", **more):
        rule = {"name": name, "do": do, **more}
        if match:
            rule["match"] = match
        if when:
            rule["when"] = when
        code, said = self.ask("POST", "/faults", rule)
        equal((code, said), (201, {"names": [name]}))

    def heal(self):
        equal(self.ask("DELETE", "/faults"), (200, {}))

    def rule(self, name="it"):
        rules = self.ask("GET", "/faults")[1]["rules"]
        return next(rule for rule in rules if rule["name"] == name)

    def seen(self, name="it"):
        rule = self.rule(name)
        return rule["matched"], rule["fired"], rule["observed"]

    def calls(self):
        return self.ask("GET", "/calls")[1]

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(lab.PATIENCE_S)
        self.process.stdout.close()
        self.log.seek(0)
        words = self.log.read()
        if kind is None and (code != 0 or words):
            raise AssertionError(f"ended with {code}, having said:\n{words}")
        assert not os.path.exists(self.path), "the socket is left behind"


@contextlib.contextmanager
def started(*arguments):
    """A plugin, a proxy before it and a client of the proxy's."""
    with lab.folder() as place, Kms() as kms:
        with plugin_in(place, kms) as plugin, Proxy(place, *arguments) as proxy:
            with Client(proxy.path) as client:
                yield plugin, proxy, client


def plugin_in(place, kms):
    return lab.Plugin(os.path.join(place, "s"), kms,
                      "--health-kms-version=v2", keys=(ALIAS,), cache="30s")


LAYERS = ((), ("--calls",), ("--frames",))


@test
def what_passes_through_is_the_same():
    for layers in LAYERS:
        with started(*layers) as (plugin, _, client), Client(plugin.path) as direct:
            for both in (client, direct):
                equal(both.start(V2 + "Status").result(), direct.start(V2 + "Status").result())
                equal(both.start(V1 + "Version", message((1, b"v1beta1"))).result(),
                      direct.start(V1 + "Version", message((1, b"v1beta1"))).result())
            sealed = client.call(V2 + "Encrypt", message((1, b"seed"), (2, b"u")))
            request = message((1, sealed[1]), (2, b"u"), (3, sealed[2]))
            equal(direct.call(V2 + "Decrypt", request), {1: b"seed"})
            equal(client.call(V2 + "Decrypt", request), {1: b"seed"})
            cipher = direct.call(V1 + "Encrypt", message((1, b"v1beta1"), (2, b"dek")))[1]
            equal(client.call(V1 + "Decrypt", message((1, b"v1beta1"), (2, cipher))), {1: b"dek"})


@test
def errors_pass_with_code_and_text():
    for layers in LAYERS:
        with started(*layers) as (plugin, _, client), Client(plugin.path) as direct:
            for method, request in (
                (V2 + "Decrypt", message((1, b"\x01nonsense"), (2, b"u"))),
                (V2 + "Rotate", b""), ("/x.Y/Z", b"z"), (V2 + "Encrypt", b"\xff"),
            ):
                equal(client.fails(method, request), direct.fails(method, request))


CODE = grpc.StatusCode
STATUS, ENCRYPT, DECRYPT = V2 + "Status", V2 + "Encrypt", V2 + "Decrypt"
SEED = message((1, b"seed"), (2, b"u"))


def works(client):
    """A full turn through the plugin."""
    equal(client.call(STATUS)[2], b"ok")
    sealed = client.call(ENCRYPT, SEED)
    equal(client.call(DECRYPT, message((1, sealed[1]), (2, b"u"), (3, sealed[2])))[1], b"seed")
    return sealed


def took(function):
    began = time.monotonic()
    result = function()
    return result, time.monotonic() - began


def nothing_left(proxy):
    lab.wait_for(lambda: proxy.calls()["open_calls"] == 0, "calls are open still")


@test
def any_grpc_code_can_be_had():
    with started() as (_, proxy, client):
        for code in CODE:
            if code is CODE.OK:
                continue
            number, name = code.value[0], code.name
            for given in (number, name, name.title().replace("_", "")):
                proxy.arm({"kind": "fail", "code": given, "message": f"as {name}"},
                          {"api": "v2", "method": "Encrypt"})
                equal(client.fails(ENCRYPT, SEED), (code, f"as {name}"))
                equal(client.call(STATUS)[2], b"ok")
                matched, fired, observed = proxy.seen()
                equal((matched, fired, sum(observed.values())), (1, 1, 1))
                proxy.heal()
        works(client)


@test
def a_delay_is_as_long_as_it_says():
    with started() as (_, proxy, client):
        proxy.arm({"kind": "delay", "fixed": "300ms"}, {"method": "Status"})
        answer, seconds = took(lambda: client.call(STATUS))
        equal(answer[2], b"ok")
        assert 0.3 <= seconds < 5, seconds
        equal(proxy.seen(), (1, 1, {"OK": 1}))
        equal(client.fails(STATUS, timeout=0.1)[0], CODE.DEADLINE_EXCEEDED)
        proxy.heal()
        for shape in ({"min": "10ms", "max": "30ms"},
                      {"median": "5ms", "sigma": 0.4, "max": "1s"}):
            proxy.arm({"kind": "delay", **shape})
            works(client)
            proxy.heal()
        nothing_left(proxy)


@test
def a_hang_ends_with_the_deadline_or_with_healing():
    with started() as (_, proxy, client):
        proxy.arm({"kind": "hang"}, {"method": "Encrypt"})
        (code, _), seconds = took(lambda: client.fails(ENCRYPT, SEED, timeout=0.3))
        equal(code, CODE.DEADLINE_EXCEEDED)
        assert seconds < 3, seconds
        lab.wait_for(lambda: proxy.seen() == (1, 1, {"DeadlineExceeded": 1}), "it is counted")
        waiting = client.start(ENCRYPT, SEED)
        lab.wait_for(lambda: proxy.seen()[1] == 2, "the call hangs")
        time.sleep(0.05)
        assert not waiting.done()
        _, seconds = took(lambda: (proxy.heal(), waiting.result()))
        assert seconds < 2, seconds
        works(client)
        nothing_left(proxy)


@test
def removing_one_rule_frees_what_it_held_and_nothing_else():
    with started() as (_, proxy, client):
        proxy.arm({"kind": "hang"}, {"method": "Encrypt"}, name="a")
        proxy.arm({"kind": "hang"}, {"method": "Status"}, name="b")
        first, second = client.start(ENCRYPT, SEED), client.start(STATUS)
        lab.wait_for(lambda: proxy.seen("a")[1] + proxy.seen("b")[1] == 2, "both hang")
        equal(proxy.ask("DELETE", "/faults/a"), (200, {}))
        first.result()
        time.sleep(0.05)
        assert not second.done()
        equal(proxy.ask("POST", "/faults/pause"), (200, {}))
        second.result()
        works(client)  # paused
        equal(proxy.ask("DELETE", "/faults/a")[0], 404)


def changed(proxy, client, do, method, request=b""):
    proxy.arm(do)
    answer = client.start(method, request).result()
    equal(proxy.seen(), (1, 1, {"OK": 1}))
    proxy.heal()
    return fields_of(answer)


@test
def texts_of_status_are_changed_and_nothing_else():
    with started() as (_, proxy, client):
        truth = client.call(STATUS)
        equal(changed(proxy, client, {"kind": "key-id", "value": "other"}, STATUS),
              {**truth, 3: b"other"})
        equal(changed(proxy, client, {"kind": "healthz", "value": "not well"}, STATUS),
              {**truth, 2: b"not well"})
        equal(changed(proxy, client, {"kind": "version", "value": "v9"}, STATUS),
              {**truth, 1: b"v9"})
        equal(changed(proxy, client, {"kind": "version", "value": "v9"},
                      V1 + "Version", message((1, b"v1beta1")))[1], b"v9")
        equal(changed(proxy, client, {"kind": "key-id", "value": ""}, STATUS),
              {1: truth[1], 2: truth[2]})
        equal(len(changed(proxy, client, {"kind": "key-id", "length": 1025}, STATUS)[3]), 1025)
        equal(changed(proxy, client, {"kind": "empty"}, STATUS), {})
        equal(client.call(STATUS), truth)


@test
def answers_of_encrypt_and_decrypt_are_changed():
    with started() as (_, proxy, client):
        sealed = works(client)
        request = message((1, sealed[1]), (2, b"u"), (3, sealed[2]))

        def encrypted(**do):
            return changed(proxy, client, do, ENCRYPT, SEED)

        def decrypted(**do):
            return changed(proxy, client, {"kind": "plaintext", **do}, DECRYPT, request)

        equal(encrypted(kind="key-id", value="other")[2], b"other")
        flipped = encrypted(kind="ciphertext", change="flip")[1]
        equal(client.fails(DECRYPT, message((1, flipped), (2, b"u"), (3, sealed[2])))[0] is CODE.OK, False)
        equal(len(encrypted(kind="ciphertext", change="truncate", length=10)[1]), 10)
        assert 1 not in encrypted(kind="ciphertext", change="empty")
        equal(len(encrypted(kind="ciphertext", change="oversize", length=5000)[1]), 5000)
        equal(encrypted(kind="ciphertext", change="replace", value="eHl6")[1], b"xyz")
        answer = proxy_annotations(proxy, client, {"set": {"a.example": "b"}})
        assert message((1, b"a.example"), (2, b"b")) in answer
        assert len(proxy_annotations(proxy, client, {"length": 40000})) > 40000
        assert b"Not Valid" in proxy_annotations(proxy, client, {"invalid": "Not Valid"})
        equal(decrypted(change="wrong")[1], bytes(255 - b for b in b"seed"))
        assert decrypted(change="flip")[1] != b"seed"
        equal(len(decrypted(change="truncate")[1]), 2)
        equal(decrypted(change="empty"), {})
        works(client)


def proxy_annotations(proxy, client, do):
    proxy.arm({"kind": "annotations", **do})
    answer = client.start(ENCRYPT, SEED).result()
    proxy.heal()
    return answer


@test
def an_answer_over_four_mebibytes_is_too_much_for_a_client():
    with started() as (_, proxy, client):
        proxy.arm({"kind": "oversize"}, {"method": "Status"})
        equal(client.fails(STATUS)[0], CODE.RESOURCE_EXHAUSTED)
        proxy.heal()
        works(client)


@test
def a_sequence_alternates_and_counts_are_exact():
    with started() as (_, proxy, client):
        proxy.arm({"a": {"kind": "key-id", "value": "one"}, "b": {"kind": "key-id", "value": "two"}},
                  {"method": "Status"}, {"sequence": "2*a, b, pass, 2*a, b"})
        truth = client.call(ENCRYPT, SEED)[2]
        ids = [client.call(STATUS)[3] for _ in range(8)]
        equal(ids, [b"one", b"one", b"two", truth, b"one", b"one", b"two", truth])
        equal(proxy.seen(), (8, 6, {"OK": 6}))
        proxy.heal()
        proxy.arm({"kind": "fail"}, {"method": "Status"}, {"after": 1, "every": 2, "times": 2})
        outcomes = []
        for _ in range(8):
            outcomes.append(client.start(STATUS).exception() is None)
        equal(outcomes, [True, False, True, False, True, True, True, True])
        equal(proxy.seen(), (8, 2, {"Unavailable": 2}))


@test
def the_same_seed_draws_the_same():
    def draw(seed):
        with started(f"--seed={seed}") as (_, proxy, client):
            proxy.arm({"kind": "fail"}, when={"probability": 0.5})
            return [client.start(STATUS).exception() is None for _ in range(40)]

    first = draw(7)
    equal(draw(7), first)
    assert draw(8) != first and 5 < sum(first) < 35, first


@test
def a_rule_may_be_of_one_test_and_of_one_key():
    with started() as (_, proxy, client):
        proxy.arm({"kind": "fail"}, {"scope": "mine"})
        stub = client.channel.unary_unary(STATUS)
        stub(b"", timeout=lab.PATIENCE_S, metadata=(("x-kmslab-scope", "other"),))
        try:
            stub(b"", timeout=lab.PATIENCE_S, metadata=(("x-kmslab-scope", "mine"),))
            raise AssertionError("it should have failed")
        except grpc.RpcError as error:
            equal(error.code(), CODE.UNAVAILABLE)
            equal(dict(error.trailing_metadata()).get("x-kmslab-fault"), "it")
        proxy.heal()
        sealed = works(client)
        proxy.arm({"kind": "fail"}, {"method": ["Encrypt", "Decrypt"], "key_id": "no such"})
        proxy.arm({"kind": "fail"}, {"uid": "v"}, name="other")
        works(client)
        equal(client.fails(ENCRYPT, message((1, b"x"), (2, b"v")))[0], CODE.UNAVAILABLE)
        proxy.heal()
        proxy.arm({"kind": "fail"}, {"key_id": sealed[2].decode()})
        client.fails(DECRYPT, message((1, sealed[1]), (2, b"u"), (3, sealed[2])))


@test
def rules_that_cannot_be_are_refused_and_nothing_changes():
    with started() as (_, proxy, _client):
        for rule, words in (
            ({"do": {"kind": "delay"}}, "fixed, or min"),
            ({"do": {"kind": "nothing"}}, "no kind 'nothing'"),
            ({"do": {"kind": "hang"}, "whne": {}}, "whne"),
            ({"do": {"kind": "goaway"}, "match": {"method": "Status"}}, "among frames"),
            ({"do": {"kind": "key-id", "value": "x"}, "match": {"method": "Decrypt"}}, "no method"),
            ({"do": {"kind": "fail", "code": "OK"}}, "no failure"),
            ({"do": {"kind": "hang"}, "when": {"first": 0}}, "first: not a whole number"),
            ({"do": {"kind": "hang"}, "when": {"sequence": "3*burn"}}, "burn"),
            ([{"do": {"kind": "hang"}}, {"do": {"kind": "hang"}, "ttl": "5"}], "rule 2"),
            ({"rules": [], "sed": 1}, "sed"),
        ):
            code, said = proxy.ask("POST", "/faults", rule)
            equal(code, 400)
            assert words in said["error"], said
        equal(proxy.ask("GET", "/faults"), (200, {"seed": 1, "paused": False, "rules": []}))
        equal(proxy.ask("POST", "/faults", [{"do": {"kind": "hang"}}] * 2)[1],
              {"names": ["hang", "hang-2"]})
        equal(proxy.ask("PUT", "/faults", {"seed": 9, "rules": []}), (200, {"names": []}))
        proxy.arm({"kind": "hang"}, name="x")
        equal(proxy.ask("PUT", "/faults/x", {"name": "x", "do": {"kind": "empty"}})[0], 200)
        equal(proxy.rule("x")["rule"], {"name": "x", "do": {"kind": "empty"}})
        equal(proxy.ask("PUT", "/faults/y", {"do": {"kind": "hang"}})[0], 404)
        equal(proxy.ask("GET", "/faults")[1]["seed"], 9)
        assert len(proxy.ask("GET", "/faults/kinds")[1]["kinds"]) > 20
        equal(proxy.ask("GET", "/nothing")[0], 404)
        for host, code in (("evil.example", 403), ("localhost.evil.example", 403),
                           ("localhost.", 200), ("LOCALHOST:1", 200)):
            equal(proxy.ask("GET", "/faults", host=host)[0], code)
    with started("--calls") as (_, proxy, _client):
        assert "layer of frames" in proxy.ask("POST", "/faults", {"do": {"kind": "goaway"}})[1]["error"]
    with started("--frames") as (_, proxy, _client):
        assert "layer of calls" in proxy.ask("POST", "/faults", {"do": {"kind": "hang"}})[1]["error"]


@test
def what_happened_is_told_in_order():
    with started() as (_, proxy, client):
        proxy.arm({"kind": "fail", "code": "Internal"}, {"method": "Status"}, {"first": 2})
        for _ in range(3):
            client.start(STATUS).exception()
        events = proxy.ask("GET", "/faults/events")[1]
        equal([(e["seq"], e["rule"], e["kind"], e["operation"], e["outcome"]) for e in events["events"]],
              [(n, "it", "fail", "Status", "Internal") for n in (1, 2)])
        equal(len(proxy.ask("GET", "/faults/events?after=1")[1]["events"]), 1)
        counts = {(c["method"], c["code"]): c["count"] for c in proxy.calls()["calls"]}
        equal(counts, {(STATUS, "Internal"): 2, (STATUS, "OK"): 1})


@test
def a_rule_ends_with_its_time():
    with started() as (_, proxy, client):
        proxy.arm({"kind": "fail"}, {"method": "Status"}, ttl="400ms")
        equal(client.fails(STATUS)[0], CODE.UNAVAILABLE)
        time.sleep(0.45)
        works(client)
        equal(proxy.rule()["expired"], True)


# ---- frames -----------------------------------------------------------------


def fails_once(proxy, client, do, code=CODE.UNAVAILABLE):
    """The next call fails so; after healing the same channel works again."""
    proxy.arm(do, when={"first": 1})
    got, words = client.fails(STATUS, timeout=5)
    assert got in (code if isinstance(code, tuple) else (code,)), (do, got, words)
    matched, fired, observed = proxy.seen()
    assert matched >= 1
    equal((fired, sum(observed.values())), (1, 1))
    proxy.heal()
    # Core may put a call on a connection that it is about to find closed.
    lab.wait_for(lambda: client.start(STATUS).exception() is None, "it is well again")
    works(client)
    return words


@test
def frames_that_no_library_sends_are_seen_by_grpcio():
    for layers in ((), ("--frames",)):
        with started(*layers) as (_, proxy, client):
            works(client)
            fails_once(proxy, client, {"kind": "close"})
            fails_once(proxy, client, {"kind": "close", "at": "answer"})
            fails_once(proxy, client, {"kind": "reset"})
            fails_once(proxy, client, {"kind": "torn-frame"})
            fails_once(proxy, client, {"kind": "garbage"}, (CODE.UNAVAILABLE, CODE.UNKNOWN))
            fails_once(proxy, client, {"kind": "rst-stream", "code": "INTERNAL_ERROR"}, CODE.INTERNAL)
            fails_once(proxy, client, {"kind": "rst-stream", "code": "REFUSED_STREAM"})
            fails_once(proxy, client, {"kind": "rst-stream"}, CODE.CANCELLED)
            fails_once(proxy, client, {"kind": "no-trailers"}, (CODE.UNKNOWN, CODE.INTERNAL))
            nothing_left(proxy)


@test
def a_connection_that_is_going_away_is_left():
    with started() as (_, proxy, client):
        works(client)
        before = proxy.calls()["connections"]
        proxy.arm({"kind": "goaway"}, when={"first": 1})
        equal(client.call(STATUS)[2], b"ok")
        works(client)
        equal(proxy.seen()[1:], (1, {"goaway": 1}))
        assert proxy.calls()["connections"] == before + 1
        proxy.heal()
        proxy.arm({"kind": "goaway", "code": "ENHANCE_YOUR_CALM", "last_stream": 0,
                   "message": "too_many_pings"})
        client.fails(STATUS, timeout=1)
        proxy.heal()
        works(client)


@test
def silence_lasts_until_it_is_healed():
    with started() as (_, proxy, client):
        works(client)
        proxy.arm({"kind": "half-open"}, when={"first": 1})
        equal(client.fails(STATUS, timeout=0.3)[0], CODE.DEADLINE_EXCEEDED)
        waiting = client.start(STATUS)
        time.sleep(0.1)
        assert not waiting.done()
        _, seconds = took(lambda: (proxy.heal(), waiting.result()))
        assert seconds < 2, seconds
        proxy.arm({"kind": "delay-frames", "fixed": "300ms"}, when={"first": 1})
        _, seconds = took(lambda: client.call(STATUS))
        assert 0.3 <= seconds < 5, seconds
        proxy.heal()
        proxy.arm({"kind": "more-trailers"})
        equal(client.call(STATUS)[2], b"ok")
        proxy.heal()
        works(client)


@test
def a_dropped_connection_is_served_once_it_is_healed():
    with started() as (_, proxy, client):
        proxy.arm({"kind": "drop"})
        equal(client.fails(STATUS, timeout=0.3)[0], CODE.DEADLINE_EXCEEDED)
        equal(proxy.seen()[1:], (1, {"dropped": 1}))
        waiting = client.start(STATUS)
        _, seconds = took(lambda: (proxy.heal(), waiting.result()))
        assert seconds < 2, seconds
        works(client)


# ---- the plugin and many calls ----------------------------------------------


@contextlib.contextmanager
def stopped(process):
    def state():
        with open(f"/proc/{process.pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0]

    process.send_signal(signal.SIGSTOP)
    try:
        lab.wait_for(lambda: state() == "T", "it stops")
        yield
    finally:
        process.send_signal(signal.SIGCONT)


@test
def a_plugin_that_comes_back_is_found_at_once():
    with lab.folder() as place, Kms() as kms, Proxy(place) as proxy:
        with Client(proxy.path) as client:
            (code, _), seconds = took(lambda: client.fails(STATUS, timeout=0.3))
            equal(code, CODE.DEADLINE_EXCEEDED)
            assert seconds < 2, seconds
            for away in (0.1, 3):
                time.sleep(away)
                waiting = client.start(STATUS)  # while there is none
                time.sleep(0.3)
                with plugin_in(place, kms) as plugin:
                    _, seconds = took(waiting.result)
                    assert seconds < 1.5, seconds
                    works(client)
                    with stopped(plugin.process):
                        equal(client.fails(STATUS, timeout=0.3)[0], CODE.DEADLINE_EXCEEDED)
                    works(client)
                    if away == 3:  # hard
                        plugin.process.kill()
                        plugin.process.wait()
                        plugin.process.returncode = 0
            nothing_left(proxy)


@test
def two_hundred_calls_at_once_and_as_many_that_are_cancelled():
    for layers in LAYERS[:2]:
        with started(*layers) as (_, proxy, client):
            works(client)
            calls = [client.start(ENCRYPT, message((1, b"%d" % n), (2, b"u"))) for n in range(200)]
            sealed = [fields_of(call.result())[1] for call in calls]
            opened = [client.start(DECRYPT, message((1, blob), (2, b"u"))) for blob in sealed]
            for n, call in enumerate(opened):
                equal(fields_of(call.result())[1], b"%d" % n)
            threads = len(os.listdir(f"/proc/{proxy.process.pid}/task"))
            proxy.arm({"kind": "hang"}, {"method": "Status"})
            calls = [client.start(STATUS) for _ in range(200)]
            lab.wait_for(lambda: proxy.seen()[1] == 200, "all hang")
            now = len(os.listdir(f"/proc/{proxy.process.pid}/task"))
            assert now <= threads + 4, (threads, now)
            for call in calls:
                call.cancel()
            nothing_left(proxy)
            lab.wait_for(lambda: proxy.seen()[2] == {"Canceled": 200}, "all are counted")
            proxy.heal()
            works(client)


@test
def a_proxy_ends_whatever_hangs():
    with started() as (_, proxy, client):
        proxy.arm({"kind": "hang"})
        calls = [client.start(STATUS) for _ in range(20)]
        lab.wait_for(lambda: proxy.seen()[1] == 20, "all hang")
    for call in calls:
        assert call.exception() is not None


lab.run()
