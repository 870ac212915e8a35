#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Faults on request that answer, wait or lie. Prints TAP."""

import json
import os
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import emulator_process as lab
from emulator_process import test
from faults_lab import ACCOUNT, Faults, client, post

from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError


class Stage:
    """What all tests share: an emulator, its faults, a client, a key."""

    def __init__(self, emulator):
        self.url = emulator.url
        self.faults = Faults(emulator)
        self.kms = client(emulator.url)
        self.key = self.kms.create_key()["KeyMetadata"]["KeyId"]
        self.arn = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{self.key}"
        self.kms.create_alias(AliasName="alias/main", TargetKeyId=self.key)
        self.blob = self.encrypt()["CiphertextBlob"]

    def encrypt(self, **more):
        return self.kms.encrypt(**{"KeyId": self.key, "Plaintext": b"hello", **more})

    def decrypt(self):
        return self.kms.decrypt(CiphertextBlob=self.blob)

    def state(self):
        return self.kms.describe_key(KeyId=self.key)["KeyMetadata"]["KeyState"]


def failure(call, *arguments, **parameters):
    try:
        call(*arguments, **parameters)
    except ClientError as error:
        told = error.response["Error"]
        return (told["Code"], told.get("Message", ""),
                error.response["ResponseMetadata"]["HTTPStatusCode"])
    raise AssertionError("it went well")


def denied(right, resource):
    """What IAM says."""
    return (f"User: arn:aws:iam::{ACCOUNT}:root is not authorized to perform: "
            f"kms:{right} on resource: {resource} because no identity-based "
            f"policy allows the kms:{right} action")


@test
def errors_are_aws_own(stage):
    own = [
        ("ThrottlingException", "You have exceeded the rate at which you may call "
         "KMS. Reduce the frequency of your calls.", 400),
        ("DisabledException", f"{stage.arn} is disabled.", 400),
        ("NotFoundException", f"Key '{stage.arn}' does not exist", 400),
        ("KMSInvalidStateException", f"{stage.arn} is pending deletion.", 400),
        ("InvalidCiphertextException", "", 400),
        ("AccessDeniedException", denied("Encrypt", stage.arn), 400),
        ("IncorrectKeyException", "The key ID in the request does not identify a CMK "
         "that can perform this operation.", 400),
        ("KMSInternalException", "", 500),
        ("ServiceUnavailableException", "Service Unavailable", 503),
    ]
    for code, message, status in own:
        name = stage.faults.arm("error", code=code)
        assert failure(stage.encrypt) == (code, message, status), code
        stage.faults.saw(name, 1, **{f"http_{status}": 1})
    stage.faults.arm("error", code="InvalidCiphertextException", quiet=True)
    status, headers, body = post(stage.url, "Encrypt",
                                 {"KeyId": stage.key, "Plaintext": "aGk="})
    assert (status, body) == (400, b'{"__type":"InvalidCiphertextException"}')
    assert "x-kmslab-fault" not in headers


@test
def who_is_denied_is_told_which_right_is_missing(stage):
    stage.faults.arm("error", code="AccessDeniedException")
    assert failure(stage.kms.list_keys)[1] == denied("ListKeys", "*")
    blob = b"0" * 200
    told = failure(stage.kms.re_encrypt, CiphertextBlob=blob,
                   DestinationKeyId=stage.key)
    assert told[1] == denied("ReEncryptTo", stage.arn), told
    stage.faults.heal()
    stage.faults.arm("error", code="AccessDeniedException", variant="ns#Name")
    assert failure(stage.encrypt)[1] == denied("Encrypt", stage.arn)


