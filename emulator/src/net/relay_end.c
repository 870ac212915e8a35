/* SPDX-License-Identifier: Apache-2.0 */
#include "net/relay.h"

#include "net/socket.h"

#include <openssl/crypto.h>
#include <sys/epoll.h>

enum {
    UNSENT_STEP_MS = 1,
    UNSENT_STEPS = 1000, /* a second for the last bytes before a reset */
    DISCARDS_AT_ONCE = 16,
};

void
relay_reset(struct relay *relay)
{
    relay->stage = RELAY_LINGER;
    relay->end = NET_RAW_RESET;
    if (net_socket_unsent(relay->client.fd) > 0 &&
        relay->unsent_steps++ < UNSENT_STEPS) {
        relay_deadline(relay, UNSENT_STEP_MS);
        (void)relay_watch_client(relay, 0);
        return;
    }
    net_socket_reset(relay->client.fd);
    relay_free(relay);
}

void
relay_linger(struct relay *relay)
{
    relay->stage = RELAY_LINGER;
    net_reactor_unwatch(relay->relays->reactor, &relay->inner);
    net_reactor_timer_stop(relay->relays->reactor, &relay->refill);
    if (relay->end == NET_RAW_RESET) {
        relay_reset(relay);
        return;
    }
    relay_deadline(relay, relay->relays->options.linger_ms);
    relay_linger_ready(relay);
}

/* Below TLS: nobody is interested in what it says. */
static bool
discard(struct relay *relay)
{
    SSL *ssl = relay->ssl;
    enum relay_io io = RELAY_DONE;
    relay->ssl = NULL;
    for (int i = 0; i < DISCARDS_AT_ONCE && io == RELAY_DONE; i++) {
        size_t got = 0;
        io =
            relay_client_read(relay, relay->relays->part, NET_RELAY_PART, &got);
        OPENSSL_cleanse(relay->relays->part, got);
    }
    relay->ssl = ssl;
    return io == RELAY_DONE || io == RELAY_AGAIN;
}

void
relay_linger_ready(struct relay *relay)
{
    if (relay->end == NET_RAW_RESET) {
        relay_reset(relay);
        return;
    }
    if (!relay->said_goodbye) {
        relay->client_wants_out = false;
        enum relay_io io =
            relay_client_goodbye(relay, relay->end != NET_RAW_TRUNCATE);
        if (io == RELAY_AGAIN) {
            (void)relay_watch_client(relay, EPOLLOUT);
            return;
        }
        relay->said_goodbye = true;
        if (io == RELAY_BROKEN) {
            relay_free(relay);
            return;
        }
    }
    if (relay->relays->stopping || !discard(relay)) {
        relay_free(relay);
        return;
    }
    (void)relay_watch_client(relay, EPOLLIN);
}
