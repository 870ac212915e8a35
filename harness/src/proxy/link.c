/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/link.h"

#include "proxy/link_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_MAX = 64 * 1024, RETRY_MS = 20 };

enum status
link_new(int client_fd, struct strike *drop, const struct link_hooks *hooks,
    struct link **out)
{
    struct link *link = calloc(1, sizeof(*link));

    if (link == NULL) {
        (void)close(client_fd);
        return STATUS_NO_MEMORY;
    }
    link->hooks = hooks;
    link->client = client_fd;
    link->plugin = -1;
    link->drop = *drop;
    *drop = (struct strike){ .kind = STRIKE_NONE };
    flow_init(&link->up, client_fd, -1, true);
    flow_init(&link->down, -1, client_fd, false);
    *out = link;
    return STATUS_OK;
}

void
link_free(struct link *link)
{
    if (link == NULL)
        return;
    (void)close(link->client);
    if (link->plugin >= 0)
        (void)close(link->plugin);
    flow_reset(&link->up);
    flow_reset(&link->down);
    link_forget(link, true);
    fault_decision_reset(&link->silence);
    strike_reset(&link->drop);
    free(link);
}

/* ---- a connection that is not served, or has no way on yet ----------------
 */

static bool
is_dropped(struct link *link, int64_t now_ms)
{
    if (link->drop.kind == STRIKE_NONE)
        return false;
    if (link->drop_until_ms == 0) {
        link->drop_until_ms = strike_until(link->drop.wait_ms, now_ms);
        link->hooks->struck(link->hooks->context, &link->drop);
    }
    if (link->drop_until_ms > now_ms)
        return true;
    strike_reset(&link->drop);
    return false;
}

/* False: there is no plugin, and the client learns that as it would from the
 * plugin's own socket. */
static bool
has_way(struct link *link, int64_t now_ms)
{
    enum status status;

    if (link->plugin >= 0)
        return true;
    if (now_ms < link->retry_ms)
        return true;
    status = link->hooks->open(link->hooks->context, &link->plugin);
    link->up.to = link->down.from = link->plugin;
    link->retry_ms = now_ms + RETRY_MS;
    return status == STATUS_OK || status == STATUS_BUSY;
}

/* ---- bytes ----------------------------------------------------------------
 */

typedef bool take_fn(struct link *, struct span, int64_t);

/*
 * Bytes are looked at before they are read: those of a client whose connection
 * is to be reset must stay unread, since that is what makes the system say so.
 * False: the link is over.
 */
static bool
read_some(struct link *link, struct flow *flow, take_fn *take, int64_t now_ms)
{
    static _Thread_local uint8_t bytes[READ_MAX];
    ssize_t got =
        recv(flow->from, bytes, sizeof(bytes), MSG_PEEK | MSG_DONTWAIT);

    if (got < 0)
        return errno == EINTR || errno == EAGAIN;
    if (got == 0) {
        flow->ended = true;
        return flow_pass(flow, frame_reader_rest(&flow->reader)) == STATUS_OK;
    }
    if (!take(link, span_of(bytes, (size_t)got), now_ms))
        return false;
    got = recv(flow->from, bytes, (size_t)got, MSG_DONTWAIT);
    return got > 0;
}

static bool
is_ready(const struct pollfd *fd)
{
    return (fd->revents & (POLLIN | POLLHUP | POLLERR)) != 0;
}

/* Nobody is there to read what is written. */
static bool
has_client_gone(const struct pollfd fds[LINK_FDS])
{
    return (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

/* A plugin that takes nothing more may still have something to say. */
static void
write_up(struct flow *up)
{
    if (flow_write(up) == STATUS_OK)
        return;
    buf_clear(&up->pending);
    up->written = 0;
    up->ended = up->shut = true;
}

bool
link_serve(struct link *link, int64_t now_ms, const struct pollfd fds[LINK_FDS])
{
    if (has_client_gone(fds))
        return false;
    if (is_dropped(link, now_ms))
        return true;
    if (!has_way(link, now_ms))
        return false;
    if (link->plugin < 0)
        return true;
    if (flow_wants_bytes(&link->up, now_ms) && is_ready(&fds[0]) &&
        !read_some(link, &link->up, link_take_up, now_ms))
        return false;
    if (flow_wants_bytes(&link->down, now_ms) && fds[1].fd == link->plugin &&
        is_ready(&fds[1]) && !link->is_ending &&
        !read_some(link, &link->down, link_take_down, now_ms))
        return false;
    write_up(&link->up);
    if (!flow_is_silent(&link->down, now_ms) &&
        flow_write(&link->down) != STATUS_OK)
        return false;
    if (link->is_ending && flow_is_empty(&link->down))
        return false;
    return !(link->down.ended && flow_is_empty(&link->down));
}

int64_t
link_prepare(
    const struct link *link, int64_t now_ms, struct pollfd fds[LINK_FDS])
{
    const struct flow *up = &link->up, *down = &link->down;
    bool held = link->drop.kind != STRIKE_NONE;
    bool silent = flow_is_silent(down, now_ms);

    fds[0] = (struct pollfd){ .fd = link->client };
    fds[1] = (struct pollfd){ .fd = -1 };
    if (held)
        return link->drop_until_ms; /* 0 at first: at once */
    if (link->plugin < 0)
        return link->retry_ms;
    if (flow_wants_bytes(up, now_ms))
        fds[0].events |= POLLIN;
    if (!flow_is_empty(down) && !silent)
        fds[0].events |= POLLOUT;
    if (!flow_is_empty(up))
        fds[1].events |= POLLOUT;
    if (flow_wants_bytes(down, now_ms) && !link->is_ending)
        fds[1].events |= POLLIN;
    if (fds[1].events != 0)
        fds[1].fd = link->plugin;
    return silent ? down->silent_until_ms : INT64_MAX;
}

void
link_release(struct link *link)
{
    if (link->drop.kind != STRIKE_NONE &&
        fault_decision_is_withdrawn(&link->drop.decision))
        link->drop_until_ms = 1;
    if (link->silence.table != NULL &&
        fault_decision_is_withdrawn(&link->silence)) {
        link->down.silent_until_ms = 0;
        fault_decision_reset(&link->silence);
    }
    link_forget(link, false);
}
