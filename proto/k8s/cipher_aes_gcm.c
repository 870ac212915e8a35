/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/cipher.h"

#include <limits.h>
#include <openssl/evp.h>

static const EVP_CIPHER *
gcm_of(size_t key_len)
{
    switch (key_len) {
    case 16:
        return EVP_aes_128_gcm();
    case 24:
        return EVP_aes_192_gcm();
    case 32:
        return EVP_aes_256_gcm();
    }
    return NULL;
}

/* Go's words for a key that AES does not have. */
static enum status
check_key(struct span secret, struct span text, struct transform_error *error)
{
    if (gcm_of(secret.len) == NULL) {
        transform_error_set(
            error, "crypto/aes: invalid key size %zu", secret.len);
        return STATUS_INVALID;
    }
    return text.len > INT_MAX / 2 ? STATUS_TOO_LARGE : STATUS_OK;
}

/* Key, nonce and AAD go in; ctx may be NULL. */
static enum status
prepare(EVP_CIPHER_CTX *ctx, struct span secret, const uint8_t *nonce,
    struct span aad, int encrypt)
{
    int len;
    if (ctx == NULL)
        return STATUS_NO_MEMORY;
    if (aad.len > INT_MAX)
        return STATUS_TOO_LARGE;
    if (EVP_CipherInit_ex(
            ctx, gcm_of(secret.len), NULL, secret.ptr, nonce, encrypt) != 1)
        return STATUS_CRYPTO;
    if (aad.len > 0 &&
        EVP_CipherUpdate(ctx, NULL, &len, aad.ptr, (int)aad.len) != 1)
        return STATUS_CRYPTO;
    return STATUS_OK;
}

static enum status
open_sealed(
    struct span secret, struct span aad, struct span sealed, struct buf *plain)
{
    size_t before = plain->len;
    size_t len = sealed.len - CIPHER_GCM_NONCE - CIPHER_GCM_TAG;
    uint8_t tag[CIPHER_GCM_TAG];
    uint8_t *out;
    int done;
    enum status st = buf_extend(plain, len, &out);
    if (st != STATUS_OK)
        return st;
    memcpy(tag, sealed.ptr + sealed.len - sizeof(tag), sizeof(tag));

    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    st = prepare(ctx, secret, sealed.ptr, aad, 0);
    if (st != STATUS_OK)
        goto out;
    st = STATUS_CRYPTO;
    if (len > 0 && EVP_CipherUpdate(ctx, out, &done,
                       sealed.ptr + CIPHER_GCM_NONCE, (int)len) != 1)
        goto out;
    if (EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, sizeof(tag), tag) != 1)
        goto out;
    st = EVP_CipherFinal_ex(ctx, out + len, &done) == 1 ? STATUS_OK
                                                        : STATUS_AUTHENTIC;
out:
    EVP_CIPHER_CTX_free(ctx);
    if (st != STATUS_OK)
        buf_truncate(plain, before);
    return st;
}

static enum status
gcm_read(struct span secret, struct span etcd_key, struct span sealed,
    struct buf *plain, struct transform_error *error)
{
    enum status st = check_key(secret, sealed, error);
    if (st != STATUS_OK)
        return st;
    if (sealed.len < CIPHER_GCM_NONCE) {
        transform_error_set(
            error, "the stored data was shorter than the required size");
        return STATUS_INVALID;
    }
    st = STATUS_AUTHENTIC;
    if (sealed.len >= CIPHER_GCM_NONCE + CIPHER_GCM_TAG)
        st = open_sealed(secret, etcd_key, sealed, plain);
    if (st == STATUS_AUTHENTIC)
        transform_error_set(error, "cipher: message authentication failed");
    return st;
}

static enum status
seal(struct span secret, struct span aad, const uint8_t *nonce,
    struct span plain, uint8_t *out)
{
    int done;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    enum status st = prepare(ctx, secret, nonce, aad, 1);
    if (st != STATUS_OK)
        goto out;
    st = STATUS_CRYPTO;
    if (plain.len > 0 &&
        EVP_CipherUpdate(ctx, out, &done, plain.ptr, (int)plain.len) != 1)
        goto out;
    if (EVP_CipherFinal_ex(ctx, out + plain.len, &done) != 1)
        goto out;
    if (EVP_CIPHER_CTX_ctrl(
            ctx, EVP_CTRL_AEAD_GET_TAG, CIPHER_GCM_TAG, out + plain.len) == 1)
        st = STATUS_OK;
out:
    EVP_CIPHER_CTX_free(ctx);
    return st;
}

static enum status
gcm_write(struct span secret, const struct random *random, struct span etcd_key,
    struct span plain, struct buf *sealed, struct transform_error *error)
{
    size_t before = sealed->len;
    uint8_t *nonce;
    enum status st = check_key(secret, plain, error);
    if (st != STATUS_OK)
        return st;
    st = buf_extend(
        sealed, CIPHER_GCM_NONCE + plain.len + CIPHER_GCM_TAG, &nonce);
    if (st != STATUS_OK)
        return st;
    st = random_fill(random, nonce, CIPHER_GCM_NONCE);
    if (st == STATUS_OK)
        st = seal(secret, etcd_key, nonce, plain, nonce + CIPHER_GCM_NONCE);
    if (st != STATUS_OK)
        buf_truncate(sealed, before);
    return st;
}

const struct cipher cipher_aes_gcm = { gcm_read, gcm_write };
