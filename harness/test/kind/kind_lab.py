# SPDX-License-Identifier: Apache-2.0
"""A kind cluster for a script of tests, made by `kind create cluster` and
removed at the end, and TAP for stages that build on each other: the first that
fails ends the script. ci/kind/e2e prepares image and tools."""

import base64
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import traceback

# Where "&" had it ignored, what is started here would ignore it, too.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__)))))
BIN = os.path.abspath(os.environ.get("KMSLAB_BIN", os.path.join(ROOT, "build/debug")))
IMAGE = os.environ.get("KMSLAB_KIND_IMAGE")
PREFIX = {kms: f"k8s:enc:kms:{kms}:kmslab:".encode() for kms in ("v1", "v2")}
MANIFESTS = "/etc/kubernetes/manifests"
CONFIGURATION = "/etc/kmslab/enc/encryption.yaml"
ETCDCTL = ("etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt"
           " --cert /etc/kubernetes/pki/etcd/server.crt"
           " --key /etc/kubernetes/pki/etcd/server.key ")
stages = []


def stage(function):
    stages.append(function)
    return function


def equal(got, wanted):
    assert got == wanted, f"{got!r} is not {wanted!r}"


def contains(text, part):
    assert part in text, f"{part!r} is not in: {text}"


def proves(said, words, least):
    """kmslab's proof speaks of all Secrets, `least` of ours and those that
    Kubernetes makes itself, as kubeadm's bootstrap token."""
    found = re.search(r"^proof: etcd holds (\d+) of (\d+) Secrets (.*)$", said, re.M)
    assert found and found[3] == words, said
    assert int(found[1]) == int(found[2]) >= least, said


def wait_for(condition, what, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.5)


