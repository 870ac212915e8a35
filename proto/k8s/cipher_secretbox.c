/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/cipher.h"

#include <sodium.h>

/* sodium_init is thread-safe and does its work once. */
static enum status
check_key(struct span secret, struct transform_error *error)
{
    if (sodium_init() < 0)
        return STATUS_CRYPTO;
    if (secret.len == crypto_secretbox_KEYBYTES)
        return STATUS_OK;
    transform_error_set(error,
        "expected key size 32 for secretbox provider, got %zu", secret.len);
    return STATUS_INVALID;
}

static enum status
box_read(struct span secret, struct span etcd_key, struct span sealed,
    struct buf *plain, struct transform_error *error)
{
    (void)etcd_key;
    size_t before = plain->len;
    uint8_t *out;
    enum status st = check_key(secret, error);
    if (st != STATUS_OK)
        return st;
    if (sealed.len < CIPHER_SECRETBOX_NONCE + CIPHER_SECRETBOX_TAG) {
        transform_error_set(
            error, "the stored data was shorter than the required size");
        return STATUS_INVALID;
    }
    struct span box = span_skip(sealed, CIPHER_SECRETBOX_NONCE);
    st = buf_extend(plain, box.len - CIPHER_SECRETBOX_TAG, &out);
    if (st != STATUS_OK)
        return st;
    if (crypto_secretbox_open_easy(
            out, box.ptr, box.len, sealed.ptr, secret.ptr) != 0) {
        /* A wrong key or damage; the words are kube-apiserver's. */
        transform_error_set(
            error, "output array was not large enough for encryption");
        buf_truncate(plain, before);
        return STATUS_AUTHENTIC;
    }
    return STATUS_OK;
}

static enum status
box_write(struct span secret, const struct random *random, struct span etcd_key,
    struct span plain, struct buf *sealed, struct transform_error *error)
{
    (void)etcd_key;
    size_t before = sealed->len;
    uint8_t *nonce;
    enum status st = check_key(secret, error);
    if (st != STATUS_OK)
        return st;
    st = buf_extend(sealed,
        CIPHER_SECRETBOX_NONCE + CIPHER_SECRETBOX_TAG + plain.len, &nonce);
    if (st != STATUS_OK)
        return st;
    st = random_fill(random, nonce, CIPHER_SECRETBOX_NONCE);
    if (st == STATUS_OK && crypto_secretbox_easy(nonce + CIPHER_SECRETBOX_NONCE,
                               plain.ptr, plain.len, nonce, secret.ptr) != 0)
        st = STATUS_CRYPTO;
    if (st != STATUS_OK)
        buf_truncate(sealed, before);
    return st;
}

const struct cipher cipher_secretbox = { box_read, box_write };
