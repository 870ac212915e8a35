/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/vault_mark.h"

#include "keys/seal.h"

static struct store_key
mark_key(void)
{
    return (struct store_key){
        .kind = SPAN_LITERAL("vault"),
        .id = SPAN_LITERAL("root-key"),
    };
}

enum status
vault_mark_exists(struct store *store, bool *answer)
{
    struct store_record mark = { 0 };
    struct store_key key = mark_key();
    enum status st = store_get(store, &key, &mark);
    if (st == STATUS_OK)
        *answer = mark.version != 0;
    store_record_reset(&mark);
    return st;
}

static enum status
make_mark(struct store *store, struct seal *seal, const struct random *random)
{
    struct buf sealed = { 0 };
    struct span name = SPAN_LITERAL("root key mark");
    enum status st =
        seal_close(seal, random, &name, 1, SPAN_LITERAL("kmslab"), &sealed);
    if (st == STATUS_OK) {
        struct store_change put = { .key = mark_key(),
            .value = buf_span(&sealed) };
        st = store_commit_wait(store, &put, 1);
    }
    buf_reset(&sealed);
    return st;
}

static enum status
check_once(struct store *store, struct seal *seal, const struct random *random)
{
    struct store_record mark = { 0 };
    struct buf text = { 0 };
    struct store_key key = mark_key();
    struct span name = SPAN_LITERAL("root key mark");
    enum status st = store_get(store, &key, &mark);
    if (st == STATUS_OK && mark.version == 0)
        st = make_mark(store, seal, random);
    else if (st == STATUS_OK)
        st = seal_open(seal, &name, 1, buf_span(&mark.value), &text);
    store_record_reset(&mark);
    buf_reset(&text);
    return st;
}

enum status
vault_mark_check(
    struct store *store, struct seal *seal, const struct random *random)
{
    enum status st;
    do /* Another process may make the mark at the same time. */
        st = check_once(store, seal, random);
    while (st == STATUS_CONFLICT);
    return st;
}
