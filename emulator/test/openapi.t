#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""docs/openapi-faults.yaml says what kms-emulator serves: its paths and
methods, its kinds, the shape of its answers, and what it takes for a rule."""

import datetime
import itertools
import json
import os
import re
import sys
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(__file__))
from emulator_process import PATIENCE_S, Emulator, run_all, skip_all, test

try:
    import yaml
except ImportError:
    skip_all("python3-yaml is not installed")

DOCS = os.path.join(os.path.dirname(__file__), "../../docs")
with open(os.path.join(DOCS, "openapi-faults.yaml"), encoding="utf-8") as file:
    SPEC = yaml.safe_load(file)
with open(os.path.join(DOCS, "FAULTS.md"), encoding="utf-8") as file:
    GUIDE = file.read()
METHODS = ("get", "post", "put", "delete")
TYPES = {
    "object": dict, "array": list, "string": str, "integer": int,
    "boolean": bool, "number": (int, float),
}
RULE = {"name": "r", "match": {"operation": "Encrypt"},
        "when": {"times": 1}, "do": {"kind": "hang"}, "ttl": "1m"}


def ask(emulator, method, path, body=None):
    """The status and the parsed answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        emulator.admin + path, data, method=method.upper())
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


def resolved(schema):
    while "$ref" in schema:
        node = SPEC
        for name in schema["$ref"].removeprefix("#/").split("/"):
            node = node[name]
        schema = node
    return schema


def check(value, schema, where="answer"):
    """As much of JSON Schema as the file uses."""
    schema = resolved(schema)
    if value is None:
        assert schema.get("nullable"), f"{where}: null"
        return
    if "oneOf" in schema:
        return check_one(value, schema["oneOf"], where)
    kind = schema.get("type")
    is_flag = isinstance(value, bool) and kind != "boolean"
    assert not is_flag and isinstance(value, TYPES[kind]), (where, value)
    if "enum" in schema:
        assert value in schema["enum"], (where, value)
    if "pattern" in schema:
        assert re.search(schema["pattern"], value), (where, value)
    if "minimum" in schema:
        assert value >= schema["minimum"], (where, value)
    if kind == "array":
        for at, item in enumerate(value):
            check(item, schema["items"], f"{where}[{at}]")
    if kind == "object":
        check_members(value, schema, where)


def check_one(value, choices, where):
    problems = []
    for choice in choices:
        try:
            return check(value, choice, where)
        except AssertionError as problem:
            problems.append(str(problem))
    raise AssertionError(f"{where}: {problems}")


def check_members(value, schema, where):
    known = schema.get("properties", {})
    other = schema.get("additionalProperties", True)
    for name in schema.get("required", []):
        assert name in value, f"{where}: {name} is missing"
    for name, member in value.items():
        if name in known:
            check(member, known[name], f"{where}.{name}")
        elif isinstance(other, dict):
            check(member, other, f"{where}.{name}")
        else:
            assert other, f"{where}: {name} is not in the file"


def checked(emulator, method, path, body=None, at=None):
    """Asks, and compares the answer with what the file says of it."""
    status, answer = ask(emulator, method, path, body)
    operation = SPEC["paths"][at or path][method]
    assert str(status) in operation["responses"], (method, path, status, answer)
    response = resolved(operation["responses"][str(status)])
    check(answer, response["content"]["application/json"]["schema"])
    return status, answer


@test
def each_path_takes_the_methods_that_the_file_says_and_no_others(emulator):
    for path, method in itertools.product(SPEC["paths"], METHODS):
        status, answer = ask(emulator, method, path.format(name="no-such"),
                             {} if method in ("post", "put") else None)
        if method in SPEC["paths"][path]:
            assert status != 405, (method, path, answer)
            assert "no such path" not in answer.get("error", ""), (method, path)
        elif path != "/faults/{name}" or method != "post":
            named = path in ("/faults/pause", "/faults/resume", "/faults/kinds",
                             "/faults/presets", "/faults/events")
            # Rules may have these names, too.
            wanted = (400, 404, 405) if named else (404, 405)
            assert status in wanted, (method, path, status, answer)


@test
def kinds_are_those_of_the_file(emulator):
    _, answer = checked(emulator, "get", "/faults/kinds")
    served = [kind["kind"] for kind in answer["kinds"]]
    schema = SPEC["components"]["schemas"]["Action"]["properties"]["kind"]
    assert served == schema["enum"], (served, schema["enum"])


@test
def parameters_that_the_file_tells_are_those_of_its_kinds(emulator):
    """It tells those that are more than one kind's own matter."""
    _, answer = ask(emulator, "get", "/faults/kinds")
    told = SPEC["components"]["schemas"]["Action"]["properties"]
    for name in set(told) - {"kind"}:
        kinds = [kind["kind"] for kind in answer["kinds"]
                 if name in (p["name"] for p in kind["parameters"])]
        assert kinds, name
        for kind in answer["kinds"]:
            action = {"kind": kind["kind"], "code": "DisabledException"}
            if kind["kind"] != "error":
                del action["code"]
            action[name] = told[name]["example"]
            status, refusal = ask(emulator, "put", "/faults", {"do": action})
            takes = status == 201
            assert takes == (kind["kind"] in kinds), (action, refusal)
        assert all(kind in told[name]["description"] for kind in kinds), name
    checked(emulator, "delete", "/faults")


