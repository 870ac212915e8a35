/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sigv4_internal.h"

static const struct part {
    const char *name;
    unsigned flag;
} parts[] = {
    { "Credential", SIGV4_PART_CREDENTIAL },
    { "SignedHeaders", SIGV4_PART_SIGNED_HEADERS },
    { "Signature", SIGV4_PART_SIGNATURE },
};

enum { PARTS = ARRAY_LEN(parts), ALL_PARTS = (1 << PARTS) - 1 };

static enum status
read_part(struct span text, struct span values[PARTS], unsigned *found)
{
    struct span name, value;
    if (!span_cut(span_trim(text), '=', &name, &value))
        return STATUS_INVALID;
    for (size_t i = 0; i < PARTS; i++) {
        if (!span_equal_text(name, parts[i].name))
            continue;
        if ((*found & parts[i].flag) != 0)
            return STATUS_EXISTS;
        *found |= parts[i].flag;
        values[i] = value;
        return STATUS_OK;
    }
    return STATUS_INVALID;
}

/* *found has the parts that were read, whatever the status. */
static enum status
read_parts(struct span header, struct span values[PARTS], unsigned *found)
{
    const struct span algorithm = SPAN_LITERAL(SIGV4_ALGORITHM " ");
    if (!span_starts_with(header, algorithm))
        return STATUS_UNSUPPORTED;
    if (header.len > SIGV4_AUTHORIZATION_MAX)
        return STATUS_TOO_LARGE;
    enum status st = STATUS_OK;
    struct span rest = span_skip(header, algorithm.len), text;
    while (st == STATUS_OK && sigv4_next(&rest, ',', &text))
        st = read_part(text, values, found);
    return st;
}

unsigned
sigv4_parts_found(struct span header)
{
    unsigned found = 0;
    struct span values[PARTS];
    enum status st = read_parts(span_trim(header), values, &found);
    return st == STATUS_UNSUPPORTED ? 0 : found;
}

static bool
is_date(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return text.len == SIGV4_SCOPE_DATE_LEN;
}

enum status
sigv4_parse_credential(
    struct span text, struct span *access_key_id, struct sigv4_scope *scope)
{
    enum { KEY, DATE, REGION, SERVICE, TERMINATOR, FIELDS };
    struct span fields[FIELDS];
    if (!span_ends_with(text, SPAN_LITERAL("/" SIGV4_TERMINATOR)))
        return STATUS_INVALID;
    for (size_t i = 0; i < FIELDS; i++)
        if (!sigv4_next(&text, '/', &fields[i]) || fields[i].len == 0)
            return STATUS_INVALID;
    if (text.len > 0 || !is_date(fields[DATE]))
        return STATUS_INVALID;
    *access_key_id = fields[KEY];
    scope->date = fields[DATE];
    scope->region = fields[REGION];
    scope->service = fields[SERVICE];
    return STATUS_OK;
}

enum status
sigv4_parse_authorization(struct span header, struct sigv4_authorization *out)
{
    unsigned found = 0;
    struct span values[PARTS] = { 0 };
    enum status st = read_parts(span_trim(header), values, &found);
    if (st != STATUS_OK)
        return st;
    if (found != ALL_PARTS)
        return STATUS_NOT_FOUND;
    struct sigv4_authorization parsed = {
        .signed_headers = values[1],
        .signature_hex = values[2],
    };
    st =
        sigv4_parse_credential(values[0], &parsed.access_key_id, &parsed.scope);
    if (st == STATUS_OK)
        st = sigv4_check_names(parsed.signed_headers);
    if (st == STATUS_OK && parsed.signature_hex.len == 0)
        st = STATUS_INVALID;
    if (st == STATUS_OK)
        *out = parsed;
    return st;
}
