/* SPDX-License-Identifier: Apache-2.0 */
#include "api/operation.h"

#include "api/lookup.h"
#include "api/rotation.h"

/* clang-format off */
static const struct operation operations[] = {
    { .id = KMS_OPERATION_CANCEL_KEY_DELETION,
      .run = lifecycle_cancel_deletion, .key_member = "KeyId",
      .states = STATES_PENDING_DELETION, .changes = true },
    { .id = KMS_OPERATION_CREATE_ALIAS,
      .run = aliases_create, .changes = true },
    { .id = KMS_OPERATION_CREATE_KEY,
      .run = keys_create, .changes = true },
    { .id = KMS_OPERATION_DECRYPT,
      .run = crypt_decrypt },
    { .id = KMS_OPERATION_DELETE_ALIAS,
      .run = aliases_delete, .changes = true },
    { .id = KMS_OPERATION_DESCRIBE_KEY,
      .run = keys_describe, .key_member = "KeyId", .states = STATES_ANY,
      .by_alias = true },
    { .id = KMS_OPERATION_DISABLE_KEY_ROTATION,
      .run = rotations_disable, .key_member = "KeyId",
      .states = STATES_ENABLED, .changes = true },
    { .id = KMS_OPERATION_DISABLE_KEY,
      .run = lifecycle_disable, .key_member = "KeyId",
      .states = STATES_LIVE, .changes = true },
    { .id = KMS_OPERATION_ENABLE_KEY_ROTATION,
      .run = rotations_enable, .key_member = "KeyId",
      .states = STATES_ENABLED, .changes = true },
    { .id = KMS_OPERATION_ENABLE_KEY,
      .run = lifecycle_enable, .key_member = "KeyId",
      .states = STATES_LIVE, .changes = true },
    { .id = KMS_OPERATION_ENCRYPT,
      .run = crypt_encrypt, .key_member = "KeyId",
      .states = STATES_ENABLED, .by_alias = true },
    { .id = KMS_OPERATION_GENERATE_DATA_KEY,
      .run = datakeys_generate, .key_member = "KeyId",
      .states = STATES_ENABLED, .by_alias = true },
    { .id = KMS_OPERATION_GENERATE_DATA_KEY_WITHOUT_PLAINTEXT,
      .run = datakeys_generate_without_plaintext, .key_member = "KeyId",
      .states = STATES_ENABLED, .by_alias = true },
    { .id = KMS_OPERATION_GENERATE_RANDOM,
      .run = datakeys_random },
    { .id = KMS_OPERATION_GET_KEY_POLICY,
      .run = policies_get, .key_member = "KeyId", .states = STATES_ANY },
    { .id = KMS_OPERATION_GET_KEY_ROTATION_STATUS,
      .run = rotations_status, .key_member = "KeyId", .states = STATES_ANY },
    { .id = KMS_OPERATION_LIST_ALIASES,
      .run = aliases_list },
    { .id = KMS_OPERATION_LIST_KEY_POLICIES,
      .run = policies_list, .key_member = "KeyId", .states = STATES_ANY },
    { .id = KMS_OPERATION_LIST_KEY_ROTATIONS,
      .run = rotations_list, .key_member = "KeyId", .states = STATES_ANY },
    { .id = KMS_OPERATION_LIST_KEYS,
      .run = keys_list },
    { .id = KMS_OPERATION_LIST_RESOURCE_TAGS,
      .run = tags_list, .key_member = "KeyId", .states = STATES_ANY },
    { .id = KMS_OPERATION_PUT_KEY_POLICY,
      .run = policies_put, .key_member = "KeyId", .states = STATES_ANY,
      .changes = true },
    { .id = KMS_OPERATION_RE_ENCRYPT,
      .run = crypt_re_encrypt, .key_member = "DestinationKeyId",
      .states = STATES_ENABLED, .by_alias = true },
    { .id = KMS_OPERATION_ROTATE_KEY_ON_DEMAND,
      .run = rotations_demand, .key_member = "KeyId",
      .states = STATES_ENABLED, .changes = true },
    { .id = KMS_OPERATION_SCHEDULE_KEY_DELETION,
      .run = lifecycle_schedule_deletion, .key_member = "KeyId",
      .states = STATES_LIVE, .changes = true },
    { .id = KMS_OPERATION_TAG_RESOURCE,
      .run = tags_add, .key_member = "KeyId", .states = STATES_LIVE,
      .changes = true },
    { .id = KMS_OPERATION_UNTAG_RESOURCE,
      .run = tags_remove, .key_member = "KeyId", .states = STATES_LIVE,
      .changes = true },
    { .id = KMS_OPERATION_UPDATE_ALIAS,
      .run = aliases_update, .changes = true },
    { .id = KMS_OPERATION_UPDATE_KEY_DESCRIPTION,
      .run = keys_update_description, .key_member = "KeyId",
      .states = STATES_LIVE, .changes = true },
};
/* clang-format on */

const struct operation *
operation_find(enum kms_operation_id id)
{
    for (size_t i = 0; i < ARRAY_LEN(operations); i++)
        if (operations[i].id == id)
            return &operations[i];
    return NULL;
}

static enum kms_error
find_key(struct call *call)
{
    const struct operation *operation = call->operation;
    if (operation->key_member == NULL)
        return KMS_ERROR_NONE;
    enum kms_error error =
        lookup_key(call, call_text(call, operation->key_member),
            operation->by_alias, operation->changes, &call->key);
    if (error == KMS_ERROR_NONE)
        error = rotation_catch_up(call);
    if (error == KMS_ERROR_NONE && !call->due)
        error = lookup_state(call, call->key.key, operation->states);
    return error;
}

/* Only some operations know DryRun; the others ignore it as they do every
 * member they do not know. */
static bool
is_dry_run(const struct call *call)
{
    const struct kms_operation *model =
        kms_model_operation(call->operation->id);
    return json_get_bool(call_member(call, "DryRun")) &&
           kms_model_member(model->input, SPAN_LITERAL("DryRun")) != NULL;
}

enum kms_error
operation_run(struct call *call)
{
    enum kms_error error = find_key(call);
    if (call->due)
        return error;
    if (error == KMS_ERROR_NONE)
        error = call->operation->run(call);
    if (error == KMS_ERROR_NONE && is_dry_run(call))
        error = call_refuse(call, KMS_ERROR_DRY_RUN_OPERATION);
    return error;
}