@test
def the_guide_tells_each_kind_under_its_stage(emulator):
    """In a row "| `kind`, `kind` | stage | ...": reset's is of its own, and the
    proxy's kinds are another table."""
    own = GUIDE.split("## Between the apiserver and the plugin")[0]
    rows = re.findall(r"^\| (`[a-z`, -]+`) \| (.+?) \|", own, re.M)
    told = {kind: stage for kinds, stage in rows
            for kind in re.findall(r"`([a-z-]+)`", kinds)}
    _, answer = ask(emulator, "get", "/faults/kinds")
    for kind in answer["kinds"]:
        assert kind["kind"] in told, kind["kind"]
        if kind["kind"] != "reset":
            assert told[kind["kind"]] == kind["stage"], kind


@test
def members_of_match_and_when_are_those_of_the_file(emulator):
    for part in ("Match", "When"):
        members = SPEC["components"]["schemas"][part]["properties"]
        rule = {"do": {"kind": "hang"},
                part.lower(): {name: False for name in members} | {"nope": 1}}
        status, answer = ask(emulator, "post", "/faults", rule)
        assert status == 400 and "nope" in answer["error"], answer
        for name in members:
            rule[part.lower()] = {name: False}
            status, answer = ask(emulator, "post", "/faults", rule)
            assert status == 400 and name in answer["error"], answer
            assert "no such" not in answer["error"], answer


@test
def answers_have_the_shape_of_the_file(emulator):
    assert checked(emulator, "delete", "/faults")[0] == 200
    assert checked(emulator, "post", "/faults", RULE)[0] == 201
    assert checked(emulator, "post", "/faults", RULE)[0] == 409
    assert checked(emulator, "post", "/faults", {"x": 1})[0] == 400
    _, table = checked(emulator, "get", "/faults")
    assert table["rules"][0]["rule"] == RULE, table
    one = "/faults/{name}"
    assert checked(emulator, "put", "/faults/r", RULE, one)[0] == 200
    assert checked(emulator, "put", "/faults/x", RULE, one)[0] == 404
    assert checked(emulator, "delete", "/faults/r", at=one)[0] == 200
    assert checked(emulator, "delete", "/faults/r", at=one)[0] == 404
    assert checked(emulator, "put", "/faults", [RULE])[0] == 201
    assert checked(emulator, "post", "/faults/pause")[0] == 200
    assert checked(emulator, "post", "/faults/resume")[0] == 200
    checked(emulator, "get", "/faults/events")
    checked(emulator, "delete", "/faults")


@test
def each_preset_is_of_the_shape_and_can_be_armed(emulator):
    _, answer = checked(emulator, "get", "/faults/presets")
    assert answer["presets"]
    at = "/faults/presets/{name}"
    for preset in answer["presets"]:
        path = f"/faults/presets/{preset['name']}"
        status, names = checked(emulator, "post", path + "?scale=0.01", at=at)
        assert status == 201, (preset["name"], names)
        wanted = [rule["name"] for rule in preset["rules"]]
        assert names["names"] == wanted, (names, wanted)
        assert all("ttl" in rule for rule in preset["rules"]), preset["name"]
        checked(emulator, "delete", "/faults")
    assert checked(emulator, "post", "/faults/presets/none", at=at)[0] == 404
    for scale in ("0", "-1", "x", "1e9"):
        path = f"/faults/presets/outage?scale={scale}"
        assert checked(emulator, "post", path, at=at)[0] == 400, scale


@test
def events_are_of_the_shape(emulator):
    checked(emulator, "put", "/faults", {"do": {"kind": "throttle"}})
    now = datetime.datetime.now(datetime.timezone.utc)
    request = urllib.request.Request(emulator.url, b"{}", {
        "X-Amz-Date": f"{now:%Y%m%dT%H%M%SZ}",
        "X-Amz-Target": "TrentService.ListKeys",
        "Content-Type": "application/x-amz-json-1.1",
        "Authorization": "AWS4-HMAC-SHA256 Credential=111122223333/"
        f"{now:%Y%m%d}/us-east-1/kms/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64,
    })
    try:
        urllib.request.urlopen(request, timeout=PATIENCE_S)
        raise AssertionError("it was not throttled")
    except urllib.error.HTTPError as refusal:
        body = refusal.read()
        assert refusal.headers["x-kmslab-fault"] == "throttle", body
    _, answer = checked(emulator, "get", "/faults/events")
    last = answer["events"][-1]
    assert (last["kind"], last["operation"]) == ("throttle", "ListKeys"), last
    _, later = checked(emulator, "get", f"/faults/events?after={last['seq']}",
                       at="/faults/events")
    assert later == {"events": [], "dropped": 0}, later
    checked(emulator, "delete", "/faults")


with Emulator() as started:
    code = run_all(started)
sys.exit(code)
