/* SPDX-License-Identifier: Apache-2.0 */
#include "net/tls_parts.h"

#include "base/file.h"
#include "net/authority_files.h"
#include "net/server_name.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>

enum { FILE_LIMIT = 256 * 1024, CERTIFICATE_DAYS = 397, EXPIRED_DAYS = 30 };

struct net_tls {
    SSL_CTX *contexts[NET_TLS_CERTIFICATES];
};

static int
choose_protocol(SSL *session, const unsigned char **out, unsigned char *out_len,
    const unsigned char *in, unsigned int in_len, void *context)
{
    static const unsigned char ours[] = "\x08http/1.1";
    unsigned char *chosen = NULL;
    (void)session;
    (void)context;
    if (SSL_select_next_proto(&chosen, out_len, ours, sizeof(ours) - 1, in,
            in_len) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static int
on_hello(SSL *session, int *alert, void *context)
{
    (void)alert;
    (void)context;
    struct net_tls_hello *hello = SSL_get_app_data(session);
    return hello->heard(hello->context, session) ? SSL_CLIENT_HELLO_SUCCESS
                                                 : SSL_CLIENT_HELLO_RETRY;
}

static SSL_CTX *
new_context(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context == NULL)
        return NULL;
    (void)SSL_CTX_set_options(context,
        SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_CLEANSE_PLAINTEXT |
            SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_CIPHER_SERVER_PREFERENCE);
    (void)SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                        SSL_MODE_RELEASE_BUFFERS);
    (void)SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
    SSL_CTX_set_client_hello_cb(context, on_hello, NULL);
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_num_tickets(context, 0) != 1) {
        SSL_CTX_free(context);
        return NULL;
    }
    return context;
}

/* A context that shows a certificate made for it. */
static enum status
issue_to(const struct net_authority *authority, const struct net_issue *issue,
    SSL_CTX **out)
{
    X509 *certificate = NULL;
    EVP_PKEY *key = NULL;
    SSL_CTX *context = new_context();
    enum status st = context == NULL ? STATUS_NO_MEMORY
                                     : net_authority_issue(authority, issue,
                                           &certificate, &key);
    if (st == STATUS_OK &&
        (SSL_CTX_use_certificate(context, certificate) != 1 ||
            SSL_CTX_use_PrivateKey(context, key) != 1))
        st = STATUS_CRYPTO;
    if (st == STATUS_OK) {
        *out = context;
        context = NULL;
    }
    SSL_CTX_free(context);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return st;
}

/* The certificates that faults want. */
static enum status
issue_bad_ones(struct net_tls *tls, const struct net_authority *authority,
    const char *const *names, size_t count)
{
    static const char *const wrong[] = { "wrong-name.invalid" };
    const struct net_issue expired = { names, count, -EXPIRED_DAYS, -1 };
    const struct net_issue misnamed = { wrong, 1, -1, CERTIFICATE_DAYS };
    enum status st =
        issue_to(authority, &expired, &tls->contexts[NET_TLS_OUTDATED]);
    return st == STATUS_OK ? issue_to(authority, &misnamed,
                                 &tls->contexts[NET_TLS_MISNAMED])
                           : st;
}

static const char *const always[] = { "localhost", "127.0.0.1", "::1" };

enum status
net_tls_self_signed(const char *folder, const char *const *names, size_t count,
    struct buf *problem, struct net_tls **out)
{
    const char *all[ARRAY_LEN(always) + NET_TLS_NAMES_MAX];
    struct net_authority *authority = NULL;
    size_t total = 0;
    if (count > NET_TLS_NAMES_MAX)
        return STATUS_TOO_LARGE;
    for (size_t i = 0; i < ARRAY_LEN(always); i++)
        all[total++] = always[i];
    for (size_t i = 0; i < count; i++)
        all[total++] = names[i];
    const struct net_issue good = { all, total, -1, CERTIFICATE_DAYS };
    struct net_tls *tls = calloc(1, sizeof(*tls));
    enum status st = tls == NULL
                         ? STATUS_NO_MEMORY
                         : net_authority_open(folder, problem, &authority);
    if (st == STATUS_OK)
        st = issue_to(authority, &good, &tls->contexts[NET_TLS_GOOD]);
    if (st == STATUS_OK)
        st = issue_bad_ones(tls, authority, all, total);
    if (st == STATUS_OK) {
        *out = tls;
        tls = NULL;
    } else if (problem->len == 0) {
        buf_say(problem, "TLS: %s: %s", folder, status_text(st));
    }
    net_authority_free(authority);
    net_tls_free(tls);
    return st;
}

