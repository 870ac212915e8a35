/* SPDX-License-Identifier: Apache-2.0 */
/* Made by ci/model/generate from the service model 2014-11-01 of KMS. */

#include "aws/kms_model_data.h"

static const struct aws_shape shapes[210];

static const char *const values_AlgorithmSpec[] = { "RSAES_PKCS1_V1_5",
    "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_1",
    "RSA_AES_KEY_WRAP_SHA_256", "SM2PKE" };

static const char *const values_ConnectionErrorCodeType[] = {
    "INVALID_CREDENTIALS", "CLUSTER_NOT_FOUND", "NETWORK_ERRORS",
    "INTERNAL_ERROR", "INSUFFICIENT_CLOUDHSM_HSMS", "USER_LOCKED_OUT",
    "USER_NOT_FOUND", "USER_LOGGED_IN", "SUBNET_NOT_FOUND",
    "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET", "XKS_PROXY_ACCESS_DENIED",
    "XKS_PROXY_NOT_REACHABLE", "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND",
    "XKS_PROXY_INVALID_RESPONSE", "XKS_PROXY_INVALID_CONFIGURATION",
    "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION", "XKS_PROXY_TIMED_OUT",
    "XKS_PROXY_INVALID_TLS_CONFIGURATION"
};

static const char *const values_ConnectionStateType[] = { "CONNECTED",
    "CONNECTING", "FAILED", "DISCONNECTED", "DISCONNECTING" };

static const char *const values_CustomKeyStoreType[] = { "AWS_CLOUDHSM",
    "EXTERNAL_KEY_STORE" };

static const char *const values_CustomerMasterKeySpec[] = { "RSA_2048",
    "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521",
    "ECC_SECG_P256K1", "SYMMETRIC_DEFAULT", "HMAC_224", "HMAC_256", "HMAC_384",
    "HMAC_512", "SM2" };

static const char *const values_DataKeyPairSpec[] = { "RSA_2048", "RSA_3072",
    "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521",
    "ECC_SECG_P256K1", "SM2", "ECC_NIST_EDWARDS25519", "ML_KEM_512",
    "ML_KEM_768", "ML_KEM_1024" };

static const char *const values_DataKeySpec[] = { "AES_256", "AES_128" };

static const char *const values_DryRunModifierType[] = { "IGNORE_CIPHERTEXT" };

static const char *const values_EncapsulationAlgorithmSpec[] = { "ML_KEM" };

static const char *const values_EncryptionAlgorithmSpec[] = {
    "SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "SM2PKE"
};

static const char *const values_ExpirationModelType[] = {
    "KEY_MATERIAL_EXPIRES", "KEY_MATERIAL_DOES_NOT_EXPIRE"
};

static const char *const values_GrantOperation[] = { "Decrypt", "Encrypt",
    "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom",
    "ReEncryptTo", "Sign", "Verify", "GetPublicKey", "CreateGrant",
    "RetireGrant", "DescribeKey", "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext", "GenerateMac", "VerifyMac",
    "DeriveSharedSecret", "Encapsulate", "Decapsulate" };

static const char *const values_ImportState[] = { "IMPORTED",
    "PENDING_IMPORT" };

static const char *const values_ImportType[] = { "NEW_KEY_MATERIAL",
    "EXISTING_KEY_MATERIAL" };

static const char *const values_IncludeKeyMaterial[] = { "ALL_KEY_MATERIAL",
    "ROTATIONS_ONLY" };

static const char *const values_KeyAgreementAlgorithmSpec[] = { "ECDH" };

static const char *const values_KeyEncryptionMechanism[] = {
    "RSAES_OAEP_SHA_256"
};

static const char *const values_KeyLastUsageTrackingOperation[] = { "Decrypt",
    "DeriveSharedSecret", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext",
    "GenerateMac", "ReEncrypt", "Sign", "Verify", "VerifyMac", "Encapsulate",
    "Decapsulate" };

static const char *const values_KeyManagerType[] = { "AWS", "CUSTOMER" };

static const char *const values_KeyMaterialState[] = { "NON_CURRENT", "CURRENT",
    "PENDING_ROTATION", "PENDING_MULTI_REGION_IMPORT_AND_ROTATION" };

static const char *const values_KeySpec[] = { "RSA_2048", "ECC_NIST_P384",
    "ECC_NIST_P256", "ECC_NIST_P521", "HMAC_384", "RSA_3072", "ECC_SECG_P256K1",
    "RSA_4096", "SYMMETRIC_DEFAULT", "HMAC_256", "HMAC_224", "HMAC_512", "SM2",
    "ML_DSA_44", "ML_DSA_65", "ML_DSA_87", "ECC_NIST_EDWARDS25519",
    "ML_KEM_512", "ML_KEM_768", "ML_KEM_1024" };

static const char *const values_KeyState[] = { "Creating", "Enabled",
    "Disabled", "PendingDeletion", "PendingImport", "PendingReplicaDeletion",
    "Unavailable", "Updating" };

static const char *const values_KeyUsageType[] = { "ENCRYPT_DECRYPT",
    "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT",
    "ENCAPSULATE_DECAPSULATE" };

static const char *const values_MacAlgorithmSpec[] = { "HMAC_SHA_384",
    "HMAC_SHA_256", "HMAC_SHA_224", "HMAC_SHA_512" };

static const char *const values_MessageType[] = { "RAW", "DIGEST",
    "EXTERNAL_MU" };

static const char *const values_MultiRegionKeyType[] = { "PRIMARY", "REPLICA" };

static const char *const values_OriginType[] = { "AWS_KMS", "EXTERNAL",
    "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE" };

static const char *const values_ResourceOwnerType[] = { "SELF",
    "OTHER_ACCOUNTS_VIA_RAM" };

static const char *const values_RotationType[] = { "AUTOMATIC", "ON_DEMAND" };

static const char *const values_SigningAlgorithmSpec[] = { "RSASSA_PSS_SHA_256",
    "RSASSA_PSS_SHA_384", "RSASSA_PSS_SHA_512", "RSASSA_PKCS1_V1_5_SHA_256",
    "RSASSA_PKCS1_V1_5_SHA_384", "RSASSA_PKCS1_V1_5_SHA_512", "ECDSA_SHA_256",
    "ECDSA_SHA_384", "ECDSA_SHA_512", "SM2DSA", "ML_DSA_SHAKE_256",
    "ED25519_SHA_512", "ED25519_PH_SHA_512" };

static const char *const values_WrappingKeySpec[] = { "RSA_2048", "RSA_3072",
    "RSA_4096", "SM2" };

static const char *const values_XksProxyConnectivityType[] = {
    "PUBLIC_ENDPOINT", "VPC_ENDPOINT_SERVICE"
};

static const struct aws_member members_AliasListEntry[] = {
    { "AliasName", &shapes[5] /* AliasNameType */, false },
    { "AliasArn", &shapes[6] /* ArnType */, false },
    { "TargetKeyId", &shapes[112] /* KeyIdType */, false },
    { "CreationDate", &shapes[35] /* DateType */, false },
    { "LastUpdatedDate", &shapes[35] /* DateType */, false },
};

static const struct aws_member members_CancelKeyDeletionRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
};

static const struct aws_member members_CancelKeyDeletionResponse[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
};

static const struct aws_member members_ConnectCustomKeyStoreRequest[] = {
    { "CustomKeyStoreId", &shapes[27] /* CustomKeyStoreIdType */, true },
};

static const struct aws_member members_CreateAliasRequest[] = {
    { "AliasName", &shapes[5] /* AliasNameType */, true },
    { "TargetKeyId", &shapes[112] /* KeyIdType */, true },
};

static const struct aws_member members_CreateCustomKeyStoreRequest[] = {
    { "CustomKeyStoreName", &shapes[28] /* CustomKeyStoreNameType */, true },
    { "CloudHsmClusterId", &shapes[14] /* CloudHsmClusterIdType */, false },
    { "TrustAnchorCertificate", &shapes[188] /* TrustAnchorCertificateType */,
        false },
    { "KeyStorePassword", &shapes[123] /* KeyStorePasswordType */, false },
    { "CustomKeyStoreType", &shapes[29] /* CustomKeyStoreType */, false },
    { "XksProxyUriEndpoint", &shapes[207] /* XksProxyUriEndpointType */,
        false },
    { "XksProxyUriPath", &shapes[208] /* XksProxyUriPathType */, false },
    { "XksProxyVpcEndpointServiceName",
        &shapes[209] /* XksProxyVpcEndpointServiceNameType */, false },
    { "XksProxyVpcEndpointServiceOwner", &shapes[1] /* AccountIdType */,
        false },
    { "XksProxyAuthenticationCredential",
        &shapes[203] /* XksProxyAuthenticationCredentialType */, false },
    { "XksProxyConnectivity", &shapes[206] /* XksProxyConnectivityType */,
        false },
};

static const struct aws_member members_CreateCustomKeyStoreResponse[] = {
    { "CustomKeyStoreId", &shapes[27] /* CustomKeyStoreIdType */, false },
};

static const struct aws_member members_CreateGrantRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "GranteePrincipal", &shapes[156] /* PrincipalIdType */, false },
    { "RetiringPrincipal", &shapes[156] /* PrincipalIdType */, false },
    { "Operations", &shapes[101] /* GrantOperationList */, true },
    { "Constraints", &shapes[95] /* GrantConstraints */, false },
    { "GrantTokens", &shapes[102] /* GrantTokenList */, false },
    { "Name", &shapes[99] /* GrantNameType */, false },
    { "DryRun", &shapes[148] /* NullableBooleanType */, false },
    { "GranteeServicePrincipal", &shapes[177] /* ServicePrincipalType */,
        false },
    { "RetiringServicePrincipal", &shapes[177] /* ServicePrincipalType */,
        false },
};

static const struct aws_member members_CreateGrantResponse[] = {
    { "GrantToken", &shapes[103] /* GrantTokenType */, false },
    { "GrantId", &shapes[96] /* GrantIdType */, false },
};

static const struct aws_member members_CreateKeyRequest[] = {
    { "Policy", &shapes[155] /* PolicyType */, false },
    { "Description", &shapes[51] /* DescriptionType */, false },
    { "KeyUsage", &shapes[124] /* KeyUsageType */, false },
    { "CustomerMasterKeySpec", &shapes[32] /* CustomerMasterKeySpec */, false },
    { "KeySpec", &shapes[121] /* KeySpec */, false },
    { "Origin", &shapes[150] /* OriginType */, false },
    { "CustomKeyStoreId", &shapes[27] /* CustomKeyStoreIdType */, false },
    { "BypassPolicyLockoutSafetyCheck", &shapes[10] /* BooleanType */, false },
    { "Tags", &shapes[185] /* TagList */, false },
    { "MultiRegion", &shapes[148] /* NullableBooleanType */, false },
    { "XksKeyId", &shapes[201] /* XksKeyIdType */, false },
};

static const struct aws_member members_CreateKeyResponse[] = {
    { "KeyMetadata", &shapes[120] /* KeyMetadata */, false },
};

static const struct aws_member members_CustomKeyStoresListEntry[] = {
    { "CustomKeyStoreId", &shapes[27] /* CustomKeyStoreIdType */, false },
    { "CustomKeyStoreName", &shapes[28] /* CustomKeyStoreNameType */, false },
    { "CloudHsmClusterId", &shapes[14] /* CloudHsmClusterIdType */, false },
    { "TrustAnchorCertificate", &shapes[188] /* TrustAnchorCertificateType */,
        false },
    { "ConnectionState", &shapes[19] /* ConnectionStateType */, false },
    { "ConnectionErrorCode", &shapes[18] /* ConnectionErrorCodeType */, false },
    { "CreationDate", &shapes[35] /* DateType */, false },
    { "CustomKeyStoreType", &shapes[29] /* CustomKeyStoreType */, false },
    { "XksProxyConfiguration", &shapes[205] /* XksProxyConfigurationType */,
        false },
};

static const struct aws_member members_DecapsulateRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "SharedSecretCiphertextBlob", &shapes[13] /* CiphertextType */, true },
    { "EncapsulationAlgorithm", &shapes[62] /* EncapsulationAlgorithmSpec */,
        true },
    { "GrantTokens", &shapes[102] /* GrantTokenList */, false },
    { "DryRun", &shapes[148] /* NullableBooleanType */, false },
};

static const struct aws_member members_DecapsulateResponse[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "SharedSecret", &shapes[152] /* PlaintextType */, false },
    { "EncapsulationAlgorithm", &shapes[62] /* EncapsulationAlgorithmSpec */,
        false },
};

static const struct aws_member members_DecryptRequest[] = {
    { "CiphertextBlob", &shapes[13] /* CiphertextType */, false },
    { "EncryptionContext", &shapes[69] /* EncryptionContextType */, false },
    { "GrantTokens", &shapes[102] /* GrantTokenList */, false },
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "EncryptionAlgorithm", &shapes[66] /* EncryptionAlgorithmSpec */, false },
    { "Recipient", &shapes[161] /* RecipientInfo */, false },
    { "DryRun", &shapes[148] /* NullableBooleanType */, false },
    { "DryRunModifiers", &shapes[56] /* DryRunModifierList */, false },
};

