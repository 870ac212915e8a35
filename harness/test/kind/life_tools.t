#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Two tools beside encryption at rest: SOPS with the key of the cluster's own
emulator, and Sealed Secrets, whose controller makes Secrets that etcd then
holds encrypted. Real tools (ci/kind/tools-life) on a real kind cluster. TAP."""

import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from kind_lab import PREFIX, ROOT, Cluster, contains, equal, proves, run, sh, stage, wait_for

SYSTEM = "kube-system"
LABEL = "sealedsecrets.bitnami.com/sealed-secrets-key"


def secret(name, value):
    return {"apiVersion": "v1", "kind": "Secret",
            "metadata": {"name": name, "namespace": "default"},
            "stringData": {"password": value}}


@stage
def the_cluster_is_encrypted(c):
    proves(c.kmslab("kind", "encrypt", c.name), "under k8s:enc:kms:v2:kmslab:", 0)


@stage
def sops_uses_the_same_kms_key(c):
    env = dict(c.env, AWS_ENDPOINT_URL=c.record()["emulator"]["endpoint"],
               AWS_ACCESS_KEY_ID="111122223333", AWS_SECRET_ACCESS_KEY="any",
               AWS_REGION="eu-west-1")
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "secret.json")
        with open(path, "w") as file:
            json.dump(secret("by-sops", "salt"), file)
        sops = os.path.join(TOOLS, "sops")
        sealed = sh(sops, "encrypt", "--kms", c.record()["key_arn"],
                    "--encrypted-regex", "^stringData$", path, env=env)
        assert "salt" not in sealed
        equal(json.loads(sealed)["sops"]["kms"][0]["arn"], c.record()["key_arn"])
        with open(path, "w") as file:
            file.write(sealed)
        c.kubectl("apply", "-f", "-", stdin=sh(sops, "decrypt", path, env=env).encode())
    equal(c.read("by-sops"), "salt")
    assert c.stored("by-sops").startswith(PREFIX["v2"])


def controller(c):
    """Its pod, in the image that each node has, with its program from the node."""
    address = sh("docker", "inspect", "-f",
                 "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
                 c.node()).strip()
    env = [{"name": "KUBERNETES_SERVICE_HOST", "value": address},
           {"name": "KUBERNETES_SERVICE_PORT", "value": "6443"}]
    return {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "sealed-secrets", "namespace": SYSTEM},
            "spec": {"serviceAccountName": "sealed-secrets", "hostNetwork": True,
                     "volumes": [{"name": "bin", "hostPath": {"path": "/opt/life"}},
                                 {"name": "tmp", "emptyDir": {}}],
                     "containers": [{
                         "name": "controller", "image": c.image(), "env": env,
                         "imagePullPolicy": "IfNotPresent",
                         "command": ["/opt/life/sealed-secrets-controller"],
                         "volumeMounts": [{"name": "bin", "mountPath": "/opt/life"},
                                          {"name": "tmp", "mountPath": "/tmp"}]}]}}


@stage
def the_key_of_sealed_secrets_is_a_secret_that_is_encrypted(c):
    c.in_node("mkdir -p /opt/life")
    sh("docker", "cp", os.path.join(TOOLS, "sealed-secrets-controller"),
       f"{c.node()}:/opt/life/")
    c.kubectl("apply", "-f", os.path.join(TOOLS, "sealedsecrets.yaml"))
    c.apply({"apiVersion": "v1", "kind": "ServiceAccount",
             "metadata": {"name": "sealed-secrets", "namespace": SYSTEM}},
            {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
             "metadata": {"name": "sealed-secrets"},
             "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                         "name": "cluster-admin"},
             "subjects": [{"kind": "ServiceAccount", "name": "sealed-secrets",
                           "namespace": SYSTEM}]},
            controller(c))

    def keys():
        return c.kubectl("-n", SYSTEM, "get", "secrets", "-l", LABEL, "-o",
                         "jsonpath={.items[*].metadata.name}", code=None).split()
    try:
        wait_for(keys, "the controller makes its key", 180)
    except AssertionError:
        print("# " + c.kubectl("-n", SYSTEM, "logs", "sealed-secrets", code=None)
              .replace("\n", "\n# "))
        raise
    assert c.stored(keys()[0], SYSTEM).startswith(PREFIX["v2"])


@stage
def a_sealed_secret_becomes_a_secret_that_is_encrypted(c):
    with tempfile.NamedTemporaryFile(suffix=".pem") as certificate:
        certificate.write(subprocess.run(
            ["kubectl", "-n", SYSTEM, "get", "secrets", "-l", LABEL, "-o",
             "go-template={{range .items}}{{index .data \"tls.crt\" | base64decode}}{{end}}"],
            env=c.env, check=True, stdout=subprocess.PIPE).stdout)
        certificate.flush()
        sealed = sh(os.path.join(TOOLS, "kubeseal"), "--cert", certificate.name,
                    "--format", "json", env=c.env,
                    stdin=json.dumps(secret("by-seal", "wax")).encode())
    assert "wax" not in sealed
    c.kubectl("apply", "-f", "-", stdin=sealed.encode())
    wait_for(lambda: c.read("by-seal") == "wax", "the controller opens it")
    assert c.stored("by-seal").startswith(PREFIX["v2"])


@stage
def both_are_readable_without_encryption_again(c):
    proves(c.kmslab("kind", "decrypt", c.name), "in plain", 3)
    equal((c.read("by-sops"), c.read("by-seal")), ("salt", "wax"))


built = subprocess.run([os.path.join(ROOT, "ci/kind/tools-life/build")],
                       stdout=subprocess.PIPE)
if built.returncode == 77:
    print("1..0 # SKIP no Go to build sops and sealed-secrets with")
    sys.exit(0)
assert built.returncode == 0
TOOLS = built.stdout.decode().strip()
run(Cluster("tools"))
