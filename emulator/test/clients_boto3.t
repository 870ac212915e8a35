#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""boto3 drives every operation of the emulator. Prints TAP."""

import os
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import emulator_process as lab
from emulator_process import test

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:
    lab.skip_all("python3-boto3 is not installed")

ACCOUNT = "111122223333"
REGION = "eu-west-1"
SEED = os.path.join(lab.FIXTURES, "seed", "example.json")
SEEDED = "bc436485-5092-42b8-92a3-0aa8b93536dc"
REGISTERED = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")


def client(emulator, service="kms", key=ACCOUNT, secret="any", region=REGION):
    return boto3.session.Session().client(
        service,
        endpoint_url=emulator.url,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        region_name=region,
        config=Config(retries={"max_attempts": 0}, read_timeout=lab.PATIENCE_S),
    )


def refused(code, message, call, **parameters):
    """The call must be refused so; None: whatever the message is."""
    try:
        call(**parameters)
    except ClientError as error:
        told = error.response["Error"]
        assert told["Code"] == code, told
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403)
        if message is not None:
            assert told.get("Message", "") == message, told
        return error
    raise AssertionError(f"not refused: {call.__name__}")


def all_pages(kms, operation, member, **parameters):
    pages = kms.get_paginator(operation).paginate(**parameters)
    return [item for page in pages for item in page[member]]


@test
def keys_are_created_described_and_listed(emulator):
    kms = client(emulator, key="100000000001")
    made = kms.create_key(
        Description="a key", Tags=[{"TagKey": "a", "TagValue": "b"}]
    )["KeyMetadata"]
    assert made["Arn"] == f"arn:aws:kms:{REGION}:100000000001:key/{made['KeyId']}"
    assert made["KeyState"] == "Enabled" and made["Enabled"] is True
    assert made["EncryptionAlgorithms"] == ["SYMMETRIC_DEFAULT"]
    assert made["CreationDate"].year >= 2024
    assert kms.describe_key(KeyId=made["Arn"])["KeyMetadata"] == made
    ids = {kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(11)}
    ids.add(made["KeyId"])
    listed = all_pages(kms, "list_keys", "Keys", PaginationConfig={"PageSize": 5})
    assert {key["KeyId"] for key in listed} == ids and len(listed) == 12
    assert listed[0]["KeyArn"].endswith(listed[0]["KeyId"])
    kms.update_key_description(KeyId=made["KeyId"], Description="other words")
    told = kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]
    assert told["Description"] == "other words"


@test
def a_keys_life_is_as_aws_has_it(emulator):
    kms = client(emulator)
    made = kms.create_key()["KeyMetadata"]
    key, arn = made["KeyId"], made["Arn"]
    kms.disable_key(KeyId=key)
    refused(
        "DisabledException", f"{arn} is disabled.",
        kms.encrypt, KeyId=key, Plaintext=b"x",
    )
    kms.enable_key(KeyId=key)
    told = kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert told["KeyId"] == arn and told["KeyState"] == "PendingDeletion"
    assert told["PendingWindowInDays"] == 7 and told["DeletionDate"]
    error = refused(
        "KMSInvalidStateException", f"{arn} is pending deletion.",
        kms.encrypt, KeyId=key, Plaintext=b"x",
    )
    assert isinstance(error, kms.exceptions.KMSInvalidStateException)
    assert kms.cancel_key_deletion(KeyId=key)["KeyId"] == arn
    told = kms.describe_key(KeyId=key)["KeyMetadata"]
    assert told["KeyState"] == "Disabled" and "DeletionDate" not in told


@test
def aliases_are_made_moved_listed_and_deleted(emulator):
    kms = client(emulator, key="100000000002")
    first = kms.create_key()["KeyMetadata"]
    second = kms.create_key()["KeyMetadata"]
    names = [f"alias/app/{number:02d}" for number in range(12)]
    for name in names:
        kms.create_alias(AliasName=name, TargetKeyId=first["KeyId"])
    arn = f"arn:aws:kms:{REGION}:100000000002:{names[0]}"
    error = refused(
        "AlreadyExistsException", f"An alias with the name {arn} already exists",
        kms.create_alias, AliasName=names[0], TargetKeyId=second["KeyId"],
    )
    assert isinstance(error, kms.exceptions.AlreadyExistsException)
    kms.update_alias(AliasName=names[0], TargetKeyId=second["Arn"])
    told = kms.describe_key(KeyId=arn)["KeyMetadata"]
    assert told["KeyId"] == second["KeyId"]
    listed = all_pages(
        kms, "list_aliases", "Aliases", PaginationConfig={"PageSize": 5}
    )
    assert [alias["AliasName"] for alias in listed] == names
    listed = all_pages(kms, "list_aliases", "Aliases", KeyId=second["KeyId"])
    assert [alias["AliasArn"] for alias in listed] == [arn]
    kms.delete_alias(AliasName=names[0])
    refused(
        "NotFoundException", f"Alias {arn} is not found.",
        kms.encrypt, KeyId=names[0], Plaintext=b"x",
    )