static const struct aws_member members_DecryptResponse[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "Plaintext", &shapes[152] /* PlaintextType */, false },
    { "EncryptionAlgorithm", &shapes[66] /* EncryptionAlgorithmSpec */, false },
    { "CiphertextForRecipient", &shapes[13] /* CiphertextType */, false },
    { "KeyMaterialId", &shapes[9] /* BackingKeyIdType */, false },
};

static const struct aws_member members_DeleteAliasRequest[] = {
    { "AliasName", &shapes[5] /* AliasNameType */, true },
};

static const struct aws_member members_DeleteCustomKeyStoreRequest[] = {
    { "CustomKeyStoreId", &shapes[27] /* CustomKeyStoreIdType */, true },
};

static const struct aws_member members_DeleteImportedKeyMaterialRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "KeyMaterialId", &shapes[9] /* BackingKeyIdType */, false },
};

static const struct aws_member members_DeleteImportedKeyMaterialResponse[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "KeyMaterialId", &shapes[8] /* BackingKeyIdResponseType */, false },
};

static const struct aws_member members_DeriveSharedSecretRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "KeyAgreementAlgorithm", &shapes[109] /* KeyAgreementAlgorithmSpec */,
        true },
    { "PublicKey", &shapes[157] /* PublicKeyType */, true },
    { "GrantTokens", &shapes[102] /* GrantTokenList */, false },
    { "DryRun", &shapes[148] /* NullableBooleanType */, false },
    { "Recipient", &shapes[161] /* RecipientInfo */, false },
};

static const struct aws_member members_DeriveSharedSecretResponse[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "SharedSecret", &shapes[152] /* PlaintextType */, false },
    { "CiphertextForRecipient", &shapes[13] /* CiphertextType */, false },
    { "KeyAgreementAlgorithm", &shapes[109] /* KeyAgreementAlgorithmSpec */,
        false },
    { "KeyOrigin", &shapes[150] /* OriginType */, false },
};

static const struct aws_member members_DescribeCustomKeyStoresRequest[] = {
    { "CustomKeyStoreId", &shapes[27] /* CustomKeyStoreIdType */, false },
    { "CustomKeyStoreName", &shapes[28] /* CustomKeyStoreNameType */, false },
    { "Limit", &shapes[126] /* LimitType */, false },
    { "Marker", &shapes[142] /* MarkerType */, false },
};

static const struct aws_member members_DescribeCustomKeyStoresResponse[] = {
    { "CustomKeyStores", &shapes[30] /* CustomKeyStoresList */, false },
    { "NextMarker", &shapes[142] /* MarkerType */, false },
    { "Truncated", &shapes[10] /* BooleanType */, false },
};

static const struct aws_member members_DescribeKeyRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "GrantTokens", &shapes[102] /* GrantTokenList */, false },
};

static const struct aws_member members_DescribeKeyResponse[] = {
    { "KeyMetadata", &shapes[120] /* KeyMetadata */, false },
};

static const struct aws_member members_DisableKeyRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
};

static const struct aws_member members_DisableKeyRotationRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
};

static const struct aws_member members_DisconnectCustomKeyStoreRequest[] = {
    { "CustomKeyStoreId", &shapes[27] /* CustomKeyStoreIdType */, true },
};

static const struct aws_member members_EnableKeyRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
};

static const struct aws_member members_EnableKeyRotationRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "RotationPeriodInDays", &shapes[171] /* RotationPeriodInDaysType */,
        false },
};

static const struct aws_member members_EncapsulateRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "EncapsulationAlgorithm", &shapes[62] /* EncapsulationAlgorithmSpec */,
        true },
    { "GrantTokens", &shapes[102] /* GrantTokenList */, false },
    { "DryRun", &shapes[148] /* NullableBooleanType */, false },
};

static const struct aws_member members_EncapsulateResponse[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "SharedSecret", &shapes[152] /* PlaintextType */, false },
    { "SharedSecretCiphertextBlob", &shapes[13] /* CiphertextType */, false },
    { "EncapsulationAlgorithm", &shapes[62] /* EncapsulationAlgorithmSpec */,
        false },
};

static const struct aws_member members_EncryptRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "Plaintext", &shapes[152] /* PlaintextType */, true },
    { "EncryptionContext", &shapes[69] /* EncryptionContextType */, false },
    { "GrantTokens", &shapes[102] /* GrantTokenList */, false },
    { "EncryptionAlgorithm", &shapes[66] /* EncryptionAlgorithmSpec */, false },
    { "DryRun", &shapes[148] /* NullableBooleanType */, false },
};

static const struct aws_member members_EncryptResponse[] = {
    { "CiphertextBlob", &shapes[13] /* CiphertextType */, false },
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "EncryptionAlgorithm", &shapes[66] /* EncryptionAlgorithmSpec */, false },
};

static const struct aws_member members_GenerateDataKeyPairRequest[] = {
    { "EncryptionContext", &shapes[69] /* EncryptionContextType */, false },
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "KeyPairSpec", &shapes[33] /* DataKeyPairSpec */, true },
    { "GrantTokens", &shapes[102] /* GrantTokenList */, false },
    { "Recipient", &shapes[161] /* RecipientInfo */, false },
    { "DryRun", &shapes[148] /* NullableBooleanType */, false },
};

static const struct aws_member members_GenerateDataKeyPairResponse[] = {
    { "PrivateKeyCiphertextBlob", &shapes[13] /* CiphertextType */, false },
    { "PrivateKeyPlaintext", &shapes[152] /* PlaintextType */, false },
    { "PublicKey", &shapes[157] /* PublicKeyType */, false },
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "KeyPairSpec", &shapes[33] /* DataKeyPairSpec */, false },
    { "CiphertextForRecipient", &shapes[13] /* CiphertextType */, false },
    { "KeyMaterialId", &shapes[9] /* BackingKeyIdType */, false },
};

static const struct aws_member
    members_GenerateDataKeyPairWithoutPlaintextRequest[] = {
        { "EncryptionContext", &shapes[69] /* EncryptionContextType */, false },
        { "KeyId", &shapes[112] /* KeyIdType */, true },
        { "KeyPairSpec", &shapes[33] /* DataKeyPairSpec */, true },
        { "GrantTokens", &shapes[102] /* GrantTokenList */, false },
        { "DryRun", &shapes[148] /* NullableBooleanType */, false },
    };

static const struct aws_member
    members_GenerateDataKeyPairWithoutPlaintextResponse[] = {
        { "PrivateKeyCiphertextBlob", &shapes[13] /* CiphertextType */, false },
        { "PublicKey", &shapes[157] /* PublicKeyType */, false },
        { "KeyId", &shapes[112] /* KeyIdType */, false },
        { "KeyPairSpec", &shapes[33] /* DataKeyPairSpec */, false },
        { "KeyMaterialId", &shapes[9] /* BackingKeyIdType */, false },
    };

static const struct aws_member members_GenerateDataKeyRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "EncryptionContext", &shapes[69] /* EncryptionContextType */, false },
    { "NumberOfBytes", &shapes[149] /* NumberOfBytesType */, false },
    { "KeySpec", &shapes[34] /* DataKeySpec */, false },
    { "GrantTokens", &shapes[102] /* GrantTokenList */, false },
    { "Recipient", &shapes[161] /* RecipientInfo */, false },
    { "DryRun", &shapes[148] /* NullableBooleanType */, false },
};

static const struct aws_member members_GenerateDataKeyResponse[] = {
    { "CiphertextBlob", &shapes[13] /* CiphertextType */, false },
    { "Plaintext", &shapes[152] /* PlaintextType */, false },
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "CiphertextForRecipient", &shapes[13] /* CiphertextType */, false },
    { "KeyMaterialId", &shapes[9] /* BackingKeyIdType */, false },
};

static const struct aws_member
    members_GenerateDataKeyWithoutPlaintextRequest[] = {
        { "KeyId", &shapes[112] /* KeyIdType */, true },
        { "EncryptionContext", &shapes[69] /* EncryptionContextType */, false },
        { "KeySpec", &shapes[34] /* DataKeySpec */, false },
        { "NumberOfBytes", &shapes[149] /* NumberOfBytesType */, false },
        { "GrantTokens", &shapes[102] /* GrantTokenList */, false },
        { "DryRun", &shapes[148] /* NullableBooleanType */, false },
    };

static const struct aws_member
    members_GenerateDataKeyWithoutPlaintextResponse[] = {
        { "CiphertextBlob", &shapes[13] /* CiphertextType */, false },
        { "KeyId", &shapes[112] /* KeyIdType */, false },
        { "KeyMaterialId", &shapes[9] /* BackingKeyIdType */, false },
    };

static const struct aws_member members_GenerateMacRequest[] = {
    { "Message", &shapes[152] /* PlaintextType */, true },
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "MacAlgorithm", &shapes[140] /* MacAlgorithmSpec */, true },
    { "GrantTokens", &shapes[102] /* GrantTokenList */, false },
    { "DryRun", &shapes[148] /* NullableBooleanType */, false },
};

static const struct aws_member members_GenerateMacResponse[] = {
    { "Mac", &shapes[13] /* CiphertextType */, false },
    { "MacAlgorithm", &shapes[140] /* MacAlgorithmSpec */, false },
    { "KeyId", &shapes[112] /* KeyIdType */, false },
};

static const struct aws_member members_GenerateRandomRequest[] = {
    { "NumberOfBytes", &shapes[149] /* NumberOfBytesType */, false },
    { "CustomKeyStoreId", &shapes[27] /* CustomKeyStoreIdType */, false },
    { "Recipient", &shapes[161] /* RecipientInfo */, false },
};

static const struct aws_member members_GenerateRandomResponse[] = {
    { "Plaintext", &shapes[152] /* PlaintextType */, false },
    { "CiphertextForRecipient", &shapes[13] /* CiphertextType */, false },
};

static const struct aws_member members_GetKeyLastUsageRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
};

static const struct aws_member members_GetKeyLastUsageResponse[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "KeyLastUsage", &shapes[113] /* KeyLastUsageData */, false },
    { "TrackingStartDate", &shapes[35] /* DateType */, false },
    { "KeyCreationDate", &shapes[35] /* DateType */, false },
};

static const struct aws_member members_GetKeyPolicyRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "PolicyName", &shapes[154] /* PolicyNameType */, false },
};

static const struct aws_member members_GetKeyPolicyResponse[] = {
    { "Policy", &shapes[155] /* PolicyType */, false },
    { "PolicyName", &shapes[154] /* PolicyNameType */, false },
};

static const struct aws_member members_GetKeyRotationStatusRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
};

static const struct aws_member members_GetKeyRotationStatusResponse[] = {
    { "KeyRotationEnabled", &shapes[10] /* BooleanType */, false },
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "RotationPeriodInDays", &shapes[171] /* RotationPeriodInDaysType */,
        false },
    { "NextRotationDate", &shapes[35] /* DateType */, false },
    { "OnDemandRotationStartDate", &shapes[35] /* DateType */, false },
};

static const struct aws_member members_GetParametersForImportRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "WrappingAlgorithm", &shapes[2] /* AlgorithmSpec */, true },
    { "WrappingKeySpec", &shapes[199] /* WrappingKeySpec */, true },
};

static const struct aws_member members_GetParametersForImportResponse[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "ImportToken", &shapes[13] /* CiphertextType */, false },
    { "PublicKey", &shapes[152] /* PlaintextType */, false },
    { "ParametersValidTo", &shapes[35] /* DateType */, false },
};

static const struct aws_member members_GetPublicKeyRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "GrantTokens", &shapes[102] /* GrantTokenList */, false },
};

static const struct aws_member members_GetPublicKeyResponse[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "PublicKey", &shapes[157] /* PublicKeyType */, false },
    { "CustomerMasterKeySpec", &shapes[32] /* CustomerMasterKeySpec */, false },
    { "KeySpec", &shapes[121] /* KeySpec */, false },
    { "KeyUsage", &shapes[124] /* KeyUsageType */, false },
    { "EncryptionAlgorithms", &shapes[67] /* EncryptionAlgorithmSpecList */,
        false },
    { "SigningAlgorithms", &shapes[181] /* SigningAlgorithmSpecList */, false },
    { "KeyAgreementAlgorithms",
        &shapes[110] /* KeyAgreementAlgorithmSpecList */, false },
    { "EncapsulationAlgorithms",
        &shapes[63] /* EncapsulationAlgorithmSpecList */, false },
};

static const struct aws_member members_GrantConstraints[] = {
    { "EncryptionContextSubset", &shapes[69] /* EncryptionContextType */,
        false },
    { "EncryptionContextEquals", &shapes[69] /* EncryptionContextType */,
        false },
    { "SourceArn", &shapes[94] /* GrantConstraintSourceArnType */, false },
};