/* Takes what it wants from the file; *wrong, static, is said where what stands
 * in it is not that. */
typedef enum status pem_fn(SSL_CTX *context, BIO *file, const char **wrong);

static enum status
take_certificates(SSL_CTX *context, BIO *file, const char **wrong)
{
    X509 *first =
             PEM_read_bio_X509(file, NULL, net_authority_no_passphrase, NULL),
         *more;
    bool good = first != NULL && SSL_CTX_use_certificate(context, first) == 1;
    X509_free(first);
    if (!good) {
        *wrong = "no certificate in PEM form that can be used";
        return STATUS_INVALID;
    }
    while ((more = PEM_read_bio_X509(
                file, NULL, net_authority_no_passphrase, NULL)) != NULL)
        if (SSL_CTX_add0_chain_cert(context, more) != 1) {
            X509_free(more);
            return STATUS_NO_MEMORY;
        }
    return STATUS_OK;
}

static enum status
take_key(SSL_CTX *context, BIO *file, const char **wrong)
{
    EVP_PKEY *key =
        PEM_read_bio_PrivateKey(file, NULL, net_authority_no_passphrase, NULL);
    if (key == NULL)
        *wrong = "no private key in PEM form without a passphrase";
    else if (SSL_CTX_use_PrivateKey(context, key) != 1 ||
             SSL_CTX_check_private_key(context) != 1)
        *wrong = "not the key of the certificate";
    EVP_PKEY_free(key);
    return *wrong == NULL ? STATUS_OK : STATUS_INVALID;
}

/* Into memory of ours that is wiped, and read from there. */
static enum status
use_pem(SSL_CTX *context, const char *path, pem_fn *take, struct buf *problem)
{
    struct buf text = { 0 };
    BIO *file = NULL;
    const char *wrong = NULL;
    enum status st = file_read(path, FILE_LIMIT, &text);
    if (st == STATUS_OK &&
        (file = BIO_new_mem_buf(text.ptr, (int)text.len)) == NULL)
        st = STATUS_NO_MEMORY;
    if (st == STATUS_OK)
        st = take(context, file, &wrong);
    if (st != STATUS_OK)
        buf_say(problem, "TLS: %s: %s", path,
            wrong != NULL ? wrong : status_text(st));
    BIO_free(file);
    buf_reset(&text);
    return st;
}

enum status
net_tls_from_files(const char *certificate, const char *key,
    struct buf *problem, struct net_tls **out)
{
    struct net_authority *authority = NULL;
    struct net_tls *tls = calloc(1, sizeof(*tls));
    if (tls == NULL)
        return STATUS_NO_MEMORY;
    SSL_CTX *good = tls->contexts[NET_TLS_GOOD] = new_context();
    enum status st = good == NULL ? STATUS_NO_MEMORY : STATUS_OK;
    if (st == STATUS_OK)
        st = use_pem(good, certificate, take_certificates, problem);
    if (st == STATUS_OK)
        st = use_pem(good, key, take_key, problem);
    /* Their CA's key is not ours to have: bad ones come from another. */
    if (st == STATUS_OK)
        st = net_authority_new(&authority);
    if (st == STATUS_OK)
        st = issue_bad_ones(tls, authority, always, ARRAY_LEN(always));
    if (st == STATUS_OK) {
        *out = tls;
        tls = NULL;
    }
    ERR_clear_error();
    net_authority_free(authority);
    net_tls_free(tls);
    return st;
}

SSL *
net_tls_session(const struct net_tls *tls, int fd, struct net_tls_hello *hello)
{
    SSL *session = SSL_new(tls->contexts[NET_TLS_GOOD]);
    if (session == NULL)
        return NULL;
    if (SSL_set_app_data(session, hello) != 1 || SSL_set_fd(session, fd) != 1) {
        SSL_free(session);
        return NULL;
    }
    SSL_set_accept_state(session);
    return session;
}

void
net_tls_show(const struct net_tls *tls, SSL *session,
    enum net_tls_certificate certificate)
{
    (void)SSL_set_SSL_CTX(session, tls->contexts[certificate]);
}

struct span
net_tls_server_name(SSL *session)
{
    const unsigned char *extension = NULL;
    size_t len = 0;
    if (SSL_client_hello_get0_ext(
            session, TLSEXT_TYPE_server_name, &extension, &len) != 1)
        return (struct span){ NULL, 0 };
    return net_server_name(span_of(extension, len));
}

void
net_tls_free(struct net_tls *tls)
{
    if (tls == NULL)
        return;
    for (size_t i = 0; i < ARRAY_LEN(tls->contexts); i++)
        SSL_CTX_free(tls->contexts[i]);
    free(tls);
}