@test
def tags_are_set_listed_and_taken_away(emulator):
    kms = client(emulator)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    tags = [{"TagKey": f"k{n:02d}", "TagValue": f"{n} é"} for n in range(23)]
    kms.tag_resource(KeyId=key, Tags=tags)
    if kms.can_paginate("list_resource_tags"):
        listed = all_pages(
            kms, "list_resource_tags", "Tags", KeyId=key,
            PaginationConfig={"PageSize": 10},
        )
        assert listed == tags, listed
    kms.untag_resource(KeyId=key, TagKeys=[tag["TagKey"] for tag in tags[1:]])
    assert kms.list_resource_tags(KeyId=key)["Tags"] == tags[:1]
    error = refused(
        "TagException", "Duplicate tag keys",
        kms.tag_resource, KeyId=key, Tags=[tags[0], tags[0]],
    )
    assert isinstance(error, kms.exceptions.TagException)


@test
def policies_are_put_got_and_listed(emulator):
    kms = client(emulator)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    policy = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    assert f"arn:aws:iam::{ACCOUNT}:root" in policy
    changed = policy.replace("key-default-1", "mine")
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=changed)
    assert kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"] == changed
    assert all_pages(kms, "list_key_policies", "PolicyNames", KeyId=key) == ["default"]
    refused(
        "MalformedPolicyDocumentException", None,
        kms.put_key_policy, KeyId=key, PolicyName="default", Policy="{}",
    )


@test
def bytes_are_encrypted_decrypted_and_moved(emulator):
    kms = client(emulator)
    first = kms.create_key()["KeyMetadata"]
    second = kms.create_key()["KeyMetadata"]
    plaintext = bytes(range(256)) * 16
    context = {"purpose": "test", "": "empty", "ключ": "значение"}
    made = kms.encrypt(
        KeyId=first["KeyId"], Plaintext=plaintext, EncryptionContext=context
    )
    assert made["KeyId"] == first["Arn"]
    blob = made["CiphertextBlob"]
    assert len(blob) == len(plaintext) + 152 and blob[0] == 1
    told = kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)
    assert told["Plaintext"] == plaintext and told["KeyId"] == first["Arn"]
    assert told["EncryptionAlgorithm"] == "SYMMETRIC_DEFAULT"
    error = refused("InvalidCiphertextException", "", kms.decrypt, CiphertextBlob=blob)
    assert isinstance(error, kms.exceptions.InvalidCiphertextException)
    error = refused(
        "IncorrectKeyException", None, kms.decrypt,
        KeyId=second["KeyId"], CiphertextBlob=blob, EncryptionContext=context,
    )
    assert isinstance(error, kms.exceptions.IncorrectKeyException)
    moved = kms.re_encrypt(
        CiphertextBlob=blob, SourceEncryptionContext=context,
        DestinationKeyId=second["KeyId"],
        DestinationEncryptionContext={"a": "bc"},
    )
    assert moved["SourceKeyId"] == first["Arn"] and moved["KeyId"] == second["Arn"]
    told = kms.decrypt(
        CiphertextBlob=moved["CiphertextBlob"], EncryptionContext={"a": "bc"}
    )
    assert told["Plaintext"] == plaintext
    refused(
        "InvalidCiphertextException", "", kms.decrypt,
        CiphertextBlob=moved["CiphertextBlob"], EncryptionContext={"ab": "c"},
    )