static const struct aws_member members_GrantListEntry[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "GrantId", &shapes[96] /* GrantIdType */, false },
    { "Name", &shapes[99] /* GrantNameType */, false },
    { "CreationDate", &shapes[35] /* DateType */, false },
    { "GranteePrincipal", &shapes[156] /* PrincipalIdType */, false },
    { "RetiringPrincipal", &shapes[156] /* PrincipalIdType */, false },
    { "IssuingAccount", &shapes[156] /* PrincipalIdType */, false },
    { "Operations", &shapes[101] /* GrantOperationList */, false },
    { "Constraints", &shapes[95] /* GrantConstraints */, false },
    { "GranteeServicePrincipal", &shapes[177] /* ServicePrincipalType */,
        false },
    { "RetiringServicePrincipal", &shapes[177] /* ServicePrincipalType */,
        false },
};

static const struct aws_member members_ImportKeyMaterialRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "ImportToken", &shapes[13] /* CiphertextType */, true },
    { "EncryptedKeyMaterial", &shapes[13] /* CiphertextType */, true },
    { "ValidTo", &shapes[35] /* DateType */, false },
    { "ExpirationModel", &shapes[71] /* ExpirationModelType */, false },
    { "ImportType", &shapes[107] /* ImportType */, false },
    { "KeyMaterialDescription", &shapes[118] /* KeyMaterialDescriptionType */,
        false },
    { "KeyMaterialId", &shapes[9] /* BackingKeyIdType */, false },
};

static const struct aws_member members_ImportKeyMaterialResponse[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "KeyMaterialId", &shapes[9] /* BackingKeyIdType */, false },
};

static const struct aws_member members_KeyLastUsageData[] = {
    { "Operation", &shapes[114] /* KeyLastUsageTrackingOperation */, false },
    { "Timestamp", &shapes[35] /* DateType */, false },
    { "CloudTrailEventId", &shapes[15] /* CloudTrailEventIdType */, false },
    { "KmsRequestId", &shapes[125] /* KmsRequestIdType */, false },
};

static const struct aws_member members_KeyListEntry[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "KeyArn", &shapes[6] /* ArnType */, false },
};

static const struct aws_member members_KeyMetadata[] = {
    { "AWSAccountId", &shapes[0] /* AWSAccountIdType */, false },
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "Arn", &shapes[6] /* ArnType */, false },
    { "CreationDate", &shapes[35] /* DateType */, false },
    { "Enabled", &shapes[10] /* BooleanType */, false },
    { "Description", &shapes[51] /* DescriptionType */, false },
    { "KeyUsage", &shapes[124] /* KeyUsageType */, false },
    { "KeyState", &shapes[122] /* KeyState */, false },
    { "DeletionDate", &shapes[35] /* DateType */, false },
    { "ValidTo", &shapes[35] /* DateType */, false },
    { "Origin", &shapes[150] /* OriginType */, false },
    { "CustomKeyStoreId", &shapes[27] /* CustomKeyStoreIdType */, false },
    { "CloudHsmClusterId", &shapes[14] /* CloudHsmClusterIdType */, false },
    { "ExpirationModel", &shapes[71] /* ExpirationModelType */, false },
    { "KeyManager", &shapes[117] /* KeyManagerType */, false },
    { "CustomerMasterKeySpec", &shapes[32] /* CustomerMasterKeySpec */, false },
    { "KeySpec", &shapes[121] /* KeySpec */, false },
    { "EncryptionAlgorithms", &shapes[67] /* EncryptionAlgorithmSpecList */,
        false },
    { "SigningAlgorithms", &shapes[181] /* SigningAlgorithmSpecList */, false },
    { "KeyAgreementAlgorithms",
        &shapes[110] /* KeyAgreementAlgorithmSpecList */, false },
    { "EncapsulationAlgorithms",
        &shapes[63] /* EncapsulationAlgorithmSpecList */, false },
    { "MultiRegion", &shapes[148] /* NullableBooleanType */, false },
    { "MultiRegionConfiguration", &shapes[144] /* MultiRegionConfiguration */,
        false },
    { "PendingDeletionWindowInDays", &shapes[151] /* PendingWindowInDaysType */,
        false },
    { "MacAlgorithms", &shapes[141] /* MacAlgorithmSpecList */, false },
    { "XksKeyConfiguration", &shapes[200] /* XksKeyConfigurationType */,
        false },
    { "CurrentKeyMaterialId", &shapes[9] /* BackingKeyIdType */, false },
};

static const struct aws_member members_ListAliasesRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "Limit", &shapes[126] /* LimitType */, false },
    { "Marker", &shapes[142] /* MarkerType */, false },
};

static const struct aws_member members_ListAliasesResponse[] = {
    { "Aliases", &shapes[3] /* AliasList */, false },
    { "NextMarker", &shapes[142] /* MarkerType */, false },
    { "Truncated", &shapes[10] /* BooleanType */, false },
};

static const struct aws_member members_ListGrantsRequest[] = {
    { "Limit", &shapes[126] /* LimitType */, false },
    { "Marker", &shapes[142] /* MarkerType */, false },
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "GrantId", &shapes[96] /* GrantIdType */, false },
    { "GranteePrincipal", &shapes[156] /* PrincipalIdType */, false },
    { "GranteeServicePrincipal", &shapes[177] /* ServicePrincipalType */,
        false },
};

static const struct aws_member members_ListGrantsResponse[] = {
    { "Grants", &shapes[97] /* GrantList */, false },
    { "NextMarker", &shapes[142] /* MarkerType */, false },
    { "Truncated", &shapes[10] /* BooleanType */, false },
};

static const struct aws_member members_ListKeyPoliciesRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "Limit", &shapes[126] /* LimitType */, false },
    { "Marker", &shapes[142] /* MarkerType */, false },
};

static const struct aws_member members_ListKeyPoliciesResponse[] = {
    { "PolicyNames", &shapes[153] /* PolicyNameList */, false },
    { "NextMarker", &shapes[142] /* MarkerType */, false },
    { "Truncated", &shapes[10] /* BooleanType */, false },
};

static const struct aws_member members_ListKeyRotationsRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "IncludeKeyMaterial", &shapes[108] /* IncludeKeyMaterial */, false },
    { "Limit", &shapes[126] /* LimitType */, false },
    { "Marker", &shapes[142] /* MarkerType */, false },
};

static const struct aws_member members_ListKeyRotationsResponse[] = {
    { "Rotations", &shapes[173] /* RotationsList */, false },
    { "NextMarker", &shapes[142] /* MarkerType */, false },
    { "Truncated", &shapes[10] /* BooleanType */, false },
};

static const struct aws_member members_ListKeysRequest[] = {
    { "Limit", &shapes[126] /* LimitType */, false },
    { "Marker", &shapes[142] /* MarkerType */, false },
    { "ResourceOwners", &shapes[166] /* ResourceOwnersList */, false },
};

static const struct aws_member members_ListKeysResponse[] = {
    { "Keys", &shapes[115] /* KeyList */, false },
    { "NextMarker", &shapes[142] /* MarkerType */, false },
    { "Truncated", &shapes[10] /* BooleanType */, false },
};

static const struct aws_member members_ListResourceTagsRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "Limit", &shapes[126] /* LimitType */, false },
    { "Marker", &shapes[142] /* MarkerType */, false },
};

static const struct aws_member members_ListResourceTagsResponse[] = {
    { "Tags", &shapes[185] /* TagList */, false },
    { "NextMarker", &shapes[142] /* MarkerType */, false },
    { "Truncated", &shapes[10] /* BooleanType */, false },
};

static const struct aws_member members_ListRetirableGrantsRequest[] = {
    { "Limit", &shapes[126] /* LimitType */, false },
    { "Marker", &shapes[142] /* MarkerType */, false },
    { "RetiringPrincipal", &shapes[156] /* PrincipalIdType */, false },
    { "RetiringServicePrincipal", &shapes[177] /* ServicePrincipalType */,
        false },
};

static const struct aws_member members_MultiRegionConfiguration[] = {
    { "MultiRegionKeyType", &shapes[147] /* MultiRegionKeyType */, false },
    { "PrimaryKey", &shapes[145] /* MultiRegionKey */, false },
    { "ReplicaKeys", &shapes[146] /* MultiRegionKeyList */, false },
};

static const struct aws_member members_MultiRegionKey[] = {
    { "Arn", &shapes[6] /* ArnType */, false },
    { "Region", &shapes[162] /* RegionType */, false },
};

static const struct aws_member members_PutKeyPolicyRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "PolicyName", &shapes[154] /* PolicyNameType */, false },
    { "Policy", &shapes[155] /* PolicyType */, true },
    { "BypassPolicyLockoutSafetyCheck", &shapes[10] /* BooleanType */, false },
};

static const struct aws_member members_ReEncryptRequest[] = {
    { "CiphertextBlob", &shapes[13] /* CiphertextType */, false },
    { "SourceEncryptionContext", &shapes[69] /* EncryptionContextType */,
        false },
    { "SourceKeyId", &shapes[112] /* KeyIdType */, false },
    { "DestinationKeyId", &shapes[112] /* KeyIdType */, true },
    { "DestinationEncryptionContext", &shapes[69] /* EncryptionContextType */,
        false },
    { "SourceEncryptionAlgorithm", &shapes[66] /* EncryptionAlgorithmSpec */,
        false },
    { "DestinationEncryptionAlgorithm",
        &shapes[66] /* EncryptionAlgorithmSpec */, false },
    { "GrantTokens", &shapes[102] /* GrantTokenList */, false },
    { "DryRun", &shapes[148] /* NullableBooleanType */, false },
    { "DryRunModifiers", &shapes[56] /* DryRunModifierList */, false },
};

static const struct aws_member members_ReEncryptResponse[] = {
    { "CiphertextBlob", &shapes[13] /* CiphertextType */, false },
    { "SourceKeyId", &shapes[112] /* KeyIdType */, false },
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "SourceEncryptionAlgorithm", &shapes[66] /* EncryptionAlgorithmSpec */,
        false },
    { "DestinationEncryptionAlgorithm",
        &shapes[66] /* EncryptionAlgorithmSpec */, false },
    { "SourceKeyMaterialId", &shapes[9] /* BackingKeyIdType */, false },
    { "DestinationKeyMaterialId", &shapes[9] /* BackingKeyIdType */, false },
};

static const struct aws_member members_RecipientInfo[] = {
    { "KeyEncryptionAlgorithm", &shapes[111] /* KeyEncryptionMechanism */,
        false },
    { "AttestationDocument", &shapes[7] /* AttestationDocumentType */, false },
};

static const struct aws_member members_ReplicateKeyRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "ReplicaRegion", &shapes[162] /* RegionType */, true },
    { "Policy", &shapes[155] /* PolicyType */, false },
    { "BypassPolicyLockoutSafetyCheck", &shapes[10] /* BooleanType */, false },
    { "Description", &shapes[51] /* DescriptionType */, false },
    { "Tags", &shapes[185] /* TagList */, false },
};

static const struct aws_member members_ReplicateKeyResponse[] = {
    { "ReplicaKeyMetadata", &shapes[120] /* KeyMetadata */, false },
    { "ReplicaPolicy", &shapes[155] /* PolicyType */, false },
    { "ReplicaTags", &shapes[185] /* TagList */, false },
};

static const struct aws_member members_RetireGrantRequest[] = {
    { "GrantToken", &shapes[103] /* GrantTokenType */, false },
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "GrantId", &shapes[96] /* GrantIdType */, false },
    { "DryRun", &shapes[148] /* NullableBooleanType */, false },
};

static const struct aws_member members_RevokeGrantRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "GrantId", &shapes[96] /* GrantIdType */, true },
    { "DryRun", &shapes[148] /* NullableBooleanType */, false },
};

static const struct aws_member members_RotateKeyOnDemandRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
};

static const struct aws_member members_RotateKeyOnDemandResponse[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
};

static const struct aws_member members_RotationsListEntry[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "KeyMaterialId", &shapes[9] /* BackingKeyIdType */, false },
    { "KeyMaterialDescription", &shapes[118] /* KeyMaterialDescriptionType */,
        false },
    { "ImportState", &shapes[106] /* ImportState */, false },
    { "KeyMaterialState", &shapes[119] /* KeyMaterialState */, false },
    { "ExpirationModel", &shapes[71] /* ExpirationModelType */, false },
    { "ValidTo", &shapes[35] /* DateType */, false },
    { "RotationDate", &shapes[35] /* DateType */, false },
    { "RotationType", &shapes[172] /* RotationType */, false },
};

static const struct aws_member members_ScheduleKeyDeletionRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "PendingWindowInDays", &shapes[151] /* PendingWindowInDaysType */,
        false },
};

static const struct aws_member members_ScheduleKeyDeletionResponse[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "DeletionDate", &shapes[35] /* DateType */, false },
    { "KeyState", &shapes[122] /* KeyState */, false },
    { "PendingWindowInDays", &shapes[151] /* PendingWindowInDaysType */,
        false },
};

static const struct aws_member members_SignRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "Message", &shapes[152] /* PlaintextType */, true },
    { "MessageType", &shapes[143] /* MessageType */, false },
    { "GrantTokens", &shapes[102] /* GrantTokenList */, false },
    { "SigningAlgorithm", &shapes[180] /* SigningAlgorithmSpec */, true },
    { "DryRun", &shapes[148] /* NullableBooleanType */, false },
};

