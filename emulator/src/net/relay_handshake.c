/* SPDX-License-Identifier: Apache-2.0 */
#include "net/relay.h"

#include "base/log.h"

#include <openssl/err.h>
#include <sys/epoll.h>

/* For who speaks HTTP to a port that speaks TLS. */
static const char plain_http[] =
    "HTTP/1.1 400 Bad Request\r\n"
    "Content-Type: text/plain\r\n"
    "Content-Length: 47\r\n"
    "Connection: close\r\n"
    "\r\n"
    "This port speaks TLS: use https:// in the URL.\n";

static void
decide(struct relay *relay)
{
    const struct net_arrival *arrival = &relay->arrival;
    const struct net_tls_facts facts = {
        .listener = &arrival->listener,
        .peer = &arrival->peer,
        .ordinal = arrival->ordinal,
        .server_name = net_tls_server_name(relay->ssl),
    };
    relay->tls_decided = true;
    if (arrival->faults != NULL && arrival->faults->decide_tls != NULL)
        arrival->faults->decide_tls(
            arrival->faults->context, &facts, &relay->tls_decision);
}

/* Of net_tls_hello: false leaves the handshake where it is. */
static bool
heard(void *context, SSL *session)
{
    struct relay *relay = context;
    if (relay->tls_decided)
        return !relay->tls_waits;
    decide(relay);
    switch (relay->tls_decision.action) {
    case NET_TLS_SERVE:
        return true;
    case NET_TLS_EXPIRED:
        net_tls_show(relay->arrival.tls, session, NET_TLS_OUTDATED);
        return true;
    case NET_TLS_WRONG_NAME:
        net_tls_show(relay->arrival.tls, session, NET_TLS_MISNAMED);
        return true;
    case NET_TLS_LATE:
    case NET_TLS_SILENT:
    case NET_TLS_RESET:
    case NET_TLS_CLOSE:
        break;
    }
    relay->tls_waits = true;
    return false;
}

/* The ClientHello is there, and what answers it is not a ServerHello. */
static void
hold(struct relay *relay)
{
    net_reactor_timer_stop(relay->relays->reactor, &relay->deadline);
    switch (relay->tls_decision.action) {
    case NET_TLS_RESET:
        relay_tell(relay, &relay->tls_decision.rule, NET_OUTCOME_CUT);
        relay_reset(relay);
        return;
    case NET_TLS_CLOSE:
        relay_tell(relay, &relay->tls_decision.rule, NET_OUTCOME_CUT);
        relay->end = NET_RAW_TRUNCATE;
        relay_linger(relay);
        return;
    case NET_TLS_LATE:
        relay_deadline(relay, relay->tls_decision.wait_ms);
        break;
    case NET_TLS_SILENT:
    case NET_TLS_SERVE:
    case NET_TLS_EXPIRED:
    case NET_TLS_WRONG_NAME:
        break;
    }
    (void)relay_watch_client(relay, EPOLLRDHUP);
}

/* What the client saw of it; a rule without this has ended already. */
static enum net_outcome
failure_of(const struct relay *relay)
{
    return relay->tls_decision.action == NET_TLS_EXPIRED ||
                   relay->tls_decision.action == NET_TLS_WRONG_NAME
               ? NET_OUTCOME_REFUSED
               : NET_OUTCOME_CLIENT_LEFT;
}

static void
fail(struct relay *relay)
{
    unsigned long error = ERR_peek_error();
    int reason = ERR_GET_REASON(error);
    size_t put;
    log_event(LOG_DEBUG, "TLS handshake failed",
        log_text(
            "reason", error == 0 ? "closed" : ERR_reason_error_string(error)));
    if (ERR_GET_LIB(error) == ERR_LIB_SSL &&
        (reason == SSL_R_HTTP_REQUEST || reason == SSL_R_HTTPS_PROXY_REQUEST)) {
        /* An empty socket takes so little at once. */
        SSL_free(relay->ssl);
        relay->ssl = NULL;
        (void)relay_client_write(relay, span_text(plain_http), &put);
    }
    ERR_clear_error();
    relay_tell(relay, &relay->tls_decision.rule, failure_of(relay));
    relay->end = NET_RAW_TRUNCATE; /* an alert has been sent: no notify */
    relay_linger(relay);
}

static void
go_on(struct relay *relay)
{
    ERR_clear_error();
    int result = SSL_accept(relay->ssl);
    if (result == 1) {
        relay_tell(relay, &relay->tls_decision.rule, NET_OUTCOME_SENT);
        relay_open(relay);
        return;
    }
    switch (SSL_get_error(relay->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        (void)relay_watch_client(relay, EPOLLIN);
        break;
    case SSL_ERROR_WANT_WRITE:
        (void)relay_watch_client(relay, EPOLLOUT);
        break;
    case SSL_ERROR_WANT_CLIENT_HELLO_CB:
        hold(relay);
        break;
    default:
        fail(relay);
        break;
    }
}

void
relay_handshake(struct relay *relay)
{
    relay->stage = RELAY_HANDSHAKE;
    relay->hello.heard = heard;
    relay->hello.context = relay;
    relay->ssl =
        net_tls_session(relay->arrival.tls, relay->client.fd, &relay->hello);
    if (relay->ssl == NULL) {
        ERR_clear_error();
        relay_free(relay);
        return;
    }
    relay_deadline(relay, relay->relays->options.handshake_ms);
    go_on(relay);
}

void
relay_handshake_go_on(struct relay *relay)
{
    relay->tls_waits = false;
    relay_deadline(relay, relay->relays->options.handshake_ms);
    go_on(relay);
}

void
relay_handshake_ready(struct relay *relay, uint32_t events)
{
    if (!relay->tls_waits) {
        go_on(relay);
        return;
    }
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
        relay_free(relay); /* which tells the rule */
}
