# SPDX-License-Identifier: Apache-2.0
"""A kms-emulator of its own for each test script of real clients, with a
store in a temporary folder, and a small TAP harness."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
import urllib.request

PROGRAM = os.path.join(os.environ["KMSLAB_BIN"], "kms-emulator")
FIXTURES = os.path.join(os.path.dirname(__file__), "..", "..", "fixtures")
PATIENCE_S = 30
TESTS = []


class Emulator:
    """Serves from a temporary folder until its block ends."""

    def __init__(self, *arguments):
        self.arguments = arguments
        self.folder = tempfile.mkdtemp(prefix="kmslab-")
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.end(signal.SIGKILL)
        shutil.rmtree(self.folder)

    def start(self):
        self.process = subprocess.Popen(
            [
                PROGRAM,
                "--listen=127.0.0.1:0",
                "--log-level=error",
                "--data=" + os.path.join(self.folder, "data"),
                *self.arguments,
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        words = self.process.stdout.readline().split()
        assert words[:2] == ["kms-emulator", "ready"], words
        self.url, self.admin = words[2], words[4]

    def end(self, number=signal.SIGTERM):
        """Sends a signal and waits; gives the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(timeout=PATIENCE_S)
        self.process.stdout.close()
        return code

    def post_admin(self, path):
        request = urllib.request.Request(self.admin + path, method="POST")
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return answer.read()


def test(function):
    TESTS.append(function)
    return function


def run_all(*arguments):
    """Prints TAP for the tests, each called with the arguments."""
    failed = False
    print(f"1..{len(TESTS)}")
    for number, function in enumerate(TESTS, 1):
        name = function.__name__
        try:
            function(*arguments)
            print(f"ok {number} - {name}", flush=True)
        except Exception:  # one test's failure is not the others'
            failed = True
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
            print(f"not ok {number} - {name}", flush=True)
    return 1 if failed else 0


def skip_all(reason):
    print(f"1..0 # SKIP {reason}")
    sys.exit(0)
