# SPDX-License-Identifier: Apache-2.0
"""The order in which AWS KMS lists the values of an enum in its messages.

AWS's order is not the order of the service model. What follows was recorded
from AWS (LocalStack's test_kms.snapshot.json, see fixtures/aws-kms/ORIGIN.md);
values that AWS added after a recording stand behind it in model order. An
enum that is not here keeps the order of the model.
"""

RECORDED = {
    # 2023-04, test_hmac_create_key_invalid_operations
    "KeySpec": [
        "RSA_2048", "ECC_NIST_P384", "ECC_NIST_P256", "ECC_NIST_P521",
        "HMAC_384", "RSA_3072", "ECC_SECG_P256K1", "RSA_4096",
        "SYMMETRIC_DEFAULT", "HMAC_256", "HMAC_224", "HMAC_512",
    ],
    # 2023-04, test_hmac_create_key_invalid_operations
    "KeyUsageType": [
        "ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC",
    ],
    # 2023-04, test_invalid_generate_mac
    "MacAlgorithmSpec": [
        "HMAC_SHA_384", "HMAC_SHA_256", "HMAC_SHA_224", "HMAC_SHA_512",
    ],
    # 2024, test_derive_shared_secret
    "KeyAgreementAlgorithmSpec": ["ECDH"],
}


def message_order(shape_name, values):
    """The values of an enum in the order of AWS's messages."""
    recorded = RECORDED.get(shape_name, [])
    gone = [value for value in recorded if value not in values]
    if gone:
        raise SystemExit(f"{shape_name}: no longer in the model: {gone}")
    return recorded + [value for value in values if value not in recorded]
