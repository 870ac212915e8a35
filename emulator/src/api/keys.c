/* SPDX-License-Identifier: Apache-2.0 */
/* CreateKey, DescribeKey, ListKeys, UpdateKeyDescription. */
#include "api/metadata.h"
#include "api/operation.h"
#include "api/page.h"
#include "api/policies.h"
#include "api/tags.h"

/* What a key cannot be yet: the only value that is possible. */
static const struct {
    const char *member;
    const char *value;
} possible[] = {
    { "KeySpec", "SYMMETRIC_DEFAULT" },
    { "CustomerMasterKeySpec", "SYMMETRIC_DEFAULT" },
    { "KeyUsage", "ENCRYPT_DECRYPT" },
    { "Origin", "AWS_KMS" },
};

/* What AWS would refuse as well, in its words. */
static enum kms_error
check_spec(struct call *call)
{
    struct span spec = call_text(call, "KeySpec");
    struct span usage = call_text(call, "KeyUsage");
    if (spec.len == 0)
        spec = call_text(call, "CustomerMasterKeySpec");
    bool symmetric =
        spec.len == 0 || span_equal_text(spec, "SYMMETRIC_DEFAULT");
    if (!symmetric && usage.len == 0)
        return call_fail(call, KMS_ERROR_VALIDATION,
            "You must specify a KeyUsage value for all KMS keys except for "
            "symmetric encryption keys.");
    if (symmetric && usage.len > 0 &&
        !span_equal_text(usage, "ENCRYPT_DECRYPT"))
        return call_fail(call, KMS_ERROR_VALIDATION,
            "KeyUsage %.*s is not compatible with KeySpec SYMMETRIC_DEFAULT",
            SPAN_ARG(usage));
    return KMS_ERROR_NONE;
}

static enum kms_error
check_possible(struct call *call)
{
    for (size_t i = 0; i < ARRAY_LEN(possible); i++) {
        struct span value = call_text(call, possible[i].member);
        if (value.len > 0 && !span_equal_text(value, possible[i].value))
            return call_fail(call, KMS_ERROR_UNSUPPORTED_OPERATION,
                "%s %.*s is not supported by this emulator.",
                possible[i].member, SPAN_ARG(value));
    }
    if (json_get_bool(call_member(call, "MultiRegion")))
        return call_fail(call, KMS_ERROR_UNSUPPORTED_OPERATION,
            "MultiRegion keys are not supported by this emulator.");
    enum kms_error error = call_unsupported(call, "CustomKeyStoreId");
    return error == KMS_ERROR_NONE ? call_unsupported(call, "XksKeyId") : error;
}

/* The key that the input describes, all but its material. */
static enum kms_error
describe_new(struct call *call, struct key *key)
{
    struct buf id = { 0 };
    enum status status = random_uuid(&call->parts->random, &id);
    if (status == STATUS_OK)
        status = key_set_name(key, span_text(call->caller.account),
            span_text(call->caller.region), buf_span(&id));
    if (status == STATUS_OK)
        status = buf_set(&key->description, call_text(call, "Description"));
    buf_reset(&id);
    key->created_ms = call->now_ms;
    enum kms_error error = call_status(call, status);
    if (error == KMS_ERROR_NONE)
        error = policies_set(call, key);
    if (error == KMS_ERROR_NONE)
        error = tags_put(call, call_member(call, "Tags"), key);
    return error;
}

static enum kms_error
add_material(struct call *call, struct key *key)
{
    struct vault_entry entry = { 0 };
    struct key_name names = key_names(key);
    enum status status = vault_generate(call->parts->vault, &names, &entry);
    if (status == STATUS_OK) {
        struct store_change change = vault_entry_change(&entry, &names);
        memcpy(key->material_id, entry.material_id, sizeof(key->material_id));
        changeset_put(&call->changes, &change.key, change.expected_version,
            &entry.sealed);
    }
    vault_entry_reset(&entry);
    return call_status(call, status);
}

