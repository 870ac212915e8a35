/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One relayed connection, as the files relay*.c share it. Its stages:
 *
 *   held -> handshake -> open -> linger
 *
 * Held: an accepted client that nobody reads from (a fault). Handshake: TLS.
 * Open: bytes go both ways. Linger: all is sent, the client is to close too,
 * and what it still sends is thrown away, so that no RST of ours overtakes
 * the last bytes. A stage may be left out. All in the reactor's thread.
 */
#ifndef NET_RELAY_H
#define NET_RELAY_H

#include "net/rate.h"
#include "net/relays.h"
#include "net/tls_parts.h"

#include <sys/types.h>

enum { NET_RELAY_PART = 16 * 1024 };

enum relay_stage { RELAY_HELD, RELAY_HANDSHAKE, RELAY_OPEN, RELAY_LINGER };

/* Bytes of one direction: what was read and could not be written yet. */
struct relay_way {
    struct buf rest;
    size_t at; /* what of the rest is written */
    struct net_rate rate;
    bool ended; /* no more will be read */
};

struct relay {
    struct relay *prev, *next;
    struct net_relays *relays;
    struct net_arrival arrival;
    enum relay_stage stage;
    SSL *ssl; /* NULL: plain */
    struct net_tls_hello hello;
    bool tls_decided; /* the ClientHello was heard once */
    bool tls_waits;   /* and the handshake does not go on yet */
    struct net_tls_decision tls_decision;
    ino_t other_end; /* the server's end of the socketpair; 0: none */
    enum net_raw_end end;
    unsigned unsent_steps;
    struct relay_way up, down; /* to the server, to the client */
    bool deaf;                 /* the server reads no more */
    bool client_wants_out;     /* TLS has something to write before it reads */
    bool said_goodbye;         /* close_notify and FIN are sent */
    struct net_watch client, inner;
    struct net_timer deadline, refill;
    struct net_task task;
};

struct net_relays {
    struct net_reactor *reactor;
    struct net_heals *heals;
    struct net_relays_options options;
    struct relay *list;
    size_t count;
    _Atomic size_t pending; /* taken and not yet freed: also those posted */
    bool stopping;
    struct net_task stop_task;
    uint8_t part[NET_RELAY_PART]; /* wiped after each use */
};

/* How reading or writing went. */
enum relay_io { RELAY_DONE, RELAY_AGAIN, RELAY_ENDED, RELAY_BROKEN };

/* relay_io.c: with TLS or without. */
enum relay_io relay_client_read(
    struct relay *relay, uint8_t *bytes, size_t max, size_t *got);
enum relay_io relay_client_write(
    struct relay *relay, struct span bytes, size_t *put);
/* close_notify, where there is TLS, and FIN. */
enum relay_io relay_client_goodbye(struct relay *relay, bool notify);
enum relay_io relay_inner_read(
    struct relay *relay, uint8_t *bytes, size_t max, size_t *got);
enum relay_io relay_inner_write(
    struct relay *relay, struct span bytes, size_t *put);

/* relay_handshake.c: begins TLS; relay_open follows. */
void relay_handshake(struct relay *relay);
/* The wait that a rule asked for is over. */
void relay_handshake_go_on(struct relay *relay);
void relay_handshake_ready(struct relay *relay, uint32_t events);

/* relay_pump.c */
void relay_open(struct relay *relay);
void relay_pump(struct relay *relay);

/* relay_end.c: frees at once, or when the client has closed as well. */
void relay_linger(struct relay *relay);
void relay_linger_ready(struct relay *relay);
/* Once the client's kernel has all; then frees. */
void relay_reset(struct relay *relay);

/* relay_heal.c: what was healed after the door's decision, and before the
 * connection came here, does not begin. */
void relay_heal_missed(struct relay *relay);

/* relays.c */
/* Past the fault of the accept stage: TLS, or bytes, or straight through. */
void relay_serve(struct relay *relay);
void relay_free(struct relay *relay);
/* Tells the hook, once for each rule; clears *rule. */
void relay_tell(struct relay *relay, uint64_t *rule, enum net_outcome outcome);
/* Sets the deadline so far from now, a day at most. */
void relay_deadline(struct relay *relay, uint64_t ms);
/* Asks for events of the client; frees the relay where that fails. */
bool relay_watch_client(struct relay *relay, uint32_t events);

#endif
