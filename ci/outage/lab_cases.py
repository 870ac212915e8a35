# SPDX-License-Identifier: Apache-2.0
"""The outages: what is done to a cluster, and what must then be seen of it
(regular expressions over the answers that came during the fault)."""
from lab_plugins import Ours, Scripted

EXPIRY_S = 215  # longer than the three minutes that a seed may write
RESTARTED_S = 100  # longer than the minute that start hooks may wait for storage

HEALTHZ = ["--status-failure=healthz"]
GOOD = {"read": "200", "list": "200", "replace": "200", "delete": "200", "create": "201",
        "livez": "200", "readyz": "200", "healthz": "200", "create-plain": "201"}
RED = r"200, 500 kms-providers?(-0)?"
SICK = {**GOOD, "readyz": RED, "healthz": RED}
EXPIRES = {**SICK, "create": "201, 500 expired"}
NO_SEED = {"read": "500 no seed", "create": "500 no seed", "delete": "500 no seed"}


def case(title, fault_s, begin, heal, expect, **more):
    return {"title": title, "fault_s": fault_s, "begin": begin, "heal": heal, "expect": expect,
            "kms": "v2", "plugin": Ours, "flags": [], "fast": False, "cold": None, **more}


def script(**changes):
    return ("script", changes)


HEAL = [script()]
BACK = [("start_emulator", {})]
DOWN = [("kill_emulator", {})]

CASES = {
    "plugin-killed": case(
        "the plugin is killed", EXPIRY_S, [("kill_plugin", {})], [("start_plugin", {})],
        EXPIRES, cold="500 "),
    "plugin-paused": case(
        "the plugin is stopped by SIGSTOP", EXPIRY_S, [("pause_plugin", {})],
        [("resume_plugin", {})], EXPIRES, cold="500 "),
    "kms-down": case(
        "KMS refuses connections; the plugin's Status is an RPC error", EXPIRY_S, DOWN, BACK,
        EXPIRES, cold="500 "),
    "kms-down-status-healthz": case(
        "KMS refuses connections; the plugin's Status says so in healthz", EXPIRY_S, DOWN, BACK,
        SICK, flags=HEALTHZ, cold="500 "),
    "kms-down-short": case(
        "KMS refuses connections for a minute", 60, DOWN, BACK, SICK, fast=True, cold="500 "),
    "restart-plugin-down": case(
        "kube-apiserver is restarted while the plugin is killed", RESTARTED_S,
        [("kill_plugin", {}), ("restart_apiserver", {})], [("start_plugin", {})], NO_SEED),
    "restart-kms-down": case(
        "kube-apiserver is restarted while KMS refuses connections", RESTARTED_S,
        [*DOWN, ("restart_apiserver", {})], BACK, NO_SEED),
    "restart-encrypt-broken": case(
        "kube-apiserver is restarted while only Encrypt fails", RESTARTED_S,
        [script(encrypt="UNAVAILABLE"), ("restart_apiserver", {})], HEAL, NO_SEED,
        plugin=Scripted),
    "encrypt-broken": case(
        "Encrypt fails, the key_id is the same", 60, [script(encrypt="UNAVAILABLE")], HEAL,
        GOOD, plugin=Scripted, cold="200"),
    "decrypt-broken": case(
        "Decrypt fails", 60, [script(decrypt="UNAVAILABLE")], HEAL, GOOD, plugin=Scripted,
        fast=True, cold="500 "),
    "status-broken": case(
        "Status fails at once, Encrypt and Decrypt work", EXPIRY_S, [script(status="UNAVAILABLE")],
        HEAL, EXPIRES, plugin=Scripted, cold="200"),
    "new-key-encrypt-broken": case(
        "Status names a new key_id, Encrypt fails", EXPIRY_S,
        [script(encrypt="UNAVAILABLE", key_id="key-2")], [script(key_id="key-2")], EXPIRES,
        plugin=Scripted, cold="200"),
    "key-id-mismatch": case(
        "Status names a new key_id, Encrypt answers with another", EXPIRY_S,
        [script(key_id="key-2", encrypt_key_id="key-1")], [script(key_id="key-2")], EXPIRES,
        plugin=Scripted, cold="200"),
    "status-slow": case(
        "Status takes 2.5 s of its 3 s", 60, [script(status_delay_s=2.5)], HEAL, GOOD,
        plugin=Scripted, cold="200"),
    "status-too-slow": case(
        "Status takes 3.5 s, its time is 3 s", 60, [script(status_delay_s=3.5)], HEAL, SICK,
        plugin=Scripted, cold="200"),
    "v1-kms-down": case(
        "KMS v1: KMS refuses connections", 60, DOWN, BACK,
        {"read": "200", "livez": "200", "create": "500.*", "readyz": RED}, kms="v1", fast=True,
        cold="500"),
    "v1-plugin-killed": case(
        "KMS v1: the plugin is killed", 60, [("kill_plugin", {})], [("start_plugin", {})],
        {"read": "200", "livez": "200", "create": "500.*", "readyz": RED}, kms="v1",
        cold="500"),
    "v1-restart-kms-down": case(
        "KMS v1: kube-apiserver is restarted while KMS refuses connections", RESTARTED_S,
        [*DOWN, ("restart_apiserver", {})], BACK, {"read": "500.*", "create": "500.*"},
        kms="v1"),
}
