/* SPDX-License-Identifier: Apache-2.0 */
#include "node/node_secrets.h"

#include "base/encode.h"
#include "node/node_etcd.h"

#include <stdio.h>

enum { PAGE = 200 }; /* values of one answer; fewer where they are big */

/* The first key that has not the prefix. */
#define PREFIX_END "/registry/secrets0"

static enum status
add_pair(const struct json *pair, struct secret_tally *tally, struct buf *last)
{
    struct buf key = { 0 }, value = { 0 };
    enum status st =
        base64_decode(json_get_string(json_member(pair, "key")), &key);

    if (st == STATUS_OK)
        st = base64_decode(json_get_string(json_member(pair, "value")), &value);
    if (st == STATUS_OK)
        st = secret_tally_add(tally, buf_span(&key), buf_span(&value));
    if (st == STATUS_OK)
        buf_take(last, &key);
    buf_reset(&key);
    buf_reset(&value);
    return st;
}

enum status
node_secrets_page(
    struct span printed, struct secret_tally *tally, struct buf *next)
{
    struct json_doc *doc = NULL;
    enum status st = node_etcd_parse(printed, &doc);

    if (st != STATUS_OK)
        return st;
    const struct json *root = json_root(doc);
    const struct json *pairs = json_member(root, "kvs");
    buf_clear(next);
    for (size_t i = 0; st == STATUS_OK && i < json_count(pairs); i++)
        st = add_pair(json_at(pairs, i), tally, next);
    /* No name goes on with a "!", and "!" is less than all that may follow. */
    if (st == STATUS_OK && json_get_bool(json_member(root, "more")))
        st = buf_append_byte(next, '!');
    else
        buf_clear(next);
    json_doc_free(doc);
    return st;
}

static enum status
next_page(const struct engine *engine, const char *node, size_t *limit,
    struct buf *from, struct secret_tally *tally, struct buf *problem)
{
    char count[24];
    const char *const arguments[] = { "get", buf_text(from), PREFIX_END,
        "--limit", count, "-w", "json", NULL };
    struct buf printed = { 0 }, words = { 0 };

    (void)snprintf(count, sizeof(count), "%zu", *limit);
    enum status st = node_etcd_run(engine, node, arguments, &printed, &words);
    if (st == STATUS_TOO_LARGE && *limit > 1) {
        *limit /= 2;
        st = STATUS_OK;
    } else if (st != STATUS_OK) {
        buf_say(problem, "%s", buf_text(&words));
    } else {
        st = node_secrets_page(buf_span(&printed), tally, from);
        if (st != STATUS_OK)
            buf_say(problem, "what etcdctl says in %s is no answer: %s", node,
                status_text(st));
    }
    buf_reset(&printed);
    buf_reset(&words);
    return st;
}

enum status
node_secrets_count(const struct engine *engine, const char *node,
    struct secret_tally *tally, struct buf *problem)
{
    struct buf from = { 0 };
    size_t limit = PAGE;

    secret_tally_reset(tally);
    enum status st = buf_append_text(&from, SECRET_TALLY_PREFIX);
    while (st == STATUS_OK && from.len > 0)
        st = next_page(engine, node, &limit, &from, tally, problem);
    buf_reset(&from);
    return st;
}
