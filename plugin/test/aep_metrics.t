#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The two families of metrics that aws-encryption-provider has, line by line,
and what we add: OpenMetrics on request, durations by cause, the process.
Prints TAP."""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import plugin_process as lab
from aep_rows import AEP, decrypt, encrypt, row, started, status
from grpc_client import V1, V2, Client
from plugin_process import equal, message

try:
    from prometheus_client.openmetrics.parser import text_string_to_metric_families as strict
    from prometheus_client.parser import text_string_to_metric_families as plain
except ImportError:
    strict = plain = None

ONCE = "--max-attempts=1"
TOTAL = "aws_encryption_provider_kms_operations_total"
LATENCY = "aws_encryption_provider_kms_operation_latency_ms"
OPENMETRICS = {"Accept": "application/openmetrics-text;version=1.0.0;q=0.6,"
                         "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"}
SAMPLE = re.compile(r"^([a-z_]+)(?:\{(.*)\})? (\S+)$")


def samples(text, name):
    """Labels, as a dictionary, to value."""
    out = {}
    for line in text.splitlines():
        found = SAMPLE.match(line)
        if found and found.group(1) == name:
            labels = re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', found.group(2) or "")
            out[tuple(sorted(labels))] = float(found.group(3))
    return out


def counted(plugin):
    """(operation, version, status) to the count."""
    got = samples(plugin.get("/metrics")[1], TOTAL)
    return {tuple(dict(labels)[name] for name in ("operation", "version", "status")): value
            for labels, value in got.items()}


def either(line):
    def add(function):
        for flag in (AEP, "--compat=none"):
            row(f"{line} {flag}")(lambda flag=flag: function(flag))

    return add


@either("operations_total: key_arn, operation, status, version, and no other label")
def _(compat):
    with started(compat, keys=("alias/a",)) as (kms, plugin, client):
        encrypt(client)
        decrypt(client, b"1" + lab.seal(b"x"), V1)
        text = plugin.get("/metrics")[1]
        for labels in samples(text, TOTAL):
            equal([name for name, _ in labels], ["key_arn", "operation", "status", "version"])
            equal(dict(labels)["key_arn"], "alias/a")
        assert f"# TYPE {TOTAL} counter" in text and f"# TYPE {LATENCY} histogram" in text


@either("operation_latency_ms: the same labels, buckets 2 to 16384, whole milliseconds")
def _(compat):
    with started(compat) as (kms, plugin, client):
        encrypt(client)
        text = plugin.get("/metrics")[1]
        bounds = [dict(labels)["le"] for labels in samples(text, LATENCY + "_bucket")
                  if dict(labels)["operation"] == "encrypt" and dict(labels)["version"] == "v2"]
        equal(bounds, [str(2 << i) for i in range(14)] + ["+Inf"])
        for value in samples(text, LATENCY + "_sum").values():
            equal(value, int(value))


@either("key_arn is the text of --key, escaped")
def _(compat):
    with started(compat, keys=('"alias/""q"""',)) as (kms, plugin, client):
        encrypt(client)
        assert r'key_arn="alias/\"q\""' in plugin.get("/metrics")[1]


@row("a series appears with its first call, and each call counts once")
def _():
    with started(AEP, ONCE) as (kms, plugin, client):
        equal(counted(plugin), {})
        assert TOTAL not in plugin.get("/metrics")[1]
        encrypt(client)
        equal(counted(plugin), {("encrypt", "v2", "success"): 1})
        decrypt(client, b"1" + lab.seal(b"x"), V1)
        kms.mode = (400, "ThrottlingException", "")
        client.fails(V1 + "Encrypt", message((2, b"dek")))
        kms.mode = (400, "InvalidCiphertextException", "")
        client.fails(V2 + "Decrypt", message((1, b"1x")))
        kms.mode = (400, "DisabledException", "")
        client.fails(V2 + "Decrypt", message((1, b"1x")))
        equal(counted(plugin), {
            ("encrypt", "v2", "success"): 1, ("decrypt", "v1", "success"): 1,
            ("encrypt", "v1", "failure-throttle"): 1,
            ("decrypt", "v2", "failure-corruption"): 1, ("decrypt", "v2", "failure"): 1})


@row("health probes count as calls: of v1 one Encrypt, of v2 an Encrypt and a Decrypt")
def _():
    with started(AEP) as (kms, plugin, client):
        equal(plugin.get("/healthz"), (200, "OK"))
        equal(counted(plugin), {("encrypt", "v1", "success"): 1})
    with started(AEP) as (kms, plugin, client):
        status(client)
        equal(counted(plugin), {("encrypt", "v2", "success"): 1, ("decrypt", "v2", "success"): 1})


@row("what is refused before KMS does not count")
def _():
    with started(AEP) as (kms, plugin, client):
        client.fails(V2 + "Decrypt")
        client.fails(V2 + "Decrypt", message((1, b"2x")))
        equal(counted(plugin), {})


@row("latency covers retries")
def _():
    with started(AEP) as (kms, plugin, client):
        kms.mode = (500, "KMSInternalException", "once more")
        client.fails(V2 + "Encrypt", message((1, b"seed")))
        assert len(kms.requests) > 1, kms.requests
        equal(counted(plugin), {("encrypt", "v2", "failure"): 1})


