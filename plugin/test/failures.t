#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The table "When something fails" of docs/PLUGIN.md: each of its causes is
brought about, and Status and the health checks must say what stands there."""

import contextlib
import email.utils
import os
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import plugin_process as lab
from aep_rows import started
from grpc_client import V2, grpc

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/PLUGIN.md")
DENIED = (400, "AccessDeniedException", "not allowed")
SKEW_S = 600


def rows():
    """Cause -> (Status, healthz, livez) of the table."""
    with open(PAGE, encoding="utf-8") as page:
        lines = iter(page.read().splitlines())
    for line in lines:
        if line.startswith("| cause | Status | healthz | livez |"):
            break
    next(lines)
    table = {}
    for line in lines:
        if not line.startswith("|"):
            break
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        table[cells[0]] = tuple(cells[1:4])
    return table


TABLE = rows()


def of_kms(mode):
    """KMS answers so from now on."""

    @contextlib.contextmanager
    def cause():
        with started(*FAST) as (kms, plugin, client):
            be_well(plugin, client)
            kms.mode = mode
            yield plugin, client

    return cause


FAST = ("--max-attempts=1",)
PATIENT_S = 20


def status_of(client):
    """The health text, or the code's name as Go prints it."""
    try:
        return lab.fields_of(client.start(V2 + "Status").result())[2].decode()
    except grpc.RpcError as error:
        return error.code().name.title().replace("_", "")


def await_status(client, wanted):
    got = None
    end = time.monotonic() + PATIENT_S
    while time.monotonic() < end:
        got = status_of(client)
        if got == wanted:
            return
        time.sleep(0.02)
    raise AssertionError(f"Status says {got!r}, not {wanted!r}")


def be_well(plugin, client):
    """As it is while probes look at it and all is well."""
    await_status(client, "ok")
    lab.equal(plugin.get("/healthz"), (200, "OK"))


@contextlib.contextmanager
def unreachable():
    with started(*FAST) as (kms, plugin, client):
        be_well(plugin, client)

        def hang_up(handler, _name, _request):
            handler.close_connection = True

        kms.answer = hang_up
        kms.server.shutdown()
        kms.server.server_close()
        yield plugin, client


@contextlib.contextmanager
def half_denied(operation):
    with lab.Kms() as kms:
        usual = kms.answer

        def answer(handler, name, request):
            if name == operation:
                kms.send(handler, 400, {"__type": DENIED[1], "message": DENIED[2]})
            else:
                usual(handler, name, request)

        with started(*FAST, kms=kms) as (_, plugin, client):
            be_well(plugin, client)
            kms.answer = answer
            yield plugin, client


@contextlib.contextmanager
def no_credentials():
    before = dict(lab.ENVIRONMENT)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del lab.ENVIRONMENT[name]
    lab.ENVIRONMENT["HOME"] = "/nonexistent"
    try:
        with started(*FAST) as (_, plugin, client):
            yield plugin, client
    finally:
        lab.ENVIRONMENT.clear()
        lab.ENVIRONMENT.update(before)


@contextlib.contextmanager
def clock_off():
    """KMS lives ten minutes from now and refuses signatures of today."""
    with lab.Kms() as kms:
        usual = kms.answer

        def answer(handler, name, request):
            signed = time.strptime(handler.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
            here = time.time() + SKEW_S
            handler.date_time_string = lambda timestamp=None: email.utils.formatdate(
                here, usegmt=True)
            if abs(lab_seconds(signed) - here) > 300:
                kms.send(handler, 400, {
                    "__type": "InvalidSignatureException",
                    "message": "Signature expired: it is earlier than now - 5 min."})
            else:
                usual(handler, name, request)

        kms.answer = answer
        with started(kms=kms) as (_, plugin, client):
            yield plugin, client


def lab_seconds(moment):
    import calendar
    return calendar.timegm(moment)


@contextlib.contextmanager
def damaged_object():
    with started(*FAST) as (kms, plugin, client):
        be_well(plugin, client)
        kms.mode = (400, "InvalidCiphertextException", "")
        code, _ = client.fails(V2 + "Decrypt", lab.message((1, b"1damaged")))
        lab.equal(code, grpc.StatusCode.INVALID_ARGUMENT)
        kms.mode = "answer"
        yield plugin, client


@contextlib.contextmanager
def socket_gone():
    with started(*FAST) as (_, plugin, client):
        be_well(plugin, client)
        os.unlink(plugin.paths[0])
        lab.wait_for(lambda: os.path.exists(plugin.paths[0]), "the socket")
        lab.wait_for(lambda: plugin.get("/healthz")[0] == 200, "good health")
        yield plugin, client


@contextlib.contextmanager
def folder_gone():
    with started(*FAST) as (_, plugin, client):
        be_well(plugin, client)
        folder = os.path.dirname(plugin.paths[0])
        shutil.rmtree(folder)
        yield plugin, client
        os.mkdir(folder)


CAUSES = {
    "KMS cannot be reached": unreachable,
    "KMS does not answer": of_kms("silent"),
    "KMS answers with HTTP 500 or 503": of_kms((503, "KMSInternalException", "")),
    "something else answers in KMS's place": of_kms((200, None, "a page")),
    "KMS throttles": of_kms((400, "ThrottlingException", "Rate exceeded")),
    "the key is disabled": of_kms((400, "DisabledException", "is disabled")),
    "the key is pending deletion": of_kms(
        (400, "KMSInvalidStateException", "is pending deletion")),
    "the key does not exist": of_kms((400, "NotFoundException", "is not found")),
    "kms:Encrypt is denied": lambda: half_denied("Encrypt"),
    "kms:Decrypt is denied": lambda: half_denied("Decrypt"),
    "the credentials have expired": of_kms((400, "ExpiredTokenException", "is expired")),
    "there are no credentials": no_credentials,
    "the machine's clock is ten minutes off": clock_off,
    "a stored object is damaged": damaged_object,
    "the socket's file is gone": socket_gone,
    "the socket's folder is gone": folder_gone,
}


def check(cause, expected):
    def run():
        status, healthz, livez = expected
        with CAUSES[cause]() as (plugin, client):
            await_status(client, status)
            for path, code in (("/healthz", healthz), ("/livez", livez)):
                got = plugin.get(path)
                assert got[0] == int(code), f"{path} says {got}, not {code}"

    run.__name__ = cause.replace(" ", "_")
    lab.TESTS.append(run)


@lab.test
def each_cause_of_the_table_can_be_brought_about():
    lab.equal(sorted(TABLE), sorted(CAUSES))


for name, cells in TABLE.items():
    if name in CAUSES:
        check(name, cells)

lab.run()
