/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TLS server on a loopback port with a certificate of its own making. It
 * takes one connection after the other and answers each request with one
 * fixed answer of KMS.
 */
#ifndef TEST_SUPPORT_KMS_TLS_H
#define TEST_SUPPORT_KMS_TLS_H

#include <stdbool.h>

struct tls_server;

/* `name` is the certificate's subject alternative name: "IP:127.0.0.1". */
struct tls_server *tls_server_new(const char *name, bool expired);
void tls_server_free(struct tls_server *server);

/* "https://127.0.0.1:PORT" */
const char *tls_server_url(const struct tls_server *server);

/* The certificate as a PEM file, which goes with the server. */
const char *tls_server_certificate(const struct tls_server *server);

/* Requests that came through TLS so far. */
unsigned tls_server_requests(const struct tls_server *server);

#endif
