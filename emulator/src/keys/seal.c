/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/seal.h"

#include "base/buf.h"
#include "keys/aead.h"
#include "keys/root_key.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

enum {
    SEAL_FORMAT = 0x01,
    SEAL_BEFORE_TEXT = 1 + AEAD_NONCE_LEN,
};

struct seal {
    struct aead *aead;
};

enum status
seal_new(struct span root_key, struct seal **out)
{
    if (root_key.len != ROOT_KEY_LEN)
        return STATUS_INVALID;
    struct seal *seal = calloc(1, sizeof(*seal));
    if (seal == NULL)
        return STATUS_NO_MEMORY;
    enum status st = aead_new(root_key.ptr, &seal->aead);
    if (st != STATUS_OK) {
        free(seal);
        return st;
    }
    *out = seal;
    return STATUS_OK;
}

enum status
seal_new_for(struct span root_key, const char *purpose, struct seal **out)
{
    uint8_t key[ROOT_KEY_LEN];
    size_t len = 0;
    if (root_key.len != ROOT_KEY_LEN)
        return STATUS_INVALID;
    enum status st = STATUS_CRYPTO;
    if (EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, root_key.ptr,
            root_key.len, (const unsigned char *)purpose, strlen(purpose), key,
            sizeof(key), &len) != NULL)
        st = seal_new(span_of(key, len), out);
    OPENSSL_cleanse(key, sizeof(key));
    return st;
}

void
seal_free(struct seal *seal)
{
    if (seal == NULL)
        return;
    aead_free(seal->aead);
    free(seal);
}

/* The names after their number and lengths: no two lists look the same. */
static enum status
bind(const struct span *names, size_t count, struct buf *out)
{
    if (count > SEAL_NAMES_MAX)
        return STATUS_TOO_LARGE;
    enum status st = buf_append_byte(out, (uint8_t)count);
    for (size_t i = 0; i < count && st == STATUS_OK; i++) {
        if (names[i].len > UINT32_MAX)
            st = STATUS_TOO_LARGE;
        if (st == STATUS_OK)
            st = buf_append_u32(out, (uint32_t)names[i].len);
        if (st == STATUS_OK)
            st = buf_append(out, names[i]);
    }
    return st;
}

enum status
seal_close(struct seal *seal, const struct random *random,
    const struct span *names, size_t count, struct span bytes, struct buf *out)
{
    struct buf bound = { 0 };
    uint8_t *place = NULL;
    size_t start = out->len;
    enum status st = bind(names, count, &bound);
    if (st == STATUS_OK)
        st = buf_extend(out, bytes.len + SEAL_OVERHEAD, &place);
    if (st != STATUS_OK)
        goto out;
    uint8_t *nonce = place + 1, *text = place + SEAL_BEFORE_TEXT;
    place[0] = SEAL_FORMAT;
    struct aead_extra extra = { nonce, span_of(place, 1), buf_span(&bound) };
    st = random_fill(random, nonce, AEAD_NONCE_LEN);
    if (st == STATUS_OK)
        st = aead_encrypt(seal->aead, &extra, bytes, text, text + bytes.len);
    if (st != STATUS_OK)
        buf_truncate(out, start);
out:
    buf_reset(&bound);
    return st;
}

enum status
seal_open(struct seal *seal, const struct span *names, size_t count,
    struct span record, struct buf *out)
{
    struct buf bound = { 0 };
    uint8_t *place = NULL;
    size_t start = out->len;
    if (record.len > 0 && record.ptr[0] > SEAL_FORMAT)
        return STATUS_VERSION;
    if (record.len < SEAL_OVERHEAD || record.ptr[0] != SEAL_FORMAT)
        return STATUS_CORRUPT;
    size_t len = record.len - SEAL_OVERHEAD;
    struct span text = span_of(record.ptr + SEAL_BEFORE_TEXT, len);
    struct aead_extra extra = { record.ptr + 1, span_first(record, 1),
        { NULL, 0 } };
    enum status st = bind(names, count, &bound);
    if (st == STATUS_OK)
        st = buf_extend(out, len, &place);
    if (st != STATUS_OK)
        goto out;
    extra.second = buf_span(&bound);
    st = aead_decrypt(seal->aead, &extra, text, text.ptr + len, place);
    if (st != STATUS_OK)
        buf_truncate(out, start);
out:
    buf_reset(&bound);
    return st;
}
