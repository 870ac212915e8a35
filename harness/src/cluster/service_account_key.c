/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/service_account_key.h"

#include "base/file.h"

#include <openssl/ec.h>
#include <openssl/encoder.h>
#include <openssl/evp.h>

/* "EC PRIVATE KEY": the one form that kube-apiserver takes for the file of
 * the public key, too. */
static enum status
encode(const EVP_PKEY *key, struct buf *pem)
{
    enum status st = STATUS_CRYPTO;
    unsigned char *bytes = NULL;
    size_t len = 0;
    OSSL_ENCODER_CTX *encoder = OSSL_ENCODER_CTX_new_for_pkey(
        key, EVP_PKEY_KEYPAIR, "PEM", "type-specific", NULL);

    if (encoder != NULL && OSSL_ENCODER_to_data(encoder, &bytes, &len) == 1)
        st = buf_append(pem, span_of(bytes, len));
    OPENSSL_clear_free(bytes, len);
    OSSL_ENCODER_CTX_free(encoder);
    return st;
}

enum status
service_account_key_write(const char *path)
{
    struct buf pem = { 0 };
    EVP_PKEY *key = EVP_EC_gen("P-256");
    enum status st = key == NULL ? STATUS_CRYPTO : encode(key, &pem);

    if (st == STATUS_OK)
        st = file_replace(path, 0600, buf_span(&pem));
    buf_reset(&pem);
    EVP_PKEY_free(key);
    return st;
}
