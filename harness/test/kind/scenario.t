#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""kmslab run --cluster kind, and what looks into a kind cluster: inspect and
fault with --cluster, kind logs, kind metrics. On real clusters, in real time;
ci/kind/e2e prepares engine, tools and image. Prints TAP."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

# Where "&" had it ignored, what is started here would ignore it, too.
signal.signal(signal.SIGINT, signal.default_int_handler)

BIN = os.environ["KMSLAB_BIN"]
KMSLAB = os.path.join(BIN, "kmslab")
HERE = os.path.dirname(os.path.abspath(__file__))
SCENARIOS = os.path.normpath(os.path.join(HERE, "..", "..", "scenarios"))
PATIENCE_S = 1200
UP = "kmslab-look"
TESTS = []
WORK = tempfile.mkdtemp(prefix="kmslab-kind-")
ENV = dict(os.environ, KMSLAB_STATE=os.path.join(WORK, "state"),
           KMSLAB_SCENARIOS=SCENARIOS)
ENV.pop("KMSLAB_ADMIN", None)
shared = {}  # the clusters that tests hand on to each other


def test(function):
    TESTS.append(function)


def kmslab(*words, code=0, **more):
    result = subprocess.run([KMSLAB, *words], env=ENV, capture_output=True,
                            text=True, timeout=PATIENCE_S, **more)
    assert code is None or result.returncode == code, (words, result)
    return result


def run(*words, out, **more):
    return kmslab("run", *words, "--out", os.path.join(WORK, out), **more)


def journal(out, name):
    with open(os.path.join(WORK, out, name, "journal.json")) as file:
        return json.load(file)


def scenario(name, text):
    path = os.path.join(WORK, name + ".yaml")
    with open(path, "w") as file:
        file.write(text)
    return path


def nodes():
    """Containers of clusters that runs made of their own."""
    listed = subprocess.run(
        ["docker", "ps", "--all", "--format", "{{.Names}}"], check=True,
        capture_output=True, text=True).stdout.split()
    return [name for name in listed
            if name.startswith(("kmslab-run-", UP + "-"))]


def known():
    return [row["name"] for row in json.loads(
        kmslab("kind", "list", "--json").stdout)]


@test
def one_command_runs_scenarios_on_a_cluster_of_their_own():
    # A first write, an outage with a restart in it, another plugin, KMS v1.
    names = ["matrix-plugin-up", "apiserver-restart-during-outage",
             "stale-socket", "v1-kms-down"]
    result = run(*names, "--cluster", "kind", "--keep", out="four")
    for name in names:
        assert f"passed      {name} " in result.stdout, result.stdout
    assert "kmslab kind down kmslab-run-" in result.stderr, result.stderr
    shared["kept"], = known()
    assert nodes() == [shared["kept"] + "-control-plane"], nodes()


@test
def the_journal_says_what_the_cluster_was():
    for name, kms in (("matrix-plugin-up", "v2"), ("v1-kms-down", "v1")):
        made = journal("four", name)
        cluster = made["cluster"]
        assert cluster["kind"] == "kind" and cluster["kms"] == kms, cluster
        assert cluster["version"].startswith("v1."), cluster
        assert len(cluster["sha256"]) == 64, cluster
        assert cluster["etcd"].startswith("3."), cluster
        image = os.environ.get("KMSLAB_KIND_IMAGE")
        assert image in (None, cluster["image"]), cluster
        assert made["command"] == \
            f"kmslab run {name} --seed 1 --cluster kind", made["command"]
        assert any(line["source"] == "kube-apiserver"
                   for line in made["logs"]), "no log of kube-apiserver"
    with open(os.path.join(WORK, "four", "report.html")) as page:
        assert cluster["image"] in page.read()


@test
def the_model_does_the_same_step_by_step():
    for name in ("matrix-plugin-up", "apiserver-restart-during-outage"):
        path = os.path.join(WORK, "four", name, "journal.json")
        result = kmslab("replay", path)
        assert result.stdout == "the same: passed\n", result.stdout


@test
def the_log_goes_on_when_the_apiserver_is_restarted():
    path = os.path.join(WORK, "four", "matrix-plugin-up", "kube-apiserver.log")
    with open(path) as log:
        starts = sum("Version: v1." in line or '"Version"' in line
                     for line in log)
    assert starts >= 2, starts


@test
def a_wrong_expectation_fails_with_its_line():
    wrong = scenario("wrong", """title: x
load: {every: 0s}
steps:
- write: a
- check: {etcd: {a: "k8s:enc:kms:v2:kmslab:"}}
- check: {read: {a: 500}}
""")
    result = run(wrong, "--cluster", "kind:" + shared["kept"], out="wrong",
                 code=1)
    assert "line 6: read a: expected 500, got ok" in result.stdout, result
    steps = journal("wrong", "wrong")["steps"]
    assert [step["result"] for step in steps] == ["ok", "ok", "failed"], steps


