#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The static pods: each is started with exactly its command and arguments (and
where KMS is) in a root that is made as kubelet would make it, its probes are
asked and its sockets used. The EncryptionConfigurations name those sockets.
Prints TAP."""

import glob
import os
import re
import shutil
import stat
import subprocess
import sys
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import roots
from roots import lab
from plugin_process import equal, fields_of, message, test

try:
    import grpc
    import yaml
except ImportError as missing:
    lab.skip_all(str(missing))

BIN = os.environ["KMSLAB_BIN"]
FOLDER = os.path.join(roots.PACKAGING, "kubernetes")
V1, V2 = "/v1beta1.KeyManagementService/", "/v2.KeyManagementService/"


def load(name):
    with open(os.path.join(FOLDER, name), encoding="ascii") as file:
        return yaml.safe_load(file)


def pods():
    names = sorted(os.path.basename(p) for p in glob.glob(FOLDER + "/aws-kms-plugin*.yaml"))
    equal(len(names), 5)
    return [(name, load(name)) for name in names]


def container(pod):
    equal(len(pod["spec"]["containers"]), 1)
    return pod["spec"]["containers"][0]


def flags(pod, name):
    return [a.split("=", 1)[1] for a in container(pod)["args"] if a.startswith(f"--{name}=")]


def root_of(root, pod):
    """As kubelet makes it: the image's program, and the folders that are
    mounted; what the host path's type does not make, tmpfiles made."""
    shutil.copy(os.path.join(BIN, "aws-kms-plugin"), root)
    user = container(pod)["securityContext"]["runAsUser"]
    paths = {v["name"]: v["hostPath"] for v in pod["spec"]["volumes"]}
    for mount in container(pod)["volumeMounts"]:
        path = root + mount["mountPath"]
        os.makedirs(path, 0o755)
        if paths[mount["name"]]["type"] == "Directory":
            os.chown(path, user, user)
            os.chmod(path, 0o750)


