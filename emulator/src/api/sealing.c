/* SPDX-License-Identifier: Apache-2.0 */
#include "api/sealing.h"

#include "api/contexts.h"
#include "api/lookup.h"
#include "api/operation.h"
#include "aws/key_reference.h"
#include "aws/validate.h"
#include "keys/blob.h"

enum kms_error
sealing_check_algorithm(struct call *call, const char *member)
{
    struct span algorithm = call_text(call, member);
    if (algorithm.len == 0 || span_equal_text(algorithm, "SYMMETRIC_DEFAULT"))
        return KMS_ERROR_NONE;
    return call_fail(call, KMS_ERROR_INVALID_KEY_USAGE,
        "Algorithm %.*s is incompatible with key spec SYMMETRIC_DEFAULT.",
        SPAN_ARG(algorithm));
}

/*
 * Material of a key that this call holds. Where the store has none although
 * the key as it was read should have it, the key was deleted or made anew
 * meanwhile: STATUS_CONFLICT, and the next run will read it as it is now.
 */
static enum status
get_material(struct call *call, const struct key *key, struct span id,
    struct material **out)
{
    struct key_name names = key_names(key);
    enum status status = vault_get(call->parts->vault, &names, id, out);
    if (status != STATUS_NOT_FOUND)
        return status;
    struct store_record now = { 0 };
    struct store_key record = key_record(key);
    enum status read = store_get(call->parts->store, &record, &now);
    if (read == STATUS_OK && now.version != key->version) {
        objects_forget(call->parts->keys, &record);
        status = STATUS_CONFLICT;
    }
    store_record_reset(&now);
    return read == STATUS_OK ? status : read;
}

enum kms_error
sealing_encrypt(struct call *call, const struct key *key,
    const char *context_member, struct span plaintext, struct buf *blob)
{
    struct material *material = NULL;
    struct buf context = { 0 };
    enum status status =
        get_material(call, key, span_text(key->material_id), &material);
    if (status == STATUS_OK)
        status = contexts_read(call, context_member, &context);
    if (status == STATUS_OK)
        status = blob_encrypt(material, &call->parts->random, plaintext,
            buf_span(&context), blob);
    material_unref(material);
    buf_reset(&context);
    return status == STATUS_CONFLICT ? call_stale(call)
                                     : call_status(call, status);
}

void
sealing_opened_reset(struct sealing_opened *opened)
{
    lease_reset(&opened->lease);
    buf_reset(&opened->plaintext);
}

/* Blobs tell which key made them; it must be one that the caller's account
 * and Region have. A multi-Region key is the same key in each of its Regions.
 */
static enum kms_error
find_own_key(struct call *call, const struct blob *blob, struct lease *lease)
{
    const struct key_name *name = &blob->name;
    bool here = span_equal_text(name->account, call->caller.account) &&
                (span_equal_text(name->region, call->caller.region) ||
                    key_reference_is_multi_region(name->key_id));
    enum kms_error error = KMS_ERROR_NOT_FOUND;
    if (here)
        error = lookup_id(call, name->key_id, false, lease);
    if (error == KMS_ERROR_NOT_FOUND)
        return call_fail(call, KMS_ERROR_ACCESS_DENIED,
            "The ciphertext refers to a customer master key that does not "
            "exist, does not exist in this region, or you are not allowed to "
            "access.");
    return error;
}

static enum kms_error
find_key(struct call *call, const struct sealing_members *members,
    const struct blob *blob, struct lease *lease)
{
    const struct json *named = call_member(call, members->key_id);
    if (named == NULL)
        return find_own_key(call, blob, lease);
    enum kms_error error =
        lookup_key(call, json_get_string(named), true, false, lease);
    if (error != KMS_ERROR_NONE)
        return error;
    if (!span_equal_text(blob->name.key_id, lease->key->id) ||
        !span_equal_text(blob->name.account, lease->key->account))
        return call_refuse(call, KMS_ERROR_INCORRECT_KEY);
    return KMS_ERROR_NONE;
}

static enum kms_error
open_blob(struct call *call, const struct sealing_members *members,
    const struct blob *blob, struct sealing_opened *opened)
{
    struct material *material = NULL;
    struct buf context = { 0 };
    enum status status = get_material(
        call, opened->lease.key, span_text(blob->material_id), &material);
    if (status == STATUS_OK)
        status = contexts_read(call, members->context, &context);
    if (status == STATUS_OK)
        status = blob_decrypt(
            material, blob, buf_span(&context), &opened->plaintext);
    material_unref(material);
    buf_reset(&context);
    memcpy(opened->material_id, blob->material_id, sizeof(opened->material_id));
    /* NOT_FOUND: material that the key never had. */
    if (status == STATUS_AUTHENTIC || status == STATUS_NOT_FOUND)
        return call_refuse(call, KMS_ERROR_INVALID_CIPHERTEXT);
    return status == STATUS_CONFLICT ? call_stale(call)
                                     : call_status(call, status);
}

static enum kms_error
read_blob(struct call *call, struct buf *bytes, struct blob *blob)
{
    enum status status =
        validate_blob(call_member(call, "CiphertextBlob"), bytes);
    if (status == STATUS_OK)
        status = blob_parse(buf_span(bytes), blob);
    if (status == STATUS_INVALID)
        return call_refuse(call, KMS_ERROR_INVALID_CIPHERTEXT);
    return call_status(call, status);
}

/* A dry run may ask about a key alone, whatever the ciphertext. */
static bool
ignores_ciphertext(
    const struct call *call, const struct sealing_members *members)
{
    const struct json *modifiers = call_member(call, "DryRunModifiers");
    bool told = false;
    for (size_t i = 0; i < json_count(modifiers); i++)
        told |= span_equal_text(
            json_get_string(json_at(modifiers, i)), "IGNORE_CIPHERTEXT");
    return told && json_get_bool(call_member(call, "DryRun")) &&
           call_member(call, members->key_id) != NULL;
}

enum kms_error
sealing_decrypt(struct call *call, const struct sealing_members *members,
    struct sealing_opened *opened)
{
    struct buf bytes = { 0 };
    struct blob blob;
    enum kms_error error;
    bool key_alone = ignores_ciphertext(call, members);
    if (key_alone)
        error = lookup_key(call, call_text(call, members->key_id), true, false,
            &opened->lease);
    else
        error = read_blob(call, &bytes, &blob);
    if (error == KMS_ERROR_NONE && !key_alone)
        error = find_key(call, members, &blob, &opened->lease);
    if (error == KMS_ERROR_NONE)
        error = lookup_state(call, opened->lease.key, STATES_ENABLED);
    if (error == KMS_ERROR_NONE)
        error = sealing_check_algorithm(call, members->algorithm);
    if (error == KMS_ERROR_NONE && !key_alone)
        error = open_blob(call, members, &blob, opened);
    buf_reset(&bytes);
    return error;
}
