#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The Debian packages in KMSLAB_PACKAGES: what they hold, that they need
nothing, that what they install runs, and what systemd says of the units.
Prints TAP."""

import glob
import os
import re
import shutil
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import roots
from roots import lab
from plugin_process import equal, test

FOLDER = os.environ["KMSLAB_PACKAGES"]
UNIT = "usr/lib/systemd/system/aws-kms-plugin.service"
# Of systemd's scale from 0 (safe) to 10, in tenths.
EXPOSURE_MAX = 20


def output(*words):
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


def package(name):
    [path] = glob.glob(os.path.join(FOLDER, name + "_*.deb"))
    return path


def installed(root):
    for name in "aws-kms-plugin", "kmslab":
        output("dpkg", "-x", package(name), root)
    os.chmod(root, 0o755)


def needs(tool):
    if shutil.which(tool) is None:
        raise lab.Skip(f"{tool} is not installed")


@test
def the_packages_depend_on_nothing():
    for name in "aws-kms-plugin", "kmslab":
        fields = output("dpkg-deb", "-f", package(name))
        assert f"Package: {name}\n" in fields
        for none in "\nDepends:", "\nPre-Depends:":
            assert none not in fields, fields
        for source in "openssl (=", "curl (=", "grpc (=", "libmicrohttpd (=":
            assert source in fields, fields


@test
def files_are_root_s_and_the_settings_are_a_conffile():
    for name in "aws-kms-plugin", "kmslab":
        for line in output("dpkg-deb", "-c", package(name)).splitlines():
            assert " root/root " in line, line
    with lab.folder() as place:
        output("dpkg-deb", "-e", package("aws-kms-plugin"), place + "/control")
        with open(place + "/control/conffiles", encoding="ascii") as file:
            equal(file.read(), "/etc/default/aws-kms-plugin\n")


@test
def what_is_installed_runs_with_nothing_else_there():
    with lab.folder() as root:
        installed(root)
        for path, words in (("kms-emulator", "--version"), ("aws-kms-plugin", "--version"), ("kmslab", "version")):
            said = output("chroot", root, "/usr/bin/" + path, words)
            assert said.startswith(path + " "), said


@test
def the_settings_as_installed_start_the_plugin_and_systemd_is_told():
    with lab.folder() as root, lab.Kms() as kms:
        installed(root)
        os.makedirs(root + "/run/kmsplugin")
        with open(root + "/etc/default/aws-kms-plugin", encoding="ascii") as file:
            words = re.search(r'^AWS_KMS_PLUGIN_OPTIONS="(.*)"$', file.read(), re.MULTILINE).group(1)
        environment = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
                       "AWS_REGION": "eu-west-1", "NOTIFY_SOCKET": "/run/notify"}
        words = ["/usr/bin/aws-kms-plugin", *words.split(), f"--kms-endpoint={kms.url}"]
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(root + "/run/notify")
            manager.settimeout(lab.PATIENCE_S)
            with roots.Daemon(root, words, environment):
                assert os.path.exists(root + "/run/kmsplugin/socket.sock")
                while "READY=1" not in manager.recv(4096).decode().splitlines():
                    pass


@test
def man_pages_name_every_flag():
    with lab.folder() as root:
        installed(root)
        for program in "aws-kms-plugin", "kms-emulator":
            text = output("zcat", f"{root}/usr/share/man/man8/{program}.8.gz")
            listed = re.findall(r"^  (--[a-z0-9-]+)", output(f"{root}/usr/bin/{program}", "--help"), re.MULTILINE)
            assert len(listed) > 5, listed
            for flag in listed:
                assert flag.replace("-", "\\-") in text, f"{program}: {flag}"


@test
def man_pages_have_no_mistakes():
    needs("groff")
    with lab.folder() as root:
        installed(root)
        for page in "man8/aws-kms-plugin.8", "man8/kms-emulator.8", "man1/kmslab.1":
            text = output("zcat", f"{root}/usr/share/man/{page}.gz")
            done = subprocess.run(["groff", "-man", "-Tutf8", "-ww"], input=text, capture_output=True, text=True, check=True)
            equal(done.stderr, "")


@test
def systemd_understands_the_units_and_finds_them_tight():
    needs("systemd-analyze")
    with lab.folder() as root:
        installed(root)
        units = []
        for name in "aws-kms-plugin.service", "aws-kms-plugin.socket":
            path = os.path.join(root, os.path.dirname(UNIT), name)
            with open(path, encoding="ascii") as file:
                text = file.read()
            # Verifying looks for programs and files on this machine.
            text = text.replace("/usr/bin/aws-kms-plugin", root + "/usr/bin/aws-kms-plugin")
            text = text.replace("/etc/default", root + "/etc/default")
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
            units.append(path)
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False)
        ours = [l for l in done.stderr.splitlines() if "aws-kms-plugin" in l]
        equal((done.returncode, ours), (0, []))
        output("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", units[0])


@test
def lintian_has_no_complaint():
    needs("lintian")
    # Linked statically on purpose; no bug of Debian's asked for it, and it has
    # no address of its own.
    accepted = (
        "statically-linked-binary", "embedded-library", "initial-upload-closes-no-bugs",
        "bogus-mail-host", "bogus-mail-host-in-debian-changelog",
    )
    for name in "aws-kms-plugin", "kmslab":
        output("lintian", "--allow-root", "--fail-on=error", f"--suppress-tags={','.join(accepted)}", package(name))


roots.own_network()
lab.run()
