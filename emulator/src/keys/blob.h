/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ciphertext blob of a symmetric key. As long as AWS's, first byte 0x01,
 * opaque to clients. Format 1:
 *
 *   0    1  0x01
 *   1    1  format, 0x01
 *   2   12  account, digits
 *  14   36  key id, text
 *  50   32  material id, raw
 *  82   38  Region, zero-padded
 * 120    4  check over the bytes before: tells damage from a foreign key
 * 124   12  nonce, random
 * 136    n  ciphertext, AES-256-GCM
 * 136+n 16  tag, over bytes 0 to 123 and the canonical encryption context
 *
 * So the blob is bound to the key's ARN, the material and the context, and
 * Decrypt needs no KeyId. The check is no protection: the tag is. Random
 * nonces allow 2^32 encryptions a material.
 */
#ifndef KEYS_BLOB_H
#define KEYS_BLOB_H

#include "base/random.h"
#include "keys/material.h"

enum { BLOB_OVERHEAD = 152 };

/* What a blob says about itself; spans borrow from the parsed bytes. */
struct blob {
    struct key_name name; /* the key it says it was encrypted under */
    char material_id[MATERIAL_ID_LEN + 1];
    struct span header, nonce, ciphertext, tag;
};

/* STATUS_INVALID for bytes that are no blob, or one with a damaged header. */
MUST_USE enum status blob_parse(struct span bytes, struct blob *out);

/*
 * Appends a blob of plaintext.len + BLOB_OVERHEAD bytes. `context` is from
 * context_canonical. STATUS_CRYPTO, STATUS_NO_MEMORY.
 */
MUST_USE enum status blob_encrypt(struct material *material,
    const struct random *random, struct span plaintext, struct span context,
    struct buf *out);

/*
 * Appends the plaintext. STATUS_AUTHENTIC where material, context or bytes
 * are not those of the encryption. A multi-Region key ("mrk-") decrypts what
 * its replicas encrypted in other Regions; other keys only their own.
 */
MUST_USE enum status blob_decrypt(struct material *material,
    const struct blob *blob, struct span context, struct buf *out);

#endif