static const struct aws_member members_SignResponse[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "Signature", &shapes[13] /* CiphertextType */, false },
    { "SigningAlgorithm", &shapes[180] /* SigningAlgorithmSpec */, false },
};

static const struct aws_member members_Tag[] = {
    { "TagKey", &shapes[184] /* TagKeyType */, true },
    { "TagValue", &shapes[187] /* TagValueType */, true },
};

static const struct aws_member members_TagResourceRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "Tags", &shapes[185] /* TagList */, true },
};

static const struct aws_member members_UntagResourceRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "TagKeys", &shapes[183] /* TagKeyList */, true },
};

static const struct aws_member members_UpdateAliasRequest[] = {
    { "AliasName", &shapes[5] /* AliasNameType */, true },
    { "TargetKeyId", &shapes[112] /* KeyIdType */, true },
};

static const struct aws_member members_UpdateCustomKeyStoreRequest[] = {
    { "CustomKeyStoreId", &shapes[27] /* CustomKeyStoreIdType */, true },
    { "NewCustomKeyStoreName", &shapes[28] /* CustomKeyStoreNameType */,
        false },
    { "KeyStorePassword", &shapes[123] /* KeyStorePasswordType */, false },
    { "CloudHsmClusterId", &shapes[14] /* CloudHsmClusterIdType */, false },
    { "XksProxyUriEndpoint", &shapes[207] /* XksProxyUriEndpointType */,
        false },
    { "XksProxyUriPath", &shapes[208] /* XksProxyUriPathType */, false },
    { "XksProxyVpcEndpointServiceName",
        &shapes[209] /* XksProxyVpcEndpointServiceNameType */, false },
    { "XksProxyVpcEndpointServiceOwner", &shapes[1] /* AccountIdType */,
        false },
    { "XksProxyAuthenticationCredential",
        &shapes[203] /* XksProxyAuthenticationCredentialType */, false },
    { "XksProxyConnectivity", &shapes[206] /* XksProxyConnectivityType */,
        false },
};

static const struct aws_member members_UpdateKeyDescriptionRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "Description", &shapes[51] /* DescriptionType */, true },
};

static const struct aws_member members_UpdatePrimaryRegionRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "PrimaryRegion", &shapes[162] /* RegionType */, true },
};

static const struct aws_member members_VerifyMacRequest[] = {
    { "Message", &shapes[152] /* PlaintextType */, true },
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "MacAlgorithm", &shapes[140] /* MacAlgorithmSpec */, true },
    { "Mac", &shapes[13] /* CiphertextType */, true },
    { "GrantTokens", &shapes[102] /* GrantTokenList */, false },
    { "DryRun", &shapes[148] /* NullableBooleanType */, false },
};

static const struct aws_member members_VerifyMacResponse[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "MacValid", &shapes[10] /* BooleanType */, false },
    { "MacAlgorithm", &shapes[140] /* MacAlgorithmSpec */, false },
};

static const struct aws_member members_VerifyRequest[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, true },
    { "Message", &shapes[152] /* PlaintextType */, true },
    { "MessageType", &shapes[143] /* MessageType */, false },
    { "Signature", &shapes[13] /* CiphertextType */, true },
    { "SigningAlgorithm", &shapes[180] /* SigningAlgorithmSpec */, true },
    { "GrantTokens", &shapes[102] /* GrantTokenList */, false },
    { "DryRun", &shapes[148] /* NullableBooleanType */, false },
};

static const struct aws_member members_VerifyResponse[] = {
    { "KeyId", &shapes[112] /* KeyIdType */, false },
    { "SignatureValid", &shapes[10] /* BooleanType */, false },
    { "SigningAlgorithm", &shapes[180] /* SigningAlgorithmSpec */, false },
};

static const struct aws_member members_XksKeyConfigurationType[] = {
    { "Id", &shapes[201] /* XksKeyIdType */, false },
};

static const struct aws_member
    members_XksProxyAuthenticationCredentialType[] = {
        { "AccessKeyId",
            &shapes[202] /* XksProxyAuthenticationAccessKeyIdType */, true },
        { "RawSecretAccessKey",
            &shapes[204] /* XksProxyAuthenticationRawSecretAccessKeyType */,
            true },
    };

static const struct aws_member members_XksProxyConfigurationType[] = {
    { "Connectivity", &shapes[206] /* XksProxyConnectivityType */, false },
    { "AccessKeyId", &shapes[202] /* XksProxyAuthenticationAccessKeyIdType */,
        false },
    { "UriEndpoint", &shapes[207] /* XksProxyUriEndpointType */, false },
    { "UriPath", &shapes[208] /* XksProxyUriPathType */, false },
    { "VpcEndpointServiceName",
        &shapes[209] /* XksProxyVpcEndpointServiceNameType */, false },
    { "VpcEndpointServiceOwner", &shapes[1] /* AccountIdType */, false },
};

