/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/match_parts.h"

#include "aws/key_reference.h"
#include "aws/kms_model.h"

#include <stdlib.h>

enum { TEXT_MAX = 512, PORT_MAX = 65535 };

/* The texts that are compared as a whole. */
static const struct {
    const char *name;
    size_t offset;
} texts[] = {
    { "key", offsetof(struct match, key) },
    { "account", offsetof(struct match, account) },
    { "region", offsetof(struct match, region) },
    { "caller", offsetof(struct match, caller) },
    { "address", offsetof(struct match, address) },
    { "server_name", offsetof(struct match, server_name) },
};

static struct buf *
text_of(struct match *match, size_t i)
{
    return (struct buf *)(void *)((char *)match + texts[i].offset);
}

static enum status
read_operation(const struct fault_place *place, const struct json *json,
    struct match *match)
{
    struct span name = json_get_string(json);
    const struct kms_operation *found = kms_model_find(name);
    if (found == NULL)
        return fault_refuse(
            place, "operation: KMS has none called \"%.*s\"", SPAN_ARG(name));
    if (match->operation_count == MATCH_OPERATIONS_MAX)
        return fault_refuse(place, "operation: too many");
    match->operations[match->operation_count++] = found->name;
    return STATUS_OK;
}

static enum status
read_operations(const struct fault_place *place, const struct json *json,
    struct match *match)
{
    if (json_kind(json) == JSON_KIND_ABSENT)
        return STATUS_OK;
    if (json_kind(json) == JSON_KIND_STRING)
        return read_operation(place, json, match);
    if (json_kind(json) != JSON_KIND_ARRAY || json_count(json) == 0)
        return fault_refuse(place, "operation: neither a name nor a list");
    enum status st = STATUS_OK;
    for (size_t i = 0; i < json_count(json) && st == STATUS_OK; i++)
        st = read_operation(place, json_at(json, i), match);
    return st;
}

static enum status
read_pair(const struct fault_place *place, const char *member, struct span name,
    const struct json *value, struct match_pair *out)
{
    if (json_kind(value) != JSON_KIND_STRING || name.len == 0 ||
        json_get_string(value).len > TEXT_MAX)
        return fault_refuse(
            place, "%s: %.*s: not a text", member, SPAN_ARG(name));
    enum status st = buf_set(&out->name, name);
    return st == STATUS_OK ? buf_set(&out->value, json_get_string(value)) : st;
}

static enum status
read_context(const struct fault_place *place, const struct json *json,
    struct match *match)
{
    if (json_kind(json) == JSON_KIND_ABSENT)
        return STATUS_OK;
    if (json_kind(json) != JSON_KIND_OBJECT ||
        json_count(json) > MATCH_PAIRS_MAX)
        return fault_refuse(place, "context: not an object of at most %d texts",
            MATCH_PAIRS_MAX);
    enum status st = STATUS_OK;
    for (void *it = json_first(json); it != NULL && st == STATUS_OK;
         it = json_next(json, it))
        st = read_pair(place, "context", json_iterator_key(it),
            json_iterator_value(it), &match->context[match->context_count++]);
    return st;
}

/* RFC 9110: others never arrive. */
static bool
is_token(struct span name)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && (c == '\0' || strchr(others, c) == NULL))
            return false;
    }
    return name.len > 0;
}

static enum status
read_header(const struct fault_place *place, const struct json *json,
    struct match *match)
{
    static const char *const members[] = { "name", "value" };
    if (json_kind(json) == JSON_KIND_ABSENT)
        return STATUS_OK;
    if (json_kind(json) != JSON_KIND_OBJECT)
        return fault_refuse(place, "header: not {\"name\": …, \"value\": …}");
    enum status st = fault_fields(place, json, members, ARRAY_LEN(members));
    if (st != STATUS_OK)
        return st;
    struct span name = json_get_string(json_member(json, "name"));
    if (!is_token(name))
        return fault_refuse(place, "header: no header has such a name");
    return read_pair(
        place, "header", name, json_member(json, "value"), &match->header);
}

static enum status
read_texts(const struct fault_place *place, const struct json *json,
    struct match *match)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(texts) && st == STATUS_OK; i++) {
        struct span text = { NULL, 0 };
        st = fault_read_text(place, json, texts[i].name, TEXT_MAX, &text);
        if (st == STATUS_OK && text.len > 0)
            st = buf_set(text_of(match, i), text);
    }
    return st;
}

static enum status
check_account(const struct fault_place *place, const struct match *match)
{
    enum { DIGITS = 12 };
    struct span account = buf_span(&match->account);
    bool good = account.len == DIGITS;
    for (size_t i = 0; i < account.len; i++)
        good = good && account.ptr[i] >= '0' && account.ptr[i] <= '9';
    return good || account.len == 0
               ? STATUS_OK
               : fault_refuse(place, "account: not twelve digits");
}

static enum status
check_key(const struct fault_place *place, const struct match *match)
{
    if (match->key.len == 0 ||
        key_reference_of(buf_span(&match->key)).kind != KEY_REFERENCE_INVALID)
        return STATUS_OK;
    return fault_refuse(
        place, "key: not a key id, an alias or the ARN of one of them");
}

static enum status
read_members(const struct fault_place *place, const struct json *json,
    struct match *match)
{
    static const char *const members[] = { "operation", "key", "account",
        "region", "caller", "context", "connection", "header", "address",
        "port", "server_name" };
    enum status st = fault_fields(place, json, members, ARRAY_LEN(members));
    if (st == STATUS_OK)
        st = read_operations(place, json_member(json, "operation"), match);
    if (st == STATUS_OK)
        st = read_texts(place, json, match);
    if (st == STATUS_OK)
        st = check_key(place, match);
    if (st == STATUS_OK)
        st = check_account(place, match);
    if (st == STATUS_OK)
        st = read_context(place, json_member(json, "context"), match);
    if (st == STATUS_OK)
        st = read_header(place, json_member(json, "header"), match);
    if (st == STATUS_OK)
        st = fault_read_int(
            place, json, "connection", 1, INT64_MAX, &match->connection);
    if (st == STATUS_OK)
        st = fault_read_int(place, json, "port", 1, PORT_MAX, &match->port);
    return st;
}

enum status
match_read(const struct fault_place *place, const struct json *json,
    struct match **out)
{
    struct match *match = calloc(1, sizeof(*match));
    struct buf where = { 0 };
    if (match == NULL)
        return STATUS_NO_MEMORY;
    match->port = -1;
    match->claimed = MATCH_STAGES;
    match->claim = &match->claimed;
    enum status st = buf_printf(&where, "%s: match", place->where);
    const struct fault_place inner = { buf_text(&where), place->problem };
    if (st == STATUS_OK && json_kind(json) != JSON_KIND_ABSENT)
        st = read_members(&inner, json, match);
    buf_reset(&where);
    if (st != STATUS_OK) {
        match_free(match);
        return st;
    }
    *out = match;
    return STATUS_OK;
}

static void
pair_reset(struct match_pair *pair)
{
    buf_reset(&pair->name);
    buf_reset(&pair->value);
}

void
match_free(struct match *match)
{
    if (match == NULL)
        return;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        buf_reset(text_of(match, i));
    for (size_t i = 0; i < match->context_count; i++)
        pair_reset(&match->context[i]);
    pair_reset(&match->header);
    free(match);
}
