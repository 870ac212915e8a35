/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/cipher.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

enum { DERIVED_KEY = 32 };

/* HKDF-Expand(SHA-256, seed, info, 32): no extract step, no salt. */
static enum status
derive(struct span seed, struct span info, uint8_t key[DERIVED_KEY])
{
    int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
    char digest[] = "SHA256";
    uint8_t info_copy[CIPHER_INFO];
    struct buf seed_copy = { 0 };
    enum status st = buf_append(&seed_copy, seed);
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, OSSL_KDF_NAME_HKDF, NULL);
    EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
    if (st != STATUS_OK || ctx == NULL)
        goto out;
    memcpy(info_copy, info.ptr, sizeof(info_copy));

    /* The parameters are not const in OpenSSL, so they are copies. */
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(
            OSSL_KDF_PARAM_KEY, seed_copy.ptr, seed_copy.len),
        OSSL_PARAM_construct_octet_string(
            OSSL_KDF_PARAM_INFO, info_copy, sizeof(info_copy)),
        OSSL_PARAM_construct_end(),
    };
    if (EVP_KDF_derive(ctx, key, DERIVED_KEY, params) != 1)
        st = STATUS_CRYPTO;
out:
    if (ctx == NULL)
        st = STATUS_NO_MEMORY;
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    buf_reset(&seed_copy);
    return st;
}

static enum status
check_seed(struct span seed, struct transform_error *error)
{
    if (seed.len >= CIPHER_SEED_MIN)
        return STATUS_OK;
    transform_error_set(
        error, "invalid seed length %zu used for key generation", seed.len);
    return STATUS_INVALID;
}

static enum status
extended_read(struct span seed, struct span etcd_key, struct span sealed,
    struct buf *plain, struct transform_error *error)
{
    uint8_t key[DERIVED_KEY];
    enum status st = check_seed(seed, error);
    if (st != STATUS_OK)
        return st;
    if (sealed.len < CIPHER_INFO) {
        transform_error_set(
            error, "the stored data was shorter than the required size");
        return STATUS_INVALID;
    }
    st = derive(seed, span_first(sealed, CIPHER_INFO), key);
    if (st == STATUS_OK)
        st = cipher_aes_gcm.read(span_of(key, sizeof(key)), etcd_key,
            span_skip(sealed, CIPHER_INFO), plain, error);
    OPENSSL_cleanse(key, sizeof(key));
    return st;
}

static enum status
extended_write(struct span seed, const struct random *random,
    struct span etcd_key, struct span plain, struct buf *sealed,
    struct transform_error *error)
{
    size_t before = sealed->len;
    uint8_t key[DERIVED_KEY], info[CIPHER_INFO];
    enum status st = check_seed(seed, error);
    if (st != STATUS_OK)
        return st;
    st = random_fill(random, info, sizeof(info));
    if (st == STATUS_OK)
        st = derive(seed, span_of(info, sizeof(info)), key);
    if (st == STATUS_OK)
        st = buf_append(sealed, span_of(info, sizeof(info)));
    if (st == STATUS_OK)
        st = cipher_aes_gcm.write(
            span_of(key, sizeof(key)), random, etcd_key, plain, sealed, error);
    if (st != STATUS_OK)
        buf_truncate(sealed, before);
    OPENSSL_cleanse(key, sizeof(key));
    return st;
}

const struct cipher cipher_extended_nonce = { extended_read, extended_write };
