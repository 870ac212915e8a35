/* SPDX-License-Identifier: Apache-2.0 */
#include "model/model_list.h"

#include "k8s/go_text.h"
#include "model/etcd_path.h"

#include <stdlib.h>

struct listed {
    struct buf key;
    struct buf plain;
};

struct listing {
    struct transformer transformer;
    struct listed *items;
    size_t count;
    struct transform_error error; /* of the first that cannot be read */
};

static void
listing_reset(struct listing *listing)
{
    for (size_t i = 0; i < listing->count; i++) {
        buf_reset(&listing->items[i].key);
        buf_reset(&listing->items[i].plain);
    }
    free(listing->items);
    transform_error_reset(&listing->error);
}

static enum status
append_item(struct listing *listing, struct listed *item)
{
    struct listed *grown =
        realloc(listing->items, (listing->count + 1) * sizeof(*grown));
    if (grown == NULL)
        return STATUS_NO_MEMORY;
    listing->items = grown;
    grown[listing->count++] = *item;
    *item = (struct listed){ 0 };
    return STATUS_OK;
}

static void
name_key(struct span key, struct transform_error *error)
{
    struct buf quoted = { 0 };
    if (go_text_quote(key, &quoted) == STATUS_OK)
        transform_error_wrap(
            error, "unable to transform key %s: ", buf_text(&quoted));
    buf_reset(&quoted);
}

static enum status
read_item(void *context, struct span key, struct span value, int64_t revision)
{
    struct listing *listing = context;
    struct listed item = { 0 };
    bool stale = false;
    (void)revision;
    enum status st = transformer_read(&listing->transformer, key, value,
        &item.plain, &stale, &listing->error);
    if (st != STATUS_OK)
        name_key(key, &listing->error);
    else
        st = buf_append(&item.key, key);
    if (st == STATUS_OK)
        st = append_item(listing, &item);
    buf_reset(&item.key);
    buf_reset(&item.plain);
    return st;
}

static enum status
visit_all(const struct listing *listing, model_visit_fn *visit, void *context)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < listing->count && st == STATUS_OK; i++)
        st = visit(context, buf_span(&listing->items[i].key),
            buf_span(&listing->items[i].plain));
    return st;
}

enum status
model_list(struct model *model, const char *resource, const char *namespace,
    model_visit_fn *visit, void *context, struct model_answer *answer)
{
    struct listing listing = { 0 };
    struct buf prefix = { 0 };
    struct encryption *encryption = model_encryption(model);
    model_answer_reset(answer);
    if (encryption == NULL)
        return buf_append_text(&answer->message, "the apiserver does not run");
    listing.transformer =
        encryption_transformer(encryption, span_text(resource));

    enum status st = etcd_path_of_resource(span_text(resource), &prefix);
    if (st == STATUS_OK && namespace != NULL)
        st = buf_printf(&prefix, "%s/", namespace);
    if (st == STATUS_OK)
        st = kv_range(model_kv(model), buf_span(&prefix), read_item, &listing);
    if (listing.error.text.len > 0) {
        answer->code = 500;
        st = buf_printf(&answer->message, "Internal error occurred: %s",
            buf_text(&listing.error.text));
    } else if (st == STATUS_OK) {
        answer->code = 200;
        answer->revision = kv_revision(model_kv(model));
        st = visit_all(&listing, visit, context);
    }
    listing_reset(&listing);
    buf_reset(&prefix);
    return st;
}