@test
def data_keys_and_random_bytes_are_made(emulator):
    kms = client(emulator)
    key = kms.create_key()["KeyMetadata"]
    for spec, size in (("AES_256", 32), ("AES_128", 16)):
        made = kms.generate_data_key(KeyId=key["KeyId"], KeySpec=spec)
        assert len(made["Plaintext"]) == size and made["KeyId"] == key["Arn"]
        told = kms.decrypt(CiphertextBlob=made["CiphertextBlob"])
        assert told["Plaintext"] == made["Plaintext"]
    made = kms.generate_data_key_without_plaintext(
        KeyId=key["KeyId"], NumberOfBytes=64, EncryptionContext={"a": "b"}
    )
    assert "Plaintext" not in made
    told = kms.decrypt(
        CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"a": "b"}
    )
    assert len(told["Plaintext"]) == 64
    assert len(kms.generate_random(NumberOfBytes=1024)["Plaintext"]) == 1024
    refused(
        "ValidationException",
        "Please specify either number of bytes or key spec.",
        kms.generate_data_key, KeyId=key["KeyId"],
    )


@test
def other_operations_say_that_they_are_not_supported(emulator):
    kms = client(emulator)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    for name, call, parameters in (
        ("Sign", kms.sign, {
            "KeyId": key, "Message": b"x", "SigningAlgorithm": "ECDSA_SHA_256"}),
        ("ListGrants", kms.list_grants, {"KeyId": key}),
    ):
        refused(
            "UnsupportedOperationException",
            f"{name} is not supported by this emulator.", call, **parameters,
        )


@test
def sts_tells_the_account(emulator):
    told = client(emulator, service="sts").get_caller_identity()
    assert told["Account"] == ACCOUNT and told["UserId"] == ACCOUNT
    assert told["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"


@test
def accounts_and_regions_are_apart(emulator):
    key = client(emulator).create_key()["KeyMetadata"]
    blob = client(emulator).encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    elsewhere = client(emulator, region="us-east-2")
    stranger = client(emulator, key="444455556666")
    for kms in elsewhere, stranger:
        refused(
            "AccessDeniedException",
            "The ciphertext refers to a customer master key that does not "
            "exist, does not exist in this region, or you are not allowed to "
            "access.",
            kms.decrypt, CiphertextBlob=blob,
        )
    refused(
        "NotFoundException", f"Invalid arn {REGION}",
        elsewhere.describe_key, KeyId=key["Arn"],
    )
    refused("AccessDeniedException", None, stranger.describe_key, KeyId=key["Arn"])


@test
def signatures_of_registered_keys_are_checked(emulator):
    good = client(emulator, "kms", *REGISTERED, region="us-east-1")
    assert good.describe_key(KeyId="alias/testing")["KeyMetadata"]["KeyId"] == SEEDED
    assert good.encrypt(KeyId=SEEDED, Plaintext=b"x")["KeyId"].endswith(SEEDED)
    sts = client(emulator, "sts", *REGISTERED, region="us-east-1")
    assert sts.get_caller_identity()["Account"] == ACCOUNT
    bad = client(emulator, "kms", REGISTERED[0], "wrong", region="us-east-1")
    refused("InvalidSignatureException", None, bad.list_keys)
    sts = client(emulator, "sts", REGISTERED[0], "wrong", region="us-east-1")
    refused("SignatureDoesNotMatch", None, sts.get_caller_identity)


@test
def a_presigned_identity_is_told(emulator):
    import urllib.error
    import urllib.request

    for secret, status in ((REGISTERED[1], 200), ("wrong", 403)):
        sts = client(emulator, "sts", REGISTERED[0], secret, region="us-east-1")
        url = sts.generate_presigned_url("get_caller_identity", HttpMethod="GET")
        try:
            with urllib.request.urlopen(url, timeout=lab.PATIENCE_S) as answer:
                assert answer.status == status
                assert f"<Account>{ACCOUNT}</Account>" in answer.read().decode()
        except urllib.error.HTTPError as error:
            assert error.code == status, error.read()
            error.close()


@test
def time_moves_for_keys_and_not_for_signatures(emulator):
    kms = client(emulator, key="100000000003")
    key = kms.create_key()["KeyMetadata"]
    kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=30)
    emulator.post_admin("/clock?advance=9600h&account=100000000003")
    refused(
        "NotFoundException", f"Key '{key['Arn']}' does not exist",
        kms.describe_key, KeyId=key["KeyId"],
    )
    emulator.post_admin("/clock?advance=9600h")
    client(emulator, "kms", *REGISTERED, region="us-east-1").list_keys()