def started(root, pod, kms):
    spec = container(pod)
    return roots.Daemon(
        root, [*spec["command"], *spec["args"], f"--kms-endpoint={kms.url}"],
        {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"},
        spec["securityContext"]["runAsUser"])


def answer(probe):
    host = probe.get("host", "127.0.0.1")
    try:
        url = f"http://{host}:{probe['port']}{probe['path']}"
        with urllib.request.urlopen(url, timeout=lab.PATIENCE_S) as reply:
            return reply.status
    except urllib.error.HTTPError as error:
        return error.code


def probes(pod):
    return {kind: container(pod)[kind + "Probe"]["httpGet"]
            for kind in ("startup", "readiness", "liveness")}


@test
def each_pod_has_no_more_rights_than_it_needs():
    for name, pod in pods():
        spec, own = pod["spec"], container(pod)["securityContext"]
        equal((name, own["allowPrivilegeEscalation"]), (name, False))
        equal((name, own["readOnlyRootFilesystem"]), (name, True))
        equal((name, own["capabilities"]), (name, {"drop": ["ALL"]}))
        equal(spec["securityContext"]["seccompProfile"]["type"], "RuntimeDefault")
        equal(spec["automountServiceAccountToken"], False)
        equal(spec["priorityClassName"], "system-node-critical")
        # On the host's network nobody else may ask.
        local = flags(pod, "health-port")[0].startswith("127.0.0.1:")
        equal((name, local), (name, spec.get("hostNetwork", False)))
        assert "cpu" not in container(pod)["resources"]["limits"], name


def kubectl():
    caches = os.environ.get("KMSLAB_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "kmslab")
    found = [shutil.which("kubectl"), *glob.glob(caches + "/kube-*/kubectl")]
    return next((path for path in found if path), None)


def is_within(part, whole):
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            k in whole and is_within(v, whole[k]) for k, v in part.items())
    if isinstance(part, list):
        return isinstance(whole, list) and len(part) == len(whole) and all(map(is_within, part, whole))
    return part == whole


@test
def kubernetes_own_types_hold_each_field():
    # Through them and back: what they do not know is lost, what is of the
    # wrong kind is refused.
    if kubectl() is None:
        print("# no kubectl, neither on PATH nor from ci/kube/binaries: not tried")
        return
    for name, pod in pods():
        done = subprocess.run(
            [kubectl(), "set", "env", "--local", "-f", os.path.join(FOLDER, name), "X=1", "-o", "yaml"],
            capture_output=True, text=True, check=False, env={"HOME": "/nonexistent"})
        equal((name, done.returncode, done.stderr), (name, 0, ""))
        assert is_within(pod, yaml.safe_load(done.stdout)), f"{name}: {done.stdout}"


@test
def each_pod_starts_answers_its_probes_and_seals_and_opens():
    for name, pod in pods():
        with lab.folder() as root, lab.Kms() as kms:
            root_of(root, pod)
            os.chmod(root, 0o755)
            with started(root, pod, kms):
                for kind, probe in probes(pod).items():
                    equal((name, kind, answer(probe)), (name, kind, 200))
                equal(len(flags(pod, "listen")), len(flags(pod, "key")))
                for path in flags(pod, "listen"):
                    assert stat.S_ISSOCK(os.stat(root + path).st_mode)
                    seals_and_opens(root + path)
                nothing_written_but_sockets(root, pod)


def nothing_written_but_sockets(root, pod):
    # The root file system is read-only there.
    mounts = tuple(root + m["mountPath"] for m in container(pod)["volumeMounts"])
    files = [os.path.join(place, name) for place, _, names in os.walk(root) for name in names]
    equal([f for f in files if not f.startswith(mounts)], [root + "/aws-kms-plugin"])


def seals_and_opens(path):
    with grpc.insecure_channel(f"unix:{path}") as channel:
        def call(method, *fields):
            return fields_of(channel.unary_unary(method)(
                message(*fields), timeout=lab.PATIENCE_S, wait_for_ready=True))

        sealed = call(V2 + "Encrypt", (1, b"dek"), (2, b"uid"))
        equal(call(V2 + "Decrypt", (1, sealed[1]), (2, b"uid"), (3, sealed[2])), {1: b"dek"})
        sealed = call(V1 + "Encrypt", (1, b"v1beta1"), (2, b"dek"))
        equal(call(V1 + "Decrypt", (1, b"v1beta1"), (2, sealed[1])), {1: b"dek"})


@test
def a_disabled_key_makes_a_pod_unready_but_not_dead():
    for name, pod in pods():
        with lab.folder() as root, lab.Kms() as kms:
            root_of(root, pod)
            os.chmod(root, 0o755)
            kms.mode = (400, "DisabledException", "off")
            with started(root, pod, kms):
                answers = {kind: answer(probe) for kind, probe in probes(pod).items()}
                equal((name, answers), (name, {"startup": 500, "readiness": 500, "liveness": 200}))


@test
def the_apiserver_takes_each_configuration():
    for name, gates in (("v2", ""), ("rotation", ""), ("v1", "KMSv1=true")):
        path = os.path.join(FOLDER, f"encryption-{name}.yaml")
        done = subprocess.run(
            [os.path.join(BIN, "kmslab"), "check-config", *(["--feature-gates", gates] if gates else []), path],
            capture_output=True, text=True, check=False)
        equal((name, done.returncode), (name, 0))
        assert re.search(r"writes +kms", done.stdout), done.stdout
    equal(len(glob.glob(FOLDER + "/encryption-*.yaml")), 3)


@test
def the_configurations_name_the_sockets_of_the_pods():
    for configuration, name in (("v1", "-v1"), ("v2", ""), ("rotation", "-rotation")):
        providers = load(f"encryption-{configuration}.yaml")["resources"][0]["providers"]
        ends = {p["kms"]["endpoint"] for p in providers if "kms" in p}
        equal(ends, {"unix://" + p for p in flags(load(f"aws-kms-plugin{name}.yaml"), "listen")})


roots.own_network()
lab.run()
