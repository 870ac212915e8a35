/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/service_account_key.h"

#include "base/file.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

enum status
service_account_key_write(const char *path)
{
    enum status st = STATUS_CRYPTO;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    BIO *memory = BIO_new(BIO_s_secmem());
    const char *pem = NULL;
    long len = 0;

    if (key == NULL || memory == NULL ||
        PEM_write_bio_PKCS8PrivateKey(memory, key, NULL, NULL, 0, NULL, NULL) !=
            1 ||
        (len = BIO_get_mem_data(memory, &pem)) <= 0)
        goto out;
    st = file_replace(path, 0600, span_of(pem, (size_t)len));
out:
    BIO_free(memory);
    EVP_PKEY_free(key);
    return st;
}
