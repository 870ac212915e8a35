# SPDX-License-Identifier: Apache-2.0
"""The words of docs/BEHAVIOUR.md. A finding is a sentence, whether a journal
agrees with it, and a time of it that is told as a range."""
GROUPS = {
    "KMS does not answer": ["kms-down-short", "kms-down", "kms-down-status-healthz"],
    "The plugin does not answer": ["plugin-killed", "plugin-paused"],
    "The plugin answers some calls": [
        "encrypt-broken", "decrypt-broken", "status-broken", "status-slow", "status-too-slow",
        "new-key-encrypt-broken", "key-id-mismatch"],
    "kube-apiserver is restarted meanwhile": [
        "restart-kms-down", "restart-plugin-down", "restart-encrypt-broken"],
    "KMS v1": ["v1-kms-down", "v1-plugin-killed", "v1-restart-kms-down"],
}

WORDS = {"200": "works", "201": "works"}


def word(what):
    if what in WORDS:
        return WORDS[what]
    code, _, why = what.partition(" ")
    return f"**{code}** {why}".strip()


def always(lane):
    return lambda run: all(what[0] == "2" for what, _ in run.classes(lane))


def unless(condition, claim):
    return lambda run: condition(run) or claim(run)


def only(names, claim):
    return lambda run: run.name not in names or claim(run)


def nothing(_run):
    return None


def of(names, value):
    return lambda run: value(run) if run.name in names else None


def ends_in(lane, what):
    return lambda run: bool(run.classes(lane)) and run.classes(lane)[-1][0].startswith(what)


EXPIRING = ["kms-down", "plugin-killed", "plugin-paused", "status-broken",
            "new-key-encrypt-broken", "key-id-mismatch"]
RESTARTS = ["restart-kms-down", "restart-plugin-down", "restart-encrypt-broken"]
COLD = ["kms-down-short", "kms-down", "kms-down-status-healthz", "plugin-killed",
        "plugin-paused", "decrypt-broken", "v1-kms-down", "v1-plugin-killed"]

FINDINGS = [
    ("Secrets that this kube-apiserver wrote or read since it started stay readable in every "
     "outage, as long as it is not restarted.",
     unless(lambda run: run.restarted, always("read")), nothing),
    ("No check of `/livez` asks KMS: it stays green in every outage in which kube-apiserver is not "
     "restarted. `/readyz` and `/healthz` have one.",
     lambda run: all("kms" not in what for what, _ in run.classes("livez"))
     and (run.restarted or always("livez")(run)), nothing),
    ("KMS v2, Status is an RPC error or none: creates go on until three minutes after the last good "
     "check, then fail with \"expired at\": {} s into the outage.",
     only(EXPIRING, ends_in("create", "500 expired")),
     of(EXPIRING, lambda run: run.first_bad("create"))),
    ("KMS v2, Status is answered with other words than \"ok\" in healthz: creates go on for as long "
     "as that lasts, with `/readyz` red (kubernetes#138950).",
     only(["kms-down-status-healthz"],
          lambda run: always("create")(run) and ends_in("readyz", "500 kms")(run)), nothing),
    ("KMS v2, the plugin cannot encrypt: nobody notices, `/readyz` is green, until the key_id "
     "changes or kube-apiserver is restarted.",
     only(["encrypt-broken"], lambda run: always("create")(run) and always("readyz")(run)),
     nothing),
    ("Restarted in an outage, kube-apiserver serves no Secret at all, also where only Encrypt "
     "fails and every stored Secret could be decrypted: it wants a seed of its own first. The "
     "process stays up and serves what is not encrypted.",
     only(RESTARTS, lambda run: ends_in("read", "500 no seed")(run)
          and ends_in("create-plain", "201")(run)), nothing),
    ("Restarted in an outage, kube-apiserver is live (`/livez`) after {} s **up to 1.35**.",
     lambda run: not run.restarted or run.minor() > 35 or run.live_after() < 45000,
     lambda run: run.live_after() if run.minor() <= 35 else None),
    ("Restarted in an outage, kube-apiserver is live after {} s **since 1.36**: its start waits for "
     "the watch caches (`poststarthook/storage-readiness`), which cannot be filled, up to "
     "`--storage-initialization-timeout` (1 minute). The feature gate "
     "WatchCacheInitializationPostStartHook is new on by default there. A kubelet whose startup "
     "and liveness probes had less patience would restart it again and again.",
     lambda run: not run.restarted or run.minor() < 36 or run.live_after() > 45000,
     lambda run: run.live_after() if run.minor() > 35 else None),
    ("One Secret that cannot be decrypted (written by another kube-apiserver, or before the last "
     "start) fails the lists of all Secrets with 500 or 429, also of those that can.",
     only(COLD, lambda run: any(what[0] != "2" for what, _ in run.lists())), nothing),
    ("A plugin that was away for 215 s was back for another {} s before kube-apiserver found it: "
     "gRPC's pauses between connection attempts grow to two minutes. One that was only stopped "
     "(SIGSTOP) is found with the next check.",
     lambda _run: True, of(["plugin-killed"], lambda run: run.recovered("create"))),
    ("After a restart in an outage `/readyz` got green {} s after the outage's end: the informers "
     "of Secrets (`informer-sync`) have a back-off of their own, and creates work before.",
     only(RESTARTS, lambda run: run.recovered("readyz") is not None),
     of(RESTARTS, lambda run: run.recovered("readyz"))),
    ("KMS v1: each create fails at once; reads go on from the cache of keys.",
     only(["v1-kms-down", "v1-plugin-killed"], ends_in("create", "500")), nothing),
]

