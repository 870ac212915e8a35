/* SPDX-License-Identifier: Apache-2.0 */
#include "store/path.h"

static enum status
append_parts(const struct span *parts, size_t count, struct buf *out)
{
    size_t start = out->len, len = 0;
    for (size_t i = 0; i < count; i++)
        len += parts[i].len + 1;
    enum status st = buf_reserve(out, len);
    for (size_t i = 0; i < count && st == STATUS_OK; i++) {
        st = buf_append(out, parts[i]);
        if (st == STATUS_OK)
            st = buf_append_byte(out, 0);
    }
    if (st != STATUS_OK)
        buf_truncate(out, start);
    return st;
}

enum status
path_append_account(struct span account, struct buf *out)
{
    return append_parts(&account, 1, out);
}

enum status
path_append_kind(struct span account, struct span kind, struct buf *out)
{
    struct span parts[] = { account, kind };
    return append_parts(parts, ARRAY_LEN(parts), out);
}

enum status
path_append_region(const struct store_key *key, struct buf *out)
{
    struct span parts[] = { key->account, key->kind, key->region };
    return append_parts(parts, ARRAY_LEN(parts), out);
}

enum status
path_append(const struct store_key *key, struct buf *out)
{
    size_t start = out->len;
    enum status st = buf_reserve(out,
        key->account.len + key->kind.len + key->region.len + key->id.len + 3);
    if (st == STATUS_OK)
        st = path_append_region(key, out);
    if (st == STATUS_OK)
        st = buf_append(out, key->id);
    if (st != STATUS_OK)
        buf_truncate(out, start);
    return st;
}

enum status
path_append_end(struct span prefix, struct buf *out)
{
    /* It ends in NUL: the next byte up stands behind all it begins. */
    enum status st = buf_append(out, prefix);
    if (st == STATUS_OK)
        out->ptr[out->len - 1] = 1;
    return st;
}

struct store_key
path_parse(struct span path)
{
    struct store_key key = { 0 };
    struct span rest = path;
    (void)span_cut(rest, 0, &key.account, &rest);
    (void)span_cut(rest, 0, &key.kind, &rest);
    (void)span_cut(rest, 0, &key.region, &rest);
    key.id = rest;
    return key;
}
