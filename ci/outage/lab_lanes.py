# SPDX-License-Identifier: Apache-2.0
"""Clients that ask kube-apiserver one thing each, again and again, one request
at a time each: what a journal's steps and states are made of."""
import base64
import json
import re
import threading
import time

from lab_cluster import Client

SECRETS = "/api/v1/namespaces/default/secrets"
PLAIN = "/api/v1/namespaces/default/configmaps"
DELETABLE = 200

# What an error is called in a table; the first that is found.
WORDS = [("expired at", "expired"), ("got unexpected nil transformer", "no seed"),
         ("storage is (re)initializing", "re-initializing"),
         ("DeadlineExceeded", "DeadlineExceeded"), ("context deadline", "DeadlineExceeded"),
         ("Timeout", "timeout"), ("code = Unavailable", "Unavailable"),
         ("code = PermissionDenied", "PermissionDenied"),
         ("healthz", "healthz"), ("failed to decrypt DEK", "not decrypted")]


def classify(code, body):
    """"201", "500 expired", "500 kms-providers", "no answer"."""
    if code == 0:
        return body
    if code < 400:
        return str(code)
    failed = re.findall(r"^\[-\](\S+) failed", body, re.M)
    if failed:
        kms = [name for name in failed if name.startswith("kms-")]
        return f"{code} {(kms or failed)[0]}"
    for words, name in WORDS:
        if words in body:
            return f"{code} {name}"
    return str(code)


def secret(name, value):
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name},
            "stringData": {"value": value}}


def value_of(name):
    return f"value of {name}"


class Asker:
    """What the lanes ask; `written` are the names of which a 201 came."""

    def __init__(self):
        self.written, self.count, self.deleted = [], 0, 0

    def create(self, client):
        self.count += 1
        name = f"w-{self.count}"
        code, body = client.ask("POST", SECRETS, secret(name, value_of(name)))
        if code == 201:
            self.written.append(name)
        return code, body

    def create_plain(self, client):
        self.count += 1
        return client.ask("POST", PLAIN, {"apiVersion": "v1", "kind": "ConfigMap", "metadata":
                                          {"name": f"p-{self.count}"}, "data": {"a": "b"}})

    def delete(self, client):
        name = f"d-{self.deleted % DELETABLE}"
        code, body = client.ask("DELETE", f"{SECRETS}/{name}")
        self.deleted += code == 200
        return code, body

    def replace(self, client):
        code, body = client.ask("GET", f"{SECRETS}/replaced")
        if code != 200:
            return code, body
        return client.ask("PUT", f"{SECRETS}/replaced", json.loads(body))


def get(path):
    return lambda client: client.ask("GET", path)


def lanes_of(asker):
    """name -> (seconds between, what is asked)"""
    return {
        "readyz": (1, get("/readyz")), "healthz": (1, get("/healthz")),
        "livez": (1, get("/livez")), "create": (1, asker.create),
        "read": (1, get(f"{SECRETS}/read")), "list": (2, get(SECRETS)),
        "replace": (2, asker.replace), "delete": (2, asker.delete),
        "create-plain": (5, asker.create_plain),
    }


def words_of(code, body):
    """An answer in a line."""
    try:
        body = json.loads(body).get("message", body)
    except (ValueError, AttributeError):
        pass
    failed = re.findall(r"^\[-\].*$", body, re.M)
    return body.strip() if not failed else "; ".join(failed)


class Lane(threading.Thread):
    """Samples are (at_ms, took_ms, class, words). Ends with stop()."""

    def __init__(self, name, every_s, ask, client, now_ms):
        super().__init__(daemon=True)
        self.lane, self.every_s, self.ask = name, every_s, ask
        self.client, self.now_ms = client, now_ms
        self.samples, self.stopping = [], threading.Event()
        self.start()

    def run(self):
        due = time.monotonic()
        while not self.stopping.wait(max(0.0, due - time.monotonic())):
            at_ms = self.now_ms()
            code, body = self.ask(self.client)
            words = "" if 200 <= code < 300 else words_of(code, body)
            self.samples.append((at_ms, self.now_ms() - at_ms, classify(code, body), words))
            due = max(due + self.every_s, time.monotonic())

    def stop(self):
        self.stopping.set()
        self.join()

    def good_since_ms(self):
        """Since when all answers were good; None: the last was not."""
        since = None
        for at_ms, took_ms, what, _ in reversed(list(self.samples)):
            if not what.startswith("2"):
                break
            since = at_ms + took_ms
        return since


def holds_value(body, value):
    data = json.loads(body).get("data", {}).get("value", "")
    return base64.b64decode(data).decode() == value
