/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sigv4_internal.h"

#include "base/encode.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>

/*
 * Fetching an algorithm and making a context cost several times the hash of
 * a request, so each thread keeps its own, until it ends. What a context
 * remembers is the key it used last: a derived one, never the secret itself.
 */
struct tools {
    EVP_MD *sha256;
    EVP_MD_CTX *digest;
    EVP_MAC_CTX *hmac;
};

static pthread_once_t tools_once = PTHREAD_ONCE_INIT;
static pthread_key_t tools_key;
static bool tools_key_made;
static _Thread_local struct tools *thread_tools;

static void
tools_free(void *opaque)
{
    struct tools *tools = opaque;
    if (tools == NULL)
        return;
    EVP_MAC_CTX_free(tools->hmac);
    EVP_MD_CTX_free(tools->digest);
    EVP_MD_free(tools->sha256);
    free(tools);
}

static void
make_tools_key(void)
{
    tools_key_made = pthread_key_create(&tools_key, tools_free) == 0;
}

/* A context for HMAC-SHA-256 that only lacks its key; NULL on failure. */
static EVP_MAC_CTX *
hmac_new(void)
{
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *hmac = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac); /* the context holds its own reference */
    if (hmac != NULL && EVP_MAC_CTX_set_params(hmac, params) != 1) {
        EVP_MAC_CTX_free(hmac);
        hmac = NULL;
    }
    return hmac;
}

/* NULL where they cannot be made. */
static struct tools *
tools_of_thread(void)
{
    if (thread_tools != NULL)
        return thread_tools;
    if (pthread_once(&tools_once, make_tools_key) != 0 || !tools_key_made)
        return NULL;
    struct tools *tools = calloc(1, sizeof(*tools));
    if (tools == NULL)
        return NULL;
    tools->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    tools->digest = EVP_MD_CTX_new();
    tools->hmac = hmac_new();
    if (tools->sha256 == NULL || tools->digest == NULL || tools->hmac == NULL ||
        pthread_setspecific(tools_key, tools) != 0) {
        tools_free(tools);
        return NULL;
    }
    thread_tools = tools;
    return tools;
}

enum status
sigv4_sha256(struct span bytes, uint8_t digest[SIGV4_MAC_LEN])
{
    struct tools *tools = tools_of_thread();
    if (tools == NULL ||
        EVP_DigestInit_ex2(tools->digest, tools->sha256, NULL) != 1 ||
        EVP_DigestUpdate(tools->digest, bytes.ptr, bytes.len) != 1 ||
        EVP_DigestFinal_ex(tools->digest, digest, NULL) != 1)
        return STATUS_CRYPTO;
    return STATUS_OK;
}

enum status
sigv4_hmac(struct span key, struct span text, uint8_t mac[SIGV4_MAC_LEN])
{
    struct tools *tools = tools_of_thread();
    size_t len;
    if (tools == NULL ||
        EVP_MAC_init(tools->hmac, key.ptr, key.len, NULL) != 1 ||
        EVP_MAC_update(tools->hmac, text.ptr, text.len) != 1 ||
        EVP_MAC_final(tools->hmac, mac, &len, SIGV4_MAC_LEN) != 1)
        return STATUS_CRYPTO;
    return STATUS_OK;
}

enum status
sigv4_payload_hash(struct span payload, struct buf *hex)
{
    uint8_t digest[SIGV4_MAC_LEN];
    enum status st = sigv4_sha256(payload, digest);
    if (st == STATUS_OK)
        st = hex_encode(span_of(digest, sizeof(digest)), hex);
    return st;
}

enum status
sigv4_signing_key(struct span secret_access_key,
    const struct sigv4_scope *scope, uint8_t key[SIGV4_MAC_LEN])
{
    const struct span steps[] = { scope->date, scope->region, scope->service,
        SPAN_LITERAL(SIGV4_TERMINATOR) };
    struct buf first = { 0 };
    uint8_t link[SIGV4_MAC_LEN], next[SIGV4_MAC_LEN];
    enum status st = buf_append_text(&first, "AWS4");
    if (st == STATUS_OK)
        st = buf_append(&first, secret_access_key);
    struct span with = buf_span(&first);
    for (size_t i = 0; i < ARRAY_LEN(steps) && st == STATUS_OK; i++) {
        st = sigv4_hmac(with, steps[i], next);
        if (st == STATUS_OK)
            memcpy(link, next, sizeof(link));
        with = span_of(link, sizeof(link));
    }
    if (st == STATUS_OK)
        memcpy(key, link, sizeof(link));
    OPENSSL_cleanse(link, sizeof(link));
    OPENSSL_cleanse(next, sizeof(next));
    buf_reset(&first);
    return st;
}

enum status
sigv4_signature(const uint8_t key[SIGV4_MAC_LEN], struct span string_to_sign,
    struct buf *hex)
{
    uint8_t mac[SIGV4_MAC_LEN];
    enum status st =
        sigv4_hmac(span_of(key, SIGV4_MAC_LEN), string_to_sign, mac);
    if (st == STATUS_OK)
        st = hex_encode(span_of(mac, sizeof(mac)), hex);
    /* It authenticates a request: to a verifier it is a secret. */
    OPENSSL_cleanse(mac, sizeof(mac));
    return st;
}
