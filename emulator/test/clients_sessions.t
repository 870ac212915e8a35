#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""boto3 and the AWS CLI assume roles at the emulator and use the sessions,
also through botocore's own fetchers of credentials. Prints TAP."""

import base64
import datetime
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import emulator_process as lab
from emulator_process import test

AWS = "/usr/bin/aws"

for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ.update(
    AWS_CONFIG_FILE="/dev/null",
    AWS_SHARED_CREDENTIALS_FILE="/dev/null",
    AWS_EC2_METADATA_DISABLED="true",
)

try:
    import boto3
    import botocore.session
    from botocore.config import Config
    from botocore.credentials import (
        AssumeRoleCredentialFetcher,
        AssumeRoleWithWebIdentityCredentialFetcher,
        Credentials,
    )
    from botocore.exceptions import ClientError
except ImportError:
    lab.skip_all("python3-boto3 is not installed")

ACCOUNT = "111122223333"
ROLE_ACCOUNT = "444455556666"
REGION = "eu-west-1"
ROLE = f"arn:aws:iam::{ROLE_ACCOUNT}:role/kms/Admin"
ASSUMED = f"arn:aws:sts::{ROLE_ACCOUNT}:assumed-role/Admin/tester"
SHORT_S = 2


def client(emulator, service, session=None):
    credentials = session or {"AccessKeyId": ACCOUNT, "SecretAccessKey": "any"}
    return boto3.session.Session().client(
        service,
        endpoint_url=emulator.url,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials.get("SessionToken"),
        region_name=REGION,
        config=Config(retries={"max_attempts": 0}, read_timeout=lab.PATIENCE_S),
    )


def assume(emulator, **more):
    return client(emulator, "sts").assume_role(
        RoleArn=ROLE, RoleSessionName="tester", **more
    )


def web_token(**changes):
    def part(value):
        text = base64.urlsafe_b64encode(json.dumps(value).encode())
        return text.decode().rstrip("=")

    claims = {
        "iss": "https://oidc.example/id/1",
        "sub": "system:serviceaccount:kube-system:kms",
        "aud": ["sts.amazonaws.com"],
        "exp": int(time.time()) + 3600,
        **changes,
    }
    return ".".join([part({"alg": "RS256"}), part(claims), "c2lnbmF0dXJl"])


