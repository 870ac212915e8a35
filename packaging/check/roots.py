# SPDX-License-Identifier: Apache-2.0
"""What the scripts here share: a network of one's own, so that the ports that
manifests name are free, and programs in another root."""

import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGING = os.path.join(HERE, "..")
sys.path.insert(0, os.path.join(PACKAGING, "..", "plugin", "test"))
sys.dont_write_bytecode = True

import plugin_process as lab

PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def own_network():
    """Leaves this process with a loopback and nothing else. Needs root: the
    tests change roots and users as well."""
    if os.geteuid() != 0:
        lab.skip_all("only root can change roots and users")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        lab.skip_all(f"no network of our own: {os.strerror(ctypes.get_errno())}")
    with socket.socket() as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))


def confine(root, user):
    """What a container's runtime does before the program: another root and
    user, no capability and none to be had."""
    libc = ctypes.CDLL(None, use_errno=True)
    os.chroot(root)
    os.chdir("/")
    capability = 0
    while libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0:
        capability += 1
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    if capability == 0 or libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError("not confined")


class Daemon:
    """A program in another root; ends with the block. `ready` is its first
    line."""

    def __init__(self, root, words, environment, user=0):
        self.process = subprocess.Popen(
            words, stdout=subprocess.PIPE, text=True, env=environment,
            preexec_fn=lambda: confine(root, user),
        )
        self.ready = self.process.stdout.readline()
        assert " ready " in self.ready, f"{words}: {self.ready!r}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(lab.PATIENCE_S)
        self.process.stdout.close()
        if _[0] is None:
            lab.equal(code, 0)