@test
def an_apiserver_that_is_ended_stays_ended_until_it_is_started():
    ended = scenario("ended", """title: x
load: {every: 0s}
steps:
- write: a
- kill: apiserver
- wait: 30s
- check: {livez: unreachable, process: {apiserver: ended}}
- start: apiserver
- check: {process: {apiserver: running}, read: {a: ok}}
""")
    run(ended, "--cluster", "kind:" + shared["kept"], out="ended")


@test
def one_that_kubelet_started_again_is_an_end_that_nobody_named():
    crash = scenario("crash", """title: x
load: {every: 0s}
steps:
- write: a
- wait: 25s
""")
    out = os.path.join(WORK, "crash")
    node = shared["kept"] + "-control-plane"
    running = subprocess.Popen(
        [KMSLAB, "run", crash, "--cluster", "kind:" + shared["kept"], "--out",
         out], env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True)
    deadline = time.monotonic() + 120
    key = "/registry/secrets/kmslab-run/a"
    while time.monotonic() < deadline and not stored(node, key):
        time.sleep(1)
    subprocess.run(["docker", "exec", node, "bash", "-c",
                    "kill -9 $(pgrep -x kube-apiserver)"], check=True)
    output, errors = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 1, (output, errors)
    assert "apiserver ended by itself" in output, output


def stored(node, key):
    pki = "/etc/kubernetes/pki/etcd/"
    return subprocess.run(
        ["docker", "exec", node, "etcdctl", "--endpoints",
         "https://127.0.0.1:2379", "--cacert", pki + "ca.crt", "--cert",
         pki + "healthcheck-client.crt", "--key",
         pki + "healthcheck-client.key", "get", key, "--keys-only"],
        capture_output=True, text=True).stdout.strip()


@test
def what_the_cluster_cannot_do_is_skipped_with_the_reason():
    result = run("ha-split", "--cluster", "kind:" + shared["kept"],
                 out="ha", code=77)
    assert "it wants 2 control planes, and cluster" in result.stdout, result
    model = scenario("model", "title: x\nonly: model\nbecause: it must\n"
                     "steps:\n- write: a\n")
    result = run(model, "--cluster", "kind:" + shared["kept"], out="model",
                 code=77)
    assert "it must" in result.stdout, result


@test
def the_cluster_is_given_back_as_it_was():
    node = shared["kept"] + "-control-plane"
    manifest = subprocess.run(
        ["docker", "exec", node, "cat",
         "/etc/kubernetes/manifests/kube-apiserver.yaml"], check=True,
        capture_output=True, text=True).stdout
    assert "/etc/kmslab/enc/encryption.yaml" in manifest, manifest
    assert "kmslab.started" not in manifest, manifest
    assert stored(node, "/registry/secrets/kmslab-run/a") == ""
    subprocess.run(
        ["docker", "exec", node, "kubectl", "--kubeconfig",
         "/etc/kubernetes/admin.conf", "get", "secrets", "--all-namespaces"],
        check=True, capture_output=True)
    sockets = os.path.join(ENV["KMSLAB_STATE"], "kind", shared["kept"],
                           "sockets")
    assert os.listdir(sockets) == [], os.listdir(sockets)


@test
def a_kept_cluster_goes_when_it_is_told_to():
    kmslab("kind", "down", shared["kept"])
    assert (nodes(), known()) == ([], [])


def interrupt(seen):
    """Ends a run with Ctrl-C as soon as it has said that. Its output."""
    errors = os.path.join(WORK, "errors")
    with open(errors, "w") as file:
        running = subprocess.Popen(
            [KMSLAB, "run", "outage-just-over-3m", "--cluster", "kind",
             "--out", os.path.join(WORK, "interrupted")], env=ENV,
            stdout=subprocess.PIPE, stderr=file, text=True)
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and not seen(open(errors).read()):
        assert running.poll() is None, open(errors).read()
        time.sleep(0.2)
    running.send_signal(signal.SIGINT)
    output, _ = running.communicate(timeout=PATIENCE_S)
    assert running.returncode != 0, output
    assert (nodes(), known()) == ([], []), (nodes(), known())
    return output


@test
def ctrl_c_while_the_cluster_is_made_leaves_nothing():
    interrupt(lambda said: "Starting control-plane" in said)


@test
def ctrl_c_in_a_run_leaves_a_journal_and_no_cluster():
    written = "/registry/secrets/kmslab-run/seed-0"
    output = interrupt(
        lambda _: any(stored(node, written) for node in nodes()))
    assert "interrupted outage-just-over-3m" in output, output
    made = journal("interrupted", "outage-just-over-3m")
    assert made["verdict"] == "interrupted", made["verdict"]
    assert made["cluster"]["kind"] == "kind", made["cluster"]


@test
def mistakes_are_told_before_anything_is_made():
    for words, code, said in (
            (["x", "--cluster", "kind:nobody"], 2, "x.yaml: not found"),
            (["matrix-plugin-up", "--cluster", "kind:nobody"], 1,
             "there is no cluster nobody here"),
            (["matrix-plugin-up", "--cluster", "kind", "--jobs", "2"], 2,
             "one after another: no --jobs"),
            (["matrix-plugin-up", "--cluster", "minikube"], 2,
             "--cluster is model, apiserver, kind or kind:NAME")):
        result = kmslab("run", *words, code=code)
        assert said in result.stderr, result
    assert (nodes(), known()) == ([], [])


