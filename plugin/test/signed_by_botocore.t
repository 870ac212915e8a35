#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The recorded signatures in fixtures/sigv4/botocore.json are botocore's.

test_kms_signer.c holds the plugin's signer to the same file, so that our own
code does not stand at both ends. With --record it prints the file anew.
"""
import datetime
import json
import sys

try:
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
except ImportError:
    print("1..0 # SKIP python3-botocore is not installed")
    sys.exit(0)

FILE = "fixtures/sigv4/botocore.json"

CASES = [
    {
        "name": "keys without a token, a port in the host",
        "endpoint": "http://127.0.0.1:8080", "host": "127.0.0.1:8080",
        "region": "us-east-1", "time_ms": 1795348800000,
        "access_key_id": "AKIDEXAMPLE", "token": "", "source_arn": "",
        "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "operation": "Encrypt",
        "body": '{"KeyId":"alias/test","Plaintext":"c2VlZA=="}',
    },
    {
        "name": "a token, AWS's own endpoint",
        "endpoint": "", "host": "kms.eu-central-1.amazonaws.com",
        "region": "eu-central-1", "time_ms": 1709251199999,
        "access_key_id": "ASIAEXAMPLE", "token": "FwoGZXIvYXdzEA//+==",
        "source_arn": "",
        "secret_access_key": "s3cret/+=",
        "operation": "Decrypt", "body": '{"CiphertextBlob":"AQID"}',
    },
    {
        "name": "China, a source ARN",
        "endpoint": "", "host": "kms.cn-north-1.amazonaws.com.cn",
        "region": "cn-north-1", "time_ms": 951782400000,
        "access_key_id": "AKIDCHINA", "token": "",
        "source_arn": "arn:aws-cn:eks:cn-north-1:111122223333:cluster/c",
        "secret_access_key": "another-secret",
        "operation": "Encrypt",
        "body": '{"KeyId":"k","Plaintext":"AA==",'
                '"EncryptionContext":{"a":"\u00e9"}}',
    },
    {
        "name": "an endpoint with a path",
        "endpoint": "http://localhost:9/a/./kms/", "host": "localhost:9",
        "region": "us-gov-west-1", "time_ms": 1795348800000,
        "access_key_id": "AKIDEXAMPLE", "token": "", "source_arn": "",
        "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "operation": "Decrypt", "body": "{}",
    },
]


def sign(case):
    """The Authorization header that botocore makes of the case: add_auth of
    its SigV4Auth, but at the time of the case."""
    moment = datetime.datetime.fromtimestamp(
        case["time_ms"] // 1000, datetime.timezone.utc)
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "TrentService." + case["operation"],
    }
    if case["source_arn"]:
        headers["X-Amz-Source-Arn"] = case["source_arn"]
        headers["X-Amz-Source-Account"] = case["source_arn"].split(":")[4]
    url = case["endpoint"] or "https://" + case["host"] + "/"
    request = AWSRequest("POST", url, headers, case["body"].encode())
    keys = Credentials(case["access_key_id"], case["secret_access_key"],
                       case["token"] or None)
    signer = SigV4Auth(keys, "kms", case["region"])
    request.context["timestamp"] = moment.strftime("%Y%m%dT%H%M%SZ")
    signer._modify_request_before_signing(request)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    signer._inject_signature_to_request(
        request, signer.signature(text, request))
    return request.headers["Authorization"]


def main():
    made = [dict(case, authorization=sign(case)) for case in CASES]
    if sys.argv[1:] == ["--record"]:
        print(json.dumps({"cases": made}, indent=1))
        return
    with open(FILE, encoding="utf-8") as file:
        recorded = json.load(file)["cases"]
    print("1..%d" % len(made))
    for number, case in enumerate(made):
        good = number < len(recorded) and recorded[number] == case
        print("%sok %d - %s" % ("" if good else "not ", number + 1,
                                case["name"]))


main()
