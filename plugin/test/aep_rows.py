# SPDX-License-Identifier: Apache-2.0
"""Rows for the tables of aep_*.t: what aws-encryption-provider does, line by
line, with --compat=aep; and each deliberate difference without it."""

import contextlib
import os
import re

import plugin_process as lab
from grpc_client import V1, V2, Client
from plugin_process import equal, message

AEP = "--compat=aep"
PATIENT = "--status-failure=error"


def row(line):
    """A test that says which line of the other plugin's behaviour it is."""

    def add(function):
        function.__name__ = re.sub(r"[^A-Za-z0-9_.=-]+", "_", line)
        lab.TESTS.append(function)
        return function

    return add


@contextlib.contextmanager
def started(*arguments, keys=(lab.KEY,), kms=None, **more):
    """KMS, the plugin and a client of its first socket."""
    with lab.folder() as place, contextlib.ExitStack() as stack:
        kms = kms or stack.enter_context(lab.Kms())
        paths = [os.path.join(place, f"s{i}") for i in range(max(1, len(keys)))]
        listens = [f"--listen={path}" for path in paths]
        plugin = stack.enter_context(
            lab.Plugin(None, kms, *listens, *arguments, keys=keys, **more))
        plugin.paths = paths
        yield kms, plugin, stack.enter_context(Client(paths[0]))


def encrypt(client, api=V2, plain=b"seed"):
    return client.call(api + "Encrypt", message((2 if api == V1 else 1, plain)))


def decrypt(client, cipher, api=V2):
    return client.call(api + "Decrypt", message((2 if api == V1 else 1, cipher)))


def status(client):
    return client.call(V2 + "Status")


def is_healthy(client):
    answer = status(client)
    equal(answer[1], b"v2beta1")
    assert answer[2] in (b"ok", b"err"), answer
    return answer[2] == b"ok"


def operations(kms):
    with kms.lock:
        return [name for name, _, _ in kms.requests]


def refused(*arguments):
    """Exit code and the line, whatever the log says on standard output."""
    import subprocess
    done = subprocess.run(
        [lab.PROGRAM, *arguments], capture_output=True, text=True,
        timeout=lab.PATIENCE_S, env=lab.ENVIRONMENT, check=False)
    return done.returncode, done.stderr
