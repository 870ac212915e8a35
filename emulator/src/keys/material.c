/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/material.h"

#include "base/encode.h"
#include "keys/aead.h"
#include "keys/blob_header.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdatomic.h>
#include <stdlib.h>

struct material {
    atomic_uint references;
    struct aead *aead;
    char id[MATERIAL_ID_LEN + 1];
    uint8_t blob_header[BLOB_HEADER_LEN];
};

bool
material_name_valid(const struct key_name *name)
{
    size_t at;
    for (size_t i = 0; i < name->account.len; i++)
        if (name->account.ptr[i] < '0' || name->account.ptr[i] > '9')
            return false;
    return name->account.len == KEY_ACCOUNT_LEN && name->region.len > 0 &&
           name->region.len <= KEY_REGION_MAX &&
           !span_find(name->region, 0, &at) && name->key_id.len == KEY_ID_LEN &&
           !span_find(name->key_id, 0, &at);
}

/* A MAC under the material itself: says which, and nothing of its bytes. */
static enum status
derive_id(const struct key_name *name, struct span key, uint8_t *id)
{
    static const char label[] = "kmslab key material id";
    uint8_t message[sizeof(label) + KEY_ACCOUNT_LEN + KEY_ID_LEN];
    size_t len = 0;
    memcpy(message, label, sizeof(label));
    memcpy(message + sizeof(label), name->account.ptr, KEY_ACCOUNT_LEN);
    memcpy(message + sizeof(label) + KEY_ACCOUNT_LEN, name->key_id.ptr,
        KEY_ID_LEN);
    if (EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key.ptr, key.len, message,
            sizeof(message), id, BLOB_HEADER_ID_LEN, &len) == NULL)
        return STATUS_CRYPTO;
    return STATUS_OK;
}

static enum status
material_init(
    struct material *material, const struct key_name *name, struct span key)
{
    uint8_t id[BLOB_HEADER_ID_LEN];
    struct buf text = { 0 };
    enum status st = derive_id(name, key, id);
    if (st == STATUS_OK)
        st = hex_encode(span_of(id, sizeof(id)), &text);
    if (st == STATUS_OK)
        st = aead_new(key.ptr, &material->aead);
    if (st == STATUS_OK) {
        memcpy(material->id, buf_text(&text), sizeof(material->id));
        blob_header_write(name, id, material->blob_header);
        atomic_init(&material->references, 1);
    }
    buf_reset(&text);
    return st;
}

enum status
material_new(
    const struct key_name *name, struct span key, struct material **out)
{
    if (!material_name_valid(name) || key.len != MATERIAL_KEY_LEN)
        return STATUS_INVALID;
    struct material *material = calloc(1, sizeof(*material));
    if (material == NULL)
        return STATUS_NO_MEMORY;
    enum status st = material_init(material, name, key);
    if (st != STATUS_OK) {
        free(material);
        return st;
    }
    *out = material;
    return STATUS_OK;
}

struct material *
material_ref(struct material *material)
{
    atomic_fetch_add(&material->references, 1);
    return material;
}

void
material_unref(struct material *material)
{
    if (material == NULL || atomic_fetch_sub(&material->references, 1) != 1)
        return;
    aead_free(material->aead);
    free(material);
}

const char *
material_id(const struct material *material)
{
    return material->id;
}

struct aead *
material_aead(struct material *material)
{
    return material->aead;
}

struct span
material_blob_header(const struct material *material)
{
    return span_of(material->blob_header, sizeof(material->blob_header));
}