static const struct aws_shape shapes[210] = {
    { .name = "AWSAccountIdType", .type = AWS_TYPE_STRING },
    { .name = "AccountIdType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 12,
        .has_max = true,
        .max = 12,
        .pattern = "[0-9]{12}" },
    { .name = "AlgorithmSpec",
        .type = AWS_TYPE_STRING,
        .values = values_AlgorithmSpec,
        .value_count = 6 },
    { .name = "AliasList",
        .type = AWS_TYPE_LIST,
        .element = &shapes[4] /* AliasListEntry */ },
    { .name = "AliasListEntry",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_AliasListEntry,
        .member_count = 5 },
    { .name = "AliasNameType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 256,
        .pattern = "^[a-zA-Z0-9:/_-]+$" },
    { .name = "ArnType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 20,
        .has_max = true,
        .max = 2048 },
    { .name = "AttestationDocumentType",
        .type = AWS_TYPE_BLOB,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 262144 },
    { .name = "BackingKeyIdResponseType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 0,
        .has_max = true,
        .max = 64,
        .pattern = "^[a-f0-9]+$" },
    { .name = "BackingKeyIdType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 64,
        .has_max = true,
        .max = 64,
        .pattern = "^[a-f0-9]+$" },
    { .name = "BooleanType", .type = AWS_TYPE_BOOLEAN },
    { .name = "CancelKeyDeletionRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_CancelKeyDeletionRequest,
        .member_count = 1 },
    { .name = "CancelKeyDeletionResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_CancelKeyDeletionResponse,
        .member_count = 1 },
    { .name = "CiphertextType",
        .type = AWS_TYPE_BLOB,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 6144 },
    { .name = "CloudHsmClusterIdType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 19,
        .has_max = true,
        .max = 24,
        .pattern = "cluster-[2-7a-zA-Z]{11,16}" },
    { .name = "CloudTrailEventIdType", .type = AWS_TYPE_STRING },
    { .name = "ConnectCustomKeyStoreRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ConnectCustomKeyStoreRequest,
        .member_count = 1 },
    { .name = "ConnectCustomKeyStoreResponse", .type = AWS_TYPE_STRUCTURE },
    { .name = "ConnectionErrorCodeType",
        .type = AWS_TYPE_STRING,
        .values = values_ConnectionErrorCodeType,
        .value_count = 18 },
    { .name = "ConnectionStateType",
        .type = AWS_TYPE_STRING,
        .values = values_ConnectionStateType,
        .value_count = 5 },
    { .name = "CreateAliasRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_CreateAliasRequest,
        .member_count = 2 },
    { .name = "CreateCustomKeyStoreRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_CreateCustomKeyStoreRequest,
        .member_count = 11 },
    { .name = "CreateCustomKeyStoreResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_CreateCustomKeyStoreResponse,
        .member_count = 1 },
    { .name = "CreateGrantRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_CreateGrantRequest,
        .member_count = 10 },
    { .name = "CreateGrantResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_CreateGrantResponse,
        .member_count = 2 },
    { .name = "CreateKeyRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_CreateKeyRequest,
        .member_count = 11 },
    { .name = "CreateKeyResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_CreateKeyResponse,
        .member_count = 1 },
    { .name = "CustomKeyStoreIdType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 64 },
    { .name = "CustomKeyStoreNameType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 256 },
    { .name = "CustomKeyStoreType",
        .type = AWS_TYPE_STRING,
        .values = values_CustomKeyStoreType,
        .value_count = 2 },
    { .name = "CustomKeyStoresList",
        .type = AWS_TYPE_LIST,
        .element = &shapes[31] /* CustomKeyStoresListEntry */ },
    { .name = "CustomKeyStoresListEntry",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_CustomKeyStoresListEntry,
        .member_count = 9 },
    { .name = "CustomerMasterKeySpec",
        .type = AWS_TYPE_STRING,
        .values = values_CustomerMasterKeySpec,
        .value_count = 13 },
    { .name = "DataKeyPairSpec",
        .type = AWS_TYPE_STRING,
        .values = values_DataKeyPairSpec,
        .value_count = 12 },
    { .name = "DataKeySpec",
        .type = AWS_TYPE_STRING,
        .values = values_DataKeySpec,
        .value_count = 2 },
    { .name = "DateType", .type = AWS_TYPE_TIMESTAMP },
    { .name = "DecapsulateRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_DecapsulateRequest,
        .member_count = 5 },
    { .name = "DecapsulateResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_DecapsulateResponse,
        .member_count = 3 },
    { .name = "DecryptRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_DecryptRequest,
        .member_count = 8 },
    { .name = "DecryptResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_DecryptResponse,
        .member_count = 5 },
    { .name = "DeleteAliasRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_DeleteAliasRequest,
        .member_count = 1 },
    { .name = "DeleteCustomKeyStoreRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_DeleteCustomKeyStoreRequest,
        .member_count = 1 },
    { .name = "DeleteCustomKeyStoreResponse", .type = AWS_TYPE_STRUCTURE },
    { .name = "DeleteImportedKeyMaterialRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_DeleteImportedKeyMaterialRequest,
        .member_count = 2 },
    { .name = "DeleteImportedKeyMaterialResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_DeleteImportedKeyMaterialResponse,
        .member_count = 2 },
    { .name = "DeriveSharedSecretRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_DeriveSharedSecretRequest,
        .member_count = 6 },
    { .name = "DeriveSharedSecretResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_DeriveSharedSecretResponse,
        .member_count = 5 },
    { .name = "DescribeCustomKeyStoresRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_DescribeCustomKeyStoresRequest,
        .member_count = 4 },
    { .name = "DescribeCustomKeyStoresResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_DescribeCustomKeyStoresResponse,
        .member_count = 3 },
    { .name = "DescribeKeyRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_DescribeKeyRequest,
        .member_count = 2 },
    { .name = "DescribeKeyResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_DescribeKeyResponse,
        .member_count = 1 },
    { .name = "DescriptionType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 0,
        .has_max = true,
        .max = 8192 },
    { .name = "DisableKeyRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_DisableKeyRequest,
        .member_count = 1 },
    { .name = "DisableKeyRotationRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_DisableKeyRotationRequest,
        .member_count = 1 },
    { .name = "DisconnectCustomKeyStoreRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_DisconnectCustomKeyStoreRequest,
        .member_count = 1 },
    { .name = "DisconnectCustomKeyStoreResponse", .type = AWS_TYPE_STRUCTURE },
    { .name = "DryRunModifierList",
        .type = AWS_TYPE_LIST,
        .element = &shapes[57] /* DryRunModifierType */ },
    { .name = "DryRunModifierType",
        .type = AWS_TYPE_STRING,
        .values = values_DryRunModifierType,
        .value_count = 1 },
    { .name = "EnableKeyRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_EnableKeyRequest,
        .member_count = 1 },
    { .name = "EnableKeyRotationRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_EnableKeyRotationRequest,
        .member_count = 2 },
    { .name = "EncapsulateRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_EncapsulateRequest,
        .member_count = 4 },
    { .name = "EncapsulateResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_EncapsulateResponse,
        .member_count = 4 },
    { .name = "EncapsulationAlgorithmSpec",
        .type = AWS_TYPE_STRING,
        .values = values_EncapsulationAlgorithmSpec,
        .value_count = 1 },
    { .name = "EncapsulationAlgorithmSpecList",
        .type = AWS_TYPE_LIST,
        .element = &shapes[62] /* EncapsulationAlgorithmSpec */ },
    { .name = "EncryptRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_EncryptRequest,
        .member_count = 6 },
    { .name = "EncryptResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_EncryptResponse,
        .member_count = 3 },
    { .name = "EncryptionAlgorithmSpec",
        .type = AWS_TYPE_STRING,
        .values = values_EncryptionAlgorithmSpec,
        .value_count = 4 },
    { .name = "EncryptionAlgorithmSpecList",
        .type = AWS_TYPE_LIST,
        .element = &shapes[66] /* EncryptionAlgorithmSpec */ },
    { .name = "EncryptionContextKey", .type = AWS_TYPE_STRING },
    { .name = "EncryptionContextType",
        .type = AWS_TYPE_MAP,
        .key = &shapes[68] /* EncryptionContextKey */,
        .element = &shapes[70] /* EncryptionContextValue */ },
    { .name = "EncryptionContextValue", .type = AWS_TYPE_STRING },
    { .name = "ExpirationModelType",
        .type = AWS_TYPE_STRING,
        .values = values_ExpirationModelType,
        .value_count = 2 },
    { .name = "GenerateDataKeyPairRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GenerateDataKeyPairRequest,
        .member_count = 6 },
    { .name = "GenerateDataKeyPairResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GenerateDataKeyPairResponse,
        .member_count = 7 },
    { .name = "GenerateDataKeyPairWithoutPlaintextRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GenerateDataKeyPairWithoutPlaintextRequest,
        .member_count = 5 },
    { .name = "GenerateDataKeyPairWithoutPlaintextResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GenerateDataKeyPairWithoutPlaintextResponse,
        .member_count = 5 },
    { .name = "GenerateDataKeyRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GenerateDataKeyRequest,
        .member_count = 7 },
    { .name = "GenerateDataKeyResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GenerateDataKeyResponse,
        .member_count = 5 },
    { .name = "GenerateDataKeyWithoutPlaintextRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GenerateDataKeyWithoutPlaintextRequest,
        .member_count = 6 },
    { .name = "GenerateDataKeyWithoutPlaintextResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GenerateDataKeyWithoutPlaintextResponse,
        .member_count = 3 },
    { .name = "GenerateMacRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GenerateMacRequest,
        .member_count = 5 },
    { .name = "GenerateMacResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GenerateMacResponse,
        .member_count = 3 },
    { .name = "GenerateRandomRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GenerateRandomRequest,
        .member_count = 3 },
    { .name = "GenerateRandomResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GenerateRandomResponse,
        .member_count = 2 },
    { .name = "GetKeyLastUsageRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GetKeyLastUsageRequest,
        .member_count = 1 },
    { .name = "GetKeyLastUsageResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GetKeyLastUsageResponse,
        .member_count = 4 },
    { .name = "GetKeyPolicyRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GetKeyPolicyRequest,
        .member_count = 2 },
    { .name = "GetKeyPolicyResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GetKeyPolicyResponse,
        .member_count = 2 },
    { .name = "GetKeyRotationStatusRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GetKeyRotationStatusRequest,
        .member_count = 1 },
    { .name = "GetKeyRotationStatusResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GetKeyRotationStatusResponse,
        .member_count = 5 },
    { .name = "GetParametersForImportRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GetParametersForImportRequest,
        .member_count = 3 },
    { .name = "GetParametersForImportResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GetParametersForImportResponse,
        .member_count = 4 },
    { .name = "GetPublicKeyRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GetPublicKeyRequest,
        .member_count = 2 },
    { .name = "GetPublicKeyResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GetPublicKeyResponse,
        .member_count = 9 },
    { .name = "GrantConstraintSourceArnType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 20,
        .has_max = true,
        .max = 512,
        .pattern = "^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$" },
    { .name = "GrantConstraints",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GrantConstraints,
        .member_count = 3 },
    { .name = "GrantIdType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 128 },
    { .name = "GrantList",
        .type = AWS_TYPE_LIST,
        .element = &shapes[98] /* GrantListEntry */ },
    { .name = "GrantListEntry",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_GrantListEntry,
        .member_count = 11 },
    { .name = "GrantNameType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 256,
        .pattern = "^[a-zA-Z0-9:/_-]+$" },
    { .name = "GrantOperation",
        .type = AWS_TYPE_STRING,
        .values = values_GrantOperation,
        .value_count = 19 },
    { .name = "GrantOperationList",
        .type = AWS_TYPE_LIST,
        .element = &shapes[100] /* GrantOperation */ },
    { .name = "GrantTokenList",
        .type = AWS_TYPE_LIST,
        .has_min = true,
        .min = 0,
        .has_max = true,
        .max = 10,
        .element = &shapes[103] /* GrantTokenType */ },
    { .name = "GrantTokenType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 8192 },
    { .name = "ImportKeyMaterialRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ImportKeyMaterialRequest,
        .member_count = 8 },
    { .name = "ImportKeyMaterialResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ImportKeyMaterialResponse,
        .member_count = 2 },
    { .name = "ImportState",
        .type = AWS_TYPE_STRING,
        .values = values_ImportState,
        .value_count = 2 },
    { .name = "ImportType",
        .type = AWS_TYPE_STRING,
        .values = values_ImportType,
        .value_count = 2 },
    { .name = "IncludeKeyMaterial",
        .type = AWS_TYPE_STRING,
        .values = values_IncludeKeyMaterial,
        .value_count = 2 },
    { .name = "KeyAgreementAlgorithmSpec",
        .type = AWS_TYPE_STRING,
        .values = values_KeyAgreementAlgorithmSpec,
        .value_count = 1 },
    { .name = "KeyAgreementAlgorithmSpecList",
        .type = AWS_TYPE_LIST,
        .element = &shapes[109] /* KeyAgreementAlgorithmSpec */ },
    { .name = "KeyEncryptionMechanism",
        .type = AWS_TYPE_STRING,
        .values = values_KeyEncryptionMechanism,
        .value_count = 1 },
    { .name = "KeyIdType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 2048 },
    { .name = "KeyLastUsageData",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_KeyLastUsageData,
        .member_count = 4 },
    { .name = "KeyLastUsageTrackingOperation",
        .type = AWS_TYPE_STRING,
        .values = values_KeyLastUsageTrackingOperation,
        .value_count = 14 },
    { .name = "KeyList",
        .type = AWS_TYPE_LIST,
        .element = &shapes[116] /* KeyListEntry */ },
    { .name = "KeyListEntry",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_KeyListEntry,
        .member_count = 2 },
    { .name = "KeyManagerType",
        .type = AWS_TYPE_STRING,
        .values = values_KeyManagerType,
        .value_count = 2 },
    { .name = "KeyMaterialDescriptionType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 0,
        .has_max = true,
        .max = 256,
        .pattern = "^[a-zA-Z0-9:/_\\s.-]+$" },
    { .name = "KeyMaterialState",
        .type = AWS_TYPE_STRING,
        .values = values_KeyMaterialState,
        .value_count = 4 },
    { .name = "KeyMetadata",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_KeyMetadata,
        .member_count = 27 },
    { .name = "KeySpec",
        .type = AWS_TYPE_STRING,
        .values = values_KeySpec,
        .value_count = 20 },
    { .name = "KeyState",
        .type = AWS_TYPE_STRING,
        .values = values_KeyState,
        .value_count = 8 },
    { .name = "KeyStorePasswordType",
        .type = AWS_TYPE_STRING,
        .sensitive = true,
        .has_min = true,
        .min = 7,
        .has_max = true,
        .max = 32 },
    { .name = "KeyUsageType",
        .type = AWS_TYPE_STRING,
        .values = values_KeyUsageType,
        .value_count = 5 },
    { .name = "KmsRequestIdType", .type = AWS_TYPE_STRING },
    { .name = "LimitType",
        .type = AWS_TYPE_INTEGER,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 1000 },
    { .name = "ListAliasesRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ListAliasesRequest,
        .member_count = 3 },
    { .name = "ListAliasesResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ListAliasesResponse,
        .member_count = 3 },
    { .name = "ListGrantsRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ListGrantsRequest,
        .member_count = 6 },
    { .name = "ListGrantsResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ListGrantsResponse,
        .member_count = 3 },
    { .name = "ListKeyPoliciesRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ListKeyPoliciesRequest,
        .member_count = 3 },
    { .name = "ListKeyPoliciesResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ListKeyPoliciesResponse,
        .member_count = 3 },
    { .name = "ListKeyRotationsRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ListKeyRotationsRequest,
        .member_count = 4 },
    { .name = "ListKeyRotationsResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ListKeyRotationsResponse,
        .member_count = 3 },
    { .name = "ListKeysRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ListKeysRequest,
        .member_count = 3 },
    { .name = "ListKeysResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ListKeysResponse,
        .member_count = 3 },
    { .name = "ListResourceTagsRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ListResourceTagsRequest,
        .member_count = 3 },
    { .name = "ListResourceTagsResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ListResourceTagsResponse,
        .member_count = 3 },
    { .name = "ListRetirableGrantsRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ListRetirableGrantsRequest,
        .member_count = 4 },
    { .name = "MacAlgorithmSpec",
        .type = AWS_TYPE_STRING,
        .values = values_MacAlgorithmSpec,
        .value_count = 4 },
    { .name = "MacAlgorithmSpecList",
        .type = AWS_TYPE_LIST,
        .element = &shapes[140] /* MacAlgorithmSpec */ },
    { .name = "MarkerType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 1024,
        .pattern = "[\\u0020-\\u00FF]*" },
    { .name = "MessageType",
        .type = AWS_TYPE_STRING,
        .values = values_MessageType,
        .value_count = 3 },
    { .name = "MultiRegionConfiguration",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_MultiRegionConfiguration,
        .member_count = 3 },
    { .name = "MultiRegionKey",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_MultiRegionKey,
        .member_count = 2 },
    { .name = "MultiRegionKeyList",
        .type = AWS_TYPE_LIST,
        .element = &shapes[145] /* MultiRegionKey */ },
    { .name = "MultiRegionKeyType",
        .type = AWS_TYPE_STRING,
        .values = values_MultiRegionKeyType,
        .value_count = 2 },
    { .name = "NullableBooleanType", .type = AWS_TYPE_BOOLEAN },
    { .name = "NumberOfBytesType",
        .type = AWS_TYPE_INTEGER,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 1024 },
    { .name = "OriginType",
        .type = AWS_TYPE_STRING,
        .values = values_OriginType,
        .value_count = 4 },
    { .name = "PendingWindowInDaysType",
        .type = AWS_TYPE_INTEGER,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 365 },
    { .name = "PlaintextType",
        .type = AWS_TYPE_BLOB,
        .sensitive = true,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 4096 },
    { .name = "PolicyNameList",
        .type = AWS_TYPE_LIST,
        .element = &shapes[154] /* PolicyNameType */ },
    { .name = "PolicyNameType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 128,
        .pattern = "[\\w]+" },
    { .name = "PolicyType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 131072,
        .pattern = "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+" },
    { .name = "PrincipalIdType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 256,
        .pattern = "^[\\w+=,.@:/-]+$" },
    { .name = "PublicKeyType",
        .type = AWS_TYPE_BLOB,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 8192 },
    { .name = "PutKeyPolicyRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_PutKeyPolicyRequest,
        .member_count = 4 },
    { .name = "ReEncryptRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ReEncryptRequest,
        .member_count = 10 },
    { .name = "ReEncryptResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ReEncryptResponse,
        .member_count = 7 },
    { .name = "RecipientInfo",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_RecipientInfo,
        .member_count = 2 },
    { .name = "RegionType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 32,
        .pattern = "^([a-z]+-){2,3}\\d+$" },
    { .name = "ReplicateKeyRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ReplicateKeyRequest,
        .member_count = 6 },
    { .name = "ReplicateKeyResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ReplicateKeyResponse,
        .member_count = 3 },
    { .name = "ResourceOwnerType",
        .type = AWS_TYPE_STRING,
        .values = values_ResourceOwnerType,
        .value_count = 2 },
    { .name = "ResourceOwnersList",
        .type = AWS_TYPE_LIST,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 2,
        .element = &shapes[165] /* ResourceOwnerType */ },
    { .name = "RetireGrantRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_RetireGrantRequest,
        .member_count = 4 },
    { .name = "RevokeGrantRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_RevokeGrantRequest,
        .member_count = 3 },
    { .name = "RotateKeyOnDemandRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_RotateKeyOnDemandRequest,
        .member_count = 1 },
    { .name = "RotateKeyOnDemandResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_RotateKeyOnDemandResponse,
        .member_count = 1 },
    { .name = "RotationPeriodInDaysType",
        .type = AWS_TYPE_INTEGER,
        .has_min = true,
        .min = 90,
        .has_max = true,
        .max = 2560 },
    { .name = "RotationType",
        .type = AWS_TYPE_STRING,
        .values = values_RotationType,
        .value_count = 2 },
    { .name = "RotationsList",
        .type = AWS_TYPE_LIST,
        .element = &shapes[174] /* RotationsListEntry */ },
    { .name = "RotationsListEntry",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_RotationsListEntry,
        .member_count = 9 },
    { .name = "ScheduleKeyDeletionRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ScheduleKeyDeletionRequest,
        .member_count = 2 },
    { .name = "ScheduleKeyDeletionResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_ScheduleKeyDeletionResponse,
        .member_count = 4 },
    { .name = "ServicePrincipalType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 128,
        .pattern =
            "^([A-Za-z0-9\\-]+)\\.([A-Za-z0-9\\-]+)(\\.[A-Za-z0-9\\-]+)+$" },
    { .name = "SignRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_SignRequest,
        .member_count = 6 },
    { .name = "SignResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_SignResponse,
        .member_count = 3 },
    { .name = "SigningAlgorithmSpec",
        .type = AWS_TYPE_STRING,
        .values = values_SigningAlgorithmSpec,
        .value_count = 13 },
    { .name = "SigningAlgorithmSpecList",
        .type = AWS_TYPE_LIST,
        .element = &shapes[180] /* SigningAlgorithmSpec */ },
    { .name = "Tag",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_Tag,
        .member_count = 2 },
    { .name = "TagKeyList",
        .type = AWS_TYPE_LIST,
        .element = &shapes[184] /* TagKeyType */ },
    { .name = "TagKeyType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 128 },
    { .name = "TagList",
        .type = AWS_TYPE_LIST,
        .element = &shapes[182] /* Tag */ },
    { .name = "TagResourceRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_TagResourceRequest,
        .member_count = 2 },
    { .name = "TagValueType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 0,
        .has_max = true,
        .max = 256 },
    { .name = "TrustAnchorCertificateType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 5000 },
    { .name = "UntagResourceRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_UntagResourceRequest,
        .member_count = 2 },
    { .name = "UpdateAliasRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_UpdateAliasRequest,
        .member_count = 2 },
    { .name = "UpdateCustomKeyStoreRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_UpdateCustomKeyStoreRequest,
        .member_count = 10 },
    { .name = "UpdateCustomKeyStoreResponse", .type = AWS_TYPE_STRUCTURE },
    { .name = "UpdateKeyDescriptionRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_UpdateKeyDescriptionRequest,
        .member_count = 2 },
    { .name = "UpdatePrimaryRegionRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_UpdatePrimaryRegionRequest,
        .member_count = 2 },
    { .name = "VerifyMacRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_VerifyMacRequest,
        .member_count = 6 },
    { .name = "VerifyMacResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_VerifyMacResponse,
        .member_count = 3 },
    { .name = "VerifyRequest",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_VerifyRequest,
        .member_count = 7 },
    { .name = "VerifyResponse",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_VerifyResponse,
        .member_count = 3 },
    { .name = "WrappingKeySpec",
        .type = AWS_TYPE_STRING,
        .values = values_WrappingKeySpec,
        .value_count = 4 },
    { .name = "XksKeyConfigurationType",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_XksKeyConfigurationType,
        .member_count = 1 },
    { .name = "XksKeyIdType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 1,
        .has_max = true,
        .max = 128,
        .pattern = "^[a-zA-Z0-9-_.]+$" },
    { .name = "XksProxyAuthenticationAccessKeyIdType",
        .type = AWS_TYPE_STRING,
        .sensitive = true,
        .has_min = true,
        .min = 20,
        .has_max = true,
        .max = 30,
        .pattern = "^[A-Z2-7]+$" },
    { .name = "XksProxyAuthenticationCredentialType",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_XksProxyAuthenticationCredentialType,
        .member_count = 2 },
    { .name = "XksProxyAuthenticationRawSecretAccessKeyType",
        .type = AWS_TYPE_STRING,
        .sensitive = true,
        .has_min = true,
        .min = 43,
        .has_max = true,
        .max = 64,
        .pattern = "^[a-zA-Z0-9\\/+=]+$" },
    { .name = "XksProxyConfigurationType",
        .type = AWS_TYPE_STRUCTURE,
        .members = members_XksProxyConfigurationType,
        .member_count = 6 },
    { .name = "XksProxyConnectivityType",
        .type = AWS_TYPE_STRING,
        .values = values_XksProxyConnectivityType,
        .value_count = 2 },
    { .name = "XksProxyUriEndpointType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 10,
        .has_max = true,
        .max = 128,
        .pattern = "^https://[a-zA-Z0-9.-]+$" },
    { .name = "XksProxyUriPathType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 10,
        .has_max = true,
        .max = 128,
        .pattern =
            "^(/[a-zA-Z0-9\\/_-]+/kms/xks/v\\d{1,2})$|^(/kms/xks/v\\d{1,2})$" },
    { .name = "XksProxyVpcEndpointServiceNameType",
        .type = AWS_TYPE_STRING,
        .has_min = true,
        .min = 20,
        .has_max = true,
        .max = 64,
        .pattern =
            "^(com|eu)\\.amazonaws\\.vpce\\.([a-z]+-){2,3}\\d+\\.vpce-svc-[0-9a-z]+$" },
};

static const enum kms_error errors_CancelKeyDeletion[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_INVALID_ARN, KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_STATE };

static const enum kms_error errors_ConnectCustomKeyStore[] = {
    KMS_ERROR_CLOUD_HSM_CLUSTER_NOT_ACTIVE,
    KMS_ERROR_CUSTOM_KEY_STORE_INVALID_STATE,
    KMS_ERROR_CUSTOM_KEY_STORE_NOT_FOUND, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_CLOUD_HSM_CLUSTER_INVALID_CONFIGURATION
};

static const enum kms_error errors_CreateAlias[] = {
    KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_ALREADY_EXISTS, KMS_ERROR_NOT_FOUND,
    KMS_ERROR_INVALID_ALIAS_NAME, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_LIMIT_EXCEEDED, KMS_ERROR_KMS_INVALID_STATE
};

static const enum kms_error errors_CreateCustomKeyStore[] = {
    KMS_ERROR_CLOUD_HSM_CLUSTER_IN_USE, KMS_ERROR_CUSTOM_KEY_STORE_NAME_IN_USE,
    KMS_ERROR_CLOUD_HSM_CLUSTER_NOT_FOUND, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_CLOUD_HSM_CLUSTER_NOT_ACTIVE, KMS_ERROR_INCORRECT_TRUST_ANCHOR,
    KMS_ERROR_CLOUD_HSM_CLUSTER_INVALID_CONFIGURATION, KMS_ERROR_LIMIT_EXCEEDED,
    KMS_ERROR_XKS_PROXY_URI_IN_USE, KMS_ERROR_XKS_PROXY_URI_ENDPOINT_IN_USE,
    KMS_ERROR_XKS_PROXY_URI_UNREACHABLE,
    KMS_ERROR_XKS_PROXY_INCORRECT_AUTHENTICATION_CREDENTIAL,
    KMS_ERROR_XKS_PROXY_VPC_ENDPOINT_SERVICE_IN_USE,
    KMS_ERROR_XKS_PROXY_VPC_ENDPOINT_SERVICE_NOT_FOUND,
    KMS_ERROR_XKS_PROXY_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION,
    KMS_ERROR_XKS_PROXY_INVALID_RESPONSE,
    KMS_ERROR_XKS_PROXY_INVALID_CONFIGURATION
};

static const enum kms_error errors_CreateGrant[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DISABLED, KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_INVALID_ARN,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_INVALID_GRANT_TOKEN,
    KMS_ERROR_LIMIT_EXCEEDED, KMS_ERROR_KMS_INVALID_STATE,
    KMS_ERROR_DRY_RUN_OPERATION };

static const enum kms_error errors_CreateKey[] = {
    KMS_ERROR_MALFORMED_POLICY_DOCUMENT, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_INVALID_ARN, KMS_ERROR_UNSUPPORTED_OPERATION,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_LIMIT_EXCEEDED, KMS_ERROR_TAG,
    KMS_ERROR_CUSTOM_KEY_STORE_NOT_FOUND,
    KMS_ERROR_CUSTOM_KEY_STORE_INVALID_STATE,
    KMS_ERROR_CLOUD_HSM_CLUSTER_INVALID_CONFIGURATION,
    KMS_ERROR_XKS_KEY_INVALID_CONFIGURATION, KMS_ERROR_XKS_KEY_ALREADY_IN_USE,
    KMS_ERROR_XKS_KEY_NOT_FOUND
};

static const enum kms_error errors_Decapsulate[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DISABLED, KMS_ERROR_KEY_UNAVAILABLE, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_INVALID_GRANT_TOKEN, KMS_ERROR_INVALID_KEY_USAGE,
    KMS_ERROR_INVALID_CIPHERTEXT, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_STATE, KMS_ERROR_DRY_RUN_OPERATION };

static const enum kms_error errors_Decrypt[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DISABLED, KMS_ERROR_INVALID_CIPHERTEXT, KMS_ERROR_KEY_UNAVAILABLE,
    KMS_ERROR_INCORRECT_KEY, KMS_ERROR_INVALID_KEY_USAGE,
    KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_INVALID_GRANT_TOKEN,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_KMS_INVALID_STATE,
    KMS_ERROR_DRY_RUN_OPERATION };

static const enum kms_error errors_DeleteAlias[] = {
    KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_NOT_FOUND, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_STATE
};

static const enum kms_error errors_DeleteCustomKeyStore[] = {
    KMS_ERROR_CUSTOM_KEY_STORE_HAS_CMKS,
    KMS_ERROR_CUSTOM_KEY_STORE_INVALID_STATE,
    KMS_ERROR_CUSTOM_KEY_STORE_NOT_FOUND, KMS_ERROR_KMS_INTERNAL
};

static const enum kms_error errors_DeleteImportedKeyMaterial[] = {
    KMS_ERROR_INVALID_ARN, KMS_ERROR_UNSUPPORTED_OPERATION,
    KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_NOT_FOUND, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_STATE
};

static const enum kms_error errors_DeriveSharedSecret[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DISABLED, KMS_ERROR_KEY_UNAVAILABLE, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_INVALID_GRANT_TOKEN, KMS_ERROR_INVALID_KEY_USAGE,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_KMS_INVALID_STATE,
    KMS_ERROR_DRY_RUN_OPERATION };

static const enum kms_error errors_DescribeCustomKeyStores[] = {
    KMS_ERROR_CUSTOM_KEY_STORE_NOT_FOUND, KMS_ERROR_INVALID_MARKER,
    KMS_ERROR_KMS_INTERNAL
};

static const enum kms_error errors_DescribeKey[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_INVALID_ARN, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_KMS_INTERNAL };

static const enum kms_error errors_DisableKey[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_INVALID_ARN, KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_STATE };

static const enum kms_error errors_DisableKeyRotation[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DISABLED, KMS_ERROR_INVALID_ARN, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_KMS_INVALID_STATE,
    KMS_ERROR_UNSUPPORTED_OPERATION };

static const enum kms_error errors_DisconnectCustomKeyStore[] = {
    KMS_ERROR_CUSTOM_KEY_STORE_INVALID_STATE,
    KMS_ERROR_CUSTOM_KEY_STORE_NOT_FOUND, KMS_ERROR_KMS_INTERNAL
};

static const enum kms_error errors_EnableKey[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_INVALID_ARN, KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_LIMIT_EXCEEDED, KMS_ERROR_KMS_INVALID_STATE };

static const enum kms_error errors_EnableKeyRotation[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DISABLED, KMS_ERROR_INVALID_ARN, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_KMS_INVALID_STATE,
    KMS_ERROR_UNSUPPORTED_OPERATION };

static const enum kms_error errors_Encapsulate[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DISABLED, KMS_ERROR_KEY_UNAVAILABLE, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_INVALID_GRANT_TOKEN, KMS_ERROR_INVALID_KEY_USAGE,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_KMS_INVALID_STATE,
    KMS_ERROR_DRY_RUN_OPERATION };

static const enum kms_error errors_Encrypt[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DISABLED, KMS_ERROR_KEY_UNAVAILABLE, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_INVALID_KEY_USAGE, KMS_ERROR_INVALID_GRANT_TOKEN,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_KMS_INVALID_STATE,
    KMS_ERROR_DRY_RUN_OPERATION };

static const enum kms_error errors_GenerateDataKey[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DISABLED, KMS_ERROR_KEY_UNAVAILABLE, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_INVALID_KEY_USAGE, KMS_ERROR_INVALID_GRANT_TOKEN,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_KMS_INVALID_STATE,
    KMS_ERROR_DRY_RUN_OPERATION };

static const enum kms_error errors_GenerateDataKeyPair[] = {
    KMS_ERROR_NOT_FOUND, KMS_ERROR_DISABLED, KMS_ERROR_KEY_UNAVAILABLE,
    KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_INVALID_KEY_USAGE,
    KMS_ERROR_INVALID_GRANT_TOKEN, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_STATE, KMS_ERROR_UNSUPPORTED_OPERATION,
    KMS_ERROR_DRY_RUN_OPERATION
};

static const enum kms_error errors_GenerateDataKeyPairWithoutPlaintext[] = {
    KMS_ERROR_NOT_FOUND, KMS_ERROR_DISABLED, KMS_ERROR_KEY_UNAVAILABLE,
    KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_INVALID_KEY_USAGE,
    KMS_ERROR_INVALID_GRANT_TOKEN, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_STATE, KMS_ERROR_UNSUPPORTED_OPERATION,
    KMS_ERROR_DRY_RUN_OPERATION
};

static const enum kms_error errors_GenerateDataKeyWithoutPlaintext[] = {
    KMS_ERROR_NOT_FOUND, KMS_ERROR_DISABLED, KMS_ERROR_KEY_UNAVAILABLE,
    KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_INVALID_KEY_USAGE,
    KMS_ERROR_INVALID_GRANT_TOKEN, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_STATE, KMS_ERROR_DRY_RUN_OPERATION
};

static const enum kms_error errors_GenerateMac[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DISABLED, KMS_ERROR_KEY_UNAVAILABLE, KMS_ERROR_INVALID_KEY_USAGE,
    KMS_ERROR_INVALID_GRANT_TOKEN, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_STATE, KMS_ERROR_DRY_RUN_OPERATION };

static const enum kms_error errors_GenerateRandom[] = {
    KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_UNSUPPORTED_OPERATION, KMS_ERROR_CUSTOM_KEY_STORE_NOT_FOUND,
    KMS_ERROR_CUSTOM_KEY_STORE_INVALID_STATE
};

static const enum kms_error errors_GetKeyLastUsage[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_INVALID_ARN, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_KMS_INTERNAL };

static const enum kms_error errors_GetKeyPolicy[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_INVALID_ARN, KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_STATE };

static const enum kms_error errors_GetKeyRotationStatus[] = {
    KMS_ERROR_NOT_FOUND, KMS_ERROR_INVALID_ARN, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_KMS_INVALID_STATE,
    KMS_ERROR_UNSUPPORTED_OPERATION
};

static const enum kms_error errors_GetParametersForImport[] = {
    KMS_ERROR_INVALID_ARN, KMS_ERROR_UNSUPPORTED_OPERATION,
    KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_NOT_FOUND, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_STATE
};

static const enum kms_error errors_GetPublicKey[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DISABLED, KMS_ERROR_KEY_UNAVAILABLE, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_UNSUPPORTED_OPERATION, KMS_ERROR_INVALID_ARN,
    KMS_ERROR_INVALID_GRANT_TOKEN, KMS_ERROR_INVALID_KEY_USAGE,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_KMS_INVALID_STATE };

static const enum kms_error errors_ImportKeyMaterial[] = {
    KMS_ERROR_INVALID_ARN, KMS_ERROR_UNSUPPORTED_OPERATION,
    KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_NOT_FOUND, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_STATE, KMS_ERROR_INVALID_CIPHERTEXT,
    KMS_ERROR_INCORRECT_KEY_MATERIAL, KMS_ERROR_EXPIRED_IMPORT_TOKEN,
    KMS_ERROR_INVALID_IMPORT_TOKEN
};

static const enum kms_error errors_ListAliases[] = {
    KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_INVALID_MARKER,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_INVALID_ARN, KMS_ERROR_NOT_FOUND
};

static const enum kms_error errors_ListGrants[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_INVALID_MARKER,
    KMS_ERROR_INVALID_GRANT_ID, KMS_ERROR_INVALID_ARN, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_STATE };

static const enum kms_error errors_ListKeyPolicies[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_INVALID_ARN, KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_STATE };

static const enum kms_error errors_ListKeyRotations[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_INVALID_ARN, KMS_ERROR_INVALID_MARKER, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_STATE, KMS_ERROR_UNSUPPORTED_OPERATION };

static const enum kms_error errors_ListKeys[] = { KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_INVALID_MARKER };

static const enum kms_error errors_ListResourceTags[] = {
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_NOT_FOUND, KMS_ERROR_INVALID_ARN,
    KMS_ERROR_INVALID_MARKER
};

static const enum kms_error errors_ListRetirableGrants[] = {
    KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_INVALID_MARKER,
    KMS_ERROR_INVALID_ARN, KMS_ERROR_NOT_FOUND, KMS_ERROR_KMS_INTERNAL
};

static const enum kms_error errors_PutKeyPolicy[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_INVALID_ARN, KMS_ERROR_MALFORMED_POLICY_DOCUMENT,
    KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_UNSUPPORTED_OPERATION,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_LIMIT_EXCEEDED,
    KMS_ERROR_KMS_INVALID_STATE };

static const enum kms_error errors_ReEncrypt[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DISABLED, KMS_ERROR_INVALID_CIPHERTEXT, KMS_ERROR_KEY_UNAVAILABLE,
    KMS_ERROR_INCORRECT_KEY, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_INVALID_KEY_USAGE, KMS_ERROR_INVALID_GRANT_TOKEN,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_KMS_INVALID_STATE,
    KMS_ERROR_DRY_RUN_OPERATION };

static const enum kms_error errors_ReplicateKey[] = { KMS_ERROR_ALREADY_EXISTS,
    KMS_ERROR_DISABLED, KMS_ERROR_INVALID_ARN, KMS_ERROR_KMS_INVALID_STATE,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_LIMIT_EXCEEDED,
    KMS_ERROR_MALFORMED_POLICY_DOCUMENT, KMS_ERROR_NOT_FOUND, KMS_ERROR_TAG,
    KMS_ERROR_UNSUPPORTED_OPERATION };

static const enum kms_error errors_RetireGrant[] = { KMS_ERROR_INVALID_ARN,
    KMS_ERROR_INVALID_GRANT_TOKEN, KMS_ERROR_INVALID_GRANT_ID,
    KMS_ERROR_NOT_FOUND, KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_STATE, KMS_ERROR_DRY_RUN_OPERATION };

static const enum kms_error errors_RevokeGrant[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_INVALID_ARN,
    KMS_ERROR_INVALID_GRANT_ID, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_STATE, KMS_ERROR_DRY_RUN_OPERATION };

static const enum kms_error errors_RotateKeyOnDemand[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DISABLED, KMS_ERROR_INVALID_ARN, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_KMS_INVALID_STATE,
    KMS_ERROR_UNSUPPORTED_OPERATION, KMS_ERROR_LIMIT_EXCEEDED,
    KMS_ERROR_CONFLICT };

static const enum kms_error errors_ScheduleKeyDeletion[] = {
    KMS_ERROR_NOT_FOUND, KMS_ERROR_INVALID_ARN, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_KMS_INVALID_STATE
};

static const enum kms_error errors_Sign[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DISABLED, KMS_ERROR_KEY_UNAVAILABLE, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_INVALID_KEY_USAGE, KMS_ERROR_INVALID_GRANT_TOKEN,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_KMS_INVALID_STATE,
    KMS_ERROR_DRY_RUN_OPERATION };

static const enum kms_error errors_TagResource[] = { KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_NOT_FOUND, KMS_ERROR_INVALID_ARN, KMS_ERROR_KMS_INVALID_STATE,
    KMS_ERROR_LIMIT_EXCEEDED, KMS_ERROR_TAG };

static const enum kms_error errors_UntagResource[] = { KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_NOT_FOUND, KMS_ERROR_INVALID_ARN, KMS_ERROR_KMS_INVALID_STATE,
    KMS_ERROR_TAG };

static const enum kms_error errors_UpdateAlias[] = {
    KMS_ERROR_DEPENDENCY_TIMEOUT, KMS_ERROR_NOT_FOUND, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_LIMIT_EXCEEDED, KMS_ERROR_KMS_INVALID_STATE
};

static const enum kms_error errors_UpdateCustomKeyStore[] = {
    KMS_ERROR_CUSTOM_KEY_STORE_NOT_FOUND,
    KMS_ERROR_CUSTOM_KEY_STORE_NAME_IN_USE,
    KMS_ERROR_CLOUD_HSM_CLUSTER_NOT_FOUND,
    KMS_ERROR_CLOUD_HSM_CLUSTER_NOT_RELATED,
    KMS_ERROR_CUSTOM_KEY_STORE_INVALID_STATE, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_CLOUD_HSM_CLUSTER_NOT_ACTIVE,
    KMS_ERROR_CLOUD_HSM_CLUSTER_INVALID_CONFIGURATION,
    KMS_ERROR_XKS_PROXY_URI_IN_USE, KMS_ERROR_XKS_PROXY_URI_ENDPOINT_IN_USE,
    KMS_ERROR_XKS_PROXY_URI_UNREACHABLE,
    KMS_ERROR_XKS_PROXY_INCORRECT_AUTHENTICATION_CREDENTIAL,
    KMS_ERROR_XKS_PROXY_VPC_ENDPOINT_SERVICE_IN_USE,
    KMS_ERROR_XKS_PROXY_VPC_ENDPOINT_SERVICE_NOT_FOUND,
    KMS_ERROR_XKS_PROXY_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION,
    KMS_ERROR_XKS_PROXY_INVALID_RESPONSE,
    KMS_ERROR_XKS_PROXY_INVALID_CONFIGURATION
};

static const enum kms_error errors_UpdateKeyDescription[] = {
    KMS_ERROR_NOT_FOUND, KMS_ERROR_INVALID_ARN, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_KMS_INVALID_STATE
};

static const enum kms_error errors_UpdatePrimaryRegion[] = { KMS_ERROR_DISABLED,
    KMS_ERROR_INVALID_ARN, KMS_ERROR_KMS_INVALID_STATE, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_NOT_FOUND, KMS_ERROR_UNSUPPORTED_OPERATION };

static const enum kms_error errors_Verify[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DISABLED, KMS_ERROR_KEY_UNAVAILABLE, KMS_ERROR_DEPENDENCY_TIMEOUT,
    KMS_ERROR_INVALID_KEY_USAGE, KMS_ERROR_INVALID_GRANT_TOKEN,
    KMS_ERROR_KMS_INTERNAL, KMS_ERROR_KMS_INVALID_STATE,
    KMS_ERROR_KMS_INVALID_SIGNATURE, KMS_ERROR_DRY_RUN_OPERATION };

static const enum kms_error errors_VerifyMac[] = { KMS_ERROR_NOT_FOUND,
    KMS_ERROR_DISABLED, KMS_ERROR_KEY_UNAVAILABLE, KMS_ERROR_INVALID_KEY_USAGE,
    KMS_ERROR_INVALID_GRANT_TOKEN, KMS_ERROR_KMS_INTERNAL,
    KMS_ERROR_KMS_INVALID_MAC, KMS_ERROR_KMS_INVALID_STATE,
    KMS_ERROR_DRY_RUN_OPERATION };

const struct kms_operation kms_model_data_operations[KMS_OPERATION_COUNT] = {
    { .id = KMS_OPERATION_CANCEL_KEY_DELETION,
        .name = "CancelKeyDeletion",
        .input = &shapes[11] /* CancelKeyDeletionRequest */,
        .output = &shapes[12] /* CancelKeyDeletionResponse */,
        .errors = errors_CancelKeyDeletion,
        .error_count = 5 },
    { .id = KMS_OPERATION_CONNECT_CUSTOM_KEY_STORE,
        .name = "ConnectCustomKeyStore",
        .input = &shapes[16] /* ConnectCustomKeyStoreRequest */,
        .errors = errors_ConnectCustomKeyStore,
        .error_count = 5 },
    { .id = KMS_OPERATION_CREATE_ALIAS,
        .name = "CreateAlias",
        .input = &shapes[20] /* CreateAliasRequest */,
        .errors = errors_CreateAlias,
        .error_count = 7 },
    { .id = KMS_OPERATION_CREATE_CUSTOM_KEY_STORE,
        .name = "CreateCustomKeyStore",
        .input = &shapes[21] /* CreateCustomKeyStoreRequest */,
        .output = &shapes[22] /* CreateCustomKeyStoreResponse */,
        .errors = errors_CreateCustomKeyStore,
        .error_count = 17 },
    { .id = KMS_OPERATION_CREATE_GRANT,
        .name = "CreateGrant",
        .input = &shapes[23] /* CreateGrantRequest */,
        .output = &shapes[24] /* CreateGrantResponse */,
        .errors = errors_CreateGrant,
        .error_count = 9 },
    { .id = KMS_OPERATION_CREATE_KEY,
        .name = "CreateKey",
        .input = &shapes[25] /* CreateKeyRequest */,
        .output = &shapes[26] /* CreateKeyResponse */,
        .errors = errors_CreateKey,
        .error_count = 13 },
    { .id = KMS_OPERATION_DECAPSULATE,
        .name = "Decapsulate",
        .input = &shapes[36] /* DecapsulateRequest */,
        .output = &shapes[37] /* DecapsulateResponse */,
        .errors = errors_Decapsulate,
        .error_count = 10 },
    { .id = KMS_OPERATION_DECRYPT,
        .name = "Decrypt",
        .input = &shapes[38] /* DecryptRequest */,
        .output = &shapes[39] /* DecryptResponse */,
        .errors = errors_Decrypt,
        .error_count = 11 },
    { .id = KMS_OPERATION_DELETE_ALIAS,
        .name = "DeleteAlias",
        .input = &shapes[40] /* DeleteAliasRequest */,
        .errors = errors_DeleteAlias,
        .error_count = 4 },
    { .id = KMS_OPERATION_DELETE_CUSTOM_KEY_STORE,
        .name = "DeleteCustomKeyStore",
        .input = &shapes[41] /* DeleteCustomKeyStoreRequest */,
        .errors = errors_DeleteCustomKeyStore,
        .error_count = 4 },
    { .id = KMS_OPERATION_DELETE_IMPORTED_KEY_MATERIAL,
        .name = "DeleteImportedKeyMaterial",
        .input = &shapes[43] /* DeleteImportedKeyMaterialRequest */,
        .output = &shapes[44] /* DeleteImportedKeyMaterialResponse */,
        .errors = errors_DeleteImportedKeyMaterial,
        .error_count = 6 },
    { .id = KMS_OPERATION_DERIVE_SHARED_SECRET,
        .name = "DeriveSharedSecret",
        .input = &shapes[45] /* DeriveSharedSecretRequest */,
        .output = &shapes[46] /* DeriveSharedSecretResponse */,
        .errors = errors_DeriveSharedSecret,
        .error_count = 9 },
    { .id = KMS_OPERATION_DESCRIBE_CUSTOM_KEY_STORES,
        .name = "DescribeCustomKeyStores",
        .input = &shapes[47] /* DescribeCustomKeyStoresRequest */,
        .output = &shapes[48] /* DescribeCustomKeyStoresResponse */,
        .errors = errors_DescribeCustomKeyStores,
        .error_count = 3 },
    { .id = KMS_OPERATION_DESCRIBE_KEY,
        .name = "DescribeKey",
        .input = &shapes[49] /* DescribeKeyRequest */,
        .output = &shapes[50] /* DescribeKeyResponse */,
        .errors = errors_DescribeKey,
        .error_count = 4 },
    { .id = KMS_OPERATION_DISABLE_KEY,
        .name = "DisableKey",
        .input = &shapes[52] /* DisableKeyRequest */,
        .errors = errors_DisableKey,
        .error_count = 5 },
    { .id = KMS_OPERATION_DISABLE_KEY_ROTATION,
        .name = "DisableKeyRotation",
        .input = &shapes[53] /* DisableKeyRotationRequest */,
        .errors = errors_DisableKeyRotation,
        .error_count = 7 },
    { .id = KMS_OPERATION_DISCONNECT_CUSTOM_KEY_STORE,
        .name = "DisconnectCustomKeyStore",
        .input = &shapes[54] /* DisconnectCustomKeyStoreRequest */,
        .errors = errors_DisconnectCustomKeyStore,
        .error_count = 3 },
    { .id = KMS_OPERATION_ENABLE_KEY,
        .name = "EnableKey",
        .input = &shapes[58] /* EnableKeyRequest */,
        .errors = errors_EnableKey,
        .error_count = 6 },
    { .id = KMS_OPERATION_ENABLE_KEY_ROTATION,
        .name = "EnableKeyRotation",
        .input = &shapes[59] /* EnableKeyRotationRequest */,
        .errors = errors_EnableKeyRotation,
        .error_count = 7 },
    { .id = KMS_OPERATION_ENCAPSULATE,
        .name = "Encapsulate",
        .input = &shapes[60] /* EncapsulateRequest */,
        .output = &shapes[61] /* EncapsulateResponse */,
        .errors = errors_Encapsulate,
        .error_count = 9 },
    { .id = KMS_OPERATION_ENCRYPT,
        .name = "Encrypt",
        .input = &shapes[64] /* EncryptRequest */,
        .output = &shapes[65] /* EncryptResponse */,
        .errors = errors_Encrypt,
        .error_count = 9 },
    { .id = KMS_OPERATION_GENERATE_DATA_KEY,
        .name = "GenerateDataKey",
        .input = &shapes[76] /* GenerateDataKeyRequest */,
        .output = &shapes[77] /* GenerateDataKeyResponse */,
        .errors = errors_GenerateDataKey,
        .error_count = 9 },
    { .id = KMS_OPERATION_GENERATE_DATA_KEY_PAIR,
        .name = "GenerateDataKeyPair",
        .input = &shapes[72] /* GenerateDataKeyPairRequest */,
        .output = &shapes[73] /* GenerateDataKeyPairResponse */,
        .errors = errors_GenerateDataKeyPair,
        .error_count = 10 },
    { .id = KMS_OPERATION_GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT,
        .name = "GenerateDataKeyPairWithoutPlaintext",
        .input = &shapes[74] /* GenerateDataKeyPairWithoutPlaintextRequest */,
        .output = &shapes[75] /* GenerateDataKeyPairWithoutPlaintextResponse */,
        .errors = errors_GenerateDataKeyPairWithoutPlaintext,
        .error_count = 10 },
    { .id = KMS_OPERATION_GENERATE_DATA_KEY_WITHOUT_PLAINTEXT,
        .name = "GenerateDataKeyWithoutPlaintext",
        .input = &shapes[78] /* GenerateDataKeyWithoutPlaintextRequest */,
        .output = &shapes[79] /* GenerateDataKeyWithoutPlaintextResponse */,
        .errors = errors_GenerateDataKeyWithoutPlaintext,
        .error_count = 9 },
    { .id = KMS_OPERATION_GENERATE_MAC,
        .name = "GenerateMac",
        .input = &shapes[80] /* GenerateMacRequest */,
        .output = &shapes[81] /* GenerateMacResponse */,
        .errors = errors_GenerateMac,
        .error_count = 8 },
    { .id = KMS_OPERATION_GENERATE_RANDOM,
        .name = "GenerateRandom",
        .input = &shapes[82] /* GenerateRandomRequest */,
        .output = &shapes[83] /* GenerateRandomResponse */,
        .errors = errors_GenerateRandom,
        .error_count = 5 },
    { .id = KMS_OPERATION_GET_KEY_LAST_USAGE,
        .name = "GetKeyLastUsage",
        .input = &shapes[84] /* GetKeyLastUsageRequest */,
        .output = &shapes[85] /* GetKeyLastUsageResponse */,
        .errors = errors_GetKeyLastUsage,
        .error_count = 4 },
    { .id = KMS_OPERATION_GET_KEY_POLICY,
        .name = "GetKeyPolicy",
        .input = &shapes[86] /* GetKeyPolicyRequest */,
        .output = &shapes[87] /* GetKeyPolicyResponse */,
        .errors = errors_GetKeyPolicy,
        .error_count = 5 },
    { .id = KMS_OPERATION_GET_KEY_ROTATION_STATUS,
        .name = "GetKeyRotationStatus",
        .input = &shapes[88] /* GetKeyRotationStatusRequest */,
        .output = &shapes[89] /* GetKeyRotationStatusResponse */,
        .errors = errors_GetKeyRotationStatus,
        .error_count = 6 },
    { .id = KMS_OPERATION_GET_PARAMETERS_FOR_IMPORT,
        .name = "GetParametersForImport",
        .input = &shapes[90] /* GetParametersForImportRequest */,
        .output = &shapes[91] /* GetParametersForImportResponse */,
        .errors = errors_GetParametersForImport,
        .error_count = 6 },
    { .id = KMS_OPERATION_GET_PUBLIC_KEY,
        .name = "GetPublicKey",
        .input = &shapes[92] /* GetPublicKeyRequest */,
        .output = &shapes[93] /* GetPublicKeyResponse */,
        .errors = errors_GetPublicKey,
        .error_count = 10 },
    { .id = KMS_OPERATION_IMPORT_KEY_MATERIAL,
        .name = "ImportKeyMaterial",
        .input = &shapes[104] /* ImportKeyMaterialRequest */,
        .output = &shapes[105] /* ImportKeyMaterialResponse */,
        .errors = errors_ImportKeyMaterial,
        .error_count = 10 },
    { .id = KMS_OPERATION_LIST_ALIASES,
        .name = "ListAliases",
        .input = &shapes[127] /* ListAliasesRequest */,
        .output = &shapes[128] /* ListAliasesResponse */,
        .errors = errors_ListAliases,
        .error_count = 5 },
    { .id = KMS_OPERATION_LIST_GRANTS,
        .name = "ListGrants",
        .input = &shapes[129] /* ListGrantsRequest */,
        .output = &shapes[130] /* ListGrantsResponse */,
        .errors = errors_ListGrants,
        .error_count = 7 },
    { .id = KMS_OPERATION_LIST_KEY_POLICIES,
        .name = "ListKeyPolicies",
        .input = &shapes[131] /* ListKeyPoliciesRequest */,
        .output = &shapes[132] /* ListKeyPoliciesResponse */,
        .errors = errors_ListKeyPolicies,
        .error_count = 5 },
    { .id = KMS_OPERATION_LIST_KEY_ROTATIONS,
        .name = "ListKeyRotations",
        .input = &shapes[133] /* ListKeyRotationsRequest */,
        .output = &shapes[134] /* ListKeyRotationsResponse */,
        .errors = errors_ListKeyRotations,
        .error_count = 6 },
    { .id = KMS_OPERATION_LIST_KEYS,
        .name = "ListKeys",
        .input = &shapes[135] /* ListKeysRequest */,
        .output = &shapes[136] /* ListKeysResponse */,
        .errors = errors_ListKeys,
        .error_count = 3 },
    { .id = KMS_OPERATION_LIST_RESOURCE_TAGS,
        .name = "ListResourceTags",
        .input = &shapes[137] /* ListResourceTagsRequest */,
        .output = &shapes[138] /* ListResourceTagsResponse */,
        .errors = errors_ListResourceTags,
        .error_count = 4 },
    { .id = KMS_OPERATION_LIST_RETIRABLE_GRANTS,
        .name = "ListRetirableGrants",
        .input = &shapes[139] /* ListRetirableGrantsRequest */,
        .output = &shapes[130] /* ListGrantsResponse */,
        .errors = errors_ListRetirableGrants,
        .error_count = 5 },
    { .id = KMS_OPERATION_PUT_KEY_POLICY,
        .name = "PutKeyPolicy",
        .input = &shapes[158] /* PutKeyPolicyRequest */,
        .errors = errors_PutKeyPolicy,
        .error_count = 8 },
    { .id = KMS_OPERATION_RE_ENCRYPT,
        .name = "ReEncrypt",
        .input = &shapes[159] /* ReEncryptRequest */,
        .output = &shapes[160] /* ReEncryptResponse */,
        .errors = errors_ReEncrypt,
        .error_count = 11 },
    { .id = KMS_OPERATION_REPLICATE_KEY,
        .name = "ReplicateKey",
        .input = &shapes[163] /* ReplicateKeyRequest */,
        .output = &shapes[164] /* ReplicateKeyResponse */,
        .errors = errors_ReplicateKey,
        .error_count = 10 },
    { .id = KMS_OPERATION_RETIRE_GRANT,
        .name = "RetireGrant",
        .input = &shapes[167] /* RetireGrantRequest */,
        .errors = errors_RetireGrant,
        .error_count = 8 },
    { .id = KMS_OPERATION_REVOKE_GRANT,
        .name = "RevokeGrant",
        .input = &shapes[168] /* RevokeGrantRequest */,
        .errors = errors_RevokeGrant,
        .error_count = 7 },
    { .id = KMS_OPERATION_ROTATE_KEY_ON_DEMAND,
        .name = "RotateKeyOnDemand",
        .input = &shapes[169] /* RotateKeyOnDemandRequest */,
        .output = &shapes[170] /* RotateKeyOnDemandResponse */,
        .errors = errors_RotateKeyOnDemand,
        .error_count = 9 },
    { .id = KMS_OPERATION_SCHEDULE_KEY_DELETION,
        .name = "ScheduleKeyDeletion",
        .input = &shapes[175] /* ScheduleKeyDeletionRequest */,
        .output = &shapes[176] /* ScheduleKeyDeletionResponse */,
        .errors = errors_ScheduleKeyDeletion,
        .error_count = 5 },
    { .id = KMS_OPERATION_SIGN,
        .name = "Sign",
        .input = &shapes[178] /* SignRequest */,
        .output = &shapes[179] /* SignResponse */,
        .errors = errors_Sign,
        .error_count = 9 },
    { .id = KMS_OPERATION_TAG_RESOURCE,
        .name = "TagResource",
        .input = &shapes[186] /* TagResourceRequest */,
        .errors = errors_TagResource,
        .error_count = 6 },
    { .id = KMS_OPERATION_UNTAG_RESOURCE,
        .name = "UntagResource",
        .input = &shapes[189] /* UntagResourceRequest */,
        .errors = errors_UntagResource,
        .error_count = 5 },
    { .id = KMS_OPERATION_UPDATE_ALIAS,
        .name = "UpdateAlias",
        .input = &shapes[190] /* UpdateAliasRequest */,
        .errors = errors_UpdateAlias,
        .error_count = 5 },
    { .id = KMS_OPERATION_UPDATE_CUSTOM_KEY_STORE,
        .name = "UpdateCustomKeyStore",
        .input = &shapes[191] /* UpdateCustomKeyStoreRequest */,
        .errors = errors_UpdateCustomKeyStore,
        .error_count = 17 },
    { .id = KMS_OPERATION_UPDATE_KEY_DESCRIPTION,
        .name = "UpdateKeyDescription",
        .input = &shapes[193] /* UpdateKeyDescriptionRequest */,
        .errors = errors_UpdateKeyDescription,
        .error_count = 5 },
    { .id = KMS_OPERATION_UPDATE_PRIMARY_REGION,
        .name = "UpdatePrimaryRegion",
        .input = &shapes[194] /* UpdatePrimaryRegionRequest */,
        .errors = errors_UpdatePrimaryRegion,
        .error_count = 6 },
    { .id = KMS_OPERATION_VERIFY,
        .name = "Verify",
        .input = &shapes[197] /* VerifyRequest */,
        .output = &shapes[198] /* VerifyResponse */,
        .errors = errors_Verify,
        .error_count = 10 },
    { .id = KMS_OPERATION_VERIFY_MAC,
        .name = "VerifyMac",
        .input = &shapes[195] /* VerifyMacRequest */,
        .output = &shapes[196] /* VerifyMacResponse */,
        .errors = errors_VerifyMac,
        .error_count = 9 },
};
