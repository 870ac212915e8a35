/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* mkstemp */
#include "support_kms_tls.h"

#include "test/check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct tls_server {
    SSL_CTX *context;
    int listener;
    pthread_t thread;
    char url[64];
    char certificate[64];
    _Atomic unsigned requests;
};

const char *
tls_server_url(const struct tls_server *server)
{
    return server->url;
}

const char *
tls_server_certificate(const struct tls_server *server)
{
    return server->certificate;
}

unsigned
tls_server_requests(const struct tls_server *server)
{
    return server->requests;
}

static void
add_extension(X509 *x509, int id, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, id, value);
    assert_non_null(extension);
    assert_int_equal(X509_add_ext(x509, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

static X509 *
make_certificate(EVP_PKEY *key, const char *name, bool expired)
{
    enum { DAY_S = 86400 };
    X509 *x509 = X509_new();
    assert_non_null(x509);
    (void)X509_set_version(x509, 2);
    (void)ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    (void)X509_gmtime_adj(X509_getm_notBefore(x509), -2 * DAY_S);
    (void)X509_gmtime_adj(X509_getm_notAfter(x509), expired ? -DAY_S : DAY_S);
    (void)X509_set_pubkey(x509, key);
    (void)X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN",
        MBSTRING_ASC, (const unsigned char *)"kmslab test", -1, -1, 0);
    (void)X509_set_issuer_name(x509, X509_get_subject_name(x509));
    add_extension(x509, NID_subject_alt_name, name);
    add_extension(x509, NID_basic_constraints, "critical,CA:TRUE");
    assert_true(X509_sign(x509, key, EVP_sha256()) > 0);
    return x509;
}

static void
write_certificate(struct tls_server *server, X509 *x509)
{
    (void)snprintf(server->certificate, sizeof(server->certificate),
        "/tmp/test_kms_tls.XXXXXX");
    int fd = mkstemp(server->certificate);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, x509), 1);
    assert_int_equal(fclose(file), 0);
}

static void
set_up_context(struct tls_server *server, const char *name, bool expired)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    assert_non_null(key);
    X509 *x509 = make_certificate(key, name, expired);
    server->context = SSL_CTX_new(TLS_server_method());
    assert_non_null(server->context);
    assert_int_equal(SSL_CTX_use_certificate(server->context, x509), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(server->context, key), 1);
    write_certificate(server, x509);
    X509_free(x509);
    EVP_PKEY_free(key);
}

/* Reads until a request is there and answers it; the client's requests come
 * in one piece each. */
static void
serve(struct tls_server *server, SSL *tls)
{
    static const char answer[] =
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n"
        "Content-Length: 46\r\n\r\n"
        "{\"CiphertextBlob\":\"c2VhbGVk\",\"KeyId\":\"arn:k\"} ";
    char request[8192];
    int len;
    if (SSL_accept(tls) != 1)
        return;
    while ((len = SSL_read(tls, request, sizeof(request))) > 0) {
        server->requests++;
        if (SSL_write(tls, answer, sizeof(answer) - 1) <= 0)
            return;
    }
}

static void *
run(void *opaque)
{
    struct tls_server *server = opaque;
    for (;;) {
        int fd = accept(server->listener, NULL, NULL);
        if (fd < 0)
            return NULL;
        SSL *tls = SSL_new(server->context);
        if (tls != NULL && SSL_set_fd(tls, fd) == 1)
            serve(server, tls);
        SSL_free(tls);
        (void)close(fd);
    }
}

struct tls_server *
tls_server_new(const char *name, bool expired)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(address);
    struct tls_server *server = calloc(1, sizeof(*server));
    assert_non_null(server);
    set_up_context(server, name, expired);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(
        bind(server->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(server->listener, SOMAXCONN), 0);
    assert_int_equal(
        getsockname(server->listener, (struct sockaddr *)&address, &len), 0);
    (void)snprintf(server->url, sizeof(server->url), "https://127.0.0.1:%u",
        ntohs(address.sin_port));
    assert_int_equal(pthread_create(&server->thread, NULL, run, server), 0);
    return server;
}

/* After the client: its connections are closed. */
void
tls_server_free(struct tls_server *server)
{
    (void)shutdown(server->listener, SHUT_RDWR);
    (void)pthread_join(server->thread, NULL);
    (void)close(server->listener);
    (void)unlink(server->certificate);
    SSL_CTX_free(server->context);
    free(server);
}