@test
def words_status_and_variant_can_be_told(stage):
    stage.faults.arm("error", code="AccessDeniedException", status=403, message="no")
    assert failure(stage.encrypt) == ("AccessDeniedException", "no", 403)
    bodies = {
        "ns#Name": {"__type": "com.amazonaws.kms#DisabledException", "message": "m"},
        "Message": {"__type": "DisabledException", "Message": "m"},
        "header-only": {"message": "m"},
    }
    for variant, wanted in bodies.items():
        name = stage.faults.arm("error", code="DisabledException", message="m",
                                variant=variant)
        _, headers, body = post(stage.url, "Encrypt",
                                {"KeyId": stage.key, "Plaintext": "aGk="})
        assert json.loads(body) == wanted, body
        assert headers["x-amzn-ErrorType"].endswith("DisabledException")
        assert headers["x-kmslab-fault"] == name


@test
def an_answer_can_say_how_long_to_wait(stage):
    """In milliseconds, as KMS says it; without it the header is not there."""
    for kind, more, wanted in (
            ("error", {"code": "KMSInternalException", "retry_after": "4s"}, "4000"),
            ("error", {"code": "KMSInternalException", "retry_after": "0s"}, "0"),
            ("throttle", {"retry_after": "250ms"}, "250"),
            ("throttle", {"retry_after": "1m", "quiet": True}, "60000"),
            ("throttle", {}, None)):
        stage.faults.arm(kind, **more)
        status, headers, _ = post(stage.url, "Encrypt",
                                  {"KeyId": stage.key, "Plaintext": "aGk="})
        assert status in (400, 500)
        assert headers.get("x-amz-retry-after") == wanted, (kind, more, headers)
    stage.faults.heal()
    for action in ({"kind": "throttle", "retry_after": 4000},
                   {"kind": "throttle", "retry_after": "-1s"},
                   {"kind": "empty", "retry_after": "4s"}):
        status, answer = stage.faults.ask("POST", "", {"do": action})
        assert status == 400 and "retry_after" in answer["error"], answer
    assert stage.faults.ask("GET")[1]["rules"] == []


@test
def what_is_no_json_is_seen_as_such(stage):
    for kind, status, head in (("html", 503, b"<html>"), ("empty", 500, b"")):
        stage.faults.arm(kind)
        got, _, body = post(stage.url, "Encrypt",
                            {"KeyId": stage.key, "Plaintext": "aGk="})
        assert got == status and body[:6] == head
        assert failure(stage.encrypt)[2] == status
    stage.faults.arm("content-type", type="text/plain")
    _, headers, _ = post(stage.url, "Encrypt",
                         {"KeyId": stage.key, "Plaintext": "aGk="})
    assert headers["Content-Type"] == "text/plain"


@test
def rules_mean_only_what_they_match(stage):
    other = stage.kms.create_key()["KeyMetadata"]["KeyId"]
    match_and_calls = [
        ({"operation": "Decrypt"}, stage.decrypt, stage.encrypt),
        ({"key": stage.key}, stage.decrypt, lambda: stage.encrypt(KeyId=other)),
        ({"key": "alias/main"}, stage.decrypt, lambda: stage.encrypt(KeyId=other)),
        ({"key": stage.arn}, lambda: stage.encrypt(KeyId="alias/main"),
         lambda: stage.encrypt(KeyId=other)),
        ({"context": {"a": "b"}},
         lambda: stage.encrypt(EncryptionContext={"a": "b", "c": "d"}), stage.encrypt),
        ({"caller": f"arn:aws:iam::{ACCOUNT}:*"}, stage.encrypt,
         client(stage.url, account="444455556666").list_keys),
        ({"region": "us-east-1"}, client(stage.url, region="us-east-1").list_keys,
         stage.kms.list_keys),
        ({"account": ACCOUNT, "operation": ["ListKeys", "ListAliases"]},
         stage.kms.list_aliases, stage.encrypt),
    ]
    for match, hit, miss in match_and_calls:
        name = stage.faults.arm("error", match=match, code="InternalFailure")
        miss()
        assert failure(hit)[0] == "InternalFailure", match
        stage.faults.saw(name, 1, http_500=1)


