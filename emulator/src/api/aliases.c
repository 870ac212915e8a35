/* SPDX-License-Identifier: Apache-2.0 */
/* CreateAlias, UpdateAlias, DeleteAlias, ListAliases. The record of a key
 * counts its aliases, so it is written in the same batch. */
#include "api/lookup.h"
#include "api/operation.h"
#include "api/page.h"
#include "aws/key_reference.h"

static enum kms_error
check_name(struct call *call, struct span alias)
{
    switch (key_reference_check_alias(alias)) {
    case KEY_REFERENCE_ALIAS_GOOD:
        break;
    case KEY_REFERENCE_ALIAS_NO_PREFIX:
        return call_fail(call, KMS_ERROR_VALIDATION,
            "Alias must start with the prefix \"alias/\". Please see "
            "https://docs.aws.amazon.com/kms/latest/developerguide/"
            "kms-alias.html");
    case KEY_REFERENCE_ALIAS_RESERVED:
        return call_refuse(call, KMS_ERROR_NOT_AUTHORIZED);
    case KEY_REFERENCE_ALIAS_BAD_NAME:
        return call_fail(call, KMS_ERROR_INVALID_ALIAS_NAME,
            "%.*s contains invalid characters for an alias", SPAN_ARG(alias));
    }
    return KMS_ERROR_NONE;
}

static enum kms_error
find_target(struct call *call, struct lease *lease)
{
    struct span target = call_text(call, "TargetKeyId");
    struct key_reference reference = key_reference_of(target);
    if (reference.kind == KEY_REFERENCE_ALIAS_NAME ||
        reference.kind == KEY_REFERENCE_ALIAS_ARN)
        return call_fail(call, KMS_ERROR_VALIDATION,
            "Aliases must refer to keys. Not aliases");
    enum kms_error error = lookup_key(call, target, false, true, lease);
    if (error == KMS_ERROR_NONE)
        error = lookup_state(call, lease->key, STATES_LIVE);
    return error;
}

/* An alias as it is now (version 0: none) and the key it names, which may be
 * gone already: then there is no alias either, but for its record. */
struct present {
    struct key_alias alias;
    struct lease target;
};

static enum kms_error
find_present(struct call *call, struct span name, struct present *present)
{
    struct store_record found = { 0 };
    struct store_key record = lookup_alias_record(call, name);
    enum status status = store_get(call->parts->store, &record, &found);
    if (status == STATUS_OK && found.version != 0)
        status = key_alias_decode(
            found.version, buf_span(&found.value), &present->alias);
    store_record_reset(&found);
    enum kms_error error = call_status(call, status);
    if (error == KMS_ERROR_NONE && present->alias.version != 0)
        error = lookup_id(
            call, span_text(present->alias.key_id), true, &present->target);
    return error == KMS_ERROR_NOT_FOUND ? KMS_ERROR_NONE : error;
}

static enum kms_error
add_to(struct call *call, struct key *key)
{
    if (key->alias_count >= LIMITS_ALIASES_MAX)
        return call_fail(call, KMS_ERROR_LIMIT_EXCEEDED,
            "%s has %d aliases already, which is the most that a key may "
            "have.",
            key->arn, LIMITS_ALIASES_MAX);
    key->alias_count++;
    call_put_key(call, key);
    return KMS_ERROR_NONE;
}

static void
remove_from(struct call *call, struct key *key)
{
    key->alias_count--;
    call_put_key(call, key);
}

static void
put_alias(struct call *call, struct span name, const struct key_alias *alias)
{
    struct buf value = { 0 };
    struct store_key record = lookup_alias_record(call, name);
    enum status status = key_alias_encode(alias, &value);
    if (status == STATUS_OK)
        changeset_put(&call->changes, &record, alias->version, &value);
    changeset_fail(&call->changes, status);
    buf_reset(&value);
}

static enum kms_error
refuse_taken(struct call *call, struct span name)
{
    struct buf arn = { 0 };
    enum kms_error error =
        call_status(call, arn_append_alias(span_text(call->caller.region),
                              span_text(call->caller.account), name, &arn));
    if (error == KMS_ERROR_NONE)
        error = call_fail(call, KMS_ERROR_ALREADY_EXISTS,
            "An alias with the name %s already exists", buf_text(&arn));
    buf_reset(&arn);
    return error;
}

enum kms_error
aliases_create(struct call *call)
{
    struct span name = call_text(call, "AliasName");
    struct lease target = { 0 };
    struct present present = { 0 };
    enum kms_error error = check_name(call, name);
    if (error == KMS_ERROR_NONE)
        error = find_target(call, &target);
    if (error == KMS_ERROR_NONE)
        error = find_present(call, name, &present);
    if (error == KMS_ERROR_NONE && present.target.key != NULL)
        error = refuse_taken(call, name);
    if (error == KMS_ERROR_NONE)
        error = add_to(call, &target.own);
    if (error == KMS_ERROR_NONE) {
        struct key_alias alias = {
            .version = present.alias.version,
            .created_ms = call->now_ms,
            .updated_ms = call->now_ms,
        };
        memcpy(alias.key_id, target.own.id, sizeof(alias.key_id));
        put_alias(call, name, &alias);
    }
    lease_reset(&present.target);
    lease_reset(&target);
    return error;
}

enum kms_error
aliases_update(struct call *call)
{
    struct span name = call_text(call, "AliasName");
    struct lease target = { 0 };
    struct present present = { 0 };
    enum kms_error error = check_name(call, name);
    if (error == KMS_ERROR_NONE)
        error = find_present(call, name, &present);
    if (error == KMS_ERROR_NONE && present.target.key == NULL)
        error = lookup_no_alias(call, name);
    if (error == KMS_ERROR_NONE)
        error = find_target(call, &target);
    if (error == KMS_ERROR_NONE &&
        strcmp(present.alias.key_id, target.own.id) != 0) {
        error = add_to(call, &target.own);
        remove_from(call, &present.target.own);
    }
    if (error == KMS_ERROR_NONE) {
        memcpy(
            present.alias.key_id, target.own.id, sizeof(present.alias.key_id));
        present.alias.updated_ms = call->now_ms;
        put_alias(call, name, &present.alias);
    }
    lease_reset(&present.target);
    lease_reset(&target);
    return error;
}

enum kms_error
aliases_delete(struct call *call)
{
    struct span name = call_text(call, "AliasName");
    struct present present = { 0 };
    struct store_key record = lookup_alias_record(call, name);
    enum kms_error error = check_name(call, name);
    if (error == KMS_ERROR_NONE)
        error = find_present(call, name, &present);
    if (error == KMS_ERROR_NONE && present.target.key == NULL)
        error = lookup_no_alias(call, name);
    if (error == KMS_ERROR_NONE) {
        changeset_delete(&call->changes, &record, present.alias.version);
        remove_from(call, &present.target.own);
    }
    lease_reset(&present.target);
    return error;
}
