#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""aws-kms-plugin with each source of credentials: sessions of the emulator's
STS, straight or through kmslab metadata; sessions that expire while it works;
sources that hang, and stopping then. Prints TAP."""

import base64
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import types
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import plugin_process as lab
from plugin_process import equal, test, wait_for

try:
    import botocore.session
except ImportError:
    lab.skip_all("python3-boto3 is not installed")

BIN = os.environ["KMSLAB_BIN"]
ACCOUNT = "111122223333"
REGION = "eu-west-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/node"
BASE = {key: value for key, value in lab.ENVIRONMENT.items() if not key.startswith("AWS_")}
STATIC = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
}
STATIC_PROFILE = (
    f"aws_access_key_id={STATIC['AWS_ACCESS_KEY_ID']}\n"
    f"aws_secret_access_key={STATIC['AWS_SECRET_ACCESS_KEY']}\n"
)


@contextlib.contextmanager
def running(*command):
    """A program that serves; its first line."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=BASE)
    try:
        line = process.stdout.readline()
        assert line, command
        yield line
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(lab.PATIENCE_S)
        process.stdout.close()


class Cloud:
    """An emulator with a key, kmslab metadata beside it, and a home."""

    def __init__(self, url, told, home):
        self.url, self.told, self.home = url, told, home
        kms = botocore.session.Session().create_client(
            "kms", endpoint_url=url, region_name=REGION,
            aws_access_key_id=STATIC["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=STATIC["AWS_SECRET_ACCESS_KEY"],
        )
        self.key = kms.create_key()["KeyMetadata"]["Arn"]

    def write(self, name, text):
        path = os.path.join(self.home, name)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(text)
        return path

    def config(self, text):
        self.write(".aws/config", text)

    def ask(self, path, method="GET", body=None):
        request = urllib.request.Request(
            self.told["endpoint"] + path, method=method, data=body and body.encode()
        )
        with urllib.request.urlopen(request, timeout=lab.PATIENCE_S) as answer:
            return answer.read().decode()

    @contextlib.contextmanager
    def at_home(self):
        """Another home, for one plugin."""
        before = self.home
        with lab.folder() as self.home:
            yield
        self.home = before

    def misbehave(self, text):
        self.ask("/kmslab/misbehave", "PUT", text or " ")

    @contextlib.contextmanager
    def plugin(self, **environment):
        """A plugin in that environment; ends with the block."""
        lab.ENVIRONMENT = {
            **BASE, "HOME": self.home, "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL_STS": self.url, "AWS_EC2_METADATA_DISABLED": "true",
            **environment,
        }
        kms = types.SimpleNamespace(url=self.url)
        path = os.path.join(self.home, "s")
        with lab.Plugin(path, kms, keys=(self.key,)) as plugin:
            yield plugin


@contextlib.contextmanager
def cloud(*emulator):
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="kms-"))
        line = stack.enter_context(running(
            os.path.join(BIN, "kms-emulator"), "--listen=127.0.0.1:0", "--admin=none",
            "--store=memory", "--log-level=error", "--account", ACCOUNT,
            "--region", REGION, *emulator,
        ))
        url = line.split()[2]
        line = stack.enter_context(running(
            os.path.join(BIN, "kmslab"), "metadata", "--emulator", url, "--json",
            "--account", ACCOUNT, "--region", REGION, "--role", "node",
        ))
        yield Cloud(url, json.loads(line), home)


def jwt():
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = {"iss": "https://oidc.example", "sub": "system:serviceaccount:a:b",
              "aud": "sts.amazonaws.com", "exp": int(time.time()) + 3600}
    return ".".join((part({"alg": "RS256", "kid": "k"}), part(claims), "c2lnbmF0dXJl"))


def healthy(plugin):
    return plugin.get("/healthz")[0] == 200


def assert_works(plugin):
    wait_for(lambda: healthy(plugin), f"healthz: {plugin.get('/healthz')} {plugin.said()}")
    text = plugin.get("/metrics")[1]
    assert 'status="failure"' not in text, text


# ---- where credentials can be --------------------------------------------
# Each prepares the home and gives the environment.


def environment(_):
    return STATIC


def web_identity(there):
    return {"AWS_WEB_IDENTITY_TOKEN_FILE": there.write("jwt", jwt()), "AWS_ROLE_ARN": ROLE}


def web_identity_of_profile(there):
    there.config(f"[default]\nrole_arn={ROLE}\n"
                 f"web_identity_token_file={there.write('jwt', jwt())}\n")
    return {}


def role_of_profile(there):
    there.config(f"[profile p]\nrole_arn={ROLE}\nsource_profile=base\nexternal_id=xy\n")
    there.write(".aws/credentials", f"[base]\n{STATIC_PROFILE}")
    return {"AWS_PROFILE": "p"}


def roles_of_profiles(there):
    there.config(f"[default]\nrole_arn={ROLE}2\nsource_profile=one\n"
                 f"[profile one]\nrole_arn={ROLE}1\ncredential_source=Ec2InstanceMetadata\n")
    return instance(there)


