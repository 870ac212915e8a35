/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/cipher.h"

#include <limits.h>
#include <openssl/evp.h>

enum { BLOCK = 16 };

static const EVP_CIPHER *
cbc_of(size_t key_len)
{
    switch (key_len) {
    case 16:
        return EVP_aes_128_cbc();
    case 24:
        return EVP_aes_192_cbc();
    case 32:
        return EVP_aes_256_cbc();
    }
    return NULL;
}

static enum status
refuse(struct transform_error *error, const char *words)
{
    transform_error_set(error, "%s", words);
    return STATUS_INVALID;
}

/* Whole blocks in, as many bytes out; padding is the caller's business. */
static enum status
run_blocks(struct span secret, const uint8_t *iv, int encrypt,
    const uint8_t *in, size_t len, uint8_t *out)
{
    int done;
    enum status st = STATUS_CRYPTO;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    if (ctx == NULL)
        return STATUS_NO_MEMORY;
    if (EVP_CipherInit_ex(
            ctx, cbc_of(secret.len), NULL, secret.ptr, iv, encrypt) == 1 &&
        EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
        EVP_CipherUpdate(ctx, out, &done, in, (int)len) == 1)
        st = STATUS_OK;
    EVP_CIPHER_CTX_free(ctx);
    return st;
}

static enum status
check_sizes(struct span secret, struct span text, struct transform_error *error)
{
    if (cbc_of(secret.len) == NULL) {
        transform_error_set(
            error, "crypto/aes: invalid key size %zu", secret.len);
        return STATUS_INVALID;
    }
    return text.len > INT_MAX / 2 ? STATUS_TOO_LARGE : STATUS_OK;
}

static enum status
check_sealed(struct span sealed, struct transform_error *error)
{
    if (sealed.len < CIPHER_CBC_IV)
        return refuse(
            error, "the stored data was shorter than the required size");
    if (sealed.len % BLOCK != 0)
        return refuse(
            error, "the stored data is not a multiple of the block size");
    /* Here kube-apiserver reads before its slice and panics. */
    if (sealed.len == CIPHER_CBC_IV)
        return refuse(error, "invalid PKCS7 data (empty or not padded)");
    return STATUS_OK;
}

/* The sizes of the padding's checks are no secret: CBC here has no MAC, and
 * kube-apiserver tells the same two errors apart. */
static enum status
check_padding(
    struct span padded, size_t *text_len, struct transform_error *error)
{
    size_t padding = padded.ptr[padded.len - 1];
    if (padding == 0 || padding > padded.len)
        return refuse(error, "invalid PKCS7 data (empty or not padded)");
    for (size_t i = padded.len - padding; i < padded.len; i++)
        if (padded.ptr[i] != padding)
            return refuse(error, "invalid padding on input");
    *text_len = padded.len - padding;
    return STATUS_OK;
}

static enum status
cbc_read(struct span secret, struct span etcd_key, struct span sealed,
    struct buf *plain, struct transform_error *error)
{
    (void)etcd_key;
    size_t before = plain->len, text_len = 0;
    uint8_t *out;
    enum status st = check_sizes(secret, sealed, error);
    if (st == STATUS_OK)
        st = check_sealed(sealed, error);
    if (st != STATUS_OK)
        return st;
    struct span blocks = span_skip(sealed, CIPHER_CBC_IV);
    st = buf_extend(plain, blocks.len, &out);
    if (st != STATUS_OK)
        return st;
    st = run_blocks(secret, sealed.ptr, 0, blocks.ptr, blocks.len, out);
    if (st == STATUS_OK)
        st = check_padding(span_of(out, blocks.len), &text_len, error);
    buf_truncate(plain, st == STATUS_OK ? before + text_len : before);
    return st;
}

static enum status
cbc_write(struct span secret, const struct random *random, struct span etcd_key,
    struct span plain, struct buf *sealed, struct transform_error *error)
{
    (void)etcd_key;
    size_t before = sealed->len;
    size_t padding = BLOCK - plain.len % BLOCK;
    uint8_t *iv, *blocks;
    enum status st = check_sizes(secret, plain, error);
    if (st != STATUS_OK)
        return st;
    st = buf_extend(sealed, CIPHER_CBC_IV + plain.len + padding, &iv);
    if (st != STATUS_OK)
        return st;
    blocks = iv + CIPHER_CBC_IV;
    if (plain.len > 0)
        memcpy(blocks, plain.ptr, plain.len);
    memset(blocks + plain.len, (int)padding, padding);
    st = random_fill(random, iv, CIPHER_CBC_IV);
    if (st == STATUS_OK)
        st = run_blocks(secret, iv, 1, blocks, plain.len + padding, blocks);
    if (st != STATUS_OK)
        buf_truncate(sealed, before);
    return st;
}

const struct cipher cipher_aes_cbc = { cbc_read, cbc_write };
