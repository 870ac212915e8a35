/* SPDX-License-Identifier: Apache-2.0 */
/* A server behind two doors, plain and TLS, with hooks that a test sets, and
 * a client that tells exactly how a connection ended. */
#ifndef TEST_SUPPORT_TRANSPORT_H
#define TEST_SUPPORT_TRANSPORT_H

#include "http/server.h"
#include "net/transport.h"
#include "support_http.h"

#include <openssl/ssl.h>
#include <pthread.h>

/* Paths: /head, /body and /answer get the plan at that stage, all others
 * "/path+body" with 200. */
struct transport_fixture {
    struct net_loop *loop;
    struct net_transport *transport;
    struct net_tls *tls;
    struct http_server *server;
    struct http_metrics metrics;
    struct net_door *doors[2]; /* plain, TLS */
    struct net_faults faults;
    struct http_hooks hooks;
    SSL_CTX *trust; /* a client's, with the CA of this server */
    char folder[64];
    pthread_mutex_t lock; /* orders what a test sets and the hooks read */
    /* Set while no client is there that they are for. */
    struct net_raw_plan plan; /* but for its bytes: */
    struct span bytes;
    struct net_accept_decision accept;
    struct net_tls_decision decision;
    /* What was told. */
    char server_name[64];
    _Atomic uint64_t ordinal;
    _Atomic int64_t ended; /* how often */
    _Atomic int outcome;   /* the last one; enum net_outcome */
    _Atomic uint64_t rule;
    _Atomic size_t sent;
};

void transport_fixture_start(
    struct transport_fixture *f, const struct net_relays_options *relays);
void transport_fixture_stop(struct transport_fixture *f);

/* Waits for one more end, which must be this. */
void transport_fixture_ended(
    struct transport_fixture *f, int64_t times, enum net_outcome outcome);

enum client_end {
    CLIENT_OPEN,   /* nothing for the time that was given */
    CLIENT_CLOSED, /* FIN; over TLS after a close_notify */
    CLIENT_TORN,   /* FIN without one */
    CLIENT_RESET,
};

struct client {
    struct transport_fixture *f;
    int fd;
    SSL *ssl; /* NULL: plain */
};

/* A TCP connection, with reads that give up after ten seconds; -1 and errno
 * where it is refused. */
int client_connect(struct transport_fixture *f, bool tls);

/* And the handshake, where there is one; asserts that it goes well. */
struct client client_open(struct transport_fixture *f, bool tls);

void client_send(struct client *client, const char *text);

/* Appends bytes until the end, or until there were `max`. */
enum client_end client_read(struct client *client, size_t max, struct buf *out);

void client_close(struct client *client);

/* Asks for the path and asserts "/path+etc" with 200. */
void client_served(struct transport_fixture *f, bool tls);

uint64_t client_now_ms(void);

#endif
