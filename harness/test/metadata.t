#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""kmslab metadata: botocore's own providers get credentials from it, and those
work at the emulator; what goes wrong when it is told to. Prints TAP."""

import contextlib
import datetime
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback

BIN = os.environ["KMSLAB_BIN"]
PATIENCE_S = 30
ACCOUNT = "111122223333"
REGION = "eu-west-1"
ROLE = "node"
ASSUMED = f"arn:aws:sts::{ACCOUNT}:assumed-role/{ROLE}/"
TOKEN = "X-aws-ec2-metadata-token"
TTL = "X-aws-ec2-metadata-token-ttl-seconds"
CREDENTIALS = "/latest/meta-data/iam/security-credentials/"
DOCUMENT = "/latest/dynamic/instance-identity/document"

for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ.update(
    AWS_CONFIG_FILE="/dev/null",
    AWS_SHARED_CREDENTIALS_FILE="/dev/null",
    NO_PROXY="127.0.0.1",
    no_proxy="127.0.0.1",
)

try:
    import botocore.session
    from botocore.config import Config
    from botocore.credentials import (
        ContainerProvider, InstanceMetadataProvider, SSOCredentialFetcher,
    )
    from botocore.exceptions import ClientError, UnauthorizedSSOTokenError
    from botocore.utils import ContainerMetadataFetcher, InstanceMetadataFetcher
except ImportError:
    print("1..0 # SKIP python3-boto3 is not installed")
    sys.exit(0)


@contextlib.contextmanager
def running(*command):
    """A program that serves; its first line."""
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        try:
            line = process.stdout.readline()
            errors.seek(0)
            assert line, errors.read()
            yield line
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=PATIENCE_S)
            process.stdout.close()
        assert code == 0, code


@contextlib.contextmanager
def emulator(*arguments):
    with running(
        os.path.join(BIN, "kms-emulator"), "--listen=127.0.0.1:0", "--admin=none",
        "--store=memory", "--log-level=error", *arguments,
    ) as line:
        yield line.split()[2]


class Metadata:
    def __init__(self, told, url):
        self.told, self.url = told, url
        self.address = told["endpoint"].partition("://")[2]

    def ask(self, method, path, headers=None, body=None):
        """Status, content type and body."""
        connection = http.client.HTTPConnection(self.address, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            kind = answer.headers.get("Content-Type")
            return answer.status, kind, answer.read().decode()
        finally:
            connection.close()

    def imds_token(self, seconds=60):
        status, _, token = self.ask("PUT", "/latest/api/token", {TTL: str(seconds)})
        assert status == 200, token
        return {TOKEN: token}

    def misbehave(self, text):
        assert self.ask("PUT", "/kmslab/misbehave", body=text)[0] == 200

    def requests(self):
        return json.loads(self.ask("GET", "/kmslab/requests")[2])

    def client(self, service, endpoint=None, **more):
        return botocore.session.Session().create_client(
            service, endpoint_url=endpoint or self.url,
            **{
                "region_name": REGION,
                "config": Config(retries={"max_attempts": 0}, signature_version=None),
                **more,
            },
        )

    def who(self, key, secret, token, *_):
        """Uses a session with KMS and asks STS whose it is. Since 1.35 botocore's
        frozen credentials name the account as well."""
        keys = {
            "aws_access_key_id": key,
            "aws_secret_access_key": secret,
            "aws_session_token": token,
            "config": Config(retries={"max_attempts": 0}),
        }
        kms = self.client("kms", **keys)
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
        return self.client("sts", **keys).get_caller_identity()["Arn"]


@contextlib.contextmanager
def metadata(url, *arguments):
    with running(
        os.path.join(BIN, "kmslab"), "metadata", "--emulator", url, "--json",
        "--account", ACCOUNT, "--region", REGION, "--role", ROLE, *arguments,
    ) as line:
        yield Metadata(json.loads(line), url)


TESTS = []


def test(function):
    TESTS.append(function)
    return function


def imds_provider(lab, attempts=1, timeout=PATIENCE_S):
    return InstanceMetadataProvider(
        InstanceMetadataFetcher(
            timeout=timeout, num_attempts=attempts, base_url=lab.told["endpoint"] + "/"
        )
    )


@test
def botocore_gets_credentials_of_the_instance(lab):
    got = imds_provider(lab).load()
    frozen = got.get_frozen_credentials()
    assert lab.who(*frozen) == ASSUMED + "i-0123456789abcdef0"
    assert lab.requests()["imds-credentials"] >= 1


@test
def imds_wants_a_token(lab):
    path = CREDENTIALS + ROLE
    for headers in ({}, {TOKEN: "x"}, {TOKEN: "99999999999999-" + 64 * "0"}):
        assert lab.ask("GET", path, headers)[0] == 401
    token = lab.imds_token()
    assert lab.ask("GET", CREDENTIALS, token) == (200, "text/plain", ROLE)
    status, kind, body = lab.ask("GET", path, token)
    told = json.loads(body)
    assert (status, kind, told["Code"]) == (200, "text/plain", "Success")
    assert told["Type"] == "AWS-HMAC" and told["LastUpdated"] < told["Expiration"]
    assert lab.ask("GET", CREDENTIALS + "other", token)[0] == 404
    assert lab.ask("GET", "/latest/other", token)[0] == 404
    assert lab.ask("GET", "/latest/api/token", token)[0] == 405
    assert lab.ask("GET", "/latest/api/token")[0] == 405


@test
def imds_checks_what_a_token_is_asked_with(lab):
    path = "/latest/api/token"
    for ttl in ("0", "21601", "-1", "an hour", ""):
        assert lab.ask("PUT", path, {TTL: ttl})[0] == 400, ttl
    assert lab.ask("PUT", path)[0] == 400
    assert lab.ask("PUT", path, {TTL: "60", "X-Forwarded-For": "1.2.3.4"})[0] == 403


@test
def an_imds_token_ends(lab):
    token = lab.imds_token(1)
    deadline = time.monotonic() + PATIENCE_S
    while lab.ask("GET", CREDENTIALS, token)[0] != 401:
        assert time.monotonic() < deadline
        time.sleep(0.1)


@test
def imds_tells_region_and_identity(lab):
    token = lab.imds_token()
    region = "/latest/meta-data/placement/region"
    assert lab.ask("GET", region, token) == (200, "text/plain", REGION)
    told = json.loads(lab.ask("GET", DOCUMENT, token)[2])
    assert told["region"] == REGION and told["accountId"] == ACCOUNT
    assert told["availabilityZone"] == REGION + "a"
    assert told["instanceId"] == "i-0123456789abcdef0"


@test
def v1_is_answered_where_it_is_allowed(lab):
    with metadata(lab.url, "--imds-v1") as other:
        assert other.ask("GET", CREDENTIALS)[2] == ROLE
        assert other.ask("GET", CREDENTIALS, {TOKEN: "wrong"})[0] == 401


@test
def botocore_gets_credentials_of_a_container(lab):
    variables = lab.told["container"]
    with open(
        variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"], encoding="ascii"
    ) as file:
        token = file.read()
    provider = ContainerProvider(
        environ={**variables, "AWS_CONTAINER_AUTHORIZATION_TOKEN": token},
        fetcher=ContainerMetadataFetcher(),
    )
    got = provider.load().get_frozen_credentials()
    assert lab.who(*got) == ASSUMED + "container"


@test
def a_container_must_send_the_token_that_the_file_has_now(lab):
    with tempfile.NamedTemporaryFile("w", encoding="ascii") as file:
        file.write("first\n")
        file.flush()
        with metadata(lab.url, "--authorization-file", file.name) as other:

            def ask(token):
                return other.ask("GET", "/v1/credentials", token)[0]

            assert ask({"Authorization": "first"}) == 200
            assert ask({}) == ask({"Authorization": "second"}) == 401
            file.seek(0)
            file.write("second")
            file.truncate()
            file.flush()
            assert ask({"Authorization": "first"}) == 401
            assert ask({"Authorization": "second"}) == 200


def sso_fetcher(lab, token):
    def create_client(_, **more):
        return lab.client("sso", lab.told["endpoint"], **more)

    return SSOCredentialFetcher(
        "https://start.example", REGION, ROLE, ACCOUNT, create_client,
        token_loader=lambda *_: {"accessToken": token}, cache={},
    )


@test
def botocore_gets_credentials_of_sso(lab):
    got = sso_fetcher(lab, lab.told["sso"]["KMSLAB_SSO_ACCESS_TOKEN"])
    told = got.fetch_credentials()
    arn = lab.who(told["access_key"], told["secret_key"], told["token"])
    assert arn == ASSUMED + "sso"
    ends = datetime.datetime.strptime(told["expiry_time"][:19], "%Y-%m-%dT%H:%M:%S")
    assert ends.replace(tzinfo=datetime.timezone.utc) > datetime.datetime.now(datetime.timezone.utc)
    try:
        sso_fetcher(lab, "wrong").fetch_credentials()
    except UnauthorizedSSOTokenError:
        return
    raise AssertionError("a wrong access token was not refused")


@test
def the_portal_gives_the_role_to_its_account_alone(lab):
    sso = lab.client("sso", lab.told["endpoint"])
    token = lab.told["sso"]["KMSLAB_SSO_ACCESS_TOKEN"]
    for role, account in ((ROLE, "444455556666"), ("other", ACCOUNT)):
        try:
            sso.get_role_credentials(
                roleName=role, accountId=account, accessToken=token
            )
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ForbiddenException"
            continue
        raise AssertionError("not refused")


@test
def oidc_renews_an_access_token(lab):
    oidc = lab.client("sso-oidc", lab.told["endpoint"])
    told = lab.told["sso"]
    client = {
        "clientId": told["KMSLAB_SSO_CLIENT_ID"],
        "clientSecret": "any",
        "grantType": "refresh_token",
    }
    renewed = oidc.create_token(
        refreshToken=told["KMSLAB_SSO_REFRESH_TOKEN"], **client
    )
    assert renewed["tokenType"] == "Bearer" and renewed["expiresIn"] == 28800
    sso_fetcher(lab, renewed["accessToken"]).fetch_credentials()
    wrong = (
        ("InvalidGrantException", {"refreshToken": told["KMSLAB_SSO_ACCESS_TOKEN"]}),
        ("InvalidGrantException", {}),
        ("UnsupportedGrantTypeException", {"grantType": "authorization_code"}),
        ("InvalidClientException", {"clientId": "other"}),
    )
    for code, changes in wrong:
        try:
            oidc.create_token(**{**client, **changes})
        except ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400, code
            continue
        raise AssertionError("not refused: " + code)


@test
def an_sso_access_token_ends(lab):
    with metadata(lab.url, "--sso-seconds", "1") as other:
        token = other.told["sso"]["KMSLAB_SSO_ACCESS_TOKEN"]
        deadline = time.monotonic() + PATIENCE_S
        path = f"/federation/credentials?role_name={ROLE}&account_id={ACCOUNT}"
        while other.ask("GET", path, {"x-amz-sso_bearer_token": token})[0] != 401:
            assert time.monotonic() < deadline
            time.sleep(0.1)


@test
def endpoints_misbehave_as_they_are_told(lab):
    told = "imds-token:status=500*2,imds-role:garbage,imds-region:type"
    with metadata(lab.url, "--misbehave", told) as other:
        path = "/latest/api/token"
        asked = [other.ask("PUT", path, {TTL: "9"})[0] for _ in range(3)]
        assert asked == [500, 500, 200]
        token = other.imds_token()
        status, kind, body = other.ask("GET", CREDENTIALS, token)
        assert (status, kind) == (200, "text/html") and body.startswith("<html>")
        region = "/latest/meta-data/placement/region"
        assert other.ask("GET", region, token) == (200, "text/html", REGION)
        other.misbehave("imds:empty")
        assert other.ask("GET", CREDENTIALS, token) == (200, "text/plain", "")
        other.misbehave("imds-credentials:torn")
        try:
            other.ask("GET", CREDENTIALS + ROLE, token)
            raise AssertionError("the body was whole")
        except http.client.IncompleteRead as error:
            assert error.partial.startswith(b'{"Code"')
        other.misbehave("imds:delay=300")
        begun = time.monotonic()
        assert other.ask("GET", CREDENTIALS, token)[0] == 200
        assert time.monotonic() - begun >= 0.3
        other.misbehave("")
        frozen = imds_provider(other).load().get_frozen_credentials()
        assert lab.who(*frozen).startswith(ASSUMED)
        assert other.requests()["imds-token"] >= 5


@test
def one_that_hangs_still_ends_at_once(lab):
    with metadata(lab.url, "--misbehave", "container:hang") as other:
        waiting = http.client.HTTPConnection(other.address, timeout=PATIENCE_S)
        waiting.request("GET", "/v1/credentials", headers={"Authorization": "x"})
        while other.requests()["container"] == 0:
            time.sleep(0.05)
        other.imds_token()
    try:
        waiting.getresponse().read()
    except (ConnectionError, http.client.HTTPException):
        pass
    waiting.close()


@test
def credentials_that_ran_out_are_fetched_again(lab):
    with emulator("--session-seconds", "2") as url, metadata(url) as other:
        first = imds_provider(other).load().get_frozen_credentials()
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                other.who(*first)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                assert code in ("ExpiredTokenException", "ExpiredToken"), code
                break
            assert time.monotonic() < deadline
            time.sleep(0.1)
        again = imds_provider(other).load().get_frozen_credentials()
        assert again.access_key != first.access_key


@test
def without_an_emulator_there_are_no_credentials(_):
    with metadata("http://127.0.0.1:1") as other:
        status, _, body = other.ask("GET", CREDENTIALS + ROLE, other.imds_token())
        assert status == 500 and "127.0.0.1:1" in body


@test
def bad_requests_leave_it_serving(lab):
    token = lab.told["sso"]["KMSLAB_SSO_ACCESS_TOKEN"]
    bearer = {"x-amz-sso_bearer_token": token}
    assert lab.ask("POST", "/token", body="no json")[0] == 400
    assert lab.ask("POST", "/token", body="[" * 5000)[0] == 400
    assert lab.ask("POST", "/token", body="x" * 70000)[0] == 413
    assert lab.ask("GET", "/federation/credentials", bearer)[0] == 400
    assert lab.ask("PUT", "/kmslab/misbehave", body="imds:explode")[0] == 400
    for path in ("/", "/latest", CREDENTIALS + ROLE + "/..", "/%00"):
        assert lab.ask("GET", path, lab.imds_token())[0] == 404, path


@test
def wrong_command_lines_are_refused(_):
    for words, named in (
        ((), "--emulator"),
        (("--emulator", "x", "--port", "65536"), "--port"),
        (("--emulator", "x", "--sso-seconds", "0"), "--sso-seconds"),
        (("--emulator", "x", "more"), "options only"),
    ):
        done = subprocess.run(
            [os.path.join(BIN, "kmslab"), "metadata", *words],
            capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )
        assert done.returncode == 2 and named in done.stderr, done.stderr
    for told in ("imds", "imds:", "nobody:hang", "imds:delay", "imds:hang=1",
                 "sso:status=99", "sso:hang*0", ",sso:hang"):
        done = subprocess.run(
            [os.path.join(BIN, "kmslab"), "metadata", "--emulator", "x",
             "--misbehave", told],
            capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )
        assert done.returncode == 1 and "no misbehaviour" in done.stderr, told


@test
def a_person_gets_lines_for_a_shell(lab):
    with running(
        os.path.join(BIN, "kmslab"), "metadata", "--emulator", lab.url
    ) as line:
        assert line.startswith("# kmslab metadata ready http://127.0.0.1:")


def run_all():
    failed = False
    print(f"1..{len(TESTS)}")
    with emulator() as url, metadata(url) as lab:
        for number, function in enumerate(TESTS, 1):
            try:
                function(lab)
                print(f"ok {number} - {function.__name__}", flush=True)
            except Exception:  # one test's failure is not the others'
                failed = True
                for line in traceback.format_exc().splitlines():
                    print(f"# {line}")
                print(f"not ok {number} - {function.__name__}", flush=True)
    return 1 if failed else 0


sys.exit(run_all())