INTRODUCTION = """# What kube-apiserver does while KMS or its plugin fails

<!-- Written by ci/behaviour from fixtures/journals-apiserver: change those, or ci/outage, not this. -->

What goes on, what stops and what the health endpoints say when Secrets are encrypted at rest by KMS and KMS, or the
plugin in front of it, fails; and how long it takes until all is well again. Not from reading code: {runs} runs of real
kube-apiservers ({versions}), each with an etcd and a plugin of its own, on one machine
({host}).

"""

METHOD = """
All kube-apiservers are built from the Go module proxy with the pins of `ci/kube`
(`ci/kube/binaries 1.33 1.34 1.35 1.36`), so their hashes can be had again. The runs are made by

```
ci/outage/observe --kube-apiserver P --etcd P --out fixtures/journals-apiserver/VERSION
```

How: one kube-apiserver with `secrets` under one kms provider (timeout 3 s) and `identity`, no kubelet, no
controllers. Nine clients ask at the same time, one request each: `/readyz`, `/healthz`, `/livez`, a create of a
Secret and a read of one each second; a list, an update that changes nothing and a delete each two seconds; a
create of a ConfigMap each five. After eight good seconds the fault begins; when it has ended the clients go on until
all was good for eight seconds. All Secrets of which a create was answered with 201 are read back at the end: none
was lost or altered.

What to keep in mind:

* Each cell is **one run** per version. The machine's cores were used by others, too (load averages of 5 to 15): take
  times as good to two seconds or so, and those after a restart to ten. Where versions differ by seconds alone, that is
  chance, not the version.
* The clients that ask `/readyz` and `/healthz` each second make kube-apiserver ask the plugin's Status as often as its
  own caches allow (20 s after a good check, 3 s after a bad one). Who asks less often sees a fault up to a minute late.
* "KMS refuses connections" is our plugin's view of it: it keeps a good verdict for up to 30 s. So `/readyz` turns
  red that much later than with a plugin that asks KMS for each Status.
* Where gRPC waits between connection attempts, chance adds or takes 20 % of each pause.
* `ci/outage/scripted-plugin` stands in where Encrypt, Decrypt or Status fail on their own.
* The model of `harness/src/model` is run through each of these journals by `test_model_journals`, and must give the
  same answers in the same order.
"""

HOW_TO_READ = """
*Works* is a 2xx. *A read of another seed* asks for a Secret that was sealed by a seed which this kube-apiserver has not
unwrapped since it started. Where a cell does not name versions, all did the same; times are seconds since the
fault began, the least and the most of all versions.
"""

TIMES = """
Red, fail and restarted: since the fault began. Again and green: since it ended. – : never failed.

"""

LISTS = """
Lists come from kube-apiserver's watch cache, which needs no plugin until an event comes that it cannot decrypt. Here
such a Secret lies in etcd for 25 s. Each answer with the number of lists that got it in a row, one each two seconds or
slower, to the end of the fault.

"""
