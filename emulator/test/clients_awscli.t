#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The AWS CLI drives every operation of the emulator. Starting it takes
seconds, so most commands run in this process, through the CLI's own entry;
the first and the last are the installed program. Prints TAP."""

import base64
import contextlib
import io
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import emulator_process as lab
from emulator_process import test

AWS = "/usr/bin/aws"

# Nothing of the environment's; the CLI's own import sets what it needs.
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]

try:
    from awscli.clidriver import create_clidriver
except ImportError:
    lab.skip_all("awscli is not installed")
if not os.access(AWS, os.X_OK):
    lab.skip_all("awscli is not installed")

ACCOUNT = "111122223333"
REGION = "eu-west-1"


class Cli:
    def __init__(self, emulator):
        self.emulator = emulator
        self.folder = emulator.folder
        os.environ.update(
            AWS_ACCESS_KEY_ID=ACCOUNT,
            AWS_SECRET_ACCESS_KEY="any",
            AWS_DEFAULT_REGION=REGION,
            AWS_CONFIG_FILE="/dev/null",
            AWS_SHARED_CREDENTIALS_FILE="/dev/null",
            AWS_EC2_METADATA_DISABLED="true",
            AWS_PAGER="",
        )

    def arguments(self, words):
        return ["--endpoint-url", self.emulator.url, "--output", "json", *words]

    def __call__(self, *words):
        """Runs a command; its code, parsed output and errors."""
        out, err = io.StringIO(), io.StringIO()
        out.buffer = io.BytesIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = create_clidriver().main(self.arguments(words))
        text = out.getvalue()
        return code, json.loads(text) if text.strip() else None, err.getvalue()

    def good(self, *words):
        code, answer, err = self(*words)
        assert code == 0, err
        return answer

    def program(self, *words):
        """The same with the installed program."""
        return subprocess.run(
            [AWS, *self.arguments(words)],
            capture_output=True, text=True, timeout=lab.PATIENCE_S, check=False,
        )

    def refused(self, error, operation, *words):
        code, _, err = self(*words)
        assert code == 254, f"exit {code}"
        said = f"An error occurred ({error}) when calling the {operation} operation"
        assert said in err, err
        return err

    def file(self, name, data=None):
        path = os.path.join(self.folder, name)
        if data is not None:
            with open(path, "wb") as file:
                file.write(data)
        return path

    def blob(self, name, text):
        """A file with the bytes that the CLI printed as base64."""
        return "fileb://" + self.file(name, base64.b64decode(text))

    def key(self):
        return self.good("kms", "create-key")["KeyMetadata"]


@test
def the_program_creates_a_key(cli):
    done = cli.program("kms", "create-key", "--description", "by the program")
    assert done.returncode == 0, done.stderr
    key = json.loads(done.stdout)["KeyMetadata"]
    assert key["Description"] == "by the program"
    assert key["Arn"] == f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key['KeyId']}"


@test
def keys_are_created_described_and_listed(cli):
    ids = {cli.key()["KeyId"] for _ in range(5)}
    told = cli.good("kms", "list-keys", "--page-size", "2")
    assert ids <= {key["KeyId"] for key in told["Keys"]}
    key = cli.key()
    assert cli.good("kms", "describe-key", "--key-id", key["Arn"])["KeyMetadata"] == key
    cli.good(
        "kms", "update-key-description",
        "--key-id", key["KeyId"], "--description", "new words",
    )
    told = cli.good("kms", "describe-key", "--key-id", key["KeyId"])
    assert told["KeyMetadata"]["Description"] == "new words"
    err = cli.refused(
        "NotFoundException", "DescribeKey", "kms", "describe-key", "--key-id", "none"
    )
    assert "Invalid keyId 'none'" in err


@test
def bytes_go_in_and_out_as_files(cli):
    plaintext = bytes(range(256))
    key, other = cli.key(), cli.key()
    made = cli.good(
        "kms", "encrypt", "--key-id", key["KeyId"],
        "--plaintext", "fileb://" + cli.file("plain", plaintext),
        "--encryption-context", "purpose=test,stage=one",
    )
    assert made["KeyId"] == key["Arn"]
    blob = cli.blob("blob", made["CiphertextBlob"])
    assert os.path.getsize(blob[8:]) == len(plaintext) + 152
    told = cli.good(
        "kms", "decrypt", "--ciphertext-blob", blob,
        "--encryption-context", "stage=one,purpose=test",
    )
    cli.blob("again", told["Plaintext"])
    with open(cli.file("again"), "rb") as file:
        assert file.read() == plaintext
    cli.refused(
        "InvalidCiphertextException", "Decrypt",
        "kms", "decrypt", "--ciphertext-blob", blob,
    )
    cli.refused(
        "IncorrectKeyException", "Decrypt",
        "kms", "decrypt", "--ciphertext-blob", blob, "--key-id", other["KeyId"],
        "--encryption-context", "stage=one,purpose=test",
    )
    moved = cli.good(
        "kms", "re-encrypt", "--ciphertext-blob", blob,
        "--source-encryption-context", "stage=one,purpose=test",
        "--destination-key-id", other["KeyId"],
    )
    assert moved["SourceKeyId"] == key["Arn"] and moved["KeyId"] == other["Arn"]
    told = cli.good(
        "kms", "decrypt",
        "--ciphertext-blob", cli.blob("moved", moved["CiphertextBlob"]),
    )
    assert told["KeyId"] == other["Arn"]


@test
def data_keys_and_random_bytes_are_made(cli):
    key = cli.key()
    made = cli.good(
        "kms", "generate-data-key", "--key-id", key["KeyId"], "--key-spec", "AES_128"
    )
    told = cli.good(
        "kms", "decrypt",
        "--ciphertext-blob", cli.blob("data-key", made["CiphertextBlob"]),
    )
    assert told["Plaintext"] == made["Plaintext"]
    made = cli.good(
        "kms", "generate-data-key-without-plaintext",
        "--key-id", key["KeyId"], "--number-of-bytes", "64",
    )
    assert "Plaintext" not in made and made["KeyId"] == key["Arn"]
    made = cli.good("kms", "generate-random", "--number-of-bytes", "33")
    assert len(made["Plaintext"]) == 44
    cli.refused(
        "ValidationException", "GenerateRandom", "kms", "generate-random"
    )


@test
def a_keys_life_is_as_aws_has_it(cli):
    key = cli.key()
    name = ("--key-id", key["KeyId"])
    assert cli.good("kms", "disable-key", *name) is None
    err = cli.refused(
        "DisabledException", "GenerateDataKey",
        "kms", "generate-data-key", *name, "--key-spec", "AES_256",
    )
    assert f"{key['Arn']} is disabled." in err
    assert cli.good("kms", "enable-key", *name) is None
    told = cli.good(
        "kms", "schedule-key-deletion", *name, "--pending-window-in-days", "7"
    )
    assert told["KeyId"] == key["Arn"] and told["PendingWindowInDays"] == 7
    cli.refused("KMSInvalidStateException", "EnableKey", "kms", "enable-key", *name)
    told = cli.good("kms", "cancel-key-deletion", *name)
    assert told["KeyId"] == key["Arn"]
    told = cli.good("kms", "describe-key", *name)["KeyMetadata"]
    assert told["KeyState"] == "Disabled"


@test
def aliases_are_made_moved_listed_and_deleted(cli):
    first, second = cli.key(), cli.key()
    for number in range(4):
        cli.good(
            "kms", "create-alias", "--alias-name", f"alias/cli/{number}",
            "--target-key-id", first["KeyId"],
        )
    cli.refused(
        "AlreadyExistsException", "CreateAlias",
        "kms", "create-alias", "--alias-name", "alias/cli/0",
        "--target-key-id", first["KeyId"],
    )
    cli.good(
        "kms", "update-alias", "--alias-name", "alias/cli/0",
        "--target-key-id", second["KeyId"],
    )
    told = cli.good("kms", "list-aliases", "--page-size", "2")
    assert [alias["AliasName"] for alias in told["Aliases"]] == [
        f"alias/cli/{number}" for number in range(4)
    ]
    told = cli.good("kms", "list-aliases", "--key-id", second["KeyId"])
    assert [alias["TargetKeyId"] for alias in told["Aliases"]] == [second["KeyId"]]
    cli.good("kms", "delete-alias", "--alias-name", "alias/cli/0")
    cli.refused(
        "NotFoundException", "DescribeKey",
        "kms", "describe-key", "--key-id", "alias/cli/0",
    )


@test
def tags_are_set_listed_and_taken_away(cli):
    key = ("--key-id", cli.key()["KeyId"])
    cli.good(
        "kms", "tag-resource", *key,
        "--tags", "TagKey=a,TagValue=1", "TagKey=b,TagValue=2",
    )
    cli.good("kms", "untag-resource", *key, "--tag-keys", "a")
    told = cli.good("kms", "list-resource-tags", *key)
    assert told["Tags"] == [{"TagKey": "b", "TagValue": "2"}]
    cli.refused(
        "TagException", "TagResource",
        "kms", "tag-resource", *key, "--tags", "TagKey=aws:a,TagValue=1",
    )


@test
def rotation_is_switched_and_told(cli):
    key = ("--key-id", cli.key()["KeyId"])
    cli.good("kms", "enable-key-rotation", *key)
    told = cli.good("kms", "get-key-rotation-status", *key)
    assert told["KeyRotationEnabled"] is True
    cli.good("kms", "disable-key-rotation", *key)
    told = cli.good("kms", "get-key-rotation-status", *key)
    assert told["KeyRotationEnabled"] is False
    cli.good("kms", "disable-key", *key)
    err = cli.refused(
        "DisabledException", "EnableKeyRotation", "kms", "enable-key-rotation", *key
    )
    assert "is disabled." in err


@test
def policies_are_put_got_and_listed(cli):
    key = ("--key-id", cli.key()["KeyId"])
    default = (*key, "--policy-name", "default")
    policy = cli.good("kms", "get-key-policy", *default)["Policy"]
    changed = policy.replace("key-default-1", "mine")
    path = "file://" + cli.file("policy", changed.encode())
    cli.good("kms", "put-key-policy", *default, "--policy", path)
    assert cli.good("kms", "get-key-policy", *default)["Policy"] == changed
    assert cli.good("kms", "list-key-policies", *key)["PolicyNames"] == ["default"]
    cli.refused(
        "MalformedPolicyDocumentException", "PutKeyPolicy",
        "kms", "put-key-policy", *default, "--policy", "{}",
    )


@test
def other_operations_say_that_they_are_not_supported(cli):
    err = cli.refused(
        "UnsupportedOperationException", "ListGrants",
        "kms", "list-grants", "--key-id", cli.key()["KeyId"],
    )
    assert "ListGrants is not supported by this emulator." in err


@test
def the_program_tells_who_calls(cli):
    done = cli.program("sts", "get-caller-identity")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "UserId": ACCOUNT,
        "Account": ACCOUNT,
        "Arn": f"arn:aws:iam::{ACCOUNT}:root",
    }


with lab.Emulator() as started:
    sys.exit(lab.run_all(Cli(started)))
