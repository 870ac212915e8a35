/* SPDX-License-Identifier: Apache-2.0 */
#include "api/lookup.h"

#include "api/hooks.h"
#include "api/operation.h"
#include "api/purge.h"
#include "aws/key_reference.h"

static enum kms_error
no_such_key(struct call *call, struct span key_id)
{
    struct buf arn = { 0 };
    enum kms_error error =
        call_status(call, arn_append_key(span_text(call->caller.region),
                              span_text(call->caller.account), key_id, &arn));
    if (error == KMS_ERROR_NONE)
        error = call_fail(call, KMS_ERROR_NOT_FOUND, "Key '%s' does not exist",
            buf_text(&arn));
    buf_reset(&arn);
    return error;
}

enum kms_error
lookup_no_alias(struct call *call, struct span alias)
{
    struct buf arn = { 0 };
    enum kms_error error =
        call_status(call, arn_append_alias(span_text(call->caller.region),
                              span_text(call->caller.account), alias, &arn));
    if (error == KMS_ERROR_NONE)
        error = call_fail(call, KMS_ERROR_NOT_FOUND, "Alias %s is not found.",
            buf_text(&arn));
    buf_reset(&arn);
    return error;
}

static struct store_key
record_of(const struct call *call, const char *kind, struct span id)
{
    return (struct store_key){
        .account = span_text(call->caller.account),
        .region = span_text(call->caller.region),
        .kind = span_text(kind),
        .id = id,
    };
}

struct store_key
lookup_alias_record(const struct call *call, struct span alias)
{
    return record_of(call, KEY_KIND_ALIAS, alias);
}

static enum status
read_fresh(
    struct call *call, const struct store_key *record, struct lease *lease)
{
    struct store_record found = { 0 };
    enum status status = store_get(call->parts->store, record, &found);
    if (status == STATUS_OK && found.version != 0)
        status = key_decode(
            record, found.version, buf_span(&found.value), &lease->own);
    if (status == STATUS_OK && found.version != 0)
        lease->key = &lease->own;
    store_record_reset(&found);
    return status;
}

/* What a hook says that a record is, to those who see old data. */
static bool
recall(
    struct call *call, const struct store_key *record, struct store_record *old)
{
    const struct service_hooks *hooks = call->parts->hooks;
    return call->mark != NULL && !call->operation->changes &&
           hooks->recall(
               hooks->context, call->mark, record, &old->version, &old->value);
}

static enum status
read_old(const struct store_key *record, const struct store_record *old,
    struct lease *lease)
{
    if (old->version == 0)
        return STATUS_OK;
    enum status status =
        key_decode(record, old->version, buf_span(&old->value), &lease->own);
    if (status == STATUS_OK)
        lease->key = &lease->own;
    return status;
}

static enum status
read_cached(
    struct call *call, const struct store_key *record, struct lease *lease)
{
    enum status status = objects_get(call->parts->keys, record, &lease->cached);
    if (status == STATUS_OK && lease->cached != NULL)
        lease->key = object_value(lease->cached);
    return status;
}

enum kms_error
lookup_id(
    struct call *call, struct span key_id, bool fresh, struct lease *lease)
{
    struct store_key record = record_of(call, KEY_KIND, key_id);
    struct store_record old = { 0 };
    enum status status = recall(call, &record, &old)
                             ? read_old(&record, &old, lease)
                         : fresh ? read_fresh(call, &record, lease)
                                 : read_cached(call, &record, lease);
    store_record_reset(&old);
    if (status != STATUS_OK)
        return call_status(call, status);
    if (lease->key != NULL && key_is_gone(lease->key, call->now_ms)) {
        purge_start(call->parts->store, lease->key);
        lease_reset(lease);
    }
    return lease->key == NULL ? KMS_ERROR_NOT_FOUND : KMS_ERROR_NONE;
}

/* False for a name that the store cannot hold, so that no alias has it. */
static bool
can_be_alias(struct span alias)
{
    size_t at;
    return alias.len <= KEY_REFERENCE_ALIAS_MAX && !span_find(alias, 0, &at);
}

