/* SPDX-License-Identifier: Apache-2.0 */
#include "net/relay.h"

#include <errno.h>
#include <openssl/err.h>
#include <sys/socket.h>

static enum relay_io
of_errno(ssize_t count)
{
    if (count >= 0)
        return RELAY_DONE;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR
               ? RELAY_AGAIN
               : RELAY_BROKEN;
}

static enum relay_io
socket_read(int fd, uint8_t *bytes, size_t max, size_t *got)
{
    ssize_t count = recv(fd, bytes, max, MSG_DONTWAIT);
    if (count == 0)
        return RELAY_ENDED;
    enum relay_io io = of_errno(count);
    if (io == RELAY_DONE)
        *got = (size_t)count;
    return io;
}

static enum relay_io
socket_write(int fd, struct span bytes, size_t *put)
{
    ssize_t count = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL | MSG_DONTWAIT);
    enum relay_io io = of_errno(count);
    if (io == RELAY_DONE)
        *put = (size_t)count;
    return io;
}

/* After a call of OpenSSL's that did not do what it should. */
static enum relay_io
of_ssl(struct relay *relay, int result)
{
    switch (SSL_get_error(relay->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return RELAY_AGAIN;
    case SSL_ERROR_WANT_WRITE:
        relay->client_wants_out = true;
        return RELAY_AGAIN;
    case SSL_ERROR_ZERO_RETURN:
        return RELAY_ENDED;
    default:
        return RELAY_BROKEN;
    }
}

enum relay_io
relay_client_read(struct relay *relay, uint8_t *bytes, size_t max, size_t *got)
{
    if (relay->ssl == NULL)
        return socket_read(relay->client.fd, bytes, max, got);
    ERR_clear_error();
    int result = SSL_read_ex(relay->ssl, bytes, max, got);
    return result == 1 ? RELAY_DONE : of_ssl(relay, result);
}

enum relay_io
relay_client_write(struct relay *relay, struct span bytes, size_t *put)
{
    if (relay->ssl == NULL)
        return socket_write(relay->client.fd, bytes, put);
    ERR_clear_error();
    int result = SSL_write_ex(relay->ssl, bytes.ptr, bytes.len, put);
    return result == 1 ? RELAY_DONE : of_ssl(relay, result);
}

enum relay_io
relay_client_goodbye(struct relay *relay, bool notify)
{
    if (relay->ssl != NULL && notify) {
        ERR_clear_error();
        int result = SSL_shutdown(relay->ssl);
        enum relay_io io = result >= 0 ? RELAY_DONE : of_ssl(relay, result);
        if (io == RELAY_AGAIN && relay->client_wants_out)
            return RELAY_AGAIN;
    }
    return shutdown(relay->client.fd, SHUT_WR) == 0 ? RELAY_DONE : RELAY_BROKEN;
}

enum relay_io
relay_inner_read(struct relay *relay, uint8_t *bytes, size_t max, size_t *got)
{
    return socket_read(relay->inner.fd, bytes, max, got);
}

enum relay_io
relay_inner_write(struct relay *relay, struct span bytes, size_t *put)
{
    return socket_write(relay->inner.fd, bytes, put);
}