@test
def a_header_scopes_a_rule_to_one_test(stage):
    name = stage.faults.arm("error", code="InternalFailure", match={
        "header": {"name": "x-kmslab-scope", "value": "mine"}})
    body = {"KeyId": stage.key, "Plaintext": "aGk="}
    assert post(stage.url, "Encrypt", body, scope="other")[0] == 200
    assert post(stage.url, "Encrypt", body, scope="mine")[0] == 500
    stage.faults.saw(name, 1, http_500=1)


@test
def a_quota_is_for_each_second_and_all_operations(stage):
    calls = [stage.encrypt, stage.decrypt, stage.kms.list_keys] * 2
    for _ in range(10):
        name = stage.faults.arm("throttle", rate=3)
        time.sleep(1 - time.time() % 1 + 0.02)
        second, codes = int(time.time()), []
        for call in calls:
            try:
                call()
                codes.append("ok")
            except ClientError as error:
                codes.append(error.response["Error"]["Code"])
        if int(time.time()) == second:
            break
    else:
        raise AssertionError("six calls never were in one second")
    assert codes == ["ok"] * 3 + ["ThrottlingException"] * 3, codes
    time.sleep(1 - time.time() % 1 + 0.02)
    stage.encrypt()
    stage.faults.saw(name, 3, http_400=3)


@test
def latency_is_kept_to_the_millisecond_and_blocks_nobody(stage):
    name = stage.faults.arm("latency", fixed="1500ms", match={"operation": "Encrypt"})
    took = []

    def wait():
        kms = client(stage.url)
        began = time.monotonic()
        kms.encrypt(KeyId=stage.key, Plaintext=b"x")
        took.append(time.monotonic() - began)

    threads = [threading.Thread(target=wait) for _ in range(8)]
    for thread in threads:
        thread.start()
    while stage.faults.rule(name)["fired"] < 8:
        time.sleep(0.01)
    stage.decrypt()
    assert not took
    for thread in threads:
        thread.join()
    assert len(took) == 8 and min(took) >= 1.5, took
    stage.faults.saw(name, 8, http_200=8)


@test
def the_shapes_of_latency_keep_their_bounds(stage):
    for shape, least, most in (
            ({"min": "50ms", "max": "80ms"}, 0.05, 5),
            ({"median": "20ms", "sigma": 2, "max": "60ms"}, 0, 5),
            ({"from": "60ms", "to": "60ms", "over": "1s"}, 0.06, 5)):
        stage.faults.arm("latency", **shape)
        began = time.monotonic()
        stage.encrypt()
        assert least <= time.monotonic() - began < most, shape


@test
def a_hang_lasts_until_the_client_leaves_or_it_is_healed(stage):
    name = stage.faults.arm("hang", match={"operation": "Encrypt"})
    try:
        client(stage.url, timeout_s=0.3).encrypt(KeyId=stage.key, Plaintext=b"x")
        raise AssertionError("answered")
    except ReadTimeoutError:
        pass
    stage.faults.saw(name, 1, client_left=1)
    ended = []

    def hang():
        try:
            client(stage.url).encrypt(KeyId=stage.key, Plaintext=b"x")
        except ConnectionClosedError:
            ended.append(time.monotonic())

    thread = threading.Thread(target=hang)
    thread.start()
    while stage.faults.rule(name)["fired"] < 2:
        time.sleep(0.01)
    stage.decrypt()
    began = time.monotonic()
    stage.faults.heal()
    thread.join()
    assert ended and ended[0] - began < 5
    stage.encrypt()
    event = stage.faults.ask("GET", "/events?after=0")[1]["events"][-1]
    assert (event["kind"], event["outcome"]) == ("hang", "healed"), event


