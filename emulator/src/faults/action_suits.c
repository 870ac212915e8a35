/* SPDX-License-Identifier: Apache-2.0 */
/* Which kinds only some operations can have, and why. */
#include "faults/action_kinds.h"

static const char *const plain[] = { "Decrypt", "GenerateDataKey",
    "GenerateRandom", NULL };
static const char *const sealed[] = { "Encrypt", "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext", "ReEncrypt", NULL };
static const char *const named[] = { "Decrypt", "Encrypt", "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext", "ReEncrypt", "GetKeyRotationStatus",
    "CancelKeyDeletion", "ScheduleKeyDeletion", "RotateKeyOnDemand", NULL };
static const char *const idle[] = { "Decrypt", "DescribeKey", "GenerateRandom",
    "GetKeyPolicy", "GetKeyRotationStatus", "ListAliases", "ListKeyPolicies",
    "ListKeyRotations", "ListKeys", "ListResourceTags", NULL };
static const char *const lookers[] = { "Decrypt", "DescribeKey", "Encrypt",
    "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GetKeyPolicy",
    "GetKeyRotationStatus", "ListKeyPolicies", "ListKeyRotations",
    "ListResourceTags", "ReEncrypt", NULL };

static const struct row {
    enum action_kind kind;
    const char *const *operations;
    bool all_but; /* these are the ones that it does not suit */
    const char *lacks;
} rows[] = {
    { ACTION_WRONG_PLAINTEXT, plain, false, "answers with no plaintext" },
    { ACTION_FLIP_CIPHERTEXT, sealed, false, "answers with no ciphertext" },
    { ACTION_OTHER_KEY, named, false, "answers with no KeyId" },
    { ACTION_NOT_DONE, idle, true, "does nothing that could be left undone" },
    { ACTION_STALE_READS, lookers, false, "does not look at one key as it is" },
};

static const struct row *
find_row(const struct action *action)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].kind == action->kind)
            return &rows[i];
    return NULL;
}

bool
action_suits(const struct action *action, const char *operation)
{
    const struct row *row = find_row(action);
    if (row == NULL)
        return true;
    for (size_t i = 0; row->operations[i] != NULL; i++)
        if (strcmp(operation, row->operations[i]) == 0)
            return !row->all_but;
    return row->all_but;
}

const char *
action_lacks(const struct action *action)
{
    const struct row *row = find_row(action);
    return row == NULL ? "" : row->lacks;
}
