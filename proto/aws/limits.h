/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits of AWS KMS that its service model does not tell. Sources: AWS KMS
 * API Reference (the operation named) and the Developer Guide, "Quotas".
 */
#ifndef AWS_LIMITS_H
#define AWS_LIMITS_H

enum {
    LIMITS_PLAINTEXT_MAX = 4096,   /* Encrypt, symmetric; bytes */
    LIMITS_CIPHERTEXT_MAX = 6144,  /* Decrypt; bytes */
    LIMITS_RANDOM_MAX = 1024,      /* GenerateRandom, data keys; bytes */
    LIMITS_TAGS_MAX = 50,          /* a key's */
    LIMITS_ALIASES_MAX = 50,       /* a key's */
    LIMITS_POLICY_MAX = 32 * 1024, /* PutKeyPolicy; bytes */
    LIMITS_PENDING_DAYS_MIN = 7,   /* ScheduleKeyDeletion */
    LIMITS_PENDING_DAYS_MAX = 30,
    LIMITS_PENDING_DAYS_DEFAULT = 30,
    LIMITS_ROTATION_DAYS_MIN = 90,
    LIMITS_ROTATION_DAYS_MAX = 2560,
    LIMITS_ROTATION_DAYS_DEFAULT = 365,  /* EnableKeyRotation */
    LIMITS_ON_DEMAND_ROTATIONS_MAX = 25, /* RotateKeyOnDemand; a key's */
    LIMITS_PAGE_KEYS_DEFAULT = 100,      /* ListKeys, ListKeyPolicies; at most
                                            1000 as for all lists but tags */
    LIMITS_PAGE_ALIASES_DEFAULT = 50,    /* ListAliases; at most 100 */
    LIMITS_PAGE_ALIASES_MAX = 100,
    LIMITS_PAGE_TAGS_DEFAULT = 50, /* ListResourceTags; at most 50 */
    LIMITS_PAGE_TAGS_MAX = 50,
};

#endif