def refused(code, status, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == status
        return error.response["Error"]["Message"]
    raise AssertionError("not refused")


def aws(emulator, *words, **environment):
    return subprocess.run(
        [AWS, "--endpoint-url", emulator.url, "--output", "json", *words],
        env={**os.environ, "AWS_DEFAULT_REGION": REGION, "AWS_PAGER": "", **environment},
        capture_output=True, text=True, timeout=lab.PATIENCE_S, check=False,
    )


@test
def boto3_uses_a_session_with_kms(emulator):
    told = assume(emulator, ExternalId="ours", DurationSeconds=900)
    assert told["AssumedRoleUser"]["Arn"] == ASSUMED
    session = told["Credentials"]
    left = session["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
    assert 0 < left.total_seconds() <= 900
    kms = client(emulator, "kms", session)
    key = kms.create_key()["KeyMetadata"]
    assert key["AWSAccountId"] == ROLE_ACCOUNT
    blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"text")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"text"
    identity = client(emulator, "sts", session).get_caller_identity()
    assert identity["Arn"] == ASSUMED
    assert identity["UserId"] == told["AssumedRoleUser"]["AssumedRoleId"]
    assert identity["Account"] == ROLE_ACCOUNT


@test
def boto3_assumes_a_role_with_a_web_identity(emulator):
    told = client(emulator, "sts").assume_role_with_web_identity(
        RoleArn=ROLE, RoleSessionName="tester", WebIdentityToken=web_token()
    )
    assert told["Provider"] == "https://oidc.example/id/1"
    assert told["Audience"] == "sts.amazonaws.com"
    assert told["SubjectFromWebIdentityToken"].endswith(":kms")
    client(emulator, "kms", told["Credentials"]).list_keys()
    sts = client(emulator, "sts")
    for token, code in (
        (web_token(exp=1577836800), "ExpiredTokenException"),
        (web_token(sub=None), "InvalidIdentityToken"),
        ("no.token.atall", "InvalidIdentityToken"),
    ):
        refused(
            code, 400, sts.assume_role_with_web_identity,
            RoleArn=ROLE, RoleSessionName="tester", WebIdentityToken=token,
        )


@test
def botocores_own_fetchers_get_sessions(emulator):
    """The parts of botocore's chain, with clients made for the emulator."""

    def create_client(service, **more):
        return botocore.session.Session().create_client(
            service, endpoint_url=emulator.url, **{"region_name": REGION, **more}
        )

    source = Credentials(ACCOUNT, "any")
    fetchers = (
        AssumeRoleWithWebIdentityCredentialFetcher(
            create_client, web_token, ROLE, {"RoleSessionName": "tester"}
        ),
        AssumeRoleCredentialFetcher(
            create_client, source, ROLE, {"RoleSessionName": "tester"}
        ),
    )
    for fetcher in fetchers:
        told = fetcher.fetch_credentials()
        session = {
            "AccessKeyId": told["access_key"],
            "SecretAccessKey": told["secret_key"],
            "SessionToken": told["token"],
        }
        assert client(emulator, "sts", session).get_caller_identity()["Arn"] == ASSUMED


@test
def a_wrong_token_or_secret_is_refused(emulator):
    session, other = (assume(emulator)["Credentials"] for _ in range(2))
    mixed = {**session, "SessionToken": other["SessionToken"]}
    message = refused(
        "UnrecognizedClientException", 400, client(emulator, "kms", mixed).list_keys
    )
    assert message == "The security token included in the request is invalid."
    refused(
        "InvalidClientTokenId", 403, client(emulator, "sts", mixed).get_caller_identity
    )
    bare = {**session, "SessionToken": None}
    refused(
        "UnrecognizedClientException", 400, client(emulator, "kms", bare).list_keys
    )
    wrong = {**session, "SecretAccessKey": other["SecretAccessKey"]}
    refused("InvalidSignatureException", 400, client(emulator, "kms", wrong).list_keys)


@test
def a_session_outlives_a_restart(emulator):
    session = assume(emulator)["Credentials"]
    assert emulator.end() == 0
    emulator.start()
    client(emulator, "kms", session).list_keys()


@test
def a_presigned_identity_names_the_session(emulator):
    session = assume(emulator)["Credentials"]
    url = client(emulator, "sts", session).generate_presigned_url(
        "get_caller_identity", HttpMethod="GET"
    )
    with lab.urllib.request.urlopen(url, timeout=lab.PATIENCE_S) as answer:
        assert ASSUMED.encode() in answer.read()


@test
def the_cli_assumes_a_role_and_uses_it(emulator):
    if not os.access(AWS, os.X_OK):
        return
    done = aws(
        emulator, "sts", "assume-role", "--role-arn", ROLE,
        "--role-session-name", "tester", "--duration-seconds", "900",
        AWS_ACCESS_KEY_ID=ACCOUNT, AWS_SECRET_ACCESS_KEY="any",
    )
    assert done.returncode == 0, done.stderr
    session = json.loads(done.stdout)["Credentials"]
    environment = {
        "AWS_ACCESS_KEY_ID": session["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
        "AWS_SESSION_TOKEN": session["SessionToken"],
    }
    done = aws(emulator, "kms", "create-key", **environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["KeyMetadata"]["AWSAccountId"] == ROLE_ACCOUNT
    environment["AWS_SESSION_TOKEN"] = "AAAA" + session["SessionToken"][4:]
    done = aws(emulator, "kms", "list-keys", **environment)
    assert "(UnrecognizedClientException)" in done.stderr, done.stderr


@test
def a_session_expires(_):
    with lab.Emulator("--session-seconds", str(SHORT_S)) as emulator:
        session = assume(emulator)["Credentials"]
        kms = client(emulator, "kms", session)
        deadline = time.monotonic() + lab.PATIENCE_S
        while True:
            before = datetime.datetime.now(datetime.timezone.utc)
            try:
                kms.list_keys()
                assert before < session["Expiration"]
            except ClientError as error:
                told = error.response["Error"]
                break
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert told["Code"] == "ExpiredTokenException", told
        assert told["Message"] == "The security token included in the request is expired"
        assert datetime.datetime.now(datetime.timezone.utc) >= session["Expiration"]
        sts = client(emulator, "sts", session)
        refused("ExpiredToken", 403, sts.get_caller_identity)


with lab.Emulator() as started:
    sys.exit(lab.run_all(started))