/* *found has version 0 where there is no such alias. */
static enum status
read_alias(
    struct call *call, const struct store_key *record, struct key_alias *found)
{
    struct object *cached = NULL;
    struct store_record old = { 0 };
    enum status status = STATUS_OK;
    if (!recall(call, record, &old))
        status = objects_get(call->parts->aliases, record, &cached);
    else if (old.version != 0)
        status = key_alias_decode(old.version, buf_span(&old.value), found);
    if (cached != NULL)
        *found = *(const struct key_alias *)object_value(cached);
    object_unref(cached);
    store_record_reset(&old);
    return status;
}

static enum kms_error
find_alias(
    struct call *call, struct span alias, bool fresh, struct lease *lease)
{
    struct key_alias found = { 0 };
    struct store_key record = lookup_alias_record(call, alias);
    if (!can_be_alias(alias))
        return lookup_no_alias(call, alias);
    enum kms_error error = call_status(call, read_alias(call, &record, &found));
    if (error != KMS_ERROR_NONE)
        return error;
    if (found.version == 0)
        return lookup_no_alias(call, alias);
    error = lookup_id(call, span_text(found.key_id), fresh, lease);
    /* The alias of a key whose time is over is gone with it. */
    return error == KMS_ERROR_NOT_FOUND ? lookup_no_alias(call, alias) : error;
}

static enum kms_error
deny(struct call *call, struct span resource)
{
    struct buf user = { 0 };
    enum kms_error error = call_status(call, caller_arn(&call->caller, &user));
    if (error == KMS_ERROR_NONE)
        error = call_fail(call, KMS_ERROR_ACCESS_DENIED,
            "User: %s is not authorized to perform: kms:%s on resource: %.*s "
            "because the resource does not exist in this Region, no "
            "resource-based policies allow access, or a resource-based policy "
            "explicitly denies access",
            buf_text(&user), kms_model_operation(call->operation->id)->name,
            SPAN_ARG(resource));
    buf_reset(&user);
    return error;
}

/* Keys of other Regions cannot be reached at all; those of other accounts
 * only by their policies, which let nobody in yet. */
static enum kms_error
check_arn(struct call *call, struct span text, const struct arn *arn)
{
    if (!span_equal_text(arn->region, call->caller.region))
        return call_fail(call, KMS_ERROR_NOT_FOUND, "Invalid arn %.*s",
            SPAN_ARG(arn->region));
    if (!span_equal(arn->partition, arn_partition(arn->region)))
        return call_fail(call, KMS_ERROR_NOT_FOUND, "Invalid arn %.*s",
            SPAN_ARG(arn->partition));
    if (span_equal_text(arn->account, call->caller.account))
        return KMS_ERROR_NONE;
    return deny(call, text);
}

enum kms_error
lookup_key(struct call *call, struct span key_id, bool by_alias, bool fresh,
    struct lease *lease)
{
    struct key_reference reference = key_reference_of(key_id);
    bool is_alias = reference.kind == KEY_REFERENCE_ALIAS_NAME ||
                    reference.kind == KEY_REFERENCE_ALIAS_ARN;
    if (reference.kind == KEY_REFERENCE_INVALID || (is_alias && !by_alias))
        return call_fail(call, KMS_ERROR_NOT_FOUND, "Invalid keyId '%.*s'",
            SPAN_ARG(key_id));
    if (reference.kind == KEY_REFERENCE_KEY_ARN ||
        reference.kind == KEY_REFERENCE_ALIAS_ARN) {
        enum kms_error error = check_arn(call, key_id, &reference.arn);
        if (error != KMS_ERROR_NONE)
            return error;
    }
    if (is_alias)
        return find_alias(call, reference.alias, fresh, lease);
    enum kms_error error = lookup_id(call, reference.key, fresh, lease);
    return error == KMS_ERROR_NOT_FOUND ? no_such_key(call, reference.key)
                                        : error;
}

enum kms_error
lookup_state(struct call *call, const struct key *key, unsigned states)
{
    if ((states & 1u << key->state) != 0)
        return KMS_ERROR_NONE;
    if (states == STATES_PENDING_DELETION)
        return call_fail(call, KMS_ERROR_KMS_INVALID_STATE,
            "%s is not pending deletion.", key->arn);
    if (key->state == KEY_STATE_DISABLED)
        return call_fail(call, KMS_ERROR_DISABLED, "%s is disabled.", key->arn);
    return call_fail(
        call, KMS_ERROR_KMS_INVALID_STATE, "%s is pending deletion.", key->arn);
}