def program(there):
    there.write("answer", json.dumps({
        "Version": 1, "AccessKeyId": STATIC["AWS_ACCESS_KEY_ID"],
        "SecretAccessKey": STATIC["AWS_SECRET_ACCESS_KEY"]}))
    there.config('[default]\ncredential_process = echo run >> "$HOME/runs"; cat "$HOME/answer"\n')
    return {}


def sso(there):
    told = there.told["sso"]
    there.config(f"[default]\nsso_session=corp\nsso_account_id={told['KMSLAB_SSO_ACCOUNT_ID']}\n"
                 f"sso_role_name={told['KMSLAB_SSO_ROLE_NAME']}\n[sso-session corp]\n"
                 f"sso_region={REGION}\nsso_start_url=https://corp.example/start\n")
    there.write(".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json", json.dumps({
        "accessToken": told["KMSLAB_SSO_ACCESS_TOKEN"], "expiresAt": "2099-01-01T00:00:00Z"}))
    return {name: told[name] for name in ("AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC")}


def sso_renewed(there):
    variables = sso(there)
    told = there.told["sso"]
    there.write(".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json", json.dumps({
        "accessToken": "old", "expiresAt": "2020-01-01T00:00:00Z",
        "refreshToken": told["KMSLAB_SSO_REFRESH_TOKEN"],
        "clientId": told["KMSLAB_SSO_CLIENT_ID"], "clientSecret": "secret"}))
    return variables


def container(there):
    return dict(there.told["container"])


def instance(there):
    return dict(there.told["imds"])


SOURCES = [environment, web_identity, web_identity_of_profile, role_of_profile,
           roles_of_profiles, program, sso, sso_renewed, container, instance]
EXPIRING = [web_identity, role_of_profile, sso, container, instance]


# ---- tests -----------------------------------------------------------------


@test
def each_source_is_good_for_calls():
    with cloud() as there:
        for source in SOURCES:
            with there.at_home(), there.plugin(**source(there)) as plugin:
                try:
                    assert_works(plugin)
                except AssertionError as error:
                    raise AssertionError(f"{source.__name__}: {error}") from error


@test
def sessions_that_expire_are_renewed_without_a_failed_call():
    with contextlib.ExitStack() as stack:
        there = stack.enter_context(cloud("--session-seconds=10"))
        plugins = []
        for source in EXPIRING:
            stack.enter_context(there.at_home())
            plugin = stack.enter_context(there.plugin(**source(there)))
            assert_works(plugin)
            plugins.append((source.__name__, plugin))
        end = time.monotonic() + 13
        while time.monotonic() < end:
            for name, plugin in plugins:
                status, body = plugin.get("/healthz")
                assert status == 200, f"{name}: {body} {plugin.said()}"
            time.sleep(0.1)
        for name, plugin in plugins:
            assert 'status="failure"' not in plugin.get("/metrics")[1], name


@test
def a_source_in_trouble_is_asked_again_until_it_answers():
    with cloud() as there:
        there.misbehave("imds:status=500,container:garbage")
        for source in (container, instance):
            with there.plugin(**source(there)) as plugin:
                wait_for(lambda: "cannot be fetched" in plugin.said(), "no warning")
                status, _ = plugin.get("/healthz")
                equal(status, 500)
                there.misbehave("")
                wait_for(lambda: healthy(plugin), "not healthy again")
                there.misbehave("imds:status=500,container:garbage")


@test
def an_instance_that_hangs_hinders_neither_start_nor_end():
    with cloud() as there:
        there.misbehave("imds:hang")
        start = time.monotonic()
        with there.plugin(**instance(there)) as plugin:
            assert plugin.get("/livez")[0] in (200, 500)
        assert time.monotonic() - start < 12


@test
def the_instance_tells_the_region_when_nothing_else_does():
    with cloud() as there:
        key, there.key = there.key, "alias/none"
        with there.plugin(**instance(there), AWS_REGION="") as plugin:
            assert plugin.get("/metrics")[0] == 200
        there.key = key


@test
def a_hangup_fetches_credentials_anew():
    with cloud() as there, there.plugin(**program(there)) as plugin:
        assert_works(plugin)
        runs = os.path.join(there.home, "runs")

        def count():
            with open(runs, encoding="utf-8") as lines:
                return len(lines.readlines())

        equal(count(), 1)
        plugin.process.send_signal(signal.SIGHUP)
        wait_for(lambda: count() == 2, "not run again")
        assert healthy(plugin)


@test
def a_credentials_file_that_all_may_read_gets_a_warning():
    with cloud() as there:
        path = there.write(".aws/credentials", f"[default]\n{STATIC_PROFILE}")
        with there.plugin() as plugin:
            assert_works(plugin)
            assert "can be read by everybody" not in plugin.said()
        os.chmod(path, 0o644)
        with there.plugin() as plugin:
            assert_works(plugin)
            assert "can be read by everybody" in plugin.said(), plugin.said()


@test
def nothing_anywhere_is_told_in_one_line():
    with cloud() as there, there.plugin() as plugin:
        status, body = plugin.get("/healthz?verbose")
        equal(status, 500)
        said = body + plugin.said()
        assert "AWS_EC2_METADATA_DISABLED is set" in said, said


lab.run()
