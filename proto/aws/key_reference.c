/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/key_reference.h"

#define KEY_PREFIX SPAN_LITERAL("key/")
#define ALIAS_PREFIX SPAN_LITERAL("alias/")
#define MRK_PREFIX SPAN_LITERAL("mrk-")

static bool
is_hex(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
           (c >= 'A' && c <= 'F');
}

static bool
is_uuid(struct span text)
{
    if (text.len != KEY_REFERENCE_UUID_LEN)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text.ptr[i] != '-' : !is_hex(text.ptr[i]))
            return false;
    }
    return true;
}

bool
key_reference_is_multi_region(struct span key_id)
{
    if (key_id.len != KEY_REFERENCE_MRK_LEN ||
        !span_starts_with(key_id, MRK_PREFIX))
        return false;
    for (size_t i = MRK_PREFIX.len; i < key_id.len; i++)
        if (!is_hex(key_id.ptr[i]))
            return false;
    return true;
}

bool
key_reference_is_key_id(struct span text)
{
    return is_uuid(text) || key_reference_is_multi_region(text);
}

static bool
is_alias(struct span text)
{
    return text.len > ALIAS_PREFIX.len && span_starts_with(text, ALIAS_PREFIX);
}

static struct key_reference
of_arn(const struct arn *arn)
{
    struct key_reference made = { .arn = *arn };
    if (!span_equal_text(arn->service, "kms") || arn->account.len == 0)
        return made;
    struct span id = span_skip(arn->resource, KEY_PREFIX.len);
    if (is_alias(arn->resource)) {
        made.kind = KEY_REFERENCE_ALIAS_ARN;
        made.alias = arn->resource;
    } else if (span_starts_with(arn->resource, KEY_PREFIX) &&
               key_reference_is_key_id(id)) {
        made.kind = KEY_REFERENCE_KEY_ARN;
        made.key = id;
    }
    return made;
}

struct key_reference
key_reference_of(struct span text)
{
    struct arn arn;
    if (arn_parse(text, &arn) == STATUS_OK)
        return of_arn(&arn);
    struct key_reference made = { .kind = KEY_REFERENCE_INVALID };
    if (is_alias(text)) {
        made.kind = KEY_REFERENCE_ALIAS_NAME;
        made.alias = text;
    } else if (key_reference_is_key_id(text)) {
        made.kind = KEY_REFERENCE_KEY_ID;
        made.key = text;
    }
    return made;
}

static bool
is_alias_letter(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c == '/' || c == '_' || c == '-';
}

enum key_reference_alias_fault
key_reference_check_alias(struct span alias)
{
    if (!span_starts_with(alias, ALIAS_PREFIX))
        return KEY_REFERENCE_ALIAS_NO_PREFIX;
    if (span_starts_with(alias, SPAN_LITERAL("alias/aws/")))
        return KEY_REFERENCE_ALIAS_RESERVED;
    if (alias.len == ALIAS_PREFIX.len || alias.len > KEY_REFERENCE_ALIAS_MAX)
        return KEY_REFERENCE_ALIAS_BAD_NAME;
    for (size_t i = ALIAS_PREFIX.len; i < alias.len; i++)
        if (!is_alias_letter(alias.ptr[i]))
            return KEY_REFERENCE_ALIAS_BAD_NAME;
    return KEY_REFERENCE_ALIAS_GOOD;
}