@test
def a_wait_that_is_healed_is_answered_at_once(stage):
    stage.faults.arm("latency", fixed="1h", match={"operation": "Encrypt"})
    threading.Timer(0.2, stage.faults.heal).start()
    began = time.monotonic()
    stage.encrypt()
    assert time.monotonic() - began < 5
    stage.faults.arm("latency", fixed="1h", ttl="300ms")
    began = time.monotonic()
    stage.encrypt()
    assert 0.2 < time.monotonic() - began < 5


@test
def a_wrong_clock_is_told_and_signatures_are_out_of_date(stage):
    stage.faults.arm("clock-offset", offset="-1m")
    _, headers, _ = post(stage.url, "ListKeys", {})
    told = time.mktime(time.strptime(headers["Date"], "%a, %d %b %Y %H:%M:%S GMT"))
    now = time.mktime(time.gmtime())
    assert -70 < told - now < -50, headers
    for offset, words in (("10m", "Signature expired: "),
                          ("-10m", "Signature not yet current: ")):
        stage.faults.arm("clock-offset", offset=offset)
        code, message, status = failure(stage.encrypt)
        assert (code, status) == ("InvalidSignatureException", 400)
        assert message.startswith(words) and message.endswith(" 5 min.)"), message


@test
def lies_are_told_as_asked(stage):
    stage.faults.arm("wrong-plaintext", match={"operation": "Decrypt"})
    wrong = stage.decrypt()["Plaintext"]
    assert len(wrong) == 5 and all(a != b for a, b in zip(wrong, b"hello"))
    stage.faults.arm("flip-ciphertext", bits=3)
    flipped = stage.encrypt()["CiphertextBlob"]
    stage.faults.arm("other-key", key="alias/elsewhere")
    assert stage.encrypt()["KeyId"] == "alias/elsewhere"
    name = stage.faults.arm("other-key")
    assert stage.encrypt()["KeyId"] != stage.arn
    stage.faults.saw(name, 1, http_200=1)
    stage.faults.heal()
    assert failure(stage.kms.decrypt, CiphertextBlob=flipped)[0] in (
        "InvalidCiphertextException", "AccessDeniedException")


@test
def a_lost_answer_was_done_and_one_not_done_was_not(stage):
    name = stage.faults.arm("lost-answer", match={"operation": "DisableKey"})
    try:
        stage.kms.disable_key(KeyId=stage.key)
        raise AssertionError("answered")
    except ConnectionClosedError:
        pass
    stage.faults.saw(name, 1, closed=1)
    assert stage.state() == "Disabled"
    stage.faults.arm("not-done", match={"operation": "EnableKey"})
    stage.kms.enable_key(KeyId=stage.key)
    assert stage.state() == "Disabled"
    stage.faults.heal()
    stage.kms.enable_key(KeyId=stage.key)
    stage.faults.arm("not-done", match={"operation": "Encrypt"})
    blob = stage.encrypt()["CiphertextBlob"]
    assert failure(stage.kms.decrypt, CiphertextBlob=blob)[0] == (
        "InvalidCiphertextException")


@test
def old_data_is_seen_for_a_time_after_a_change(stage):
    name = stage.faults.arm("stale-reads", **{"for": "3s"})
    key = stage.kms.create_key()["KeyMetadata"]["KeyId"]
    stage.kms.disable_key(KeyId=stage.key)
    began = time.monotonic()
    assert failure(stage.kms.describe_key, KeyId=key)[0] == "NotFoundException"
    stage.kms.create_alias(AliasName="alias/new", TargetKeyId=key)
    assert failure(stage.kms.describe_key, KeyId="alias/new")[0] == "NotFoundException"
    assert stage.state() == "Enabled"
    time.sleep(max(0, began + 3.3 - time.monotonic()))
    stage.kms.describe_key(KeyId="alias/new")
    assert stage.state() == "Disabled"
    assert stage.faults.rule(name)["fired"] == 5
    stage.kms.enable_key(KeyId=stage.key)


with lab.Emulator("--store=memory") as running:
    code = lab.run_all(Stage(running)) or running.end()
sys.exit(code)