static enum kms_error
answer_metadata(struct call *call, const struct key *key)
{
    struct json_writer w = json_writer_to(&call->answer);
    json_write_object_begin(&w);
    enum status status = metadata_write(&w, key);
    json_write_object_end(&w);
    enum kms_error error = call_answered(call, &w);
    return status == STATUS_OK ? error : call_status(call, status);
}

enum kms_error
keys_create(struct call *call)
{
    struct key key = { 0 };
    enum kms_error error = check_spec(call);
    if (error == KMS_ERROR_NONE)
        error = check_possible(call);
    if (error == KMS_ERROR_NONE)
        error = describe_new(call, &key);
    if (error == KMS_ERROR_NONE)
        error = add_material(call, &key);
    if (error == KMS_ERROR_NONE) {
        call_put_key(call, &key);
        error = answer_metadata(call, &key);
    }
    key_reset(&key);
    return error;
}

enum kms_error
keys_describe(struct call *call)
{
    return answer_metadata(call, call->key.key);
}

enum kms_error
keys_update_description(struct call *call)
{
    struct key *key = &call->key.own;
    enum kms_error error = call_status(
        call, buf_set(&key->description, call_text(call, "Description")));
    if (error == KMS_ERROR_NONE)
        call_put_key(call, key);
    return error;
}

/* A page of ListKeys on its way. */
struct listing {
    struct call *call;
    struct json_writer w;
    const struct page *page;
    size_t count;
    struct buf last;
    bool truncated;
    enum status status;
};

static bool
list_key(void *context, struct span id, uint64_t version, struct span value)
{
    struct listing *listing = context;
    struct call *call = listing->call;
    struct key key = { 0 };
    struct store_key record = {
        .account = span_text(call->caller.account),
        .region = span_text(call->caller.region),
        .kind = SPAN_LITERAL(KEY_KIND),
        .id = id,
    };
    if (listing->count == listing->page->limit) {
        listing->truncated = true;
        return false;
    }
    listing->status = key_decode(&record, version, value, &key);
    if (listing->status == STATUS_OK && !key_is_gone(&key, call->now_ms)) {
        json_write_object_begin(&listing->w);
        json_write_key_text(&listing->w, "KeyId", key.id);
        json_write_key_text(&listing->w, "KeyArn", key.arn);
        json_write_object_end(&listing->w);
        listing->count++;
        listing->status = buf_set(&listing->last, id);
    }
    key_reset(&key);
    return listing->status == STATUS_OK;
}

static enum kms_error
list(struct call *call, const struct page *page)
{
    struct listing listing = {
        .call = call,
        .w = json_writer_to(&call->answer),
        .page = page,
    };
    struct store_key range = {
        .account = span_text(call->caller.account),
        .region = span_text(call->caller.region),
        .kind = SPAN_LITERAL(KEY_KIND),
    };
    json_write_object_begin(&listing.w);
    json_write_key(&listing.w, "Keys");
    json_write_array_begin(&listing.w);
    enum status status = store_range(call->parts->store, &range,
        buf_span(&page->after), SIZE_MAX, list_key, &listing);
    if (status == STATUS_OK)
        status = listing.status;
    json_write_array_end(&listing.w);
    page_write(call, &listing.w, listing.truncated, buf_span(&listing.last));
    json_write_object_end(&listing.w);
    buf_reset(&listing.last);
    enum kms_error error = call_status(call, status);
    return error == KMS_ERROR_NONE ? call_answered(call, &listing.w) : error;
}

enum kms_error
keys_list(struct call *call)
{
    struct page page = { 0 };
    enum kms_error error =
        page_read(call, LIMITS_PAGE_KEYS_DEFAULT, 1000, &page);
    if (error == KMS_ERROR_NONE)
        error = list(call, &page);
    page_reset(&page);
    return error;
}
