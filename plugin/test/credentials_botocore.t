#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same environment and files give botocore and aws-kms-plugin the same
access key: a table. One small server plays STS, containers, IMDS and the SSO
portal, and KMS, which sees who signed. Prints TAP."""

import base64
import contextlib
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import types

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import plugin_process as lab
from plugin_process import equal, test, wait_for

try:
    import botocore
except ImportError:
    lab.skip_all("python3-boto3 is not installed")
# Older ones do not know all variables.
if tuple(map(int, botocore.__version__.split(".")[:2])) < (1, 34):
    lab.skip_all(f"botocore {botocore.__version__} is older than 1.34")

LATER = "2099-01-01T00:00:00Z"
BASE = {key: value for key, value in lab.ENVIRONMENT.items() if not key.startswith("AWS_")}
RESOLVE = """
import botocore.session
found = botocore.session.Session().get_credentials()
print(found and found.get_frozen_credentials().access_key)
"""
CORP = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"


class Cloud(http.server.BaseHTTPRequestHandler):
    """Each service hands out a key that tells how it was come by."""

    protocol_version = "HTTP/1.1"
    signers = []

    def log_message(self, *_):
        pass

    def send(self, body, kind="application/json", status=200):
        body = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def keys(self, key, token="Token", **more):
        self.send(json.dumps({"AccessKeyId": key, "SecretAccessKey": "s",
                              token: "t", "Expiration": LATER, **more}))

    def signer(self):
        found = re.search(r"Credential=([^/]+)/", self.headers.get("Authorization", ""))
        return found.group(1) if found else "UNSIGNED"

    def do_PUT(self):
        self.send("TOKEN", "text/plain")

    def do_GET(self):
        roles = "/latest/meta-data/iam/security-credentials/"
        if self.path == roles:
            self.send("node", "text/plain")
        elif self.path == roles + "node":
            self.keys("IMDS", Code="Success")
        elif self.path.startswith("/container"):
            self.keys("CONTAINER-" + self.headers.get("Authorization", "NONE"))
        elif self.path.startswith("/federation"):
            role = re.search(r"role_name=([^&]*)", self.path).group(1)
            token = self.headers["x-amz-sso_bearer_token"]
            self.send(json.dumps({"roleCredentials": {
                "accessKeyId": f"SSO-{role}-{token}", "secretAccessKey": "s",
                "sessionToken": "t", "expiration": 4070908800000}}))
        else:
            self.send("{}", status=404)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if "X-Amz-Target" in self.headers:
            self.signers.append(self.signer())
            self.answer_kms(json.loads(body))
            return
        action = re.search(r"Action=(\w+)", body).group(1)
        role = re.search(r"RoleArn=[^&]*%2F(\w+)", body).group(1)
        self.send(f"<{action}Response><{action}Result><AssumedRoleUser>"
                  "<Arn>arn:aws:sts::111122223333:assumed-role/r/s</Arn>"
                  "</AssumedRoleUser><Credentials>"
                  f"<AccessKeyId>{self.signer()}-{role}</AccessKeyId>"
                  "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
                  f"<Expiration>{LATER}</Expiration></Credentials></{action}Result>"
                  f"</{action}Response>", "text/xml")

    def answer_kms(self, request):
        out = {"KeyId": "arn:aws:kms:eu-west-1:111122223333:key/k"}
        if "Plaintext" in request:
            blob = lab.seal(base64.b64decode(request["Plaintext"]))
            out["CiphertextBlob"] = base64.b64encode(blob).decode()
        else:
            blob = base64.b64decode(request["CiphertextBlob"])
            out["Plaintext"] = base64.b64encode(bytes(255 - b for b in blob[1:])).decode()
        self.send(json.dumps(out), "application/x-amz-json-1.1")


KEYS = "aws_access_key_id={}\naws_secret_access_key=s\n"
ROLE = "role_arn=arn:aws:iam::111122223333:role/{}\n"
WEB = {"AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/jwt",
       "AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/web"}
ENV = {"AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"}
CONTAINER = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "URL/container"}
IMDS = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "URL", "AWS_EC2_METADATA_DISABLED": "false"}
PROCESS = 'credential_process = cat "HOME/answer"\n'
SSO = ("sso_session=corp\nsso_account_id=1\nsso_role_name=admin\n[sso-session corp]\n"
       "sso_region=eu-west-1\nsso_start_url=https://corp.example/start\n")

# What, the key that both must find, environment, config file, credentials file.
TABLE = [
    ("environment", "ENV", ENV, "", ""),
    ("environment before a profile named", "ENV", {**ENV, "AWS_PROFILE": "p"},
     "[profile p]\n" + KEYS.format("CONF"), ""),
    ("environment before web identity", "ENV", {**ENV, **WEB}, "", ""),
    ("web identity", "UNSIGNED-web", WEB, "", ""),
    ("web identity before keys of files", "UNSIGNED-web", WEB, "", "[default]\n" + KEYS.format("F")),
    ("web identity before containers", "UNSIGNED-web", {**WEB, **CONTAINER}, "", ""),
    ("credentials file", "F", {}, "", "[default]\n" + KEYS.format("F")),
    ("config file", "C", {}, "[default]\n" + KEYS.format("C"), ""),
    ("credentials before config file", "F", {}, "[default]\n" + KEYS.format("C"),
     "[default]\n" + KEYS.format("F")),
    ("profile named", "P", {"AWS_PROFILE": "p"}, "", "[default]\n" + KEYS.format("F")
     + "[p]\n" + KEYS.format("P")),
    ("profile named in the config file", "P", {"AWS_PROFILE": "p"},
     "[profile p]\n" + KEYS.format("P"), ""),
    ("profile before containers", "F", CONTAINER, "", "[default]\n" + KEYS.format("F")),
    ("comments and blanks", "F", {}, "",
     "# one\n; two\n[default]\naws_access_key_id =  F \n\naws_secret_access_key= s\n"),
    ("role of a source profile", "B-one", {}, "[default]\n" + ROLE.format("one")
     + "source_profile=b\n[profile b]\n" + KEYS.format("B"), ""),
    ("role of a source profile in the other file", "B-one", {},
     "[default]\n" + ROLE.format("one") + "source_profile=b\n", "[b]\n" + KEYS.format("B")),
    ("roles in a chain", "B-one-two", {}, "[default]\n" + ROLE.format("two")
     + "source_profile=m\n[profile m]\n" + ROLE.format("one")
     + "source_profile=b\n[profile b]\n" + KEYS.format("B"), ""),
    ("role of its own keys", "B-one", {}, "[default]\n" + ROLE.format("one")
     + "source_profile=default\n" + KEYS.format("B"), ""),
    ("role of the instance", "IMDS-one", IMDS, "[default]\n" + ROLE.format("one")
     + "credential_source=Ec2InstanceMetadata\n", ""),
    ("role of a program", "PROC-one", {}, "[default]\n" + ROLE.format("one")
     + "source_profile=b\n[profile b]\n" + PROCESS, ""),
    ("role of a web identity", "UNSIGNED-one", {}, "[default]\n" + ROLE.format("one")
     + "web_identity_token_file=HOME/jwt\n", ""),
    ("role of a role of a web identity", "UNSIGNED-one-two", {}, "[default]\n"
     + ROLE.format("two") + "source_profile=w\n[profile w]\n" + ROLE.format("one")
     + "web_identity_token_file=HOME/jwt\n", ""),
    ("program", "PROC", {}, "[default]\n" + PROCESS, ""),
    ("program before containers", "PROC", CONTAINER, "[default]\n" + PROCESS, ""),
    ("SSO session", "SSO-admin-token", {}, "[default]\n" + SSO, ""),
    ("role of an SSO session", "SSO-admin-token-one", {}, "[default]\n" + ROLE.format("one")
     + "source_profile=s\n[profile s]\n" + SSO, ""),
    ("container", "CONTAINER-NONE", CONTAINER, "", ""),
    ("container with a token", "CONTAINER-abc",
     {**CONTAINER, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "abc"}, "", ""),
    ("container with a token file", "CONTAINER-def",
     {**CONTAINER, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "HOME/def"}, "", ""),
    ("container before the instance", "CONTAINER-NONE", {**CONTAINER, **IMDS}, "", ""),
    ("instance", "IMDS", IMDS, "", ""),
    ("instance named by the profile", "IMDS", {"AWS_EC2_METADATA_DISABLED": "false"},
     "[default]\nec2_metadata_service_endpoint=URL\n", ""),
    ("STS of a services section", "B-one", {"AWS_ENDPOINT_URL_STS": ""},
     "[default]\n" + ROLE.format("one") + "source_profile=default\nservices=s\n"
     + KEYS.format("B") + "[services s]\nsts =\n  endpoint_url = URL\n", ""),
    ("STS of the profile", "B-one", {"AWS_ENDPOINT_URL_STS": ""},
     "[default]\n" + ROLE.format("one") + "source_profile=default\nendpoint_url=URL\n"
     + KEYS.format("B"), ""),
]


def write(home, name, text):
    path = os.path.join(home, name)
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
        out.write(text)


def key_of_botocore(environment):
    done = subprocess.run([sys.executable, "-c", RESOLVE], env=environment, check=False,
                          capture_output=True, text=True, timeout=lab.PATIENCE_S)
    return done.stdout.strip() or done.stderr.splitlines()[-1]


def key_of_plugin(url, home, environment):
    Cloud.signers.clear()
    lab.ENVIRONMENT = environment
    with lab.Plugin(os.path.join(home, "s"), types.SimpleNamespace(url=url)) as plugin:
        wait_for(lambda: Cloud.signers, plugin.said())
    return Cloud.signers[0]


def check(url, home, case):
    _, wanted, variables, config, credentials = case

    def fill(text):
        return text.replace("HOME", home).replace("URL", url)

    write(home, ".aws/config", fill(config))
    write(home, ".aws/credentials", fill(credentials))
    write(home, "jwt", "eyJ.e30.c2ln")
    write(home, "def", "def")
    write(home, "answer", json.dumps({"Version": 1, "AccessKeyId": "PROC",
                                      "SecretAccessKey": "s", "SessionToken": "t"}))
    write(home, CORP, json.dumps({"accessToken": "token", "expiresAt": LATER,
                                  "startUrl": "https://corp.example/start",
                                  "region": "eu-west-1"}))
    environment = {
        **BASE, "HOME": home, "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1", "AWS_ENDPOINT_URL_STS": url,
        "AWS_ENDPOINT_URL_SSO": url, "AWS_EC2_METADATA_DISABLED": "true",
        **{name: fill(value) if name.endswith(("_FILE", "_URI", "_ENDPOINT")) else value
           for name, value in variables.items()},
    }
    environment = {name: value for name, value in environment.items() if value}
    equal(key_of_botocore(environment), wanted)
    equal(key_of_plugin(url, home, environment), wanted)


@test
def both_find_the_same_key():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Cloud)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    wrong = []
    for case in TABLE:
        with tempfile.TemporaryDirectory(prefix="kms-") as home:
            try:
                check(url, home, case)
            except Exception as error:
                wrong.append(f"{case[0]}: {error}")
    server.shutdown()
    server.server_close()
    assert not wrong, "\n".join(wrong)


lab.run()
