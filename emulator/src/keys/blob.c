/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/blob.h"

#include "base/encode.h"
#include "keys/aead.h"
#include "keys/blob_header.h"

enum { BLOB_BEFORE_TEXT = BLOB_HEADER_LEN + AEAD_NONCE_LEN };

enum status
blob_parse(struct span bytes, struct blob *out)
{
    struct blob blob = { 0 };
    struct buf text = { 0 };
    const uint8_t *id;
    if (bytes.len < BLOB_OVERHEAD)
        return STATUS_INVALID;
    blob.header = span_first(bytes, BLOB_HEADER_LEN);
    enum status st = blob_header_read(blob.header, &blob.name, &id);
    if (st == STATUS_OK)
        st = hex_encode(span_of(id, BLOB_HEADER_ID_LEN), &text);
    if (st != STATUS_OK)
        return st;
    memcpy(blob.material_id, buf_text(&text), sizeof(blob.material_id));
    buf_reset(&text);
    blob.nonce = span_of(bytes.ptr + BLOB_HEADER_LEN, AEAD_NONCE_LEN);
    blob.ciphertext =
        span_of(bytes.ptr + BLOB_BEFORE_TEXT, bytes.len - BLOB_OVERHEAD);
    blob.tag = span_of(bytes.ptr + bytes.len - AEAD_TAG_LEN, AEAD_TAG_LEN);
    *out = blob;
    return STATUS_OK;
}

enum status
blob_encrypt(struct material *material, const struct random *random,
    struct span plaintext, struct span context, struct buf *out)
{
    size_t start = out->len;
    uint8_t *place;
    struct span header = material_blob_header(material);
    enum status st = buf_extend(out, plaintext.len + BLOB_OVERHEAD, &place);
    if (st != STATUS_OK)
        return st;
    memcpy(place, header.ptr, header.len);
    uint8_t *nonce = place + BLOB_HEADER_LEN;
    uint8_t *text = place + BLOB_BEFORE_TEXT;
    struct aead_extra extra = { nonce, header, context };
    st = random_fill(random, nonce, AEAD_NONCE_LEN);
    if (st == STATUS_OK)
        st = aead_encrypt(material_aead(material), &extra, plaintext, text,
            text + plaintext.len);
    if (st != STATUS_OK)
        buf_truncate(out, start);
    return st;
}

/* Whether the blob says it was made under this material, or by a replica. */
static bool
made_by(const struct blob *blob, const struct material *material)
{
    struct key_name name;
    const uint8_t *id;
    struct span own = material_blob_header(material);
    if (span_equal(blob->header, own))
        return true;
    return span_starts_with(blob->name.key_id, SPAN_LITERAL("mrk-")) &&
           blob_header_read(own, &name, &id) == STATUS_OK &&
           span_equal(blob->name.account, name.account) &&
           span_equal(blob->name.key_id, name.key_id) &&
           span_equal_text(span_text(blob->material_id), material_id(material));
}

enum status
blob_decrypt(struct material *material, const struct blob *blob,
    struct span context, struct buf *out)
{
    size_t start = out->len;
    uint8_t *place;
    struct aead_extra extra = { blob->nonce.ptr, blob->header, context };
    if (!made_by(blob, material))
        return STATUS_AUTHENTIC;
    enum status st = buf_extend(out, blob->ciphertext.len, &place);
    if (st != STATUS_OK)
        return st;
    st = aead_decrypt(material_aead(material), &extra, blob->ciphertext,
        blob->tag.ptr, place);
    if (st != STATUS_OK)
        buf_truncate(out, start);
    return st;
}