@test
def rotation_is_switched_and_seen_when_the_clock_moves(emulator):
    account = "100000000007"
    kms = client(emulator, key=account)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"old")["CiphertextBlob"]
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False
    kms.enable_key_rotation(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True
    emulator.post_admin(f"/clock?advance=8761h&account={account}")
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"old"
    told = kms.get_key_rotation_status(KeyId=key)
    assert told["KeyRotationEnabled"] is True
    if hasattr(kms, "rotate_key_on_demand"):
        kms.rotate_key_on_demand(KeyId=key)
        kinds = [
            rotation["RotationType"]
            for rotation in all_pages(kms, "list_key_rotations", "Rotations", KeyId=key)
        ]
        assert kinds == ["AUTOMATIC", "ON_DEMAND"]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"old"
    kms.disable_key_rotation(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False


@test
def a_multi_region_key_is_one_key_in_two_processes(_):
    seed = os.path.join(lab.FIXTURES, "seed", "multi-region.json")
    with lab.Emulator("--seed", seed) as one, lab.Emulator("--seed", seed) as other:
        primary = client(one, region="us-east-1")
        replica = client(other, region="eu-west-1")
        told = [
            kms.describe_key(KeyId="alias/failover")["KeyMetadata"]
            for kms in (primary, replica)
        ]
        kinds = [key["MultiRegionConfiguration"]["MultiRegionKeyType"] for key in told]
        assert kinds == ["PRIMARY", "REPLICA"] and told[0]["MultiRegion"] is True
        assert told[0]["KeyId"] == told[1]["KeyId"]
        regions = told[1]["MultiRegionConfiguration"]
        assert regions["PrimaryKey"]["Arn"] == told[0]["Arn"]
        assert regions["ReplicaKeys"] == [
            {"Arn": told[1]["Arn"], "Region": "eu-west-1"}
        ]
        blob = primary.encrypt(KeyId="alias/failover", Plaintext=b"both")
        opened = replica.decrypt(
            CiphertextBlob=blob["CiphertextBlob"], KeyId="alias/failover"
        )
        assert opened["Plaintext"] == b"both" and opened["KeyId"] == told[1]["Arn"]


@test
def an_account_is_reset_alone(emulator):
    kms = client(emulator, key="100000000004")
    other = client(emulator, key="100000000005")
    kms.create_key()
    other.create_key()
    emulator.post_admin("/reset?account=100000000004")
    assert kms.list_keys()["Keys"] == []
    assert len(other.list_keys()["Keys"]) == 1


@test
def a_restart_keeps_everything(emulator):
    kms = client(emulator)
    key = kms.create_key(Tags=[{"TagKey": "t", "TagValue": "v"}])["KeyMetadata"]
    kms.create_alias(AliasName="alias/kept", TargetKeyId=key["KeyId"])
    blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"kept")["CiphertextBlob"]
    assert emulator.end() == 0
    emulator.start()
    kms = client(emulator)
    assert kms.describe_key(KeyId="alias/kept")["KeyMetadata"] == key
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"
    assert len(kms.list_resource_tags(KeyId=key["KeyId"])["Tags"]) == 1


@test
def a_kill_loses_nothing_that_was_acknowledged(emulator):
    acknowledged = []
    enough = threading.Event()

    def create_keys(number):
        kms = client(emulator, key="100000000006")
        try:
            while True:
                key = kms.create_key()["KeyMetadata"]["KeyId"]
                name = f"alias/{number}/{len(acknowledged)}"
                kms.create_alias(AliasName=name, TargetKeyId=key)
                acknowledged.append((key, name))
                if len(acknowledged) >= 40:
                    enough.set()
        except Exception:  # the emulator is gone
            return

    threads = [
        threading.Thread(target=create_keys, args=(number,)) for number in range(4)
    ]
    for thread in threads:
        thread.start()
    assert enough.wait(lab.PATIENCE_S)
    emulator.end(lab.signal.SIGKILL)
    for thread in threads:
        thread.join()
    emulator.start()
    kms = client(emulator, key="100000000006")
    for key, name in acknowledged:
        assert kms.describe_key(KeyId=name)["KeyMetadata"]["KeyId"] == key
    kms.encrypt(KeyId=acknowledged[-1][0], Plaintext=b"x")


with lab.Emulator("--seed", SEED, "--account", ACCOUNT) as started:
    sys.exit(lab.run_all(started))
