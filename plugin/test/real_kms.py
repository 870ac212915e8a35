# SPDX-License-Identifier: Apache-2.0
"""KMS played by our emulator, with two keys and an alias of the first, and
what an operator asks of it. Where botocore is missing the script that imports
this is skipped."""

import json
import os
import subprocess
import urllib.request

import plugin_process as lab

try:
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
except ImportError:
    lab.skip_all("python3-botocore is not installed")

EMULATOR = os.path.join(os.environ["KMSLAB_BIN"], "kms-emulator")
REGION = lab.ENVIRONMENT["AWS_REGION"]
ALIAS = "alias/rotating"


class Kms:
    def __enter__(self):
        self.process = subprocess.Popen(
            [EMULATOR, "--listen=127.0.0.1:0", "--store=memory", "--admin=none",
             f"--region={REGION}", "--log-level=error"],
            stdout=subprocess.PIPE, text=True,
        )
        self.url = self.process.stdout.readline().split()[2]
        self.keys = [self.ask("CreateKey")["KeyMetadata"]["Arn"] for _ in range(2)]
        self.ask("CreateAlias", AliasName=ALIAS, TargetKeyId=self.keys[0])
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(lab.PATIENCE_S)
        self.process.stdout.close()

    def ask(self, operation, **parameters):
        """As an operator does. By hand: botocore here may be older than the
        operations and fields that are asked for."""
        signer = SigV4Auth(
            Credentials(lab.ENVIRONMENT["AWS_ACCESS_KEY_ID"],
                        lab.ENVIRONMENT["AWS_SECRET_ACCESS_KEY"]), "kms", REGION)
        request = AWSRequest(
            "POST", self.url + "/", data=json.dumps(parameters).encode(),
            headers={"Content-Type": "application/x-amz-json-1.1",
                     "X-Amz-Target": f"TrentService.{operation}"})
        signer.add_auth(request)
        asked = urllib.request.Request(
            request.url, request.data, dict(request.headers.items()))
        with urllib.request.urlopen(asked, timeout=lab.PATIENCE_S) as answer:
            return json.loads(answer.read() or b"{}")

    def point(self, key):
        self.ask("UpdateAlias", AliasName=ALIAS, TargetKeyId=key)

    def rotate(self):
        """Gives the id of the material that is current then."""
        before = self.material()
        self.ask("RotateKeyOnDemand", KeyId=self.keys[0])
        lab.wait_for(lambda: self.material() != before, "the rotation")
        return self.material()

    def material(self):
        sealed = self.ask("Encrypt", KeyId=self.keys[0], Plaintext="eA==")
        return self.material_of(sealed["CiphertextBlob"])

    def material_of(self, blob):
        return self.ask("Decrypt", CiphertextBlob=blob)["KeyMaterialId"]