@row("process_* have the names that every client of Prometheus gives")
def _():
    with started(AEP) as (kms, plugin, client):
        text = plugin.get("/metrics")[1]
        for name in ("process_cpu_seconds_total", "process_max_fds", "process_open_fds",
                     "process_resident_memory_bytes", "process_start_time_seconds",
                     "process_virtual_memory_bytes"):
            value, = samples(text, name).values()
            assert value >= 0 and (value > 0 or "cpu" in name), (name, value)


# ---- what we add -----------------------------------------------------------


@row("ours: durations in seconds by key, operation and gRPC code; calls under way")
def _():
    with started(ONCE, keys=("alias/a",)) as (kms, plugin, client):
        kms.mode = (400, "DisabledException", "")
        client.fails(V2 + "Decrypt", message((1, b"1x")))
        text = plugin.get("/metrics")[1]
        counts = samples(text, "aws_kms_plugin_call_duration_seconds_count")
        wanted = (("code", "FailedPrecondition"), ("key", "alias/a"), ("operation", "decrypt"))
        assert counts[wanted] >= 1, counts
        assert 'le="0.001"' in text and 'le="3"' in text
        kms.mode = "silent"
        call = client.start(V2 + "Encrypt", message((1, b"seed")))
        name = "aws_kms_plugin_calls_in_flight"
        key = (("key", "alias/a"), ("operation", "encrypt"))
        lab.wait_for(lambda: samples(plugin.get("/metrics")[1], name)[key] >= 1, "one under way")
        call.cancel()
        kms.mode = "answer"
        lab.wait_for(lambda: samples(plugin.get("/metrics")[1], name)[key] == 0, "none")


@row("ours: requests and answers by Region; what is known of credentials")
def _():
    with started() as (kms, plugin, client):
        encrypt(client)
        text = plugin.get("/metrics")[1]
        key = (("key", lab.KEY), ("operation", "encrypt"))
        assert samples(text, "aws_kms_plugin_requests_total")[key] >= 1
        assert samples(text, "aws_kms_plugin_answers_total")[(("region", "eu-west-1"),)] >= 1
        equal(samples(text, "aws_kms_plugin_credentials_usable")[()], 1)
        here = (("region", "eu-west-1"),)
        equal(samples(text, "aws_kms_plugin_region_open"), {here: 0})
        equal(samples(text, "aws_kms_plugin_clock_offset_seconds"), {here: 0})


@row("ours: whether a key can be used, for each API; asking for it asks KMS nothing")
def _():
    with started() as (kms, plugin, client):
        def usable():
            return samples(plugin.get("/metrics")[1], "aws_kms_plugin_key_usable")

        v1, v2 = ((("api", api), ("key", lab.KEY)) for api in ("v1beta1", "v2"))
        lab.wait_for(lambda: usable()[v2] == 1, "good")
        equal(usable()[v1], -1)
        kms.mode = (400, "DisabledException", "off")
        lab.wait_for(lambda: plugin.get("/healthz")[0] == 500, "bad")
        equal(usable()[v1], 0)


@row("ours: OpenMetrics when it is asked for, text when not")
def _():
    with started() as (kms, plugin, client):
        encrypt(client)
        text = plugin.get("/metrics", headers=OPENMETRICS)[1]
        assert text.endswith("\n# EOF\n") and text.count("# EOF") == 1
        name = TOTAL.removesuffix("_total")
        assert f"# TYPE {name} counter\n" in text and f"# TYPE {TOTAL} " not in text
        assert 'le="2.0"' in text and 'le="2"' not in text
        families = re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE)
        equal(families, sorted(set(families)))
        for headers in ({}, {"Accept": "*/*"}, {"Accept": "text/plain"},
                        {"Accept": "application/openmetrics-text;q=0,text/plain"}):
            text = plugin.get("/metrics", headers=headers)[1]
            assert "# EOF" not in text and f"# TYPE {TOTAL} counter" in text


@row("ours: Prometheus's own parsers take both")
def _():
    if strict is None:
        return  # python3-prometheus-client is not installed; the row above stands alone
    with started(ONCE) as (kms, plugin, client):
        encrypt(client)
        kms.mode = (400, "ThrottlingException", "")
        client.fails(V1 + "Encrypt", message((2, b"dek")))
        for parse, headers in ((strict, OPENMETRICS), (plain, {})):
            names = {f.name for f in parse(plugin.get("/metrics", headers=headers)[1])}
            assert {LATENCY, TOTAL.removesuffix("_total"), "process_cpu_seconds",
                    "aws_kms_plugin_build_info"} <= names, names


@row("ours: the number of series does not grow with what callers and KMS send")
def _():
    with started(ONCE) as (kms, plugin, client):
        def series():
            return len(plugin.get("/metrics")[1].splitlines())

        kms.mode = (400, "Exception0", "m")
        client.fails(V2 + "Decrypt", message((1, b"1x")))
        lab.wait_for(lambda: plugin.get("/healthz")[0] == 500, "the probes' series too")
        client.fails(V2 + "Encrypt", message((1, b"x")))
        before = series()
        for number in range(50):
            kms.mode = (400, f"Exception{number}", f"m{number}")
            client.fails(V2 + "Decrypt", message((1, b"1x%d" % number), (3, b"id%d" % number)))
        equal(series(), before)


lab.run()
