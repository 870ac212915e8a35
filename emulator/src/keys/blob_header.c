/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/blob_header.h"

enum {
    FIRST_BYTE = 0x01,
    FORMAT = 0x01,
    AT_ACCOUNT = 2,
    AT_KEY_ID = AT_ACCOUNT + KEY_ACCOUNT_LEN,
    AT_ID = AT_KEY_ID + KEY_ID_LEN,
    AT_REGION = AT_ID + BLOB_HEADER_ID_LEN,
    AT_CHECK = AT_REGION + KEY_REGION_MAX,
};

static uint32_t
read_u32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

/*
 * FNV-1a over words of four bytes. Each step is a bijection, so a change of
 * one word always shows.
 */
static uint32_t
check_of(const uint8_t *bytes)
{
    uint32_t hash = 0x811c9dc5U;
    for (size_t i = 0; i < AT_CHECK; i += 4)
        hash = (hash ^ read_u32(bytes + i)) * 0x01000193U;
    return hash;
}

void
blob_header_write(const struct key_name *name, const uint8_t *id, uint8_t *out)
{
    memset(out, 0, BLOB_HEADER_LEN);
    out[0] = FIRST_BYTE;
    out[1] = FORMAT;
    memcpy(out + AT_ACCOUNT, name->account.ptr, KEY_ACCOUNT_LEN);
    memcpy(out + AT_KEY_ID, name->key_id.ptr, KEY_ID_LEN);
    memcpy(out + AT_ID, id, BLOB_HEADER_ID_LEN);
    memcpy(out + AT_REGION, name->region.ptr, name->region.len);
    uint32_t check = check_of(out);
    for (int i = 0; i < 4; i++)
        out[AT_CHECK + i] = (uint8_t)(check >> (24 - 8 * i));
}

/* False where something other than zeros follows the first zero. */
static bool
region_read(const uint8_t *bytes, struct span *region)
{
    struct span field = span_of(bytes, KEY_REGION_MAX);
    size_t len = KEY_REGION_MAX;
    if (!span_find(field, 0, &len))
        len = KEY_REGION_MAX;
    for (size_t i = len; i < KEY_REGION_MAX; i++)
        if (bytes[i] != 0)
            return false;
    *region = span_first(field, len);
    return true;
}

enum status
blob_header_read(struct span header, struct key_name *name, const uint8_t **id)
{
    if (header.len != BLOB_HEADER_LEN || header.ptr[0] != FIRST_BYTE ||
        header.ptr[1] != FORMAT ||
        check_of(header.ptr) != read_u32(header.ptr + AT_CHECK))
        return STATUS_INVALID;
    struct key_name read = {
        .account = span_of(header.ptr + AT_ACCOUNT, KEY_ACCOUNT_LEN),
        .key_id = span_of(header.ptr + AT_KEY_ID, KEY_ID_LEN),
    };
    if (!region_read(header.ptr + AT_REGION, &read.region) ||
        !material_name_valid(&read))
        return STATUS_INVALID;
    *name = read;
    *id = header.ptr + AT_ID;
    return STATUS_OK;
}
