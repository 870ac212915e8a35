/* SPDX-License-Identifier: Apache-2.0 */
/* ListAliases, of all keys or of one. */
#include "api/lookup.h"
#include "api/operation.h"
#include "api/page.h"
#include "aws/arn.h"

#include <stdlib.h>

/* How many aliases are read from the store at a time. */
enum { CHUNK = 100 };

struct item {
    struct buf name;
    struct key_alias alias;
};

/* A page on its way: aliases are gathered first, since a visitor of the store
 * cannot look their keys up. */
struct listing {
    struct call *call;
    struct item items[CHUNK];
    size_t count;
    enum status status;
};

static bool
gather(void *context, struct span id, uint64_t version, struct span value)
{
    struct listing *listing = context;
    struct item *item = &listing->items[listing->count++];
    listing->status = buf_set(&item->name, id);
    if (listing->status == STATUS_OK)
        listing->status = key_alias_decode(version, value, &item->alias);
    return listing->status == STATUS_OK;
}

static enum status
next_chunk(struct listing *listing, struct span after)
{
    struct call *call = listing->call;
    struct store_key range =
        lookup_alias_record(call, (struct span){ NULL, 0 });
    listing->count = 0;
    enum status status =
        store_range(call->parts->store, &range, after, CHUNK, gather, listing);
    return status == STATUS_OK ? listing->status : status;
}

static enum kms_error
write_alias(struct call *call, struct json_writer *w, const struct item *item)
{
    struct buf arn = { 0 };
    enum status status = arn_append_alias(span_text(call->caller.region),
        span_text(call->caller.account), buf_span(&item->name), &arn);
    json_write_object_begin(w);
    json_write_key_string(w, "AliasName", buf_span(&item->name));
    json_write_key_string(w, "AliasArn", buf_span(&arn));
    json_write_key_text(w, "TargetKeyId", item->alias.key_id);
    json_write_key(w, "CreationDate");
    json_write_timestamp_ms(w, item->alias.created_ms);
    json_write_key(w, "LastUpdatedDate");
    json_write_timestamp_ms(w, item->alias.updated_ms);
    json_write_object_end(w);
    buf_reset(&arn);
    return call_status(call, status);
}

/* Whether the alias is of the key wanted (NULL: any) and its key lives. */
static enum kms_error
is_listed(struct call *call, const struct item *item, bool *listed)
{
    struct lease lease = { 0 };
    const struct key *wanted = call->key.key;
    *listed = false;
    if (wanted != NULL && strcmp(wanted->id, item->alias.key_id) != 0)
        return KMS_ERROR_NONE;
    enum kms_error error =
        lookup_id(call, span_text(item->alias.key_id), false, &lease);
    *listed = error == KMS_ERROR_NONE;
    lease_reset(&lease);
    return error == KMS_ERROR_NOT_FOUND ? KMS_ERROR_NONE : error;
}

/* Writes aliases until the page is full or none is left. *last is the last
 * one that was written. */
static enum kms_error
write_aliases(struct listing *listing, struct json_writer *w,
    const struct page *page, struct buf *last, bool *truncated)
{
    struct call *call = listing->call;
    struct buf after = { 0 };
    size_t written = 0;
    enum kms_error error =
        call_status(call, buf_set(&after, buf_span(&page->after)));
    do {
        if (error == KMS_ERROR_NONE)
            error = call_status(call, next_chunk(listing, buf_span(&after)));
        for (size_t i = 0; i < listing->count && error == KMS_ERROR_NONE; i++) {
            const struct item *item = &listing->items[i];
            bool listed;
            error = is_listed(call, item, &listed);
            if (error == KMS_ERROR_NONE)
                error =
                    call_status(call, buf_set(&after, buf_span(&item->name)));
            if (error != KMS_ERROR_NONE || !listed)
                continue;
            *truncated = written == page->limit;
            if (*truncated)
                break;
            error = write_alias(call, w, item);
            if (error == KMS_ERROR_NONE)
                error = call_status(call, buf_set(last, buf_span(&item->name)));
            written++;
        }
    } while (error == KMS_ERROR_NONE && listing->count == CHUNK && !*truncated);
    buf_reset(&after);
    return error;
}

static enum kms_error
list(struct call *call, const struct page *page)
{
    struct json_writer w = json_writer_to(&call->answer);
    struct buf last = { 0 };
    bool truncated = false;
    struct listing *listing = calloc(1, sizeof(*listing));
    if (listing == NULL)
        return call_status(call, STATUS_NO_MEMORY);
    listing->call = call;
    json_write_object_begin(&w);
    json_write_key(&w, "Aliases");
    json_write_array_begin(&w);
    enum kms_error error = write_aliases(listing, &w, page, &last, &truncated);
    json_write_array_end(&w);
    page_write(call, &w, truncated, buf_span(&last));
    json_write_object_end(&w);
    for (size_t i = 0; i < CHUNK; i++)
        buf_reset(&listing->items[i].name);
    free(listing);
    buf_reset(&last);
    return error == KMS_ERROR_NONE ? call_answered(call, &w) : error;
}

enum kms_error
aliases_list(struct call *call)
{
    struct page page = { 0 };
    enum kms_error error = page_read(
        call, LIMITS_PAGE_ALIASES_DEFAULT, LIMITS_PAGE_ALIASES_MAX, &page);
    if (error == KMS_ERROR_NONE && call_member(call, "KeyId") != NULL)
        error = lookup_key(
            call, call_text(call, "KeyId"), false, false, &call->key);
    if (error == KMS_ERROR_NONE)
        error = list(call, &page);
    page_reset(&page);
    return error;
}
