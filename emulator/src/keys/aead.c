/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/aead.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* As many contexts are kept as threads use a key at once; more are made and
 * freed again. */
enum { CONTEXTS_KEPT = 4 };

struct aead {
    uint8_t key[AEAD_KEY_LEN];
    _Atomic(EVP_CIPHER_CTX *) idle[CONTEXTS_KEPT];
};

/* Fetched once: a lookup for each context would cost more than its use. */
static EVP_CIPHER *cipher;
static pthread_once_t cipher_once = PTHREAD_ONCE_INIT;

static void
cipher_drop(void)
{
    EVP_CIPHER_free(cipher);
}

static void
cipher_fetch(void)
{
    cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    (void)OPENSSL_atexit(cipher_drop);
}

enum status
aead_new(const uint8_t *key, struct aead **out)
{
    (void)pthread_once(&cipher_once, cipher_fetch);
    if (cipher == NULL)
        return STATUS_CRYPTO;
    struct aead *aead = calloc(1, sizeof(*aead));
    if (aead == NULL)
        return STATUS_NO_MEMORY;
    memcpy(aead->key, key, AEAD_KEY_LEN);
    *out = aead;
    return STATUS_OK;
}

void
aead_free(struct aead *aead)
{
    if (aead == NULL)
        return;
    for (size_t i = 0; i < CONTEXTS_KEPT; i++)
        EVP_CIPHER_CTX_free(atomic_load(&aead->idle[i]));
    OPENSSL_cleanse(aead, sizeof(*aead));
    free(aead);
}

static EVP_CIPHER_CTX *
context_new(const struct aead *aead)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context != NULL &&
        EVP_CipherInit_ex2(context, cipher, aead->key, NULL, 1, NULL) != 1) {
        EVP_CIPHER_CTX_free(context);
        context = NULL;
    }
    return context;
}

static EVP_CIPHER_CTX *
context_take(struct aead *aead)
{
    for (size_t i = 0; i < CONTEXTS_KEPT; i++) {
        EVP_CIPHER_CTX *context = atomic_exchange(&aead->idle[i], NULL);
        if (context != NULL)
            return context;
    }
    return context_new(aead);
}

static void
context_give(struct aead *aead, EVP_CIPHER_CTX *context)
{
    for (size_t i = 0; i < CONTEXTS_KEPT && context != NULL; i++) {
        EVP_CIPHER_CTX *none = NULL;
        if (atomic_compare_exchange_strong(&aead->idle[i], &none, context))
            return;
    }
    EVP_CIPHER_CTX_free(context);
}

static bool
update(EVP_CIPHER_CTX *context, uint8_t *out, struct span in)
{
    int written = 0;
    return in.len == 0 ||
           EVP_CipherUpdate(context, out, &written, in.ptr, (int)in.len) == 1;
}

/* Nonce, both extras and the text: the same for both directions. */
static bool
run(EVP_CIPHER_CTX *context, const struct aead_extra *extra, bool encrypt,
    struct span text, uint8_t *out)
{
    return EVP_CipherInit_ex2(
               context, NULL, NULL, extra->nonce, encrypt, NULL) == 1 &&
           update(context, NULL, extra->first) &&
           update(context, NULL, extra->second) && update(context, out, text);
}

static bool
fits(const struct aead_extra *extra, struct span text)
{
    return text.len <= INT_MAX && extra->first.len <= INT_MAX &&
           extra->second.len <= INT_MAX;
}

enum status
aead_encrypt(struct aead *aead, const struct aead_extra *extra,
    struct span text, uint8_t *out, uint8_t *tag)
{
    if (!fits(extra, text))
        return STATUS_TOO_LARGE;
    EVP_CIPHER_CTX *context = context_take(aead);
    uint8_t rest[AEAD_TAG_LEN];
    int len = 0;
    enum status st = STATUS_CRYPTO;
    if (context != NULL && run(context, extra, true, text, out) &&
        EVP_CipherFinal_ex(context, rest, &len) == 1 &&
        EVP_CIPHER_CTX_ctrl(
            context, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG_LEN, tag) == 1)
        st = STATUS_OK;
    context_give(aead, context);
    return st;
}

enum status
aead_decrypt(struct aead *aead, const struct aead_extra *extra,
    struct span text, const uint8_t *tag, uint8_t *out)
{
    if (!fits(extra, text))
        return STATUS_TOO_LARGE;
    EVP_CIPHER_CTX *context = context_take(aead);
    uint8_t expected[AEAD_TAG_LEN], rest[AEAD_TAG_LEN];
    int len = 0;
    enum status st = STATUS_CRYPTO;
    memcpy(expected, tag, sizeof(expected));
    if (context != NULL && run(context, extra, false, text, out) &&
        EVP_CIPHER_CTX_ctrl(
            context, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG_LEN, expected) == 1)
        st = EVP_CipherFinal_ex(context, rest, &len) == 1 ? STATUS_OK
                                                          : STATUS_AUTHENTIC;
    context_give(aead, context);
    return st;
}
