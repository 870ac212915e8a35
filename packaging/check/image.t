#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The container images in KMSLAB_PACKAGES: their digests, and what is in them,
run as their configuration says in a root that holds nothing else. Prints
TAP."""

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import roots
from roots import lab
from plugin_process import equal, test

FOLDER = os.environ["KMSLAB_PACKAGES"]
IMAGES = ("aws-kms-plugin", "kms-emulator")


class Image:
    def __init__(self, name):
        with tarfile.open(os.path.join(FOLDER, name + ".image.tar")) as tar:
            self.files = {m.name: tar.extractfile(m).read() for m in tar if m.isfile()}

    def json(self, path):
        return json.loads(self.files[path])

    def blob(self, described):
        """What a descriptor names, compared with what it says."""
        data = self.files["blobs/" + described["digest"].replace(":", "/")]
        equal("sha256:" + hashlib.sha256(data).hexdigest(), described["digest"])
        equal(len(data), described["size"])
        return data

    def parts(self):
        index = self.json("index.json")
        equal(len(index["manifests"]), 1)
        manifest = json.loads(self.blob(index["manifests"][0]))
        config = json.loads(self.blob(manifest["config"]))
        return manifest, config, [self.blob(layer) for layer in manifest["layers"]]

    def unpack(self, root):
        for layer in self.parts()[2]:
            with tarfile.open(fileobj=io.BytesIO(layer)) as tar:
                tar.extractall(root, numeric_owner=True)
        os.chmod(root, 0o755)


@test
def every_digest_and_size_is_right():
    for name in IMAGES:
        image = Image(name)
        equal(image.json("oci-layout"), {"imageLayoutVersion": "1.0.0"})
        manifest, config, layers = image.parts()
        equal(config["rootfs"]["diff_ids"],
              ["sha256:" + hashlib.sha256(layer).hexdigest() for layer in layers])
        equal(config["os"], "linux")
        # Nothing is there that nobody names.
        named = [manifest["config"], *manifest["layers"], image.json("index.json")["manifests"][0]]
        equal(sorted(p for p in image.files if p.startswith("blobs/")),
              sorted("blobs/" + d["digest"].replace(":", "/") for d in named))


@test
def docker_finds_the_same_config_and_layers():
    for name in IMAGES:
        image = Image(name)
        manifest = image.parts()[0]
        [archive] = image.json("manifest.json")
        equal(archive["Config"], "blobs/" + manifest["config"]["digest"].replace(":", "/"))
        equal(archive["Layers"],
              ["blobs/" + d["digest"].replace(":", "/") for d in manifest["layers"]])
        assert archive["RepoTags"][0].startswith(name + ":"), archive


@test
def the_same_program_gives_the_same_bytes():
    for name in IMAGES:
        with lab.folder() as place:
            copies = []
            for number in "1", "2":
                out = os.path.join(place, number)
                subprocess.run(
                    [os.path.join(roots.PACKAGING, "image", "build"),
                     os.path.join(os.environ["KMSLAB_BIN"], name), out],
                    check=True, capture_output=True)
                with open(out, "rb") as file:
                    copies.append(file.read())
            equal(copies[0] == copies[1], True)


@test
def a_layer_holds_the_program_and_little_else():
    for name in IMAGES:
        layer = Image(name).parts()[2][0]
        with tarfile.open(fileobj=io.BytesIO(layer)) as tar:
            files = {m.name: m for m in tar if not m.isdir()}
        wanted = {name, "etc/passwd", "etc/group", f"usr/share/doc/{name}/copyright"}
        assert wanted <= set(files), files
        equal(set(files) - wanted - {"etc/ssl/certs/ca-certificates.crt"}, set())
        for path, member in files.items():
            equal((path, member.mode), (path, 0o755 if path == name else 0o644))


@test
def the_emulator_runs_as_its_configuration_says():
    image = Image("kms-emulator")
    config = image.parts()[1]["config"]
    user = int(config["User"].split(":")[0])
    assert user != 0
    with lab.folder() as root:
        image.unpack(root)
        words = config["Entrypoint"] + config["Cmd"]
        with roots.Daemon(root, words, dict(e.split("=", 1) for e in config["Env"]), user):
            with urllib.request.urlopen("http://127.0.0.1:4599/health", timeout=lab.PATIENCE_S) as reply:
                equal(reply.status, 200)
        assert os.path.exists(os.path.join(root, "data", "store.db"))


@test
def the_plugin_is_found_by_name_and_listens_where_aep_does():
    image = Image("aws-kms-plugin")
    config = image.parts()[1]["config"]
    equal(config["Entrypoint"], ["/aws-kms-plugin"])
    environment = dict(e.split("=", 1) for e in config["Env"])
    environment |= {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "eu-west-1"}
    with lab.folder() as root, lab.Kms() as kms:
        image.unpack(root)
        words = ["/aws-kms-plugin", "--key=alias/a", f"--kms-endpoint={kms.url}"]
        with roots.Daemon(root, words, environment):
            assert os.path.exists(root + "/var/run/kmsplugin/socket.sock")
            with urllib.request.urlopen("http://127.0.0.1:8080/healthz", timeout=lab.PATIENCE_S) as reply:
                equal(reply.status, 200)


roots.own_network()
lab.run()
