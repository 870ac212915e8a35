/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/match_parts.h"

#include "aws/key_reference.h"

#include <strings.h>

bool
match_goes_with(
    const struct match *match, enum match_stage stage, const char **member)
{
    enum {
        PORT = 1 << MATCH_REFUSE | 1 << MATCH_ACCEPT | 1 << MATCH_TLS,
        LINK = 1 << MATCH_ACCEPT | 1 << MATCH_TLS,
        HTTP = 1 << MATCH_HEADERS | 1 << MATCH_REQUEST,
        FULL = 1 << MATCH_REQUEST,
    };
    const struct {
        const char *name;
        bool asked;
        unsigned stages;
    } rows[] = {
        { "operation", match->operation_count > 0, HTTP },
        { "header", match->header.name.len > 0, HTTP },
        { "key", match->key.len > 0, FULL },
        { "account", match->account.len > 0, FULL },
        { "region", match->region.len > 0, FULL },
        { "caller", match->caller.len > 0, FULL },
        { "context", match->context_count > 0, FULL },
        { "address", match->address.len > 0, LINK },
        { "port", match->port >= 0, PORT },
        { "connection", match->connection != 0, LINK | HTTP },
        { "server_name", match->server_name.len > 0, 1 << MATCH_TLS },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].asked && (rows[i].stages & 1u << stage) == 0) {
            *member = rows[i].name;
            return false;
        }
    }
    return true;
}

static bool
is_or_any(const struct buf *wanted, struct span found)
{
    return wanted->len == 0 || span_equal(buf_span(wanted), found);
}

static bool
operation_holds(const struct match *match, struct span operation)
{
    for (size_t i = 0; i < match->operation_count; i++)
        if (span_equal_text(operation, match->operations[i]))
            return true;
    return match->operation_count == 0;
}

/* The ARN of a key or an alias says which account and Region it is of. */
static bool
key_holds(const struct match *match, const struct service_facts *facts)
{
    if (match->key.len == 0)
        return true;
    struct key_reference key = key_reference_of(buf_span(&match->key));
    bool here = span_equal(key.arn.account, facts->account) &&
                span_equal(key.arn.region, facts->region);
    switch (key.kind) {
    case KEY_REFERENCE_INVALID:
        break;
    case KEY_REFERENCE_KEY_ARN:
        return here && (span_equal(key.key, facts->key_id) ||
                           span_equal(key.key, facts->source_key_id));
    case KEY_REFERENCE_KEY_ID:
        return span_equal(key.key, facts->key_id) ||
               span_equal(key.key, facts->source_key_id);
    case KEY_REFERENCE_ALIAS_ARN:
        return here && service_facts_has_alias(facts, key.alias);
    case KEY_REFERENCE_ALIAS_NAME:
        return service_facts_has_alias(facts, key.alias);
    }
    return false;
}

static bool
context_holds(const struct match *match, const struct json *context)
{
    for (size_t i = 0; i < match->context_count; i++) {
        const struct match_pair *pair = &match->context[i];
        const struct json *found = json_member(context, buf_text(&pair->name));
        if (json_kind(found) != JSON_KIND_STRING ||
            !span_equal(json_get_string(found), buf_span(&pair->value)))
            return false;
    }
    return true;
}

bool
match_is_header(const struct sigv4_header *header, const char *name)
{
    return header->name.len == strlen(name) &&
           strncasecmp(
               (const char *)header->name.ptr, name, header->name.len) == 0;
}

static bool
header_holds(const struct match *match, const struct sigv4_request *wire)
{
    const struct match_pair *wanted = &match->header;
    if (wanted->name.len == 0)
        return true;
    for (size_t i = 0; i < wire->header_count; i++) {
        const struct sigv4_header *header = &wire->headers[i];
        if (match_is_header(header, buf_text(&wanted->name)) &&
            span_equal(span_trim(header->value), buf_span(&wanted->value)))
            return true;
    }
    return false;
}

/* "arn:…" as it is, or with '*' for all that follows. */
static bool
caller_holds(const struct match *match, struct span caller)
{
    struct span wanted = buf_span(&match->caller);
    if (wanted.len > 0 && wanted.ptr[wanted.len - 1] == '*')
        return span_starts_with(caller, span_first(wanted, wanted.len - 1));
    return is_or_any(&match->caller, caller);
}

static bool
request_holds(const struct match *match, const struct service_facts *facts)
{
    return is_or_any(&match->account, facts->account) &&
           is_or_any(&match->region, facts->region) &&
           caller_holds(match, facts->caller) &&
           context_holds(match, facts->context) && key_holds(match, facts);
}

bool
match_claim(const struct match *match, enum match_stage stage)
{
    if (match->claimed == MATCH_STAGES)
        *match->claim = stage;
    return match->claimed == stage;
}

bool
match_holds(const struct match *match, const struct match_facts *facts)
{
    if (match->claimed != facts->stage)
        return false;
    if (match->connection != 0 &&
        (uint64_t)match->connection != facts->connection)
        return false;
    if (facts->stage != MATCH_HEADERS && facts->stage != MATCH_REQUEST)
        return is_or_any(&match->address, facts->address) &&
               is_or_any(&match->server_name, facts->server_name) &&
               (match->port < 0 || match->port == facts->port);
    return operation_holds(match, facts->operation) &&
           header_holds(match, facts->wire) &&
           (facts->stage != MATCH_REQUEST ||
               request_holds(match, facts->request));
}

size_t
match_operation_count(const struct match *match)
{
    return match->operation_count;
}

const char *
match_operation(const struct match *match, size_t index)
{
    return match->operations[index];
}

int64_t
match_port(const struct match *match)
{
    return match->port;
}