@test
def a_cluster_with_a_plugin_of_its_own_is_refused():
    kmslab("kind", "up", UP)
    shared["up"] = UP
    result = kmslab("run", "matrix-plugin-up", "--cluster", "kind:" + UP,
                    code=1)
    assert "has a plugin of its own" in result.stderr, result


@test
def inspect_shows_what_the_node_has_stored():
    subprocess.run(
        ["docker", "exec", UP + "-control-plane", "kubectl", "--kubeconfig",
         "/etc/kubernetes/admin.conf", "create", "secret", "generic", "s1",
         "--from-literal=password=opensesame"], check=True,
        capture_output=True)
    text = kmslab("inspect", "--cluster", UP, "secret", "default/s1").stdout
    assert "prefix         k8s:enc:kms:v2:kmslab:" in text, text
    assert "opensesame" not in text, text
    value = json.loads(kmslab("inspect", "secret", "default/s1", "--cluster",
                              UP, "--json").stdout)
    assert value["form"] == "sealed" and value["name"] == "kmslab", value
    result = kmslab("inspect", "--cluster", UP, "secret", "default/s2", code=1)
    assert "has no key /registry/secrets/default/s2" in result.stderr, result
    for wrong in ("s1", "a/b/c", "/s1", "default/"):
        result = kmslab("inspect", "--cluster", UP, "secret", wrong, code=1)
        assert "a Secret is named NAMESPACE/NAME" in result.stderr, result


def answered():
    """Encrypts that the emulator answered with 500."""
    lines = kmslab("kind", "metrics", UP, "emulator").stdout.splitlines()
    return sum(int(line.split()[-1]) for line in lines
               if line.startswith('kms_emulator_requests_total{operation="Enc')
               and 'code="500"' in line)


@test
def faults_are_armed_and_healed_in_the_cluster():
    before = answered()
    rule = {"name": "down", "do": {"kind": "error",
                                   "code": "KMSInternalException"}}
    kmslab("fault", "add", "--cluster", UP, json.dumps(rule))
    assert "down" in kmslab("fault", "list", "--cluster", UP).stdout
    # The plugin's probe meets it.
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and answered() == before:
        time.sleep(1)
    assert answered() > before
    kmslab("fault", "heal", "--cluster", UP)
    assert kmslab("fault", "list", "--cluster", UP, "--json").stdout.count(
        '"down"') == 0
    result = kmslab("fault", "list", "--cluster", UP, "--admin", "http://a",
                    code=2)
    assert "--admin and --cluster exclude each other" in result.stderr, result


@test
def logs_of_each_program_are_reached():
    for what, words in (("plugin", "aws-kms-plugin ready"),
                        ("emulator", "kms-emulator ready"),
                        ("apiserver", "cache")):
        text = kmslab("kind", "logs", UP, what, "--lines", "5000").stdout
        assert words in text, (what, text[-500:])
    text = kmslab("kind", "logs", UP).stdout
    for what in ("emulator", "plugin", "apiserver"):
        assert f"==> {what} in {UP}-control-plane <==" in text, text[:2000]
    lines = kmslab("kind", "logs", UP, "apiserver", "--lines", "3").stdout
    assert len(lines.splitlines()) == 3, lines
    result = kmslab("kind", "logs", UP, "kubelet", code=2)
    assert "logs of emulator, plugin and apiserver" in result.stderr, result


@test
def metrics_of_each_program_are_reached():
    for what, words in (
            ("plugin", "aws_encryption_provider_kms_operations_total"),
            ("emulator", "kms_emulator_requests_total"),
            ("apiserver", "apiserver_encryption_config")):
        text = kmslab("kind", "metrics", UP, what).stdout
        assert words in text, (what, text[:500])
        assert text.startswith("# HELP"), (what, text[:100])
    result = kmslab("kind", "metrics", UP, "--node", "mars", code=1)
    assert "has no control plane mars" in result.stderr, result


@test
def what_kmslab_does_not_know_is_told():
    for words in (["inspect", "--cluster", "nobody", "secret", "a/b"],
                  ["fault", "list", "--cluster", "nobody"],
                  ["kind", "logs", "nobody"], ["kind", "metrics", "nobody"]):
        result = kmslab(*words, code=1)
        assert "kmslab knows no cluster nobody" in result.stderr, result
    result = kmslab("kind", "logs", "plugin", code=1)
    assert "kmslab knows no cluster kmslab" in result.stderr, result


def main():
    failed = False
    print(f"1..{len(TESTS)}")
    for number, function in enumerate(TESTS, 1):
        try:
            function()
            print(f"ok {number} - {function.__name__}", flush=True)
        except Exception:  # one test's failure is not the others'
            failed = True
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
            print(f"not ok {number} - {function.__name__}", flush=True)
    return 1 if failed else 0


try:
    code = main()
finally:
    kmslab("kind", "down", "--all", code=None)
    shutil.rmtree(WORK, ignore_errors=True)
sys.exit(code)
