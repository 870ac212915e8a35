/* SPDX-License-Identifier: Apache-2.0 */
#include "net/authority.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

enum {
    AUTHORITY_DAYS = 3650,
    BACKDATED_DAYS = 1, /* for clients whose clock is behind */
    SERIAL_BITS = 127,
    X509_V3 = 2,
};

struct net_authority {
    X509 *certificate;
    EVP_PKEY *key;
};

static enum status
set_serial(X509 *certificate)
{
    enum status st = STATUS_CRYPTO;
    BIGNUM *number = BN_new();
    if (number != NULL &&
        BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) ==
            1 &&
        BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL)
        st = STATUS_OK;
    BN_free(number);
    return st;
}

static enum status
extend(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    enum status st = STATUS_CRYPTO;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    if (extension != NULL && X509_add_ext(certificate, extension, -1) == 1)
        st = STATUS_OK;
    X509_EXTENSION_free(extension);
    return st;
}

/* All but issuer, extensions and signature. */
static enum status
begin(EVP_PKEY *key, const char *name, int from_days, int to_days, X509 **out)
{
    X509 *made = X509_new();
    if (made == NULL)
        return STATUS_NO_MEMORY;
    X509_NAME *subject = X509_get_subject_name(made);
    enum status st = set_serial(made);
    if (st == STATUS_OK &&
        (X509_set_version(made, X509_V3) != 1 ||
            X509_time_adj_ex(X509_getm_notBefore(made), from_days, 0, NULL) ==
                NULL ||
            X509_time_adj_ex(X509_getm_notAfter(made), to_days, 0, NULL) ==
                NULL ||
            X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                (const unsigned char *)name, -1, -1, 0) != 1 ||
            X509_set_pubkey(made, key) != 1))
        st = STATUS_CRYPTO;
    if (st != STATUS_OK) {
        X509_free(made);
        return st;
    }
    *out = made;
    return STATUS_OK;
}

struct extension {
    int nid;
    const char *value;
};

static enum status
sign(X509 *certificate, const struct net_authority *by,
    const struct extension *extensions, size_t count)
{
    if (X509_set_issuer_name(
            certificate, X509_get_subject_name(by->certificate)) != 1)
        return STATUS_CRYPTO;
    for (size_t i = 0; i < count; i++) {
        enum status st = extend(certificate, by->certificate, extensions[i].nid,
            extensions[i].value);
        if (st != STATUS_OK)
            return st;
    }
    return X509_sign(certificate, by->key, EVP_sha256()) > 0 ? STATUS_OK
                                                             : STATUS_CRYPTO;
}

enum status
net_authority_new(struct net_authority **out)
{
    static const struct extension extensions[] = {
        { NID_basic_constraints, "critical,CA:TRUE,pathlen:0" },
        { NID_key_usage, "critical,keyCertSign,cRLSign" },
        { NID_subject_key_identifier, "hash" },
    };
    struct net_authority *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return STATUS_NO_MEMORY;
    enum status st = STATUS_CRYPTO;
    made->key = EVP_EC_gen("P-256");
    if (made->key != NULL)
        st = begin(made->key, "kms-emulator test CA", -BACKDATED_DAYS,
            AUTHORITY_DAYS, &made->certificate);
    if (st == STATUS_OK)
        st = sign(made->certificate, made, extensions, ARRAY_LEN(extensions));
    if (st != STATUS_OK) {
        net_authority_free(made);
        return st;
    }
    *out = made;
    return STATUS_OK;
}

static enum status
print_names(const struct net_issue *issue, struct buf *out)
{
    enum status st = STATUS_OK;
    uint8_t address[sizeof(struct in6_addr)];
    for (size_t i = 0; i < issue->count && st == STATUS_OK; i++) {
        const char *name = issue->names[i];
        bool ip = inet_pton(AF_INET, name, address) == 1 ||
                  inet_pton(AF_INET6, name, address) == 1;
        st = buf_printf(
            out, "%s%s:%s", i == 0 ? "" : ",", ip ? "IP" : "DNS", name);
    }
    return st;
}

enum status
net_authority_issue(const struct net_authority *authority,
    const struct net_issue *issue, X509 **certificate, EVP_PKEY **key)
{
    struct buf names = { 0 };
    X509 *made = NULL;
    EVP_PKEY *pair = NULL;
    enum status st = print_names(issue, &names);
    if (st != STATUS_OK)
        goto out;
    const struct extension extensions[] = {
        { NID_basic_constraints, "critical,CA:FALSE" },
        { NID_key_usage, "critical,digitalSignature" },
        { NID_ext_key_usage, "serverAuth" },
        { NID_subject_key_identifier, "hash" },
        { NID_authority_key_identifier, "keyid:always" },
        { NID_subject_alt_name, buf_text(&names) },
    };
    st = STATUS_CRYPTO;
    pair = EVP_EC_gen("P-256");
    if (pair != NULL)
        st = begin(
            pair, "kms-emulator", issue->from_days, issue->to_days, &made);
    if (st == STATUS_OK)
        st = sign(made, authority, extensions, ARRAY_LEN(extensions));
    if (st == STATUS_OK) {
        *certificate = made;
        *key = pair;
        made = NULL;
        pair = NULL;
    }
out:
    X509_free(made);
    EVP_PKEY_free(pair);
    buf_reset(&names);
    return st;
}

enum status
net_authority_print(
    const struct net_authority *authority, bool with_key, struct buf *out)
{
    char *text = NULL;
    enum status st = STATUS_CRYPTO;
    BIO *bio = BIO_new(BIO_s_secmem());
    if (bio == NULL)
        return STATUS_NO_MEMORY;
    if ((!with_key || PEM_write_bio_PrivateKey(bio, authority->key, NULL, NULL,
                          0, NULL, NULL) == 1) &&
        PEM_write_bio_X509(bio, authority->certificate) == 1) {
        long len = BIO_get_mem_data(bio, &text);
        st = buf_append(out, span_of(text, (size_t)len));
    }
    BIO_free(bio); /* which wipes, being of the secmem kind */
    return st;
}

int
net_authority_no_passphrase(char *text, int size, int writing, void *context)
{
    (void)text;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

enum status
net_authority_parse(struct span pem, struct net_authority **out)
{
    BIO *bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
    struct net_authority *made = calloc(1, sizeof(*made));
    enum status st = STATUS_NO_MEMORY;
    if (bio == NULL || made == NULL)
        goto out;
    made->key =
        PEM_read_bio_PrivateKey(bio, NULL, net_authority_no_passphrase, NULL);
    made->certificate =
        PEM_read_bio_X509(bio, NULL, net_authority_no_passphrase, NULL);
    st = STATUS_INVALID;
    if (made->key == NULL || made->certificate == NULL ||
        X509_check_private_key(made->certificate, made->key) != 1 ||
        X509_check_ca(made->certificate) == 0)
        goto out;
    st = X509_cmp_current_time(X509_get0_notAfter(made->certificate)) > 0
             ? STATUS_OK
             : STATUS_TIMEOUT;
    if (st == STATUS_OK) {
        *out = made;
        made = NULL;
    }
out:
    BIO_free(bio);
    net_authority_free(made);
    return st;
}

void
net_authority_free(struct net_authority *authority)
{
    if (authority == NULL)
        return;
    X509_free(authority->certificate);
    EVP_PKEY_free(authority->key);
    free(authority);
}