def sh(*argv, code=0, stdin=None, env=None, seconds=600):
    """Output and errors of a program; code None: whatever it ends with."""
    done = subprocess.run(argv, input=stdin, env=env, timeout=seconds,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text = done.stdout.decode(errors="replace")
    assert code is None or done.returncode == code, \
        f"{' '.join(argv)[:200]}: exit {done.returncode}: {text[-3000:]}"
    return text


class Cluster:
    """One made by kind itself; kmslab knows nothing of it yet."""

    def __init__(self, what, control_planes=1):
        # ci/kind/e2e removes what it finds left of clusters named kmslab…: another
        # beginning keeps a cluster out of an e2e that runs beside.
        begins = os.environ.get("KMSLAB_KIND_PREFIX", "kmslab")
        self.name = f"{begins}-{what}-{os.getpid()}"
        self.control_planes = control_planes
        self.place = tempfile.mkdtemp(prefix="kmslab-kind-")
        self.env = dict(os.environ, KMSLAB_STATE=os.path.join(self.place, "state"),
                        KUBECONFIG=os.path.join(self.place, "kubeconfig"))

    def __enter__(self):
        config = os.path.join(self.place, "kind.yaml")
        with open(config, "w") as file:
            file.write("kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n")
            file.write("- role: control-plane\n" * self.control_planes)
        try:
            sh("kind", "create", "cluster", "--name", self.name, "--config", config,
               *(("--image", IMAGE) if IMAGE else ()), "--wait", "180s", env=self.env)
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_):
        if os.environ.get("KMSLAB_KEEP"):
            print(f"# kept: {self.name}, {self.place}")
        else:
            self.remove()

    def remove(self):
        sh("kind", "delete", "cluster", "--name", self.name, env=self.env, code=None)
        sh("rm", "-rf", self.place)

    def node(self, i=0):
        return f"{self.name}-control-plane" + (str(i + 1) if i else "")

    def in_node(self, script, i=0, code=0, stdin=None):
        return sh("docker", "exec", *(("-i",) if stdin is not None else ()), self.node(i),
                  "bash", "-c", script, code=code, stdin=stdin)

    # ---- Kubernetes

    def kubectl(self, *argv, code=0, stdin=None, i=None):
        server = ()
        if i is not None:
            port = sh("docker", "port", self.node(i), "6443/tcp").split()[0]
            server = ("--server", f"https://{port}")
        return sh("kubectl", "--request-timeout=20s", *server, *argv, code=code,
                  stdin=stdin, env=self.env)

    def apply(self, *objects):
        items = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        self.kubectl("apply", "--validate=false", "-f", "-", stdin=json.dumps(items).encode())

    def write(self, name, value, i=None, code=0):
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name},
                  "data": {"password": base64.b64encode(value.encode()).decode()}}
        return self.kubectl("apply", "-f", "-", stdin=json.dumps(secret).encode(),
                            i=i, code=code)

    def read(self, name, i=None):
        """The value, or what kubectl says in its place."""
        text = self.kubectl("get", "secret", name, "-o", "jsonpath={.data.password}",
                            i=i, code=None)
        try:
            return base64.b64decode(text, validate=True).decode()
        except ValueError:
            return text

    def ready(self, i=None):
        return self.kubectl("get", "--raw", "/readyz", i=i, code=None) == "ok"

    def live(self, i=None):
        return self.kubectl("get", "--raw", "/livez", i=i, code=None) == "ok"

    def wait_ready(self, i=None):
        wait_for(lambda: self.ready(i), "kube-apiserver is ready", 240)

    def end_apiserver(self, i=0):
        """kubelet starts it again; returns once the new one is live."""
        before = self.in_node("pgrep -x kube-apiserver", i).split()
        self.in_node("pkill -KILL -x kube-apiserver", i)
        wait_for(lambda: self.in_node("pgrep -x kube-apiserver || :", i).split()
                 not in (before, []), "kubelet starts kube-apiserver", 300)
        wait_for(lambda: self.live(i), "kube-apiserver is live", 120)

    def rewrite(self):
        """What docs/KIND.md shows: all Secrets, read and written back."""
        objects = self.kubectl("get", "secrets", "-A", "-o", "json")
        self.kubectl("replace", "-f", "-", stdin=objects.encode())

    # ---- etcd

    def stored(self, name, namespace="default"):
        done = subprocess.run(
            ["docker", "exec", self.node(), "sh", "-c", ETCDCTL +
             f"get --print-value-only /registry/secrets/{namespace}/{name}"],
            check=True, stdout=subprocess.PIPE)
        return done.stdout

    def all_stored_under(self, prefix):
        """Each Secret's stored value begins so."""
        names = self.in_node(ETCDCTL + "get --keys-only --prefix /registry/secrets/")
        for key in names.split():
            namespace, name = key.split("/")[3:]
            value = self.stored(name, namespace)
            assert value.startswith(prefix), f"{key}: {value[:40]!r}"

    def key_id(self, name):
        """What kmslab inspect says of a stored value."""
        with tempfile.NamedTemporaryFile() as file:
            file.write(self.stored(name))
            file.flush()
            report = sh(os.path.join(BIN, "kmslab"), "inspect", "--json", "--value", file.name)
        return json.loads(report)["key_id"]

    # ---- kmslab

    def kmslab(self, *argv, code=0):
        return sh(os.path.join(BIN, "kmslab"), *argv, env=self.env, code=code)

    def kmslab_killed_after(self, line, *argv, how=signal.SIGKILL):
        """Runs it until it prints a line with these words, then ends it."""
        with subprocess.Popen([os.path.join(BIN, "kmslab"), *argv], env=self.env,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:
            said = b""
            for got in child.stdout:
                said += got
                if line.encode() in got:
                    child.send_signal(how)
                    break
            rest = child.stdout.read()
        return child.returncode, (said + rest).decode()

    def record(self):
        path = os.path.join(self.env["KMSLAB_STATE"], "kind", self.name, "cluster.json")
        with open(path) as file:
            return json.load(file)

    def kms(self):
        import boto3
        return boto3.client("kms", endpoint_url=self.record()["emulator"]["endpoint"],
                            region_name="eu-west-1", aws_access_key_id="111122223333",
                            aws_secret_access_key="any")

    def configure(self, *providers, i=0):
        """An operator's own EncryptionConfiguration, by a new start."""
        text = ("apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\n"
                "resources:\n- resources: [secrets]\n  providers:\n" + "".join(providers))
        self.in_node(f"cat > {CONFIGURATION}.new && mv {CONFIGURATION}.new {CONFIGURATION}",
                     i, stdin=text.encode())
        self.end_apiserver(i)
        self.wait_ready(i)

    # ---- pods

    def image(self):
        return self.in_node(
            "sed -n 's/.*\\(sandbox_image\\|sandbox\\) = .\\(.*\\).$/\\2/p'"
            " /etc/containerd/config.toml").split()[0]

    def pods(self, label):
        """One that has the Secret `app` as a file, one that has it as a variable;
        they say what they read."""
        borrowed = {"usr": "/usr", "lib": "/usr/lib", "lib64": "/usr/lib64"}
        mounts = [{"name": n, "mountPath": p, "readOnly": True} for n, p in
                  (("usr", "/usr"), ("lib", "/lib"), ("lib64", "/lib64"))]
        volumes = [{"name": n, "hostPath": {"path": p}} for n, p in borrowed.items()]

        def pod(kind, command, more, env):
            return {"apiVersion": "v1", "kind": "Pod",
                    "metadata": {"name": f"{kind}-{label}"},
                    "spec": {"automountServiceAccountToken": False,
                             "terminationGracePeriodSeconds": 0,
                             "volumes": volumes + [{"name": "s", "secret": {
                                 "secretName": "app"}}] if more else volumes,
                             "containers": [{
                                 "name": kind, "image": self.image(),
                                 "imagePullPolicy": "IfNotPresent", "env": env,
                                 "volumeMounts": mounts + more,
                                 "command": ["/usr/bin/bash", "-c",
                                             command + "; exec /usr/bin/sleep 100000"]}]}}
        from_secret = {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {
            "name": "app", "key": "password"}}}
        self.apply(
            pod("files", "/usr/bin/cat /s/password; echo",
                [{"name": "s", "mountPath": "/s", "readOnly": True}], []),
            pod("variable", "echo \"$PASSWORD\"", [], [from_secret]))

    def pods_read(self, label, value):
        for kind in ("files", "variable"):
            wait_for(lambda: self.kubectl("logs", f"{kind}-{label}", code=None) == value + "\n",
                     f"the pod {kind}-{label} reads {value}", 180)
        self.kubectl("delete", "pod", f"files-{label}", f"variable-{label}", "--wait=false")


def run(cluster):
    """Runs the stages in their order with a cluster that it makes."""
    for program in ("kind", "kubectl", "docker"):
        if subprocess.run(["sh", "-c", f"command -v {program}"],
                          stdout=subprocess.DEVNULL).returncode:
            print(f"1..0 # SKIP no {program} here: make kind-e2e prepares it")
            sys.exit(0)
    # Ended or not, the cluster goes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print(f"1..{len(stages)}", flush=True)
    with contextlib.ExitStack() as stack:
        stack.enter_context(cluster)
        for number, function in enumerate(stages, 1):
            words = function.__name__.replace("_", " ")
            began = time.monotonic()
            try:
                function(cluster)
            except Exception:
                for line in traceback.format_exc().splitlines():
                    print(f"# {line}")
                print(f"not ok {number} - {words}\nBail out! the rest builds on it",
                      flush=True)
                sys.exit(1)
            print(f"ok {number} - {words} # {time.monotonic() - began:.0f} s", flush=True)
