# SPDX-License-Identifier: Apache-2.0
"""The plugins of an outage: ours in front of an emulator, and one that does
what it is told (scripted-plugin). Both serve kms.sock in the folder."""
import json
import os
import signal
import socket
import subprocess
import time

from lab_cluster import end, free_port, start

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SEED = f"{ROOT}/fixtures/seed/example.json"


def wait_for_socket(path, process):
    for _ in range(300):
        with socket.socket(socket.AF_UNIX) as s:
            if s.connect_ex(path) == 0:
                return
        if process.poll() is not None:
            raise RuntimeError(f"the plugin of {path} ended")
        time.sleep(0.1)
    raise RuntimeError(f"nobody serves {path}")


class Ours:
    """aws-kms-plugin and kms-emulator of the build."""

    def __init__(self, programs, folder, flags):
        self.programs, self.folder, self.flags = programs, folder, flags
        self.port, self.socket = free_port(), f"{folder}/kms.sock"
        self.emulator = self.plugin = None
        with open(SEED, encoding="utf-8") as f:
            self.key = json.load(f)["keys"][0]["id"]

    def start_emulator(self):
        self.emulator = subprocess.Popen(
            [f"{self.programs}/kms-emulator", "--store", "memory", "--seed", SEED,
             "--listen", f"127.0.0.1:{self.port}", "--account", "111122223333"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=open(f"{self.folder}/kms-emulator.log", "ab"))
        if not self.emulator.stdout.readline().startswith(b"kms-emulator ready"):
            raise RuntimeError("kms-emulator does not start")

    def start_plugin(self):
        self.plugin = start(
            [f"{self.programs}/aws-kms-plugin", f"--key={self.key}", f"--listen={self.socket}",
             "--region=us-east-1", f"--kms-endpoint=http://127.0.0.1:{self.port}",
             "--health-port=127.0.0.1:0", *self.flags], f"{self.folder}/plugin.log",
            env={**os.environ, "AWS_ACCESS_KEY_ID": "111122223333",
                 "AWS_SECRET_ACCESS_KEY": "kmslab"})
        wait_for_socket(self.socket, self.plugin)

    def start(self):
        self.start_emulator()
        self.start_plugin()

    def kill_emulator(self):
        self.emulator.kill()
        self.emulator.wait()

    def kill_plugin(self):
        self.plugin.kill()
        self.plugin.wait()

    def pause_plugin(self):
        self.plugin.send_signal(signal.SIGSTOP)

    def resume_plugin(self):
        self.plugin.send_signal(signal.SIGCONT)

    def stop(self):
        end(self.plugin)
        end(self.emulator)


class Scripted:
    def __init__(self, _programs, folder, _flags):
        self.folder, self.socket, self.plugin = folder, f"{folder}/kms.sock", None

    def start(self):
        self.plugin = subprocess.Popen(
            [f"{HERE}/scripted-plugin", self.socket], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=open(f"{self.folder}/plugin.log", "ab"))
        wait_for_socket(self.socket, self.plugin)

    def script(self, **changes):
        """Returns when the plugin does so; {} heals."""
        self.plugin.stdin.write(json.dumps(changes).encode() + b"\n")
        self.plugin.stdin.flush()
        self.plugin.stdout.readline()

    def stop(self):
        if self.plugin is not None:
            self.plugin.stdin.close()
        end(self.plugin)
